"""The whole program in this process, joined to the emulator by webhook, and people already walking a guide."""

import asyncio
import datetime as dt
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa
from pydantic import SecretStr

from bot.app import App
from bot.clock import wall_clock
from bot.settings import Settings
from content.knowledge import Knowledge
from storage.bell import INBOX, OUTBOX
from storage.schema import chat, guide_run, inbox, outbox
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.face import Person
from tests.harness.program import SECRET_KEY, free_port
from tests.torture.model import ARRIVAL, recognise


@dataclass
class Hands:
    """A clock that can be moved forward."""

    ahead: dt.timedelta = dt.timedelta()

    def __call__(self) -> dt.datetime:
        return wall_clock() + self.ahead

    def skip(self, seconds: float) -> None:
        """Time passes at once."""
        self.ahead += dt.timedelta(seconds=seconds)


@dataclass
class House:
    """A running program and its platform."""

    app: App
    tg: TelegramEmulator
    hands: Hands = field(default_factory=Hands)

    async def walker(self, name: str) -> Person:
        """Somebody who stands at the first step of the guide."""
        person = self.tg.user(name)
        for word, _ in ARRIVAL:
            await person.sends(word)
            await person.waits_for()
        await self.quiet()
        return person

    async def quiet(self, *, within: float = 15.0) -> None:
        """Waits until every update is handled and every reply settled."""
        await self.tg.settles(within=within)
        async with asyncio.timeout(within):
            while not await self.is_quiet():  # noqa: ASYNC110  (the database rings no bell here)
                await asyncio.sleep(0.02)

    async def until(self, holds: Callable[[], Awaitable[bool]], *, skipping: float = 0.0) -> None:
        """Waits until it holds, moving the program's clock and waking it at each look."""
        async with asyncio.timeout(15):
            while not await holds():
                self.hands.skip(skipping)
                self.app.bell.ring(INBOX, OUTBOX)
                await asyncio.sleep(0.05)

    async def is_quiet(self) -> bool:
        """Whether every update is handled and every reply settled."""
        waiting = sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state == "new")
        leaving = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.state.in_(("queued", "sending")))
        async with self.app.database.read() as connection:
            counts = [(await connection.execute(found)).scalar_one() for found in (waiting, leaving)]
        return not any(counts)

    async def step(self, person: Person) -> str:
        """Where the database has him."""
        found = sa.select(guide_run.c.step).join(chat, chat.c.person_id == guide_run.c.person_id)
        found = found.where(chat.c.lane == self.app.database.vault.lane("telegram", str(person.id)))
        async with self.app.database.read() as connection:
            return str((await connection.execute(found)).scalar_one())

    async def states(self, table: sa.Table) -> list[str]:
        """The states of all rows, in order."""
        async with self.app.database.read() as connection:
            return list((await connection.execute(sa.select(table.c.state).order_by(table.c.id))).scalars())


def shown(person: Person, since: int = 0) -> list[str]:
    """What each message on the person's screen shows."""
    return [recognise(message.raw) for message in person.sees[since:]]


def settings_of(tg: TelegramEmulator, url: str) -> Settings:
    """Of a program that listens on a free port."""
    port = free_port()
    return Settings(
        _env_file=None, database_url=url, secret_key=SecretStr(SECRET_KEY), listen=f"127.0.0.1:{port}",
        public_url=f"http://127.0.0.1:{port}", telegram_token=SecretStr(tg.token), telegram_api_base=tg.root,
    )  # fmt: skip


@asynccontextmanager
async def house(tg: TelegramEmulator, url: str, knowledge: Knowledge) -> AsyncIterator[House]:
    """The program from start to graceful stop."""
    hands = Hands()
    app = App(settings_of(tg, url), clock=hands, chance=random.Random(1), knowledge=knowledge)
    await app.start()
    try:
        await tg.until(app.channels["telegram"].ready, within=10)
        yield House(app, tg, hands)
    finally:
        await app.stop()
