"""Every transcript, replayed on every channel's rendering: the same is said, whatever can be shown.

The stored state is read again before each turn (a worker keeps nothing between turns), so each is a restart test too.
"""

from pathlib import Path

import pytest

from bot.channels.capabilities import CAPABILITIES
from bot.settings import Settings
from bot.talk import Talk
from bot.transcript import read_input, write_said
from content.knowledge import Knowledge

TRANSCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


async def replay(path: Path, channel: str, database: Path, knowledge: Knowledge) -> list[str]:
    """What is said in answer to the inputs of a transcript, when everybody talks on that channel."""
    lines = path.read_text(encoding="utf-8").splitlines()
    settings = Settings(database_url=f"sqlite:///{database}", _env_file=None)
    talk = Talk(settings, knowledge, None)
    await talk.open()
    said: list[str] = []
    try:
        for number, line in enumerate(lines):
            message = read_input(line)
            if message is None:
                continue
            if "now" in message:
                talk.set_time(str(message["now"]))
                continue
            if "from" in message and message["channel"] == "web":
                message = {**message, "channel": channel}
            if "people" in message:
                message = {"people": [{"channel": channel, **p} for p in message["people"]]}
            answer = await talk.take({"id": f"line-{number}", **message} if "from" in message else message)
            assert answer.error is None, f"line {number + 1}: {answer.error}"
            said += [line, *write_said(answer.said, CAPABILITIES)]
    finally:
        await talk.close()
    return said


def expected(path: Path) -> list[str]:
    """The transcript without its blanks, comments and clock."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.rstrip() for line in lines if line.strip() and not line.startswith(("#", "@now"))]


@pytest.mark.parametrize("channel", list(CAPABILITIES))
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda p: p.stem)
async def test_the_same_is_said_on_every_channel(
    path: Path, channel: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    said = await replay(path, channel, tmp_path / "talk.db", knowledge)
    assert said == expected(path)
