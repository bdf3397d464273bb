"""Golden transcripts over the real adapter: every word goes through Zalo's hook, and what people see is compared."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import ClientSession
from pydantic import SecretStr

from bot.app import App
from bot.settings import Settings
from bot.transcript import read_input
from content.knowledge import Knowledge
from storage.schema import inbox, outbox
from tests.emulators.zalo_oa import Person, ZaloEmulator
from tests.harness.program import SECRET_KEY, free_port

CONVERSATIONS = Path(__file__).parents[1] / "conversations"
STORIES = ["khong-dong-y"]


@pytest.fixture
def engine() -> str:
    return "sqlite"


class House:
    """The program, joined to the emulator."""

    def __init__(self, app: App, zalo: ZaloEmulator) -> None:
        self.app, self.zalo = app, zalo

    async def quiet(self) -> None:
        """Every event is handled and every reply has left."""
        await self.zalo.settles(within=15)
        waiting = sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state == "new")
        leaving = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.state.in_(("queued", "sending")))
        async with asyncio.timeout(15):
            while True:
                async with self.app.database.read() as connection:
                    counts = [(await connection.execute(q)).scalar_one() for q in (waiting, leaving)]
                if not any(counts):
                    return
                await asyncio.sleep(0.02)


async def _house(url: str, knowledge: Knowledge, zalo: ZaloEmulator) -> House:
    port, world = free_port(), zalo.world
    base = f"http://127.0.0.1:{port}"
    settings = Settings(
        _env_file=None, database_url=url, secret_key=SecretStr(SECRET_KEY), listen=f"127.0.0.1:{port}",
        public_url=base, zalo_oa_app_id=world.app_id, zalo_oa_app_secret=SecretStr(world.app_secret),
        zalo_oa_secret_key=SecretStr(world.oa_secret_key), zalo_oa_api_base=zalo.root, zalo_oa_oauth_base=zalo.root,
    )  # fmt: skip
    zalo.oa.per_minute = 100_000
    app = App(settings, chance=random.Random(1), knowledge=knowledge)
    await app.start()
    assert await zalo.console(base) == 200
    async with ClientSession() as browser, browser.get(f"{base}/oauth/zalo-oa/start", allow_redirects=False) as start:
        asked = start.headers["Location"].replace("permission?", "permission/allow?")
    async with ClientSession() as browser, browser.get(asked) as done:
        assert done.status == 200
    return House(app, zalo)


KINDS = [("state", "yes"), ("business", "yes")]
WITHOUT = [("state", "-233"), ("business", "-201")]


@pytest.fixture(params=[*KINDS, *WITHOUT], ids=str)
async def house(
    request: pytest.FixtureRequest, database_url: str, knowledge: Knowledge
) -> AsyncIterator[House]:  # fmt: skip
    """v2 and v3, with buttons and without."""
    kind, buttons = request.param
    async with ZaloEmulator(kind=kind, buttons=buttons) as zalo:
        home = await _house(database_url, knowledge, zalo)
        yield home
        await home.app.stop()


def _expected(path: Path) -> list[tuple[dict[str, object], str]]:
    """What was typed or pressed, and all words said to it."""
    found: list[tuple[dict[str, object], str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        message = read_input(line)
        if message is not None and "from" in message:
            found.append((message, ""))
        elif line.startswith("  |") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line[3:]}")
        elif message is not None and (found or "now" not in message):
            break  # a clock that moves, or people made up: those stories are for the rendering alone
    return found


def _plain(text: str) -> str:
    return " ".join(re.sub(r"(?m)^\d+\. .*$", "", text).split())


@pytest.mark.parametrize("house", KINDS, ids=str, indirect=True)
@pytest.mark.parametrize("story", STORIES)
async def test_a_story_is_told_over_the_real_wire(house: House, story: str) -> None:
    people: dict[str, Person] = {}
    turns = [t for t in _expected(CONVERSATIONS / f"{story}.txt") if "text" in t[0] or "press" in t[0]]
    assert len(turns) >= 2
    for message, words in turns:
        person = people.setdefault(str(message["from"]), house.zalo.user(str(message["from"])))
        before = len(person.sees)
        if "press" in message:
            text = str(message["press"])
            await person.presses(next(b for b in person.buttons if b.partition(". ")[2] == text))
        else:
            text = str(message["text"])
            await person.sends(text)
        await house.quiet()
        said = " ".join(m.text for m in person.sees[before:])
        first = " ".join(_plain(words).split()[:6])
        assert first in _plain(said), f"to {text!r}"
    assert house.zalo.counts["refused.-216"] == 0


async def test_a_takeover_silences_the_program_until_staff_hand_back(house: House) -> None:
    an = house.zalo.user("An")
    await an.sends("chào")
    await an.waits_for("Chào bác", within=15)
    await an.hears_from_staff("Em là Hoa ở xã, bác cần gì ạ?")
    await house.quiet()
    seen = len(an.sees)
    await an.sends("bác cần làm VNeID")
    await house.quiet()
    assert len(an.sees) == seen
    await an.hears_from_staff("#trợ lý")
    await an.waits_for("Trợ lý tự động giúp bác tiếp", within=15)


async def test_a_closed_window_keeps_the_answer_until_the_next_word(house: House) -> None:
    an = house.zalo.user("An")
    await an.sends("chào")
    await an.waits_for("Chào bác", within=15)
    house.zalo.fails("hold")
    await an.sends("menu")
    an.was_silent(8)
    house.zalo.heals()
    async with asyncio.timeout(15):
        await house.zalo.until(lambda: house.zalo.counts["refused.-230"], within=14)
    await an.sends("gặp người")
    await house.quiet()
    assert len(an.sees) == 3, "the held answer, then the new one"
    assert house.zalo.doubles() == []


@pytest.mark.parametrize("house", WITHOUT, ids=str, indirect=True)
async def test_a_guide_is_walked_by_numbers_where_there_are_no_buttons(house: House) -> None:
    an = house.zalo.user("An")
    said = [("chào", "1. Đồng ý"), ("1", "xã, phường nào"), ("1", "Bác cần việc gì"),
            ("kích hoạt vneid", "1. Tôi làm cho tôi"), ("1", "Bước 1/"), ("xong", "Bước 2/")]  # fmt: skip
    for word, answer in said:
        await an.sends(word)
        await house.quiet()
        assert answer.lower() in an.screen.lower(), word
        assert an.buttons == []
