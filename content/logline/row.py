"""What everything that looks for something in a row of items starts from."""

from collections.abc import Callable, Sequence

from content.logline.items import Item
from content.logline.numerals import number_of


def with_found(items: Sequence[Item], at: Callable[[int], tuple[int, dict[str, str]]]) -> list[Item]:
    """The items, those that belong together as one: `at` tells how many from a place on, and what they mean; 0 when
    none do.
    """
    out: list[Item] = []
    i = 0
    while i < len(items):
        length, tags = at(i)
        out.append(
            Item(tuple(t for item in items[i : i + length] for t in item.tokens), tags) if length else items[i]
        )
        i += length or 1
    return out


class Row:
    """A message as items, looked at by place."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def _at(self, i: int, *tags: str) -> Item | None:
        """The item there, if it can mean one of these; any item when none are asked for."""
        if not 0 <= i < len(self._items):
            return None
        item = self._items[i]
        return item if not tags or item.has(*tags) else None

    def _num(self, i: int) -> int | None:
        """The number there."""
        item = self._at(i, "num")
        return number_of(item) if item else None
