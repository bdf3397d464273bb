"""Tables of the people beyond the first schema: lists of members, requests to join, targets, plans, sessions."""

import sqlalchemy as sa

from storage.schema.base import Id, Instant, commune_column, metadata, one_of
from storage.schema.core import PLACES

WHOSE = ("commune", "team", "member")
"""Whom a target is for: the commune as a whole, each team, each member."""
EVERY = ("week", "month", "year")
NAMED = ("team", "hamlet")
REQUEST_STATES = ("open", "approved", "refused")
SESSION_STATES = ("open", "closed", "gone")
"""A session that nobody came to, or was opened by mistake, is gone."""

# --- who is in which team --------------------------------------------------------------------------------------

# The list annexed to the commune's decision: somebody in a team, whether he has come or not.
roster = sa.Table(
    "roster", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(),
    sa.Column("team_id", sa.ForeignKey("team.id"), nullable=False),
    sa.Column("hamlet_id", sa.ForeignKey("hamlet.id")),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(6), one_of("role", ("member", "head"), "role"), nullable=False),
    sa.Column("position", sa.String(40)),  # as the decision calls it: deputy
    sa.Column("phone", sa.String(32)),  # keyed hash: recognises a number, gives none away
    sa.Column("invitation_id", sa.ForeignKey("invitation.id", ondelete="SET NULL"), index=True),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), index=True),
    sa.Column("listed_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("ix_roster_commune", "commune"),
)  # fmt: skip

# A list that was checked in the chat and waits for its officer's press.
checked_list = sa.Table(
    "checked_list", metadata,
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    commune_column(),
    sa.Column("body", sa.LargeBinary, nullable=False),  # encrypted
    sa.Column("until", Instant, nullable=False, index=True),
)  # fmt: skip

# Somebody asks to join a team, or its head proposes somebody who is not here yet.
join_request = sa.Table(
    "join_request", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(),
    sa.Column("team_id", sa.ForeignKey("team.id"), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), index=True),
    sa.Column("proposed_by", sa.ForeignKey("person.id", ondelete="CASCADE"), index=True),
    sa.Column("state", sa.String(8), one_of("state", REQUEST_STATES, "state"), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("decided_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("decided_at", Instant),
    sa.CheckConstraint("(person_id IS NULL) <> (proposed_by IS NULL)", name="who"),
    sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    sa.Index("uq_join_request_open", "person_id", "team_id", unique=True,
             sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_join_request_team", "team_id"),
    sa.Index("ix_join_request_commune", "commune"),
    sqlite_autoincrement=True,
)  # fmt: skip

# What a team or a hamlet was called until that day, the day included.
former_name = sa.Table(
    "former_name", metadata,
    sa.Column("kind", sa.String(6), one_of("kind", NAMED, "kind"), nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.PrimaryKeyConstraint("kind", "subject_id", "until"),
)  # fmt: skip

# A team or a hamlet that ended and went into another.
successor = sa.Table(
    "successor", metadata,
    sa.Column("kind", sa.String(6), one_of("kind", NAMED, "kind"), nullable=False),
    sa.Column("old_id", Id, nullable=False),
    sa.Column("new_id", Id, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.PrimaryKeyConstraint("kind", "old_id"),
)  # fmt: skip

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
    sa.Column("set_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("set_at", Instant, nullable=False),
    sa.CheckConstraint("last IS NULL OR last >= first", name="dates"),
    sa.UniqueConstraint("area", "indicator", "whose", "every", "first"),
)  # fmt: skip

# Days of activity are paid under a plan of the commune: its name and its days.
plan = sa.Table(
    "plan", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("set_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("set_at", Instant, nullable=False),
    sa.CheckConstraint("last >= first", name="dates"),
    sa.Index("ix_plan_commune", "commune"),
)  # fmt: skip

# --- group sessions -------------------------------------------------------------------------------------------

# People taught together in one place (buổi tập trung): opened, joined by members, closed as one entry of the log.
group_session = sa.Table(
    "group_session", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(),
    sa.Column("team_id", sa.ForeignKey("team.id"), nullable=False),
    sa.Column("hamlet_id", sa.ForeignKey("hamlet.id")),
    sa.Column("plan_id", sa.ForeignKey("plan.id", ondelete="SET NULL")),
    sa.Column("place", sa.String(12), sa.CheckConstraint(
        f"place IS NULL OR place IN ({', '.join(repr(p) for p in PLACES)})", name="place")),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("code", sa.String(32), nullable=False),  # keyed hash of what members join with
    sa.Column("state", sa.String(6), one_of("state", SESSION_STATES, "state"), nullable=False),
    sa.Column("opened_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("assistance_id", sa.ForeignKey("assistance.id", ondelete="SET NULL"), unique=True),
    sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
    sa.Index("ix_group_session_commune_day", "commune", "day"),
    sa.Index("ix_group_session_plan_id", "plan_id",
             sqlite_where=sa.text("plan_id IS NOT NULL"), postgresql_where=sa.text("plan_id IS NOT NULL")),
    sa.Index("uq_group_session_code", "code", unique=True,
             sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")),
    sqlite_autoincrement=True,
)  # fmt: skip

attendance = sa.Table(
    "attendance", metadata,
    sa.Column("session_id", sa.ForeignKey("group_session.id", ondelete="CASCADE"), nullable=False),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("team_id", sa.ForeignKey("team.id"), nullable=False),
    sa.Column("joined_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("session_id", "person_id"),
    sqlite_with_rowid=False,
)  # fmt: skip
