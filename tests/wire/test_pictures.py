"""A picture with a payment code, sent on Zalo: fetched, read, judged, and nothing of it stays anywhere."""

import io
import shutil
from pathlib import Path

import pytest
import segno

from bot import logs
from bot.clock import time_of
from content.knowledge import Knowledge
from tests.bot.test_codes_leave_nothing import ACCOUNT, PAYLOAD, traces
from tests.wire.heard import Act
from tests.wire.lines import Thing
from tests.wire.stage import LINES, Scene, Telling, running


def picture() -> bytes:
    """What a phone photographs."""
    out = io.BytesIO()
    segno.make(PAYLOAD, error="m").save(out, kind="png", scale=8, border=4)
    return out.getvalue()


@pytest.mark.parametrize("name", ["zalo_oa v2", "zalo_bot"])
async def test_a_code_in_a_picture_is_judged_and_nothing_of_it_stays(
    name: str, sqlite_template: Path, tmp_path: Path, knowledge: Knowledge, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.set_up("DEBUG")
    file, scene, line, data = tmp_path / "wire.db", Scene(time_of("2026-11-21T09:00+07:00")), LINES[name](), picture()
    shutil.copy(sqlite_template, file)
    async with running(line, scene, file, knowledge) as app:
        telling = Telling(app, line, scene, {}, [], file)
        await telling.act(Act(1, "", {"people": [{"name": "an", "commune": "31441"}]}))
        await line.gives("an", Thing("photo", data, "ma.png"))
        await telling.quiet()
        said = " ".join(m.text for m in line.hears("an"))
        assert f"cuối {ACCOUNT[-4:]}" in said, "it was read, and judged"
        assert ACCOUNT not in said
        written = {f.name: f.read_bytes() for f in tmp_path.iterdir()}
        assert {"wire.db", "wire.db-wal"} <= written.keys()
    written |= {f"after {f.name}": f.read_bytes() for f in tmp_path.iterdir()}
    out = capfd.readouterr()
    written["log"] = (out.out + out.err).encode()
    for where, content in written.items():
        assert traces(content) == [], where
        assert data[-200:-100] not in content, where
        assert b"/media/" not in content, where
