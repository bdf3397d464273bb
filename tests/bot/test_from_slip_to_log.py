"""From the list of a decision to the first entry: a slip is scanned, opens the chat, and what is logged counts."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from bot.cli.main import run
from bot.pictures.reader import Reader
from tests.content.roster.sheets import Page, book
from tests.printed import first_page, needs_printer

NOW = "2026-11-21T09:00:00+07:00"
LIST = Page([
    ["DANH SÁCH THÀNH VIÊN TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG"],
    ["STT", "Họ và tên", "Thôn", "Nhiệm vụ trong tổ", "Số điện thoại"],
    [1, "NGUYỄN VĂN AN", "Thôn 3", "Tổ trưởng", 905000101],
    [2, "Trần Thị Bé", "Thôn 3", "Thành viên", "0905000103"],
], "Trang 1")  # fmt: skip


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of the test's own with the list in it, and an address of ours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PUBLIC_URL", "https://troly.example.gov.vn")
    (tmp_path / "ds.xlsx").write_bytes(book(LIST))
    return tmp_path


async def scanned(pdf: Path) -> list[URL]:
    """What a phone reads off the first page, photographed."""
    reader = Reader()
    picture = await reader.read(first_page(pdf.read_bytes()))
    await reader.close()
    return [URL(code) for code in picture.codes]


async def converse(monkeypatch: pytest.MonkeyPatch, lines: list[dict[str, Any]]) -> None:
    """Has people write, in this order, into the database the list was taken into."""
    typed = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8"))
    assert await asyncio.to_thread(run, ["chat", "--json", "--now", NOW, "--db", "sqlite:///t.db"]) == 0


@needs_printer
async def test_a_scanned_slip_leads_to_an_entry_its_officer_sees(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    taken = ["import", "members", "ds.xlsx", "--commune", "31441", "--db", "sqlite:///t.db", "--now", NOW]
    slips = ["--slips", "phieu.pdf", "--telegram", "tro_ly_bot"]
    assert await asyncio.to_thread(run, [*taken, *slips]) == 0
    links = await scanned(home / "phieu.pdf")
    web = sorted(link.query["ma"] for link in links if link.origin() == URL("https://troly.example.gov.vn"))
    telegram = sorted(link.query["start"] for link in links if str(link).startswith("https://t.me/tro_ly_bot?"))
    assert len(web) == 2
    assert web == telegram, "each slip opens the same way on both"
    capsys.readouterr()
    first, second = web
    await converse(monkeypatch, [
        {"people": [{"name": "hoa", "role": "officer", "commune": "31441"}]},
        {"from": "first", "channel": "web", "text": f"/start {first}"},  # as the page does with ?ma=
        {"from": "first", "channel": "web", "press": "Đồng ý"},
        {"from": "first", "channel": "web", "text": "vừa giúp bà Tư ở thôn 3 kích hoạt vneid, xong"},
        {"from": "first", "channel": "web", "press": "Lưu"},
        {"from": "second", "channel": "telegram", "text": f"/start {second}"},  # as Telegram does with ?start=
        {"from": "second", "channel": "telegram", "press": "Đồng ý"},
        {"from": "second", "channel": "telegram", "press": "Ghi lượt hỗ trợ"},
        {"from": "second", "channel": "telegram", "press": "Nộp hồ sơ trực tuyến"},
        {"from": "second", "channel": "telegram", "press": "2"},
        {"from": "second", "channel": "telegram", "press": "Đã xong"},
        {"from": "hoa", "text": "báo cáo tuần này"},
    ])  # fmt: skip
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = {who: "\n".join(m["text"] for m in said if m.get("to") == who) for who in ("first", "second", "hoa")}
    for who, logged in (("first", "1 lượt"), ("second", "2 lượt")):
        assert "tổ công nghệ số cộng đồng thôn 3" in told[who].lower()
        assert f"Đã ghi: **{logged}**" in told[who]
        assert "Không lưu tên" not in told[who]
        assert "trợ lý đã có từ lúc làm mã mời" in told[who]
    for name in ("Nguyễn Văn An", "Trần Thị Bé"):
        assert (f"Chào {name}" in told["first"]) != (f"Chào {name}" in told["second"])
    assert "Tổng số: 3 lượt" in told["hoa"]
    assert "1/1 tổ, 2/2 thành viên" in told["hoa"]
