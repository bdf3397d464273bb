"""What officers tell many people at once, and the citizens who agreed to be told."""

from storage.migrations.script import run

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Creates broadcasts, their people, and readers of news."""
    run(__file__)
