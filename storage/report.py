"""Reports, read from the counters alone: their cost does not grow with the number of assistances."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.entry import load
from storage.periods import VIETNAM, Period, Week
from storage.schema import assistance, day_count, member_day, nil_report, role, team
from storage.sightings import suspicious_codes
from storage.statistics import INDICATORS, Indicator, Tally
from storage.targets import targets
from storage.teams import name_on

VERSION = 1  # of the shape of these documents
Measures = dict[str, int]


async def report(
    connection: AsyncConnection, commune: str, period: Period, now: dt.datetime, *, province: str | None = None,
    team_id: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The report of a commune: every indicator now, before and since 1 January, and each team's own.

    With `team_id` it is that team's alone, if it is one of the commune's; the targets are those of each team.

    None is "no report" (silence), 0 is "nothing done" (said so, or nothing of this kind among what was entered).
    Targets are those of the year; with `province`, its defaults stand in for what the commune has not set.
    Eight statements, however much was logged. Codes are checked by everybody, so no team has any of its own.
    """
    facts = (await _read(connection, [commune], period, team_id))[commune]
    year, whose = period.year_to_date().first, "commune" if team_id is None else "team"
    facts.targets = await targets(
        connection, commune, year, year.replace(month=12, day=31), whose=whose, province=province
    )
    days = await _days(connection, commune, period, team_id)
    return {
        "commune": commune,
        **_heading(period, now),
        "indicators": _indicators(facts),
        "teams": [_team(facts, key, name) for key, name in facts.teams.items()],
        **_breakdown(facts.total(facts.now)),
        "days": {day.isoformat(): n for day, n in days},
        "late": facts.total(facts.now).get("late", 0),
        "corrected": facts.total(facts.now).get("corrected", 0),
        **({} if team_id is not None else await _codes(connection, [commune], period)),
    }


