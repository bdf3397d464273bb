"""Files by link: whoever has the link gets the very bytes, nobody else anything, and each opening is written down."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import Rendered, render
from bot.links import LASTS, Downloads, Links
from content.knowledge import Knowledge
from handlers.turn import Choice, File, Reply
from storage.database import Database
from storage.files import ROWS_KEPT
from storage.memory import Memory
from storage.schema.zalo import file_link, file_opening

NOW = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
REPORT = File("báo cáo tuần 47.xlsx", "application/vnd.ms-excel", b"\x50\x4b\x03\x04 bytes of a sheet")
PHONE = "Mozilla/5.0 (Linux; Android 13; SM-A125F) AppleWebKit/537.36 Mobile Safari/537.36"
Client = TestClient[web.Request, web.Application]


class House:
    """The links, where they lead, and a clock."""

    def __init__(self, database: Database, knowledge: Knowledge) -> None:
        self.now = NOW
        self.database = database
        self.links = Links("http://troly.test", database.vault, knowledge)
        self.downloads = Downloads(self.links, database, knowledge, lambda: self.now)

    async def hands_out(self, file: File = REPORT, person: int | None = None) -> str:
        """The path of a new link."""
        async with self.database.write() as connection:
            url = await self.links.put(Memory(connection, self.database.vault), file, person, self.now)
        assert url is not None
        return url.removeprefix("http://troly.test")

    async def rows(self, table: sa.Table) -> list[dict[str, object]]:
        """All rows of a table."""
        async with self.database.read() as connection:
            return [dict(r) for r in (await connection.execute(sa.select(table))).mappings()]

    async def retires(self) -> None:
        """What is over is dropped."""
        async with self.database.write() as connection:
            await Memory(connection, self.database.vault).privacy.retire(self.now)


@pytest.fixture
def house(database: Database, knowledge: Knowledge) -> House:
    return House(database, knowledge)


@pytest.fixture
async def client(house: House) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(house.downloads.routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_link_gives_the_very_bytes_under_their_name(house: House, client: Client) -> None:
    answer = await client.get(await house.hands_out())
    assert answer.status == 200
    assert await answer.read() == REPORT.data
    assert answer.content_type == REPORT.mime
    assert "b%C3%A1o%20c%C3%A1o%20tu%E1%BA%A7n%2047.xlsx" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]


async def test_a_link_ends_and_its_bytes_go(house: House, client: Client) -> None:
    path = await house.hands_out()
    house.now += LASTS - dt.timedelta(seconds=1)
    assert (await client.get(path)).status == 200
    house.now += dt.timedelta(seconds=1)
    answer = await client.get(path)
    assert answer.status == 404
    assert "hết hạn" in await answer.text()
    await house.retires()
    assert [r["body"] for r in await house.rows(file_link)] == [None]
    house.now += ROWS_KEPT
    await house.retires()
    assert await house.rows(file_link) == []
    assert await house.rows(file_opening) == []


async def test_each_opening_is_written_down_without_the_address(house: House, client: Client) -> None:
    path = await house.hands_out()
    await client.get(path, headers={"User-Agent": PHONE, "X-Forwarded-For": "203.0.113.9"})
    await client.get(path, headers={"User-Agent": "facebookexternalhit-preview", "X-Forwarded-For": "198.51.100.1"})
    await client.get(path, headers={"User-Agent": PHONE, "X-Forwarded-For": "10.0.0.1, 203.0.113.9"})
    rows = await house.rows(file_opening)
    assert [r["device"] for r in rows] == ["phone", "program", "phone"]
    assert rows[0]["origin"] == rows[2]["origin"] != rows[1]["origin"]
    assert "203.0.113.9" not in str(rows)


async def test_the_database_alone_opens_nothing(house: House) -> None:
    path = await house.hands_out()
    (row,) = await house.rows(file_link)
    assert path.rsplit("/", 1)[1] not in str(row)
    assert REPORT.data not in bytes(row["body"])  # type: ignore[call-overload]


async def test_nonsense_is_refused_without_asking_the_database(house: House, client: Client) -> None:
    path = await house.hands_out()
    other = chr(ord(path[-1]) ^ 1)
    for wrong in (path[:-1] + other, path[:-4], path + "AAAA", "/tep/x", "/tep/%C4%91%20%3F"):
        assert (await client.get(wrong)).status == 404
    await house.database.close()
    assert (await client.get("/tep/AAAAAAAAAAAAAAAAAAAAAAAA")).status == 404


@given(st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_text_of_chance_is_a_code(house: House, text: str) -> None:
    assert not house.links.genuine(text)


async def test_a_persons_links_are_shown_to_him_and_go_with_him(house: House, client: Client) -> None:
    async with house.database.write() as connection:
        memory = Memory(connection, house.database.vault)
        chat = await memory.people.admit("zalo_bot", "a1", consent_version=1, now=NOW)
    path = await house.hands_out(person=chat.person_id)
    await client.get(path)
    async with house.database.write() as connection:
        memory = Memory(connection, house.database.vault)
        (kept,) = (await memory.privacy.everything(chat.person_id))["files"]
        assert (kept["name"], kept["openings"]) == (REPORT.name, 1)
        await memory.privacy.erase(chat.person_id)
    assert (await client.get(path)).status == 404
    assert await house.rows(file_opening) == []


async def test_the_words_name_the_file_its_address_and_its_end(house: House) -> None:
    async with house.database.write() as connection:
        told = await house.links.tell(Memory(connection, house.database.vault), REPORT, None, NOW)
    assert told.startswith("Tệp báo cáo tuần 47.xlsx: http://troly.test/tep/")
    assert told.endswith("(mở được đến 09:00 28/11/2026)")


async def test_without_an_address_of_ours_the_file_is_named_all_the_same(house: House, knowledge: Knowledge) -> None:
    nowhere = Links(None, house.database.vault, knowledge)
    async with house.database.write() as connection:
        told = await nowhere.tell(Memory(connection, house.database.vault), REPORT, None, NOW)
    assert REPORT.name in told
    assert await house.rows(file_link) == []


def test_what_a_channel_carries_is_never_a_link() -> None:
    can = CAPABILITIES["zalo_oa"]
    large = File("a.pdf", "application/pdf", b"x" * (5 * 1024 * 1024 + 1))
    files = [File("a.pdf", "application/pdf", b"x"), File("B.DOCX", "x/y", b"x"), REPORT, large,
             File("b.png", "image/png", b"x", "photo"), File("c.webp", "image/webp", b"x", "photo")]  # fmt: skip
    assert [can.carries(f) for f in files] == [True, True, False, False, True, False]


def test_the_paragraph_of_a_link_stands_before_the_choices() -> None:
    reply = Reply("Đây ạ", (Choice("Menu", "m"),), (REPORT,))
    (message,) = render(reply, CAPABILITIES["zalo_bot"], elsewhere=lambda f: f"Tệp {f.name}: http://x/tep/1")
    assert message.text == f"Đây ạ\n\nTệp {REPORT.name}: http://x/tep/1\n\n1. Menu"
    assert message.linked == (REPORT.name,)
    assert Rendered.from_json(message.to_json()) == message


def test_a_choice_that_opens_a_page_says_which_where_it_may_have_no_button() -> None:
    reply = Reply("Mở", (Choice("Cổng", "u", url="https://dichvucong.gov.vn"),))
    (message,) = render(reply, CAPABILITIES["zalo_oa"])
    assert "1. Cổng: https://dichvucong.gov.vn" in message.text
