"""What is done for each place once a week, and what is thereby told to whom."""

from storage.migrations.script import run

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Creates errand, push and push_off."""
    run(__file__)
