"""Finds where a code may stand when the decoder sees none, by its three corner patterns, through noise and blur."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.pictures.pattern import Floats
from bot.pictures.poses import Points

Ints = NDArray[np.int32]
SIZES = tuple(2 * 1.26**n for n in range(10))
"""Dots of a module that are looked for."""
MODULE = 2
"""Dots of a module the picture is brought to for each of these."""
MOST_DOTS = 1_300_000
"""Of a picture that is searched; a larger one is searched for larger codes only."""
MOST_TURNED = 6
"""Times the dots of a picture, twice, that it may need on its corner; a strip would need too many."""
MOST = 12
"""Corner patterns looked at together."""
CLEAR = 0.36
"""Likeness to a corner pattern, 1 at most, from which a place counts."""
RINGS = {3: 2, 5: -2, 7: 2, 9: -1}
"""A corner pattern with its light rim as squares laid over each other, by their modules: dark is 1, light is -1."""
AREA = 81
"""Modules of it all."""
MEAN = sum(weight * n * n for n, weight in RINGS.items()) / AREA
SPREAD = (1 - MEAN * MEAN) ** 0.5
GRAIN = 3.0
"""Grey levels of contrast below which a place is taken for even."""


@dataclass(frozen=True, slots=True)
class Face:
    """How a code is looked for: as it is, made narrower across or down since it may be tilted, or on its corner."""

    across: float = 1.0
    down: float = 1.0
    turned: bool = False


STRAIGHT = (Face(),)
SLANTED = (Face(across=0.7), Face(down=0.7), Face(turned=True))


@dataclass(frozen=True, slots=True)
class Corner:
    """What looks like a finder pattern: its middle, the dots of its modules, and how clear it is."""

    x: float
    y: float
    module: float
    clear: float


def frames(corners: Sequence[Corner]) -> Iterator[Points]:
    """Where codes may stand, the likeliest first: middles of the corner patterns, as for `grid.guesses`."""
    found = []
    for three in itertools.combinations(_apart(corners), 3):
        for i in range(3):
            at, others = three[i], [three[j] for j in range(3) if j != i]
            merit = _merit(at, *others)
            if merit is not None:
                found.append((merit, at, others))
    found.sort(key=lambda f: -f[0])
    for _, at, (one, two) in found:
        turn = (one.x - at.x) * (two.y - at.y) - (one.y - at.y) * (two.x - at.x)
        right, below = (one, two) if turn > 0 else (two, one)
        opposite = (right.x + below.x - at.x, right.y + below.y - at.y)
        yield (at.x, at.y), (right.x, right.y), opposite, (below.x, below.y)


def _merit(at: Corner, one: Corner, two: Corner) -> float | None:
    """How well three patterns stand as the corners of one code, `at` where its edges meet; None when they cannot."""
    modules = sorted(c.module for c in (at, one, two))
    if modules[2] > 2.1 * modules[0]:
        return None
    a, b = np.array([one.x - at.x, one.y - at.y]), np.array([two.x - at.x, two.y - at.y])
    long, short = sorted((float(np.hypot(*a)), float(np.hypot(*b))), reverse=True)
    module = modules[1]
    if short < 9 * module or long > 100 * module or long > 2.2 * short:
        return None
    lean = abs(float(a @ b)) / (long * short)
    if lean > 0.6:
        return None
    return at.clear + one.clear + two.clear - 0.5 * lean - 0.5 * (long / short - 1)


def corners(picture: Image.Image, face: Face) -> list[Corner]:
    """What looks like a finder pattern of any size, seen that way."""
    if face.turned and (picture.width + picture.height) ** 2 > MOST_TURNED * picture.width * picture.height:
        return []
    seen = picture.rotate(45, Image.Resampling.BILINEAR, expand=True, fillcolor=128) if face.turned else picture
    found: list[Corner] = []
    for size in SIZES:
        scale = MODULE / size
        width, height = round(seen.width * scale / face.across), round(seen.height * scale / face.down)
        if width * height > MOST_DOTS or min(width, height) < 21 * MODULE:
            continue
        small = seen.resize((width, height), Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
        for y, x, clear in _peaks(_likeness(np.asarray(small, np.int32))):
            place = x * seen.width / width, y * seen.height / height
            if face.turned:
                place = _turned_back(place, seen, picture)
            found.append(Corner(*place, size, clear))
    return found


def _turned_back(place: tuple[float, float], seen: Image.Image, picture: Image.Image) -> tuple[float, float]:
    """A place of the picture turned by 45 degrees as a place of the picture."""
    x, y = (place[0] - seen.width / 2) * 0.5**0.5, (place[1] - seen.height / 2) * 0.5**0.5
    return x - y + picture.width / 2, x + y + picture.height / 2


def _apart(corners: Sequence[Corner]) -> list[Corner]:
    """The clearest, one a place."""
    kept: list[Corner] = []
    for corner in sorted(corners, key=lambda c: -c.clear):
        if all(np.hypot(corner.x - k.x, corner.y - k.y) > 4 * max(corner.module, k.module) for k in kept):
            kept.append(corner)
            if len(kept) == MOST:
                break
    return kept


def _likeness(grey: Ints) -> Floats:
    """How much each dot looks like the middle of a finder pattern, dark or light: the correlation with one."""
    sums = _sums(grey)
    means = {n: _around(sums, n * MODULE) for n in RINGS}
    squares = _around(_sums(grey * grey), 9 * MODULE)
    spread = np.sqrt(np.maximum(squares - means[9] ** 2, 0) + np.float32(GRAIN**2))
    whole = sum(np.float32(weight * n * n / AREA) * means[n] for n, weight in RINGS.items())
    alike: Floats = np.abs(whole - np.float32(MEAN) * means[9]) / (spread * np.float32(SPREAD))
    return alike


def _sums(values: Ints) -> Ints:
    """Sums of everything above and left. They may run over; their differences over a small square do not."""
    sums = np.zeros((values.shape[0] + 1, values.shape[1] + 1), np.int32)
    np.cumsum(values, 0, out=sums[1:, 1:])
    np.cumsum(sums[1:, 1:], 1, out=sums[1:, 1:])
    return sums


def _around(sums: Ints, wide: int) -> Floats:
    """The mean over a square that wide around each dot whose square of nine modules lies within the picture."""
    off = (9 * MODULE - wide) // 2
    height, width = sums.shape[0] - 9 * MODULE, sums.shape[1] - 9 * MODULE
    corner = [sums[off + dy : off + dy + height, off + dx : off + dx + width] for dy in (wide, 0) for dx in (wide, 0)]
    whole = corner[0] - corner[1] - corner[2] + corner[3]
    return whole.astype(np.float32) * np.float32(1 / (wide * wide))


def _peaks(alike: Floats) -> list[tuple[float, float, float]]:
    """The clearest dots, one a neighbourhood: row, column and likeness."""
    ys, xs = np.nonzero(alike > CLEAR)
    values = alike[ys, xs]
    kept: list[tuple[float, float, float]] = []
    for i in np.argsort(-values)[:400]:
        y, x = float(ys[i]), float(xs[i])
        if len(kept) < MOST and all(abs(y - ky) > 3 * MODULE or abs(x - kx) > 3 * MODULE for ky, kx, _ in kept):
            kept.append((y, x, float(values[i])))
    middle = 9 * MODULE / 2
    return [(y + middle, x + middle, c) for y, x, c in kept]
