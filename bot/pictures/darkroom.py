"""Fetches and reads the picture or list of a message before its turn begins: no transaction, no other chat waits.

The message's row is put off for a while in the inbox, which keeps the order of its chat. When the picture is read,
whoever read it asks for the row again; when that process dies, the row comes due by itself and is begun anew.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from bot.channels.base import Channel, Fetches, NotFetched
from bot.metrics import Metrics
from bot.pictures.kinds import sheet_named
from bot.pictures.reader import UNHURRIED, Reader
from bot.pictures.shelf import Shelf
from handlers.turn import Kind, Message, Picture, Sheet

FETCH: Final = 25.0
"""Seconds to get a picture."""
AT_ONCE: Final = 2
"""Pictures in our memory at once."""
MOST: Final = 40
"""Pictures waited for; whoever comes then is asked to send it later."""
KEPT: Final = 180.0
"""Seconds after which what was read is dropped, in case another process has handled the row."""
Key = tuple[str, str]
"""A row by its channel and its key there."""
log = structlog.get_logger()


class Darkroom:
    """What is being fetched, and what was read and waits for its turn; in memory alone."""

    def __init__(
        self,
        reader: Reader,
        channels: Mapping[str, Channel],
        shelf: Shelf,
        wake: Callable[[], None],
        metrics: Metrics,
    ) -> None:
        """`wake` is called when a picture is ready."""
        self._reader = reader
        self._lists = Reader(patience=UNHURRIED)
        self._channels = channels
        self._shelf = shelf
        self._wake = wake
        self._metrics = metrics
        self._room = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._read: dict[Key, tuple[Picture | Sheet, float]] = {}
        self._fresh: set[Key] = set()

    def wants(self, key: Key, message: Message, *, staff: bool) -> bool:
        """Whether the message waits for its picture, or its list: these are opened for holders of a role alone."""
        wanted = message.reference is not None and (staff or not _is_list(message))
        return wanted and not message.group and key not in self._read

    def begin(self, key: Key, message: Message) -> None:
        """Fetches and reads the picture or list in the background, unless that goes on already."""
        now = asyncio.get_running_loop().time()
        self._read = {k: (p, at) for k, (p, at) in self._read.items() if at + KEPT > now}
        if key in self._tasks:
            return
        if len(self._tasks) >= MOST:
            self._ready(key, _problem(message, "busy"))
            return
        task = asyncio.create_task(self._develop(key, message))
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))

    def ours(self) -> list[Key]:
        """Rows that we alone are to handle now, though for everybody else they are put off."""
        return [*self._fresh, *(key for key in self._shelf.waiting() if key not in self._tasks)]

    def read(self, key: Key) -> Picture | Sheet | None:
        """What was read for that row."""
        read = self._read.get(key)
        return read[0] if read else None

    def taken(self, key: Key) -> None:
        """The row was looked at; should its turn fail, it comes back in its own time."""
        self._fresh.discard(key)

    def forget(self, key: Key) -> None:
        """The row is done."""
        self._read.pop(key, None)
        self._fresh.discard(key)

    async def settled(self) -> bool:
        """Waits for what is being fetched; whether a row can be handled now."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        return bool(self._fresh)

    async def close(self) -> None:
        """Drops everything; the rows come due again by themselves."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._reader.close()
        await self._lists.close()
        self._read.clear()

    async def _develop(self, key: Key, message: Message) -> None:
        async with self._room:
            read = await self._look(key[0], message)
        outcome = read.problem or ("no_code" if isinstance(read, Picture) and not read.codes else "read")
        self._metrics.pictures.labels(channel=key[0], outcome=outcome).inc()
        self._ready(key, read)

    def _ready(self, key: Key, read: Picture | Sheet) -> None:
        self._read[key] = read, asyncio.get_running_loop().time()
        self._fresh.add(key)
        self._wake()

    async def _look(self, channel: str, message: Message) -> Picture | Sheet:
        source = self._channels[channel]
        try:
            if message.reference is None or not isinstance(source, Fetches):
                return _problem(message, "lost")
            async with asyncio.timeout(FETCH):
                data = await source.fetch(message.reference)
        except NotFetched as e:
            return _problem(message, e.problem)
        except Exception as e:  # whatever went wrong on the way, the person can send it again
            log.warning("picture.lost", channel=channel, error=type(e).__name__)
            return _problem(message, "lost")
        return await (self._lists.read_list(data) if _is_list(message) else self._reader.read(data))


def _is_list(message: Message) -> bool:
    return message.kind is Kind.FILE and sheet_named(message.file_name)


def _problem(message: Message, problem: str) -> Picture | Sheet:
    return Sheet(None, problem) if _is_list(message) else Picture((), problem)
