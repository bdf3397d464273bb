"""The tables of people, guidance, the log, its counters and the messages."""

from collections.abc import Collection

import sqlalchemy as sa

from storage.schema.base import Id, Instant, Json, commune_column, metadata, one_of

CHANNELS = ("web", "telegram", "zalo_oa", "zalo_bot")
ROLES = ("member", "head", "officer", "province_officer", "admin")
RUN_STATES = ("active", "paused", "done", "stopped")
ENTRY_STATES = ("draft", "saved", "void")
PLACES = ("nha_dan", "nha_van_hoa", "trung_tam", "cho", "tu_xa", "noi_khac")
CONTENTS = (
    "vneid_cai_dat", "vneid_kich_hoat", "vneid_khoi_phuc", "giay_to", "cong_dvc", "nop_ho_so", "thanh_toan",
    "tra_cuu", "an_sinh", "bhyt_bhxh", "ung_dung_tinh", "thue", "thuong_mai", "lua_dao", "ky_nang", "khac",
)  # fmt: skip
RESULTS = ("xong", "hen_lai", "chuyen", "khong_duoc")
GROUPS = ("tu_60", "khuyet_tat", "dan_toc", "ngheo", "kinh_doanh")
ITEM_KINDS = ("content", "result", "group", "procedure")


def other_channels(some: Collection[str]) -> list[str]:
    """All channels but these.

    A row that is on none of them is found by the index of what waits; one that is "in" some would be looked for among
    all that these ever had.
    """
    return [channel for channel in CHANNELS if channel not in some]


# --- people -------------------------------------------------------------------------------------------------

hamlet = sa.Table(
    "hamlet", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
    sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
    sa.UniqueConstraint("commune", "name", "valid_from"),
)  # fmt: skip

team = sa.Table(
    "team", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("hamlet_id", sa.ForeignKey("hamlet.id"), index=True),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
    sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
    sa.UniqueConstraint("commune", "name", "valid_from"),
)  # fmt: skip

# A row exists only for somebody who consented: no consent, no record.
person = sa.Table(
    "person", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(80)),
    commune_column(nullable=True),
    sa.Column("consent_version", sa.Integer, nullable=False),
    sa.Column("consent_at", Instant, nullable=False),
    sa.Column("reminders", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("wrong_codes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until", Instant),
    sa.Column("created_at", Instant, nullable=False),
)  # fmt: skip

chat = sa.Table(
    "chat", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("channel", sa.String(10), one_of("channel", CHANNELS, "channel"), nullable=False),
    sa.Column("lane", sa.String(32), nullable=False),  # keyed hash of the address
    sa.Column("address", sa.LargeBinary, nullable=False),  # encrypted: we must be able to write back
    sa.Column("state", Json, nullable=False),
    sa.Column("unreachable", sa.String(40)),
    sa.Column("unsure", sa.Boolean, nullable=False, server_default=sa.false()),  # our last message may be lost
    sa.Column("last_in_at", Instant, nullable=False),
    sa.UniqueConstraint("channel", "lane"),
)  # fmt: skip

