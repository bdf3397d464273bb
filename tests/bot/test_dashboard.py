"""The officers' page over HTTP: who comes in, what each role sees, what an address may ask, and what leaves it."""

import csv
import datetime as dt
import io
import re
from collections.abc import AsyncIterator

import pytest

from bot.dashboard.tables import BOM, Table, number, text, to_csv
from content.knowledge import Knowledge
from storage.database import Database
from storage.log import Log
from storage.memory import Memory
from storage.passes import LINK_LASTS, SESSION_LASTS
from tests.dashboard import Client, House, Tables
from tests.storage.village import COMMUNE, NEIGHBOUR, PROVINCE, SATURDAY, Village, build

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
OWN, NEXT, ALL = f"/so-lieu/x{COMMUNE}", f"/so-lieu/x{NEIGHBOUR}", f"/so-lieu/p{PROVINCE}"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
async def village(database: Database) -> Village:
    """A week in which three teams worked, with notes and groups that must not go everywhere."""
    async with database.write() as connection:
        made = await build(connection)
        log = Log(connection)
        for member, team, fields in (
            ("an", "một", {"people": 3, "groups": {"ngheo": 2}, "note": "ghi chú của an",
                           "procedures": {"khai-sinh": 1}}),
            ("bình", "một", {"people": 1, "contents": {"nop_ho_so": None}, "dossiers": 1}),
            ("dũng", "hai", {"people": 40, "note": "=ghi chú của dũng", "hamlet_id": made.hamlet["thôn 1"]}),
            ("lan", "láng giềng", {"people": 7}),
        ):  # fmt: skip
            await log.add(made.entry(member, team, **fields), SATURDAY)
        memory = Memory(connection, database.vault)
        await memory.handover.ask(made.person["oanh"], COMMUNE, SATURDAY, SATURDAY)
        await memory.gaps.keep("trả lời cho ai", "ai cho", "chua_hieu", SATURDAY, commune=COMMUNE)
        await memory.obstacles.count(COMMUNE, SATURDAY.date(), "vneid-kich-hoat", "co-app", "")
        await memory.sightings.count(COMMUNE, SATURDAY.date(), "stop", ["imitation"])
        await memory.screens.report(made.person["oanh"], "vneid-kich-hoat", "co-app", COMMUNE, SATURDAY.date())
    return made


@pytest.fixture
def house(database: Database, knowledge: Knowledge) -> House:
    return House(database, knowledge, SATURDAY)


@pytest.fixture
async def client(house: House) -> AsyncIterator[Client]:
    async with house.browser() as client:
        yield client


async def page(client: Client, path: str, status: int = 200) -> str:
    """The page at an address."""
    answer = await client.get(path)
    assert answer.status == status, path
    return await answer.text()


# --- who comes in ---------------------------------------------------------------------------------------------


async def test_a_link_opens_once_and_looking_at_it_does_not_use_it_up(
    house: House, village: Village, client: Client
) -> None:
    path = await house.link(village.person["hoa"])
    for _ in range(2):  # chat applications look at links before people do
        assert (await client.get(path)).status == 200
    assert (await client.get(OWN)).status == 403
    assert (await client.post(path, allow_redirects=False)).status == 303
    assert "Xã Vị Thủy" in await page(client, "/so-lieu")
    async with house.browser() as other:
        assert (await other.get(path)).status == 403
        assert (await other.post(path, allow_redirects=False)).status == 403
        assert (await other.get(OWN)).status == 403


async def test_a_link_ends_after_its_minutes_and_a_session_after_its_hours(
    house: House, village: Village, client: Client
) -> None:
    late = await house.link(village.person["hoa"])
    house.now += LINK_LASTS
    assert (await client.post(late, allow_redirects=False)).status == 403
    await house.enter(client, village.person["hoa"])
    house.now += SESSION_LASTS - MINUTE
    assert (await client.get(OWN)).status == 200
    house.now += MINUTE
    assert (await client.get(OWN)).status == 403


async def test_a_session_ends_with_the_role_and_when_left(house: House, village: Village, client: Client) -> None:
    await house.enter(client, village.person["hoa"])
    async with house.database.write() as connection:
        await Memory(connection, house.database.vault).people.revoke(village.person["hoa"], "officer", house.now)
    assert (await client.get(OWN)).status == 403
    await house.enter(client, village.person["chi"])
    own = f"/so-lieu/t{village.team['một']}"
    kept = {cookie.key: cookie.value for cookie in client.session.cookie_jar}
    assert (await client.get(own)).status == 200
    assert "đã ra khỏi trang" in await (await client.post("/so-lieu/ra")).text()
    assert (await client.get(own, cookies=kept)).status == 403


