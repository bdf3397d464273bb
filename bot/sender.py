"""Sends what turns have written: in order inside a chat, at the platform's pace, never blindly twice."""

import asyncio
import datetime as dt
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from bot.channels.base import Channel, Outcome, Sent, rationed
from bot.channels.rendering import Rendered
from bot.metrics import Metrics
from bot.pace import Pace
from storage.bell import OUTBOX, Bell
from storage.database import Database
from storage.memory import Memory
from storage.outbox import HELD_FOR, Claimed

IN_FLIGHT = 40
"""How many messages may be on their way at once."""
GIVE_UP_AFTER = dt.timedelta(hours=24)
"""An outage shorter than this loses nothing; after it an answer would only confuse."""
FIRST_WAIT = 1.0
LONGEST_WAIT = 600.0
SWEEP = 1.0
"""Seconds between looks at the outbox when no bell rings."""
FLOOD = "flood"
"""The reason of a LATER that is the platform's word on our pace, and not its own trouble."""
LINGER = 0.02
"""Seconds for more sends to land, or for something new to send, before it is written down how they ended: each commit
costs a write to the disk. Longer, and a crash leaves more sends in doubt."""
STOP_WAIT = 18.0
"""Seconds a stopping sender waits for answers on their way: longer than a request may take."""
log = structlog.get_logger()


@dataclass(slots=True)
class Results:
    """How sends ended since the last commit."""

    settled: list[tuple[int, str, str | None]] = field(default_factory=list)
    again: list[tuple[int, dt.datetime, str]] = field(default_factory=list)
    doubtful: list[Claimed] = field(default_factory=list)
    unreachable: list[tuple[Claimed, str]] = field(default_factory=list)
    moved: list[tuple[Claimed, str]] = field(default_factory=list)
    held: list[tuple[Claimed, dt.datetime]] = field(default_factory=list)
    """Each with the time its sending began."""

    def __bool__(self) -> bool:
        return bool(self.settled or self.again or self.held)


