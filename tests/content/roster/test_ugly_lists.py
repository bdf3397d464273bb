"""Lists as offices really make them, each with what is to be read of it, and files that are no list."""

import io
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest

from content.knowledge import FOLDER
from content.roster.book import MAX_FILE, Refused
from content.roster.people import Roster, read_roster
from content.roster.words import Words
from tests.content.roster.sheets import Formula, Page, Value, book, told

WORDS = Words.load(FOLDER)
HERE = Path(__file__).parent
TEAM = "Tổ công nghệ số cộng đồng"
GOOD = book(Page([["STT", "Họ và tên"], [1, "Lê Ca"]]))


def read(*pages: Page) -> Roster:
    return read_roster(book(*pages), WORDS)


# --- layouts ------------------------------------------------------------------------------------------------


def test_the_annex_of_a_decision_from_its_title_to_its_signature() -> None:
    roster = read(Page([
        ["ỦY BAN NHÂN DÂN", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["XÃ VỊ THỦY", None, None, None, "Độc lập - Tự do - Hạnh phúc"],
        [],
        ["DANH SÁCH THÀNH VIÊN TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG"],
        ["(Kèm theo Quyết định số 15/QĐ-UBND ngày 05/8/2025 của UBND xã Vị Thủy)"],
        ["STT", "Họ và tên", "Chức vụ, đơn vị", "Thôn/Tổ dân phố", "Nhiệm vụ trong tổ", "Số điện thoại", "Ghi chú"],
        [1, 2, 3, 4, 5, 6, 7],
        [1, "NGUYỄN VĂN AN", "Trưởng thôn 3", "Thôn 3", "Tổ trưởng", 905000101],
        [2, "Trần Thị  Bình", "Bí thư Chi đoàn", "Thôn 3", "Tổ phó", "0905.000.102"],
        [3, "lê văn cường", "Công an viên", "Thôn 3", "Thành viên", "+84 905 000 103"],
        [4, "Phạm Thị Dung", "Chi hội trưởng Phụ nữ", "Thôn 4", "TV", "0905000104/0912000104"],
        [5, None, "Nông dân", "Thôn 4", "Thành viên", "0905000105"],
        [6, "Võ Văn Em", "Nông dân", None, "Thành viên", "090500"],
        [7], [8],
        ["Danh sách này có 12 người./."],
        [None, "Nơi nhận:", None, None, "TM. ỦY BAN NHÂN DÂN"],
        [None, "- Như trên;", None, None, "CHỦ TỊCH"],
        [], [],
        [None, None, None, None, "Nguyễn Văn Chủ"],
    ], merged=["A4:G4", "A5:G5"]))  # fmt: skip
    assert told(roster) == {
        "problems": [(11, "phone_two", False), (12, "name_missing", True), (13, "phone_bad", False),
                     (13, "hamlet_missing", False)],
        "people": [
            ("Nguyễn Văn An", "Thôn 3", f"{TEAM} thôn 3", "Tổ trưởng", "0905000101"),
            ("Trần Thị Bình", "Thôn 3", f"{TEAM} thôn 3", "Tổ phó", "0905000102"),
            ("Lê Văn Cường", "Thôn 3", f"{TEAM} thôn 3", "Thành viên", "0905000103"),
            ("Phạm Thị Dung", "Thôn 4", f"{TEAM} thôn 4", "Thành viên", "0905000104"),
            ("Võ Văn Em", None, None, "Thành viên", None),
        ],
        "members": 5,
    }  # fmt: skip
    assert roster.hamlets == ["Thôn 3", "Thôn 4"]
    assert roster.teams == [f"{TEAM} thôn 3", f"{TEAM} thôn 4"]


def test_two_rows_of_heads_teams_as_headings_and_somebody_in_two_teams() -> None:
    roster = read(Page([["DANH SÁCH"], ["Tháng 8"]], "Bìa"), Page([
        ["DANH SÁCH TỔ CNSCĐ XÃ VỊ THỦY"],
        ["TT", "Họ và tên", None, "Năm sinh", None, "Chức danh", "ĐT liên hệ"],
        [None, None, None, "Nam", "Nữ"],
        ["(1)", "(2)", None, "(3)", "(4)", "(5)", "(6)"],
        ["I", "Tổ CNSCĐ thôn 3"],
        [1, "Nguyễn Văn", "An", 1980, None, "Tổ trưởng", 84905000101],
        [2, "Trần Thị", "Bé", None, 1990, "Tổ viên", 905000102.0],
        [None, "Cộng: 2 người"],
        ["II", "TỔ CNSCĐ THÔN ĐÔNG"],
        [1, "Lê Văn", "Cảnh", 1970, None, "Tổ trưởng", "0905 000 103"],
        [2, "Nguyễn Văn", "An", 1980, None, "Tổ phó", "0905000101"],
        ["Tổng cộng: 4 người"],
    ], "DS", ["A1:G1", "A2:A3", "B2:C3", "D2:E2", "F2:F3", "G2:G3", "B5:G5"]), Page([], "Sheet3"),
        Page([["Họ và tên", "SĐT"], ["Người Cũ", "0911111111"]], "Bản cũ", hidden=True))  # fmt: skip
    assert told(roster) == {
        "problems": [],
        "people": [
            ("Nguyễn Văn An", "Thôn 3", "Tổ CNSCĐ thôn 3", "Tổ trưởng", "0905000101"),
            ("Trần Thị Bé", "Thôn 3", "Tổ CNSCĐ thôn 3", "Thành viên", "0905000102"),
            ("Lê Văn Cảnh", "Thôn Đông", "Tổ CNSCĐ thôn Đông", "Tổ trưởng", "0905000103"),
            ("Nguyễn Văn An", "Thôn Đông", "Tổ CNSCĐ thôn Đông", "Tổ phó", "0905000101"),
        ],
        "members": 3,
    }


def test_heads_without_marks_in_any_order_and_teams_merged_downwards() -> None:
    roster = read(Page([
        ["stt", "sdt", "ho ten", "chuc vu", "to cnscd"],
        [1, "0905000101", "Nguyen Van An", "To truong", "To CNSCD ap 5"],
        [2, "0905000102", "Tran Thi Ba", "thanh vien"],
        [3, "0905000103", "To Thi Hoa", "thanh vien", "To CNSCD ap 6"],
        [4, "0905000104", "Ban Van Tu", "thanh vien"],
    ], merged=["E2:E3", "E4:E5"]))  # fmt: skip
    assert [(p.name, p.team, p.role) for p in roster.people] == [
        ("Nguyen Van An", "To CNSCD ap 5", "Tổ trưởng"), ("Tran Thi Ba", "To CNSCD ap 5", "Thành viên"),
        ("To Thi Hoa", "To CNSCD ap 6", "Thành viên"), ("Ban Van Tu", "To CNSCD ap 6", "Thành viên"),
    ]  # fmt: skip
    assert roster.problems == []


def test_a_sheet_for_each_hamlet() -> None:
    pages = [Page([["Họ tên", "Chức vụ", "SĐT"], [f"Nguyễn Văn {n}", "Tổ trưởng", f"090500010{i}"]], place)
             for i, (n, place) in enumerate((("An", "Thôn 1"), ("Ba", "KP 2"), ("Ca", "Tổ dân phố 03")))]  # fmt: skip
    roster = read(*pages)
    assert roster.hamlets == ["Thôn 1", "KP 2", "Tổ dân phố 3"]
    assert roster.teams == [f"{TEAM} thôn 1", f"{TEAM} KP 2", f"{TEAM} tổ dân phố 3"]


def test_heads_printed_on_every_page_and_a_second_table_with_other_columns() -> None:
    roster = read(Page([
        ["STT", "Họ và tên", "Chức vụ", "Nhiệm vụ"],
        [1, "Nguyễn Văn Chính", "Phó Chủ tịch UBND xã", "Tổ trưởng"],
        [2, "Trần Công An", "Trưởng Công an xã", "Tổ phó"],
        [],
        ["II. TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG CÁC THÔN"],
        ["TT", "Thôn", "Họ và tên", "SĐT"],
        [1, "Đông", "Lê Văn Ca", "0905000103"],
        ["TT", "Thôn", "Họ và tên", "SĐT"],
        [2, None, "Lê Văn Dũng", "0905000104"],
        [3, "Tây", "Lê Văn Em", "0905000105"],
    ], merged=["A5:D5"]))  # fmt: skip
    assert [(p.name, p.hamlet, p.team, p.role) for p in roster.people] == [
        ("Nguyễn Văn Chính", None, TEAM, "Tổ trưởng"), ("Trần Công An", None, TEAM, "Tổ phó"),
        ("Lê Văn Ca", "Thôn Đông", f"{TEAM} thôn Đông", "Thành viên"),
        ("Lê Văn Dũng", None, None, "Thành viên"),
        ("Lê Văn Em", "Thôn Tây", f"{TEAM} thôn Tây", "Thành viên"),
    ]  # fmt: skip
    assert [(p.row, p.kind) for p in roster.problems] == [(9, "hamlet_missing")]


def test_a_hamlet_merged_downwards_holds_and_one_left_blank_is_missing() -> None:
    rows: list[list[Value]] = [["STT", "Họ và tên", "Ấp", "SĐT"], *(
        [n, f"Nguyễn Văn {chr(64 + n)}", {1: "Ấp 1", 3: "Ấp 2", 4: "Ấp 2", 6: "Ấp 3"}.get(n), f"09050001{n:02}"]
        for n in range(1, 7)
    )]  # fmt: skip
    roster = read(Page(rows, merged=["C2:C3"]))
    assert [p.hamlet for p in roster.people] == ["Ấp 1", "Ấp 1", "Ấp 2", "Ấp 2", None, "Ấp 3"]
    assert [(p.row, p.kind, p.blocks) for p in roster.problems] == [(6, "hamlet_missing", False)]


def test_teams_by_the_first_row_alone_two_lines_a_person_and_duties_among_the_notes() -> None:
    roster = read(Page([
        ["STT", "Tổ", "Họ và tên", "Chức vụ, đơn vị công tác", "Điện thoại", "Ghi chú"],
        [1, "Tổ CNSCĐ thôn Hạ", "Nguyễn Văn An", "Bí thư chi bộ, Trưởng thôn", "0905000101", "Tổ trưởng"],
        [None, None, None, None, "0905000199"],
        [2, None, "Trần Thị Bé", "Chi hội trưởng Phụ nữ", "0905000102", "Tổ phó"],
        [3, "Tổ CNSCĐ thôn Thượng", "Lê Ca", "Tổ trưởng tổ vay vốn", "0905000103"],
    ], merged=["B2:B4", "A2:A3", "C2:C3", "D2:D3", "F2:F3"]))  # fmt: skip
    assert [(p.name, p.hamlet, p.role, p.phone) for p in roster.people] == [
        ("Nguyễn Văn An", "Thôn Hạ", "Tổ trưởng", "0905000101"), ("Trần Thị Bé", "Thôn Hạ", "Tổ phó", "0905000102"),
        ("Lê Ca", "Thôn Thượng", "Thành viên", "0905000103"),
    ]  # fmt: skip
    assert roster.problems == []


def test_the_hamlet_inside_an_address_and_one_team_for_the_whole_commune() -> None:
    roster = read(Page([
        ["TT", "Họ và tên", "Địa chỉ", "Điện thoại"],
        [1, "Nguyễn Văn An", "Thôn 3, xã Vị Thủy", "0905000101"],
        [2, "Nguyễn Văn Ba", "Số 5 ấp 4, xã Vị Thủy", "0905000102"],
        [3, "Nguyễn Văn Ca", "xã Vị Thủy", "0905000103"],
    ]))  # fmt: skip
    assert [(p.hamlet, p.team) for p in roster.people] == [
        ("Thôn 3", f"{TEAM} thôn 3"), ("Ấp 4", f"{TEAM} ấp 4"), (None, TEAM),
    ]  # fmt: skip
    assert roster.problems == []


def test_what_stands_between_and_below_is_nobody() -> None:
    roster = read(Page([
        ["TT", "Họ và tên", "Chức danh", "SĐT"],
        [1, "Nguyễn Văn An", "Tổ trưởng", "0905000101"],
        [],
        [2, "", "Tổ viên", "0905000102"],
        [3],
        [4, "Nguyễn Văn Dư", "Tổ viên", "0905000104"],
        [5], [6],
        ["*", "Ghi chú: Tổ trưởng là trưởng thôn"],
        [None, None, None, "Vị Thủy, ngày 05 tháng 8 năm 2025"],
        [None, "NGƯỜI LẬP BẢNG", None, "CHỦ TỊCH"],
        [None, "(Ký, ghi rõ họ tên)"], [], [None, "Lê Thị Lập", None, "Trần Văn Tịch"],
    ]))  # fmt: skip
    assert [p.name for p in roster.people] == ["Nguyễn Văn An", "Nguyễn Văn Dư"]
    assert [(p.row, p.kind, p.blocks) for p in roster.problems] == [
        (4, "name_missing", True),
        (5, "name_missing", True),
    ]


# --- names and numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("written", "name"), [
    ("NGUYỄN THỊ HÒA", "Nguyễn Thị Hòa"), ("nguyễn văn an", "Nguyễn Văn An"), ("Nguyễn  Văn   An ", "Nguyễn Văn An"),
    ("Nguyễn văn An", "Nguyễn Văn An"), ("1. Nguyễn Văn An", "Nguyễn Văn An"), ("Nguyễn Văn An 12", "Nguyễn Văn An"),
    (unicodedata.normalize("NFD", "Nguyễn Văn Nữ"), "Nguyễn Văn Nữ"), ("Ông Nguyễn Văn An", "Nguyễn Văn An"),
    ("Bà: Lê Thị Ca", "Lê Thị Ca"), ("Đ/c TRẦN THỊ BÉ", "Trần Thị Bé"), ("Ông Ích Khiêm", "Ông Ích Khiêm"),
    ("Lê Văn Ca (Tổ trưởng)", "Lê Văn Ca"), ("Lê Văn Ca - Bí thư chi bộ", "Lê Văn Ca"), ("H'HEN NIÊ", "H'Hen Niê"),
    ("Y Blơk Êban\nTrưởng buôn", "Y Blơk Êban"), ("Hoàng\nVăn Minh", "Hoàng Văn Minh"), ("K’Brôi", "K’Brôi"),
    ("\u200bNguyễn Văn An\u00a0", "Nguyễn Văn An"), ("Đinh A Lưới", "Đinh A Lưới"), ("- Lê Ca", "Lê Ca"),
])  # fmt: skip
def test_names_as_people_are_called(written: str, name: str) -> None:
    roster = read(Page([["STT", "Họ và tên", "SĐT"], [1, written, "0905000101"]]))
    assert [p.name for p in roster.people] == [name]
    assert roster.problems == []


