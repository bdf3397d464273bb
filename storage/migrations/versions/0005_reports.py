"""Reports as they were sent, and the counters by hamlet of what was logged before."""

from storage.migrations.script import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Creates the tables, and counts by hamlet what is in the log already (written by hand)."""
    run(__file__)
