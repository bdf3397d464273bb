"""The receivers a commune announces for its fees: proposed by one officer, confirmed by another, ended by any."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import person
from storage.schema.receivers import receiver
from storage.scope import NotAllowed, Scope

DRAFTS_KEPT = dt.timedelta(days=1)
"""A draft nobody sent to a colleague by then was not meant."""
SHOWN_AFTER = dt.timedelta(days=90)
"""How long what was refused or ended stays in the list people look at; it is never deleted."""
CHANGEABLE = ("valid_from", "valid_to")


class Taken(Exception):
    """The commune has this very receiver already, announced or waiting for a second officer."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A receiver with its history."""

    id: int
    commune: str
    type: Literal["account", "account_prefix", "vnpay"]
    bin: str | None
    """None for VNPAY."""
    number: str
    length: int | None
    """Of a virtual account, in characters."""
    name: str
    """The holder as the bank's application shows it."""
    state: str
    valid_from: dt.date
    valid_to: dt.date | None
    """The last day; None while no end is set."""
    proposed_by: int | None
    proposed_at: dt.datetime
    decided_by: int | None
    decided_at: dt.datetime | None
    ended_by: int | None
    ended_at: dt.datetime | None
    proposer: str | None
    """Names, as far as these people still have one here."""
    decider: str | None
    ender: str | None


_proposer, _decider, _ender = person.alias("proposer"), person.alias("decider"), person.alias("ender")
_LISTED = (
    sa.select(receiver, _proposer.c.name.label("proposer"), _decider.c.name.label("decider"),
              _ender.c.name.label("ender"))
    .outerjoin(_proposer, _proposer.c.id == receiver.c.proposed_by)
    .outerjoin(_decider, _decider.c.id == receiver.c.decided_by)
    .outerjoin(_ender, _ender.c.id == receiver.c.ended_by)
)  # fmt: skip


