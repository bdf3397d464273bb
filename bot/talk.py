"""Conversations without a network: any number of people on any channel, in one process, over a real database."""

import datetime as dt
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import open_database
from bot.channels.base import Accept, Envelope, NotUnderstood, Outcome, Sent
from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import Button, Capabilities, Rendered
from bot.metrics import Metrics
from bot.postbox import Postbox
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.worker import Worker
from content.folding import fold
from content.knowledge import Knowledge
from handlers.turn import VIETNAM, Kind, Message
from handlers.welcome import CONSENT_VERSION
from storage.bell import Bell
from storage.inbox import MAX_ATTEMPTS
from storage.memory import Memory
from storage.migrate import upgrade
from storage.scope import Grant

HOME_COMMUNE = "31441"
"""Where somebody lives of whom a script says a team but no commune."""
MEDIA = {"photo": Kind.PHOTO, "file": Kind.FILE, "location": Kind.LOCATION, "contact": Kind.CONTACT,
         "sticker": Kind.STICKER, "voice": Kind.VOICE}  # fmt: skip


class BadLine(ValueError):
    """A line that is no message; the text says what is wrong."""


class ScriptedChannel:
    """A channel with the looks of a real one, whose messages are read from and written to the caller."""

    def __init__(self, name: str, capabilities: Capabilities) -> None:
        self.name = name
        self.capabilities = capabilities

    def parse(self, raw: bytes) -> Message | None:
        """A line of a script, with presses already turned into values."""
        line = json.loads(raw)
        address = line["from"]
        if "press" in line:
            return Message(address, Kind.PRESS, line["press"], origin=line.get("origin"))
        for key, kind in MEDIA.items():
            if key in line:
                name = Path(str(line[key])).name if key in ("photo", "file") else None
                return Message(address, kind, str(line.get("text", "")), file_name=name)
        if not isinstance(line.get("text"), str):
            raise NotUnderstood("neither text nor press")
        return Message(address, Kind.TEXT, line["text"])

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

    async def close(self) -> None:
        """Nothing to give back."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message to somebody."""

    to: str
    channel: str
    message: Rendered


