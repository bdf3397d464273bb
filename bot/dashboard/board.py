"""Gathers what the page says: the report, how it went in time, and what stands beside it; for whoever may see it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.dashboard.filters import Filters
from bot.dashboard.sections import MOST, Sections
from bot.dashboard.sights import Sight
from bot.dashboard.tables import Table
from bot.dashboard.trend import Bar, bars
from bot.documents.rows import Figure, Line, Rows
from content.folding import in_order
from content.knowledge import Knowledge
from handlers.booklet import OFFICIAL, Booklet, of_part, of_province, procedure_name, rankings
from storage.memory import Memory
from storage.periods import Period
from storage.report import report
from storage.scope import Scope
from storage.screens import KEPT as SCREENS_KEPT
from storage.series import Values, by_team, of_hamlet, series, spans_back
from storage.statistics import INDICATORS, OF_HAMLETS
from storage.waiting import Figures, figures

TREND = 12
"""Weeks (or months) of the trend."""
GLANCE = ("1", "2", "4", "5")
"""Indicators shown large."""
Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Tile:
    """One large figure; `of` is the whole it is a part of."""

    name: str
    value: Figure
    unit: str
    change: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """One look."""

    title: str
    under: str
    """Where a team belongs, or which part is shown."""
    label: str
    cut_at: dt.datetime
    tiles: Sequence[Tile]
    bars: Sequence[Bar]
    tables: Sequence[Table]
    silent: Sequence[str]
    """Who said nothing."""
    beside: str
    """The total of the commune, for the head of a team."""
    teams: Sequence[Option]
    hamlets: Sequence[Option]
    procedures: Sequence[Option]
    """What the filters offer: the value in the address, and its name."""


class Boards:
    """Makes looks. Each begins with a sight, so nobody gets what his roles do not give him."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def read(self, memory: Memory, scope: Scope, sight: Sight, filters: Filters, now: dt.datetime) -> Board:
        """The look of a sight."""
        return await _Look(self._knowledge, memory, scope, sight, filters, now).read()


