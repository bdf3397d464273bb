"""The table of sums over whole weeks, months and years, kept beside the counters of days."""

import sqlalchemy as sa

from storage.schema.base import Json, commune_column, metadata, one_of

UNITS = ("w", "m", "y")

# What a commune counted in a week, a month or a year, so that a province is read as fast as a commune.
# Written with day_count.
place_count = sa.Table(
    "place_count", metadata,
    sa.Column("unit", sa.String(1), one_of("unit", UNITS, "unit"), nullable=False),
    sa.Column("first", sa.Date, nullable=False),  # its Monday, the first of the month, or its 1 January
    commune_column(),
    sa.Column("counts", Json, nullable=False),  # as in day_count; "team:<id>" are the entries of a team
    sa.PrimaryKeyConstraint("unit", "first", "commune"),
)  # fmt: skip
