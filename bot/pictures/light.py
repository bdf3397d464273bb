"""Light and dark in a picture: blurred, freed from shade, and looked at between its dots."""

from typing import Any

import numpy as np

from bot.pictures.pattern import Floats

FAINT = 6.0
"""Grey levels of contrast below which a place is taken for even."""


def evened(dots: Floats, reach: int) -> Floats:
    """Light and shade taken away: dark is positive, light negative, one unit the contrast of the place."""
    mean = local_mean(dots, reach)
    contrast: Floats = np.sqrt(np.maximum(local_mean(dots * dots, reach) - mean * mean, 0)) + np.float32(FAINT)
    even: Floats = (mean - dots) / contrast
    return even


def local_mean(values: Floats, reach: int) -> Floats:
    """The mean over the square around each place."""
    n = 2 * reach + 1
    padded = np.pad(values, ((reach + 1, reach), (reach + 1, reach)), mode="edge").astype(np.float64)
    sums = padded.cumsum(0).cumsum(1)
    whole = sums[n:, n:] - sums[:-n, n:] - sums[n:, :-n] + sums[:-n, :-n]
    mean: Floats = (whole / (n * n)).astype(np.float32)
    return mean


def softened(values: Floats, sigma: float) -> Floats:
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


def between(dots: Floats, x: Any, y: Any) -> Floats:
    """Values at places given in dots, between them as well."""
    height, width = dots.shape
    x = np.clip(x - 0.5, 0, width - 1.001)
    y = np.clip(y - 0.5, 0, height - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    fx, fy = (x - left).astype(np.float32), (y - top).astype(np.float32)
    flat, i = dots.ravel(), top * width + left
    a, b, c, d = flat[i], flat[i + 1], flat[i + width], flat[i + width + 1]
    above, below = a + (b - a) * fx, c + (d - c) * fx
    between: Floats = above + (below - above) * fy
    return between
