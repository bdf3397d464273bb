"""Writes today's answers into transcripts; read the difference before it is kept.

python -m tests.conversations.retell tests/conversations/lan-dau.txt
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from bot.channels.capabilities import CAPABILITIES
from bot.settings import Settings
from bot.talk import Talk
from bot.transcript import read_input, write_said
from content.knowledge import Knowledge


async def retell(path: Path, knowledge: Knowledge, database: Path) -> None:
    """The same story with the answers of today; comments, blank lines and inputs stay."""
    talk = Talk(Settings(database_url=f"sqlite:///{database}", _env_file=None), knowledge, None)
    await talk.open()
    told: list[str] = []
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("  "):
                continue
            told.append(line)
            message = read_input(line)
            if message is not None and "now" in message:
                talk.set_time(str(message["now"]))
            elif message is not None:
                answer = await talk.take({"id": f"line-{number}", **message} if "from" in message else message)
                if answer.error:
                    raise SystemExit(f"{path}:{number}: {answer.error}")
                told += write_said(answer.said, CAPABILITIES)
    finally:
        await talk.close()
    path.write_text("\n".join(told) + "\n", encoding="utf-8")


def main() -> None:
    """Retells the files named on the command line."""
    knowledge = Knowledge.load()
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(retell(Path(name), knowledge, Path(folder) / "talk.db"))


if __name__ == "__main__":
    main()
