"""Reports as files in the chat: handed over, kept, told apart; where a figure comes from; how a report is signed."""

import datetime as dt
from io import BytesIO

import docx
import openpyxl
import pytest
import sqlalchemy as sa
from PIL import Image

from handlers.letterhead import closing_of
from storage.schema.reports import report_file, report_version
from tests.talk import COMMUNE, Person, Talk

PERIOD = "20261116-20261122"
CLOSED = dt.timedelta(hours=7, minutes=30)


async def logs(talk: Talk, name: str = "Ba", times: int = 1, team: str = "Tổ Thôn 3") -> Person:
    """A member who logs help to activate VNeID for two people, so many times."""
    ba = await talk.member(name, team=team)
    for _ in range(times):
        await ba.says("ghi")
        await ba.presses("Kích hoạt VNeID")
        await ba.says("2")
        await ba.presses("Đã xong")
    return ba


async def asks(officer: Person) -> None:
    """Opens the list of files of this week."""
    await officer.says("báo cáo tuần này")
    await officer.presses("Tệp, biểu đồ")


async def test_an_officer_gets_chart_workbook_and_draft_of_one_version(talk: Talk) -> None:
    await logs(talk)
    hoa = await talk.officer("Hoa")
    await asks(hoa)
    await hoa.presses("Biểu đồ")
    chart = hoa.replies[-1].files[0]
    assert Image.open(BytesIO(chart.data)).width == 1080
    await hoa.presses("Tệp Excel")
    book = hoa.replies[-1].files[0]
    assert openpyxl.load_workbook(BytesIO(book.data)).sheetnames[0] == "Tổng hợp"
    await hoa.says("tep word")  # what stands in brackets need not be typed
    draft = hoa.replies[-1].files[0]
    assert docx.Document(BytesIO(draft.data)).tables
    assert (chart.kind, book.kind, draft.kind) == ("photo", "file", "file")
    assert "bản 1" in hoa.reads
    async with talk.memory() as memory:
        versions = (await memory.connection.execute(sa.select(report_version))).mappings().all()
        files = (await memory.connection.execute(sa.select(report_file))).mappings().all()
    assert [(v["version"], v["made_by"]) for v in versions] == [(1, hoa.id)]
    assert [(f["kind"], f["taken_by"]) for f in files] == [("png", hoa.id), ("xlsx", hoa.id), ("docx", hoa.id)]


async def test_before_the_closing_figures_are_provisional_and_after_it_an_addition_says_what_changed(
    talk: Talk,
) -> None:
    ba = await logs(talk)
    hoa = await talk.officer("Hoa")
    talk.now -= dt.timedelta(days=2)  # a Thursday, before the closing
    await hoa.presses_value(f"f:x:x{COMMUNE}:{PERIOD}")
    assert "tạm tính" in hoa.reads.lower()
    assert "16:00 20/11/2026" in hoa.reads
    talk.now += dt.timedelta(days=2)
    await hoa.presses_value(f"f:x:x{COMMUNE}:{PERIOD}")
    assert "bản 2" in hoa.reads
    assert "bổ sung" not in hoa.reads
    await ba.says("như lần trước")
    await hoa.presses_value(f"f:x:x{COMMUNE}:{PERIOD}")
    assert "bản 3" in hoa.reads
    assert "bản bổ sung, thay bản 2" in hoa.reads
    assert "- Tổng số lượt hỗ trợ: 2 thành 4" in hoa.reads
    book = openpyxl.load_workbook(BytesIO(hoa.replies[-1].files[0].data), data_only=True)
    assert "Bổ sung" in book.sheetnames
    rows = [[c.value for c in row] for row in book["Bổ sung"].iter_rows()]
    assert [2, 4, 2] in [row[2:5] for row in rows]
    await hoa.presses_value(f"f:x:x{COMMUNE}:{PERIOD}")
    assert "bản 3" in hoa.reads


