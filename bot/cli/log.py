"""`log parse`: members' sentences read into cards, for measuring and for trying words out."""

import json
import sys
from pathlib import Path

import click

from bot.cli.common import InputLines, Refused, clock_at, with_now
from content.knowledge import FOLDER
from content.logline import LogReader
from storage.periods import VIETNAM


@click.group("log")
def log() -> None:
    """Reads members' sentences.

    Example: echo "giúp 3 người cài vneid" | python -m bot log parse"""


@log.command("parse")
@click.option("--hamlets", metavar="FILE", help="Names of the commune's hamlets, one a line.")
@with_now
def log_parse(hamlets: str | None, now: str | None) -> int:
    """A sentence a line in, a card a line out. A line break inside a sentence is given as " / ".

    Example: echo "giúp 3 người cài vneid" | python -m bot log parse"""
    names = _names(hamlets) if hamlets else []
    reader = LogReader.load(FOLDER)
    written = clock_at(now)().astimezone(VIETNAM)
    lines = InputLines()
    for text in lines:
        cards = [card.as_json() for card in reader.read(text, written, names)]
        click.echo(json.dumps({"assistances": cards}, ensure_ascii=False))
        sys.stdout.flush()
    return lines.code


def _names(path: str) -> list[str]:
    """The hamlets of a file: one a line, or a JSON list. Raises Refused."""
    file = Path(path)
    if not file.is_file():
        raise Refused(f"{path}: no such file")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{path} is not UTF-8") from None
    if text.lstrip().startswith("["):
        try:
            listed = json.loads(text)
        except ValueError:
            raise Refused(f"{path}: begins like JSON, but is none") from None
        return [str(name) for name in listed if isinstance(name, str)]
    lines = (line.strip().removeprefix("- ").strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
