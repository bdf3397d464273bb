"""Slips are drawn while nobody waits: in no transaction, and with codes that are stored with them or never were."""

import asyncio
import datetime as dt
import io
import json
import re
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pypdf
import pytest
import sqlalchemy as sa

from bot.channels.base import Envelope
from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import Rendered
from bot.documents.files import Documents
from bot.easel import Easel
from bot.metrics import Metrics
from bot.postbox import LEASE, Postbox
from bot.talk import ScriptedChannel
from bot.worker import Worker
from content import roster as reading
from content.knowledge import Knowledge
from content.roster import Membership, Roster
from handlers.lists import listed, place_key
from handlers.turn import File, Sheet
from storage.bell import INBOX, Bell
from storage.database import Database
from storage.roster import Slip
from storage.schema import inbox, invitation, outbox
from storage.schema.people import checked_list, roster
from tests.talk import CHANNEL, COMMUNE, Person, Talk

PEOPLE = [
    Membership(n, "Trang 1", n + 2, f"Nguyễn Văn {name}", "Thôn 3", "Tổ Thôn 3", "Thành viên", None)
    for n, name in enumerate(("An", "Bình", "Chi"))
]
TAKE = "t:l:n"


class Slow(Documents):
    """Draws slips only when it is let, and says when it has begun."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__(knowledge)
        self.began, self.let = threading.Event(), threading.Event()
        self.times = 0
        self.fails = False

    def slips(self, slips: Sequence[Slip], commune: str, now: dt.datetime) -> File:
        """The slips, late."""
        self.times += 1
        self.began.set()
        assert self.let.wait(20)
        if self.fails:
            raise OSError("no letters to draw with")
        return super().slips(slips, commune, now)


class Office:
    """A program at work, an officer whose list waits for her press, and what she is sent."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.documents = Slow(talk.knowledge)
        self.bell = Bell(talk.database)
        self.easel = Easel(lambda: self.bell.ring(INBOX))
        self.worker = Worker(
            talk.database, self.bell, {CHANNEL: ScriptedChannel(CHANNEL, CAPABILITIES[CHANNEL])}, talk.knowledge,
            lambda: talk.now, talk.chance, Metrics(), documents=self.documents, easel=self.easel,
        )  # fmt: skip
        self.postbox = Postbox(talk.database, self.bell, lambda: talk.now)
        self._count = 0

    async def gets(self, person: Person, **line: str) -> None:
        """The program is told that something came in."""
        self._count += 1
        body = json.dumps({"from": person.address, **line}).encode()
        key = f"{id(self)}-{self._count}"
        await self.postbox.accept(CHANNEL, [Envelope(key, person.address, self._count, body)])

    async def told(self, person: Person) -> list[Rendered]:
        """Everything written to somebody."""
        vault = self.talk.database.vault
        query = sa.select(outbox.c.body).where(outbox.c.lane == vault.lane(CHANNEL, person.address))
        async with self.talk.database.read() as connection:
            bodies = (await connection.execute(query.order_by(outbox.c.id))).scalars().all()
        return [Rendered.from_json(json.loads(vault.open(body))) for body in bodies]

    async def hears(self, person: Person, words: str) -> Rendered:
        """Waits until that is written to him."""
        async with asyncio.timeout(10):
            while True:
                for said in await self.told(person):
                    if words in said.text:
                        return said
                await asyncio.sleep(0.02)

    async def slips(self, person: Person) -> list[str]:
        """The codes on the slips he is handed; there is one paper of them."""
        [paper] = [said.file for said in await self.told(person) if said.file]
        page = pypdf.PdfReader(io.BytesIO(paper.data)).pages[0].extract_text()
        return ["".join(found) for found in re.findall(r"\b([2-9A-Z]{3})\s([2-9A-Z]{3})\b", page)]

    async def drawing(self) -> None:
        """Waits until the slips are begun."""
        assert await asyncio.to_thread(self.documents.began.wait, 10)

    async def counts(self) -> tuple[int, int, int]:
        """Places of lists, invitations, and lists that wait."""
        async with self.talk.database.read() as connection:
            found = [await connection.scalar(sa.select(sa.func.count()).select_from(t))
                     for t in (roster, invitation, checked_list)]  # fmt: skip
        return tuple(int(n or 0) for n in found)  # type: ignore[return-value]


