"""Gives back their marks to words typed without any, where those beside them leave no doubt which word was meant:
"chi ba Lan" is "chỉ bà Lan", "ba chi tieu thuong" is "ba chị", "toi 22 ghe nha" is "tối 22".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from content.logline.items import Item, Lexicon
from content.logline.mention import Names
from content.logline.tokens import Token, key_of, one_way
from content.logline.words import Marks

BEGINS, ENDS = "^", "$"
"""Where a clause begins, and where it ends."""
BEFORE = " ... "
"""Behind what stands anywhere before the rest of a pattern."""
SEEN = "~"
"""Before a word that only stands beside the one that is meant."""
CALLED, WHATEVER = "*", "**"
"""What somebody is called by: a name, and no other word; the same though the word means more elsewhere."""
NOT = "<!"
"""Before what may not be meant."""
NAME, FIGURE, CAPITAL = "name", "num", "capital"
"""What stands in brackets for a word that may be a name, for a number in digits, and for a word with a capital."""
SHORTEST = 2
"""Letters a name has at least."""
NO_NAME = ("kin", "unit", "folk", "help", "moving", "hamlets", "act", "no_name")
"""What a name in small letters does not mean besides."""
NO_CALLING = (
    "kin",
    "me",
    "speaker",
    "already",
    "that_one",
    "relative",
    "folk",
    "adding",
    "not_yet",
    "could_not",
)
"""What somebody is hardly called by, whatever comes next."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands at one place of a pattern."""

    words: Mapping[str, str]
    """By its key, the word that is meant there."""
    seen: frozenset[str] = frozenset()
    """Keys of words that may stand there besides, and stay as they are."""
    tags: tuple[str, ...] = ()
    """The same for what words mean."""
    without: tuple[str, ...] = ()
    """What may not be meant by it."""
    edge: str = ""
    calls: bool = False
    """Whether a name stands there, and no other word."""
    runs: Mapping[str, Sequence[tuple[list[str], list[str]]]] = field(default_factory=dict)
    """By the first of its keys, what the words are cut into: ("ban", "do") and ("bản", "đồ")."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What stands one after the other."""

    slots: tuple[Slot, ...]
    keys: frozenset[str]
    """One of these words stands in it, or begins what does."""
    before: tuple[Slot, ...] = ()
    """What stands somewhere before it, one behind the other."""
    there: frozenset[str] = frozenset()
    """What the words begin with that stand at that place."""
    offset: int | None = None
    """How many items behind its begin that word stands; None when it may be several."""


