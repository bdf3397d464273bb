"""A new, empty database of either engine, gone afterwards."""

import contextlib
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg

from tests.databases import SERVER


@contextlib.asynccontextmanager
async def fresh_database(kind: str, folder: Path) -> AsyncIterator[str]:
    """The address of an empty database: "sqlite" makes a file in the folder, "postgres" one on the test server."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bot.db'}"
        return
    name = f"try_{uuid.uuid4().hex[:12]}"
    await _on_server(f"CREATE DATABASE {name}")
    try:
        yield f"{SERVER}/{name}"
    finally:
        await _on_server(f"DROP DATABASE {name} WITH (FORCE)")


async def _on_server(statement: str) -> None:
    connection = await asyncpg.connect(f"{SERVER}/postgres", timeout=5)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
