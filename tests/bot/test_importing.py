"""`import members` as an officer runs it: the check, the list, the slips, and nothing stored of what is no list."""

import asyncio
import json
import re
import sqlite3
from pathlib import Path

import pypdf
import pytest

from bot.cli.main import run
from tests.content.roster.sheets import Page, Value, book

NOW = "2026-11-21T09:00:00+07:00"
TEAM = "Tổ công nghệ số cộng đồng"
ROWS: list[list[Value]] = [
    ["DANH SÁCH THÀNH VIÊN TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG"],
    ["STT", "Họ và tên", "Thôn", "Nhiệm vụ trong tổ", "Số điện thoại"],
    [1, "NGUYỄN VĂN AN", "Thôn 3", "Tổ trưởng", 905000101],
    [2, None, "Thôn 3", "Thành viên", "0905000102"],
    [3, "Trần Thị Bé", "Thôn 4", "Tổ phó", "0905000103/0912000103"],
]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of the test's own with the list in it."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "ds.xlsx").write_bytes(book(Page(ROWS, "Trang 1")))
    return tmp_path


def take(*options: str, file: str = "ds.xlsx") -> int:
    return run(["import", "members", file, "--commune", "31441", "--db", "sqlite:///t.db", "--now", NOW, *options])


def test_the_check_is_a_problem_a_line_and_then_the_whole(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert take("--dry-run", "--json") == 0
    *problems, whole = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(p) for p in problems] == [{"sheet", "row", "kind", "blocks", "text"}] * 2
    assert [(p["sheet"], p["row"], p["kind"], p["blocks"]) for p in problems] == [
        ("Trang 1", 4, "name_missing", True), ("Trang 1", 5, "phone_two", False),
    ]  # fmt: skip
    assert whole == {
        "members": 2, "memberships": 2, "teams": [f"{TEAM} thôn 3", f"{TEAM} thôn 4"],
        "hamlets": ["Thôn 3", "Thôn 4"],
        "people": [
            {"name": "Nguyễn Văn An", "hamlet": "Thôn 3", "team": f"{TEAM} thôn 3", "role": "Tổ trưởng",
             "phone": "0905000101"},
            {"name": "Trần Thị Bé", "hamlet": "Thôn 4", "team": f"{TEAM} thôn 4", "role": "Tổ phó",
             "phone": "0905000103"},
        ],
    }  # fmt: skip
    assert not (home / "t.db").exists()


@pytest.mark.parametrize("name", ["no.xlsx", "bad.xlsx", "empty.xlsx", "."])
@pytest.mark.parametrize("options", [[], ["--dry-run", "--json"]])
def test_what_is_no_list_is_refused_in_one_line(
    name: str, options: list[str], capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    (home / "bad.xlsx").write_bytes(b"PK\x03\x04 no spreadsheet")
    (home / "empty.xlsx").write_bytes(book(Page([])))
    assert take(*options, file=name) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert not (home / "t.db").exists()


def test_an_unknown_commune_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "members", "ds.xlsx", "--commune", "99999", "--dry-run"]) == 2
    assert "99999" in capsys.readouterr().err


def codes_of(file: Path) -> list[str]:
    """The codes printed on the slips."""
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    return [a + b for a, b in re.findall(r"\b([2-9A-Z]{3})\s([2-9A-Z]{3})\b", text)]


async def test_a_slip_brings_its_person_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://troly.example.gov.vn")
    assert await asyncio.to_thread(take, "--slips", "phieu.pdf") == 0
    assert "Phiếu mời của 2 người" in capsys.readouterr().out
    page = pypdf.PdfReader(home / "phieu.pdf").pages[0].extract_text()
    assert "Nguyễn Văn An" in page
    assert "...101" in page
    assert "0905000101" not in page
    codes = codes_of(home / "phieu.pdf")
    assert len(codes) == 2
    script = ({"text": f"/start {codes[0]}"}, {"press": "1"}, {"text": "menu"})
    (home / "in").write_text("".join(f"{json.dumps({'from': 'an'} | line)}\n" for line in script), encoding="utf-8")
    with (home / "in").open(encoding="utf-8") as typed:
        monkeypatch.setattr("sys.stdin", typed)
        assert await asyncio.to_thread(run, ["chat", "--json", "--now", NOW, "--db", "sqlite:///t.db"]) == 0
    said = capsys.readouterr().out
    assert "Tổ trưởng" in said
    assert "Chào Nguyễn Văn An" in said


def test_the_next_list_says_who_is_new_who_stays_and_who_is_gone(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert take() == 0
    assert (home / "var" / "phieu-moi-31441.pdf").exists()
    (home / "ds.xlsx").write_bytes(book(Page([*ROWS[:3], [2, "Lê Ca", "Thôn 4", "TV", "0905000105"]])))
    capsys.readouterr()
    assert take() == 0
    said = capsys.readouterr().out
    assert "1 chỗ mới, 1 chỗ giữ nguyên, 1 người không còn trong danh sách" in said
    assert f"- Trần Thị Bé, {TEAM} thôn 4" in said
    assert "--end-gone" in said
    assert take("--end-gone") == 0
    assert "Đã kết thúc" in capsys.readouterr().out
    with sqlite3.connect(home / "t.db") as file:
        assert file.execute("SELECT name FROM roster WHERE ended_at IS NOT NULL").fetchall() == [("Trần Thị Bé",)]


def test_slips_that_cannot_be_written_store_nothing(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert take("--slips", "no/such/folder/phieu.pdf") == 2
    assert "no/such/folder" in capsys.readouterr().err
    (home / "folder.pdf").mkdir()
    assert take("--slips", "folder.pdf") == 2
    with sqlite3.connect(home / "t.db") as file:
        assert file.execute("SELECT count(*) FROM invitation").fetchone() == (0,)
