"""Teams and hamlets over the years: who is in a team, what is renamed, what goes into what; the past stays as it was.

A renamed team or hamlet keeps its row and remembers its former names. One that is merged ends on a day and its people
go on in the other; entries stay where they were made, so that no total of the past moves.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.people import People
from storage.periods import local_day
from storage.schema import hamlet, invitation, person, role, team
from storage.schema.people import former_name, join_request, roster, successor
from storage.scope import Grant, NotAllowed, Scope
from storage.vault import Vault

Kind = Literal["team", "hamlet"]
LONGEST = {"team": 120, "hamlet": 80}
_TABLES = {"team": team, "hamlet": hamlet}


@dataclass(frozen=True, slots=True)
class Team:
    """A team in force."""

    id: int
    name: str
    hamlet_id: int | None
    hamlet: str | None
    heads: int
    members: int
    """Heads included."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a team."""

    person_id: int
    name: str | None
    role: str
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Hamlet:
    """A hamlet in force, and every name of its past: its own and those of hamlets that went into it."""

    id: int
    name: str
    formerly: tuple[str, ...] = ()


class Teams:
    """The teams and hamlets of a transaction. Whatever is not the person's to see or change raises NotAllowed."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._people = People(connection, vault)

    # --- seen -------------------------------------------------------------------------------------------------

    async def all(self, scope: Scope, commune: str) -> list[Team]:
        """The teams of a commune, for its officer; for a head his own."""
        counted = sa.func.count(role.c.person_id.distinct())
        query = (
            sa.select(
                team.c.id, team.c.name, team.c.hamlet_id, hamlet.c.name.label("hamlet"),
                counted.filter(role.c.role == "head").label("heads"), counted.label("members"),
            )
            .outerjoin(hamlet, hamlet.c.id == team.c.hamlet_id)
            .outerjoin(role, sa.and_(role.c.team_id == team.c.id, role.c.ended_at.is_(None)))
            .where(team.c.commune == commune, team.c.valid_to.is_(None), _led(scope))
            .group_by(team.c.id, team.c.name, team.c.hamlet_id, hamlet.c.name)
            .order_by(team.c.id)
        )  # fmt: skip
        return [Team(*row) for row in await self._connection.execute(query)]

    async def members(self, scope: Scope, team_id: int) -> list[Member]:
        """Who is in a team now, heads first; somebody with both roles once."""
        await self._led_team(scope, team_id)
        query = (
            sa.select(role.c.person_id, person.c.name, role.c.role, role.c.granted_at)
            .join(person, person.c.id == role.c.person_id)
            .where(role.c.team_id == team_id, role.c.ended_at.is_(None), role.c.role.in_(("member", "head")))
            .order_by(sa.case((role.c.role == "head", 0), else_=1), role.c.id)
        )
        found: dict[int, Member] = {}
        for row in await self._connection.execute(query):
            found.setdefault(row.person_id, Member(*row))
        return list(found.values())

    async def awaited(self, scope: Scope, team_id: int) -> list[str]:
        """Names on the commune's list who have not come yet."""
        await self._led_team(scope, team_id)
        r = roster.c
        query = sa.select(r.name).where(r.team_id == team_id, r.person_id.is_(None), r.ended_at.is_(None))
        return list((await self._connection.execute(query.order_by(r.id))).scalars())

    async def heads(self, team_id: int) -> list[int]:
        """Who leads a team."""
        query = sa.select(role.c.person_id).where(
            role.c.team_id == team_id, role.c.role == "head", role.c.ended_at.is_(None)
        )
        return list((await self._connection.execute(query)).scalars())

    async def fellows(self, team_id: int) -> list[int]:
        """Everybody in a team."""
        query = sa.select(role.c.person_id).distinct().where(role.c.team_id == team_id, role.c.ended_at.is_(None))
        return list((await self._connection.execute(query)).scalars())

    async def hamlet_of(self, team_id: int) -> int | None:
        """The hamlet a team belongs to."""
        return await self._connection.scalar(sa.select(team.c.hamlet_id).where(team.c.id == team_id))

    async def officers(self, commune: str) -> list[int]:
        """The officers of a commune."""
        query = sa.select(role.c.person_id).where(
            role.c.commune == commune, role.c.role == "officer", role.c.ended_at.is_(None)
        )
        return list((await self._connection.execute(query)).scalars())

    async def hamlets(self, commune: str) -> list[Hamlet]:
        """The hamlets of a commune, with the names people may still call them by."""
        query = sa.select(hamlet.c.id, hamlet.c.name).where(hamlet.c.commune == commune, hamlet.c.valid_to.is_(None))
        rows = (await self._connection.execute(query.order_by(hamlet.c.id))).all()
        past = await self._past([row.id for row in rows])
        return [Hamlet(row.id, row.name, past.get(row.id, ())) for row in rows]

    async def _past(self, ids: list[int]) -> dict[int, tuple[str, ...]]:
        """Former names of hamlets, and the names of those that went into them."""
        f, s = former_name.c, successor.c
        renamed = sa.select(f.subject_id, f.name).where(f.kind == "hamlet", f.subject_id.in_(ids))
        merged = (
            sa.select(s.new_id, hamlet.c.name)
            .join(hamlet, hamlet.c.id == s.old_id)
            .where(s.kind == "hamlet", s.new_id.in_(ids))
        )
        found: dict[int, tuple[str, ...]] = {}
        for key, name in (await self._connection.execute(renamed.union_all(merged))).all():
            found[key] = (*found.get(key, ()), name)
        return found

    # --- people of a team -------------------------------------------------------------------------------------

    async def end(self, scope: Scope, person_id: int, team_id: int, now: dt.datetime) -> int:
        """Ends somebody's place in a team: the officer of the commune does, or the person himself leaves.

        Returns how many roles there were. He sees nothing of the team from that moment; what he logged stays.
        """
        if person_id != scope.person_id:
            await self._own_team(scope, team_id)
        return await self._leave(scope, person_id, team_id, now)

    async def move(self, scope: Scope, person_id: int, old: int, new: int, now: dt.datetime) -> None:
        """Takes somebody from one team of the commune to another, as a member. His entries stay with the old one."""
        commune = await self._own_team(scope, old)
        if await self._own_team(scope, new) != commune or old == new:
            raise NotAllowed
        if not await self._leave(scope, person_id, old, now):
            raise NotAllowed
        await self._people.grant(person_id, Grant("member", commune, None, new), now, by=scope.person_id)

    async def make(self, scope: Scope, person_id: int, team_id: int, role_name: str, now: dt.datetime) -> None:
        """Makes somebody of the team its head, or a plain member again."""
        commune = await self._own_team(scope, team_id)
        held = {g.role for g in (await self._people.scope(person_id)).grants if g.team_id == team_id}
        if not held & {"member", "head"} or role_name not in ("member", "head"):
            raise NotAllowed
        await self._people.grant(person_id, Grant(role_name, commune, None, team_id), now, by=scope.person_id)
        other = "member" if role_name == "head" else "head"
        await self._people.leave(person_id, team_id, now, role_name=other, by=scope.person_id)
        listed = sa.and_(roster.c.person_id == person_id, roster.c.team_id == team_id, roster.c.ended_at.is_(None))
        await self._connection.execute(sa.update(roster).where(listed).values(role=role_name))

    async def _leave(self, scope: Scope, person_id: int, team_id: int, now: dt.datetime) -> int:
        ended = await self._people.leave(person_id, team_id, now, by=scope.person_id)
        listed = sa.and_(roster.c.person_id == person_id, roster.c.team_id == team_id, roster.c.ended_at.is_(None))
        await self._connection.execute(sa.update(roster).where(listed).values(ended_at=now))
        return ended

    # --- teams and hamlets ------------------------------------------------------------------------------------

    async def found(self, scope: Scope, commune: str, name: str, now: dt.datetime, *, kind: Kind = "team") -> int:
        """A new team or hamlet. Raises ValueError for a name that is there or too long."""
        if commune not in scope.communes("officer"):
            raise NotAllowed
        await self._free(kind, commune, name)
        table = _TABLES[kind]
        made = sa.insert(table).values(commune=commune, name=name, valid_from=local_day(now)).returning(table.c.id)
        key = int((await self._connection.execute(made)).scalar_one())
        await self._note(scope, f"{kind}.founded", commune, f"{kind}@{key}", now)
        return key

    async def settle(self, scope: Scope, team_id: int, hamlet_id: int, now: dt.datetime) -> None:
        """Says which hamlet a team belongs to from now on."""
        place, of = await self._own(scope, "hamlet", hamlet_id), await self._own(scope, "team", team_id)
        if place.commune != of.commune:
            raise NotAllowed
        await self._connection.execute(sa.update(team).where(team.c.id == team_id).values(hamlet_id=hamlet_id))
        await self._note(scope, "team.settled", of.commune, f"hamlet@{hamlet_id}>team@{team_id}", now)

    async def rename(self, scope: Scope, kind: Kind, key: int, name: str, now: dt.datetime) -> None:
        """Another name from today on; reports of days before keep the old one. Raises ValueError for a bad name."""
        table = _TABLES[kind]
        row = await self._own(scope, kind, key)
        if row.name == name:
            return
        await self._free(kind, row.commune, name)
        yesterday = local_day(now) - dt.timedelta(days=1)
        c = former_name.c
        named = sa.exists().where(c.kind == kind, c.subject_id == key, c.until == yesterday)
        if row.valid_from <= yesterday and not await self._connection.scalar(sa.select(named)):
            await self._connection.execute(
                sa.insert(former_name).values(kind=kind, subject_id=key, until=yesterday, name=row.name)
            )
        await self._connection.execute(sa.update(table).where(table.c.id == key).values(name=name))
        await self._note(scope, f"{kind}.renamed", row.commune, f"{kind}@{key}", now)

    async def merge(self, scope: Scope, kind: Kind, old: int, new: int, now: dt.datetime) -> None:
        """`old` ends today and goes into `new`: a hamlet with its teams, a team with its people and invitations."""
        gone, into = await self._own(scope, kind, old), await self._own(scope, kind, new)
        if gone.commune != into.commune or old == new:
            raise NotAllowed
        table, today = _TABLES[kind], local_day(now)
        await self._connection.execute(sa.update(table).where(table.c.id == old).values(valid_to=today))
        s = successor.c
        chain = sa.update(successor).where(s.kind == kind, s.new_id == old).values(new_id=new)
        await self._connection.execute(chain)
        await self._connection.execute(sa.insert(successor).values(kind=kind, old_id=old, new_id=new, day=today))
        await (self._move_hamlet(old, new) if kind == "hamlet" else self._move_team(scope, old, new, now))
        await self._note(scope, f"{kind}.merged", gone.commune, f"{old}>{kind}@{new}", now)

    async def _move_hamlet(self, old: int, new: int) -> None:
        for table in (team, roster):
            open_ = table.c.valid_to.is_(None) if table is team else table.c.ended_at.is_(None)
            moved = sa.update(table).where(table.c.hamlet_id == old, open_)
            await self._connection.execute(moved.values(hamlet_id=new))

    async def _move_team(self, scope: Scope, old: int, new: int, now: dt.datetime) -> None:
        """Members go on as members: the other team has its head."""
        held = sa.select(role.c.person_id, role.c.commune).where(role.c.team_id == old, role.c.ended_at.is_(None))
        for person_id, commune in set((await self._connection.execute(held)).all()):
            await self._people.leave(person_id, old, now, by=scope.person_id)
            await self._people.grant(person_id, Grant("member", commune, None, new), now, by=scope.person_id)
        for table, open_ in (
            (roster, roster.c.ended_at.is_(None)), (invitation, invitation.c.used_at.is_(None)),
            (join_request, join_request.c.state == "open"),
        ):  # fmt: skip
            await self._connection.execute(sa.update(table).where(table.c.team_id == old, open_).values(team_id=new))

    # --- what is allowed --------------------------------------------------------------------------------------

    async def _own(self, scope: Scope, kind: Kind, key: int) -> sa.Row[Any, Any, Any]:
        """A team or hamlet in force of a commune the person is an officer of."""
        table = _TABLES[kind]
        query = sa.select(table.c.commune, table.c.name, table.c.valid_from).where(
            table.c.id == key, table.c.valid_to.is_(None), table.c.commune.in_(scope.communes("officer"))
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotAllowed
        return row

    async def _own_team(self, scope: Scope, team_id: int) -> str:
        return str((await self._own(scope, "team", team_id)).commune)

    async def _led_team(self, scope: Scope, team_id: int) -> None:
        query = sa.select(team.c.id).where(team.c.id == team_id, team.c.valid_to.is_(None), _led(scope))
        if (await self._connection.execute(query)).first() is None:
            raise NotAllowed

    async def _free(self, kind: Kind, commune: str, name: str) -> None:
        table = _TABLES[kind]
        if not 2 <= len(name) <= LONGEST[kind]:
            raise ValueError("name: too short or too long")
        taken = sa.exists().where(table.c.commune == commune, table.c.name == name, table.c.valid_to.is_(None))
        if await self._connection.scalar(sa.select(taken)):
            raise ValueError("name: there is one of that name")

    async def _note(self, scope: Scope, action: str, commune: str, subject: str, now: dt.datetime) -> None:
        await self._people.note(action, now, actor=scope.person_id, commune=commune, subject=subject)


def _led(scope: Scope) -> sa.ColumnElement[bool]:
    """Teams whose people one may see: those of one's commune for an officer, one's own for a head."""
    return sa.or_(team.c.commune.in_(scope.communes("officer")), team.c.id.in_(scope.teams("head")))


def name_on(
    kind: Kind, key: sa.ColumnElement[int], now: sa.ColumnElement[str], day: dt.date | sa.ColumnElement[dt.date]
) -> sa.ColumnElement[str]:
    """What a team or hamlet was called on a day, within a query: `key` and `now` are its id and its name today."""
    f = former_name.c
    then = (
        sa.select(f.name)
        .where(f.kind == kind, f.subject_id == key, f.until >= day)
        .order_by(f.until)
        .limit(1)
        .scalar_subquery()
    )
    return sa.func.coalesce(then, now)
