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
RECONNECT = 2.0
"""Seconds between tries to reach a server that went away."""


class Bell:
    """Topics to wait for. A missed ring only costs a look at the next sweep: nothing depends on it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._connection: asyncpg.Connection | None = None
        self._listening: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Starts to listen for other processes, for as long as it takes; on SQLite there are none."""
        if not self._database.is_sqlite:
            self._listening = asyncio.create_task(self._listen(), name="bell")

    async def close(self) -> None:
        """Stops listening."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        """Keeps a connection of its own; when the server goes away, comes back."""
        url = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            gone = asyncio.Event()
            try:
                self._connection = connection = await asyncpg.connect(url)
                connection.add_termination_listener(lambda _, gone=gone: gone.set())
                await connection.add_listener(_CHANNEL, self._heard)
                self.ring(*self._waiting)  # whatever was announced while nobody listened
                await gone.wait()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(RECONNECT)
            except asyncio.CancelledError:
                await _hang_up(self._connection)
                raise
            finally:
                self._connection = None

    async def alone(self, matter: int) -> bool:
        """Whether this process is the one among all that minds a matter (a number) only one may.

        Held for as long as the connection lives, so a dead process lets go at once. A lone SQLite process is alone.
        """
        if self._database.is_sqlite:
            return True
        if self._connection is None:
            return False
        try:
            held = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objid = $1"
            return bool(
                await self._connection.fetchval(held, matter)
                or await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", matter)
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

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


async def _hang_up(connection: asyncpg.Connection | None) -> None:
    if connection is not None:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            await connection.close(timeout=1)
