"""Finds the guide a person asks for in his own words, and knows when it does not know.

A guide is worth the share of the question that its title, menu line, summary and aliases know (rare words count more,
pairs of neighbours count like words), plus, for misspelt words, how like its best alias the question is in groups of
three letters. Matters without a guide compete too, so that a question about them gets no guide.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Self

from pydantic import Field, RootModel

from content.folding import fold
from content.guide import Guide, Model
from content.reading import Entry, KnowledgeError, parse, read

MAX_TEXT = 400
"""Characters of a question that are read: what it is about has been said by then."""

SURE = 0.45
"""From this score on a guide may answer without asking ..."""

CLEAR = 0.05
"""... when everything else is this far behind."""

DOUBT = 0.25
"""From this score on a guide is worth asking about."""

NEAR = 0.2
"""Only guides this near to the best one are asked about."""

MAX_ASKED = 3

LIKENESS = 0.5
"""What the likeness of letters weighs beside the share of known words."""

UNKNOWN_PAIR = 0.5
"""What a pair of neighbours that nobody knows weighs beside an unknown word: most pairs say nothing."""


@dataclass(frozen=True, slots=True)
class Match:
    """A guide that may be meant; the score is 0 to 1."""

    guide_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """This guide is meant."""

    guide_id: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One of these may be meant, the likeliest first: ask the person. From one to three."""

    guide_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No guide is about this."""


class Usage(Model):
    """How people write words; the file itself says what each part means."""

    means: dict[str, str]
    same: tuple[tuple[str, ...], ...]
    drop: str = Field(min_length=1)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What is in data/abbreviations.yaml. Raises KnowledgeError with the first mistake."""
        parsed = parse(read(folder / "data" / "abbreviations.yaml", folder), cls)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        return parsed.record


class _Reader:
    """Turns a text into the terms that are compared: words that say something, and pairs of neighbours."""

    def __init__(self, usage: Usage) -> None:
        self._means = {_key(written): _key(meant) for written, meant in usage.means.items()}
        self._same = {_key(other): _key(first) for first, *others in usage.same for other in others}
        self._drop = frozenset(fold(usage.drop).split())

    def terms(self, text: str) -> set[str]:
        # Cut after folding: a decomposed letter has up to three characters.
        typed = fold(text[: 4 * MAX_TEXT])[:MAX_TEXT].split()
        words = _replaced(_replaced(typed, self._means), self._same)
        kept = {word for word in words if word not in self._drop}
        return kept | {f"{a}_{b}" for a, b in pairwise(words) if a in kept or b in kept}


class Elsewhere(RootModel[tuple[tuple[str, ...], ...]]):
    """Matters no guide covers yet, each with some ways people call it."""


