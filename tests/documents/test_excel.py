"""The Excel workbook, opened by another library: numbers, heads, totals, print, and no formula but ours."""

import datetime as dt
import re
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.documents.files import Documents
from bot.documents.measure import points
from bot.documents.rows import Rows
from content.knowledge import Knowledge
from storage.database import Database
from storage.log import Log
from tests.documents.conftest import Make, evening, live
from tests.storage.village import SATURDAY, build

SHEETS = ["Tổng hợp", "Theo tổ", "Theo thôn", "Theo thủ tục", "Theo nội dung", "Theo ngày", "Danh sách lượt",
          "Chưa báo cáo", "Ghi chú"]  # fmt: skip
NASTY = ("=1+1", "+84 912", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "https://example.com")


def opened(data: bytes, *, values: bool = False) -> Any:
    """The workbook: its formulas, or the values kept with them."""
    return openpyxl.load_workbook(BytesIO(data), data_only=values)


def table(sheet: Worksheet) -> tuple[int, list[list[Any]]]:
    """The row of the lowest head, and the rows below it up to the first that has no border."""
    head = int(str(sheet.print_title_rows).split(":")[1].strip("$"))
    rows = []
    for row in sheet.iter_rows(min_row=head + 1):
        if row[1].border.left.style is None and row[0].border.left.style is None:
            break
        rows.append([cell.value for cell in row])
    return head, rows


async def workbook(database: Database, knowledge: Knowledge, make: Make, seed: int = 1) -> bytes:
    await live(database, seed)
    return Documents(knowledge).make("xlsx", await make()).data


