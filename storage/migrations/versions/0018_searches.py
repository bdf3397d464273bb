"""What is looked for at every turn, and at every erasure, is found without reading what is long done."""

from storage.migrations.script import run

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Adds the indexes."""
    run(__file__)
