"""One-time codes that give a role: made for somebody, used up once, and closed to whoever only guesses."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.people import People
from storage.schema import invitation, person
from storage.schema.people import roster
from storage.scope import Grant, NotAllowed, Scope
from storage.vault import Vault

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 O 1 I L: they are misread on a printed slip."""
CODE_LENGTH = 6
CODE_DAYS = 14
MAX_WRONG_CODES = 5
LOCK = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code gives."""

    id: int
    role: str
    commune: str | None
    province: str | None
    team_id: int | None
    name: str | None
    again: bool = False
    """The same person had used it up already: nothing was given anew."""


def _invitation(row: Mapping[Any, Any], *, again: bool = False) -> Invitation:
    return Invitation(
        row["id"], row["role"], row["commune"], row["province"], row["team_id"], row["name"], again
    )  # fmt: skip


def new_code() -> str:
    """A code people can read from paper and type, by chance nobody can guess."""
    code = ""
    # Six digits alone would look like an OTP to the safety net.
    while sum(c.isalpha() for c in code) < 2:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return code


GIVERS = {"member": "officer", "head": "officer", "officer": "province_officer", "province_officer": "admin"}
"""Who gives which role; an administrator is made by the operator."""


def _may_give(scope: Scope, what: Grant) -> bool:
    giver = GIVERS.get(what.role)
    return what.commune in scope.communes("officer") if giver == "officer" else bool(giver and scope.has(giver))


class Invitations:
    """The codes of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._people = People(connection, vault)

    def _code_hash(self, code: str) -> str:
        return self._vault.lane("invitation", code.upper())

    async def make(
        self, what: Grant, now: dt.datetime, *, name: str | None = None, scope: Scope | None = None,
        by: int | None = None,
    ) -> str:  # fmt: skip
        """A new one-time code, valid for CODE_DAYS days. Only its keyed hash is kept.

        Without a scope by the operator, or `by` somebody whose right was looked at. Raises NotAllowed for a role the
        person may not give; that a commune is of the province of its officer is the caller's to know.
        """
        if scope is not None:
            if not _may_give(scope, what):
                raise NotAllowed
            by = scope.person_id
        code = new_code()
        await self._connection.execute(sa.insert(invitation), [self._row(code, what, now, name, by)])
        return code

    async def codes(self, members: Sequence[int], before: Mapping[int, str]) -> dict[int, str]:
        """A code for each, that nobody else has; the one `before` where there is one."""
        found = {member: before[member] for member in members if member in before}
        while missing := [member for member in members if member not in found]:
            by_hash = {self._code_hash(code): code for code in (new_code() for _ in missing)}
            taken = sa.select(invitation.c.code_hash).where(invitation.c.code_hash.in_(by_hash))
            used = {by_hash[row.code_hash] for row in await self._connection.execute(taken)} | set(found.values())
            found |= zip(missing, (code for code in by_hash.values() if code not in used), strict=False)
        return {member: found[member] for member in members}

    async def make_all(self, wanted: Sequence[tuple[str, Grant, str]], now: dt.datetime) -> dict[str, int]:
        """Invitations for many by the operator, or by whom it was looked at that he may: of each its code, what it
        gives and to whom. Answers the row of each code.
        """
        if not wanted:
            return {}
        rows = [self._row(code, what, now, name, None) for code, what, name in wanted]
        made = sa.insert(invitation).returning(invitation.c.id, invitation.c.code_hash)
        ids = {row.code_hash: row.id for row in await self._connection.execute(made, rows)}
        return {code: ids[self._code_hash(code)] for code, _, _ in wanted}

    def _row(self, code: str, what: Grant, now: dt.datetime, name: str | None, by: int | None) -> dict[str, Any]:
        return {
            "code_hash": self._code_hash(code), "role": what.role, "commune": what.commune, "province": what.province,
            "team_id": what.team_id, "name": name, "created_at": now, "created_by": by,
            "expires_at": now + dt.timedelta(days=CODE_DAYS),
        }  # fmt: skip

    async def redeem(self, code: str, person_id: int, now: dt.datetime) -> Invitation | None:
        """Uses a code up and gives its role; None for an unknown, used or expired code (counted against guessing).

        A code the same person has used before gives nothing anew and is not counted: see `Invitation.again`.
        """
        open_ = sa.and_(
            invitation.c.code_hash == self._code_hash(code), invitation.c.used_at.is_(None),
            invitation.c.expires_at > now,
        )  # fmt: skip
        # One statement decides who gets it, so two people with one slip cannot both.
        used = sa.update(invitation).where(open_).values(used_at=now, used_by=person_id).returning(invitation)
        row = (await self._connection.execute(used)).mappings().first()
        if row is None:
            own = sa.and_(invitation.c.code_hash == self._code_hash(code), invitation.c.used_by == person_id)
            row = (await self._connection.execute(sa.select(invitation).where(own))).mappings().first()
            if row is None:
                await self.count_wrong_code(person_id, now)
                return None
            return _invitation(row, again=True)
        found = _invitation(row)
        grant = Grant(found.role, found.commune, found.province, found.team_id)
        await self._people.grant(person_id, grant, now)
        await self._take_places(found.id, person_id, now)
        values: dict[str, Any] = {"wrong_codes": 0, "locked_until": None}
        if found.commune:
            values["commune"] = found.commune
        if found.name:
            values["name"] = found.name
        await self._people.set(person_id, **values)
        return found

    async def _take_places(self, invitation_id: int, person_id: int, now: dt.datetime) -> None:
        """Every place the commune's list keeps for whoever comes with that code."""
        own = sa.update(roster).where(roster.c.invitation_id == invitation_id, roster.c.ended_at.is_(None))
        taken = own.values(person_id=person_id).returning(roster.c.role, roster.c.commune, roster.c.team_id)
        for place in (await self._connection.execute(taken)).all():
            await self._people.grant(person_id, Grant(place.role, place.commune, None, place.team_id), now)

    async def count_wrong_code(self, person_id: int, now: dt.datetime) -> None:
        """A code that opened nothing: after MAX_WRONG_CODES of them no code is taken from him for LOCK."""
        which = person.c.id == person_id
        counted = sa.update(person).where(which).values(wrong_codes=person.c.wrong_codes + 1)
        wrong = (await self._connection.execute(counted.returning(person.c.wrong_codes))).scalar_one()
        if wrong >= MAX_WRONG_CODES:
            await self._people.set(person_id, wrong_codes=0, locked_until=now + LOCK)
