"""Reports, read from the counters alone: their cost does not grow with the number of assistances."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.entry import load
from storage.periods import VIETNAM, Period, Week
from storage.schema import assistance, day_count, member_day, nil_report, role, team
from storage.sightings import suspicious_codes
from storage.statistics import INDICATORS, TEAM, Indicator, Tally
from storage.sums import sums
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
    Nine statements, however much was logged. Codes are checked by everybody, so no team has any of its own.
    """
    facts = await _read(connection, commune, period, team_id)
    year, whose = period.year_to_date().first, "commune" if team_id is None else "team"
    facts.targets = await targets(
        connection, commune, year, year.replace(month=12, day=31), whose=whose, province=province
    )
    days = await _days(connection, commune, period, team_id)
    return {
        "commune": commune,
        **heading(period, now),
        "indicators": indicators(facts),
        "teams": [_team(facts, key, name) for key, name in facts.names.items()],
        **breakdown(facts.now.total),
        "days": {day.isoformat(): n for day, n in days},
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
    insert = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(nil_report)
    commune = await connection.scalar(sa.select(team.c.commune).where(team.c.id == team_id))
    if commune is None:
        raise LookupError("no such team")
    row = {"team_id": team_id, "week": week.monday, "commune": commune, "said_by": said_by, "said_at": now}
    await connection.execute(insert.values(row).on_conflict_do_nothing())


# --- what is read -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Span:
    """The counters of some days, and the teams that worked or said that there was nothing."""

    total: Measures = field(default_factory=lambda: defaultdict(int))
    active: set[int] = field(default_factory=set)
    nil: set[int] = field(default_factory=set)

    @property
    def reported(self) -> set[int]:
        """Teams that said anything, were it "nothing"."""
        return self.active | self.nil

    def add(self, measure: str, n: int) -> None:
        """Takes in a sum of `storage.sums`, those of teams too."""
        if measure.startswith(TEAM):
            self.active |= {int(measure.removeprefix(TEAM))} if n else set()
        else:
            self.total[measure] += n


@dataclass(slots=True)
class Facts:
    """All the lines of a report need to know of one place."""

    now: Span = field(default_factory=Span)
    before: Span = field(default_factory=Span)
    year: Span = field(default_factory=Span)
    teams: int = 0
    members_active: int = 0
    members: int = 0
    targets: dict[str, int] = field(default_factory=dict)

    def spans(self) -> tuple[Span, Span, Span]:
        """The period, the one before, and since 1 January."""
        return self.now, self.before, self.year

    def say_nil(self, team_id: int, said: Sequence[bool]) -> None:
        """A team's word that there was nothing, in those spans of which it holds."""
        for span, holds in zip(self.spans(), said, strict=True):
            span.nil |= {team_id} if holds else set()


@dataclass(slots=True)
class _Commune(Facts):
    """Of a commune also what each of its teams did in the period, and who."""

    by_team: dict[int, Measures] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    who_worked: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    who: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def spans_of(period: Period) -> tuple[Period, Period, Period]:
    """The days of Facts.spans."""
    return period, period.previous(), period.year_to_date()


async def _read(connection: AsyncConnection, commune: str, period: Period, team_id: int | None) -> _Commune:
    facts, spans = _Commune(), spans_of(period)
    await _read_counts(connection, facts, commune, spans if team_id else spans[:2], team_id)
    if team_id is None:
        for _, measure, (n,) in await sums(connection, [commune], spans[2:]):
            facts.year.add(measure, n)
    for _, key, said in await read_nil(connection, [commune], spans, team_id):
        facts.say_nil(key, said)
    await _read_teams(connection, facts, commune, period, team_id)
    await _read_members(connection, facts, commune, period, team_id)
    facts.teams = len(facts.names)
    facts.members_active = len(set().union(*facts.who_worked.values()))
    facts.members = len(set().union(*facts.who.values()))
    return facts


def _only(column: sa.ColumnElement[Any], team_id: int | None) -> sa.ColumnElement[bool]:
    return sa.true() if team_id is None else column == team_id


async def _read_counts(
    connection: AsyncConnection, facts: _Commune, commune: str, spans: Sequence[Period], team_id: int | None
) -> None:
    """The first of the spans by team, the others in all."""
    c = day_count.c
    added = [sa.func.sum(c.value).filter(c.day.between(s.first, s.last)) for s in spans]
    query = (
        sa.select(c.team_id, c.measure, *added)
        .where(c.commune == commune, c.day.between(min(s.first for s in spans), spans[0].last))
        .where(_only(c.team_id, team_id))
        .group_by(c.team_id, c.measure)
    )
    for key, measure, *values in await connection.execute(query):
        for span, value in zip(facts.spans(), values, strict=False):
            span.total[measure] += value or 0
            if value and measure == "entries":
                span.active.add(key)
        if values[0]:
            facts.by_team.setdefault(key, {})[measure] = values[0]


async def read_nil(
    connection: AsyncConnection, communes: Collection[str] | None, spans: Sequence[Period], team_id: int | None = None
) -> list[tuple[str, int, list[bool]]]:
    """Commune and team that said "nothing" of a week, and with which of the spans that week has a day in common."""
    c = nil_report.c
    earliest = Week.of(min(s.first for s in spans)).monday
    query = sa.select(c.commune, c.team_id, c.week).where(
        c.week.between(earliest, max(s.last for s in spans)), _only(c.team_id, team_id)
    )
    if communes is not None:
        query = query.where(c.commune.in_(communes))
    return [
        (commune, key, [Week.of(s.first).monday <= monday <= s.last for s in spans])
        for commune, key, monday in await connection.execute(query)
    ]


async def _read_teams(
    connection: AsyncConnection, facts: _Commune, commune: str, period: Period, team_id: int | None
) -> None:
    """Teams in force on some day of the period or with something to show for it, by their names at its end."""
    called = name_on("team", team.c.id, team.c.name, period.last).label("called")
    query = sa.select(team.c.id, called, in_force(period)).where(team.c.commune == commune, _only(team.c.id, team_id))
    for key, name, valid in await connection.execute(query.order_by("called", team.c.id)):
        if valid or key in facts.now.reported:
            facts.names[key] = name


def in_force(period: Period) -> sa.ColumnElement[bool]:
    """Teams that existed on some day of the period."""
    return sa.and_(
        team.c.valid_from <= period.last, sa.or_(team.c.valid_to.is_(None), team.c.valid_to >= period.first)
    )


async def _read_members(
    connection: AsyncConnection, facts: _Commune, commune: str, period: Period, team_id: int | None
) -> None:
    """Members: who held a role in a team at some moment of the period, and whoever is named in an entry of it."""
    worked, held = worked_in(period), held_in(period)
    d, r = member_day.c, role.c
    at_work = (
        sa.select(d.team_id, d.member_id).distinct().where(d.commune == commune, worked, _only(d.team_id, team_id))
    )
    for key, member_id in await connection.execute(at_work):
        facts.who_worked[key].add(member_id)
        facts.who[key].add(member_id)
    in_team = sa.select(r.team_id, r.person_id).where(r.commune == commune, held, _only(r.team_id, team_id))
    for key, person_id in await connection.execute(in_team):
        facts.who[key].add(person_id)


def worked_in(period: Period) -> sa.ColumnElement[bool]:
    """Days of members with entries, of those days."""
    d = member_day.c
    return sa.and_(d.day.between(period.first, period.last), d.entries > 0)


def held_in(period: Period) -> sa.ColumnElement[bool]:
    """Roles in teams, held at some moment of those days."""
    begin = dt.datetime.combine(period.first, dt.time(), VIETNAM)
    end = dt.datetime.combine(period.last + dt.timedelta(days=1), dt.time(), VIETNAM)
    return sa.and_(
        role.c.role.in_(("member", "head")), role.c.granted_at < end,
        sa.or_(role.c.ended_at.is_(None), role.c.ended_at > begin),
    )  # fmt: skip


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


def _team(facts: _Commune, key: int, name: str) -> dict[str, Any]:
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
