"""Fresh databases for tests, on both engines: `database` gives each test its own, made from a template."""

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


async def _on_server(*statements: str) -> None:
    connection = await asyncpg.connect(f"{SERVER}/postgres", timeout=3)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _migrate(url: str) -> None:
    database = Database(url, Vault(b"test"))
    try:
        await upgrade(database)
    finally:
        await database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty database file to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    asyncio.run(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of an upgraded, empty database to copy. Skips when no server answers, unless REQUIRE_ALL=1."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    try:
        asyncio.run(_on_server(f"CREATE DATABASE {name}"))
    except (OSError, TimeoutError, asyncpg.PostgresError) as e:
        if os.environ.get("REQUIRE_ALL") == "1":
            raise
        pytest.skip(f"no PostgreSQL server at {SERVER}: {e}")
    try:
        asyncio.run(_migrate(f"{SERVER}/{name}"))
        yield name
    finally:
        asyncio.run(_on_server(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine under test; parametrise it indirectly to have one alone."""
    return str(request.param)


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an upgraded database of the test's own, dropped afterwards."""
    if engine == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        path = tmp_path / "test.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template")
    name = f"{template}_{uuid.uuid4().hex[:8]}"
    asyncio.run(_on_server(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield f"{SERVER}/{name}"
    finally:
        asyncio.run(_on_server(f"DROP DATABASE {name} WITH (FORCE)"))


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
