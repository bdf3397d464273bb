"""Whoever did something for his office is found, to be forgotten, without reading what the whole country did."""

from storage.migrations.script import run

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Adds the indexes."""
    run(__file__)
