"""Tables of walks that several people share a phone for, or that go from one helper to another."""

import sqlalchemy as sa

from storage.schema.base import Instant, metadata

# What a helper calls somebody he walks with, for as long as they walk.
run_name = sa.Table(
    "run_name", metadata,
    sa.Column("run_id", sa.ForeignKey("guide_run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    sa.Column("name", sa.LargeBinary, nullable=False),  # encrypted
    sa.Column("set_at", Instant, nullable=False),
)  # fmt: skip

# A code with which another member goes on with a walk; for a quarter of an hour, once.
run_pass = sa.Table(
    "run_pass", metadata,
    sa.Column("code_hash", sa.String(32), primary_key=True),
    sa.Column("run_id", sa.ForeignKey("guide_run.id", ondelete="CASCADE"), nullable=False, unique=True),
    sa.Column("until", Instant, nullable=False, index=True),
)  # fmt: skip
