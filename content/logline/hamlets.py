"""The hamlet a sentence names: "thôn 3", "kp2", "ấp Thới Hòa", or a name of the commune's own list."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from content.folding import clean
from content.logline.items import Item, clause_before, made
from content.logline.mention import Names
from content.logline.tokens import key_of, one_way, tokenise
from content.logline.words import Places

NO_NAME = ("day", "part", "clock", "num", "help", "asked", "unit", "act", "places", "procedure", "thing")
"""What a hamlet is not called where no capital tells so."""
NO_SYLLABLE = ("asks", "having", "could", "me", "unit", "pair", "day", "part", "thing", "procedure", "results")
"""What no syllable of a name typed without capitals means: the sentence goes on there."""
SOFT = frozenset((
    "no_name", "no_name_after_me", "no_hamlet", "filler", "approx", "lasts", "vague", "greeting", "numbered",
    "everybody", "places", "brings", "lunar",
))  # fmt: skip
"""What a second syllable may mean beside: a word that seldom follows the name of a hamlet."""
HELPED = ("kin", "unit", "folk", "pair", "relative", "thing", "procedure", "on_behalf", "dossier_unit")
"""What stands behind a word of helping or doing."""
HERE = "đây"
WHOLE_GROUP = "ca to"
TWO = 2
"""Syllables a name mostly has."""
LONGEST_NAME = 3
"""Syllables a name written with capitals may have."""


class HamletReader:
    """Finds hamlets in a message; with a list of the commune's hamlets, those are known by name."""

    def __init__(self, names: Iterable[str], places: Places, syllables: Names, heads: Names) -> None:
        """`names` are the commune's own, `places` the vocabulary, `syllables` what names of hamlets are made of,
        `heads` the syllables that always have another one behind them.
        """
        self._numbered = frozenset(places.numbered_hamlets)
        self._said_for = places.said_for
        self._syllables = syllables
        self._heads = heads
        self._given = self._heads_clause = False
        self._names = {self._key(name): clean(name) for name in names if clean(name)}
        self._longest = max((len(key.split()) for key in self._names), default=0)

    @staticmethod
    def _key(name: str) -> str:
        return " ".join(key_of(one_way(t.word)) for t in tokenise(name))

    def read(self, items: Sequence[Item], counts: Callable[[Item], bool], *, plain: bool) -> list[Item]:
        """The same items, hamlets as one item each: tag `hamlet`, value the name; `unlisted` when no list has it;
        `plain` tells that the message was typed without marks.
        """
        cased = _written_with_capitals(items)
        self._plain = plain
        out: list[Item] = []
        i = 0
        while i < len(items):
            sells = items[i].tags.get("act") == "sell" and _sold(items, i, cased=cased)
            found = None if sells else self._kind(items, i, counts, cased=cased) or self._listed(items, i)
            if found is None:
                out.append(items[i])
                i += 1
            else:
                out += [items[i], found[0]] if items[i].has("place_of", "head_of") else [found[0]]
                i += found[1]
        return out

    def _kind(
        self, items: Sequence[Item], i: int, counts: Callable[[Item], bool], *, cased: bool
    ) -> tuple[Item, int] | None:
        """A kind of hamlet and its number or name."""
        if i + 1 >= len(items):
            return None
        kind = items[i].tags.get("hamlets") or items[i].tags.get("place_of")
        if (
            items[i].key == WHOLE_GROUP
            and items[i + 1].has("num")
            and not (i + 2 < len(items) and counts(items[i + 2]))
        ):
            kind = "tổ"  # "làm mức 2 cho cả tổ 15, 10 người"
        if items[i].has("head_of") and items[i + 1].has("num", "hamlets"):
            kind = items[i].tags["head_of"]  # "trưởng thôn 3"; but "trưởng thôn Hùng" is a man
        called = items[i].key == "bon" and i > 0 and items[i - 1].has("kin")  # "chu bon": Bốn
        if called or _within_a_name(items, i, cased=cased):
            return None
        goods = items[i].has("act") and not items[i].capital and i > 1 and items[i - 1].has("kin")
        goods = goods and items[i - 2].has("num")
        if goods and not items[i + 1].capital and not (len(items[i + 1].tokens) == 1 and self._usual(items[i + 1])):
            return None  # "2 co ban tho cam": bán
        proper = items[i + 1].capital and i + TWO < len(items) and items[i + TWO].capital  # "Bon Bu Prang"
        if not kind or (items[i].has("num") and counts(items[i + 1]) and not (cased and proper)):
            return None  # also "bon chau": four
        if _no_kind(items, i, plain=self._plain):
            return None
        someone = (
            items[i].has("kin") and items[i].tokens[0].plain and i and items[i - 1].has("help", "on_behalf", "num")
        )
        if someone and not items[i + 1].has("num"):
            return None  # "1 ban nu": one bạn, no bản
        if items[i + 1].key == "." and not items[i + 1].gap and i + 2 < len(items) and items[i + 2].has("num"):
            items = [*items[: i + 1], *items[i + 2 :]]  # "kp.3"
            found = self._kind(items, i, counts, cased=cased)
            return (found[0], found[1] + 1) if found else None
        cased = cased and (items[i + 1].capital or not self._plain)
        self._given = any(item.has("help", "on_behalf") for item in clause_before(items, i))
        self._heads_clause = not clause_before(items, i)
        named = cased and _begins_a_name(items, i + 1)
        length = 0 if named else self._number(items, i + 1, kind, counts)
        length = length or self._name(items, i + 1, kind, counts, cased=cased)
        if not length:
            return None
        name = " ".join(item.shown for item in items[i + 1 : i + 1 + length])
        name = name.replace(" .", "").strip()
        return self._settled(kind, _spaced(name), items[i : i + 1 + length]), 1 + length

    def _settled(self, kind: str, name: str, parts: Sequence[Item]) -> Item:
        said = f"{kind} {name}"
        parts = parts[1:] if parts[0].has("place_of", "head_of") else parts
        if not self._names:
            return made("hamlet", said, parts)
        for key in (self._key(said), self._key(f"{self._said_for.get(kind, kind)} {name}"), self._key(name)):
            if key in self._names:
                return made("hamlet", self._names[key], parts)
        same = [shown for key, shown in self._names.items() if key.endswith(f" {self._key(name)}")]
        if len(same) == 1 and not name.isdecimal():
            return made("hamlet", same[0], parts)
        return made("hamlet", said, parts, unlisted="")

    @staticmethod
    def _number(items: Sequence[Item], i: int, kind: str, counts: Callable[[Item], bool]) -> int:
        """How many items the number has ("3", "3A", "số 3", "II")."""
        start = i
        i += items[i].key == "so" and i + 1 < len(items)
        if not items[i].has("num") or (items[i].has("spelled") and not items[i].capital):
            return 0
        after = items[i + 1] if i + 1 < len(items) else None
        unmarked = after is not None and after.has("kin") and not after.has("unit") and after.tokens[0].unmarked
        counted = after is not None and counts(after) and not (unmarked and items[i].tokens[0].number)
        counted = counted and not (
            after is not None and after.has("me") and _does(items[i + 1 : i + 3])
        )  # "tổ 27 cháu giúp anh Lúa"
        later = items[i + 2] if i + 2 < len(items) else None
        named = (
            after is not None
            and after.has("kin")
            and later is not None
            and (later.capital or later.bare())
            and not later.has("num")
        )
        if counted and not named and not _counted_elsewhere(items, i, counts):
            return 0  # but "ap 4 co nho": cô, or có
        letter = after is not None and not after.gap and after.key.isalpha() and len(after.key) == 1
        return i + 1 + letter - start

    def _name(self, items: Sequence[Item], i: int, kind: str, counts: Callable[[Item], bool], *, cased: bool) -> int:
        """How many items the name has: the words with capitals, or without any the one or two unknown words."""
        if kind in self._numbered and not (cased and items[i].capital):
            named = i + 1 < len(items) and all(len(n.tokens) == 1 and self._usual(n) for n in items[i : i + 2])
            title = i > 1 and items[i - 2].has("kin")  # "cho chi khoi lo": khỏi
            none = cased or title or not named or items[i].has("no_hamlet")  # "đội bóng"
            return 0 if none else self._small(items, i)  # "khoi tan hoa"
        if listed := self._listed(items, i):
            return listed[1]
        if small := self._small(items, i) if not cased else self._alone(items, i):
            return small
        if items[i].has("no_hamlet") and (len(items[i].tokens) > 1 or not (cased and items[i].capital)):
            return 0
        length = self._words(items, i, counts, cased=cased)
        if not length and not (cased and items[i].bare()) and not items[i].mark and not items[i].has(*NO_NAME):
            return 1 if len(items[i].tokens) <= 2 and not items[i].has("joins", "total", "results") else 0
        last = items[i + length] if i + length < len(items) else None
        if length and last is not None and last.key in ("a", "b", "c", "d") and last.gap:
            length += 1
        if length and last is not None and last.has("num") and not last.has("spelled"):
            following = items[i + length + 1] if i + length + 1 < len(items) else None
            if following is not None and following.has("num"):
                length += 1
        return length

    def _words(self, items: Sequence[Item], i: int, counts: Callable[[Item], bool], *, cased: bool) -> int:
        """How many items from there on have capitals, or without any are unknown words; a number may end them."""
        length = syllables = 0
        while i + length < len(items):
            item = items[i + length]
            capitals = cased and all(t.capital or t.number for t in item.tokens)
            wanted = capitals if cased else item.bare()
            after = items[i + length + 1 : i + length + 2]
            counted = bool(after) and counts(after[0]) and not after[0].has("asks")
            figure = item.has("num") and not (cased and _begins_a_name(items, i + length))
            counted = counted and not _does(items[i + length + 1 : i + length + 3])
            does = bool(after) and after[0].has("thing", "procedure")
            does = does and not _people_told(items, i, i + length, counts)
            measured = bool(after) and after[0].has("after_number") and not _installs(items, i + length + 1)
            if figure and after and (counted or does or measured or after[0].has("age")):
                break  # "thôn Trung 4 người", "làng Kon Klor 68 tuổi", "khóm Tân Lập 3 mức 2"
            letter = any(len(other.key) == 1 for other in items[i : i + length])  # "khóm Cà Lăng A Biển"
            goes_on = length == LONGEST_NAME and (item.bare() or (item.has("spelled") and not counted))
            limit = LONGEST_NAME + (letter or goes_on) if cased else 2  # "thôn Kon Tu Dốp Hai"
            if length and item.has("num") and items[i + length - 1].has("num"):
                break  # "thôn Phú Lâm 2 9h sáng"
            if not wanted or syllables + len(item.tokens) > limit or item.mark:
                break
            length, syllables = length + 1, syllables + len(item.tokens)
        return length

    def _small(self, items: Sequence[Item], i: int) -> int:
        """How many items a name typed without capitals has, made of what such names are made of: "tân lập"."""
        first, second, third = (items[n] if n < len(items) else None for n in (i, i + 1, i + 2))
        if self._alone(items, i):
            return 2
        if first is not None and second is not None and self._goes_on(first, second):
            return 2  # "ea nao", "pác thay"
        if first is None or not self._syllable(first, second) or not (first.bare() or self._usual(first)):
            return 0
        usual = self._usual(first)
        if second is None or not self._syllable(second, third):
            return 1 + _suffix(items, i + 1) if usual and not first.has("hamlets") else 0
        goes_on = third is not None and third.has(
            "act", "help", "asks", "having", "duty", "not_yet", "thing", "procedure"
        )  # "ban khe nap cai vneid"
        soft = usual and (second.tags.keys() <= SOFT or (second.has("act", "moving", "after_number") and goes_on))
        if not (soft or second.bare() or self._usual(second)):
            return int(usual and not first.has("hamlets"))
        return 2 + _suffix(items, i + 2) if usual or self._usual(second) else 0

    def _alone(self, items: Sequence[Item], i: int) -> int:
        """Two small syllables alone behind the kind, whatever they mean elsewhere: "ap tra on: ..."."""
        parts, end = items[i : i + 2], items[i + 2 : i + 3]
        if len(parts) < TWO or any(not (item.mark or item.ends_line) for item in end):
            return 0
        single = all(len(p.tokens) == 1 and p.key.isalpha() and len(p.key) > 1 and not p.capital for p in parts)
        usual = single and self._usual(parts[0]) and not parts[0].has("results", "day", "part", "num")
        fresh = single and self._plain and self._heads_clause and not parts[0].has(*NO_SYLLABLE, "help", "no_hamlet")
        fresh = fresh and bool(end) and not parts[1].has(*NO_SYLLABLE, "num", "not_yet")  # "thon pac thay, ..."
        return TWO if (usual and parts[1].bare()) or fresh else 0

    def _goes_on(self, first: Item, second: Item) -> bool:
        """Whether the first syllable of a name always has another one behind it: "ea", "khuổi"."""
        if len(first.tokens) > 1 or first.tokens[0] not in self._heads or first.has("num"):
            return False
        single = len(second.tokens) == 1 and second.key.isalpha() and len(second.key) > 1
        return single and not second.has("num", "day", "part", "unit", "me", "thing", "procedure")

    def _syllable(self, item: Item, after: Item | None) -> bool:
        """Whether it may be a syllable of a name, and not the word with which the sentence goes on."""
        if len(item.tokens) != 1 or not item.key.isalpha() or len(item.key) == 1:
            return False
        asks = item.has("asks") and self._usual(item) and after is not None and (after.has("num") or after.mark)
        if item.has(*NO_SYLLABLE) and not asks:
            return False  # but "ap phuoc hoi 4 nguoi"
        counted = after is not None and after.has("unit", "folk", "kin") and len(after.key) > 1
        if item.has("num") and (not item.has("spelled") or counted):
            return False
        if after is not None and item.has("act") and after.has("thing", "procedure", "on_behalf", "dossier_unit"):
            return False  # "thôn trung cài vneid"
        helps = item.has("help") and not self._given
        if after is not None and helps and after.has(*HELPED) and not after.has("spelled", "having"):
            return False  # "ap binh phu ba Tu"
        return not item.has("help") or self._usual(item)

    def _usual(self, item: Item) -> bool:
        return item.tokens[0] in self._syllables

    def _listed(self, items: Sequence[Item], i: int) -> tuple[Item, int] | None:
        """A name of the list, its kind said or not."""
        for length in range(min(self._longest, len(items) - i), 0, -1):
            parts = items[i : i + length]
            key = " ".join(p.key for p in parts)
            if key in self._names:
                return made("hamlet", self._names[key], parts), length
            ends = [shown for name, shown in self._names.items() if name.partition(" ")[2] == key]
            if len(ends) == 1 and len(key.split()) > 1 and not key.isdecimal():
                return made("hamlet", ends[0], parts), length
        return None


