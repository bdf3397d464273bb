"""The Excel workbook of a report: a sheet for each side of it, and one that says what every number means."""

from collections.abc import Sequence

from bot.documents.rows import COMMUNE_COLUMNS, TEAM_COLUMNS, CommuneLine, Line, Rows
from bot.documents.workbook import Book, Cell, Column, Formula, Sheet
from handlers.booklet import Ranking
from storage.entry import Entry
from storage.frozen import fingerprint
from storage.periods import VIETNAM, local_day
from storage.statistics import INDICATORS

UNITS = {i.code: i.unit for i in INDICATORS}

ENTRY_COLUMNS = (
    ("centre", 6), ("date", 12), ("centre", 7), ("text", 17), ("text", 14), ("text", 17), ("text", 28), ("text", 14),
    ("number", 7), ("number", 6), ("number", 6), ("text", 17), ("centre", 7), ("moment", 13), ("centre", 7),
    ("text", 22),
)  # fmt: skip
"""How the columns of the list of entries look, and how wide they are."""
ONE_PAGE = ("summary", "contents")
"""Sheets that are read best at one look."""


def excel(rows: Rows) -> bytes:
    """The workbook as bytes."""
    book = Book(
        rows.words("title", whole_province=rows.booklet.whole_province), rows.booklet.name, rows.booklet.cut_at
    )
    _summary(book, rows)
    if rows.booklet.whole_province:
        _communes(book, rows)
    else:
        _teams(book, rows)
        _hamlets(book, rows)
    _campaigns(book, rows)
    _procedures(book, rows)
    _contents(book, rows)
    if not rows.booklet.whole_province:
        _days(book, rows)
    if rows.booklet.entries:
        _entries(book, rows)
    if rows.booklet.official:
        _official(book, rows)
    _silent(book, rows)
    if rows.booklet.replaces:
        _changes(book, rows)
    _notes(book, rows)
    return book.save()


def _columns(heads: Sequence[str], kinds: Sequence[str], totals: Sequence[int] = ()) -> list[Column]:
    return [Column(h, k, n in totals) for n, (h, k) in enumerate(zip(heads, kinds, strict=True))]


def _titled(book: Book, rows: Rows, sheet: str, columns: Sequence[Column]) -> Sheet:
    made = book.sheet(rows.words(f"sheet_{sheet}"), columns, one_page=sheet in ONE_PAGE)
    heading = rows.words("title", whole_province=rows.booklet.whole_province)
    made.title(f"{rows.booklet.name.upper()} - {heading}", rows.days, rows.cut)
    return made


def _summary(book: Book, rows: Rows) -> None:
    period = rows.booklet.period
    heads = rows.heads("heads_summary", period=period)
    columns = _columns(heads, ["centre", "text", "centre", *["number"] * 5, "percent"])
    sheet = _titled(book, rows, "summary", columns)
    first = sheet.row + 2
    lines = [_summary_line(sheet, line, first + n) for n, line in enumerate(rows.lines())]
    sheet.table(lines, groups=rows.words("groups_summary", period=period, year=period.last.year))
    notes = [rows.words("note_counting"), rows.words("note_blank"), rows.words("few")]
    sheet.notes(*notes)


def _summary_line(sheet: Sheet, line: Line, row: int) -> list[Cell | Formula]:
    """The change and the percentage are computed in the sheet, from the cells beside them."""
    here = [sheet.cell(column, row=row) for column in range(9)]
    change = None if line.change is None else Formula(f"={here[3]}-{here[4]}", line.change)
    share: Formula | None = None
    if line.percent is not None and line.target and isinstance(line.year, int):
        share = Formula(f"={here[6]}/{here[7]}", line.year / line.target)
    return [line.code or None, line.name, line.unit, line.value, line.previous, change, line.year, line.target, share]


def _teams(book: Book, rows: Rows) -> None:
    numbers = ["number"] * (2 + len(TEAM_COLUMNS))
    columns = _columns(rows.heads("heads_teams"), ["centre", "text", "centre", *numbers], range(3, 13))
    sheet = _titled(book, rows, "teams", columns)
    lines: list[list[Cell | Formula]] = [
        [n, t.name, rows.words("yes" if t.reported else "no"), t.active if t.reported else None, t.members, *t.values]
        for n, t in enumerate(rows.teams(), 1)
    ]
    of_all = next(i for i in rows.booklet.report["indicators"] if i["code"] == "10")
    totals = (None, None, None, of_all["members_active"], of_all["members_total"])  # nobody is counted twice
    sheet.table(lines, groups=rows.words("groups_teams"), total=rows.words("total"), totals=totals)
    sheet.notes(rows.words("note_member"), rows.words("note_blank"))


