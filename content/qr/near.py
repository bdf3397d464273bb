"""How near two names or numbers are, counted in slips of a hand: insert, delete, change, swap of neighbours."""

from collections.abc import Iterable


def edits(a: str, b: str, limit: int) -> int:
    """How many slips lie between the two (restricted Damerau-Levenshtein); `limit` + 1 stands for any more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row = row, [i]
        for j, y in enumerate(b, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def one_edit(text: str, others: Iterable[str]) -> bool:
    """Whether one of the others is exactly one slip away."""
    return any(_one_slip(text, other) for other in others)


def _one_slip(a: str, b: str) -> bool:
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[start:], b[start:]
    end = next((i for i, (x, y) in enumerate(zip(a[::-1], b[::-1], strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[: len(a) - end], b[: len(b) - end]
    return a != b and ((len(a) <= 1 and len(b) <= 1) or (len(a) == 2 and a == b[::-1]))
