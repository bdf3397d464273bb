"""What all tests share."""

import pytest

from content.knowledge import Knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The program's own knowledge, read once."""
    return Knowledge.load()
