"""Reports of a province and of the country: totals of communes, never a team or an entry."""

import datetime as dt
import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.counted import Measures
from storage.facts import HELD, IN_FORCE, WORKED, Facts, asked, read_nil, spans_of
from storage.periods import Period
from storage.report import breakdown, codes, heading, indicators, report, value
from storage.schema import member_day, role, team
from storage.scope import NotAllowed, Scope
from storage.statistics import INDICATORS
from storage.sums import sums

_COMMUNES: sa.BindParameter[Any] = sa.bindparam("communes", expanding=True)
_SHOWN = tuple(dict.fromkeys(measure for indicator in INDICATORS for measure in indicator.measures))
"""Of a place in a table, and of the days it is compared by, no more is said than the indicators."""
_TEAMS_IN_FORCE = sa.select(team.c.commune, sa.func.count()).where(IN_FORCE).group_by(team.c.commune)
_TEAMS_NOT_IN_FORCE = sa.select(team.c.commune, team.c.id).where(~IN_FORCE)


async def province_report(
    connection: AsyncConnection, province: str, communes: Iterable[str], period: Period, now: dt.datetime
) -> dict[str, Any]:
    """The totals of a province and of each of its communes (the caller knows which they are); no team, no entry."""
    places = sorted(set(communes))
    facts, whole = {commune: Facts() for commune in places}, Facts()
    for commune, counts in (await sums(connection, places, spans_of(period))).items():
        _add(whole, counts)
        facts[commune].now.add_some(counts[0], _SHOWN)
        facts[commune].now.add_teams(counts[0])
    for commune, key, said in await read_nil(connection, places, spans_of(period)):
        facts[commune].say_nil(key, said)
        whole.say_nil(key, said)
    await _count_teams(connection, facts, period)
    whole.teams = sum(one.teams for one in facts.values())
    whole.members_active, whole.members = await _members(connection, places, period)
    return {
        "province": province,
        **heading(period, now),
        "indicators": indicators(whole),
        "communes": [
            {
                "commune": commune,
                "reported": bool(one.now.reported),
                "teams_reported": len(one.now.reported),
                "teams": one.teams,
                "indicators": {i.code: value(i, one.now) for i in INDICATORS},
            }
            for commune, one in facts.items()
        ],
        **breakdown(whole.now.total),
        **await codes(connection, places, period),
    }


async def commune_totals(
    connection: AsyncConnection, scope: Scope, province: str, communes: Collection[str], commune: str, period: Period,
    now: dt.datetime,
) -> dict[str, Any]:  # fmt: skip
    """One commune as an officer of its province sees it: the figures of its own report, and how many teams reported.

    The caller knows which communes are the province's. No team is named. Raises NotAllowed.
    """
    scope.answering_for(province)
    if commune not in communes:
        raise NotAllowed
    document = await report(connection, commune, period, now, province=province)
    teams = document.pop("teams")
    return document | {"teams_reported": sum(t["reported"] for t in teams), "teams_total": len(teams)}


def _add(whole: Facts, counts: Sequence[Measures]) -> None:
    """What a commune counted in each of the spans."""
    whole.now.add(counts[0])
    for span, more in zip((whole.before, whole.year), counts[1:], strict=True):
        span.add_some(more, _SHOWN)
        span.add_teams(more)


async def _count_teams(connection: AsyncConnection, facts: Mapping[str, Facts], period: Period) -> None:
    """Teams in force on some day of the period, and those with something to show for it."""
    known: dict[str, set[int]] = {commune: set(one.now.reported) for commune, one in facts.items()}
    for commune, key in (await connection.execute(_teams_in_force(), asked([period], communes=list(facts)))).all():
        known[commune].add(key)
    for commune, one in facts.items():
        one.teams = len(known[commune])


async def _members(connection: AsyncConnection, places: Collection[str] | None, period: Period) -> tuple[int, int]:
    """How many members have entries in the period, and how many there were in all; without `places` everywhere."""
    where = {} if places is None else {"communes": list(places)}
    statement = _member_numbers(places is None, connection.dialect.name == "postgresql")
    active, everybody = (await connection.execute(statement, asked([period], **where))).one()
    return int(active or 0), int(everybody)


