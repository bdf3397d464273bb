"""Inserts that may meet a row which is already there: each engine has its own words for them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def upsert(table: sa.Table, connection: Any) -> sqlite.Insert | postgresql.Insert:
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`, for the engine of that connection."""
    return (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table)
