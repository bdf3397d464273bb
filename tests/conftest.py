"""What all tests share."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from content.knowledge import Knowledge
from tests import compiled

MEMORY = Path("/dev/shm")
ROOMY = 4 * 2**30
"""Bytes free from which on the tests' files are kept in memory."""


def pytest_configure() -> None:
    """Files of tests live in memory where there is room: their databases wait for the disk at every commit."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOMY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    compiled.share()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The program's own knowledge, read once."""
    return Knowledge.load()


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A verb run in a test sets up the logs of the whole process: the next test begins without."""
    yield
    structlog.reset_defaults()
