"""Reports, read from the counters alone: their cost does not grow with the number of assistances."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.counted import Measures
from storage.entry import load
from storage.facts import CommuneFacts, Facts, Span, read_commune
from storage.periods import VIETNAM, Period, Week
from storage.schema import assistance, nil_report, team
from storage.sightings import suspicious_codes
from storage.statistics import INDICATORS, Indicator, Tally
from storage.targets import targets
from storage.upsert import upsert

VERSION = 1  # of the shape of these documents


async def report(
    connection: AsyncConnection, commune: str, period: Period, now: dt.datetime, *, province: str | None = None,
    team_id: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The report of a commune: every indicator now, before and since 1 January, and each team's own.

    With `team_id` it is that team's alone, if it is one of the commune's; the targets are those of each team.

    None is "no report" (silence), 0 is "nothing done" (said so, or nothing of this kind among what was entered).
    Targets are those of the year; with `province`, its defaults stand in for what the commune has not set.
    Six statements, however much was logged. Codes are checked by everybody, so no team has any of its own.
    """
    facts = await read_commune(connection, commune, period, team_id)
    year, whose = period.year_to_date().first, "commune" if team_id is None else "team"
    facts.targets = await targets(
        connection, commune, year, year.replace(month=12, day=31), whose=whose, province=province
    )
    return {
        "commune": commune,
        **heading(period, now),
        "indicators": indicators(facts),
        "teams": [_team(facts, key, name) for key, name in facts.names.items()],
        **breakdown(facts.now.total),
        "days": {day.isoformat(): n for day, n in sorted(facts.days.items()) if n},
        "late": facts.now.total.get("late", 0),
        "corrected": facts.now.total.get("corrected", 0),
        **({} if team_id is not None else await codes(connection, [commune], period)),
    }


async def my_week(connection: AsyncConnection, member_id: int, week: Week) -> Measures:
    """Everything a member did in a week, measure by measure, added up from his own few entries."""
    entries = await load(
        connection,
        assistance.c.member_id == member_id,
        assistance.c.state == "saved",
        assistance.c.day.between(week.monday, week.sunday),
    )
    total: Measures = defaultdict(int)
    for (_, _, _, measure), n in Tally.of(come=entries).days.items():
        total[str(measure)] += n
    return dict(total)


async def say_nil(
    connection: AsyncConnection, team_id: int, week: Week, said_by: int | None, now: dt.datetime
) -> None:
    """Keeps a team's word that it has nothing to report for a week: 0, not blank. Said twice is said once.

    Whether the person may speak for the team is the caller's question. Raises LookupError for an unknown team.
    """
    insert = upsert(nil_report, connection)
    commune = await connection.scalar(sa.select(team.c.commune).where(team.c.id == team_id))
    if commune is None:
        raise LookupError("no such team")
    row = {"team_id": team_id, "week": week.monday, "commune": commune, "said_by": said_by, "said_at": now}
    await connection.execute(insert.values(row).on_conflict_do_nothing())


async def codes(connection: AsyncConnection, communes: list[str], period: Period) -> dict[str, dict[str, int]]:
    """Payment codes that were checked: how many told the person to stop, of how many in all."""
    found = await suspicious_codes(connection, communes, period)
    return {"suspicious_codes": {"stopped": found.stopped, "checked": found.checked}}


# --- what is said -------------------------------------------------------------------------------------------


def heading(period: Period, now: dt.datetime) -> dict[str, Any]:
    """Which days, and when they were counted."""
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "week": str(period.week) if period.week else None,
        "cut_at": now.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "version": VERSION,
    }


def value(indicator: Indicator, span: Span) -> int | None:
    """The figure of those days; None when nobody reported, or when it is no number."""
    if not span.reported:
        return None
    if indicator.code == "10":
        return len(span.active)
    return sum(span.total.get(m, 0) for m in indicator.measures) if indicator.measures else None


def indicators(facts: Facts) -> list[dict[str, Any]]:
    """Every indicator, in the order of the report."""
    said = []
    for indicator in INDICATORS:
        present, previous, year = (value(indicator, span) for span in facts.spans())
        target = facts.targets.get(indicator.code)
        line: dict[str, Any] = {
            "code": indicator.code,
            "name": indicator.name,
            "unit": indicator.unit,
            "value": present,
            "previous": previous,
            "change": None if present is None or previous is None else present - previous,
            "year_to_date": year,
            "target": target,
            "percent": None if target is None or year is None else round(100 * year / target, 1),
        }
        said.append(line | _more(indicator.code, facts))
    return said


def _more(code: str, facts: Facts) -> dict[str, int | None]:
    """What two indicators say beside their value."""
    reported = bool(facts.now.reported)
    if code == "8":
        return {"people": facts.now.total.get("attendees", 0) if reported else None}
    if code == "10":
        return {
            "teams_total": facts.teams,
            "members_active": facts.members_active if reported else None,
            "members_total": facts.members,
        }
    return {}


def _team(facts: CommuneFacts, key: int, name: str) -> dict[str, Any]:
    alone = Span(facts.by_team.get(key, {}), facts.now.active & {key}, facts.now.nil & {key})
    return {
        "team": name,
        "reported": bool(alone.reported),
        "active_members": len(facts.who_worked[key]),
        "members": len(facts.who[key]),
        "indicators": {i.code: value(i, alone) for i in INDICATORS},
    }


def breakdown(total: Mapping[str, int]) -> dict[str, Any]:
    """The counts behind the indicators, those that are not 0, the largest first."""
    parts: dict[str, dict[str, int]] = defaultdict(dict)
    for measure, n in sorted(total.items(), key=lambda item: (-item[1], item[0])):
        kind, colon, code = measure.partition(":")
        if colon and n:
            parts[kind][code] = n
    return {
        "procedures": [{"id": code, "count": n} for code, n in parts["procedure"].items()],
        "contents": parts["content"],
        "places": parts["place"],
        "groups": parts["group"],
        "results": parts["result"],
    }
