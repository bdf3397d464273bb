"""Tables of what is done for each place once a week, and of what is thereby told to whom."""

import sqlalchemy as sa

from storage.schema.base import Id, Instant, metadata, one_of

ERRANDS = ("report", "member", "head")
PUSHES = ("report", "member", "head", "silent")

# What is due for a commune or a province in a week: planned once, done once, by whichever process comes first.
errand = sa.Table(
    "errand", metadata,
    sa.Column("place", sa.String(5), sa.CheckConstraint("length(place) IN (2, 5)", name="place"), nullable=False),
    sa.Column("kind", sa.String(6), one_of("kind", ERRANDS, "kind"), nullable=False),
    sa.Column("week", sa.Date, nullable=False),  # its Monday
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    sa.PrimaryKeyConstraint("place", "kind", "week"),
    sa.Index("ix_errand_open", "due_at",
             sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")),
)  # fmt: skip

# What an errand has told to one person. Its words are made when they can be delivered, so none are kept here.
push = sa.Table(
    "push", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    sa.Column("place", sa.String(5), nullable=False),
    sa.Column("kind", sa.String(6), one_of("kind", PUSHES, "kind"), nullable=False),
    sa.Column("week", sa.Date, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("until", Instant),  # after it, it is of no use to anybody
    sa.Column("version_id", sa.ForeignKey("report_version.id")),
    sa.Column("told_at", Instant),
    sa.Column("blocked", sa.Boolean, nullable=False, server_default=sa.false()),  # no chat of his could be written to
    sa.Column("held_chat_id", sa.ForeignKey("chat.id", ondelete="SET NULL")),  # the chat that refused, and when
    sa.Column("held_at", Instant),
    sa.UniqueConstraint("person_id", "place", "kind", "week"),
    sa.CheckConstraint("(kind = 'report') = (version_id IS NOT NULL)", name="version"),
    sa.Index("ix_push_held_chat_id", "held_chat_id",
             sqlite_where=sa.text("held_chat_id IS NOT NULL"), postgresql_where=sa.text("held_chat_id IS NOT NULL")),
    sa.Index("ix_push_waiting", "due_at",
             sqlite_where=sa.text("told_at IS NULL"), postgresql_where=sa.text("told_at IS NULL")),
    sqlite_autoincrement=True,
)  # fmt: skip

push_off = sa.Table(  # officers who want no report of themselves; reminders are switched off with the person's own
    "push_off", metadata,
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
)  # fmt: skip
