"""Tables of what communes set in the knowledge, and of questions it could not answer."""

import sqlalchemy as sa

from storage.schema.base import Id, Instant, commune_column, metadata, one_of

ANNOUNCEMENT_KINDS = ("tin", "nghi", "gio")
"""Of some days: any news, closed, other opening hours."""
GAP_KINDS = ("chua_hieu", "chua_dung")
"""Why a question is kept: nothing answered it, or the answer was not what was asked for."""

announcement = sa.Table(
    "announcement", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(),
    sa.Column("kind", sa.String(4), one_of("kind", ANNOUNCEMENT_KINDS, "kind"), nullable=False),
    sa.Column("text", sa.String(160)),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date, nullable=False),
    sa.Column("set_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("set_at", Instant, nullable=False),
    sa.CheckConstraint("valid_to >= valid_from", name="dates"),
    sa.CheckConstraint("kind = 'nghi' OR text IS NOT NULL", name="told"),
    sa.Index("ix_announcement_commune", "commune", "valid_to"),
    sqlite_autoincrement=True,
)  # fmt: skip

gap_answer = sa.Table(
    "gap_answer", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(nullable=True),  # None: answered for everybody
    sa.Column("text", sa.String(600), nullable=False),
    sa.Column("by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("at", Instant, nullable=False, index=True),
    sqlite_autoincrement=True,
)  # fmt: skip

gap = sa.Table(  # a question, masked; a person only when he asked to be told the answer
    "gap", metadata,
    sa.Column("id", Id, primary_key=True),
    commune_column(nullable=True),
    sa.Column("kind", sa.String(9), one_of("kind", GAP_KINDS, "kind"), nullable=False),
    sa.Column("text", sa.String(300), nullable=False),
    sa.Column("key", sa.String(300), nullable=False),  # its words as they are compared
    sa.Column("nearest", sa.String(50)),  # the guide or procedure that came nearest
    sa.Column("asked_at", Instant, nullable=False, index=True),
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), index=True),
    sa.Column("answer_id", sa.ForeignKey("gap_answer.id", ondelete="SET NULL")),
    sa.Index("ix_gap_open", "commune",
             sqlite_where=sa.text("answer_id IS NULL"), postgresql_where=sa.text("answer_id IS NULL")),
    sa.Index("ix_gap_answer_id", "answer_id",
             sqlite_where=sa.text("answer_id IS NOT NULL"), postgresql_where=sa.text("answer_id IS NOT NULL")),
    sqlite_autoincrement=True,
)  # fmt: skip

screen_report = sa.Table(  # "my screen is different": one a person, a step and a month, recognised by a keyed hash
    "screen_report", metadata,
    sa.Column("mark", sa.String(32), primary_key=True),
    sa.Column("guide", sa.String(40), nullable=False),
    sa.Column("step", sa.String(20), nullable=False),
    commune_column(nullable=True),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Index("ix_screen_report_step", "guide", "step"),
)  # fmt: skip