role = sa.Table(
    "role", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("role", sa.String(20), one_of("role", ROLES, "role"), nullable=False),
    commune_column(nullable=True),
    sa.Column("province", sa.String(2)),
    sa.Column("team_id", sa.ForeignKey("team.id")),
    sa.Column("granted_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.CheckConstraint(
        "(role IN ('member', 'head') AND team_id IS NOT NULL AND commune IS NOT NULL AND province IS NULL)"
        " OR (role = 'officer' AND team_id IS NULL AND commune IS NOT NULL AND province IS NULL)"
        " OR (role = 'province_officer' AND team_id IS NULL AND commune IS NULL AND province IS NOT NULL)"
        " OR (role = 'admin' AND team_id IS NULL AND commune IS NULL AND province IS NULL)",
        name="scope",
    ),
    sa.Index("ix_role_commune", "commune"),
    sa.Index("ix_role_province", "province",
             sqlite_where=sa.text("province IS NOT NULL"), postgresql_where=sa.text("province IS NOT NULL")),
    sa.Index("ix_role_team", "team_id",
             sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")),
    sa.Index("uq_role_team_active", "person_id", "role", "team_id", unique=True,
             sqlite_where=sa.text("ended_at IS NULL AND team_id IS NOT NULL"),
             postgresql_where=sa.text("ended_at IS NULL AND team_id IS NOT NULL")),
)  # fmt: skip

invitation = sa.Table(
    "invitation", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code_hash", sa.String(32), nullable=False, unique=True),
    sa.Column("role", sa.String(20), one_of("role", ROLES, "role"), nullable=False),
    commune_column(nullable=True),
    sa.Column("province", sa.String(2)),
    sa.Column("team_id", sa.ForeignKey("team.id"), index=True),
    sa.Column("name", sa.String(80)),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("created_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Column("used_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.CheckConstraint("used_by IS NULL OR used_at IS NOT NULL", name="used"),
)  # fmt: skip

commune_setting = sa.Table(
    "commune_setting", metadata,
    commune_column(),
    sa.Column("key", sa.String(40), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("set_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("set_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("commune", "key"),
)  # fmt: skip

audit = sa.Table(
    "audit", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("actor_id", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("commune", sa.String(5)),
    sa.Column("subject", sa.String(60)),
)  # fmt: skip

# --- guidance -----------------------------------------------------------------------------------------------

guide_run = sa.Table(
    "guide_run", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    sa.Column("guide", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("step", sa.String(20), nullable=False),
    sa.Column("answers", Json, nullable=False),
    sa.Column("history", Json, nullable=False),
    sa.Column("helping", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("obstacle", sa.String(20)),
    sa.Column("state", sa.String(8), one_of("state", RUN_STATES, "state"), nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("moved_at", Instant, nullable=False),
    sa.Column("nudge_at", Instant),
    sa.Column("nudges", sa.Integer, nullable=False, server_default="0"),
    sa.CheckConstraint("nudge_at IS NULL OR state IN ('active', 'paused')", name="nudge"),
    sa.Index("uq_guide_run_active", "person_id", unique=True,
             sqlite_where=sa.text("state = 'active'"), postgresql_where=sa.text("state = 'active'")),
    sa.Index("ix_guide_run_nudge", "nudge_at",
             sqlite_where=sa.text("nudge_at IS NOT NULL"), postgresql_where=sa.text("nudge_at IS NOT NULL")),
    sa.Index("ix_guide_run_person", "person_id"),
    sqlite_autoincrement=True,
)  # fmt: skip

# --- the log ------------------------------------------------------------------------------------------------

assistance = sa.Table(
    "assistance", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("state", sa.String(5), one_of("state", ENTRY_STATES, "state"), nullable=False),
    sa.Column("member_id", sa.ForeignKey("person.id", ondelete="SET NULL")),
    sa.Column("entered_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("team_id", sa.ForeignKey("team.id"), nullable=False),
    commune_column(),
    sa.Column("hamlet_id", sa.ForeignKey("hamlet.id")),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("time", sa.String(5)),  # sáng, trưa, chiều, tối or HH:MM
    sa.Column("place", sa.String(12), sa.CheckConstraint(
        f"place IS NULL OR place IN ({', '.join(repr(p) for p in PLACES)})", name="place")),
    sa.Column("people", sa.Integer, sa.CheckConstraint("people BETWEEN 1 AND 10000", name="people"),
              nullable=False),
    sa.Column("dossiers", sa.Integer, sa.CheckConstraint("dossiers >= 0", name="dossiers")),
    sa.Column("payments", sa.Integer, sa.CheckConstraint("payments >= 0", name="payments")),
    sa.Column("minutes", sa.Integer, sa.CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes")),
    sa.Column("session", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("self_done", sa.Boolean),  # the person pressed everything himself
    sa.Column("note", sa.String(300)),
    sa.Column("run_id", sa.ForeignKey("guide_run.id", ondelete="SET NULL"), unique=True),
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("changed_at", Instant),
    sa.Column("void_reason", sa.String(60)),
    sa.CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void"),
    sa.Index("ix_assistance_commune_day", "commune", "day"),
    sa.Index("ix_assistance_member_day", "member_id", "day"),
    sa.Index("ix_assistance_draft", "entered_at",
             sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'")),
    sqlite_autoincrement=True,
)  # fmt: skip

assistance_item = sa.Table(
    "assistance_item", metadata,
    sa.Column("assistance_id", sa.ForeignKey("assistance.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.String(9), one_of("kind", ITEM_KINDS, "kind"), nullable=False),
    sa.Column("code", sa.String(40), nullable=False),
    sa.Column("people", sa.Integer, sa.CheckConstraint("people IS NULL OR people > 0", name="people")),
    sa.PrimaryKeyConstraint("assistance_id", "kind", "code"),
    sa.CheckConstraint(
        "(kind = 'content' AND code IN (" + ", ".join(repr(c) for c in CONTENTS) + "))"
        " OR (kind = 'result' AND people IS NOT NULL AND code IN (" + ", ".join(repr(r) for r in RESULTS) + "))"
        " OR (kind = 'group' AND code IN (" + ", ".join(repr(g) for g in GROUPS) + "))"
        " OR kind = 'procedure'",
        name="code",
    ),
    sqlite_with_rowid=False,
)  # fmt: skip

assistance_history = sa.Table(
    "assistance_history", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("assistance_id", sa.ForeignKey("assistance.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("reason", sa.String(60)),
    sa.Column("before", Json, nullable=False),
)  # fmt: skip

nil_report = sa.Table(  # "nothing to report", said by a team: 0, not blank
    "nil_report", metadata,
    sa.Column("team_id", sa.ForeignKey("team.id"), nullable=False),
    sa.Column("week", sa.Date, nullable=False),  # its Monday
    sa.Column("commune", sa.String(5), nullable=False),
    sa.Column("said_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("said_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("team_id", "week"),
    sa.Index("ix_nil_report_commune_week", "commune", "week"),
)  # fmt: skip

# --- statistics: counters per day, written in the transaction of the assistance they count -------------------

day_count = sa.Table(
    "day_count", metadata,
    sa.Column("commune", sa.String(5), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("team_id", sa.ForeignKey("team.id"), nullable=False),
    sa.Column("counts", Json, nullable=False),  # how much of each measure; none that is 0
    sa.PrimaryKeyConstraint("commune", "day", "team_id"),
    sqlite_with_rowid=False,
)  # fmt: skip

member_day = sa.Table(
    "member_day", metadata,
    sa.Column("commune", sa.String(5), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("team_id", sa.ForeignKey("team.id"), nullable=False),
    sa.Column("member_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("entries", sa.Integer, sa.CheckConstraint("entries >= 0", name="entries"), nullable=False),
    sa.Column("people", sa.Integer, sa.CheckConstraint("people >= 0", name="people"), nullable=False),
    sa.PrimaryKeyConstraint("commune", "day", "team_id", "member_id"),
    sqlite_with_rowid=False,
)  # fmt: skip

# --- messages -----------------------------------------------------------------------------------------------

inbox = sa.Table(
    "inbox", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("channel", sa.String(10), one_of("channel", CHANNELS, "channel"), nullable=False),
    sa.Column("key", sa.String(100), nullable=False),  # the platform's message id
    sa.Column("lane", sa.String(32)),  # keyed hash of the chat; gone when done
    sa.Column("seq", sa.BigInteger, nullable=False),  # the platform's order inside the chat
    sa.Column("body", sa.LargeBinary),  # encrypted raw bytes; gone when done
    sa.Column("state", sa.String(6), one_of("state", ("new", "done", "failed"), "state"), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    sa.Column("error", sa.String(80)),
    sa.UniqueConstraint("channel", "key"),
    sa.CheckConstraint("state <> 'done' OR (body IS NULL AND lane IS NULL)", name="erased"),
    sa.CheckConstraint("state <> 'new' OR (body IS NOT NULL AND lane IS NOT NULL)", name="whole"),
    sa.Index("ix_inbox_new", "lane", "seq", "id",
             sqlite_where=sa.text("state = 'new'"), postgresql_where=sa.text("state = 'new'")),
    sa.Index("ix_inbox_waiting", "id",  # who came first, without a look at what is done
             sqlite_where=sa.text("state = 'new'"), postgresql_where=sa.text("state = 'new'")),
    sa.Index("ix_inbox_done_at", "done_at",
             sqlite_where=sa.text("done_at IS NOT NULL"), postgresql_where=sa.text("done_at IS NOT NULL")),
    sqlite_autoincrement=True,
)  # fmt: skip

outbox = sa.Table(
    "outbox", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.String(60), nullable=False, unique=True),  # cause and number: one effect, one message
    sa.Column("channel", sa.String(10), one_of("channel", CHANNELS, "channel"), nullable=False),
    sa.Column("lane", sa.String(32)),
    sa.Column("address", sa.LargeBinary),
    sa.Column("chat_id", sa.ForeignKey("chat.id", ondelete="SET NULL")),
    sa.Column("body", sa.LargeBinary),  # encrypted rendered message; gone when settled
    sa.Column("state", sa.String(8),
              one_of("state", ("queued", "sending", "sent", "unknown", "parked"), "state"), nullable=False),
    sa.Column("bulk", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("lease_until", Instant),
    sa.Column("settled_at", Instant),
    sa.Column("error", sa.String(120)),
    sa.CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease"),
    sa.CheckConstraint(
        "(state IN ('queued', 'sending') AND body IS NOT NULL AND address IS NOT NULL AND lane IS NOT NULL)"
        " OR (state IN ('sent', 'unknown', 'parked') AND body IS NULL AND address IS NULL AND lane IS NULL)",
        name="whole_or_erased",
    ),
    sa.Index("ix_outbox_open", "lane", "id",
             sqlite_where=sa.text("state IN ('queued', 'sending')"),
             postgresql_where=sa.text("state IN ('queued', 'sending')")),
    sa.Index("ix_outbox_queued", "bulk", "id",  # what goes next, without a look at what has gone
             sqlite_where=sa.text("state = 'queued'"), postgresql_where=sa.text("state = 'queued'")),
    sa.Index("ix_outbox_chat_id", "chat_id",  # whose chat goes takes his name off; what was sent has none
             sqlite_where=sa.text("chat_id IS NOT NULL"), postgresql_where=sa.text("chat_id IS NOT NULL")),
    sa.Index("ix_outbox_settled_at", "settled_at",
             sqlite_where=sa.text("settled_at IS NOT NULL"), postgresql_where=sa.text("settled_at IS NOT NULL")),
    sqlite_autoincrement=True,
)  # fmt: skip

seal = sa.Table(  # one row: something sealed when the database was made, to know its key again
    "seal", metadata,
    sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1", name="one"), primary_key=True, autoincrement=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)  # fmt: skip
