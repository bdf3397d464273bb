"""What is kept of checked codes: what they came to, counted; for a day, hashed, who met which stopped receiver."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.periods import Period
from storage.schema.receivers import code_count, code_met
from storage.upsert import upsert
from storage.vault import Vault

ALARM = 3
"""So many different people who met the same stopped receiver in a day are told to the officers."""


@dataclass(frozen=True, slots=True)
class SuspiciousCodes:
    """The checks of a commune in some days. Levels with nothing are left out."""

    stopped: int = 0
    """Mã đáng ngờ: checks that told the person to stop."""
    checked: int = 0
    """All checks, whatever they came to."""
    levels: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    """Of the stopped ones, the most frequent first; a check with two reasons counts in both."""


class Sightings:
    """The checks of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def count(self, commune: str, day: dt.date, level: str, reasons: Iterable[str]) -> None:
        """Adds one check to the counters of its commune and day."""
        rows = [
            {"commune": commune, "day": day, "level": level, "reason": r, "value": 1} for r in sorted({"", *reasons})
        ]
        insert = upsert(code_count, self._connection)
        keys = [column.name for column in code_count.primary_key]
        more = insert.on_conflict_do_update(index_elements=keys, set_={"value": code_count.c.value + 1})
        await self._connection.execute(more, rows)

    async def met(self, commune: str, day: dt.date, receiver: str, person_id: int) -> bool:
        """Notes that the person met that stopped receiver today. True once: when the officers should be told."""
        what = self._hash(day, "receiver", commune, receiver)
        key = {"commune": commune, "day": day, "receiver": what}
        if not await self._add(key | {"person": self._hash(day, "person", str(person_id))}):
            return False
        same = sa.and_(*(code_met.c[name] == value for name, value in key.items()), code_met.c.person != "")
        people = (await self._connection.execute(sa.select(sa.func.count()).where(same))).scalar_one()
        return people >= ALARM and await self._add(key | {"person": ""})

    async def forget(self, today: dt.date) -> int:
        """Drops what was met before today."""
        return (await self._connection.execute(sa.delete(code_met).where(code_met.c.day < today))).rowcount

    async def _add(self, row: dict[str, object]) -> bool:
        """Whether the row was new."""
        done = await self._connection.execute(
            upsert(code_met, self._connection).values(**row).on_conflict_do_nothing()
        )
        return done.rowcount == 1

    def _hash(self, day: dt.date, *what: str) -> str:
        """Keyed, and another every day, so that days cannot be joined."""
        return self._vault.lane("sighting", day.isoformat(), *what)


async def suspicious_codes(
    connection: AsyncConnection, communes: str | Collection[str], period: Period
) -> SuspiciousCodes:  # fmt: skip
    """How many codes were checked in these days, and what they came to; of one commune or several. One statement."""
    c = code_count.c
    total = sa.func.sum(c.value).label("total")
    asked = [communes] if isinstance(communes, str) else communes
    which = sa.and_(c.commune.in_(asked), c.day.between(period.first, period.last))
    found = (
        sa.select(c.level, c.reason, total).where(which).group_by(c.level, c.reason).order_by(total.desc(), c.reason)
    )
    rows = [(r.level, r.reason, int(r.total)) for r in await connection.execute(found)]
    levels = {level: n for level, reason, n in rows if not reason}
    reasons = {reason: n for level, reason, n in rows if reason and level == "stop"}
    return SuspiciousCodes(levels.get("stop", 0), sum(levels.values()), levels, reasons)
