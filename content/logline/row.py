"""What everything that looks for something in a row of items starts from."""

from collections.abc import Sequence

from content.logline.items import Item
from content.logline.numerals import number_of


class Row:
    """A message as items, looked at by place."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def _at(self, i: int, *tags: str) -> Item | None:
        """The item there, if it can mean one of these; any item when none are asked for."""
        if not 0 <= i < len(self._items):
            return None
        return self._items[i] if not tags or self._items[i].has(*tags) else None

    def _num(self, i: int) -> int | None:
        """The number there."""
        item = self._at(i, "num")
        return number_of(item) if item else None
