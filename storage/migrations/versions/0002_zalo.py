"""Zalo: tokens of the accounts, windows, files handed out by link."""

from storage.migrations.script import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Creates what the Zalo channels keep."""
    run(__file__)
