"""The hourly upkeep: what has had its time goes, a little at a time, and nobody who has just written."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.settings import Settings
from bot.talk import Talk
from content.knowledge import Knowledge
from storage import upkeep
from storage.inbox import Inbox, Incoming
from storage.memory import Memory
from storage.privacy import QUIET_CITIZEN
from storage.schema import chat, inbox, outbox, person
from tests.talk import SATURDAY

LATER = SATURDAY + QUIET_CITIZEN + dt.timedelta(hours=1)
MANY = upkeep.PEOPLE_AT_ONCE + 3


@pytest.fixture
async def talk(tmp_path: Path, knowledge: Knowledge) -> AsyncIterator[Talk]:
    """More citizens than are erased at once, of whom two have written."""
    talk = Talk(Settings(database_url=f"sqlite:///{tmp_path / 'bot.db'}", _env_file=None), knowledge, SATURDAY)
    await talk.open()
    await talk.take({"people": [{"name": f"bà con {n}", "role": "citizen"} for n in range(MANY)]})
    for n in (0, MANY - 1):
        await talk.take({"from": f"bà con {n}", "text": "menu"})
    yield talk
    await talk.close()


async def left(talk: Talk, table: sa.Table) -> int:
    """Rows of a table."""
    async with talk.database.read() as connection:
        return (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()


async def test_everybody_quiet_is_forgotten_and_so_is_what_was_written(talk: Talk) -> None:
    assert [await left(talk, table) for table in (person, inbox, outbox)] == [MANY, 2, 2]
    await talk.take({"tick": LATER.isoformat()})
    assert [await left(talk, table) for table in (person, chat, inbox, outbox)] == [0, 0, 0, 0]


async def test_what_ends_half_way_is_gone_on_with_at_the_next_time(talk: Talk) -> None:
    erased = 0

    def dies(_connection: object, _cursor: object, text: str, *_: object) -> None:
        nonlocal erased
        erased += text.startswith("DELETE FROM person")
        if erased == MANY:
            raise ConnectionError

    engine = talk.database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", dies)
    with pytest.raises(ConnectionError):
        await upkeep.retire(talk.database, LATER)
    sa.event.remove(engine, "before_cursor_execute", dies)
    assert await left(talk, person) == MANY - upkeep.PEOPLE_AT_ONCE
    await talk.take({"tick": LATER.isoformat()})
    assert [await left(talk, table) for table in (person, inbox, outbox)] == [0, 0, 0]


async def test_whoever_writes_meanwhile_is_spared(talk: Talk) -> None:
    async with talk.database.read() as connection:
        quiet = await Memory(connection, talk.database.vault).privacy.quiet(LATER, MANY)
    assert len(quiet) == MANY
    wrote, waits = quiet[3], quiet[5]
    async with talk.database.write() as connection:
        memory = Memory(connection, talk.database.vault)
        lanes = {r.person_id: r.lane for r in await connection.execute(sa.select(chat.c.person_id, chat.c.lane))}
        heard = await memory.people.find("web", lanes[wrote])
        assert heard is not None
        await memory.people.save_chats([(heard.id, {})], LATER)
        await Inbox(connection).store([Incoming("web", "new", lanes[waits], 1, b"sealed")], LATER)
        await memory.privacy.erase_quiet(quiet, LATER)
        assert set((await connection.execute(sa.select(person.c.id))).scalars()) == {wrote, waits}


async def test_more_than_one_go_is_gone_on_with_at_the_next_look(talk: Talk) -> None:
    old = {"channel": "web", "state": "done", "received_at": SATURDAY, "due_at": SATURDAY, "done_at": SATURDAY}
    keys = upkeep.ROWS_AT_ONCE * upkeep.PORTIONS + 1
    async with talk.database.write() as connection:
        await connection.execute(sa.insert(inbox), [{"key": f"k{n}", "seq": n, **old} for n in range(keys)])
    await talk.take({"tick": LATER.isoformat()})
    assert await left(talk, inbox) > 0
    await talk.take({"tick": (LATER + dt.timedelta(seconds=5)).isoformat()})
    assert await left(talk, inbox) == 0


async def test_an_erasure_reads_no_message_of_others(talk: Talk) -> None:
    async with talk.database.write() as connection:
        assert (await connection.execute(sa.select(outbox.c.chat_id).where(outbox.c.state == "sent"))).all() == [
            (None,), (None,),
        ]  # fmt: skip
        for table, column in (("outbox", "chat_id"), ("report_version", "made_by"), ("push", "held_chat_id")):
            plan = await connection.execute(sa.text(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = 7"))  # noqa: S608
            assert "USING" in plan.one().detail, f"{table}.{column}"
