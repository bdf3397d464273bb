"""The same figure is the same in the chat, the chart, Excel, Word, the page and the JSON, whatever was logged."""

import asyncio
import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import sqlalchemy as sa

from bot.cli.main import run
from bot.documents import chart
from bot.documents.files import Documents
from bot.documents.rows import Rows
from content.knowledge import Knowledge
from content.messages import grouped
from handlers.booklet import Booklet
from storage.database import Database
from storage.periods import Period
from storage.schema import assistance
from storage.schema.reports import entry_channel
from storage.statistics import INDICATORS, discreet
from tests.dashboard import House, Tables
from tests.documents.conftest import SUNDAY, Make, live
from tests.documents.test_excel import table
from tests.storage.village import COMMUNE
from tests.talk import Talk

CODES = [i.code for i in INDICATORS if i.code != "11"]
SEEDS = (1, 2, 3)
Figures = dict[str, Any]


def of_json(database_url: str, path: Path) -> dict[str, Any]:
    """What `report --format json` says."""
    out = path / "report.json"
    assert run(["report", "--commune", COMMUNE, "--week", "2026-W47", "--out", str(out), "--db", database_url,
                "--now", SUNDAY.isoformat()]) == 0  # fmt: skip
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def of_excel(data: bytes) -> Figures:
    """Value, before, change, year, by code; and lượt by team."""
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    rows = table(book["Tổng hợp"])[1]
    teams = table(book["Theo tổ"])[1][:-1]
    return {row[0]: tuple(row[3:7]) for row in rows if row[0]} | {row[1]: row[5] for row in teams}


def sides_of_excel(data: bytes) -> dict[str, list[int | None]]:
    """The figures of the other sheets, one after the other: by procedure, by content and so on, by day."""
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    columns = (("Theo thủ tục", 2), ("Theo nội dung", 3), ("Theo ngày", 3))
    return {name: [row[column] for row in table(book[name])[1] if row[0] not in (None, "TỔNG CỘNG")]
            for name, column in columns}  # fmt: skip


def number(text: str) -> int | str | None:
    if text in ("", "-"):
        return None
    return text if text.startswith("<") else int(text.replace(".", "").lstrip("+"))


def of_word(data: bytes) -> Figures:
    """The same from the draft."""
    tables = [t for t in docx.Document(BytesIO(data)).tables if t.rows[0].cells[0].text in ("STT", "Mục")]
    rows = [[c.text for c in row.cells] for row in tables[0].rows[1:]]
    teams = [[c.text for c in row.cells] for row in tables[1].rows[1:-1]]
    return {r[0]: tuple(number(x) for x in r[3:7]) for r in rows if r[0]} | {t[1]: number(t[3]) for t in teams}


def codes_of(documents: Documents, booklet: Booklet) -> list[tuple[int, int]]:
    """Suspicious codes, and codes checked, in the workbook and in the draft."""
    book = openpyxl.load_workbook(BytesIO(documents.make("xlsx", booklet).data), data_only=True)
    in_book = [row[3] for row in table(book["Tổng hợp"])[1][-2:]]
    draft = docx.Document(BytesIO(documents.make("docx", booklet).data))
    rows = next(t for t in draft.tables if t.rows[0].cells[0].text in ("STT", "Mục")).rows[-2:]
    assert "đáng ngờ" in rows[0].cells[1].text
    return [(in_book[0], in_book[1]), tuple(int(r.cells[3].text) for r in rows)]


async def through(database: Database, period: Period) -> list[int]:
    """Lượt by the channel they were logged on, added up anew from the entries."""
    a, channel = assistance.c, entry_channel.c.channel
    total = sa.func.sum(a.people)
    of_week = (a.commune == COMMUNE, a.day.between(period.first, period.last), a.state == "saved")
    query = sa.select(total).join_from(assistance, entry_channel).where(*of_week).group_by(channel)
    async with database.read() as connection:
        return list((await connection.execute(query.order_by(total.desc()))).scalars())


