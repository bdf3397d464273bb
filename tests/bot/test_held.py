"""Messages that may leave only once the person has written again: held without limit of patience, and never lost."""

import asyncio
import datetime as dt
import random
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from bot.channels.base import SENT, Envelope, Outcome, Sent
from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import Rendered
from bot.links import Links
from bot.metrics import Metrics
from bot.postbox import Postbox
from bot.scheduler import Scheduler
from bot.sender import Sender
from bot.talk import ScriptedChannel
from bot.worker import Addressee, Worker, post
from content.knowledge import Knowledge
from handlers.turn import Reply
from storage.bell import Bell
from storage.database import Database
from storage.memory import Memory
from storage.outbox import HELD_FOR
from storage.schema import guide_run, outbox

NOW = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
HELD = Sent(Outcome.HELD, "zalo_-230")


class Platform(ScriptedChannel):
    """Zalo's official account as the sender sees it: answers what it is told to, keeps what arrived."""

    def __init__(self) -> None:
        super().__init__("zalo_oa", CAPABILITIES["zalo_oa"])
        self.capabilities = CAPABILITIES["zalo_oa"]
        self.answers: list[Sent] = []
        self.arrived: list[str] = []
        self.asked = 0

    async def send(self, address: str, message: Rendered) -> Sent:
        self.asked += 1
        sent = self.answers.pop(0) if self.answers else SENT
        if sent is SENT:
            self.arrived.append(message.text)
        return sent


class House:
    """The parts between the boxes, with a clock a test moves."""

    def __init__(self, database: Database, knowledge: Knowledge) -> None:
        self.now = NOW
        self.database = database
        self.platform = Platform()
        bell, chance = Bell(database), random.Random(1)
        channels = {"zalo_oa": self.platform}
        self.postbox = Postbox(database, bell, self.clock)
        self.links = Links(None, database.vault, knowledge)
        parts = (database, bell, channels, knowledge, self.clock, chance)
        self.worker = Worker(*parts, Metrics(), self.links)
        self.scheduler = Scheduler(*parts, self.links)
        self.sender = Sender(database, bell, channels, {}, self.clock, chance, Metrics())
        self._seq = 0

    def clock(self) -> dt.datetime:
        return self.now

    async def gets(self, text: str) -> None:
        """An writes, and is answered in the database."""
        self._seq += 1
        body = f'{{"from": "an", "text": "{text}"}}'.encode()
        await self.postbox.accept("zalo_oa", [Envelope(f"k{self._seq}", "an", self._seq, body)])
        while await self.worker.work():
            pass

    async def sends(self) -> None:
        """All that may leave leaves."""
        for _ in range(20):
            await self.sender.step()
            await asyncio.gather(*self.sender._flying, return_exceptions=True)
        await self.sender.step(claim=False)

    async def pushes(self, text: str) -> None:
        """Something nobody asked for."""
        async with self.database.write() as connection:
            memory = Memory(connection, self.database.vault)
            lane = self.database.vault.lane("zalo_oa", "an")
            to = Addressee(self.platform, lane, "an", await memory.people.find("zalo_oa", lane))
            await post(memory, to, [Reply(text)], f"p{text}", self.now, self.links, bulk=True)

    async def states(self) -> dict[str, int]:
        async with self.database.read() as connection:
            return await Memory(connection, self.database.vault).outbox.counts()


@pytest.fixture
async def house(database: Database, knowledge: Knowledge) -> AsyncIterator[House]:
    house = House(database, knowledge)
    for word in ("chào", "đồng ý", "để sau"):
        await house.gets(word)
    await house.sends()
    house.platform.arrived.clear()
    yield house
    await house.postbox.close()


async def test_a_refused_message_waits_for_the_next_word_and_comes_before_its_answer(house: House) -> None:
    house.platform.answers = [HELD]
    await house.gets("menu")
    await house.sends()
    house.now += dt.timedelta(days=30)
    asked = house.platform.asked
    await house.sends()
    assert house.platform.asked == asked, "nothing is tried before the person writes"
    assert (await house.states())["held"] == 1
    await house.gets("dữ liệu của tôi")
    await house.sends()
    first, second = house.platform.arrived
    assert "toàn quyền" in second
    assert "toàn quyền" not in first


