"""What all tests share."""

from collections.abc import Iterator

import pytest
import structlog

from content.knowledge import Knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The program's own knowledge, read once."""
    return Knowledge.load()


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A verb run in a test sets up the logs of the whole process: the next test begins without."""
    yield
    structlog.reset_defaults()
