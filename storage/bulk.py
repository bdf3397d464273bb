"""Millions of made-up rows as fast as either engine can: what repeats is noted once, and put together by it."""

import contextlib
import datetime as dt
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.schema import (
    Id,
    assistance,
    assistance_item,
    day_count,
    hamlet,
    member_day,
    nil_report,
    person,
    role,
    team,
)
from storage.schema.sums import place_count

_CHUNK = 6_000
"""Days of teams that are put together at a time."""
_TOGETHER = 500
"""Rows in one statement: half the time of one by one."""
_KEYED = (hamlet, team, person, assistance)

# --- the notepad: what many rows have in common -------------------------------------------------------------

_notepad = sa.MetaData()
_TEMPORARY: dict[str, Any] = {"prefixes": ["TEMPORARY"]}
_SORTED: dict[str, Any] = {**_TEMPORARY, "sqlite_with_rowid": False}
TOLD = ("time", "place", "people", "dossiers", "payments", "minutes", "session", "self_done", "note")


def _key(*names: str) -> Iterable[sa.Column[Any]]:
    return (sa.Column(name, Id, primary_key=True, autoincrement=False) for name in names)


def _numbers(*names: str) -> Iterable[sa.Column[Any]]:
    return (sa.Column(name, sa.BigInteger) for name in names)


lines = sa.Table(
    "seed_line", _notepad, *_key("pattern", "number"), *_numbers("slot", "written"), sa.Column("late", sa.Boolean),
    *(sa.Column(name, assistance.c[name].type) for name in TOLD), **_SORTED,
)  # fmt: skip
items = sa.Table(
    "seed_item", _notepad, *_key("pattern", "number"), sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True), *_numbers("people"), **_SORTED,
)  # fmt: skip
members = sa.Table("seed_member", _notepad, *_key("pattern", "slot"), *_numbers("entries", "people"), **_SORTED)
counts = sa.Table("seed_count", _notepad, *_key("counts"), sa.Column("document", sa.Text), **_TEMPORARY)
HAMLET = "*"
"""Stands in documents where the hamlet of the team is to stand."""
days = sa.Table(
    "seed_day", _notepad, *_key("id"), sa.Column("day", sa.Date), *_numbers("midnight", "late"), **_TEMPORARY
)
writers = sa.Table("seed_writer", _notepad, *_key("team_id", "slot"), *_numbers("member_id", "entered_by"), **_SORTED)
work = sa.Table(
    "seed_work", _notepad, *_key("id"), sa.Column("commune", sa.Text),
    *_numbers("day", "team_id", "hamlet_id", "pattern", "counts", "first"), **_TEMPORARY,
)  # fmt: skip

_WRITTEN: tuple[tuple[sa.Table, tuple[str, ...]], ...] = (
    (hamlet, ("id", "commune", "name", "valid_from")),
    (team, ("id", "commune", "name", "hamlet_id", "valid_from")),
    (person, ("id", "name", "commune", "consent_version", "consent_at", "created_at")),
    (role, ("person_id", "role", "commune", "team_id", "granted_at")),
    (nil_report, ("team_id", "week", "commune", "said_by", "said_at")),
    *((table, tuple(table.c.keys())) for table in (*_notepad.tables.values(), place_count)),
)
"""The columns of the rows that are gathered, in the order of what refers to what."""


def _entries() -> sa.Insert:
    saved = {
        "id": work.c.first + lines.c.number, "state": sa.literal("saved"), "commune": work.c.commune,
        "day": days.c.day,
        "entered_at": days.c.midnight + lines.c.written + sa.case((lines.c.late, days.c.late), else_=0),
        "member_id": writers.c.member_id, "entered_by": writers.c.entered_by,
        "team_id": work.c.team_id, "hamlet_id": work.c.hamlet_id, **{name: lines.c[name] for name in TOLD},
    }  # fmt: skip
    query = (
        sa.select(*saved.values())
        .join_from(work, days, days.c.id == work.c.day)
        .join(lines, lines.c.pattern == work.c.pattern)
        .join(writers, sa.and_(writers.c.team_id == work.c.team_id, writers.c.slot == lines.c.slot))
        .order_by(work.c.id)
    )
    return sa.insert(assistance).from_select(list(saved), query)


def _items() -> sa.Insert:
    i = items.c
    query = (
        sa.select(work.c.first + i.number, i.kind, i.code, i.people)
        .join_from(work, items, i.pattern == work.c.pattern)
        .order_by(work.c.id)
    )
    return sa.insert(assistance_item).from_select(["assistance_id", "kind", "code", "people"], query)


def _day_counts() -> sa.Insert:
    named = sa.func.replace(counts.c.document, HAMLET, sa.cast(work.c.hamlet_id, sa.Text))
    query = (
        sa.select(work.c.commune, days.c.day, work.c.team_id, named)
        .join_from(work, days, days.c.id == work.c.day)
        .join(counts, counts.c.counts == work.c.counts)
        .order_by(work.c.id)
    )
    return sa.insert(day_count).from_select(["commune", "day", "team_id", "counts"], query)


