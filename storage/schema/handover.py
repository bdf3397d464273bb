"""Tables of asking for a human: requests, who was asked, who is on duty, and what is passed between the two."""

import sqlalchemy as sa

from storage.schema.base import Id, Instant, commune_column, metadata, one_of
from storage.schema.core import RESULTS

REQUEST_STATES = ("waiting", "taken", "closed", "withdrawn", "unanswered")

# Somebody asks for a human of his commune. Who he was and who helped is forgotten some days after the end.
help_request = sa.Table(
    "help_request", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(),
    sa.Column("hamlet_id", sa.ForeignKey("hamlet.id", ondelete="SET NULL")),
    sa.Column("citizen_id", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("helper_id", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("guide", sa.String(40)),  # what he was doing; never his words
    sa.Column("step", sa.String(20)),
    sa.Column("state", sa.String(10), one_of("state", REQUEST_STATES, "state"), nullable=False),
    sa.Column("ring", sa.Integer, nullable=False),  # how far it was taken: 0 nobody was asked yet
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("rung_at", Instant),  # when somebody was asked first
    sa.Column("taken_at", Instant),
    sa.Column("due_at", Instant),  # the next ring, or the end of a talk in which nobody says anything
    sa.Column("closed_at", Instant),
    sa.Column("result", sa.String(10), sa.CheckConstraint(
        f"result IS NULL OR result IN ({', '.join(repr(r) for r in RESULTS)})", name="result")),
    sa.Column("rating", sa.Integer, sa.CheckConstraint("rating BETWEEN 1 AND 5", name="rating")),
    sa.Column("logged", sa.Boolean, nullable=False, server_default=sa.false()),  # the helper has his draft
    sa.Column("waited", sa.Integer),  # minutes of opening hours from being asked first to being taken first
    sa.CheckConstraint("(state IN ('waiting', 'taken')) = (due_at IS NOT NULL)", name="due"),
    sa.CheckConstraint("(state IN ('waiting', 'taken')) = (closed_at IS NULL)", name="closed"),
    sa.CheckConstraint("state <> 'taken' OR (helper_id IS NOT NULL AND taken_at IS NOT NULL)", name="taken"),
    sa.CheckConstraint("state NOT IN ('waiting', 'taken') OR citizen_id IS NOT NULL", name="whose"),
    sa.Index("uq_help_request_open", "citizen_id", unique=True,
             sqlite_where=sa.text("state IN ('waiting', 'taken')"),
             postgresql_where=sa.text("state IN ('waiting', 'taken')")),
    sa.Index("uq_help_request_helper", "helper_id", unique=True,
             sqlite_where=sa.text("state = 'taken'"), postgresql_where=sa.text("state = 'taken'")),
    sa.Index("ix_help_request_due", "due_at",
             sqlite_where=sa.text("due_at IS NOT NULL"), postgresql_where=sa.text("due_at IS NOT NULL")),
    sa.Index("ix_help_request_commune", "commune", "asked_at"),
    sqlite_autoincrement=True,
)  # fmt: skip

# Who was asked to take it, so that they can be told when somebody has; gone with the end.
help_asked = sa.Table(
    "help_asked", metadata,
    sa.Column("request_id", sa.ForeignKey("help_request.id", ondelete="CASCADE"), nullable=False),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.PrimaryKeyConstraint("request_id", "person_id"),
    sqlite_with_rowid=False,
)  # fmt: skip

duty = sa.Table(
    "duty", metadata,
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False, index=True),
)  # fmt: skip

# A message passed from one of the two to the other, by its key in the outbox: never its words.
passed_on = sa.Table(
    "passed_on", metadata,
    sa.Column("key", sa.String(60), primary_key=True),
    sa.Column("request_id", sa.ForeignKey("help_request.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("from_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("trouble", sa.String(11), sa.CheckConstraint(
        "trouble IS NULL OR trouble IN ('held', 'unknown', 'parked', 'unreachable')", name="trouble")),
    sa.Index("ix_passed_on_trouble", "trouble",
             sqlite_where=sa.text("trouble IS NOT NULL"), postgresql_where=sa.text("trouble IS NOT NULL")),
)  # fmt: skip
