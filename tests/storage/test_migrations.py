"""Migrations bring an empty database, and one of every released version, to exactly the schema of the program."""

import datetime as dt
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
_HAMLETS = (
    sa.select(day_count.c.measure, sa.func.sum(day_count.c.value))
    .where(day_count.c.measure.startswith("hamlet:"))
    .group_by(day_count.c.measure)
)

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


async def test_days_of_before_are_added_up_by_weeks_and_years_in_the_upgrade(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        for day in ("2025-12-30", "2026-01-02", "2026-11-16", "2026-11-22", "2026-11-23"):
            await Log(connection).add(village.entry(day=day, people=3, hamlet_id=village.hamlet["thôn 1"]), LATER)
        before = (await connection.execute(sa.select(place_count).order_by(*place_count.primary_key))).all()
        await connection.execute(sa.delete(place_count))
        script = VERSIONS / f"0010_sums.{connection.dialect.name}.sql"
        for statement in script.read_text("utf-8").split(";\n"):
            if statement.strip().startswith("INSERT INTO place_count"):
                await connection.execute(sa.text(statement))
        after = (await connection.execute(sa.select(place_count).order_by(*place_count.primary_key))).all()
        assert after == before
        assert await recount(connection) == []


async def test_entries_of_before_are_counted_by_hamlet_after_the_upgrade(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        for day in ("2026-11-17", "2026-11-18"):
            entry = village.entry(day=day, people=3, hamlet_id=village.hamlet["thôn 1"], dossiers=2)
            await Log(connection).add(entry, SATURDAY)
        await Log(connection).add(village.entry(people=5), SATURDAY)
        after = dict((await connection.execute(_HAMLETS)).all())
        await connection.execute(sa.delete(day_count).where(day_count.c.measure.startswith("hamlet:")))
        script = VERSIONS / f"0005_reports.{connection.dialect.name}.sql"
        for statement in script.read_text("utf-8").split(";\n"):
            if statement.strip().startswith("INSERT INTO day_count"):
                await connection.execute(sa.text(statement))
        assert dict((await connection.execute(_HAMLETS)).all()) == after
        assert sorted(after.values()) == [4, 6]
        assert await recount(connection) == []
