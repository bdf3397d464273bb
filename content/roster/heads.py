"""Finds the heads of columns in a sheet, in one row or in three, and what each column holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from content.folding import fold
from content.roster.book import MAX_COLUMN, Cell, Sheet
from content.roster.words import Words, begins

MOST_ROWS = 3
"""Rows one head may take."""
WIDEST = 3
"""Columns a head may be merged over; wider ones are titles."""
LONGEST = 60
MOST_DIGITS = 5
"""In a head: a year and a little more."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a table begins, and the columns of each field, the likeliest first."""

    first: int
    last: int
    columns: dict[str, tuple[int, ...]]
    kind: str | None = None
    """What the places of the column of hamlets are, when its head names one kind alone."""

    @property
    def score(self) -> int:
        """How many fields are known."""
        return len(self.columns)

    def of(self, *fields: str) -> tuple[int, ...]:
        """The columns of the first of these fields that there is."""
        return next((self.columns[f] for f in fields if f in self.columns), ())


def find_head(sheet: Sheet, start: int, words: Words) -> Head | None:
    """The next head from that row on."""
    near: list[Head] = []  # a title or the first of two rows of heads may look like a head of its own
    for row in (row for row in sorted(sheet.rows) if row >= start):
        head = _at(sheet, row, words)
        if head is not None and len(near) < MOST_ROWS:
            near.append(head)
        elif near:
            break
    return max(near, key=lambda head: (head.score, head.first), default=None)


def _at(sheet: Sheet, row: int, words: Words) -> Head | None:
    """The best head that begins in that row."""
    if any(_figure(cell) for cell in sheet.rows.get(row, {}).values()):
        return None
    best: Head | None = None
    for last in range(row, row + MOST_ROWS):
        if last > row and not _belongs(sheet, row, last, words):
            break
        head = _head(sheet, row, last, words)
        if head is not None and (best is None or head.score >= best.score):
            best = head
    return best


def is_head(sheet: Sheet, row: int, words: Words) -> bool:
    """Whether a head begins in that row: printed again on a new page, or of another table.

    Members may be called by what heads are called by ("Thành viên"), so names must be headed plainly.
    """
    found = [field_of(cell.text, words) for cell in sheet.rows.get(row, {}).values()]
    plain = any(field == "family" or (field, rank) == ("name", 0) for field, rank in filter(None, found))
    return plain and _at(sheet, row, words) is not None


def _figure(cell: Cell) -> bool:
    """Whether a cell is a number, which heads are not, or holds a long one."""
    return cell.number or sum(c.isdigit() for c in cell.text) > MOST_DIGITS or cell.text.isdecimal()


def _belongs(sheet: Sheet, first: int, row: int, words: Words) -> bool:
    """Whether a row goes on with the head above it: each cell is a head itself, or stands under a wider one."""
    own = sheet.rows.get(row, {})
    down = any(m.top <= first and m.bottom >= row for m in sheet.merged if m.top >= first - MOST_ROWS)
    if len(own) < 2:  # a heading of a team, if anything
        return down and not own
    for column, cell in own.items():
        above = sheet.range_at(row - 1, column)
        under = above is not None and above.wide > 1
        if any(c.isdigit() for c in cell.text) or not (under or field_of(cell.text, words)):
            return False
    return True


def _head(sheet: Sheet, first: int, last: int, words: Words) -> Head | None:
    found: dict[str, list[tuple[int, int]]] = {}
    kinds: list[str | None] = []
    width = min(max((max(sheet.rows.get(r, {0: None})) for r in range(first, last + 1)), default=0), MAX_COLUMN)
    reach = max((m.right for m in sheet.merged if first <= m.top <= last and m.wide <= WIDEST), default=0)
    for column in range(1, min(max(width, reach), MAX_COLUMN) + 1):
        for label in _labels(sheet, first, last, column):
            told = field_of(label, words)
            if told is not None:
                field, rank = told
                found.setdefault(field, []).append((rank, column))
                if field == "hamlet":
                    kinds.append(_kind(label, words))
                break
    columns = {field: _ordered(field, places) for field, places in found.items()}
    columns = _named(columns)
    if "name" not in columns and "family" not in columns:
        return None
    if len(columns) < 2 and not _plain(sheet, first, last):
        return None
    return Head(first, last, columns, kinds[0] if kinds else None)


def _ordered(field: str, places: list[tuple[int, int]]) -> tuple[int, ...]:
    """The columns of a field; of different heads for one field only those of the likeliest, but every telephone."""
    best = min(rank for rank, _ in places)
    return tuple(column for rank, column in sorted(places) if field == "phone" or rank == best)


def _named(columns: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """A column "Tên" alone holds the names; beside one for family names it holds the rest of them."""
    columns = dict(columns)
    given = columns.pop("given", ())
    if "family" in columns:
        columns["family"] = (*columns["family"][:1], *given)
    elif "name" not in columns and given:
        columns["name"] = given
    return columns


def _plain(sheet: Sheet, first: int, last: int) -> bool:
    """Whether a single column is headed by what can only be the head of a list of names."""
    return any(
        re.fullmatch(r"ho (va )?ten", fold(cell.text))
        for row in range(first, last + 1)
        for cell in sheet.rows.get(row, {}).values()
    )


def _labels(sheet: Sheet, first: int, last: int, column: int) -> Iterator[str]:
    """What a column may be headed by: its lowest head, then with the heads above it, then those alone."""
    labels: list[str] = []
    for row in range(first, last + 1):
        merged = sheet.range_at(row, column)
        if merged is not None and merged.wide > WIDEST:
            continue
        text = sheet.shown(row, column).text
        if text and len(text) <= LONGEST and text not in labels:
            labels.append(text)
    if len(labels) > 1:
        yield labels[-1]
        yield " ".join(labels)
    yield from labels[:1]


def field_of(label: str, words: Words) -> tuple[str, int] | None:
    """The field a head names, and how far down its list of expressions."""
    said = fold(label)
    for field, patterns in words.columns.items():
        for rank, pattern in enumerate(patterns):
            if pattern.fullmatch(said):
                return field, rank
    return None


def _kind(label: str, words: Words) -> str | None:
    """The kind of place a head names alone."""
    said = fold(label).removeprefix("ten ").split()
    taken = begins(said, frozenset(words.places))
    return words.places[tuple(said)].capitalize() if taken and taken == len(said) else None