@functools.cache
def _teams_in_force() -> sa.Select[Any]:
    return sa.select(team.c.commune, team.c.id).where(team.c.commune.in_(_COMMUNES), IN_FORCE)


@functools.cache
def _member_numbers(whole_country: bool, postgres: bool) -> sa.Executable:
    """Each member once: 1 who worked, 0 who only held a role."""
    d, r = member_day.c, role.c
    worked = sa.select(d.member_id.label("id"), sa.literal(1).label("worked")).where(WORKED)
    held = sa.select(r.person_id, sa.literal(0)).where(HELD)
    if not whole_country:
        worked, held = worked.where(d.commune.in_(_COMMUNES)), held.where(r.commune.in_(_COMMUNES))
    elif postgres:  # which else reads the days of all years; the offset keeps it from doing so
        there = sa.select(team.c.commune).distinct().subquery()
        found = worked.where(d.commune == there.c.commune).offset(0).lateral()
        worked = sa.select(found.c.id, found.c.worked).select_from(there.join(found, sa.true()))
    else:  # days lie by commune: named one by one they are found
        worked = worked.where(d.commune.in_(sa.select(team.c.commune)))
    each = sa.union_all(worked, held).subquery()
    one = sa.select(sa.func.max(each.c.worked).label("worked")).group_by(each.c.id).subquery()
    return sa.select(sa.func.sum(one.c.worked), sa.func.count()).select_from(one)


async def national_report(
    connection: AsyncConnection, provinces: Mapping[str, Collection[str]], period: Period, now: dt.datetime
) -> dict[str, Any]:
    """The totals of the country and of each province; `provinces` says which communes are whose."""
    of = {commune: province for province, communes in provinces.items() for commune in communes}
    whole, facts = Facts(), {province: Facts() for province in provinces}
    at_work: dict[str, set[str]] = {province: set() for province in provinces}
    for commune, counts in (await sums(connection, None, spans_of(period))).items():
        _add(whole, counts)
        if commune in of:
            one = facts[of[commune]].now
            one.add_some(counts[0], _SHOWN)
            if one.add_teams(counts[0]):
                at_work[of[commune]].add(commune)
    for commune, key in await _said_nil(connection, whole, period):
        if commune in of:
            facts[of[commune]].now.nil.add(key)
            at_work[of[commune]].add(commune)
    await _count_all_teams(connection, of, facts, period)
    whole.teams = sum(one.teams for one in facts.values())
    whole.members_active, whole.members = await _members(connection, None, period)
    return {
        **heading(period, now),
        "indicators": indicators(whole),
        "provinces": [
            {
                "province": province,
                "communes": len(provinces[province]),
                "communes_reported": len(at_work[province]),
                "teams_reported": len(one.now.reported),
                "teams": one.teams,
                "indicators": {i.code: value(i, one.now) for i in INDICATORS},
            }
            for province, one in facts.items()
        ],
        **breakdown(whole.now.total),
    }


async def _said_nil(connection: AsyncConnection, whole: Facts, period: Period) -> list[tuple[str, int]]:
    """Commune and team that said "nothing" of the period. Of other days it matters only if nobody was at work."""
    said: list[tuple[str, int]] = []
    for span, days in zip(whole.spans(), spans_of(period), strict=True):
        if span is whole.now or not span.active:
            found = [(commune, key) for commune, key, _ in await read_nil(connection, None, [days])]
            span.nil.update(key for _, key in found)
            said += found if span is whole.now else []
    return said


async def _count_all_teams(
    connection: AsyncConnection, of: Mapping[str, str], facts: Mapping[str, Facts], period: Period
) -> None:
    """Gives each province its teams: those in force, and others that have something to show for the period."""
    for commune, n in (await connection.execute(_TEAMS_IN_FORCE, asked([period]))).all():
        if commune in of:
            facts[of[commune]].teams += n
    for commune, key in (await connection.execute(_TEAMS_NOT_IN_FORCE, asked([period]))).all():
        if commune in of:
            facts[of[commune]].teams += key in facts[of[commune]].now.reported