class Search:
    """Ranks guides for a question. Built once, never changed."""

    def __init__(self, guides: Iterable[Guide], usage: Usage, elsewhere: Iterable[Sequence[str]] = ()) -> None:
        self._guides = tuple(guides)
        self._reader = _Reader(usage)
        names = [(guide.title, guide.menu, *guide.aliases) for guide in self._guides]
        names += [tuple(matter) for matter in elsewhere]
        summaries = [guide.summary for guide in self._guides] + [""] * (len(names) - len(self._guides))
        self._words = _Index(
            {term for text in (*calls, summary) for term in self._reader.terms(text)}
            for calls, summary in zip(names, summaries, strict=True)
        )
        self._owners = [number for number, calls in enumerate(names) for _ in calls]
        self._letters = _Index(set(_letters(self._reader.terms(call))) for calls in names for call in calls)

    @classmethod
    def load(cls, folder: Path, guides: Iterable[Guide]) -> Self:
        """The search over these guides. Raises KnowledgeError with the first mistake in the files of its words."""
        parsed = parse(read(folder / "data" / "elsewhere.yaml", folder), Elsewhere)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        return cls(guides, Usage.load(folder), parsed.record.root)

    def find(self, text: str, day: dt.date | None = None) -> list[Match]:
        """Guides that share anything with the question, the best first; only those in force when a day is given."""
        return self._ranked(text, day)[0]

    def decide(self, text: str, day: dt.date | None = None) -> Answer | Ask | Nothing:
        """What to do with the question: better to ask once more than to lead somebody the wrong way."""
        matches, other = self._ranked(text, day)
        best = matches[0].score if matches else 0.0
        if best < DOUBT or best < other:
            return Nothing()
        second = max(other, matches[1].score if len(matches) > 1 else 0.0)
        if best >= SURE and best - second >= CLEAR:
            return Answer(matches[0].guide_id)
        likely = [match.guide_id for match in matches if match.score >= max(DOUBT, best - NEAR)]
        return Ask(tuple(likely[:MAX_ASKED]))

    def _ranked(self, text: str, day: dt.date | None) -> tuple[list[Match], float]:
        """The guides, the best first, and the score of the best matter without a guide."""
        terms = self._reader.terms(text)
        scores = self._words.shares(terms)
        likest: dict[int, float] = defaultdict(float)
        for phrase, likeness in self._letters.cosines(set(_letters(terms))).items():
            owner = self._owners[phrase]
            likest[owner] = max(likest[owner], likeness)
        total = {n: (scores.get(n, 0.0) + LIKENESS * likest[n]) / (1 + LIKENESS) for n in {*scores, *likest}}
        matches = [
            Match(guide.id, round(total[n], 4))
            for n, guide in enumerate(self._guides)
            if n in total and (day is None or guide.in_force(day))
        ]
        other = max((score for n, score in total.items() if n >= len(self._guides)), default=0.0)
        return sorted(matches, key=lambda match: -match.score), other


class _Index:
    """Sets of terms, found by the terms they share with another set; rare terms count more (the idf of BM25)."""

    def __init__(self, documents: Iterable[set[str]]) -> None:
        self._where: dict[str, list[int]] = defaultdict(list)
        count = 0
        for number, document in enumerate(documents):
            count += 1
            for term in document:
                self._where[term].append(number)
        self._weight = {term: _rarity(count, len(found)) for term, found in self._where.items()}
        self._unknown = _rarity(count, 0)
        squares: dict[int, float] = defaultdict(float)
        for term, found in self._where.items():
            for number in found:
                squares[number] += self._weight[term] ** 2
        self._length = {number: math.sqrt(square) for number, square in squares.items()}

    def shares(self, terms: set[str]) -> dict[int, float]:
        """For each set that has any of the terms: the share of them it has, by weight."""
        known = self._sums(terms, 1)
        whole = sum(self._weight.get(t) or self._unknown * (UNKNOWN_PAIR if "_" in t else 1) for t in terms)
        return {number: weight / whole for number, weight in known.items()}

    def cosines(self, terms: set[str]) -> dict[int, float]:
        """For each set that has any of the terms: how like they are, 1 being the same."""
        length = math.sqrt(sum(self._weight.get(t, self._unknown) ** 2 for t in terms))
        return {number: s / (length * self._length[number]) for number, s in self._sums(terms, 2).items()}

    def _sums(self, terms: set[str], power: int) -> dict[int, float]:
        sums: dict[int, float] = defaultdict(float)
        for term in terms:
            if term in self._weight:
                weight = self._weight[term] ** power
                for number in self._where[term]:
                    sums[number] += weight
        return sums


def _letters(terms: Iterable[str]) -> Iterator[str]:
    """Groups of three letters within the single words, with marks where a word begins and ends."""
    for term in terms:
        if "_" not in term:
            marked = f"^{term}$"
            yield from (marked[i : i + 3] for i in range(len(marked) - 2))


def _rarity(documents: int, found_in: int) -> float:
    """How much a term says: little when many documents have it (the idf of BM25)."""
    return math.log(1 + (documents - found_in + 0.5) / (found_in + 0.5))


def _key(text: str) -> tuple[str, ...]:
    return tuple(fold(text).split())


def _replaced(words: Sequence[str], table: dict[tuple[str, ...], tuple[str, ...]]) -> list[str]:
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
