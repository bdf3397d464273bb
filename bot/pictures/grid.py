"""Modules of a code that is bent, blurred or dim: a grid laid over it by what every code must show.

A code is found but not read when its paper is curved, its picture out of focus, or its light bad. What is dark and
light in finder, timing and alignment patterns is known beforehand. So the grid is bent until it fits these, and the
blur of this very picture is learnt from them: the filter that gives back the known modules gives back the others too.
The modules are drawn anew, clean, for the decoder; its error correction alone decides whether they are a code.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from bot.pictures.light import between, evened, local_mean, softened
from bot.pictures.pattern import Floats, alignments, corners, known
from bot.pictures.poses import UNSURE, Points, importance, poses

DOTS = 6
"""Dots of a module in the straightened picture."""
LEAST = 0.4
"""Agreement with the known modules below which there is no code of that size."""
RIM = 3
"""Modules kept around the code."""
SPREAD = 3
"""Modules each way whose light reaches a place."""
WIDE = 2 * SPREAD + 1
CLUMPED = 20.0
"""Times the noise of nine looks within a module counts: they err alike, and so does the blur that is learnt."""
ROUNDS = 4
"""Times the blur is learnt, and the modules led by each."""
LIKELY, BEYOND_DOUBT = 0.65, 0.9
"""Agreement from which a grid is worth all that can be tried, and from which no other is looked for."""
FIRST = 3
"""Drawings made of any other."""


def guesses(
    picture: Image.Image, frames: Sequence[Points], left: Callable[[], bool]
) -> Iterator[tuple[Image.Image, Points]]:
    """Clean drawings of the codes that seem to stand there, each with its frame, the likeliest first.

    `picture` is grey. `frames`: of each the middles of its finder patterns upper left and upper right, the point
    opposite, the middle of the one lower left. `left` tells whether there is time for more.
    """
    laid: list[tuple[float, _Grid, Points]] = []
    for frame in frames:
        if not left() or any(fit > BEYOND_DOUBT for fit, _, _ in laid):
            break
        laid += [(fit, grid, frame) for fit, grid in _laid(picture, frame)]
    laid.sort(key=lambda found: -found[0])
    tried: list[tuple[int, Points]] = []
    for fit, grid, frame in laid:
        if not any(grid.size == size and _near(frame, other) for size, other in tried):
            tried.append((grid.size, frame))
            for drawing in itertools.islice(grid.drawings(), None if fit > LIKELY else FIRST):
                yield drawing, frame


def _laid(picture: Image.Image, frame: Points) -> Iterator[tuple[float, "_Grid"]]:
    """Grids over one place, each with how well it fits."""
    cut, at = _cut(picture, frame)
    for size, sign, seen in poses(cut, at):
        try:
            grid = _Grid(cut, seen, size, sign)
        except np.linalg.LinAlgError:  # three corners in a line
            continue
        fit = grid.fit()
        if fit > LEAST:
            yield fit, grid
        if fit > BEYOND_DOUBT:
            break


def _near(one: Points, other: Points) -> bool:
    """Whether two frames are of the same three corner patterns."""
    side = float(np.hypot(one[1][0] - one[0][0], one[1][1] - one[0][1]))
    return all(np.hypot(one[i][0] - other[i][0], one[i][1] - other[i][1]) < 0.1 * side for i in (0, 1, 3))


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


def _straightened(cut: Image.Image, projection: Any, size: int) -> Floats:
    """The code seen from above, DOTS dots a module with RIM modules around it; dark is positive, light negative, one
    unit the contrast of the place."""
    n = (size + 2 * RIM) * DOTS
    scale = np.array([[1 / DOTS, 0, -RIM], [0, 1 / DOTS, -RIM], [0, 0, 1]])
    matrix = projection @ scale
    matrix /= matrix[2, 2]
    coefficients = tuple(float(m) for m in matrix.ravel()[:8])
    seen = cut.transform((n, n), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    return evened(np.asarray(seen, np.float32), 4 * DOTS)


def _at(dots: Floats, u: Any, v: Any) -> Floats:
    """Values at places given in modules, between the dots as well."""
    return between(dots, (u + RIM) * DOTS, (v + RIM) * DOTS)


def _around(dark: Floats) -> Floats:
    """For every module, those around it as far as light spreads, light outside of the code; and one."""
    n = len(dark)
    padded = np.pad(dark, SPREAD, constant_values=-1)
    around = np.ones((WIDE * WIDE + 1, n * n), np.float32)
    for i, (y, x) in enumerate(np.ndindex(WIDE, WIDE)):
        around[i] = padded[y : y + n, x : x + n].ravel()
    return around


class _Grid:
    """A grid of modules over a straightened code: a smooth bend of it all, then a shift of each neighbourhood."""

    def __init__(self, cut: Image.Image, frame: Points, size: int, sign: float) -> None:
        self.size = size
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
        size, reach = self.size, 2 * round(max(3.5, self.size * 0.12))
        half = np.arange(-reach - 4, reach + 5) / 2
        seen = _at(softened(self._dots, 0.35 * DOTS), *np.meshgrid(place + half, place + half))
        wanted = self._known[size - 9 : size - 4, size - 9 : size - 4]
        wanted = wanted - wanted.mean()
        windows = sliding_window_view(seen, (9, 9))[:, :, ::2, ::2]
        even = windows - windows.mean((2, 3), keepdims=True)
        score = (even * wanted).sum((2, 3)) / np.sqrt((even * even).sum((2, 3)) * (wanted * wanted).sum() + 1e-6)
        away = np.arange(-reach, reach + 1) / 2
        score = score - 0.01 * np.hypot(away[:, None], away[None, :])
        y, x = np.unravel_index(int(score.argmax()), score.shape)
        return (place + away[x], place + away[y]) if score[y, x] > 0.6 else None

    def fit(self) -> float:
        """Bends the grid over the known modules; how well these agree then, 1 at most."""
        size = self.size
        near = corners(size).copy()
        if alignments(size):
            near[size - 9 : size - 4, size - 9 : size - 4] = True
        self._fit(near, 0.6, 8)
        self._fit(near, 0.35, 4)
        self._fit(self._known != 0, 0.4, 6)
        ys, xs = np.nonzero(self._known)
        u, v = self._bent(xs + 0.5, ys + 0.5)
        seen = _at(self._dots, u, v)
        weights = importance(size)
        alike = float((seen * self._known[ys, xs] * weights).sum() / np.sqrt((seen * seen * weights).sum() + 1e-6))
        return alike if alignments(size) else alike - UNSURE

    def _basis(self, u: Any, v: Any) -> Any:
        half = self.size / 2
        a, b = u / half - 1, v / half - 1
        return np.stack([a**i * b**j for i, j in self._powers], -1)

    def _bent(self, u: Any, v: Any) -> tuple[Any, Any]:
        off = self._basis(u, v) @ self._bend
        return u + off[..., 0], v + off[..., 1]

    def _fit(self, mask: Any, sigma: float, rounds: int) -> None:
        """Gauss and Newton: bends the grid towards agreement with the known modules under the mask."""
        soft = softened(self._dots, sigma * DOTS)
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
        ys, xs = np.mgrid[0 : self.size, 0 : self.size] + 0.5
        self._u, self._v = self._bent(xs, ys)
        guess, weights = self._learnt(None, 2)
        yield self._drawn(guess)
        guess, weights = self._learnt(guess, 2)
        yield self._drawn(self._weighed(guess))
        yield self._drawn(guess)
        for reach in (1.75, 0.75, 0.5):
            self._relax(weights, reach)
            guess, weights = self._learnt(None, 2)
            yield self._drawn(guess)
            guess, weights = self._learnt(guess, 3)
            yield self._drawn(self._weighed(guess))
            yield self._drawn(guess)

    def _weighed(self, guess: Floats) -> Floats:
        """Each module by what it adds to the light of the places around it, all others being as they seem to be.

        A filter looks at the light alone; a module is black or white. So the blur is learnt the other way round, from
        modules to light, and the modules are led, little by little, to those that would look like this.
        """
        n = self.size
        thirds = (-1 / 3, 0.0, 1 / 3)
        u, v = self._u + self._shift[0], self._v + self._shift[1]
        light = np.stack([_at(self._dots, u + a, v + b).ravel() for b in thirds for a in thirds])
        sure = self._known != 0
        dark = np.where(sure, self._known, np.clip(guess, -1, 1)).astype(np.float32)
        for _ in range(ROUNDS):
            around = _around(dark)
            square = around @ around.T + 0.02 * n * n * np.eye(len(around), dtype=np.float32)
            blur = np.linalg.solve(square, around @ light.T).T.astype(np.float32)
            noise = CLUMPED * float(((light - blur @ around) ** 2).mean()) + 1e-3
            own = float((blur[:, :-1] ** 2).sum())
            for _ in range(ROUNDS):
                left = (blur[:, :-1].T @ (light - blur @ _around(dark))).reshape(-1, n, n)
                pull = own * np.pad(dark, SPREAD)
                for (y, x), part in zip(np.ndindex(WIDE, WIDE), left, strict=True):
                    pull[y : y + n, x : x + n] += part
                led = np.tanh(pull[SPREAD:-SPREAD, SPREAD:-SPREAD] / noise)
                dark = np.where(sure, self._known, (dark + led) / 2).astype(np.float32)
        return dark

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
            stand.append(local_mean(np.where(sure, 1.2 * wanted * seen, np.abs(seen)), 2))
        merit = np.array(stand)
        near = local_mean(sure.astype(np.float32), 2)
        here = np.clip(_at(clear, u, v), -1.3, 1.3)
        anchored = (near > 0.3) & (local_mean(np.where(sure, wanted * here, 0), 2) > 0.45 * near)
        trust = np.where(anchored, 1.0, 1e-4).astype(np.float32)
        moved = np.zeros((2, *u.shape), np.float32)
        spread = merit.mean(0)
        for _ in range(self.size // 4):
            heavy = local_mean(trust, 2)
            expected = [local_mean(m * trust, 2) / heavy for m in moved]
            far = (shifts[:, 0, None, None] - expected[0]) ** 2 + (shifts[:, 1, None, None] - expected[1]) ** 2
            best = (merit - 0.6 * far).argmax(0)
            clearly = np.take_along_axis(merit, best[None], 0)[0] - spread
            reached = heavy > 0.05
            trust = np.where(reached, np.clip(clearly, 0.02, 1) ** 2 * 10, 1e-4).astype(np.float32)
            moved = np.where(reached, np.moveaxis(shifts[best], -1, 0), np.array(expected)).astype(np.float32)
        light = local_mean(trust, 1)
        for i in (0, 1):
            self._shift[i] += local_mean(moved[i] * trust, 1) / light

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
