"""A walk through a guide is moved by one turn at a time, from whatever chats its person writes."""

import datetime as dt

import pytest

from storage.database import Database
from storage.memory import Memory
from storage.runs import Overtaken, Run

NOW = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(seconds=1)


async def _step(memory: Memory, run: Run, step: str, now: dt.datetime) -> Run:
    return await memory.runs.move(
        run, step=step, answers={}, history=(run.step,), version=1, obstacle=None, now=now, nudge_at=None
    )


async def test_a_move_from_a_place_already_left_is_refused_and_changes_nothing(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        chat = await memory.people.admit("web", "an", consent_version=1, now=NOW)
        run = await memory.runs.start(chat.person_id, "g", 1, "a", helping=False, now=NOW, nudge_at=None)
    async with database.write() as connection:
        await _step(Memory(connection, database.vault), run, "b", LATER)
    async with database.write() as connection:
        with pytest.raises(Overtaken):
            await _step(Memory(connection, database.vault), run, "z", LATER)
    async with database.read() as connection:
        stands = await Memory(connection, database.vault).runs.latest_open(chat.person_id)
    assert stands is not None
    assert stands.step == "b"
