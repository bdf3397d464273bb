"""What people's messages mean, told again without the program: a walk through one guide, and what each word shows."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.yaml_files import read_yaml

GUIDE: Final = "vneid-kich-hoat"
LABEL: Final = "Kích hoạt VNeID mức 2"
ARRIVAL: Final = (
    ("/start", "c:y"),
    ("đồng ý", "c:s"),
    ("để sau", "m:thutuc"),
    (LABEL, "g:w"),
    ("Tôi làm cho tôi", ""),
)
"""How everybody comes in: what he types, and how the answer is recognised; the last one shows the first step."""
ASIDES: Final = (
    "tôi đang ở đâu",
    "làm sao để biết trời mưa",
    "hồ sơ nộp rồi thì bao lâu có kết quả hả cháu",
    "ứng dụng này có mất tiền không",
    "xin chào",
)
"""Words in the middle of a guide that move nothing: the step is shown again."""

BUTTONS: Final = {"1": "xong", "2": "lùi"}
"""What a number means at a step that asks nothing: the first buttons under it."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing a person did. `step` is set for a press: the step whose button it was."""

    word: str
    step: str | None = None


class Walk:
    """Where a person stands."""

    def __init__(self) -> None:
        self._steps = steps()
        self.order = list(self._steps)
        self.arrived = 0
        self.place = ""
        self.trail: list[str] = []

    @property
    def inside(self) -> bool:
        """Whether the guide has begun."""
        return self.arrived == len(ARRIVAL)

    def ways(self) -> list[tuple[str, str]]:
        """What can be typed to go on from here, and where each leads."""
        choices = self._steps[self.place]
        if choices:
            return [(str(n), target) for n, target in enumerate(choices, 1)]
        at = self.order.index(self.place)
        return [("xong", self.order[at + 1])] if at + 1 < len(self.order) else []

    def ahead(self) -> int:
        """How many words lead out of the guide from here, at least."""
        far: dict[str, int] = {}
        for at in range(len(self.order) - 1, -1, -1):
            onward = self._steps[self.order[at]] or self.order[at + 1 : at + 2]
            far[self.order[at]] = 1 + min((far.get(target, len(self.order)) for target in onward), default=0)
        return far[self.place]

    def act(self, cause: Cause) -> str:
        """Does it, and tells how the answer will be recognised: the step it shows, or where its buttons lead."""
        if not self.inside:
            word, shown = ARRIVAL[self.arrived]
            assert cause.word == word
            self.arrived += 1
            if not shown:
                self.place = self.order[0]
            return shown or self.place
        if cause.step in (None, self.place):
            word = cause.word if self._steps[self.place] else BUTTONS.get(cause.word, cause.word)
            target = dict(self.ways()).get(word)
            if target is not None:
                self.trail.append(self.place)
                self.place = target
            elif word == "lùi" and self.trail:
                self.place = self.trail.pop()
        return self.place


def steps() -> dict[str, list[str]]:
    """The steps of the guide in order, each with where its choices lead."""
    path = Path(__file__).parents[2] / "content" / "guides" / f"{GUIDE}.yaml"
    guide = read_yaml(path)
    return {s["id"]: [c["next"] for c in s.get("choices", ())] for s in guide["steps"]}


def recognise(message: dict[str, Any]) -> str:
    """The step a message shows, or the beginning of what its first button says."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    data = next((b["callback_data"] for row in rows for b in row if "callback_data" in b), "")
    parts = data.split(":")
    return str(parts[3] if parts[:2] == ["g", "s"] else ":".join(parts[:2]))


def fits(expected: list[tuple[str, str]], received: list[str]) -> str | None:
    """What is wrong with what arrived, if anything.

    `expected` are the replies written for a person in order, each with its state: `sent` has arrived once, `unknown`
    once or never, anything else never.
    """
    places = {0}
    for shown in received:
        places = {after for place in places for after in _after(expected, place, shown)}
    if any(all(state != "sent" for _, state in expected[place:]) for place in places):
        return None
    written, came = Counter(s for s, state in expected if state in ("sent", "unknown")), Counter(received)
    return f"came too often: {dict(came - written)}, missing: {dict(written - came)}, in order: {received}"


def _after(expected: list[tuple[str, str]], place: int, shown: str) -> list[int]:
    """Where one can be in the expected replies once this one was seen, skipping only those that may be missing."""
    found = []
    for i in range(place, len(expected)):
        what, state = expected[i]
        if what == shown and state in ("sent", "unknown"):
            found.append(i + 1)
        if state == "sent":
            break
    return found
