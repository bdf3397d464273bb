"""Handles stored updates: one transaction a turn, in order inside a chat, whole or not at all."""

import asyncio
import datetime as dt
import json
import random
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.channels.base import Channel, NotUnderstood
from bot.channels.rendering import number, render
from bot.metrics import Metrics
from content.knowledge import Knowledge
from handlers import router
from handlers.turn import VIETNAM, Message, Reply, State, Turn, joined
from storage.bell import INBOX, OUTBOX, Bell
from storage.database import Database
from storage.inbox import Waiting
from storage.memory import Memory
from storage.outbox import Outgoing
from storage.people import Chat
from storage.vault import Unreadable

SWEEP = 5.0
"""Seconds between looks at the inbox when no bell rings: a missed ring costs this, never a message."""
HEADS = 64
"""How many chats are looked up at a time on SQLite, where one worker handles them one after the other."""
HOME = Path(__file__).parent.parent
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where the replies of a turn go."""

    channel: Channel
    lane: str
    address: str
    chat: Chat | None


class Worker:
    """Takes chats whose next update is waiting and answers them."""

    def __init__(
        self, database: Database, bell: Bell, channels: Mapping[str, Channel], knowledge: Knowledge,
        clock: Callable[[], dt.datetime], chance: random.Random, metrics: Metrics,
    ) -> None:  # fmt: skip
        self._database = database
        self._bell = bell
        self._channels = channels
        self._knowledge = knowledge
        self._clock = clock
        self._chance = chance
        self._metrics = metrics
        self.stopping = asyncio.Event()
        self.last_error: str | None = None

    # --- the loop ---

    async def run(self) -> None:
        """Works until `stopping` is set; the turn in hand is finished first."""
        with self._bell.subscribe(INBOX) as rung:
            while not self.stopping.is_set():
                rung.clear()
                try:
                    worked = await self.work()
                except Exception as e:  # the database is away: nothing is lost, try again
                    log.error("worker.failed", error=type(e).__name__)
                    await asyncio.sleep(1)
                    continue
                if not worked and not rung.is_set():
                    await self._wait(rung)

    async def _wait(self, rung: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(rung.wait()), asyncio.ensure_future(self.stopping.wait())]
        await asyncio.wait(waits, timeout=SWEEP, return_when=asyncio.FIRST_COMPLETED)
        for w in waits:
            w.cancel()

    async def work(self) -> int:
        """Handles what is waiting now, at most one update a chat; returns how many."""
        if self._database.is_sqlite:
            async with self._database.read() as connection:
                heads = await Memory(connection, self._database.vault).inbox.heads(self._clock(), HEADS)
            for row in heads:
                if self.stopping.is_set():
                    break
                await self._turn(row)
            return len(heads)
        return await self._claim_and_turn()

    async def _claim_and_turn(self) -> int:
        """On PostgreSQL the row stays locked from the look to the commit, so no other worker can take it."""
        row = None
        try:
            async with self._database.write() as connection:
                memory = Memory(connection, self._database.vault)
                heads = await memory.inbox.heads(self._clock(), 1)
                if not heads:
                    return 0
                row = heads[0]
                rings = await self._handle(memory, row)
                await self._bell.announce(connection, *rings)
        except Exception as e:
            if row is None:
                raise
            await self._failed(row, e)
        else:
            self._bell.ring(*rings)
        return 1

    async def _turn(self, row: Waiting) -> None:
        try:
            async with self._database.write() as connection:
                rings = await self._handle(Memory(connection, self._database.vault), row)
        except Exception as e:
            await self._failed(row, e)
        else:
            self._bell.ring(*rings)

    # --- one turn ---

    async def _handle(self, memory: Memory, row: Waiting) -> tuple[str, ...]:
        """Everything one update causes, inside the caller's transaction. Returns the bells to ring after it."""
        now = self._clock()
        if not await memory.inbox.done(row.id, now):
            return ()
        self.last_error = None
        channel = self._channels[row.channel]
        try:
            message = channel.parse(memory.vault.open(row.body))
        except (NotUnderstood, Unreadable) as e:
            raise Unhandled(e) from e
        if message is None:
            return ()
        chat = await memory.people.find(row.channel, row.lane)
        turn = await self._begin(memory, message, row.channel, chat, now)
        await router.handle(turn)
        await self._commit(turn, Addressee(channel, row.lane, message.address, turn.chat), f"i{row.id}")
        self._metrics.turns.labels(channel=row.channel, kind=message.kind).inc()
        self._metrics.turn_seconds.observe(max((self._clock() - row.received_at).total_seconds(), 0))
        return (OUTBOX, INBOX, row.lane) if turn.replies else (INBOX,)

    async def _begin(
        self, memory: Memory, message: Message, channel: str, chat: Chat | None, now: dt.datetime
    ) -> Turn:
        scope = await memory.people.scope(chat.person_id) if chat and chat.has_roles else None
        state = State.from_json(chat.state) if chat else State()
        return Turn(
            message, now.astimezone(VIETNAM), memory, self._knowledge, self._chance, state, channel, chat, scope
        )

    async def _commit(self, turn: Turn, to: Addressee, key: str) -> None:
        """Writes the replies and where the chat now stands."""
        await post(turn.memory, to, turn.replies, key, turn.now, edit=turn.message.origin)
        if to.chat is not None and not turn.forgotten:
            remember_choices(turn.state, turn.replies)
            await turn.memory.people.save_chat(to.chat.id, turn.state.to_json(), turn.now)

    # --- failure ---

    async def _failed(self, row: Waiting, error: Exception) -> None:
        """Counts the failure; at the last one the update is set aside and the person is told, once."""
        now = self._clock()
        self.last_error = type(error).__name__
        for_good = isinstance(error, Unhandled)
        log.error("turn.failed", channel=row.channel, row=row.id, error=self.last_error, attempt=row.attempts + 1,
                  where=_where(error))  # fmt: skip
        async with self._database.write() as connection:
            memory = Memory(connection, self._database.vault)
            aside = await memory.inbox.failed(row, now, self.last_error, for_good=for_good)
            if aside and not for_good:
                await self._apologise(memory, row, now)
        if aside:
            self._metrics.set_aside.labels(channel=row.channel).inc()
            self._bell.ring(OUTBOX, INBOX, row.lane)

    async def _apologise(self, memory: Memory, row: Waiting, now: dt.datetime) -> None:
        channel = self._channels[row.channel]
        message = channel.parse(memory.vault.open(row.body))
        if message is not None:
            chat = await memory.people.find(row.channel, row.lane)
            sorry = Reply(self._knowledge.messages.render("common.sorry"))
            await post(memory, Addressee(channel, row.lane, message.address, chat), [sorry], f"f{row.id}", now)


