"""The report: the worked week of docs/indicators.md, silence against nothing, targets, and what it costs."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.log import Log
from storage.periods import VIETNAM, Period, Week
from storage.province import national_report, province_report
from storage.report import my_week, report, say_nil
from storage.schema import role, team
from storage.scope import Grant, Scope
from storage.statistics import INDICATORS, recount
from storage.targets import Target, set_target
from tests.databases import Statements
from tests.storage.village import BEGIN, COMMUNE, NEIGHBOUR, PROVINCE, SATURDAY, Village, build

PAGE = Path(__file__).parents[2] / "docs" / "indicators.md"
WEEK = Week(2026, 47)
SUNDAY_WEEK_LATER = SATURDAY + dt.timedelta(days=8)


def tables() -> list[list[dict[str, str]]]:
    """Every table of the page, row by row."""
    found: list[list[dict[str, str]]] = []
    heads: list[str] = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            heads = []
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not heads:
            heads = cells
            found.append([])
        elif not set(line) <= {"|", "-"}:
            found[-1].append(dict(zip(heads, cells, strict=True)))
    return found


def counts(text: str) -> dict[str, Any]:
    """From "a=2, b": {"a": 2, "b": None}."""
    parts = [part.partition("=") for part in text.split(", ") if part]
    return {code: int(n) if n else None for code, _, n in parts}


def number(text: str) -> int | None:
    return None if text in ("", "-") else int(text)


async def enter(connection: AsyncConnection, village: Village, row: dict[str, str]) -> None:
    """Writes one line of the worked week as it happened."""
    log, scope = Log(connection), village.scope[row["Thành viên"]]
    now = dt.datetime.fromisoformat(f"{row['Nhập ngày']}T20:00:00").replace(tzinfo=VIETNAM)
    entry = village.entry(
        row["Thành viên"], row["Tổ"], row["Ngày"], people=int(row["Người"]), place=row["Nơi"],
        contents=counts(row["Nội dung"]), results=counts(row["Kết quả"]), groups=counts(row["Nhóm"]),
        procedures=counts(row["Thủ tục"]), dossiers=number(row["Hồ sơ"]), payments=number(row["Giao dịch"]),
        session=bool(row["Buổi"]),
    )  # fmt: skip
    if row["Về sau"] == "nháp":
        await log.draft(entry, now)
        return
    key = (await log.add(entry, now)).id or 0
    if row["Về sau"] == "hủy":
        await log.void(scope, key, "ghi trùng", now)
    elif row["Về sau"] == "sửa":
        await log.change(scope, key, {"minutes": 15}, now)


async def worked_week(connection: AsyncConnection) -> Village:
    village = await build(connection)
    for row in tables()[1]:
        await enter(connection, village, row)
    for name in ("ba", "bốn"):
        values = {"commune": COMMUNE, "name": f"Tổ {name}", "valid_from": BEGIN.date()}
        key = await connection.scalar(sa.insert(team).values(values).returning(team.c.id))
        if name == "ba":
            await say_nil(connection, int(key or 0), WEEK, None, SATURDAY)
            await say_nil(connection, int(key or 0), WEEK, None, SATURDAY)
    return village


async def weekly(connection: AsyncConnection, week: Week = WEEK, commune: str = COMMUNE) -> dict[str, Any]:
    return await report(connection, commune, Period.of_week(week), SUNDAY_WEEK_LATER)


def test_the_page_of_indicators_says_what_the_program_counts() -> None:
    listed = [(row["Mã"], row["Tên"], row["Đơn vị"], row["Cách đếm"]) for row in tables()[0]]
    assert listed == [(i.code, i.name, i.unit, i.definition) for i in INDICATORS]


async def test_the_worked_week_comes_out_as_counted_by_hand(database: Database) -> None:
    async with database.write() as connection:
        await worked_week(connection)
        assert await recount(connection) == []
    async with database.read() as connection:
        got = await weekly(connection)
    assert [i["code"] for i in got["indicators"]] == [i.code for i in INDICATORS]
    for line, expected in zip(got["indicators"], tables()[2], strict=True):
        said = tuple(line.pop(key) for key in ("code", "value", "previous", "change", "year_to_date"))
        hand = tuple(number(expected[key]) for key in ("Tuần này", "Tuần trước", "Tăng, giảm", "Lũy kế"))
        assert said == (expected["Mã"], *hand)
        assert (line.pop("target"), line.pop("percent")) == (None, None)
        del line["name"], line["unit"]
        assert line == counts(expected["Kèm theo"])


async def test_the_worked_week_comes_out_in_the_agreed_shape(database: Database) -> None:
    async with database.write() as connection:
        await worked_week(connection)
        got = await weekly(connection)
    teams = got.pop("teams")
    assert [(t["team"], t["reported"], t["active_members"], t["members"], t["indicators"]["1"]) for t in teams] == [
        ("Tổ ba", True, 0, 0, 0),
        ("Tổ bốn", False, 0, 0, None),
        ("Tổ hai", True, 1, 2, 26),
        ("Tổ một", True, 2, 3, 6),
    ]
    assert set(teams[1]["indicators"].values()) == {None}
    assert {code for code, n in teams[0]["indicators"].items() if n is None} == {"7", "11"}
    for line in got.pop("indicators"):
        of_teams = [t["indicators"][line["code"]] for t in teams if t["reported"]]
        assert line["value"] == (None if line["code"] in ("7", "11") else sum(of_teams))
    assert got == {
        "commune": COMMUNE,
        "from": "2026-11-16",
        "to": "2026-11-22",
        "week": "2026-W47",
        "cut_at": "2026-11-29T09:00:00+07:00",
        "version": 1,
        "suspicious_codes": {"stopped": 0, "checked": 0},
        "procedures": [{"id": "khai-sinh", "count": 1}],
        "contents": {
            "lua_dao": 25, "vneid_kich_hoat": 3, "cong_dvc": 2, "vneid_cai_dat": 2, "an_sinh": 1, "nop_ho_so": 1,
            "thanh_toan": 1,
        },
        "places": {"nha_van_hoa": 28, "nha_dan": 2, "trung_tam": 2},
        "groups": {"tu_60": 11, "ngheo": 3, "dan_toc": 2, "khuyet_tat": 1},
        "results": {"xong": 4, "chuyen": 1, "hen_lai": 1, "khong_duoc": 1},
        "days": {"2026-11-16": 1, "2026-11-17": 3, "2026-11-18": 2, "2026-11-20": 25, "2026-11-22": 1},
        "late": 1,
        "corrected": 1,
    }  # fmt: skip


async def test_silence_is_blank_and_saying_nothing_is_zero(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        silent = await weekly(connection)
        assert {i["value"] for i in silent["indicators"]} == {None}
        assert {i["year_to_date"] for i in silent["indicators"]} == {None}
        await say_nil(connection, village.team["một"], WEEK, village.person["chi"], SATURDAY)
        said = {i["code"]: i for i in (await weekly(connection))["indicators"]}
        assert (said["1"]["value"], said["1"]["previous"], said["1"]["change"]) == (0, None, None)
        assert said["1"]["year_to_date"] == 0
        assert (said["10"]["value"], said["10"]["teams_total"]) == (0, 2)
        assert said["7"]["value"] is None
        after = {i["code"]: i for i in (await weekly(connection, Week(2026, 48)))["indicators"]}
        assert (after["1"]["value"], after["1"]["previous"], after["1"]["year_to_date"]) == (None, 0, 0)
        assert {i["value"] for i in (await weekly(connection, WEEK, NEIGHBOUR))["indicators"]} == {None}


async def test_a_voided_entry_is_no_report(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        key = (await Log(connection).add(village.entry(), SATURDAY)).id or 0
        await Log(connection).void(village.scope["an"], key, "nhầm", SATURDAY)
        got = await weekly(connection)
    assert [t["reported"] for t in got["teams"]] == [False, False]
    assert got["indicators"][0]["value"] is None
    assert (got["days"], got["contents"]) == ({}, {})


async def test_a_word_of_nothing_counts_in_every_period_its_week_touches(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await say_nil(connection, village.team["một"], Week(2026, 49), None, SUNDAY_WEEK_LATER)  # 30/11 - 06/12
        for month, value in ((10, None), (11, 0), (12, 0)):
            got = await report(connection, COMMUNE, Period.of_month(2026, month), SUNDAY_WEEK_LATER)
            assert got["indicators"][0]["value"] == value
            assert got["week"] is None


async def test_nothing_to_report_is_refused_for_a_team_that_is_not(database: Database) -> None:
    async with database.write() as connection:
        with pytest.raises(LookupError):
            await say_nil(connection, 12345, WEEK, None, SATURDAY)


async def test_the_target_of_a_report_is_that_of_the_year_and_of_no_other_commune(database: Database) -> None:
    async with database.write() as connection:
        village = await worked_week(connection)
        for commune, number in ((COMMUNE, 50), (NEIGHBOUR, 1)):
            wanted = Target("1", "commune", "year", number, SATURDAY.date())
            await set_target(
                connection, Scope(village.person["hoa"], (Grant("officer", commune),)), commune, wanted, SATURDAY
            )
        got = await weekly(connection)
    assert (got["indicators"][0]["target"], got["indicators"][0]["percent"]) == (50, 76.0)
    assert all(i["target"] is None for i in got["indicators"][1:])


async def test_a_team_and_a_member_of_the_past_stay_in_the_reports_of_their_time(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await Log(connection).add(village.entry(), SATURDAY)
        gone = dt.datetime(2026, 11, 19, tzinfo=VIETNAM)
        await connection.execute(
            sa.update(role).where(role.c.person_id == village.person["an"]).values(ended_at=gone)
        )
        await connection.execute(sa.update(team).where(team.c.id == village.team["một"]).values(valid_to=gone.date()))
        this, after = (await weekly(connection))["teams"], (await weekly(connection, Week(2026, 48)))["teams"]
    assert [(t["team"], t["active_members"], t["members"]) for t in this] == [("Tổ hai", 0, 2), ("Tổ một", 1, 3)]
    assert [t["team"] for t in after] == ["Tổ hai"]


async def test_the_province_sees_totals_of_its_communes_alone(database: Database) -> None:
    async with database.write() as connection:
        village = await worked_week(connection)
        await Log(connection).add(village.entry("lan", "láng giềng", people=8), SATURDAY)
        codes = [NEIGHBOUR, COMMUNE, "31460"]
        got = await province_report(connection, PROVINCE, codes, Period.of_week(WEEK), SUNDAY_WEEK_LATER)
    assert (got["province"], got["indicators"][0]["value"], got["contents"]["vneid_kich_hoat"]) == (PROVINCE, 40, 11)
    assert got["indicators"][12]["teams_total"] == 5
    assert [(c["commune"], c["reported"], c["teams_reported"], c["teams"]) for c in got["communes"]] == [
        (COMMUNE, True, 3, 4), (NEIGHBOUR, True, 1, 1), ("31460", False, 0, 0),
    ]  # fmt: skip
    assert [c["indicators"]["1"] for c in got["communes"]] == [32, 8, None]
    assert "teams" not in got


async def test_my_week_is_the_members_own_saved_entries(database: Database) -> None:
    async with database.write() as connection:
        village = await worked_week(connection)
        mine = await my_week(connection, village.person["an"], WEEK)
        assert (mine["entries"], mine["people"], mine["vneid"], mine["result:hen_lai"]) == (2, 4, 4, 1)
        assert await my_week(connection, village.person["oanh"], WEEK) == {}


async def test_a_report_costs_the_same_however_much_was_logged(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
    seen = Statements(database)
    costs = []
    for _ in range(3):
        async with database.read() as connection:
            await weekly(connection)
        costs.append([text.split("WHERE")[0] for text in seen.take()])
        async with database.write() as connection:
            for day in (16, 17, 18, 19, 20):
                for member, team_name in (("an", "một"), ("dũng", "hai")):
                    await Log(connection).add(village.entry(member, team_name, f"2026-11-{day}"), SATURDAY)
        seen.take()
    assert [len(cost) for cost in costs] == [6, 6, 6]
    assert not any("assistance" in text for cost in costs for text in cost)


async def test_the_table_of_the_country_is_the_sum_of_its_provinces(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        for day, people in (("2025-12-31", 50), ("2026-03-04", 9), ("2026-11-10", 4), ("2026-11-17", 3)):
            await Log(connection).add(village.entry(day=day, people=people), SATURDAY)
        await Log(connection).add(village.entry("lan", "láng giềng", people=5), SATURDAY)
        await say_nil(connection, village.team["hai"], Week(2026, 47), None, SATURDAY)
        week, communes = Period.of_week(Week(2026, 47)), ["31441", "31453"]
        country = await national_report(connection, {"92": communes, "01": ["00004"]}, week, SATURDAY)
        province = await province_report(connection, "92", communes, week, SATURDAY)
    assert country["indicators"] == province["indicators"]
    first = country["indicators"][0]
    assert (first["value"], first["previous"], first["year_to_date"]) == (8, 4, 21)
    empty, full = sorted(country["provinces"], key=lambda p: p["teams"])
    assert (full["communes"], full["communes_reported"], full["teams_reported"], full["teams"]) == (2, 2, 3, 3)
    assert (empty["communes_reported"], empty["teams"], empty["indicators"]["1"]) == (0, 0, None)
