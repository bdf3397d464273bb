"""Tables of what an officer tells many people at once, and of the citizens who agreed to be told."""

import sqlalchemy as sa

from storage.schema.base import Id, Instant, commune_column, metadata, one_of

AUDIENCES = ("member", "head", "citizen")
"""Everybody in the commune's teams; their heads; citizens of the commune who agreed."""

broadcast = sa.Table(
    "broadcast", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(),
    sa.Column("audience", sa.String(7), one_of("audience", AUDIENCES, "audience"), nullable=False),
    sa.Column("text", sa.String(500), nullable=False),
    sa.Column("by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("stopped_at", Instant),
    sa.Index("ix_broadcast_commune", "commune", "at"),
    sqlite_autoincrement=True,
)  # fmt: skip

broadcast_to = sa.Table(
    "broadcast_to", metadata,
    sa.Column("broadcast_id", sa.ForeignKey("broadcast.id", ondelete="CASCADE"), nullable=False),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    # Of the notice that carries it; when that is gone, the message is in the outbox under this number.
    sa.Column("notice", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("broadcast_id", "person_id"),
    sqlite_with_rowid=False,
)  # fmt: skip

news_reader = sa.Table(  # a citizen who agreed to get his commune's news
    "news_reader", metadata,
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    sa.Column("agreed_at", Instant, nullable=False),
)  # fmt: skip
