"""Reports as they were sent, and who opened which file."""

from storage.migrations.script import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Creates what sent reports keep."""
    run(__file__)
