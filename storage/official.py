"""Figures other agencies publish, typed in by officers: who, when, of which days, from where; none is computed."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.periods import Period
from storage.schema import audit, person
from storage.schema.campaigns import official_figure
from storage.scope import Scope

MAX_SOURCE = 200
LARGEST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Official:
    """A published figure of a place and some days."""

    code: str
    """Which index, as content/data/indexes.yaml names it."""
    period: Period
    value: Decimal
    source: str
    typed_by: str | None
    """The name of whoever typed it, if he has one and is still here."""
    typed_at: dt.datetime


class OfficialFigures:
    """The official figures of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(
        self, scope: Scope, place: str, code: str, period: Period, value: Decimal, source: str, now: dt.datetime
    ) -> None:
        """Keeps a figure for the officer's own commune or province; the one typed before stays, but holds no more.

        Raises NotAllowed, and ValueError for a value with more than two decimals, below 0 or beyond LARGEST.
        """
        scope.answering_for(place)
        hundredths = value * 100
        if hundredths != hundredths.to_integral_value() or not 0 <= value <= LARGEST:
            raise ValueError("value: two decimals at most")
        await self._connection.execute(sa.insert(official_figure).values(
            place=place, code=code, first=period.first, last=period.last, hundredths=int(hundredths),
            source=source[:MAX_SOURCE], typed_by=scope.person_id, typed_at=now,
        ))  # fmt: skip
        await self._connection.execute(sa.insert(audit).values(
            at=now, actor_id=scope.person_id, action="official.typed", commune=place if len(place) == 5 else None,
            subject=f"{code}:{period.first}:{period.last}"[:60],
        ))  # fmt: skip

    async def of(self, place: str, until: dt.date, most: int) -> list[Official]:
        """The figures of a place that hold, of days that end by then, the latest days first."""
        f = official_figure.c
        newest = (
            sa.select(sa.func.max(f.id)).where(f.place == place, f.last <= until).group_by(f.code, f.first, f.last)
        )
        query = (
            sa.select(official_figure, person.c.name)
            .outerjoin(person, person.c.id == f.typed_by)
            .where(f.id.in_(newest))
            .order_by(f.last.desc(), f.first.desc(), f.code)
            .limit(most)
        )
        return [
            Official(r.code, Period(r.first, r.last), Decimal(r.hundredths) / 100, r.source, r.name, r.typed_at)
            for r in await self._connection.execute(query)
        ]