def _within_a_name(items: Sequence[Item], i: int, *, cased: bool) -> bool:
    """Whether it is part of somebody's name: "ong Ban Van Hin", "anh Danh Sóc Khone"."""
    if not i or not items[i].capital:
        return False
    if cased and items[i - 1].has("kin") and not items[i - 1].capital:
        return True
    within = i > 1 and items[i - 1].capital and items[i - 2].has("kin")
    return within and (not items[i - 2].capital or i == TWO or items[i - 3].mark or items[i - 3].ends_line)


def _no_kind(items: Sequence[Item], i: int, *, plain: bool) -> bool:
    """Whether the kind is said without a name: "y tá thôn bản", "mấy mệ trong xóm cách nhận ra ..."."""
    after, within = items[i + 1], items[i - 1] if i else None
    if after.tokens and after.tokens[0].word == HERE:
        return True  # "em Tuấn đoàn thôn đây"
    if after.has("hamlets") and not after.capital and not plain:
        return not (i + TWO < len(items) and (items[i + TWO].capital or items[i + TWO].has("num")))
    if within is not None and within.has("hamlets") and not plain and not after.capital and not after.has("num"):
        return True
    here = within is not None and within.has("member_of") and within.has("moving", "lasts") and not plain
    return here and not after.capital and not after.has("num")


