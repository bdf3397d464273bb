"""A campaign's points are the same in the chat, in the workbook and on the page; official figures stand apart."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pytest

from bot.documents.files import Documents
from content.knowledge import Knowledge
from storage.campaigns import Goal
from storage.database import Database
from storage.memory import Memory
from storage.periods import Period
from storage.scope import Grant, Scope
from tests.dashboard import House, Tables
from tests.documents.conftest import SUNDAY, WEEK, Make, live
from tests.documents.test_excel import table
from tests.storage.village import COMMUNE, PROVINCE, Village
from tests.talk import Talk

DAYS = Period(WEEK.previous().first, WEEK.last.replace(month=12, day=30))
NAME = "60 ngày đêm chuyển đổi số"


@pytest.fixture
async def village(database: Database) -> Village:
    """A busy commune, a quiet one, a campaign, and a figure somebody published."""
    made = await live(database, 1, 24)
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        scope = made.scope["minh"]
        await memory.log.add(made.entry("lan", "láng giềng", people=9), SUNDAY)
        key = await memory.campaigns.make(scope, PROVINCE, NAME, DAYS, SUNDAY)
        await memory.campaigns.count(scope, key, Goal("1", 60, 977), SUNDAY)
        await memory.campaigns.count(scope, key, Goal("4", 40, 31), SUNDAY)
        hoa = Scope(made.person["hoa"], (Grant("officer", COMMUNE),))
        await memory.official.put(hoa, COMMUNE, "766", WEEK, Decimal("85.16"), "=Thông báo", SUNDAY)
    return made


async def test_points_are_the_same_wherever_they_are_read(
    database: Database, knowledge: Knowledge, village: Village, province_booklet: Make
) -> None:
    booklet = await province_booklet()
    (ranking,) = booklet.campaigns
    expected = [
        (s.rank, "Xã Vị Thủy" if s.commune == COMMUNE else "Xã Vĩnh Thuận Đông", float(s.points or 0),
         s.values["1"], s.values["4"])
        for s in ranking.standings if s.rank
    ]  # fmt: skip
    assert [row[0] for row in expected] == [1, 2]
    assert expected[0][2] > expected[1][2] > 0
    book = openpyxl.load_workbook(BytesIO(Documents(knowledge).make("xlsx", booklet).data), data_only=True)
    assert [tuple(row[:5]) for row in table(book["Thi đua"])[1]][:2] == expected
    told = [(str(r), name, f"{p:.2f}".replace(".", ","), *map(str, v)) for r, name, p, *v in expected]
    house = House(database, knowledge, SUNDAY)
    async with house.browser() as client:
        await house.enter(client, village.person["minh"])
        page = Tables(await (await client.get(f"/so-lieu/p{PROVINCE}")).text()).by_name
        assert [tuple(row) for row in page["campaign-a"][1:3]] == told
    async with house.browser() as client:
        await house.enter(client, village.person["hoa"])
        page = Tables(await (await client.get(f"/so-lieu/x{COMMUNE}")).text()).by_name
        assert [tuple(row) for row in page["campaign-a"][1:3]] == [row[:3] for row in told]
        assert [row[4] for row in page["goals-a"][1:]] == list(told[0][3:])
        assert page["official"][1][:5] == ["Bộ chỉ số 766, tổng điểm", WEEK.label, "85,16", "100", "-"]
        assert page["official"][1][5:7] == ["=Thông báo", "hoa"]
        file = (await (await client.get(f"/so-lieu/x{COMMUNE}/official.csv")).read()).decode()
        assert "'=Thông báo" in file
    talk = Talk(database, knowledge, SUNDAY)
    for person in (await talk.officer("Hoa"), await talk.province_officer("Minh", PROVINCE)):
        await person.says("thi đua")
        await person.presses(f"{NAME} (còn 39 ngày)")
        for rank, name, points, *_ in told:
            assert f"{rank}. {name}: {points} điểm" in person.reads


async def test_a_draft_tells_of_a_campaign_that_runs_in_its_days_and_of_no_other(
    knowledge: Knowledge, village: Village, commune_booklet: Make, province_booklet: Make
) -> None:
    documents, (ranking,) = Documents(knowledge), (await province_booklet()).campaigns
    first, second = (f"{s.points:.2f}".replace(".", ",") for s in ranking.standings if s.points is not None)
    days = "từ ngày 09/11/2026 đến ngày 30/12/2026 (đến ngày 22/11/2026 còn 39 ngày)."
    of_all = docx.Document(BytesIO(documents.make("docx", await province_booklet()).data))
    lines = [p.text for p in of_all.paragraphs]
    at = lines.index("5. Kết quả thi đua")
    assert lines[at + 1 : at + 3] == [f"{NAME}, {days}", "Có báo cáo và được xếp hạng: 2/103 xã, phường."]
    assert at < lines.index("II. KHÓ KHĂN, VƯỚNG MẮC")
    assert rows_of(of_all, "Điểm")[1:] == [["1", "Xã Vị Thủy", first], ["2", "Xã Vĩnh Thuận Đông", second]]
    booklet = await commune_booklet()
    own = docx.Document(BytesIO(documents.make("docx", booklet).data))
    standing = f"Xã Vị Thủy đạt {first}/100 điểm, xếp thứ 1 trong 2 xã, phường có báo cáo."
    assert standing in [p.text for p in own.paragraphs]
    values = ranking.standings[0].values
    assert [row[:6] for row in rows_of(own, "Trọng số")[1:]] == [
        ["1", "Tổng số lượt", "lượt", "60", "977", str(values["1"])],
        ["2", "Nộp hồ sơ trực tuyến", "hồ sơ", "40", "31", str(values["4"])],
    ]
    assert second not in "".join(row.text for t in own.tables for row in t._cells)  # what others have is not told
    sheet = openpyxl.load_workbook(BytesIO(documents.make("xlsx", booklet).data))["Thi đua"]
    assert [row[:4] for row in table(sheet)[1]][:2] == [
        [1, "Xã Vị Thủy", float(first.replace(",", "."))],
        [2, "Xã Vĩnh Thuận Đông", float(second.replace(",", "."))],
    ]
    before = docx.Document(BytesIO(documents.make("docx", await commune_booklet(DAYS.previous())).data))
    assert "thi đua" not in "".join(p.text for p in before.paragraphs)


def rows_of(document: Any, head: str) -> list[list[str]]:
    """The table with that column."""
    tables = [[[cell.text for cell in row.cells] for row in t.rows] for t in document.tables]
    return next(t for t in tables if head in t[0])


async def test_official_figures_stand_in_the_workbook_and_the_draft_apart_from_ours(
    knowledge: Knowledge, village: Village, commune_booklet: Make
) -> None:
    documents, booklet = Documents(knowledge), await commune_booklet()
    sheet = openpyxl.load_workbook(BytesIO(documents.make("xlsx", booklet).data))["Chỉ số chính thức"]
    assert table(sheet)[1][0][:7] == ["Bộ chỉ số 766, tổng điểm", WEEK.label, 85.16, 100, None, "=Thông báo", "hoa"]
    lines = [p.text for p in docx.Document(BytesIO(documents.make("docx", booklet).data)).paragraphs]
    said = "Bộ chỉ số 766, tổng điểm (=Thông báo): 85,16/100 điểm. Số này do cơ quan khác công bố."
    assert said in lines
    assert lines.index("2. Kết quả theo chỉ tiêu") > lines.index(said)


async def test_a_head_sees_neither_ranks_nor_official_figures(
    database: Database, knowledge: Knowledge, village: Village
) -> None:
    house = House(database, knowledge, SUNDAY)
    async with house.browser() as client:
        await house.enter(client, village.person["chi"])
        shown = await (await client.get(f"/so-lieu/t{village.team['một']}")).text()
    assert NAME not in shown
    assert "85,16" not in shown
