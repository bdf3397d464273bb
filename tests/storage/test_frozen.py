"""Reports as they were sent: kept word for word, numbered, told apart from what was corrected since."""

import asyncio
import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.checks import check
from storage.database import Database
from storage.frozen import Change, Frozen, changes, fingerprint, replaced
from storage.log import Log
from storage.periods import Period, Week
from storage.report import report
from storage.schema.reports import report_file, report_version
from tests.storage.village import COMMUNE, SATURDAY, Village, build

WEEK = Period.of_week(Week(2026, 47))
LATER = SATURDAY + dt.timedelta(days=3)


async def figures(connection: AsyncConnection, now: dt.datetime = SATURDAY) -> dict[str, Any]:
    return {"report": await report(connection, COMMUNE, WEEK, now), "beside": {}}


async def village_with_three(connection: AsyncConnection) -> Village:
    village = await build(connection)
    await Log(connection).add(village.entry(people=3), SATURDAY)
    return village


async def test_the_same_figures_are_one_version_however_often_they_are_sent(database: Database) -> None:
    async with database.write() as connection:
        await village_with_three(connection)
        frozen = Frozen(connection)
        one = await frozen.freeze(COMMUNE, WEEK, await figures(connection), SATURDAY, final=True)
        again = await frozen.freeze(COMMUNE, WEEK, await figures(connection, LATER), LATER, final=True)
        assert (one.number, again.number, again.cut_at) == (1, 1, SATURDAY)
        assert again.figures["report"]["version"] == 1
        assert again.sha256 == fingerprint(again.figures["report"])


async def test_a_correction_makes_a_new_version_that_says_what_changed(database: Database) -> None:
    async with database.write() as connection:
        village = await village_with_three(connection)
        frozen = Frozen(connection)
        draft = await frozen.freeze(COMMUNE, WEEK, await figures(connection), SATURDAY, final=False)
        sent = await frozen.freeze(COMMUNE, WEEK, await figures(connection, LATER), LATER, final=True)
        assert (draft.number, sent.number) == (1, 2)  # the same figures, but now they are closed
        await Log(connection).add(village.entry("dũng", "hai", contents={"cong_dvc": None}, people=2), LATER)
        now = await figures(connection, LATER)
        assert await frozen.number(COMMUNE, WEEK, now["report"]) == 3
        added = await frozen.freeze(COMMUNE, WEEK, now, LATER, final=True)
        kept = await frozen.versions(COMMUNE, WEEK)
    assert replaced(kept, added.number) == kept[1]
    assert replaced(kept, sent.number) is None
    found = changes(kept[1].figures["report"], added.figures["report"])
    assert found[0] == Change("indicator", "1", 3, 5)
    assert Change("indicator", "3", 0, 2) in found
    assert Change("team", "Tổ hai", None, 2) in found
    assert Change("content", "cong_dvc", 0, 2) in found
    assert not [c for c in found if c.key in ("2", "Tổ một", "vneid_kich_hoat")]
    assert changes(kept[0].figures["report"], kept[1].figures["report"]) == []


async def test_what_was_sent_stays_as_it_was(database: Database) -> None:
    async with database.write() as connection:
        village = await village_with_three(connection)
        sent = await Frozen(connection).freeze(COMMUNE, WEEK, await figures(connection), SATURDAY, final=True)
        mine = (await Log(connection).entries(village.scope["an"], WEEK))[0]
        await Log(connection).void(village.scope["an"], mine.id or 0, "nhầm", SATURDAY)
        await Frozen(connection).freeze(COMMUNE, WEEK, await figures(connection), SATURDAY, final=True)
    async with database.read() as connection:
        kept = await Frozen(connection).versions(COMMUNE, WEEK)
    assert [v.number for v in kept] == [1, 2]
    assert kept[0] == sent
    assert kept[0].figures["report"]["indicators"][0]["value"] == 3


async def test_two_who_send_at_once_get_one_number_each_or_the_same(database: Database) -> None:
    async with database.write() as connection:
        await village_with_three(connection)

    async def send(final: bool) -> int:
        async with database.write() as connection:
            found = await Frozen(connection).freeze(COMMUNE, WEEK, await figures(connection), SATURDAY, final=final)
            return found.number

    numbers = await asyncio.gather(*(send(True) for _ in range(3)))
    assert set(numbers) == {1}


async def test_who_took_which_file_is_noted(database: Database) -> None:
    async with database.write() as connection:
        village = await village_with_three(connection)
        frozen = Frozen(connection)
        version = await frozen.freeze(COMMUNE, WEEK, await figures(connection), SATURDAY, final=True)
        await frozen.took(version.id, "xlsx", b"file", SATURDAY, village.person["hoa"])
        row = (await connection.execute(sa.select(report_file))).mappings().one()
    assert (row["kind"], row["taken_by"], row["version_id"]) == ("xlsx", village.person["hoa"], version.id)
    assert len(row["sha256"]) == 64


async def test_figures_that_were_tampered_with_are_found(database: Database) -> None:
    async with database.write() as connection:
        await village_with_three(connection)
        sent = await Frozen(connection).freeze(COMMUNE, WEEK, await figures(connection), SATURDAY, final=True)
        assert await check(connection) == []
        forged = {**sent.figures, "report": {**sent.figures["report"], "late": 7}}
        await connection.execute(sa.update(report_version).values(figures=forged))
        assert await check(connection) == [f"report sent: version {sent.id} no longer says what its fingerprint says"]
