"""Campaigns: points by weights, never above what is reached nor above 100; who may set them. Official figures too."""

import datetime as dt
from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.campaigns import RANKED_BY, Campaign, Goal, standings
from storage.database import Database
from storage.log import Log
from storage.memory import Memory
from storage.periods import Period, Week
from storage.province import province_report
from storage.report import say_nil
from storage.scope import NotAllowed
from storage.statistics import SENSITIVE
from tests.storage.village import COMMUNE, NEIGHBOUR, PROVINCE, SATURDAY, build

NOVEMBER = Period(dt.date(2026, 11, 1), dt.date(2026, 12, 30))
THIRD = "31459"


def campaign(*goals: tuple[str, int, int], own: dict[tuple[str, str], int] | None = None) -> Campaign:
    return Campaign(1, PROVINCE, "60 ngày đêm", NOVEMBER, tuple(Goal(*g) for g in goals), own or {})


@pytest.mark.parametrize(("goals", "values", "points"), [
    ([("1", 1, 100)], {"1": 100}, "100.00"),
    ([("1", 1, 100)], {"1": 250}, "100.00"),
    ([("1", 1, 3)], {"1": 1}, "33.33"),
    ([("1", 1, 3)], {"1": 2}, "66.67"),
    ([("1", 1, 800)], {"1": 1}, "0.13"),
    ([("1", 40, 500), ("4", 60, 200)], {"1": 250, "4": 150}, "65.00"),
    ([("1", 2, 100), ("4", 1, 100)], {"1": 100, "4": None}, "66.67"),
    ([("1", 1, 100)], {"1": 0}, "0.00"),
    ([("1", 1, 100)], {"1": None}, None),
    ([], {"1": 5}, None),
])  # fmt: skip
def test_points_are_shares_of_what_is_to_be_reached_by_weight(
    goals: list[tuple[str, int, int]], values: dict[str, int | None], points: str | None
) -> None:
    found = campaign(*goals).points(COMMUNE, values)
    assert found == (None if points is None else Decimal(points))


def test_a_commune_may_have_a_number_of_its_own() -> None:
    found = campaign(("1", 1, 100), own={("1", COMMUNE): 50})
    assert found.points(COMMUNE, {"1": 50}) == 100
    assert found.points(NEIGHBOUR, {"1": 50}) == 50


Goals = st.lists(
    st.tuples(st.integers(1, 100), st.integers(1, 10**7), st.integers(0, 10**7)), min_size=1, max_size=len(RANKED_BY)
)


@given(Goals, st.integers(0, 9), st.integers(1, 10**6))
def test_points_lie_between_0_and_100_and_never_fall_with_more_done(
    told: list[tuple[int, int, int]], which: int, more: int
) -> None:
    codes = RANKED_BY[: len(told)]
    found = campaign(*((code, weight, wanted) for code, (weight, wanted, _) in zip(codes, told, strict=True)))
    values = {code: done for code, (_, _, done) in zip(codes, told, strict=True)}
    before = found.points(COMMUNE, values)
    after = found.points(COMMUNE, values | {codes[which % len(codes)]: values[codes[which % len(codes)]] + more})
    assert before is not None
    assert after is not None
    assert 0 <= before <= after <= 100
    assert (before == 100) == all(done >= wanted for _, wanted, done in told) or before > Decimal("99.99")
    assert -int(before.as_tuple().exponent) <= 2


@pytest.mark.parametrize(("day", "left"), [("2026-10-01", 60), ("2026-11-01", 60), ("2026-11-21", 40),
                                           ("2026-12-30", 1), ("2026-12-31", 0)])  # fmt: skip
def test_the_days_left_are_counted_down_with_today(day: str, left: int) -> None:
    assert campaign().days_left(dt.date.fromisoformat(day)) == left


async def test_the_standing_is_what_the_report_counts_and_silence_has_no_rank(database: Database) -> None:
    async with database.write() as connection:
        village, memory = await build(connection), Memory(connection, database.vault)
        scope = village.scope["minh"]
        log = Log(connection)
        await log.add(village.entry("an", people=30, dossiers=2), SATURDAY)
        await log.add(village.entry("lan", "láng giềng", people=30), SATURDAY)
        await log.add(village.entry("an", people=500, day="2026-10-31"), SATURDAY)  # before it began
        key = await memory.campaigns.make(scope, PROVINCE, "60 ngày đêm", NOVEMBER, SATURDAY)
        await memory.campaigns.count(scope, key, Goal("1", 60, 100), SATURDAY)
        await memory.campaigns.count(scope, key, Goal("4", 40, 4), SATURDAY)
        await memory.campaigns.expect(scope, key, "1", NEIGHBOUR, 30, SATURDAY)
        found = await memory.campaigns.get(key)
        assert found is not None
        communes = [COMMUNE, NEIGHBOUR, THIRD]
        ranked = await standings(connection, found, communes, SATURDAY)
        assert [(s.commune, s.rank, s.points) for s in ranked] == [
            (NEIGHBOUR, 1, Decimal(60)), (COMMUNE, 2, Decimal(38)), (THIRD, None, None),
        ]  # fmt: skip
        so_far = Period(NOVEMBER.first, SATURDAY.date())
        document = await province_report(connection, PROVINCE, communes, so_far, SATURDAY)
        told = {c["commune"]: c["indicators"] for c in document["communes"]}
        assert all(s.values == {code: told[s.commune][code] for code in ("1", "4")} for s in ranked)
        await memory.campaigns.expect(scope, key, "1", NEIGHBOUR, 0, SATURDAY)
        await memory.campaigns.count(scope, key, Goal("4", 0, 1), SATURDAY)
        found = await memory.campaigns.get(key)
        assert found is not None
        ranked = await standings(connection, found, communes, SATURDAY)
        assert [(s.rank, s.points) for s in ranked] == [(1, Decimal(30)), (1, Decimal(30)), (None, None)]
        assert await standings(connection, found, communes, SATURDAY - dt.timedelta(days=30)) == []


