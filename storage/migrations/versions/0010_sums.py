"""Sums over weeks and years beside the counters of days, filled from what was counted before."""

from storage.migrations.script import run

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Creates place_count and adds up the days."""
    run(__file__)
