"""Counters along time: the same measure in one period after another, of a commune, a team, a hamlet or a province."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.details import hamlet_sums
from storage.periods import Period, Week
from storage.schema import day_count, nil_report
from storage.statistics import OF_HAMLETS
from storage.sums import sums

Values = dict[str, int]
TREND = 8
"""Periods a trend shows, the last one included."""


def spans_back(period: Period, count: int) -> list[Period]:
    """A period and those of its kind before it, the oldest first; days that are no week or month stand alone."""
    spans = [period]
    while len(spans) < count and (period.week or period.months):
        spans.append(spans[-1].previous())
    return spans[::-1]


async def series(
    connection: AsyncConnection, communes: Collection[str], spans: Sequence[Period], measures: Collection[str], *,
    team_id: int | None = None,
) -> list[Values | None]:  # fmt: skip
    """The sum of each measure in each span; None for one in which nobody reported. Two statements."""
    n, wanted = nil_report.c, {*measures, "entries"}
    first, last = min(s.first for s in spans), max(s.last for s in spans)
    said = sa.select(n.week).where(n.commune.in_(communes), n.week.between(Week.of(first).monday, last)).distinct()
    if team_id is not None:
        said = said.where(n.team_id == team_id)
        rows = await _of_team(connection, communes, spans, wanted, team_id)
    else:
        counted = await sums(connection, communes, spans, measures=wanted, together=True)
        rows = [(measure, numbers) for _, measure, numbers in counted]
    found: list[Values] = [defaultdict(int) for _ in spans]
    for measure, numbers in rows:
        for span, n_of_span in zip(found, numbers, strict=True):
            span[measure] = n_of_span
    nil = set((await connection.execute(said)).scalars())
    return [
        {m: values[m] for m in measures} if values["entries"] or _said(nil, span) else None
        for values, span in zip(found, spans, strict=True)
    ]


async def trend(connection: AsyncConnection, commune: str, period: Period) -> list[tuple[Period, int | None]]:
    """The lượt of a week or month and of the TREND - 1 before it; None is a period without a report."""
    spans = spans_back(period, TREND)
    found = await series(connection, [commune], spans, ["people"])
    return [(span, None if values is None else values["people"]) for span, values in zip(spans, found, strict=True)]


async def _of_team(
    connection: AsyncConnection, communes: Collection[str], spans: Sequence[Period], measures: Collection[str],
    team_id: int,
) -> list[tuple[str, list[int]]]:  # fmt: skip
    """Measure, and its sum in each span, from the counters of days: only those are by team."""
    c = day_count.c
    totals = [sa.func.coalesce(sa.func.sum(c.value).filter(c.day.between(s.first, s.last)), 0) for s in spans]
    within = c.day.between(min(s.first for s in spans), max(s.last for s in spans))
    query = sa.select(c.measure, *totals).where(
        c.commune.in_(communes), within, c.measure.in_(measures), c.team_id == team_id
    )
    return [(row[0], list(row[1:])) for row in await connection.execute(query.group_by(c.measure))]


def _said(nil: set[object], span: Period) -> bool:
    """Whether "nothing to report" was said of a week that has a day in common with the span."""
    week = Week.of(span.first)
    while week.monday <= span.last:
        if week.monday in nil:
            return True
        week = Week.of(week.monday.fromordinal(week.monday.toordinal() + 7))
    return False


async def of_hamlet(
    connection: AsyncConnection, commune: str, hamlet_id: int, spans: Sequence[Period], *, team_id: int | None = None
) -> list[Values | None]:
    """The same for what is counted by hamlet (OF_HAMLETS), by the rule of `details.by_hamlet`."""
    whole = await series(connection, [commune], spans, [], team_id=team_id)
    found = (await hamlet_sums(connection, commune, spans, team_id=team_id)).get(hamlet_id, {})
    nothing = [0] * len(spans)
    return [
        None if said is None else {m: found.get(m, nothing)[at] for m in OF_HAMLETS} for at, said in enumerate(whole)
    ]


async def by_team(
    connection: AsyncConnection, commune: str, period: Period, measure: str, *, team_id: int | None = None
) -> dict[int, int]:
    """What each team has of a measure; teams with nothing are missing."""
    c = day_count.c
    which = sa.and_(c.commune == commune, c.day.between(period.first, period.last), c.measure == measure)
    if team_id is not None:
        which = sa.and_(which, c.team_id == team_id)
    query = sa.select(c.team_id, sa.func.sum(c.value)).where(which).group_by(c.team_id)
    return {key: int(n) for key, n in await connection.execute(query) if n}
