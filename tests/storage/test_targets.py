"""Targets: whose number holds on which days, who may set it, and that the past keeps its own."""

import datetime as dt

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.periods import Period, Week
from storage.schema import audit
from storage.scope import NotAllowed
from storage.targets import COUNTABLE, Target, begin, in_force, set_target, span, targets
from tests.storage.village import COMMUNE, NEIGHBOUR, PROVINCE, SATURDAY, Village, build

TODAY = SATURDAY.date()
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
WEEK_47 = (Week(2026, 47).monday, Week(2026, 47).sunday)
NOVEMBER = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))
CUT_15 = (dt.date(2026, 10, 15), dt.date(2026, 11, 14))


def wanted(number: int, every: str = "year", whose: str = "commune", code: str = "1", day: dt.date = TODAY) -> Target:
    return Target(code, whose, every, number, day)


async def test_a_number_holds_for_its_kind_of_period_alone(database: Database) -> None:
    async with database.write() as connection:
        hoa = (await build(connection)).scope["hoa"]
        for number, every in ((1000, "year"), (90, "month"), (20, "week")):
            await set_target(connection, hoa, COMMUNE, wanted(number, every), SATURDAY)
        await set_target(connection, hoa, COMMUNE, wanted(5, "week", "member"), SATURDAY)
        found = {
            name: await targets(connection, COMMUNE, *days)
            for name, days in (("year", YEAR), ("week", WEEK_47), ("month", NOVEMBER), ("two", (TODAY, TODAY)))
        }
        each = await targets(connection, COMMUNE, *WEEK_47, whose="member")
        assert await targets(connection, NEIGHBOUR, *YEAR) == {}
    assert found == {"year": {"1": 1000}, "week": {"1": 20}, "month": {"1": 90}, "two": {}}
    assert each == {"1": 5}


async def test_a_month_cut_on_the_15th_is_a_month_too(database: Database) -> None:
    async with database.write() as connection:
        hoa = (await build(connection)).scope["hoa"]
        await set_target(connection, hoa, COMMUNE, wanted(90, "month", day=dt.date(2026, 10, 1)), SATURDAY)
        assert await targets(connection, COMMUNE, *CUT_15) == {"1": 90}


async def test_the_past_keeps_the_number_it_had(database: Database) -> None:
    async with database.write() as connection:
        hoa = (await build(connection)).scope["hoa"]
        await set_target(connection, hoa, COMMUNE, wanted(10, "week", day=dt.date(2026, 11, 3)), SATURDAY)
        await set_target(connection, hoa, COMMUNE, wanted(20, "week"), SATURDAY)
        await set_target(connection, hoa, COMMUNE, wanted(21, "week"), SATURDAY)
        weeks = {n: await targets(connection, COMMUNE, Week(2026, n).monday, Week(2026, n).sunday)
                 for n in (44, 45, 46, 47, 48)}  # fmt: skip
    assert weeks == {44: {}, 45: {"1": 10}, 46: {"1": 10}, 47: {"1": 21}, 48: {"1": 21}}


async def test_taken_away_it_holds_no_more_but_did(database: Database) -> None:
    async with database.write() as connection:
        hoa = (await build(connection)).scope["hoa"]
        await set_target(connection, hoa, COMMUNE, wanted(10, "week", day=dt.date(2026, 11, 3)), SATURDAY)
        await set_target(connection, hoa, COMMUNE, wanted(0, "week"), SATURDAY)
        assert await targets(connection, COMMUNE, *WEEK_47) == {}
        assert await targets(connection, COMMUNE, Week(2026, 46).monday, Week(2026, 46).sunday) == {"1": 10}


async def test_the_number_of_the_province_stands_in_where_the_commune_set_none(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        minh, hoa = village.scope["minh"], village.scope["hoa"]
        for code, number in (("1", 500), ("4", 80)):
            await set_target(connection, minh, PROVINCE, wanted(number, code=code), SATURDAY)
        await set_target(connection, hoa, COMMUNE, wanted(900), SATURDAY)
        assert await targets(connection, COMMUNE, *YEAR, province=PROVINCE) == {"1": 900, "4": 80}
        assert await targets(connection, COMMUNE, *YEAR) == {"1": 900}
        assert [t.of_province for t in await in_force(connection, COMMUNE, TODAY, province=PROVINCE)] == [False, True]


@pytest.mark.parametrize("who", ["an", "chi", "khánh", "minh", "nga", "oanh"])
async def test_nobody_but_its_officer_sets_the_targets_of_a_commune(database: Database, who: str) -> None:
    async with database.write() as connection:
        village: Village = await build(connection)
        with pytest.raises(NotAllowed):
            await set_target(connection, village.scope[who], COMMUNE, wanted(1), SATURDAY)
        if who != "minh":
            with pytest.raises(NotAllowed):
                await set_target(connection, village.scope[who], PROVINCE, wanted(1), SATURDAY)
        assert await in_force(connection, COMMUNE, TODAY, province=PROVINCE) == []


@pytest.mark.parametrize("bad", [
    wanted(-1), wanted(10**9), wanted(1, "day"), wanted(1, whose="hamlet"), wanted(1, code="7"), wanted(1, code="x"),
])  # fmt: skip
async def test_what_cannot_be_a_target_is_refused(database: Database, bad: Target) -> None:
    async with database.write() as connection:
        hoa = (await build(connection)).scope["hoa"]
        with pytest.raises(ValueError, match=r"unknown|number"):
            await set_target(connection, hoa, COMMUNE, bad, SATURDAY)


async def test_who_set_it_is_on_the_trail(database: Database) -> None:
    async with database.write() as connection:
        hoa = (await build(connection)).scope["hoa"]
        await set_target(connection, hoa, COMMUNE, wanted(7, "week", "member"), SATURDAY)
        row = (await connection.execute(sa.select(audit.c.actor_id, audit.c.commune, audit.c.subject))).one()
    assert tuple(row) == (hoa.person_id, COMMUNE, "1:member:week:7")


def test_periods_of_targets() -> None:
    assert begin("year", TODAY) == dt.date(2026, 1, 1)
    assert span("week", dt.date(2027, 1, 3)) == Period(dt.date(2026, 12, 28), dt.date(2027, 1, 3))
    assert span("month", dt.date(2027, 2, 28)) == Period(dt.date(2027, 2, 1), dt.date(2027, 2, 28))
    assert span("year", TODAY) == Period(*YEAR)
    assert "1" in COUNTABLE
    assert not {"7", "10", "11"} & set(COUNTABLE)
