"""Every transcript, replayed on every channel's rendering: the same is said, whatever can be shown.

The stored state is read again before each turn (a worker keeps nothing between turns), so each is a restart test too.
"""

import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.channels.capabilities import CAPABILITIES
from bot.settings import Settings
from bot.talk import Said, Talk
from bot.transcript import read_input, write_said
from content.knowledge import Knowledge
from tests.harness.program import SECRET_KEY

MAX_TELEGRAM = 4096
"""UTF-16 units in a message of the Bot API."""
TRANSCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


async def replay(path: Path, channel: str, database: Path, knowledge: Knowledge) -> list[str]:
    """The inputs of a transcript and what is said to them, when everybody talks on that channel."""
    settings = Settings(database_url=f"sqlite:///{database}", secret_key=SecretStr(SECRET_KEY), _env_file=None)
    talk = Talk(settings, knowledge, None)
    await talk.open()
    said: list[str] = []
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            message = read_input(line)
            if message is None:
                continue
            if "now" in message:
                talk.set_time(str(message["now"]))
                continue
            answer = await talk.take(_on(channel, {"id": f"line-{number}", **message}))
            assert answer.error is None, f"line {number}: {answer.error}"
            for s in answer.said:
                check(s)
            said += [line, *write_said(answer.said, CAPABILITIES)]
    finally:
        await talk.close()
    return said


def _on(channel: str, message: dict[str, Any]) -> dict[str, Any]:
    """The same message on that channel, unless the story names one."""
    if "people" in message:
        return {"people": [{"channel": channel, **p} for p in message["people"]]}
    if message.get("channel") == "web":
        return {**message, "channel": channel}
    return message if "from" in message else {k: v for k, v in message.items() if k != "id"}


def check(said: Said) -> None:
    """What holds for every message on every channel."""
    can, message = CAPABILITIES[said.channel], said.message
    assert unicodedata.is_normalized("NFC", message.text)
    assert len(message.text) <= can.max_text
    if said.channel == "telegram":
        assert len(message.text.encode("utf-16-le")) // 2 <= MAX_TELEGRAM
    assert message.text.strip() or message.file
    for button in message.choices:
        assert unicodedata.is_normalized("NFC", button.label)
        assert "…" not in button.label, "a label that was cut cannot be told by its words"
        assert len(button.value.encode()) <= 64
        assert button.value.isascii()


def expected(path: Path) -> list[str]:
    """The transcript without its blanks, comments and clock."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.rstrip() for line in lines if line.strip() and not line.startswith(("#", "@now"))]


def gist(lines: list[str]) -> list[str]:
    """The lines with each text in one: where a long text was cut in parts, only blanks differ."""
    out: list[str] = []
    for line in lines:
        if line.startswith("  |") and out and out[-1].startswith("  |"):
            out[-1] = " ".join([*out[-1].split(), *line[3:].split()])
            out[-1] = f"  {out[-1]}"
        else:
            out.append(line.rstrip())
    return out


@pytest.mark.parametrize("channel", list(CAPABILITIES))
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda p: p.stem)
async def test_the_same_is_said_on_every_channel(
    path: Path, channel: str, sqlite_template: Path, tmp_path: Path, knowledge: Knowledge
) -> None:
    database = tmp_path / "talk.db"
    shutil.copy(sqlite_template, database)
    said = await replay(path, channel, database, knowledge)
    assert gist(said) == gist(expected(path))
