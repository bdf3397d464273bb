"""Steps whose screen people say has changed: counted once a person, a step and a month, and nobody is kept.

A mark is a keyed hash of person, guide, step and month: it recognises a second press and tells nothing else.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema.knowledge import screen_report
from storage.vault import Vault

KEPT = dt.timedelta(days=90)
_PEOPLE = (
    sa.select(sa.func.count())
    .select_from(screen_report)
    .where(
        screen_report.c.guide == sa.bindparam("g"), screen_report.c.step == sa.bindparam("s"),
        screen_report.c.day > sa.bindparam("since"),
    )
)  # fmt: skip
"""Made once: it is asked at every step shown, and making it cost four times what asking does."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A step, and how many people said within the time asked about that their screen was different."""

    guide: str
    step: str
    people: int


class Screens:
    """The reports of different screens of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def _mark(self, person_id: int, guide: str, step: str, day: dt.date) -> str:
        return self._vault.lane("screen", str(person_id), guide, step, f"{day:%Y-%m}")

    async def report(self, person_id: int, guide: str, step: str, commune: str | None, day: dt.date) -> None:
        """The person's screen at that step is different; said twice in a month it counts once."""
        mark = self._mark(person_id, guide, step, day)
        found = sa.select(screen_report.c.mark).where(screen_report.c.mark == mark)
        if (await self._connection.execute(found)).first() is None:
            row = {"mark": mark, "guide": guide, "step": step, "commune": commune, "day": day}
            await self._connection.execute(sa.insert(screen_report).values(**row))

    async def people(self, guide: str, step: str, since: dt.date) -> int:
        """How many said so after that day (the day the step was last checked)."""
        found = await self._connection.execute(_PEOPLE, {"g": guide, "s": step, "since": since})
        return int(found.scalar_one())

    async def changed(self, since: dt.date, *, commune: str | None = None) -> list[Changed]:
        """Steps reported from that day on (in one commune, or anywhere), the most reported first."""
        which = screen_report.c.day >= since
        if commune is not None:
            which = sa.and_(which, screen_report.c.commune == commune)
        count = sa.func.count()
        found = (
            sa.select(screen_report.c.guide, screen_report.c.step, count)
            .where(which)
            .group_by(screen_report.c.guide, screen_report.c.step)
            .order_by(count.desc(), screen_report.c.guide, screen_report.c.step)
        )
        return [Changed(*row) for row in await self._connection.execute(found)]

    async def of(self, person_id: int) -> list[tuple[str, str, dt.date]]:
        """What that person reported, as far as it is still kept: found by making his marks again."""
        rows = await self._connection.execute(sa.select(screen_report))
        return [(r.guide, r.step, r.day) for r in rows if r.mark == self._mark(person_id, r.guide, r.step, r.day)]

    async def erase(self, person_id: int) -> None:
        """Takes back everything the person reported."""
        marks = [self._mark(person_id, *report) for report in await self.of(person_id)]
        await self._connection.execute(sa.delete(screen_report).where(screen_report.c.mark.in_(marks)))

    async def forget(self, today: dt.date) -> int:
        """Drops what is older than KEPT; returns how many."""
        return (
            await self._connection.execute(sa.delete(screen_report).where(screen_report.c.day < today - KEPT))
        ).rowcount
