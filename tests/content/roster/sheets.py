"""Spreadsheets for tests, made cell by cell the way offices make them: merged, with formulas and what they showed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import xlsxwriter

from content.roster.people import Roster

Value = Any
HEADS = ("STT", "Họ và tên", "Chức vụ", "Thôn", "SĐT")


@dataclass(frozen=True)
class Formula:
    """A formula and the value last calculated for it; None when it never was."""

    text: str
    value: str | float | None = None


@dataclass(frozen=True)
class Page:
    """One sheet: its rows from the first, and which cells are merged ("A1:G1")."""

    rows: Sequence[Sequence[Value]]
    name: str = "Sheet1"
    merged: Sequence[str] = field(default=())
    hidden: bool = False


def book(*pages: Page) -> bytes:
    """The pages as an .xlsx file."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        for page in pages:
            sheet = workbook.add_worksheet(page.name)
            cells = {(r, c): v for r, row in enumerate(page.rows) for c, v in enumerate(row) if v is not None}
            for reference in page.merged:
                corners = _corners(reference)
                sheet.merge_range(*corners, "")
            for (r, c), value in cells.items():
                _write(sheet, r, c, value)
            sheet.hide() if page.hidden else sheet.activate()
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: Value) -> None:
    if isinstance(value, Formula):
        cached = "" if value.value is None else value.value
        sheet.write_formula(row, column, value.text, None, cached)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)


def _corners(reference: str) -> tuple[int, int, int, int]:
    (left, top), (right, bottom) = re.findall(r"([A-Z]+)(\d+)", reference)
    return int(top) - 1, _column(left), int(bottom) - 1, _column(right)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def told(roster: Roster) -> Mapping[str, Any]:
    """A list as read, in a form to compare: problems as (row, kind, blocks), people as (name, hamlet, team, role,
    phone)."""
    return {
        "problems": [(p.row, p.kind, p.blocks) for p in roster.problems],
        "people": [(p.name, p.hamlet, p.team, p.role, p.phone) for p in roster.people],
        "members": roster.members,
    }