@pytest.mark.parametrize("written", [
    "=cmd|'/C calc'!A0", "+cmd|'/C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "<script>alert(1)</script>", "<b>Hà</b>",
    "http://vneid.example/x", "NguyÔn V¨n An", "Nguyễn Văn An {{7*7}}", "=1+1", 123, "Hà &lt;b&gt;", "0905000101",
    Formula('=HYPERLINK("http://x.example","Nguyễn Văn An")', "Nguyễn Văn An"),
    Formula("=cmd|'/C calc'!A0", "#NAME?"),
])  # fmt: skip
def test_a_name_that_is_none_is_never_kept(written: object) -> None:
    roster = read(Page([["STT", "Họ và tên", "SĐT"], [1, written, "0905000101"]]))
    assert roster.people == []
    assert [(p.row, p.kind, p.blocks) for p in roster.problems] == [(2, "name_suspect", True)]


@pytest.mark.parametrize(("written", "phone", "kind"), [
    ("0905000101", "0905000101", None), (905000101, "0905000101", None), (905000101.0, "0905000101", None),
    ("0905.000.101", "0905000101", None), ("0905 000 101", "0905000101", None), ("+84905000101", "0905000101", None),
    (84905000101, "0905000101", None), ("(+84) 905 000 101", "0905000101", None), ("'0905000101", "0905000101", None),
    ("ĐT: 0905000101 (Zalo)", "0905000101", None), ("0236 3822 123", "02363822123", None),
    ("0905-000-101", "0905000101", None),
    ("840905000101", "0905000101", None), ("0905000101;0912000101", "0905000101", "phone_two"),
    ("0905000101 0912000101", "0905000101", "phone_two"), ("0905.000.101 - 0912.000.101", "0905000101", "phone_two"),
    ("905000101/912000101", "0905000101", "phone_two"), ("0905000101 hoặc 0912000101", "0905000101", "phone_two"),
    ("0905000101/0905000101", "0905000101", None), ("09050001", None, "phone_bad"),
    ("090500010112", None, "phone_bad"), ("0123456789", None, "phone_bad"), ("O9O5OOO1O1", None, "phone_bad"),
    ("9.05E+08", None, "phone_bad"),
    ("", None, "phone_missing"), ("không", None, "phone_missing"), (0, None, "phone_missing"),
    (Formula("=X1"), None, "formula_empty"), (Formula("=X1", "#N/A"), None, "formula_error"),
    (Formula('="0905000101"', "0905000101"), "0905000101", None), ("#REF!", None, "formula_error"),
])  # fmt: skip
def test_telephones_as_they_are_dialled(written: object, phone: str | None, kind: str | None) -> None:
    roster = read(Page([["STT", "Họ và tên", "SĐT"], [1, "Nguyễn Văn An", written]]))
    assert [p.phone for p in roster.people] == [phone]
    assert [p.kind for p in roster.problems] == ([kind] if kind else [])
    assert not any(p.blocks for p in roster.problems)


