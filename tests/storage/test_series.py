"""Counters along time and of a part: a team, a hamlet; they add up to the report of the whole."""

import datetime as dt

import pytest

from storage.database import Database
from storage.details import by_hamlet
from storage.log import Log
from storage.memory import Memory
from storage.periods import Period, Week
from storage.report import report, say_nil
from storage.series import by_team, of_hamlet, series, spans_back, trend
from tests.documents.conftest import SUNDAY, WEEK, live
from tests.storage.village import COMMUNE, NEIGHBOUR, SATURDAY, build


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", [1, 2])
async def test_the_parts_add_up_to_the_whole(database: Database, seed: int) -> None:
    village = await live(database, seed, 24)
    async with database.read() as connection:
        whole = await report(connection, COMMUNE, WEEK, SUNDAY)
        teams = [
            await report(connection, COMMUNE, WEEK, SUNDAY, team_id=village.team[name]) for name in ("một", "hai")
        ]
        for n, line in enumerate(whole["indicators"]):
            if line["code"] not in ("7", "10", "11"):
                parts = [t["indicators"][n] for t in teams]
                for value in ("value", "previous", "year_to_date"):
                    assert line[value] == sum(p[value] or 0 for p in parts), (line["code"], value)
        assert [t["teams"] for t in teams] == [
            [one] for one in sorted(whole["teams"], key=lambda t: t["team"] != "Tổ một")
        ]
        foreign = await report(connection, COMMUNE, WEEK, SUNDAY, team_id=village.team["láng giềng"])
        assert foreign["teams"] == []
        assert foreign["indicators"][0]["value"] is None
        spans = spans_back(WEEK, 8)
        shown = await series(connection, [COMMUNE], spans, ["people"])
        assert [v and v["people"] for v in shown] == [n for _, n in await trend(connection, COMMUNE, WEEK)]
        one = village.hamlet["thôn 1"]
        line = next(h for h in await by_hamlet(connection, COMMUNE, WEEK) if h.name == "thôn 1")
        values = (await of_hamlet(connection, COMMUNE, one, spans))[-1]
        assert values == {"people": line.people, "dossiers": line.dossiers, "payments": line.payments}
        split = [await by_hamlet(connection, COMMUNE, WEEK, team_id=village.team[t]) for t in ("một", "hai")]
        assert sum(h.people for part in split for h in part if h.name == "thôn 1") == line.people
        figures = await by_team(connection, COMMUNE, WEEK, "people")
        assert figures == {
            village.team[n]: t["indicators"][0]["value"] for n, t in zip(("một", "hai"), teams, strict=True)
        }


async def test_a_period_without_a_word_is_blank_and_one_with_nothing_to_report_is_nought(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await say_nil(connection, village.team["hai"], Week(2026, 46), None, SATURDAY)
        await Log(connection).add(village.entry(procedures={"khai-sinh": None}), SATURDAY)
        spans = spans_back(WEEK, 3)
        found = await series(connection, [COMMUNE, NEIGHBOUR], spans, ["people", "procedure:khai-sinh"])
        assert [v and v["people"] for v in found] == [None, 0, 1]
        assert [v and v["procedure:khai-sinh"] for v in found] == [None, 0, 1]
        of_one = await series(connection, [COMMUNE], spans, ["people"], team_id=village.team["một"])
        assert [v and v["people"] for v in of_one] == [None, None, 1]


def test_days_that_are_no_week_stand_alone() -> None:
    some = Period(dt.date(2026, 11, 3), dt.date(2026, 11, 5))
    assert spans_back(some, 12) == [some]
    assert [s.label[:7] for s in spans_back(WEEK, 12)] == [f"Tuần {n}" for n in range(36, 48)]


async def test_obstacles_are_counted_by_where_they_were_met(database: Database) -> None:
    async with database.write() as connection:
        obstacles = Memory(connection, database.vault).obstacles
        day = SATURDAY.date()
        for commune, obstacle, times in ((COMMUNE, "lo-xoa-tin", 2), (COMMUNE, "", 1), (NEIGHBOUR, "lo-xoa-tin", 3)):
            for _ in range(times):
                await obstacles.count(commune, day, "vneid-kich-hoat", "co-app", obstacle)
        await obstacles.count(COMMUNE, day - dt.timedelta(days=7), "vneid-kich-hoat", "co-app", "lo-xoa-tin")
        own = await obstacles.met([COMMUNE], WEEK, 10)
        assert [(m.obstacle, m.times) for m in own] == [("lo-xoa-tin", 2), ("", 1)]
        both = await obstacles.met([COMMUNE, NEIGHBOUR], WEEK, 1)
        assert [(m.obstacle, m.times) for m in both] == [("lo-xoa-tin", 5)]
