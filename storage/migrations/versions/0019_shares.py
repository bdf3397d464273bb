"""What people agreed Zalo may be told of them, or asked, and the tags there."""

from storage.migrations.script import run

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Adds the tables."""
    run(__file__)
