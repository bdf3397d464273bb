"""Tables of the officers' page: who may open it for how long, and where people get stuck in guides."""

import sqlalchemy as sa

from storage.schema.base import Id, Instant, commune_column, metadata, one_of

PASS_KINDS = ("link", "session")

# A link of a quarter of an hour that works once, and the session it was exchanged for; both as keyed hashes.
page_pass = sa.Table(
    "page_pass", metadata,
    sa.Column("hash", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(7), one_of("kind", PASS_KINDS, "kind"), nullable=False),
    sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("until", Instant, nullable=False, index=True),
)  # fmt: skip

# How often an obstacle was met at a step of a guide; `obstacle` is empty for one that the step does not name.
obstacle_count = sa.Table(
    "obstacle_count", metadata,
    commune_column(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("guide", sa.String(40), nullable=False),
    sa.Column("step", sa.String(20), nullable=False),
    sa.Column("obstacle", sa.String(20), nullable=False),
    sa.Column("value", sa.Integer, sa.CheckConstraint("value > 0", name="value"), nullable=False),
    sa.PrimaryKeyConstraint("commune", "day", "guide", "step", "obstacle"),
    sqlite_with_rowid=False,
)  # fmt: skip
