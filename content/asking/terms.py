"""Turns a text into the weighted terms that questions are compared by: words, neighbours, and parts of words."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Self

from pydantic import Field

from content.folding import fold, unmarked
from content.guide import Model
from content.reading import Entry, KnowledgeError, parse, read

MAX_TEXT = 600
"""Characters of a question that are read: what it is about has been said by then."""

EMPTY_WORD = 0.5
"""What a word that says little weighs beside one that says something."""

NEIGHBOURS = 1.5
"""What two neighbouring words weigh beside one: they say which of its meanings a word without marks has."""

PART = 0.25
"""What three or four neighbouring letters weigh beside a whole word: they are there for misspelt words."""

PART_WORDS = 3
"""Words that a part of a message must have to be a question of its own."""

USAGE = Path("data", "abbreviations.yaml")

Terms = Mapping[str, float]


class Usage(Model):
    """How people write words; the file itself says what each part means."""

    means: dict[str, str]
    same: tuple[tuple[str, ...], ...]
    drop: str = Field(min_length=1)
    joins: tuple[str, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What is in data/abbreviations.yaml. Raises KnowledgeError with the first mistake."""
        parsed = parse(read(folder / USAGE, folder), cls)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        return parsed.record


class Reader:
    """Reads texts by one usage; however a text is typed (marks, capitals, composed or not) its terms are the same."""

    def __init__(self, usage: Usage) -> None:
        self._means = {_key(written): _key(meant) for written, meant in usage.means.items()}
        self._same = {_key(other): _key(first) for first, *others in usage.same for other in others}
        self._empty = frozenset(fold(usage.drop).split())
        joins = "|".join(fold(join).replace(" ", r"\W+") for join in sorted(usage.joins, key=len, reverse=True))
        self._cut = re.compile(rf"[?!;\n]+|\.(?=\s|$)|(?<!\w)(?:{joins})(?!\w)" if joins else r"[?!;\n]+|\.(?=\s|$)")

    def words(self, text: str) -> list[str]:
        """The folded words, abbreviations written out, names of one thing made one."""
        # Cut after folding: a decomposed letter has up to three characters.
        typed = fold(text[: 4 * MAX_TEXT])[:MAX_TEXT].split()
        return _replaced(_replaced(typed, self._means), self._same)

    def telling(self, text: str) -> frozenset[str]:
        """The words that say something."""
        return frozenset(word for word in self.words(text) if word not in self._empty)

    def parts(self, text: str) -> list[str]:
        """The text cut where one question ends and another may begin; parts that say nothing are left out."""
        found = self._cut.split(unmarked(text[: 4 * MAX_TEXT])[:MAX_TEXT])
        return [part for part in found if len(part.split()) >= PART_WORDS and self.telling(part)]

    def terms(self, text: str) -> dict[str, float]:
        """What the text consists of, each with its weight. Nothing for a text without letters and digits."""
        words = self.words(text)
        terms: dict[str, float] = defaultdict(float)
        if not words:
            return terms
        empty = self._empty
        for word in words:
            terms[word] += EMPTY_WORD if word in empty else 1.0
        for one, other in pairwise(("^", *words, "$")):
            terms[f"{one} {other}"] += NEIGHBOURS * (EMPTY_WORD if one in empty and other in empty else 1.0)
        # One after the other, not as a set: the order of terms decides how sums are rounded, and so what is learnt.
        for word in dict.fromkeys(word for word in words if word not in empty):
            marked = f"^{word}$"
            for size in (3, 4):
                for at in range(len(marked) - size + 1):
                    terms["~" + marked[at : at + size]] += PART
        return terms


def scaled(terms: Terms, rarity: Mapping[str, float]) -> dict[str, float]:
    """The terms that are known, rare ones heavier, to the length of one."""
    known = {term: weight * rarity[term] for term, weight in terms.items() if term in rarity}
    length = math.sqrt(math.fsum(weight * weight for weight in known.values()))
    return {term: weight / length for term, weight in known.items()} if length else {}


def _key(text: str) -> tuple[str, ...]:
    return tuple(fold(text).split())


def _replaced(words: Sequence[str], table: Mapping[tuple[str, ...], tuple[str, ...]]) -> list[str]:
    """The words with the longest known groups (up to four) replaced, from left to right."""
    out: list[str] = []
    at = 0
    while at < len(words):
        for length in range(4, 0, -1):
            group = tuple(words[at : at + length])
            if (meant := table.get(group)) is not None:
                break
        else:
            group, meant = (words[at],), (words[at],)
        out += meant
        at += len(group)
    return out
