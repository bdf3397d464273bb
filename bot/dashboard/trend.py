"""The picture of figures along time: where each bar stands. Drawn by the page itself, as lines of SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from content.messages import grouped

WIDTH, HEIGHT = 660, 230
TOP, FOOT = 34, 196
FILLED = 0.68
"""How much of its room a bar takes."""
LEAST = 3.0
"""How high a bar is at least, so that little is not nothing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One period: its label, its figure (None: no report), and the bar."""

    label: str
    name: str
    value: int | None
    x: float
    y: float
    width: float
    height: float
    middle: float
    size: int
    """Of its letters."""
    last: bool


def bars(labels: Sequence[tuple[str, str]], values: Sequence[int | None]) -> list[Bar]:
    """A bar for each period; `labels` are short and long names."""
    most, room = max((v or 0 for v in values), default=0) or 1, WIDTH / max(len(values), 1)
    wide = min(room * FILLED, 60)
    longest = max((len(grouped(v)) for v in values if v is not None), default=1)
    size = min(19, int(room / (longest * 0.62)))
    found = []
    for at, ((label, name), value) in enumerate(zip(labels, values, strict=True)):
        height = max((FOOT - TOP) * value / most, LEAST) if value else 0.0
        middle = room * (at + 0.5)
        found.append(Bar(label, name, value, round(middle - wide / 2, 1), round(FOOT - height, 1), round(wide, 1),
                         round(height, 1), round(middle, 1), size, at == len(values) - 1))  # fmt: skip
    return found