def _member_days() -> sa.Insert:
    m = members.c
    query = (
        sa.select(work.c.commune, days.c.day, work.c.team_id, writers.c.member_id, m.entries, m.people)
        .join_from(work, days, days.c.id == work.c.day)
        .join(members, m.pattern == work.c.pattern)
        .join(writers, sa.and_(writers.c.team_id == work.c.team_id, writers.c.slot == m.slot))
        .order_by(work.c.id)
    )
    columns = ["commune", "day", "team_id", "member_id", "entries", "people"]
    return sa.insert(member_day).from_select(columns, query)


_TOGETHER_PUT = (_entries(), _items(), _day_counts(), _member_days())


class Bulk:
    """Gathers rows and writes them in one transaction, many at a time; gives out keys."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"
        self._rows: dict[str, list[Any]] = defaultdict(list)
        self._next: dict[str, int] = {}

    async def begin(self) -> None:
        """Makes the notepad, and finds which keys are free: they are given out here."""
        await self._connection.run_sync(_notepad.create_all)
        for table in _KEYED:
            self._next[table.name] = int(await self._connection.scalar(sa.select(sa.func.max(table.c.id))) or 0) + 1

    async def end(self) -> None:
        """Writes the rest and drops the notepad; PostgreSQL has to be told which keys were given out."""
        await self._flush()
        await self._connection.run_sync(_notepad.drop_all)
        if self._sqlite:
            return
        for table in _KEYED:
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            await self._connection.execute(sa.select(sa.func.setval(sequence, self._next[table.name], sa.false())))

    def give(self, table: sa.Table, keys: int = 1) -> int:
        """The first of so many keys that nobody else has."""
        first = self._next[table.name]
        self._next[table.name] += keys
        return first

    def put(self, table: sa.Table, values: Iterable[Any]) -> None:
        """A row, or several one after the other, in the order of the columns that are written."""
        self._rows[table.name] += values

    def date(self, day: dt.date) -> Any:
        """As the driver wants it."""
        return day.isoformat() if self._sqlite else day

    async def write(self) -> None:
        """What was gathered, when it is enough."""
        if len(self._rows[work.name]) >= _CHUNK * len(work.c):
            await self._flush()

    async def _flush(self) -> None:
        """Everything gathered, what is referred to first; the rest is put together by the database."""
        for table, columns in _WRITTEN:
            if rows := self._rows.pop(table.name, []):
                await self._insert(table.name, columns, rows)
        for statement in _TOGETHER_PUT:
            await self._connection.execute(statement)
        await self._connection.execute(sa.delete(work))
        await self._connection.execute(sa.delete(writers))

    async def _insert(self, table: str, columns: tuple[str, ...], values: list[Any]) -> None:
        """Straight to the driver: what SQLAlchemy does for each row takes longer than the row."""
        raw, width = await self._connection.get_raw_connection(), len(columns)
        if not self._sqlite:
            copier: Any = raw.driver_connection
            await copier.copy_records_to_table(
                table, records=zip(*[iter(values)] * width, strict=True), columns=columns
            )
            return
        driver: Any = raw.dbapi_connection
        one = f"({', '.join('?' * width)})"
        for n in range(0, len(values), _TOGETHER * width):
            some = values[n : n + _TOGETHER * width]
            marks = ", ".join([one] * (len(some) // width))
            driver.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES {marks}", some)  # noqa: S608


@contextlib.asynccontextmanager
async def hurried(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction for many rows. Both engines look at references anew for each row, SQLite at its lists of codes
    too, which takes longer than writing it; ours are known. A SQLite database without people has nothing to lose: it
    is written to its file alone, not to a log before.
    """
    if not database.is_sqlite:
        async with database.write() as connection:
            with contextlib.suppress(sa.exc.DBAPIError):  # only an administrator of the server may
                async with connection.begin_nested():
                    await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
        return
    async with database.write() as connection:  # another connection would hold on to the log
        fresh = await connection.scalar(sa.select(sa.func.min(person.c.id))) is None
    trust = ("foreign_keys=OFF", "ignore_check_constraints=ON", "cache_size=-200000")
    await _set(database, *trust, *(("journal_mode=MEMORY", "synchronous=OFF") if fresh else ()))
    try:
        async with database.write() as connection:
            yield connection
    finally:
        await _set(database, "journal_mode=WAL", "synchronous=FULL", "cache_size=-2000",
                   "ignore_check_constraints=OFF", "foreign_keys=ON")  # fmt: skip


async def _set(database: Database, *pragmas: str) -> None:
    """Outside of a transaction, on the one connection that writes; the log stays while somebody else reads by it."""
    async with database.engine.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).dbapi_connection
        for pragma in pragmas:
            with contextlib.suppress(sqlite3.OperationalError):
                raw.execute(f"PRAGMA {pragma}").fetchall()
