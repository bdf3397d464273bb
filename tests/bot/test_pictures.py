"""A picture's whole way to its turn: fetched and read beforehand, in order, whatever fails, and gone afterwards."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
import structlog
from pydantic import SecretStr

from bot.app import App
from bot.postbox import LEASE
from bot.settings import Settings
from content.knowledge import Knowledge
from handlers import router
from handlers.turn import Turn
from storage.bell import INBOX
from storage.schema import inbox, metadata
from tests.bot.whole_way import House, house
from tests.emulators.telegram import Limits, TelegramEmulator
from tests.harness.program import SECRET_KEY
from tests.payment_codes import code, napas
from tests.pictures import laid, photo, saved

ACCOUNT = "5512345678909"
PAYMENT = code(("38", napas("970418", ACCOUNT)), ("54", "8000"))
PHOTO = photo(PAYMENT)
NO_CODE = saved(laid(size=(640, 480)))
TAIL = "cuối 8909"
"""How an answer names the account."""
AGAIN = "gửi lại ảnh"
sqlite_alone = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what does not reach the database."""


@pytest.fixture
async def tg() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits=Limits.none(), time_scale=20) as emulator:
        yield emulator


@pytest.fixture
async def home(tg: TelegramEmulator, database_url: str, knowledge: Knowledge) -> AsyncIterator[House]:
    async with house(tg, database_url, knowledge) as running:
        yield running


async def test_a_photo_of_a_code_is_answered_with_what_it_holds(home: House) -> None:
    an = await home.walker("An")
    await an.sends_photo(PHOTO)
    assert TAIL in (await an.waits_for(TAIL)).text
    await an.sends_document(PHOTO, "ma.jpg", mime="image/jpeg")
    await an.waits_for(TAIL)


async def test_a_photo_without_a_code_is_told_so_and_the_step_stays(home: House) -> None:
    an = await home.walker("An")
    step = await home.step(an)
    await an.sends_photo(NO_CODE)
    await an.waits_for("không thấy mã QR")
    assert await home.step(an) == step


@sqlite_alone
async def test_files_that_are_no_pictures_are_not_fetched(home: House) -> None:
    an = await home.walker("An")
    await an.sends_document(b"PK", "danh sach.xlsx")
    await an.waits_for()
    assert home.tg.counts.get("downloads", 0) == 0


@sqlite_alone
async def test_the_largest_size_of_a_photo_is_fetched_once(home: House) -> None:
    an = await home.walker("An")
    await an.sends_photo(PHOTO)
    await an.waits_for(TAIL)
    assert home.tg.counts["downloads"] == 1


async def test_while_a_picture_is_fetched_its_own_chat_waits_in_order_and_no_other_does(home: House) -> None:
    an, binh = await home.walker("An"), await home.walker("Bình")
    home.tg.fails("slow", method="download", seconds=1.5)
    before = len(an.sees)
    await an.sends_photo(PHOTO)
    await an.sends("tôi đang ở đâu")
    for _ in range(3):
        await binh.sends("tôi đang ở đâu")
        await binh.waits_for("Bước 1/")
    assert len(an.sees) == before
    await home.quiet()
    shown = [m.text for m in an.sees[before:]]
    assert TAIL in shown[0]
    assert "Bước 1/" in shown[-1]


async def test_no_transaction_is_open_while_a_picture_is_fetched(home: House) -> None:
    an = await home.walker("An")
    home.tg.fails("slow", method="download", seconds=1.5)
    await an.sends_photo(PHOTO)
    await home.tg.until(lambda: home.tg.counts.get("downloads"))
    async with asyncio.timeout(1), home.app.database.write() as connection:
        await connection.execute(sa.text("UPDATE person SET id = id"))
    await an.waits_for(TAIL)


@sqlite_alone
@pytest.mark.parametrize("fault", ["refuse", "error", "cut"])
async def test_a_download_that_fails_once_is_tried_again(home: House, fault: str) -> None:
    an = await home.walker("An")
    home.tg.fails(fault, method="download")
    await an.sends_photo(PHOTO)
    await an.waits_for(TAIL)
    assert home.tg.counts["downloads"] == 2


@sqlite_alone
async def test_a_download_that_keeps_failing_asks_to_send_it_again(home: House) -> None:
    an = await home.walker("An")
    home.tg.fails("error", method="download", count=None)
    await an.sends_photo(PHOTO)
    await an.waits_for(AGAIN)
    home.tg.heals()
    await an.sends_photo(PHOTO)
    await an.waits_for(TAIL)


@sqlite_alone
async def test_a_file_the_platform_does_not_hand_out_is_refused_at_once(home: House) -> None:
    an = await home.walker("An")
    await an.sends_document(PHOTO, "to.png", mime="image/png", size=30 * 1024 * 1024)
    await an.waits_for("không cần tệp")
    assert home.tg.counts.get("downloads", 0) == 0


@sqlite_alone
async def test_a_flood_is_waited_for(home: House) -> None:
    an = await home.walker("An")
    home.tg.fails("flood", method="getFile", seconds=1)
    await an.sends_photo(PHOTO)
    await an.waits_for(TAIL)


@sqlite_alone
async def test_in_a_group_nothing_is_fetched(home: House) -> None:
    an = await home.walker("An")
    group = home.tg.group("Thôn 3", an)
    await an.sends_photo(PHOTO, to=group)
    await home.quiet()
    assert home.tg.counts.get("downloads", 0) == 0


