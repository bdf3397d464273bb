"""Tells the rows of a sheet apart: members, headings of a team or a hamlet, sums, column numbers, what is below."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from content.folding import fold
from content.roster import places
from content.roster.book import NOTHING, Cell, Sheet
from content.roster.heads import Head, find_head, is_head
from content.roster.words import Words

_ORDER = re.compile(r"\(?\d{1,4}\)?[.)]?")
_ROMAN = re.compile(r"\(?[IVXLC]{1,5}\)?[.)]?|[A-HK-Z][.)]?")
_COLUMN_NUMBER = re.compile(r"\(?(?:\d{1,2}|[A-Ea-e])\)?")
GROUPED = 0.5
"""From this share of empty cells on, a column is filled once a group and holds for the rows below."""
HEADED = 4
"""A row of at least so many cells above a head is no title."""
WIDE = 2
"""A row merged over more columns than this is a heading."""
GAP = 2
"""Empty rows after which a row without a number belongs to no list any more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that speaks of a member, with everything it can be said to hold."""

    sheet: str
    number: int
    name: Cell
    phones: tuple[Cell, ...] = ()
    hamlet: Cell = NOTHING
    team: Cell = NOTHING
    duties: tuple[str, ...] = ()
    birth: str = ""
    heading_team: str | None = None
    heading_hamlet: str | None = None
    kind: str | None = None
    general: bool = False
    """There is no column that would say a team or a hamlet."""
    broken: Cell | None = None
    """A formula that was to join the parts of the name and gave nothing."""
    asks_hamlet: bool = False
    """There is a column of hamlets, and it is filled in for most."""


def rows_of(sheet: Sheet, words: Words) -> Iterator[Row]:
    """The members of a sheet, and rows that should have been one; nothing for a sheet without a list."""
    head, begin, heading = find_head(sheet, 1, words), 1, _Heading()
    while head is not None:
        table = _Table(sheet, head, words, _title(sheet, head, begin, words) or heading)
        yield from table.read()
        begin, heading = table.last + 1, table.heading
        head = find_head(sheet, table.until, words) if table.until else None


@dataclass(frozen=True, slots=True)
class _Heading:
    """The team and the hamlet that the rows below a heading belong to."""

    team: str | None = None
    hamlet: str | None = None


def _title(sheet: Sheet, head: Head, begin: int, words: Words) -> _Heading | None:
    """The hamlet that the lines above a head speak of, or before the first one the name of the sheet."""
    rows = [sheet.rows[r] for r in sorted(sheet.rows) if begin <= r < head.first]
    above = [cell.text for row in rows if len(row) < HEADED for cell in row.values()]
    for text in (*above[::-1], *([sheet.name] if begin == 1 else [])):
        found = places.place_in(text, words)
        if found:
            return _Heading(None, places.spelled(found, words))
    return None


class _Table:
    """The rows below one head."""

    def __init__(self, sheet: Sheet, head: Head, words: Words, heading: _Heading) -> None:
        self._sheet, self._head, self._words = sheet, head, words
        self.heading = heading
        self.until = 0
        """The row where the next head begins; 0 when there is none."""
        self.last = head.last
        """The last row of a member."""
        self._rows = [r for r in sorted(sheet.rows) if r > head.last]
        self._names = head.of("name", "family")
        self._general = not {"team", "hamlet"} & head.columns.keys()
        self._data = {
            c for f in ("phone", "hamlet", "team", "duty", "position", "birth") for c in head.columns.get(f, ())
        }

    def read(self) -> list[Row]:
        """The rows of members, with cells filled once a group made good."""
        found: list[Row] = []
        trailing: list[Row] = []  # numbered but otherwise empty: a gap when members follow, else just prepared
        ended, before = False, self._head.last
        for number in self._rows:
            if is_head(self._sheet, number, self._words):
                self.until = number
                break
            gap, before = number - before - 1, number
            if ended or self._is_number_line(number):
                continue
            if self._ends(number):
                ended = True
            elif self._section(number) or self._is_sum(number):
                continue
            elif (row := self._row(number, gap)) is not None:
                if row.name.empty and row.name.formula is None and not self._own(number, self._data):
                    trailing.append(row)
                else:
                    found += [*trailing, row]
                    trailing, self.last = [], number
        return self._filled(found)

    # --- what is in a row ---

    def _own(self, row: int, columns: set[int]) -> list[Cell]:
        """The cells of those columns that are the row's own."""
        own = self._sheet.rows.get(row, {})
        return [own[c] for c in sorted(columns) if c in own]

    def _order(self, row: int) -> str:
        """The number of a row, arabic, roman or a letter; nothing for other words in that column."""
        text = next((c.text for c in self._own(row, set(self._head.columns.get("order", ())))), "")
        return text if _ORDER.fullmatch(text) or _ROMAN.fullmatch(text) else ""

    def _numbered(self, row: int) -> bool:
        """Whether the row has an arabic number."""
        return bool(_ORDER.fullmatch(self._order(row)))

    def _name(self, row: int) -> Cell:
        """The name, from its own column or put together from two."""
        whole = self._joined(row, self._head.columns.get("name", ()))
        parts = self._joined(row, self._head.columns.get("family", ()))
        if whole is NOTHING:
            return parts
        return parts if not parts.empty and (whole.empty or whole.error) else whole

    def _broken(self, row: int) -> Cell | None:
        """The cell that was to join the parts of a name and does not; the parts are there all the same."""
        whole = self._joined(row, self._head.columns.get("name", ()))
        troubled = whole.error or (whole.empty and whole.formula is not None)
        return whole if troubled and self._name(row) is not whole else None

    def _joined(self, row: int, columns: tuple[int, ...]) -> Cell:
        """Several columns as one cell; a head merged over two columns stands over both."""
        if len(columns) == 1:
            at = self._head
            merged = self._sheet.range_at(at.last, columns[0]) or self._sheet.range_at(at.first, columns[0])
            if merged is not None and merged.wide > 1:
                columns = tuple(range(merged.left, merged.right + 1))
        cells = [cell for c in columns if not (cell := self._sheet.cell(row, c)).empty or cell.formula is not None]
        if len(cells) < 2:
            return cells[0] if cells else NOTHING
        text = " ".join(c.text for c in cells)
        troubled = next((c for c in cells if c.error or (c.empty and c.formula is not None)), None)
        return troubled or replace(cells[0], text=text, lines=(text,), number=False)

    def _row(self, row: int, gap: int) -> Row | None:
        name = self._name(row)
        own = self._own(row, self._data)
        above = self._sheet.range_at(row, self._names[0])
        if name is NOTHING and above is not None and above.top < row:
            return None  # the second line of somebody whose name is merged over both
        numbered = self._numbered(row)
        if name is NOTHING and not numbered and not own:
            return None
        if not numbered and not own and gap >= GAP and "order" in self._head.columns:
            return None  # somebody who signed
        if name is NOTHING and not numbered and not self._speaks(own):
            return None
        shown = self._shown
        duties = [shown(row, c).text for f in ("duty", "position", "note") for c in self._head.columns.get(f, ())]
        return Row(
            self._sheet.name, row, name, tuple(shown(row, c) for c in self._head.columns.get("phone", ())),
            self._hamlet(row), self._first(row, "team"), tuple(duties), self._first(row, "birth").text,
            self.heading.team, self.heading.hamlet, self._head.kind, self._general, broken=self._broken(row),
        )  # fmt: skip

    def _speaks(self, own: list[Cell]) -> bool:
        """Whether cells without a name can be those of a member: a heading of places alone cannot."""
        return any(any(ch.isdigit() for ch in c.text) or self._words.duty(fold(c.text)) for c in own) and len(own) > 1

    def _shown(self, row: int, column: int) -> Cell:
        return self._sheet.shown(row, column)

    def _first(self, row: int, field: str) -> Cell:
        cells = [self._shown(row, c) for c in self._head.columns.get(field, ())]
        return next((c for c in cells if not c.empty or c.formula is not None), NOTHING)

    def _hamlet(self, row: int) -> Cell:
        """Of its own column, else of one that may hold it among other things."""
        if "hamlet" in self._head.columns:
            return self._first(row, "hamlet")
        for field in ("unit", "address"):
            cell = self._first(row, field)
            found = places.place_in(cell.text, self._words)
            if found:
                return replace(cell, text=found, lines=(found,))
        return NOTHING

    # --- rows that are no member ---

    def _is_number_line(self, row: int) -> bool:
        """1 2 3 4 below the heads, or (1) (2) (3), or A B 1 2."""
        if row > self._head.last + 2:
            return False
        texts = [c.text for c in self._sheet.rows.get(row, {}).values()]
        return len(texts) > 1 and all(_COLUMN_NUMBER.fullmatch(t) for t in texts)

    def _ends(self, row: int) -> bool:
        """Whether a row stands below the list: who signed, to whom it goes, how many there are."""
        name = fold(self._name(row).text)
        if name and self._words.end.fullmatch(name):
            return True
        if self._numbered(row):
            return False
        texts = [fold(c.text) for c in self._sheet.rows.get(row, {}).values()]
        if name and len(self._own(row, self._data)) > 0:
            return False
        return any(self._words.end.fullmatch(text) for text in texts)

    def _is_sum(self, row: int) -> bool:
        texts = [fold(c.text) for c in self._sheet.rows.get(row, {}).values()]
        return not self._numbered(row) and any(self._words.total.fullmatch(text) for text in texts)

    def _section(self, row: int) -> bool:
        """Takes a heading of a team or a hamlet, or of something else: the rows below belong to it."""
        own = self._sheet.rows.get(row, {})
        order = self._order(row)
        arabic = self._numbered(row)
        texts = {c: cell.text for c, cell in own.items() if cell.text != order and not cell.number}
        at = max(texts, key=lambda c: len(texts[c]), default=0)
        text = places.without_mark(texts.get(at, order))
        wide = any((m := self._sheet.range_at(row, c)) and m.top == row and m.wide > WIDE for c in own)
        beside = self._data - {at, *self._head.columns.get("hamlet", ()), *self._names}
        bare = not self._own(row, beside)
        name = self._name(row)
        if name.formula is not None:
            return False
        named = not name.empty
        if places.is_team(text, self._words) and ((bare and len(texts) <= 2) or wide) and self._not_in_column(row):
            self.heading = self._team_heading(text)
        elif (
            bare
            and len(texts) == 1
            and places.place_in(text, self._words, alone=True)
            and (wide or named or not arabic)
        ):
            self.heading = _Heading(None, places.spelled(text, self._words))
        elif (wide and not arabic and len(texts) <= 1) or (_ROMAN.fullmatch(order) and bare and len(texts) <= 2):
            self.heading = _Heading()
        else:
            return False
        return True

    def _team_heading(self, text: str) -> _Heading:
        """What a heading of a team says; "the teams of the hamlets" are no team."""
        if self._words.many.search(fold(text)):
            return _Heading()
        hamlet = places.place_in(text, self._words)
        return _Heading(places.spelled(text, self._words), hamlet)

    def _not_in_column(self, row: int) -> bool:
        """Whether no name stands beside the team's own column."""
        cell = self._first(row, "team")
        return cell.empty or self._name(row).text in ("", cell.text)

    # --- cells filled once a group ---

    def _filled(self, rows: list[Row]) -> list[Row]:
        """A team holds for the rows below it; a hamlet too where most rows have none of their own."""
        out = rows
        for field in ("team", "hamlet"):
            cells = [getattr(row, field) for row in out]
            empty = sum(c.empty and c.formula is None for c in cells)
            if field == "hamlet" and field in self._head.columns:
                told = all(row.heading_hamlet or not row.team.empty for row in out)
                out = [replace(row, asks_hamlet=empty < GROUPED * len(cells) or not told) for row in out]
            if not cells or cells[0].empty or (field == "hamlet" and empty < GROUPED * len(cells)):
                continue
            last, done = cells[0], []
            for row, cell in zip(out, cells, strict=True):
                last = last if cell.empty and cell.formula is None else cell
                done.append(replace(row, **{field: last}))
            out = done
        return out
