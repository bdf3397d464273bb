"""What somebody is called by behind a title: "bà Tư", "anh su", "chú hai lúa", "anh sình a páo"."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.mention import NameWords, counts
from content.logline.naming import MOST_WORDS, small_name
from content.logline.numerals import number_of
from content.logline.row import Row

NO_CALLING = (
    "help", "unit", "pair", "folk", "moving", "asks", "asked", "could", "could_not", "not_yet", "having", "me",
    "on_behalf", "because", "manner", "part", "day", "results", "that_one", "called", "question", "num", "people",
    "hamlet", "thing", "procedure", "together", "joins", "relative", "staff", "speaker", "belongs", "groups", "kin",
    "already", "each",
)  # fmt: skip
"""What a word means that is nobody's name where names are typed without capitals."""
GOING = ("help", "moving", "me", "num", "unit", "having", "that_one", "called")
"""What a word before a hamlet means that is no name."""
NUMBERED_NAME = 2
"""Words of "tu khanh"."""
HEADS = ("(", ":", "-")
"""Marks behind somebody of whom it is told next what was done: "em vy (mức 2)"."""
BY = "bang"
"""Before what something is done with, and somebody's name besides."""
TOLD = ("hamlet", "asks", "asked", "act", "age", "groups")
"""What is told right behind a name."""
ALSO = frozenset((
    "after_number", "belongs", "from", "after_tens", "past", "approx", "vague", "lunar", "numerals", "num", "spelled",
    "no_name", "numbered", "after_ends", "member_of",
))  # fmt: skip
"""What a name may mean elsewhere when it fills a clause with its title: "chu tu khanh: ...", "c sim - ..."."""
GIVEN = ("help", "on_behalf", "relative", "home", "having", "belongs", "pair", "calls")
"""Before a title of somebody who is helped, or of whom it is told."""


