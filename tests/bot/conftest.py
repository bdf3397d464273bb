"""Fresh databases on both engines."""

from tests.databases import database, database_url, engine, postgres_shared, sqlite_template  # noqa: F401
