"""Tables of what provinces compare their communes by: campaigns with points, and official figures typed in."""

import sqlalchemy as sa

from storage.schema.base import Id, Instant, metadata

# Some days in which the communes of a province are ranked by points ("60 ngày đêm").
campaign = sa.Table(
    "campaign", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("province", sa.String(2), sa.CheckConstraint("length(province) = 2", name="province"), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("set_by", sa.ForeignKey("person.id", ondelete="SET NULL")),  # a few rows a province: no index
    sa.Column("set_at", Instant, nullable=False),
    sa.CheckConstraint("last >= first", name="dates"),
    sa.Index("ix_campaign_province", "province", "last"),
    sqlite_autoincrement=True,
)  # fmt: skip

# What counts in it: how heavily, and how much each commune is to reach.
campaign_indicator = sa.Table(
    "campaign_indicator", metadata,
    sa.Column("campaign_id", Id, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False),
    sa.Column("indicator", sa.String(4), nullable=False),
    sa.Column("weight", sa.Integer, sa.CheckConstraint("weight BETWEEN 1 AND 100", name="weight"), nullable=False),
    sa.Column("number", sa.Integer, sa.CheckConstraint("number BETWEEN 1 AND 10000000", name="number"),
              nullable=False),
    sa.PrimaryKeyConstraint("campaign_id", "indicator"),
)  # fmt: skip

# A commune that is to reach another number than the others.
campaign_target = sa.Table(
    "campaign_target", metadata,
    sa.Column("campaign_id", Id, nullable=False),
    sa.Column("indicator", sa.String(4), nullable=False),
    sa.Column("commune", sa.String(5), sa.CheckConstraint("length(commune) = 5", name="commune"), nullable=False),
    sa.Column("number", sa.Integer, sa.CheckConstraint("number BETWEEN 1 AND 10000000", name="number"),
              nullable=False),
    sa.PrimaryKeyConstraint("campaign_id", "indicator", "commune"),
    sa.ForeignKeyConstraint(["campaign_id", "indicator"],
                            ["campaign_indicator.campaign_id", "campaign_indicator.indicator"],
                            name="fk_campaign_target_indicator", ondelete="CASCADE"),
)  # fmt: skip

# A figure some agency published, as an officer typed it; the latest of the same place, index and days holds.
official_figure = sa.Table(
    "official_figure", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("place", sa.String(5), sa.CheckConstraint("length(place) IN (2, 5)", name="place"), nullable=False),
    sa.Column("code", sa.String(20), nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("hundredths", sa.Integer, sa.CheckConstraint("hundredths >= 0", name="hundredths"), nullable=False),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("typed_by", sa.ForeignKey("person.id", ondelete="SET NULL"), index=True),
    sa.Column("typed_at", Instant, nullable=False),
    sa.CheckConstraint("last >= first", name="dates"),
    sa.Index("ix_official_figure_place", "place", "last"),
    sqlite_autoincrement=True,
)  # fmt: skip