@pytest.mark.parametrize(("formula", "kind"), [
    (Formula('=C2&" "&D2'), "formula_empty"), (Formula("=PROPER(X9)", "#REF!"), "formula_error"),
])  # fmt: skip
def test_a_formula_that_gives_no_name_makes_no_member(formula: Formula, kind: str) -> None:
    roster = read(Page([["STT", "Họ và tên", "SĐT"], [1, formula, "0905000101"], [2, "Lê Ca", "0905000102"]]))
    assert [p.name for p in roster.people] == ["Lê Ca"]
    assert [(p.row, p.kind, p.blocks) for p in roster.problems] == [(2, kind, True)]


def test_a_file_that_never_was_calculated_has_empty_formulas() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["STT", "Họ và tên", "Thôn"], ["=ROW()-1", "=PROPER(X2)", "Thôn 1"], ["=ROW()-1", "Lê Ca", "=C2"]):
        sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    roster = read_roster(out.getvalue(), WORDS)
    assert [p.name for p in roster.people] == ["Lê Ca"]
    assert [(p.row, p.kind, p.blocks) for p in roster.problems] == [
        (2, "formula_empty", True),
        (3, "formula_empty", False),
    ]


# --- who is who ---------------------------------------------------------------------------------------------


def test_namesakes_shared_telephones_doubles_and_two_teams() -> None:
    roster = read(Page([
        ["STT", "Họ và tên", "Thôn", "SĐT"],
        [1, "Nguyễn Văn An", "Thôn 1", "0905000101"],
        [2, "NGUYỄN VĂN AN", "Thôn 1", "0905.000.101"],
        [3, "Nguyễn Văn An", "Thôn 2", "0905000101"],
        [4, "Nguyễn Văn An", "Thôn 1", "0905000104"],
        [5, "Trần Thị Bé", "Thôn 1", "0905000104"],
        [6, "Nguyễn Văn Hoà", "Thôn 1", "0905000106"],
        [7, "Nguyễn Văn Hòa", "Thôn 01", "0905000106"],
        [8, "Nguyễn Văn Hoa", "Thôn 1", "0905000108"],
        [9, "Nguyen Van Hoa", "Thôn 3", "0905000108"],
    ]))  # fmt: skip
    assert [(p.row, p.kind, p.blocks, p.other) for p in roster.problems] == [
        (3, "duplicate", True, 2), (5, "namesake", False, 2), (6, "same_phone", False, 5), (8, "duplicate", True, 7),
    ]  # fmt: skip
    assert [p.row for p in roster.people] == [2, 4, 5, 6, 7, 9, 10]
    assert roster.members == 5


