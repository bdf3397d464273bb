"""What is the same in every QR code of a size: finder, timing and alignment patterns (ISO/IEC 18004, section 6.3)."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SIZES = tuple(range(21, 98, 4))
"""Modules a side of versions 1 to 20; a payment code has 25 to 61."""


def alignments(size: int) -> list[int]:
    """Rows and columns of the middles of alignment patterns."""
    version = (size - 17) // 4
    if version == 1:
        return []
    count = version // 7 + 2
    step = (version * 8 + count * 3 + 5) // (count * 4 - 4) * 2
    return [6, *(size - 7 - step * i for i in range(count - 2, -1, -1))]


@cache
def known(size: int) -> Floats:
    """For every module 1 where it is always dark, -1 where it is always light, 0 where it carries data."""
    modules = np.zeros((size, size), np.float32)
    finder = -np.ones((9, 9), np.float32)
    finder[1:8, 1:8], finder[2:7, 2:7], finder[3:6, 3:6] = 1, -1, 1
    modules[:8, :8] = finder[1:, 1:]
    modules[:8, -8:] = finder[1:, :8]
    modules[-8:, :8] = finder[:8, 1:]
    modules[6, 8:-8] = modules[8:-8, 6] = np.where(np.arange(8, size - 8) % 2 == 0, 1, -1)
    places = alignments(size)
    for y in places:
        for x in places:
            if (y, x) not in ((6, 6), (6, size - 7), (size - 7, 6)):
                modules[y - 2 : y + 3, x - 2 : x + 3] = 1
                modules[y - 1 : y + 2, x - 1 : x + 2] = -1
                modules[y, x] = 1
    modules[size - 8, 8] = 1
    modules.flags.writeable = False
    return modules


@cache
def corners(size: int) -> NDArray[np.bool_]:
    """Where the three finder patterns are, with their light rims."""
    found = np.zeros((size, size), bool)
    found[:8, :8] = found[:8, -8:] = found[-8:, :8] = True
    found.flags.writeable = False
    return found


@cache
def timing(size: int) -> NDArray[np.bool_]:
    """Where the two timing patterns are."""
    found = np.zeros((size, size), bool)
    found[6, 8:-8] = found[8:-8, 6] = True
    found.flags.writeable = False
    return found
