"""The officers' page in a real browser: from the link to the entries behind a figure, on a phone and on a desk."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from content.knowledge import Knowledge
from storage.campaigns import Goal
from storage.database import Database
from storage.memory import Memory
from storage.periods import Period
from tests.browser.driver import Place, chromium, needs_chromium
from tests.dashboard import House
from tests.databases import database, database_url, sqlite_template  # noqa: F401
from tests.documents.conftest import SUNDAY, WEEK, live
from tests.storage.village import COMMUNE, PROVINCE, Village

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.fixture
def engine() -> str:
    """One is enough: what is read is tried elsewhere."""
    return "sqlite"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
async def village(database: Database) -> Village:  # noqa: F811
    """A busy commune with something in every section of the page."""
    made = await live(database, 1, 24)
    day, guide, step = SUNDAY.date(), "vneid-kich-hoat", "tin-duyet"
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        scope = made.scope["minh"]
        name = "60 ngày đêm tham gia chuyển đổi số toàn thành phố"
        key = await memory.campaigns.make(scope, PROVINCE, name, Period(WEEK.previous().first, WEEK.last), SUNDAY)
        for code in ("1", "2", "3", "4", "5"):
            await memory.campaigns.count(scope, key, Goal(code, 20, 1_000_000), SUNDAY)
        for whose, where in (("hoa", COMMUNE), ("minh", PROVINCE)):
            source = (
                "Thông báo số 47/TB-VP của Văn phòng, https://dichvucong.gov.vn/p/home/dvc-index-tinhthanhpho.html"
            )
            await memory.official.put(made.scope[whose], where, "766", WEEK, Decimal("85.16"), source, SUNDAY)
        await memory.handover.ask(made.person["oanh"], COMMUNE, SUNDAY, SUNDAY)
        await memory.gaps.keep("cái máy nó cứ quay quay hoài không vô được", "may quay", "chua_hieu", SUNDAY,
                               commune=COMMUNE)  # fmt: skip
        await memory.obstacles.count(COMMUNE, day, guide, step, "lo-xoa-tin")
        await memory.screens.report(made.person["oanh"], guide, step, COMMUNE, day)
    return made


@pytest.fixture
async def house(database: Database, knowledge: Knowledge, village: Village) -> House:  # noqa: F811
    return House(database, knowledge, SUNDAY)


@pytest.fixture
async def place(house: House) -> AsyncIterator[Place]:
    here = Place()
    await here.start(house.application)
    yield here
    await here.stop()


CUT_OFF = """() => [...document.querySelectorAll("main *")]
  .filter(e => !e.closest("select"))
  .filter(e => e.getBoundingClientRect().right > innerWidth
               || (e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1))
  .map(e => `${e.closest("section")?.innerText.split("\\n")[0]}: ${e.tagName} ${e.textContent.slice(0, 40)}`)"""
"""What one would have to scroll sideways for."""


WIDTHS = (1280, 1100, 1024, 900, 800, 769, 768, 600, 481, 360)
"""A desk, tablets both ways, both sides of where rows become cards, a phone."""


async def looks_well(page: Page) -> None:
    """Nothing for axe to complain of, and nothing to scroll sideways for: neither the page nor a table in it."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 740})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        assert await page.evaluate(CUT_OFF) == [], (width, page.url)
        if width in (1280, 1024, 360):
            found = await Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


async def test_an_officer_comes_in_by_keyboard_and_follows_a_figure_to_its_entries(
    browser: Browser, house: House, village: Village, place: Place
) -> None:
    page = await browser.new_page(locale="vi-VN")
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    await page.goto(place.url.rstrip("/") + await house.link(village.person["hoa"]))
    await looks_well(page)
    for _ in range(2):  # past the way to the content
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("Xã Vị Thủy")
    assert await page.locator(".empty").count() == 0  # every section is looked at with something in it
    await looks_well(page)
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    shown = page.locator("section", has=page.locator("#indicators")).locator("tbody tr").first.locator("td").nth(1)
    figure = await shown.inner_text()
    await shown.locator("a").click()
    await expect(page.locator("main")).to_contain_text(f"cộng lại {figure} lượt")
    await looks_well(page)
    await page.get_by_role("link", name="Về bảng số liệu").click()
    await page.locator("select[name=team]").select_option(label="Tổ hai")
    await page.get_by_role("button", name="Xem").click()
    await expect(page.locator("h1")).to_contain_text("Tổ hai")
    await looks_well(page)
    await page.get_by_role("button", name="Ra khỏi trang").click()
    await page.goto(f"{place.url}so-lieu/x{COMMUNE}")
    await expect(page.locator("main")).to_contain_text('gõ "bảng số liệu"')
    assert [c for c in complaints if "403" not in c] == []


async def test_a_province_looks_without_scripts_and_takes_a_table_with_it(
    browser: Browser, house: House, village: Village, place: Place
) -> None:
    plain = await browser.new_context(java_script_enabled=False, accept_downloads=True)
    page = await plain.new_page()
    await page.goto(place.url.rstrip("/") + await house.link(village.person["minh"]))
    await page.get_by_role("button", name="Mở trang số liệu").click()
    await expect(page.locator("h1")).to_contain_text("Cần Thơ")
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 740})
        assert await page.evaluate(CUT_OFF) == [], width
    async with page.expect_download() as taken:
        await page.locator("a[href*='communes.csv']").click()
    assert "Xã Vị Thủy" in (await (await taken.value).path()).read_text("utf-8-sig")
    await page.get_by_role("link", name="Xã Vị Thủy").click()
    await expect(page.locator("h1")).to_contain_text("Xã Vị Thủy")
    assert await page.locator("a[href*='/luot']").count() == 0


async def test_a_province_has_a_page_as_good_as_an_officer(
    browser: Browser, house: House, village: Village, place: Place
) -> None:
    page = await browser.new_page(locale="vi-VN")
    await page.goto(place.url.rstrip("/") + await house.link(village.person["minh"]))
    await page.get_by_role("button", name="Mở trang số liệu").click()
    await expect(page.locator("h1")).to_contain_text("Cần Thơ")
    await looks_well(page)
