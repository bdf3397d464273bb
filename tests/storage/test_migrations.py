"""Migrations bring an empty database, and one of every released version, to exactly the schema of the program."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.migrate import newest, upgrade
from storage.schema import metadata
from storage.vault import Vault

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
