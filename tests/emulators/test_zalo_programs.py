"""Both emulators of Zalo as programs of their own, for people who want to play with them."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.harness.program import ROOT, free_port


@asynccontextmanager
async def started(module: str, *words: str) -> AsyncIterator[tuple[str, str]]:
    """The program on a free port: its address, and the first lines it prints."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-m", module, "--port", str(port), *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            said = (await process.stdout.readline()) + (await process.stdout.readline())
        yield f"http://127.0.0.1:{port}", said.decode()
    finally:
        process.terminate()
        await process.wait()


async def test_the_official_account_can_be_played_with() -> None:
    async with started("tests.emulators.zalo_oa", "--kind", "business") as (root, said):
        assert f"ZALO_OA_API_BASE={root}" in said
        async with aiohttp.ClientSession() as browser:
            async with browser.get(root) as page:
                assert page.status == 200
                assert "<html" in (await page.text()).lower() or "<!doctype" in (await page.text()).lower()
            async with browser.get(f"{root}/v3.0/oa/message", headers={"access_token": "x"}) as empty:
                assert empty.status in (200, 404)
            async with browser.get(f"{root}/v2.0/oa/getoa", headers={"access_token": "x"}) as answer:
                assert (await answer.json())["error"] == -216


@pytest.mark.parametrize("words", [(), ("--keep-unpolled",)], ids=str)
async def test_the_bot_can_be_played_with(words: tuple[str, ...]) -> None:
    async with started("tests.emulators.zalo_bot", *words) as (root, said):
        token = said.partition("ZALO_BOT_TOKEN=")[2].split()[0]
        async with aiohttp.ClientSession() as browser:
            async with browser.post(f"{root}/bot{token}/getMe") as answer:
                assert (await answer.json())["ok"] is True
            async with browser.post(f"{root}/_control/says", json={"who": "an", "text": "chào"}) as answer:
                assert answer.status == 200
            async with browser.post(f"{root}/bot{token}/getUpdates", json={"timeout": 1}) as answer:
                kept = (await answer.json())["ok"]
            assert kept is bool(words), "what is written while nobody polls is lost, unless it is kept"
