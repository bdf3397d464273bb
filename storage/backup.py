"""A consistent copy of the database while the program runs."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.database import Database


class BackupError(Exception):
    """The copy cannot be made; the text says what to do instead."""


async def backup(database: Database, path: Path) -> None:
    """Copies an SQLite database, as of one moment, to a new file only its owner may read.

    Nobody waits meanwhile. The file appears whole or not at all. Raises BackupError when it exists already, when
    there is no room or no right, and for PostgreSQL, which has a tool of its own.
    """
    if not database.is_sqlite:
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=True)
        raise BackupError(f"PostgreSQL is copied with its own tool: pg_dump --format=custom --file={path} {url}")
    await asyncio.to_thread(_backup, Path(str(database.url.database)), path)


def _backup(source: Path, path: Path) -> None:
    if path.exists():
        raise BackupError(f"{path} exists already: name a new file")
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)  # left by a copy that was interrupted
        unfinished.touch(mode=0o600, exist_ok=False)
        try:
            _copy(source, unfinished)
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as e:
        raise BackupError(f"{path} cannot be written: {e}") from e


def _copy(source: Path, path: Path) -> None:
    with closing(sqlite3.connect(source)) as running, closing(sqlite3.connect(path)) as copy:
        running.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a journal beside it
    with path.open("rb") as file:
        os.fsync(file.fileno())
