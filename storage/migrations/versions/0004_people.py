"""What the log and the people need beyond the first schema."""

from storage.migrations.script import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Creates requests, shifts, sessions, plans and broadcasts."""
    run(__file__)