@pytest.mark.parametrize("foreign", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://xau.example"}])
async def test_no_other_site_can_press_our_buttons(
    house: House, village: Village, client: Client, foreign: dict[str, str]
) -> None:
    path = await house.link(village.person["khánh"])
    assert (await client.post(path, headers=foreign, allow_redirects=False)).status == 403
    await house.enter(client, village.person["hoa"])
    await client.post("/so-lieu/ra", headers=foreign)
    assert (await client.get(OWN)).status == 200


@pytest.mark.parametrize("secure", [False, True])
async def test_the_cookie_and_the_pages_keep_to_themselves(
    database: Database, knowledge: Knowledge, village: Village, secure: bool
) -> None:
    house = House(database, knowledge, SATURDAY, secure=secure)
    async with house.browser() as client:
        answer = await client.post(await house.link(village.person["hoa"]), allow_redirects=False)
        cookie = answer.headers["Set-Cookie"]
        assert ("Secure" in cookie) == ("__Host-" in cookie) == secure
        assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Max-Age=43200", "Path=/"))
        for told in (answer, await client.get(OWN), await client.get(await house.link(village.person["hoa"]))):
            assert told.headers["Cache-Control"] == "no-store"
            assert "default-src 'none'" in told.headers["Content-Security-Policy"]


# --- what each role sees --------------------------------------------------------------------------------------

WHO = {"citizen": "oanh", "member": "an", "head": "chi", "officer": "hoa", "next door": "khánh", "province": "minh",
       "admin": "nga"}  # fmt: skip
MATRIX: dict[str, dict[str, int]] = {
    "": {"head": 200, "officer": 200, "next door": 200, "province": 200},
    "commune": {"officer": 200, "province": 200},
    "commune/luot": {"officer": 200},
    "commune/luot.csv?so=1c": {"officer": 200},
    "commune/teams.csv": {"officer": 200},
    "commune/hamlets.csv": {"officer": 200},
    "commune/gaps.csv": {"officer": 200},
    "commune/requests.csv": {"officer": 200},
    "commune/indicators.csv": {"officer": 200, "province": 200},
    "commune?team={one}": {"officer": 200, "province": 200},
    "next": {"next door": 200, "province": 200},
    "next/luot": {"next door": 200},
    "one": {"head": 200},
    "one/luot": {"head": 200},
    "one?team={two}": {"head": 200},
    "two": {},
    "two/luot": {},
    "province": {"province": 200},
    "province/communes.csv": {"province": 200},
    "province/luot": {},
    "other": {},
    "other/indicators.csv": {},
}


@pytest.mark.parametrize("who", list(WHO))
async def test_a_role_sees_exactly_what_is_its_own(house: House, village: Village, client: Client, who: str) -> None:
    await house.enter(client, village.person[WHO[who]])
    ids = {"one": village.team["một"], "two": village.team["hai"]}
    places = {"": "/so-lieu", "commune": OWN, "next": NEXT, "province": ALL, "other": "/so-lieu/p01",
              "one": f"/so-lieu/t{ids['one']}", "two": f"/so-lieu/t{ids['two']}"}  # fmt: skip
    nobody = who in ("citizen", "member", "admin")
    for asked, allowed in MATRIX.items():
        place = re.split(r"[/?]", asked)[0]
        path = places[place] + asked[len(place) :].format(**ids)
        assert (await client.get(path)).status == allowed.get(who, 403 if nobody else 404), path


async def test_everybody_without_a_session_is_shut_out(house: House, village: Village, client: Client) -> None:
    for path in ("/so-lieu", OWN, ALL, f"{OWN}/luot", f"{OWN}/luot.csv", f"{OWN}/teams.csv"):
        for cookie in ({}, {"so-lieu": "x" * 22}, {"so-lieu": "đ"}, {"so-lieu": "x" * 5000}):
            if path == OWN or not cookie:
                assert (await client.get(path, cookies=cookie)).status == 403, path


SECRETS = ("ghi chú của", "Tổ một", "Tổ hai", "thôn 1", "trả lời cho ai", ">an<", "dũng")


async def test_a_province_sees_totals_alone(house: House, village: Village, client: Client) -> None:
    await house.enter(client, village.person["minh"])
    one = village.team["một"]
    for path in (
        ALL,
        OWN,
        f"{OWN}?team={one}",
        f"{OWN}?hamlet={village.hamlet['thôn 1']}",
        f"{OWN}?procedure=khai-sinh",
    ):
        shown = await page(client, path)
        assert [word for word in SECRETS if word in shown] == [], path
        assert "/luot" not in shown
    totals = Tables(await page(client, f"{OWN}?team={one}")).by_name["indicators"]
    assert totals[1][2] == "44"  # the whole commune, whatever team the address names
    rank = Tables(await page(client, ALL)).by_name["communes"]
    assert [row[:6] for row in rank[1:3]] == [
        ["1", "Xã Vị Thủy", "Đã báo cáo", "2", "2", "44"], ["2", "Xã Vĩnh Thuận Đông", "Đã báo cáo", "1", "1", "7"],
    ]  # fmt: skip


async def test_who_waits_for_a_human_is_seen_by_those_who_answer_for_it(
    house: House, village: Village, client: Client
) -> None:
    for person, path in (("hoa", OWN), ("minh", ALL)):
        async with house.browser() as somebody:
            await house.enter(somebody, village.person[person])
            shown = Tables(await page(somebody, path)).by_name["requests"]
            assert ["Xã Vị Thủy", "1", "09:00 21/11"] in [row[:3] for row in shown], person
    await house.enter(client, village.person["khánh"])
    shown = Tables(await page(client, NEXT)).by_name["requests"]
    assert [row[:3] for row in shown[1:]] == [["Xã Vĩnh Thuận Đông", "0", ""]]


async def test_a_head_sees_his_team_and_the_total_of_the_commune(
    house: House, village: Village, client: Client
) -> None:
    await house.enter(client, village.person["chi"])
    own = f"/so-lieu/t{village.team['một']}"
    shown = await page(client, f"{own}?team={village.team['hai']}")
    assert Tables(shown).by_name["indicators"][1][2] == "4"
    assert "Cả xã Vị Thủy: 44 lượt" in shown
    assert "Tổ hai" not in shown
    behind = await page(client, f"{own}/luot?team={village.team['hai']}")
    assert "ghi chú của an" in behind
    assert "dũng" not in behind


async def test_too_small_numbers_are_hidden_above_the_team(house: House, village: Village, client: Client) -> None:
    def shown(page: str) -> str:
        return next(row[2] for row in Tables(page).by_name["indicators"] if "hộ nghèo" in row[0])

    one = village.team["một"]
    for person, path, expected in (("hoa", OWN, "<5"), ("hoa", f"{OWN}?team={one}", "<5"), ("minh", OWN, "<5"),
                                   ("minh", ALL, "<5"), ("chi", f"/so-lieu/t{one}", "2")):  # fmt: skip
        async with house.browser() as somebody:
            await house.enter(somebody, village.person[person])
            assert shown(await page(somebody, path)) == expected, (person, path)
            place, _, query = path.partition("?")
            file = await (await somebody.get(f"{place}/indicators.csv?{query}")).text()
            assert re.search(rf'hộ nghèo, người dân tộc thiểu số",lượt,{expected},', file), file
    await house.enter(client, village.person["hoa"])
    assert "cộng lại &lt;5 lượt" in await page(client, f"{OWN}/luot?so=1c")


# --- what an address asks -------------------------------------------------------------------------------------


async def test_the_filters_show_the_part_they_name(house: House, village: Village, client: Client) -> None:
    await house.enter(client, village.person["hoa"])
    of_team = Tables(await page(client, f"{OWN}?week=2026-W47&team={village.team['hai']}")).by_name
    assert of_team["indicators"][1][2] == "40"
    assert [row[0] for row in of_team["teams"][1:]] == ["Tổ hai"]
    of_hamlet = Tables(await page(client, f"{OWN}?hamlet={village.hamlet['thôn 1']}")).by_name["parts"]
    assert [row[2] for row in of_hamlet[1:]] == ["40", "0", "0"]
    procedure = Tables(await page(client, f"{OWN}?from=2026-11-01&to=2026-11-20&procedure=khai-sinh")).by_name
    assert procedure["parts"][1][2] == "1"
    assert procedure["teams-of"][1:] == [["Tổ một", "1"]]
    before = Tables(await page(client, f"{OWN}?week=2026-W46")).by_name["indicators"]
    assert before[1][2:6] == ["-", "-", "", "-"]
    trend = Tables(await page(client, OWN)).by_name["trend"]
    assert [len(trend), trend[1][1], trend[2][1]] == [13, "44", "-"]


@pytest.mark.parametrize("query", [
    "week=hôm-nay", "week=2026-W60", "week=2027-W01", "from=2026-11-05", "from=2026-11-05&to=2026-11-01",
    "from=2020-01-01&to=2026-11-01", "team=x", "team=-1", "hamlet=1&procedure=khai-sinh", "procedure=%27%3B--",
    "procedure=" + "a" * 99, "from=9999-99-99&to=x",
])  # fmt: skip
async def test_what_cannot_be_read_is_left_out_and_said(
    house: House, village: Village, client: Client, query: str
) -> None:
    await house.enter(client, village.person["hoa"])
    shown = await page(client, f"{OWN}?{query}")
    assert "không đọc được" in shown
    assert "Tuần 47" in shown


async def test_unknown_parts_break_nothing(house: House, village: Village, client: Client) -> None:
    await house.enter(client, village.person["hoa"])
    foreign = village.team["láng giềng"]
    shown = Tables(await page(client, f"{OWN}?team={foreign}")).by_name["indicators"]
    assert shown[1][2] == "-"
    assert ">lan<" not in await page(client, f"{OWN}/luot?team={foreign}")
    for path in ("?team=999999999999999", "?hamlet=999999999999999", "?procedure=khong-co", "/luot?trang=999"):
        await page(client, OWN + path)
    for path in ("/luot?so=khong", "/luot?so=procedure:%27", "/khong-co.csv", "/luot?so=hamlet:1:people"):
        await page(client, OWN + path, 404)
    await page(client, "/so-lieu/x99999", 404)


async def test_the_entries_behind_a_figure_add_up_to_it(house: House, village: Village, client: Client) -> None:
    await house.enter(client, village.person["hoa"])
    shown = await page(client, OWN)
    for cells in Tables(shown).by_name["indicators"][1:]:
        link = re.search(rf'>{re.escape(cells[0])}</th>.*?href="([^"]+luot[^"]+)"', shown)
        if link is None or cells[0].startswith("Số tổ"):
            continue
        behind = await page(client, link[1].replace("&amp;", "&"))
        told = re.search(r"cộng lại (\S+) ", behind)
        assert told
        assert told[1].replace("&lt;", "<") == cells[2]
    of_hamlet = await page(client, f"{OWN}/luot?so=1&hamlet={village.hamlet['thôn 1']}")
    assert "1 lần ghi, cộng lại 40 lượt" in of_hamlet


# --- what leaves it -------------------------------------------------------------------------------------------


async def test_every_table_is_a_file_that_says_the_same(house: House, village: Village, client: Client) -> None:
    await house.enter(client, village.person["hoa"])
    shown = await page(client, OWN)
    names = re.findall(rf'href="{OWN}/([a-z-]+)\.csv', shown)
    assert {"indicators", "trend", "teams", "hamlets", "procedures", "contents", "obstacles", "gaps",
            "screens"} <= set(names)  # fmt: skip
    for name in names:
        answer = await client.get(f"{OWN}/{name}.csv?week=2026-W47")
        assert answer.headers["Content-Disposition"].endswith(f'{name}-x{COMMUNE}-2026-W47.csv"')
        body = (await answer.read()).decode()
        assert body.startswith(BOM)
        rows = list(csv.reader(io.StringIO(body.removeprefix(BOM))))
        shown_rows = Tables(shown).by_name[name]
        told = [[cell.replace(".", "").lstrip("+").removeprefix("- ") for cell in row] for row in shown_rows]
        assert [[c.replace(".", "") or "-" for c in row] for row in rows] == [[c or "-" for c in row] for row in told]


async def test_the_file_of_entries_names_nobody_and_computes_nothing(
    house: House, village: Village, client: Client
) -> None:
    await house.enter(client, village.person["hoa"])
    assert ">dũng<" in await page(client, f"{OWN}/luot")
    body = (await (await client.get(f"{OWN}/luot.csv")).read()).decode()
    assert "'=ghi chú của dũng" in body
    assert not re.search(r"(^|,)\"?[=+@]", body, re.MULTILINE)
    assert "bình" not in body


@pytest.mark.parametrize("words", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", " =1", "\r\n=1", "＝1", 'a,b;c"d\ne'])
def test_no_cell_of_words_is_ever_a_formula(words: str, engine: str) -> None:
    body = to_csv(Table("t", "", ["=head"], [(text(words), number(-5))])).decode().removeprefix(BOM)
    head, row = csv.reader(io.StringIO(body))
    assert head == ["'=head"]
    assert row[1] == "-5"
    assert row[0].startswith("'") == (not words.startswith("a"))
