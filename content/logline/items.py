"""A message as a row of items: known phrases with what they can mean, numbers, and everything else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from content.logline.combining import Combination, Keys, Meaning
from content.logline.tokens import BREAK, Token, lacks_marks, same, tokenise


@dataclass(frozen=True, slots=True)
class Item:
    """One phrase of the message."""

    tokens: tuple[Token, ...]
    tags: dict[str, str] = field(default_factory=dict)
    """What it can mean: each tag with the code it stands for."""
    value: Any = None
    """What was worked out of it: a number, a day, a mention of people."""

    @property
    def key(self) -> str:
        """Its words without marks."""
        return self.tokens[0].key if len(self.tokens) == 1 else " ".join(t.key for t in self.tokens)

    @property
    def shown(self) -> str:
        """As typed."""
        return " ".join(t.shown for t in self.tokens)

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return bool(self.tokens) and self.tokens[0].capital

    @property
    def gap(self) -> bool:
        """Whether there is a space before it."""
        return not self.tokens or self.tokens[0].gap

    @property
    def ends_line(self) -> bool:
        """Whether it is the end of a line."""
        return self.key == BREAK

    @property
    def mark(self) -> bool:
        """Whether it is punctuation."""
        return not self.tags and not any(c.isalnum() for c in self.key)

    def has(self, *tags: str) -> bool:
        """Whether it can mean one of these."""
        own = self.tags
        for tag in tags:  # noqa: SIM110 - asked some 4,000 times a sentence
            if tag in own:
                return True
        return False

    def without(self, *tags: str) -> "Item":
        """The item when it cannot mean any of these."""
        return Item(self.tokens, {k: v for k, v in self.tags.items() if k not in tags}, self.value)

    def bare(self) -> bool:
        """Whether it is a word we do not know."""
        return not self.tags and any(c.isalpha() for c in self.key)


def made(tag: str, value: Any, parts: Iterable[Item], **tags: str) -> Item:
    """What several items mean together."""
    return Item(tuple(t for part in parts for t in part.tokens), {tag: ""} | tags, value)


def clause_start(items: Sequence[Item], i: int) -> int:
    """Where the clause of an item begins: behind the mark or the line's end before it."""
    return next((n for n in range(i, 0, -1) if items[n - 1].mark or items[n - 1].ends_line), 0)


def clause_before(items: Sequence[Item], i: int) -> Sequence[Item]:
    """What stands before an item in its clause."""
    return items[clause_start(items, i) : i]


def without_fillers(items: Sequence[Item]) -> Iterator[Item]:
    """The items without words that say nothing here; somebody before "thì" is told of apart: "cô thì làm mã QR"."""
    told = titled = False
    for item, after in zip_longest(items, items[1:]):
        named, titled = titled and item.capital, item.has("kin")
        called = after is not None and after.key == "thi" and not (titled and after.capital)
        apart, told = told, item.has("kin", "relative") and called
        if named and item.tags.keys() == {"filler"}:
            yield Item(item.tokens)  # "chị Thi"
        elif told:
            yield Item(item.tokens, item.tags | {"topic": ""}, item.value)
        elif not apart and item.tags.keys() != {"filler"}:
            yield item


LONG = 4
"""Words from which on a phrase is plain, though some of its marks were left out."""
SURE = 2
"""So many words of a phrase with all their marks make the others plain."""


