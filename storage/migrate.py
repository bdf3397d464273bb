"""Brings a database to today's schema."""

from storage.database import Database
from storage.schema import metadata


async def upgrade(database: Database) -> None:
    """Creates or migrates every table; safe to repeat."""
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
