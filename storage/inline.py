"""SQLite in the event loop's own thread: a statement takes microseconds, handing it to another thread takes more."""

import asyncio
import sqlite3
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import await_only

NAME = "sqlite+inline"
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
        """Becomes the writer: at once when nobody else is."""
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


class InlineDialect(SQLiteDialect_pysqlite):
    """The standard library's driver under an asynchronous engine."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True

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
        return arguments, {**options, "factory": WriterConnection, "check_same_thread": False}


async def _at_once() -> None:
    pass


sa.dialects.registry.register("sqlite.inline", __name__, "InlineDialect")