async def of_page(database: Database, knowledge: Knowledge, officer: int) -> dict[str, list[list[str]]]:
    house = House(database, knowledge, SUNDAY)
    async with house.browser() as client:
        await house.enter(client, officer)
        return Tables(await (await client.get(f"/so-lieu/x{COMMUNE}")).text()).by_name


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_figure_is_the_same_wherever_it_is_read(
    database: Database, knowledge: Knowledge, commune_booklet: Make, database_url: str, tmp_path: Path, seed: int
) -> None:
    village = await live(database, seed, entries=12 * seed)
    said = await asyncio.to_thread(of_json, database_url, tmp_path)
    booklet, documents = await commune_booklet(), Documents(knowledge)
    lines = {i["code"]: discreet(i) for i in said["indicators"]}
    expected: Figures = {
        code: tuple(lines[code][name] for name in ("value", "previous", "change", "year_to_date")) for code in CODES
    }
    expected |= {t["team"]: t["indicators"]["1"] for t in said["teams"]}
    assert of_excel(documents.make("xlsx", booklet).data) == expected
    sides = sides_of_excel(documents.make("xlsx", booklet).data)
    assert [n for n in sides["Theo thủ tục"] if isinstance(n, int)] == [p["count"] for p in said["procedures"]]
    parts = [n for name in ("contents", "places", "groups", "results") for n in said[name].values()]
    parts += await through(database, booklet.period)
    assert [n if isinstance(n, int) else m for n, m in zip(sides["Theo nội dung"], parts, strict=True)] == parts
    assert [n for n in sides["Theo ngày"] if n] == list(said["days"].values())
    assert of_word(documents.make("docx", booklet).data) == expected
    codes = (said["suspicious_codes"]["stopped"], said["suspicious_codes"]["checked"])
    assert codes[1] == seed
    assert codes_of(documents, booklet) == [codes, codes]
    weeks, contents, teams = chart.panels(Rows(booklet, knowledge))
    assert [bar.value for bar in weeks.bars][-2:] == [lines["1"]["previous"], lines["1"]["value"]]
    assert {b.label: b.value for b in teams.bars} == {t["team"]: t["indicators"]["1"] for t in said["teams"]}
    assert [b.value for b in contents.bars] == list(said["contents"].values())[: chart.MOST_CONTENTS]
    page = await of_page(database, knowledge, village.person["hoa"])
    shown: Figures = {row[0]: tuple(number(x) for x in row[2:6]) for row in page["indicators"][1:]}
    assert {code: shown[lines[code]["name"]] for code in CODES} == {code: expected[code] for code in CODES}
    assert {row[0]: number(row[4]) for row in page["teams"][1:]} == {
        t["team"]: expected[t["team"]] for t in said["teams"]
    }
    assert tuple(number(row[2]) for row in page["indicators"][-2:]) == codes
    assert [number(row[1]) for row in page["trend"][1:3]] == [lines["1"]["value"], lines["1"]["previous"]]
    assert [number(row[2]) for row in page["contents"][1:]][: len(said["contents"])] == list(
        said["contents"].values()
    )
    await in_chat(Talk(database, knowledge, SUNDAY), lines, said)


async def in_chat(talk: Talk, lines: dict[str, Any], said: dict[str, Any]) -> None:
    """The phone shows every figure that is not 0, and which team said how much."""
    hoa = await talk.officer("Hoa")
    await hoa.says("báo cáo tuần này")
    first = lines["1"]
    assert f"Tổng số: {grouped(first['value'])} lượt" in hoa.reads
    assert f"tuần trước {grouped(first['previous'])}" in hoa.reads or first["change"] == 0
    for code in ("1a", "1b", "1c", "2", "3", "4", "5", "6", "9"):
        if lines[code]["value"]:
            assert re.search(rf"- .*: {re.escape(grouped(lines[code]['value']))} {lines[code]['unit']}", hoa.reads), (
                code
            )
    meetings, active = (next(i for i in said["indicators"] if i["code"] == code) for code in ("8", "10"))
    if meetings["value"]:
        assert f"{grouped(meetings['value'])} buổi, {grouped(meetings['people'])} người dự" in hoa.reads
    teams = f"{active['value']}/{active['teams_total']} tổ"
    assert f"Có hoạt động: {teams}, {active['members_active']}/{active['members_total']} thành viên" in hoa.reads
    codes = said["suspicious_codes"]
    assert f"Mã đáng ngờ: {codes['stopped']}, trong {codes['checked']} mã đã kiểm tra" in hoa.reads
    await hoa.presses("Theo tổ")
    for team in said["teams"]:
        if team["reported"]:
            assert f"{team['team']}: {grouped(team['indicators']['1'])} lượt" in hoa.reads
