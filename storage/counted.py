"""Counters as they lie: a document for each week, month and year of a commune, and for each day of a team."""

import asyncio
import datetime as dt
import functools
import json
from collections.abc import Collection, Iterator
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import day_count, team, written
from storage.schema.sums import place_count

Measures = dict[str, int]
"""How much of each measure."""
DAY = dt.timedelta(days=1)
_NO_DAY = sa.cast(sa.null(), sa.Date)
_AT_ONCE = 200
"""Documents that are read before others have their turn: the country has ten thousand."""


class Stretch(NamedTuple):
    """A whole year, month or week of communes ("y", "m", "w"), or days of their teams ("d")."""

    unit: str
    first: dt.date
    last: dt.date


class Counted(NamedTuple):
    """What was counted in a year, month or week of a commune, or on a day of one of its teams."""

    unit: str
    first: dt.date
    commune: str
    team_id: int
    """0 for a whole commune."""
    counts: Measures


async def read(
    connection: AsyncConnection, communes: Collection[str] | None, stretches: Collection[Stretch], *,
    team_id: int | None = None,
) -> list[Counted]:  # fmt: skip
    """All of those communes, or of the whole country, each once; of days, a team's alone if given. One statement."""
    stretches = _apart(stretches)
    where: Literal["one", "some", "all"] = "all" if communes is None else "one" if len(communes) == 1 else "some"
    asked: dict[str, Any] = {"team_id": team_id}
    for number, (_, first, last) in enumerate(stretches):
        asked |= {f"first{number}": first, f"last{number}": last}
    if communes is not None:
        asked |= {"commune": next(iter(communes))} if where == "one" else {"communes": list(communes)}
    statement = _statement(tuple(s.unit for s in stretches), where, team_id is not None)
    rows, found = (await connection.execute(statement, asked)).all(), list[Counted]()
    for begin in range(0, len(rows), _AT_ONCE):
        some = rows[begin : begin + _AT_ONCE]
        documents = json.loads(f"[{','.join([row[4] for row in some])}]")
        for (number, day, commune, whose, _), counts in zip(some, documents, strict=True):
            unit, first, _ = stretches[number]
            found.append(Counted(unit, day or first, commune, whose, counts))
        if len(some) == _AT_ONCE:
            await asyncio.sleep(0)
    return found


def plus(some: Measures, more: Measures, times: int = 1) -> Measures:
    """Both together; nothing that is 0."""
    total = dict(some)
    for measure, n in more.items():
        total[measure] = total.get(measure, 0) + n * times
    return {measure: n for measure, n in total.items() if n}


def _apart(stretches: Collection[Stretch]) -> list[Stretch]:
    """The same, in which no day lies twice."""
    apart = list(dict.fromkeys(s for s in stretches if s.unit != "d"))
    last = dt.date.min
    for _, begin, end in sorted(s for s in stretches if s.unit == "d"):
        if end > last:
            apart.append(Stretch("d", max(begin, last + DAY), end))
            last = end
    return apart


@functools.lru_cache(200)
def _statement(units: tuple[str, ...], where: Literal["one", "some", "all"], of_team: bool) -> sa.Executable:
    return sa.union_all(*_parts(units, where, of_team))


def _parts(units: tuple[str, ...], where: Literal["one", "some", "all"], of_team: bool) -> Iterator[sa.Select[Any]]:
    d, p = day_count.c, place_count.c
    when: sa.ColumnElement[bool]
    for number, unit in enumerate(units):
        first, last = (sa.bindparam(f"{end}{number}", type_=sa.Date) for end in ("first", "last"))
        at = sa.literal_column(str(number), sa.Integer)
        table, when = day_count, d.day.between(first, last)
        lies = sa.select(at, d.day, d.commune, d.team_id, sa.type_coerce(d.counts, sa.Text))
        if unit != "d":
            table, when = place_count, sa.and_(written(p.unit, unit), p.first == first)
            lies = sa.select(at, _NO_DAY, p.commune, sa.literal_column("0"), sa.type_coerce(p.counts, sa.Text))
        elif of_team:
            when = sa.and_(when, d.team_id == sa.bindparam("team_id"))
        if where == "one":
            when = sa.and_(when, table.c.commune == sa.bindparam("commune"))
        elif where == "some":
            when = sa.and_(when, table.c.commune.in_(sa.bindparam("communes", expanding=True)))
        elif unit == "d":  # days lie commune by commune: without their names every day of the country would be read
            when = sa.and_(when, d.commune.in_(sa.select(team.c.commune)))
        yield lies.where(when)
