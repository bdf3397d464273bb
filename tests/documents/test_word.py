"""The Word draft, read back: each rule of Nghị định 30/2020/NĐ-CP, Phụ lục I, one by one; and templates of others."""

import asyncio
import datetime as dt
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Length
from docx.table import Table
from docx.text.paragraph import Paragraph
from reportlab.pdfbase.pdfmetrics import stringWidth

from bot.documents.files import Documents
from bot.documents.word import DEFAULT, RULE_PART, RULE_WHOLE
from content.knowledge import Knowledge
from handlers import booklet
from handlers.booklet import TemplateRefused
from storage.database import Database
from storage.log import Log
from storage.memory import Memory
from storage.vault import Vault
from tests.documents.conftest import SUNDAY, WEEK, Make, evening, live
from tests.storage.village import COMMUNE, SATURDAY, build
from tools.make_report_template import Maker

CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
SETTINGS = {
    "kinh_gui": "Thường trực Đảng ủy xã; Ủy ban nhân dân xã",
    "chuc_vu": "KT. TRƯỞNG PHÒNG; PHÓ TRƯỞNG PHÒNG", "nguoi_ky": "Nguyễn Thị Hoa",
    "noi_nhan": "Như trên; Công an xã; Lưu: VT, VHXH",
}  # fmt: skip


@pytest.fixture(scope="module")
def drafts(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge
) -> tuple[bytes, bytes]:
    """The drafts of a busy week, of a commune that has set nothing and of the same when it has."""

    async def make() -> tuple[bytes, bytes]:
        path = tmp_path_factory.mktemp("word") / "test.db"
        shutil.copy(sqlite_template, path)
        database = Database(f"sqlite:///{path}", Vault(b"test"))
        try:
            await live(database, 2)
            return await one(database), await one(database, **SETTINGS)
        finally:
            await database.close()

    async def one(database: Database, **settings: str) -> bytes:
        async with database.write() as connection:
            memory = Memory(connection, database.vault)
            for key, value in settings.items():
                await memory.settings.put(COMMUNE, f"bao_cao.{key}", value, SATURDAY)
            return (
                Documents(knowledge)
                .make("docx", await booklet.of_commune(memory, knowledge, COMMUNE, WEEK, SUNDAY))
                .data
            )

    return asyncio.run(make())


@pytest.fixture
def draft(drafts: tuple[bytes, bytes]) -> Document:
    """The draft of a commune that has set nothing."""
    return opened(drafts[0])


@pytest.fixture
def signed(drafts: tuple[bytes, bytes]) -> Document:
    """The draft of a commune that has set its addressees, signer and recipients."""
    return opened(drafts[1])


def opened(data: bytes) -> Document:
    return docx.Document(BytesIO(data))


def paragraphs(document: Document) -> Iterator[Paragraph]:
    """Every paragraph, in tables too."""
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


def said(document: Document, text: str) -> Paragraph:
    """The paragraph of that text."""
    return next(p for p in paragraphs(document) if p.text.strip() == text)


def look(paragraph: Paragraph) -> tuple[float, bool, bool]:
    """Size, bold, italic of the whole paragraph."""
    looks = {
        (r.font.size.pt if r.font.size else 0, bool(r.font.bold), bool(r.font.italic))
        for r in paragraph.runs
        if r.text
    }
    assert len(looks) == 1, (paragraph.text, looks)
    return looks.pop()


def mm(length: Length | None) -> float:
    return round(length.mm, 1) if length is not None else 0.0


def index(document: Document, text: str) -> int:
    return next(i for i, p in enumerate(document.paragraphs) if p.text.strip().startswith(text))


def length_of(text: str, size: float) -> float:
    """Millimetres of a bold text in Times New Roman."""
    bare = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    plain = "".join(c for c in bare if not unicodedata.combining(c))
    return float(stringWidth(plain, "Times-Bold", size)) * 25.4 / 72


def rule_under(column: list[Paragraph], text: str, width: float) -> tuple[float, float]:
    """How long the line under a text is, and how long the text."""
    at = next(i for i, p in enumerate(column) if p.text.strip() == text)
    rule = column[at + 1]
    assert rule.style is not None
    assert rule.style.name in (RULE_WHOLE, RULE_PART)
    assert rule.style.element.find(".//" + qn("w:top")) is not None
    assert rule.text == ""
    shape = rule.paragraph_format
    assert mm(shape.left_indent) == mm(shape.right_indent)
    return width - 2 * mm(shape.left_indent), length_of(text, look(column[at])[0])


