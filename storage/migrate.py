"""Brings a database to today's schema, from whatever released version it is at."""

from pathlib import Path

import sqlalchemy as sa

from storage.database import BadUrl, Database
from storage.schema import seal
from storage.upsert import upsert
from storage.vault import Unreadable

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_315_042
"""An arbitrary number that names our migration among PostgreSQL's advisory locks."""

_WORD = b"to cong nghe so cong dong"


class WrongKey(Exception):
    """The database was sealed with another key: everybody would be a stranger, and nobody could be written to."""


def newest() -> str:
    """The revision this program wants: the last of its scripts, by their numbers."""
    return max(script.name[:4] for script in (FOLDER / "versions").glob("[0-9]*_*.py"))


def _present(connection: sa.Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _upgrade(connection: sa.Connection) -> str:
    if connection.dialect.name == "postgresql":
        # Several processes start together: the first migrates, the others wait for it and find it done.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
    wanted = newest()
    if _present(connection) != wanted:
        from alembic import command  # a start that migrates nothing need not wait for it
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return wanted


async def upgrade(database: Database) -> str:
    """Creates or migrates every table in one transaction; safe to repeat. Returns the revision.

    Raises BadUrl when the database cannot be opened or written.
    """
    try:
        async with database.write() as connection:
            return await connection.run_sync(_upgrade)
    except sa.exc.DBAPIError as e:
        reason = str(e.orig).splitlines()[0].removeprefix("<class 'asyncpg.exceptions.").strip()
        raise BadUrl(f"DATABASE_URL: the database cannot be used: {reason}") from None


async def verify_key(database: Database) -> None:
    """Seals a word at the first start and opens it at every later one. Raises WrongKey."""
    async with database.write() as connection:
        sealed = (await connection.execute(sa.select(seal.c.sealed))).scalar()
        if sealed is None:  # several processes may start for the first time at once: the first word stays
            first = upsert(seal, connection).values(id=1, sealed=database.vault.seal(_WORD)).on_conflict_do_nothing()
            await connection.execute(first)
            sealed = (await connection.execute(sa.select(seal.c.sealed))).scalar_one()
    try:
        database.vault.open(sealed)
    except Unreadable:
        raise WrongKey("SECRET_KEY is not the one this database was made with: put that one back") from None
