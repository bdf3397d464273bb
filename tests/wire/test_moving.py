"""One person, several channels: with a one-time code he goes on at the same step somewhere else."""

import shutil
from pathlib import Path

import pytest

from bot.clock import time_of
from content.knowledge import Knowledge
from tests.wire.heard import Act
from tests.wire.lines import WebLine
from tests.wire.stage import LINES, Scene, Telling, running


@pytest.mark.parametrize("name", ["zalo_oa v2", "zalo_bot"])
async def test_a_walk_begun_on_zalo_goes_on_at_the_same_step_on_the_page(
    name: str, sqlite_template: Path, tmp_path: Path, knowledge: Knowledge
) -> None:
    file, scene, zalo = tmp_path / "wire.db", Scene(time_of("2026-11-21T09:00+07:00")), LINES[name]()
    shutil.copy(sqlite_template, file)
    async with running(zalo, scene, file, knowledge) as app, WebLine() as page:
        await page.join(app, str(app.settings.public_url))
        telling = Telling(app, zalo, scene, {}, [], file)
        await telling.act(Act(1, "", {"people": [{"name": "an", "commune": "31441"}]}))

        async def says(*words: str) -> str:
            for word in words:
                await zalo.types("an", word)
                await telling.quiet()
            return zalo.hears("an")[-1].text

        step = await says("kích hoạt vneid", "1", "xong")
        told = await says("dữ liệu của tôi")
        number = next(line.partition(".")[0] for line in told.splitlines() if "Dùng trên máy khác" in line)
        offered = await says(number)
        code = offered[offered.index("LK ") :][:9]
        await page.types("an", code)
        await telling.quiet()
        here = "\n".join(m.text for m in page.hears("an"))
        sign = next(line for line in step.splitlines() if line.startswith("Bước "))
        assert sign in here.replace("**", "")
