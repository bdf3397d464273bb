"""The Zalo bot, over a real wire: hook and polling, numbers for choices, what each failure leads to."""

import asyncio
import datetime as dt
import io
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.app import App
from bot.channels.base import NotFetched, NotUnderstood, Outcome, Sent
from bot.channels.rendering import Rendered
from bot.channels.zalo_bot import updates
from bot.channels.zalo_bot.channel import PATH, ZaloBotChannel
from bot.metrics import Metrics
from bot.settings import Settings
from content.knowledge import Knowledge
from handlers.turn import File
from storage.database import Database
from storage.migrate import upgrade
from storage.months import count_sent
from storage.vault import Vault
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.emulators.zalo_bot.server import Fault
from tests.harness.program import SECRET_KEY, free_port

PICTURE = File("buoc-1.png", "image/png", b"\x89PNG", "photo")


@asynccontextmanager
async def house(
    zalo: ZaloBotEmulator, tmp_path: Path, knowledge: Knowledge, *, hook: bool, **more: Any
) -> AsyncIterator[App]:
    """The running program, joined to the emulator."""
    port = free_port()
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'bot.db'}", secret_key=SecretStr(SECRET_KEY), listen=f"127.0.0.1:{port}",
        public_url=f"http://127.0.0.1:{port}" if hook else None, zalo_bot_token=SecretStr(zalo.token),
        zalo_bot_api_base=zalo.root, _env_file=None, **more,
    )  # fmt: skip
    app = App(settings, knowledge=knowledge, chance=random.Random(1))
    await app.start()
    try:
        async with asyncio.timeout(10):
            while not app.channels["zalo_bot"].ready() or (not hook and not zalo._polls):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        yield app
    finally:
        await app.stop()


def channel(zalo: ZaloBotEmulator, *, hosted: str | None = None) -> ZaloBotChannel:
    """The channel alone."""

    async def host(_file: File) -> str | None:
        return hosted

    async def count(more: int) -> int:
        return more

    async def told(_sent: int, _of: int) -> None:
        return None

    async def alone() -> bool:
        return True

    return ZaloBotChannel(
        zalo.token, zalo.root, f"http://127.0.0.1:1{PATH}", "secret-of-the-hook", random.Random(1), Metrics(),
        hosted=host, count=count, may_poll=alone, told=told,
    )  # fmt: skip


async def sent(zalo: ZaloBotEmulator, *messages: Rendered) -> list[Sent]:
    """What becomes of messages to An, who has written before."""
    bot = channel(zalo)
    zalo.known.add(zalo.chat_of("an"))
    found = [await bot.send(zalo.chat_of("an"), m) for m in messages or [Rendered("chào bác")]]
    await bot.close()
    return found


@pytest.mark.parametrize("hook", [True, False], ids=["hook", "polling"])
async def test_a_stranger_is_greeted_and_answers_with_a_number(
    hook: bool, tmp_path: Path, knowledge: Knowledge
) -> None:
    async with ZaloBotEmulator() as zalo, house(zalo, tmp_path, knowledge, hook=hook):
        await zalo.says("an", "chào")
        greeting = (await zalo.reads("an"))[0].text
        assert "1. Đồng ý" in greeting
        assert "**" not in greeting
        if not hook:
            while not zalo._polls:  # noqa: ASYNC110  (what is written while nobody polls is lost)
                await asyncio.sleep(0.01)
        await zalo.says("an", "1")
        assert "Cảm ơn bác" in (await zalo.reads("an", 2))[1].text


async def test_a_message_delivered_twice_is_answered_once(tmp_path: Path, knowledge: Knowledge) -> None:
    async with ZaloBotEmulator() as zalo, house(zalo, tmp_path, knowledge, hook=True):
        again = await zalo.says("an", "chào")
        await zalo.reads("an")
        await zalo.deliver(again)
        await zalo.says("bình", "chào")
        await zalo.reads("bình")
        assert len(zalo.chats[zalo.chat_of("an")]) == 1
        assert zalo.delivered == [200, 200, 200]


