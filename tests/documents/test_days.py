"""The paper for the allowance, opened by another library: days are days, sums are formulas, each sees his own."""

import datetime as dt
import io
from typing import Any

import openpyxl

from bot.documents.files import Documents
from content.knowledge import Knowledge
from handlers.turn import File
from storage.activity import Active, Plan
from storage.periods import Period
from tests.talk import COMMUNE

PLAN = Plan(7, "=Kế hoạch 12/KH-UBND", dt.date(2026, 11, 1), dt.date(2026, 11, 20))
PEOPLE = [
    Active(1, "Nguyễn Văn An", 1, "Tổ Thôn 3", "head", {dt.date(2026, 11, 2): 7, dt.date(2026, 11, 30): None}),
    Active(2, None, 2, "Tổ Thôn 4", "", {dt.date(2026, 11, 2): 7}),
]


def opened(file: File, *, values: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(file.data), data_only=values)


def test_days_are_days_and_sums_are_formulas(knowledge: Knowledge) -> None:
    file = Documents(knowledge).days(COMMUNE, Period.of_month(2026, 11), [PLAN], PEOPLE)
    assert file.name == "ngay-hoat-dong-31441-2026-11.xlsx"
    for values in (False, True):
        book = opened(file, values=values)
        sheet = book.worksheets[0]
        head = int(str(sheet.print_title_rows).split(":")[1].strip("$"))
        days = [cell for cell in sheet[head] if isinstance(cell.value, dt.datetime)]
        assert [cell.value.day for cell in days] == list(range(1, 31))
        assert (days[0].number_format, sheet.cell(head - 1, days[0].column).value) == ("d", "CN")
        first, sums = head + 1, days[-1].column + 1
        row = [sheet.cell(first, sums + n).value for n in range(3)]
        total = [sheet.cell(first + len(PEOPLE), sums + n).value for n in range(3)]
        per_day = sheet.cell(first + len(PEOPLE), days[1].column).value
        if values:
            assert (row, total, per_day) == ([2, 1, 1], [3, 2, 1], 2)
        else:
            assert row[0] == f"=COUNTA({days[0].column_letter}{first}:{days[-1].column_letter}{first})"
            assert all(str(one).startswith("=SUM(") for one in total)
            assert str(per_day).startswith("=COUNTA(")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        texts = [cell for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
        assert any(cell.value.startswith("K1: =Kế hoạch") for cell in texts)
        listed = list(book.worksheets[1].iter_rows(min_row=6, max_col=5, values_only=True))
        assert (listed[0][1], f"{listed[0][3]:%d/%m/%Y}") == ("Nguyễn Văn An", "02/11/2026")
        assert len(listed) == 3