# --- the page -----------------------------------------------------------------------------------------------


def test_the_page_is_a4_upright_with_the_margins_of_the_decree(draft: Document) -> None:
    section = draft.sections[0]
    assert (mm(section.page_width), mm(section.page_height)) == (210, 297)
    assert section.orientation == WD_ORIENT.PORTRAIT
    assert 20 <= mm(section.top_margin) <= 25
    assert 20 <= mm(section.bottom_margin) <= 25
    assert 30 <= mm(section.left_margin) <= 35
    assert 15 <= mm(section.right_margin) <= 20


def test_the_font_is_times_new_roman_black_everywhere(draft: Document) -> None:
    for paragraph in paragraphs(draft):
        for run in paragraph.runs:
            if run.text.strip():
                assert run.font.name == "Times New Roman", run.text
                assert run.font.color.rgb is None or str(run.font.color.rgb) == "000000"
    normal: Any = draft.styles["Normal"]
    assert normal.font.name == "Times New Roman"


def test_the_page_number_stands_centred_above_from_the_second_page_on(draft: Document) -> None:
    section = draft.sections[0]
    assert section.different_first_page_header_footer
    assert not section.first_page_header.paragraphs[0].runs
    number = section.header.paragraphs[0]
    assert number.alignment == CENTRE
    assert "PAGE" in "".join(t.text or "" for t in number._p.iter(qn("w:instrText")))
    sizes = {r.font.size.pt for r in number.runs if r.font.size}
    assert sizes <= {13, 14}
    assert not section.footer.paragraphs[0].text


# --- above the text -----------------------------------------------------------------------------------------


def test_the_national_name_and_motto_stand_at_the_right(draft: Document) -> None:
    right = draft.tables[0].rows[0].cells[1]
    assert [p.text for p in right.paragraphs[:2]] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
    ]  # fmt: skip
    assert look(right.paragraphs[0]) in ((12, True, False), (13, True, False))
    assert look(right.paragraphs[1]) in ((13, True, False), (14, True, False))
    assert all(p.alignment == CENTRE for p in right.paragraphs[:2])
    line, text = rule_under(list(right.paragraphs), "Độc lập - Tự do - Hạnh phúc", mm(right.width) - 2)
    assert line == pytest.approx(text, abs=1.0)


def test_the_agencies_stand_at_the_left_the_issuing_one_bold_with_a_short_line(draft: Document) -> None:
    left = draft.tables[0].rows[0].cells[0]
    assert [p.text for p in left.paragraphs[:2]] == ["UBND XÃ VỊ THỦY", "PHÒNG VĂN HÓA - XÃ HỘI"]
    assert look(left.paragraphs[0]) in ((12, False, False), (13, False, False))
    assert look(left.paragraphs[1]) in ((12, True, False), (13, True, False))
    line, text = rule_under(list(left.paragraphs), "PHÒNG VĂN HÓA - XÃ HỘI", mm(left.width) - 2)
    assert text / 3 <= line <= text / 2


def test_the_number_is_left_to_the_clerk(draft: Document) -> None:
    number = draft.tables[0].rows[1].cells[0].paragraphs[0]
    assert re.fullmatch(r"Số: +/BC-VHXH", number.text)
    assert look(number) == (13, False, False)


@pytest.mark.parametrize(("month", "written"), [(1, "01"), (2, "02"), (3, "3"), (9, "9"), (11, "11")])
async def test_the_date_is_left_to_the_clerk_beside_the_number(
    database: Database, knowledge: Knowledge, commune_booklet: Make, month: int, written: str
) -> None:
    await live(database, 2, entries=2)
    made = await commune_booklet(now=SUNDAY.replace(year=2027, month=month, day=5))
    date = opened(Documents(knowledge).make("docx", made).data).tables[0].rows[1].cells[1].paragraphs[0]
    assert re.fullmatch(rf"Vị Thủy, ngày +tháng {written} năm 2027", date.text)
    assert look(date) in ((13, False, True), (14, False, True))
    assert date.alignment == CENTRE


