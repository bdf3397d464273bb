"""Which days people mean by "tuần này", "tuần 46/2026", "tháng 10", "từ 1/11 đến 15/11"; the same in a button."""

import datetime as dt
import re
from collections.abc import Callable

from content.folding import fold
from storage.periods import Period, Week

_YEAR = r"(?: (?:nam )?(?P<year>20\d\d))?"
_WISH = r"(?:(?:cho|xin|gui|xem|coi|lay|can|muon|lam|toi|em|minh|tui) )*"
_LEAD = _WISH + r"(?P<asked>(?:bao cao|bc) (?:cua )?)?"
_PLEASE = r"(?: (?:nhe|nha|voi|di|a|giup|gium|vay|the))*"
_PATTERNS = tuple(re.compile(_LEAD + pattern + _PLEASE) for pattern in (
    r"(?P<near>tuan|thang) (?P<which>nay|truoc|qua|roi|vua qua|vua roi)",
    r"tuan (?:thu |so )?(?P<week>\d{1,2})" + _YEAR,
    r"thang (?P<month>\d{1,2})" + _YEAR,
    r"(?:tu )?(?:ngay )?(?P<d1>\d{1,2}) (?P<m1>\d{1,2})(?: (?P<y1>20\d\d))? (?:den|toi) (?:het )?(?:ngay )?"
    r"(?P<d2>\d{1,2}) (?P<m2>\d{1,2})(?: (?P<y2>20\d\d))?",
    r"quy (?:thu )?(?P<quarter>[1-4]|i{1,3}|iv)" + _YEAR,
    r"(?P<length>6|9|sau|chin) thang(?: dau nam)?" + _YEAR,
)) + tuple(re.compile(_LEAD.removesuffix("?") + pattern + _PLEASE) for pattern in (
    r"hom (?P<day>nay|qua)",
    r"nam (?P<whole>nay|ngoai|truoc|20\d\d)",
))  # fmt: skip
"""Without the word for report only what can hardly mean anything else."""
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_ABOUT = re.compile(_LEAD.removesuffix("?") + r"(?:tuan|thang|tu|ngay|quy|nam)\b.*")


Month = Callable[[int, int], Period]
"""The days of a month of a year, as a commune counts them. Raises ValueError when there is no such month."""


def read(text: str, today: dt.date, month: Month = Period.of_month) -> tuple[Period | None, bool] | None:
    """The period a text asks for, and whether it speaks of a report; the period is None for days that do not exist.

    None when the text is about something else. Without a year, the last such days that have begun are meant.
    """
    said = fold(text)
    for pattern in _PATTERNS:
        if found := pattern.fullmatch(said):
            parts = found.groupdict()
            try:
                return _period(parts, today, month), bool(parts["asked"])
            except ValueError:
                return None, bool(parts["asked"])
    return (None, True) if _ABOUT.fullmatch(said) else None


def _period(parts: dict[str, str | None], today: dt.date, month: Month) -> Period:
    """Raises ValueError for days that do not exist."""
    year = int(parts.get("year") or 0)
    if near := parts.get("near"):
        now = Period.of_week(Week.of(today)) if near == "tuan" else _month_in_hand(today, month)
        return now if parts["which"] == "nay" else now.previous()
    if week := parts.get("week"):
        if year:
            return Period.of_week(Week(year, int(week)))
        now_year = Week.of(today).year
        begun = int(week) <= Week.of(today).number
        return Period.of_week(Week(now_year if begun else now_year - 1, int(week)))
    if number := parts.get("month"):
        named = month(year or today.year, int(number))
        return named if year or named.first <= today else month(today.year - 1, int(number))
    if day := parts.get("day"):
        asked = today if day == "nay" else today - dt.timedelta(days=1)
        return Period(asked, asked)
    if quarter := parts.get("quarter"):
        last = 3 * (_QUARTERS.get(quarter) or int(quarter))
        return _of_months(last - 2, last, year, today, month)
    if length := parts.get("length"):
        return _of_months(1, 6 if length in ("6", "sau") else 9, year, today, month)
    if whole := parts.get("whole"):
        said = {"nay": today.year, "ngoai": today.year - 1, "truoc": today.year - 1}
        return _of_months(1, 12, said.get(whole) or int(whole), today, month)
    return _between(parts, today)


def _of_months(first: int, last: int, year: int, today: dt.date, month: Month) -> Period:
    """From one month of a year to another; without a year the last such that have begun."""
    if not year:
        year = today.year - (month(today.year, first).first > today)
    return Period(month(year, first).first, month(year, last).last)


def _month_in_hand(today: dt.date, month: Month) -> Period:
    """The month today lies in; where months begin with a 15th, in their second half it is the one after."""
    found = month(today.year, today.month)
    if today <= found.last:
        return found
    after = Period.of_month(today.year, today.month).last + dt.timedelta(days=1)
    return month(after.year, after.month)


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
