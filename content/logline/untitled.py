"""People named without a title: "Nguyễn Thị Hoa", "Hường, Mai, Lụa", "H'Nga", "kp3 - Quỳnh - ..."."""

from collections.abc import Sequence

from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.mention import Mention, NameWords
from content.logline.naming import MOST_WORDS, OWNED, full_name, listed_name, lone_name, small_name
from content.logline.row import Row

ROW = 2
"""Names in a row at least, where they have no capitals."""


class Untitled(Row):
    """Finds them in a message."""

    def __init__(self, items: Sequence[Item], words: NameWords, *, cased: bool) -> None:
        """`cased` tells whether names have capitals in the message."""
        super().__init__(items)
        self._known, self._cased = words, cased
        self._small_all = not any(item.capital for item in items)

    def read(self, i: int) -> tuple[Mention, int] | None:
        """Who is named there, and how many items the name has."""
        return self._lettered(i) or self._full_name(i) or self._in_a_row(i) or self._small_row(i) or self._lone(i)

    def _lettered(self, i: int) -> tuple[Mention, int] | None:
        """ "H'Nga", "Y Blim", without a title."""
        item = self._at(i)
        if item is None or item.tokens[:1] == () or item.tokens[0].key not in self._known.letters or not item.capital:
            return None
        length = 1 + bool(self._at(i + 1) and self._items[i + 1].key in ("'", "’"))
        name = self._at(i + length)
        if name is None or not name.capital or name.mark:
            return None
        return Mention(1, named=True, who=f"{item.key} {name.key}"), length + 1

    def _in_a_row(self, i: int) -> tuple[Mention, int] | None:
        """ "Hường, Mai, Lụa", without titles; one of them at least is a name we know."""
        if not self._cased or not self._alone(i):
            return None
        first = last = i
        while self._alone(first - 2) and self._comma(first - 1):
            first -= 2
        while self._alone(last + 2) and self._comma(last + 1):
            last += 2
        known = any(self._items[n].tokens[0] in self._known.given for n in range(first, last + 1, 2))
        return (Mention(1, named=True, known=True, who=self._items[i].key), 1) if known and last > first else None

    def _small_row(self, i: int) -> tuple[Mention, int] | None:
        """ "cho dung, hạnh, loan": the same where nothing has capitals; all of them are names we know."""
        if not self._small_all or not self._small(i):
            return None
        first = last = i
        while first > 1 and self._comma(first - 1) and self._small(first - 2):
            first -= 2
        while last + 2 < len(self._items) and self._comma(last + 1) and self._small(last + 2):
            last += 2
        before = self._at(first - 1)
        row = self._items[first : last + 1 : 2]
        led = before is not None and (before.key == ":" or before.has("on_behalf"))
        known = sum(item.tokens[0] in self._known.given for item in row)
        if not led or known < ROW or sum(item.bare() for item in row) < ROW:
            return None
        return Mention(1, named=True, known=True, who=self._items[i].key), 1

    def _small(self, i: int) -> bool:
        """Whether one word stands there that may be a name; those we do not know stand beside two that we do."""
        item, after = self._at(i), self._at(i + 1)
        ends = after is None or after.mark or after.ends_line or after.has("joins")
        if item is None or len(item.tokens) != 1 or not ends:
            return False
        return item.tokens[0] in self._known.given or (item.bare() and item.key.isalpha())

    def _lone(self, i: int) -> tuple[Mention, int] | None:
        """ "kp3 - Quỳnh, sinh viên - ...", "bằng lái của Diễm": somebody alone."""
        if not (self._cased and lone_name(self._items, i, self._known)) and not self._small_owner(i):
            return None
        after = self._at(i + 1)
        joined = self._at(i - 1, "help", "on_behalf") is not None and after is not None and after.has("and_words")
        return Mention(1, named=True, known=True, weak=not joined, who=self._items[i].key), 1  # "giúp Hoàng và 4 bạn"

    def _small_owner(self, i: int) -> bool:
        """Whether it is told whose something is, where nothing has capitals: "bang lai cua hung, dua vo vi"."""
        item, before, after = self._at(i), self._at(i - 1), self._at(i + 1)
        owned = self._small_all and before is not None and before.key in OWNED
        known = item is not None and item.bare() and item.tokens[:1] != () and item.tokens[0] in self._known.given
        return owned and known and (after is None or after.mark or after.ends_line or after.has("on_behalf"))

    def _comma(self, i: int) -> bool:
        return self._items[i].key in (",", "+", "&") or self._items[i].has("joins")

    def _alone(self, i: int) -> bool:
        """Whether one word with a capital stands there by itself, between marks or behind "cho"."""
        item, before, after = self._at(i), self._at(i - 1), self._at(i + 1)
        if item is None or len(item.tokens) != 1 or not item.capital or item.shown.isupper():
            return False
        if not (item.bare() or item.tokens[0] in self._known.given):
            return False
        starts = before is None or before.mark or before.ends_line or before.has("on_behalf", "help", "joins")
        return starts and (after is None or after.mark or after.ends_line or after.has("joins"))

    def _given_to(self, i: int) -> int:
        """How many words a name has behind a word of helping, before what was done: "giúp Quỳnh Chi lập Gmail"."""
        before = self._at(i - 1)
        if not self._cased or before is None or before.capital or not before.has("help", "on_behalf"):
            return 0
        length = 0
        while length < MOST_WORDS and self._proper(i + length):
            length += 1
        after = self._at(i + length)
        known = any(item.tokens[0] in self._known.given for item in self._items[i : i + length])
        return length if length > 1 and known and after is not None and after.has(*DOING) else 0

    def _proper(self, i: int) -> bool:
        item = self._at(i)
        return item is not None and len(item.tokens) == 1 and item.capital

    def _full_name(self, i: int) -> tuple[Mention, int] | None:
        """ "Nguyễn Thị Hoa", without a title."""
        length = listed_name(self._items, i) or small_name(self._items, i, self._known)
        length = length or (full_name(self._items, i, self._known) if self._cased else 0) or self._given_to(i)
        if not length:
            return None
        return Mention(1, named=True, who=" ".join(p.key for p in self._items[i : i + length])), length