def test_the_kind_and_subject_are_bold_and_centred_with_a_line_below(draft: Document) -> None:
    kind, subject = said(draft, "BÁO CÁO"), said(draft, "Kết quả hoạt động của Tổ công nghệ số cộng đồng")
    for paragraph in (kind, subject):
        assert paragraph.alignment == CENTRE
        assert look(paragraph) in ((13, True, False), (14, True, False))
    days = "Tuần 47 (từ ngày 16/11/2026 đến ngày 22/11/2026)"
    line, text = rule_under(list(draft.paragraphs), days, 165)
    assert text / 3 <= line <= text / 2


def test_one_addressee_stands_on_the_line_several_on_lines_of_their_own(draft: Document, signed: Document) -> None:
    one = said(draft, "Kính gửi: Ủy ban nhân dân xã Vị Thủy.")
    assert look(one) in ((13, False, False), (14, False, False))
    at = index(signed, "Kính gửi:")
    assert [p.text for p in signed.paragraphs[at : at + 3]] == [
        "Kính gửi:", "- Thường trực Đảng ủy xã;", "- Ủy ban nhân dân xã.",
    ]  # fmt: skip


# --- the text -----------------------------------------------------------------------------------------------


def test_the_text_is_justified_set_in_and_spaced(draft: Document) -> None:
    begin, end = index(draft, "I. KẾT QUẢ"), len(draft.paragraphs)
    texts = [p for p in draft.paragraphs[begin:end] if p.text.strip() and p.paragraph_format.first_line_indent]
    assert len(texts) > 12
    for paragraph in texts:
        shape = paragraph.paragraph_format
        assert paragraph.alignment == JUSTIFY
        assert mm(shape.first_line_indent) in (10.0, 12.7)
        assert shape.space_after is not None
        assert shape.space_after.pt >= 6
        assert shape.line_spacing is None or 1 <= float(shape.line_spacing) <= 1.5
        assert look(paragraph)[0] in (13, 14)


def test_headings_are_numbered_and_bold(draft: Document) -> None:
    romans = ["I. KẾT QUẢ THỰC HIỆN", "II. KHÓ KHĂN, VƯỚNG MẮC", "III. NHIỆM VỤ TUẦN TỚI", "IV. KIẾN NGHỊ, ĐỀ XUẤT"]
    arabic = ["1. Kết quả chung", "2. Kết quả theo chỉ tiêu", "3. Kết quả theo tổ",
              "4. Thủ tục, nội dung được hỗ trợ nhiều nhất"]  # fmt: skip
    order = [index(draft, text) for text in (romans[0], *arabic, *romans[1:])]
    assert order == sorted(order)
    for text in (*romans, *arabic):
        assert look(said(draft, text))[1:] == (True, False)
        assert said(draft, text).paragraph_format.keep_with_next


def test_the_end_is_marked_once_at_the_end(draft: Document) -> None:
    marked = [p.text for p in paragraphs(draft) if "./." in p.text]
    assert len(marked) == 1
    last = [p.text for p in draft.paragraphs if p.text.strip()][-1]
    assert last == marked[0]
    assert last.endswith("./.")


def test_nothing_is_written_with_long_dashes_or_pictures_of_faces(draft: Document) -> None:
    text = "\n".join(p.text for p in paragraphs(draft))
    assert not re.search("[–—]", text)
    assert all(ord(c) < 0x2100 for c in text)
    assert "{{" not in text
    assert "{%" not in text
    assert "None" not in text


# --- tables and chart ---------------------------------------------------------------------------------------


def grids(document: Document) -> list[Table]:
    """Tables with lines: all but the letterhead and the signature."""
    return document.tables[1:-1]


def test_heads_of_tables_are_repeated_and_rows_stay_whole(draft: Document) -> None:
    assert len(grids(draft)) >= 5
    for table in grids(draft):
        assert table.rows[0]._tr.find(".//" + qn("w:tblHeader")) is not None
        for row in table.rows:
            assert row._tr.find(".//" + qn("w:cantSplit")) is not None
        assert all(look(c.paragraphs[0])[1] for c in table.rows[0].cells)
        width = sum(mm(c.width) for c in table.rows[0].cells)
        assert width <= 165.1


def test_the_table_of_indicators_has_the_columns_of_the_form(draft: Document) -> None:
    heads = [c.text for c in grids(draft)[0].rows[0].cells]
    assert heads == ["STT", "Chỉ tiêu", "ĐVT", "Tuần này", "Tuần trước", "Tăng, giảm", "Lũy kế năm", "Chỉ tiêu năm",
                     "Tỷ lệ %"]  # fmt: skip
    teams = grids(draft)[1]
    assert [c.text for c in teams.rows[0].cells] == [
        "STT", "Tổ", "Thành viên hoạt động", "Lượt", "Hồ sơ", "VNeID", "Thanh toán",
    ]  # fmt: skip
    assert teams.rows[-1].cells[1].text == "TỔNG CỘNG"


