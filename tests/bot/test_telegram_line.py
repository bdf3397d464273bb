"""The line to Telegram: joining late and again, what never left, what may have arrived, and a token kept secret."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import unused_port
from structlog.testing import capture_logs

from bot.channels.base import SENT, Outcome
from bot.channels.telegram.request import AiohttpRequest, NeverLeft, OutcomeUnknown
from tests.bot.telegram_stage import COMMANDS, Desk, a_channel, said, stage, until
from tests.emulators.telegram import TelegramEmulator

NOWHERE = ("http://127.0.0.1:1", "http://khong-co.invalid", "http://127.0.0.1:99999", "///")
TOKEN = "7000000001:AAEmulatorEmulatorEmulatorEmulator0"


@asynccontextmanager
async def server(answer: bytes | None) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Reads one request a connection, then answers so or, with None, hangs up. Gives its address and the requests."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.read(65536))
        if answer is not None:
            writer.write(answer)
            await writer.drain()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", seen


async def call(url: str, patience: float = 5.0) -> BaseException | tuple[int, bytes]:
    """What one request comes to."""
    request = AiohttpRequest()
    try:
        return await request.do_request(f"{url}/bot{TOKEN}/sendMessage", "POST", read_timeout=patience)
    except Exception as e:
        return e
    finally:
        await request.shutdown()


@pytest.mark.parametrize("url", NOWHERE)
async def test_what_finds_no_server_never_left(url: str) -> None:
    assert isinstance(await call(url), NeverLeft)


async def test_no_place_in_the_pool_never_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.line.POOL", 1)
    monkeypatch.setattr("bot.channels.line.CONNECT", 0.2)
    async with TelegramEmulator() as tg:
        tg.fails("slow", method="getMe", seconds=1)
        request = AiohttpRequest()
        url = f"{tg.root}/bot{tg.token}/getMe"
        first = asyncio.create_task(request.do_request(url, "POST"))
        await asyncio.sleep(0.1)
        with pytest.raises(NeverLeft):
            await request.do_request(url, "POST")
        assert (await first)[0] == 200
        await request.shutdown()


HALF = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok":'


@pytest.mark.parametrize("answer", [None, b"nonsense", HALF])
async def test_what_was_read_but_not_answered_whole_has_an_unknown_outcome(answer: bytes | None) -> None:
    async with server(answer) as (url, seen):
        assert isinstance(await call(url), OutcomeUnknown)
        assert len(seen) == 1, "and it is not repeated"


async def test_an_answer_that_takes_too_long_has_an_unknown_outcome() -> None:
    async with TelegramEmulator() as tg:
        tg.fails("slow", seconds=2)
        assert isinstance(await call(tg.root, 0.2), OutcomeUnknown)


async def test_a_readable_status_with_an_unreadable_answer_has_an_unknown_outcome() -> None:
    async with server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") as (url, _):
        channel = a_channel(TelegramEmulator(), api_base=url)
        assert (await channel.send("5", said("chào"))).outcome is Outcome.UNKNOWN
        await channel.close()


@pytest.mark.parametrize(("fault", "delivered"), [("lose_answer", 1), ("refuse", 0)])
async def test_a_connection_killed_under_way_is_never_a_reason_to_repeat(fault: str, delivered: int) -> None:
    async with stage(run=False) as s:
        an = s.tg.user("An")
        await an.starts()
        assert await s.channel.send(str(an.id), said("một")) == SENT
        s.tg.fails(fault, method="sendMessage")
        assert (await s.channel.send(str(an.id), said("hai"))).outcome is Outcome.UNKNOWN
        assert [m.text for m in an.sees] == ["một", "hai"][: 1 + delivered]


async def test_a_kept_connection_the_server_closed_is_not_used() -> None:
    one = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}"
    async with server(one) as (url, seen):
        request = AiohttpRequest()
        for _ in range(3):
            assert (await request.do_request(url, "POST"))[0] == 200
            await asyncio.sleep(0.05)
        assert len(seen) == 3
        await request.shutdown()


async def test_sending_to_a_telegram_out_of_reach_never_left() -> None:
    channel = a_channel(TelegramEmulator(), api_base=f"http://127.0.0.1:{unused_port()}")
    assert (await channel.send("5", said("chào"))).outcome is Outcome.NEVER_LEFT
    await channel.close()


async def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as (proxy, seen):
        monkeypatch.setenv("http_proxy", proxy)
        assert await call("http://api.telegram.invalid") == (200, b"{}")
        assert seen[0].startswith(b"POST http://api.telegram.invalid/")


async def test_a_proxy_that_refuses_a_tunnel_means_never_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async with server(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as (proxy, seen):
        monkeypatch.setenv("https_proxy", proxy)
        assert isinstance(await call("https://api.telegram.invalid"), NeverLeft)
        assert seen[0].startswith(b"CONNECT api.telegram.invalid:443")


# --- joining ---


@pytest.mark.parametrize("webhook", [True, False])
async def test_a_telegram_out_of_reach_at_the_start_is_joined_later(webhook: bool) -> None:
    tg = TelegramEmulator()
    async with stage(webhook=webhook, tg=tg, run=False) as s:
        an = tg.user("An")
        await tg.goes_down()
        task = asyncio.create_task(s.channel.run(s.desk.accept))
        await asyncio.sleep(0.3)
        assert not s.channel.ready()
        assert not task.done()
        await tg.comes_back()
        await s.until_ready()
        await an.starts()
        await s.desk.holds(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not s.channel.ready()


@pytest.mark.parametrize("webhook", [True, False])
async def test_a_telegram_lost_on_the_way_is_joined_again(webhook: bool) -> None:
    async with stage(webhook=webhook) as s:
        await s.until_ready()
        await s.tg.goes_down()
        await s.until_ready(False)
        await s.tg.comes_back()
        await s.until_ready()
        await s.tg.user("An").starts()
        await s.desk.holds(1)


async def test_a_webhook_somebody_took_away_is_set_again() -> None:
    async with stage(webhook=True) as s:
        await s.until_ready()
        first = s.tg.world.delivery.webhook
        assert first
        assert first.url == s.hook
        assert set(first.allowed or ()) == {"message", "edited_message", "callback_query", "my_chat_member"}
        s.tg.world.delivery.webhook = None
        await until(lambda: s.tg.world.delivery.webhook)


async def test_polling_takes_over_from_a_webhook_and_loses_nothing_that_waited() -> None:
    async with stage(run=False) as s:
        hooked = a_channel(s.tg, "http://127.0.0.1:1/hooks/telegram")
        desk = Desk()
        task = asyncio.create_task(hooked.run(desk.accept))
        await until(hooked.ready)
        await s.tg.user("An").starts()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await hooked.close()
        polling = asyncio.create_task(s.channel.run(s.desk.accept))
        await s.desk.holds(1)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)


async def test_a_webhook_set_behind_the_back_of_polling_is_removed() -> None:
    async with stage() as s:
        await s.until_ready()
        other = a_channel(s.tg)
        await other._bot.set_webhook("http://127.0.0.1:1/x")
        await s.tg.user("An").starts()
        await s.desk.holds(1)
        await other.close()


async def test_only_the_process_whose_turn_it_is_polls() -> None:
    turn = asyncio.Event()

    async def may_poll() -> bool:
        return turn.is_set()

    async with stage(may_poll=may_poll) as s:
        await s.until_ready()
        await s.tg.user("An").starts()
        await asyncio.sleep(0.1)
        assert not s.tg.counts.get("calls.getUpdates")
        turn.set()
        await s.desk.holds(1)


async def test_the_menu_is_shown_and_one_that_is_refused_keeps_nobody_out() -> None:
    async with stage() as s:
        await s.until_ready()
        menu = await s.channel._bot.get_my_commands()
        assert [(c.command, c.description) for c in menu] == COMMANDS
        other = a_channel(s.tg, commands=[("Lệnh hỏng", "")])
        await other._introduce()
        await other.close()


# --- the token ---


async def test_a_rejected_token_is_reported_once_and_tried_again() -> None:
    with capture_logs() as logs:
        async with stage(token="7000000001:sai-token") as s:
            await asyncio.sleep(0.7)
            assert not s.channel.ready()
            assert s.tg.counts["status.401"] > 1
            result = await s.channel.send("5", said("chào"))
            assert (result.outcome, result.everybody) == (Outcome.LATER, True)
    assert [entry["event"] for entry in logs if entry.get("alert")] == ["telegram.token_rejected"]
    assert "sai-token" not in str(logs)


def whole(error: BaseException | None) -> str:
    """Everything an exception carries, its causes and contexts too."""
    told = ""
    while error is not None:
        told += f"{error!r} {error} {error.args} {traceback.format_exception(error)} {vars(error)}"
        error = error.__cause__ or error.__context__
    return told


async def test_the_token_is_in_no_exception() -> None:
    async with server(None) as (hangs_up, _), TelegramEmulator() as tg:
        tg.fails("slow", seconds=1)
        for url in (hangs_up, tg.root, *NOWHERE):
            failed = await call(url, 0.1)
            assert isinstance(failed, Exception)
            assert TOKEN not in whole(failed)
            assert "Emulator" not in whole(failed)


async def test_the_token_secret_and_messages_are_in_no_log_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        async with stage(webhook=True) as s:
            await s.until_ready()
            an = s.tg.user("An")
            await an.starts()
            await s.desk.holds(1)
            for fault in ("lose_answer", "refuse", "error", "flood"):
                await s.channel.send(str(an.id), said("chuyện riêng của bác"))
                s.tg.fails(fault)
            await s.tg.goes_down()
            await s.until_ready(False)
            await s.channel.send(str(an.id), said("chuyện riêng của bác"))
    told = caplog.text + str(logs)
    assert "telegram.away" in told, "something was logged"
    for secret in (TOKEN, "AAEmulator", "bi-mat-cua-moc", "chuyện riêng"):
        assert secret not in told