def _suffix(items: Sequence[Item], i: int) -> int:
    """Whether a letter or a number that belongs to the name stands there: "ấp mỹ lợi a", "thành công 2"."""
    last, after = items[i] if i < len(items) else None, items[i + 1] if i + 1 < len(items) else None
    if last is None:
        return 0
    ends = after is None or after.mark or after.ends_line
    if last.has("num") and not last.has("spelled"):
        return int(
            after is None
            or ends
            or _does(items[i + 1 : i + 3])
            or after.has("day", "part", "parts", "help", "act", "asks", "having")
            or (after.has("thing", "procedure") and any(b.has("kin", "pair") for b in clause_before(items, i)))
        )
    letter = last.key in ("a", "b", "c", "d") and last.gap
    return int(letter and (after is None or ends or after.has("help", "act", "having", "asks")))


def _does(items: Sequence[Item]) -> bool:
    """Whether somebody is told of as doing something there: "thôn Phú Lâm 2 em hỗ trợ"."""
    first, second = items[0] if items else None, items[1] if len(items) > 1 else None
    if first is None or second is None:
        return False
    if first.has("me") and second.has("help", "request"):
        return True
    if first.has("unit", "folk"):
        return False
    done = first.has("help") and second.has("kin", "unit", "folk", "num")
    return done or (first.has("already") and second.has("help")) or (first.has("me") and second.has("act"))


