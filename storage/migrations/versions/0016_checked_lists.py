"""Lists of members that were checked in the chat and wait for a press."""

from storage.migrations.script import run

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Creates the table."""
    run(__file__)
