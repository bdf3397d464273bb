"""What the Word draft says: every value a template may use. Sections II to IV are suggestions, never more."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.documents import chart
from bot.documents.rows import COMMUNE_COLUMNS, TEAM_COLUMNS, Figure, Rows
from content.folding import fold, in_order
from content.knowledge import Knowledge
from content.messages import grouped
from content.suggestions import Section
from handlers.booklet import Ranking
from storage.campaigns import Campaign, Goal
from storage.entry import Entry
from storage.periods import VIETNAM
from storage.statistics import INDICATORS

MOST_NOTES = 8
"""Suggestions from notes in a section."""
MOST_PROCEDURES = 10
UNITS = {i.code: i.unit for i in INDICATORS}
SHOWN = {"luot": "1", "ho_so": "4", "vneid": "2", "thanh_toan": "5"}
"""Columns of the table by team, and their indicators."""


def context(rows: Rows, knowledge: Knowledge) -> dict[str, Any]:
    """Every value a template may use, by the names told in docs/report-template.md."""
    return _Draft(rows, knowledge).all()


def shown(value: Figure) -> str:
    """A figure as in an official paper: 1.473, 82,4; nothing for what was not reported."""
    if value is None:
        return ""
    return value if isinstance(value, str) else grouped(value)


@dataclass(slots=True)
class _Note:
    """The same note of one or several entries."""

    text: str
    times: int = 0
    teams: dict[str, None] = field(default_factory=dict)


class _Draft:
    """One report in the words of a draft."""

    def __init__(self, rows: Rows, knowledge: Knowledge) -> None:
        self._rows = rows
        self._booklet = rows.booklet
        self._knowledge = knowledge
        self._lines = {i["code"]: i for i in self._booklet.report["indicators"]}

    def words(self, name: str, /, **said: Any) -> str:
        """The text of content/messages/document.j2."""
        return self._knowledge.messages.render(f"document.{name}", **said)

    def all(self) -> dict[str, Any]:
        """See `context`."""
        rows, booklet, period = self._rows, self._booklet, self._booklet.period
        signed = booklet.cut_at
        return {
            **asdict(booklet.letter), "la_tinh": booklet.whole_province, "ngay": rows.days,
            "thang": self.words("thang", month=signed.month), "nam": str(signed.year),
            "ten_ky": rows.words("now", period=period), "ten_ky_truoc": rows.words("before", period=period),
            "ky_toi": self.words("tuan_toi", period=period), "chua_bao_cao": self.words("chua_bao_cao"),
            "ghi_chu": self.words("ghi_chu", cut=rows.cut), "ghi_chu_thi_dua": self.words("thi_dua_cach_tinh"),
            "mo_ta_bieu_do": self.words("bieu_do"),
            "bo_sung": self._addition(), "ket_qua_chung": self._general(), "chi_tieu": self._indicators(),
            "cac_to": [] if booklet.whole_province else self._teams(),
            "cac_xa": self._communes() if booklet.whole_province else [], "tong": self._totals(),
            "thu_tuc": self._procedures(), "bieu_do": self._chart(),
            "thay_doi": [
                {"ten": name, "truoc": shown(before), "nay": shown(after)} for name, before, after in rows.changes()
            ],
            "thi_dua": [self._campaign(ranking) for ranking in booklet.campaigns],
            "so_thi_dua": "6" if rows.changes() else "5",
            **self._suggestions(),
        }  # fmt: skip

    # --- I ---

    def _addition(self) -> str:
        before = self._booklet.replaces
        if before is None:
            return ""
        cut = before.cut_at.astimezone(VIETNAM)
        return self.words("bo_sung", number=before.number, cut_at=cut, late=self._booklet.beside.late)

    def _general(self) -> list[str]:
        first, period = self._lines["1"], self._booklet.period
        change, previous = first["change"], first["previous"]
        said = [self.words(
            "chung", place=self._booklet.name, ten_to=self._booklet.letter.ten_to, ngay=self._rows.days,
            period=period, value=first["value"], change=change,
            percent_change=round(100 * abs(change) / previous, 1) if change is not None and previous else None,
            year=first["year_to_date"], year_number=period.last.year, percent=first["percent"],
        )]  # fmt: skip
        if first["value"] is not None:
            said.append(self._who_reported())
        said += [self.words("chi_so", o=o) for o in self._rows.official() if o.period == period]
        if silent := self._rows.silent():
            said.append(self.words("xa_im_lang" if self._booklet.whole_province else "to_im_lang", names=silent))
        return said

    def _who_reported(self) -> str:
        active = self._lines["10"]
        if self._booklet.whole_province:
            communes = self._rows.communes()
            return self.words(
                "cac_xa", reported=sum(c.reported for c in communes), here=sum(c.teams > 0 for c in communes),
                total=len(communes), active=active["value"], teams=active["teams_total"],
            )  # fmt: skip
        teams = self._rows.teams()
        return self.words(
            "cac_to", reported=sum(t.reported for t in teams), expected=len(teams), active=active["value"],
            on_time=len(self._booklet.beside.on_time), members_active=active["members_active"],
            members_total=active["members_total"],
        )  # fmt: skip

    def _indicators(self) -> list[dict[str, str]]:
        return [
            {
                "ma": line.code, "ten": line.name, "dvt": line.unit, "ky_nay": shown(line.value),
                "ky_truoc": shown(line.previous), "tang_giam": shown(line.change), "luy_ke": shown(line.year),
                "muc_tieu": shown(line.target), "ty_le": shown(line.percent),
            }
            for line in self._rows.lines()
        ]  # fmt: skip

    def _teams(self) -> list[dict[str, str]]:
        return [
            {
                "stt": str(n), "ten": t.name, "hoat_dong": f"{t.active}/{t.members}" if t.reported else
                self.words("chua_bao_cao"), **self._columns(TEAM_COLUMNS, t.values),
            }
            for n, t in enumerate(self._rows.teams(), 1)
        ]  # fmt: skip

    def _communes(self) -> list[dict[str, str]]:
        return [
            {
                "hang": shown(c.rank), "ten": c.name, "hoat_dong": f"{c.teams_reported}/{c.teams}",
                **self._columns(COMMUNE_COLUMNS, c.values),
            }
            for c in self._rows.communes() if c.teams
        ]  # fmt: skip

    def _columns(self, codes: tuple[str, ...], values: tuple[int | None, ...]) -> dict[str, str]:
        return {name: shown(values[codes.index(code)]) for name, code in SHOWN.items()}

    def _totals(self) -> dict[str, str]:
        """The last line of that table: the report's own figures."""
        active = self._lines["10"]
        if self._booklet.whole_province:
            communes = self._rows.communes()
            of = f"{sum(c.teams_reported for c in communes)}/{sum(c.teams for c in communes)}"
        else:
            of = f"{shown(active['members_active'] or 0)}/{shown(active['members_total'])}"
        return {"hoat_dong": of, **{name: shown(self._lines[code]["value"]) for name, code in SHOWN.items()}}

    def _procedures(self) -> list[dict[str, str]]:
        found = self._rows.procedures()[:MOST_PROCEDURES]
        return [{"stt": str(n), "ten": name, "luot": shown(count)} for n, (name, count) in enumerate(found, 1)]

    def _chart(self) -> list[list[dict[str, str]]]:
        """The numbers under each picture: what every bar of it says."""
        found = chart.drawn(self._rows)
        return [[{"ten": bar.label, "luot": shown(bar.value)} for bar in panel.bars] for panel in found]

    # --- campaigns ---

    def _campaign(self, ranking: Ranking) -> dict[str, Any]:
        """How a campaign stands: for a province the ranks, for a commune its own points and what it has reached."""
        found = ranking.campaign
        said = [self.words("thi_dua", c=found, today=self._booklet.cut_at.date())]
        ranked = [s for s in ranking.standings if s.rank is not None]
        if self._booklet.whole_province:
            told = [self.words("thi_dua_muc", g=g, name=self._goal(g), unit=UNITS[g.indicator]) for g in found.goals]
            if ranking.standings:
                said.append(self.words("thi_dua_tinh", ranked=len(ranked), all=len(ranking.standings)))
            rows = [
                {"hang": shown(s.rank), "ten": self._rows.commune(s.commune), "diem": self.words("diem", p=s.points)}
                for s in ranked
            ]
            return {"doan": [*said, self.words("thi_dua_tinh_theo", goals=told)], "muc": [], "hang": rows}
        own = next((s for s in ranking.standings if s.commune == self._booklet.place), None)
        if own is not None:
            place = self._booklet.name
            said.append(self.words("thi_dua_xa", place=place, rank=own.rank, p=own.points, ranked=len(ranked)))
        goals = self._goals(found, own.values if own else {})
        return {"doan": said, "muc": goals, "hang": []}

    def _goals(self, found: Campaign, values: Mapping[str, int | None]) -> list[dict[str, str]]:
        rows = []
        for n, g in enumerate(found.goals, 1):
            number, reached = found.number(g, self._booklet.place), values.get(g.indicator)
            share = None if reached is None else round(100 * reached / number, 1)
            rows.append({
                "stt": str(n), "ten": self._goal(g), "dvt": UNITS[g.indicator], "trong_so": str(g.weight),
                "can_dat": shown(number), "da_dat": shown(reached), "ty_le": shown(share),
            })  # fmt: skip
        return rows

    def _goal(self, goal: Goal) -> str:
        return self._rows.campaign("indicator", code=goal.indicator, on=False)

    # --- II to IV ---

    def _suggestions(self) -> dict[str, list[str]]:
        """What members noted, and what follows from the figures, for an officer to edit; nothing is made up."""
        notes, plans, tinh = self._notes(), list[str](), self._booklet.whole_province
        again, first = self._lines["9"]["value"], self._lines["1"]
        if again:
            plans.append(self.words("hen_lai", n=again))
        if silent := ([] if self._booklet.whole_province else self._rows.silent()):
            plans.append(self.words("nhac_to", names=silent))
        if first["target"] and first["year_to_date"] is not None and first["year_to_date"] < first["target"]:
            rest = first["target"] - first["year_to_date"]
            plans.append(self.words("con_thieu", rest=rest, unit=first["unit"]))
        found = {
            "kho_khan": notes["kho_khan"],
            "nhiem_vu": plans + notes["nhiem_vu"],
            "kien_nghi": notes["kien_nghi"],
        }
        return {
            name: [self.words("goi_y", tinh=tinh), *lines] if lines else [self.words("can_viet", tinh=tinh)]
            for name, lines in found.items()
        }

    def _notes(self) -> dict[Section, list[str]]:
        found: dict[Section, dict[str, _Note]] = {"kho_khan": {}, "nhiem_vu": {}, "kien_nghi": {}}
        for entry in self._booklet.entries:
            section = self._section(entry)
            if section is not None and entry.note:
                text = " ".join(entry.note.split())
                note = found[section].setdefault(fold(text), _Note(text))
                note.times += 1
                note.teams[self._booklet.teams.get(entry.team_id, "")] = None
        return {
            section: [
                self.words("ghi_chu_to", text=n.text, times=n.times, teams=sorted(n.teams, key=in_order))
                for n in sorted(notes.values(), key=lambda n: (-n.times, n.text))[:MOST_NOTES]
            ]
            for section, notes in found.items()
        }

    def _section(self, entry: Entry) -> Section | None:
        finished = set(entry.results) <= {"xong"}
        return self._knowledge.suggestions.section(entry.note, finished=finished) if entry.note else None
