"""What a report says beside its indicators: hamlets, members, channels, punctuality, weeks before, additions."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.counted import Stretch, read
from storage.entry import Entry, load
from storage.periods import Period, Week
from storage.schema import assistance, hamlet, member_day, nil_report, person, team
from storage.scope import Scope
from storage.statistics import OF_HAMLETS


@dataclass(frozen=True, slots=True)
class HamletLine:
    """What was done for a hamlet; `name` is None for what no entry and no team ties to one."""

    name: str | None
    people: int
    dossiers: int
    payments: int


@dataclass(frozen=True, slots=True)
class MemberLine:
    """What a member logged; `days` are those with at least one entry, as allowances are paid by."""

    name: str | None
    team: str
    days: int
    entries: int
    people: int


@dataclass(frozen=True, slots=True)
class Additions:
    """What came after a moment: entries new, corrected and taken back, and the lượt of the new ones."""

    entered: int
    people: int
    changed: int
    voided: int

    def __bool__(self) -> bool:
        return bool(self.entered or self.changed or self.voided)


NOTHING = Additions(0, 0, 0, 0)


async def by_hamlet(
    connection: AsyncConnection, commune: str, period: Period, *, team_id: int | None = None
) -> list[HamletLine]:
    """By hamlet, the largest first; an entry that names none belongs to the hamlet of its team. Three statements."""
    names = await _hamlet_names(connection, commune)
    found = await hamlet_sums(connection, commune, [period], team_id=team_id)
    lines = [HamletLine(names.get(key or 0), *(sums[m][0] for m in OF_HAMLETS)) for key, sums in found.items()]
    kept = [line for line in lines if line.people]
    return sorted(kept, key=lambda line: (line.name is None, -line.people, line.name or ""))


async def hamlet_sums(
    connection: AsyncConnection, commune: str, spans: Sequence[Period], *, team_id: int | None = None
) -> dict[int | None, dict[str, list[int]]]:
    """What each hamlet has of each measure of OF_HAMLETS in each span; None is no hamlet at all. Two statements."""
    home = await homes(connection, commune)
    found: dict[int | None, dict[str, list[int]]] = defaultdict(lambda: {m: [0] * len(spans) for m in OF_HAMLETS})
    days = Stretch("d", min(s.first for s in spans), max(s.last for s in spans))
    for one in await read(connection, [commune], [days], team_id=team_id):
        where = [at for at, span in enumerate(spans) if span.first <= one.first <= span.last]
        for measure, n in one.counts.items():
            first, _, rest = measure.partition(":")
            place, _, what = rest.partition(":")
            if first != "hamlet" and measure not in OF_HAMLETS:
                continue
            for at in where:
                found[home.get(one.team_id)][what or first][at] += -n if rest else n
                if rest:
                    found[int(place)][what][at] += n
    return found


async def _hamlet_names(connection: AsyncConnection, commune: str) -> dict[int, str]:
    query = sa.select(hamlet.c.id, hamlet.c.name).where(hamlet.c.commune == commune)
    return {row.id: row.name for row in await connection.execute(query)}


async def homes(connection: AsyncConnection, commune: str) -> dict[int, int]:
    """The hamlet of each team, of all times."""
    query = sa.select(team.c.id, team.c.hamlet_id).where(team.c.commune == commune, team.c.hamlet_id.is_not(None))
    return {row.id: row.hamlet_id for row in await connection.execute(query)}


async def by_member(connection: AsyncConnection, scope: Scope, period: Period) -> list[MemberLine]:
    """By member and team, the busiest first: an officer's communes, a head's teams, else only himself."""
    d = member_day.c
    seen = sa.or_(
        d.commune.in_(scope.communes("officer")),
        d.team_id.in_(scope.teams("head")),
        sa.and_(d.member_id == scope.person_id, d.team_id.in_(scope.teams("member"))),
    )
    worked = sa.func.count(sa.distinct(d.day))
    sums = (worked, sa.func.sum(d.entries), sa.func.sum(d.people))
    query = (
        sa.select(person.c.name, team.c.name, *sums)
        .join_from(member_day, person, person.c.id == d.member_id)
        .join(team, team.c.id == d.team_id)
        .where(d.day.between(period.first, period.last), d.entries > 0, seen)
        .group_by(d.member_id, person.c.name, d.team_id, team.c.name)
        .order_by(sums[2].desc(), team.c.name, d.member_id)
    )
    return [MemberLine(*row) for row in await connection.execute(query)]


async def by_channel(connection: AsyncConnection, commune: str, period: Period) -> dict[str, int]:
    """Lượt by the channel they were logged on, the largest first; those of which it is not known are in none."""
    found: Counter[str] = Counter()
    for one in await read(connection, [commune], [Stretch("d", period.first, period.last)]):
        for measure, n in one.counts.items():
            kind, _, channel = measure.partition(":")
            if kind == "channel":
                found[channel] += n
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


async def first_words(connection: AsyncConnection, commune: str, period: Period) -> dict[int, dt.datetime]:
    """When each team first reported of those days, by an entry that still counts or by its word of nothing.

    Reads the entries of the commune in those days. Teams that said nothing are missing.
    """
    a, n = assistance.c, nil_report.c
    entered = (
        sa.select(a.team_id, sa.func.min(a.entered_at, type_=a.entered_at.type))
        .where(a.commune == commune, a.day.between(period.first, period.last), a.state == "saved")
        .group_by(a.team_id)
    )
    weeks = n.week.between(Week.of(period.first).monday, period.last)
    said = sa.select(n.team_id, n.said_at).where(n.commune == commune, weeks)
    first: dict[int, dt.datetime] = {}
    for query in (entered, said):
        for team_id, moment in await connection.execute(query):
            first[team_id] = min(moment, first.get(team_id, moment))
    return first


async def additions(connection: AsyncConnection, commune: str, period: Period, since: dt.datetime) -> Additions:
    """What was entered, corrected and taken back of those days after a moment ("bổ sung"). One statement."""
    a = assistance.c
    new = sa.and_(a.entered_at > since, a.state == "saved")
    later = sa.and_(a.changed_at > since, a.entered_at <= since)
    parts: list[sa.ColumnElement[Any]] = [
        sa.func.count().filter(new),
        sa.func.coalesce(sa.func.sum(a.people).filter(new), 0),
        sa.func.count().filter(later, a.state == "saved"),
        sa.func.count().filter(later, a.state == "void"),
    ]
    query = sa.select(*parts).where(a.commune == commune, a.day.between(period.first, period.last))
    return Additions(*(await connection.execute(query)).one())


async def entries_behind(connection: AsyncConnection, commune: str, period: Period) -> list[Entry]:
    """Every saved entry a commune's report of those days is counted from; the caller says who may read them."""
    counted = (assistance.c.commune == commune, assistance.c.day.between(period.first, period.last))
    return await load(connection, *counted, assistance.c.state == "saved")
