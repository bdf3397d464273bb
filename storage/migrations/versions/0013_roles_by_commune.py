"""Who works for a commune is found without looking at everybody in the country."""

from storage.migrations.script import run

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Creates the index."""
    run(__file__)