async def province_report(
    connection: AsyncConnection, province: str, communes: Iterable[str], period: Period, now: dt.datetime
) -> dict[str, Any]:
    """The totals of a province and of each of its communes (the caller knows which they are); no team, no entry."""
    codes = sorted(set(communes))
    facts = await _read(connection, codes, period)
    whole = _Facts()
    for one in facts.values():
        whole.merge(one)
    return {
        "province": province,
        **_heading(period, now),
        "indicators": _indicators(whole),
        "communes": [
            {
                "commune": code,
                "reported": bool(facts[code].now.reported),
                "teams_reported": len(facts[code].now.reported),
                "teams": len(facts[code].teams),
                "indicators": {i["code"]: i["value"] for i in _indicators(facts[code])},
            }
            for code in codes
        ],
        **_breakdown(whole.total(whole.now)),
        **await _codes(connection, codes, period),
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
    insert = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(nil_report)
    commune = await connection.scalar(sa.select(team.c.commune).where(team.c.id == team_id))
    if commune is None:
        raise LookupError("no such team")
    row = {"team_id": team_id, "week": week.monday, "commune": commune, "said_by": said_by, "said_at": now}
    await connection.execute(insert.values(row).on_conflict_do_nothing())


# --- what is read -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Span:
    """The counters of some days: by team, and which teams said anything, were it "nothing"."""

    counts: dict[int, Measures] = field(default_factory=dict)
    nil: set[int] = field(default_factory=set)

    @property
    def active(self) -> set[int]:
        return {key for key, counts in self.counts.items() if counts.get("entries")}

    @property
    def reported(self) -> set[int]:
        return self.active | self.nil


@dataclass(slots=True)
class _Facts:
    """All a report needs to know of one commune, or of several put together."""

    now: _Span = field(default_factory=_Span)
    before: _Span = field(default_factory=_Span)
    year: _Span = field(default_factory=_Span)
    teams: dict[int, str] = field(default_factory=dict)
    active: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    members: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    targets: dict[str, int] = field(default_factory=dict)

    def spans(self) -> tuple[_Span, _Span, _Span]:
        return self.now, self.before, self.year

    @staticmethod
    def total(span: _Span) -> Measures:
        total: Measures = defaultdict(int)
        for counts in span.counts.values():
            for measure, n in counts.items():
                total[measure] += n
        return total

    def merge(self, other: "_Facts") -> None:
        """Takes in another commune; its targets are its own and stay there."""
        for mine, its in zip(self.spans(), other.spans(), strict=True):
            mine.counts |= its.counts
            mine.nil |= its.nil
        self.teams |= other.teams
        self.active |= other.active
        self.members |= other.members


async def _read(
    connection: AsyncConnection, communes: list[str], period: Period, team_id: int | None = None
) -> dict[str, _Facts]:
    """Five statements for any number of communes."""
    facts = {commune: _Facts() for commune in communes}
    spans = (period, period.previous(), period.year_to_date())
    await _read_counts(connection, facts, spans, team_id)
    await _read_nil(connection, facts, spans, team_id)
    await _read_teams(connection, facts, period, team_id)
    await _read_members(connection, facts, period, team_id)
    return facts


def _only(column: sa.ColumnElement[Any], team_id: int | None) -> sa.ColumnElement[bool]:
    return sa.true() if team_id is None else column == team_id


async def _read_counts(
    connection: AsyncConnection, facts: dict[str, _Facts], spans: tuple[Period, ...], team_id: int | None
) -> None:
    c = day_count.c
    sums = [sa.func.sum(c.value).filter(c.day.between(s.first, s.last)) for s in spans]
    query = (
        sa.select(c.commune, c.team_id, c.measure, *sums)
        .where(c.commune.in_(facts), c.day.between(min(s.first for s in spans), spans[0].last))
        .where(_only(c.team_id, team_id))
        .group_by(c.commune, c.team_id, c.measure)
    )
    for commune, key, measure, *values in await connection.execute(query):
        for span, value in zip(facts[commune].spans(), values, strict=True):
            if value:
                span.counts.setdefault(key, {})[measure] = value


async def _read_nil(
    connection: AsyncConnection, facts: dict[str, _Facts], spans: tuple[Period, ...], team_id: int | None
) -> None:
    c = nil_report.c
    earliest = Week.of(min(s.first for s in spans)).monday
    query = sa.select(c.commune, c.team_id, c.week).where(
        c.commune.in_(facts), c.week.between(earliest, spans[0].last), _only(c.team_id, team_id)
    )
    for commune, key, monday in await connection.execute(query):
        for span, days in zip(facts[commune].spans(), spans, strict=True):
            if Week.of(days.first).monday <= monday <= days.last:  # the week has a day in common with the period
                span.nil.add(key)


async def _read_teams(
    connection: AsyncConnection, facts: dict[str, _Facts], period: Period, team_id: int | None
) -> None:
    """Teams in force on some day of the period or with something to show for it, by their names at its end."""
    in_force = sa.and_(
        team.c.valid_from <= period.last, sa.or_(team.c.valid_to.is_(None), team.c.valid_to >= period.first)
    )
    called = name_on("team", team.c.id, team.c.name, period.last).label("called")
    query = sa.select(team.c.id, team.c.commune, called, in_force).where(
        team.c.commune.in_(facts), _only(team.c.id, team_id)
    )
    for key, commune, name, valid in await connection.execute(query.order_by("called", team.c.id)):
        if valid or key in facts[commune].now.reported:
            facts[commune].teams[key] = name


async def _read_members(
    connection: AsyncConnection, facts: dict[str, _Facts], period: Period, team_id: int | None
) -> None:
    """Members: who held a role in a team at some moment of the period, and whoever is named in an entry of it."""
    d = member_day.c
    worked = sa.select(d.commune, d.team_id, d.member_id).distinct().where(
        d.commune.in_(facts), d.day.between(period.first, period.last), d.entries > 0,
        _only(d.team_id, team_id),
    )  # fmt: skip
    for commune, key, member_id in await connection.execute(worked):
        facts[commune].active[key].add(member_id)
        facts[commune].members[key].add(member_id)
    begin = dt.datetime.combine(period.first, dt.time(), VIETNAM)
    end = dt.datetime.combine(period.last + dt.timedelta(days=1), dt.time(), VIETNAM)
    held = sa.select(role.c.commune, role.c.team_id, role.c.person_id).where(
        role.c.commune.in_(facts),
        _only(role.c.team_id, team_id),
        role.c.role.in_(("member", "head")),
        role.c.granted_at < end,
        sa.or_(role.c.ended_at.is_(None), role.c.ended_at > begin),
    )
    for commune, key, person_id in await connection.execute(held):
        facts[commune].members[key].add(person_id)


async def _days(
    connection: AsyncConnection, commune: str, period: Period, team_id: int | None
) -> list[tuple[dt.date, int]]:
    c = day_count.c
    query = (
        sa.select(c.day, sa.func.sum(c.value))
        .where(c.commune == commune, c.day.between(period.first, period.last), c.measure == "people", c.value > 0)
        .where(_only(c.team_id, team_id))
        .group_by(c.day)
        .order_by(c.day)
    )
    return [(day, n) for day, n in await connection.execute(query)]


async def _codes(connection: AsyncConnection, communes: list[str], period: Period) -> dict[str, dict[str, int]]:
    """Payment codes that were checked: how many told the person to stop, of how many in all."""
    found = await suspicious_codes(connection, communes, period)
    return {"suspicious_codes": {"stopped": found.stopped, "checked": found.checked}}


# --- what is said -------------------------------------------------------------------------------------------


def _heading(period: Period, now: dt.datetime) -> dict[str, Any]:
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "week": str(period.week) if period.week else None,
        "cut_at": now.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "version": VERSION,
    }


