"""Asking for a human: requests, who was asked, who is on duty."""

from storage.migrations.script import run

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Creates requests for help and what belongs to them."""
    run(__file__)
