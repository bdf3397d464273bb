"""Modules of a code that is bent, blurred or dim: a grid laid over it by what every code must show.

A code is found but not read when its paper is curved, its picture out of focus, or its light bad. What is dark and
light in finder, timing and alignment patterns is known beforehand. So the grid is bent until it fits these, and the
blur of this very picture is learnt from them: the filter that gives back the known modules gives back the others too.
The modules are drawn anew, clean, for the decoder; its error correction alone decides whether they are a code.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from bot.pictures.pattern import SIZES, Floats, alignments, corners, known, timing

DOTS = 6
"""Dots of a module in the straightened picture."""
RIM = 3
"""Modules kept around the code."""
FAINT = 6.0
"""Grey levels of contrast below which a place is taken for even."""
LEAST = 0.3
"""Agreement with the known modules below which there is no code of that size."""
ODD_SIZES = 2
"""Sizes tried for one place."""
Points = Sequence[tuple[float, float]]


def guesses(picture: Image.Image, frame: Points) -> Iterator[Image.Image]:
    """Clean drawings of the code that seems to stand there, the likeliest first.

    `picture` is grey. `frame`: the middles of its finder patterns upper left and upper right, the point opposite, the
    middle of the one lower left.
    """
    cut, frame = _cut(picture, frame)
    for size, sign in _sizes(cut, frame):
        grid = _Grid(cut, frame, size, sign)
        if grid.fits():
            yield from grid.drawings()


def _cut(picture: Image.Image, frame: Points) -> tuple[Image.Image, Points]:
    """The part of the picture around the frame, made smaller when it is much finer than we need."""
    edges = [np.hypot(frame[i][0] - frame[i - 1][0], frame[i][1] - frame[i - 1][1]) for i in range(4)]
    around = float(max(edges)) * 0.6
    xs, ys = [x for x, _ in frame], [y for _, y in frame]
    left, top = max(0, int(min(xs) - around)), max(0, int(min(ys) - around))
    right, bottom = min(picture.width, int(max(xs) + around)), min(picture.height, int(max(ys) + around))
    cut = picture.crop((left, top, max(right, left + 8), max(bottom, top + 8)))
    factor = max(1, int(float(np.mean(edges)) / (45 * DOTS)))
    small = cut.reduce(factor) if factor > 1 else cut
    return small, [((x - left) / factor, (y - top) / factor) for x, y in frame]


def _homography(source: Points, target: Points) -> Any:
    """The projection that takes four points to four others. Raises LinAlgError when three of them lie in a line."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(np.array(rows, float), np.array(values, float)), 1).reshape(3, 3)


def _middles(size: float) -> Points:
    far = size - 3.5
    return ((3.5, 3.5), (far, 3.5), (far, far), (3.5, far))


def _sizes(cut: Image.Image, frame: Points) -> list[tuple[int, float]]:
    """The sizes that suit finder and timing patterns best, each with 1 or, for a light code on dark, -1."""
    side = 41
    dots = _straightened(cut, _homography(_middles(side), frame), side)
    found = []
    for size in SIZES:
        # The finders' middles stay where they are; only the modules between them are more or fewer.
        share = (side - 7) / (size - 7)
        scores = []
        for mask in (corners(size), timing(size)):
            ys, xs = np.nonzero(mask)
            seen = _at(dots, (xs + 0.5 - 3.5) * share + 3.5, (ys + 0.5 - 3.5) * share + 3.5)
            wanted = known(size)[ys, xs]
            scores.append(float((seen * wanted).mean() / np.sqrt((seen * seen).mean() + 1e-6)))
        found.append((abs(scores[0]) + 0.5 * abs(scores[1]), size, 1.0 if scores[0] >= 0 else -1.0))
    found.sort(reverse=True)
    return [(size, sign) for score, size, sign in found[:ODD_SIZES] if score > LEAST]


