"""Conversations without a network: any number of people on any channel, in one process, over a real database."""

import asyncio
import datetime as dt
import json
import random
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import open_database
from bot.cast import Cast
from bot.channels.base import Accept, Envelope, NotUnderstood, Outcome, Sent
from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import Button, Capabilities, Rendered
from bot.clock import time_of
from bot.documents.files import Documents
from bot.easel import Easel
from bot.links import Links
from bot.metrics import Metrics
from bot.pictures.darkroom import Darkroom
from bot.pictures.kinds import LARGEST, named_so, sheet_named
from bot.pictures.reader import Reader
from bot.pictures.shelf import Shelf
from bot.postbox import Postbox
from bot.scheduler import Scheduler
from bot.script import BadLine, MessageLine, PeopleLine, TickLine, parse
from bot.settings import Settings
from bot.worker import Worker
from content.folding import fold
from content.knowledge import Knowledge
from handlers.turn import Kind, Message
from storage.bell import Bell
from storage.inbox import MAX_ATTEMPTS
from storage.memory import Memory
from storage.migrate import upgrade, verify_key

MEDIA = {"photo": Kind.PHOTO, "file": Kind.FILE, "location": Kind.LOCATION, "contact": Kind.CONTACT,
         "sticker": Kind.STICKER, "voice": Kind.VOICE}  # fmt: skip


class ScriptedChannel:
    """A channel with the looks of a real one, whose messages are read from and written to the caller."""

    def __init__(self, name: str, capabilities: Capabilities) -> None:
        self.name = name
        # When one may write, and who else does, are matters of its network.
        self.capabilities = replace(capabilities, window=None, shared=False)

    def parse(self, raw: bytes) -> Message | None:
        """A line of a script, with presses already turned into values."""
        line = json.loads(raw)
        address = line["from"]
        if "press" in line:
            return Message(address, Kind.PRESS, line["press"], origin=line.get("origin"))
        for key, kind in MEDIA.items():
            if key in line:
                return replace(self._file(address, kind, line[key]), text=str(line.get("text", "")))
        if not isinstance(line.get("text"), str):
            raise NotUnderstood("neither text nor press")
        return Message(address, Kind.TEXT, line["text"])

    @staticmethod
    def _file(address: str, kind: Kind, named: Any) -> Message:
        """What is handed over; a picture or a list that is on the disk is looked into."""
        if kind not in (Kind.PHOTO, Kind.FILE):
            return Message(address, kind)
        path = Path(str(named))
        looked_into = (kind is Kind.PHOTO or named_so(path.name) or sheet_named(path.name)) and path.is_file()
        return Message(address, kind, file_name=path.name, reference=str(path) if looked_into else None)

    async def fetch(self, reference: str) -> bytes:
        """The picture from the disk."""
        return await asyncio.to_thread(_beginning, Path(reference))

    async def send(self, address: str, message: Rendered) -> Sent:
        """Never asked for: the caller reads the outbox himself."""
        return Sent(Outcome.REFUSED, "scripted")

    def routes(self) -> list[web.RouteDef]:
        """None."""
        return []

    async def run(self, accept: Accept) -> None:
        """Nothing to join."""

    def ready(self) -> bool:
        """Always."""
        return True

    def leave(self) -> None:
        """Nothing to end."""

    async def close(self) -> None:
        """Nothing to give back."""


