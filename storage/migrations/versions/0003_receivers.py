"""Receivers of payments that communes announced, and what was met of suspicious codes."""

from storage.migrations.script import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Creates what the check of payment codes keeps."""
    run(__file__)