async def test_a_word_of_nothing_is_0_points_not_silence(database: Database) -> None:
    async with database.write() as connection:
        village, memory = await build(connection), Memory(connection, database.vault)
        await say_nil(connection, village.team["một"], Week(2026, 47), None, SATURDAY)
        key = await memory.campaigns.make(village.scope["nga"], PROVINCE, "Đợt", NOVEMBER, SATURDAY)
        await memory.campaigns.count(village.scope["nga"], key, Goal("1", 1, 10), SATURDAY)
        found = await memory.campaigns.get(key)
        assert found is not None
        ranked = await standings(connection, found, [COMMUNE, NEIGHBOUR], SATURDAY)
        assert [(s.commune, s.points) for s in ranked] == [(COMMUNE, Decimal(0)), (NEIGHBOUR, None)]


@pytest.mark.parametrize("who", ["oanh", "an", "chi", "hoa", "minh", "nga"])
async def test_only_the_province_and_the_admin_set_campaigns(database: Database, who: str) -> None:
    async with database.write() as connection:
        village, memory = await build(connection), Memory(connection, database.vault)
        scope, may = village.scope[who], who in ("minh", "nga")
        made = await memory.campaigns.make(village.scope["nga"], PROVINCE, "Đợt", NOVEMBER, SATURDAY)
        await memory.campaigns.count(village.scope["nga"], made, Goal("1", 1, 10), SATURDAY)
        acts: list[Callable[[], Awaitable[object]]] = [
            lambda: memory.campaigns.make(scope, PROVINCE, "Đợt", NOVEMBER, SATURDAY),
            lambda: memory.campaigns.count(scope, made, Goal("2", 1, 10), SATURDAY),
            lambda: memory.campaigns.expect(scope, made, "1", COMMUNE, 5, SATURDAY),
            lambda: memory.campaigns.drop(scope, made, SATURDAY),
        ]
        for act in acts:
            if may:
                await act()
            else:
                with pytest.raises(NotAllowed):
                    await act()
        assert (await memory.campaigns.get(made) is None) == may
        with pytest.raises(NotAllowed):
            await memory.campaigns.make(village.scope["minh"], "01", "Đợt", NOVEMBER, SATURDAY)


async def test_groups_too_small_to_be_told_of_count_in_no_campaign(database: Database) -> None:
    async with database.write() as connection:
        village, memory = await build(connection), Memory(connection, database.vault)
        key = await memory.campaigns.make(village.scope["minh"], PROVINCE, "Đợt", NOVEMBER, SATURDAY)
        for goal in (Goal(SENSITIVE[0], 1, 1), Goal("10", 1, 1), Goal("1", 101, 1), Goal("1", 1, 0)):
            with pytest.raises(ValueError, match=r"indicator|number"):
                await memory.campaigns.count(village.scope["minh"], key, goal, SATURDAY)


# --- official figures -----------------------------------------------------------------------------------------


async def test_an_official_figure_is_kept_as_typed_and_the_latest_of_its_days_holds(database: Database) -> None:
    async with database.write() as connection:
        village, memory = await build(connection), Memory(connection, database.vault)
        hoa, week = village.scope["hoa"], Period.of_week(Week(2026, 47))
        for value, days in ((Decimal("84.43"), week.previous()), (Decimal("85.61"), week), (Decimal("85.16"), week)):
            await memory.official.put(hoa, COMMUNE, "766", days, value, "Thông báo tuần", SATURDAY)
        found = await memory.official.of(COMMUNE, week.last, 10)
        assert [(o.period, o.value, o.source, o.typed_by, o.typed_at) for o in found] == [
            (week, Decimal("85.16"), "Thông báo tuần", "hoa", SATURDAY),
            (week.previous(), Decimal("84.43"), "Thông báo tuần", "hoa", SATURDAY),
        ]
        assert await memory.official.of(NEIGHBOUR, week.last, 10) == []
        assert len(await memory.official.of(COMMUNE, week.previous().last, 10)) == 1
        await memory.privacy.erase(village.person["hoa"])
        assert {o.typed_by for o in await memory.official.of(COMMUNE, week.last, 10)} == {None}


@pytest.mark.parametrize("who", ["oanh", "an", "chi", "khánh", "minh", "nga"])
async def test_nobody_else_types_a_communes_official_figure(database: Database, who: str) -> None:
    async with database.write() as connection:
        village, memory = await build(connection), Memory(connection, database.vault)
        week = Period.of_week(Week(2026, 47))
        with pytest.raises(NotAllowed):
            await memory.official.put(village.scope[who], COMMUNE, "766", week, Decimal(1), "Nguồn", SATURDAY)
        for value in ("-1", "1.005", "1000001"):
            with pytest.raises(ValueError, match="value"):
                await memory.official.put(
                    village.scope["hoa"], COMMUNE, "766", week, Decimal(value), "Nguồn", SATURDAY
                )
