"""A fresh database to copy, and an eye on how each story finds its rows."""

from collections.abc import Iterator

import pytest

from tests import plans
from tests.databases import sqlite_template  # noqa: F401


@pytest.fixture(autouse=True)
def nothing_is_read_through() -> Iterator[None]:
    """No statement of a story reads a growing table from one end to the other."""
    with plans.looked_at() as found:
        yield
    assert not found
