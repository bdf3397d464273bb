"""`chat`: talk in the terminal, or let a program talk."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click

from bot import logs
from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import plain
from bot.cli.common import Refused, asynchronous, moment, output_file, settings_for, with_database, with_now
from bot.script import BadLine, read_line
from bot.talk import Answer, Said, Talk
from bot.transcript import write_input, write_said
from content.knowledge import Knowledge


@asynccontextmanager
async def _talk(db: str | None, now: str | None) -> AsyncIterator[Talk]:
    settings = settings_for(db)
    talk = Talk(settings, Knowledge.load(overrides=settings.overrides), moment(now) if now else None)
    try:
        await talk.open()
        yield talk
    finally:
        await talk.close()


@click.command()
@click.option("--as", "name", metavar="NAME", help="Who talks, in the terminal.")
@click.option("--role", default="citizen", show_default=True)
@click.option("--commune", metavar="CODE")
@click.option("--province", metavar="CODE", help="Whose officer, for --role province_officer.")
@click.option("--team", metavar="NAME")
@click.option("--channel", default="web", type=click.Choice(list(CAPABILITIES)), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, in and out.")
@click.option("--record", metavar="FILE", help="Writes a transcript the tests can replay.")
@with_database
@with_now
@asynchronous
async def chat(
    name: str | None, role: str, commune: str | None, province: str | None, team: str | None, channel: str,
    as_json: bool, record: str | None, db: str | None, now: str | None,
) -> None:  # fmt: skip
    """Talks in the terminal, through the real inbox, worker and outbox.

    Example: python -m bot chat --as an --role member --commune 31441"""
    logs.set_up("ERROR")
    if not as_json and not name:
        raise Refused("say who talks: --as NAME")
    recorder = _Recorder(record, now)
    async with _talk(db, now) as talk:
        if as_json:
            await _converse(talk, recorder)
        else:
            person = {"name": name, "role": role, "channel": channel, "commune": commune, "province": province,
                      "team": team}  # fmt: skip
            await _terminal(talk, recorder, person)


class _Recorder:
    """Writes a transcript as the talk goes on."""

    def __init__(self, path: str | None, now: str | None) -> None:
        self._file: Path | None = output_file(path) if path else None
        if self._file:
            self._file.write_text(f"@now {now}\n" if now else "", encoding="utf-8")

    def note(self, line: dict[str, Any], answer: Answer) -> None:
        """Adds a line and what it caused."""
        if self._file:
            with self._file.open("a", encoding="utf-8") as f:
                f.write("\n".join(["", write_input(line), *write_said(answer.said, CAPABILITIES)]) + "\n")


# --- for programs ---


async def _converse(talk: Talk, recorder: _Recorder) -> None:
    for raw in sys.stdin.buffer:
        if not raw.strip():
            continue
        line: Any = None
        try:
            line = read_line(raw)
            answer = await talk.take(line)
        except BadLine as e:
            ident = line.get("id") if isinstance(line, dict) else None
            _out({"done": ident, "replies": 0, "ms": 0, "error": str(e)})
            continue
        recorder.note(line, answer)
        for said in answer.said:
            _out(_spoken(said))
        _out({"done": answer.done, "replies": len(answer.said), "ms": answer.ms, "error": answer.error})


def _spoken(said: Said) -> dict[str, Any]:
    m = said.message
    choices = [{"n": c.n, "label": c.label, "value": c.value, "url": c.url} for c in m.choices]
    files = [{"kind": m.file.kind, "name": m.file.name, "path": _kept(m.file.name, m.file.data)}] if m.file else []
    line = {"to": said.to, "channel": said.channel, "text": m.text, "choices": choices, "files": files}
    return {**line, "edit": True} if m.edit else line


def _kept(name: str, data: bytes) -> str:
    folder = Path("var") / "chat"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return str(path)


def _out(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


# --- for people ---


async def _terminal(talk: Talk, recorder: _Recorder, person: dict[str, Any]) -> None:
    name, channel = person["name"], person["channel"]
    if person["role"] != "citizen" or person["commune"]:
        try:
            await talk.take({"people": [person]})
        except BadLine as e:
            raise Refused(str(e)) from e
    await _turn(talk, recorder, {"from": name, "channel": channel, "text": "/start"})
    for raw in sys.stdin:
        if raw.strip():
            await _turn(talk, recorder, {"from": name, "channel": channel, "text": raw.strip()})


async def _turn(talk: Talk, recorder: _Recorder, line: dict[str, Any]) -> None:
    answer = await talk.take(line)
    recorder.note(line, answer)
    for said in answer.said:
        click.echo()
        click.echo(plain(said.message.text))
        if not CAPABILITIES[said.channel].numbered_text:
            for c in said.message.choices:
                click.echo(f"  {c.n}. {c.label}")
        if said.message.file:
            click.echo(f"  + {_kept(said.message.file.name, said.message.file.data)}")
    click.echo()
    click.echo("> ", nl=False)