def test_people_of_one_name_are_told_apart_by_their_birthdays() -> None:
    roster = read(Page([
        ["STT", "Họ và tên", "Ngày sinh", "Thôn", "SĐT"],
        [1, "Lê Ca", "01/02/1980", "Thôn 1", "0905000101"],
        [2, "Lê Ca", "01/02/1980", "Thôn 2", None],
        [3, "Lê Ca", "05/06/1990", "Thôn 1", None],
    ]))  # fmt: skip
    assert [p.kind for p in roster.problems] == ["phone_missing", "phone_missing", "namesake"]
    assert (roster.members, len(roster.people)) == (2, 3)


# --- files made by other programs ---------------------------------------------------------------------------


def rewritten(data: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """The same file with words of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name in archive.namelist():
            part = archive.read(name)
            for old, new in changes:
                part = part.replace(old, new)
            written.writestr(name, part)
    return out.getvalue()


STRICT = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"),
)
LIBREOFFICE = (HERE / "libreoffice.xlsx").read_bytes()


@pytest.mark.parametrize("data", [LIBREOFFICE, rewritten(LIBREOFFICE, *STRICT)], ids=["libreoffice", "strict"])
def test_lists_saved_by_other_programs_are_read_like_ours(data: bytes) -> None:
    roster = read_roster(data, WORDS)
    assert [(p.name, p.hamlet, p.role, p.phone) for p in roster.people] == [
        ("Nguyễn Văn An", "Thôn 3", "Tổ trưởng", "0905000101"),
        ("Trần Thị Bé", "Thôn 3", "Thành viên", "0905000102"),
        ("Lê Ca", "Thôn 4", "Tổ trưởng", None),
    ]
    assert [(p.row, p.kind, p.blocks) for p in roster.problems] == [
        (9, "formula_error", False), (10, "formula_empty", True),
    ]  # fmt: skip


def test_broken_styles_refuse_no_list() -> None:
    data = rewritten(GOOD, (b"<cellXfs", b"<noXfs"), (b'rgb="', b'rgb="rot'))
    assert [p.name for p in read_roster(data, WORDS).people] == ["Lê Ca"]


# --- what is no list ----------------------------------------------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512)


def with_sheet(xml: bytes) -> bytes:
    """A good file with that in place of its sheet."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, xml if "sheet1.xml" in name and "rels" not in name else data)
    return out.getvalue()


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
)


