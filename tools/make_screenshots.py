"""Makes the pictures of README.md: the demo's web chat as three people see it, and the officers' page of figures.

Run from the project root when the page or the words changed: `.venv/bin/python -m tools.make_screenshots`. It starts
a demo of its own on a free port and drives Chromium, as the browser tests do.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urljoin

from playwright.async_api import Browser

from tests.browser.driver import CALM, Person, chromium

PICTURES = Path(__file__).parent.parent / "docs" / "img"
NOW = "2026-11-21T09:00:00+07:00"
"""A Saturday, so that a week of made-up figures is there to be reported."""
WIDTH, HEIGHT = 360, 720
BOARD_WIDTH, BOARD_HEIGHT = 1280, 900
START_SECONDS = 60.0


async def _agrees(person: Person) -> None:
    """By pressing: what the link carried travels in the button."""
    await person.hears("Bác có đồng ý không?")
    await person.page.get_by_role("button", name="1 Đồng ý", exact=True).click()
    await person.hears("cần việc gì")
    await asyncio.sleep(CALM)


async def _citizen(an: Person) -> None:
    await _agrees(an)
    await an.type("kích hoạt VNeID")
    await an.hears("Kích hoạt tài khoản")
    await an.press("Tôi làm cho tôi")
    await an.hears("Bước 1")


async def _member(ba: Person) -> None:
    await _agrees(ba)
    await ba.press("Ghi lượt hỗ trợ")
    await ba.hears("vừa giúp việc gì")
    await ba.press("Kích hoạt VNeID")
    await ba.hears("Giúp mấy người")
    await ba.type("2")
    await ba.hears("Kết quả thế nào")
    await ba.type("1")
    await ba.hears("2 lượt")


async def _officer(hoa: Person) -> None:
    await _agrees(hoa)
    await hoa.press("Báo cáo tuần này")
    await hoa.hears("Tổng số")


async def _board(hoa: Person) -> None:
    """The officer's page, entered by the link from the chat, as wide as on a desk."""
    await _agrees(hoa)
    await hoa.type("bảng số liệu")
    await hoa.hears("so-lieu/vao")
    link = re.search(r"/so-lieu/vao/[\w-]+", await hoa.page.inner_text("body"))
    if link is None:
        raise RuntimeError("no link to the page of figures")
    await hoa.page.set_viewport_size({"width": BOARD_WIDTH, "height": BOARD_HEIGHT})
    await hoa.page.goto(urljoin(hoa.page.url, link[0]))
    await hoa.page.locator("main form button").first.click()
    await hoa.page.locator("#indicators").wait_for()


SCENES: dict[str, tuple[str, Callable[[Person], Awaitable[None]]]] = {
    "citizen.png": ("Bà con", _citizen),
    "member.png": ("Thành viên", _member),
    "officer.png": ("Cán bộ xã", _officer),
    "board.png": ("Cán bộ xã", _board),
}


async def _addresses(program: asyncio.subprocess.Process) -> dict[str, str]:
    """Who is to open what, as the demo prints it."""
    found: dict[str, str] = {}
    lines = program.stdout
    if lines is None:
        raise RuntimeError("the demo was started without a pipe")
    async with asyncio.timeout(START_SECONDS):
        while len(found) < len({who for who, _ in SCENES.values()}) + 1:
            line = (await lines.readline()).decode()
            if not line:
                raise RuntimeError("the demo ended before it began")
            if match := re.match(r"\s+(\S[^:]*):\s+(http\S+/\?ma=\S+)", line):
                found[match[1]] = match[2]
    return found


async def _picture(browser: Browser, name: str, url: str, scene: Callable[[Person], Awaitable[None]]) -> None:
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2, locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh", reduced_motion="reduce",
    )  # fmt: skip
    person = Person(context, await context.new_page())
    await person.page.goto(url)
    await scene(person)
    await person.page.wait_for_timeout(500)
    await person.look(PICTURES / name)
    await person.leave()
    sys.stdout.write(f"{name}\n")


async def main() -> None:
    """All pictures, or those named on the command line."""
    wanted = sys.argv[1:] or list(SCENES)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        demo = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "demo", "--port", "0", "--now", NOW, "--db", f"sqlite:///{folder}/demo.db",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            addresses = await _addresses(demo)
            async with chromium() as browser:
                for name in wanted:
                    who, scene = SCENES[name]
                    await _picture(browser, name, addresses[who], scene)
        finally:
            demo.terminate()
            await demo.wait()


if __name__ == "__main__":
    asyncio.run(main())
