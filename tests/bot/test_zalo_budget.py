"""The month's messages of the Zalo bot: what is left in the end is kept for answers, and people are told once."""

import asyncio
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import App
from bot.cast import Cast
from bot.channels.base import Rationed
from bot.channels.zalo_bot.channel import MONTH
from bot.script import PersonLine
from content.knowledge import Knowledge
from handlers.turn import Reply, to_notice
from storage.memory import Memory
from storage.months import count_sent
from tests.bot.test_zalo_bot import house
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.harness.program import ROOT, SECRET_KEY

NOW = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
"""Before anybody writes here."""


async def _people(app: App, zalo: ZaloBotEmulator) -> int:
    """Bình, who writes to the bot, and Hoa, an officer on the page; Bình's number."""

    def address(channel: str, name: str) -> str:
        return zalo.chat_of(name) if channel == "zalo_bot" else name

    cast = Cast(app.database, app.knowledge.places, list(app.channels), address)
    await cast.introduce(PersonLine(name="bình", role="member", channel="zalo_bot"), NOW)
    await cast.introduce(PersonLine(name="hoa", role="officer", channel="web"), NOW)
    zalo.known.add(zalo.chat_of("bình"))
    return cast._known["bình"]


async def _used(app: App, sent: int) -> None:
    """So many messages went out this month, and the channel has looked."""
    async with app.database.write() as connection:
        before = await count_sent(connection, "zalo_bot", 0, app.clock())
        await count_sent(connection, "zalo_bot", sent - before, app.clock())
    await app.channels["zalo_bot"]._write_down()  # type: ignore[attr-defined]


async def _page(app: App) -> list[str]:
    """What waits for the officer on the page."""
    async with app.database.read() as connection:
        memory = Memory(connection, app.database.vault)
        waiting = await memory.outbox.waiting("web", app.database.vault.lane("web", "hoa"), 0)
    return [json.loads(app.database.vault.open(body))["text"] for _, body in waiting]


async def _tell(app: App, person: int, text: str) -> None:
    """Somebody causes this to be told to a person."""
    async with app.database.write() as connection:
        memory = Memory(connection, app.database.vault)
        body = memory.vault.seal(to_notice(Reply(text)))
        await memory.notices.put([person], body, app.clock(), app.clock())
    await app.scheduler.deliver()


async def test_the_last_messages_of_a_month_are_kept_for_answers(tmp_path: Path, knowledge: Knowledge) -> None:
    async with ZaloBotEmulator() as zalo, house(zalo, tmp_path, knowledge, hook=True) as app:
        bot, binh = app.channels["zalo_bot"], await _people(app, zalo)
        assert isinstance(bot, Rationed)
        await _used(app, int(MONTH * 0.95) - 1)
        await _tell(app, binh, "Việc thứ nhất.")
        assert [m.text for m in await zalo.reads("bình")] == ["Việc thứ nhất."]
        assert await _page(app) == []
        await _used(app, int(MONTH * 0.95))
        assert bot.answers_only()
        await _tell(app, binh, "Việc thứ hai.")
        await asyncio.sleep(0.3)
        assert len(await zalo.reads("bình")) == 1, "what nobody asked for waits"
        await zalo.says("bình", "menu")
        said = [m.text for m in await zalo.reads("bình", 3)]
        assert said[1] == "Việc thứ hai."
        assert "Anh/chị cần việc gì" in said[2]


async def test_those_in_charge_are_told_once(tmp_path: Path, knowledge: Knowledge) -> None:
    async with ZaloBotEmulator() as zalo, house(zalo, tmp_path, knowledge, hook=True) as app:
        await _people(app, zalo)
        for sent in (2900, 2950, 10, 2960):  # a new month between them changes nothing in this one
            await _used(app, sent)
        (told,) = await _page(app)
        assert "2.900 trong 3.000" in told
        assert zalo.month == 0, "not by the bot whose messages are nearly used up"


def test_the_operator_reads_the_month(tmp_path: Path) -> None:
    env = {"PATH": "/usr/bin:/bin", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"}
    verb = [sys.executable, "-m", "bot", "zalo", "budget", "--now", "2026-11-30T23:59:00+07:00"]
    done = subprocess.run(verb, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"month": "2026-11", "sent": 0, "of": 3000, "answers_only_from": 2850}


@pytest.mark.parametrize(("sent", "only"), [(2849, False), (2850, True)])
async def test_the_rest_is_five_in_a_hundred(sent: int, only: bool, tmp_path: Path, knowledge: Knowledge) -> None:
    async with ZaloBotEmulator() as zalo, house(zalo, tmp_path, knowledge, hook=True) as app:
        await _used(app, sent)
        bot = app.channels["zalo_bot"]
        assert isinstance(bot, Rationed)
        assert bot.answers_only() is only
