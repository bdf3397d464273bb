"""The rows of a report's tables as they are printed, the same in every file; too small numbers are hidden."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from content.folding import in_order
from content.knowledge import Knowledge
from content.terms import TermKind
from handlers.booklet import Booklet, EntryWords, entry_words, procedure_name
from storage.entry import Entry
from storage.frozen import Change
from storage.official import Official
from storage.periods import VIETNAM, Period
from storage.statistics import FEWER, INDICATORS, discreet, is_few, ranks

Figure = int | float | str | None
"""A number; FEWER for one too small to show; None for what was not reported."""
TEAM_COLUMNS = ("1", "2", "3", "4", "5", "6", "8", "9")
"""Indicators shown by team. None of a sensitive group: a team is too small for them."""
COMMUNE_COLUMNS = ("1", "2", "3", "4", "5", "6", "8")
TEXT = "11"
"""The indicator that is words, not a number."""
LONGEST = 62
"""Days; a longer period is not listed day by day."""


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator, or what is said beside one (then `code` is empty)."""

    code: str
    name: str
    unit: str
    value: Figure
    previous: Figure = None
    change: int | None = None
    year: Figure = None
    target: int | None = None
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team's own figures; None is silence."""

    name: str
    reported: bool
    active: int
    members: int
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class CommuneLine:
    """A commune of a province, with its place by lượt; `rank` is None for those that said nothing."""

    rank: int | None
    name: str
    code: str
    reported: bool
    teams_reported: int
    teams: int
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class OfficialLine:
    """A figure another agency published, beside that of the days before; both are as they were typed in."""

    name: str
    period: Period
    value: Decimal
    most: int | None
    before: Decimal | None
    source: str
    typed_by: str | None
    typed_at: dt.datetime
    """In Viet Nam's time."""


def official_lines(found: Sequence[Official], knowledge: Knowledge) -> list[OfficialLine]:
    """Official figures in the order they are given."""
    known, indexes = {(o.code, o.period): o.value for o in found}, knowledge.indexes
    return [
        OfficialLine(
            indexes.name(o.code), o.period, o.value, indexes.most(o.code), known.get((o.code, o.period.previous())),
            o.source, o.typed_by, o.typed_at.astimezone(VIETNAM),
        )
        for o in found
    ]  # fmt: skip


