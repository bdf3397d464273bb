"""Sheets with two-level heads, real numbers and totals that are formulas, ready to print."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from bot.documents.measure import points

SIZE, TITLE_SIZE = 13, 14
FONT = {"font_name": "Times New Roman", "font_size": SIZE}
GREY = "#D9D9D9"
PAPER_A4 = 9
UNIT, UNIT_PIXELS = 6.5, 80
"""Points of a digit of FONT, the unit of widths; pixels of a usual column, by which xlsxwriter knows that unit."""
WIDEST, NARROWEST = 56, 6
"""Widths of the widest and the narrowest column."""
ROOM, LINE = 3.0, 18.0
"""What the edges of a cell take of its width; and how high a line is, in points."""
ONE_LOOK = 520.0
"""Rows no higher than this together, in points, are printed on one page with their notes, a little smaller."""
AT_LEAST = 84.0
"""A table narrower than this is widened, so that the titles above fit: heads first, then a column of text."""
Cell = int | float | str | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and the value it has, for programs that show without computing."""

    text: str
    value: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, how its cells look, and whether the last line adds it up."""

    head: str | dt.date
    """Words, or a day of which the number is shown."""
    kind: str = "text"
    """text, typed (by people: a number stays as it is written), centre, number, points, percent, date, moment."""
    total: bool = False
    width: float | None = None


class Book:
    """A workbook in memory."""

    def __init__(self, title: str, author: str, made_at: dt.datetime) -> None:
        self._bytes = BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                   "default_date_format": "dd/mm/yyyy", "default_format_properties": dict(FONT),
                   "default_column_width": UNIT_PIXELS}  # fmt: skip
        self._book = Workbook(self._bytes, options)
        made = made_at.replace(tzinfo=None)
        self._book.set_properties({"title": title, "author": author, "created": made, "comments": ""})
        self._formats: dict[tuple[str, ...], Format] = {}

    def format(self, *names: str) -> Format:
        """The look of a cell."""
        if names not in self._formats:
            look: dict[str, Any] = dict(FONT)
            for name in names:
                look |= _LOOKS[name]
            self._formats[names] = self._book.add_format(look)
        return self._formats[names]

    def sheet(self, name: str, columns: Sequence[Column], *, one_page: bool = False) -> "Sheet":
        """A new sheet at the end, one page wide on paper; `one_page`: and one page high."""
        made = self._book.add_worksheet(name)
        made.fit_to_pages(1, int(one_page))
        return Sheet(self, made, columns)

    def save(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._bytes.getvalue()


_LOOKS: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True, "valign": "vcenter", "indent": 1, "quote_prefix": True},
    "typed": {"num_format": "@", "text_wrap": True, "valign": "vcenter"},
    "centre": {"align": "center", "valign": "vcenter"},
    "number": {"num_format": "#,##0", "align": "right", "indent": 1, "valign": "vcenter"},
    "points": {"num_format": "0.00", "align": "right", "indent": 1, "valign": "vcenter"},
    "percent": {"num_format": "0.0%", "align": "right", "valign": "vcenter"},
    "date": {"num_format": "dd/mm/yyyy", "align": "center", "valign": "vcenter"},
    "moment": {"num_format": "dd/mm hh:mm", "align": "center", "valign": "vcenter"},
    "day": {"num_format": "d"},
    "border": {"border": 1},
    "bold": {"bold": True},
    "right": {"align": "right", "indent": 1, "valign": "vcenter"},
    "head": {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "bg_color": GREY, "border": 1},
    "title": {"bold": True, "font_size": TITLE_SIZE, "align": "center", "valign": "vcenter", "text_wrap": True},
    "under": {"italic": True, "align": "center", "valign": "vcenter", "text_wrap": True},
    "plain": {"quote_prefix": True},
    "wrapped": {"text_wrap": True, "valign": "top", "quote_prefix": True},
}


def _width(value: Cell | Formula, kind: str) -> float:
    if isinstance(value, str):
        return points(value, SIZE) / UNIT + ROOM
    if isinstance(value, int | float):
        return len(f"{value:,.0f}") + 3.0
    return {"date": 12.0, "moment": 13.0, "percent": 8.0}.get(kind, 0.0)


def _number(value: Cell | Formula) -> float:
    """Of a cell that holds a number."""
    if isinstance(value, Formula):
        return value.value
    return value if isinstance(value, int | float) else 0


def _lines(text: str, width: float, size: float = SIZE, *, bold: bool = False) -> int:
    """How many lines a text takes, broken between words."""
    lines, room, most = 1, 0.0, (width - ROOM) * UNIT
    for word in text.split():
        needed = points(f" {word}" if room else word, size, bold=bold)
        if room and room + needed > most:
            lines, room = lines + 1, points(word, size, bold=bold)
        else:
            room += needed
    return lines


class Sheet:
    """One sheet: titles, a table, notes below; written from top to bottom."""

    def __init__(self, book: Book, sheet: Worksheet, columns: Sequence[Column]) -> None:
        self._book = book
        self._sheet = sheet
        self._columns = columns
        self._row = 0
        self._widths: list[float] = []
        self._titles: list[tuple[int, str]] = []
        sheet.set_landscape()
        sheet.set_paper(PAPER_A4)
        sheet.set_margins(left=0.6, right=0.5, top=0.6, bottom=0.7)
        sheet.center_horizontally()
        sheet.hide_gridlines(1)
        sheet.set_footer('&C&"Times New Roman"&11&P/&N')

    # --- above the table ---

    def title(self, *lines: str) -> None:
        """Centred lines over the whole width: the first bold, the others in italics."""
        last = len(self._columns) - 1
        for n, line in enumerate(lines):
            look = self._book.format("under" if n else "title")
            self._sheet.merge_range(self._row, 0, self._row, last, "", look)
            self._sheet.write_string(self._row, 0, line, look)
            self._titles.append((self._row, line))
            self._row += 1
        self._row += 1

    # --- the table ---

    def table(
        self, rows: Sequence[Sequence[Cell | Formula]], *, groups: str = "", total: str = "",
        totals: Sequence[Cell | Formula] = (), empty: str = "",
    ) -> None:  # fmt: skip
        """Heads that stay in sight and are repeated on paper, rows, and a last line that adds them up.

        `groups` is the upper head: "3:|2:Members" spans three columns with their own heads and two under one more.
        `totals` replaces the sum of a column where it is not None. `empty` is said when there are no rows.
        """
        self._widen(rows)
        if sum(self._height(row) for row in rows) <= ONE_LOOK:
            self._sheet.fit_to_pages(1, 1)
        first_head = self._row
        self._heads(groups)
        begin = self._row
        for row in rows:
            for column, value in enumerate(row):
                self._cell(self._row, column, value, "border")
            self._sheet.set_row(self._row, self._height(row))
            self._row += 1
        if not rows and empty:
            look = self._book.format("under", "border")
            self._sheet.merge_range(begin, 0, begin, len(self._columns) - 1, "", look)
            self._sheet.write_string(begin, 0, empty, look)
            self._row += 1
        elif total:
            self._total(total, begin, rows, totals)
        self._sheet.freeze_panes(begin, 2 if len(self._columns) > 5 else 0)
        self._sheet.repeat_rows(first_head, begin - 1)

    def _widen(self, rows: Sequence[Sequence[Cell | Formula]]) -> None:
        """Every column as wide as its longest word or number, within limits; and the titles as high as they need."""
        for n, column in enumerate(self._columns):
            head = column.head if isinstance(column.head, str) else ""
            words = max((points(word, SIZE, bold=True) for word in head.split()), default=0.0) / UNIT + 1.5
            cells = max((_width(row[n], column.kind) for row in rows), default=0.0)
            self._widths.append(column.width or min(max(words, cells, NARROWEST), WIDEST))
        self._spread()
        for n, width in enumerate(self._widths):
            self._sheet.set_column(n, n, width)
        for row, line in self._titles:
            first = row == self._titles[0][0]
            lines = _lines(line, sum(self._widths) + ROOM, TITLE_SIZE if first else SIZE, bold=first)
            self._sheet.set_row(row, 4 + LINE * lines)

    def _spread(self) -> None:
        """Widens a narrow table: each head on one line as far as that goes, the rest for a column of text."""
        for n, column in enumerate(self._columns):
            head = column.head if isinstance(column.head, str) else ""
            whole = points(head, SIZE, bold=True) / UNIT + ROOM
            missing = AT_LEAST - sum(self._widths)
            self._widths[n] += max(0.0, min(whole - self._widths[n], missing))
        missing = AT_LEAST - sum(self._widths)
        if missing > 0:
            text = next((n for n, c in enumerate(self._columns) if c.kind == "text"), None)
            share = range(len(self._widths)) if text is None else [text]
            for n in share:
                self._widths[n] += missing / len(share)

    def _height(self, row: Sequence[object], *, bold: bool = False) -> float:
        texts = [(value, n) for n, value in enumerate(row) if isinstance(value, str)]
        return 3 + LINE * max((_lines(text, self._widths[n], bold=bold) for text, n in texts), default=1)

    def _heads(self, groups: str) -> None:
        spans = [(int(n), name) for n, _, name in (g.partition(":") for g in groups.split("|"))] if groups else []
        column = 0
        for length, name in spans:
            if name:
                self._span(self._row, column, self._row, column + length - 1, name)
            for n in range(column, column + length):
                head = self._columns[n].head
                if name:
                    self._head(self._row + 1, n)
                elif isinstance(head, str):
                    self._span(self._row, n, self._row + 1, n, head)
            column += length
        if not spans:
            for n in range(len(self._columns)):
                self._head(self._row, n)
        lower = self._row + bool(spans)
        self._sheet.set_row(self._row, LINE + 4)
        self._sheet.set_row(lower, self._height([c.head for c in self._columns], bold=True) + 3)
        self._row = lower + 1

    def _head(self, row: int, column: int) -> None:
        head = self._columns[column].head
        if isinstance(head, str):
            self._sheet.write_string(row, column, head, self._book.format("head"))
        else:
            self._sheet.write_datetime(row, column, head, self._book.format("head", "day"))

    def _span(self, row: int, column: int, last_row: int, last_column: int, text: str) -> None:
        look = self._book.format("head")
        if (row, column) == (last_row, last_column):
            self._sheet.write_string(row, column, text, look)
        else:
            self._sheet.merge_range(row, column, last_row, last_column, text, look)

    def _cell(self, row: int, column: int, value: Cell | Formula, *looks: str) -> None:
        kind = self._columns[column].kind
        if value is None:
            self._sheet.write_blank(row, column, None, self._book.format(kind, *looks))
        elif isinstance(value, Formula):
            self._sheet.write_formula(row, column, value.text, self._book.format(kind, *looks), value.value)
        elif isinstance(value, dt.datetime):
            self._sheet.write_datetime(row, column, value.replace(tzinfo=None), self._book.format(kind, *looks))
        elif isinstance(value, dt.date):
            self._sheet.write_datetime(row, column, value, self._book.format(kind, *looks))
        elif isinstance(value, str):
            shown = kind if kind in ("text", "centre") else "right"  # "<5" among numbers
            self._sheet.write_string(row, column, value, self._book.format(shown, *looks))
        else:
            self._sheet.write_number(row, column, value, self._book.format(kind, *looks))

    def _total(
        self, total: str, begin: int, rows: Sequence[Sequence[Cell | Formula]], totals: Sequence[Cell | Formula]
    ) -> None:
        """The last line: its name over the columns that are not added up, then sums as formulas with their values."""
        first = next((n for n, c in enumerate(self._columns) if c.total), len(self._columns))
        look = self._book.format("head")
        self._span(self._row, 0, self._row, first - 1, total)
        for n, column in enumerate(self._columns[first:], first):
            given = totals[n] if n < len(totals) else None
            numbers = [_number(row[n]) for row in rows if isinstance(row[n], int | float | Formula)]
            if given is not None:
                self._cell(self._row, n, given, "border", "bold")
            elif column.total and numbers:
                area = xl_range(begin, n, self._row - 1, n)
                self._cell(self._row, n, Formula(f"=SUM({area})", sum(numbers)), "border", "bold")
            else:
                self._sheet.write_blank(self._row, n, None, look)
        self._sheet.set_row(self._row, LINE + 4)
        self._row += 1

    # --- below the table ---

    def notes(self, *lines: str) -> None:
        """Lines below the table, each over the whole width."""
        self._row += 1
        for line in lines:
            self._sheet.merge_range(self._row, 0, self._row, len(self._columns) - 1, "", self._book.format("wrapped"))
            self._sheet.write_string(self._row, 0, line, self._book.format("wrapped"))
            self._sheet.set_row(self._row, 3 + LINE * _lines(line, sum(self._widths)))
            self._row += 1

    def signatures(self, *who: str) -> None:
        """Below everything, side by side, with room to sign."""
        self._row += 1
        wide = len(self._columns) / len(who)
        edges = [round(wide * n) for n in range(len(who) + 1)]
        look = self._book.format("centre", "bold")
        for first, end, one in zip(edges, edges[1:], who, strict=False):
            self._sheet.merge_range(self._row, first, self._row, end - 1, one, look)
        self._row += 5

    def plain_lines(self, lines: Sequence[str]) -> None:
        """One line a cell in the first column, ready to be copied."""
        self._sheet.set_column(0, 0, AT_LEAST)
        for line in lines:
            self._sheet.write_string(self._row, 0, line, self._book.format("plain"))
            self._sheet.set_row(self._row, LINE + 3)
            self._row += 1

    def cell(self, column: int, *, row: int | None = None) -> str:
        """The address of a cell in the row being written."""
        return str(xl_rowcol_to_cell(self._row if row is None else row, column))

    @property
    def row(self) -> int:
        """The row written next, from 0."""
        return self._row
