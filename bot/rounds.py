"""Goes the week's rounds: plans what is due for each place, does it once, and tells it where it can be told."""

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog

from bot.channels.base import Channel, windows_of
from bot.documents.files import Documents
from bot.links import Links
from bot.worker import Addressee, post_unasked
from content.knowledge import Knowledge
from handlers import weekly
from handlers.turn import Kind, Message, Reply, State, Turn
from storage.bell import OUTBOX, Bell
from storage.database import Database
from storage.deadlines import is_day
from storage.memory import Memory
from storage.people import Chat
from storage.periods import VIETNAM
from storage.rounds import KEY, Push
from storage.vault import Unreadable

PLAN_EVERY = dt.timedelta(minutes=5)
MOST = 100
"""Errands done, and messages written, in one sweep, so that other things due are looked at in between."""
A_MOMENT = dt.timedelta(minutes=5)
"""After so long without a word what somebody was asked has been left lying."""
log = structlog.get_logger()


class Rounds:
    """One sweep after another, by any number of processes at once: each errand and each message is locked by one."""

    def __init__(
        self, database: Database, bell: Bell, channels: Mapping[str, Channel], knowledge: Knowledge,
        clock: Callable[[], dt.datetime], chance: random.Random, links: Links, documents: Documents,
    ) -> None:  # fmt: skip
        self._database = database
        self._bell = bell
        self._channels = channels
        self._knowledge = knowledge
        self._clock = clock
        self._chance = chance
        self._links = links
        self._documents = documents
        self._windows = windows_of(channels)
        self._planned_at: dt.datetime | None = None

    async def sweep(self) -> None:
        """Does what is due now."""
        now = self._clock()
        if self._planned_at is None or abs(now - self._planned_at) >= PLAN_EVERY:
            await self._plan(now)
            self._planned_at = now
        for _ in range(MOST):
            if not await self._do_one(now):
                break
        if is_day(now.astimezone(VIETNAM)):  # nobody is woken by what was missed at noon
            await self._tell_all(now)

    async def _plan(self, now: dt.datetime) -> None:
        async with self._database.read() as connection:
            rows = await weekly.plan(Memory(connection, self._database.vault), self._knowledge, now)
        if rows:
            async with self._database.write() as connection:
                await Memory(connection, self._database.vault).rounds.plan(rows, now)

    async def _do_one(self, now: dt.datetime) -> bool:
        async with self._database.write() as connection:
            memory = Memory(connection, self._database.vault)
            errand = await memory.rounds.due(now)
            if errand is None:
                return False
            await weekly.run(memory, self._knowledge, errand, now)
        log.info("errand.done", kind=errand.kind, place=errand.place, week=str(errand.week), skipped=errand.overtaken)
        return True

    async def _tell_all(self, now: dt.datetime) -> None:
        async with self._database.write() as connection:
            rounds = Memory(connection, self._database.vault).rounds
            await rounds.take_back(now)
            waiting = await rounds.waiting(now, self._windows, MOST)
        for push_id in waiting:
            async with self._database.write() as connection:
                memory = Memory(connection, self._database.vault)
                lane = await self._tell(memory, push_id, now)
                if lane:
                    await self._bell.announce(connection, OUTBOX, lane)
            if lane:
                self._bell.ring(OUTBOX, lane)

    async def _tell(self, memory: Memory, push_id: int, now: dt.datetime) -> str | None:
        """The lane it was written to; None when it is another's, of no use any more, or to be tried again."""
        push = await memory.rounds.take(push_id, now, self._windows)
        chat = await memory.people.find(push.channel, push.lane) if push else None
        if push is None or chat is None or await self._busy(memory, push, chat, now):
            return None
        try:
            address = memory.vault.open(push.address).decode()
        except Unreadable:
            log.error("push.unreadable", push=push.id)
            await memory.rounds.told(push.id, now)
            return None
        scope = await memory.people.scope(push.person_id)
        state = State.from_json(chat.state)
        turn = Turn(
            Message(address, Kind.OTHER), now.astimezone(VIETNAM), memory, self._knowledge, self._chance, state,
            push.channel, chat, scope, documents=self._documents,
        )  # fmt: skip
        await weekly.tell(turn, push)
        await memory.rounds.told(push.id, now)
        to = Addressee(self._channels[push.channel], push.lane, address, chat)
        replies = [self._carried(reply, to.channel) for reply in turn.replies]
        key = f"{KEY}{push.id}:{int(push.made_at.timestamp())}:{int(now.timestamp())}"
        await post_unasked(memory, to, replies, state, key, now, self._links)
        return push.lane if replies else None

    async def _busy(self, memory: Memory, push: Push, chat: Chat, now: dt.datetime) -> bool:
        """Whether the person is being answered, by us or by staff in the same chat, or has just begun something that
        asks him for an answer: a number he types must not be taken for one of our choices.
        """
        if not await memory.inbox.lock(push.lane):
            return True
        if chat.state.get("flow") and now - chat.last_in_at < A_MOMENT:
            return True
        shared = self._channels[push.channel].capabilities.shared
        return shared and await memory.takeovers.holds(push.channel, push.lane, now)

    @staticmethod
    def _carried(reply: Reply, channel: Channel) -> Reply:
        """Without the pictures the channel cannot show: the same figures are in the words."""
        return replace(reply, files=tuple(f for f in reply.files if channel.capabilities.carries(f)))