def _communes(book: Book, rows: Rows) -> None:
    numbers = ["number"] * (2 + len(COMMUNE_COLUMNS))
    columns = _columns(rows.heads("heads_communes"), ["centre", "text", "centre", "centre", *numbers], range(4, 13))
    sheet = _titled(book, rows, "communes", columns)
    lines: list[list[Cell | Formula]] = [
        [c.rank, c.name, c.code, _state(rows, c.reported, c.teams), *_of_teams(c), *c.values] for c in rows.communes()
    ]
    sheet.table(lines, groups=rows.words("groups_communes"), total=rows.words("total"))
    sheet.notes(rows.words("note_rank"), rows.words("note_blank"), rows.words("note_province"))


def _campaigns(book: Book, rows: Rows) -> None:
    """A sheet for each campaign: ranks and points. What others have reached is for the province to see alone."""
    all_of_it = rows.booklet.whole_province
    for n, ranking in enumerate(rows.booklet.campaigns, 1):
        found = ranking.campaign
        goals = found.goals if all_of_it else ()
        heads = rows.campaign("heads", goals=goals).split("|")
        columns = _columns(heads, ["centre", "text", "points", *["number"] * len(goals)])
        sheet = book.sheet(rows.campaign("sheet", n=n), columns)
        sheet.title(rows.campaign("title", c=found, today=rows.booklet.cut_at.date()), rows.cut)
        lines: list[list[Cell | Formula]] = [
            [s.rank, rows.commune(s.commune), None if s.points is None else float(s.points),
             *(s.values[g.indicator] for g in goals)]
            for s in ranking.standings if s.rank is not None
        ]  # fmt: skip
        sheet.table(lines, empty=rows.words("nothing"))
        silent = len(ranking.standings) - len(lines)
        said = [rows.campaign("silent", count=silent)] if silent else []
        sheet.notes(*said, *_goals(rows, ranking), rows.campaign("note_points"))


def _goals(rows: Rows, ranking: Ranking) -> list[str]:
    """What counts; for a commune with the number it is to reach and what it has reached."""
    found, place = ranking.campaign, rows.booklet.place
    if rows.booklet.whole_province:
        return [rows.campaign("goal", g=g, unit=UNITS[g.indicator]) for g in found.goals]
    own = next((s.values for s in ranking.standings if s.commune == place), {})
    return [
        rows.campaign("goal_own", g=g, unit=UNITS[g.indicator], place=rows.booklet.name,
                      number=found.number(g, place), reached=own.get(g.indicator))
        for g in found.goals
    ]  # fmt: skip


def _official(book: Book, rows: Rows) -> None:
    """What other agencies published, on a sheet of its own: nobody is to take it for a figure of ours."""
    kinds = ["text", "centre", "points", "number", "points", "text", "text", "moment"]
    columns = _columns(rows.index("heads").split("|"), kinds)
    sheet = book.sheet(rows.index("open"), columns)
    sheet.title(rows.index("title"), rows.booklet.name, rows.cut)
    sheet.table([
        [o.name, o.period.label, float(o.value), o.most, None if o.before is None else float(o.before), o.source,
         o.typed_by, o.typed_at]
        for o in rows.official()
    ])  # fmt: skip
    sheet.notes(rows.index("note"))


def _of_teams(line: CommuneLine) -> tuple[Cell, Cell]:
    """How many teams reported of how many; blank for a commune that has none here."""
    return (line.teams_reported, line.teams) if line.teams else (None, None)


def _state(rows: Rows, reported: bool, teams: int) -> str:
    if reported:
        return rows.words("yes")
    return rows.words("no" if teams else "not_here")


def _hamlets(book: Book, rows: Rows) -> None:
    columns = _columns(rows.heads("heads_hamlets"), ["centre", "text", *["number"] * 3], (2, 3, 4))
    sheet = _titled(book, rows, "hamlets", columns)
    lines: list[list[Cell | Formula]] = [[n, *line] for n, line in enumerate(rows.hamlets(), 1)]
    sheet.table(lines, total=rows.words("total"), empty=rows.words("nothing"))


def _procedures(book: Book, rows: Rows) -> None:
    columns = _columns(rows.heads("heads_procedures"), ["centre", "text", "number"], (2,))
    sheet = _titled(book, rows, "procedures", columns)
    lines: list[list[Cell | Formula]] = [[n, *line] for n, line in enumerate(rows.procedures(), 1)]
    sheet.table(lines, total=rows.words("total"), empty=rows.words("nothing"))
    sheet.notes(rows.words("note_overlap"))


