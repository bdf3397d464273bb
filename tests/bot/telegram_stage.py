"""A Telegram channel joined to the emulator, with an inbox that is a list."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.channels.base import Envelope
from bot.channels.rendering import Button, Rendered
from bot.channels.telegram import Patience, TelegramChannel
from handlers.turn import Message
from tests.emulators.telegram import TelegramEmulator

SECRET = "bi-mat-cua-moc"
QUICK = Patience(first=0.02, longest=0.1, token=0.2, recheck=0.1, standby=0.02, poll=1)
COMMANDS = [("menu", "Về màn hình chính"), ("dung", "Dừng lại")]


@dataclass
class Desk:
    """The inbox: keeps every update once, and can be away."""

    kept: dict[str, Envelope] = field(default_factory=dict)
    away: bool = False
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept(self, channel: str, envelopes: list[Envelope]) -> None:
        """As the real one: durable when it returns."""
        assert channel == "telegram"
        if self.away:
            raise ConnectionError("database is away")
        for e in envelopes:
            self.kept.setdefault(e.key, e)
        self.came.set()

    async def holds(self, count: int) -> list[Envelope]:
        """Waits until so many updates are kept."""
        async with asyncio.timeout(5):
            while len(self.kept) < count:
                self.came.clear()
                await self.came.wait()
        return list(self.kept.values())


async def until(holds: Callable[[], object]) -> None:
    """Waits until it holds."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@dataclass
class Stage:
    """The channel on trial and what surrounds it."""

    tg: TelegramEmulator
    channel: TelegramChannel
    desk: Desk
    hook: str

    async def until_ready(self, ready: bool = True) -> None:
        """Waits for the channel to be joined, or cut off."""
        await until(lambda: self.channel.ready() == ready)

    async def messages(self, count: int) -> list[Message | None]:
        """The meaning of the first so many updates."""
        return [self.channel.parse(e.raw) for e in await self.desk.holds(count)]


def a_channel(tg: TelegramEmulator, hook: str | None = None, **more: object) -> TelegramChannel:
    """A channel of the emulator's bot."""
    settings = {"token": tg.token, "api_base": tg.root, "patience": QUICK, "commands": COMMANDS} | more
    return TelegramChannel(
        webhook_url=hook, webhook_secret=SECRET, chance=random.Random(1), **settings  # type: ignore[arg-type]
    )  # fmt: skip


@asynccontextmanager
async def stage(*, webhook: bool = False, run: bool = True, tg: TelegramEmulator | None = None, **more: object
                ) -> AsyncIterator[Stage]:  # fmt: skip
    """A running channel: polling, or with `webhook` by hook."""
    async with tg or TelegramEmulator() as emulator:
        port = unused_port()
        hook = f"http://127.0.0.1:{port}/hooks/telegram"
        channel = a_channel(emulator, hook if webhook else None, **more)
        app = web.Application()
        app.add_routes(channel.routes())
        server = TestServer(app, port=port)
        await server.start_server()
        desk = Desk()
        task = asyncio.create_task(channel.run(desk.accept)) if run else None
        try:
            yield Stage(emulator, channel, desk, hook)
        finally:
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await channel.close()
            await server.close()


def said(text: str, *buttons: Button, edit: str | None = None) -> Rendered:
    """A rendered message whose buttons all show."""
    return Rendered(text, tuple(buttons), len(buttons), edit=edit)
