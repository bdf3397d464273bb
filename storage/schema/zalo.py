"""Tables of the Zalo channels, of talks that staff took over, and of files handed out by link."""

import sqlalchemy as sa

from storage.schema.base import Id, Instant, Json, metadata, one_of
from storage.schema.core import CHANNELS

ACCOUNT_STATES = ("ok", "blocked", "needs_reauth")
SHARES = ("commune", "waiting", "age")
TAGS = ("commune", "waiting")

# An Official Account and its way in. Without `oa_id` it began with a refresh token and has not told its number yet.
zalo_account = sa.Table(
    "zalo_account", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("oa_id", sa.String(30), unique=True),
    sa.Column("commune", sa.String(5), sa.CheckConstraint("commune IS NULL OR length(commune) = 5", name="commune")),
    sa.Column("name", sa.String(120)),
    sa.Column("state", sa.String(12), one_of("state", ACCOUNT_STATES, "state"), nullable=False),
    sa.Column("trouble", sa.String(80)),
    sa.Column("trouble_at", Instant),
    # The pair in force, encrypted; `generation` counts the pairs and is what a change is compared with.
    sa.Column("access_token", sa.LargeBinary),
    sa.Column("refresh_token", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("obtained_at", Instant, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False, server_default="0"),
    sa.Column("previous", sa.LargeBinary),  # the pair before, encrypted: evidence when one got lost
    sa.Column("refreshing_until", Instant),  # somebody is fetching the next pair now
    sa.Column("first_hash", sa.String(32), unique=True),  # keyed hash of the token from the settings it began with
    # What was learnt of it.
    sa.Column("endpoint", sa.String(2), sa.CheckConstraint(
        "endpoint IS NULL OR endpoint IN ('v3', 'v2')", name="endpoint")),
    sa.Column("buttons", sa.Boolean),  # NULL: nobody has tried yet
    sa.Column("facts", Json, nullable=False),  # what probes and answers told, for the operator
    sa.Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)  # fmt: skip

# A picture or file lies at Zalo for seven days; the same one is not carried there twice.
zalo_upload = sa.Table(
    "zalo_upload", metadata,
    sa.Column("account_id", sa.ForeignKey("zalo_account.id", ondelete="CASCADE"), nullable=False),
    sa.Column("digest", sa.String(32), nullable=False),  # keyed hash of the bytes
    sa.Column("attachment", sa.String(2000), nullable=False),
    sa.Column("uploaded_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("account_id", "digest"),
)  # fmt: skip

# Somebody of the staff talks with a chat himself: until then we keep quiet there.
takeover = sa.Table(
    "takeover", metadata,
    sa.Column("channel", sa.String(10), one_of("channel", CHANNELS, "channel"), nullable=False),
    sa.Column("lane", sa.String(32), nullable=False),  # keyed hash of the address
    sa.Column("since", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False, index=True),
    sa.Column("by", sa.String(32)),  # keyed hash of who on the staff wrote
    sa.PrimaryKeyConstraint("channel", "lane"),
)  # fmt: skip

# A file a channel cannot carry, behind a link that ends; the bytes are encrypted, and gone when it has ended.
file_link = sa.Table(
    "file_link", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code_hash", sa.String(32), nullable=False, unique=True),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), index=True),  # whom it was made for
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("mime", sa.String(100), nullable=False),
    sa.Column("body", sa.LargeBinary),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, index=True),
    sqlite_autoincrement=True,
)  # fmt: skip

file_opening = sa.Table(
    "file_opening", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("link_id", sa.ForeignKey("file_link.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("origin", sa.String(32), nullable=False),  # keyed hash of the network address
    sa.Column("device", sa.String(12), nullable=False),  # phone, computer, program
)  # fmt: skip

# A code with which a person brings another chat, on another channel, to himself; for a quarter of an hour, once.
chat_link = sa.Table(
    "chat_link", metadata,
    sa.Column("code_hash", sa.String(32), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, unique=True),
    sa.Column("until", Instant, nullable=False, index=True),
)  # fmt: skip

# How many messages a channel took in a month: the free plan of a Zalo bot has 3,000.
channel_month = sa.Table(
    "channel_month", metadata,
    sa.Column("channel", sa.String(10), one_of("channel", CHANNELS, "channel"), nullable=False),
    sa.Column("month", sa.String(7), nullable=False),  # 2026-11, of Viet Nam's calendar
    sa.Column("sent", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("channel", "month"),
)  # fmt: skip

# What the person of a chat agreed the platform may be told of him, or asked. Only where the operator wants it.
chat_share = sa.Table(
    "chat_share", metadata,
    sa.Column("chat_id", sa.ForeignKey("chat.id", ondelete="CASCADE"), nullable=False),
    sa.Column("what", sa.String(10), one_of("what", SHARES, "what"), nullable=False),
    sa.Column("agreed_at", Instant, nullable=False),
    sa.Column("due_at", Instant),  # when to ask the platform; NULL: nothing is to be asked
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.PrimaryKeyConstraint("chat_id", "what"),
    sa.Index("ix_chat_share_due_at", "due_at",
             sqlite_where=sa.text("due_at IS NOT NULL"), postgresql_where=sa.text("due_at IS NOT NULL")),
    sqlite_with_rowid=False,
)  # fmt: skip

# A tag at Zalo: to be put on, or to be taken off again. It outlives the person until it is off.
zalo_tag = sa.Table(
    "zalo_tag", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("lane", sa.String(32), nullable=False),  # keyed hash of the address
    sa.Column("kind", sa.String(10), one_of("kind", TAGS, "kind"), nullable=False),
    sa.Column("commune", sa.String(5), nullable=False),  # of a commune's tag; "" for the others
    sa.Column("oa_id", sa.String(80), nullable=False),
    sa.Column("address", sa.LargeBinary, nullable=False),  # encrypted
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("wanted", sa.Boolean, nullable=False),
    sa.Column("placed", sa.Boolean, nullable=False),  # it is there, or may be
    sa.Column("due_at", Instant),  # NULL: nothing is to be done, or nothing more can be
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error", sa.String(40)),
    sa.Column("since", Instant, nullable=False),  # it is wanted, or is not any more
    sa.UniqueConstraint("lane", "kind", "commune"),
    sa.Index("ix_zalo_tag_due_at", "due_at",
             sqlite_where=sa.text("due_at IS NOT NULL"), postgresql_where=sa.text("due_at IS NOT NULL")),
    sqlite_autoincrement=True,
)  # fmt: skip
