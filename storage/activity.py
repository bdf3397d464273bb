"""Days of activity under a plan: the paper for the allowance, read from what was logged and who was at a session.

A day counts for somebody when he has a saved entry of that day or was at a group session of it. It counts once: in
one team, and for one plan, the session's own, else of the plans that hold that day the one with the fewest days.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.people import People
from storage.periods import Period
from storage.schema import assistance, member_day, person, role, team
from storage.schema.people import attendance, group_session, plan
from storage.scope import NotAllowed, Scope
from storage.vault import Vault

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of the commune, from day to day."""

    id: int
    name: str
    first: dt.date
    last: dt.date


@dataclass(slots=True)
class Active:
    """Somebody of a team and the days he was active, each with its plan (None: under no plan)."""

    person_id: int
    name: str | None
    team_id: int
    team: str
    role: str
    """member or head, as he was last; empty when he is in the team no more."""
    days: dict[dt.date, int | None] = field(default_factory=dict)

    def under(self, plan_id: int | None) -> list[dt.date]:
        """His days under a plan, or under none."""
        return sorted(day for day, of in self.days.items() if of == plan_id)


class Activity:
    """Plans and days of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._people = People(connection, vault)

    async def plans(self, commune: str, period: Period | None = None) -> list[Plan]:
        """The plans of a commune, those that hold on a day of the period; the latest first."""
        query = sa.select(plan.c.id, plan.c.name, plan.c.first, plan.c.last).where(plan.c.commune == commune)
        if period is not None:
            query = query.where(plan.c.first <= period.last, plan.c.last >= period.first)
        rows = await self._connection.execute(query.order_by(plan.c.first.desc(), plan.c.id.desc()))
        return [Plan(*row) for row in rows]

    async def make_plan(self, scope: Scope, commune: str, name: str, period: Period, now: dt.datetime) -> Plan:
        """A new plan, by an officer of the commune. Raises NotAllowed, ValueError."""
        if commune not in scope.communes("officer"):
            raise NotAllowed
        if not 2 <= len(name) <= LONGEST_NAME:
            raise ValueError(f"name: 2 to {LONGEST_NAME} characters")
        row = {"commune": commune, "name": name, "first": period.first, "last": period.last}
        made = sa.insert(plan).values(**row, set_by=scope.person_id, set_at=now).returning(plan.c.id)
        key = int((await self._connection.execute(made)).scalar_one())
        await self._people.note("plan.made", now, actor=scope.person_id, commune=commune, subject=f"plan:{key}")
        return Plan(key, name, period.first, period.last)

    async def end_plan(self, scope: Scope, plan_id: int, now: dt.datetime) -> None:
        """Takes a plan away: its days are then under no plan, or under another that holds. Raises NotAllowed."""
        which = sa.and_(plan.c.id == plan_id, plan.c.commune.in_(scope.communes("officer")))
        commune = (await self._connection.execute(sa.delete(plan).where(which).returning(plan.c.commune))).scalar()
        if commune is None:
            raise NotAllowed
        await self._people.note("plan.ended", now, actor=scope.person_id, commune=commune, subject=f"plan:{plan_id}")

    async def days(self, scope: Scope, commune: str, period: Period) -> list[Active]:
        """Who was active on which days, by team and name: everybody for an officer of the commune, the team for its
        head, for anybody else only himself.
        """
        plans = await self.plans(commune, period)
        of_day: dict[tuple[int, dt.date], tuple[int, int | None]] = {}
        for person_id, team_id, day, named in await self._seen(scope, commune, period):
            before = of_day.get((person_id, day))
            if before is None or (named is not None and before[1] is None):
                of_day[person_id, day] = team_id, named
        found: dict[tuple[int, int], Active] = {}
        for (person_id, day), (team_id, named) in of_day.items():
            one = found.setdefault((team_id, person_id), Active(person_id, None, team_id, "", ""))
            one.days[day] = named if named is not None else _narrowest(plans, day)
        await self._name(list(found.values()))
        return sorted(found.values(), key=_order)

    async def _seen(self, scope: Scope, commune: str, period: Period) -> list[tuple[int, int, dt.date, int | None]]:
        """Person, team, day and the plan a session was held under."""
        m, a, g = member_day.c, attendance.c, group_session.c
        logged = sa.select(m.member_id, m.team_id, m.day, sa.null()).where(
            m.commune == commune, m.day.between(period.first, period.last), m.entries > 0,
            _visible(scope, commune, m.team_id, m.member_id),
        )  # fmt: skip
        taught = (
            sa.select(a.person_id, a.team_id, g.day, g.plan_id)
            .join(group_session, g.id == a.session_id)
            .join(assistance, sa.and_(assistance.c.id == g.assistance_id, assistance.c.state == "saved"))
            .where(g.commune == commune, g.state == "closed", g.day.between(period.first, period.last))
            .where(_visible(scope, commune, a.team_id, a.person_id))
        )
        rows = [tuple(row) for query in (logged, taught) for row in await self._connection.execute(query)]
        return sorted(rows, key=lambda row: row[:3])

    async def _name(self, active: list[Active]) -> None:
        ids = [one.person_id for one in active]
        people = sa.select(person.c.id, person.c.name).where(person.c.id.in_(ids))
        names = {row.id: row.name for row in await self._connection.execute(people)}
        named = sa.select(team.c.id, team.c.name).where(team.c.id.in_([one.team_id for one in active]))
        teams = {row.id: row.name for row in await self._connection.execute(named)}
        held = sa.select(role.c.person_id, role.c.team_id, role.c.role).where(
            role.c.person_id.in_(ids), role.c.ended_at.is_(None)
        )
        roles = {
            (r.person_id, r.team_id): r.role
            for r in await self._connection.execute(held.order_by(role.c.role.desc()))
        }
        for one in active:
            one.name, one.team = names.get(one.person_id), teams.get(one.team_id, "")
            one.role = roles.get((one.person_id, one.team_id), "")


def _order(one: Active) -> tuple[str, bool, list[str], int]:
    """By team, its head first, then by the names people are called by."""
    return one.team, one.role != "head", (one.name or "").split()[-1:], one.person_id


def _narrowest(plans: Sequence[Plan], day: dt.date) -> int | None:
    holding = [p for p in plans if p.first <= day <= p.last]
    return min(holding, key=lambda p: (p.last - p.first, p.id)).id if holding else None


def _visible(
    scope: Scope, commune: str, team_id: sa.ColumnElement[int], person_id: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    if commune in scope.communes("officer"):
        return sa.true()
    return sa.or_(team_id.in_(scope.teams("head")), person_id == scope.person_id)
