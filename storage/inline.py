"""SQLite by the standard library's driver: it writes in the event loop's own thread, and reads in another.

A statement that writes takes microseconds, handing it to another thread takes more. One that reads may take long.
"""

import asyncio
import itertools
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import await_only

WRITER = "sqlite+inline"
READER = "sqlite+threaded"
_BUSY = 10_000
"""Milliseconds to wait for the writer of another process (a command beside the running program)."""


class _Cursor(sqlite3.Cursor):
    async def _async_soft_close(self) -> None:
        """Asked for by the asynchronous engine; there is nothing to wait for."""


class WriterConnection(sqlite3.Connection):
    """For short transactions: only what may wait, for the disk or another process, is done in a thread."""

    def cursor(self, factory: Any = _Cursor) -> Any:
        """A cursor the asynchronous engine can work with."""
        return super().cursor(factory)

    def begin(self) -> None:
        """Becomes the writer: at once when nobody else is. A reader that turned writer half-way could find the
        database locked; asking first cannot.
        """
        self.execute("PRAGMA busy_timeout=0")
        try:
            self.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as e:
            if e.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
        finally:
            self.execute(f"PRAGMA busy_timeout={_BUSY}")
        self._in_thread(self.execute, "BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Returns when the transaction is on the disk; other tasks go on meanwhile."""
        if self.in_transaction:
            self._in_thread(super().commit)

    @staticmethod
    def _in_thread(call: Any, *arguments: Any) -> None:
        await_only(asyncio.get_running_loop().run_in_executor(None, call, *arguments))


class _ReadCursor(_Cursor):
    """Has every row by the time its statement is done: nobody goes to a thread for the next."""

    _left: Iterator[Any] = iter(())

    def execute(self, *arguments: Any) -> "_ReadCursor":
        """As the driver's, and reads to the end."""
        super().execute(*arguments)
        self._left = iter(super().fetchall())
        return self

    def fetchone(self) -> Any:
        """As the driver's."""
        return next(self._left, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """As the driver's."""
        return list(itertools.islice(self._left, size or self.arraysize))

    def fetchall(self) -> list[Any]:
        """As the driver's."""
        return list(self._left)


class ReaderConnection(sqlite3.Connection):
    """For statements that may take long."""

    def cursor(self, factory: Any = _ReadCursor) -> Any:
        """A cursor that reads to the end at once."""
        return super().cursor(factory)

    def begin(self) -> None:
        """Takes no lock, so there is nothing to wait for."""
        self.execute("BEGIN")

    async def read(self, call: Callable[..., Any], *arguments: Any) -> None:
        """In a thread. Whoever stops waiting stops the statement too, and leaves the connection free."""
        done = asyncio.get_running_loop().run_in_executor(None, call, *arguments)
        try:
            await asyncio.shield(done)
        except asyncio.CancelledError:
            self.interrupt()
            await asyncio.wait([done])
            raise


class InlineDialect(SQLiteDialect_pysqlite):
    """The standard library's driver under an asynchronous engine."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True
    _connection: type[sqlite3.Connection] = WriterConnection

    @classmethod
    def get_pool_class(cls, url: sa.URL) -> type[sa.Pool]:
        """Waits for a connection without blocking the loop."""
        return sa.AsyncAdaptedQueuePool

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """At once, but with the await that the asynchronous engine insists on."""
        await_only(_at_once())
        cursor.execute(statement, parameters)

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """As `do_execute`."""
        await_only(_at_once())
        cursor.executemany(statement, parameters)

    def create_connect_args(self, url: sa.URL) -> Any:
        """As the standard driver, with our connection."""
        arguments, options = super().create_connect_args(url)
        return arguments, {**options, "factory": self._connection, "check_same_thread": False}


class ThreadedDialect(InlineDialect):
    """The same, each statement in a thread: one way there and back."""

    driver = "threaded"
    supports_statement_cache = True
    _connection = ReaderConnection

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Returns when every row is read."""
        await_only(cursor.connection.read(cursor.execute, statement, parameters))


async def _at_once() -> None:
    pass


sa.dialects.registry.register("sqlite.inline", __name__, "InlineDialect")
sa.dialects.registry.register("sqlite.threaded", __name__, "ThreadedDialect")
