"""Group sessions (buổi tập trung): opened by somebody of a team, joined by members, closed as an entry of the log."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.entry import Entry
from storage.invitations import new_code
from storage.log import Log
from storage.periods import local_day
from storage.schema import hamlet, person, team
from storage.schema.people import attendance, group_session, plan
from storage.scope import NotAllowed, Scope
from storage.upsert import upsert
from storage.vault import Vault

MOST_OPEN = 3
"""Sessions one team can have open at a time."""
OPEN_FOR = dt.timedelta(days=7)
"""So long a session that was forgotten can still be closed."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session, without anybody who came to learn."""

    id: int
    commune: str
    team_id: int
    team: str
    hamlet: str | None
    hamlet_id: int | None
    plan: str | None
    place: str | None
    day: dt.date
    state: str
    opened_by: int | None
    assistance_id: int | None
    members: int
    """How many members are there."""


class Sessions:
    """The group sessions of a transaction. What is not the person's to do raises NotAllowed."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    # --- opened and joined ------------------------------------------------------------------------------------

    async def open(
        self, scope: Scope, team_id: int, now: dt.datetime, *, hamlet_id: int | None = None,
        place: str | None = None, plan_id: int | None = None,
    ) -> tuple[Session, str]:  # fmt: skip
        """Opens a session of a team the person is in, and puts him on its list; answers the code others join with."""
        commune = await self._connection.scalar(
            sa.select(team.c.commune).where(
                team.c.id == team_id, team.c.valid_to.is_(None), team.c.id.in_(scope.teams("member", "head"))
            )
        )
        g = group_session.c
        running = sa.select(sa.func.count()).where(
            g.team_id == team_id, g.state == "open", g.opened_at > now - OPEN_FOR
        )
        if commune is None or int(await self._connection.scalar(running) or 0) >= MOST_OPEN:
            raise NotAllowed
        for table, key in ((hamlet, hamlet_id), (plan, plan_id)):
            here = sa.select(table.c.id).where(table.c.id == key, table.c.commune == commune)
            if key is not None and await self._connection.scalar(here) is None:
                raise NotAllowed
        code = new_code()
        made = sa.insert(group_session).values(
            commune=commune, team_id=team_id, hamlet_id=hamlet_id, plan_id=plan_id, place=place, day=local_day(now),
            code=self._hash(code), state="open", opened_by=scope.person_id, opened_at=now,
        )  # fmt: skip
        key = int((await self._connection.execute(made.returning(g.id))).scalar_one())
        await self._attend(key, scope, commune, now)
        return await self._one(key), code

    def _hash(self, code: str) -> str:
        return self._vault.lane("session", code.upper())

    async def by_code(self, code: str) -> int | None:
        """The open session that members join with that code."""
        g = group_session.c
        return await self._connection.scalar(sa.select(g.id).where(g.code == self._hash(code), g.state == "open"))

    async def join(self, scope: Scope, session_id: int, now: dt.datetime) -> Session:
        """Puts a member of the commune on the list of an open session of today; twice is once."""
        session = await self._find(session_id)
        if session is None or session.state != "open" or session.day != local_day(now):
            raise NotAllowed
        await self._attend(session_id, scope, session.commune, now)
        return await self._one(session_id)

    async def _attend(self, session_id: int, scope: Scope, commune: str, now: dt.datetime) -> None:
        """Under the session's own team where he is in it, else under his own."""
        own = [g.team_id for g in scope.grants if g.role in ("member", "head") and g.commune == commune]
        if not own:
            raise NotAllowed
        of_session = await self._connection.scalar(
            sa.select(group_session.c.team_id).where(group_session.c.id == session_id)
        )
        team_id = of_session if of_session in own else own[0]
        insert = upsert(attendance, self._connection)
        row = {"session_id": session_id, "person_id": scope.person_id, "team_id": team_id, "joined_at": now}
        await self._connection.execute(insert.values(row).on_conflict_do_nothing())

    async def leave(self, scope: Scope, session_id: int) -> None:
        """Takes the person himself off the list of an open session."""
        session = await self._find(session_id)
        if session is None or session.state != "open":
            raise NotAllowed
        a = attendance.c
        mine = sa.and_(a.session_id == session_id, a.person_id == scope.person_id)
        await self._connection.execute(sa.delete(attendance).where(mine))

    # --- seen -------------------------------------------------------------------------------------------------

    async def running(self, scope: Scope, now: dt.datetime) -> list[Session]:
        """Open sessions that concern the person: today's of his communes, and older ones he may still close."""
        g = group_session.c
        communes = scope.communes("member", "head", "officer")
        todays = sa.and_(g.commune.in_(communes), g.day == local_day(now))
        mine = sa.and_(_closes(scope), g.opened_at > now - OPEN_FOR)
        query = _select().where(g.state == "open", sa.or_(todays, mine)).order_by(g.id)
        return [Session(*row) for row in await self._connection.execute(query)]

    async def get(self, scope: Scope, session_id: int) -> Session | None:
        """A session of the person's communes."""
        session = await self._find(session_id)
        return session if session and session.commune in scope.communes("member", "head", "officer") else None

    async def attendees(self, scope: Scope, session_id: int) -> list[str | None]:
        """Names of the members there, for whoever opened it, heads of its team and officers."""
        await self._mine(scope, session_id)
        a = attendance.c
        query = sa.select(person.c.name).join(attendance, a.person_id == person.c.id)
        query = query.where(a.session_id == session_id).order_by(a.joined_at, person.c.id)
        return list((await self._connection.execute(query)).scalars())

    # --- closed -----------------------------------------------------------------------------------------------

    async def close(
        self, scope: Scope, session_id: int, people: int, contents: Mapping[str, int | None], now: dt.datetime, *,
        channel: str | None = None,
    ) -> Entry:  # fmt: skip
        """Closes a session as one entry of its day, `people` having come; members who were there keep their day.

        Closed again, or gone, raises NotAllowed; contents that contradict raise ValueError.
        """
        session = await self._mine(scope, session_id)
        if session.state != "open":
            raise NotAllowed
        member = scope.person_id if session.team_id in scope.teams("member", "head") else None
        entry = Entry(
            team_id=session.team_id, commune=session.commune, day=session.day, people=people, contents=dict(contents),
            results={"xong": people}, member_id=member, entered_by=scope.person_id, hamlet_id=session.hamlet_id,
            place=session.place, session=True, channel=channel,
        )  # fmt: skip
        saved = await Log(self._connection).add(entry, now)
        await self._end(session_id, "closed", now, saved.id)
        return saved

    async def cancel(self, scope: Scope, session_id: int, now: dt.datetime) -> None:
        """A session nobody came to: no entry, and no day of activity for anybody."""
        session = await self._mine(scope, session_id)
        if session.state != "open":
            raise NotAllowed
        await self._end(session_id, "gone", now, None)

    async def _end(self, session_id: int, state: str, now: dt.datetime, entry_id: int | None) -> None:
        ended = sa.update(group_session).where(group_session.c.id == session_id)
        await self._connection.execute(ended.values(state=state, closed_at=now, assistance_id=entry_id))

    async def of(self, person_id: int) -> list[dict[str, object]]:
        """The sessions a person was at."""
        g, a = group_session.c, attendance.c
        query = sa.select(g.day, team.c.name.label("team"), g.state, a.joined_at).select_from(attendance)
        query = query.join(group_session, g.id == a.session_id).join(team, team.c.id == g.team_id)
        rows = await self._connection.execute(query.where(a.person_id == person_id).order_by(g.id))
        return [dict(row) for row in rows.mappings()]

    # --- inside -----------------------------------------------------------------------------------------------

    async def _find(self, session_id: int) -> Session | None:
        row = (await self._connection.execute(_select().where(group_session.c.id == session_id))).first()
        return Session(*row) if row else None

    async def _one(self, session_id: int) -> Session:
        session = await self._find(session_id)
        if session is None:
            raise NotAllowed
        return session

    async def _mine(self, scope: Scope, session_id: int) -> Session:
        """A session the person may close: he opened it, heads its team, or is an officer of its commune."""
        row = (
            await self._connection.execute(_select().where(group_session.c.id == session_id, _closes(scope)))
        ).first()
        if row is None:
            raise NotAllowed
        return Session(*row)


def _select() -> sa.Select[*tuple[Any, ...]]:
    g = group_session.c
    there = sa.select(sa.func.count()).where(attendance.c.session_id == g.id).scalar_subquery()
    return (
        sa.select(
            g.id, g.commune, g.team_id, team.c.name, hamlet.c.name, g.hamlet_id, plan.c.name, g.place, g.day, g.state,
            g.opened_by, g.assistance_id, there,
        )
        .join(team, team.c.id == g.team_id)
        .outerjoin(hamlet, hamlet.c.id == g.hamlet_id)
        .outerjoin(plan, plan.c.id == g.plan_id)
    )  # fmt: skip


def _closes(scope: Scope) -> sa.ColumnElement[bool]:
    g = group_session.c
    own = sa.and_(g.opened_by == scope.person_id, g.team_id.in_(scope.teams("member", "head")))
    return sa.or_(own, g.team_id.in_(scope.teams("head")), g.commune.in_(scope.communes("officer")))
