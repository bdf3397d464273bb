"""What a report is made of, read from the counters by a few statements, each put together once and then filled in."""

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.counted import DAY, Counted, Measures, Stretch, plus, read
from storage.periods import VIETNAM, Period, Week
from storage.schema import member_day, nil_report, role, team
from storage.schema.base import Instant
from storage.statistics import TEAM
from storage.sums import put_together, stretches
from storage.teams import name_on

_PREFIX = len(TEAM)


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

    def add(self, counts: Measures) -> None:
        """Takes in all that a commune counted, as `storage.sums` says it, and its teams at work."""
        total = self.total
        for measure, n in counts.items():
            total[measure] += n
        for measure in self.add_teams(counts):
            del total[measure]

    def add_some(self, counts: Measures, measures: Collection[str]) -> None:
        """Takes in only these measures."""
        total = self.total
        for measure in measures:
            total[measure] += counts.get(measure, 0)

    def add_teams(self, counts: Measures) -> list[str]:
        """Takes in only the teams at work; answers their measures."""
        found = [measure for measure in counts if measure[:_PREFIX] == TEAM]
        self.active.update([int(measure[_PREFIX:]) for measure in found])
        return found

    def add_day(self, day: Counted) -> None:
        """Takes in a day of a team."""
        for measure, n in day.counts.items():
            self.total[measure] += n
        if day.counts.get("entries"):
            self.active.add(day.team_id)


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
class CommuneFacts(Facts):
    """Of a commune also what each of its teams did in the period, on which days, and who."""

    by_team: dict[int, Measures] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    days: dict[dt.date, int] = field(default_factory=lambda: defaultdict(int))
    """The lượt of each day that has any."""
    who_worked: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    who: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def spans_of(period: Period) -> tuple[Period, Period, Period]:
    """The days of Facts.spans."""
    return period, period.previous(), period.year_to_date()


# --- statements: each put together once, and filled in with what is asked ---------------------------------------


COMMUNE, TEAM_ID = sa.bindparam("commune", type_=sa.String), sa.bindparam("team_id", type_=sa.BigInteger)
FIRST, LAST = sa.bindparam("first0", type_=sa.Date), sa.bindparam("last0", type_=sa.Date)
BEGINS, ENDS = sa.bindparam("begins", type_=Instant), sa.bindparam("ends", type_=Instant)
_EARLIEST = sa.bindparam("earliest", type_=sa.Date)

IN_FORCE = sa.and_(team.c.valid_from <= LAST, sa.or_(team.c.valid_to.is_(None), team.c.valid_to >= FIRST))
"""Teams that existed on some of the days asked for."""
WORKED = sa.and_(member_day.c.day.between(FIRST, LAST), member_day.c.entries > 0)
"""Days of members with entries, of those asked for."""
HELD = sa.and_(role.c.role.in_(("member", "head")), role.c.granted_at < ENDS,
               sa.or_(role.c.ended_at.is_(None), role.c.ended_at > BEGINS))  # fmt: skip
"""Roles in teams, held at some moment of the days asked for."""


def asked(spans: Sequence[Period], **more: Any) -> dict[str, Any]:
    """What the statements are filled in with; the first of the spans is the one asked for."""
    days = {f"{end}{n}": day for n, s in enumerate(spans) for end, day in (("first", s.first), ("last", s.last))}
    begins = dt.datetime.combine(spans[0].first, dt.time(), VIETNAM)
    ends = dt.datetime.combine(spans[0].last + DAY, dt.time(), VIETNAM)
    return {"begins": begins, "ends": ends, "earliest": min(s.first for s in spans), **days, **more}


def _of(commune: sa.Column[str], team_id: sa.Column[int], one_team: bool) -> sa.ColumnElement[bool]:
    return sa.and_(commune == COMMUNE, team_id == TEAM_ID) if one_team else commune == COMMUNE