def _contents(book: Book, rows: Rows) -> None:
    columns = _columns(rows.heads("heads_contents"), ["centre", "text", "text", "number"])
    sheet = _titled(book, rows, "contents", columns)
    lines: list[list[Cell | Formula]] = [[n, *line] for n, line in enumerate(rows.contents(), 1)]
    sheet.table(lines, empty=rows.words("nothing"))
    sheet.notes(rows.words("note_overlap"), rows.words("few"))


def _days(book: Book, rows: Rows) -> None:
    columns = _columns(rows.heads("heads_days"), ["centre", "date", "centre", "number"], (3,))
    sheet = _titled(book, rows, "days", columns)
    lines: list[list[Cell | Formula]] = [[n, *line] for n, line in enumerate(rows.by_day(), 1)]
    sheet.table(lines, total=rows.words("total"), empty=rows.words("nothing"))


def _entries(book: Book, rows: Rows) -> None:
    heads = rows.heads("heads_entries")
    columns = [Column(h, k, k == "number", width) for h, (k, width) in zip(heads, ENTRY_COLUMNS, strict=True)]
    sheet = _titled(book, rows, "entries", columns)
    lines = [[n, *_entry(rows, entry)] for n, entry in enumerate(rows.booklet.entries, 1)]
    sheet.table(lines, total=rows.words("total"))
    sheet.notes(rows.words("note_notes"))


def _entry(rows: Rows, entry: Entry) -> list[Cell | Formula]:
    """One entry without a person in it: neither who helped nor who was helped, nor the groups they belong to."""
    booklet = rows.booklet
    entered = entry.entered_at.astimezone(VIETNAM) if entry.entered_at else None
    words = rows.entry(entry)
    return [
        entry.day, entry.time, booklet.teams.get(entry.team_id), booklet.hamlets.get(entry.hamlet_id or 0),
        words.place, words.contents, words.procedures, entry.people, entry.dossiers, entry.payments, words.results,
        rows.words("session_mark") if entry.session else None, entered,
        rows.words("late_mark") if entered and entered > booklet.beside.deadline else None, entry.note,
    ]  # fmt: skip


def _silent(book: Book, rows: Rows) -> None:
    sheet = book.sheet(rows.words("sheet_silent"), [Column("")])
    said = {"place": rows.booklet.name, "days": rows.days, "whole_province": rows.booklet.whole_province}
    sheet.plain_lines([rows.words("silent_heading", **said), *(rows.silent() or [rows.words("all_reported")])])


def _changes(book: Book, rows: Rows) -> None:
    columns = _columns(rows.heads("heads_changes"), ["centre", "text", *["number"] * 3])
    sheet = _titled(book, rows, "changes", columns)
    first = sheet.row + 1
    lines: list[list[Cell | Formula]] = []
    for n, (name, before, after) in enumerate(rows.changes()):
        known = isinstance(before, int) and isinstance(after, int)
        here = [sheet.cell(column, row=first + n) for column in (3, 2)]
        gap = Formula(f"={here[0]}-{here[1]}", after - before) if known else None  # type: ignore[operator]
        lines.append([n + 1, name, before, after, gap])
    sheet.table(lines, empty=rows.words("nothing"))
    if rows.booklet.replaces:
        sheet.notes(rows.words("addition", before=_moment(rows)))


def _moment(rows: Rows) -> dict[str, object]:
    before = rows.booklet.replaces
    return {"number": before.number, "cut_at": before.cut_at.astimezone(VIETNAM)} if before else {}


def _notes(book: Book, rows: Rows) -> None:
    columns = _columns(rows.heads("heads_notes"), ["centre", "text", "centre", "text"])
    columns[3] = Column(columns[3].head, "text", width=70)
    sheet = _titled(book, rows, "notes", columns)
    sheet.table([[i.code, i.name, i.unit, i.definition] for i in INDICATORS])
    booklet, beside = rows.booklet, rows.booklet.beside
    lines = [rows.words("note_cut", moment=booklet.cut_at, version=booklet.version, final=beside.final)]
    if booklet.replaces:
        lines.append(rows.words("addition", before=_moment(rows)))
    if not booklet.whole_province:
        lines.append(rows.words("note_deadline", moment=beside.deadline))
        teams = rows.teams()
        reported = sum(t.reported for t in teams)
        lines.append(rows.words("note_on_time", on_time=len(beside.on_time), reported=reported, expected=len(teams)))
        if beside.late and local_day(booklet.cut_at) >= local_day(beside.deadline):
            lines.append(rows.words("note_late", late=beside.late))
    lines += [rows.words(name) for name in ("note_counting", "note_blank", "few", "note_made")]
    sheet.notes(*lines, rows.words("note_hash", sha256=fingerprint(booklet.report)))
