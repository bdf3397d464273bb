"""A day that was named, and the last one that a day and month can mean."""

import datetime as dt
from dataclasses import dataclass

LONG_AGO = dt.timedelta(days=300)
"""A day and month without a year that came last so long ago was more likely a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was named."""

    date: dt.date | None
    """None when it was named so that it may be one of several."""
    exact: bool = True
    """Whether it was given by its number, and not by the name of a weekday."""


def last_day(today: dt.date, day: int, month: int | None, year: int | None = None) -> Day:
    """The last such day that has come; one of a year, the day itself. What cannot be is a doubt."""
    months = [(y, m) for y in (today.year, today.year - 1) for m in range(12, 0, -1)]
    if year is not None:
        months = [(year, month or 1)]
    for y, m in months:
        if month is not None and m != month:
            continue
        try:
            date = dt.date(y, m, day)
        except ValueError:
            continue
        if date <= today:
            return Day(date if year is not None or today - date < LONG_AGO else None)
    return Day(None)
