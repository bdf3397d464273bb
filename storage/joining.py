"""Asking to join a team, and proposing somebody for it: a request until a head or an officer decides, once."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.invitations import Invitations
from storage.people import People
from storage.schema import team
from storage.schema.people import join_request
from storage.scope import Grant, NotAllowed, Scope
from storage.vault import Vault

MOST_OPEN = 3
"""Requests of one person that wait at a time."""
REQUESTS_KEPT = dt.timedelta(days=30)
"""After they were asked, decided or not."""


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who wants to join, or whom the team's head proposes."""

    id: int
    team_id: int
    team: str
    commune: str
    name: str
    person_id: int | None
    proposed_by: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a request; `code` is the invitation of somebody proposed and approved."""

    request: Request
    approved: bool
    code: str | None = None


class TooMany(ValueError):
    """The person has enough requests waiting."""


_COLUMNS = (
    join_request.c.id, join_request.c.team_id, team.c.name.label("team"), join_request.c.commune, join_request.c.name,
    join_request.c.person_id, join_request.c.proposed_by, join_request.c.state,
)  # fmt: skip


class Joining:
    """The requests of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._people = People(connection, vault)
        self._invitations = Invitations(connection, vault)

    async def ask(self, person_id: int, team_id: int, name: str, now: dt.datetime) -> Request:
        """A person asks to join a team in force; asked again while one waits, it is the same request.

        Raises NotAllowed for a team that is none or that he is in, TooMany.
        """
        scope = await self._people.scope(person_id)
        commune = await self._commune(team_id)
        if commune is None or team_id in scope.teams("member", "head"):
            raise NotAllowed
        c = join_request.c
        mine = sa.and_(c.person_id == person_id, c.state == "open")
        waiting = (await self._connection.execute(sa.select(c.id, c.team_id).where(mine))).all()
        same = next((row.id for row in waiting if row.team_id == team_id), None)
        if same is None and len(waiting) >= MOST_OPEN:
            raise TooMany("enough requests are waiting")
        values = {"commune": commune, "team_id": team_id, "name": name, "person_id": person_id}
        return await self._put(values, now) if same is None else await self._one(same)

    async def propose(self, scope: Scope, team_id: int, name: str, now: dt.datetime) -> Request:
        """The head of a team proposes somebody for it."""
        commune = await self._commune(team_id)
        if commune is None or team_id not in scope.teams("head"):
            raise NotAllowed
        values = {"commune": commune, "team_id": team_id, "name": name, "proposed_by": scope.person_id}
        return await self._put(values, now)

    async def waiting(self, scope: Scope) -> list[Request]:
        """What waits for this person to decide: of his commune, or of his team as its head."""
        query = sa.select(*_COLUMNS).join(team, team.c.id == join_request.c.team_id)
        query = query.where(join_request.c.state == "open", _decides(scope)).order_by(join_request.c.id)
        return [Request(*row) for row in await self._connection.execute(query)]

    async def decide(self, scope: Scope, request_id: int, approve: bool, now: dt.datetime) -> Decided | None:
        """Approves or refuses, once; None when it was decided before or is not his to decide.

        Whoever asked becomes a member at once; for somebody proposed an invitation is made.
        """
        c = join_request.c
        state = "approved" if approve else "refused"
        decided = (
            sa.update(join_request)
            .where(c.id == request_id, c.state == "open", _decides(scope))
            .values(state=state, decided_by=scope.person_id, decided_at=now)
        )
        if not (await self._connection.execute(decided)).rowcount:
            return None
        request = await self._one(request_id)
        await self._people.note(
            f"join.{state}", now, actor=scope.person_id, commune=request.commune,
            subject=f"request:{request_id}@{request.team_id}",
        )  # fmt: skip
        if not approve:
            return Decided(request, approved=False)
        grant = Grant("member", request.commune, None, request.team_id)
        if request.person_id is None:
            code = await self._invitations.make(grant, now, name=request.name, by=scope.person_id)
            return Decided(request, approved=True, code=code)
        await self._people.grant(request.person_id, grant, now, by=scope.person_id)
        await self._people.set(request.person_id, name=request.name, commune=request.commune)
        return Decided(request, approved=True)

    async def of(self, person_id: int) -> list[dict[str, object]]:
        """What a person asked for."""
        c = join_request.c
        query = sa.select(team.c.name.label("team"), c.name, c.state, c.asked_at).where(c.person_id == person_id)
        rows = await self._connection.execute(query.join(team, team.c.id == c.team_id).order_by(c.id))
        return [dict(row) for row in rows.mappings()]

    async def forget(self, now: dt.datetime) -> int:
        """Drops requests whose time is over; returns how many."""
        over = join_request.c.asked_at < now - REQUESTS_KEPT
        return (await self._connection.execute(sa.delete(join_request).where(over))).rowcount

    # --- inside -----------------------------------------------------------------------------------------------

    async def _commune(self, team_id: int) -> str | None:
        query = sa.select(team.c.commune).where(team.c.id == team_id, team.c.valid_to.is_(None))
        return (await self._connection.execute(query)).scalar()

    async def _put(self, values: dict[str, object], now: dt.datetime) -> Request:
        made = sa.insert(join_request).values(**values, state="open", asked_at=now).returning(join_request.c.id)
        return await self._one((await self._connection.execute(made)).scalar_one())

    async def _one(self, request_id: int) -> Request:
        query = sa.select(*_COLUMNS).join(team, team.c.id == join_request.c.team_id)
        return Request(*(await self._connection.execute(query.where(join_request.c.id == request_id))).one())


def _decides(scope: Scope) -> sa.ColumnElement[bool]:
    """An officer decides for his commune; a head for whoever asks to join his team, not for those he proposed."""
    c = join_request.c
    own = sa.and_(c.team_id.in_(scope.teams("head")), c.proposed_by.is_(None))
    return sa.or_(c.commune.in_(scope.communes("officer")), own)
