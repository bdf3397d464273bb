"""Handles stored updates: a turn is written in one transaction, in order inside a chat, whole or not at all."""

import asyncio
import datetime as dt
import json
import random
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog

from bot.channels.base import Channel, NotUnderstood, rationed, windows_of
from bot.channels.rendering import Rendered, number, render
from bot.documents.files import Documents
from bot.easel import Easel
from bot.links import Links
from bot.metrics import Metrics
from bot.pictures.darkroom import Darkroom, Key
from bot.postbox import LEASE
from content.knowledge import Knowledge
from handlers import router
from handlers.turn import Kind, Message, Missing, Reply, Sheet, State, Turn, joined
from storage.bell import INBOX, OUTBOX, Bell
from storage.database import Database
from storage.inbox import Waiting
from storage.memory import Memory
from storage.outbox import Outgoing
from storage.people import Chat
from storage.periods import VIETNAM
from storage.vault import Unreadable

SWEEP = 5.0
"""Seconds between looks at the inbox when no bell rings: a missed ring costs this, never a message."""
TOGETHER = 10
"""Turns in one commit: more save the disk, fewer keep new arrivals from waiting for their own commit."""
HOME = Path(__file__).parent.parent
Parsed = tuple[Waiting, Message | None]
"""An update and its message; None when nobody waits for an answer to it."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where the replies of a turn go."""

    channel: Channel
    lane: str
    address: str
    chat: Chat | None


@dataclass(slots=True)
class Effects:
    """What some turns of one transaction write at its end, and what is told after it."""

    outgoing: list[Outgoing] = field(default_factory=list)
    chats: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    heard: list[tuple[str, str]] = field(default_factory=list)
    """The channel and lane of each chat that wrote, where messages may have waited for that."""
    bells: set[str] = field(default_factory=set)
    handled: list[tuple[str, str, dt.datetime]] = field(default_factory=list)
    """The channel, kind and arrival of each message."""
    done: list[Key] = field(default_factory=list)
    pictures: list[tuple[Key, Message]] = field(default_factory=list)
    """Rows put off for their pictures or lists, and their messages."""


