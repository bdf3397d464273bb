"""What the tests of the conversations share: a database of the test's own, the knowledge, and people to talk as."""

import pytest

from content.knowledge import Knowledge
from storage.database import Database
from tests.databases import (  # noqa: F401
    database,
    database_url,
    postgres_shared,
    sqlite_template,
)
from tests.talk import Talk


@pytest.fixture
def engine() -> str:
    """Conversations are tried on SQLite; that both engines answer alike is tried with the memory."""
    return "sqlite"


@pytest.fixture
def talk(database: Database, knowledge: Knowledge) -> Talk:  # noqa: F811
    """People to talk as, on Saturday 21/11/2026 at nine."""
    return Talk(database, knowledge)
