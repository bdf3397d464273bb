"""Counters as one document for each day of a team, week and year of a commune, instead of a row a measure."""

from storage.migrations.script import run

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Puts the counters of before together."""
    run(__file__)