class Rows:
    """A booklet in words. `near` is for the head of the team it is about: to him too small numbers are told."""

    def __init__(self, booklet: Booklet, knowledge: Knowledge, *, near: bool = False) -> None:
        self.booklet = booklet
        self._knowledge = knowledge
        self._near = near

    def words(self, name: str, /, **context: Any) -> str:
        """The text of content/messages/sheets.j2."""
        return self._knowledge.messages.render(f"sheets.{name}", **context)

    def campaign(self, name: str, /, **context: Any) -> str:
        """The text of content/messages/campaign.j2."""
        return self._knowledge.messages.render(f"campaign.{name}", **context)

    def heads(self, name: str, /, **context: Any) -> list[str]:
        """The columns of a table."""
        return self.words(name, **context).split("|")

    @property
    def days(self) -> str:
        """The period as on paper, with its dates."""
        return self.words("days", period=self.booklet.period)

    @property
    def cut(self) -> str:
        """When the figures were read, and which version they are."""
        booklet = self.booklet
        return self.words("cut", moment=booklet.cut_at, version=booklet.version, final=booklet.beside.final)

    def name_of(self, kind: str) -> str:
        """The name of a file of that kind."""
        return self.words(f"name_{kind}", place=self.booklet.name, period=self.booklet.period)

    # --- tables ---

    def lines(self) -> list[Line]:
        """The indicators, each with what is said beside it."""
        found = [line for said in self.booklet.report["indicators"] for line in self._line(said)]
        codes = self.booklet.report.get("suspicious_codes", {})  # reports of before have none
        unit = self.words("code_unit")
        return found + [Line("", self.words(f"codes_{kind}"), unit, n) for kind, n in codes.items()]

    def _line(self, said: dict[str, Any]) -> Iterator[Line]:
        if said["code"] == TEXT:
            return
        shown = said if self._near else discreet(said)
        yield Line(
            shown["code"], shown["name"], shown["unit"], shown["value"], shown["previous"], shown["change"],
            shown["year_to_date"], shown["target"], shown["percent"],
        )  # fmt: skip
        people, team = self.words("people"), self.words("team_unit")
        for key, name, unit in (
            ("people", "attendees", people), ("teams_total", "teams_total", team),
            ("members_active", "members_active", people), ("members_total", "members_total", people),
        ):  # fmt: skip
            if key in said:
                yield Line("", self.words(name), unit, said[key])

    def value(self, code: str) -> Figure:
        """An indicator's figure as it is shown."""
        return next(line.value for line in self.lines() if line.code == code)

    def teams(self) -> list[TeamLine]:
        """The teams by name."""
        teams = sorted(self.booklet.report["teams"], key=lambda t: in_order(t["team"]))
        return [
            TeamLine(
                t["team"], t["reported"], t["active_members"], t["members"],
                tuple(t["indicators"][code] for code in TEAM_COLUMNS),
            )
            for t in teams
        ]  # fmt: skip

    def communes(self) -> list[CommuneLine]:
        """The communes of a province: those that reported by lượt, then the silent ones by name."""
        said = self.booklet.report["communes"]
        places = ranks([c["indicators"]["1"] for c in said])
        lines = [
            CommuneLine(
                rank, self.commune(c["commune"]), c["commune"], c["reported"], c["teams_reported"], c["teams"],
                tuple(c["indicators"][code] for code in COMMUNE_COLUMNS),
            )
            for rank, c in zip(places, said, strict=True)
        ]  # fmt: skip
        return sorted(lines, key=lambda c: (c.rank is None, c.rank or 0, not c.teams, c.name, c.code))

    def commune(self, code: str) -> str:
        """What a commune is called."""
        found = self._knowledge.places.commune(code)
        return found.name if found else code

    def hamlets(self) -> list[tuple[str, int, int, int]]:
        """Name, lượt, dossiers and payments of each hamlet."""
        nowhere = self.words("nowhere")
        return [(h.name or nowhere, h.people, h.dossiers, h.payments) for h in self.booklet.beside.hamlets]

    def procedures(self) -> list[tuple[str, int]]:
        """Name and lượt of each procedure, the most frequent first."""
        return [(self.procedure(p["id"]), p["count"]) for p in self.booklet.report["procedures"]]

    def procedure(self, key: str) -> str:
        """What a procedure is called."""
        return procedure_name(self._knowledge, key)

    def contents(self) -> list[tuple[str, str, Figure]]:
        """What lượt are told apart by, its values, and how many lượt each has."""
        kinds: tuple[tuple[TermKind, str], ...] = (
            ("content", "contents"), ("place", "places"), ("group", "groups"), ("result", "results"),
        )  # fmt: skip
        *names, through = self.heads("kinds")
        told = [
            (
                head,
                self.term(kind, code),
                FEWER if kind == "group" and not self._near and is_few(n, group=code) else n,
            )
            for (kind, part), head in zip(kinds, names, strict=True)
            for code, n in self.booklet.report[part].items()
        ]
        return told + [(through, self.words("channel", code=code), n) for code, n in self.booklet.beside.channels]

    def term(self, kind: TermKind, code: str) -> str:
        """What a code is called in reports; one of another version as it is."""
        return self._knowledge.terms.told(kind, code)

    def entry(self, entry: Entry) -> EntryWords:
        """What an entry tells in words."""
        return entry_words(self._knowledge, entry)

    def by_day(self) -> list[tuple[dt.date, str, int | None]]:
        """Each day of the period, its name and its lượt; days to come have none, and neither have silent ones."""
        period, names = self.booklet.period, self.heads("weekdays")
        counts = {dt.date.fromisoformat(day): n for day, n in self.booklet.report.get("days", {}).items()}
        length = (period.last - period.first).days + 1
        days = [period.first + dt.timedelta(days=n) for n in range(length)] if length <= LONGEST else sorted(counts)
        nothing = 0 if self.booklet.report["indicators"][0]["value"] is not None else None
        today = self.booklet.cut_at.date()
        return [(d, names[d.weekday()], counts.get(d, nothing if d <= today else None)) for d in days]

    def official(self) -> list[OfficialLine]:
        """What other agencies published, never a figure of ours."""
        return official_lines(self.booklet.official, self._knowledge)

    def index(self, name: str, /, **context: Any) -> str:
        """The text of content/messages/official.j2."""
        return self._knowledge.messages.render(f"official.{name}", **context)

    def silent(self) -> list[str]:
        """Names of the teams (or communes) that said nothing; of a province, only those that have teams here."""
        if self.booklet.whole_province:
            return [c.name for c in self.communes() if not c.reported and c.teams]
        return [t.name for t in self.teams() if not t.reported]

    def changes(self) -> list[tuple[str, Figure, Figure]]:
        """What this version says otherwise than the one it adds to."""
        rows: list[tuple[str, Figure, Figure]] = []
        for change in self.booklet.changes:
            code = change.key if change.kind == "indicator" else ""
            before, after = (FEWER if is_few(n, indicator=code) else n for n in (change.before, change.after))
            rows.append((self._changed(change), before, after))
        return rows

    def _changed(self, change: Change) -> str:
        names: dict[str, Callable[[str], str]] = {
            "indicator": lambda key: next((i.name for i in INDICATORS if i.code == key), key),
            "content": lambda key: self.term("content", key),
            "procedure": self.procedure,
            "commune": self.commune,
            "codes": lambda key: self.words(f"codes_{key}"),
        }
        name = names.get(change.kind, str)(change.key)
        return self.words(f"change_{change.kind}", name=name, key=change.key)
