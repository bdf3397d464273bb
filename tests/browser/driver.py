"""A person at the web page: opens it, types, presses by label, reads what was said, waits for it."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CALM = 0.65
"""Seconds between two presses; the page takes faster ones for a trembling hand."""
PATIENCE = 15_000
"""Milliseconds until something that should appear is given up."""

expect.set_options(timeout=PATIENCE)

needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("REQUIRE_ALL") != "1", reason="no Chromium here"
)


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A running browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=["--headless"]
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Person:
    """Somebody with a device of his own: its cookies, its storage, and one tab to look at."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    """What the browser's console complained about: errors, and anything the content policy blocked."""
    _pressed: float = 0.0

    @classmethod
    async def enter(
        cls, browser: Browser, url: str, *, width: int = 360, height: int = 640, motion: bool = True
    ) -> "Person":
        """Opens the page on a new device of that many CSS pixels."""
        context = await browser.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
            accept_downloads=True, reduced_motion="no-preference" if motion else "reduce",
        )  # fmt: skip
        person = cls(context, await context.new_page())
        person.page.set_default_timeout(PATIENCE)
        person.page.on("console", lambda m: person.complaints.append(m.text) if m.type == "error" else None)
        person.page.on("pageerror", lambda e: person.complaints.append(str(e)))
        await person.page.goto(url)
        return person

    async def another_tab(self, url: str) -> "Person":
        """The same person with one tab more."""
        tab = Person(self.context, await self.context.new_page(), self.complaints)
        await tab.page.goto(url)
        return tab

    async def type(self, text: str) -> None:
        """Types a message and sends it with Enter."""
        await self.page.fill("#text", text)
        await self.page.press("#text", "Enter")

    async def press(self, label: str, *, message: int = -1) -> None:
        """
        Presses the newest choice with that label, or the button of that name, no faster than a calm hand.

        `message` picks among several choices of that label: 0 is the oldest.
        """
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._pressed + CALM - loop.time()))
        choice = self.page.locator(".choices > *", has_text=label)
        if await choice.count():
            await choice.nth(message).click()
        else:
            await self.page.get_by_role("button", name=label, exact=True).click()
        self._pressed = loop.time()

    def said(self) -> Locator:
        """The messages of the assistant, oldest first."""
        return self.page.locator(".message:not(.mine)")

    def mine(self) -> Locator:
        """What the person sent, oldest first."""
        return self.page.locator(".message.mine")

    async def last(self, count: int = 1) -> list[str]:
        """The texts of the assistant's last messages."""
        texts = await self.said().locator(".said").all_inner_texts()
        return texts[-count:]

    async def choices(self) -> list[str]:
        """The labels under the newest message, with their numbers."""
        buttons = self.page.locator(".choices:not(.old) > *")
        return [" ".join(text.split()) for text in await buttons.all_inner_texts()]

    async def hears(self, text: str) -> None:
        """Waits until the assistant's last message holds that text."""
        await expect(self.said().last).to_contain_text(text)

    async def sees_state(self, word: str) -> None:
        """Waits until the state line says that."""
        await expect(self.page.locator("#state")).to_have_text(word)

    async def look(self, path: Path) -> None:
        """A picture of the screen."""
        await self.page.screenshot(path=path)

    async def leave(self) -> None:
        """Puts the device away."""
        await self.context.close()


class Place:
    """A port on this machine where a server can be started, stopped and started again."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}/"
        self._runner: web.AppRunner | None = None

    async def start(self, app: web.Application) -> None:
        """Serves the application."""
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def stop(self) -> None:
        """Cuts every connection; until the next start there is nobody here."""
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner = None


def free_of_complaints(person: Person) -> list[str]:
    """What the console said, but for connections that could not be made: those are what some tests are about."""
    return [c for c in person.complaints if "ERR_" not in c and "Failed to load resource" not in c]