@asynccontextmanager
async def opened(talk: Talk) -> AsyncIterator[Office]:
    """The program from start to stop."""
    office = Office(talk)
    running = asyncio.create_task(office.worker.run())
    try:
        yield office
    finally:
        office.worker.stopping.set()
        office.bell.ring(INBOX)
        await running
        office.documents.let.set()
        await office.easel.close()
        await office.postbox.close()


@pytest.fixture
def talk(database: Database, knowledge: Knowledge) -> Talk:
    """People to talk as."""
    return Talk(database, knowledge)


@pytest.fixture
async def hoa(talk: Talk) -> Person:
    """An officer whose list of three was checked."""
    hoa = await talk.officer("Hoa")
    await hoa.hands_over(Sheet(Roster([], PEOPLE)))
    return hoa


async def test_others_are_answered_while_slips_are_drawn(talk: Talk, hoa: Person) -> None:
    lan = await talk.citizen("Lan")
    async with opened(talk) as office:
        await office.gets(hoa, press=TAKE)
        await office.drawing()
        await office.gets(hoa, text="menu")
        await office.gets(lan, text="menu")
        await office.hears(lan, "")
        assert await office.told(hoa) == [], "her own messages are answered in their order"
        assert await office.counts() == (0, 0, 1), "nothing is stored before the slips are there"
        office.documents.let.set()
        await office.hears(hoa, "Phiếu mời của 3 người")
        slips = await office.slips(hoa)
        await office.hears(hoa, "cần việc gì")
    assert office.documents.times == 1
    assert await office.counts() == (3, 3, 0)
    for code in slips:
        newcomer = await talk.citizen()
        await newcomer.says(f"/start {code}")
        assert "Tổ Thôn 3" in newcomer.reads
    assert len(slips) == 3


async def test_whoever_takes_over_from_a_dead_program_draws_slips_anew(talk: Talk, hoa: Person) -> None:
    async with opened(talk) as first:
        await first.gets(hoa, press=TAKE)
        await first.drawing()
        assert await first.counts() == (0, 0, 1)
    assert await first.told(hoa) == []
    talk.now += LEASE
    async with opened(talk) as second:
        second.documents.let.set()
        await second.hears(hoa, "Phiếu mời của 3 người")
        slips = await second.slips(hoa)
    assert await second.counts() == (3, 3, 0)
    an = await talk.citizen("An")
    await an.says(f"/start {slips[0]}")
    assert "Tổ Thôn 3" in an.reads


async def test_slips_that_cannot_be_drawn_are_told_and_the_list_still_waits(talk: Talk, hoa: Person) -> None:
    async with opened(talk) as office:
        office.documents.fails = True
        office.documents.let.set()
        await office.gets(hoa, press=TAKE)
        async with asyncio.timeout(10):
            while not await office.told(hoa):
                talk.now += dt.timedelta(seconds=2)
                office.bell.ring(INBOX)
                await asyncio.sleep(0.05)
        assert await office.counts() == (0, 0, 1)
        office.documents.fails = False
        await office.gets(hoa, press=TAKE)
        await office.hears(hoa, "Phiếu mời của 3 người")
    async with talk.database.read() as connection:
        states = (await connection.execute(sa.select(inbox.c.state, inbox.c.error).order_by(inbox.c.id))).all()
    assert [tuple(row) for row in states] == [("failed", "RuntimeError"), ("done", None)]


async def test_nobody_gets_a_second_code_from_a_list_taken_twice_at_once(talk: Talk, hoa: Person) -> None:
    lists = talk.knowledge.lists
    async with opened(talk) as office:
        await office.gets(hoa, press=TAKE)
        await office.drawing()
        async with talk.memory() as memory:  # by the operator, of two of them
            told = listed(Roster([], PEOPLE[:2]), lists)
            await memory.rosters.take(COMMUNE, told, talk.now, name_key=reading.name_key, place_key=place_key(lists))
        office.documents.let.set()
        await office.hears(hoa, "Phiếu mời của 1 người")
        slips = await office.slips(hoa)
    assert len(slips) == 1
    assert await office.counts() == (3, 3, 0)
    assert office.documents.times == 2