class Sender:
    """One loop: write down how sends ended, claim the next ones, start them."""

    def __init__(
        self, database: Database, bell: Bell, channels: Mapping[str, Channel], paces: Mapping[str, Pace],
        clock: Callable[[], dt.datetime], chance: random.Random, metrics: Metrics,
    ) -> None:  # fmt: skip
        self._database = database
        self._bell = bell
        self._channels = channels
        self._paces = paces
        self._clock = clock
        self._chance = chance
        self._metrics = metrics
        self._flying: dict[asyncio.Task[None], Claimed] = {}
        self._results = Results()
        self._landed = asyncio.Event()
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Sends until `stopping` is set, then waits for what is on its way and writes down how it ended."""
        with self._bell.subscribe(OUTBOX) as rung:
            while not self.stopping.is_set():
                rung.clear()
                self._landed.clear()
                try:
                    more = await self.step()
                except Exception as e:  # the database is away: results are kept and written at the next step
                    log.error("sender.failed", error=type(e).__name__)
                    await asyncio.sleep(1)
                    continue
                if not more:
                    await self._wait(rung)
        if self._flying:
            await asyncio.wait(self._flying, timeout=STOP_WAIT)
        await self.step(claim=False)

    async def _wait(self, rung: asyncio.Event) -> None:
        """Until there is something to send. What has only landed is written down a little later, with its like."""
        if await self._any(rung, self._landed, within=SWEEP) and not rung.is_set():
            await self._any(rung, within=LINGER)

    async def _any(self, *events: asyncio.Event, within: float) -> bool:
        """Waits for one of the events, or for the end; False when the time passed first."""
        waits = [asyncio.ensure_future(e.wait()) for e in (*events, self.stopping)]
        done, _ = await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        for w in waits:
            w.cancel()
        return bool(done)

    async def step(self, *, claim: bool = True) -> bool:
        """One commit: results of the last sends in, the next messages out. Whether there may be more to do."""
        free = IN_FLIGHT - len(self._flying) if claim else 0
        results, self._results = self._results, Results()
        if not free and not results:
            return False
        claimed: list[Claimed] = []
        try:
            async with self._database.write() as connection:
                memory = Memory(connection, self._database.vault)
                await self._write_down(memory, results)
                if free:
                    claimed = await self._claim(memory, free)
        except Exception:
            self._put_back(results)
            raise
        for message in claimed:
            self._launch(message)
        return len(claimed) == free and bool(claimed)

    async def _claim(self, memory: Memory, most: int) -> list[Claimed]:
        """The next messages that may go now. What nobody asked for is held where the person was silent for long."""
        now = self._clock()
        claimed = await memory.outbox.claim(now, most, list(self._channels))
        unasked = [c for c in claimed if c.bulk and self._may_hold(c.channel)]
        heard = await memory.people.last_heard([(c.channel, c.lane) for c in unasked]) if unasked else {}
        for message in unasked:
            window = self._channels[message.channel].capabilities.window
            last = heard.get((message.channel, message.lane))
            late = window is not None and last is not None and now - last > window
            # His word lets go what was held for it, as if written then: see `release`.
            late |= self._rationed(message.channel) and last is not None and last < message.created_at
            if late and now - message.created_at < HELD_FOR:
                await memory.outbox.hold(message, now, now)
                claimed.remove(message)
        return claimed

    def _may_hold(self, name: str) -> bool:
        return self._channels[name].capabilities.window is not None or self._rationed(name)

    def _rationed(self, name: str) -> bool:
        channel = self._channels[name]
        return rationed(channel) and channel.answers_only()

    def _put_back(self, results: Results) -> None:
        newer, self._results = self._results, results
        for name in ("settled", "again", "doubtful", "unreachable", "moved", "held"):
            getattr(self._results, name).extend(getattr(newer, name))

    async def _write_down(self, memory: Memory, results: Results) -> None:
        now = self._clock()
        await memory.outbox.settle(results.settled, now)
        await memory.outbox.again(results.again)
        wrong = {i: state for i, state, _ in results.settled if state != "sent"}
        wrong |= {message.id: "held" for message, _ in results.held}
        if wrong:
            await memory.handover.went_wrong(wrong)
        for message in results.doubtful:
            await memory.outbox.doubt(message.channel, message.lane)
        for message, reason in results.unreachable:
            await memory.people.mark_unreachable(message.lane, message.channel, reason)
        for message, address in results.moved:
            await memory.outbox.readdress(message.id, memory.vault.seal(address.encode()))
            await memory.people.readdress(message.channel, message.lane, address)
        for message, began_at in results.held:  # last: it waits for nobody, and nobody it holds up waits for us
            await memory.outbox.hold(message, began_at, now)

    # --- one message ---

    def _launch(self, message: Claimed) -> None:
        pace = self._paces.get(message.channel)
        wait = pace.delay(message.lane, message.bulk, time.monotonic()) if pace else 0.0
        if wait > 0:
            self._results.again.append((message.id, self._later(wait), "paced"))
            self._landed.set()
            return
        task = asyncio.create_task(self._send(message), name=f"send-{message.id}")
        self._flying[task] = message
        task.add_done_callback(self._land)

    def _land(self, task: asyncio.Task[None]) -> None:
        self._flying.pop(task, None)
        self._landed.set()

    async def _send(self, message: Claimed) -> None:
        vault = self._database.vault
        try:
            address = vault.open(message.address).decode()
            body = Rendered.from_json(json.loads(vault.open(message.body)))
        except Exception as e:  # sealed with another key: nobody can ever send it
            self._results.settled.append((message.id, "parked", type(e).__name__))
            return
        began_at = self._clock()
        try:
            sent = await self._channels[message.channel].send(address, body)
        except Exception as e:  # a channel's mistake must not lose the message's place
            log.error("send.broken", channel=message.channel, error=type(e).__name__)
            sent = Sent(Outcome.UNKNOWN, type(e).__name__)
        self._metrics.sent.labels(channel=message.channel, outcome=sent.outcome.value).inc()
        self._conclude(message, sent, began_at)

    def _conclude(self, message: Claimed, sent: Sent, began_at: dt.datetime) -> None:
        """What an outcome means for the message. Only what certainly did not arrive is tried again."""
        results, reason = self._results, sent.reason or sent.outcome.value
        if sent.moved_to is not None:
            results.moved.append((message, sent.moved_to))
            results.again.append((message.id, self._clock(), "moved"))
        elif sent.outcome is Outcome.SENT:
            results.settled.append((message.id, "sent", None))
        elif sent.outcome is Outcome.UNKNOWN:
            results.settled.append((message.id, "unknown", reason))
            results.doubtful.append(message)
        elif sent.outcome is Outcome.REFUSED:
            results.settled.append((message.id, "parked", reason))
            if sent.unreachable:
                results.unreachable.append((message, reason))
        elif sent.outcome is Outcome.HELD and self._clock() - message.created_at < HELD_FOR:
            results.held.append((message, began_at))
        elif self._clock() - message.created_at > GIVE_UP_AFTER:
            results.settled.append((message.id, "parked", reason))
        elif sent.outcome is Outcome.LATER:
            pace = self._paces.get(message.channel)
            if pace and (sent.everybody or sent.reason == FLOOD):
                lane = None if sent.everybody else message.lane
                pace.told_to_wait(lane, sent.retry_after, time.monotonic())
            results.again.append((message.id, self._later(sent.retry_after), reason))
        else:
            wait = min(FIRST_WAIT * 2 ** min(message.attempts - 1, 20), LONGEST_WAIT)
            results.again.append((message.id, self._later(wait * (0.5 + self._chance.random())), reason))

    def _later(self, seconds: float) -> dt.datetime:
        return self._clock() + dt.timedelta(seconds=seconds)
