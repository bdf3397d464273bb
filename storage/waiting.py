"""How communes answer those who ask for a human: who waits, since when, and how long it takes as a rule."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

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
    """The median from being asked to somebody taking it, of those of the week; None when nothing was taken."""
    rating: float | None
    """The average of the last RECENT, from ENOUGH ratings up."""


async def figures(
    connection: AsyncConnection, scope: Scope, now: dt.datetime, *, province: str | None = None,
    communes: Iterable[str] = (),
) -> list[Figures]:  # fmt: skip
    """The week so far in an officer's communes; in those of a province for its officer (the caller knows which).

    Raises NotAllowed for whoever is neither.
    """
    own = scope.communes("officer")
    if (province not in scope.provinces()) if province is not None else not own:
        raise NotAllowed
    return [await _of(connection, commune, now) for commune in (own if province is None else communes)]


async def _of(connection: AsyncConnection, commune: str, now: dt.datetime) -> Figures:
    monday = dt.datetime.combine(Week.of(now.astimezone(VIETNAM).date()).monday, dt.time(), VIETNAM)
    here = r.commune == commune
    waiting = (
        await connection.execute(
            sa.select(sa.func.count(), sa.func.min(r.asked_at)).where(here, r.state == "waiting")
        )
    ).one()
    ended = sa.select(r.state, sa.func.count()).where(here, r.closed_at >= monday).group_by(r.state)
    states: dict[str, int] = dict((await connection.execute(ended)).all())
    return Figures(
        commune, int(waiting[0]), waiting[1], states.get("closed", 0), states.get("unanswered", 0),
        _median(await _waits(connection, commune, monday)), await _rating(connection, commune, now - RECENT),
    )  # fmt: skip


async def usual_wait(connection: AsyncConnection, commune: str, now: dt.datetime) -> int | None:
    """How many minutes it usually takes until somebody takes a request; None when too few were lately."""
    waits = await _waits(connection, commune, now - RECENT)
    return _median(waits) if len(waits) >= ENOUGH else None


async def _waits(connection: AsyncConnection, commune: str, since: dt.datetime) -> list[float]:
    found = sa.select(r.rung_at, r.taken_at).where(
        r.commune == commune, r.taken_at.is_not(None), r.rung_at.is_not(None), r.asked_at >= since
    )
    rows = (await connection.execute(found)).all()
    return [(row.taken_at - row.rung_at) / dt.timedelta(minutes=1) for row in rows]


def _median(waits: list[float]) -> int | None:
    return max(1, round(median(waits))) if waits else None


async def _rating(connection: AsyncConnection, commune: str, since: dt.datetime) -> float | None:
    found = sa.select(sa.func.count(), sa.func.sum(r.rating)).where(
        r.commune == commune, r.rating.is_not(None), r.asked_at >= since
    )
    count, total = (await connection.execute(found)).one()
    return round(total / count, 1) if count >= ENOUGH else None
