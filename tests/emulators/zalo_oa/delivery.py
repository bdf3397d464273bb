"""How events reach the hook: signed over the exact bytes, within two seconds, repeated on Zalo's schedule."""

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from .world import Json, World

SCHEDULE = (30.0, 300.0, 900.0, 1800.0, 3600.0)
"""Seconds between the deliveries of one event: +30 s, +5 min, +15 min, +30 min, +1 h."""
DEADLINE = 2.0
"""Seconds the hook has for its answer."""
PATIENCE = aiohttp.ClientTimeout(total=30, sock_connect=10)


@dataclass(eq=False)
class Event:
    """One event on its way."""

    id: int
    name: str
    person: str
    body: bytes
    signature: str
    time: str
    tries: int = 0
    ended: float = 0.0
    """When the last try had its answer, in delivery seconds."""
    gone: asyncio.Event = field(default_factory=asyncio.Event)


def _account_of(content: Json) -> str:
    """The account an event is about."""
    ends = (content.get("recipient", {}), content.get("sender", {}))
    return str(content.get("oa_id") or ends[content["event_name"].startswith("oa_")].get("id", ""))


class Delivery:
    """All events not yet taken by the hook; those of one person in order, echoes beside them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.pending: dict[int, Event] = {}
        self.history: list[Event] = []
        self._queues: dict[str, deque[Event]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._parked: list[Event] = []
        self._session: aiohttp.ClientSession | None = None

    def add(self, content: Json, person: str, *, echo: bool = False) -> Event | None:
        """Queues an event; None when the console does not want it."""
        world, console = self._world, self._world.console
        name = str(content["event_name"])
        if (
            console.webhook is None
            or console.cancelled
            or (console.events is not None and name not in console.events)
        ):
            return None
        text = content.get("message", {}).get("text", "")
        if console.syntax_filter and name == "user_send_text" and not text.startswith("#"):
            return None
        stamp = world.ms()
        event = self._signed({**content, "app_id": world.app_id, "timestamp": stamp}, name, person, stamp)
        world.counts["events.created"] += 1
        self.pending[event.id] = event
        self.history.append(event)
        if (fault := world.faults.find("reverse", name, person)) and not echo:
            self._parked.append(event)
            if len(self._parked) >= (fault.count or 2):
                world.faults.active.remove(fault)
                self.release_parked()
        else:
            self._enqueue(event, f"echo:{person}" if echo else person)
        return event

    def _signed(self, content: Json, name: str, person: str, stamp: str) -> Event:
        switches = self._world.switches
        separators = (" ,  ", " : ") if switches.spaced else (",", ":")
        body = json.dumps(content, ensure_ascii=switches.escapes, separators=separators).encode()
        first = self._world.app_id if switches.signed_by == "app" else _account_of(content)
        stamp = str(int(stamp) + 1) if switches.header_time == "own" else stamp
        parts = (first.encode(), body, stamp.encode(), self._world.oa_secret_key.encode())
        mac = hashlib.sha256(b"".join(parts)).hexdigest()
        return Event(len(self.history) + 1, name, person, body, f"mac={mac}", stamp)

    def release_parked(self) -> None:
        """Deliver the events held back for a reversal, the last first."""
        parked, self._parked = self._parked[::-1], []
        if parked:
            self._start(self._one_after_another(parked))

    async def _one_after_another(self, events: Sequence[Event]) -> None:
        for event in events:
            await self._deliver(event)

    def _enqueue(self, event: Event, queue: str) -> None:
        waiting = self._queues.setdefault(queue, deque())
        waiting.append(event)
        if len(waiting) == 1:
            self._start(self._run(queue))

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, queue: str) -> None:
        waiting = self._queues[queue]
        while waiting:
            await self._deliver(waiting[0])
            waiting.popleft()
        del self._queues[queue]

    async def _deliver(self, event: Event) -> None:
        """The first try. One that fails is repeated beside the queue: what comes later may overtake it."""
        await self._world.faults.flowing.wait()
        if await self._try(event):
            self._start(self._repeat(event))

    async def _repeat(self, event: Event) -> None:
        world = self._world
        for wait in SCHEDULE:
            world.counts["events.retried"] += 1
            await world.clock.sleep_until(event.ended + wait)
            await world.faults.flowing.wait()
            if not await self._try(event):
                return
        world.console.cancelled = True
        self.forget(event, "given_up")

    async def _try(self, event: Event) -> bool:
        """One delivery; whether it is to be repeated."""
        world = self._world
        if world.console.cancelled or world.console.webhook is None:
            self.forget(event, "dropped")
            return False
        failure = await self.post(event)
        if failure is None:
            if world.faults.strike("duplicate", event.name, event.person):
                world.counts["events.duplicated"] += 1
                await self.post(event)
            self.forget(event, "delivered")
            return False
        repeats = failure == "connection" or world.switches.redeliver
        if not repeats or not world.console.retry:
            self.forget(event, "lost")
            return False
        return True

    async def post(self, event: Event, *, url: str | None = None) -> str | None:
        """One delivery; None when it was taken, else "connection" or "answer"."""
        world, event.tries = self._world, event.tries + 1
        headers = {"Content-Type": "application/json", "X-ZEvent-Signature": event.signature}
        if world.switches.header_time != "none":
            headers["X-ZEvent-Timestamp"] = event.time
        if event.tries > 1:
            headers["num_retry"] = str(event.tries - 1)
        began = asyncio.get_running_loop().time()
        try:
            target = url or world.console.webhook or ""
            async with self._open().post(target, data=event.body, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return "connection"
        finally:
            event.ended = world.clock.now()  # before the counts, on which a test may make time pass
        took = asyncio.get_running_loop().time() - began
        world.counts[f"hook.{status}"] += 1
        if took > DEADLINE:
            world.counts["hook.late"] += 1
        return None if status == 200 and took <= DEADLINE else "answer"

    async def probe(self) -> int:
        """What the console does when the hook's address is saved: an unsigned `{}`. The HTTP status; 0 for none."""
        headers = {"Content-Type": "application/json"}
        try:
            async with self._open().post(self._world.console.webhook or "", data=b"{}", headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0

    def forget(self, event: Event, how: str) -> None:
        if self.pending.pop(event.id, None) is not None:
            self._world.counts[f"events.{how}"] += 1
        event.gone.set()

    async def settled(self) -> None:
        """Returns when no event is waiting any more."""
        while self.pending:
            await next(iter(self.pending.values())).gone.wait()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector, timeout=PATIENCE)
        return self._session
