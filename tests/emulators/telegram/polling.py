"""Long polling: getUpdates with its offsets, its one poller at a time and its quarrel with the webhook."""

import asyncio
from typing import Any

from tests.emulators.clock import Clock

from .delivery import Delivery
from .errors import ApiError
from .faults import Faults

WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "Conflict: terminated by setWebhook request"


class Poller:
    """The bot's own fetching of updates."""

    def __init__(self, clock: Clock, delivery: Delivery, faults: Faults) -> None:
        self._clock, self._delivery, self._faults = clock, delivery, faults
        self._current: asyncio.Future[str] | None = None
        self._last: tuple[int, float] = (-1, 0.0)

    def interrupt(self, why: str = WEBHOOK_SET) -> None:
        """End a waiting getUpdates with 409."""
        if self._current is not None and not self._current.done():
            self._current.set_result(why)

    async def fetch(self, offset: int, limit: int, timeout: int) -> list[dict[str, Any]]:  # noqa: ASYNC109
        """The updates from `offset` on, waiting up to `timeout` s; everything below `offset` is forgotten."""
        if self._delivery.webhook is not None:
            raise ApiError(409, WEBHOOK_ACTIVE)
        self.interrupt(OTHER_POLLER)
        me: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._current = me
        limit = limit if 1 <= limit <= 100 else 100
        if self._last[0] == offset and self._clock.wall() - self._last[1] < 0.5:
            limit = 1
        self._confirm(offset)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + min(max(timeout, 0), 50)
        while not (batch := self._batch(limit)) and (left := deadline - loop.time()) > 0:
            await self._wait(me, left)
            if me.done():
                raise ApiError(409, me.result())
        if batch:
            self._last = (offset, self._clock.wall())
        return batch

    async def _wait(self, me: asyncio.Future[str], left: float) -> None:
        event = self._delivery.arrived if self._faults.flowing.is_set() else self._faults.flowing
        event_wait: asyncio.Future[Any] = asyncio.ensure_future(event.wait())
        both: list[asyncio.Future[Any]] = [event_wait, me]
        try:
            await asyncio.wait(both, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            event_wait.cancel()

    def _batch(self, limit: int) -> list[dict[str, Any]]:
        self._delivery.drop_expired()
        if not self._faults.flowing.is_set():
            return []
        self._delivery.arrived.clear()
        return [update.raw for update in list(self._delivery.pending.values())[:limit]]

    def _confirm(self, offset: int) -> None:
        pending = self._delivery.pending
        if offset < 0:
            offset = min(list(pending)[offset:], default=0)
        for update in [u for u in pending.values() if u.id < offset]:
            if self._faults.strike("duplicate", chat_id=update.chat_id):
                continue  # comes once more although it was confirmed
            self._delivery.forget(update, "delivered")
