"""Tables of the people beyond the first schema: lists of members, requests to join, targets, plans, sessions."""

import sqlalchemy as sa

from storage.schema.base import Id, Instant, metadata, one_of

WHOSE = ("commune", "team", "member")
"""Whom a target is for: the commune as a whole, each team, each member."""
EVERY = ("week", "month", "year")
NAMED = ("team", "hamlet")
REQUEST_STATES = ("open", "approved", "refused")

# --- targets and days of activity -----------------------------------------------------------------------------

# What somebody is to reach in each week, month or year from `first` on, until another number takes its place.
target = sa.Table(
    "target", metadata,
    sa.Column("id", Id, primary_key=True),
    # a commune, or a province for those of its communes that set nothing
    sa.Column("area", sa.String(5), sa.CheckConstraint("length(area) IN (2, 5)", name="area"), nullable=False),
    sa.Column("indicator", sa.String(4), nullable=False),
    sa.Column("whose", sa.String(7), one_of("whose", WHOSE, "whose"), nullable=False),
    sa.Column("every", sa.String(5), one_of("every", EVERY, "every"), nullable=False),
    sa.Column("number", sa.Integer, sa.CheckConstraint("number BETWEEN 1 AND 10000000", name="number"),
              nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date),
    sa.Column("set_by", sa.ForeignKey("person.id", ondelete="SET NULL")),
    sa.Column("set_at", Instant, nullable=False),
    sa.CheckConstraint("last IS NULL OR last >= first", name="dates"),
    sa.UniqueConstraint("area", "indicator", "whose", "every", "first"),
)  # fmt: skip
