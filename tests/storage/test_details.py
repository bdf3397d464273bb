"""What stands beside the indicators: hamlets, members, channels, punctuality, weeks before, what came later."""

import dataclasses
import datetime as dt
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import details
from storage.database import Database
from storage.log import Log
from storage.periods import VIETNAM, Period, Week
from storage.report import report, say_nil
from storage.schema import hamlet, nil_report, role, team
from storage.series import trend
from storage.statistics import INDICATORS, part
from tests.storage.village import BEGIN, COMMUNE, NEIGHBOUR, SATURDAY, Village, build

WEEK = Period.of_week(Week(2026, 47))
FRIDAY = dt.datetime(2026, 11, 20, 16, tzinfo=VIETNAM)


async def at_home(connection: AsyncConnection, village: Village) -> int:
    """A second hamlet, which the first team lives in; answers its id."""
    values = {"commune": COMMUNE, "name": "thôn 2", "valid_from": BEGIN.date()}
    key = int(await connection.scalar(sa.insert(hamlet).values(values).returning(hamlet.c.id)) or 0)
    await connection.execute(sa.update(team).where(team.c.id == village.team["một"]).values(hamlet_id=key))
    return key


async def test_an_entry_belongs_to_its_own_hamlet_or_else_to_that_of_its_team(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await at_home(connection, village)
        log, away = Log(connection), village.hamlet["thôn 1"]
        await log.add(village.entry(people=4, dossiers=1), SATURDAY)
        moved = await log.add(village.entry(people=3, payments=2, hamlet_id=away), SATURDAY)
        await log.add(village.entry("dũng", "hai", people=2), SATURDAY)
        assert [dataclasses.astuple(x) for x in await details.by_hamlet(connection, COMMUNE, WEEK)] == [
            ("thôn 2", 4, 1, 0), ("thôn 1", 3, 0, 2), (None, 2, 0, 0),
        ]  # fmt: skip
        await log.change(village.scope["an"], moved.id or 0, {"hamlet_id": None}, SATURDAY)
        await log.void(village.scope["an"], moved.id or 0, "nhầm", SATURDAY)
        assert [(x.name, x.people) for x in await details.by_hamlet(connection, COMMUNE, WEEK)] == [
            ("thôn 2", 4), (None, 2),
        ]  # fmt: skip
        assert await details.by_hamlet(connection, NEIGHBOUR, WEEK) == []


async def test_members_are_counted_by_day_and_shown_only_to_those_above_them(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        for member, team_name, day, people in (
            ("an", "một", 16, 2), ("an", "một", 16, 1), ("an", "một", 18, 4), ("bình", "một", 17, 1),
            ("dũng", "hai", 18, 5), ("lan", "láng giềng", 18, 9),
        ):  # fmt: skip
            await Log(connection).add(village.entry(member, team_name, f"2026-11-{day}", people=people), SATURDAY)

        async def seen(name: str) -> list[tuple[Any, ...]]:
            lines = await details.by_member(connection, village.scope[name], WEEK)
            return [(line.name, line.days, line.entries, line.people) for line in lines]

        mine, his = ("an", 2, 3, 7), ("dũng", 1, 1, 5)
        assert await seen("hoa") == [mine, his, ("bình", 1, 1, 1)]
        assert await seen("chi") == [mine, ("bình", 1, 1, 1)]
        assert await seen("an") == [mine]
        assert await seen("khánh") == [("lan", 1, 1, 9)]
        for outsider in ("minh", "nga", "oanh"):
            assert await seen(outsider) == []


async def test_lượt_are_told_by_the_channel_they_were_logged_on(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        for people, channel in ((2, "zalo_bot"), (3, "zalo_bot"), (1, "web"), (7, None)):
            await Log(connection).add(village.entry(people=people, channel=channel), SATURDAY)
        assert await details.by_channel(connection, COMMUNE, WEEK) == {"zalo_bot": 5, "web": 1}


async def test_a_team_is_on_time_when_its_first_word_came_before_the_closing(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        late, early = FRIDAY + dt.timedelta(hours=2), FRIDAY - dt.timedelta(days=2)
        first = await Log(connection).add(village.entry(), early)
        await Log(connection).add(village.entry(), late)
        await say_nil(connection, village.team["hai"], Week(2026, 47), None, late)
        assert await details.first_words(connection, COMMUNE, WEEK) == {
            village.team["một"]: early, village.team["hai"]: late,
        }  # fmt: skip
        await Log(connection).void(village.scope["an"], first.id or 0, "nhầm", SATURDAY)
        words = await details.first_words(connection, COMMUNE, WEEK)
        assert words[village.team["một"]] == late


async def test_the_trend_tells_silence_from_nothing(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await Log(connection).add(village.entry(people=6), SATURDAY)
        await Log(connection).add(village.entry(day="2026-11-03", people=2), SATURDAY)
        await say_nil(connection, village.team["một"], Week(2026, 46), None, SATURDAY)
        found = await trend(connection, COMMUNE, WEEK)
        assert [n for _, n in found] == [None, None, None, None, None, 2, 0, 6]
        assert [str(p.week) for p, _ in found[-2:]] == ["2026-W46", "2026-W47"]
        months = await trend(connection, COMMUNE, Period.of_month(2026, 11))
        assert [(p.label, n) for p, n in months[-2:]] == [("Tháng 10/2026", None), ("Tháng 11/2026", 8)]
        days = await trend(connection, COMMUNE, Period(dt.date(2026, 11, 3), dt.date(2026, 11, 18)))
        assert [n for _, n in days] == [8]


async def test_additions_are_what_came_after_the_closing(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log, scope = Log(connection), village.scope["an"]
        before, after = FRIDAY - dt.timedelta(hours=3), FRIDAY + dt.timedelta(hours=3)
        kept, corrected, gone = [await log.add(village.entry(people=n), before) for n in (1, 2, 4)]
        assert not await details.additions(connection, COMMUNE, WEEK, FRIDAY)
        new = await log.add(village.entry(people=8), after)
        await log.change(scope, new.id or 0, {"minutes": 5}, after)
        await log.change(scope, corrected.id or 0, {"people": 3}, after)
        await log.void(scope, gone.id or 0, "nhầm", after)
        assert kept.id
        found = await details.additions(connection, COMMUNE, WEEK, FRIDAY)
        assert dataclasses.astuple(found) == (1, 8, 1, 1)


FIGURES = tuple(i.code for i in INDICATORS if i.measures)


@st.composite
def said(draw: st.DrawFn) -> dict[str, Any]:
    """What an entry says of the help."""
    people = draw(st.integers(1, 6))
    contents = draw(st.dictionaries(
        st.sampled_from(["vneid_kich_hoat", "vneid_cai_dat", "cong_dvc"]), st.none(), min_size=1, max_size=3
    ))  # fmt: skip
    groups = draw(st.dictionaries(st.sampled_from(["tu_60", "ngheo", "dan_toc"]), st.none(), max_size=2))
    return {
        "people": people, "contents": contents, "groups": groups, "place": draw(st.sampled_from(["nha_dan", "cho"])),
        "results": {draw(st.sampled_from(["xong", "hen_lai"])): people},
        "dossiers": draw(st.none() | st.integers(0, 3)), "session": draw(st.booleans()),
    }  # fmt: skip


class Undo(Exception):
    """Takes an example back."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(said(), max_size=8))
async def test_the_entries_behind_a_figure_add_up_to_it(database: Database, entries: list[dict[str, Any]]) -> None:
    try:
        async with database.write() as connection:
            village = await build(connection)
            for fields in entries:
                await Log(connection).add(village.entry(**fields), SATURDAY)
            document = await report(connection, COMMUNE, WEEK, SATURDAY)
            behind = await details.entries_behind(connection, COMMUNE, WEEK)
            for line in document["indicators"]:
                if line["code"] in FIGURES:
                    assert (line["value"] or 0) == sum(part(e, line["code"]) for e in behind)
            for code, n in document["contents"].items():
                assert n == sum(part(e, f"content:{code}") for e in behind)
            assert len(behind) == len(entries)
            raise Undo
    except Undo:
        pass


async def test_silence_leaves_no_first_word(database: Database) -> None:
    async with database.write() as connection:
        await build(connection)
        await connection.execute(sa.delete(nil_report))
        await connection.execute(sa.delete(role))
        assert await details.first_words(connection, COMMUNE, WEEK) == {}
