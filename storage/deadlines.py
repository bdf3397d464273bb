"""When a report is closed: the commune's day and hour, moved off holidays; and which days its month has."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Self

from storage.periods import VIETNAM, Period, Week

Works = Callable[[dt.date], bool]
"""Whether offices work on a day."""
CLOSING, SHIFT, MONTH, REMIND = "bao_cao.chot", "bao_cao.doi", "bao_cao.thang", "bao_cao.nhac"
"""Commune settings: "5 16:00" (Friday at four), "next" or "previous", "1" or "15" (the day a month begins), and when
members are reminded: "4 08:00", or OFF."""
OFF = "0"
BY_DAY = (dt.time(7), dt.time(20, 30))
"""Nobody is written to unasked outside these hours of Viet Nam."""
MORNING = dt.time(8)
URGED_AT = dt.time(10)
"""When heads of silent teams are asked on the closing day; the afternoon before where it closes in the morning."""
URGED_BEFORE = dt.time(15)
LONGEST_LEAVE = 30
"""Days; a calendar without a working day for longer is a mistake."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A commune's choices of when its reports close."""

    weekday: int = 5
    """1 Monday to 7 Sunday."""
    hour: dt.time = dt.time(16)
    shift: Literal["next", "previous"] = "next"
    """Where a closing day that is off moves: by default to the next working day (Bộ luật Dân sự 2015, Điều 148)."""
    month_begins: Literal[1, 15] = 1
    """15: "tháng 11" is 15/10 to 14/11, as some provinces count."""
    remind: tuple[int, dt.time] | Literal["off"] | None = None
    """When members who logged nothing are asked; None is the day before the closing, in the morning."""

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> Self:
        """From the settings of a commune; what is missing or malformed is as usual."""
        usual = cls()
        weekday, hour = parse_closing(settings.get(CLOSING, "")) or (usual.weekday, usual.hour)
        shift: Literal["next", "previous"] = "previous" if settings.get(SHIFT) == "previous" else "next"
        told = settings.get(REMIND, "")
        remind: tuple[int, dt.time] | Literal["off"] | None = "off" if told == OFF else parse_closing(told)
        return cls(weekday, hour, shift, 15 if settings.get(MONTH) == "15" else 1, remind)

    def closing(self, period: Period, works: Works) -> dt.datetime:
        """The moment the report of those days is closed: a week's on its day, any other's on its last day."""
        day = period.first + dt.timedelta(days=self.weekday - 1) if period.week else period.last
        return dt.datetime.combine(moved(day, works, self.shift), self.hour, VIETNAM)

    def month(self, year: int, month: int) -> Period:
        """The days of a month as the commune counts it. Raises ValueError when there is no such month."""
        whole = Period.of_month(year, month)
        if self.month_begins == 1:
            return whole
        before = Period(whole.first, whole.last).previous().first
        return Period(before.replace(day=15), whole.first.replace(day=14))

    def reminds(self, week: Week, works: Works) -> dt.datetime | None:
        """When members who logged nothing that week are reminded; None when they are not."""
        if self.remind == "off":
            return None
        weekday, hour = self.remind or (self.weekday - 1, MORNING)
        return self._asked(week, weekday, hour, works)

    def urges(self, week: Week, works: Works) -> dt.datetime | None:
        """When heads of teams without a report are asked and the officer gets their list; None when they are not."""
        if self.remind == "off":
            return None
        early = self.hour <= URGED_AT
        return self._asked(week, self.weekday - early, URGED_BEFORE if early else URGED_AT, works)

    def _asked(self, week: Week, weekday: int, hour: dt.time, works: Works) -> dt.datetime | None:
        """On a working day of the week, before its closing: one off gives way to the one before it."""
        if weekday < 1:
            return None
        day = moved(week.monday + dt.timedelta(days=weekday - 1), works, "previous")
        at = dt.datetime.combine(day, hour, VIETNAM)
        return at if week.monday <= day and at < self.closing(Period.of_week(week), works) else None


def by_day(due: dt.datetime) -> dt.datetime:
    """That moment, in Viet Nam's time; for one at night the morning that follows."""
    if is_day(due):
        return due
    day = due.date() + dt.timedelta(days=due.time() >= BY_DAY[1])
    return dt.datetime.combine(day, MORNING, due.tzinfo)


def is_day(moment: dt.datetime) -> bool:
    """Whether people may be written to unasked at that moment, given in Viet Nam's time."""
    return BY_DAY[0] <= moment.time() < BY_DAY[1]


def moved(day: dt.date, works: Works, shift: Literal["next", "previous"]) -> dt.date:
    """That day, or the nearest working day after (or before) it. Reminders always move to the one before."""
    step = dt.timedelta(days=1 if shift == "next" else -1)
    for n in range(LONGEST_LEAVE):
        if works(day + n * step):
            return day + n * step
    return day


def parse_closing(text: str) -> tuple[int, dt.time] | None:
    """From "5 16:00": Friday at four; None for anything else."""
    found = re.fullmatch(r"([1-7]) ([01]\d|2[0-3]):([0-5]\d)", text)
    return (int(found[1]), dt.time(int(found[2]), int(found[3]))) if found else None
