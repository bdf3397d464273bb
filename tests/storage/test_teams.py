"""Teams and hamlets over the years: leaving, moving, renaming, merging, and last year's totals as they were."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.memory import Memory
from storage.periods import VIETNAM, Period
from storage.report import report
from storage.schema import audit, hamlet, team
from storage.scope import Grant, NotAllowed
from storage.statistics import recount
from tests.storage.village import COMMUNE, SATURDAY, Village, build

LATER = SATURDAY + dt.timedelta(days=7)
WEEK = Period(dt.date(2026, 11, 16), dt.date(2026, 11, 22))
NEXT = Period(dt.date(2026, 11, 23), dt.date(2026, 11, 29))


async def setting(connection: AsyncConnection, database: Database) -> tuple[Memory, Village]:
    return Memory(connection, database.vault), await build(connection)


async def totals(connection: AsyncConnection, period: Period) -> dict[str, Any]:
    """Indicator 1 of the commune and of each team."""
    document = await report(connection, COMMUNE, period, LATER)
    return {"all": document["indicators"][0]["value"]} | {t["team"]: t["indicators"]["1"] for t in document["teams"]}


async def roles(memory: Memory, village: Village, who: str) -> set[tuple[str, str | None]]:
    return {(g.role, g.team_name) for g in (await memory.people.scope(village.person[who])).grants}


async def test_an_officer_sees_every_team_and_a_head_his_own(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        found = await memory.teams.all(village.scope["hoa"], COMMUNE)
        assert [(t.name, t.heads, t.members) for t in found] == [("Tổ một", 1, 3), ("Tổ hai", 1, 2)]
        assert [t.name for t in await memory.teams.all(village.scope["chi"], COMMUNE)] == ["Tổ một"]
        assert await memory.teams.all(village.scope["an"], COMMUNE) == []
        members = await memory.teams.members(village.scope["chi"], village.team["một"])
        assert [(m.name, m.role) for m in members] == [("chi", "head"), ("an", "member"), ("bình", "member")]


async def test_who_leaves_sees_nothing_that_moment_and_his_entries_stay(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        entry = await memory.log.add(village.entry("an", people=4), SATURDAY)
        before = await totals(connection, WEEK)
        assert await memory.teams.end(village.scope["hoa"], village.person["an"], village.team["một"], SATURDAY) == 1
        left = await memory.people.scope(village.person["an"])
        assert left.grants == ()
        assert await memory.log.get(left, entry.id or 0) is None
        with pytest.raises(NotAllowed):
            await memory.log.add(village.entry("an"), SATURDAY)
        assert await totals(connection, WEEK) == before
        assert before["all"] == 4
        assert await memory.log.get(village.scope["hoa"], entry.id or 0) is not None


async def test_a_member_may_leave_by_himself(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        assert await memory.teams.end(village.scope["an"], village.person["an"], village.team["một"], SATURDAY) == 1
        assert await roles(memory, village, "an") == set()


async def test_who_moves_logs_for_the_new_team_and_the_old_one_keeps_what_was(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        await memory.log.add(village.entry("an", people=4), SATURDAY)
        await memory.teams.move(
            village.scope["hoa"], village.person["an"], village.team["một"], village.team["hai"], SATURDAY
        )  # fmt: skip
        assert await roles(memory, village, "an") == {("member", "Tổ hai")}
        await memory.log.add(village.entry("an", "hai", people=2), SATURDAY)
        assert await totals(connection, WEEK) == {"all": 6, "Tổ một": 4, "Tổ hai": 2}
        assert await recount(connection) == []


async def test_a_member_becomes_head_and_a_head_a_member(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        hoa, one = village.scope["hoa"], village.team["một"]
        await memory.teams.make(hoa, village.person["an"], one, "head", SATURDAY)
        await memory.teams.make(hoa, village.person["chi"], one, "member", SATURDAY)
        assert await roles(memory, village, "an") == {("head", "Tổ một")}
        assert await roles(memory, village, "chi") == {("member", "Tổ một")}
        with pytest.raises(NotAllowed):
            await memory.teams.make(hoa, village.person["dũng"], one, "head", SATURDAY)


async def test_a_renamed_team_is_called_by_its_old_name_in_reports_of_before(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        await memory.log.add(village.entry("an", people=4), SATURDAY)
        await memory.teams.rename(village.scope["hoa"], "team", village.team["một"], "Tổ Đông", LATER)
        await memory.log.add(village.entry("an", day="2026-11-28", people=3), LATER)
        assert await totals(connection, WEEK) == {"all": 4, "Tổ một": 4, "Tổ hai": None}
        assert await totals(connection, NEXT) == {"all": 3, "Tổ Đông": 3, "Tổ hai": None}
        assert dict(await memory.people.teams(COMMUNE))[village.team["một"]] == "Tổ Đông"


@pytest.mark.parametrize("name", ["Tổ hai", "x", "x" * 121])
async def test_a_name_that_is_taken_or_none_is_refused(database: Database, name: str) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        with pytest.raises(ValueError, match="name"):
            await memory.teams.rename(village.scope["hoa"], "team", village.team["một"], name, SATURDAY)
        with pytest.raises(ValueError, match="name"):
            await memory.teams.found(village.scope["hoa"], COMMUNE, name, SATURDAY)


async def test_a_merged_team_ends_its_people_go_on_and_the_years_total_stays(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        await memory.log.add(village.entry("dũng", "hai", people=5), SATURDAY)
        code = await memory.invitations.make(Grant("member", COMMUNE, None, village.team["hai"]), SATURDAY)
        await memory.teams.merge(village.scope["hoa"], "team", village.team["hai"], village.team["một"], LATER)
        assert await roles(memory, village, "dũng") == {("member", "Tổ một")}
        assert await roles(memory, village, "giang") == {("member", "Tổ một")}
        assert [name for _, name in await memory.people.teams(COMMUNE)] == ["Tổ một"]
        await memory.log.add(village.entry("dũng", "một", day="2026-11-28", people=2), LATER)
        assert await totals(connection, WEEK) == {"all": 5, "Tổ hai": 5, "Tổ một": None}
        year = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
        assert await totals(connection, year) == {"all": 7, "Tổ hai": 5, "Tổ một": 2}
        redeemed = await memory.invitations.redeem(code, village.person["oanh"], LATER)
        assert redeemed is not None
        assert redeemed.team_id == village.team["một"]
        with pytest.raises(NotAllowed):
            await memory.log.add(village.entry("dũng", "hai", day="2026-11-28"), LATER)


async def test_merged_hamlets_keep_their_entries_and_are_known_by_their_old_names(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        hoa, old = village.scope["hoa"], village.hamlet["thôn 1"]
        made = sa.insert(hamlet).values(commune=COMMUNE, name="thôn 2", valid_from=dt.date(2026, 1, 1))
        new = int((await connection.execute(made.returning(hamlet.c.id))).scalar_one())
        await connection.execute(sa.update(team).where(team.c.id == village.team["một"]).values(hamlet_id=old))
        entry = await memory.log.add(village.entry("an", hamlet_id=old, people=3), SATURDAY)
        await memory.teams.merge(hoa, "hamlet", old, new, LATER)
        await memory.teams.rename(hoa, "hamlet", new, "thôn Đông", LATER)
        assert [(h.name, set(h.formerly)) for h in await memory.teams.hamlets(COMMUNE)] == [
            ("thôn Đông", {"thôn 1", "thôn 2"})
        ]
        assert [(t.name, t.hamlet) for t in await memory.teams.all(hoa, COMMUNE)] == [
            ("Tổ một", "thôn Đông"), ("Tổ hai", None),
        ]  # fmt: skip
        kept = await memory.log.get(hoa, entry.id or 0)
        assert kept is not None
        assert kept.hamlet_id == old
        assert (await totals(connection, WEEK))["all"] == 3


async def test_a_hamlet_merged_twice_is_still_found(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        keys = [village.hamlet["thôn 1"]]
        for name in ("thôn 2", "thôn 3"):
            made = sa.insert(hamlet).values(commune=COMMUNE, name=name, valid_from=dt.date(2026, 1, 1))
            keys.append(int((await connection.execute(made.returning(hamlet.c.id))).scalar_one()))
        for old, new in ((keys[0], keys[1]), (keys[1], keys[2])):
            await memory.teams.merge(village.scope["hoa"], "hamlet", old, new, LATER)
        assert [(h.name, set(h.formerly)) for h in await memory.teams.hamlets(COMMUNE)] == [
            ("thôn 3", {"thôn 1", "thôn 2"})
        ]


@pytest.mark.parametrize("who", ["an", "chi", "khánh", "minh", "nga", "oanh"])
async def test_nobody_but_the_officer_changes_teams(database: Database, who: str) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        scope, one, two = village.scope[who], village.team["một"], village.team["hai"]
        for change in (
            lambda: memory.teams.end(scope, village.person["dũng"], two, SATURDAY),
            lambda: memory.teams.move(scope, village.person["dũng"], two, one, SATURDAY),
            lambda: memory.teams.make(scope, village.person["dũng"], two, "head", SATURDAY),
            lambda: memory.teams.found(scope, COMMUNE, "Tổ mới", SATURDAY),
            lambda: memory.teams.rename(scope, "team", two, "Tổ mới", SATURDAY),
            lambda: memory.teams.rename(scope, "hamlet", village.hamlet["thôn 1"], "Thôn mới", SATURDAY),
            lambda: memory.teams.merge(scope, "team", two, one, SATURDAY),
        ):
            with pytest.raises(NotAllowed):
                await change()
        assert (await connection.execute(sa.select(audit.c.action))).scalars().all() == []


async def test_an_officer_reaches_into_no_other_commune(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        hoa, next_door = village.scope["hoa"], village.team["láng giềng"]
        for change in (
            lambda: memory.teams.merge(hoa, "team", village.team["hai"], next_door, SATURDAY),
            lambda: memory.teams.move(hoa, village.person["an"], village.team["một"], next_door, SATURDAY),
            lambda: memory.teams.members(hoa, next_door),
            lambda: memory.teams.rename(hoa, "hamlet", village.hamlet["thôn 9"], "Thôn mới", SATURDAY),
        ):
            with pytest.raises(NotAllowed):
                await change()


async def test_renamed_twice_in_a_day_the_name_of_yesterday_is_kept(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        await memory.log.add(village.entry("an"), SATURDAY)
        for name in ("Tổ nhầm", "Tổ Đông"):
            await memory.teams.rename(village.scope["hoa"], "team", village.team["một"], name, LATER)
        assert "Tổ một" in await totals(connection, WEEK)
        assert "Tổ Đông" in await totals(connection, NEXT)
        assert dt.datetime(2026, 11, 28, 9, tzinfo=VIETNAM) == LATER
