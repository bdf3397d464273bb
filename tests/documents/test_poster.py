"""The poster as whoever hangs it up gets it: its words and codes are read back from the PDF, and from its picture."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot.documents.files import Documents
from content.knowledge import Knowledge
from storage.database import Database
from tests.harness.program import ROOT, SECRET_KEY
from tests.printed import codes_on, needs_printer
from tests.talk import Talk

OA = "4444444444444444444"
WAYS = {
    "zalo": f"https://zalo.me/{OA}", "telegram": "https://t.me/TroLyViThuyBot?start=XA31441",
    "web": "https://troly.example.vn/?ma=XA31441",
}  # fmt: skip


def words_of(pdf: bytes) -> str:
    """Everything that can be read on its one page."""
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    assert [round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height)] == [148, 210]
    return " ".join(page.extract_text().split())


def poster(knowledge: Knowledge, **ways: str | None) -> bytes:
    """Of Vị Thủy."""
    name = ways.get("telegram")
    file = Documents(knowledge, web=ways.get("web"), telegram=lambda: name).poster("31441", ways.get("zalo"))
    assert file is not None
    return file.data


ALL = {"zalo": OA, "telegram": "TroLyViThuyBot", "web": "https://troly.example.vn"}


def test_everything_one_needs_to_come_in_can_be_read(knowledge: Knowledge) -> None:
    text = words_of(poster(knowledge, **ALL))
    for part in ("Xã Vị Thủy", "XA 31441", f"zalo.me/{OA}", "t.me/TroLyViThuyBot", "troly.example.vn", "mã OTP"):
        assert part in text


@needs_printer
@pytest.mark.parametrize("missing", [(), ("zalo",), ("telegram", "web")], ids=str)
def test_a_phone_reads_every_code_off_the_page(missing: tuple[str, ...], knowledge: Knowledge) -> None:
    ways = {name: where for name, where in ALL.items() if name not in missing}
    expected = {address for name, address in WAYS.items() if name not in missing}
    assert set(codes_on(poster(knowledge, **ways), dpi=150)) == expected


@pytest.mark.parametrize("code", ["31441", "00004", "27316"])
def test_the_page_stays_one_whatever_the_commune_is_called(code: str, knowledge: Knowledge) -> None:
    file = Documents(knowledge, web="https://a.vn").poster(code, OA)
    assert file is not None
    assert f"XA {code}" in words_of(file.data)


def test_no_way_in_makes_no_poster(knowledge: Knowledge) -> None:
    assert Documents(knowledge).poster("31441", None) is None


def test_the_verb_writes_it_where_it_is_told(tmp_path: Path) -> None:
    out = tmp_path / "ap-phich.pdf"
    command = [sys.executable, "-m", "bot", "people", "poster", "--commune", "31441", "--zalo", OA, "--out", str(out)]
    env = {"PATH": "/usr/bin:/bin", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, str(out)), done.stderr
    assert f"zalo.me/{OA}" in words_of(out.read_bytes())


@pytest.fixture
def engine() -> str:
    return "sqlite"


async def test_an_officer_gets_the_poster_of_his_own_commune_in_the_chat(
    database: Database, knowledge: Knowledge
) -> None:  # fmt: skip
    talk = Talk(database, knowledge)
    talk.documents = Documents(knowledge, web="https://troly.example.vn")
    async with talk.memory() as memory:
        await memory.zalo.begin("a first token", talk.now)
        (account,) = await memory.zalo.all()
        await memory.zalo.named(account.id, OA)
    hoa, an = await talk.officer("Hoa"), await talk.citizen("An")
    await hoa.says("menu")
    await hoa.presses("Việc của xã")
    await hoa.presses("Thông tin của xã")
    await hoa.presses("Áp phích để in")
    (file,) = hoa.replies[-1].files
    assert file.name == "ap-phich-31441.pdf"
    assert f"zalo.me/{OA}" in words_of(file.data)
    await an.presses_value("s:in")
    assert all(not reply.files for reply in an.replies)
