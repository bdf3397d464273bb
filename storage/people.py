"""People who consented: their chats, their commune and their roles."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.runs import RUN_COLUMNS, Run
from storage.schema import audit, chat, guide_run, hamlet, person, role, team, written
from storage.schema.handover import help_request
from storage.scope import Grant, Scope
from storage.vault import Vault


@dataclass(slots=True)
class Chat:
    """A chat of a known person, with the person and the run in hand."""

    id: int
    person_id: int
    channel: str
    state: dict[str, Any]
    name: str | None
    commune: str | None
    reminders: bool
    has_roles: bool
    locked_until: dt.datetime | None
    last_in_at: dt.datetime
    unsure: bool
    """Our last message may not have arrived."""
    run: Run | None
    talks: bool = False
    """Whether the person talks with somebody who helps, or whom he helps: see storage/handover.py."""


_TAKEN = written(help_request.c.state, "taken")
_TALKS = sa.or_(
    sa.exists().where(_TAKEN, help_request.c.helper_id == person.c.id),
    sa.exists().where(
        _TAKEN, help_request.c.citizen_id == person.c.id, written(help_request.c.state, "waiting", "taken")
    ),
)
_HAS_ROLES = sa.exists().where(role.c.person_id == person.c.id, role.c.ended_at.is_(None))
_FIND = (
    sa.select(
        chat.c.lane, chat.c.id.label("chat_id"), chat.c.person_id, chat.c.channel, chat.c.state.label("chat_state"),
        person.c.name, person.c.commune, person.c.reminders, person.c.locked_until, chat.c.last_in_at, chat.c.unsure,
        _HAS_ROLES.label("has_roles"), _TALKS.label("talks"), *RUN_COLUMNS,
    )
    .join(person, person.c.id == chat.c.person_id)
    .outerjoin(guide_run, sa.and_(guide_run.c.person_id == person.c.id, guide_run.c.state == "active"))
    .where(
        chat.c.channel.in_(sa.bindparam("channels", expanding=True)),
        chat.c.lane.in_(sa.bindparam("lanes", expanding=True)),
    )
)  # fmt: skip
_SAVE = (
    sa.update(chat)
    .where(chat.c.id == sa.bindparam("chat"))
    .values(state=sa.bindparam("st"), last_in_at=sa.bindparam("at"), unreachable=None, unsure=False)
)


def _chat(row: Mapping[Any, Any]) -> Chat:
    run = Run.from_row(row) if row["id"] is not None else None
    return Chat(
        row["chat_id"], row["person_id"], row["channel"], row["chat_state"], row["name"], row["commune"],
        bool(row["reminders"]), bool(row["has_roles"]), row["locked_until"], row["last_in_at"], bool(row["unsure"]),
        run, bool(row["talks"]),
    )  # fmt: skip


class People:
    """The people of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    # --- chats ---

    async def find(self, channel: str, lane: str) -> Chat | None:
        """The chat of that keyed address, its person and the run in hand; one statement."""
        return (await self.find_all([(channel, lane)])).get((channel, lane))

    async def find_all(self, addresses: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Chat]:
        """The same for many, by channel and keyed address; strangers are missing. One statement."""
        if not addresses:
            return {}
        asked = {"channels": list({c for c, _ in addresses}), "lanes": [n for _, n in addresses]}
        rows = (await self._connection.execute(_FIND, asked)).mappings()
        return {(row["channel"], row["lane"]): _chat(row) for row in rows}

    async def admit(self, channel: str, address: str, *, consent_version: int, now: dt.datetime) -> Chat:
        """Records a person who has just consented, and the chat he did it in."""
        values = {"consent_version": consent_version, "consent_at": now, "created_at": now}
        made = sa.insert(person).values(**values).returning(person.c.id)
        person_id = (await self._connection.execute(made)).scalar_one()
        return await self.open_chat(person_id, channel, address, now=now)

    async def open_chat(self, person_id: int, channel: str, address: str, *, now: dt.datetime) -> Chat:
        """Another chat of a known person."""
        lane = self._vault.lane(channel, address)
        await self._connection.execute(sa.insert(chat).values(
            person_id=person_id, channel=channel, lane=lane, address=self._vault.seal(address.encode()),
            state={}, last_in_at=now,
        ))  # fmt: skip
        found = await self.find(channel, lane)
        assert found is not None  # noqa: S101  (inserted a line above)
        return found

    async def save_chats(self, chats: Sequence[tuple[int, Mapping[str, Any]]], now: dt.datetime) -> None:
        """Keeps where conversations stand; hearing from a chat makes it reachable again."""
        if chats:
            rows = [{"chat": chat_id, "st": dict(state), "at": now} for chat_id, state in chats]
            await self._connection.execute(_SAVE, rows)

    async def keep_offer(self, chat_id: int, state: Mapping[str, Any]) -> None:
        """Keeps the choices of a message we sent first; the person was not heard from."""
        await self._connection.execute(sa.update(chat).where(chat.c.id == chat_id).values(state=dict(state)))

    async def mark_unreachable(self, lane: str, channel: str, reason: str) -> None:
        """The chat cannot be written to any more; nothing is pushed to it until the person writes."""
        which = sa.and_(chat.c.lane == lane, chat.c.channel == channel)
        await self._connection.execute(sa.update(chat).where(which).values(unreachable=reason[:40]))

    async def last_heard(self, chats: Sequence[tuple[str, str]]) -> dict[tuple[str, str], dt.datetime]:
        """When each of these chats (channel, lane) wrote last; strangers are missing."""
        lanes = sa.select(chat.c.channel, chat.c.lane, chat.c.last_in_at).where(
            chat.c.lane.in_([n for _, n in chats])
        )
        return {(r.channel, r.lane): r.last_in_at for r in await self._connection.execute(lanes)}

    async def chats_in_charge(
        self, commune: str | None, but: str, channels: Sequence[str], *, all_officers: bool = False
    ) -> list[tuple[str, str, bytes]]:  # fmt: skip
        """Channel, lane and address of where to write to each officer of the commune (or any) and each administrator.

        That is the reachable chat he used last, on one of the channels but one.
        """
        theirs = sa.true() if all_officers else role.c.commune == commune
        mine = sa.or_(role.c.role == "admin", sa.and_(role.c.role == "officer", theirs))
        people = sa.select(role.c.person_id).where(role.c.ended_at.is_(None), mine)
        found = (
            sa.select(chat.c.person_id, chat.c.channel, chat.c.lane, chat.c.address)
            .where(chat.c.person_id.in_(people), chat.c.unreachable.is_(None), chat.c.channel != but,
                   chat.c.channel.in_(channels))
            .order_by(chat.c.last_in_at, chat.c.id)
        )  # fmt: skip
        latest = {r.person_id: (r.channel, r.lane, r.address) for r in await self._connection.execute(found)}
        return list(latest.values())

    async def readdress(self, channel: str, lane: str, address: str) -> None:
        """The platform gave a chat another address (a group that became a supergroup)."""
        new = {"lane": self._vault.lane(channel, address), "address": self._vault.seal(address.encode())}
        which = sa.and_(chat.c.lane == lane, chat.c.channel == channel)
        await self._connection.execute(sa.update(chat).where(which).values(**new))

    async def consent(self, person_id: int) -> int:
        """Which words of consent the person agreed to."""
        found = sa.select(person.c.consent_version).where(person.c.id == person_id)
        return int((await self._connection.execute(found)).scalar_one())

    # --- what a person says of himself ---

    async def set(self, person_id: int, **values: Any) -> None:
        """Changes the person's own data: name, commune, reminders."""
        await self._connection.execute(sa.update(person).where(person.c.id == person_id).values(**values))

    async def names(self, person_ids: Sequence[int]) -> dict[int, str]:
        """The names of those people who have one. Only for whoever may see their entries."""
        if not person_ids:
            return {}
        found = sa.select(person.c.id, person.c.name).where(person.c.id.in_(person_ids), person.c.name.is_not(None))
        return {r.id: r.name for r in await self._connection.execute(found)}

    # --- roles ---

    async def scope(self, person_id: int) -> Scope:
        """Every role in force of the person."""
        found = (
            sa.select(role.c.role, role.c.commune, role.c.province, role.c.team_id, team.c.name.label("team_name"))
            .outerjoin(team, team.c.id == role.c.team_id)
            .where(role.c.person_id == person_id, role.c.ended_at.is_(None))
            .order_by(role.c.id)
        )
        rows = (await self._connection.execute(found)).mappings().all()
        return Scope(person_id, tuple(Grant(**r) for r in rows))

    async def exists(self, person_id: int) -> bool:
        """Whether there is such a person."""
        found = sa.select(person.c.id).where(person.c.id == person_id)
        return (await self._connection.execute(found)).first() is not None

    async def grant(self, person_id: int, what: Grant, now: dt.datetime, *, by: int | None = None) -> None:
        """Gives a role; giving it twice is once."""
        same = sa.and_(
            role.c.person_id == person_id, role.c.role == what.role, role.c.ended_at.is_(None),
            role.c.team_id.is_not_distinct_from(what.team_id), role.c.commune.is_not_distinct_from(what.commune),
            role.c.province.is_not_distinct_from(what.province),
        )  # fmt: skip
        if (await self._connection.execute(sa.select(role.c.id).where(same))).first():
            return
        await self._connection.execute(sa.insert(role).values(
            person_id=person_id, role=what.role, commune=what.commune, province=what.province,
            team_id=what.team_id, granted_at=now,
        ))  # fmt: skip
        where = f"@{what.team_id}" if what.team_id is not None else ""
        await self.note(
            "role.granted", now, actor=by, commune=what.commune, subject=f"{what.role}:{person_id}{where}"
        )

    async def revoke(self, person_id: int, role_name: str, now: dt.datetime, *, by: int | None = None) -> int:
        """Ends every role of that name; returns how many there were."""
        which = sa.and_(role.c.person_id == person_id, role.c.role == role_name, role.c.ended_at.is_(None))
        ended = await self._connection.execute(sa.update(role).where(which).values(ended_at=now))
        if ended.rowcount:
            await self.note("role.revoked", now, actor=by, subject=f"{role_name}:{person_id}")
        return ended.rowcount

    async def leave(
        self, person_id: int, team_id: int, now: dt.datetime, *, role_name: str | None = None, by: int | None = None
    ) -> int:
        """Ends the person's roles in a team, or the one named; returns how many there were. What he logged stays."""
        return await self.leave_all([(person_id, team_id)], now, role_name=role_name, by=by)

    async def leave_all(
        self, places: Sequence[tuple[int, int]], now: dt.datetime, *, role_name: str | None = None,
        by: int | None = None,
    ) -> int:  # fmt: skip
        """The same for many, each by person and team."""
        if not places:
            return 0
        which = sa.and_(sa.tuple_(role.c.person_id, role.c.team_id).in_(places), role.c.ended_at.is_(None))
        if role_name is not None:
            which = sa.and_(which, role.c.role == role_name)
        ended = sa.update(role).where(which).values(ended_at=now)
        ended = ended.returning(role.c.role, role.c.commune, role.c.person_id, role.c.team_id)
        rows = (await self._connection.execute(ended)).all()
        notes = [
            {"at": now, "actor_id": by, "action": "role.ended", "commune": row.commune,
             "subject": f"{row.role}:{row.person_id}@{row.team_id}"}
            for row in rows
        ]  # fmt: skip
        if notes:
            await self._connection.execute(sa.insert(audit), notes)
        return len(rows)

    async def officers(self, commune: str | None, *, admins: bool = False) -> list[int]:
        """Everybody who is an officer of the commune today, with the administrators if those are meant too."""
        which = sa.and_(role.c.role == "officer", role.c.commune == commune)
        which = sa.or_(which, role.c.role == "admin") if admins else which
        found = (
            sa.select(role.c.person_id).where(which, role.c.ended_at.is_(None)).distinct().order_by(role.c.person_id)
        )
        return list((await self._connection.execute(found)).scalars())

    # --- teams ---

    async def teams(self, commune: str) -> list[tuple[int, str]]:
        """Teams of the commune in force, (id, name)."""
        found = sa.select(team.c.id, team.c.name).where(team.c.commune == commune, team.c.valid_to.is_(None))
        return [(r.id, r.name) for r in (await self._connection.execute(found.order_by(team.c.id)))]

    async def team_names(self, commune: str) -> dict[int, str]:
        """Every team of the commune, of all times."""
        found = sa.select(team.c.id, team.c.name).where(team.c.commune == commune)
        return {r.id: r.name for r in await self._connection.execute(found)}

    async def hamlet_names(self, commune: str) -> dict[int, str]:
        """Every hamlet of the commune, of all times."""
        found = sa.select(hamlet.c.id, hamlet.c.name).where(hamlet.c.commune == commune)
        return {r.id: r.name for r in await self._connection.execute(found)}

    async def ensure_team(self, commune: str, name: str, day: dt.date) -> int:
        """The id of the commune's team of that name, made if need be."""
        which = sa.and_(team.c.commune == commune, team.c.name == name, team.c.valid_to.is_(None))
        found = (await self._connection.execute(sa.select(team.c.id).where(which))).scalar()
        if found is not None:
            return int(found)
        made = sa.insert(team).values(commune=commune, name=name, valid_from=day).returning(team.c.id)
        return int((await self._connection.execute(made)).scalar_one())

    async def team_commune(self, team_id: int) -> str | None:
        """The commune a team belongs to."""
        return (await self._connection.execute(sa.select(team.c.commune).where(team.c.id == team_id))).scalar()

    # --- the trail ---

    async def note(
        self, action: str, now: dt.datetime, *, actor: int | None = None, commune: str | None = None,
        subject: str | None = None,
    ) -> None:  # fmt: skip
        """Writes a line of the audit trail: what was done by whom to what, never what it said."""
        row = {"at": now, "actor_id": actor, "action": action, "commune": commune, "subject": subject}
        await self._connection.execute(sa.insert(audit).values(**row))

    async def has_noted(self, person_id: int, action: str) -> bool:
        """Whether the trail has a line of that person doing that."""
        mine = sa.select(audit.c.id).where(audit.c.actor_id == person_id, audit.c.action == action).limit(1)
        return (await self._connection.execute(mine)).first() is not None
