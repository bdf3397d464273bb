"""What communes counted in some days, put together from whole years and weeks, and single days only at the edges."""

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.counted import DAY, Counted, Measures, Stretch, plus, read
from storage.periods import Period
from storage.statistics import BELOW, TEAM


@dataclass(frozen=True, slots=True)
class Piece:
    """A whole year or week ("y", "w"), or days that are neither ("d")."""

    unit: str
    first: dt.date
    last: dt.date
    sign: int = 1
    """-1: to be taken away again."""


@functools.lru_cache(200)
def pieces(period: Period) -> tuple[Piece, ...]:
    """A period as few pieces, with as few single days as can be: often the year less what comes after it."""
    straight = list(_cover(period.first, period.last))
    end = dt.date(period.last.year, 12, 31)
    round_about = [*_cover(period.first, end), *(Piece(p.unit, p.first, p.last, -1)
                                                 for p in _cover(period.last + DAY, end))]  # fmt: skip
    best = min(straight, round_about, key=_cost)
    return tuple(best)


def _cost(found: list[Piece]) -> tuple[int, int]:
    return sum((p.last - p.first).days + 1 for p in found if p.unit == "d"), len(found)


def _cover(first: dt.date, last: dt.date) -> Iterator[Piece]:
    """From the first day to the last, the largest piece that fits at each step."""
    loose: dt.date | None = None
    while first <= last:
        year, week = dt.date(first.year, 12, 31), first + 6 * DAY
        if (first.month, first.day) == (1, 1) and year <= last:
            unit, end = "y", year
        elif first.weekday() == 0 and week <= last:
            unit, end = "w", week
        else:
            loose = loose or first
            first += DAY
            continue
        if loose:
            yield Piece("d", loose, first - DAY)
            loose = None
        yield Piece(unit, first, end)
        first = end + DAY
    if loose:
        yield Piece("d", loose, last)


def stretches(spans: Iterable[Period]) -> list[Stretch]:
    """All that has to be read to know these spans, each once."""
    return list(dict.fromkeys(Stretch(p.unit, p.first, p.last) for span in spans for p in pieces(span)))


async def sums(
    connection: AsyncConnection, communes: Collection[str] | None, spans: Sequence[Period]
) -> dict[str, list[Measures]]:
    """What each commune counted in each span, and as TEAM the entries of each of its teams. One statement.

    Without `communes` it is the whole country. Communes of which nothing is known have nothing.
    """
    return put_together(await read(connection, communes, stretches(spans)), spans)


def put_together(found: Iterable[Counted], spans: Sequence[Period]) -> dict[str, list[Measures]]:
    """The sums of each commune in each span, of what was read of their stretches (and maybe of others)."""
    wholes: dict[tuple[str, dt.date], list[tuple[int, int]]] = {}
    days: list[tuple[dt.date, dt.date, int, int]] = []
    for at, span in enumerate(spans):
        for piece in pieces(span):
            if piece.unit == "d":
                days.append((piece.first, piece.last, at, piece.sign))
            else:
                wholes.setdefault((piece.unit, piece.first), []).append((at, piece.sign))
    together: dict[str, list[Measures]] = defaultdict(lambda: [{} for _ in spans])
    for one in found:
        counts = one.counts
        if one.unit == "d":
            where = [(at, sign) for first, last, at, sign in days if first <= one.first <= last]
            counts = _of_place(one) if where else {}
        else:
            where = wholes.get((one.unit, one.first), [])
        for at, sign in where:
            mine = together[one.commune]
            mine[at] = plus(mine[at], counts, sign) if mine[at] or sign < 0 else counts
    return together


def _of_place(day: Counted) -> Measures:
    """A team's day as it is counted for its commune."""
    kept = {measure: n for measure, n in day.counts.items() if not measure.startswith(BELOW)}
    return plus(kept, {f"{TEAM}{day.team_id}": day.counts.get("entries", 0)})
