"""What one turn has told to others: it arrives once, where they were last heard, and leaves nothing behind."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.settings import Settings
from bot.talk import Answer, Talk
from content.knowledge import Knowledge
from handlers.turn import Choice, Reply, to_notice
from storage.memory import Memory
from storage.privacy import UNFETCHED_KEPT
from storage.schema.receivers import notice
from tests.talk import SATURDAY


@pytest.fixture
async def talk(tmp_path: Path, knowledge: Knowledge) -> AsyncIterator[Talk]:
    """An officer who wrote on two channels, on Telegram last."""
    talk = Talk(Settings(database_url=f"sqlite:///{tmp_path / 'bot.db'}", _env_file=None), knowledge, SATURDAY)
    await talk.open()
    await talk.take({"people": [{"name": "hoa", "role": "officer", "channel": "web"}]})
    for channel, minute in (("web", 1), ("telegram", 2)):
        at = SATURDAY + dt.timedelta(minutes=minute)
        await talk.take({"from": "hoa", "channel": channel, "text": "menu", "at": at.isoformat()})
    yield talk
    await talk.close()


async def tell(talk: Talk, *, minutes: int = 0) -> None:
    """Has Hoa told something with a choice."""
    async with talk.database.write() as connection:
        memory = Memory(connection, talk.database.vault)
        reply = Reply("Có việc mới.", (Choice("Xem", "m:menu"),))
        hoa = (await memory.people.officers("31441"))[0]
        due = talk.clock() + dt.timedelta(minutes=minutes)
        await memory.notices.put([hoa, hoa], memory.vault.seal(to_notice(reply)), talk.clock(), due)


async def tick(talk: Talk, minutes: int = 1) -> Answer:
    """So many minutes pass."""
    return await talk.take({"tick": (talk.clock() + dt.timedelta(minutes=minutes)).isoformat()})


async def kept(talk: Talk) -> int:
    """Notices still waiting."""
    async with talk.database.read() as connection:
        return (await connection.execute(sa.select(sa.func.count()).select_from(notice))).scalar_one()


async def test_it_arrives_once_where_the_person_was_last_heard(talk: Talk) -> None:
    await tell(talk)
    said = (await tick(talk)).said
    assert [(s.to, s.channel, s.message.text.splitlines()[0]) for s in said] == [("hoa", "telegram", "Có việc mới.")]
    assert await kept(talk) == 0
    assert not (await tick(talk)).said


async def test_its_choices_can_be_pressed_and_typed(talk: Talk) -> None:
    await tell(talk)
    await tick(talk)
    answer = await talk.take({"from": "hoa", "channel": "telegram", "text": "xem"})
    assert "cần việc gì" in answer.said[0].message.text


async def test_it_waits_for_its_time(talk: Talk) -> None:
    await tell(talk, minutes=10)
    assert not (await tick(talk, 5)).said
    assert len((await tick(talk, 5)).said) == 1


async def test_an_unreachable_person_is_not_waited_for_for_ever(talk: Talk) -> None:
    async with talk.database.write() as connection:
        memory = Memory(connection, talk.database.vault)
        for channel in ("web", "telegram"):
            await memory.people.mark_unreachable(memory.vault.lane(channel, "hoa"), channel, "blocked")
    await tell(talk)
    assert not (await tick(talk)).said
    assert await kept(talk) == 1
    await tick(talk, int((UNFETCHED_KEPT + dt.timedelta(hours=2)).total_seconds() // 60))
    assert await kept(talk) == 0
