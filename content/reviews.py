"""What falls due: knowledge whose day of review comes soon, with who minds it and where it is written."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from content.library import Stock
from content.reading import Entry, M

NOBODY = "-"
"""Facts and waivers belong to everybody who writes."""


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One thing to be looked at again by that day."""

    by: dt.date
    file: str
    line: int
    name: str
    owner: str
    note: str = ""
    """Why, where something changes on that day."""


def due(stock: Stock, today: dt.date, days: int) -> list[Due]:
    """Everything due from today to so many days ahead, the soonest first; what is overdue is a warning already."""
    last = today + dt.timedelta(days=days)
    return sorted(one for one in _all(stock) if today <= one.by <= last)


def _all(stock: Stock) -> Iterator[Due]:
    for guide in stock.guides:
        yield _one(guide, guide.record.review_by, guide.record.id, guide.record.owner)
    for procedure in stock.procedures:
        record = procedure.record
        yield _one(procedure, record.review_by, record.id, record.owner)
        for n, watch in enumerate(record.watch):
            line = procedure.page.line(("watch", n))
            yield Due(watch.date, procedure.page.file, line, record.id, record.owner, watch.note)
    for override in stock.overrides:
        yield _one(override, override.record.review_by, override.record.code, override.record.owner)
    for waiver in stock.waivers:
        yield _one(waiver, waiver.record.review_by, waiver.record.id, NOBODY)
    for fact in stock.facts:
        yield _one(fact, fact.record.review_by, fact.record.id, NOBODY)


def _one(entry: Entry[M], by: dt.date, name: str, owner: str) -> Due:
    return Due(by, entry.page.file, entry.page.line((*entry.way, "review_by")), name, owner)
