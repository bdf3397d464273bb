"""Which days offices work: weekends, holidays, and the Saturdays worked instead."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from content.guide import Model
from content.reading import Entry, KnowledgeError, parse, read

SATURDAY = 5


class _Days(Model):
    """Days off, or days worked instead of others; one day when there is no `to`."""

    first: dt.date = Field(alias="from")
    last: dt.date | None = Field(default=None, alias="to")
    name: str = Field(min_length=1, max_length=80)
    kind: Literal["off", "working"] = "off"


class _Covers(Model):
    """The days for which holidays are known; outside of them only weekends are."""

    first: dt.date = Field(alias="from")
    last: dt.date = Field(alias="to")


class _File(Model):
    """The file: what it covers, and the days that differ from the usual week."""

    covers: _Covers
    days: tuple[_Days, ...]


def _each(days: _Days) -> list[dt.date]:
    last = days.last or days.first
    return [days.first + dt.timedelta(days=n) for n in range((last - days.first).days + 1)]


@dataclass(frozen=True, slots=True)
class Workdays:
    """The calendar of offices."""

    special: dict[dt.date, bool]
    """Days unlike their weekday: True is worked."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The days in data/holidays.yaml. Raises KnowledgeError with the first mistake."""
        parsed = parse(read(folder / "data" / "holidays.yaml", folder), _File)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        covers, special = parsed.record.covers, dict[dt.date, bool]()
        for n, days in enumerate(parsed.record.days):
            for day in _each(days):
                if day in special or not covers.first <= day <= covers.last:
                    what = f"Ngày {day:%d/%m/%Y} viết hai lần, hoặc nằm ngoài khoảng của tệp."
                    raise KnowledgeError(parsed.problem(what, "Sửa ngày hoặc bỏ bớt một dòng.", "days", n))
                special[day] = days.kind == "working"
        return cls(special)

    def works(self, day: dt.date) -> bool:
        """Whether offices work that day: Monday to Friday, but for holidays, and the Saturdays worked instead."""
        return self.special.get(day, day.weekday() < SATURDAY)
