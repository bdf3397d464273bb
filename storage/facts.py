"""What a report is made of, read from the counters by a few statements, each put together once and then filled in."""

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.periods import VIETNAM, Period, Week
from storage.schema import day_count, member_day, nil_report, role, team
from storage.schema.base import Instant
from storage.statistics import TEAM
from storage.sums import DAY, sums
from storage.teams import name_on

Measures = dict[str, int]


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
class CommuneFacts(Facts):
    """Of a commune also what each of its teams did in the period, and who."""

    by_team: dict[int, Measures] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
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
def _counts(one_team: bool) -> sa.Select[Any]:
    """By team and measure, the sum of each span; a commune's year is put together from `storage.sums`."""
    c = day_count.c
    spans = [(sa.bindparam(f"first{n}", type_=sa.Date), sa.bindparam(f"last{n}", type_=sa.Date))
             for n in range(3 if one_team else 2)]  # fmt: skip
    added = [sa.func.sum(c.value).filter(c.day.between(*span)) for span in spans]
    query = sa.select(c.team_id, c.measure, *added).where(_of(c.commune, c.team_id, one_team))
    return query.where(c.day.between(_EARLIEST, LAST)).group_by(c.team_id, c.measure)


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
def _days(one_team: bool) -> sa.Select[Any]:
    c = day_count.c
    which = sa.and_(
        _of(c.commune, c.team_id, one_team), c.day.between(FIRST, LAST), c.measure == "people", c.value > 0
    )
    return sa.select(c.day, sa.func.sum(c.value)).where(which).group_by(c.day).order_by(c.day)


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
    """Of a commune, or of one of its teams. Five statements."""
    facts, spans, alone = CommuneFacts(), spans_of(period), team_id is not None
    wanted = asked(spans if alone else spans[:2], commune=commune, team_id=team_id)
    for key, measure, *values in (await connection.execute(_counts(alone), wanted)).all():
        for span, value in zip(facts.spans(), values, strict=False):
            span.total[measure] += value or 0
            if value and measure == "entries":
                span.active.add(key)
        if values[0]:
            facts.by_team.setdefault(key, {})[measure] = values[0]
    if not alone:
        for _, measure, (n,) in await sums(connection, [commune], spans[2:]):
            facts.year.add(measure, n)
    for _, key, said in await read_nil(connection, [commune], spans, team_id):
        facts.say_nil(key, said)
    for key, name, valid in (await connection.execute(_teams(alone), wanted)).all():
        if valid or key in facts.now.reported:
            facts.names[key] = name
    for key, member_id, worked in (await connection.execute(_members(alone), wanted)).all():
        facts.who[key].add(member_id)
        if worked:
            facts.who_worked[key].add(member_id)
    facts.teams = len(facts.names)
    facts.members_active = len(set().union(*facts.who_worked.values()))
    facts.members = len(set().union(*facts.who.values()))
    return facts


async def read_days(
    connection: AsyncConnection, commune: str, period: Period, team_id: int | None
) -> list[tuple[dt.date, int]]:
    """The lượt of each day that has any."""
    wanted = asked([period], commune=commune, team_id=team_id)
    return [(day, n) for day, n in (await connection.execute(_days(team_id is not None), wanted)).all()]


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
