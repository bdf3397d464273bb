"""An erasure finds what names somebody without reading all messages of a week and all reports ever made."""

from storage.migrations.script import run

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Adds the indexes; what is sent from now on names no chat any more, and what was sent before goes in a week."""
    run(__file__)