def _straightened(cut: Image.Image, projection: Any, size: int) -> Floats:
    """The code seen from above, DOTS dots a module with RIM modules around it; dark is positive, light negative, one
    unit the contrast of the place."""
    n = (size + 2 * RIM) * DOTS
    scale = np.array([[1 / DOTS, 0, -RIM], [0, 1 / DOTS, -RIM], [0, 0, 1]])
    matrix = projection @ scale
    matrix /= matrix[2, 2]
    coefficients = tuple(float(m) for m in matrix.ravel()[:8])
    seen = cut.transform((n, n), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    dots = np.asarray(seen, np.float32)
    mean = _mean(dots, 4 * DOTS)
    contrast: Floats = np.sqrt(np.maximum(_mean(dots * dots, 4 * DOTS) - mean * mean, 0)) + np.float32(FAINT)
    straight: Floats = (mean - dots) / contrast
    return straight


def _mean(values: Floats, reach: int) -> Floats:
    """The mean over the square around each place."""
    n = 2 * reach + 1
    padded = np.pad(values, ((reach + 1, reach), (reach + 1, reach)), mode="edge").astype(np.float64)
    sums = padded.cumsum(0).cumsum(1)
    whole = sums[n:, n:] - sums[:-n, n:] - sums[n:, :-n] + sums[:-n, :-n]
    mean: Floats = (whole / (n * n)).astype(np.float32)
    return mean


def _soft(values: Floats, sigma: float) -> Floats:
    """Blurred, so that a grid that is a little off still feels where to go."""
    reach = max(1, int(2.5 * sigma))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2).astype(np.float32)
    weights /= weights.sum()
    for _ in range(2):  # along one axis, then, turned over, along the other
        padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
        length = values.shape[0]
        total = np.zeros_like(values)
        for i, weight in enumerate(weights):
            total += padded[i : i + length] * weight
        values = np.ascontiguousarray(total.T)
    return values