async def test_versions_sent_are_listed_and_had_again_as_they_were(talk: Talk) -> None:
    ba = await logs(talk)
    hoa = await talk.officer("Hoa")
    await hoa.presses_value(f"f:x:x{COMMUNE}:{PERIOD}")
    await ba.says("như lần trước")
    await asks(hoa)
    await hoa.presses("Các bản đã gửi (1)")
    assert "Bản 1: số liệu đến 09:00 21/11/2026" in hoa.reads
    assert "Từ bản cuối đến nay số đã đổi:" in hoa.reads
    assert "- Tổng số lượt hỗ trợ: 2 thành 4" in hoa.reads
    await hoa.presses("Lấy lại bản 1")
    book = openpyxl.load_workbook(BytesIO(hoa.replies[-1].files[0].data), data_only=True)
    assert "Danh sách lượt" not in book.sheetnames  # the log is what it is today
    values = [[c.value for c in row] for row in book["Tổng hợp"].iter_rows()]
    assert next(row for row in values if row[0] == "1")[3] == 2


async def test_a_figure_leads_to_its_entries(talk: Talk) -> None:
    await logs(talk, times=2)
    hoa = await talk.officer("Hoa")
    await hoa.says("báo cáo tuần này")
    await hoa.presses("Xem theo mục khác")
    await hoa.presses("Số này từ đâu ra?")
    await hoa.presses("VNeID (cài, kích hoạt, khôi phục): 4")
    assert "2 lần ghi, cộng lại 4 lượt" in hoa.reads
    entries = [c for c in hoa.choices if c.value.startswith("l:o:")]
    assert len(entries) == 2
    await hoa.presses_value(entries[0].value)
    assert "Ba" in hoa.reads
    await hoa.presses_value(f"f:n:x{COMMUNE}:{PERIOD}:4")
    assert "Chưa có lần ghi nào" in hoa.reads


async def test_many_entries_behind_a_figure_come_page_by_page(talk: Talk) -> None:
    await logs(talk, times=10)
    hoa = await talk.officer("Hoa")
    await hoa.presses_value(f"f:n:x{COMMUNE}:{PERIOD}:1")
    first = {c.value for c in hoa.choices if c.value.startswith("l:o:")}
    await hoa.presses("Xem thêm")
    second = {c.value for c in hoa.choices if c.value.startswith("l:o:")}
    assert (len(first), len(second), len(first & second)) == (8, 2, 0)


@pytest.mark.parametrize("letter", ["o", "x", "d", "p", "v", "n", "n:1", "v:1"])
async def test_files_are_for_those_whom_the_report_concerns(talk: Talk, letter: str) -> None:
    await logs(talk)
    verb, _, rest = letter.partition(":")
    value = f"f:{verb}:x{COMMUNE}:{PERIOD}" + (f":{rest}" if rest else "")
    for outsider in (
        await talk.citizen(), await talk.member("An"), await talk.head("Chi"), await talk.officer("Khánh", "31453"),
        await talk.province_officer("Minh", "92"),
    ):  # fmt: skip
        await outsider.presses_value(value)
        assert not any(reply.files for reply in outsider.replies)
        assert not [c for c in outsider.choices if c.value.startswith(("l:o:", "f:v"))]
    async with talk.memory() as memory:
        assert await memory.connection.scalar(sa.select(sa.func.count()).select_from(report_version)) == 0


async def test_a_province_officer_gets_the_table_of_communes(talk: Talk) -> None:
    await logs(talk)
    minh = await talk.province_officer("Minh", "92")
    await asks(minh)
    assert "Số này từ đâu ra?" not in minh.labels
    await minh.presses("Tệp Excel")
    book = openpyxl.load_workbook(BytesIO(minh.replies[-1].files[0].data), data_only=True)
    assert "Theo xã" in book.sheetnames


@pytest.mark.parametrize("value", [
    "f", "f:", "f:x", "f:x:x31441", "f:x:x31441:abc", "f:x:x31441:20300101-20300107",
    "f:v:x31441:20261116-20261122:99",
    "f:n:x31441:20261116-20261122:zz", "f:n:x31441:20261116-20261122:1:999999", "f:q:x31441:20261116-20261122",
    "f:s", "f:s:31441:nope", "f:s:31441:doi:sideways",
])  # fmt: skip
async def test_a_broken_button_still_gets_an_answer(talk: Talk, value: str) -> None:
    await logs(talk)
    hoa = await talk.officer("Hoa")
    await hoa.presses_value(value)
    assert hoa.reads


