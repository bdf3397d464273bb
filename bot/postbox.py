"""Takes raw updates in: many that arrive together are stored by one durable commit before any is answered."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable, Sequence

from bot.channels.base import Envelope
from storage.bell import INBOX, Bell
from storage.database import Database
from storage.inbox import Inbox, Incoming

MAX_BATCH = 200
LEASE = dt.timedelta(seconds=60)
"""How long a message waits for the process that holds a part of it in memory, before another takes it."""


class Postbox:
    """`accept` returns when the updates are on the disk, and raises when they are not."""

    def __init__(self, database: Database, bell: Bell, clock: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._bell = bell
        self._clock = clock
        self._queue: asyncio.Queue[tuple[Incoming, asyncio.Future[None]]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def accept(self, channel: str, envelopes: Sequence[Envelope]) -> None:
        """Stores the updates once each; a repeated one is welcome and changes nothing."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._store_for_ever(), name="postbox")
        vault = self._database.vault
        loop = asyncio.get_running_loop()
        stored = []
        for e in envelopes:
            future: asyncio.Future[None] = loop.create_future()
            lane = vault.lane(channel, e.address)
            here = LEASE if e.here else dt.timedelta()
            self._queue.put_nowait((Incoming(channel, e.key, lane, e.seq, vault.seal(e.raw), here), future))
            stored.append(future)
        await asyncio.gather(*stored)

    async def close(self) -> None:
        """Stores what is in hand and stops."""
        if self._task is not None:
            await self._queue.join()
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _store_for_ever(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < MAX_BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._store([update for update, _ in batch])
            except Exception as e:  # whoever waits must hear of it, whatever it is, and the next batch must be tried
                for _, future in batch:
                    if not future.done():
                        future.set_exception(e)
            else:
                for _, future in batch:
                    if not future.done():
                        future.set_result(None)
            for _ in batch:
                self._queue.task_done()

    async def _store(self, updates: list[Incoming]) -> None:
        async with self._database.write(first=True) as connection:  # a platform is waiting
            await Inbox(connection).store(updates, self._clock())
            await self._bell.announce(connection, INBOX)
        self._bell.ring(INBOX)
