"""What a province or a commune sets for itself: its centre, hours, telephone, notices, and its own fees and times.

One file a place, named after its code (`overrides/01.yaml` a province, `overrides/31441.yaml` a commune). A commune's
word goes before its province's, and no place's word is ever taken for another's.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field, model_validator

from content.guide import Model, Slug
from content.places import Commune
from content.procedure import Fee, Time

PlaceCode = Annotated[str, Field(pattern=r"^\d{2}(\d{3})?$")]
"""Two digits for a province, five for a commune, in quotes: 01 without them is the number one."""


class Notice(Model):
    """Something people should know for some days."""

    text: str = Field(max_length=160)
    valid_from: dt.date
    valid_to: dt.date

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.valid_to < self.valid_from:
            raise ValueError("the last day is before the first")
        return self

    def in_force(self, day: dt.date) -> bool:
        """Whether it is shown on that day (both ends included)."""
        return self.valid_from <= day <= self.valid_to


class OwnProcedure(Model):
    """What a place sets for one procedure."""

    fees: tuple[Fee, ...] = ()
    times: tuple[Time, ...] = ()
    note: str | None = Field(default=None, max_length=160)


class Override(Model):
    """Everything a province or a commune sets for itself in a file."""

    code: PlaceCode
    centre: str | None = Field(default=None, max_length=120)
    address: str | None = Field(default=None, max_length=120)
    hours: str | None = Field(default=None, max_length=120)
    hotline: str | None = Field(default=None, max_length=120)
    notices: tuple[Notice, ...] = ()
    procedures: Mapping[Slug, OwnProcedure] = Field(default_factory=dict)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    sources: tuple[str, ...] = Field(min_length=1)
    verified_on: dt.date
    review_by: dt.date
    owner: str

    def in_force(self, day: dt.date) -> bool:
        """Whether the file counts on that day (both ends included)."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Own:
    """What the person's place set for one procedure, and which place it was."""

    fees: tuple[Fee, ...] = ()
    fees_by: str | None = None
    times: tuple[Time, ...] = ()
    times_by: str | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Here:
    """What holds where a person lives, today."""

    commune: Commune | None = None
    centre: str | None = None
    address: str | None = None
    hours: str | None = None
    hotline: str | None = None
    notices: tuple[str, ...] = ()
    overrides: tuple[tuple[str, Override], ...] = ()
    """Files that count here, the commune's before the province's, each with the place's name inside a sentence."""

    @property
    def place(self) -> str:
        """The commune's name inside a sentence. Raises LookupError when it is not known."""
        if self.commune is None:
            raise LookupError("nobody knows where this person lives")
        return _small_first(self.commune.name)

    def own(self, procedure: str) -> Own:
        """What is set here for that procedure: fees and times each from the nearest place that sets them."""
        said = [(by, o.procedures[procedure], o.sources) for by, o in self.overrides if procedure in o.procedures]
        fees, fees_by = next(((one.fees, by) for by, one, _ in said if one.fees), ((), None))
        times, times_by = next(((one.times, by) for by, one, _ in said if one.times), ((), None))
        note = next((one.note for _, one, _ in said if one.note), None)
        sources = tuple(dict.fromkeys(s for _, _, sources in said for s in sources))
        return Own(fees, fees_by, times, times_by, note, sources)


NOWHERE = Here()
"""Somebody whose commune is not known: the country's words alone."""


class Overrides:
    """The files of all places."""

    def __init__(self, overrides: Iterable[Override]) -> None:
        self._by_code: Mapping[str, Override] = MappingProxyType({o.code: o for o in overrides})

    def at(self, commune: Commune | None, day: dt.date, told: Mapping[str, str], notices: Sequence[str] = ()) -> Here:
        """What holds in that commune on that day. `told` and `notices` are what its officers said in the chat, by the
        names of this class's fields: their word is the newest and goes before every file's.
        """
        if commune is None:
            return NOWHERE
        places = ((commune.code, commune.name), (commune.province.code, commune.province.name))
        files = [(_small_first(name), self._by_code.get(code)) for code, name in places]
        found = tuple((by, file) for by, file in files if file is not None and file.in_force(day))
        shown = {
            name: told.get(name) or next((getattr(file, name) for _, file in found if getattr(file, name)), None)
            for name in ("centre", "address", "hours", "hotline")
        }
        filed = [notice.text for _, file in found for notice in file.notices if notice.in_force(day)]
        return Here(commune, **shown, notices=(*notices, *filed), overrides=found)


def _small_first(name: str) -> str:
    return name[:1].lower() + name[1:]
