"""Two or a few who belong together: "vợ chồng anh Tuấn chị Hoa", "ông bà Sáu", "mẹ con chị Thảo"."""

from collections.abc import Callable, Sequence

from content.logline.items import Item
from content.logline.mention import Mention
from content.logline.pointing import both_of
from content.logline.row import Row

MOTHERS = ("chi", "co", "ba", "di", "thim", "mo", "me", "o", "bac")
"""Titles of those who may be the mother of "ba mẹ con"."""

FAMILY = 2
"""Words that each of a family is told by: "con" alone is còn as well."""


class Couples(Row):
    """Finds them in a message."""

    def __init__(self, items: Sequence[Item], name: Callable[[int], int], *, cased: bool) -> None:
        """`name` tells how many items a name has, `cased` whether names have capitals in the message."""
        super().__init__(items)
        self._name, self._cased = name, cased

    def read(self, i: int) -> tuple[Mention, int] | None:
        """Who is told of there, and how many items that takes."""
        if (both := both_of(self._items, i)) is not None:
            return both
        if (theirs := self._of_a_family(i)) is not None:
            return theirs
        item = self._at(i, "pair")
        if item is None:
            return None
        if (mother := self._with_children(i)) is not None:
            return mother
        if self._cased and item.tokens[-1].capital and not item.tokens[-1].shown.isupper():
            return Mention(1, named=True, kin=item.tokens[0].key), 1  # "ông Ba"
        length = self.names(i + 1)
        if not length and self._either(item):
            return Mention(None, kin=item.key), 1
        if not length and not item.has("exact_pair"):
            return Mention(None, weak=True), 1
        # "má con Diễm": mother and child, or Diễm's mother.
        unsure = bool(length) and not item.has("exact_pair") and not self._items[i + 1].has("kin")
        names = self.each(i + 1, i + 1 + length)
        return Mention(2, named=bool(length), kin=item.key, pair=True, unsure=unsure, names=names), 1 + length

    def each(self, start: int, end: int) -> frozenset[str]:
        """Titles and names of those named there, each as he is named when he is told of again."""
        titles = [n for n in range(start, end) if self._items[n].has("kin") and not self._items[n].capital]
        parts = [self._items[n:stop] for n, stop in zip(titles, (*titles[1:], end), strict=False)]
        return frozenset(" ".join(p.key for p in part if not (p.has("joins") or p.mark)) for part in parts)

    def _of_a_family(self, i: int) -> tuple[Mention, int] | None:
        """ "con trai và con dâu bà Hiền"."""
        one, other, title = self._at(i, "relative"), self._at(i + 2, "relative"), self._at(i + 3, "kin")
        if one is None or other is None or title is None or self._at(i + 1, "and_words") is None:
            return None
        name = self._name(i + 4)
        if not name or one.key == other.key or min(len(one.tokens), len(other.tokens)) < FAMILY:
            return None
        return Mention(2, named=True, owned=True, kin=f"{one.key} {other.key}"), 4 + name

    def _either(self, item: Item) -> bool:
        """Whether "ong ba" is typed without marks, which may be ông bà or ông Ba."""
        last = item.tokens[-1]
        return item.has("exact_pair") and last.key == "ba" and last.plain and len(item.tokens) == 2

    def _with_children(self, i: int) -> tuple[Mention, int] | None:
        """ "ba mẹ con chị Hằng" are three, when the one behind them may be their mother."""
        child, title = self._at(i + 1), self._at(i + 2, "kin")
        three = child is not None and child.key == "con" and title is not None and title.key in MOTHERS
        if not three or self._items[i].key not in ("ba me", "ba ma"):
            return None
        return Mention(3, counted=True, pair=True, kin="me con"), 3 + self._name(i + 3)

    def names(self, i: int) -> int:
        """How many items the names after a couple have."""
        start = i
        if name := self._name(i):
            return name + self._other(i + name)
        while self._at(i, "kin") and (name := self._name(i + 1)):
            i += 1 + name
            i += bool(self._joined(i, self._items[start]) and self._at(i + 1, "kin") and self._name(i + 2))
        return i - start

    def _other(self, i: int) -> int:
        """How many items the other one's name has, named without a title as well: "hai chị em Nhi, Nhu"."""
        mark, other, after = self._at(i), self._at(i + 1), self._at(i + 2)
        if mark is None or other is None or not (self._cased and other.capital and other.bare()):
            return 0
        ends = after is None or not (after.capital or after.has("home"))
        return 2 if ends and (mark.key == "," or mark.has("and_words")) else 0

    def _joined(self, i: int, first: Item) -> bool:
        """Whether the other one may come next: "anh Nam và chị Hoa", "cô Thắm, cô Đượm"."""
        after = self._at(i + 1)
        alike = after is not None and after.key == first.key and self._items[i].key == ","
        return alike or self._at(i, "joins") is not None
