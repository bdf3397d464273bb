"""Brings a database to today's schema, from whatever released version it is at."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Database

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_315_042
"""An arbitrary number that names our migration among PostgreSQL's advisory locks."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def newest() -> str:
    """The revision this program wants."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101  (the first revision is part of the program)
    return head


def _upgrade(connection: sa.Connection) -> str:
    if connection.dialect.name == "postgresql":
        # Several processes start together: the first migrates, the others wait for it and find it done.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
    wanted = newest()
    if MigrationContext.configure(connection).get_current_revision() != wanted:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return wanted


async def upgrade(database: Database) -> str:
    """Creates or migrates every table in one transaction; safe to repeat. Returns the revision."""
    async with database.write() as connection:
        return await connection.run_sync(_upgrade)
