"""Which days people mean by "tuần này", "tuần 46/2026", "tháng 10", "từ 1/11 đến 15/11"; the same in a button."""

import datetime as dt
import re

from content.folding import fold
from storage.periods import Period, Week

_YEAR = r"(?: (?:nam )?(?P<year>20\d\d))?"
_LEAD = r"(?P<asked>(?:xem |gui |cho (?:toi )?(?:xem )?)?bao cao (?:cua )?)?"
_PATTERNS = tuple(re.compile(_LEAD + pattern) for pattern in (
    r"(?P<near>tuan|thang) (?P<which>nay|truoc|qua|roi|vua qua|vua roi)",
    r"tuan (?:thu |so )?(?P<week>\d{1,2})" + _YEAR,
    r"thang (?P<month>\d{1,2})" + _YEAR,
    r"(?:tu )?(?:ngay )?(?P<d1>\d{1,2}) (?P<m1>\d{1,2})(?: (?P<y1>20\d\d))? (?:den|toi) (?:het )?(?:ngay )?"
    r"(?P<d2>\d{1,2}) (?P<m2>\d{1,2})(?: (?P<y2>20\d\d))?",
))  # fmt: skip
_ABOUT = re.compile(_LEAD.removesuffix("?") + r"(?:tuan|thang|tu|ngay|quy|nam)\b.*")


def read(text: str, today: dt.date) -> tuple[Period | None, bool] | None:
    """The period a text asks for, and whether it speaks of a report; the period is None for days that do not exist.

    None when the text is about something else. Without a year, the last such days that have begun are meant.
    """
    said = fold(text)
    for pattern in _PATTERNS:
        if found := pattern.fullmatch(said):
            parts = found.groupdict()
            try:
                return _period(parts, today), bool(parts["asked"])
            except ValueError:
                return None, bool(parts["asked"])
    return (None, True) if _ABOUT.fullmatch(said) else None


def _period(parts: dict[str, str | None], today: dt.date) -> Period:
    """Raises ValueError for days that do not exist."""
    year = int(parts.get("year") or 0)
    if near := parts.get("near"):
        now = Period.of_week(Week.of(today)) if near == "tuan" else Period.of_month(today.year, today.month)
        return now if parts["which"] == "nay" else now.previous()
    if week := parts.get("week"):
        if year:
            return Period.of_week(Week(year, int(week)))
        now_year = Week.of(today).year
        begun = int(week) <= Week.of(today).number
        return Period.of_week(Week(now_year if begun else now_year - 1, int(week)))
    if month := parts.get("month"):
        return Period.of_month(year or today.year - (int(month) > today.month), int(month))
    return _between(parts, today)


def _between(parts: dict[str, str | None], today: dt.date) -> Period:
    """Two days; each without a year is the nearest that makes sense: the first has come, the last follows it."""
    y1, y2 = parts.get("y1"), parts.get("y2")
    last_month, last_day = int(parts["m2"] or 0), int(parts["d2"] or 0)
    first_month, first_day = int(parts["m1"] or 0), int(parts["d1"] or 0)
    if y1 or y2:
        year = int(y1 or y2 or 0)
    else:
        year = today.year - ((first_month, first_day) > (today.month, today.day))
    over_new_year = (last_month, last_day) < (first_month, first_day)
    if y2 and not y1 and over_new_year:
        year -= 1
    first = dt.date(year, first_month, first_day)
    return Period(first, dt.date(int(y2) if y2 else year + over_new_year, last_month, last_day))


def encode(period: Period) -> str:
    """As it stands inside a button."""
    return f"{period.first:%Y%m%d}-{period.last:%Y%m%d}"


def decode(code: str) -> Period | None:
    """The period of a button, None for anything that is none."""
    try:
        first, last = (dt.datetime.strptime(part, "%Y%m%d").date() for part in code.split("-"))  # noqa: DTZ007
        return Period(first, last)
    except ValueError:
        return None
