"""A stand-in for everything behind the web channel: an inbox, a mailbox, and a conversation one can script."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterator

from aiohttp import web

from bot.channels.base import Envelope
from bot.channels.rendering import Rendered
from bot.channels.web import WebChannel
from bot.pictures.shelf import Shelf
from handlers.turn import Message
from storage.periods import VIETNAM

SESSION_KEY = b"a key that only tests use, 32 by"
NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)

Answer = Callable[[Message], list[Rendered]]


def silence(message: Message) -> list[Rendered]:
    """Answers nothing."""
    return []


class Behind:
    """Keeps each message once and in memory, answers it by `answer`, and hands the answers out until acknowledged."""

    def __init__(self, answer: Answer = silence) -> None:
        self.answer = answer
        self.envelopes: dict[str, Envelope] = {}
        self.letters: list[tuple[int, str, Rendered]] = []
        self.broken = False
        self.shelf = Shelf()
        self.channel = self._new_channel()
        self._last = 0
        self._waiting: list[tuple[str, asyncio.Event]] = []

    def _new_channel(self) -> WebChannel:
        return WebChannel(self, SESSION_KEY, lambda: NOON, self.shelf, secure_cookies=False)

    def received(self) -> list[Message]:
        """What people wrote, in the order it was stored."""
        parsed = [self.channel.parse(e.raw) for e in self.envelopes.values()]
        return [m for m in parsed if m is not None]

    def texts(self) -> list[str]:
        """The words of what people wrote."""
        return [m.text or m.file_name or "" for m in self.received()]

    async def accept(self, channel: str, envelopes: list[Envelope]) -> None:
        """Stores what is new and answers it."""
        if self.broken:
            raise OSError("the disk is full")
        new = [e for e in envelopes if e.key not in self.envelopes]
        for envelope in new:
            self.envelopes[envelope.key] = envelope
            message = self.channel.parse(envelope.raw)
            if message is not None:
                self.write(envelope.address, *self.answer(message))

    def write(self, address: str, *messages: Rendered) -> None:
        """Puts messages into the mailbox of an address."""
        for message in messages:
            self._last += 1
            self.letters.append((self._last, address, message))
        for waiting, event in self._waiting:
            if waiting == address:
                event.set()

    async def waiting(self, address: str, after: int) -> list[tuple[int, Rendered]]:
        """As a mailbox does."""
        if self.broken:
            raise OSError("the disk is full")
        return [(i, m) for i, a, m in self.letters if a == address and i > after]

    async def acknowledge(self, address: str, up_to: int) -> None:
        """As a mailbox does."""
        self.letters = [(i, a, m) for i, a, m in self.letters if a != address or i > up_to]

    @contextlib.contextmanager
    def subscribe(self, address: str) -> Iterator[asyncio.Event]:
        """As a mailbox does."""
        pair = (address, asyncio.Event())
        self._waiting.append(pair)
        try:
            yield pair[1]
        finally:
            self._waiting.remove(pair)

    async def listening(self, streams: int) -> None:
        """Returns when exactly so many streams are open."""
        async with asyncio.timeout(5):
            while len(self._waiting) != streams:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    def app(self) -> web.Application:
        """A server with nothing but the channel; each call is a new start, with the same memory."""
        self.channel = self._new_channel()
        app = web.Application()
        app.add_routes(self.channel.routes())

        async def joined(_: web.Application) -> AsyncIterator[None]:
            task = asyncio.create_task(self.channel.run(self.accept))
            await asyncio.sleep(0)
            yield
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        async def hang_up(_: web.Application) -> None:
            await self.channel.close()

        app.cleanup_ctx.append(joined)
        app.on_shutdown.append(hang_up)
        return app
