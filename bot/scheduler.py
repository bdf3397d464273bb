"""Does what is due: reminders, notices, dead leases, retention. Everything due is a row, never a timer."""

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Mapping

import structlog

from bot.channels.base import Channel, rationed, windows_of
from bot.documents.files import Documents
from bot.links import Links
from bot.rounds import Rounds
from bot.worker import Addressee, post_unasked
from content.knowledge import Knowledge
from handlers import reminders, rings
from handlers.turn import Kind, Message, State, Turn, from_notice
from storage.bell import OUTBOX, Bell
from storage.database import Database
from storage.deadlines import is_day
from storage.memory import Memory
from storage.notices import Notice
from storage.people import Chat
from storage.periods import VIETNAM
from storage.runs import Nudge
from storage.upkeep import retire
from storage.vault import Unreadable

SWEEP = 5.0
RETIRE_EVERY = dt.timedelta(hours=1)
MOST_NUDGES = 500
"""In one sweep, so that leases are looked at in between."""
log = structlog.get_logger()


class Scheduler:
    """Looks every few seconds for rows whose time has come; any number of processes may do it at once."""

    def __init__(
        self, database: Database, bell: Bell, channels: Mapping[str, Channel], knowledge: Knowledge,
        clock: Callable[[], dt.datetime], chance: random.Random, links: Links | None = None,
        documents: Documents | None = None,
    ) -> None:  # fmt: skip
        self._database = database
        self._bell = bell
        self._channels = channels
        self._knowledge = knowledge
        self._clock = clock
        self._chance = chance
        self._links = links or Links(None, database.vault, knowledge)
        self._rounds = Rounds(
            database, bell, channels, knowledge, clock, chance, self._links, documents or Documents(knowledge)
        )
        self._retired_at: dt.datetime | None = None
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Sweeps until `stopping` is set."""
        while not self.stopping.is_set():
            try:
                await self.sweep()
            except Exception as e:  # the database is away: what is due stays due
                log.error("scheduler.failed", error=type(e).__name__)
            try:
                await asyncio.wait_for(self.stopping.wait(), SWEEP)
            except TimeoutError:
                continue

    async def sweep(self) -> int:
        """Does everything that is due now; returns how many reminders were written."""
        now = self._clock()
        await self._expire_leases(now)
        if self._retired_at is None or now - self._retired_at >= RETIRE_EVERY:
            # What was too much for one go is gone on with at the next sweep.
            self._retired_at = now if await retire(self._database, now) else None
        await self._ask_on(now)
        await self.deliver()
        await self._rounds.sweep()
        return await self._nudge(now) if is_day(now.astimezone(VIETNAM)) else 0

    async def _expire_leases(self, now: dt.datetime) -> None:
        async with self._database.write() as connection:
            lost = await Memory(connection, self._database.vault).outbox.expire_leases(now)
        if lost:
            log.warning("outbox.unknown", count=lost)
            self._bell.ring(OUTBOX)

    async def _nudge(self, now: dt.datetime) -> int:
        """Reminds of each unfinished run by itself, so that one that cannot be reminded of stops no other."""
        passed: list[int] = []
        written = 0
        while len(passed) < MOST_NUDGES:
            async with self._database.write() as connection:
                memory = Memory(connection, self._database.vault)
                nudge = await memory.runs.due_nudge(now, list(self._channels), passed)
                if nudge is None:
                    break
                passed.append(nudge.run.id)
                if not await memory.inbox.lock(nudge.lane):
                    continue  # the person is being answered: what he does now decides when to remind
                written += await self._remind(memory, nudge, now)
                await self._bell.announce(connection, OUTBOX, nudge.lane)
            self._bell.ring(OUTBOX, nudge.lane)
        return written

    async def _ask_on(self, now: dt.datetime) -> None:
        """Requests for a human whose time has come, and words in a talk that did not arrive: told by notices."""
        passed: list[int] = []
        while len(passed) < MOST_NUDGES:
            try:
                async with self._database.write() as connection:
                    memory = Memory(connection, self._database.vault)
                    request = await memory.handover.due(now, passed)
                    if request is None:
                        break
                    passed.append(request.id)
                    await rings.due(self._nobodys_turn(memory, now), request)
            except Exception as e:  # one that cannot be carried on stops no other
                if not passed:
                    raise
                log.error("request.failed", request=passed[-1], error=type(e).__name__)
        async with self._database.write() as connection:
            memory = Memory(connection, self._database.vault)
            for trouble in await memory.handover.troubles():
                await rings.tell_trouble(self._nobodys_turn(memory, now), trouble)

    def _nobodys_turn(self, memory: Memory, now: dt.datetime) -> Turn:
        """A turn nobody's message began: it can only tell."""
        at = now.astimezone(VIETNAM)
        message, windows = Message("", Kind.OTHER), windows_of(self._channels)
        return Turn(message, at, memory, self._knowledge, self._chance, State(), "", windows=windows)

    async def deliver(self) -> None:
        """Writes to people what others caused to be told to them."""
        now, passed = self._clock(), list[int]()
        while len(passed) < MOST_NUDGES:
            async with self._database.write() as connection:
                memory = Memory(connection, self._database.vault)
                notice = await memory.notices.due(now, windows_of(self._channels), passed)
                if notice is None:
                    break
                passed.append(notice.id)
                if not await memory.inbox.lock(notice.lane):
                    continue  # the person is being answered: next time
                await self._tell(memory, notice, now)
                await self._bell.announce(connection, OUTBOX, notice.lane)
            self._bell.ring(OUTBOX, notice.lane)

    async def _tell(self, memory: Memory, notice: Notice, now: dt.datetime) -> None:
        await memory.notices.told(notice.id)
        try:
            reply, address = from_notice(memory.vault.open(notice.body)), memory.vault.open(notice.address).decode()
        except Unreadable:
            log.error("notice.unreadable", notice=notice.id)
            return
        chat = await memory.people.find(notice.channel, notice.lane)
        to = Addressee(self._channels[notice.channel], notice.lane, address, chat)
        state = State.from_json(chat.state) if chat else State()
        await post_unasked(memory, to, [reply], state, f"t{notice.id}", now, self._links)

    async def _remind(self, memory: Memory, nudge: Nudge, now: dt.datetime) -> bool:
        try:
            address = memory.vault.open(nudge.address).decode()
        except Unreadable:
            log.error("nudge.unreadable", run=nudge.run.id)
            await memory.runs.nudged(nudge.run.id, None)
            return False
        chat = await memory.people.find(nudge.channel, nudge.lane)
        channel = self._channels[nudge.channel]
        if not await self._may_write(memory, channel, nudge.lane, chat, now):
            await memory.runs.nudged(nudge.run.id, None)
            return False
        state = State.from_json(chat.state) if chat else State()
        message = Message(address, Kind.OTHER)
        turn = Turn(
            message, now.astimezone(VIETNAM), memory, self._knowledge, self._chance, state, nudge.channel, chat
        )
        next_at = reminders.remind(turn, nudge.run)
        to = Addressee(channel, nudge.lane, address, chat)
        since = int(nudge.run.moved_at.timestamp())  # whoever went on and stopped again is reminded anew
        key = f"n{nudge.run.id}:{since}:{nudge.run.nudges}"
        await post_unasked(memory, to, turn.replies, state, key, now, self._links)
        await memory.runs.nudged(nudge.run.id, next_at)
        return bool(turn.replies)

    async def _may_write(
        self, memory: Memory, channel: Channel, lane: str, chat: Chat | None, now: dt.datetime
    ) -> bool:  # fmt: skip
        """Whether a reminder can reach the person now; said later, with his next word, it would only confuse."""
        can = channel.capabilities
        if can.window is not None and (chat is None or now - chat.last_in_at > can.window):
            return False
        if rationed(channel) and channel.answers_only():
            return False
        return not (can.shared and await memory.takeovers.holds(channel.name, lane, now))
