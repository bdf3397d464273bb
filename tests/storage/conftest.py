"""What the tests of the memory share."""

from tests.databases import (  # noqa: F401
    database,
    database_url,
    engine,
    postgres_shared,
    sqlite_template,
)