async def test_the_sheets_are_those_an_office_expects(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    book = opened(await workbook(database, knowledge, commune_booklet))
    assert book.sheetnames == SHEETS


async def test_every_table_is_ready_to_print_with_heads_that_stay(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    book = opened(await workbook(database, knowledge, commune_booklet))
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9  # A4
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)
        if sheet.title == "Chưa báo cáo":
            continue
        head, rows = table(sheet)
        assert sheet.freeze_panes
        assert sheet[sheet.freeze_panes].row == head + 1
        assert rows
        for cell in sheet[head]:
            assert (cell.font.name, cell.font.sz, cell.font.b) == ("Times New Roman", 13, True) or cell.value is None
        assert (
            sheet.cell(head, 2).fill.fgColor.rgb == "FFD9D9D9"
            or sheet.cell(head - 1, 2).fill.fgColor.rgb == "FFD9D9D9"
        )


async def test_heads_have_two_levels_where_columns_belong_together(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    book = opened(await workbook(database, knowledge, commune_booklet))
    summary = book["Tổng hợp"]
    head, _ = table(summary)
    merged = {str(r) for r in summary.merged_cells.ranges}
    assert f"D{head - 1}:F{head - 1}" in merged
    assert f"A{head - 1}:A{head}" in merged
    assert summary.cell(head - 1, 4).value == "Tuần báo cáo"
    assert summary.cell(head, 4).value == "Tuần này"
    teams = book["Theo tổ"]
    head, _ = table(teams)
    assert (teams.cell(head - 1, 4).value, teams.cell(head - 1, 6).value) == ("Thành viên", "Kết quả")


async def test_every_row_is_high_enough_for_its_words(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    book = opened(await workbook(database, knowledge, commune_booklet))
    for name in ("Tổng hợp", "Danh sách lượt"):
        sheet = book[name]
        head, rows = table(sheet)
        for n, row in enumerate(rows, head + 1):
            for column, value in enumerate(row, 1):
                if not isinstance(value, str) or value.startswith("=") or sheet.cell(n, column).font.b:
                    continue
                room = sheet.column_dimensions[get_column_letter(column)].width * 6.5  # points of a digit, size 13
                lines = int(sheet.row_dimensions[n].height // 18)
                assert points(value, 13) <= room * lines, (name, value)


async def test_numbers_are_numbers_and_dates_are_dates(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    data = await workbook(database, knowledge, commune_booklet)
    book = opened(data, values=True)
    _, rows = table(book["Tổng hợp"])
    for row in rows:
        for value in row[3:9]:
            assert value is None or isinstance(value, int | float) or value == "<5"
    head, days = table(book["Theo ngày"])
    assert [d[1].date() for d in days[:-1]] == [dt.date(2026, 11, 16) + dt.timedelta(days=n) for n in range(7)]
    assert book["Theo ngày"].cell(head + 1, 2).number_format == "dd/mm/yyyy"
    assert book["Tổng hợp"].cell(table(book["Tổng hợp"])[0] + 1, 4).number_format == "#,##0"


async def test_totals_are_formulas_whose_kept_values_are_right(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    data = await workbook(database, knowledge, commune_booklet)
    formulas, values = opened(data), opened(data, values=True)
    found = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("=") and cell.data_type == "f":
                    found += 1
                    kept = values[sheet.title][cell.coordinate].value
                    assert kept == pytest.approx(computed(values[sheet.title], cell.value)), cell.value
    assert found > 15


def computed(sheet: Worksheet, formula: str) -> float:
    """What a formula of ours gives: a sum of a column, a difference or a quotient of two cells."""
    if area := re.fullmatch(r"=SUM\(([A-Z]+\d+)(?::([A-Z]+\d+))?\)", formula):
        cells = [c.value for row in sheet[f"{area[1]}:{area[2] or area[1]}"] for c in row]
        return float(sum(v for v in cells if isinstance(v, int | float)))
    two = re.fullmatch(r"=([A-Z]+\d+)([-/])([A-Z]+\d+)", formula)
    assert two, formula
    one, other = (float(str(sheet.cell(*coordinate_to_tuple(c)).value)) for c in (two[1], two[3]))
    return one - other if two[2] == "-" else one / other


async def test_the_total_of_every_sheet_is_the_figure_of_the_report(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    await live(database, 4)
    booklet = await commune_booklet()
    book = opened(Documents(knowledge).make("xlsx", booklet).data, values=True)
    total = booklet.report["indicators"][0]["value"]
    for sheet, column in (("Theo tổ", 5), ("Theo thôn", 2), ("Theo ngày", 3), ("Danh sách lượt", 8)):
        assert table(book[sheet])[1][-1][column] == total, sheet
    assert table(book["Tổng hợp"])[1][0][3] == total


async def test_what_people_typed_never_becomes_a_formula(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    async with database.write() as connection:
        village = await build(connection)
        for note in NASTY:
            await Log(connection).add(village.entry(note=note), SATURDAY)
    data = Documents(knowledge).make("xlsx", await commune_booklet()).data
    sheet = opened(data)["Danh sách lượt"]
    _, rows = table(sheet)
    assert [row[-1] for row in rows[:-1]] == list(NASTY)
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value in NASTY:
                assert cell.data_type == "s"
                assert cell.quotePrefix
                assert cell.hyperlink is None


async def test_nobody_is_in_the_workbook_and_no_small_group_shows(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await Log(connection).add(village.entry(people=2, groups={"khuyet_tat": None}), SATURDAY)
        await Log(connection).add(village.entry(people=7, groups={"tu_60": None}), SATURDAY)
    book = opened(Documents(knowledge).make("xlsx", await commune_booklet()).data, values=True)
    words = [
        str(c.value) for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.value is not None
    ]
    assert not {"an", "bình", "chi", "dũng"} & {w.casefold() for w in words}
    lines = {row[0]: row for row in table(book["Tổng hợp"])[1]}
    assert (lines["1b"][3], lines["1c"][3], lines["1c"][6]) == (7, "<5", "<5")
    groups = {row[2]: row[3] for row in table(book["Theo nội dung"])[1]}
    assert (groups["Người khuyết tật"], groups["Người từ 60 tuổi trở lên"]) == ("<5", 7)
    assert "khuyết tật" not in " ".join(str(v) for row in table(book["Danh sách lượt"])[1] for v in row).lower()


async def test_silent_teams_stand_one_a_line_to_be_pasted(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await Log(connection).add(village.entry(), SATURDAY)
    book = opened(Documents(knowledge).make("xlsx", await commune_booklet()).data)
    cells = [row[0].value for row in book["Chưa báo cáo"].iter_rows()]
    assert cells[1:] == ["Tổ hai"]
    assert "Tuần 47" in cells[0].title()


async def test_what_came_after_the_closing_is_marked(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    async with database.write() as connection:
        village = await build(connection)
        for day in (dt.date(2026, 11, 19), dt.date(2026, 11, 21)):
            await Log(connection).add(village.entry(day=day.isoformat()), evening(day))
    book = opened(Documents(knowledge).make("xlsx", await commune_booklet()).data)
    head, rows = table(book["Danh sách lượt"])
    marks = [c.value for c in book["Danh sách lượt"][head]].index("Bổ sung")
    assert [row[marks] for row in rows[:-1]] == [None, "Bổ sung"]


async def test_a_province_sees_its_communes_ranked_and_no_entry(
    database: Database, knowledge: Knowledge, province_booklet: Make
) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await Log(connection).add(village.entry(people=3), SATURDAY)
        await Log(connection).add(village.entry("lan", "láng giềng", people=8), SATURDAY)
    booklet = await province_booklet()
    book = opened(Documents(knowledge).make("xlsx", booklet).data, values=True)
    assert "Danh sách lượt" not in book.sheetnames
    assert "Theo tổ" not in book.sheetnames
    _, rows = table(book["Theo xã"])
    assert [(row[0], row[1], row[6]) for row in rows[:3]] == [
        (1, "Xã Vĩnh Thuận Đông", 8), (2, "Xã Vị Thủy", 3), (None, rows[2][1], None),
    ]  # fmt: skip
    assert rows[-1][6] == 11
    assert Rows(booklet, knowledge).silent() == []
