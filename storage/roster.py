"""The list annexed to a commune's decision, as stored: who is in which team, who has come, who is no longer listed.

Of a telephone only its keyed hash is kept: enough to know somebody again in the next list, and nothing to call.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.invitations import Invitations
from storage.people import People
from storage.periods import local_day
from storage.schema import hamlet, invitation, person, role, team
from storage.schema.people import roster
from storage.scope import Grant, Scope
from storage.vault import Vault

Key = Callable[[str], str]
LISTED_KEPT = dt.timedelta(days=365)
"""A place that ended, or that nobody took up, is forgotten after so long."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in a team, as the list says."""

    member: int
    """The same for every team of one person."""
    name: str
    team: str
    hamlet: str | None
    role: str
    """member or head."""
    position: str
    """As the list calls it."""
    phone: str | None


@dataclass(frozen=True, slots=True)
class Slip:
    """An invitation to hand to somebody: the only place where its code stands."""

    name: str
    code: str
    teams: tuple[tuple[str, str], ...]
    """The team and the position in it."""
    hamlet: str | None
    phone_end: str | None
    """The last three digits, to tell namesakes apart when slips are handed out."""


@dataclass(slots=True)
class Imported:
    """What an import changed; of everybody the name and the team."""

    added: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    """In a team, but not in this list."""
    ended: bool = False
    """Whether those gone have lost their place."""
    lost: list[tuple[int, str]] = field(default_factory=list)
    """Who had come and lost his place now, with the team."""
    slips: list[Slip] = field(default_factory=list)


@dataclass(slots=True)
class _Place:
    """A row of the stored list, or a role nobody listed."""

    team_id: int
    name: str
    team_name: str
    row_id: int | None = None
    person_id: int | None = None
    invitation_id: int | None = None
    phone: str | None = None
    key: str = ""