class Restorer:
    """The patterns, ready to be looked for."""

    def __init__(self, marks: Marks, names: Iterable[str], lexicon: Lexicon) -> None:
        """`names` are given names; of those that are typed alike the one is meant that means nothing else."""
        given = list(names)
        self._names = Names(given)
        self._lexicon = lexicon
        self._given: dict[str, str] = {}
        for name in sorted(map(one_way, given), key=self._meanings):
            self._given.setdefault(key_of(name), name)
        self._classes = marks.classes
        self.patterns = [self._pattern(pattern) for pattern in marks.patterns]

    def _meanings(self, name: str) -> int:
        found = self._lexicon.items([Token(name, key_of(name), name, gap=True, sure=True)])
        return len(found[0].tags)

    def _pattern(self, said: str) -> Pattern:
        *before, rest = said.split(BEFORE)
        slots = tuple(self._slot(part) for part in rest.split())
        at = next(n for n, slot in enumerate(slots) if slot.words and not slot.tags)
        keys = frozenset(k.split()[0] for k in slots[at].words)
        there = keys | {seen.split()[0] for seen in slots[at].seen}
        offset = None if any(slot.words for slot in slots[:at]) else sum(not slot.edge for slot in slots[:at])
        return Pattern(slots, keys, tuple(self._slot(part) for part in before), there, offset)

    def _slot(self, part: str) -> Slot:
        if part in (BEGINS, ENDS):
            return Slot({}, edge=part)
        if part in (CALLED, WHATEVER):
            return Slot({}, without=NO_CALLING if part == WHATEVER else NO_NAME, calls=True)
        words: dict[str, str] = {}
        seen: set[str] = set()
        tags: list[str] = []
        without: list[str] = []
        for option in part.split("|"):
            if option.startswith("<"):
                found = option.strip("<!>").split(",")
                (without if option.startswith(NOT) else tags).extend(found)
                continue
            named = option.removeprefix(SEEN)
            for word in self._classes[named[1:]] if named.startswith("@") else (named,):
                meant = one_way(word.replace("_", " "))
                key = " ".join(key_of(w) for w in meant.split())
                if option.startswith(SEEN):
                    seen.add(key)
                else:
                    words.setdefault(key, " ".join(one_way(w) for w in meant.split()))
        runs: dict[str, list[tuple[list[str], list[str]]]] = {}
        for key, said in words.items():
            keys = key.split()
            runs.setdefault(keys[0], []).append((keys, said.split()))
        return Slot(words, frozenset(seen), tuple(tags), tuple(without), runs=runs)

    def restored(self, tokens: Sequence[Token]) -> list[Token]:
        """The message with the marks that are plain."""
        items = self._lexicon.items(tokens)
        keys = {token.key for token in tokens}
        for pattern in self.patterns:
            if not keys.isdisjoint(pattern.keys):
                for i in range(len(items) - 1, -1, -1):
                    if _may_begin(items, i, pattern):
                        self._put(items, i, pattern)
        return [token for item in items for token in item.tokens]

    def _put(self, items: list[Item], start: int, pattern: Pattern) -> None:
        """Restores the words of a pattern that begins there."""
        meant = self._meant(items, start, pattern.slots)
        if not meant or not self._led(items[:start], pattern.before):
            return
        for n, words in reversed(meant):
            if any(not token.plain for token in items[n].tokens):
                continue
            tokens = [
                replace(t, word=word, sure=True) for t, word in zip(items[n].tokens, words.split(), strict=True)
            ]
            items[n : n + 1] = self._lexicon.items(tokens)

    def _led(self, items: Sequence[Item], before: Sequence[Slot]) -> bool:
        """Whether all of these stand there, one behind the other."""
        row = iter(items)
        return all(any(self._fits(item, slot) for item in row) for slot in before)

    def _meant(self, items: Sequence[Item], start: int, slots: Sequence[Slot]) -> list[tuple[int, str]]:
        """Which words are meant where, when these slots fit there."""
        meant: list[tuple[int, str]] = []
        i = start
        for slot in slots:
            if slot.edge:
                if not _edge(items, i, begins=slot.edge == BEGINS):
                    return []
                continue
            if i >= len(items):
                return []
            if not self._fits(items[i], slot):
                run = _run(items, i, slot)
                if not run:
                    return []
                meant += run
                i += len(run)
                continue
            if items[i].capital and i and items[i - 1].has("kin") and not (slot.tags or slot.calls):
                return []  # "chi Cuc": no chi cục
            word = self._given.get(items[i].key) if slot.calls else slot.words.get(items[i].key)
            if word is not None:
                meant.append((i, word))
            i += 1
        return meant

    def _fits(self, item: Item, slot: Slot) -> bool:
        if not item.key or any(_means(item, tag) for tag in slot.without):
            return False
        if CAPITAL in slot.without and item.capital:
            return False
        if slot.calls:
            return len(item.tokens) == 1 and len(item.key) >= SHORTEST and item.tokens[0] in self._names
        if NAME in slot.without and self._may_be_name(item):
            return False
        if item.key in slot.words:
            return all(t.plain or t.word == w for t, w in zip(item.tokens, slot.words[item.key].split(), strict=True))
        if item.key in slot.seen or item.tokens[0].key in slot.seen or any(_means(item, tag) for tag in slot.tags):
            return True
        if FIGURE in slot.tags and item.tokens[0].number:
            return True
        if CAPITAL in slot.tags and item.capital:
            return True
        if NAME in slot.tags:
            return self._may_be_name(item)
        return not (slot.words or slot.seen or slot.tags or item.mark or item.ends_line)

    def _may_be_name(self, item: Item) -> bool:
        if len(item.tokens) != 1 or not item.key.isalpha() or len(item.key) < SHORTEST:
            return False
        if item.capital:
            return True
        return (item.tokens[0] in self._names or item.bare()) and not item.has(*NO_NAME)


def _may_begin(items: Sequence[Item], i: int, pattern: Pattern) -> bool:
    """Whether the word a pattern is known by stands where it would, were it to begin there."""
    if pattern.offset is None:
        return True
    at = i + pattern.offset
    return at < len(items) and bool(items[at].tokens) and items[at].tokens[0].key in pattern.there


def _means(item: Item, tag: str) -> bool:
    """Whether it can mean that ("thing"), or that alone of its kind ("thing=fee")."""
    name, _, code = tag.partition("=")
    return item.tags.get(name) == code if code else item.has(name)


def _run(items: Sequence[Item], i: int, slot: Slot) -> list[tuple[int, str]]:
    """The items that are one phrase of the slot together, each with its words: "ban" and "do" are "bản đồ"."""
    for rest, left in slot.runs.get(items[i].tokens[0].key, ()):
        parts: list[tuple[int, str]] = []
        n = i
        while rest and n < len(items) and [t.key for t in items[n].tokens] == rest[: len(items[n].tokens)]:
            length = len(items[n].tokens)
            typed = items[n].tokens
            named = any(t.capital and not t.shown.isupper() for t in (typed[1:] if n == i else typed))
            if named or any(not t.plain and t.word != w for t, w in zip(typed, left, strict=False)):
                break  # also "thon Tra No": no trả nợ
            parts.append((n, " ".join(left[:length])))
            rest, left, n = rest[length:], left[length:], n + 1
        if parts and not rest:
            return parts
    return []


def _edge(items: Sequence[Item], i: int, *, begins: bool) -> bool:
    other = i - 1 if begins else i
    return not 0 <= other < len(items) or items[other].mark or items[other].ends_line
