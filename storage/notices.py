"""What one person's turn causes to be told to another: a row, until the scheduler has written it to his chat."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.reach import Windows, writable
from storage.schema import chat
from storage.schema.receivers import notice


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be told now, and where."""

    id: int
    body: bytes
    """Sealed."""
    channel: str
    lane: str
    address: bytes
    """Sealed."""


class Notices:
    """The notices of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, person_ids: Iterable[int], body: bytes, now: dt.datetime, due_at: dt.datetime) -> None:
        """Tells each of these people the same, at that time or as soon after it as he can be reached."""
        rows = [
            {"person_id": i, "body": body, "created_at": now, "due_at": due_at} for i in dict.fromkeys(person_ids)
        ]
        if rows:
            await self._connection.execute(sa.insert(notice), rows)

    async def due(self, now: dt.datetime, windows: Windows, passed: Sequence[int]) -> Notice | None:
        """A notice whose time has come, none of those `passed`, for the latest chat of its person: of those that can
        be written to now, else of those that can be once he has written there.
        """
        own = chat.alias("own")
        latest = (
            sa.select(own.c.id)
            .where(
                own.c.person_id == notice.c.person_id, own.c.unreachable.is_(None), own.c.channel.in_(list(windows))
            )
            .order_by(writable(own, now, windows).desc(), own.c.last_in_at.desc(), own.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        found = (
            sa.select(notice.c.id, notice.c.body, chat.c.channel, chat.c.lane, chat.c.address)
            .select_from(notice)
            .join(chat, chat.c.id == latest)
            .where(notice.c.due_at <= now, notice.c.id.not_in(passed))
            .order_by(notice.c.due_at, notice.c.id)
            .limit(1)
            .with_for_update(of=notice, skip_locked=True)
        )
        row = (await self._connection.execute(found)).first()
        return Notice(*row) if row else None

    async def told(self, notice_id: int) -> None:
        """It was written to the outbox: nothing of it stays here."""
        await self._connection.execute(sa.delete(notice).where(notice.c.id == notice_id))

    async def forget(self, before: dt.datetime) -> int:
        """Drops what could be told nobody since then."""
        return (await self._connection.execute(sa.delete(notice).where(notice.c.due_at < before))).rowcount