def test_the_chart_is_a_described_picture_with_its_numbers_under_it(draft: Document) -> None:
    pictures = list(draft.element.body.iter(qn("wp:docPr")))
    assert len(pictures) == 2
    assert all(p.get("descr") for p in pictures)
    widths = {int(e.get("cx")) for e in draft.element.body.iter(qn("wp:extent"))}
    assert all(w / 36000 <= 165 for w in widths)
    weeks = next(t for t in grids(draft) if t.rows[1].cells[0].text == "Tuần 40")
    assert weeks.rows[-1].cells[0].text == "Tuần 47"


# --- below the text -----------------------------------------------------------------------------------------


def test_the_signer_stands_at_the_right_level_with_the_recipients(signed: Document) -> None:
    row = signed.tables[-1].rows[0]
    left, right = row.cells
    titles = [p.text for p in right.paragraphs if p.text]
    assert titles == ["KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG", "Nguyễn Thị Hoa"]
    for paragraph in (p for p in right.paragraphs if p.text):
        assert look(paragraph) in ((13, True, False), (14, True, False))
        assert paragraph.alignment == CENTRE
    lines = [p for p in left.paragraphs if p.text]
    assert [p.text for p in lines] == ["Nơi nhận:", "- Như trên;", "- Công an xã;", "- Lưu: VT, VHXH."]
    assert look(lines[0]) == (12, True, True)
    assert {look(p) for p in lines[1:]} == {(11, False, False)}


def test_the_signature_is_never_alone_on_a_page(draft: Document) -> None:
    end = index(draft, "IV. KIẾN") + 1
    assert draft.paragraphs[end].text.endswith("./.")
    assert all(p.paragraph_format.keep_with_next for p in draft.paragraphs[end:])


