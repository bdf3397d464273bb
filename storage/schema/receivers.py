"""Tables of the check of payment codes, and of what one person causes to be told to another."""

import sqlalchemy as sa

from storage.schema.base import Id, Instant, commune_column, metadata, one_of

RECEIVER_TYPES = ("account", "account_prefix", "vnpay")
RECEIVER_STATES = ("draft", "proposed", "confirmed", "refused", "ended")
LEVELS = ("match", "caution", "stop", "not_payment", "unreadable")

# Accounts of the commune itself, which it announces to everybody: nobody's private account is ever here.
receiver = sa.Table(
    "receiver", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(),
    sa.Column("type", sa.String(14), one_of("type", RECEIVER_TYPES, "type"), nullable=False),
    sa.Column("bin", sa.String(6)),
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("length", sa.Integer),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("state", sa.String(9), one_of("state", RECEIVER_STATES, "state"), nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
    sa.Column("proposed_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("proposed_at", Instant, nullable=False),
    # who confirmed or refused
    sa.Column("decided_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("decided_at", Instant),
    sa.Column("ended_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("ended_at", Instant),
    sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
    sa.CheckConstraint("(type = 'vnpay') = (bin IS NULL)", name="bin"),
    sa.CheckConstraint("(type = 'account_prefix') = (length IS NOT NULL)", name="length"),
    sa.CheckConstraint("decided_by IS NULL OR proposed_by IS NULL OR decided_by <> proposed_by", name="two_people"),
    sa.CheckConstraint("state NOT IN ('confirmed', 'refused') OR decided_at IS NOT NULL", name="decided"),
    sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
    sa.Index("ix_receiver_commune_state", "commune", "state"),
    sqlite_autoincrement=True,
)  # fmt: skip

# How many checks came to what, for the report; reason is empty for the check itself.
code_count = sa.Table(
    "code_count", metadata,
    commune_column(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("level", sa.String(11), one_of("level", LEVELS, "level"), nullable=False),
    sa.Column("reason", sa.String(30), nullable=False),
    sa.Column("value", sa.Integer, sa.CheckConstraint("value > 0", name="value"), nullable=False),
    sa.PrimaryKeyConstraint("commune", "day", "level", "reason"),
    sqlite_with_rowid=False,
)  # fmt: skip

# Who met which stopped receiver today, both as keyed hashes of that day alone; gone when the day is over.
code_met = sa.Table(
    "code_met", metadata,
    commune_column(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("receiver", sa.String(32), nullable=False),
    sa.Column("person", sa.String(32), nullable=False),  # empty: the officers were told of this receiver
    sa.PrimaryKeyConstraint("commune", "day", "receiver", "person"),
    sqlite_with_rowid=False,
)  # fmt: skip

notice = sa.Table(
    "notice", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),  # encrypted; the row is gone when delivered
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False, index=True),
    sqlite_autoincrement=True,
)  # fmt: skip