@functools.cache
def _teams(one_team: bool) -> sa.Select[Any]:
    """Teams of all times, by what they were called at the end, and whether they were in force."""
    called = name_on("team", team.c.id, team.c.name, LAST).label("called")
    query = sa.select(team.c.id, called, IN_FORCE).where(_of(team.c.commune, team.c.id, one_team))
    return query.order_by("called", team.c.id)


@functools.cache
def _members(one_team: bool) -> sa.CompoundSelect[Any]:
    """Team and member: with 1 whoever is named in an entry, with 0 whoever held a role in a team."""
    d, r = member_day.c, role.c
    worked = sa.select(d.team_id, d.member_id, sa.literal(1)).where(_of(d.commune, d.team_id, one_team), WORKED)
    held = sa.select(r.team_id, r.person_id, sa.literal(0)).where(_of(r.commune, r.team_id, one_team), HELD)
    return sa.union(worked, held)


@functools.cache
def _nil(whole_country: bool, one_team: bool) -> sa.Select[Any]:
    n = nil_report.c
    query = sa.select(n.commune, n.team_id, n.week).where(n.week.between(_EARLIEST, sa.bindparam("latest")))
    if not whole_country:
        query = query.where(n.commune.in_(sa.bindparam("communes", expanding=True)))
    return query.where(n.team_id == TEAM_ID) if one_team else query


# --- what is read -------------------------------------------------------------------------------------------


async def read_commune(
    connection: AsyncConnection, commune: str, period: Period, team_id: int | None
) -> CommuneFacts:
    """Of a commune, or of one of its teams. Four statements."""
    facts, spans = CommuneFacts(), spans_of(period)
    wanted = asked(spans, commune=commune, team_id=team_id)
    await _read_counts(connection, facts, commune, spans, team_id)
    for _, key, said in await read_nil(connection, [commune], spans, team_id):
        facts.say_nil(key, said)
    for key, name, valid in (await connection.execute(_teams(team_id is not None), wanted)).all():
        if valid or key in facts.now.reported:
            facts.names[key] = name
    for key, member_id, worked in (await connection.execute(_members(team_id is not None), wanted)).all():
        facts.who[key].add(member_id)
        if worked:
            facts.who_worked[key].add(member_id)
    facts.teams = len(facts.names)
    facts.members_active = len(set().union(*facts.who_worked.values()))
    facts.members = len(set().union(*facts.who.values()))
    return facts


async def _read_counts(
    connection: AsyncConnection, facts: CommuneFacts, commune: str, spans: Sequence[Period], team_id: int | None
) -> None:
    """The counters of each span, those of the period by team and by day. A team has no sums."""
    now, alone = spans[0], team_id is not None
    days = Stretch("d", min(s.first for s in spans) if alone else now.first, now.last)
    found = await read(connection, [commune], [days] if alone else [days, *stretches(spans[1:])], team_id=team_id)
    for one in (one for one in found if one.unit == "d"):
        for span, asked_for in zip(facts.spans(), spans if alone else spans[:1], strict=False):
            if asked_for.first <= one.first <= asked_for.last:
                span.add_day(one)
        if now.first <= one.first <= now.last:
            facts.by_team[one.team_id] = plus(facts.by_team.get(one.team_id, {}), one.counts)
            facts.days[one.first] += one.counts.get("people", 0)
    if not alone:
        for span, counts in zip(facts.spans()[1:], put_together(found, spans[1:])[commune], strict=True):
            span.add(counts)


async def read_nil(
    connection: AsyncConnection, communes: Collection[str] | None, spans: Sequence[Period], team_id: int | None = None
) -> list[tuple[str, int, list[bool]]]:
    """Commune and team that said "nothing" of a week, and with which of the spans that week has a day in common."""
    begins = [Week.of(s.first).monday for s in spans]
    wanted: dict[str, Any] = {"earliest": min(begins), "latest": max(s.last for s in spans), "team_id": team_id}
    if communes is not None:
        wanted["communes"] = list(communes)
    said = await connection.execute(_nil(communes is None, team_id is not None), wanted)
    return [
        (commune, key, [begin <= monday <= s.last for begin, s in zip(begins, spans, strict=True)])
        for commune, key, monday in said.all()
    ]
