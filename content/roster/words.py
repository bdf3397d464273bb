"""How offices write: read from content/data/roster.yaml, turned into patterns once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator

from content.guide import Model
from content.reading import Entry, KnowledgeError, parse, read

FILE = "roster.yaml"


def _compiles(patterns: tuple[str, ...]) -> tuple[str, ...]:
    for pattern in patterns:
        re.compile(pattern)
    return patterns


Patterns = Annotated[tuple[str, ...], AfterValidator(_compiles)]


class _Teams(Model):
    name: str
    words: Patterns
    many: str
    same: dict[str, str]


class _File(Model):
    columns: dict[str, Patterns]
    places: dict[str, tuple[str, ...]]
    marked: tuple[str, ...]
    no_place: tuple[str, ...]
    place_ends: tuple[str, ...]
    teams: _Teams
    duties: dict[str, Patterns]
    leads: tuple[str, ...]
    not_duties: Patterns
    titles: tuple[str, ...]
    perhaps: tuple[str, ...]
    families: tuple[str, ...]
    jobs: tuple[str, ...]
    sums: Patterns
    ends: Patterns


@dataclass(frozen=True, slots=True)
class Words:
    """The words of lists, ready to be held against folded text."""

    columns: dict[str, tuple[re.Pattern[str], ...]]
    places: dict[tuple[str, ...], str]
    """The folded words of a kind of place, and the kind as it is written."""
    marked: frozenset[str]
    no_place: frozenset[str]
    place_ends: frozenset[tuple[str, ...]]
    team: re.Pattern[str]
    many: re.Pattern[str]
    """What a heading speaks of several teams by."""
    team_name: str
    same: dict[str, str]
    duties: dict[str, re.Pattern[str]]
    heads: tuple[str, ...]
    not_duty: re.Pattern[str]
    titles: frozenset[tuple[str, ...]]
    perhaps: frozenset[str]
    families: frozenset[str]
    jobs: frozenset[tuple[str, ...]]
    total: re.Pattern[str]
    end: re.Pattern[str]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What is in data/roster.yaml of the content folder. Raises KnowledgeError with the first mistake."""
        parsed = parse(read(folder / "data" / FILE, folder), _File)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        told = parsed.record
        return cls(
            columns={name: tuple(map(re.compile, patterns)) for name, patterns in told.columns.items()},
            places={tuple(way.split()): kind for kind, ways in told.places.items() for way in ways},
            marked=frozenset(told.marked),
            no_place=frozenset(told.no_place),
            place_ends=_split(told.place_ends),
            team=_any(told.teams.words),
            many=re.compile(told.teams.many),
            team_name=told.teams.name,
            same=told.teams.same,
            duties={name: _any(patterns) for name, patterns in told.duties.items()},
            heads=told.leads,
            not_duty=_any(told.not_duties),
            titles=_split(told.titles),
            perhaps=frozenset(told.perhaps),
            families=frozenset(told.families),
            jobs=_split(told.jobs),
            total=_any(told.sums),
            end=_any(told.ends),
        )

    def duty(self, said: str) -> str | None:
        """The position in the team that a folded text names, as it is written in full; None for none."""
        said = self.not_duty.sub(" ", said).strip()
        return next((name for name, pattern in self.duties.items() if pattern.search(said)), None)

    def leads(self, duty: str) -> bool:
        """Whether somebody in that position heads the team."""
        return duty in self.heads


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _split(phrases: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for phrase in phrases)


def begins(words: Sequence[str], phrases: frozenset[tuple[str, ...]]) -> int:
    """How many of the first words make up one of the phrases, the longest; 0 for none."""
    return max((len(p) for p in phrases if tuple(words[: len(p)]) == p), default=0)
