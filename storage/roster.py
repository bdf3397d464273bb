"""The list annexed to a commune's decision, as stored: who is in which team, who has come, who is no longer listed.

Of a telephone only its keyed hash is kept: enough to know somebody again in the next list, and nothing to call.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
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
    codes: dict[int, str] = field(default_factory=dict)
    """Of each slip, by its member."""


@dataclass(slots=True)
class _Place:
    """A row of the stored list, or a role nobody listed."""

    team_id: int
    name: str
    team_name: str
    key: str
    person_id: int | None = None
    invitation_id: int | None = None
    phone: str | None = None
    row: Mapping[Any, Any] | None = None
    """As it is stored."""


@dataclass(slots=True)
class _Member:
    """Somebody of the list: his places, each with what is stored of it, and what is known of him."""

    places: list[tuple[Listed, _Place | None]]
    person_id: int | None
    invitation_id: int | None
    invite: bool
    """Whether he gets a new code; the invitation there is ends."""


class Rosters:
    """The lists of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._people = People(connection, vault)

    async def take(
        self, commune: str, people: Sequence[Listed], now: dt.datetime, *, name_key: Key, place_key: Key,
        end_gone: bool = False, again: bool = False, codes: Mapping[int, str] | None = None,
        scope: Scope | None = None,
    ) -> Imported:  # fmt: skip
        """Stores a list: teams and hamlets that are new, everybody's place, and an invitation for whoever has none.

        Whoever has already come gets what is new at once. Those who are not in the list any more are told, and lose
        their place only with `end_gone`. With `again`, everybody who has not come yet gets a new code; the old one
        ends. The keys make equal what is written in different ways. Codes that a rehearsal chose are taken where they
        fit. Without a scope it is the operator who does this. Raises NotAllowed for whoever is no officer of the
        commune. However long the list, there are some twenty statements.
        """
        actor = scope.answering_for(commune) if scope is not None else None
        work = _Import(self._connection, self._vault, commune, now, name_key, place_key)
        result = await work.read(people, again=again, codes=codes or {})
        await work.write(result)
        gone = work.left_over()
        if end_gone:
            await work.end(gone)
            result.ended = True
            result.lost = [(p.person_id, p.team_name) for p in gone if p.person_id is not None]
        counts = f"+{len(result.added)} ={len(result.kept)} -{len(gone)}"
        await self._people.note("list.imported", now, actor=actor, commune=commune, subject=counts)
        return result

    async def rehearse(
        self, commune: str, people: Sequence[Listed], now: dt.datetime, *, name_key: Key, place_key: Key,
        again: bool = False, scope: Scope | None = None,
    ) -> Imported:  # fmt: skip
        """What `take` would change, read only; its codes are good once they are taken. Raises NotAllowed."""
        if scope is not None:
            scope.answering_for(commune)
        work = _Import(self._connection, self._vault, commune, now, name_key, place_key)
        return await work.read(people, again=again, codes={})

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
    """One list on its way in: first everything is read and decided, then written by a statement a table."""

    def __init__(
        self, connection: AsyncConnection, vault: Vault, commune: str, now: dt.datetime, name_key: Key, place_key: Key
    ) -> None:
        self._connection, self._commune, self._now = connection, commune, now
        self._people = People(connection, vault)
        self._invitations = Invitations(connection, vault)
        self._vault = vault
        self._name_key, self._place_key = cache(name_key), cache(place_key)
        self._open: list[_Place] = []
        self._found: set[int] = set()
        self._members: dict[int, _Member] = {}
        self._teams: dict[str, int] = {}
        self._hamlets: dict[str, int] = {}

    def _hash(self, phone: str | None) -> str | None:
        return self._vault.lane("member-phone", phone) if phone else None

    async def read(self, people: Sequence[Listed], *, again: bool, codes: Mapping[int, str]) -> Imported:
        """What is there, and what the list makes of it."""
        self._open = [*await self._listed(), *await self._unlisted()]
        self._teams = {self._place_key(name): i for i, name in await self._people.teams(self._commune)}
        h = hamlet.c
        query = sa.select(h.id, h.name).where(h.commune == self._commune, h.valid_to.is_(None))
        self._hamlets = {self._place_key(row.name): row.id for row in await self._connection.execute(query)}
        self._decide(people, again=again)
        result = Imported(gone=[(p.name, p.team_name) for p in self.left_over()])
        for one, before in (place for member in self._members.values() for place in member.places):
            (result.kept if before else result.added).append((one.name, one.team))
        result.codes = await self._invitations.codes([n for n, m in self._members.items() if m.invite], codes)
        result.slips = [self._slip(number, code) for number, code in result.codes.items()]
        return result

    def left_over(self) -> list[_Place]:
        """Places that the list does not speak of."""
        return [p for p in self._open if id(p) not in self._found]

    # --- what is there ----------------------------------------------------------------------------------------

    async def _listed(self) -> list[_Place]:
        query = (
            sa.select(roster, team.c.name.label("team"))
            .join(team, team.c.id == roster.c.team_id)
            .where(roster.c.commune == self._commune, roster.c.ended_at.is_(None))
            .order_by(roster.c.id)
        )
        return [
            _Place(r["team_id"], r["name"], r["team"], self._name_key(r["name"]), r["person_id"], r["invitation_id"],
                   r["phone"], r)
            for r in (await self._connection.execute(query)).mappings()
        ]  # fmt: skip

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
            _Place(row.team_id, row.name or "", row.team, self._name_key(row.name or ""), row.person_id)
            for row in await self._connection.execute(query)
        ]

    # --- what the list makes of it ----------------------------------------------------------------------------

    def _decide(self, people: Sequence[Listed], *, again: bool) -> None:
        """Member after member: which of his places there are already, and whether he is invited."""
        by_name, by_phone, by_person = (defaultdict[tuple[Any, Any], list[_Place]](list) for _ in range(3))
        for p in self._open:
            by_name[p.team_id, p.key].append(p)
            by_person[p.team_id, p.person_id].append(p)
            by_phone[p.phone, p.key].append(p)
        own = defaultdict[int, list[Listed]](list)
        for one in people:
            own[one.member].append(one)
        for member, listed in own.items():
            places: list[tuple[Listed, _Place | None]] = []
            for one in listed:
                before = self._match(
                    one, by_name[self._teams.get(self._place_key(one.team)), self._name_key(one.name)]
                )
                if before is not None:
                    same = by_person[before.team_id, before.person_id] if before.person_id else ()
                    self._found |= {id(before), *map(id, same)}
                places.append((one, before))
            phone, key = self._hash(listed[0].phone), self._name_key(listed[0].name)
            # Places in other teams are his only when the telephone says that it is he.
            met = [p for _, p in places if p is not None] or (by_phone[phone, key] if phone else [])
            person_id = next((p.person_id for p in met if p.person_id is not None), None)
            invitation_id = next((p.invitation_id for p in met if p.invitation_id is not None), None)
            invite = person_id is None and (invitation_id is None or again)
            self._members[member] = _Member(places, person_id, invitation_id, invite)

    def _match(self, one: Listed, namesakes: Sequence[_Place]) -> _Place | None:
        """The place in that team the person has had: by his telephone and name, else by his name alone."""
        phone = self._hash(one.phone)
        free = [p for p in namesakes if id(p) not in self._found and (p.phone == phone or not (p.phone and phone))]
        return min(free, key=lambda p: p.phone != phone, default=None)

    def _slip(self, member: int, code: str) -> Slip:
        own = [one for one, _ in self._members[member].places]
        teams = tuple((one.team, one.position) for one in own)
        return Slip(own[0].name, code, teams, own[0].hamlet, own[0].phone[-3:] if own[0].phone else None)

    # --- as it is then stored ---------------------------------------------------------------------------------

    async def write(self, result: Imported) -> None:
        """Teams and hamlets that are new, invitations, everybody's place, and roles of those who have come."""
        everybody = [one for member in self._members.values() for one, _ in member.places]
        await self._make(hamlet, self._hamlets, [one.hamlet for one in everybody if one.hamlet])
        await self._make(team, self._teams, [one.team for one in everybody])
        await self._settle(everybody)
        await self._invite(result.codes)
        new, changed = [], []
        for member in self._members.values():
            for one, before in member.places:
                values = self._row(one, member)
                if before is None or before.row is None:
                    new.append({"phone": None, **values, "listed_at": self._now})
                elif any(before.row[name] != value for name, value in values.items()):
                    changed.append({"phone": before.row["phone"], **values, "row": before.row["id"]})
        if new:
            await self._connection.execute(sa.insert(roster), new)
        if changed:
            which = sa.update(roster).where(roster.c.id == sa.bindparam("row"))
            await self._connection.execute(which, changed)
        await self._grant()

    async def _make(self, table: sa.Table, known: dict[str, int], names: Sequence[str]) -> None:
        """Those of the teams or hamlets that are new."""
        missing = {self._place_key(name): name for name in reversed(names) if self._place_key(name) not in known}
        if missing:
            rows = [{"commune": self._commune, "name": name, "valid_from": local_day(self._now)}
                    for name in reversed(missing.values())]  # fmt: skip
            made = await self._connection.execute(sa.insert(table).returning(table.c.id, table.c.name), rows)
            known |= {self._place_key(row.name): row.id for row in made}

    async def _settle(self, everybody: Sequence[Listed]) -> None:
        """A team all of whose members are of one hamlet belongs there."""
        of = defaultdict[int, set[str | None]](set)
        for one in everybody:
            of[self._teams[self._place_key(one.team)]].add(one.hamlet)
        homes = {i: next(iter(hamlets)) for i, hamlets in of.items() if len(hamlets) == 1}
        settled = [{"which": i, "home": self._hamlets[self._place_key(home)]} for i, home in homes.items() if home]
        if settled:
            homeless = sa.update(team).where(team.c.id == sa.bindparam("which"), team.c.hamlet_id.is_(None))
            await self._connection.execute(homeless.values(hamlet_id=sa.bindparam("home")), settled)

    async def _invite(self, codes: Mapping[int, str]) -> None:
        """A new code for all places of each; the one before ends."""
        before = [self._members[m].invitation_id for m in codes]
        if any(before):
            await self._connection.execute(sa.delete(invitation).where(invitation.c.id.in_([i for i in before if i])))
        wanted = []
        for member, code in codes.items():
            own = [one for one, _ in self._members[member].places]
            one = next((o for o in own if o.role == "head"), own[0])
            grant = Grant(one.role, commune=self._commune, team_id=self._teams[self._place_key(one.team)])
            wanted.append((code, grant, one.name))
        made = await self._invitations.make_all(wanted, self._now)
        for member, code in codes.items():
            self._members[member].invitation_id = made[code]

    def _row(self, one: Listed, member: _Member) -> dict[str, Any]:
        """The row of the list as it is now; a telephone that was known before stays."""
        values = {
            "commune": self._commune, "team_id": self._teams[self._place_key(one.team)],
            "hamlet_id": self._hamlets[self._place_key(one.hamlet)] if one.hamlet else None, "name": one.name,
            "role": one.role, "position": one.position, "invitation_id": member.invitation_id,
            "person_id": member.person_id,
        }  # fmt: skip
        return values | ({"phone": self._hash(one.phone)} if one.phone else {})

    async def _grant(self) -> None:
        """The role of the list, and not the other, at once for those who have come; most have it."""
        r = role.c
        held = sa.select(r.person_id, r.team_id, r.role).where(r.commune == self._commune, r.ended_at.is_(None))
        has = {tuple(row) for row in await self._connection.execute(held)}
        for member in self._members.values():
            for one, _ in member.places if member.person_id is not None else ():
                team_id, other = self._teams[self._place_key(one.team)], "member" if one.role == "head" else "head"
                assert member.person_id is not None  # noqa: S101  (asked a line above)
                if (member.person_id, team_id, one.role) not in has:
                    grant = Grant(one.role, self._commune, None, team_id)
                    await self._people.grant(member.person_id, grant, self._now)
                if (member.person_id, team_id, other) in has:
                    await self._people.leave_all([(member.person_id, team_id)], self._now, role_name=other)

    # --- those no longer listed -------------------------------------------------------------------------------

    async def end(self, gone: Sequence[_Place]) -> None:
        """They lose their place: the role that moment, the code if nothing else hangs on it. What they did stays."""
        rows = [p.row["id"] for p in gone if p.row is not None]
        await self._connection.execute(sa.update(roster).where(roster.c.id.in_(rows)).values(ended_at=self._now))
        left = [(p.person_id, p.team_id) for p in gone if p.person_id is not None]
        await self._people.leave_all(left, self._now)
        codes = {p.invitation_id for p in gone if p.invitation_id is not None and p.person_id is None}
        needed = sa.exists().where(roster.c.invitation_id == invitation.c.id, roster.c.ended_at.is_(None))
        idle = sa.and_(invitation.c.id.in_(codes), invitation.c.used_at.is_(None), ~needed)
        await self._connection.execute(sa.delete(invitation).where(idle))
