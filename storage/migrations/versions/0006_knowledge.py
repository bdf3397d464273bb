"""What communes set for themselves in the knowledge, and the questions it could not answer."""

from storage.migrations.script import run

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Creates overrides, gaps and notices."""
    run(__file__)
