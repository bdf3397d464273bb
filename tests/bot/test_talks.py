"""Two people who talk through us over real channels: in order, without each other's addresses, nothing swallowed."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from bot.channels.base import Envelope, Outcome, Sent
from content.knowledge import Knowledge
from storage.database import Database
from storage.memory import Memory
from storage.periods import VIETNAM
from storage.schema import chat, outbox
from storage.schema.handover import passed_on
from storage.scope import Grant
from tests.bot.test_held import HELD
from tests.bot.test_held import House as Hall
from tests.bot.whole_way import house
from tests.emulators.telegram import Limits, TelegramEmulator
from tests.emulators.telegram.face import Person

COMMUNE = "31441"


async def settle(memory: Memory, who: str, channel: str, *, member: bool) -> None:
    """At home in the commune; a member of a team there."""
    lane = memory.vault.lane(channel, who)
    found = await memory.people.find(channel, lane)
    assert found is not None
    named = {"name": "An"} if member else {}
    await memory.people.set(found.person_id, commune=COMMUNE, **named)
    if member:
        now = dt.datetime.now(dt.UTC)
        team = await memory.people.ensure_team(COMMUNE, "Tổ Thôn 3", now.date())
        await memory.people.grant(found.person_id, Grant("member", commune=COMMUNE, team_id=team), now)


async def test_over_telegram_words_arrive_in_order_and_a_block_is_told(
    database_url: str, knowledge: Knowledge
) -> None:
    async with (
        TelegramEmulator(limits=Limits.none(), time_scale=20) as tg,
        house(tg, database_url, knowledge) as home,
    ):
        tư, an = await home.walker("Tư"), await home.walker("An")
        async with home.app.database.write() as connection:
            memory = Memory(connection, home.app.database.vault)
            for person in (tư, an):
                await settle(memory, str(person.id), "telegram", member=person is an)
            at = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)  # asked by hand: opening hours are another story
            await memory.handover.ask(await _id(memory, str(tư.id)), COMMUNE, at, at)
        await an.sends("yêu cầu đang chờ")
        await an.waits_for("Không rõ thôn")
        await an.presses("Nhận yêu cầu 1")
        await tư.waits_for("An, Tổ Thôn 3")
        before = len(an.sees)
        words = ["bác bấm vào đây", "xong", "rồi sao nữa", "1"]
        for word in words:
            await tư.sends(word)
        await home.quiet()
        heard = [str(m.raw.get("text")) for m in an.sees[before:]]
        assert heard == [f"💬 Bà con: {word}" for word in words]
        assert not any(str(tư.id) in text for text in heard)
        await tư.blocks()
        await home.quiet()
        await an.sends("bác ơi")
        await home.quiet()
        await home.until(lambda: _seen(an, "không tới được"), skipping=5.0)


async def _seen(person: Person, words: str) -> bool:
    return any(words in str(m.raw.get("text")) for m in person.sees)


async def _id(memory: Memory, address: str) -> int:
    found = await memory.people.find("telegram", memory.vault.lane("telegram", address))
    assert found is not None
    return found.person_id


class Village(Hall):
    """Several people on one account of Zalo."""

    async def hears(self, who: str, text: str) -> None:
        """Somebody writes, and is answered; what is due is written."""
        self._seq += 1
        body = f'{{"from": "{who}", "text": "{text}"}}'.encode()
        await self.postbox.accept("zalo_oa", [Envelope(f"k{self._seq}", who, self._seq, body)])
        while await self.worker.work():
            pass
        await self.scheduler.sweep()


@pytest.fixture
async def village(database: Database, knowledge: Knowledge) -> AsyncIterator[Village]:
    """A citizen and a member who talk."""
    village = Village(database, knowledge)
    village.now = dt.datetime(2026, 11, 18, 9, tzinfo=VIETNAM)
    for who in ("tư", "an"):
        for word in ("chào", "đồng ý", "để sau"):
            await village.hears(who, word)
    async with database.write() as connection:
        for who in ("tư", "an"):
            await settle(Memory(connection, database.vault), who, "zalo_oa", member=who == "an")
    await village.hears("tư", "gặp người")
    await village.hears("tư", "nhắn cho tổ của xã")
    await village.hears("an", "tôi nhận giúp")
    await village.sends()
    village.platform.arrived.clear()
    yield village
    await village.postbox.close()


@pytest.mark.parametrize(("who", "other"), [("an", "tư"), ("tư", "an")])
@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (HELD, "chưa tới"),
        (Sent(Outcome.REFUSED, "blocked", unreachable=True), "không tới được"),
        (Sent(Outcome.UNKNOWN, "timeout"), "có thể chưa tới"),
    ],
)
async def test_who_is_not_heard_is_told_why(village: Village, who: str, other: str, outcome: Sent, told: str) -> None:
    await village.hears(who, "nghe rõ không")
    village.platform.answers = [outcome]
    await village.sends()
    assert village.platform.arrived == []
    await village.scheduler.sweep()
    await village.sends()
    assert told in village.platform.arrived[0].replace("*", "")
    await village.scheduler.sweep()
    await village.sends()
    assert len(village.platform.arrived) == 1, "told once"
    if outcome is HELD:
        await village.hears(other, "vẫn đây")
        await village.sends()
        assert any("nghe rõ không" in text for text in village.platform.arrived)


async def test_nothing_said_in_a_talk_stays_in_the_database(village: Village, database: Database) -> None:
    for who in ("tư", "an", "tư"):
        await village.hears(who, "chuyện riêng của hai người")
    await village.sends()
    assert sum("chuyện riêng" in text for text in village.platform.arrived) == 3
    await village.hears("tư", "dừng")
    await village.hears("tư", "kết thúc nói chuyện")
    await village.sends()
    async with database.read() as connection:
        left = (await connection.execute(sa.select(outbox.c.body, outbox.c.address))).all()
        states = (await connection.execute(sa.select(chat.c.state))).scalars().all()
        kept = (await connection.execute(sa.select(passed_on))).all()
    assert all(body is None and address is None for body, address in left)
    assert "chuyện riêng" not in str(states)
    assert kept == []