class _Look:
    """The making of one look."""

    def __init__(
        self, knowledge: Knowledge, memory: Memory, scope: Scope, sight: Sight, filters: Filters, now: dt.datetime
    ) -> None:
        self._knowledge = knowledge
        self._memory = memory
        self._scope = scope
        self._sight = sight
        self._filters = filters
        self._now = now
        self._sections = Sections(knowledge, sight, filters)
        self._tables: list[Table] = []
        self._silent: list[str] = []
        self._beside = ""

    @property
    def _team(self) -> int | None:
        """The team every query is limited to; a head's own, whatever the address says."""
        return self._sight.team_id if self._sight.kind == "team" else self._filters.team

    @property
    def _communes(self) -> list[str]:
        sight, places = self._sight, self._knowledge.places
        return [c.code for c in places.communes_of(sight.code)] if sight.kind == "province" else [sight.code]

    async def read(self) -> Board:
        """The look."""
        sight, period = self._sight, self._filters.period
        booklet = await self._booklet()
        rows = Rows(booklet, self._knowledge, near=sight.kind == "team")
        in_time = spans_back(period, TREND)
        if self._filters.hamlet is None and self._filters.procedure is None:
            lines = rows.lines()
            tiles = _glance(self._sections, lines, booklet)
            values = await self._series(in_time, "people")
            self._tables += [self._sections.indicators(lines), self._sections.trend(in_time, values)]
            if sight.kind != "team" and self._filters.whole:
                await self._compared(booklet)
            await self._whole(rows)
        else:
            tiles, values = await self._part(in_time)
        names = [(_short(self._sections, s), s.label) for s in in_time]
        teams, hamlets = await self._options()
        return Board(
            sight.name, self._under(teams, hamlets), period.label, booklet.cut_at, tiles, bars(names, values),
            self._tables, self._silent, self._beside, teams, hamlets, self._procedures(booklet),
        )  # fmt: skip

    async def _booklet(self) -> Booklet:
        memory, knowledge, period = self._memory, self._knowledge, self._filters.period
        if self._sight.kind == "province":
            return await of_province(memory, knowledge, self._sight.code, period, self._now)
        return await of_part(memory, knowledge, self._sight.code, period, self._now, team_id=self._team)

    async def _series(self, spans: Sequence[Period], measure: str) -> list[int | None]:
        connection = self._memory.connection
        found = await series(connection, self._communes, spans, [measure], team_id=self._team)
        return [None if values is None else values[measure] for values in found]

    # --- everything of a place ---

    async def _whole(self, rows: Rows) -> None:
        """The tables after the indicators and the trend, as far as the sight goes."""
        sections, kind = self._sections, self._sight.kind
        names = await self._names()
        if kind == "province":
            self._silent = rows.silent()
            self._tables.append(sections.communes(rows))
        elif kind == "commune":
            self._silent = rows.silent() if self._filters.whole else []
            self._tables.append(sections.teams(rows, {name: key for key, name in names[0].items()}))
        elif kind == "team":
            await self._of_all()
        if self._sight.entries:
            self._tables.append(sections.hamlets(rows, {name: key for key, name in names[1].items()}))
        self._tables += [sections.procedures(rows), sections.contents(rows)]
        if kind in ("commune", "province") and self._filters.whole:
            await self._around(rows)

    async def _compared(self, booklet: Booklet) -> None:
        """What places are compared by: official figures, as typed in, and campaigns, as counted."""
        memory, sight, period = self._memory, self._sight, self._filters.period
        official = await memory.official.of(sight.code, period.last, OFFICIAL)
        self._tables.append(self._sections.official(official))
        ranked = booklet.campaigns
        if sight.kind == "commune":
            ranked = await rankings(memory, self._knowledge, sight.province, period, self._now)
        for n, ranking in enumerate(ranked):
            self._tables.append(self._sections.ranking(n, ranking, self._now.date()))
            if sight.kind == "commune":
                self._tables.append(self._sections.own_goals(n, ranking))

    async def _of_all(self) -> None:
        """What the whole commune of a head's team has, in one line."""
        period = self._filters.period
        whole = await report(self._memory.connection, self._sight.code, period, self._now)
        first = whole["indicators"][0]
        self._beside = self._sections.words("of_all", place=self._sight.place, line=first, period=period)

    async def _around(self, rows: Rows) -> None:
        """What stands beside a report: who waits for a human, where people get stuck, questions, changed screens."""
        memory, period, sections = self._memory, self._filters.period, self._sections
        self._tables.append(sections.requests(await self._requests(rows)))
        self._tables.append(sections.obstacles(await memory.obstacles.met(self._communes, period, MOST)))
        if self._sight.kind == "province":
            return
        code = self._sight.code
        self._tables += [
            sections.gaps(await memory.gaps.groups([code])),
            sections.screens(await memory.screens.changed(self._now.date() - SCREENS_KEPT, commune=code)),
        ]

    async def _requests(self, rows: Rows) -> list[Figures]:
        """The requests of the commune, or of each of the province that has teams here."""
        connection, sight = self._memory.connection, self._sight
        if sight.kind == "commune":
            return [f for f in await figures(connection, self._scope, self._now) if f.commune == sight.code]
        there = [c.code for c in rows.communes() if c.teams]
        return await figures(connection, self._scope, self._now, province=sight.code, communes=there)

    # --- a part of it ---

    async def _part(self, in_time: Sequence[Period]) -> tuple[list[Tile], list[int | None]]:
        """A hamlet or a procedure: what is counted of it, now, before, since 1 January and along time."""
        period, sections = self._filters.period, self._sections
        spans = [period, period.previous(), period.year_to_date()]
        names = self._counted()
        values, along = await self._values(spans), await self._values(in_time)
        first = names[0][0]
        trend = [None if v is None else v[first] for v in along]
        self._tables += [sections.parts(values, names), sections.trend(in_time, trend)]
        if self._filters.procedure is not None and self._sight.kind == "commune":
            teams = (await self._names())[0]
            counts = await by_team(self._memory.connection, self._sight.code, period, first, team_id=self._team)
            self._tables.append(sections.teams_of(first, teams, counts))
        tiles = [_part_tile(measure, name, unit, values) for measure, _, name, unit in names]
        return tiles, trend

    def _counted(self) -> list[tuple[str, str, str, str]]:
        """Measure, figure, name and unit of what is counted of the part."""
        procedure = self._filters.procedure
        if procedure is not None:
            measure, unit = f"procedure:{procedure}", INDICATORS[0].unit
            return [(measure, measure, procedure_name(self._knowledge, procedure), unit)]
        of = {i.measures[0]: i for i in INDICATORS if len(i.measures) == 1}
        return [(m, of[m].code, of[m].name, of[m].unit) for m in OF_HAMLETS]

    async def _values(self, spans: Sequence[Period]) -> list[Values | None]:
        connection, code = self._memory.connection, self._sight.code
        if self._filters.hamlet is not None:
            return await of_hamlet(connection, code, self._filters.hamlet, spans, team_id=self._team)
        return await series(connection, [code], spans, [self._counted()[0][0]], team_id=self._team)

    # --- names ---

    async def _names(self) -> tuple[dict[int, str], dict[int, str]]:
        """Teams and hamlets of the commune."""
        if not self._sight.entries:
            return {}, {}
        people, code = self._memory.people, self._sight.code
        return await people.team_names(code), await people.hamlet_names(code)

    async def _options(self) -> tuple[list[Option], list[Option]]:
        """Teams and hamlets to choose from."""
        teams, hamlets = await self._names()
        offered = teams if self._sight.kind == "commune" else {}
        return _sorted(offered), _sorted(hamlets)

    def _procedures(self, booklet: Booklet) -> list[Option]:
        """The procedures of these days, and the one asked for."""
        if not self._sight.entries:
            return []
        keys = {p["id"] for p in booklet.report["procedures"]} | ({self._filters.procedure})
        return sorted(((k, procedure_name(self._knowledge, k)) for k in keys if k), key=lambda option: option[1])

    def _under(self, teams: Sequence[Option], hamlets: Sequence[Option]) -> str:
        """The parts that were asked for, in words."""
        filters = self._filters
        asked = [
            dict(teams).get(str(filters.team)), dict(hamlets).get(str(filters.hamlet)),
            procedure_name(self._knowledge, filters.procedure) if filters.procedure else None,
        ]  # fmt: skip
        return ", ".join([part for part in (self._sight.place, *asked) if part])


def _sorted(names: dict[int, str]) -> list[Option]:
    return [(str(key), name) for key, name in sorted(names.items(), key=lambda item: in_order(item[1]))]


def _glance(sections: Sections, lines: Sequence[Line], booklet: Booklet) -> list[Tile]:
    """The few figures seen first."""
    tiles = [Tile(sections.short(i), i.value, i.unit, i.change) for i in lines if i.code in GLANCE]
    report = booklet.report
    expected = [c for c in report["communes"] if c["teams"]] if booklet.whole_province else report["teams"]
    name, unit = sections.words("tile_reported", whole_province=booklet.whole_province).split("|")
    return [*tiles, Tile(name, sum(one["reported"] for one in expected), unit, of=len(expected))]


def _part_tile(measure: str, name: str, unit: str, values: Sequence[Values | None]) -> Tile:
    now, before = (None if v is None else v[measure] for v in values[:2])
    return Tile(name, now, unit, None if now is None or before is None else now - before)


def _short(sections: Sections, period: Period) -> str:
    return sections.words("bar", period=period)
