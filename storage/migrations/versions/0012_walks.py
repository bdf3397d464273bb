"""Walks side by side on one phone, and walks that go to another member."""

from storage.migrations.script import run

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Creates nicknames of walks and codes that pass one on."""
    run(__file__)