class Calling(Row):
    """Finds where a name ends, in capitals or not."""

    def __init__(self, items: Sequence[Item], words: NameWords, *, cased: bool, unmarked: bool) -> None:
        """`cased` tells whether names have capitals in the message, `unmarked` that it was typed without marks."""
        super().__init__(items)
        self._known = words
        self._cased = cased
        self._unmarked = unmarked
        titled = [after for item, after in pairwise(items) if item.has("kin")]
        small = (
            sum(a.tags.keys() <= ALSO and not a.capital and given_name(a, words) for a in titled) if unmarked else 0
        )
        self._proper = cased and sum(after.capital for after in titled) > small

    def name(self, i: int) -> int:
        """How many items the name has that begins there, 0 when there is none."""
        length = small_name(self._items, i, self._known)
        length = length or self._small_lettered(i) or self._whole_clause(i)
        if length:
            return length
        for item in self._words(i):
            if length >= MOST_WORDS or not self._may_be_name(i, length, item):
                break
            length += 1
            if not (item.capital and self._cased):
                break
        length += self._lettered(i, length) or self._middle(i, length)
        return length + (self._second(i, length) if length == 1 and not self._proper else 0)

    def _lettered(self, i: int, length: int) -> int:
        """How many more items a name has behind a letter: "Kpă H'Mlin"."""
        last, mark, name = self._at(i + length - 1), self._at(i + length), self._at(i + length + 1)
        if not length or last is None or mark is None or name is None or last.key not in self._known.letters:
            return 0
        return 2 if mark.key in ("'", "’") and name.capital and not name.gap else 0

    def _small_lettered(self, i: int) -> int:
        """ "anh k brop": a letter of some peoples' names, typed without a capital."""
        letter, after = self._at(i), self._at(i + 1)
        if letter is None or letter.capital or after is None or letter.key not in self._known.letters:
            return 0
        return 2 if after.bare() and len(after.tokens) == 1 and self._begins(i - 1) else 0

    def _whole_clause(self, i: int) -> int:
        """How many items a name without capitals has that fills a clause with its title."""
        end = next((n for n in range(i, len(self._items)) if _edge(self._items[n])), len(self._items))
        parts = self._items[i:end]
        plainly = len(parts) == 1 and parts[0].bare() and given_name(parts[0], self._known)
        if not 1 <= len(parts) <= NUMBERED_NAME or (self._proper and not plainly):
            return 0
        heads = plainly and end < len(self._items) and self._items[end].key in HEADS
        if not self._begins(i - 1) or (self._items[i - 1].has("me") and not heads):
            return 0
        single = all(len(p.tokens) == 1 and p.key.isalpha() and p.tags.keys() <= ALSO for p in parts)
        if not single or parts[-1].has("num"):
            return 0
        if len(parts) == 1:
            return int(not parts[0].has("no_name"))
        numbered = parts[0].has("num", "numerals", "after_tens") or parts[0].tokens[0] in self._known.born
        return len(parts) if numbered and parts[-1].tokens[0] in self._known.given else 0

    def _begins(self, i: int) -> bool:
        """Whether a clause begins there, or goes on after when or where it was."""
        before = self._at(i - 1)
        return before is None or _edge(before) or before.has("day", "part", "clock", "hamlet")

    def _middle(self, i: int, length: int) -> int:
        """How many more items a name has behind a small "thị": "Tòng thị Lả"."""
        middle, name = self._at(i + length), self._at(i + length + 1)
        if not (length and self._cased) or middle is None or name is None or not middle.tokens:
            return 0
        return 2 if middle.tokens[0] in self._known.middles and name.capital and len(name.tokens) == 1 else 0

    def _second(self, i: int, length: int) -> int:
        """How many more items a name without capitals has: "út mười", "hai lúa", "sình a páo", "văn"."""
        first, after, later = self._items[i], self._at(i + length), self._at(i + length + 1)
        if after is None or after.mark or after.ends_line or not after.tokens:
            return 0
        middle = later is not None and after.tokens[0] in self._known.middles and len(later.tokens) == 1
        if middle and later is not None and (later.bare() or first.tokens[0] in self._known.families):
            return 2
        born = first.tokens[0] in self._known.born
        if after.has("num"):
            return int(born and after.has("spelled") and not (later is not None and counts(later)))
        numbered = born or first.has("num", "numerals", "after_tens")
        if numbered and later is not None and later.has("hamlet") and after.tokens[0] in self._known.given:
            return 1
        given = len(after.tokens) == 1 and after.tokens[0] in self._known.given and not after.has(*NO_CALLING, "act")
        return int(numbered and given)

    def _words(self, i: int) -> Iterator[Item]:
        while i < len(self._items) and (not self._items[i].key or self._items[i].key[:1].isalnum()):
            yield self._items[i]
            i += 1

    def _may_be_name(self, i: int, length: int, item: Item) -> bool:
        if not item.tokens:
            return False  # made of other items: the place of "đi 6 nhà"
        if item.has("num"):
            return not length and self._numbered(i, item)
        if item.has("people", "day", "part", "clock", "minutes", "hamlet"):
            return False
        if item.has("groups") and any(token.number for token in item.tokens):
            return False  # "bà Tư U80", "ông Ba SN 1949"
        if item.has("thing") and not item.shown[1:].islower():
            return False  # "bác Hà VssID"
        if item.capital and self._cased and len(item.tokens) <= 2:
            titled = len(item.tokens) == 1 and self._at(i - 1, "kin") and not self._items[i - 1].capital  # "anh Phu"
            return bool(length or titled) or not item.has("help")
        if length or len(item.tokens) > 1:
            return False
        plainly = self._unmarked and item.tags.keys() <= ALSO - {"no_name"} and given_name(item, self._known)
        if not item.capital and ((self._proper and not plainly) or self._at(i - 1, "pronoun") is not None):
            return False
        if self._slot(i) or (self._unmarked and item.has("from") and item.has("after_tens") and self._fourth(i)):
            return True
        if item.key == BY and self._at(i + 1, "thing", "phone", "act") is not None:
            return False  # "đóng học phí cho con bằng ứng dụng ngân hàng"
        spoken = item.has("no_name_after_me") or (item.tokens[0].plain and not self._does_next(i, item))
        does = self._speaks(i - 1) and spoken
        known = item.tokens[0] in self._known.given and not does
        if known and not item.has("no_name", "places", "help", "act", "kin"):
            return True
        return not self._proper and item.bare() and not item.has("no_name") and not self._speaks(i - 1)

    def _numbered(self, i: int, item: Item) -> bool:
        """Whether a number is what somebody is called by: "bác tám", "anh 3"."""
        after, title = self._at(i + 1), self._items[i - 1]
        if item.has("spelled") and self._proper and not item.capital:
            return False  # "với bác một hồi"
        told = self._at(i - 2, "thing", "procedure")
        if told is not None and self._unmarked and title.has("having") and not item.has("spelled"):
            return False  # "muc 2 co 5, vssid co 3"
        if item.has("roughly") or not (item.has("spelled") or number_of(item) < 11):
            return False
        if after is None:
            return True
        if item.has("spelled") and self._titled(i - 1, title):
            return not after.has("unit", "pair", "hour", "minute", "age", "tens") and not self._counted(i + 1)
        called = item.has("spelled") and not self._unmarked and after.has("kin")
        counted = counts(after) and not (called and not after.has("unit"))  # "dì sáu nhỏ"
        return not (counted or after.has("hour", "minute", "after_number", "age"))

    def _titled(self, i: int, title: Item) -> bool:
        """Whether a word is plainly a title there, and no "chỉ" or "có" typed without marks."""
        before = self._at(i - 1)
        plain = title.tokens[-1].plain if title.tokens else True
        return not plain or title.key in self._known.titles or (before is not None and before.has(*GIVEN))

    def _counted(self, i: int) -> bool:
        """Whether people are counted there, rather than what they are told of: "tám đứa", "sau dua the bhyt"."""
        item, after = self._items[i], self._at(i + 1)
        if item.has("moving") and after is not None and after.has("hamlet", "places", "hamlets"):
            return False  # "chi tam o tdp 5"
        if item.tags.get("act") == "sell" and after is not None and not after.has(*DOING, "asks"):
            return False  # "ba nam ban ve so"
        does = item.has("act", "help") and after is not None and after.has("thing", "procedure", "kin")
        return item.has("unit_after_number", "kin") and not does and not item.has("owner_of", "groups")

    def _slot(self, i: int) -> bool:
        """Whether only a name can stand between a title and what is told of him: "anh su quen mat khau"."""
        title, item, after = self._items[i - 1], self._items[i], self._at(i + 1)
        before = self._at(i - 2)
        given = before is not None and before.has(*GIVEN, "shop")
        begins = self._begins(i - 1)
        if (after is None or _edge(after)) and before is not None and before.has("home") and self._begins(i - 2):
            return not item.has("num", "kin", "results", "that_one", "part", "day")  # "nha anh lam: muc 2"
        if not (begins or given) or (title.has("me") and not given):
            return False
        if after is None or _edge(after):  # "anh sang, muc 2"
            return begins and item.tokens[0] in self._known.given and not item.has("help", "asks", "me")
        if after.has("hamlet") and not item.has(*GOING):
            return True  # "anh cong kp 2"
        if item.has("after_tens", "numerals") and after.tokens and after.tokens[0] in self._known.given:
            later = self._at(i + 2)
            does = begins and after.has("act") and later is not None and later.has("thing", "procedure")
            return later is not None and (does or later.has(*TOLD))  # "ba tu lam tai khoan", "di tu nhan khom 3"
        if begins and item.has("after_tens") and after.has("thing", "procedure"):
            return True  # "ba tu muc 2, ong nam vssid"
        if item.has(*NO_CALLING):
            return False
        if before is not None and before.has("home", "calls", "shop") and after.has("thing", "procedure"):
            return True  # "nha chi tuoi vssid 10p"
        return after.has("hamlet") if item.has("act") else after.has(*TOLD)

    def _fourth(self, i: int) -> bool:
        """Whether "tu" behind a title is Tư or Tú, neither từ nor tự: "giup ba tu va co sau"."""
        title, after = self._at(i - 1), self._at(i + 1)
        if title is None or title.has("me"):
            return False
        if after is None or _edge(after) or after.has("joins", "together", "moving", "hamlet", "asked"):
            return True
        told, later = self._at(i - 2), self._at(i + 2)
        if after.has("act") and (later is None or _edge(later)):
            return False  # "em chi ba tu lam": tự
        return told is not None and (told.has(*GIVEN) or (told.key == "," and self._at(i - 4, "kin") is not None))

    def _does_next(self, i: int, item: Item) -> bool:
        """Whether a word that means nothing else stands before what somebody does: "em vy lam tai khoan"."""
        after = self._at(i + 1)
        told = after is not None and after.has("act", "asks", "hamlet")
        return item.bare() and told and self._begins(i - 1)

    def _speaks(self, i: int) -> bool:
        """Whether the writer speaks of himself there: "em báo bổ sung"."""
        before = self._at(
            i - 1, "help", "on_behalf", "belongs", "joins", "asks", "relative", "home", "together", "places"
        )
        return before is None and self._items[i].has("me")


def given_name(item: Item, words: NameWords) -> bool:
    """Whether it is one word that is a given name."""
    return len(item.tokens) == 1 and item.tokens[0] in words.given


def _edge(item: Item) -> bool:
    """Whether it is a mark or a line's end, at which a clause begins and ends."""
    return item.ends_line or (bool(item.key) and not item.key[0].isalnum())
