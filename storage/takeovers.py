"""Chats in which somebody of the staff talks himself, so that we keep quiet there."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import chat
from storage.schema.zalo import takeover
from storage.vault import Vault


class Takeovers:
    """The takeovers of a transaction. Chats are told by their lane, the keyed hash of the address."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def holds(self, channel: str, lane: str, now: dt.datetime) -> bool:
        """Whether staff has that chat."""
        found = sa.select(takeover.c.until).where(takeover.c.channel == channel, takeover.c.lane == lane)
        until = (await self._connection.execute(found)).scalar()
        return until is not None and until > now

    async def begin(
        self, channel: str, lane: str, author: str | None, now: dt.datetime, until: dt.datetime
    ) -> None:  # fmt: skip
        """Staff wrote there: theirs until that time, unless they write again or hand it back. `author` is hashed."""
        by = author and self._vault.lane("staff", author)
        which = sa.and_(takeover.c.channel == channel, takeover.c.lane == lane)
        going_on = sa.update(takeover).where(which, takeover.c.until > now).values(until=until, by=by)
        if (await self._connection.execute(going_on)).rowcount:
            return
        await self._connection.execute(sa.delete(takeover).where(which))
        row = {"channel": channel, "lane": lane, "since": now, "until": until, "by": by}
        await self._connection.execute(sa.insert(takeover).values(**row))

    async def end(self, channel: str, lane: str) -> bool:
        """The chat is ours again; whether it was theirs."""
        which = sa.and_(takeover.c.channel == channel, takeover.c.lane == lane)
        return (await self._connection.execute(sa.delete(takeover).where(which))).rowcount == 1

    async def of(self, person_id: int) -> list[dict[str, Any]]:
        """Those in a person's chats."""
        found = (
            sa.select(takeover.c.channel, takeover.c.since, takeover.c.until)
            .join(chat, sa.and_(chat.c.channel == takeover.c.channel, chat.c.lane == takeover.c.lane))
            .where(chat.c.person_id == person_id)
        )
        return [dict(r) for r in (await self._connection.execute(found)).mappings()]

    async def forget(self, now: dt.datetime) -> int:
        """Drops those that have ended by themselves."""
        return (await self._connection.execute(sa.delete(takeover).where(takeover.c.until <= now))).rowcount
