"""What communes counted in some days, put together from whole years, months and weeks, and a few days."""

import calendar
import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.counted import DAY, Counted, Measures, Stretch, plus, read
from storage.periods import Period
from storage.statistics import BELOW, TEAM

_OF_A_DAY = 3
"""Documents to read for a single day of a commune, about; for anything larger it is one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A whole year, month or week ("y", "m", "w"), or days that are none of them ("d")."""

    unit: str
    first: dt.date
    last: dt.date
    sign: int = 1
    """-1: to be taken away again."""


@functools.lru_cache(200)
def pieces(period: Period) -> tuple[Piece, ...]:
    """A period in such pieces that as little as can be is read: often the year less what comes after it."""
    end = dt.date(period.last.year, 12, 31)
    more, less = _cover(period.first, end), _cover(period.last + DAY, end)
    round_about = [p for p in more if p not in less] + [replace(p, sign=-1) for p in less if p not in more]
    best = min(_cover(period.first, period.last), round_about, key=_cost)
    return tuple(best)


def _cost(found: list[Piece]) -> int:
    return sum(_OF_A_DAY * ((p.last - p.first).days + 1) if p.unit == "d" else 1 for p in found)


def _cover(first: dt.date, last: dt.date) -> list[Piece]:
    """From the first day to the last, the fewest pieces; found from the last day backwards."""
    best: dict[dt.date, tuple[int, Piece | None]] = {last + DAY: (0, None)}
    day = last
    while day >= first:
        fitting = [piece for piece in _beginning(day) if piece.last <= last]
        best[day] = min(((best[p.last + DAY][0] + _cost([p]), p) for p in fitting), key=lambda choice: choice[0])
        day -= DAY
    found: list[Piece] = []
    while (piece := best[first][1] if first <= last else None) is not None:
        if piece.unit == "d" and found and found[-1].unit == "d":
            found[-1] = Piece("d", found[-1].first, piece.last)
        else:
            found.append(piece)
        first = piece.last + DAY
    return found


def _beginning(day: dt.date) -> Iterator[Piece]:
    """What begins on a day, the largest first."""
    if (day.month, day.day) == (1, 1):
        yield Piece("y", day, dt.date(day.year, 12, 31))
    if day.day == 1:
        yield Piece("m", day, day.replace(day=calendar.monthrange(day.year, day.month)[1]))
    if day.weekday() == 0:
        yield Piece("w", day, day + 6 * DAY)
    yield Piece("d", day, day)


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
