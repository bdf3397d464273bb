"""Finds the guide a person asks for in his own words, and knows when it does not know."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Self

from pydantic import Field

from content.folding import fold
from content.guide import Guide, Model
from content.reading import Entry, KnowledgeError, parse, read

MAX_TEXT = 400
"""Characters of a question that are read: what it is about has been said by then."""

SURE = 0.6
"""A guide answers by itself from this score on ..."""

CLEAR = 0.2
"""... and this far ahead of the second."""

DOUBT = 0.2
"""From this score on a guide is worth asking about."""

MAX_ASKED = 3

TITLE, ALIAS, SUMMARY = 3.0, 2.0, 1.0
"""What it says of a guide that a word stands there."""


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
        words = _replaced(_replaced(fold(text[:MAX_TEXT]).split(), self._means), self._same)
        kept = {word for word in words if word not in self._drop}
        return kept | {f"{a}_{b}" for a, b in pairwise(words) if a in kept or b in kept}


class Search:
    """Ranks guides by the share of a question that their titles and aliases know. Built once, never changed."""

    def __init__(self, guides: Iterable[Guide], usage: Usage) -> None:
        self._guides = tuple(guides)
        self._reader = _Reader(usage)
        self._documents = [self._document(guide) for guide in self._guides]
        found_in = Counter(term for document in self._documents for term in document)
        self._rare = {term: _rarity(len(self._guides), count) for term, count in found_in.items()}
        self._rarest = _rarity(len(self._guides), 0)

    def find(self, text: str, day: dt.date | None = None) -> list[Match]:
        """Guides that share anything with the question, the best first; only those in force when a day is given."""
        terms = self._reader.terms(text)
        weights = {t: self._rare.get(t, self._rarest * (0.5 if "_" in t else 1)) for t in terms}
        whole = sum(weights.values())
        matches = []
        for guide, document in zip(self._guides, self._documents, strict=True):
            known = sum(weight for term, weight in weights.items() if term in document)
            if known and (day is None or guide.in_force(day)):
                matches.append(Match(guide.id, known / whole))
        return sorted(matches, key=lambda match: -match.score)

    def decide(self, text: str, day: dt.date | None = None) -> Answer | Ask | Nothing:
        """What to do with the question: better to ask once more than to lead somebody the wrong way."""
        likely = [match for match in self.find(text, day) if match.score >= DOUBT]
        if not likely:
            return Nothing()
        second = likely[1].score if len(likely) > 1 else 0.0
        if likely[0].score >= SURE and likely[0].score - second >= CLEAR:
            return Answer(likely[0].guide_id)
        return Ask(tuple(match.guide_id for match in likely[:MAX_ASKED]))

    def _document(self, guide: Guide) -> dict[str, float]:
        fields = [(guide.title, TITLE), (guide.menu, TITLE), (guide.summary, SUMMARY)]
        fields += [(alias, ALIAS) for alias in guide.aliases]
        weights: Counter[str] = Counter()
        for text, weight in fields:
            weights.update(dict.fromkeys(self._reader.terms(text), weight))
        return dict(weights)


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
