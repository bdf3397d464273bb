"""A walk that goes to another member: once, whoever hurries, and never out of the commune."""

import asyncio
import datetime as dt

import pytest

from storage.database import Database
from storage.memory import Memory
from storage.runs import Overtaken, Run
from storage.scope import NotAllowed
from storage.short_codes import LASTS
from storage.walks import NAMES_KEPT
from tests.storage.village import SATURDAY, Village, build


async def begun(memory: Memory, village: Village, who: str = "an", *, helping: bool = True) -> Run:
    return await memory.runs.start(
        village.person[who], "vneid-kich-hoat", 3, "co-app", helping=helping, now=SATURDAY, nudge_at=None
    )


async def test_of_two_who_type_the_code_at_once_one_has_the_walk(database: Database) -> None:
    async with database.write() as connection:
        memory, village = Memory(connection, database.vault), await build(connection)
        run = await begun(memory, village)
        code = await memory.walks.offer(village.scope["an"], run.id, SATURDAY)

    async def takes(who: str) -> bool:
        async with database.write() as connection:
            memory = Memory(connection, database.vault)
            return await memory.walks.take(village.scope[who], code, SATURDAY) is not None

    took = await asyncio.gather(takes("bình"), takes("dũng"))
    assert sorted(took) == [False, True]
    async with database.read() as connection:
        memory = Memory(connection, database.vault)
        held = [len(await memory.walks.open(village.person[who])) for who in ("an", "bình", "dũng")]
    assert held == [0, *map(int, took)]


async def test_a_press_of_the_giver_that_comes_too_late_moves_nothing(database: Database) -> None:
    async with database.write() as connection:
        memory, village = Memory(connection, database.vault), await build(connection)
        run = await begun(memory, village)
        code = await memory.walks.offer(village.scope["an"], run.id, SATURDAY)
        assert await memory.walks.take(village.scope["bình"], code, SATURDAY + dt.timedelta(seconds=1))
        with pytest.raises(Overtaken):
            await memory.runs.move(
                run, step="mo-app", answers={}, history=("co-app",), version=3, obstacle=None, now=SATURDAY,
                nudge_at=None,
            )  # fmt: skip


@pytest.mark.parametrize("who", ["an", "lan", "hoa", "minh", "nga", "oanh"])
async def test_not_the_giver_nor_another_commune_nor_whoever_is_in_no_team(database: Database, who: str) -> None:
    async with database.write() as connection:
        memory, village = Memory(connection, database.vault), await build(connection)
        run = await begun(memory, village)
        code = await memory.walks.offer(village.scope["an"], run.id, SATURDAY)
        assert await memory.walks.take(village.scope[who], code, SATURDAY) is None
        assert await memory.walks.take(village.scope["bình"], code, SATURDAY + LASTS) is None
        assert await memory.walks.take(village.scope["bình"], code, SATURDAY) is not None


@pytest.mark.parametrize("who", ["bình", "hoa", "oanh"])
async def test_only_the_helper_offers_his_own(database: Database, who: str) -> None:
    async with database.write() as connection:
        memory, village = Memory(connection, database.vault), await build(connection)
        run, alone = await begun(memory, village), await begun(memory, village, who, helping=False)
        for one in (run, alone):
            with pytest.raises(NotAllowed):
                await memory.walks.offer(village.scope[who], one.id, SATURDAY)
        assert not await memory.walks.name(village.person[who], run.id, "bà", SATURDAY)


async def test_a_nickname_goes_when_nobody_went_on_for_long(database: Database) -> None:
    async with database.write() as connection:
        memory, village = Memory(connection, database.vault), await build(connection)
        run = await begun(memory, village)
        assert await memory.walks.name(village.person["an"], run.id, "bà", SATURDAY)
        assert [walk.name for walk in await memory.walks.open(village.person["an"])] == ["bà"]
        await memory.privacy.retire(SATURDAY + NAMES_KEPT)
        assert [walk.name for walk in await memory.walks.open(village.person["an"])] == ["bà"]
        await memory.privacy.retire(SATURDAY + NAMES_KEPT + dt.timedelta(minutes=1))
        assert [walk.name for walk in await memory.walks.open(village.person["an"])] == [None]
