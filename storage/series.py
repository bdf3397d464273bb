"""Counters along time: the same measure in one period after another, of a commune, a team, a hamlet or a province."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.counted import Measures, Stretch, plus, read
from storage.details import hamlet_sums
from storage.periods import Period, Week
from storage.schema import nil_report
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
    n = nil_report.c
    first, last = min(s.first for s in spans), max(s.last for s in spans)
    said = sa.select(n.week).where(n.commune.in_(communes), n.week.between(Week.of(first).monday, last)).distinct()
    if team_id is not None:
        said = said.where(n.team_id == team_id)
        found = await _of_team(connection, communes, spans, team_id)
    else:
        found = [{} for _ in spans]
        for counts in (await sums(connection, communes, spans)).values():
            found = [plus(*both) for both in zip(found, counts, strict=True)]
    nil = set((await connection.execute(said)).scalars())
    return [
        {m: values.get(m, 0) for m in measures} if values.get("entries") or _said(nil, span) else None
        for values, span in zip(found, spans, strict=True)
    ]


async def trend(connection: AsyncConnection, commune: str, period: Period) -> list[tuple[Period, int | None]]:
    """The lượt of a week or month and of the TREND - 1 before it; None is a period without a report."""
    spans = spans_back(period, TREND)
    found = await series(connection, [commune], spans, ["people"])
    return [(span, None if values is None else values["people"]) for span, values in zip(spans, found, strict=True)]


async def _of_team(
    connection: AsyncConnection, communes: Collection[str], spans: Sequence[Period], team_id: int
) -> list[Measures]:
    """What a team counted in each span, from its days: weeks, months and years are of communes."""
    days = Stretch("d", min(s.first for s in spans), max(s.last for s in spans))
    found: list[Measures] = [{} for _ in spans]
    for one in await read(connection, communes, [days], team_id=team_id):
        for at, span in enumerate(spans):
            if span.first <= one.first <= span.last:
                found[at] = plus(found[at], one.counts)
    return found


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
    totals: dict[int, int] = defaultdict(int)
    for one in await read(connection, [commune], [Stretch("d", period.first, period.last)], team_id=team_id):
        totals[one.team_id] += one.counts.get(measure, 0)
    return {key: n for key, n in totals.items() if n}
