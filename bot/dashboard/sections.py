"""The tables of the page, made of the same rows as every file of a report."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.dashboard.filters import Filters
from bot.dashboard.sights import Sight
from bot.dashboard.tables import Cell, Row, Table, number, text
from bot.documents.rows import COMMUNE_COLUMNS, TEAM_COLUMNS, Line, Rows, official_lines
from content.knowledge import Knowledge
from handlers.booklet import Ranking
from storage.gaps import Group
from storage.obstacles import UNNAMED, Met
from storage.official import Official
from storage.periods import VIETNAM, Period
from storage.screens import Changed
from storage.series import Values
from storage.statistics import INDICATORS
from storage.waiting import Figures

UNITS = {i.code: i.unit for i in INDICATORS}
MOST = 15
"""Lines of a list that has no natural end."""


class Sections:
    """Makes tables for one look of one person: with the links he may follow."""

    def __init__(self, knowledge: Knowledge, sight: Sight, filters: Filters) -> None:
        self._knowledge = knowledge
        self._sight = sight
        self._filters = filters

    def words(self, name: str, **context: object) -> str:
        """The text of content/messages/board.j2."""
        return self._knowledge.messages.render(f"board.{name}", **context)

    def short(self, line: Line) -> str:
        """What an indicator is called where there is little room, as in the chat."""
        return self._knowledge.messages.render("report.name", line=line)

    def heads(self, name: str, **context: object) -> list[str]:
        """The columns of a table."""
        return self.words(f"heads_{name}", **context).split("|")

    def behind(self, figure: str, **other: object) -> str:
        """Where the assistances behind a figure are listed; nowhere for whoever may not see them."""
        if not self._sight.entries:
            return ""
        return f"/so-lieu/{self._sight.key}/luot{self._filters.address(so=figure, **other)}"

    def here(self, **other: object) -> str:
        """This page with another filter."""
        return f"/so-lieu/{self._sight.key}{self._filters.address(**other)}"

    def table(self, name: str, rows: Sequence[Row], *notes: str, **context: object) -> Table:
        """A table with its words."""
        told = [self.words(note) for note in notes]
        title, heads = self.words(f"title_{name}", **context), self.heads(name, **context)
        return Table(name.replace("_", "-"), title, heads, rows, told, self.words("nothing"))

    # --- the report ---

    def indicators(self, lines: Sequence[Line]) -> Table:
        """The indicators with the period before, the change, since 1 January, and what was to be reached."""
        return self.table("indicators", [self._indicator(line) for line in lines], "note_counting", "note_few",
                          period=self._filters.period)  # fmt: skip

    def _indicator(self, line: Line) -> Row:
        period = self._filters.period
        spans = (period, period.previous(), period.year_to_date())
        hrefs = [self.behind(line.code, period=span) if line.code else "" for span in spans]
        then = [number(line.previous, hrefs[1]), number(line.year, hrefs[2])]
        if not line.code:  # told of this period alone
            then = [Cell(None, "maybe")] * 2
        return (
            text(line.name), text(line.unit), number(line.value, hrefs[0]), then[0], Cell(line.change, "change"),
            then[1], Cell(line.target, "maybe"), Cell(line.percent, "percent"),
        )  # fmt: skip

    def parts(self, values: Sequence[Values | None], names: Sequence[tuple[str, str, str, str]]) -> Table:
        """A part of what was done: now, before and since 1 January; `names` are measure, figure, name and unit."""
        period = self._filters.period
        spans = (period, period.previous(), period.year_to_date())
        rows = []
        for measure, figure, name, unit in names:
            now, before, year = (None if v is None else v[measure] for v in values)
            change = None if now is None or before is None else now - before
            cells = [
                number(n, self.behind(figure, period=s)) for n, s in zip((now, before, year), spans, strict=True)
            ]
            rows.append((text(name), text(unit), *cells[:2], Cell(change, "change"), cells[2]))
        return self.table("parts", rows, "note_counting", period=period)

    def trend(self, spans: Sequence[Period], values: Sequence[int | None]) -> Table:
        """The figures behind the picture."""
        rows = [(text(s.label, self.here(period=s)), number(n, self.behind("1", period=s)))
                for s, n in zip(spans, values, strict=True)][::-1]  # fmt: skip
        return self.table("trend", rows)

    def teams(self, rows: Rows, ids: Mapping[str, int]) -> Table:
        """The teams: whether they reported, how many of their members, and what."""
        found = []
        for t in rows.teams():
            key = ids.get(t.name)
            figures = [number(v, self.behind(code, team=key)) for v, code in zip(t.values, TEAM_COLUMNS, strict=True)]
            said = self.words("reported" if t.reported else "silent")
            active = t.active if t.reported else None
            found.append((text(t.name, self.here(team=key)), text(said), number(active), number(t.members), *figures))
        return self.table("teams", found, "note_blank")

    def teams_of(self, procedure: str, teams: Mapping[int, str], counts: Mapping[int, int]) -> Table:
        """Which teams a procedure was done by."""
        ordered = sorted(counts.items(), key=lambda item: (-item[1], teams.get(item[0], "")))
        rows = [
            (text(teams.get(key, ""), self.here(team=key)), number(n, self.behind(procedure, team=key)))
            for key, n in ordered
        ]
        return self.table("teams_of", rows)

    def hamlets(self, rows: Rows, ids: Mapping[str, int]) -> Table:
        """The hamlets: lượt, dossiers and payments."""
        found = []
        for name, *counts in rows.hamlets():
            key = ids.get(name)
            cells = [
                number(n, self.behind(figure, hamlet=key) if key else "")
                for n, figure in zip(counts, ("1", "4", "5"), strict=True)
            ]
            href = self.here(hamlet=key, procedure=None) if key else ""
            found.append((text(name, href), *cells))
        return self.table("hamlets", found)

    def procedures(self, rows: Rows) -> Table:
        """The procedures, the most frequent first."""
        may = self._sight.entries
        found = [
            (text(rows.procedure(p["id"]), self.here(procedure=p["id"], hamlet=None) if may else ""),
             number(p["count"], self.behind(f"procedure:{p['id']}")))
            for p in rows.booklet.report["procedures"]
        ]  # fmt: skip
        return self.table("procedures", found, "note_overlap")

    def contents(self, rows: Rows) -> Table:
        """What lượt are told apart by: contents, places, groups, results."""
        found = [(text(head), text(name), number(n)) for head, name, n in rows.contents()]
        return self.table("contents", found, "note_overlap", "note_few")

    def communes(self, rows: Rows) -> Table:
        """The communes of a province by rank; each leads to its totals."""
        found = []
        there = [c for c in rows.communes() if c.teams or c.reported]
        for c in there:
            teams = (c.teams_reported, c.teams)
            state = "reported" if c.reported else "silent"
            href = f"/so-lieu/x{c.code}{self._filters.address()}"
            found.append((number(c.rank), text(c.name, href), text(self.words(state)), *map(number, teams),
                          *map(number, c.values)))  # fmt: skip
        assert len(self.heads("communes")) == 5 + len(COMMUNE_COLUMNS)  # noqa: S101  (words and figures in step)
        made = self.table("communes", found, "note_rank", "note_province")
        absent = len(rows.booklet.report["communes"]) - len(there)
        return replace(made, notes=[self.words("not_here", count=absent), *made.notes]) if absent else made

    # --- beside the report ---

    def ranking(self, n: int, ranking: Ranking, today: dt.date) -> Table:
        """How the communes stand in a campaign; what each has reached only before whoever may see its totals."""
        found, all_of_it = ranking.campaign, self._sight.kind == "province"
        say = self._knowledge.messages.render
        heads = say("campaign.heads", goals=found.goals) if all_of_it else say("campaign.heads_ranks")
        rows = []
        for s in [s for s in ranking.standings if s.rank is not None]:
            place = self._knowledge.places.commune(s.commune)
            values = [number(s.values[g.indicator]) for g in found.goals] if all_of_it else []
            points = Cell(None if s.points is None else f"{s.points:.2f}".replace(".", ","), "points")
            rows.append((number(s.rank), text(place.name if place else s.commune), points, *values))
        notes = [say("campaign.goal", g=g, unit=UNITS[g.indicator]) for g in found.goals]
        if silent := len(ranking.standings) - len(rows):
            notes.insert(0, say("campaign.silent", count=silent))
        title = say("campaign.title", c=found, today=today)
        return Table(f"campaign-{'abcdefghij'[n % 10]}", title, heads.split("|"), rows,
                     [*notes, say("campaign.note_points")], self.words("nothing"))  # fmt: skip

    def own_goals(self, n: int, ranking: Ranking) -> Table:
        """What the commune itself is to reach in a campaign, and has."""
        found, code, say = ranking.campaign, self._sight.code, self._knowledge.messages.render
        values = next((s.values for s in ranking.standings if s.commune == code), {})
        rows = [
            (text(say("campaign.indicator", code=g.indicator, on=False)), text(UNITS[g.indicator]), number(g.weight),
             number(found.number(g, code)), number(values.get(g.indicator)))
            for g in found.goals
        ]  # fmt: skip
        title, heads = say("campaign.title_own", place=self._sight.name), say("campaign.heads_own").split("|")
        return Table(f"goals-{'abcdefghij'[n % 10]}", title, heads, rows, (), self.words("nothing"))

    def official(self, found: Sequence[Official]) -> Table:
        """Figures other agencies published, told apart from ours."""
        say, rows = self._knowledge.messages.render, []
        for o in official_lines(found, self._knowledge):
            told = [Cell(None if v is None else say("official.value", v=v), "points") for v in (o.value, o.before)]
            rows.append((text(o.name), text(o.period.label), told[0], number(o.most), told[1], text(o.source),
                         text(o.typed_by), text(f"{o.typed_at:%H:%M %d/%m/%Y}")))  # fmt: skip
        return Table("official", say("official.title"), say("official.heads").split("|"), rows,
                     [say("official.note")], say("official.nothing"))  # fmt: skip

    def obstacles(self, met: Sequence[Met]) -> Table:
        """Where people got stuck."""
        return self.table("obstacles", [self._obstacle(m) for m in met], "note_obstacles")

    def _obstacle(self, met: Met) -> Row:
        guide = self._knowledge.library.get(met.guide)
        step = guide.step(met.step) if guide else None
        known = step.obstacle(met.obstacle) if step else None
        if known is not None:
            said = known.label
        else:
            said = self.words("other_obstacle") if met.obstacle == UNNAMED else met.obstacle
        return (
            text(guide.title if guide else met.guide),
            text(self._step(met.guide, met.step)),
            text(said),
            number(met.times),
        )

    def _step(self, guide_id: str, step_id: str) -> str:
        guide = self._knowledge.library.get(guide_id)
        ids = [s.id for s in guide.steps] if guide else []
        return self.words("step", number=ids.index(step_id) + 1) if step_id in ids else step_id

    def requests(self, found: Sequence[Figures]) -> Table:
        """Who asked for a human, commune by commune, in the week in hand whatever days are shown."""
        rows = []
        for f in found:
            place = self._knowledge.places.commune(f.commune)
            oldest = f"{f.oldest.astimezone(VIETNAM):%H:%M %d/%m}" if f.oldest else None
            rows.append((text(place.name if place else f.commune), number(f.waiting), text(oldest), number(f.closed),
                         number(f.unanswered), number(f.minutes), number(f.rating)))  # fmt: skip
        return self.table("requests", rows, "note_requests")

    def gaps(self, groups: Sequence[Group]) -> Table:
        """Questions nothing answered, the most asked first; their words are masked."""
        rows = [(text(g.text), number(len(g.ids)), number(g.waiting)) for g in groups[:MOST]]
        return self.table("gaps", rows, "note_gaps")

    def screens(self, changed: Sequence[Changed]) -> Table:
        """Steps whose screen people say has changed."""
        rows = []
        for c in changed[:MOST]:
            guide = self._knowledge.library.get(c.guide)
            rows.append(
                (text(guide.title if guide else c.guide), text(self._step(c.guide, c.step)), number(c.people))
            )
        return self.table("screens", rows, "note_screens")
