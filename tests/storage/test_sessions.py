"""Group sessions become one entry, and days of activity count once, under one plan, for whom they are due."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.memory import Memory
from storage.periods import Period
from storage.report import report
from storage.schema import assistance
from storage.schema.people import group_session
from storage.scope import NotAllowed
from tests.storage.village import COMMUNE, SATURDAY, Village, build

MONTH = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
WEEK = Period(dt.date(2026, 11, 16), dt.date(2026, 11, 22))


async def setting(connection: AsyncConnection, database: Database) -> tuple[Memory, Village]:
    return Memory(connection, database.vault), await build(connection)


async def days(memory: Memory, village: Village, who: str = "hoa") -> dict[str, list[tuple[str, int | None]]]:
    """Days of activity as that person sees them, by name."""
    found = await memory.activity.days(village.scope[who], COMMUNE, MONTH)
    return {a.name or "": [(f"{day:%d/%m}", of) for day, of in sorted(a.days.items())] for a in found}


async def test_a_session_becomes_one_entry_with_several_people_and_members(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        session, code = await memory.sessions.open(
            village.scope["chi"],
            village.team["một"],
            SATURDAY,
            hamlet_id=village.hamlet["thôn 1"],
            place="nha_van_hoa",
        )
        assert await memory.sessions.by_code(code.lower()) == session.id
        for who in ("an", "dũng", "an"):
            session = await memory.sessions.join(village.scope[who], session.id, SATURDAY)
        assert session.members == 3
        assert await memory.sessions.attendees(village.scope["chi"], session.id) == ["an", "chi", "dũng"]
        contents = {"vneid_kich_hoat": 10, "lua_dao": None}
        entry = await memory.sessions.close(village.scope["chi"], session.id, 25, contents, SATURDAY)
        assert (entry.people, entry.session, entry.contents, entry.place) == (25, True, contents, "nha_van_hoa")
        figures = await report(connection, COMMUNE, WEEK, SATURDAY)
        assert {i["code"]: i["value"] for i in figures["indicators"]}["8"] == 1
        assert await days(memory, village) == {
            "an": [("21/11", None)], "chi": [("21/11", None)], "dũng": [("21/11", None)],
        }  # fmt: skip
        with pytest.raises(NotAllowed):
            await memory.sessions.close(village.scope["chi"], session.id, 25, contents, SATURDAY)
        assert await connection.scalar(sa.select(sa.func.count()).select_from(assistance)) == 1


async def test_a_session_that_was_none_gives_no_day(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        session, _ = await memory.sessions.open(village.scope["an"], village.team["một"], SATURDAY)
        await memory.sessions.cancel(village.scope["an"], session.id, SATURDAY)
        assert await days(memory, village) == {}
        assert await memory.sessions.running(village.scope["an"], SATURDAY) == []


async def test_the_day_is_lost_with_the_entry_that_is_taken_back(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        session, _ = await memory.sessions.open(village.scope["chi"], village.team["một"], SATURDAY)
        await memory.sessions.join(village.scope["an"], session.id, SATURDAY)
        entry = await memory.sessions.close(village.scope["chi"], session.id, 5, {"ky_nang": None}, SATURDAY)
        await memory.log.void(village.scope["chi"], entry.id or 0, "nhầm", SATURDAY)
        assert await days(memory, village) == {}


async def test_who_may_come_close_and_see(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        session, code = await memory.sessions.open(village.scope["an"], village.team["một"], SATURDAY)
        for who in ("lan", "oanh", "hoa", "khánh", "minh"):
            with pytest.raises(NotAllowed):
                await memory.sessions.join(village.scope[who], session.id, SATURDAY)
        await memory.sessions.join(village.scope["bình"], session.id, SATURDAY)
        for who in ("bình", "dũng", "giang", "lan", "khánh", "minh", "nga", "oanh"):
            with pytest.raises(NotAllowed):
                await memory.sessions.close(village.scope[who], session.id, 3, {"ky_nang": None}, SATURDAY)
            with pytest.raises(NotAllowed):
                await memory.sessions.attendees(village.scope[who], session.id)
        with pytest.raises(NotAllowed):
            await memory.sessions.join(village.scope["dũng"], session.id, SATURDAY + dt.timedelta(days=1))
        await memory.sessions.leave(village.scope["bình"], session.id)
        entry = await memory.sessions.close(village.scope["hoa"], session.id, 3, {"ky_nang": None}, SATURDAY)
        assert (entry.member_id, entry.entered_by) == (None, village.person["hoa"])
        assert await memory.sessions.by_code(code) is None
        kept = (await connection.execute(sa.select(group_session))).mappings().one()
        assert code not in [str(v) for v in kept.values()]


async def test_a_day_counts_once_under_the_narrowest_plan_or_the_sessions_own(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        hoa = village.scope["hoa"]
        wide = await memory.activity.make_plan(
            hoa, COMMUNE, "Kế hoạch năm", Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), SATURDAY
        )
        narrow = await memory.activity.make_plan(hoa, COMMUNE, "60 ngày đêm", MONTH, SATURDAY)
        for day in ("2026-11-16", "2026-11-16", "2026-11-18"):
            await memory.log.add(village.entry("an", day=day), SATURDAY)
        session, _ = await memory.sessions.open(village.scope["chi"], village.team["một"], SATURDAY, plan_id=wide.id)
        await memory.sessions.join(village.scope["an"], session.id, SATURDAY)
        await memory.log.add(village.entry("an", day="2026-11-21"), SATURDAY)
        await memory.sessions.close(village.scope["chi"], session.id, 5, {"ky_nang": None}, SATURDAY)
        assert await days(memory, village) == {
            "an": [("16/11", narrow.id), ("18/11", narrow.id), ("21/11", wide.id)], "chi": [("21/11", wide.id)],
        }  # fmt: skip
        assert [p.name for p in await memory.activity.plans(COMMUNE, WEEK)] == ["60 ngày đêm", "Kế hoạch năm"]
        await memory.activity.end_plan(hoa, narrow.id, SATURDAY)
        assert (await days(memory, village))["an"] == [("16/11", wide.id), ("18/11", wide.id), ("21/11", wide.id)]


@pytest.mark.parametrize(("who", "seen"), [
    ("hoa", ["an", "dũng"]), ("chi", ["an"]), ("an", ["an"]), ("bình", []), ("giang", ["dũng"]), ("khánh", []),
    ("minh", []), ("nga", []),
])  # fmt: skip
async def test_days_are_seen_by_those_they_concern(database: Database, who: str, seen: list[str]) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        for member, of in (("an", "một"), ("dũng", "hai")):
            await memory.log.add(village.entry(member, of), SATURDAY)
        assert sorted(await days(memory, village, who)) == seen


async def test_what_a_person_was_at_is_shown_to_him_and_goes_with_him(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        session, _ = await memory.sessions.open(village.scope["chi"], village.team["một"], SATURDAY)
        await memory.sessions.join(village.scope["an"], session.id, SATURDAY)
        assert len((await memory.privacy.everything(village.person["an"]))["sessions"]) == 1
        await memory.privacy.erase(village.person["an"])
        assert (await memory.sessions.get(village.scope["chi"], session.id) or session).members == 1
