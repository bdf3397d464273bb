"""How many statements a turn costs, counted inside the process: from the stored update to the settled reply."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from pydantic import SecretStr

from bot.app import App
from bot.settings import Settings
from content.knowledge import Knowledge
from tests.bench.load import Crowd
from tests.bench.platform import TOKEN, Platform
from tests.databases import Statements
from tests.harness.database import fresh_database
from tests.harness.program import SECRET_KEY, free_port


async def statements_a_turn(engine: str, people: int, seconds: float, folder: Path) -> tuple[float, float]:
    """Statements and commits a turn with so many people in flight."""
    platform = Platform()
    await platform.start()
    port = free_port()
    async with fresh_database(engine, folder) as url:
        settings = Settings(
            _env_file=None, database_url=url, secret_key=SecretStr(SECRET_KEY), listen=f"127.0.0.1:{port}",
            public_url=f"http://127.0.0.1:{port}", telegram_token=SecretStr(TOKEN), telegram_api_base=platform.root,
        )  # fmt: skip
        app = App(settings, knowledge=Knowledge.load())
        await app.start()
        try:
            while not app.channels["telegram"].ready():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            crowd = Crowd(platform, port, 7_000_000_000, talkative=True)
            await crowd.arrive(people)
            await asyncio.sleep(0.5)
            statements = Statements(app.database)
            commits: list[object] = []
            for each in app.database.engines:
                sa.event.listen(each.sync_engine, "commit", commits.append)
            turns = len(await crowd.talk(people, seconds))
            return len(statements.take()) / turns, len(commits) / turns
        finally:
            await app.stop()
            await platform.stop()