class Worker:
    """Takes chats whose next update is waiting and answers them."""

    def __init__(
        self, database: Database, bell: Bell, channels: Mapping[str, Channel], knowledge: Knowledge,
        clock: Callable[[], dt.datetime], chance: random.Random, metrics: Metrics, links: Links | None = None,
        pictures: Darkroom | None = None, documents: Documents | None = None, easel: Easel | None = None,
    ) -> None:  # fmt: skip
        """Without `pictures` nobody looks into those that people send. Workers of one process share an `easel`."""
        self._database = database
        self._bell = bell
        self._channels = channels
        self._windows = windows_of(channels)
        self._knowledge = knowledge
        self._clock = clock
        self._chance = chance
        self._metrics = metrics
        self._pictures = pictures
        self._links = links or Links(None, database.vault, knowledge)
        self._documents = documents or Documents(knowledge)
        self._easel = easel or Easel(lambda: bell.ring(INBOX))
        self.stopping = asyncio.Event()
        self.last_error: str | None = None
        self._followed = False
        """Whether more was waiting behind what was handled last."""

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
                if worked < TOGETHER and not self._followed and not rung.is_set():
                    await self._wait(rung)

    async def _wait(self, rung: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(rung.wait()), asyncio.ensure_future(self.stopping.wait())]
        await asyncio.wait(waits, timeout=SWEEP, return_when=asyncio.FIRST_COMPLETED)
        for w in waits:
            w.cancel()

    async def work(self) -> int:
        """Handles what is waiting now, at most one update a chat; returns how many."""
        return await self._take(TOGETHER)

    async def _take(self, most: int) -> int:
        """Handles so many chats' next updates in one commit; when one of them fails, each by itself.

        On PostgreSQL the rows stay locked from the look to the commit, so no other worker can take them.
        """
        rows: list[Waiting] = []
        try:
            async with self._database.write() as connection:
                memory = Memory(connection, self._database.vault)
                ours = [*(self._pictures.ours() if self._pictures else ()), *self._easel.ours()]
                rows = await memory.inbox.heads(self._clock(), most, list(self._channels), ours)
                self._followed = any(row.followed for row in rows)
                effects = await self._handle_all(memory, rows)
                await self._bell.announce(connection, *effects.bells)
        except Exception as e:
            if not rows:
                raise
            if len(rows) > 1:
                return sum([await self._take(1) for _ in rows])
            if isinstance(e, Missing):
                await self._put_off(rows[0], e)
            else:
                await self._failed(rows[0], e)
        else:
            self._count(effects)
        return len(rows)

    async def _handle_all(self, memory: Memory, rows: list[Waiting]) -> Effects:
        """The turns of these updates, and what they all write at the end by one statement a table."""
        effects, now = Effects(), self._clock()
        parsed = [(row, self._parse(memory, row)) for row in rows]
        chats = await memory.people.find_all([(row.channel, row.lane) for row, message in parsed if message])
        ready = await self._with_pictures(memory, parsed, chats, effects, now)
        if ready:
            await memory.inbox.done([row.id for row, _ in ready], now)
            effects.done = [(row.channel, row.key) for row, _ in ready]
        spoke = set[int]()
        for row, message in ready:
            if message is None:
                continue
            chat = chats.get((row.channel, row.lane))
            if chat is not None and chat.person_id in spoke:  # on another channel: what was read of him is old
                chat = await memory.people.find(row.channel, row.lane)
            spoke |= {chat.person_id} if chat else set()
            await self._handle(memory, row, message, chat, effects)
            await asyncio.sleep(0)  # others have waited long enough for a turn's time
        await memory.people.save_chats(effects.chats, now)
        for channel in {channel for channel, _ in effects.heard}:
            await memory.outbox.release(channel, [lane for c, lane in effects.heard if c == channel], now)
        await memory.outbox.put(effects.outgoing, now)
        return effects

    async def _put_off(self, row: Waiting, missing: Missing) -> None:
        """Leaves an update waiting, whose turn was undone, until its paper is drawn."""
        self._easel.forget((row.channel, row.key))
        async with self._database.write() as connection:
            await Memory(connection, self._database.vault).inbox.put_off([row.id], self._clock() + LEASE)
        self._easel.begin((row.channel, row.key), missing)

    def _count(self, effects: Effects) -> None:
        """What is told once the turns are committed."""
        self._bell.ring(*effects.bells)
        for key in effects.done:
            self._easel.forget(key)
        if self._pictures is not None:
            for key in effects.done:
                self._pictures.forget(key)
            for key, message in effects.pictures:
                self._pictures.begin(key, message)
        now = self._clock()
        for channel, kind, received_at in effects.handled:
            self._metrics.turns.labels(channel=channel, kind=kind).inc()
            self._metrics.turn_seconds.observe(max((now - received_at).total_seconds(), 0))

    # --- one turn ---

    def _parse(self, memory: Memory, row: Waiting) -> Message | None:
        """The message of an update, with what was read of its picture or list. Raises Unhandled."""
        try:
            message = self._channels[row.channel].parse(memory.vault.open(row.body))
        except (NotUnderstood, Unreadable) as e:
            raise Unhandled(e) from e
        read = self._pictures.read((row.channel, row.key)) if self._pictures else None
        if message is None or read is None:
            return message
        return replace(message, sheet=read) if isinstance(read, Sheet) else replace(message, picture=read)

    async def _with_pictures(
        self, memory: Memory, parsed: list[Parsed], chats: Mapping[tuple[str, str], Chat], effects: Effects,
        now: dt.datetime,
    ) -> list[Parsed]:  # fmt: skip
        """Those whose turn can begin; the others are put off until their pictures are there."""
        ready, waiting = [], []
        for row, message in parsed:
            key, chat = (row.channel, row.key), chats.get((row.channel, row.lane))
            staff = chat is not None and chat.has_roles
            if message is None or message.reference is None or self._pictures is None:
                ready.append((row, message))
            elif self._pictures.wants(key, message, staff=staff):
                waiting.append(row.id)
                effects.pictures.append((key, message))
            else:
                ready.append((row, message))
        if waiting:
            await memory.inbox.put_off(waiting, now + LEASE)
        return ready

    async def _handle(
        self, memory: Memory, row: Waiting, message: Message, chat: Chat | None, effects: Effects
    ) -> None:
        """Everything one update causes, inside the caller's transaction."""
        self.last_error = None
        channel = self._channels[row.channel]
        turn = await self._begin(memory, message, row.channel, chat, self._clock())
        turn.paper = self._easel.paper((row.channel, row.key))
        await router.handle(turn)
        to = Addressee(channel, row.lane, message.address, turn.chat)
        effects.outgoing += await letters(
            memory, to, turn.replies, f"i{row.id}", turn.now, self._links, edit=message.origin
        )
        await self._pass_on(memory, row, turn, effects)
        await self._keep(memory, row, turn, effects)
        if turn.replies:
            effects.bells |= {OUTBOX, row.lane}
        effects.handled.append((row.channel, message.kind, row.received_at))

    async def _pass_on(self, memory: Memory, row: Waiting, turn: Turn, effects: Effects) -> None:
        """What was said to the other of a talk: to the chat he used last, or to nobody, which the sender is told."""
        for n, one in enumerate(turn.passed):
            key = f"h{row.id}:{n}"
            place = await memory.handover.latest_chat(one.to, list(self._channels))
            if place is None:
                await memory.handover.passed(key, one.request_id, turn.person_id, "unreachable")
                continue
            name, lane, sealed = place
            chat = await memory.people.find(name, lane)
            to = Addressee(self._channels[name], lane, memory.vault.open(sealed).decode(), chat)
            written = await letters(memory, to, [Reply(one.text)], key, turn.now, self._links)
            effects.outgoing += written
            for letter in written:
                await memory.handover.passed(letter.key, one.request_id, turn.person_id)
            effects.bells |= {OUTBOX, lane}

    async def _keep(self, memory: Memory, row: Waiting, turn: Turn, effects: Effects) -> None:
        """Where the chat stands now, and whether it was the person himself we heard from."""
        kind, can = turn.message.kind, self._channels[row.channel].capabilities
        if kind is Kind.LEFT:
            await memory.people.mark_unreachable(row.lane, row.channel, "left")
            return
        if turn.chat is not None and not turn.forgotten:
            remember_choices(turn.state, turn.replies)
            if kind is Kind.STAFF:
                await memory.people.keep_offer(turn.chat.id, turn.state.to_json())
            else:
                effects.chats.append((turn.chat.id, turn.state.to_json()))
        holds = can.window is not None or rationed(self._channels[row.channel])
        if holds and kind not in (Kind.STAFF, Kind.WITHDRAWN):
            effects.heard.append((row.channel, row.lane))
            effects.bells.add(OUTBOX)

    async def _begin(
        self, memory: Memory, message: Message, channel: str, chat: Chat | None, now: dt.datetime
    ) -> Turn:
        scope = await memory.people.scope(chat.person_id) if chat and chat.has_roles else None
        state = State.from_json(chat.state) if chat else State()
        can = self._channels[channel].capabilities
        return Turn(
            message, now.astimezone(VIETNAM), memory, self._knowledge, self._chance, state, channel, chat, scope,
            shared=can.shared, shares=can.shares, windows=self._windows, documents=self._documents, pages=self._links,
        )  # fmt: skip

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
        self._easel.forget((row.channel, row.key))
        if self._pictures is not None:
            self._pictures.taken((row.channel, row.key))
        if not aside:
            return
        if self._pictures is not None:
            self._pictures.forget((row.channel, row.key))
        self._metrics.set_aside.labels(channel=row.channel).inc()
        if not for_good:
            try:
                await self._apologise(row, now)
            except Exception as e:  # the update is set aside all the same, and the next one must be handled
                log.error("apology.failed", row=row.id, error=type(e).__name__)
        self._bell.ring(OUTBOX, INBOX, row.lane)

    async def _apologise(self, row: Waiting, now: dt.datetime) -> None:
        channel = self._channels[row.channel]
        async with self._database.write() as connection:
            memory = Memory(connection, self._database.vault)
            message = channel.parse(memory.vault.open(row.body))
            if message is not None:
                chat = await memory.people.find(row.channel, row.lane)
                sorry = Reply(self._knowledge.messages.render("common.sorry"))
                to = Addressee(channel, row.lane, message.address, chat)
                await post(memory, to, [sorry], f"f{row.id}", now, self._links)


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


