"""A clause as its small grammars see it: the words it is made of, each with what it can mean there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from content.logline.items import Item, Lexicon
from content.logline.mention import Mention
from content.logline.pieces import Piece
from content.logline.tokens import Token

OPAQUE = ("day", "part", "clock", "minutes", "hamlet", "site")
"""Items that were read already and are no words of a grammar."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase of a clause, with the items of its piece that it begins and ends in."""

    at: int
    item: Item
    last: int

    def has(self, *tags: str) -> bool:
        """Whether it can mean one of these."""
        return self.item.has(*tags)


@dataclass(frozen=True, slots=True)
class Clause:
    """The words of a piece."""

    piece: Piece
    words: Sequence[Word]
    marked: bool = True
    """Whether its writer types marks."""
    shorn: bool = False
    """Whether names were taken apart in it."""

    def has(self, *tags: str) -> bool:
        """Whether a word can mean one of these."""
        return any(word.has(*tags) for word in self.words)

    def begins(self, *tags: str) -> bool:
        """Whether its first word can mean one of these."""
        return bool(self.words) and self.words[0].has(*tags)

    def places(self, *tags: str, start: int = 0) -> Iterator[int]:
        """Where words with one of these meanings stand."""
        return (n for n in range(start, len(self.words)) if self.words[n].has(*tags))

    def first(self, *tags: str, start: int = 0) -> int | None:
        """Where the first of them stands."""
        return next(self.places(*tags, start=start), None)


def clause_of(piece: Piece, lexicon: Lexicon, *, marked: bool, doubtful: bool = False) -> Clause:
    """The words of a piece; people, days and hamlets stay as they were read. `doubtful` reads those anew who
    are known by a name without marks and capitals: "vo phuong".
    """
    words: list[Word] = []
    waiting: list[tuple[int, Token]] = []
    for at, item in enumerate(piece.items):
        if _opaque(item) and not (doubtful and may_be_neither(item)):
            words += _found(waiting, lexicon, marked=marked)
            waiting = []
            words.append(Word(at, item, at))
        else:
            waiting += [(at, token) for token in item.tokens]
    words += _found(waiting, lexicon, marked=marked)
    return Clause(piece, words, marked)


def may_be_none(item: Item) -> bool:
    """Whether words typed without marks and capitals were taken for somebody: "co tham", "ba doi"."""
    if not item.has("people") or not _unmarked(item):
        return False
    mention: Mention = item.value
    return not item.tokens[0].number and (mention.named or mention.bare or (mention.n or 0) > 1)


def shorn(item: Item) -> Sequence[Item]:
    """Somebody without what may be no name, for it has no capital: "1 bác | hẹn", "bà | bỏ"."""
    if not item.has("people") or item.value.cased or not item.value.named or len(item.tokens) < 2:
        return [item]
    whom: Mention = replace(
        item.value, named=False, who="", bare=item.tokens[0].key == item.value.kin.partition(" ")[0]
    )
    return [Item(item.tokens[:-1], item.tags, whom), Item(item.tokens[-1:])]


def may_be_neither(item: Item) -> bool:
    """The same of somebody, a hamlet or a part of the day: "sang tuan", "to de an"."""
    return may_be_none(item) or (item.has("part", "hamlet") and not item.has("day") and _unmarked(item))


def _unmarked(item: Item) -> bool:
    return all(token.unmarked and not token.capital and not token.number for token in item.tokens)


def _opaque(item: Item) -> bool:
    if item.has("people"):
        mention: Mention = item.value
        return not mention.staff
    return item.has(*OPAQUE) and not item.has("results")


def _found(waiting: Sequence[tuple[int, Token]], lexicon: Lexicon, *, marked: bool) -> Iterator[Word]:
    n = 0
    for item in lexicon.items([token for _, token in waiting], marked=marked):
        end = n + len(item.tokens)
        yield Word(waiting[n][0], item, waiting[end - 1][0])
        n = end
