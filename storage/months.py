"""How many messages a channel took in each month, for platforms that allow so many a month."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.periods import local_day
from storage.schema.zalo import channel_month


async def count_sent(connection: AsyncConnection, channel: str, more: int, now: dt.datetime) -> int:
    """Adds so many messages to the month of that moment; gives the month's number."""
    month = f"{local_day(now):%Y-%m}"
    mine = (channel_month.c.channel == channel) & (channel_month.c.month == month)
    if more:
        added = sa.update(channel_month).where(mine).values(sent=channel_month.c.sent + more)
        if (await connection.execute(added)).rowcount == 0:
            await connection.execute(sa.insert(channel_month).values(channel=channel, month=month, sent=more))
    return (await connection.execute(sa.select(channel_month.c.sent).where(mine))).scalar() or 0
