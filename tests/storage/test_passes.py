"""The officers' page: a link works once and within its minutes, a session ends, nothing readable is kept of them."""

import datetime as dt

import sqlalchemy as sa

from storage.database import Database
from storage.memory import Memory
from storage.passes import LINK_LASTS, SESSION_LASTS
from storage.schema.pages import page_pass
from tests.storage.village import SATURDAY, build

MINUTE = dt.timedelta(minutes=1)


async def test_a_link_lets_in_once_and_the_session_lasts_its_hours(database: Database) -> None:
    async with database.write() as connection:
        village, passes = await build(connection), Memory(connection, database.vault).passes
        hoa = village.person["hoa"]
        code = await passes.offer(hoa, SATURDAY)
        assert await passes.waits(code, SATURDAY)
        entered = await passes.enter(code, SATURDAY + LINK_LASTS - MINUTE)
        assert entered is not None
        token, person = entered
        assert person == hoa
        assert await passes.enter(code, SATURDAY) is None
        assert not await passes.waits(code, SATURDAY)
        begun = SATURDAY + LINK_LASTS - MINUTE
        assert await passes.whose(token, begun + SESSION_LASTS - MINUTE) == hoa
        assert await passes.whose(token, begun + SESSION_LASTS) is None
        assert await passes.whose(code, SATURDAY) is None
        await passes.end(token)
        assert await passes.whose(token, begun) is None


async def test_a_link_ends_by_itself_and_with_the_next_one(database: Database) -> None:
    async with database.write() as connection:
        village, passes = await build(connection), Memory(connection, database.vault).passes
        late = await passes.offer(village.person["hoa"], SATURDAY)
        assert await passes.enter(late, SATURDAY + LINK_LASTS) is None
        first = await passes.offer(village.person["hoa"], SATURDAY)
        others = await passes.offer(village.person["chi"], SATURDAY)
        second = await passes.offer(village.person["hoa"], SATURDAY)
        assert await passes.enter(first, SATURDAY) is None
        assert await passes.enter(second, SATURDAY) is not None
        assert await passes.enter(others, SATURDAY) is not None
        assert await passes.enter("", SATURDAY) is None


async def test_nothing_readable_is_kept_and_what_ended_is_dropped(database: Database) -> None:
    async with database.write() as connection:
        village, memory = await build(connection), Memory(connection, database.vault)
        code = await memory.passes.offer(village.person["hoa"], SATURDAY)
        entered = await memory.passes.enter(code, SATURDAY)
        assert entered is not None
        await memory.passes.offer(village.person["chi"], SATURDAY)
        rows = str((await connection.execute(sa.select(page_pass))).all())
        assert code not in rows
        assert entered[0] not in rows
        await memory.privacy.erase(village.person["chi"])
        assert (await memory.privacy.retire(SATURDAY + LINK_LASTS))["passes"] == 0
        assert (await memory.privacy.retire(SATURDAY + SESSION_LASTS))["passes"] == 1
