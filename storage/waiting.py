"""How communes answer those who ask for a human: who waits, since when, and how long it takes as a rule."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.periods import VIETNAM, Week
from storage.schema.handover import help_request
from storage.scope import NotAllowed, Scope

RECENT = dt.timedelta(days=30)
ENOUGH = 5
"""Fewer answers, or fewer ratings, say nothing of what is usual, and might tell who said what."""

r = help_request.c


@dataclass(frozen=True, slots=True)
class Figures:
    """One commune's requests."""

    commune: str
    waiting: int
    oldest: dt.datetime | None
    """Since when the one waits that waits longest."""
    closed: int
    """In the week."""
    unanswered: int
    """In the week."""
    minutes: int | None
    """The median of opening hours from being asked to being taken, of those of the week; None when none was taken."""
    rating: float | None
    """The average of the last RECENT, from ENOUGH ratings up."""


async def figures(
    connection: AsyncConnection, scope: Scope, now: dt.datetime, *, province: str | None = None,
    communes: Iterable[str] = (),
) -> list[Figures]:  # fmt: skip
    """The week so far in an officer's communes; in those of a province for its officer (the caller knows which).

    Two statements. Raises NotAllowed for whoever is neither.
    """
    own = scope.communes("officer")
    if (province not in scope.provinces()) if province is not None else not own:
        raise NotAllowed
    asked = list(own if province is None else communes)
    monday = dt.datetime.combine(Week.of(now.astimezone(VIETNAM).date()).monday, dt.time(), VIETNAM)
    numbers = {row.commune: row for row in (await connection.execute(_numbers(asked, monday, now - RECENT))).all()}
    waits = await _waits(connection, asked, monday)
    return [_figures(commune, numbers.get(commune), waits.get(commune, [])) for commune in asked]


def _numbers(communes: Sequence[str], monday: dt.datetime, lately: dt.datetime) -> sa.Select[Any]:
    waiting = r.state == "waiting"
    rated = sa.and_(r.rating.is_not(None), r.asked_at >= lately)
    return (
        sa.select(
            r.commune,
            sa.func.count().filter(waiting).label("waiting"),
            sa.func.min(r.asked_at, type_=r.asked_at.type).filter(waiting).label("oldest"),
            sa.func.count().filter(r.closed_at >= monday, r.state == "closed").label("closed"),
            sa.func.count().filter(r.closed_at >= monday, r.state == "unanswered").label("unanswered"),
            sa.func.count().filter(rated).label("rated"),
            sa.func.sum(r.rating).filter(rated).label("rating"),
        )
        .where(r.commune.in_(communes), sa.or_(waiting, r.closed_at >= monday, rated))
        .group_by(r.commune)
    )


def _figures(commune: str, row: sa.Row[Any] | None, waits: Sequence[float]) -> Figures:
    if row is None:
        return Figures(commune, 0, None, 0, 0, _median(waits), None)
    rating = round(row.rating / row.rated, 1) if row.rated >= ENOUGH else None
    return Figures(commune, row.waiting, row.oldest, row.closed, row.unanswered, _median(waits), rating)


async def usual_wait(connection: AsyncConnection, commune: str, now: dt.datetime) -> int | None:
    """How many minutes of opening hours pass as a rule until a request is taken; None when too few were lately."""
    waits = (await _waits(connection, [commune], now - RECENT)).get(commune, [])
    return _median(waits) if len(waits) >= ENOUGH else None


async def _waits(connection: AsyncConnection, communes: Sequence[str], since: dt.datetime) -> dict[str, list[float]]:
    found = sa.select(r.commune, r.rung_at, r.taken_at, r.waited).where(
        r.commune.in_(communes), r.taken_at.is_not(None), r.rung_at.is_not(None), r.asked_at >= since
    )
    waits: dict[str, list[float]] = defaultdict(list)
    for row in (await connection.execute(found)).all():
        by_clock = (row.taken_at - row.rung_at) / dt.timedelta(minutes=1)  # of before opening hours were counted
        waits[row.commune].append(by_clock if row.waited is None else row.waited)
    return waits


def _median(waits: Sequence[float]) -> int | None:
    return max(1, round(median(waits))) if waits else None