def _value(indicator: Indicator, span: _Span, total: Mapping[str, int]) -> int | None:
    if not span.reported:
        return None
    if indicator.code == "10":
        return len(span.active)
    return sum(total.get(m, 0) for m in indicator.measures) if indicator.measures else None


def _indicators(facts: _Facts) -> list[dict[str, Any]]:
    totals = [facts.total(span) for span in facts.spans()]
    said = []
    for indicator in INDICATORS:
        value, previous, year = (
            _value(indicator, span, total) for span, total in zip(facts.spans(), totals, strict=True)
        )
        target = facts.targets.get(indicator.code)
        line: dict[str, Any] = {
            "code": indicator.code,
            "name": indicator.name,
            "unit": indicator.unit,
            "value": value,
            "previous": previous,
            "change": None if value is None or previous is None else value - previous,
            "year_to_date": year,
            "target": target,
            "percent": None if target is None or year is None else round(100 * year / target, 1),
        }
        said.append(line | _more(indicator.code, facts, totals[0]))
    return said


def _more(code: str, facts: _Facts, total: Mapping[str, int]) -> dict[str, int | None]:
    """What two indicators say beside their value."""
    reported = bool(facts.now.reported)
    if code == "8":
        return {"people": total.get("attendees", 0) if reported else None}
    if code == "10":
        return {
            "teams_total": len(facts.teams),
            "members_active": len(set().union(*facts.active.values())) if reported else None,
            "members_total": len(set().union(*facts.members.values())),
        }
    return {}


def _team(facts: _Facts, key: int, name: str) -> dict[str, Any]:
    alone = _Span({key: facts.now.counts.get(key, {})}, facts.now.nil & {key})
    return {
        "team": name,
        "reported": bool(alone.reported),
        "active_members": len(facts.active[key]),
        "members": len(facts.members[key]),
        "indicators": {i.code: _value(i, alone, alone.counts[key]) for i in INDICATORS},
    }


def _breakdown(total: Mapping[str, int]) -> dict[str, Any]:
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
