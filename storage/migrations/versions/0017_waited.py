"""How long a request for a human waited, counted in opening hours."""

from storage.migrations.script import run

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Adds the column."""
    run(__file__)