def _installs(items: Sequence[Item], i: int) -> bool:
    """Whether something is done there, though the word also counts things: "ap Dong 2 cai vneid"."""
    return items[i].has("act") and any(item.has("thing", "procedure") for item in items[i + 1 : i + 2])


def _spaced(name: str) -> str:
    """A name as it is shown: "3A", not "3 A"."""
    head, _, tail = name.rpartition(" ")
    return head + tail if head.isdecimal() and len(tail) == 1 and tail.isalpha() else name


def _begins_a_name(items: Sequence[Item], i: int) -> bool:
    """Whether a number in words goes on as a name: "ấp Ba Cang", "thon Hai Bac"."""
    after = items[i + 1] if i + 1 < len(items) else None
    return items[i].has("spelled") and items[i].capital and after is not None and after.capital


def _sold(items: Sequence[Item], i: int, *, cased: bool) -> bool:
    """Whether something is sold there: "ban cam tren tiktok" is bán, no bản."""
    for item in items[i + 1 :]:
        if (
            item.mark
            or item.ends_line
            or item.has("act", "help")
            or (cased and item.capital and item is items[i + 1])
        ):
            return False
        if item.tags.get("thing") in ("commerce", "online", "net"):
            return True
    return False


def _counted_elsewhere(items: Sequence[Item], i: int, counts: Callable[[Item], bool]) -> bool:
    """Whether other people are counted in the message, so that "thôn 3 người dân" need not count three."""
    pairs = pairwise(items)
    return any(n != i and item.has("num") and counts(after) for n, (item, after) in enumerate(pairs))


def _people_told(items: Sequence[Item], i: int, number: int, counts: Callable[[Item], bool]) -> bool:
    """Whether who was helped is told besides, so that "chú Đệ thôn Phú Lâm 2 làm mức 2" counts no two."""
    before = clause_before(items, i)
    end = next((n for n in range(number, len(items)) if items[n].mark or items[n].ends_line), len(items))
    later = any(item.has("num") and counts(after) for item, after in pairwise(items[number + 1 : end]))
    return later or any(item.has("kin", "pair") for item in before)


def _written_with_capitals(items: Sequence[Item]) -> bool:
    """Whether names have capitals here: one stands where no sentence begins, and not all letters are big."""
    words = [t for item in items for t in item.tokens if t.key.isalpha()]
    named = (
        item.capital and n and not (items[n - 1].mark or items[n - 1].ends_line or item.tokens[0].shown.isupper())
        for n, item in enumerate(items)
    )
    return any(t.shown.islower() for t in words) and any(named)
