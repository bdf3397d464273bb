"""What a commune's officers tell for some days: news, days closed, other opening hours; each with its last day."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.periods import Period
from storage.schema.knowledge import announcement
from storage.scope import Scope

Kind = Literal["tin", "nghi", "gio"]
KEPT = dt.timedelta(days=365)
"""After its last day: long enough to be asked who said so."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One in force, or still to come."""

    id: int
    kind: Kind
    text: str | None
    """None for a closure without a reason."""
    period: Period


class Announcements:
    """The announcements of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(
        self, scope: Scope, commune: str, kind: Kind, text: str | None, period: Period, now: dt.datetime
    ) -> int:
        """Tells something from the period's first day to its last; returns its id. Raises NotAllowed."""
        by = scope.answering_for(commune)
        row = {"commune": commune, "kind": kind, "text": text, "valid_from": period.first, "valid_to": period.last,
               "set_by": by, "set_at": now}  # fmt: skip
        made = sa.insert(announcement).values(**row).returning(announcement.c.id)
        return int((await self._connection.execute(made)).scalar_one())

    async def coming(self, commune: str, day: dt.date) -> list[Announcement]:
        """What is told on that day or will be later, the soonest first."""
        which = sa.and_(announcement.c.commune == commune, announcement.c.valid_to >= day)
        found = sa.select(announcement).where(which).order_by(announcement.c.valid_from, announcement.c.id)
        return [
            Announcement(r.id, r.kind, r.text, Period(r.valid_from, r.valid_to))
            for r in await self._connection.execute(found)
        ]

    async def withdraw(self, scope: Scope, announcement_id: int, commune: str) -> bool:
        """Takes an announcement of that commune back; whether there was one. Raises NotAllowed."""
        scope.answering_for(commune)
        which = sa.and_(announcement.c.id == announcement_id, announcement.c.commune == commune)
        return bool((await self._connection.execute(sa.delete(announcement).where(which))).rowcount)

    async def forget(self, today: dt.date) -> int:
        """Drops those that ended KEPT ago; returns how many."""
        old = announcement.c.valid_to < today - KEPT
        return (await self._connection.execute(sa.delete(announcement).where(old))).rowcount
