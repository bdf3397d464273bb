"""What communes counted in some days, put together from whole years and weeks, and single days only at the edges."""

import datetime as dt
import functools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

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


@dataclass(frozen=True, slots=True)
class _Form:
    """All that the wording of a statement depends on; the rest is filled in."""

    pieces: tuple[tuple[str, tuple[int, ...]], ...]
    """The unit of each, and what it adds to each span: 1, 0 or -1."""
    where: Literal["one", "some", "all"]
    measures: bool
    """Whether only some are wanted."""
    teams: bool
    """Whether those of teams are wanted."""
    together: bool


async def sums(
    connection: AsyncConnection, communes: Collection[str] | None, spans: Sequence[Period], *,
    measures: Collection[str] | None = None, teams: bool = False, together: bool = False,
) -> list[tuple[str, str, list[int]]]:  # fmt: skip
    """Commune, measure, and its sum in each span, for those that are not 0 in all. One statement.

    Without `communes` it is the whole country; `together` adds them up, and the commune is empty. With `measures`
    only those, and with `teams` the entries of each team (TEAM) besides; without, everything.
    """
    signs: dict[tuple[str, dt.date, dt.date], list[int]] = {}
    for number, span in enumerate(spans):
        for piece in pieces(span):
            key = (piece.unit, piece.first, piece.last)
            signs.setdefault(key, [0] * len(spans))[number] += piece.sign
    where: Literal["one", "some", "all"] = "all" if communes is None else "one" if len(communes) == 1 else "some"
    form = _Form(
        tuple((unit, tuple(signed)) for (unit, *_), signed in signs.items()),
        where,
        measures is not None,
        teams or measures is None,
        together,
    )
    asked: dict[str, Any] = {}
    for number, (_, first, last) in enumerate(signs):
        asked |= {f"first{number}": first, f"last{number}": last}
    if communes is not None:
        asked |= {"commune": next(iter(communes))} if where == "one" else {"communes": list(communes)}
    if measures is not None:
        asked["measures"] = list(measures)
    rows = (await connection.execute(_statement(form), asked)).all()
    return [(row[0], row[1], numbers) for row in rows if any(numbers := [int(n) for n in row[2:]])]


@functools.lru_cache(200)
def _statement(form: _Form) -> sa.Executable:
    parts = [part for number, (unit, signs) in enumerate(form.pieces) for part in _parts(form, number, unit, signs)]
    whole = sa.union_all(*parts).subquery()
    totals = [sa.func.sum(column) for name, column in whole.c.items() if name.startswith("n")]
    by = [whole.c.measure] if form.together else [whole.c.commune, whole.c.measure]
    return sa.select(*([sa.literal("")] if form.together else []), *by, *totals).group_by(*by)


def _parts(form: _Form, number: int, unit: str, signs: Sequence[int]) -> Iterator[sa.Select[Any]]:
    """What a piece adds to each span: one query, two for single days, which know no sums of teams."""

    def part(table: sa.Table, measure: sa.ColumnElement[str], *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
        values = [(table.c.value * sign).label(f"n{span}") for span, sign in enumerate(signs)]
        query = sa.select(table.c.commune, measure.label("measure"), *values).where(*where)
        if form.where == "one":
            return query.where(table.c.commune == sa.bindparam("commune"))
        return query.where(table.c.commune.in_(_many("communes"))) if form.where == "some" else query

    d, p = day_count.c, place_count.c
    first, last = (sa.bindparam(f"{end}{number}", type_=sa.Date) for end in ("first", "last"))
    if unit != "d":
        wanted: list[sa.ColumnElement[bool]] = [p.measure.in_(_many("measures"))] if form.measures else []
        if form.teams and form.measures:
            wanted = [sa.or_(*wanted, p.measure.startswith(TEAM))]
        yield part(place_count, p.measure, p.unit == sa.literal_column(f"'{unit}'"), p.first == first, *wanted)
        return
    within: sa.ColumnElement[bool] = d.day.between(first, last)
    if form.where == "all":  # days lie commune by commune: without their names every day of the country would be read
        within = sa.and_(within, d.commune.in_(sa.select(team.c.commune)))
    if form.teams:
        yield part(day_count, sa.literal(TEAM) + sa.cast(d.team_id, sa.Text), within, d.measure == "entries")
    kept = d.measure.in_(_many("measures")) if form.measures else sa.and_(*(~d.measure.startswith(b) for b in BELOW))
    yield part(day_count, d.measure, within, kept)


def _many(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, expanding=True)