@pytest.mark.parametrize("kind", ["sticker", "voice", "unsupported"])
async def test_what_no_conversation_expects_gets_a_helpful_answer(
    kind: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    async with ZaloBotEmulator() as zalo, house(zalo, tmp_path, knowledge, hook=True):
        await zalo.says("an", "chào")
        await zalo.says("an", "1")
        await zalo.reads("an", 2)
        await zalo.sends("an", kind)
        assert (await zalo.reads("an", 3))[2].text


async def test_a_hook_without_the_secret_is_not_let_in(tmp_path: Path, knowledge: Knowledge) -> None:
    async with (
        ZaloBotEmulator() as zalo, house(zalo, tmp_path, knowledge, hook=True) as app,
        aiohttp.ClientSession() as client,
    ):  # fmt: skip
        for headers in ({}, {"X-Bot-Api-Secret-Token": "wrong"}, {"X-Bot-Api-Secret-Token": "é"}):
            answer = await client.post(f"http://127.0.0.1:{app.port}{PATH}", json={}, headers=headers)
            assert answer.status == 401
        own = {"X-Bot-Api-Secret-Token": app.database.vault.token("zalo-bot-webhook")}
        answer = await client.post(
            f"http://127.0.0.1:{app.port}{PATH}", data=io.BytesIO(b"x" * 2_000_000), headers=own
        )
        assert answer.status == 413
        for nonsense in (b"", b"{}", b"[]", b"\xff", b'{"ok": true, "result": null}'):
            answer = await client.post(f"http://127.0.0.1:{app.port}{PATH}", data=nonsense, headers=own)
            assert answer.status == 200


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault("sendMessage", "code", 400), Outcome.REFUSED),
        (Fault("sendMessage", "code", 404), Outcome.REFUSED),
        (Fault("sendMessage", "code", 401), Outcome.LATER),
        (Fault("sendMessage", "code", 403), Outcome.LATER),
        (Fault("sendMessage", "code", 429), Outcome.LATER),
        (Fault("sendMessage", "code", 408), Outcome.UNKNOWN),
        (Fault("sendMessage", "http", 502), Outcome.UNKNOWN),
        (Fault("sendMessage", "http", 503), Outcome.LATER),
        (Fault("sendMessage", "lost"), Outcome.UNKNOWN),
    ],
    ids=lambda x: f"{x.kind}-{x.number}" if isinstance(x, Fault) else x.value,
)
async def test_each_failure_has_its_class(fault: Fault, outcome: Outcome) -> None:
    async with ZaloBotEmulator() as zalo:
        zalo.faults.append(fault)
        first, second = await sent(zalo, Rendered("chào"), Rendered("chào lại"))
        assert first.outcome is outcome
        assert second.outcome is Outcome.SENT
        assert first.everybody == (fault.number in (401, 429))


async def test_a_platform_that_is_not_there_was_never_told() -> None:
    zalo = ZaloBotEmulator(port=1)
    assert [s.outcome for s in await sent(zalo)] == [Outcome.NEVER_LEFT]


async def test_the_month_ends_with_its_last_message() -> None:
    async with ZaloBotEmulator() as zalo:
        zalo.month = 2999
        first, second = await sent(zalo, Rendered("một"), Rendered("hai"))
        assert first.outcome is Outcome.SENT
        assert (second.outcome, second.reason, second.everybody) == (Outcome.LATER, "quota", True)


async def test_a_picture_is_fetched_from_us_by_the_platform(tmp_path: Path, knowledge: Knowledge) -> None:
    async with ZaloBotEmulator() as zalo, house(zalo, tmp_path, knowledge, hook=True) as app:
        zalo.known.add(zalo.chat_of("an"))
        result = await app.channels["zalo_bot"].send(zalo.chat_of("an"), Rendered("Bước 1", file=PICTURE))
        assert result.outcome is Outcome.SENT
        assert zalo.chats[zalo.chat_of("an")][0].photo == PICTURE.data


async def test_pictures_are_fetched_from_zalo_alone() -> None:
    async with ZaloBotEmulator() as zalo:
        bot = channel(zalo)
        for strange in ("file:///etc/passwd", "https://example.com/a.jpg", "http://[", "ftp://127.0.0.1/a"):
            with pytest.raises(NotFetched):
                await bot.fetch(strange)
        await bot.close()


async def test_what_went_out_is_counted_by_the_month(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", Vault(b"test"))
    await upgrade(database)
    november, december = (dt.datetime(2026, 11, 30, h, tzinfo=dt.UTC) for h in (16, 17))
    async with database.write() as connection:
        assert await count_sent(connection, "zalo_bot", 2, november) == 2
        assert await count_sent(connection, "zalo_bot", 3, november) == 5
        assert await count_sent(connection, "zalo_bot", 1, december) == 1
        assert await count_sent(connection, "zalo_bot", 0, november) == 5
    await database.close()


async def test_the_operator_is_warned_once_before_the_month_is_used_up() -> None:
    async with ZaloBotEmulator() as zalo:
        bot = channel(zalo)
        bot._uncounted = 2400
        with capture_logs() as logs:
            await bot._write_down()
        assert [entry["event"] for entry in logs] == ["zalo_bot.month_nearly_used_up"]
        await bot.close()


async def test_the_token_is_in_no_log(tmp_path: Path, knowledge: Knowledge) -> None:
    with capture_logs() as logs:
        async with ZaloBotEmulator() as zalo:
            zalo.faults.append(Fault("setWebhook", "http", 502, 1))
            async with house(zalo, tmp_path, knowledge, hook=True):
                await zalo.says("an", "chào")
                await zalo.reads("an")
    assert any(entry["event"] == "zalo_bot.away" for entry in logs)
    assert zalo.token not in json.dumps(logs, default=str)
    assert "chào" not in json.dumps(logs, default=str, ensure_ascii=False)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["ok", "result", "event_name", "message", "chat", "id", "from", "date", "text"]), x
            )
        ),
    )
    | st.binary()
)
def test_nothing_that_comes_in_breaks_us(thing: Any) -> None:
    raw = thing if isinstance(thing, bytes) else json.dumps(thing).encode()
    envelope = updates.outside(raw)
    assert envelope.key
    assert envelope.address
    with suppress(NotUnderstood):
        updates.parse(raw)
