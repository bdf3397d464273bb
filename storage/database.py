"""The connection to SQLite or PostgreSQL: one transaction at a time where one writer is all there is."""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.inline import NAME as INLINE
from storage.inline import WriterConnection
from storage.vault import Vault

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class BadUrl(ValueError):
    """The database address cannot be used; the text says what would be right."""


def async_url(url: str) -> sa.URL:
    """The address with our asynchronous driver. Raises BadUrl with an example."""
    try:
        parsed = make_url(url)
    except ArgumentError as e:
        raise BadUrl("DATABASE_URL must look like sqlite:///var/bot.db or postgresql://user@host/name") from e
    kind = parsed.drivername.split("+")[0]
    if kind not in _DRIVERS:
        raise BadUrl(f"DATABASE_URL: {kind} is not supported, use sqlite:///... or postgresql://...")
    return parsed.set(drivername=_DRIVERS[kind])


class Database:
    """Opens transactions. SQLite has one writer, so ours take turns in this process instead of meeting its lock.

    Its short writing transactions run in the event loop's thread, its readers, which may take long, in threads.
    """

    def __init__(self, url: str, vault: Vault, *, pool: int = 10) -> None:
        self.url = async_url(url)
        self.vault = vault
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self._queue, self._writer = asyncio.Lock(), asyncio.Lock()
        self._claim: int | None = None
        if self.is_sqlite:
            self.engine = self._sqlite_engine(self.url.set(drivername=INLINE), pool_size=1, max_overflow=0)
            self._reader = self._sqlite_engine(self.url, pool_size=2, max_overflow=2)
        else:
            self.engine = create_async_engine(self.url, pool_size=pool, max_overflow=5, pool_pre_ping=True)
            self._reader = self.engine

    def claim(self) -> None:
        """Makes this process the only one that handles messages on a SQLite file, until it closes or dies.

        Only since nobody else can be sending is it certain that what was being sent when the last one died is not any
        more. Raises BadUrl when another program is at work.
        """
        if not self.is_sqlite or not self.url.database or self.url.database == ":memory:":
            return
        self._claim = os.open(f"{self.url.database}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadUrl(f"{self.url.database} is in use by a running program: give another with --db") from None

    @property
    def engines(self) -> set[AsyncEngine]:
        """Every engine a statement can go through."""
        return {self.engine, self._reader}

    @staticmethod
    def _sqlite_engine(url: sa.URL, **sizes: int) -> AsyncEngine:
        engine = create_async_engine(url, poolclass=sa.pool.AsyncAdaptedQueuePool, **sizes)

        @sa.event.listens_for(engine.sync_engine, "connect")
        def pragmas(connection: Any, _: Any) -> None:
            connection.isolation_level = None  # we say BEGIN ourselves: the driver's own is too late
            cursor = connection.cursor()
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000",
                           "temp_store=MEMORY"):  # fmt: skip
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @sa.event.listens_for(engine.sync_engine, "begin")
        def begin(connection: sa.Connection) -> None:
            driver: object = connection.connection.dbapi_connection
            if isinstance(driver, WriterConnection):
                # A reader that turns writer half-way can fail with "database is locked"; asking first cannot.
                driver.begin()
            else:
                connection.exec_driver_sql("BEGIN")

        return engine

    @contextlib.asynccontextmanager
    async def write(self, *, first: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed when the block ends and rolled back when it raises.

        With `first` it waits for the one in hand alone, not for all that wait before it.
        """
        if not self.is_sqlite:
            async with self.engine.begin() as connection:
                yield connection
            return
        turn = contextlib.nullcontext() if first else self._queue
        async with turn, self._writer, self.engine.begin() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A snapshot to read from; writes nothing and waits for nobody."""
        async with self._reader.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Gives every connection back."""
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None
        for engine in self.engines:
            await engine.dispose()
