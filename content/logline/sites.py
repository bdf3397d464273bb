"""Places told by what kind they are: "sân trường cấp 2, giúp 3 phụ huynh", "lên nương ngô chỉ chị Vàng"."""

from collections.abc import Sequence

from content.logline.codes import ELSEWHERE, HOME, SHOP
from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.mention import counts
from content.logline.row import with_found
from content.logline.trades import Classes

LONGEST = 4
"""Words the kind of a place has at most."""
MOST_WORDS = 4
"""Items what is told of it has at most: "công trường xây cầu"."""
MOST_WAY = 2
"""Words of being or going there: "chạy ra ngoài"."""
BEFORE = (
    "day", "part", "parts", "parts_unmarked", "clock", "minutes", "me", "speaker", "team", "hamlet", "lasts", "at",
    "vague",
)  # fmt: skip
"""What may stand before it at the head of a clause."""
NO_NAME = (
    "help", "asks", "on_behalf", "num", "results", "procedure", "belongs", "because", "could", "could_not", "not_yet",
    "having", "hamlet", "day", "part", "clock", "minutes", "joins", "me", "speaker", "groups", "asked", "question",
    "thing",
)  # fmt: skip
"""What is no part of the name of a place: the sentence goes on there."""


class SiteReader:
    """Finds such places."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes

    def read(self, items: Sequence[Item], *, marked: bool) -> list[Item]:
        """The same items, such places as one item each. `marked` tells that the writer types marks."""
        return with_found(items, _Sites(items, self._classes, marked=marked).at)


class _Sites:
    """The sites of one message."""

    def __init__(self, items: Sequence[Item], classes: Classes, *, marked: bool) -> None:
        self._items, self._classes, self._marked = items, classes, marked

    def at(self, i: int) -> tuple[int, dict[str, str]]:
        """How many items the place has that begins there, and its tags; 0 when there is none."""
        way = self._way(i)
        length, code = self._kind(i + way)
        if way and not length and self._unknown(i, way):
            length, code = 1, ELSEWHERE  # "trên sà lan cát, giúp ..."
        named = not way and i > 0 and self._items[i].capital and self._items[i - 1].has("kin")  # "Em Phà Gó Nu"
        if not length or named or not self._head(i):
            return 0, {}
        start = i + way + length
        end = self._end(start, alone=not way)
        after = self._items[end] if end < len(self._items) else None
        closes = after is None or after.mark or after.ends_line or (way > 0 and code == SHOP and after.key == "cua")
        goes_on = after is not None and (after.has("help") or (after.has("num") and self._counted(end)))
        if closes and after is None and not way:
            return 0, {}  # nothing is told of it
        plain = not self._marked and not way and length == 1 and len(self._items[i].tokens) == 1
        if not (closes or (goes_on and not plain)):
            return 0, {}
        nearer = next((part.tags["places"] for part in self._items[start:end] if part.has("places")), code)
        code = nearer if code == ELSEWHERE and nearer not in (HOME, SHOP) else code
        shop = {"shop": ""} if any(part.has("shop") for part in self._items[i:end]) else {}
        return end - i, {"places": code, "moving": "", "site": ""} | shop

    def _unknown(self, i: int, way: int) -> bool:
        """Whether a word we do not know stands behind a word of being there."""
        item = self._items[i + way] if i + way < len(self._items) else None
        said = [token for part in self._items[i : i + way] for token in part.tokens]
        there = self._marked and self._classes.has("in_place", said, marked=True)
        known = (
            item is None or not item.bare() or item.capital or self._classes.has("no_place", item.tokens, marked=True)
        )
        return there and not known

    def _counted(self, i: int) -> bool:
        return i + 1 < len(self._items) and counts(self._items[i + 1])

    def _head(self, i: int) -> bool:
        """Whether a clause begins there, but for when it was and who tells of it."""
        while i and self._items[i - 1].has(*BEFORE) and not self._items[i - 1].has("help"):
            i -= 1
        return not i or self._items[i - 1].mark or self._items[i - 1].ends_line

    def _way(self, i: int) -> int:
        """How many items tell that somebody is there or goes there."""
        for length in range(MOST_WAY, 0, -1):
            parts = self._items[i : i + length]
            said = [token for part in parts for token in part.tokens]
            known = not any(part.has("places", "part", "day") for part in parts)
            if said and len(parts) == length and known and self._classes.has("at_site", said, marked=self._marked):
                return length
        return 0

    def _kind(self, i: int) -> tuple[int, str]:
        """How many items the kind of place has, and its code."""
        for length in range(min(LONGEST, len(self._items) - i), 0, -1):
            parts = self._items[i : i + length]
            said = [token for part in parts for token in part.tokens]
            if not self._may_be(parts):
                continue
            for name, code in (("sites", ELSEWHERE), ("stalls", SHOP)):
                if said and self._classes.has(name, said, marked=self._marked):
                    return length, parts[-1].tags.get("places", code) if length == 1 else code
        return 0, ""

    @staticmethod
    def _may_be(parts: Sequence[Item]) -> bool:
        if len(parts) == 1 and len(parts[0].tokens) == 1:
            return parts[0].tags.keys() <= {
                "places",
                "eponym",
                "no_name",
                "no_hamlet",
                "shop",
                "numbered",
                "filler",
                "act",
                "place_of",
            } and (not parts[0].has("act"))
        return not any(part.has("people", "hamlet", "help", "day", "num") for part in parts)

    def _end(self, i: int, *, alone: bool) -> int:
        """Where what is told of the place ends."""
        start = i
        while i < len(self._items) and i - start < MOST_WORDS:
            item = self._items[i]
            figure = item.has("num") and not self._counted(i) and not item.has("spelled")
            if item.mark or item.ends_line or (item.has(*NO_NAME, *DOING) and not figure) or self._somebody(i):
                break
            i += 1
        return i

    def _somebody(self, i: int) -> bool:
        """Whether somebody with a name stands there."""
        item, after = self._items[i], self._items[i + 1] if i + 1 < len(self._items) else None
        if not item.has("kin", "pair", "relative", "folk", "unit", "staff"):
            return False
        return after is None or not (after.mark or after.ends_line) or item.has("folk", "unit", "staff", "pair")
