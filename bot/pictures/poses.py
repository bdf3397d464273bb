"""How a code stands before the camera: its size in modules, and how much nearer one of its edges is."""

import itertools
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from bot.pictures.light import between, evened, softened
from bot.pictures.pattern import SIZES, Floats, alignments, corners, known, timing

LEAST = 0.3
"""Agreement with the known modules below which no code of that size is seen."""
ODD_SIZES = 2
"""Sizes tried for one place."""
UNSURE = 0.1
"""Agreement taken off for the smallest codes: they have so few known modules that these agree by chance."""
COARSE = 130
"""Dots a side between corner patterns that suffice to tell how a code stands."""
NEARER = tuple(0.06 * n for n in range(-6, 7))
"""How much nearer one edge of a code may be than the other: a code held slantwise from two widths away has 0.4."""
STEEPEST = 0.45
"""Of a frame; beyond, one edge would be seen from behind."""
Points = Sequence[tuple[float, float]]


def poses(cut: Image.Image, frame: Points) -> list[tuple[int, float, Points]]:
    """How the code may stand: the sizes that suit its known modules best, each with 1 or, for a light code on dark,
    with -1, and with its frame in that perspective.

    Three corner patterns tell all but how much nearer one edge of the code is than the other, across and down; where
    the modules of the timing patterns lie tells that.
    """
    whole, side = frame, float(np.mean([np.hypot(*np.subtract(frame[i], frame[0])) for i in (1, 3)]))
    factor = max(1, round(side / COARSE))
    if factor > 1:
        cut, side = cut.reduce(factor), side / factor
        frame = [(x / factor, y / factor) for x, y in frame]
    even = softened(evened(np.asarray(cut, np.float32), max(4, round(side * 0.11))), max(0.5, side * 0.008))
    nearer = np.array([*itertools.product(NEARER, NEARER), _nearer(frame)], np.float32)
    found = []
    for size in SIZES:
        ys, xs = np.nonzero(known(size))
        u, v = ((xs + 0.5 - 3.5) / (size - 7)).astype(np.float32), ((ys + 0.5 - 3.5) / (size - 7)).astype(np.float32)
        seen = between(even, *_seen(frame, nearer[:, :1], nearer[:, 1:], u, v))
        weights, wanted = importance(size), known(size)[ys, xs]
        alike = (seen * (weights * wanted)).sum(1) / np.sqrt((seen * seen * weights).sum(1) + 1e-6)
        best = int(np.abs(alike).argmax())
        chance = 0.0 if alignments(size) else UNSURE
        found.append((float(abs(alike[best])) - chance, size, 1.0 if alike[best] >= 0 else -1.0, nearer[best]))
    found.sort(key=lambda f: -f[0])
    return [(size, sign, _frame(whole, *near)) for score, size, sign, near in found[:ODD_SIZES] if score > LEAST]


@cache
def importance(size: int) -> Floats:
    """How much each known module tells of the pose, in all 1: corner patterns most."""
    ys, xs = np.nonzero(known(size))
    kinds = np.where(corners(size)[ys, xs], 0, np.where(timing(size)[ys, xs], 1, 2))
    counts = np.bincount(kinds, minlength=3)
    shares = np.array([0.6, 0.3, 0.1]) / np.maximum(counts, 1)
    weights: Floats = shares[kinds].astype(np.float32)
    return weights


def _seen(frame: Points, g: Any, h: Any, u: Any, v: Any) -> tuple[Any, Any]:
    """Where places of the code, in units of its frame, are seen when one edge is so much nearer than the other."""
    depth = 1 + g * u + h * v
    (ax, ay), (bx, by), _, (dx, dy) = frame
    return (
        (ax + u * (bx * (1 + g) - ax) + v * (dx * (1 + h) - ax)) / depth,
        (ay + u * (by * (1 + g) - ay) + v * (dy * (1 + h) - ay)) / depth,
    )


def _frame(frame: Points, g: float, h: float) -> Points:
    """The frame with the point opposite where that perspective shows it."""
    x, y = _seen(frame, g, h, 1.0, 1.0)
    return frame[0], frame[1], (float(x), float(y)), frame[3]


def _nearer(frame: Points) -> tuple[float, float]:
    """The perspective of a frame whose four points are known (Heckbert, Fundamentals of Texture Mapping, 2.2.2)."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = frame
    ux, uy, vx, vy = bx - cx, by - cy, dx - cx, dy - cy
    sx, sy = ax - bx + cx - dx, ay - by + cy - dy
    flat = ux * vy - vx * uy
    g, h = ((sx * vy - vx * sy) / flat, (ux * sy - sx * uy) / flat) if flat else (0.0, 0.0)
    return min(max(g, -STEEPEST), STEEPEST), min(max(h, -STEEPEST), STEEPEST)
