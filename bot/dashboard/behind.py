"""The assistances behind a figure, as far as the person may see them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.dashboard.filters import Filters
from bot.dashboard.sections import Sections
from bot.dashboard.sights import Sight
from bot.dashboard.tables import Row, Table, number, text
from content.knowledge import Knowledge
from handlers.booklet import entry_words, procedure_name
from storage.details import homes
from storage.entry import Entry
from storage.memory import Memory
from storage.periods import VIETNAM
from storage.scope import Scope
from storage.statistics import FEWER, INDICATORS, is_few, part

PAGE = 100
_PROCEDURE = re.compile(r"procedure:[a-z0-9-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for."""

    teams: Mapping[int, str]
    hamlets: Mapping[int, str]
    people: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Behind:
    """The entries of a figure, a page of them at a time."""

    name: str
    unit: str
    entries: int
    total: int | str | None
    """None for a figure that is no sum of them; hidden when it is too small to be told."""
    table: Table
    file: Table
    """All of them, without who logged each."""
    page: int
    pages: int


def known(figure: str) -> bool:
    """Whether entries can be told for that figure."""
    return bool(_PROCEDURE.fullmatch(figure)) or any(i.code == figure for i in INDICATORS)


class Entries:
    """Makes the list."""

    def __init__(self, knowledge: Knowledge, memory: Memory, scope: Scope, sight: Sight, filters: Filters) -> None:
        self._knowledge = knowledge
        self._memory = memory
        self._scope = scope
        self._sight = sight
        self._filters = filters
        self._sections = Sections(knowledge, sight, filters)

    async def behind(self, figure: str, page: int) -> Behind:
        """The entries of a figure, the latest first; the log itself leaves out what the person may not see."""
        sight, filters, memory = self._sight, self._filters, self._memory
        team_id = sight.team_id if sight.kind == "team" else filters.team
        seen = await memory.log.entries(self._scope, filters.period, commune=sight.code, team_id=team_id)
        chosen = await self._chosen(seen)
        found = [(entry, n) for entry in chosen[::-1] if (n := part(entry, figure))]
        pages = max((len(found) + PAGE - 1) // PAGE, 1)
        page = min(max(page, 1), pages)
        shown = found[(page - 1) * PAGE : page * PAGE]
        names = Names(
            await memory.people.team_names(sight.code), await memory.people.hamlet_names(sight.code),
            await memory.people.names([e.member_id for e, _ in shown if e.member_id is not None]),
        )  # fmt: skip
        indicator = next((i for i in INDICATORS if i.code == figure), None)
        procedure = procedure_name(self._knowledge, figure.partition(":")[2])
        total = sum(n for _, n in found)
        hidden = sight.kind != "team" and is_few(total, indicator=figure)
        return Behind(
            indicator.name if indicator else procedure, indicator.unit if indicator else INDICATORS[0].unit,
            len(found), (FEWER if hidden else total) if indicator is None or indicator.measures else None,
            self._table(shown, names, named=True), self._table(found, names, named=False), page, pages,
        )  # fmt: skip

    async def _chosen(self, seen: Sequence[Entry]) -> list[Entry]:
        """Those of the part asked for; an entry that names no hamlet belongs to the hamlet of its team."""
        hamlet, procedure = self._filters.hamlet, self._filters.procedure
        home = await homes(self._memory.connection, self._sight.code) if hamlet is not None else {}
        return [
            e for e in seen
            if (hamlet is None or (e.hamlet_id or home.get(e.team_id)) == hamlet)
            and (procedure is None or procedure in e.procedures)
        ]  # fmt: skip

    def _table(self, found: Sequence[tuple[Entry, int]], names: Names, *, named: bool) -> Table:
        rows = [self._row(entry, n, names, named=named) for entry, n in found]
        return self._sections.table("entries", rows, "note_notes", named=named)

    def _row(self, entry: Entry, n: int, names: Names, *, named: bool) -> Row:
        """One entry; nobody who was helped is in it, nor the groups they belong to."""
        entered = entry.entered_at.astimezone(VIETNAM) if entry.entered_at else None
        words = entry_words(self._knowledge, entry)
        who = [text(names.people.get(entry.member_id or 0))] if named else []
        return (
            text(f"{entry.day:%d/%m/%Y}"), text(entry.time), text(names.teams.get(entry.team_id)), *who,
            text(names.hamlets.get(entry.hamlet_id or 0)),
            text(words.place), text(words.contents), text(words.procedures), number(n),
            text(words.results), text(f"{entered:%H:%M %d/%m}" if entered else None),
            text(entry.note),
        )  # fmt: skip
