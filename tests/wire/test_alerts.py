"""An account whose tokens are dead: those in charge are told once, elsewhere, and nothing goes round in circles."""

import asyncio
import json
import shutil
from pathlib import Path

from aiohttp import ClientSession

from bot.app import App
from bot.cast import Cast
from bot.clock import time_of
from bot.script import PersonLine
from content.knowledge import Knowledge
from storage.memory import Memory
from tests.bot.telegram_stage import until
from tests.wire.lines import ZaloOaLine
from tests.wire.stage import Scene, running


async def _page(app: App) -> list[str]:
    """What waits for the administrator on the page."""
    async with app.database.read() as connection:
        memory = Memory(connection, app.database.vault)
        waiting = await memory.outbox.waiting("web", app.database.vault.lane("web", "quản trị"), 0)
    return [json.loads(app.database.vault.open(body))["text"] for _, body in waiting]


async def _ready(app: App) -> tuple[int, dict[str, str]]:
    """What the operator is told of the channels."""
    async with ClientSession() as client, client.get(f"{app.settings.public_url}/ready") as answer:
        channels: dict[str, str] = (await answer.json())["channels"]
        return answer.status, channels


async def test_the_alert_arrives_once_and_a_consent_lets_the_answers_go(
    sqlite_template: Path, tmp_path: Path, knowledge: Knowledge
) -> None:
    line, scene, file = ZaloOaLine(), Scene(time_of("2026-11-21T09:00+07:00")), tmp_path / "wire.db"
    shutil.copy(sqlite_template, file)
    async with running(line, scene, file, knowledge) as app:
        await Cast(app.database, app.knowledge.places, list(app.channels)).introduce(
            PersonLine(name="quản trị", role="admin", channel="web"), scene.now
        )
        zalo, people = line.zalo, [line.zalo.user(name) for name in ("an", "bình", "chi")]
        zalo.world.expire_access(zalo.oa)
        for token in zalo.world.refresh.values():
            token.dead = True
        for person in people:
            await person.sends("chào")
        await zalo.settles()
        await until(lambda: zalo.counts["oauth.refused"] == 1)
        for person in people:
            await person.sends("menu")
        await zalo.settles()
        await until(lambda: not app.channels["zalo_oa"].ready())
        async with asyncio.timeout(5):
            while not (page := await _page(app)):  # noqa: ASYNC110  (the page rings no bell here)
                await asyncio.sleep(0.02)
        assert await _ready(app) == (200, {"web": "ready", "zalo_oa": "away"}), "the page goes on"
        (told,) = page
        assert "/oauth/zalo-oa" in told, "where to mend it"
        assert zalo.counts["oauth.refused"] == 1, "asked once, never again"
        assert [p.sees for p in people] == [[], [], []]
        assert await zalo.consents(str(app.settings.public_url)) == 200
        for person in people:
            await person.waits_for(2, within=10)
        assert len(await _page(app)) == 1
        assert await _ready(app) == (200, {"web": "ready", "zalo_oa": "ready"})
        assert zalo.doubles() == []