class Unhandled(Exception):
    """An update that no later try could handle either."""


def _where(error: BaseException) -> str:
    """The last place in our own code, without the values that were in it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).is_relative_to(HOME) and "site-packages" not in f.filename]
    return f"{Path(own[-1].filename).relative_to(HOME)}:{own[-1].lineno}" if own else ""


def remember_choices(state: State, replies: list[Reply]) -> None:
    """The last choices sent are what a digit or a label will be taken for."""
    for reply in reversed(replies):
        if reply.choices:
            state.offered = [(n, c.label, c.value) for n, c in number(reply.choices)]
            return


async def post(
    memory: Memory, to: Addressee, replies: list[Reply], key: str, now: dt.datetime, *,
    edit: str | None = None, bulk: bool = False,
) -> None:  # fmt: skip
    """Renders replies for their channel and writes them to the outbox."""
    rendered = [part for reply in joined(replies) for part in render(reply, to.channel.capabilities, edit=edit)]
    if not rendered:
        return
    address = memory.vault.seal(to.address.encode())
    await memory.outbox.put(
        [
            Outgoing(
                f"{key}:{n}", to.channel.name, to.lane, address, to.chat.id if to.chat else None,
                memory.vault.seal(json.dumps(part.to_json(), ensure_ascii=False).encode()), bulk,
            )
            for n, part in enumerate(rendered)
        ],
        now,
    )  # fmt: skip
