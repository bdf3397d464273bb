"""Migrations bring an empty database, and one of every released version, to exactly the schema of the program."""

import datetime as dt
import importlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.log import Log
from storage.migrate import newest, upgrade
from storage.schema import day_count, metadata
from storage.schema.sums import place_count
from storage.statistics import recount
from storage.vault import Vault
from tests.storage.village import SATURDAY, build

LATER = SATURDAY + dt.timedelta(days=7)
VERSIONS = Path(__file__).parents[2] / "storage" / "migrations" / "versions"
_HAMLETS = "SELECT measure, SUM(value) FROM day_count WHERE measure LIKE 'hamlet%' GROUP BY measure"

_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2, 3
"""
_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, character_maximum_length, column_default
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
"""
_INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"


async def _shape(connection: AsyncConnection) -> list[tuple[object, ...]]:
    """Everything the engine knows of our tables, but for Alembic's own."""
    if connection.dialect.name == "sqlite":
        queries = ["SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY 1, 2"]
    else:
        queries = [_CONSTRAINTS, _COLUMNS, _INDEXES]
    rows = [tuple(r) for q in queries for r in await connection.execute(sa.text(q))]
    squeezed = [tuple(" ".join(x.split()) if isinstance(x, str) else x for x in r) for r in rows]
    return [r for r in squeezed if "alembic_version" not in (r[0], r[1])]


async def test_the_migrations_make_exactly_the_schema_of_the_program(database: Database) -> None:
    async with database.write() as connection:
        migrated = await _shape(connection)
        for table in [*metadata.sorted_tables[::-1]]:
            await connection.execute(sa.text(f'DROP TABLE "{table.name}"'))
        await connection.run_sync(metadata.create_all)
        assert migrated == await _shape(connection)


def test_whoever_is_erased_is_found_by_an_index_wherever_he_is_named() -> None:
    of_provinces = {"campaign", "province_setting"}
    """Some hundreds of rows, however many communes there are."""
    unfound = set()
    for table in metadata.sorted_tables:
        named = {c.name for c in table.columns for key in c.foreign_keys if key.target_fullname == "person.id"}
        keys = [k for k in table.constraints if isinstance(k, sa.PrimaryKeyConstraint | sa.UniqueConstraint)]
        found = {key.columns[0].name for key in keys} | {c.name for c in table.columns if c.unique}
        for index in table.indexes:
            first, where = index.columns[0].name, index.dialect_options["sqlite"]["where"]
            found |= {first} if where is None or str(where) == f"{first} IS NOT NULL" else set()
        unfound |= {table.name} if named - found else set()
    assert unfound == of_provinces


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    assert await upgrade(database) == newest()
    async with database.read() as connection:
        before = await _shape(connection)
    assert await upgrade(database) == newest()
    async with database.read() as connection:
        assert await _shape(connection) == before


async def test_sqlite_keeps_what_it_promised(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", Vault(b"test"))
    async with database.read() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert (await connection.execute(sa.text(f"PRAGMA {pragma}"))).scalar() == value
    await database.close()


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("role", "person_id, role, granted_at) VALUES (1, 'member', 0"),
        ("role", "person_id, role, commune, province, granted_at) VALUES (1, 'officer', '31441', '92', 0"),
        ("chat", "person_id, channel, lane, address, state, last_in_at) VALUES (1, 'fax', 'x', 'x', '{}', 0"),
        ("inbox", "channel, key, seq, state, received_at, due_at) VALUES ('web', 'k', 1, 'new', 0, 0"),
        ("outbox", "key, channel, state, created_at, due_at) VALUES ('k', 'web', 'queued', 0, 0"),
        ("person", "commune, consent_version, consent_at, created_at) VALUES ('1', 1, 0, 0"),
    ],
)
async def test_the_database_itself_refuses_what_cannot_be(database: Database, table: str, row: str) -> None:
    async def insert() -> None:
        async with database.write() as connection:
            person = "INSERT INTO person (consent_version, consent_at, created_at) VALUES (1, 0, 0)"
            await connection.execute(sa.text(person))
            await connection.execute(sa.text(f"INSERT INTO {table} ({row})"))

    with pytest.raises(sa.exc.IntegrityError):
        await insert()


def _script(connection: AsyncConnection, name: str, begin: str = "") -> list[str]:
    """The statements of a migration, those that begin so."""
    script = (VERSIONS / f"{name}.{connection.dialect.name}.sql").read_text("utf-8")
    return [s for s in (s.strip() for s in script.split(";\n")) if s and s.startswith(begin)]


async def _counters(connection: AsyncConnection) -> list[list[tuple[object, ...]]]:
    return [
        sorted(tuple(row) for row in await connection.execute(sa.select(table))) for table in (day_count, place_count)
    ]


async def _back_to_rows(connection: AsyncConnection) -> None:
    """The counters of days as they lay before 0020, a row a measure, and no sums of them yet."""
    days = (await connection.execute(sa.select(day_count))).all()
    for table in (day_count, place_count):
        await connection.execute(sa.text(f"DROP TABLE {table.name}"))
    for name, begin in (("0001_begin", "CREATE TABLE day_count"), ("0010_sums", "CREATE TABLE place_count")):
        for statement in _script(connection, name, begin):
            await connection.execute(sa.text(statement))
    before = sa.table("day_count", *(sa.column(c.name, c.type) for c in day_count.primary_key),
                      sa.column("measure"), sa.column("value"))  # fmt: skip
    rows = [
        {"commune": commune, "day": day, "team_id": team_id, "measure": measure, "value": n}
        for commune, day, team_id, counts in days
        for measure, n in {**counts, "gone": 0}.items()
    ]
    await connection.execute(sa.insert(before), rows)


async def test_counters_of_before_are_put_together_in_the_upgrade(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        for day in ("2025-12-30", "2026-01-02", "2026-10-31", "2026-11-16", "2026-11-22", "2026-11-23"):
            await Log(connection).add(village.entry(day=day, people=3, hamlet_id=village.hamlet["thôn 1"]), LATER)
        before = await _counters(connection)
        await _back_to_rows(connection)
        for name, begin in (("0010_sums", "INSERT"), ("0020_documents", ""), ("0021_months", "")):
            for statement in _script(connection, name, begin):
                await connection.execute(sa.text(statement))
        months = importlib.import_module("storage.migrations.versions.0021_months")
        await connection.run_sync(months.add_up)
        assert await _counters(connection) == before
        assert await recount(connection) == []


async def test_entries_of_before_are_counted_by_hamlet_after_the_upgrade(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        for day in ("2026-11-17", "2026-11-18"):
            entry = village.entry(day=day, people=3, hamlet_id=village.hamlet["thôn 1"], dossiers=2)
            await Log(connection).add(entry, SATURDAY)
        await Log(connection).add(village.entry(people=5), SATURDAY)
        await _back_to_rows(connection)
        after = sorted(tuple(row) for row in await connection.execute(sa.text(_HAMLETS)))
        await connection.execute(sa.text("DELETE FROM day_count WHERE measure LIKE 'hamlet%'"))
        for statement in _script(connection, "0005_reports", "INSERT INTO day_count"):
            await connection.execute(sa.text(statement))
        assert sorted(tuple(row) for row in await connection.execute(sa.text(_HAMLETS))) == after
        assert sorted(n for _, n in after) == [4, 6]
