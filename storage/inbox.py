"""What came in: stored once before the platform is answered, taken in order inside a chat, erased when done."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import inbox, other_channels, written
from storage.upsert import upsert

MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Incoming:
    """A raw update to be stored: its key and order on its channel, the lane of its chat, the sealed bytes."""

    channel: str
    key: str
    lane: str
    seq: int
    body: bytes
    here: dt.timedelta = dt.timedelta()
    """How long only the process that stored it is to look at it, which holds a part of it in memory."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored update whose turn it is in its chat."""

    id: int
    channel: str
    key: str
    lane: str
    body: bytes
    attempts: int
    received_at: dt.datetime
    followed: bool
    """Whether more of the same chat is waiting behind it."""


_earlier = inbox.alias("earlier")
_later = inbox.alias("later")
_NEW = written(inbox.c.state, "new")


def _heads(ready: sa.ColumnElement[bool]) -> dict[str, sa.Select[Any]]:
    """For each engine: the heads of lanes, which nothing older of the same chat waits before, that are ready."""
    heads = (
        sa.select(inbox.c.id, inbox.c.channel, inbox.c.key, inbox.c.lane, inbox.c.body, inbox.c.attempts,
                  inbox.c.received_at,
                  sa.exists()
                  .where(written(_later.c.state, "new"), _later.c.lane == inbox.c.lane, _later.c.id != inbox.c.id)
                  .label("followed"))
        .where(
            _NEW,
            ready,
            inbox.c.channel.not_in(sa.bindparam("off", expanding=True)),  # `in` would look through all of a channel
            ~sa.exists().where(
                written(_earlier.c.state, "new"),
                _earlier.c.lane == inbox.c.lane,
                sa.tuple_(_earlier.c.seq, _earlier.c.id) < sa.tuple_(inbox.c.seq, inbox.c.id),
            ),
        )
        .order_by(inbox.c.id)
        .limit(sa.bindparam("most"))
        .with_for_update(of=inbox, skip_locked=True)
    )  # fmt: skip
    # The head's own lock does not lock its lane: presses and texts overtake each other, so an older row can come in
    # and become the head while a newer one is being handled.
    head = heads.subquery("head")
    unlocked = sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(head.c.lane, 0))
    return {"sqlite": heads, "postgresql": sa.select(head).where(unlocked).order_by(head.c.id)}


_due = inbox.c.due_at <= sa.bindparam("now")
_DUE = _heads(_due)
_DUE_OR_OURS = _heads(sa.or_(_due, sa.tuple_(inbox.c.channel, inbox.c.key).in_(sa.bindparam("ours", expanding=True))))
_LOCK = sa.select(sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("lane"), 0)))
_DONE = (
    sa.update(inbox)
    .where(inbox.c.id.in_(sa.bindparam("rows", expanding=True)), inbox.c.state == "new")
    .values(state="done", body=None, lane=None, done_at=sa.bindparam("at"))
)
_PUT_OFF = (
    sa.update(inbox)
    .where(inbox.c.id.in_(sa.bindparam("rows", expanding=True)), inbox.c.state == "new")
    .values(due_at=sa.bindparam("until"))
)


class Inbox:
    """The inbox of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def store(self, updates: Sequence[Incoming], now: dt.datetime) -> int:
        """Stores what was not stored before; returns how many were new."""
        rows = [
            {"channel": u.channel, "key": u.key, "lane": u.lane, "seq": u.seq, "body": u.body, "state": "new",
             "received_at": now, "due_at": now + u.here}
            for u in updates
        ]  # fmt: skip
        insert = upsert(inbox, self._connection).on_conflict_do_nothing(index_elements=["channel", "key"])
        stored = await self._connection.execute(insert, rows)
        return max(stored.rowcount, 0)

    async def heads(
        self, now: dt.datetime, most: int, channels: Sequence[str], ours: Sequence[tuple[str, str]] = ()
    ) -> list[Waiting]:
        """Updates to handle now, at most one a chat; on PostgreSQL the chats stay locked until the commit.

        Updates of a channel that is not among `channels` (switched off for now) wait. Those among `ours`, by channel
        and key, are handled though they are put off.
        """
        heads = (_DUE_OR_OURS if ours else _DUE)[self._connection.dialect.name]
        asked = {"now": now, "most": most, "off": other_channels(channels), **({"ours": list(ours)} if ours else {})}
        return [Waiting(*r) for r in await self._connection.execute(heads, asked)]

    async def put_off(self, row_ids: Sequence[int], until: dt.datetime) -> None:
        """Leaves them waiting, and what is behind them in their chats. They must be `heads` of this transaction."""
        await self._connection.execute(_PUT_OFF, {"rows": list(row_ids), "until": until})

    async def take_up(self, now: dt.datetime) -> None:
        """Whatever was put off is due: nobody else can be at it."""
        waits = sa.and_(_NEW, inbox.c.due_at > now)
        await self._connection.execute(sa.update(inbox).where(waits).values(due_at=now))

    async def lock(self, lane: str) -> bool:
        """Takes the chat until the transaction ends, for who writes to it unasked; False when it is being handled."""
        if self._connection.dialect.name != "postgresql":
            return True
        return bool((await self._connection.execute(_LOCK, {"lane": lane})).scalar())

    async def done(self, row_ids: Sequence[int], now: dt.datetime) -> None:
        """Marks them done and erases what they said. They must be `heads` of this same transaction."""
        await self._connection.execute(_DONE, {"rows": list(row_ids), "at": now})

    async def failed(self, row: Waiting, now: dt.datetime, error: str, *, for_good: bool = False) -> bool:
        """Counts a failed try. After MAX_ATTEMPTS, or at once for good, sets it aside: True then."""
        attempts = row.attempts + 1
        aside = for_good or attempts >= MAX_ATTEMPTS
        values = {
            "attempts": attempts,
            "error": error[:80],
            "due_at": now + dt.timedelta(seconds=2 ** (attempts - 1)),
        }
        if aside:
            values |= {"state": "failed", "done_at": now}
        still = sa.and_(inbox.c.id == row.id, inbox.c.state == "new")
        counted = await self._connection.execute(sa.update(inbox).where(still).values(**values))
        return aside and counted.rowcount == 1

    async def forget(self, before: dt.datetime, most: int) -> int:
        """Drops the keys of updates done before that time, up to so many: the platforms repeat nothing that old."""
        old = sa.select(inbox.c.id).where(inbox.c.done_at < before).limit(most)
        return (await self._connection.execute(sa.delete(inbox).where(inbox.c.id.in_(old)))).rowcount

    async def counts(self) -> dict[str, int]:
        """How many rows are in each state, for health and metrics."""
        found = sa.select(inbox.c.state, sa.func.count()).group_by(inbox.c.state)
        return dict((await self._connection.execute(found)).all())
