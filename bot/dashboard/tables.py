"""Tables of the page: the same rows as HTML and as a file that spreadsheets open."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Value = int | float | str | None
Look = Literal["text", "number", "maybe", "points", "change", "percent"]
"""A `number` that is missing was not reported, shown as "-"; one that `maybe` is there leaves its cell empty."""
BOM = "\N{BYTE ORDER MARK}"
"""By which Excel knows that a file is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; None is what nobody reported. `href` leads to what it is made of."""

    value: Value
    look: Look = "text"
    href: str = ""


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its title."""

    name: str
    """In the address of its file."""
    title: str
    heads: Sequence[str]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    empty: str = ""
    """Said when there are no rows."""


def text(value: Value, href: str = "") -> Cell:
    """A cell of words."""
    return Cell(value, "text", href)


def number(value: Value, href: str = "") -> Cell:
    """A cell with a figure, which leads to what it is made of only when there is something."""
    return Cell(value, "number", href if value else "")


def to_csv(table: Table) -> bytes:
    """As a file: UTF-8 with its mark, a comma between cells, no cell that a spreadsheet takes for a formula."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow([_plain(head) for head in table.heads])
    lines.writerows([_value(cell) for cell in row] for row in table.rows)
    return (BOM + out.getvalue()).encode()


def _value(cell: Cell) -> str | int:
    match cell.value:
        case None:
            return ""
        case int():
            return cell.value
        case float():
            return str(cell.value).replace(".", ",")  # as spreadsheets here read it
        case _:
            return _plain(cell.value)


def _plain(words: str) -> str:
    """Words that stay words: no dash of a list, and an apostrophe before what would be computed."""
    one_line = " ".join(words.split()).removeprefix("- ")
    return f"'{one_line}" if one_line.startswith(_FORMULA) else one_line
