"""Reports of a province and of the country: totals of communes, never a team or an entry."""

import datetime as dt
import functools
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.facts import HELD, IN_FORCE, WORKED, Facts, asked, read_nil, spans_of
from storage.periods import Period
from storage.report import breakdown, codes, heading, indicators, value
from storage.schema import member_day, role, team
from storage.statistics import INDICATORS
from storage.sums import sums

_COMMUNES: sa.BindParameter[Any] = sa.bindparam("communes", expanding=True)
_ALL_TEAMS = sa.select(team.c.commune, team.c.id, IN_FORCE)
_COUNTED = frozenset(measure for indicator in INDICATORS for measure in indicator.measures)


async def province_report(
    connection: AsyncConnection, province: str, communes: Iterable[str], period: Period, now: dt.datetime
) -> dict[str, Any]:
    """The totals of a province and of each of its communes (the caller knows which they are); no team, no entry."""
    places = sorted(set(communes))
    facts, whole = {commune: Facts() for commune in places}, Facts()
    await _add_up(connection, places, whole, period)
    for commune, measure, (n,) in await sums(connection, places, [period], measures=_COUNTED, teams=True):
        facts[commune].now.add(measure, n)
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


async def _add_up(connection: AsyncConnection, places: Collection[str] | None, whole: Facts, period: Period) -> None:
    """Everything of the period, and of the others only what they are compared by: a table shows no more of them."""
    for _, measure, (n,) in await sums(connection, places, [period], together=True):
        whole.now.add(measure, n)
    others = sums(connection, places, spans_of(period)[1:], measures=_COUNTED, teams=True, together=True)
    for _, measure, (before, year) in await others:
        whole.before.add(measure, before)
        whole.year.add(measure, year)


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
    active, everybody = (await connection.execute(_member_numbers(places is None), asked([period], **where))).one()
    return int(active or 0), int(everybody)


@functools.cache
def _teams_in_force() -> sa.Select[Any]:
    return sa.select(team.c.commune, team.c.id).where(team.c.commune.in_(_COMMUNES), IN_FORCE)


@functools.cache
def _member_numbers(whole_country: bool) -> sa.Executable:
    """By commune, as the counters of members lie: named one by one they are found, else all are read."""
    d, r = member_day.c, role.c
    there: Any = sa.select(team.c.commune) if whole_country else _COMMUNES
    worked = sa.select(d.member_id.label("id"), sa.literal(1).label("worked")).where(d.commune.in_(there), WORKED)
    held = sa.select(r.person_id, sa.literal(0)).where(r.commune.in_(there), HELD)
    one = sa.union(worked, held).subquery()
    return sa.select(sa.func.sum(one.c.worked), sa.func.count(sa.distinct(one.c.id)))


async def national_report(
    connection: AsyncConnection, provinces: Mapping[str, Collection[str]], period: Period, now: dt.datetime
) -> dict[str, Any]:
    """The totals of the country and of each province; `provinces` says which communes are whose."""
    of = {commune: province for province, communes in provinces.items() for commune in communes}
    whole, facts = Facts(), {province: Facts() for province in provinces}
    await _add_up(connection, None, whole, period)
    for commune, measure, (n,) in await sums(connection, None, [period], measures=_COUNTED):
        if commune in of:
            facts[of[commune]].now.add(measure, n)
    reported = await _at_work(connection, of, whole, facts, period)
    whole.teams = sum(one.teams for one in facts.values())
    whole.members_active, whole.members = await _members(connection, None, period)
    return {
        **heading(period, now),
        "indicators": indicators(whole),
        "provinces": [
            {
                "province": province,
                "communes": len(provinces[province]),
                "communes_reported": len(reported[province]),
                "teams_reported": len(one.now.reported),
                "teams": one.teams,
                "indicators": {i.code: value(i, one.now) for i in INDICATORS},
            }
            for province, one in facts.items()
        ],
        **breakdown(whole.now.total),
    }


async def _at_work(
    connection: AsyncConnection, of: Mapping[str, str], whole: Facts, facts: Mapping[str, Facts], period: Period
) -> dict[str, set[str]]:
    """Gives each province its teams, and answers which of its communes reported."""
    for _, key, spans in await read_nil(connection, None, spans_of(period)):
        whole.say_nil(key, spans)
    reported: dict[str, set[str]] = {province: set() for province in facts}
    said = whole.now.reported
    for commune, key, valid in (await connection.execute(_ALL_TEAMS, asked([period]))).all():
        if commune not in of:
            continue
        province, said_so = of[commune], key in said
        facts[province].teams += bool(valid or said_so)
        if said_so:
            reported[province].add(commune)
            (facts[province].now.active if key in whole.now.active else facts[province].now.nil).add(key)
    return reported
