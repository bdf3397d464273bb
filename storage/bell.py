"""Wakes those who wait for new rows: inside the process at once, across processes by LISTEN/NOTIFY."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

INBOX = "inbox"
OUTBOX = "outbox"
_CHANNEL = "to_cong_nghe_so"


class Bell:
    """Topics to wait for. A missed ring only costs a look at the next sweep: nothing depends on it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._connection: asyncpg.Connection | None = None

    async def open(self) -> None:
        """Starts to listen for other processes; on SQLite there are none."""
        if self._database.is_sqlite:
            return
        url = self._database.url.set(drivername="postgresql")
        self._connection = await asyncpg.connect(url.render_as_string(hide_password=False))
        await self._connection.add_listener(_CHANNEL, self._heard)

    async def close(self) -> None:
        """Stops listening."""
        if self._connection is not None:
            await self._connection.close()

    def _heard(self, _connection: object, _pid: int, _channel: str, topic: str) -> None:
        self.ring(topic)

    async def announce(self, connection: AsyncConnection, *topics: str) -> None:
        """Tells other processes when the transaction commits; call `ring` after it for this process."""
        if not self._database.is_sqlite:
            for topic in topics:
                notify = sa.text("SELECT pg_notify(:channel, :topic)")
                await connection.execute(notify, {"channel": _CHANNEL, "topic": topic})

    def ring(self, *topics: str) -> None:
        """Wakes everybody in this process who waits for one of the topics."""
        for topic in topics:
            for event in self._waiting.get(topic, ()):
                event.set()

    @contextlib.contextmanager
    def subscribe(self, topic: str) -> Iterator[asyncio.Event]:
        """An event set at every ring of the topic; the waiter clears it."""
        event = asyncio.Event()
        self._waiting[topic].add(event)
        try:
            yield event
        finally:
            self._waiting[topic].discard(event)
            if not self._waiting[topic]:
                del self._waiting[topic]