@pytest.mark.parametrize(("data", "why"), [
    (b"", "not_a_spreadsheet"), (b"STT\tHo ten\n1\tA", "not_a_spreadsheet"), (b"%PDF-1.7", "not_a_spreadsheet"),
    (b"<html><table></table></html>", "not_a_spreadsheet"), (GOOD[: len(GOOD) // 2], "not_a_spreadsheet"),
    (zipped(word__document_xml=b"<w/>"), "not_a_spreadsheet"), (OLE, "old_format"),
    (OLE + "EncryptedPackage".encode("utf-16-le"), "password"), (with_sheet(b"<worksheet><sheetData>"), "damaged"),
    (with_sheet(BOMB), "damaged"), (with_sheet(bytes(400 * 2**20)), "too_big"), (bytes(MAX_FILE + 1), "too_big"),
    (book(Page([])), "empty"), (book(Page([["Ghi chú"]], hidden=True), Page([], "x")), "empty"),
    (book(Page([["STT", "SĐT", "Thôn"], [1, "0905000101", "Thôn 1"]])), "no_names"),
    (book(Page([["Nguyễn Văn An", "0905000101"]])), "no_names"),
    (book(Page([["STT", "Họ và tên", "SĐT"]])), "nobody"),
])  # fmt: skip
def test_a_file_that_cannot_be_a_list_is_refused_as_a_whole(data: bytes, why: str) -> None:
    with pytest.raises(Refused) as refused:
        read_roster(data, WORDS)
    assert refused.value.args == (why,)


def test_a_million_formatted_empty_rows_are_no_burden() -> None:
    row = b'<row r="%d"><c r="A%d" s="1"/></row>'
    rows = b"".join(row % (n, n) for n in range(1, 20_001))
    with pytest.raises(Refused, match="empty"):
        read_roster(with_sheet(b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"), WORDS)
