"""The officers' page in a real browser: from the link to the entries behind a figure, on a phone and on a desk."""

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from content.knowledge import Knowledge
from storage.database import Database
from tests.browser.driver import Place, chromium, needs_chromium
from tests.dashboard import House
from tests.databases import database, database_url, sqlite_template  # noqa: F401
from tests.documents.conftest import SUNDAY, live
from tests.storage.village import COMMUNE, Village

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
    return await live(database, 1, 24)


@pytest.fixture
async def house(database: Database, knowledge: Knowledge, village: Village) -> House:  # noqa: F811
    return House(database, knowledge, SUNDAY)


@pytest.fixture
async def place(house: House) -> AsyncIterator[Place]:
    here = Place()
    await here.start(house.application)
    yield here
    await here.stop()


async def looks_well(page: Page) -> None:
    """Nothing for axe to complain of, and no sideways scrolling of the page itself."""
    for width in (1280, 360):
        await page.set_viewport_size({"width": width, "height": 740})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url
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
    async with page.expect_download() as taken:
        await page.locator("a[href*='communes.csv']").click()
    assert "Xã Vị Thủy" in (await (await taken.value).path()).read_text("utf-8-sig")
    await page.get_by_role("link", name="Xã Vị Thủy").click()
    await expect(page.locator("h1")).to_contain_text("Xã Vị Thủy")
    assert await page.locator("a[href*='/luot']").count() == 0