async def test_what_is_typed_leads_to_the_files(talk: Talk) -> None:
    await logs(talk)
    hoa = await talk.officer("Hoa")
    await hoa.says("tệp báo cáo")
    assert "Biểu đồ (ảnh)" in hoa.labels
    ba = await talk.member("An")
    await ba.says("tệp báo cáo")
    assert not [label for label in ba.labels if "ảnh" in label]


# --- how a report is headed, signed and closed --------------------------------------------------------------


async def test_an_officer_sets_who_signs_and_the_draft_says_so(talk: Talk) -> None:
    await logs(talk)
    hoa = await talk.officer("Hoa")
    await asks(hoa)
    await hoa.presses("Thể thức, giờ chốt")
    assert "PHÒNG VĂN HÓA - XÃ HỘI" in hoa.reads
    await hoa.presses("Người ký, nơi nhận")
    await hoa.presses("Họ tên người ký")
    await hoa.says("Nguyễn Thị Hoa")
    assert "TRƯỞNG PHÒNG, Nguyễn Thị Hoa" in hoa.reads
    await hoa.presses("Người ký, nơi nhận")
    await hoa.presses("Nơi nhận")
    await hoa.says("Như trên; Công an xã; Lưu: VT")
    await hoa.presses_value(f"f:d:x{COMMUNE}:{PERIOD}")
    signature = docx.Document(BytesIO(hoa.replies[-1].files[0].data)).tables[-1].rows[0]
    assert "Nguyễn Thị Hoa" in signature.cells[1].text
    assert "- Công an xã;" in signature.cells[0].text
    await hoa.presses_value(f"f:s:{COMMUNE}:nguoi_ky:-")
    assert "chưa có họ tên" in hoa.reads


async def test_the_closing_hour_is_the_communes_own(talk: Talk) -> None:
    await logs(talk)
    hoa = await talk.officer("Hoa")
    await hoa.presses_value(f"f:s:{COMMUNE}:chot")
    await hoa.says("hôm nào cũng được")
    assert "thứ năm 15:30" in hoa.reads
    await hoa.says("thứ bảy 10h")
    assert "10:00 thứ bảy" in hoa.reads
    await hoa.presses_value(f"f:x:x{COMMUNE}:{PERIOD}")  # Saturday at nine: a weekend moves the closing to Monday
    assert "giờ chốt là 10:00 23/11/2026" in hoa.reads
    await hoa.presses_value(f"f:s:{COMMUNE}:doi:previous")
    assert "lùi về trước" in " ".join(hoa.labels)
    await hoa.presses_value(f"f:x:x{COMMUNE}:{PERIOD}")
    assert "tạm tính" not in hoa.reads


async def test_months_are_those_of_the_commune(talk: Talk) -> None:
    await logs(talk)
    hoa = await talk.officer("Hoa")
    await hoa.presses_value(f"f:s:{COMMUNE}:thang:15")
    for text, days in (
        ("báo cáo tháng 11", "15/10/2026 - 14/11/2026"), ("tháng này", "15/11/2026 - 14/12/2026"),
        ("báo cáo tháng trước", "15/10/2026 - 14/11/2026"), ("tháng 12", "15/11/2026 - 14/12/2026"),
        ("tháng 1", "15/12/2025 - 14/01/2026"), ("từ 1/11 đến 15/11", "01/11/2026 - 15/11/2026"),
    ):  # fmt: skip
        await hoa.says(text)
        assert days in hoa.reads, text
    await hoa.presses_value(f"f:s:{COMMUNE}:thang:1")
    await hoa.says("báo cáo tháng 11")
    assert "Tháng 11/2026" in hoa.reads


