"""Finds where a code may stand when the decoder sees none, by its three corner patterns, through noise and blur."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.pictures.grid import Points
from bot.pictures.pattern import Floats

Ints = NDArray[np.int32]
SIZES = tuple(2 * 1.26**n for n in range(10))
"""Dots of a module that are looked for."""
MODULE = 2
"""Dots of a module the picture is brought to for each of these."""
MOST_DOTS = 900_000
"""Of a picture that is searched; a larger one is searched for larger codes only."""
MOST = 14
"""Corner patterns looked at together."""
CLEAR = 0.55
"""Contrast of a pattern, in deviations of its surroundings, from which it counts."""


@dataclass(frozen=True, slots=True)
class Corner:
    """What looks like a finder pattern: its middle, the dots of its modules, and how clear it is."""

    x: float
    y: float
    module: float
    clear: float


def frames(picture: Image.Image) -> Iterator[Points]:
    """Where codes may stand, the likeliest first: middles of the corner patterns, as for `grid.guesses`."""
    corners = _corners(picture)
    found = []
    for three in itertools.combinations(corners, 3):
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
    if modules[2] > 1.8 * modules[0]:
        return None
    a, b = np.array([one.x - at.x, one.y - at.y]), np.array([two.x - at.x, two.y - at.y])
    long, short = sorted((float(np.hypot(*a)), float(np.hypot(*b))), reverse=True)
    module = modules[1]
    if short < 11 * module or long > 90 * module or long > 2.2 * short:
        return None
    lean = abs(float(a @ b)) / (long * short)
    if lean > 0.6:
        return None
    return min(at.clear, one.clear, two.clear) + 0.3 * (at.clear + one.clear + two.clear) - lean - (long / short - 1)


def _corners(picture: Image.Image) -> list[Corner]:
    """The clearest finder patterns of all sizes."""
    found: list[Corner] = []
    for size in SIZES:
        scale = MODULE / size
        width, height = round(picture.width * scale), round(picture.height * scale)
        if width * height > MOST_DOTS or min(width, height) < 21 * MODULE:
            continue
        small = picture.resize((width, height), Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
        for y, x, clear in _peaks(_clarity(np.asarray(small, np.int32))):
            found.append(Corner(x / scale, y / scale, size, clear))
    found.sort(key=lambda c: -c.clear)
    kept: list[Corner] = []
    for corner in found:
        if all(np.hypot(corner.x - k.x, corner.y - k.y) > 4 * max(corner.module, k.module) for k in kept):
            kept.append(corner)
    return kept[:MOST]


def _clarity(grey: Ints) -> Floats:
    """How much each dot looks like the middle of a finder pattern, light or dark, in deviations of the place."""
    sums = _sums(grey)
    means = {n: _around(sums, n * MODULE) for n in (3, 5, 7, 9)}
    ring = {n: (n * n * means[n] - (n - 2) ** 2 * means[n - 2]) / (n * n - (n - 2) ** 2) for n in (5, 7, 9)}
    squares = _around(_sums(grey * grey), 9 * MODULE)
    spread = np.sqrt(np.maximum(squares - means[9] ** 2, 0)) + 3
    dark = np.minimum(ring[5], ring[9]) - np.maximum(means[3], ring[7])
    light = np.minimum(means[3], ring[7]) - np.maximum(ring[5], ring[9])
    clear: Floats = np.maximum(dark, light) / spread
    return clear


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


def _peaks(clear: Floats) -> list[tuple[float, float, float]]:
    """The clearest dots, one a neighbourhood: row, column and clarity."""
    ys, xs = np.nonzero(clear > CLEAR)
    values = clear[ys, xs]
    kept: list[tuple[float, float, float]] = []
    for i in np.argsort(-values)[:400]:
        y, x = float(ys[i]), float(xs[i])
        if len(kept) < MOST and all(abs(y - ky) > 3 * MODULE or abs(x - kx) > 3 * MODULE for ky, kx, _ in kept):
            kept.append((y, x, float(values[i])))
    middle = 9 * MODULE / 2
    return [(y + middle, x + middle, c) for y, x, c in kept]
