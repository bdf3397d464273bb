"""Tables of reports as they were sent, of how entries came in, and of what a province sets for its communes."""

import sqlalchemy as sa

from storage.schema.base import Id, Instant, Json, metadata, one_of
from storage.schema.core import CHANNELS

FILE_KINDS = ("xlsx", "docx", "png")

# Figures that left the house, as they were then: never changed, never deleted.
report_version = sa.Table(
    "report_version", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("place", sa.String(5), sa.CheckConstraint("length(place) IN (2, 5)", name="place"), nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("version", sa.Integer, sa.CheckConstraint("version > 0", name="version"), nullable=False),
    sa.Column("cut_at", Instant, nullable=False),
    sa.Column("final", sa.Boolean, nullable=False),  # cut after the closing hour
    sa.Column("sha256", sa.String(64), nullable=False),  # of the figures without their moment and number
    sa.Column("figures", Json, nullable=False),
    sa.Column("made_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.UniqueConstraint("place", "first", "last", "version"),
)  # fmt: skip

report_file = sa.Table(
    "report_file", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("version_id", sa.ForeignKey("report_version.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(4), one_of("kind", FILE_KINDS, "kind"), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("taken_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("taken_at", Instant, nullable=False),
)  # fmt: skip

entry_channel = sa.Table(  # where an entry was typed; entries of before have no row
    "entry_channel", metadata,
    sa.Column("assistance_id", sa.ForeignKey("assistance.id", ondelete="CASCADE"), primary_key=True,
              autoincrement=False),
    sa.Column("channel", sa.String(10), one_of("channel", CHANNELS, "channel"), nullable=False),
)  # fmt: skip

province_setting = sa.Table(  # what stands in for a setting its communes have not made
    "province_setting", metadata,
    sa.Column("province", sa.String(2), sa.CheckConstraint("length(province) = 2", name="province"),
              nullable=False),
    sa.Column("key", sa.String(40), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("set_by", sa.ForeignKey("person.id", ondelete="SET NULL")),
    sa.Column("set_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("province", "key"),
)  # fmt: skip