class Rosters:
    """The lists of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._people = People(connection, vault)

    async def take(
        self, commune: str, people: Sequence[Listed], now: dt.datetime, *, name_key: Key, place_key: Key,
        end_gone: bool = False, again: bool = False, scope: Scope | None = None,
    ) -> Imported:  # fmt: skip
        """Stores a list: teams and hamlets that are new, everybody's place, and an invitation for whoever has none.

        Whoever has already come gets what is new at once. Those who are not in the list any more are told, and lose
        their place only with `end_gone`. With `again`, everybody who has not come yet gets a new code; the old one
        ends. The keys make equal what is written in different ways. Without a scope it is the operator who does this.
        Raises NotAllowed for whoever is no officer of the commune.
        """
        actor = scope.answering_for(commune) if scope is not None else None
        work = _Import(self._connection, self._vault, commune, now, name_key, place_key)
        result = await work.store(people, again=again)
        gone = work.left_over()
        result.gone = [(p.name, p.team_name) for p in gone]
        if end_gone:
            await work.end(gone)
            result.ended = True
            result.lost = [(p.person_id, p.team_name) for p in gone if p.person_id is not None]
        counts = f"+{len(result.added)} ={len(result.kept)} -{len(gone)}"
        await self._people.note("list.imported", now, actor=actor, commune=commune, subject=counts)
        return result

    async def rehearse(
        self, commune: str, people: Sequence[Listed], now: dt.datetime, *, name_key: Key, place_key: Key, scope: Scope
    ) -> Imported:
        """What `take` would change, without changing anything; its codes are good for nothing. Raises NotAllowed."""
        async with self._connection.begin_nested() as nested:
            result = await self.take(commune, people, now, name_key=name_key, place_key=place_key, scope=scope)
            await nested.rollback()
        return result

    async def of(self, person_id: int) -> list[dict[str, Any]]:
        """The places lists have kept for a person."""
        r = roster.c
        query = sa.select(team.c.name.label("team"), r.name, r.role, r.position, r.listed_at, r.ended_at)
        query = query.join(team, team.c.id == r.team_id).where(r.person_id == person_id).order_by(r.id)
        return [dict(row) for row in (await self._connection.execute(query)).mappings()]

    async def forget(self, now: dt.datetime) -> int:
        """Drops places whose time is over; returns how many."""
        over = sa.or_(
            roster.c.ended_at < now - LISTED_KEPT,
            sa.and_(roster.c.person_id.is_(None), roster.c.listed_at < now - LISTED_KEPT),
        )
        return (await self._connection.execute(sa.delete(roster).where(over))).rowcount


class _Import:
    """One list on its way in."""

    def __init__(
        self, connection: AsyncConnection, vault: Vault, commune: str, now: dt.datetime, name_key: Key, place_key: Key
    ) -> None:
        self._connection, self._commune, self._now = connection, commune, now
        self._people = People(connection, vault)
        self._invitations = Invitations(connection, vault)
        self._vault = vault
        self._name_key, self._place_key = name_key, place_key
        self._open: list[_Place] = []
        self._found: set[int] = set()

    def _hash(self, phone: str) -> str:
        return self._vault.lane("member-phone", phone)

    async def store(self, people: Sequence[Listed], *, again: bool) -> Imported:
        """Everybody of the list, person after person."""
        self._open = [*await self._listed(), *await self._unlisted()]
        teams, hamlets = await self._teams(people), await self._hamlets(people)
        result = Imported()
        for member in dict.fromkeys(one.member for one in people):
            own = [one for one in people if one.member == member]
            places = [(one, teams[self._place_key(one.team)]) for one in own]
            await self._member(places, hamlets, result, again=again)
        return result

    # --- what is there ----------------------------------------------------------------------------------------

    async def _listed(self) -> list[_Place]:
        r = roster.c
        query = (
            sa.select(r.id, r.team_id, r.name, r.person_id, r.invitation_id, r.phone, team.c.name.label("team"))
            .join(team, team.c.id == r.team_id)
            .where(r.commune == self._commune, r.ended_at.is_(None))
            .order_by(r.id)
        )
        return [
            _Place(
                row.team_id,
                row.name,
                row.team,
                row.id,
                row.person_id,
                row.invitation_id,
                row.phone,
                self._name_key(row.name),
            )
            for row in await self._connection.execute(query)
        ]

    async def _unlisted(self) -> list[_Place]:
        """Members and heads by invitation, without a row of a list."""
        r = role.c
        listed = sa.exists().where(
            roster.c.person_id == r.person_id, roster.c.team_id == r.team_id, roster.c.ended_at.is_(None)
        )
        query = (
            sa.select(r.team_id, r.person_id, person.c.name, team.c.name.label("team"))
            .join(person, person.c.id == r.person_id)
            .join(team, team.c.id == r.team_id)
            .where(r.commune == self._commune, r.role.in_(("member", "head")), r.ended_at.is_(None), ~listed)
            .order_by(r.id)
        )
        return [
            _Place(row.team_id, row.name or "", row.team, person_id=row.person_id, key=self._name_key(row.name or ""))
            for row in await self._connection.execute(query)
        ]

    async def _teams(self, people: Sequence[Listed]) -> dict[str, int]:
        known = {self._place_key(name): i for i, name in await self._people.teams(self._commune)}
        today = local_day(self._now)
        for one in people:
            key = self._place_key(one.team)
            if key not in known:
                known[key] = await self._people.ensure_team(self._commune, one.team, today)
        return known

    async def _hamlets(self, people: Sequence[Listed]) -> dict[str, int]:
        h = hamlet.c
        query = sa.select(h.id, h.name).where(h.commune == self._commune, h.valid_to.is_(None))
        known = {self._place_key(row.name): row.id for row in await self._connection.execute(query)}
        for one in people:
            if one.hamlet and self._place_key(one.hamlet) not in known:
                values = {"commune": self._commune, "name": one.hamlet, "valid_from": local_day(self._now)}
                made = sa.insert(hamlet).values(values).returning(h.id)
                known[self._place_key(one.hamlet)] = (await self._connection.execute(made)).scalar_one()
        for name in dict.fromkeys(one.team for one in people):
            await self._settle(name, {one.hamlet for one in people if one.team == name}, known)
        return known

    async def _settle(self, name: str, of: set[str | None], known: dict[str, int]) -> None:
        """A team all of whose members are of one hamlet belongs there."""
        only = next(iter(of), None) if len(of) == 1 else None
        if only:
            which = sa.and_(team.c.commune == self._commune, team.c.name == name, team.c.hamlet_id.is_(None))
            place = known[self._place_key(only)]
            await self._connection.execute(sa.update(team).where(which).values(hamlet_id=place))

    # --- one person -------------------------------------------------------------------------------------------

    async def _member(
        self, places: list[tuple[Listed, int]], hamlets: dict[str, int], result: Imported, *, again: bool
    ) -> None:
        known = [self._match(one, team_id) for one, team_id in places]
        met = [p for p in known if p is not None] or self._elsewhere(places[0][0])
        person_id = next((p.person_id for p in met if p.person_id is not None), None)
        code_of = next((p.invitation_id for p in met if p.invitation_id is not None), None)
        code: str | None = None
        if person_id is None and (code_of is None or again):
            code, code_of = await self._invite(places, code_of)
        for (one, team_id), before in zip(places, known, strict=True):
            (result.kept if before else result.added).append((one.name, one.team))
            place = hamlets[self._place_key(one.hamlet)] if one.hamlet else None
            await self._put(one, team_id, place, before, person_id, code_of)
        if code is not None:
            first = places[0][0]
            teams = tuple((one.team, one.position) for one, _ in places)
            result.slips.append(
                Slip(first.name, code, teams, first.hamlet, first.phone[-3:] if first.phone else None)
            )

    def _match(self, one: Listed, team_id: int) -> _Place | None:
        """The place in that team the person has had: by his telephone and name, else by his name alone."""
        phone, key = self._hash(one.phone) if one.phone else None, self._name_key(one.name)
        mine = [p for p in self._open if p.team_id == team_id and id(p) not in self._found]
        same = [p for p in mine if p.key == key and (p.phone == phone or not (p.phone and phone))]
        best = sorted(same, key=lambda p: p.phone != phone)
        if not best:
            return None
        self._found |= {id(p) for p in mine if p is best[0] or (p.person_id and p.person_id == best[0].person_id)}
        return best[0]

    def _elsewhere(self, one: Listed) -> list[_Place]:
        """His places in other teams: only when the telephone says that it is he."""
        phone, key = self._hash(one.phone) if one.phone else None, self._name_key(one.name)
        return [p for p in self._open if phone and p.phone == phone and p.key == key]

    async def _invite(self, places: list[tuple[Listed, int]], before: int | None) -> tuple[str, int]:
        """A new code for all his places; the one before ends."""
        if before is not None:
            await self._connection.execute(sa.delete(invitation).where(invitation.c.id == before))
        one, team_id = next((p for p in places if p[0].role == "head"), places[0])
        grant = Grant(one.role, commune=self._commune, team_id=team_id)
        code = await self._invitations.make(grant, self._now, name=one.name)
        return code, await self._invitations.row_of(code)

    async def _put(
        self, one: Listed, team_id: int, place: int | None, before: _Place | None, person_id: int | None,
        invitation_id: int | None,
    ) -> None:  # fmt: skip
        """The row of the list as it is now; a role at once for somebody who has come."""
        values = {
            "commune": self._commune, "team_id": team_id, "hamlet_id": place, "name": one.name, "role": one.role,
            "position": one.position, "invitation_id": invitation_id, "person_id": person_id,
        }  # fmt: skip
        if one.phone:
            values["phone"] = self._hash(one.phone)
        if before is not None and before.row_id is not None:
            await self._connection.execute(sa.update(roster).where(roster.c.id == before.row_id).values(values))
        else:
            await self._connection.execute(sa.insert(roster).values({**values, "listed_at": self._now}))
        if person_id is not None:
            await self._people.grant(person_id, Grant(one.role, self._commune, None, team_id), self._now)
            other = "member" if one.role == "head" else "head"
            await self._people.leave(person_id, team_id, self._now, role_name=other)

    # --- those no longer listed -------------------------------------------------------------------------------

    def left_over(self) -> list[_Place]:
        """Places that the list does not speak of."""
        return [p for p in self._open if id(p) not in self._found]

    async def end(self, gone: Sequence[_Place]) -> None:
        """They lose their place: the role that moment, the code if nothing else hangs on it. What they did stays."""
        rows = [p.row_id for p in gone if p.row_id is not None]
        await self._connection.execute(sa.update(roster).where(roster.c.id.in_(rows)).values(ended_at=self._now))
        for p in gone:
            if p.person_id is not None:
                await self._people.leave(p.person_id, p.team_id, self._now)
        codes = {p.invitation_id for p in gone if p.invitation_id is not None and p.person_id is None}
        needed = sa.exists().where(roster.c.invitation_id == invitation.c.id, roster.c.ended_at.is_(None))
        idle = sa.and_(invitation.c.id.in_(codes), invitation.c.used_at.is_(None), ~needed)
        await self._connection.execute(sa.delete(invitation).where(idle))
