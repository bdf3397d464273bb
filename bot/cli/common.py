"""What the verbs share: their database, their clock, and how they refuse."""

import asyncio
import datetime as dt
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.clock import Clock, time_of, wall_clock

if TYPE_CHECKING:  # what only some verbs need is imported by them
    from bot.settings import Settings
    from storage.database import Database
    from storage.memory import Memory

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class Refused(click.ClickException):
    """A user's mistake: one clear line on standard error, exit 2."""

    exit_code = 2


def moment(text: str) -> dt.datetime:
    """A time as people give it; without a zone it is Viet Nam's. Raises Refused."""
    try:
        return time_of(text)
    except ValueError as e:
        raise Refused(str(e)) from None


def clock_at(now: str | None) -> Clock:
    """A clock that stands still at that time, or the machine's."""
    if now is None:
        return wall_clock
    fixed = moment(now)
    return lambda: fixed


def clock_from(now: str | None) -> Clock:
    """A clock that starts at that time and goes on, or the machine's: for programs that run."""
    if now is None:
        return wall_clock
    offset = moment(now) - wall_clock()
    return lambda: wall_clock() + offset


def with_database(command: F) -> F:
    """Adds --db."""
    option = click.option("--db", metavar="URL", help="Default DATABASE_URL, else a SQLite file under var/.")
    return option(command)


def with_now(command: F) -> F:
    """Adds --now."""
    option = click.option("--now", metavar="ISO-TIME", help="Fixes the clock, e.g. 2026-11-21T09:00:00+07:00.")
    return option(command)


def settings_for(db: str | None) -> "Settings":
    """The settings, with --db in place of DATABASE_URL."""
    from bot import settings

    return settings.load(**({"database_url": db} if db else {}))


@asynccontextmanager
async def _opened(db: str | None, keyed: bool) -> Any:
    from bot.app import open_database
    from storage.migrate import upgrade, verify_key

    database = open_database(settings_for(db), keyed=keyed)
    try:
        await upgrade(database)
        if keyed:
            await verify_key(database)
        yield database
    finally:
        await database.close()


def opened(db: str | None, *, keyed: bool = False) -> AbstractAsyncContextManager["Database"]:
    """The database, migrated, closed again at the end; `keyed` to read or make what is sealed or hashed."""
    return _opened(db, keyed)


def asynchronous(command: Callable[..., Coroutine[Any, Any, T]]) -> Callable[..., T]:
    """Lets a verb be a coroutine."""

    def run(*args: Any, **kwargs: Any) -> T:
        return asyncio.run(command(*args, **kwargs))

    return update_wrapper(run, command)


def memory_of(connection: Any, database: "Database") -> "Memory":
    """The memory of a transaction."""
    from storage.memory import Memory

    return Memory(connection, database.vault)


def output_file(path: str) -> Path:
    """A path we can write to. Raises Refused."""
    target = Path(path)
    if not target.parent.is_dir():
        raise Refused(f"{target.parent} is no folder: make it first")
    return target


class InputLines:
    """The lines of standard input, as they come. One that is no UTF-8 is told of and given as an empty one."""

    code = 0
    """What to exit with when all are read."""

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(sys.stdin.buffer, 1):
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                click.echo(f"line {number} of the input is not UTF-8", err=True)
                self.code = 2
                yield ""