class Receivers:
    """The receivers of a transaction. What changes or shows the list asks for the officer's scope."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def in_force(self, commune: str, day: dt.date) -> list[Listed]:
        """What the commune collects through on that day: known to everybody, so no scope is asked for."""
        r = receiver.c
        lasts = sa.or_(r.valid_to.is_(None), r.valid_to >= day)
        which = sa.and_(r.commune == commune, r.state == "confirmed", r.valid_from <= day, lasts)
        return await self._rows(_LISTED.where(which).order_by(r.id))

    async def all(self, scope: Scope, commune: str, now: dt.datetime) -> list[Listed]:
        """The list with its history, for an officer of the commune; the officer's own drafts are in it."""
        r = receiver.c
        old = sa.and_(
            r.state.in_(("refused", "ended")), sa.func.coalesce(r.ended_at, r.decided_at) < now - SHOWN_AFTER
        )
        mine = sa.or_(r.state != "draft", r.proposed_by == scope.person_id)
        which = sa.and_(r.commune == commune, _within(scope), mine, ~old)
        return await self._rows(_LISTED.where(which).order_by(r.id))

    async def get(self, scope: Scope, receiver_id: int) -> Listed:
        """One of them. Raises NotAllowed."""
        mine = sa.or_(receiver.c.state != "draft", receiver.c.proposed_by == scope.person_id)
        rows = await self._rows(_LISTED.where(receiver.c.id == receiver_id, _within(scope), mine))
        if not rows:
            raise NotAllowed
        return rows[0]

    async def draft(
        self, scope: Scope, commune: str, *, type: str, bin: str | None, number: str, length: int | None, name: str,
        valid_from: dt.date, now: dt.datetime,
    ) -> Listed:  # fmt: skip
        """Writes a new one down, for nobody but its officer to see. Raises NotAllowed, Taken."""
        if commune not in scope.communes("officer"):
            raise NotAllowed
        r = receiver.c
        same = sa.and_(r.commune == commune, r.type == type, r.number == number, r.bin.is_not_distinct_from(bin),
                       r.state.in_(("proposed", "confirmed")),
                       sa.or_(r.valid_to.is_(None), r.valid_to >= now.date()))  # fmt: skip
        if (await self._connection.execute(sa.select(r.id).where(same))).first():
            raise Taken
        own = sa.and_(r.commune == commune, r.state == "draft", r.proposed_by == scope.person_id)
        await self._connection.execute(sa.delete(receiver).where(own))  # begun anew
        made = sa.insert(receiver).values(
            commune=commune, type=type, bin=bin, number=number, length=length, name=name, state="draft",
            valid_from=valid_from, proposed_by=scope.person_id, proposed_at=now,
        )  # fmt: skip
        new = (await self._connection.execute(made.returning(r.id))).scalar_one()
        return await self.get(scope, new)

    async def change(self, scope: Scope, receiver_id: int, **values: Any) -> Listed:
        """Another first or last day for one's own draft. Raises NotAllowed."""
        assert set(values) <= set(CHANGEABLE)  # noqa: S101
        await self._move(scope, receiver_id, "draft", receiver.c.proposed_by == scope.person_id, values)
        return await self.get(scope, receiver_id)

    async def drop(self, scope: Scope, receiver_id: int) -> None:
        """Takes one's own draft, or what one proposed and nobody decided yet, back."""
        own = sa.and_(receiver.c.id == receiver_id, receiver.c.proposed_by == scope.person_id, _within(scope),
                      receiver.c.state.in_(("draft", "proposed")))  # fmt: skip
        if (await self._connection.execute(sa.delete(receiver).where(own))).rowcount != 1:
            raise NotAllowed

    async def propose(self, scope: Scope, receiver_id: int, now: dt.datetime) -> Listed:
        """Asks the other officers to confirm one's own draft. Raises NotAllowed."""
        values = {"state": "proposed", "proposed_at": now}
        await self._move(scope, receiver_id, "draft", receiver.c.proposed_by == scope.person_id, values)
        return await self.get(scope, receiver_id)

    async def decide(self, scope: Scope, receiver_id: int, now: dt.datetime, *, confirmed: bool) -> Listed:
        """Confirms or refuses what another officer proposed. Raises NotAllowed, also for one's own."""
        state = "confirmed" if confirmed else "refused"
        values = {"state": state, "decided_by": scope.person_id, "decided_at": now}
        others = receiver.c.proposed_by.is_distinct_from(scope.person_id)
        await self._move(scope, receiver_id, "proposed", others, values)
        return await self.get(scope, receiver_id)

    async def end(self, scope: Scope, receiver_id: int, now: dt.datetime) -> Listed:
        """Takes a receiver off the list at once; one officer is enough, since this can lead no money astray."""
        values = {"state": "ended", "ended_by": scope.person_id, "ended_at": now}
        await self._move(scope, receiver_id, "confirmed", sa.true(), values)
        return await self.get(scope, receiver_id)

    async def forget_drafts(self, before: dt.datetime) -> int:
        """Drops drafts that were never sent."""
        old = sa.and_(receiver.c.state == "draft", receiver.c.proposed_at < before)
        return (await self._connection.execute(sa.delete(receiver).where(old))).rowcount

    async def _move(
        self, scope: Scope, receiver_id: int, state: str, also: sa.ColumnElement[bool], values: dict[str, Any]
    ) -> None:
        """One statement decides, so that two officers who press at once cannot both."""
        which = sa.and_(receiver.c.id == receiver_id, receiver.c.state == state, _within(scope), also)
        moved = await self._connection.execute(sa.update(receiver).where(which).values(**values))
        if moved.rowcount != 1:
            raise NotAllowed

    async def _rows(self, query: sa.Select[Any]) -> list[Listed]:
        return [Listed(**row) for row in (await self._connection.execute(query)).mappings()]


def _within(scope: Scope) -> sa.ColumnElement[bool]:
    communes: Sequence[str] = scope.communes("officer")
    return receiver.c.commune.in_(communes)
