"""What an address asks for: which days, which team, hamlet or procedure. Nothing in it says who looks."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from bot.dashboard.sights import Sight
from storage.periods import Period, Week

_NUMBER = re.compile(r"\d{1,15}", re.ASCII)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
LONGEST_SLUG = 40
LONGEST = 366
"""Days of a period."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Days, and at most one part of what was done in them."""

    period: Period
    team: int | None = None
    hamlet: int | None = None
    procedure: str | None = None
    wrong: bool = False
    """Whether something in the address could not be read and was left out."""

    @classmethod
    def read(cls, query: Mapping[str, str], today: dt.date) -> Self:
        """From `week=2026-W47` or `from=2026-11-01&to=2026-11-15`, `team`, `hamlet`, `procedure`; else this week."""
        period = _period(query, today)
        team, hamlet = (_number(query.get(name, "")) for name in ("team", "hamlet"))
        procedure = query.get("procedure") or None
        wrong = period is None or any(query.get(n) and v is None for n, v in (("team", team), ("hamlet", hamlet)))
        if procedure and (len(procedure) > LONGEST_SLUG or not _SLUG.fullmatch(procedure)):
            procedure, wrong = None, True
        if procedure and hamlet is not None:  # not counted together
            procedure, wrong = None, True
        return cls(period or Period.of_week(Week.of(today)), team, hamlet, procedure, bool(wrong))

    def address(self, **other: Any) -> str:
        """The same as an address, with what is given otherwise: `period`, `team`, `hamlet`, `procedure`, or more."""
        names = ("period", "team", "hamlet", "procedure")
        wanted = replace(self, **{name: value for name, value in other.items() if name in names})
        found: dict[str, Any] = _days(wanted.period)
        found |= {name: value for name in names[1:] if (value := getattr(wanted, name)) is not None}
        return "?" + urlencode(found | {name: value for name, value in other.items() if name not in names})

    def within(self, sight: Sight) -> Self:
        """What of it a sight allows: parts only where entries may be seen, teams only to the commune's officer."""
        if not sight.entries:
            return replace(self, team=None, hamlet=None, procedure=None)
        return self if sight.kind == "commune" else replace(self, team=None)

    @property
    def whole(self) -> bool:
        """Whether it asks for everything done in those days."""
        return self.team is None and self.hamlet is None and self.procedure is None


def _days(period: Period) -> dict[str, Any]:
    if period.week:
        return {"week": str(period.week)}
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _period(query: Mapping[str, str], today: dt.date) -> Period | None:
    """None for days nobody can read, that have not begun, or are too many."""
    try:
        if query.get("from") or query.get("to"):
            period = Period(_day(query.get("from", "")), _day(query.get("to", "")))
        elif query.get("week"):
            period = Period.of_week(Week.parse(query["week"]))
        else:
            period = Period.of_week(Week.of(today))
    except ValueError:
        return None
    return period if period.first <= today and (period.last - period.first).days < LONGEST else None


def _day(text: str) -> dt.date:
    """Raises ValueError for anything but 2026-11-01."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError("a day looks like 2026-11-01")
    return dt.date.fromisoformat(text)


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None
