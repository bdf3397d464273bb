"""Transcripts: what was typed and answered, as a text people read and the test suite replays.

A line `an> chào` is what An sent (`an>press: Xong` a press, `an@telegram>` on another channel); lines that begin with
`  | ` are what was said, `  * 1 Xong` a choice. `@` lines set the scene: `@now TIME`, `@people JSON`, `@tick TIME`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.rendering import Capabilities, Rendered, numbered_line, plain
from bot.talk import Said

ENTRANCE = re.compile(r"https?://\S+/so-lieu/vao/\S+")
"""The link into the officers' page: made by chance, good for one opening, and nothing to be kept in a text."""
HIDDEN = "[đường dẫn dùng một lần]"
_CODE = re.compile(r"(?<=Mã của buổi: )\w{6}")
_LINE = re.compile(r"^(?P<who>[^@>|*]+)(?:@(?P<channel>\w+))?>(?P<kind>press:|json:)? ?(?P<what>.*)$")


@dataclass(slots=True)
class Spoken:
    """What one person was told at once: parts of a long text and files with a text are one message again."""

    to: str
    text: str = ""
    files: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


def spoken(said: Iterable[Said], capabilities: Mapping[str, Capabilities]) -> list[Spoken]:
    """The messages without what only a channel adds or splits: equal on every channel."""
    out: list[Spoken] = []
    for s in said:
        text, files = _words(s.message, capabilities[s.channel])
        text = masked(text)
        if not out or out[-1].to != s.to or out[-1].labels:
            out.append(Spoken(s.to))
        last = out[-1]
        last.text = "\n\n".join(t for t in (last.text, text) if t)
        last.files += files
        last.labels = [f"{c.n} {c.label}" for c in s.message.choices]
    return out


def masked(text: str) -> str:
    """The text without a code that is another one each time."""
    return _CODE.sub("……", text)


def _words(message: Rendered, can: Capabilities) -> tuple[str, list[str]]:
    """The text without numbered choices and without paragraphs that stand for files; the names of all files."""
    text = ENTRANCE.sub(HIDDEN, plain(message.text))
    if can.numbered_text and message.choices:
        text = text.removesuffix("\n".join(numbered_line(c.n, c.label, c.url) for c in message.choices)).rstrip()
    if message.linked:
        text = "\n\n".join(text.split("\n\n")[: -len(message.linked)])
    return text, [*message.linked, *([message.file.name] if message.file else [])]


def write_input(line: Mapping[str, Any]) -> str:
    """One line in, as written in a transcript."""
    if "people" in line:
        return f"@people {json.dumps(line['people'], ensure_ascii=False)}"
    if "tick" in line:
        return f"@tick {line['tick']}"
    channel = f"@{line['channel']}" if line.get("channel", "web") != "web" else ""
    extra = set(line) - {"id", "from", "channel", "text", "press"}
    if extra:
        rest = {k: v for k, v in line.items() if k not in ("from", "channel")}
        return f"{line['from']}{channel}>json: {json.dumps(rest, ensure_ascii=False)}"
    if "press" in line:
        return f"{line['from']}{channel}>press: {line['press']}"
    return f"{line['from']}{channel}> {json.dumps(line['text'], ensure_ascii=False)[1:-1]}"


def write_said(said: Iterable[Said], capabilities: Mapping[str, Capabilities]) -> list[str]:
    """What was said, one message after the other."""
    lines: list[str] = []
    for message in spoken(said, capabilities):
        lines.append(f"  -> {message.to}")
        lines += [f"  | {line}".rstrip() for line in message.text.split("\n")]
        lines += [f"  + {name}" for name in message.files]
        lines += [f"  * {label}" for label in message.labels]
    return lines


def read_input(line: str) -> dict[str, Any] | None:
    """The message in a line of a transcript; None for what was said, blanks and comments. Raises ValueError."""
    if not line.strip() or line.startswith(("  ", "#")):
        return None
    if line.startswith("@people "):
        return {"people": json.loads(line.removeprefix("@people "))}
    if line.startswith(("@tick ", "@now ")):
        return {line[1:].split(" ")[0]: line.split(" ", 1)[1].strip()}
    found = _LINE.match(line)
    if found is None:
        raise ValueError(f"not a line of a transcript: {line[:60]}")
    message: dict[str, Any] = {"from": found["who"].strip(), "channel": found["channel"] or "web"}
    if found["kind"] == "press:":
        return {**message, "press": found["what"].strip()}
    if found["kind"] == "json:":
        return {**message, **json.loads(found["what"])}
    return {**message, "text": json.loads(f'"{found["what"]}"')}
