"""An Official Account channel joined to the emulator, with an inbox that is a list."""

import asyncio
import datetime as dt
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.channels.base import Envelope, Sent
from bot.channels.rendering import Button, Rendered
from bot.channels.zalo_oa import OaConfig, ZaloOaChannel
from bot.channels.zalo_oa.channel import Pulse
from bot.channels.zalo_oa.tokens import Trouble
from bot.metrics import Metrics
from bot.pages import environment
from handlers.turn import File, Message
from storage.bell import Bell
from storage.database import Database
from storage.memory import Memory
from storage.zalo import Account
from tests.bot.telegram_stage import until
from tests.emulators.zalo_oa import Person, ZaloEmulator
from tests.emulators.zalo_oa.people import PNG

VERIFIER = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG"
QUICK = Pulse(look=0.05)
PICTURE = File("buoc-2.png", "image/png", PNG, "photo")
PDF = File("bao-cao.pdf", "application/pdf", b"%PDF-1.7 bytes")


@dataclass
class Desk:
    """The inbox: keeps every event once, and can be away or slow."""

    kept: dict[str, Envelope] = field(default_factory=dict)
    away: bool = False
    slow: float = 0.0
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept(self, channel: str, envelopes: list[Envelope]) -> None:
        """As the real one: durable when it returns."""
        assert channel == "zalo_oa"
        if self.away:
            raise ConnectionError("database is away")
        await asyncio.sleep(self.slow)
        for e in envelopes:
            self.kept.setdefault(e.key, e)
        self.came.set()

    async def holds(self, count: int) -> list[Envelope]:
        """Waits until so many events are kept."""
        async with asyncio.timeout(5):
            while len(self.kept) < count:
                self.came.clear()
                await self.came.wait()
        return list(self.kept.values())


@dataclass
class Stage:
    """The channel on trial and what surrounds it."""

    zalo: ZaloEmulator
    channel: ZaloOaChannel
    database: Database
    desk: Desk
    base: str
    metrics: Metrics
    told: list[Trouble]

    async def consents(self, oa: str | None = None, path: str = "/oauth/zalo-oa/start") -> int:
        """An administrator follows the link and allows; the status of the last page."""
        return await self.zalo.consents(self.base, oa, path)

    async def dies(self) -> None:
        """Both tokens of the account end."""
        self.zalo.world.expire_access(self.zalo.oa)
        for token in self.zalo.world.refresh.values():
            token.dead = True

    async def says(self, to: Person, text: str = "Chào bác", *buttons: Button, file: File | None = None) -> Sent:
        """Sends a message to somebody."""
        visit = f":{to.user.conversation}" if to.user.conversation else ""
        address = f"{to.user.oa.id}:{to.id}{visit}"
        return await self.channel.send(address, Rendered(text, buttons, len(buttons), file))

    async def messages(self, count: int) -> list[Message | None]:
        """The meaning of the first so many events."""
        return [self.channel.parse(e.raw) for e in await self.desk.holds(count)]

    async def account(self) -> Account:
        """The only account, as the database has it."""
        (account,) = await self.accounts()
        return account

    async def accounts(self) -> list[Account]:
        async with self.database.read() as connection:
            return await Memory(connection, self.database.vault).zalo.all()

    def writes(self, name: str = "An") -> Person:
        """Somebody who has just written."""
        person = self.zalo.user(name)
        person.was_silent(0)
        return person

    async def until(self, holds: Any) -> None:
        await until(holds)


def config_for(zalo: ZaloEmulator, base: str, **more: Any) -> OaConfig:
    """What an operator would have set."""
    world = zalo.world
    config = OaConfig(
        world.app_id, world.app_secret, world.oa_secret_key, VERIFIER, zalo.root, zalo.root, base,
    )  # fmt: skip
    return replace(config, **more)


def channel_for(
    zalo: ZaloEmulator, database: Database, base: str, told: list[Trouble], metrics: Metrics, **more: Any
) -> ZaloOaChannel:
    """A channel on the emulator's clock."""

    async def tell(trouble: Trouble) -> None:
        told.append(trouble)

    def clock() -> dt.datetime:
        return dt.datetime.fromtimestamp(zalo.world.clock.wall(), dt.UTC)

    config = config_for(zalo, base, **more)
    return ZaloOaChannel(
        config, database, Bell(database), clock, random.Random(1), metrics, tell, environment(), pulse=QUICK
    )


@asynccontextmanager
async def stage(
    database: Database, *, consent: bool = True, zalo: ZaloEmulator | None = None,
    config: dict[str, Any] | None = None, **switches: Any,
) -> AsyncIterator[Stage]:  # fmt: skip
    """A running channel, by default with one account let in."""
    async with zalo or ZaloEmulator(**switches) as emulator:
        port = unused_port()
        base, told, metrics = f"http://127.0.0.1:{port}", list[Trouble](), Metrics()
        channel = channel_for(emulator, database, base, told, metrics, **(config or {}))
        app = web.Application()
        app.add_routes(channel.routes())
        server = TestServer(app, port=port)
        await server.start_server()
        desk = Desk()
        task = asyncio.create_task(channel.run(desk.accept))
        found = Stage(emulator, channel, database, desk, base, metrics, told)
        try:
            assert await emulator.console(base, channel._config.challenge) == 200
            if consent:
                assert await found.consents() == 200
            yield found
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await channel.close()
            await server.close()
