"""The Telegram emulator fails on demand: lost answers, floods, outages, doubled and swapped updates."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import telegram

from .telegram import ControlError, Limits, Person, TelegramEmulator
from .telegram_tools import Bare, Hook


@pytest.fixture
async def tg() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits=Limits.none()) as emulator:
        yield emulator


@pytest.fixture
async def bare(tg: TelegramEmulator) -> AsyncIterator[Bare]:
    async with Bare(tg) as calls:
        yield calls


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with Hook() as webhook:
        yield webhook


@pytest.fixture
async def an(tg: TelegramEmulator, bare: Bare) -> Person:
    person = tg.user("An")
    await person.starts()
    button = {"inline_keyboard": [[{"text": "Xong", "callback_data": "v1"}]]}
    await bare("sendMessage", chat_id=person.id, text="Chọn", reply_markup=button)
    tg.world.delivery.drop_pending()
    return person


@pytest.fixture
async def ptb(tg: TelegramEmulator) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(tg.token, base_url=tg.base_url) as bot:
        yield bot


class TestCalls:
    @pytest.mark.parametrize(("fault", "arrived"), [("lose_answer", True), ("refuse", False)])
    async def test_a_broken_connection_tells_nothing_about_the_message(
        self, tg: TelegramEmulator, ptb: telegram.Bot, an: Person, fault: str, arrived: bool
    ) -> None:
        tg.fails(fault, method="sendMessage")
        with pytest.raises(telegram.error.NetworkError):
            await ptb.send_message(an.id, "thử")
        assert (an.screen == "thử") is arrived
        await ptb.send_message(an.id, "nữa")
        assert an.screen == "nữa"

    async def test_a_slow_answer_times_out_though_the_message_arrived(
        self, tg: TelegramEmulator, ptb: telegram.Bot, an: Person
    ) -> None:
        tg.fails("slow", seconds=0.3)
        with pytest.raises(telegram.error.TimedOut):
            await ptb.send_message(an.id, "chậm", read_timeout=0.05)
        await an.waits_for("chậm")

    async def test_server_errors_strike_as_often_as_told(self, tg: TelegramEmulator, bare: Bare, an: Person) -> None:
        tg.fails("error", status=503, count=2)
        statuses = [(await bare("sendMessage", chat_id=an.id, text="a"))[0] for _ in range(3)]
        assert statuses == [503, 503, 200]
        assert tg.counts["status.503"] == 2

    async def test_a_flood_lasts_as_long_as_it_said(
        self, tg: TelegramEmulator, ptb: telegram.Bot, an: Person
    ) -> None:
        binh = tg.user("Bình")
        await binh.starts()
        tg.fails("flood", seconds=7, chat_id=an.id)
        for _ in range(2):
            with pytest.raises(telegram.error.RetryAfter) as caught:
                await ptb.send_message(an.id, "a")
            assert caught.value._retry_after.total_seconds() == 7
        await ptb.send_message(binh.id, "b")
        tg.skips(7)
        await ptb.send_message(an.id, "c")

    async def test_a_flood_can_hold_for_everyone(self, tg: TelegramEmulator, bare: Bare, an: Person) -> None:
        tg.fails("flood", seconds=3)
        assert (await bare("sendMessage", chat_id=an.id, text="a"))[0] == 429
        assert (await bare("getMe"))[1]["parameters"] == {"retry_after": 3}

    async def test_chance_decides_when_asked_to(self, tg: TelegramEmulator, bare: Bare) -> None:
        tg.fails("error", count=None, probability=0.5)
        statuses = {(await bare("getMe"))[0] for _ in range(50)}
        assert statuses == {200, 502}
        tg.heals("error")
        assert {(await bare("getMe"))[0] for _ in range(20)} == {200}

    async def test_an_outage_refuses_connections_and_ends(self, tg: TelegramEmulator, bare: Bare, an: Person) -> None:
        await tg.goes_down()
        with pytest.raises(aiohttp.ClientError):
            await bare("getMe")
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get(tg.root)
        await tg.comes_back()
        assert (await bare("getMe"))[0] == 200

    async def test_an_outage_can_be_ordered_for_a_while(self, tg: TelegramEmulator, bare: Bare) -> None:
        await bare.order("POST", "/down", {"seconds": 0.05})
        refused = False
        for _ in range(500):
            try:
                await bare("getMe")
            except aiohttp.ClientError:
                refused = True
            else:
                if refused:
                    break
            await asyncio.sleep(0.005)
        assert refused
        assert (await bare("getMe"))[0] == 200


class TestUpdates:
    async def test_an_update_can_come_twice(self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person) -> None:
        tg.fails("duplicate")
        await bare("setWebhook", url=hook.url)
        await an.sends("a")
        await an.sends("b")
        await tg.settles()
        ids = [update["update_id"] for update in hook.taken]
        assert ids == [ids[0], ids[0], ids[0] + 1]

    async def test_an_update_can_come_twice_to_a_poller(self, tg: TelegramEmulator, bare: Bare, an: Person) -> None:
        tg.fails("duplicate")
        await an.sends("a")
        first = (await bare("getUpdates"))[1]["result"][0]["update_id"]
        assert (await bare("getUpdates", offset=first + 1))[1]["result"][0]["update_id"] == first

    async def test_a_text_and_a_press_can_swap(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        await bare("setWebhook", url=hook.url)
        tg.fails("reverse", count=2, chat_id=an.id)
        await an.sends("trước")
        await an.presses("Xong")
        await tg.settles()
        assert [list(update)[1] for update in hook.taken] == ["callback_query", "message"]

    async def test_many_updates_can_come_backwards(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        await bare("setWebhook", url=hook.url)
        tg.fails("reverse", count=10)
        for text in "abc":
            await an.sends(text)
        tg.heals()
        await tg.settles()
        assert [update["message"]["text"] for update in hook.taken] == ["c", "b", "a"]

    async def test_delivery_can_stop_and_go_on(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        await bare("setWebhook", url=hook.url)
        tg.fails("hold", count=None)
        await an.sends("a")
        with pytest.raises(AssertionError, match="still wait"):
            await tg.settles(within=0.05)
        assert hook.tries == []
        tg.heals("hold")
        await tg.settles()
        assert len(hook.taken) == 1

    async def test_faults_are_ordered_listed_and_cleared_over_http(self, tg: TelegramEmulator, bare: Bare) -> None:
        assert "error" in await bare.order("POST", "/faults", {"kind": "earthquake"})
        assert "error" in await bare.order("POST", "/faults", {"kind": "error", "colour": "red"})
        await bare.order("POST", "/faults", {"kind": "error", "status": 500, "count": None})
        assert [fault["status"] for fault in await bare.order("GET", "/faults")] == [500]
        assert (await bare("getMe"))[0] == 500
        await bare.order("DELETE", "/faults?kind=error")
        assert (await bare("getMe"))[0] == 200

    def test_an_unknown_fault_is_refused(self, tg: TelegramEmulator) -> None:
        with pytest.raises(ControlError):
            tg.fails("earthquake")
