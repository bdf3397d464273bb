"""A story told over the wire: the program and one platform in this process, everybody talking there."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.app import App
from bot.cast import Cast
from bot.clock import time_of
from bot.script import PersonLine
from bot.settings import Settings
from bot.talk import MEDIA
from content.folding import fold
from content.knowledge import Knowledge
from storage.bell import INBOX
from tests.harness.program import ROOT, SECRET_KEY, free_port
from tests.wire.heard import LINK, Act, Told, acts_of, wrong
from tests.wire.lines import Impossible, Line, TelegramLine, Thing, WebLine, ZaloBotLine, ZaloOaLine
from tests.yaml_files import read_yaml

CONVERSATIONS = ROOT / "tests" / "conversations"
WITHIN = 20.0
"""Seconds for one act; a tenth of one is usual."""
LINES: Mapping[str, Callable[[], Line]] = {
    "web": WebLine,
    "telegram": TelegramLine,
    "zalo_bot": ZaloBotLine,
    "zalo_oa v2": ZaloOaLine,
    "zalo_oa v3": lambda: ZaloOaLine("business"),
    "zalo_oa v2, no buttons": lambda: ZaloOaLine("state", "-233"),
    "zalo_oa v3, no buttons": lambda: ZaloOaLine("business", "-201"),
}
"""Every way in which people reach the program."""
BUSY = """SELECT (SELECT count(*) FROM inbox WHERE state = 'new')
              + (SELECT count(*) FROM outbox WHERE state = 'sending' OR (state = 'queued' AND due_at <= ?))"""


@dataclass(frozen=True, slots=True)
class Parting:
    """From an act on, somebody is not followed any more."""

    who: str
    act: int
    """The number of its line."""
    acts: bool
    """Whether he still does what the story says."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What cannot happen where; the data says why."""

    stories: Mapping[str, Mapping[str, list[Mapping[str, Any]]]]
    acts: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls) -> "Limits":
        found = read_yaml(CONVERSATIONS / "wire.yaml")
        return cls(found["stories"], found["acts"])

    def partings(self, story: str, line: Line, acts: list[Act]) -> list[Parting]:
        """Who is left in that story on that line. Raises KeyError, ValueError for data that fits no story."""
        here = [line.channel, *([] if line.buttons else ["typed"])]
        found = []
        for told in (told for where in here for told in self.stories.get(story, {}).get(where, ())):
            numbers = [a.number for a in acts if a.line == told["from"]]
            first = max(numbers) if told.get("last") else min(numbers)
            found.append(Parting(told["who"], first, told.get("acts", False)))
        return found


@dataclass
class Scene:
    """The story's time, and who is in it."""

    now: datetime
    people: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """What each may answer with now."""

    def __call__(self) -> datetime:
        return self.now


async def replay(path: Path, line: Line, template: Path, folder: Path, knowledge: Knowledge, limits: Limits) -> None:
    """Tells it. Raises AssertionError where something else is seen than the transcript says."""
    file = folder / "wire.db"
    shutil.copy(template, file)
    acts = acts_of(path)
    scene = Scene(
        time_of(str(next((a.message["now"] for a in acts if "now" in a.message), "2026-11-21T09:00+07:00")))
    )
    async with running(line, scene, file, knowledge) as app:
        partings = limits.partings(path.stem, line, acts)
        telling = Telling(app, line, scene, limits.acts.get(line.channel, {}), partings, file)
        for act in acts:
            await telling.act(act)


@asynccontextmanager
async def running(line: Line, scene: Scene, file: Path, knowledge: Knowledge, *beside: Line) -> AsyncIterator[App]:
    """The program, joined to that platform and to those beside it."""
    port, lines = free_port(), (line, *beside)
    base = f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as platforms:
        theirs: dict[str, Any] = {}
        for one in lines:
            one.stand(scene.now)
            await platforms.enter_async_context(one)
            theirs |= one.settings()
        settings = Settings(
            _env_file=None, database_url=f"sqlite:///{file}", secret_key=SecretStr(SECRET_KEY),
            listen=f"127.0.0.1:{port}", public_url=base, **theirs,
        )  # fmt: skip
        app = App(settings, clock=scene, chance=random.Random(1), knowledge=knowledge)
        await app.start()
        app.scheduler.stopping.set()  # time passes where the story says so
        app.sender._paces = {}  # a pace is kept by a clock that goes on
        try:
            for one in lines:
                await one.join(app, base)
            yield app
        finally:
            await app.stop()