def _beginning(path: Path) -> bytes:
    """A file, or enough of it to see that it is too large."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


@dataclass(frozen=True, slots=True)
class Said:
    """One message to somebody."""

    to: str
    channel: str
    message: Rendered


@dataclass(slots=True)
class Answer:
    """Everything one line caused."""

    done: str | int
    said: list[Said] = field(default_factory=list)
    ms: float = 0.0
    error: str | None = None


class Talk:
    """Feeds lines through the real inbox, worker and outbox, and reads what was written for each person."""

    def __init__(self, settings: Settings, knowledge: Knowledge, now: dt.datetime | None, seed: int = 1) -> None:
        self._fixed = now
        self.database = open_database(settings)
        self._bell = Bell(self.database)
        self.channels = {name: ScriptedChannel(name, can) for name, can in CAPABILITIES.items()}
        self._postbox = Postbox(self.database, self._bell, self.clock)
        chance = random.Random(seed)
        parts = (self.database, self._bell, self.channels, knowledge, self.clock, chance)
        links = Links(settings.reachable_at, self.database.vault, knowledge)
        metrics = Metrics()
        self._pictures = Darkroom(Reader(), self.channels, Shelf(), lambda: None, metrics)
        documents = Documents(knowledge, settings.report_templates, web=settings.public_url)
        self._easel = Easel(lambda: None)
        self._worker = Worker(*parts, metrics, links, self._pictures, documents, self._easel)
        self._scheduler = Scheduler(*parts, links, documents)
        self._knowledge = knowledge
        self._cast = Cast(self.database, knowledge.places, list(CAPABILITIES))
        self._seen: dict[tuple[str, str], tuple[Button, ...]] = {}
        self._older: dict[tuple[str, str, str], str] = {}
        self._unnamed = 0

    def clock(self) -> dt.datetime:
        """The script's time, or the machine's."""
        return self._fixed or dt.datetime.now(dt.UTC)

    def set_time(self, text: str) -> None:
        """Stops the clock at that time. Raises BadLine."""
        try:
            self._fixed = time_of(text)
        except ValueError as e:
            raise BadLine(str(e)) from None

    async def open(self) -> None:
        """Migrates the database."""
        self.database.claim()
        await upgrade(self.database)
        await verify_key(self.database)

    async def close(self) -> None:
        """Gives the database back."""
        await self._postbox.close()
        await self._pictures.close()
        await self._easel.close()
        await self.database.close()

    # --- lines ---

    async def take(self, line: Any) -> Answer:
        """One line of `chat --json`. Raises BadLine."""
        parsed = parse(line)
        match parsed:
            case PeopleLine():
                for person in parsed.people:
                    await self._cast.introduce(person, self.clock())
                return Answer("people")
            case TickLine():
                self.set_time(parsed.tick)
                await self._scheduler.sweep()
                return Answer("tick", await self._drain())
            case MessageLine():
                return await self._message(parsed)

    async def _message(self, line: MessageLine) -> Answer:
        if line.at is not None:
            self.set_time(line.at)
        ident = line.id if line.id is not None else self._next_id()
        await self._cast.seat(line.sender, line.channel, self.clock())
        raw = line.model_dump(by_alias=True, exclude_none=True)
        if line.press is not None:
            raw["press"] = await self._value(line.sender, line.channel, str(line.press))
        body = json.dumps(raw, ensure_ascii=False).encode()
        # A name is personal: only its keyed hash may stay as the key of what was handled.
        key = self.database.vault.lane("script", line.channel, line.sender, str(ident))
        began = dt.datetime.now(dt.UTC)
        await self._postbox.accept(line.channel, [Envelope(key, line.sender, self._next_seq(), body)])
        await self._work()
        await self._scheduler.deliver()
        spent = (dt.datetime.now(dt.UTC) - began).total_seconds() * 1000
        return Answer(ident, await self._drain(), round(spent, 1), self._worker.last_error)

    async def _work(self) -> None:
        """Handles what is waiting; a failed try is repeated at once, since nobody would move a stopped clock."""
        now, tries = self._fixed, 0
        while (
            await self._worker.work()
            or await self._pictures.settled()
            or await self._easel.settled()
            or (self._worker.last_error and tries < MAX_ATTEMPTS)
        ):
            if self._worker.last_error and self._fixed is not None:
                tries += 1
                self._fixed += dt.timedelta(seconds=2**tries)
        self._fixed = now

    def _next_id(self) -> str:
        return f"line-{secrets.token_hex(8)}"

    def _next_seq(self) -> int:
        self._unnamed += 1
        return self._unnamed

    async def _value(self, sender: str, channel: str, pressed: str) -> str:
        """The value of a button named by its value, its label or its number among the last ones shown, else by its
        label among older ones."""
        shown = self._seen.get((channel, sender))
        offered = [(b.n, b.label, b.value) for b in shown] if shown else await self._offered(sender, channel)
        for n, label, value in offered:
            if pressed == value or pressed == str(n) or fold(label) == fold(pressed):
                return value
        return self._older.get((channel, sender, fold(pressed)), pressed)

    async def _offered(self, sender: str, channel: str) -> list[tuple[int, str, str]]:
        async with self.database.read() as connection:
            memory = Memory(connection, self.database.vault)
            chat = await memory.people.find(channel, memory.vault.lane(channel, sender))
        return [(n, label, value) for n, label, value in chat.state.get("offered", [])] if chat else []

    async def _drain(self) -> list[Said]:
        """Everything waiting in the outbox, in order; delivered by being read."""
        said = []
        async with self.database.write() as connection:
            memory = Memory(connection, self.database.vault)
            while claimed := await memory.outbox.claim(self.clock(), 1000, list(self.channels)):
                for c in claimed:
                    body = Rendered.from_json(json.loads(memory.vault.open(c.body)))
                    to = memory.vault.open(c.address).decode()
                    said.append(Said(to, c.channel, body))
                    if body.choices:
                        self._seen[c.channel, to] = body.choices
                        self._older |= {(c.channel, to, fold(b.label)): b.value for b in body.choices}
                await memory.outbox.settle([(c.id, "sent", None) for c in claimed], self.clock())
        return said
