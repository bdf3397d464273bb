"""The whole program at an Official Account: staff in the same chat, a window that closes, numbers for buttons.

Golden transcripts are told there by `tests/wire`.
"""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.app import App
from bot.settings import Settings
from content.knowledge import Knowledge
from storage.schema import inbox, outbox
from tests.emulators.zalo_oa import ZaloEmulator
from tests.harness.program import SECRET_KEY, free_port, in_code


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
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    settings = Settings(
        _env_file=None, database_url=url, secret_key=SecretStr(SECRET_KEY), listen=f"127.0.0.1:{port}",
        public_url=base, **in_code(zalo.settings(granted=False)),
    )  # fmt: skip
    zalo.oa.per_minute = 100_000
    app = App(settings, chance=random.Random(1), knowledge=knowledge)
    await app.start()
    assert await zalo.console(base) == 200
    assert await zalo.consents(base) == 200
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