class Telling:
    """One story on one line."""

    def __init__(
        self, app: App, line: Line, scene: Scene, impossible: Mapping[str, str], partings: list[Parting], file: Path
    ) -> None:  # fmt: skip
        self._app, self._line, self._scene = app, line, scene
        self._impossible, self._partings = impossible, partings
        self._books = sqlite3.connect(file, isolation_level=None)
        self._cast = Cast(app.database, app.knowledge.places, [line.channel], lambda _, who: line.address(who))

    async def act(self, act: Act) -> None:
        """Does it and looks at what everybody sees then."""
        message = act.message
        if "people" in message:
            for one in message["people"]:
                person = PersonLine.model_validate({"channel": self._line.channel, **one})
                self._line.address(person.name)
                self._scene.people[person.name] = []
                await self._cast.introduce(person, self._scene.now)
        elif "now" in message or "tick" in message:
            await self._passes(str(message.get("now") or message["tick"]), due="tick" in message)
        elif not self._left(who := str(message["from"]), act, acting=True):
            self._scene.people.setdefault(who, [])
            try:
                await self._does(who, message)
            except Impossible as e:
                if str(e) not in self._impossible:
                    raise AssertionError(f"line {act.number}: {act.line}: why not? see wire.yaml") from e
                return
            await self.quiet()
            await self._app.scheduler.deliver()
        await self.quiet()
        await self._compare(act)

    def _left(self, who: str, act: Act, *, acting: bool = False) -> bool:
        return any(p.who == who and act.number >= p.act and not (acting and p.acts) for p in self._partings)

    async def _passes(self, time: str, *, due: bool) -> None:
        self._scene.now = time_of(time)
        self._line.stand(self._scene.now)
        self._app.bell.ring(INBOX)
        if due:
            await self._app.scheduler.sweep()

    async def _does(self, who: str, message: dict[str, Any]) -> None:
        line = self._line
        if "press" in message:
            await self._presses(who, str(message["press"]))
        elif kind := next((k for k in MEDIA if k in message), ""):
            told, caption = message[kind], str(message.get("text", ""))
            data, name = b"", ""
            if kind in ("photo", "file"):
                path = ROOT / str(told)
                data, name = path.read_bytes() if path.is_file() else b"", path.name
            await line.gives(who, Thing(kind, data, name, caption, told))
        else:
            await line.types(who, str(message["text"]))

    async def _presses(self, who: str, pressed: str) -> None:
        """The button where there is one, else its number, else what an older button says."""
        for place, (n, label) in enumerate(self._scene.people[who]):
            if pressed == str(n) or fold(label) == fold(pressed):
                if place >= self._line.buttons:
                    await self._line.types(who, str(n))
                else:
                    await self._line.presses(who, label, pressed)
                return
        await self._line.presses(who, pressed, pressed)

    async def quiet(self) -> None:
        """Every update is handled and every reply has left."""
        async with asyncio.timeout(WITHIN):
            now = int(self._scene.now.timestamp() * 1000)
            while not self._line.delivered() or self._books.execute(BUSY, (now,)).fetchone()[0]:  # noqa: ASYNC110
                await asyncio.sleep(0.003)  # its end rings no bell here

    async def _compare(self, act: Act) -> None:
        for who in {w for w in self._scene.people.keys() | act.told.keys() if not self._left(w, act)}:
            told, heard = act.told.get(who, Told()), self._line.hears(who)
            for message in heard:
                message.files += [await self._opened(link) for link in LINK.findall(message.text)]
            if told.choices and (choices := next((c for c in reversed(told.choices) if c), None)):
                self._scene.people[who] = choices
            problem = wrong(told, heard, self._line)
            assert problem is None, f"line {act.number}: {act.line}\n{who} {problem}"

    async def _opened(self, link: str) -> str:
        """The name of the file that is handed out there."""
        async with aiohttp.ClientSession() as browser, browser.get(link) as answer:
            assert answer.status == 200
            assert await answer.read()
            assert answer.content_disposition is not None
            return str(answer.content_disposition.filename)