async def test_the_file_says_it_is_a_draft_and_the_text_does_not(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    await live(database, 2, entries=3)
    file = Documents(knowledge).make("docx", await commune_booklet())
    assert file.name == "DỰ THẢO Báo cáo Xã Vị Thủy tuần 47-2026.docx"
    assert "dự thảo" not in "\n".join(p.text for p in paragraphs(opened(file.data))).lower()


# --- suggestions --------------------------------------------------------------------------------------------


async def test_sections_two_to_four_suggest_what_members_noted_and_nothing_else(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    async with database.write() as connection:
        village = await build(connection)
        for note, results in (
            ("Mạng yếu, chờ lâu", {"hen_lai": 1}), ("mạng yếu chờ lâu", {"hen_lai": 1}),
            ("Đề nghị thêm một máy tính", {"xong": 1}), ("Hẹn thứ ba tới làm tiếp", {"hen_lai": 1}),
            ("Bác rất vui & cảm ơn <tổ>", {"xong": 1}),
        ):  # fmt: skip
            await Log(connection).add(village.entry(note=note, results=results), evening(dt.date(2026, 11, 18)))
    document = opened(Documents(knowledge).make("docx", await commune_booklet()).data)
    parts = [index(document, text) for text in ("II. KHÓ", "III. NHIỆM", "IV. KIẾN")]
    hard, plans, wishes = (
        [p.text for p in document.paragraphs[a + 1 : b] if p.text.strip()]
        for a, b in zip(parts, [*parts[1:], len(document.paragraphs)], strict=True)
    )
    assert hard[1:] == ["[Mạng yếu, chờ lâu (2 lần ghi: Tổ một)]"]
    assert plans[1:] == ["[Làm tiếp cho 3 lượt đã hẹn lại hoặc đã chuyển]", "[Nhắc các tổ chưa báo cáo: Tổ hai]",
                         "[Hẹn thứ ba tới làm tiếp (1 lần ghi: Tổ một)]"]  # fmt: skip
    assert wishes[1:] == ["[Đề nghị thêm một máy tính (1 lần ghi: Tổ một)]./."]
    assert all(line.startswith("[") for line in (*hard, *plans, *wishes))
    assert "rất vui" not in "\n".join(p.text for p in paragraphs(document))


def test_without_notes_the_officer_is_asked_to_write(draft: Document) -> None:
    assert (
        draft.paragraphs[index(draft, "IV. KIẾN") + 1].text == "[Chưa có ghi chú nào của tổ; cán bộ viết mục này]./."
    )


# --- templates ----------------------------------------------------------------------------------------------


def test_the_template_is_the_one_its_maker_makes(tmp_path: Path) -> None:
    made = tmp_path / "made.docx"
    Maker().make().save(str(made))
    for part in ("word/document.xml", "word/styles.xml", "word/header1.xml"):
        one, other = (zipfile.ZipFile(path).read(part) for path in (made, DEFAULT))
        assert one == other, f"{part}: run python -m tools.make_report_template"


def form(path: Path, *lines: str) -> Path:
    """A Word file of somebody else."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


async def test_a_place_may_have_a_template_of_its_own(
    database: Database, knowledge: Knowledge, commune_booklet: Make, tmp_path: Path
) -> None:
    await live(database, 2, entries=3)
    made = await commune_booklet()
    documents = Documents(knowledge, tmp_path)
    for name in ("bao-cao.docx", "92.docx", "31441.docx"):  # each nearer to the commune than the one before
        form(tmp_path / name, f"{name}: {{{{ ten_to }}}} tháng {{{{ thang }}}}")
        text = opened(documents.make("docx", made).data).paragraphs[0].text
        assert text == f"{name}: Tổ công nghệ số cộng đồng tháng 11"
    form(tmp_path / "31442.docx", "khác")
    assert documents.template_of("31453") == tmp_path / "92.docx"
    assert documents.template_of("01") == tmp_path / "bao-cao.docx"


@pytest.mark.parametrize(("line", "reason"), [
    ("{{ khong_co }}", "khong_co"), ("{% for d in cac_to %}", "end"), ("{{ ten_to ", "x.docx"),
    ("{{ ''.__class__.__mro__ }}", "unsafe"), ("{{ 1/0 }}", "zero"),
])  # fmt: skip
async def test_a_broken_template_is_refused_with_its_reason(
    database: Database, knowledge: Knowledge, commune_booklet: Make, tmp_path: Path, line: str, reason: str
) -> None:
    await live(database, 2, entries=3)
    template = form(tmp_path / "x.docx", line)
    with pytest.raises(TemplateRefused) as refused:
        Documents(knowledge).make("docx", await commune_booklet(), template)
    assert "x.docx" in str(refused.value)
    assert reason in str(refused.value)


async def test_a_file_that_is_no_word_file_is_refused(
    database: Database, knowledge: Knowledge, commune_booklet: Make, tmp_path: Path
) -> None:
    await live(database, 2, entries=3)
    (tmp_path / "x.docx").write_text("no")
    with pytest.raises(TemplateRefused):
        Documents(knowledge).make("docx", await commune_booklet(), tmp_path / "x.docx")


# --- little to say ------------------------------------------------------------------------------------------


async def test_where_nobody_reported_no_empty_picture_stands_and_nothing_is_left_without_a_word(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    async with database.write() as connection:
        await build(connection)
    silent = opened(Documents(knowledge).make("docx", await commune_booklet()).data)
    assert not list(silent.element.body.iter(qn("wp:docPr")))
    at = index(silent, "4. Thủ tục")
    assert silent.paragraphs[at + 1].text == "Chưa có số liệu."
    assert [c.text for c in grids(silent)[1].rows[-1].cells] == ["", "TỔNG CỘNG", "0/5", "", "", "", ""]


async def test_teams_stand_in_the_order_of_their_numbers_and_many_are_counted_instead_of_named(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await Log(connection).add(village.entry("an", note="Mạng yếu, phải làm lại"), SATURDAY)
    made = await commune_booklet()
    names = [f"Tổ thôn {n}" for n in (10, 2, 1, 20, 3)]
    teams = [made.report["teams"][0] | {"team": name} for name in names]
    entries = tuple(replace(made.entries[0], team_id=n) for n, _ in enumerate(names))
    made = replace(made, report={**made.report, "teams": teams}, entries=entries, teams=dict(enumerate(names)))
    draft = opened(Documents(knowledge).make("docx", made).data)
    assert [row.cells[1].text for row in grids(draft)[1].rows[1:-1]] == [f"Tổ thôn {n}" for n in (1, 2, 3, 10, 20)]
    assert said(draft, "[Mạng yếu, phải làm lại (5 lần ghi của 5 tổ)]")
