"""The officers' page: links and sessions; and where people get stuck in guides."""

from storage.migrations.script import run

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Creates both."""
    run(__file__)
