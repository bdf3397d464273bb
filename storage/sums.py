"""What communes counted in some days, put together from whole years and weeks, and single days only at the edges."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.periods import Period
from storage.schema import day_count, team
from storage.schema.sums import place_count
from storage.statistics import BELOW, TEAM

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """A whole year or week ("y", "w"), or days that are neither ("d")."""

    unit: str
    first: dt.date
    last: dt.date
    sign: int = 1
    """-1: to be taken away again."""


def pieces(period: Period) -> list[Piece]:
    """A period as few pieces, with as few single days as can be: often the year less what comes after it."""
    straight = list(_cover(period.first, period.last))
    end = dt.date(period.last.year, 12, 31)
    round_about = [*_cover(period.first, end), *(Piece(p.unit, p.first, p.last, -1)
                                                 for p in _cover(period.last + DAY, end))]  # fmt: skip
    return min(straight, round_about, key=_cost)


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


async def sums(
    connection: AsyncConnection, communes: Collection[str] | None, spans: Sequence[Period], *,
    measures: Collection[str] | None = None, together: bool = False,
) -> list[tuple[str, str, list[int]]]:  # fmt: skip
    """Commune, measure, and its sum in each span, for those that are not 0 in all. One statement.

    Without `communes` it is the whole country; `together` adds them up, and the commune is empty.
    """
    signs: dict[tuple[str, dt.date, dt.date], list[int]] = {}
    for number, span in enumerate(spans):
        for piece in pieces(span):
            key = (piece.unit, piece.first, piece.last)
            signs.setdefault(key, [0] * len(spans))[number] += piece.sign
    parts = [part for key, signed in signs.items() for part in _parts(*key, signed, communes, measures)]
    whole = sa.union_all(*parts).subquery()
    totals = [sa.func.sum(whole.c[f"n{number}"]) for number in range(len(spans))]
    by = [whole.c.measure] if together else [whole.c.commune, whole.c.measure]
    query = sa.select(*([sa.literal("")] if together else []), *by, *totals).group_by(*by)
    rows = ((row[0], row[1], [int(n) for n in row[2:]]) for row in await connection.execute(query))
    return [row for row in rows if any(row[2])]


def _parts(
    unit: str, first: dt.date, last: dt.date, signs: list[int], communes: Collection[str] | None,
    measures: Collection[str] | None,
) -> Iterator[sa.Select[tuple[object, ...]]]:  # fmt: skip
    """What a piece adds to each span: one query, two for single days, which know no sums of teams."""

    def part(
        table: sa.Table, measure: sa.ColumnElement[str], *where: sa.ColumnElement[bool]
    ) -> sa.Select[tuple[object, ...]]:
        values = [(table.c.value * sign).label(f"n{number}") for number, sign in enumerate(signs)]
        query = sa.select(table.c.commune, measure.label("measure"), *values).where(*where)
        return query if communes is None else query.where(table.c.commune.in_(communes))

    d, p = day_count.c, place_count.c
    if unit != "d":
        wanted = [] if measures is None else [p.measure.in_(measures)]
        yield part(place_count, p.measure, p.unit == unit, p.first == first, *wanted)
        return
    within: sa.ColumnElement[bool] = d.day.between(first, last)
    if communes is None:  # days lie commune by commune: without their names every day of the country would be read
        within = sa.and_(within, d.commune.in_(sa.select(team.c.commune)))
    if measures is None:
        kept = sa.and_(*(~d.measure.startswith(prefix) for prefix in BELOW))
        yield part(day_count, sa.literal(TEAM) + sa.cast(d.team_id, sa.Text), within, d.measure == "entries")
    else:
        kept = d.measure.in_(measures)
    yield part(day_count, d.measure, within, kept)