async def letters(
    memory: Memory, to: Addressee, replies: list[Reply], key: str, now: dt.datetime, links: Links, *,
    edit: str | None = None, bulk: bool = False,
) -> list[Outgoing]:  # fmt: skip
    """Replies rendered for their channel and sealed for the outbox; files it cannot carry are handed out by link."""
    address = memory.vault.seal(to.address.encode())
    can, person = to.channel.capabilities, to.chat.person_id if to.chat else None
    rendered: list[Rendered] = []
    for reply in joined(replies):
        told = {f: await links.tell(memory, f, person, now) for f in reply.files if not can.carries(f)}
        rendered += render(reply, can, edit=edit, elsewhere=told.__getitem__)
    return [
        Outgoing(
            f"{key}:{n}", to.channel.name, to.lane, address, to.chat.id if to.chat else None,
            memory.vault.seal(json.dumps(part.to_json(), ensure_ascii=False).encode()), bulk,
        )
        for n, part in enumerate(rendered)
    ]  # fmt: skip


async def post_unasked(
    memory: Memory, to: Addressee, replies: list[Reply], state: State, key: str, now: dt.datetime, links: Links
) -> None:
    """Writes replies nobody has just asked for; their choices are what a digit in that chat means from now on."""
    await post(memory, to, replies, key, now, links, bulk=True)
    if to.chat is not None and any(reply.choices for reply in replies):
        remember_choices(state, replies)
        await memory.people.keep_offer(to.chat.id, state.to_json())


async def post(
    memory: Memory, to: Addressee, replies: list[Reply], key: str, now: dt.datetime, links: Links, *,
    bulk: bool = False,
) -> None:  # fmt: skip
    """Writes replies to the outbox."""
    await memory.outbox.put(await letters(memory, to, replies, key, now, links, bulk=bulk), now)
