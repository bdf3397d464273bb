"""The Telegram emulator delivers updates the way Telegram does: queues, retries, expiries, offsets."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from .telegram import Limits, Person, TelegramEmulator
from .telegram_tools import Bare, Hook

MOMENT = 0.05  # long enough for an update that should not come to come


@pytest.fixture
async def tg() -> AsyncIterator[TelegramEmulator]:
    """Delivery time stands still but for skips."""
    async with TelegramEmulator(limits=Limits.none(), time_scale=1e-6) as emulator:
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
    """Someone with a button on the screen and nothing waiting to be delivered."""
    person = tg.user("An")
    await person.starts()
    button = {"inline_keyboard": [[{"text": "Xong", "callback_data": "v1"}]]}
    await bare("sendMessage", chat_id=person.id, text="Chọn", reply_markup=button)
    tg.world.delivery.drop_pending()
    return person


def texts(updates: list[dict[str, dict[str, str]]]) -> list[str]:
    return [update["message"]["text"] if "message" in update else "press" for update in updates]


async def failed(tg: TelegramEmulator, tries: int) -> None:
    """Wait until so many tries have failed, so that the next is planned."""
    for _ in range(5000):
        if tg.counts.get("updates.retried", 0) >= tries:
            return
        await asyncio.sleep(0.001)
    raise AssertionError(f"not {tries} tries: {tg.counts}")


class TestWebhook:
    async def test_carries_the_secret_and_forgets_what_was_taken(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        await an.sends("một")
        await bare("setWebhook", url=hook.url, secret_token="bi-mat")
        await an.sends("hai")
        await tg.settles()
        assert texts(hook.tries) == ["một", "hai"]
        assert {headers["X-Telegram-Bot-Api-Secret-Token"] for headers in hook.headers} == {"bi-mat"}
        assert {headers["Content-Type"] for headers in hook.headers} == {"application/json"}
        assert (await bare("getWebhookInfo"))[1]["result"]["pending_update_count"] == 0

    async def test_one_at_a_time_in_a_chat_but_presses_and_other_chats_beside(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        await bare("setWebhook", url=hook.url)
        hook.going.clear()
        for text in "abc":
            await an.sends(text)
        await hook.tried(1)
        await an.presses("Xong")
        await an.presses("Xong")
        await tg.user("Bình").sends("b")
        await an.blocks()
        await hook.tried(4)
        await asyncio.sleep(MOMENT)
        assert len(hook.inside) == 4  # An's text, An's press, An's blocking, Bình's text
        hook.going.set()
        await tg.settles()
        mine = [update for update in hook.taken if update.get("message", {}).get("chat", {}).get("id") == an.id]
        assert texts(mine) == ["a", "b", "c"]

    async def test_no_more_connections_than_asked_for(self, tg: TelegramEmulator, bare: Bare, hook: Hook) -> None:
        await bare("setWebhook", url=hook.url, max_connections=3)
        hook.going.clear()
        for n in range(9):
            await tg.user(f"Người {n}").starts()
        await hook.tried(3)
        await asyncio.sleep(MOMENT)
        hook.going.set()
        await tg.settles()
        assert (hook.most_inside, len(hook.taken)) == (3, 9)

    async def test_retries_at_once_then_after_2_4_8_seconds(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        hook.status = 503
        await bare("setWebhook", url=hook.url)
        await an.sends("một")
        await an.sends("hai")
        for tries, wait in enumerate((2, 4, 8, 16, 32), start=2):
            await failed(tg, tries)
            tg.skips(wait - 1)
            await asyncio.sleep(MOMENT)
            assert len(hook.tries) == tries
            tg.skips(1)
        await failed(tg, 7)
        hook.status = 200
        tg.skips(59)
        await asyncio.sleep(MOMENT)
        assert set(texts(hook.tries)) == {"một"}
        tg.skips(61)
        await tg.settles()
        assert texts(hook.taken) == ["một", "hai"]

    async def test_one_connection_only_while_nothing_gets_through(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        hook.status = 500
        await bare("setWebhook", url=hook.url)
        people = [tg.user(f"Người {n}") for n in range(4)]
        for person in people:
            await person.starts()
        await failed(tg, 8)
        hook.most_inside = 0
        hook.going.clear()
        tg.skips(11)
        await hook.tried(9)
        await asyncio.sleep(MOMENT)
        assert hook.most_inside == 1
        hook.status = 200
        hook.going.set()
        await tg.settles()
        hook.going.clear()
        before = len(hook.tries)
        for person in people:
            await person.sends("lại")
        await hook.tried(before + 4)
        assert len(hook.inside) == 4

    async def test_waits_as_long_as_the_bot_asks(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        hook.status, hook.answer_headers = 503, {"Retry-After": "100"}
        await bare("setWebhook", url=hook.url)
        await an.sends("một")
        await failed(tg, 1)
        hook.status = 200
        tg.skips(98)
        await asyncio.sleep(MOMENT)
        assert len(hook.tries) == 1
        tg.skips(2)
        await tg.settles()
        assert len(hook.taken) == 1

    async def test_a_press_dies_after_150_seconds_and_a_text_lives_for_a_day(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        hook.status = 500
        await bare("setWebhook", url=hook.url)
        await an.presses("Xong")
        await an.sends("chữ")
        await failed(tg, 4)
        tg.skips(149)
        await failed(tg, 6)
        assert [list(update.raw)[1] for update in tg.world.delivery.pending.values()] == ["message"]
        assert tg.counts["updates.expired"] == 1
        hook.status = 200
        tg.skips(23 * 3600)
        await tg.settles()
        assert texts(hook.taken) == ["chữ"]

    async def test_a_text_is_lost_after_a_day(self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person) -> None:
        hook.status = 302
        await bare("setWebhook", url=hook.url)
        await an.sends("chữ")
        await failed(tg, 2)
        tg.skips(24 * 3600 - 10)
        await failed(tg, 3)
        tg.skips(4)
        await tg.settles()
        assert len(hook.tries) == 4
        assert tg.counts["updates.expired"] == 1

    async def test_a_new_address_gets_what_the_old_one_did_not_take(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        await bare("setWebhook", url="http://127.0.0.1:9/closed")
        await an.sends("một")
        await failed(tg, 1)
        info = (await bare("getWebhookInfo"))[1]["result"]
        assert info["pending_update_count"] == 1
        assert "Connection failed" in info["last_error_message"]
        await bare("setWebhook", url=hook.url)
        await tg.settles()
        assert texts(hook.taken) == ["một"]

    async def test_only_kinds_asked_for_come_and_waiting_ones_can_be_dropped(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        await an.sends("cũ")
        await bare("setWebhook", url=hook.url, allowed_updates=["callback_query"], drop_pending_updates=True)
        await an.sends("mới")
        await an.presses("Xong")
        await tg.settles()
        assert texts(hook.tries) == ["press"]

    async def test_time_can_run_faster(self, bare: Bare, hook: Hook) -> None:
        async with TelegramEmulator(time_scale=1000) as tg, Bare(tg) as calls:
            hook.status = 500
            await calls("setWebhook", url=hook.url)
            await tg.user("An").starts()
            await hook.tried(6)


class TestPolling:
    async def test_an_offset_confirms_everything_below(self, bare: Bare, an: Person) -> None:
        for text in "abc":
            await an.sends(text)
        first = (await bare("getUpdates", limit=2))[1]["result"]
        assert texts(first) == ["a", "b"]
        rest = (await bare("getUpdates", offset=first[-1]["update_id"]))[1]["result"]
        assert texts(rest) == ["b", "c"]
        empty = (await bare("getUpdates", offset=rest[-1]["update_id"] + 1))[1]["result"]
        assert empty == []

    async def test_a_negative_offset_keeps_only_the_last(self, bare: Bare, an: Person) -> None:
        for text in "abc":
            await an.sends(text)
        assert texts((await bare("getUpdates", offset=-1))[1]["result"]) == ["c"]

    async def test_hammering_the_same_offset_gets_one_update(self, bare: Bare, an: Person) -> None:
        await an.sends("a")
        await an.sends("b")
        assert len((await bare("getUpdates", offset=5))[1]["result"]) == 2
        assert len((await bare("getUpdates", offset=5))[1]["result"]) == 1
        bare.tg.skips(0.5)
        assert len((await bare("getUpdates", offset=5))[1]["result"]) == 2

    async def test_waits_for_news(self, bare: Bare, an: Person) -> None:
        waiting = asyncio.create_task(bare("getUpdates", timeout=50))
        await asyncio.sleep(MOMENT)
        await an.sends("mới")
        assert texts((await waiting)[1]["result"]) == ["mới"]

    async def test_the_older_of_two_pollers_is_turned_away(self, bare: Bare, an: Person) -> None:
        older = asyncio.create_task(bare("getUpdates", timeout=50))
        await asyncio.sleep(MOMENT)
        newer = asyncio.create_task(bare("getUpdates", timeout=50))
        status, body = await older
        assert (status, body["error_code"]) == (409, 409)
        assert "terminated by other getUpdates" in body["description"]
        await an.sends("mới")
        assert (await newer)[0] == 200

    async def test_a_webhook_and_polling_exclude_each_other(
        self, tg: TelegramEmulator, bare: Bare, hook: Hook, an: Person
    ) -> None:
        polling = asyncio.create_task(bare("getUpdates", timeout=50))
        await asyncio.sleep(MOMENT)
        await bare("setWebhook", url=hook.url)
        assert "setWebhook" in (await polling)[1]["description"]
        assert (await bare("getUpdates"))[0] == 409
        await bare("deleteWebhook")
        await an.sends("mới")
        assert texts((await bare("getUpdates"))[1]["result"]) == ["mới"]
        assert hook.tries == []

    async def test_old_presses_are_gone(self, tg: TelegramEmulator, bare: Bare, an: Person) -> None:
        await an.presses("Xong")
        await an.sends("chữ")
        tg.skips(151)
        assert texts((await bare("getUpdates"))[1]["result"]) == ["chữ"]

    async def test_ids_start_anew_after_a_silent_week(self, tg: TelegramEmulator, bare: Bare, an: Person) -> None:
        ids = []
        for week in (0, 8, 0):
            tg.skips(week * 86400)
            await an.sends("a")
            ids.append((await bare("getUpdates", offset=-1))[1]["result"][0]["update_id"])
        assert ids[1] != ids[0] + 1
        assert ids[2] == ids[1] + 1