def _at(dots: Floats, u: Any, v: Any) -> Floats:
    """Values at places given in modules, between the dots as well."""
    height, width = dots.shape
    x = np.clip((u + RIM) * DOTS - 0.5, 0, width - 1.001)
    y = np.clip((v + RIM) * DOTS - 0.5, 0, height - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    fx, fy = (x - left).astype(np.float32), (y - top).astype(np.float32)
    flat, i = dots.ravel(), top * width + left
    a, b, c, d = flat[i], flat[i + 1], flat[i + width], flat[i + width + 1]
    above, below = a + (b - a) * fx, c + (d - c) * fx
    between: Floats = above + (below - above) * fy
    return between


class _Grid:
    """A grid of modules over a straightened code: a smooth bend of it all, then a shift of each neighbourhood."""

    def __init__(self, cut: Image.Image, frame: Points, size: int, sign: float) -> None:
        self._size = size
        self._known = known(size)
        projection = _homography(_middles(size), frame)
        self._dots = sign * _straightened(cut, projection, size)
        self._powers = [(i, j) for i in range(4) for j in range(4 - i)]
        self._bend = np.zeros((len(self._powers), 2))
        self._shift = np.zeros((2, size, size), np.float32)
        places = alignments(size)
        if places:
            moved = self._fourth(places[-1] + 0.5)
            if moved is not None:
                old, new = [*_middles(size)], [*_middles(size)]
                old[2] = (places[-1] + 0.5, places[-1] + 0.5)
                new[2] = moved
                self._dots = sign * _straightened(cut, projection @ _homography(old, new), size)

    # --- laying the grid ---

    def _fourth(self, place: float) -> tuple[float, float] | None:
        """Where the last alignment pattern is, which perspective moves most. In modules; None if not seen."""
        size, reach = self._size, 2 * round(max(3.5, self._size * 0.12))
        half = np.arange(-reach - 4, reach + 5) / 2
        seen = _at(_soft(self._dots, 0.35 * DOTS), *np.meshgrid(place + half, place + half))
        wanted = self._known[size - 9 : size - 4, size - 9 : size - 4]
        wanted = wanted - wanted.mean()
        windows = sliding_window_view(seen, (9, 9))[:, :, ::2, ::2]
        even = windows - windows.mean((2, 3), keepdims=True)
        score = (even * wanted).sum((2, 3)) / np.sqrt((even * even).sum((2, 3)) * (wanted * wanted).sum() + 1e-6)
        away = np.arange(-reach, reach + 1) / 2
        score = score - 0.01 * np.hypot(away[:, None], away[None, :])
        y, x = np.unravel_index(int(score.argmax()), score.shape)
        return (place + away[x], place + away[y]) if score[y, x] > 0.6 else None

    def fits(self) -> bool:
        """Bends the grid over the known modules; whether they are there."""
        size = self._size
        near = corners(size).copy()
        if alignments(size):
            near[size - 9 : size - 4, size - 9 : size - 4] = True
        self._fit(near, 0.6, 8)
        self._fit(near, 0.35, 4)
        self._fit(self._known != 0, 0.4, 6)
        ys, xs = np.nonzero(self._known)
        u, v = self._bent(xs + 0.5, ys + 0.5)
        seen = _at(self._dots, u, v)
        return float((seen * self._known[ys, xs]).mean() / np.sqrt((seen * seen).mean() + 1e-6)) > LEAST

    def _basis(self, u: Any, v: Any) -> Any:
        half = self._size / 2
        a, b = u / half - 1, v / half - 1
        return np.stack([a**i * b**j for i, j in self._powers], -1)

    def _bent(self, u: Any, v: Any) -> tuple[Any, Any]:
        off = self._basis(u, v) @ self._bend
        return u + off[..., 0], v + off[..., 1]

    def _fit(self, mask: Any, sigma: float, rounds: int) -> None:
        """Gauss and Newton: bends the grid towards agreement with the known modules under the mask."""
        soft = _soft(self._dots, sigma * DOTS)
        down, right = (np.asarray(g * DOTS, np.float32) for g in np.gradient(soft))
        ys, xs = np.nonzero(mask & (self._known != 0))
        inside = np.array([-0.28, 0.0, 0.28])
        u = (xs[:, None, None] + 0.5 + inside[None, None, :] + 0 * inside[None, :, None]).ravel()
        v = (ys[:, None, None] + 0.5 + inside[None, :, None] + 0 * inside[None, None, :]).ravel()
        wanted = np.repeat(self._known[ys, xs], 9)
        basis = self._basis(u, v)
        k = basis.shape[1]
        stiff = 1e-4 * len(u)
        for _ in range(rounds):
            off = basis @ self._bend
            at = u + off[:, 0], v + off[:, 1]
            seen = _at(soft, *at)
            strength = max(0.2, float((seen * wanted).mean()))
            slopes = np.concatenate([_at(right, *at)[:, None] * basis, _at(down, *at)[:, None] * basis], 1)
            left = slopes.T @ slopes + stiff * np.eye(2 * k)
            step = np.linalg.solve(left, slopes.T @ (strength * wanted - seen) - stiff * self._bend.T.ravel())
            step = np.clip(step, -1.5, 1.5)
            self._bend = self._bend + step.reshape(2, k).T
            if np.abs(step).max() < 0.01:
                break

    # --- reading the modules ---

    def drawings(self) -> Iterator[Image.Image]:
        """What the modules seem to be, better and better guesses."""
        ys, xs = np.mgrid[0 : self._size, 0 : self._size] + 0.5
        self._u, self._v = self._bent(xs, ys)
        guess, weights = self._learnt(None, 2)
        yield self._drawn(guess)
        guess, weights = self._learnt(guess, 2)
        yield self._drawn(guess)
        for reach in (1.75, 0.75, 0.5):
            self._relax(weights, reach)
            guess, weights = self._learnt(None, 2)
            yield self._drawn(guess)
            guess, weights = self._learnt(guess, 3)
            yield self._drawn(guess)

    def _learnt(self, guess: Floats | None, reach: int) -> tuple[Floats, Floats]:
        """Each module by the filter, of so many half modules each way, that best gives back those we know, or believe
        to know; and that filter."""
        offsets = np.arange(-reach, reach + 1) / 2
        u, v = self._u + self._shift[0], self._v + self._shift[1]
        seen = [_at(self._dots, u + a, v + b).ravel() for b in offsets for a in offsets]
        table = np.stack([*seen, np.ones(u.size, np.float32)], 1)
        sure, wanted = (self._known != 0).ravel(), self._known.ravel()
        trust = sure.astype(np.float32)
        if guess is not None:
            trust = np.where(sure, 1.0, np.clip(np.abs(guess.ravel()), 0, 1) * 0.7).astype(np.float32)
            wanted = np.where(sure, wanted, np.sign(guess.ravel()))
        weighted = table * trust[:, None]
        square = weighted.T @ table + (0.002 * trust.sum() + 1e-3) * np.eye(table.shape[1], dtype=np.float32)
        weights = np.linalg.solve(square, weighted.T @ wanted).astype(np.float32)
        return (table @ weights).reshape(u.shape), weights

    def _drawn(self, guess: Floats) -> Image.Image:
        """Black and white, four dots a module, with its quiet zone."""
        dark = np.where(self._known != 0, self._known, guess) > 0
        dots = np.kron(np.where(np.pad(dark, 4), 0, 255).astype(np.uint8), np.ones((4, 4), np.uint8))
        return Image.fromarray(dots)

    def _relax(self, weights: Floats, reach: float) -> None:
        """Shifts each neighbourhood, by up to `reach` modules, to where its modules stand out most.

        It begins where known modules agree and goes on from neighbour to neighbour: a whole module off looks just as
        clear.
        """
        clear = self._filtered(weights)
        steps = np.arange(-reach, reach + 0.01, 0.25)
        shifts = np.array([(a, b) for b in steps for a in steps], np.float32)
        u, v = self._u + self._shift[0], self._v + self._shift[1]
        sure, wanted = self._known != 0, self._known
        stand = []
        for a, b in shifts:
            seen = np.clip(_at(clear, u + a, v + b), -1.3, 1.3)
            stand.append(_mean(np.where(sure, 1.2 * wanted * seen, np.abs(seen)), 2))
        merit = np.array(stand)
        near = _mean(sure.astype(np.float32), 2)
        here = np.clip(_at(clear, u, v), -1.3, 1.3)
        anchored = (near > 0.3) & (_mean(np.where(sure, wanted * here, 0), 2) > 0.45 * near)
        trust = np.where(anchored, 1.0, 1e-4).astype(np.float32)
        moved = np.zeros((2, *u.shape), np.float32)
        spread = merit.mean(0)
        for _ in range(self._size // 4):
            heavy = _mean(trust, 2)
            expected = [_mean(m * trust, 2) / heavy for m in moved]
            far = (shifts[:, 0, None, None] - expected[0]) ** 2 + (shifts[:, 1, None, None] - expected[1]) ** 2
            best = (merit - 0.6 * far).argmax(0)
            clearly = np.take_along_axis(merit, best[None], 0)[0] - spread
            reached = heavy > 0.05
            trust = np.where(reached, np.clip(clearly, 0.02, 1) ** 2 * 10, 1e-4).astype(np.float32)
            moved = np.where(reached, np.moveaxis(shifts[best], -1, 0), np.array(expected)).astype(np.float32)
        light = _mean(trust, 1)
        for i in (0, 1):
            self._shift[i] += _mean(moved[i] * trust, 1) / light

    def _filtered(self, weights: Floats) -> Floats:
        """The whole straightened picture through the learnt filter."""
        side = round(np.sqrt(len(weights) - 1))
        reach = side // 2
        half = DOTS // 2
        padded = np.pad(self._dots, reach * half, mode="edge")
        height, width = self._dots.shape
        total = np.full_like(self._dots, weights[-1])
        for n, weight in enumerate(weights[:-1]):
            y, x = n // side * half, n % side * half
            total += weight * padded[y : y + height, x : x + width]
        return total