async def test_what_was_held_is_not_given_up_for_its_age(house: House) -> None:
    house.platform.answers = [HELD]
    await house.pushes("một")
    await house.pushes("hai")
    await house.sends()
    house.now += dt.timedelta(days=30)
    await house.gets("menu")
    house.platform.answers = [Sent(Outcome.LATER, "rate", retry_after=60)]
    await house.sends()
    assert "parked" not in await house.states()
    house.now += dt.timedelta(minutes=2)
    await house.sends()
    assert house.platform.arrived[:2] == ["một", "hai"]


async def test_a_word_that_came_while_the_message_was_refused_lets_it_go_again(house: House) -> None:
    await house.pushes("một")
    await house.sender.step()
    house.platform.answers = []
    (message,) = house.sender._flying.values()
    await asyncio.gather(*house.sender._flying)
    house.sender._results.settled.clear()
    house.platform.arrived.clear()
    house.sender._results.held = [(message, house.now)]
    house.now += dt.timedelta(seconds=1)
    await house.gets("menu")
    house.now += dt.timedelta(seconds=1)
    await house.sends()
    assert house.platform.arrived[0] == "một"


async def test_after_three_months_it_is_let_go(house: House) -> None:
    house.platform.answers = [HELD, HELD]
    await house.pushes("một")
    await house.sends()
    house.now += HELD_FOR + dt.timedelta(seconds=1)
    await house.sends()
    assert (await house.states())["parked"] == 1


async def test_what_nobody_asked_for_is_not_even_tried_after_the_free_hours(house: House) -> None:
    asked = house.platform.asked
    house.now += dt.timedelta(hours=48, seconds=1)
    await house.pushes("một")
    await house.sends()
    assert house.platform.asked == asked
    await house.gets("menu")
    await house.sends()
    assert house.platform.arrived[0] == "một"


async def test_within_the_free_hours_it_goes(house: House) -> None:
    house.now += dt.timedelta(hours=47)
    await house.pushes("một")
    await house.sends()
    assert house.platform.arrived == ["một"]


async def _walks(house: House) -> None:
    for word in ("kích hoạt vneid", "1"):
        await house.gets(word)
    await house.sends()
    house.platform.arrived.clear()


async def test_a_reminder_inside_the_free_hours_goes_and_a_later_one_is_dropped(house: House) -> None:
    await _walks(house)
    for _ in range(6):
        house.now += dt.timedelta(days=1)
        await house.scheduler.sweep()
        await house.sends()
    assert len(house.platform.arrived) == 1
    assert "held" not in await house.states()
    async with house.database.read() as connection:
        assert (await connection.execute(sa.select(guide_run.c.nudge_at))).scalar() is None


async def test_nobody_is_reminded_while_staff_talks_with_him(house: House) -> None:
    await _walks(house)
    house.now += dt.timedelta(days=1, hours=-1)
    lane = house.database.vault.lane("zalo_oa", "an")
    async with house.database.write() as connection:
        until = house.now + dt.timedelta(hours=12)
        await Memory(connection, house.database.vault).takeovers.begin("zalo_oa", lane, None, house.now, until)
    house.now += dt.timedelta(hours=2)
    await house.scheduler.sweep()
    await house.sends()
    assert house.platform.arrived == []


async def test_the_operator_sees_what_is_held_without_a_word_of_it(house: House) -> None:
    house.platform.answers = [HELD, Sent(Outcome.UNKNOWN, "zalo_-200")]
    await house.pushes("một")
    await house.sends()
    async with house.database.read() as connection:
        found = await Memory(connection, house.database.vault).outbox.doubtful(("held", "unknown", "parked"), 10)
    assert [(r["state"], r["channel"]) for r in found] == [("held", "zalo_oa")]
    assert "một" not in str(found)


async def test_woken_messages_leave_at_once(house: House) -> None:
    house.platform.answers = [Sent(Outcome.LATER, "needs_reauth", retry_after=600)]
    await house.pushes("một")
    await house.sends()
    async with house.database.write() as connection:
        await Memory(connection, house.database.vault).outbox.wake("zalo_oa", "needs_reauth", house.now)
    await house.sends()
    assert house.platform.arrived == ["một"]
    async with house.database.read() as connection:
        assert (await connection.execute(sa.select(outbox.c.state))).scalars().all()[-1] == "sent"
