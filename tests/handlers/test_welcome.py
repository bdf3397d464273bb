"""First contact: nothing is kept before consent, a question is not lost, and the commune is found."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channels.base import Envelope
from bot.channels.capabilities import CAPABILITIES
from bot.metrics import Metrics
from bot.postbox import Postbox
from bot.talk import ScriptedChannel
from bot.worker import Worker
from storage.bell import Bell
from storage.database import Database
from storage.schema import metadata
from storage.scope import Grant
from tests.talk import COMMUNE, Person, Talk

QUESTION = "quên mật khẩu vneid"
ADDRESS = "dia-chi-rat-rieng-cua-bac-an-0905000102"


def stranger(talk: Talk, name: str = "la") -> Person:
    """Somebody nothing is kept of."""
    return Person(talk, name, 0)


async def rows(database: Database, *, but: tuple[str, ...] = ()) -> dict[str, int]:
    """How many rows each table has, empty ones and those in `but` left out."""
    async with database.read() as connection:
        counts = {
            t.name: (await connection.execute(sa.select(sa.func.count()).select_from(t))).scalar_one()
            for t in metadata.sorted_tables
        }
    return {name: n for name, n in counts.items() if n and name not in but}


async def commune_of(talk: Talk, person: Person) -> str | None:
    """The commune that is stored for that chat."""
    async with talk.memory() as memory:
        chat = await memory.people.find("web", talk.database.vault.lane("web", person.address))
        return chat.commune if chat else None


# --- nothing before consent ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "texts",
    [
        ["xin chào", "không đồng ý", "19", "menu", QUESTION, "gặp người", "dữ liệu của tôi", "lùi", "dừng", "99"],
        ["/start XA31441", "2", "tôi vừa bị lừa", "31441", "xã Vị Thủy", "AB2C3D", "báo cáo tuần này", "ghi"],
        ["mã otp của tôi là 482913", "/start", "/dulieu", "/gapnguoi", "cảm ơn", "đúng", "ok"],
    ],
)
async def test_whoever_did_not_agree_leaves_no_row(talk: Talk, texts: list[str]) -> None:
    an = stranger(talk)
    for text in texts:
        await an.says(text)
    for value in ("c:n", "g:o:vneid-kich-hoat", "m:nguoi", "m:menu", "d:xem", "g:s:1:x:n", "c:x:31441", "v:moi"):
        await an.presses_value(value)
    assert await rows(talk.database) == {}


@pytest.mark.parametrize("text", ["đồng ý", "Đồng ý", "dong y", "1", "Tôi đồng ý", "ĐỒNG Ý."])
async def test_agreeing_is_an_act_of_its_own_in_words_too(talk: Talk, text: str) -> None:
    an = stranger(talk)
    await an.says(text)
    assert (await rows(talk.database))["person"] == 1
    assert "xã, phường nào" in an.reads


@pytest.mark.parametrize(
    "text", ["không", "có", "ừ", "ok", "bắt đầu", "/start", "không đồng ý", "đồng", "2", "đồng ý cái gì"]
)
async def test_nothing_but_agreeing_is_agreeing(talk: Talk, text: str) -> None:
    await stranger(talk).says(text)
    assert await rows(talk.database) == {}


async def test_agreeing_twice_is_once(talk: Talk) -> None:
    an = stranger(talk)
    await an.presses_value("c:y:")
    await an.presses_value("c:y:")
    assert (await rows(talk.database))["person"] == 1


# --- no plain text in the file ------------------------------------------------------------------------------


class Line:
    """Messages through the real inbox, worker and outbox, each followed by a look at every byte on the disk."""

    def __init__(self, talk: Talk, path: Path) -> None:
        self.path = path
        self.talk = talk
        bell = Bell(talk.database)
        channels = {"web": ScriptedChannel("web", CAPABILITIES["web"])}
        self.postbox = Postbox(talk.database, bell, lambda: talk.now)
        self.worker = Worker(talk.database, bell, channels, talk.knowledge, lambda: talk.now, talk.chance, Metrics())
        self.count = 0

    async def send(self, body: str) -> None:
        """One message in; the bytes are looked at before and after it is handled."""
        self.count += 1
        await self.postbox.accept("web", [Envelope(f"m{self.count}", ADDRESS, self.count, body.encode())])
        self.look()
        while await self.worker.work():
            self.look()
        assert self.worker.last_error is None

    def look(self) -> None:
        """Neither who wrote nor what was written or answered can be read."""
        stored = b"".join(p.read_bytes() for p in self.path.parent.glob(f"{self.path.name}*"))
        for secret in (ADDRESS, "482913", "hoa sen", "Hoahong", "093175001234", "Bác mở mục Tin nhắn", "Chào bác"):
            assert secret.encode() not in stored, secret


@pytest.fixture
async def line(talk: Talk, tmp_path: Path) -> AsyncIterator[Line]:
    """A line to the database of the test."""
    line = Line(talk, tmp_path / "test.db")
    yield line
    await line.postbox.close()


async def test_neither_address_nor_words_can_be_read_in_the_file_at_any_time(line: Line) -> None:
    texts = ["xin chào, tôi thích hoa sen", "đồng ý", "31441", "kích hoạt vneid", "1", "tôi thích hoa sen",
             "mã otp của tôi là 482913", "mật khẩu là Hoahong@75", "số căn cước 093175001234", "dừng"]  # fmt: skip
    for text in texts:
        await line.send(f'{{"from": "{ADDRESS}", "text": "{text}"}}')
    await line.send(f'{{"from": "{ADDRESS}", "photo": "hoa sen.png"}}')
    await line.send(f'{{"from": "{ADDRESS}", "press": "d:xoa:that"}}')
    left = await rows(line.talk.database, but=("inbox", "outbox", "audit"))
    assert left == {}


# --- what travels in the button -----------------------------------------------------------------------------


async def test_a_question_asked_first_is_answered_after_agreeing(talk: Talk) -> None:
    an = stranger(talk)
    await an.says(QUESTION)
    assert "Đồng ý" in an.labels
    assert "ba thứ" in an.reads, "what is kept is told before"
    await an.presses("Đồng ý")
    await an.presses("Tôi làm cho tôi")
    assert "Bước 1/" in an.reads
    assert await commune_of(talk, an) is None
    await an.says("menu")
    await an.presses("Chọn xã")
    await an.says(COMMUNE)
    assert await commune_of(talk, an) == COMMUNE
    assert "Bước 1/" in an.reads


async def test_the_same_question_can_be_read_without_agreeing(talk: Talk) -> None:
    an = stranger(talk)
    await an.says(QUESTION)
    await an.presses("Quên mật khẩu, bị khóa")
    assert "**1.**" in an.replies[0].text
    assert await rows(talk.database) == {}
    await an.presses("Đồng ý")
    assert "Bác làm cho ai?" in an.reads, "the guide just read is gone on with"


async def test_every_guide_fits_the_button_of_agreeing(talk: Talk) -> None:
    an = stranger(talk)
    for guide in talk.knowledge.library.all(talk.now.date()):
        await an.presses_value(f"g:o:{guide.id}")
        assert an.choice("Đồng ý").value == f"c:y:g-{guide.id}"


async def test_a_poster_sets_the_commune_at_once(talk: Talk) -> None:
    an = stranger(talk)
    await an.says("/start XA31441")
    await an.presses("Đồng ý")
    assert await commune_of(talk, an) == "31441"
    assert "Gặp người" in an.labels
    await an.presses_again()
    assert "Vị Thủy" in an.reads


@pytest.mark.parametrize("payload", ["XA99999", "xa00000", "../..", "a b", "x" * 500, "g-khong-co", "g-", "c:y:"])
async def test_a_poster_that_leads_nowhere_still_greets_and_admits(talk: Talk, payload: str) -> None:
    an = stranger(talk)
    await an.says(f"/start {payload}")
    await an.presses("Đồng ý")
    assert an.choices
    assert await commune_of(talk, an) is None


# --- the commune --------------------------------------------------------------------------------------------


async def asked(talk: Talk) -> Person:
    """Somebody who is asked where he lives."""
    an = stranger(talk)
    await an.says("đồng ý")
    return an


async def test_later_leads_to_the_menu(talk: Talk) -> None:
    an = await asked(talk)
    await an.says("để sau")
    assert "Gặp người" in an.labels
    await an.says("xứ sở xa xôi")
    assert "chưa hiểu" in an.reads, "the question is not asked on behind his back"


async def test_a_question_in_place_of_a_commune_is_answered(talk: Talk) -> None:
    an = await asked(talk)
    await an.says(QUESTION)
    assert "Bác làm cho ai?" in an.reads


@pytest.mark.parametrize(
    "yes", ["đúng", "đúng rồi", "phải", "vâng", "có", "1", "Phường Ninh Kiều, Thành phố Cần Thơ"]
)
async def test_the_only_place_found_is_confirmed_in_words(talk: Talk, yes: str) -> None:
    an = await asked(talk)
    await an.says("phường ninh kiều cần thơ")
    await an.says(yes)
    commune = await commune_of(talk, an)
    assert commune is not None
    found = talk.knowledge.places.commune(commune)
    assert found is not None
    assert found.name == "Phường Ninh Kiều"


async def test_a_commune_told_in_the_middle_of_a_step_leads_back_to_the_step(talk: Talk) -> None:
    an = stranger(talk)
    await an.says(QUESTION)
    await an.presses("Đồng ý")
    await an.presses("Tôi làm cho tôi")
    await an.says("31441")
    assert "Vị Thủy" in an.reads
    assert "Bước 1/" in an.reads


# --- whose name is known beforehand -------------------------------------------------------------------------


async def test_whoever_comes_with_a_slip_is_told_that_his_name_is_known(talk: Talk) -> None:
    code = await slip(talk, "Nguyễn Văn An")
    an = stranger(talk)
    await an.says(f"/start {code}")
    assert "Không lưu tên" not in an.reads
    assert "trợ lý đã có từ lúc làm mã mời" in an.reads
    assert "Nguyễn Văn An" not in an.reads, "a slip in the wrong hands tells no name before he agrees"
    assert await rows(talk.database, but=("invitation", "team")) == {}
    await an.presses("Không đồng ý")
    assert "không lưu gì của cuộc trò chuyện này" in an.reads
    await an.says(f"{code[:3]} {code[3:].lower()}")
    await an.presses("Đồng ý")
    assert "Cảm ơn anh/chị" in an.reads
    assert "Tên anh/chị lấy theo phiếu mời" in an.reads
    assert "Chào Nguyễn Văn An" in an.reads
    await an.says("dữ liệu của tôi")
    await an.presses("Xem")
    assert "Nguyễn Văn An" in an.reads


async def test_whoever_agreed_before_he_typed_his_code_is_told_where_his_name_is_from(talk: Talk) -> None:
    an = stranger(talk)
    await an.says("chào")
    assert "Không lưu tên" in an.reads
    await an.presses("Đồng ý")
    await an.says(await slip(talk, "Nguyễn Văn An"))
    assert "Tên anh/chị lấy theo phiếu mời" in an.reads
    be = stranger(talk, "bé")
    await be.says(f"/start {await slip(talk, None)}")
    await be.presses("Đồng ý")
    assert "Chào mừng anh/chị" in be.reads
    assert "lấy theo phiếu mời" not in be.reads


async def test_words_before_consent_do_not_tell_whether_a_code_is_good(talk: Talk) -> None:
    good, bad = stranger(talk), stranger(talk, "kẻ đoán")
    await good.says(await slip(talk, "Nguyễn Văn An"))
    await bad.says("AB2C3D")
    assert bad.reads == good.reads
    await bad.says("nguyen")
    assert "phiếu mời" not in bad.reads


async def slip(talk: Talk, name: str | None) -> str:
    """The code of an invitation into a team."""
    grant = Grant("member", commune=COMMUNE, team_id=await talk.team("Tổ Thôn 3"))
    async with talk.memory() as memory:
        code = ""
        while not any(c.isdigit() for c in code):  # one that can be typed in small letters too
            code = await memory.invitations.make(grant, talk.now, name=name)
        return code
