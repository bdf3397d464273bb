"""What is to be said: written with its turn, sent in order inside a chat, never repeated blindly, then erased."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import chat, other_channels, outbox, person, written

LEASE = dt.timedelta(seconds=20)
"""Longer than any send may take: a message still marked as being sent after it has an unknown outcome."""
HELD = "waits for the next word"
"""The error of a message that may leave only when the person has written again."""
HELD_FOR = dt.timedelta(days=90)
"""Somebody who writes no more for so long is not told any more; a citizen is forgotten then too."""
A_TURN = dt.timedelta(seconds=1)
"""Longer than a turn that holds its chat."""
FETCHED = ("web",)
"""Channels whose people fetch their messages, so nobody sends them."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be written to the outbox; `body` and `address` are sealed."""

    key: str
    channel: str
    lane: str
    address: bytes
    chat_id: int | None
    body: bytes
    bulk: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message this process is to send now."""

    id: int
    channel: str
    lane: str
    address: bytes
    body: bytes
    bulk: bool
    attempts: int
    created_at: dt.datetime


_earlier = outbox.alias("earlier")
_QUEUED = written(outbox.c.state, "queued")
_OPEN = written(outbox.c.state, "queued", "sending")
_HEADS = (
    sa.select(outbox.c.id)
    .where(
        _QUEUED,
        outbox.c.due_at <= sa.bindparam("now"),
        outbox.c.channel.not_in(sa.bindparam("off", expanding=True)),
        ~sa.exists().where(
            _earlier.c.lane == outbox.c.lane, written(_earlier.c.state, "queued", "sending"),
            _earlier.c.id < outbox.c.id, _earlier.c.channel == outbox.c.channel,
        ),
    )
    .order_by(outbox.c.bulk, outbox.c.id)
    .limit(sa.bindparam("most"))
)  # fmt: skip
_CLAIM = (
    sa.update(outbox)
    .where(outbox.c.id.in_(_HEADS.with_for_update(of=outbox, skip_locked=True).scalar_subquery()), _QUEUED)
    .values(state="sending", lease_until=sa.bindparam("until"), attempts=outbox.c.attempts + 1)
    .returning(outbox.c.id, outbox.c.channel, outbox.c.lane, outbox.c.address, outbox.c.body, outbox.c.bulk,
               outbox.c.attempts, outbox.c.created_at)
)  # fmt: skip
# Only what is still being sent: somebody else may have settled a message whose lease ran out.
_SETTLE = (
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("row"), outbox.c.state == "sending")
    .values(
        state=sa.bindparam("st"),
        lane=None,
        lease_until=None,
        chat_id=sa.case((sa.bindparam("st") == "sent", None), else_=outbox.c.chat_id),
        settled_at=sa.bindparam("at"),
        error=sa.bindparam("err"),
        body=None,
        address=None,
    )
)
_AGAIN = (
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("row"), outbox.c.state == "sending")
    .values(state="queued", lease_until=None, due_at=sa.bindparam("at"), error=sa.bindparam("err"))
)


def _of(channel: str, lanes: Sequence[str]) -> sa.ColumnElement[bool]:
    """What waits for these chats; what has gone is erased and has no lane."""
    return sa.and_(outbox.c.channel == channel, outbox.c.lane.in_(lanes), _OPEN)


class Outbox:
    """The outbox of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, messages: Sequence[Outgoing], now: dt.datetime) -> None:
        """Writes messages; a key that exists already is a mistake of the caller and fails the transaction."""
        rows = [
            {"key": m.key, "channel": m.channel, "lane": m.lane, "address": m.address, "chat_id": m.chat_id,
             "body": m.body, "bulk": m.bulk, "state": "queued", "created_at": now, "due_at": now}
            for m in messages
        ]  # fmt: skip
        if rows:
            await self._connection.execute(sa.insert(outbox), rows)

    async def claim(self, now: dt.datetime, most: int, channels: Sequence[str]) -> list[Claimed]:
        """Marks the next message of up to `most` chats as being sent, conversation before bulk, and returns them."""
        rows = await self._connection.execute(_CLAIM, {
            "now": now, "most": most, "off": other_channels(channels), "until": now + LEASE,
        })  # fmt: skip
        return sorted((Claimed(*r) for r in rows), key=lambda c: c.id)

    async def settle(self, results: Sequence[tuple[int, str, str | None]], now: dt.datetime) -> None:
        """Ends messages as `sent`, `unknown` or `parked` with a reason, and erases what they said."""
        if results:
            rows = [{"row": i, "st": state, "at": now, "err": error and error[:120]} for i, state, error in results]
            await self._connection.execute(_SETTLE, rows)

    async def again(self, results: Sequence[tuple[int, dt.datetime, str]]) -> None:
        """Puts back messages that certainly did not arrive, to be tried at a later time."""
        if results:
            await self._connection.execute(_AGAIN, [{"row": i, "at": at, "err": e[:120]} for i, at, e in results])

    async def hold(self, message: Claimed, began_at: dt.datetime, now: dt.datetime) -> None:
        """Keeps a message until the person writes again; it is tried at once when he has, since its sending began.

        The chat is locked, so that a turn of his sees this message held or begins after it. One that is under way is
        not waited for (it may wait for this transaction): then the message is tried again a little later.
        """
        which = sa.and_(chat.c.channel == message.channel, chat.c.lane == message.lane)
        found = sa.select(chat.c.last_in_at).where(which).with_for_update(skip_locked=True)
        heard = (await self._connection.execute(found)).scalar()
        if heard is None and (await self._connection.execute(sa.select(chat.c.id).where(which))).first():
            again = now + A_TURN
        elif heard is None and await self._answered_since(message, began_at):
            again = now
        else:
            again = now if heard is not None and heard > began_at else now + HELD_FOR
        await self.again([(message.id, again, HELD)])

    async def _answered_since(self, message: Claimed, began_at: dt.datetime) -> bool:
        """Whether a person we keep no record of has been answered since: then he has written."""
        later = sa.select(outbox.c.id).where(
            outbox.c.channel == message.channel, outbox.c.lane == message.lane, outbox.c.id > message.id,
            ~outbox.c.bulk, outbox.c.created_at > began_at,
        )  # fmt: skip
        return (await self._connection.execute(later.limit(1))).first() is not None

    async def release(self, channel: str, lanes: Sequence[str], now: dt.datetime) -> None:
        """These people wrote: what was held for them may leave, before what is said to them now.

        It counts as written now, and so does what had to wait behind it: it is not given up for its age.
        """
        if not lanes:
            return
        theirs = sa.and_(_of(channel, lanes), _QUEUED)
        held = sa.select(outbox.c.lane).where(theirs, outbox.c.error == HELD).distinct()
        waiting = (await self._connection.execute(held)).scalars().all()
        if waiting:
            freed = (
                sa.update(outbox).where(_of(channel, waiting), _QUEUED).values(due_at=now, created_at=now, error=None)
            )
            await self._connection.execute(freed)

    async def wake(self, channel: str, error: str, now: dt.datetime) -> int:
        """What was put back for that reason may be tried now: the reason is gone. How many messages that are."""
        which = sa.and_(outbox.c.channel == channel, _QUEUED, outbox.c.error == error)
        late = sa.and_(which, outbox.c.due_at > now)
        return (await self._connection.execute(sa.update(outbox).where(late).values(due_at=now))).rowcount

    async def expire_leases(self, now: dt.datetime, *, everybody: bool = False) -> int:
        """Messages whose sender died half-way get an unknown outcome; `everybody` when no sender can be alive."""
        late = sa.and_(_OPEN, outbox.c.state == "sending")
        if not everybody:
            late = sa.and_(late, outbox.c.lease_until < now)
        found = sa.select(outbox.c.id, outbox.c.channel, outbox.c.lane).where(late)
        rows = (await self._connection.execute(found)).all()
        await self.settle([(row.id, "unknown", "sender died") for row in rows], now)
        for row in rows:
            await self.doubt(row.channel, row.lane)
        return len(rows)

    async def doubt(self, channel: str, lane: str) -> None:
        """The chat may have missed a message: what it stands at is said again at its next word."""
        which = sa.and_(chat.c.channel == channel, chat.c.lane == lane)
        await self._connection.execute(sa.update(chat).where(which).values(unsure=True))

    async def readdress(self, row_id: int, address: bytes) -> None:
        """The chat has moved: this message goes to its new address."""
        await self._connection.execute(sa.update(outbox).where(outbox.c.id == row_id).values(address=address))

    async def drop_lane(self, channel: str, lane: str) -> None:
        """Removes everything waiting for a chat (the person asked to be forgotten)."""
        await self._connection.execute(sa.delete(outbox).where(_of(channel, [lane])))

    # --- channels whose people fetch ---

    async def waiting(self, channel: str, lane: str, after: int) -> list[tuple[int, bytes]]:
        """Sealed bodies waiting for a chat, oldest first."""
        found = (
            sa.select(outbox.c.id, outbox.c.body)
            .where(_of(channel, [lane]), outbox.c.id > after, _QUEUED)
            .order_by(outbox.c.id)
        )
        return [(r.id, r.body) for r in await self._connection.execute(found)]

    async def acknowledge(self, channel: str, lane: str, up_to: int, now: dt.datetime) -> None:
        """The person's page has shown everything up to that id."""
        seen = sa.update(outbox).where(_of(channel, [lane]), outbox.c.id <= up_to, _QUEUED)
        await self._connection.execute(
            seen.values(state="sent", lane=None, chat_id=None, settled_at=now, body=None, address=None)
        )

    # --- upkeep ---

    async def forget(self, settled_before: dt.datetime, fetched_before: dt.datetime, most: int) -> int:
        """Drops settled rows, and messages nobody came to fetch, up to so many of each; returns how many."""
        stale = sa.and_(_QUEUED, outbox.c.channel.in_(FETCHED), outbox.c.created_at < fetched_before)
        gone = 0
        for old in (outbox.c.settled_at < settled_before, stale):
            some = sa.select(outbox.c.id).where(old).limit(most)
            gone += (await self._connection.execute(sa.delete(outbox).where(outbox.c.id.in_(some)))).rowcount
        return gone

    async def counts(self) -> dict[str, int]:
        """How many rows are in each state, for health and metrics; `held` are those of the queued that are held."""
        held = sa.and_(_QUEUED, outbox.c.error == HELD)
        state = sa.case((held, "held"), else_=outbox.c.state)
        found = sa.select(state, sa.func.count()).group_by(state)
        return dict((await self._connection.execute(found)).all())

    async def doubtful(self, states: Sequence[str], most: int) -> list[dict[str, Any]]:
        """Messages that ended badly or are held, newest first, for the operator: no words, no names."""
        held = sa.and_(_QUEUED, outbox.c.error == HELD)
        state = sa.case((held, "held"), else_=outbox.c.state).label("state")
        found = (
            sa.select(outbox.c.id, outbox.c.channel, state, outbox.c.created_at, outbox.c.settled_at,
                      outbox.c.attempts, outbox.c.error.label("reason"), person.c.commune)
            .outerjoin(chat, chat.c.id == outbox.c.chat_id)
            .outerjoin(person, person.c.id == chat.c.person_id)
            .where(sa.or_(outbox.c.state.in_(states), held if "held" in states else sa.false()))
            .order_by(outbox.c.id.desc())
            .limit(most)
        )  # fmt: skip
        return [dict(r) for r in (await self._connection.execute(found)).mappings()]