@dataclass(slots=True)
class Answer:
    """Everything one line caused."""

    done: str
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
        self._worker = Worker(*parts, Metrics())
        self._scheduler = Scheduler(*parts)
        self._knowledge = knowledge
        self._known: dict[str, int] = {}
        self._seen: dict[tuple[str, str], tuple[Button, ...]] = {}
        self._unnamed = 0

    def clock(self) -> dt.datetime:
        """The script's time, or the machine's."""
        return self._fixed or dt.datetime.now(dt.UTC)

    def set_time(self, text: str) -> None:
        """Stops the clock at that time. Raises BadLine."""
        self._fixed = _time(text)

    async def open(self) -> None:
        """Migrates the database."""
        await upgrade(self.database)

    async def close(self) -> None:
        """Gives the database back."""
        await self._postbox.close()
        await self.database.close()

    # --- lines ---

    async def take(self, line: Mapping[str, Any]) -> Answer:
        """One line of `chat --json`. Raises BadLine."""
        if not isinstance(line, Mapping):
            raise BadLine("a line is a JSON object")
        if "people" in line:
            await self._meet(line["people"])
            return Answer("people")
        if "tick" in line:
            self.set_time(line["tick"])
            await self._scheduler.sweep()
            return Answer("tick", await self._drain())
        return await self._message(line)

    async def _message(self, line: Mapping[str, Any]) -> Answer:
        sender, channel = line.get("from"), line.get("channel", "web")
        if not isinstance(sender, str) or not sender:
            raise BadLine('"from" names the sender')
        if channel not in self.channels:
            raise BadLine(f'"channel" is one of {", ".join(self.channels)}')
        if "at" in line:
            self.set_time(line["at"])
        ident = str(line.get("id") or self._next_id())
        await self._seat(sender, channel)
        raw = dict(line)
        if "press" in raw:
            raw["press"] = await self._value(sender, channel, str(raw["press"]))
        body = json.dumps(raw, ensure_ascii=False).encode()
        began = dt.datetime.now(dt.UTC)
        await self._postbox.accept(channel, [Envelope(f"{sender}:{ident}"[:100], sender, self._next_seq(), body)])
        await self._work()
        spent = (dt.datetime.now(dt.UTC) - began).total_seconds() * 1000
        return Answer(ident, await self._drain(), round(spent, 1), self._worker.last_error)

    async def _work(self) -> None:
        """Handles what is waiting; a failed try is repeated at once, since nobody would move a stopped clock."""
        now, tries = self._fixed, 0
        while await self._worker.work() or (self._worker.last_error and tries < MAX_ATTEMPTS):
            if self._worker.last_error and self._fixed is not None:
                tries += 1
                self._fixed += dt.timedelta(seconds=2**tries)
        self._fixed = now

    def _next_id(self) -> str:
        self._unnamed += 1
        return f"line-{self.clock().timestamp():.3f}-{self._unnamed}"

    def _next_seq(self) -> int:
        self._unnamed += 1
        return self._unnamed

    async def _value(self, sender: str, channel: str, pressed: str) -> str:
        """The value of a button named by its value, its label or its number among the last ones shown."""
        shown = self._seen.get((channel, sender))
        offered = [(b.n, b.label, b.value) for b in shown] if shown else await self._offered(sender, channel)
        for n, label, value in offered:
            if pressed == value or pressed == str(n) or fold(label) == fold(pressed):
                return value
        return pressed

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
                await memory.outbox.settle([(c.id, "sent", None) for c in claimed], self.clock())
        return said

    # --- people ---

    async def _meet(self, people: Any) -> None:
        """Makes people known: consented, at home in a commune, with a role."""
        if not isinstance(people, list) or not all(isinstance(p, Mapping) and "name" in p for p in people):
            raise BadLine('"people" is a list of {"name": ..., "role": ..., "commune": ..., "team": ...}')
        for p in people:
            await self._introduce(str(p["name"]), str(p.get("role", "citizen")), p.get("commune"), p.get("team"),
                                  str(p.get("channel", "web")), p.get("province"))  # fmt: skip

    async def _introduce(
        self, name: str, role: str, commune: str | None, team: str | None, channel: str, province: str | None
    ) -> None:
        home = commune or (HOME_COMMUNE if role != "province_officer" else None)
        if home is not None and self._knowledge.places.commune(home) is None:
            raise BadLine(f"'{home}' is no commune code")
        now = self.clock()
        async with self.database.write() as connection:
            memory = Memory(connection, self.database.vault)
            if name not in self._known:
                chat = await memory.people.find(channel, memory.vault.lane(channel, name))
                if chat is None:
                    chat = await memory.people.admit(channel, name, consent_version=CONSENT_VERSION, now=now)
                self._known[name] = chat.person_id
            person = self._known[name]
            await memory.people.set(person, commune=home, **({"name": name} if role != "citizen" else {}))
            grant = await self._grant(memory, role, home, team, province)
            if grant is not None:
                await memory.people.grant(person, grant, now)

    async def _grant(
        self, memory: Memory, role: str, commune: str | None, team: str | None, province: str | None
    ) -> Grant | None:
        if role == "citizen":
            return None
        if role in ("member", "head"):
            today = self.clock().astimezone(VIETNAM).date()
            team_id = await memory.people.ensure_team(str(commune), team or "Tổ công nghệ số cộng đồng", today)
            return Grant(role, commune=commune, team_id=team_id)
        if role == "officer":
            return Grant(role, commune=commune)
        if role == "province_officer":
            home = self._knowledge.places.commune(commune or HOME_COMMUNE)
            return Grant(role, province=province or (home.province.code if home else None))
        if role == "admin":
            return Grant(role)
        raise BadLine(f"'{role}' is no role")

    async def _seat(self, name: str, channel: str) -> None:
        """Somebody made known by name is the same person on every channel."""
        person = self._known.get(name)
        if person is None:
            return
        async with self.database.write() as connection:
            memory = Memory(connection, self.database.vault)
            known = await memory.people.find(channel, memory.vault.lane(channel, name))
            if known is None and await memory.people.exists(person):
                await memory.people.open_chat(person, channel, name, now=self.clock())


def _time(text: Any) -> dt.datetime:
    try:
        when = dt.datetime.fromisoformat(str(text))
    except ValueError:
        raise BadLine(f"'{text}' is no time: write it as 2026-11-21T09:00:00+07:00") from None
    return when if when.tzinfo else when.replace(tzinfo=VIETNAM)