async def test_whoever_takes_over_begins_anew(tg: TelegramEmulator, database_url: str, knowledge: Knowledge) -> None:
    async with house(tg, database_url, knowledge) as first:
        an = await first.walker("An")
        tg.fails("slow", method="download", seconds=30)
        await an.sends_photo(PHOTO)
        await tg.until(lambda: tg.counts.get("downloads"))
    tg.heals()
    async with house(tg, database_url, knowledge) as second:
        second.hands.skip(LEASE.total_seconds())
        await an.waits_for(TAIL, within=15)


async def test_a_turn_that_fails_keeps_its_picture_for_the_next_try(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    an = await home.walker("An")
    whole = router.handle
    seen: list[Turn] = []

    async def fails_once(turn: Turn) -> None:
        seen.append(turn)
        if len(seen) == 1:
            raise RuntimeError(PAYMENT)
        await whole(turn)

    monkeypatch.setattr(router, "handle", fails_once)
    with structlog.testing.capture_logs() as logs:
        await an.sends_photo(PHOTO)
        await an.waits_for(TAIL, within=15)
    assert home.tg.counts["downloads"] == 1
    assert [entry["event"] for entry in logs].count("turn.failed") == 1
    assert ACCOUNT not in str(logs)


# --- nothing stays ------------------------------------------------------------------------------------------------


async def everything_kept(home: House, path: Path) -> bytes:
    """Every value of every table, and on SQLite every byte of its files."""
    found = [p.read_bytes() for p in path.rglob("*") if p.is_file()]
    async with home.app.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = (await connection.execute(sa.select(table))).all()
            found += [value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row]
    return b"\n".join(found)


async def test_neither_picture_nor_payload_is_kept_anywhere(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    an = await home.walker("An")
    home.tg.fails("slow", method="download", seconds=0.3)
    await an.sends_photo(PHOTO)
    await home.tg.until(lambda: home.tg.counts.get("downloads"))
    looks = [await everything_kept(home, tmp_path)]
    await an.waits_for(TAIL)
    await home.quiet()
    looks.append(await everything_kept(home, tmp_path))
    reference = next(file for file in home.tg.world.files.values() if file.data == PHOTO)
    said = "".join(capfd.readouterr())
    for look in [*looks, said.encode()]:
        for trace in (
            ACCOUNT.encode(),
            PAYMENT.encode(),
            PHOTO[200:260],
            reference.id.encode(),
            reference.path.encode(),
        ):
            assert trace not in look, trace
    async with home.app.database.read() as connection:
        bodies = (await connection.execute(sa.select(inbox.c.body).where(inbox.c.state == "done"))).scalars()
        assert not any(bodies)


# --- on the web, where the picture is in one process alone --------------------------------------------------------


class Page:
    """Somebody at the web page of one of several programs."""

    def __init__(self, http: aiohttp.ClientSession, app: App) -> None:
        self._http = http
        self._app = app
        self._n = 0

    async def post(self, path: str, **how: Any) -> None:
        """Posts, and is told that it is stored."""
        async with self._http.post(f"http://127.0.0.1:{self._app.port}{path}", **how) as answer:
            assert answer.status == 200, await answer.text()

    async def says(self, text: str) -> None:
        """Types a text."""
        self._n += 1
        await self.post("/web/messages", json={"id": f"message-{self._n}", "n": self._n, "text": text})

    async def sends(self, data: bytes) -> None:
        """Sends a picture."""
        self._n += 1
        head = {"Content-Type": "image/jpeg"}
        await self.post(f"/web/pictures?id=message-{self._n}&n={self._n}", data=data, headers=head)

    async def hears(self, words: str, of: App | None = None) -> None:
        """Waits until a message holds the words, at the program given or at the one written to."""
        async with asyncio.timeout(20), self._http.get(f"http://127.0.0.1:{(of or self._app).port}/web/events") as s:
            while words not in (await s.content.readline()).decode():
                pass


@asynccontextmanager
async def programs(url: str, knowledge: Knowledge, count: int) -> AsyncIterator[list[App]]:
    """So many programs on one database."""
    running = []
    for _ in range(count):
        settings = Settings(
            _env_file=None, database_url=url, secret_key=SecretStr(SECRET_KEY), listen="127.0.0.1:0",
            telegram_token=None,
        )  # fmt: skip
        running.append(App(settings, knowledge=knowledge))
        await running[-1].start()
    try:
        yield running
    finally:
        for app in running:
            await app.stop()


@asynccontextmanager
async def visitor(app: App) -> AsyncIterator[Page]:
    """Somebody who opened the page and agreed."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        await (await http.get(f"http://127.0.0.1:{app.port}/")).read()
        yield Page(http, app)


async def test_a_picture_from_the_page_is_answered_by_the_process_that_has_it(
    database_url: str, engine: str, knowledge: Knowledge
) -> None:
    async with programs(database_url, knowledge, 1 if engine == "sqlite" else 3) as apps:
        for _ in range(3):
            async with visitor(apps[0]) as an:
                await an.sends(PHOTO)
                await an.hears(TAIL)
        assert not apps[0].shelf.waiting()


async def test_when_the_process_that_has_it_dies_the_person_is_asked_again(
    database_url: str, engine: str, knowledge: Knowledge
) -> None:
    async with programs(database_url, knowledge, 1) as (first,):
        for worker in first.workers:
            worker.stopping.set()  # the picture comes in and is never looked at
        await asyncio.sleep(0)
        async with visitor(first) as an:
            await an.says("menu")
            await an.sends(PHOTO)
            await first.stop()
            async with programs(database_url, knowledge, 1) as (second,):
                if engine == "postgres":
                    await _lease_over(second)
                await an.hears(AGAIN, second)


async def _lease_over(app: App) -> None:
    """As if the lease of every row had run out."""
    async with app.database.write() as connection:
        await connection.execute(sa.update(inbox).values(due_at=inbox.c.received_at))
    app.bell.ring(INBOX)
