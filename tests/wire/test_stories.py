"""Every golden transcript over the real wire: typed and pressed at the platform's emulator, read off its screens.

Here each on two of four lines, in turn; `make torture` tells all of them on all seven (`WIRE=all`).
"""

import os
from pathlib import Path

import pytest

from content.knowledge import Knowledge
from tests.wire.stage import CONVERSATIONS, LINES, Limits, replay

STORIES = sorted(CONVERSATIONS.glob("*.txt"))
LIMITS = Limits.load()
USUAL = [("telegram", "zalo_bot"), ("zalo_oa v2", "web")]
TOLD = [
    (story, line)
    for number, story in enumerate(STORIES)
    for line in (LINES if os.environ.get("WIRE") == "all" else USUAL[number % 2])
]


@pytest.mark.parametrize(("story", "line"), TOLD, ids=lambda p: p.stem if isinstance(p, Path) else p)
async def test_a_story_is_told_over_the_wire(
    story: Path, line: str, sqlite_template: Path, tmp_path: Path, knowledge: Knowledge
) -> None:
    await replay(story, LINES[line](), sqlite_template, tmp_path, knowledge, LIMITS)


def test_the_data_names_stories_and_channels_that_are_there() -> None:
    assert set(LIMITS.stories) <= {s.stem for s in STORIES}
    channels = {make().channel for make in LINES.values()}
    assert set(LIMITS.acts) <= channels
    assert {where for told in LIMITS.stories.values() for where in told} <= channels | {"typed"}
    assert all(one["why"] for told in LIMITS.stories.values() for some in told.values() for one in some)