async def test_what_a_province_sets_holds_where_the_commune_set_nothing(talk: Talk) -> None:
    minh = await talk.province_officer("Minh", "92")
    await minh.presses_value("f:s:92:ten_to")
    await minh.says("Tổ công nghệ số cộng đồng và Đề án 06")
    hoa = await talk.officer("Hoa")
    await hoa.presses_value(f"f:s:{COMMUNE}")
    assert "Gọi tổ là: Tổ công nghệ số cộng đồng và Đề án 06" in hoa.reads
    await hoa.presses_value(f"f:s:{COMMUNE}:ten_to")
    await hoa.says("Tổ chuyển đổi số cộng đồng")
    assert "Gọi tổ là: Tổ chuyển đổi số cộng đồng" in hoa.reads
    await hoa.presses_value(f"f:s:{COMMUNE}:ten_to:-")
    assert "Gọi tổ là: Tổ công nghệ số cộng đồng và Đề án 06" in hoa.reads


async def test_nobody_else_sets_them(talk: Talk) -> None:
    for outsider in (
        await talk.head("Chi"),
        await talk.officer("Khánh", "31453"),
        await talk.province_officer("Minh", "92"),
    ):
        await outsider.presses_value(f"f:s:{COMMUNE}:doi:previous")
        assert "người được xã giao" in outsider.reads
    async with talk.memory() as memory:
        assert await memory.settings.all(COMMUNE) == {}


async def test_a_value_that_is_too_long_is_asked_for_again(talk: Talk) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.presses_value(f"f:s:{COMMUNE}:kinh_gui")
    await hoa.says("x" * 301)
    assert "300 chữ" in hoa.reads
    await hoa.says("lùi")
    assert "Thể thức báo cáo" in hoa.reads


@pytest.mark.parametrize(("text", "closing"), [
    ("thứ sáu 16:00", "5 16:00"), ("thu 6 16h30", "5 16:30"), ("Thứ năm 15 giờ", "4 15:00"),
    ("chủ nhật 20h", "7 20:00"), ("thứ hai lúc 8:05", "1 08:05"), ("chiều thứ tư 14 giờ 15", "3 14:15"),
    ("thứ tám 9:00", None), ("thứ hai 25:00", None), ("thứ hai 9:75", None), ("16:00", None), ("", None),
])  # fmt: skip
def test_a_closing_hour_is_understood_as_people_write_it(text: str, closing: str | None) -> None:
    assert closing_of(text) == closing


async def test_a_number_too_small_to_be_shown_is_not_added_up_either(talk: Talk) -> None:
    ba = await talk.member("Ba")
    await ba.says("sáng nay giúp 2 người khuyết tật kích hoạt vneid mức 2")
    await ba.presses("Lưu")
    hoa = await talk.officer("Hoa")
    await hoa.presses_value(f"f:n:x{COMMUNE}:{PERIOD}:1c")
    assert "1 lần ghi, cộng lại <5 lượt" in hoa.reads
    await hoa.presses_value(f"f:n:x{COMMUNE}:{PERIOD}:2")
    assert "cộng lại 2 lượt" in hoa.reads


# --- asked for by name ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "ending"), [
    ("excel", "tuần 47-2026.xlsx"), ("Gửi file exel cho tôi", "tuần 47-2026.xlsx"),
    ("xuất word", "tuần 47-2026.docx"), ("bieu do thang 11", "tháng 11-2026.png"),
    ("cho xin báo cáo excel tuần trước nhé", "tuần 46-2026.xlsx"),
])  # fmt: skip
async def test_a_file_is_had_by_its_kind_for_the_days_named(talk: Talk, text: str, ending: str) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.says(text)
    assert hoa.replies[-1].files[0].name.endswith(ending)


async def test_a_file_asked_for_below_a_report_is_of_the_same_days(talk: Talk) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.says("tháng 10")
    await hoa.says("excel")
    assert hoa.replies[-1].files[0].name.endswith("tháng 10-2026.xlsx")
    assert "tháng 10/2026: bản 1" in hoa.reads
    await hoa.says("bản bổ sung")
    assert "Tháng 10/2026" in hoa.reads


@pytest.mark.parametrize("text", ["excel", "word", "biểu đồ"])
async def test_who_has_no_report_gets_no_file(talk: Talk, text: str) -> None:
    for person in (await talk.citizen("An"), await talk.member("Ba")):
        await person.says(text)
        assert not person.replies[-1].files