class Lexicon:
    """Finds the known phrases in a message, the longest first."""

    def __init__(self, phrases: Iterable[tuple[str, str, str]], combined: Sequence[Combination] = ()) -> None:
        self._phrases: dict[Keys, list[Meaning]] = {}
        self._combined: dict[str, list[Combination]] = {}
        self._longest: dict[str, int] = {}
        self.keys: set[str] = set()
        self._words: set[str] = set()
        self._unmarked: set[str] = set()
        """Words of our own that are written without marks: "ba" is no "bà" where people type marks."""
        self._titles: set[str] = set()
        """Keys of the words that names stand behind."""
        known: dict[str, list[Token]] = {}
        """The words of our own, each cut once: thousands of phrases are made of the same two thousand."""
        for phrase, tag, value in phrases:
            parts: list[Token] = []
            for word in phrase.removeprefix("=").split():
                parts += known[word] if word in known else known.setdefault(word, tokenise(word))
            words, keys = tuple(t.word for t in parts), tuple(t.key for t in parts)
            self._phrases.setdefault(keys, []).append((words, phrase.startswith("="), tag, value))
            self._longest[keys[0]] = max(len(keys), self._longest.get(keys[0], 0))
            if words == keys and len(words) == 1:
                self._unmarked.add(words[0])
            if tag == "kin" and len(keys) == 1:
                self._titles.add(keys[0])
        for combination in combined:
            for key in combination.begins:
                self._combined.setdefault(key, []).append(combination)
                self._longest[key] = max(combination.longest, self._longest.get(key, 0))
        for parts in (*known.values(), *(combination.tokens for combination in combined)):
            self.keys.update(token.key for token in parts)
            self._words.update(token.word for token in parts)

    def items(self, tokens: Sequence[Token], *, marked: bool = False) -> list[Item]:
        """The message as items: cut so that the phrases are as long as can be, the earlier one where two tie.
        `marked` tells that its writer types marks, so that a word without any is meant as it stands.
        """
        best: list[tuple[int, int, dict[str, str]]] = [(0, 0, {})] * (len(tokens) + 1)
        for i in range(len(tokens) - 1, -1, -1):
            best[i] = (best[i + 1][0], 1, {})
            for length, tags in self._at(tokens, i, marked=marked):
                weight = best[i + length][0] + length * length
                if weight >= best[i][0]:
                    best[i] = (weight, length, tags)
        out: list[Item] = []
        i = 0
        while i < len(tokens):
            _, length, tags = best[i]
            out.append(Item(tuple(tokens[i : i + length]), tags))
            i += length
        return out

    def _at(self, tokens: Sequence[Token], i: int, *, marked: bool) -> Iterator[tuple[int, dict[str, str]]]:
        """The phrases that begin there, with their lengths, the shorter first."""
        longest = min(self._longest.get(tokens[i].key, 0), len(tokens) - i)
        longest = min(longest, 1) if self._before_a_name(tokens, i) or self._names_alone(tokens, i) else longest
        combined: dict[int, list[Meaning]] = {}
        for combination in self._combined.get(tokens[i].key, ()):
            for length, meaning in combination.meanings(tuple(t.key for t in tokens[i : i + combination.longest])):
                combined.setdefault(length, []).append(meaning)
        keys = [t.key for t in tokens[i : i + longest]]
        for length in range(1, longest + 1):
            typed = tokens[i : i + length]
            found = [*self._phrases.get(tuple(keys[:length]), ()), *combined.get(length, ())]
            if not found:
                continue
            exactly = marked and (
                length == 1 or _name_like(tokens, i) or any(words[0] == typed[0].word for words, *_ in found)
            )
            tags: dict[str, str] = {}
            titled = (
                length == 1
                and not typed[0].capital
                and i + 1 < len(tokens)
                and _name_like(tokens, i + 1, plain=False)
            )
            name = length == 2 and typed[1].capital and not typed[0].capital  # "ban Nam Cuom": no bạn nam
            called = (
                length > 1 and marked and _name_like(tokens, i, plain=False) and tokens[i - 1].key in self._titles
            )
            called = called and not typed[1].capital
            for words, exact, tag, value in found:
                if (tag == "kin" and name) or (tag == "parts_unmarked" and typed[0].sure):
                    continue
                if called and words[0] != typed[0].word:
                    continue  # "chị Lan đóng phí": no lần; "bà Tư đăng xuất": no tự
                meant = (
                    marked
                    and 1 < length < LONG
                    and any(t.word in self._unmarked and t.word != w for t, w in zip(typed, words, strict=True))
                    and sum(t.word == w != t.key for t, w in zip(typed, words, strict=True)) < SURE
                )
                figures = marked and length > 1 and all(t.number for t in typed[1:]) and words[0] != typed[0].word
                if (
                    not meant
                    and not figures
                    and self._fits(
                        typed, words, exact=exact or (exactly and length == 1 and not (titled and tag == "kin"))
                    )
                ):
                    tags.setdefault(tag, value)
            if tags:
                yield length, tags

    def _before_a_name(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether a small title without marks stands there before a name: "ban Quan" is no bán quần; but
        "mo YouTube" is mở.
        """
        title = tokens[i].plain and not tokens[i].capital and tokens[i].key in self._titles
        if not title or i + 1 == len(tokens) or not _name_like(tokens, i + 1, plain=False):
            return False
        return not any(tag == "thing" for _, _, tag, _ in self._phrases.get((tokens[i + 1].key,), ()))

    def _names_alone(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether a name stands there behind a small title, small letters behind it: "ong Truong ban Pa Khom"."""
        if not i or i + 1 == len(tokens) or not tokens[i].plain or not _name_like(tokens, i):
            return False
        titled = tokens[i - 1].plain and not tokens[i - 1].capital and tokens[i - 1].key in self._titles
        return titled and not tokens[i + 1].capital and tokens[i + 1].plain and tokens[i + 1].key.isalpha()

    def _fits(self, typed: Sequence[Token], words: tuple[str, ...], *, exact: bool) -> bool:
        if exact:
            return all(t.word == w for t, w in zip(typed, words, strict=True))
        wrong = [(t, w) for t, w in zip(typed, words, strict=True) if not same(t, w, t.key)]
        if len(wrong) != 1:
            return not wrong
        slip, meant = wrong[0]
        if slip.sure or (slip.capital and all(t.capital for t in typed)):
            return False  # also "chợ Đông Kinh": no động kinh
        if (len(words) > 2 or (len(words) > 1 and not slip.plain)) and lacks_marks(slip, meant):
            return True
        # "chiêu nay": what is no word of ours can only be that one; but "tui cạn" is no "tui cần".
        slips = len(words) > 2 or slip.plain or lacks_marks(slip, meant)
        return len(words) > 1 and slips and not slip.capital and slip.word not in self._words


def _name_like(tokens: Sequence[Token], i: int, *, plain: bool = True) -> bool:
    """Whether a word without marks has a capital where no sentence begins: "chị Dung"."""
    token = tokens[i]
    return (
        i > 0
        and token.capital
        and (token.plain or not plain)
        and not token.shown.isupper()
        and tokens[i - 1].key.isalnum()
    )
