"""What a commune means to reach: a number for an indicator, in each week, month or year."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.counted import Stretch, read
from storage.entry import load
from storage.periods import Period, Week
from storage.schema import assistance, audit
from storage.schema.people import EVERY, WHOSE, target
from storage.scope import NotAllowed, Scope
from storage.statistics import INDICATORS, Tally
from storage.sums import sums

MOST = 10_000_000
COUNTABLE = tuple(i.code for i in INDICATORS if i.measures)
"""Indicators one can set a target for: those that are counted."""


@dataclass(frozen=True, slots=True)
class Target:
    """A number to reach in every week, month or year; of the commune as a whole, of each team or of each member."""

    indicator: str
    whose: str
    every: str
    number: int
    first: dt.date
    of_province: bool = False
    """Set by the province for communes that set nothing themselves."""


async def targets(
    connection: AsyncConnection,
    commune: str,
    first: dt.date,
    last: dt.date,
    *,
    whose: str = "commune",
    province: str | None = None,
) -> dict[str, int]:
    """The number to reach for each indicator in those days, which are a week, a month or a calendar year; else none.

    `whose`: "commune", "team" (each team) or "member" (each member). With `province`, its own defaults stand in for
    what the commune has not set.
    """
    every = _kind(Period(first, last))
    found = await in_force(connection, commune, last, province=province)
    return {t.indicator: t.number for t in found if (t.whose, t.every) == (whose, every)}


async def in_force(
    connection: AsyncConnection, commune: str, day: dt.date, *, province: str | None = None
) -> list[Target]:
    """Every target that holds on that day, in the order of the report."""
    areas = [commune] if province is None else [province, commune]  # the commune's own comes last and wins
    c = target.c
    query = sa.select(target).where(c.area.in_(areas), c.first <= day, sa.or_(c.last.is_(None), c.last >= day))
    rows = sorted((await connection.execute(query)).mappings().all(), key=lambda r: areas.index(r["area"]))
    best = {
        (r["indicator"], r["whose"], r["every"]): Target(
            r["indicator"], r["whose"], r["every"], r["number"], r["first"], r["area"] == province
        )
        for r in rows
    }
    codes = [i.code for i in INDICATORS]
    return sorted(best.values(), key=lambda t: (codes.index(t.indicator), WHOSE.index(t.whose), EVERY.index(t.every)))


async def set_target(connection: AsyncConnection, scope: Scope, area: str, wanted: Target, now: dt.datetime) -> None:
    """Sets a number from the week, month or year of `wanted.first` on; 0 takes the target away from then on.

    What held before stays for the days before. Raises NotAllowed for anybody but an officer of the commune (or, for a
    province's defaults, of the province), ValueError for what cannot be a target.
    """
    if area not in (*scope.communes("officer"), *scope.provinces()):
        raise NotAllowed
    if wanted.indicator not in COUNTABLE or wanted.whose not in WHOSE or wanted.every not in EVERY:
        raise ValueError("indicator, whose or every: unknown")
    if not 0 <= wanted.number <= MOST:
        raise ValueError(f"number: 0 to {MOST}")
    first, c = begin(wanted.every, wanted.first), target.c
    same = sa.and_(c.area == area, c.indicator == wanted.indicator, c.whose == wanted.whose, c.every == wanted.every)
    await connection.execute(sa.delete(target).where(same, c.first >= first))
    ends = sa.update(target).where(same, sa.or_(c.last.is_(None), c.last >= first))
    await connection.execute(ends.values(last=first - dt.timedelta(days=1)))
    if wanted.number:
        await connection.execute(sa.insert(target).values(
            area=area, indicator=wanted.indicator, whose=wanted.whose, every=wanted.every, number=wanted.number,
            first=first, set_by=scope.person_id, set_at=now,
        ))  # fmt: skip
    await connection.execute(sa.insert(audit).values(
        at=now, actor_id=scope.person_id, action="target.set", commune=area if len(area) == 5 else None,
        subject=f"{wanted.indicator}:{wanted.whose}:{wanted.every}:{wanted.number}",
    ))  # fmt: skip


def begin(every: str, day: dt.date) -> dt.date:
    """The first day of the week, month or year a day lies in."""
    if every == "week":
        return Week.of(day).monday
    return day.replace(day=1) if every == "month" else day.replace(month=1, day=1)


def span(every: str, day: dt.date) -> Period:
    """The week, month or year a day lies in."""
    first = begin(every, day)
    if every == "week":
        return Period(first, first + dt.timedelta(days=6))
    if every == "month":
        return Period(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
    return Period(first, first.replace(month=12, day=31))


def _kind(period: Period) -> str | None:
    """What sort of period it is; the month of a commune may run from the 15th to the 14th."""
    kinds: Sequence[tuple[str, bool]] = (
        ("week", period.week is not None),
        ("month", period.months == 1),
        ("year", period.months == 12 and period.first.day == period.first.month == 1),
    )
    return next((name for name, is_one in kinds if is_one), None)


async def reached(
    connection: AsyncConnection, wanted: Target, commune: str, day: dt.date, *,
    team_id: int | None = None, member_id: int | None = None,
) -> int:  # fmt: skip
    """How far a target is reached in the week, month or year of that day: by the commune, a team or a member."""
    period = span(wanted.every, day)
    measures = next(i.measures for i in INDICATORS if i.code == wanted.indicator)
    if member_id is not None:
        own = (assistance.c.member_id == member_id, assistance.c.commune == commune, assistance.c.state == "saved")
        entries = await load(connection, *own, assistance.c.day.between(period.first, period.last))
        return sum(n for key, n in Tally.of(come=entries).days.items() if key[3] in measures)
    if team_id is not None:
        days = await read(connection, [commune], [Stretch("d", period.first, period.last)], team_id=team_id)
        counted = [one.counts for one in days]
    else:
        counted = (await sums(connection, [commune], [period]))[commune]
    return sum(counts.get(measure, 0) for counts in counted for measure in measures)
