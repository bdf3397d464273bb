"""Campaigns of provinces, and official figures typed in."""

from storage.migrations.script import run

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Creates both."""
    run(__file__)
