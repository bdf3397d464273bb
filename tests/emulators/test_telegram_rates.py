"""The Telegram emulator asks a bot that sends too fast to wait, and says how long."""

from collections.abc import AsyncIterator

import pytest

from .telegram import Limits, Person, TelegramEmulator
from .telegram_tools import Bare, refused


@pytest.fixture
async def tg() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator() as emulator:
        yield emulator


@pytest.fixture
async def bare(tg: TelegramEmulator) -> AsyncIterator[Bare]:
    async with Bare(tg) as calls:
        yield calls


@pytest.fixture
async def an(tg: TelegramEmulator) -> Person:
    person = tg.user("An")
    await person.starts()
    return person


class TestRates:
    async def test_one_chat_takes_a_burst_then_asks_to_wait(self, bare: Bare, an: Person) -> None:
        for _ in range(5):
            assert (await bare("sendMessage", chat_id=an.id, text="a"))[0] == 200
        answer = await bare("sendMessage", chat_id=an.id, text="a")
        assert refused(answer, 429, "Too Many Requests: retry after 1")
        assert answer[1]["parameters"] == {"retry_after": 1}
        bare.tg.skips(1)
        assert (await bare("sendMessage", chat_id=an.id, text="a"))[0] == 200

    async def test_all_chats_together(self) -> None:
        async with TelegramEmulator(limits=Limits(per_second=0.01)) as tg, Bare(tg) as bare:
            an, binh = tg.user("An"), tg.user("Bình")
            await an.starts()
            await binh.starts()
            assert (await bare("sendMessage", chat_id=an.id, text="a"))[0] == 200
            assert refused(await bare("sendMessage", chat_id=binh.id, text="a"), 429, "retry after 100")
            tg.skips(100)
            assert (await bare("sendMessage", chat_id=binh.id, text="a"))[0] == 200

    async def test_a_group_takes_twenty_a_minute(self, bare: Bare, an: Person) -> None:
        group = bare.tg.group("Tổ", an)
        statuses = [(await bare("sendMessage", chat_id=group.id, text="a"))[0] for _ in range(21)]
        assert statuses == [200] * 20 + [429]

    async def test_the_webhook_may_change_once_a_second(self, bare: Bare) -> None:
        assert (await bare("setWebhook", url="https://a.vn/1"))[0] == 200
        assert (await bare("setWebhook", url="https://a.vn/1"))[1]["description"] == "Webhook is already set"
        assert refused(await bare("setWebhook", url="https://a.vn/2"), 429, "retry after 1")
        bare.tg.skips(1)
        assert (await bare("deleteWebhook"))[0] == 200
