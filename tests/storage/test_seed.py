"""Made-up data: plausible, the same for the same seed, and as sound as what people enter."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from storage.checks import check
from storage.database import Database
from storage.entry import validate
from storage.log import Log
from storage.periods import VIETNAM, Period, Week
from storage.report import report
from storage.schema import assistance, assistance_item, metadata, role, team
from storage.scope import Grant, Scope
from storage.seed import AlreadyThere, Seeded, seed

TODAY = dt.date(2026, 11, 21)
NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=VIETNAM)
EIGHT_WEEKS = Period(dt.date(2026, 9, 28), TODAY)
COMMUNE = "31441"


async def test_made_up_data_is_sound_and_reads_like_any_other(database: Database) -> None:
    made = await seed(database, [COMMUNE, "31453"], 8, 701, 7, TODAY)
    assert (made.teams, made.assistances) == (12, 701)
    async with database.read() as connection:
        assert await check(connection) == []
        per_commune = sa.select(assistance.c.commune, sa.func.count()).group_by(assistance.c.commune)
        assert sorted(tuple(row) for row in await connection.execute(per_commune)) == [(COMMUNE, 351), ("31453", 350)]
        officer = Scope(0, (Grant("officer", COMMUNE),))
        entries = await Log(connection).entries(officer, EIGHT_WEEKS)
        got = await report(connection, COMMUNE, EIGHT_WEEKS, NOW)
    assert len(entries) == 351
    for entry in entries:
        validate(entry, TODAY)
    assert got["indicators"][0]["value"] == sum(entry.people for entry in entries)
    assert got["late"] == sum(entry.closed(entry.entered_at) for entry in entries if entry.entered_at) > 0
    assert len(got["places"]) >= 4
    assert len(got["contents"]) >= 8
    assert got["days"].get("2026-11-20", 0) > 0


async def test_some_teams_are_silent_and_one_said_so(database: Database) -> None:
    await seed(database, [COMMUNE], 8, 400, 7, TODAY)
    async with database.read() as connection:
        last = (await report(connection, COMMUNE, Period.of_week(Week(2026, 46)), NOW))["teams"]
        this = (await report(connection, COMMUNE, Period.of_week(Week(2026, 47)), NOW))["teams"]
    assert [t["reported"] for t in last] == [True] * 5 + [False]
    assert [t["indicators"]["1"] for t in last[4:]] == [0, None]
    assert [t["reported"] for t in this] == [True] * 5 + [False]
    assert all(t["members"] >= t["active_members"] for t in last + this)


async def contents(database: Database) -> dict[str, list[Any]]:
    async with database.read() as connection:
        return {
            table.name: [tuple(row) for row in await connection.execute(sa.select(table).order_by(*table.c))]
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_the_same_seed_makes_the_same_data_and_another_makes_other(
    database: Database, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any
) -> None:
    made = []
    for number, random_seed in enumerate((3, 3, 4)):
        path = tmp_path_factory.mktemp("seeded") / f"{number}.db"
        path.write_bytes(sqlite_template.read_bytes())
        other = Database(f"sqlite:///{path}", database.vault)
        await seed(other, [COMMUNE], 2, 60, random_seed, TODAY)
        made.append(await contents(other))
        await other.close()
    assert made[0] == made[1]
    assert made[0]["assistance"] != made[2]["assistance"]


async def test_real_teams_are_never_mixed_with_made_up_ones(database: Database) -> None:
    await seed(database, [COMMUNE], 1, 5, 1, TODAY)
    with pytest.raises(AlreadyThere, match=COMMUNE):
        await seed(database, ["31453", COMMUNE], 1, 5, 1, TODAY)
    assert await seed(database, ["31453"], 1, 5, 1, TODAY, teams=1) != Seeded(0, 0, 0)
    async with database.read() as connection:
        assert await check(connection) == []
        assert await connection.scalar(sa.select(sa.func.count()).select_from(team)) == 7


@pytest.mark.parametrize(
    "wrong", [{"communes": []}, {"communes": ["1"]}, {"communes": [COMMUNE] * 2}, {"weeks": 0}, {"assistances": -1}]
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_impossible_wishes_are_refused(database: Database, wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"communes": [COMMUNE], "weeks": 1, "assistances": 1}
    with pytest.raises(ValueError, match=r"communes|weeks|assistances"):
        await seed(database, **(given | wrong), random_seed=1, today=TODAY)


async def test_people_go_on_entering_after_the_seed_and_codes_are_checked_again(database: Database) -> None:
    await seed(database, [COMMUNE], 2, 50, 1, TODAY)
    async with database.write() as connection:
        held = sa.select(role.c.person_id, role.c.team_id).where(role.c.role == "member").limit(1)
        person_id, team_id = (await connection.execute(held)).one()
        scope = Scope(person_id, (Grant("member", COMMUNE, None, team_id),))
        last = await Log(connection).last_of(person_id) or (await Log(connection).of_member(scope, EIGHT_WEEKS))[0]
        stored = await Log(connection).add(last, NOW)
        assert stored.id == 51
        assert await check(connection) == []
        row = {"assistance_id": 51, "kind": "content", "code": "nonsense"}
        with pytest.raises(sa.exc.IntegrityError):
            await connection.execute(sa.insert(assistance_item).values(row))
        await connection.rollback()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_no_assistances_are_a_commune_at_rest(database: Database) -> None:
    made = await seed(database, [COMMUNE], 1, 0, 1, TODAY)
    assert made.assistances == 0
    async with database.read() as connection:
        assert await check(connection) == []
