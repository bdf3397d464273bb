"""A guide whole, to be read away from the chat: numbered parts that say in words where each answer leads."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Self

from content.guide import END, Caution, Confidence, Guide, Step
from content.library import Library


@dataclass(frozen=True, slots=True)
class Onward:
    """An answer, or a way of getting stuck, and the part it leads to: 0 after the last one, None stays here."""

    label: str
    part: int | None
    remedy: str = ""
    guide: str | None = None
    """The title of another guide that helps."""


@dataclass(frozen=True, slots=True)
class Part:
    """One step on paper."""

    number: int
    text: str
    warn: Caution | None
    answers: tuple[Onward, ...]
    then: int | None
    """The part to go on with when that is not the next one (0: it is done); None goes on below."""
    remedies: tuple[Onward, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything of a guide as of a day, facts in place."""

    guide: Guide
    summary: str
    need: tuple[str, ...]
    parts: tuple[Part, ...]
    ending: str
    sources: tuple[str, ...]

    @classmethod
    def of(cls, library: Library, guide: Guide, day: dt.date) -> Self:
        """The guide as it reads on that day. Raises KeyError for a fact or a source that is not there."""
        parts = tuple(_part(library, guide, step, day) for step in guide.steps)
        sources = tuple(source.short or source.title for source in library.sources_of(guide))
        need = tuple(library.words(text, day) for text in guide.need)
        summary, ending = library.words(guide.summary, day), library.words(guide.ending.text, day)
        return cls(guide, summary, need, parts, ending, sources)

    def bare(self) -> Self:
        """The same without the remedies, where there is no room for them."""
        return replace(self, parts=tuple(replace(part, remedies=()) for part in self.parts))

    @property
    def unsure(self) -> bool:
        """Whether some step is not fully confirmed."""
        return any(step.confidence is not Confidence.XAC_NHAN for step in self.guide.steps)

    @property
    def remedied(self) -> bool:
        """Whether it still says what to do when stuck."""
        return any(part.remedies for part in self.parts)


def _part(library: Library, guide: Guide, step: Step, day: dt.date) -> Part:
    here = guide.number_of(step.id)
    answers = tuple(Onward(c.label, _number(guide, c.next)) for c in step.choices)
    onward = None if step.choices else guide.following(step)
    then = _number(guide, onward) if onward is not None and guide.number_of(onward) != here + 1 else None
    remedies = tuple(
        Onward(o.label, _number(guide, o.goto) if o.goto else None, library.words(o.remedy, day),
               _title(library, o.guide, day))
        for o in step.obstacles
    )  # fmt: skip
    return Part(here, library.words(step.text, day), step.warn, answers, then, remedies)


def _number(guide: Guide, place: str) -> int:
    return 0 if place == END else guide.number_of(place)


def _title(library: Library, slug: str | None, day: dt.date) -> str | None:
    other = library.get(slug) if slug else None
    return other.title if other is not None and other.in_force(day) else None
