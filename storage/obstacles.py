"""Where people get stuck in guides: counted by commune, day, guide, step and obstacle; nobody is in it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.periods import Period
from storage.schema.pages import obstacle_count
from storage.upsert import upsert

UNNAMED = ""
"""The obstacle of somebody who was stuck with something else than the step names."""


@dataclass(frozen=True, slots=True)
class Met:
    """An obstacle, and how often it was met."""

    guide: str
    step: str
    obstacle: str
    times: int


class Obstacles:
    """The obstacles of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(self, commune: str, day: dt.date, guide: str, step: str, obstacle: str) -> None:
        """Counts one meeting."""
        insert = upsert(obstacle_count, self._connection)
        keys = [column.name for column in obstacle_count.primary_key]
        row = {"commune": commune, "day": day, "guide": guide, "step": step, "obstacle": obstacle, "value": 1}
        more = insert.on_conflict_do_update(index_elements=keys, set_={"value": obstacle_count.c.value + 1})
        await self._connection.execute(more, row)

    async def met(self, communes: Collection[str], period: Period, most: int) -> list[Met]:
        """What was met in those communes and days, the most frequent first."""
        c = obstacle_count.c
        times = sa.func.sum(c.value)
        found = (
            sa.select(c.guide, c.step, c.obstacle, times)
            .where(c.commune.in_(communes), c.day.between(period.first, period.last))
            .group_by(c.guide, c.step, c.obstacle)
            .order_by(times.desc(), c.guide, c.step, c.obstacle)
            .limit(most)
        )
        return [
            Met(guide, step, obstacle, int(n)) for guide, step, obstacle, n in await self._connection.execute(found)
        ]
