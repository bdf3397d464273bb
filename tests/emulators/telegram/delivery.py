"""How updates reach the bot: a queue per chat and per user, a webhook with retries, or long polling.

The schedule and the expiries are those of the public Bot API server (tdlib/telegram-bot-api, WebhookActor.cpp).
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.emulators.clock import Clock

from .call import json_bytes
from .faults import Faults

DAY = 24 * 3600.0
EXPIRY = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}
DEFAULT_KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
PATIENCE = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)


@dataclass(eq=False)
class Update:
    """One update on its way; `expires` in delivery seconds."""

    id: int
    kind: str
    queue: str
    chat_id: int
    raw: dict[str, Any]
    expires: float
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def body(self) -> bytes:
        return json_bytes(self.raw)


@dataclass(frozen=True)
class Webhook:
    url: str
    secret: str = ""
    max_connections: int = 40
    allowed: tuple[str, ...] | None = None


class Gate:
    """At most `limit()` deliveries at a time, where the limit may change under way."""

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._used = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        while self._used >= self._limit():
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                self._wake()
                raise
        self._used += 1

    async def __aexit__(self, *_: object) -> None:
        self._used -= 1
        self._wake()

    def _wake(self) -> None:
        free = self._limit() - self._used
        while self._waiting and free > 0:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                free -= 1


class Delivery:
    """All updates not yet taken by the bot, and the webhook they go to."""

    def __init__(self, clock: Clock, faults: Faults, chance: random.Random, counts: Counter[str]) -> None:
        self._clock, self._faults, self._chance, self._counts = clock, faults, chance, counts
        self.pending: dict[int, Update] = {}
        self.webhook: Webhook | None = None
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.arrived = asyncio.Event()
        self.last_error: tuple[int, str] | None = None
        self._next_id = chance.randrange(100_000_000, 900_000_000)
        self._last_at = clock.wall()
        self._queues: dict[str, deque[Update]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._others: set[asyncio.Task[None]] = set()
        self._parked: list[Update] = []
        self._failing = False
        self._last_success = clock.now()
        self._gate = Gate(self._connections)
        self._session: aiohttp.ClientSession | None = None

    def add(self, kind: str, content: dict[str, Any], *, chat_id: int, user_id: int) -> int | None:
        """Queue an update; its update_id, or None when the bot did not ask for this kind."""
        if kind not in self.allowed:
            return None
        wall = self._clock.wall()
        if wall - self._last_at > 7 * DAY:
            self._next_id = self._chance.randrange(100_000_000, 900_000_000)
        self._last_at = wall
        queue = f"{kind}:{user_id}" if kind in ("callback_query", "my_chat_member") else f"chat:{chat_id}"
        update = Update(
            self._next_id, kind, queue, chat_id, {"update_id": self._next_id, kind: content},
            self._clock.now() + EXPIRY.get(kind, DAY),
        )  # fmt: skip
        self._next_id += 1
        self._counts["updates.created"] += 1
        self.pending[update.id] = update
        self.arrived.set()
        if fault := self._faults.find("reverse", chat_id=chat_id):
            self._parked.append(update)
            if len(self._parked) >= (fault.count or 2):
                self._faults.active.remove(fault)
                self.release_parked()
        else:
            self._enqueue(update)
        return update.id

    def release_parked(self) -> None:
        """Deliver the updates held back for a reversal, the last first."""
        parked, self._parked = self._parked[::-1], []
        if parked:
            self._background(self._one_after_another(parked))

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Deliver everything waiting to this address from now on (None: keep it for polling)."""
        self._stop_queues()
        self.webhook = webhook
        self._failing, self._last_success = False, self._clock.now()
        self._gate = Gate(self._connections)
        for key in list(self._queues):
            self._start(key)

    def forget(self, update: Update, how: str) -> None:
        if self.pending.pop(update.id, None) is not None:
            self._counts[f"updates.{how}"] += 1
        update.gone.set()

    def drop_pending(self) -> None:
        for update in list(self.pending.values()):
            self.forget(update, "dropped")
        self._parked.clear()

    def drop_expired(self) -> None:
        now = self._clock.now()
        for update in [u for u in self.pending.values() if u.expires < now]:
            self.forget(update, "expired")

    async def settled(self) -> None:
        """Return when no update is waiting any more."""
        while self.pending:
            await next(iter(self.pending.values())).gone.wait()

    async def close(self) -> None:
        tasks = [*self._tasks.values(), *self._others]
        self._stop_queues()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _connections(self) -> int:
        """One connection after 10 s without a success, else what the bot asked for."""
        if self._failing and self._clock.now() - self._last_success > 10:
            return 1
        return self.webhook.max_connections if self.webhook else 0

    def _enqueue(self, update: Update) -> None:
        self._queues.setdefault(update.queue, deque()).append(update)
        self._start(update.queue)

    def _start(self, key: str) -> None:
        if self.webhook is not None and key not in self._tasks:
            self._tasks[key] = asyncio.create_task(self._run(key, self.webhook))

    def _stop_queues(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        self._tasks = {}

    def _background(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._others.add(task)
        task.add_done_callback(self._others.discard)

    async def _one_after_another(self, updates: Sequence[Update]) -> None:
        for update in updates:
            self._enqueue(update)
            await update.gone.wait()

    async def _run(self, key: str, webhook: Webhook) -> None:
        queue = self._queues[key]
        while queue:
            if queue[0].id in self.pending:
                await self._deliver(queue[0], webhook)
            queue.popleft()
        del self._queues[key]
        del self._tasks[key]

    async def _deliver(self, update: Update, webhook: Webhook) -> None:
        """Try until the bot takes it or the next try would fall after its expiry."""
        failures = 0
        while update.id in self.pending:
            await self._faults.flowing.wait()
            async with self._gate:
                trouble, retry_after = await self._post(update, webhook)
            if trouble is None:
                if self._faults.strike("duplicate", chat_id=update.chat_id):
                    self._counts["updates.duplicated"] += 1
                    await self._post(update, webhook)
                self.forget(update, "delivered")
                return
            failures += 1
            self._counts["updates.retried"] += 1
            next_try = self._clock.now() + max(self._delay(failures), retry_after)
            if next_try > update.expires:
                self.forget(update, "expired")
                return
            await self._clock.sleep_until(next_try)

    def _delay(self, failures: int) -> float:
        """Seconds after so many failures: at once, then 2, 4, 8, 16, 32, then about a minute and a half."""
        if failures == 1:
            return 0.0
        return 2.0 ** (failures - 1) if failures <= 6 else self._chance.uniform(60, 120)

    async def _post(self, update: Update, webhook: Webhook) -> tuple[str | None, float]:
        """One try: what went wrong (None: nothing) and the Retry-After of the answer in seconds."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), timeout=PATIENCE, cookie_jar=aiohttp.DummyCookieJar()
            )
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        retry_after = 0.0
        try:
            async with self._session.post(
                webhook.url, data=update.body(), headers=headers, allow_redirects=False
            ) as answer:
                await answer.read()
                if 200 <= answer.status < 300:
                    self._failing, self._last_success = False, self._clock.now()
                    return None, 0.0
                trouble = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                after = answer.headers.get("Retry-After", "")
                retry_after = min(float(after), 3600.0) if after.isdecimal() else 0.0
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            trouble = f"Connection failed: {type(error).__name__}"
        self._failing = True
        self.last_error = (int(self._clock.wall()), trouble)
        return trouble, retry_after
