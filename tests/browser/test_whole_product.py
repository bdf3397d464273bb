"""The whole product in a real browser: a citizen, a member and an officer, as `demo` serves them."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.app import App
from bot.clock import wall_clock
from bot.settings import Settings
from content.knowledge import Knowledge
from storage.memory import Memory
from storage.migrate import upgrade
from storage.periods import VIETNAM, Period, Week
from storage.report import report
from storage.scope import Grant
from tests.browser.driver import Person, chromium, free_of_complaints
from tests.payment_codes import code, napas
from tests.pictures import photo

pytestmark = pytest.mark.browser
COMMUNE = "31441"
TEAM = "Tổ thôn 3"


@dataclass
class House:
    """The program, running, and a way to stop and start it on the same port and database."""

    settings: Settings
    knowledge: Knowledge
    app: App

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.app.port}/"

    async def stop(self) -> None:
        """Stops it as an operator would."""
        await self.app.stop()

    async def start(self) -> None:
        """Starts it again where it was."""
        listen = f"127.0.0.1:{self.app.port}"
        self.app = App(self.settings.model_copy(update={"listen": listen}), knowledge=self.knowledge)
        await self.app.start()

    async def invite(self, role: str) -> str:
        """A code for that role in the commune."""
        async with self.app.database.write() as connection:
            memory = Memory(connection, self.app.database.vault)
            team_id = await memory.people.ensure_team(COMMUNE, TEAM, dt.datetime.now(VIETNAM).date())
            grant = Grant(role, commune=COMMUNE, team_id=team_id if role == "member" else None)
            return await memory.invitations.make(grant, wall_clock())

    async def count(self) -> dict[str, object]:
        """This week's figures as `report` gives them."""
        period = Period.of_week(Week.of(dt.datetime.now(VIETNAM).date()))
        async with self.app.database.read() as connection:
            figures = await report(connection, COMMUNE, period, wall_clock())
        return {i["code"]: i["value"] for i in figures["indicators"]}


@pytest.fixture
async def house(tmp_path: Path, knowledge: Knowledge) -> AsyncIterator[House]:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/bot.db", listen="127.0.0.1:0", telegram_token=None, _env_file=None
    )
    app = App(settings, knowledge=knowledge)
    await upgrade(app.database)
    await app.start()
    house = House(settings, knowledge, app)
    yield house
    await house.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def consent(person: Person, then: str) -> None:
    """Agrees at first contact."""
    await person.hears("đồng ý")
    await person.press("1Đồng ý")  # with its number: "Không đồng ý" holds the words too
    await person.hears(then)


async def test_a_citizen_walks_through_a_whole_guide(house: House, browser: Browser) -> None:
    an = await Person.enter(browser, f"{house.url}?ma=XA{COMMUNE}")
    await consent(an, "Xã Vị Thủy")
    await an.type("kich hoat vneid")
    await an.hears("Bác làm cho ai?")
    await an.press("Tôi làm cho tôi")
    guide = house.knowledge.library.get("vneid-kich-hoat")
    assert guide is not None
    number, here = 1, guide.steps[0].id
    while (step := guide.step(here)) is not None:
        await an.hears(f"Bước {number}/")
        await an.type("1")
        number, here = number + 1, guide.following(step)
    await an.hears("Xong: Kích hoạt")
    assert free_of_complaints(an) == []


async def test_a_citizen_photographs_a_code_and_reads_who_would_be_paid(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    an = await Person.enter(browser, f"{house.url}?ma=XA{COMMUNE}")
    await consent(an, "Xã Vị Thủy")
    (tmp_path / "ma.jpg").write_bytes(photo(code(("38", napas("970418", "5512345678909")))))
    await an.page.set_input_files("#picked", tmp_path / "ma.jpg")
    await an.hears("BIDV, tài khoản cuối 8909")
    assert free_of_complaints(an) == []


async def test_a_member_guides_logs_and_the_officer_reads_the_count(house: House, browser: Browser) -> None:
    ba = await Person.enter(browser, f"{house.url}?ma={await house.invite('member')}")
    await consent(ba, TEAM)
    await ba.press("Ghi lượt hỗ trợ")
    await ba.hears("giúp việc gì")
    await ba.press("Kích hoạt VNeID")
    await ba.hears("mấy người")
    await ba.type("3")
    await ba.hears("Kết quả")
    await ba.press("Đã xong")
    await ba.hears("3 lượt")
    await ba.type("trả phí bằng mã qr")
    await ba.hears("Bác làm cho ai?")
    await ba.press("Tôi giúp người khác")
    for _ in range(40):
        answered = await ba.said().count()
        await ba.type("1")
        await expect(ba.said()).not_to_have_count(answered)
        if any("Ghi lượt này" in c for c in await ba.choices()):
            break
    await ba.press("Ghi lượt này")
    await ba.hears("Đã ghi")
    hoa = await Person.enter(browser, f"{house.url}?ma={await house.invite('officer')}")
    await consent(hoa, "Cán bộ xã")
    await hoa.type("báo cáo tuần này")
    await hoa.hears("Tổng số: 4 lượt")
    figures = await house.count()
    assert (figures["1"], figures["2"], figures["5"]) == (4, 3, 1)
    await hoa.type("bảng số liệu")
    await hoa.hears(f"{house.url}so-lieu/vao/")  # the port it really has, though any would do
    async with hoa.page.expect_popup() as opened:
        await hoa.said().last.locator("a").click()
    await expect((await opened.value).get_by_role("button", name="Mở trang số liệu")).to_be_visible()


async def test_what_is_typed_while_the_program_is_down_is_answered_once_when_it_is_back(
    house: House, browser: Browser
) -> None:
    an = await Person.enter(browser, f"{house.url}?ma=XA{COMMUNE}")
    await consent(an, "Xã Vị Thủy")
    await an.type("kich hoat vneid")
    await an.hears("Bác làm cho ai?")
    await an.press("Tôi làm cho tôi")
    await an.hears("Bước 1/")
    await house.stop()
    await an.type("xong")
    await an.sees_state("Chưa gửi, sẽ tự gửi lại")
    await house.start()
    await an.hears("Bước 2/")
    await asyncio.sleep(1)
    texts = await an.last(3)
    assert sum("Bước 2/" in t for t in texts) == 1
    assert not any("Bước 3/" in t for t in texts)
