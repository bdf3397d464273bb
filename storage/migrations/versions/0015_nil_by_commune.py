"""Which teams of a commune had nothing to report is found without looking at all teams of all weeks."""

from storage.migrations.script import run

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Creates the index."""
    run(__file__)
