"""One person, several channels: with a one-time code he goes on at the same step somewhere else."""

import shutil
from pathlib import Path

import pytest

from bot.clock import time_of
from content.knowledge import Knowledge
from tests.wire.heard import Act
from tests.wire.stage import LINES, Scene, Telling, running


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("zalo_oa v2", "web"),
        ("zalo_oa v3, no buttons", "telegram"),
        ("zalo_bot", "web"),
        ("telegram", "zalo_oa v2, no buttons"),
    ],
)
async def test_a_walk_begun_in_one_place_goes_on_at_the_same_step_in_another(
    old: str, new: str, sqlite_template: Path, tmp_path: Path, knowledge: Knowledge
) -> None:
    file, scene = tmp_path / "wire.db", Scene(time_of("2026-11-21T09:00+07:00"))
    here, there = LINES[old](), LINES[new]()
    shutil.copy(sqlite_template, file)
    async with running(here, scene, file, knowledge, there) as app:
        first, second = (Telling(app, line, scene, {}, [], file) for line in (here, there))
        await first.act(Act(1, "", {"people": [{"name": "an", "commune": "31441"}]}))

        async def says(*words: str) -> str:
            for word in words:
                await here.types("an", word)
                await first.quiet()
            return here.hears("an")[-1].text

        step = await says("kích hoạt vneid", "1", "xong")
        offered = await says("dữ liệu của tôi", "Dùng trên máy khác, kênh khác")
        code = offered[offered.index("LK ") :][:9]
        await there.types("an", code)
        await second.quiet()
        shown = "\n".join(m.text for m in there.hears("an"))
        assert _step(step) == _step(shown)
        await there.types("an", "1")
        await second.quiet()
        onward = _step("\n".join(m.text for m in there.hears("an")))
        assert onward != _step(step)
        assert _step(await says("tôi đang ở đâu")) == onward, "one walk, wherever he looks at it"


def _step(text: str) -> str:
    """The line that says which step it is."""
    return next(line for line in text.replace("**", "").splitlines() if line.startswith("Bước "))
