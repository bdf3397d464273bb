"""Reads the QR codes in a picture: the decoder first, then what helps it, until one is read or the time is over.

A wrong text is worse than none. A payment code carries its own check digits; one whose digits are wrong, and any
other text that only just came through the code's error correction, counts only when a second look reads the same.
Where two looks read different texts at one place, neither counts.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops, ImageFilter, ImageOps

from bot.pictures.looking import Look, Points, Seen, look, look_at_drawing
from bot.pictures.opening import Opened

if TYPE_CHECKING:
    from bot.pictures.finding import Corner, Face

LARGE: Final = 9_000_000
"""Dots from which half the size is looked at first."""
BASE: Final = 1_500_000
"""Dots a picture is brought to before it is filtered."""
SMALL: Final = 700_000
"""Dots up to which a picture is also looked at enlarged."""
FRAMES: Final = 3
"""Places of one view the grid is laid over."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a picture."""

    codes: tuple[str, ...] = ()
    problem: str | None = None


def read(opened: Opened, left: Callable[[], bool]) -> Found:
    """The texts of the codes in the picture; `left` tells whether there is time for more. Raises Refused."""
    return _Reading(opened, left).found()


class _Reading:
    """One picture, looked at again and again."""

    def __init__(self, opened: Opened, left: Callable[[], bool]) -> None:
        self._opened = opened
        self._left = left
        self._grey = opened.grey()
        self._looks: list[Look] = []
        self._frames: list[Points] = []
        self._corners: list[Corner] = []
        self._laid: list[Points] = []
        self._seen = False
        self._doubted = False

    def found(self) -> Found:
        """Looks, makes sure, and looks for more of them."""
        for seen in self._views():
            self._looks += seen.looks
            self._frames += seen.frames
            if self._looks or not self._left():
                break
        codes = self._agreed()
        if codes:
            return Found(tuple(codes))
        return Found(problem="unread" if self._seen or self._doubted else None)

    # --- looking ---

    def _views(self) -> Iterator[Seen]:
        """Ever more laborious looks at the whole picture."""
        grey = self._grey
        half = grey.width * grey.height > LARGE
        yield look(grey.reduce(2), 0.5) if half else look(grey)
        base, scale = self._base()
        yield look(base.filter(ImageFilter.GaussianBlur(1.2)), scale)
        from bot.pictures import finding

        yield self._lay(base, scale, finding.STRAIGHT)
        if half:
            yield look(grey)
        yield look(_even(base), scale)
        yield self._lay(base, scale, finding.SLANTED)
        yield look(base.filter(ImageFilter.UnsharpMask(4, 250, 0)), scale)
        if base.width * base.height < SMALL:
            yield look(base.resize((base.width * 2, base.height * 2), Image.Resampling.BICUBIC), 2 * scale)
        yield look(_even(base.filter(ImageFilter.GaussianBlur(2))), scale, plain=True)
        for colour in self._opened.colours():
            yield look(colour, colour.width / grey.width)

    def _base(self) -> tuple[Image.Image, float]:
        factor = max(1, round((self._grey.width * self._grey.height / BASE) ** 0.5))
        return (self._grey.reduce(factor), 1 / factor) if factor > 1 else (self._grey, 1.0)

    def _lay(self, base: Image.Image, scale: float, faces: "Iterable[Face]") -> Seen:
        """Lays the grid where our own search sees corner patterns, and where the decoder saw a code."""
        from bot.pictures import finding

        for face in faces:
            if self._left():
                self._corners += finding.corners(base, face)
        found = ([(x / scale, y / scale) for x, y in frame] for frame in finding.frames(self._corners))
        frames: list[Points] = []
        for frame in [*self._frames[:FRAMES], *itertools.islice(found, FRAMES)]:
            if not any(_same(frame, other) for other in (*self._laid, *frames)):
                frames.append(frame)
        self._frames = []
        self._laid += frames
        return Seen(tuple(self._through_grid(frames, 1)))

    def _through_grid(self, frames: Sequence[Points], wanted: int) -> list[Look]:
        """Up to so many readings of a code through the grid."""
        if not frames:
            return []
        from bot.pictures import grid

        looks: list[Look] = []
        for drawing, frame in grid.guesses(self._grey, frames, self._left):
            self._seen = True
            one = look_at_drawing(drawing, frame)
            looks += [one] if one else []
            if len(looks) == wanted or not self._left():
                break
        return looks

    # --- making sure ---

    def _agreed(self) -> list[str]:
        """Each text that stands beyond doubt, once."""
        codes: list[str] = []
        for one in self._looks:
            others = [p for p in (*self._looks, *self._second(one)) if p is not one and p.over(one)]
            sure = one.sure or bool(others)
            if any(p.text != one.text for p in others) or not sure:
                self._doubted = True
            elif one.text not in codes:
                codes.append(one.text)
        return codes

    def _second(self, one: Look) -> list[Look]:
        """Other looks at the same place, through other eyes; more of them while there is doubt."""
        (x, y), reach = one.middle, 2.2 * one.reach + 4
        box = (max(0, int(x - reach)), max(0, int(y - reach)),
               min(self._grey.width, int(x + reach)), min(self._grey.height, int(y + reach)))  # fmt: skip
        part = self._grey.crop(box)
        share = 1.5 if part.width < 700 else 700 / part.width
        other = part.resize((round(part.width * share), round(part.height * share)), Image.Resampling.BICUBIC)
        looks = [p for p in look(other, other.width / part.width, box[:2]).looks if p.over(one)]
        if not looks and not one.sure:
            soft = part.filter(ImageFilter.GaussianBlur(0.8))
            looks = [p for p in look(soft, 1.0, box[:2], plain=True).looks if p.over(one)]
        if not looks and not one.sure:
            looks = self._through_grid([one.frame], 2)
        return looks


def _even(picture: Image.Image) -> Image.Image:
    """Without the light and shade that lie over it."""
    around = picture.filter(ImageFilter.BoxBlur(max(8, min(picture.size) // 24)))
    return ImageOps.autocontrast(ImageChops.subtract(picture, around, 1.0, 128), 1)


def _same(one: Points, other: Points) -> bool:
    """Whether two frames are the same but for a hair."""
    size = max(abs(one[0][i] - one[2][i]) for i in (0, 1))
    return all(max(abs(a - c), abs(b - d)) < 0.02 * size for (a, b), (c, d) in zip(one, other, strict=True))
