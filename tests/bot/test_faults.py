"""What goes wrong beside a message stops nobody: channels away, keys gone, leases run out."""

import datetime as dt
import random
from collections.abc import AsyncIterator

import pytest

from bot.channels.base import Envelope
from bot.channels.capabilities import CAPABILITIES
from bot.metrics import Metrics
from bot.postbox import Postbox
from bot.scheduler import Scheduler
from bot.talk import ScriptedChannel
from bot.worker import Worker
from content.knowledge import Knowledge
from storage.bell import Bell
from storage.database import BadUrl, Database
from storage.memory import Memory
from storage.outbox import LEASE, Outgoing
from storage.vault import Vault

NOW = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)


class House:
    """The parts between the boxes, with a clock a test moves."""

    def __init__(self, database: Database, knowledge: Knowledge) -> None:
        self.now = NOW
        self.database = database
        self.bell = Bell(database)
        self.channels = {name: ScriptedChannel(name, CAPABILITIES[name]) for name in ("web", "telegram")}
        self.postbox = Postbox(database, self.bell, self.clock)
        parts = (database, self.bell, self.channels, knowledge, self.clock, random.Random(1))
        self.worker = Worker(*parts, Metrics())
        self.scheduler = Scheduler(*parts)
        self._seq = 0

    def clock(self) -> dt.datetime:
        return self.now

    async def gets(self, name: str, text: str, channel: str = "web") -> None:
        """A message comes in."""
        self._seq += 1
        body = f'{{"from": "{name}", "text": "{text}"}}'.encode()
        await self.postbox.accept(channel, [Envelope(f"k{self._seq}", name, self._seq, body)])

    async def works(self) -> None:
        """Everything waiting is handled."""
        for _ in range(20):
            if not await self.worker.work():
                return

    async def boxes(self) -> tuple[dict[str, int], dict[str, int]]:
        async with self.database.read() as connection:
            memory = Memory(connection, self.database.vault)
            return await memory.inbox.counts(), await memory.outbox.counts()


@pytest.fixture
async def house(database: Database, knowledge: Knowledge) -> AsyncIterator[House]:
    house = House(database, knowledge)
    yield house
    await house.postbox.close()


async def test_messages_of_a_channel_switched_off_wait_and_stop_nobody(house: House) -> None:
    await house.gets("an", "chào", "telegram")
    await house.gets("bình", "chào")
    telegram = house.channels.pop("telegram")
    await house.works()
    assert (await house.boxes())[0] == {"new": 1, "done": 1}
    house.channels["telegram"] = telegram
    await house.works()
    assert (await house.boxes())[0] == {"done": 2}


async def test_a_message_that_breaks_its_conversation_is_set_aside_and_others_go_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handlers import router

    whole = router.handle

    async def fragile(turn: object) -> None:
        if turn.message.text == "vỡ":  # type: ignore[attr-defined]
            raise RuntimeError("broken")
        await whole(turn)  # type: ignore[arg-type]

    monkeypatch.setattr(router, "handle", fragile)
    for name, text in (("an", "vỡ"), ("bình", "chào"), ("an", "chào")):
        await house.gets(name, text)
    for _ in range(5):
        await house.works()
        house.now += dt.timedelta(seconds=10)
    inbox, outbox = await house.boxes()
    assert inbox == {"failed": 1, "done": 2}
    assert outbox == {"queued": 3}  # two greetings and one apology


async def test_a_result_that_comes_after_its_lease_ran_out_changes_nothing(house: House) -> None:
    vault = house.database.vault
    letter = Outgoing("k", "telegram", "lane", vault.seal(b"a"), None, vault.seal(b"b"))
    async with house.database.write() as connection:
        outbox = Memory(connection, vault).outbox
        await outbox.put([letter], NOW)
        (claimed,) = await outbox.claim(NOW, 5, ["telegram"])
    late = NOW + LEASE + dt.timedelta(seconds=1)
    async with house.database.write() as connection:
        assert await Memory(connection, vault).outbox.expire_leases(late) == 1
    async with house.database.write() as connection:
        outbox = Memory(connection, vault).outbox
        await outbox.again([(claimed.id, late, "later")])
        await outbox.settle([(claimed.id, "sent", None)], late)
    assert (await house.boxes())[1] == {"unknown": 1}


async def test_one_address_nobody_can_read_stops_no_reminder(house: House) -> None:
    for name in ("an", "bình"):
        for text in ("chào", "đồng ý", "để sau", "kích hoạt vneid", "1", "xong"):
            await house.gets(name, text)
    await house.works()
    foreign = Vault(b"another secret").seal(b"an")
    async with house.database.write() as connection:
        import sqlalchemy as sa

        from storage.schema import chat

        first = sa.select(sa.func.min(chat.c.id)).scalar_subquery()
        await connection.execute(sa.update(chat).where(chat.c.id == first).values(address=foreign))
    house.now += dt.timedelta(days=2)
    assert await house.scheduler.sweep() == 1
    assert await house.scheduler.sweep() == 0


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_two_programs_never_handle_messages_on_one_file(database_url: str) -> None:
    first, second = Database(database_url, Vault(b"test")), Database(database_url, Vault(b"test"))
    first.claim()
    with pytest.raises(BadUrl, match="in use"):
        second.claim()
    await first.close()
    second.claim()
    await second.close()
