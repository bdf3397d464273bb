"""Sums over months beside those of weeks and years, filled from the days."""

import json
from collections import Counter, defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.migrations.script import run

revision = "0021"
down_revision = "0020"

_DAYS = sa.table("day_count", *(sa.column(n) for n in ("commune", "team_id", "counts")), sa.column("day", sa.Date))
_PLACES = sa.table("place_count", *(sa.column(n) for n in ("unit", "commune", "counts")), sa.column("first", sa.Date))


def upgrade() -> None:
    """Lets sums be of months, and adds up the days."""
    run(__file__)
    add_up(op.get_bind())


def add_up(connection: sa.Connection) -> None:
    """Commune by commune: the engines would hold all counters of the country in memory to do it at once."""
    everywhere = sa.select(_DAYS.c.commune).distinct().order_by(_DAYS.c.commune)
    for commune in connection.execute(everywhere).scalars().all():
        months: dict[Any, Counter[str]] = defaultdict(Counter)
        here = sa.select(_DAYS.c.day, _DAYS.c.team_id, _DAYS.c.counts).where(_DAYS.c.commune == commune)
        for day, team_id, document in connection.execute(here):
            counts = json.loads(document)
            kept = {m: n for m, n in counts.items() if not m.startswith(("hamlet:", "channel:"))}
            months[day.replace(day=1)].update(kept | {f"team:{team_id}": counts.get("entries", 0)})
        rows = [
            {"unit": "m", "first": first, "commune": commune,
             "counts": json.dumps({m: n for m, n in sums.items() if n}, separators=(",", ":"))}
            for first, sums in months.items() if any(sums.values())
        ]  # fmt: skip
        if rows:
            connection.execute(sa.insert(_PLACES), rows)
