"""The first schema, word for word as each engine is told it."""

from storage.migrations.script import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates every table of the first release."""
    run(__file__)
