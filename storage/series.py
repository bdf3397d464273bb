"""Counters along time: the same measure in one period after another, of a commune, a team, a hamlet or a province."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.details import hamlet_sums
from storage.periods import Period, Week
from storage.schema import day_count, nil_report
from storage.statistics import OF_HAMLETS

Values = dict[str, int]


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
    c, n = day_count.c, nil_report.c
    sums = [sa.func.sum(c.value).filter(c.day.between(s.first, s.last)) for s in spans]
    first, last = min(s.first for s in spans), max(s.last for s in spans)
    counted = sa.select(c.measure, *sums).where(
        c.commune.in_(communes), c.day.between(first, last), c.measure.in_({*measures, "entries"})
    )
    said = sa.select(n.week).where(n.commune.in_(communes), n.week.between(Week.of(first).monday, last)).distinct()
    if team_id is not None:
        counted, said = counted.where(c.team_id == team_id), said.where(n.team_id == team_id)
    found: list[Values] = [defaultdict(int) for _ in spans]
    for measure, *values in await connection.execute(counted.group_by(c.measure)):
        for span, value in zip(found, values, strict=True):
            span[measure] = int(value or 0)
    nil = set((await connection.execute(said)).scalars())
    return [
        {m: values[m] for m in measures} if values["entries"] or _said(nil, span) else None
        for values, span in zip(found, spans, strict=True)
    ]


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
