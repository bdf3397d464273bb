"""Which chats can be written to now, by what each platform allows after somebody's last word."""

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

Windows = Mapping[str, dt.timedelta | None]
"""The channels there are, and how long after a person's last word each may be written to; None is always."""


def writable(chat: sa.FromClause, now: dt.datetime, windows: Windows) -> sa.ColumnElement[bool]:
    """The condition, on a chat (the table or an alias of it)."""
    c = chat.c
    open_ = [
        c.channel == name if window is None else sa.and_(c.channel == name, c.last_in_at >= now - window)
        for name, window in windows.items()
    ]
    return sa.and_(c.unreachable.is_(None), sa.or_(sa.false(), *open_))
