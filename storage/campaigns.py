"""Campaigns of a province ("60 ngày đêm"): communes ranked by points for what the same counters say of some days."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.periods import Period, local_day
from storage.province import province_report
from storage.schema import audit
from storage.schema.campaigns import campaign, campaign_indicator, campaign_target
from storage.scope import NotAllowed, Scope
from storage.statistics import SENSITIVE, ranks
from storage.targets import COUNTABLE, MOST
from storage.upsert import upsert

RANKED_BY = tuple(code for code in COUNTABLE if code not in SENSITIVE)
"""Indicators a campaign may count; none of groups so small that points would tell of somebody."""
MAX_NAME = 80
HEAVIEST = 100
FULL = 100
"""Points of whoever reaches everything."""


@dataclass(frozen=True, slots=True)
class Goal:
    """An indicator that counts: how heavily, and the number each commune is to reach."""

    indicator: str
    weight: int
    number: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """Some days of a province, what counts in them, and communes that are to reach other numbers."""

    id: int
    province: str
    name: str
    period: Period
    goals: tuple[Goal, ...] = ()
    own: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By indicator and commune."""

    def number(self, goal: Goal, commune: str) -> int:
        """What that commune is to reach."""
        return self.own.get((goal.indicator, commune), goal.number)

    def days_left(self, today: dt.date) -> int:
        """Days until it is over, today included; 0 when it is. All its days before it has begun."""
        return max((self.period.last - max(today, self.period.first)).days + 1, 0)

    def points(self, commune: str, values: Mapping[str, int | None]) -> Decimal | None:
        """Of 100, to two decimals, half a hundredth up: each goal by its weight, as far as its number is reached and
        never further. None for a commune that reported nothing, and where nothing counts.
        """
        if not self.goals or all(values.get(g.indicator) is None for g in self.goals):
            return None
        whole = sum(g.weight for g in self.goals)
        reached = (
            g.weight * min(Fraction(values.get(g.indicator) or 0, self.number(g, commune)), Fraction(1))
            for g in self.goals
        )
        share = FULL * sum(reached, Fraction()) / whole
        return Decimal(int(share * 100 + Fraction(1, 2))) / 100


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a commune stands; without points it has no rank."""

    commune: str
    rank: int | None
    points: Decimal | None
    values: Mapping[str, int | None]


class Campaigns:
    """The campaigns of a transaction. Only an officer of the province and an admin may change one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, province: str, *, since: dt.date) -> list[Campaign]:
        """Those of a province that are not over before that day, the one that ends first first."""
        c = campaign.c
        query = sa.select(campaign).where(c.province == province, c.last >= since).order_by(c.last, c.id)
        rows = (await self._connection.execute(query)).mappings().all()
        return await self._whole(rows)

    async def get(self, campaign_id: int) -> Campaign | None:
        """The campaign of that id."""
        query = sa.select(campaign).where(campaign.c.id == campaign_id)
        found = await self._whole((await self._connection.execute(query)).mappings().all())
        return found[0] if found else None

    async def make(self, scope: Scope, province: str, name: str, period: Period, now: dt.datetime) -> int:
        """A new one, in which nothing counts yet; returns its id. Raises NotAllowed."""
        _may(scope, province)
        row = {"province": province, "name": name[:MAX_NAME], "first": period.first, "last": period.last,
               "set_by": scope.person_id, "set_at": now}  # fmt: skip
        made = sa.insert(campaign).values(**row).returning(campaign.c.id)
        key = int((await self._connection.execute(made)).scalar_one())
        await self._note(scope, "campaign.made", key, now)
        return key

    async def count(self, scope: Scope, campaign_id: int, goal: Goal, now: dt.datetime) -> None:
        """Lets an indicator count so heavily; weight 0 takes it out. Raises NotAllowed, ValueError."""
        await self._mine(scope, campaign_id)
        if goal.indicator not in RANKED_BY or not 0 <= goal.weight <= HEAVIEST:
            raise ValueError("indicator or weight")
        key = {"campaign_id": campaign_id, "indicator": goal.indicator}
        if not goal.weight:
            c = campaign_indicator.c
            out = sa.delete(campaign_indicator).where(c.campaign_id == campaign_id, c.indicator == goal.indicator)
            await self._connection.execute(out)
        else:
            _possible(goal.number)
            await self._put(campaign_indicator, key, {"weight": goal.weight, "number": goal.number})
        await self._note(scope, "campaign.goal", campaign_id, now)

    async def expect(
        self, scope: Scope, campaign_id: int, indicator: str, commune: str, number: int, now: dt.datetime
    ) -> None:
        """A number of its own for a commune; 0: the same as the others. Raises NotAllowed, ValueError."""
        found = await self._mine(scope, campaign_id)
        if all(g.indicator != indicator for g in found.goals):
            raise ValueError("indicator: does not count")
        c = campaign_target.c
        key = {"campaign_id": campaign_id, "indicator": indicator, "commune": commune}
        if number:
            _possible(number)
            await self._put(campaign_target, key, {"number": number})
        else:
            same = sa.and_(c.campaign_id == campaign_id, c.indicator == indicator, c.commune == commune)
            await self._connection.execute(sa.delete(campaign_target).where(same))
        await self._note(scope, "campaign.goal", campaign_id, now, commune)

    async def drop(self, scope: Scope, campaign_id: int, now: dt.datetime) -> None:
        """Takes a campaign back with everything set for it. Raises NotAllowed."""
        await self._mine(scope, campaign_id)
        await self._connection.execute(sa.delete(campaign).where(campaign.c.id == campaign_id))
        await self._note(scope, "campaign.dropped", campaign_id, now)

    # --- inside ---

    async def _whole(self, rows: Sequence[sa.RowMapping]) -> list[Campaign]:
        keys = [row["id"] for row in rows]
        goals: dict[int, list[Goal]] = {key: [] for key in keys}
        own: dict[int, dict[tuple[str, str], int]] = {key: {} for key in keys}
        i, t = campaign_indicator.c, campaign_target.c
        for row in await self._connection.execute(sa.select(campaign_indicator).where(i.campaign_id.in_(keys))):
            goals[row.campaign_id].append(Goal(row.indicator, row.weight, row.number))
        for row in await self._connection.execute(sa.select(campaign_target).where(t.campaign_id.in_(keys))):
            own[row.campaign_id][row.indicator, row.commune] = row.number
        return [
            Campaign(
                row["id"], row["province"], row["name"], Period(row["first"], row["last"]),
                tuple(sorted(goals[row["id"]], key=lambda goal: COUNTABLE.index(goal.indicator))), own[row["id"]],
            )
            for row in rows
        ]  # fmt: skip

    async def _mine(self, scope: Scope, campaign_id: int) -> Campaign:
        found = await self.get(campaign_id)
        if found is None:
            raise NotAllowed
        _may(scope, found.province)
        return found

    async def _put(self, table: sa.Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
        insert = upsert(table, self._connection)
        made = insert.values(**key, **values)
        await self._connection.execute(made.on_conflict_do_update(index_elements=list(key), set_=values))

    async def _note(
        self, scope: Scope, action: str, campaign_id: int, now: dt.datetime, commune: str | None = None
    ) -> None:
        row = {"at": now, "actor_id": scope.person_id, "action": action, "commune": commune,
               "subject": str(campaign_id)}  # fmt: skip
        await self._connection.execute(sa.insert(audit).values(**row))


def _may(scope: Scope, province: str) -> None:
    if province not in scope.provinces() and not scope.has("admin"):
        raise NotAllowed


def _possible(number: int) -> None:
    if not 1 <= number <= MOST:
        raise ValueError(f"number: 1 to {MOST}")


async def standings(
    connection: AsyncConnection, found: Campaign, communes: Collection[str], now: dt.datetime
) -> list[Standing]:
    """The communes by their points so far, read from the counters of the report; who said nothing comes last.

    Equal points are equal ranks. Empty before the first day.
    """
    today = local_day(now)
    if today < found.period.first:
        return []
    so_far = Period(found.period.first, min(found.period.last, today))
    document = await province_report(connection, found.province, communes, so_far, now)
    codes = [one["commune"] for one in document["communes"]]
    values = [{g.indicator: one["indicators"][g.indicator] for g in found.goals} for one in document["communes"]]
    points = [found.points(*one) for one in zip(codes, values, strict=True)]
    ranked = [Standing(*one) for one in zip(codes, ranks(points), points, values, strict=True)]
    return sorted(ranked, key=lambda s: (s.rank is None, s.rank or 0, s.commune))
