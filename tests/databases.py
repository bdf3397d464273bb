"""Fresh databases for tests, on both engines: a copy of a file, or a PostgreSQL database that is emptied."""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.migrate import upgrade
from storage.vault import Vault

SERVER = os.environ.get("TEST_POSTGRES", "postgresql://postgres@127.0.0.1")
ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


_EMPTY = """
    DO $$ DECLARE name text; BEGIN
        SET LOCAL session_replication_role = replica;
        FOR name IN
            SELECT quote_ident(relname) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
        LOOP
            EXECUTE 'DELETE FROM ' || name;
        END LOOP;
        PERFORM setval(format('%I.%I', schemaname, sequencename), start_value, false)
            FROM pg_sequences WHERE last_value IS NOT NULL;
    END $$
"""
_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_LAYOUT = """
    SELECT count(*), max(xmin::text::bigint) FROM pg_attribute
    WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
"""
"""Changes whenever a table was made, changed or dropped."""


async def _migrate(url: str) -> None:
    database = Database(url, Vault(b"test"))
    try:
        await upgrade(database)
    finally:
        await database.close()


class Shared:
    """One PostgreSQL database for the tests of a process, who have it one after the other.

    To make and drop one costs the server a second with every file on the disk; to empty it, milliseconds.
    """

    def __init__(self) -> None:
        self.name = f"test_{uuid.uuid4().hex[:12]}"
        self.url = f"{SERVER}/{self.name}"
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._layout: asyncpg.Record | None = None

    def make(self) -> None:
        """Makes it. Raises OSError, TimeoutError, asyncpg.PostgresError when there is no server for us."""
        try:
            self._runner.run(self._make())
        except BaseException:
            self._runner.close()
            raise

    def empty(self) -> None:
        """As it was made: nobody connected, no rows, ids from one. A test that changed its tables costs a new one."""
        self._runner.run(self._empty())

    def drop(self) -> None:
        """Ends it."""
        self._runner.run(self._drop())
        self._runner.close()

    async def _make(self) -> None:
        self._server = await asyncpg.connect(f"{SERVER}/postgres", timeout=3)
        await self._server.execute(f"CREATE DATABASE {self.name}")
        # What a test commits need not survive the server.
        await self._server.execute(f"ALTER DATABASE {self.name} SET synchronous_commit = off")
        await _migrate(self.url)
        self._inside = await asyncpg.connect(self.url, timeout=3)
        self._layout = await self._inside.fetchrow(_LAYOUT)

    async def _empty(self) -> None:
        await self._inside.execute(_OTHERS)
        if await self._inside.fetchrow(_LAYOUT) == self._layout:
            await self._inside.execute(_EMPTY)
        else:
            await self._drop()
            await self._make()

    async def _drop(self) -> None:
        await self._inside.close()
        await self._server.execute(f"DROP DATABASE {self.name} WITH (FORCE)")
        await self._server.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty database file to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    asyncio.run(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_shared() -> Iterator[Shared]:
    """An upgraded, empty database to use and to empty. Skips when no server answers, unless REQUIRE_ALL=1."""
    shared = Shared()
    try:
        shared.make()
    except (OSError, TimeoutError, asyncpg.PostgresError) as e:
        if os.environ.get("REQUIRE_ALL") == "1":
            raise
        pytest.skip(f"no PostgreSQL server at {SERVER}: {e}")
    yield shared
    shared.drop()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine under test; parametrise it indirectly to have one alone."""
    return str(request.param)


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an upgraded, empty database that is the test's own."""
    if engine == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        path = tmp_path / "test.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    shared: Shared = request.getfixturevalue("postgres_shared")
    yield shared.url
    shared.empty()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An upgraded database of the test's own, open."""
    opened = Database(database_url, Vault(b"test"), pool=4)
    yield opened
    await opened.close()


class Statements:
    """Counts what is sent to a database; many rows handed over at once are one statement."""

    def __init__(self, database: Database) -> None:
        self.texts: list[str] = []
        for engine in database.engines:
            sa.event.listen(engine.sync_engine, "before_cursor_execute", self._seen)

    def _seen(self, _connection: object, _cursor: object, text: str, *_: object) -> None:
        self.texts.append(text)

    def take(self) -> list[str]:
        """Those since last asked, without the words that only open a transaction."""
        taken, self.texts = [t for t in self.texts if not t.startswith("BEGIN")], []
        return taken
