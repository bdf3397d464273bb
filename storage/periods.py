"""Weeks, months and other stretches of days a report can be about, in Vietnamese time."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Self

VIETNAM = dt.timezone(dt.timedelta(hours=7), "Asia/Ho_Chi_Minh")  # one zone, no summer time since 1975
_DAY = "%d/%m/%Y"


def local_day(moment: dt.datetime) -> dt.date:
    """The calendar day in Vietnam at that moment. A naive time raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(VIETNAM).date()


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO 8601 week, Monday to Sunday; `year` is the ISO year. Raises ValueError when there is no such week."""

    year: int
    number: int

    def __post_init__(self) -> None:
        dt.date.fromisocalendar(self.year, self.number, 1)

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """The week a day lies in."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "2026-W47". Raises ValueError."""
        found = re.fullmatch(r"(20\d\d)-W(\d\d)", text.strip(), re.ASCII)
        if not found:
            raise ValueError("a week looks like 2026-W47")
        return cls(int(found[1]), int(found[2]))

    @property
    def monday(self) -> dt.date:
        """Its first day."""
        return dt.date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> dt.date:
        """Its last day, at the end of which it closes."""
        return dt.date.fromisocalendar(self.year, self.number, 7)

    @property
    def label(self) -> str:
        """As on paper, always with its dates: week numbers alone are counted in more than one way."""
        return f"Tuần {self.number:02} ({self.monday:{_DAY}} - {self.sunday:{_DAY}})"

    def previous(self) -> Self:
        """The week before."""
        return type(self).of(self.monday - dt.timedelta(days=7))

    def closed(self, now: dt.datetime) -> bool:
        """Whether its Sunday is over in Vietnam."""
        return local_day(now) > self.sunday

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"


@dataclass(frozen=True, slots=True)
class Period:
    """Days `first` to `last`, both included, of the years 2000 to 2099. Raises ValueError for anything else."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period cannot end before it begins")
        if self.first.year < 2000 or self.last.year > 2099:
            raise ValueError("a period lies in the years 2000 to 2099")

    @classmethod
    def of_week(cls, week: Week) -> Self:
        """Monday to Sunday."""
        return cls(week.monday, week.sunday)

    @classmethod
    def of_month(cls, year: int, month: int) -> Self:
        """The calendar month. Raises ValueError."""
        first = dt.date(year, month, 1)
        return cls(first, _shift(first, 1) - dt.timedelta(days=1))

    @classmethod
    def parse_month(cls, text: str) -> Self:
        """From "2026-11". Raises ValueError."""
        found = re.fullmatch(r"(20\d\d)-(\d\d)", text.strip(), re.ASCII)
        if not found:
            raise ValueError("a month looks like 2026-11")
        return cls.of_month(int(found[1]), int(found[2]))

    @property
    def week(self) -> Week | None:
        """The ISO week it is, if it is exactly one."""
        week = Week.of(self.first)
        return week if (self.first, self.last) == (week.monday, week.sunday) else None

    @property
    def months(self) -> int:
        """How many whole months it lasts (15/10 to 14/11 is one too), 0 when it is not made of months."""
        end = self.last + dt.timedelta(days=1)
        if end.day != self.first.day or end.day > 28:  # from the 29th on, not every month has such a day
            return 0
        return (end.year - self.first.year) * 12 + end.month - self.first.month

    @property
    def quarter(self) -> int:
        """Which quarter of the calendar year it is, 0 when it is none."""
        whole = self.months == 3 and self.first.day == 1 and self.first.month % 3 == 1
        return self.last.month // 3 if whole else 0

    @property
    def label(self) -> str:
        """As on paper."""
        if self.week:
            return self.week.label
        if self.months == 1 and self.first.day == 1:
            return f"Tháng {self.first:%m/%Y}"
        if self.quarter:
            return f"Quý {self.quarter}/{self.first:%Y} ({self.first:{_DAY}} - {self.last:{_DAY}})"
        if (self.months, self.first.day, self.first.month) == (12, 1, 1):
            return f"Năm {self.first:%Y}"
        if self.first == self.last:
            return f"Ngày {self.first:{_DAY}}"
        return f"{self.first:{_DAY}} - {self.last:{_DAY}}"

    def previous(self) -> Self:
        """The period of the same kind just before: week for week, month for month, else as many days."""
        if self.months:
            first = _shift(self.first, -self.months)
        else:
            first = self.first - (self.last - self.first) - dt.timedelta(days=1)
        return type(self)(first, self.first - dt.timedelta(days=1))

    def year_to_date(self) -> Self:
        """From 1 January of the year it ends in to its end: yearly totals go by calendar date, not by week."""
        return type(self)(dt.date(self.last.year, 1, 1), self.last)


def _shift(day: dt.date, months: int) -> dt.date:
    """The same day number some months away; for day numbers up to 28."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1)
