"""Transcripts: what was typed and answered, as a text people read and the test suite replays.

A line `an> chào` is what An sent (`an>press: Xong` a press, `an@telegram>` on another channel); lines that begin with
`  | ` are what was said, `  * 1 Xong` a choice. `@` lines set the scene: `@now TIME`, `@people JSON`, `@tick TIME`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.channels.rendering import Capabilities, Rendered, plain
from bot.talk import Said

_LINE = re.compile(r"^(?P<who>[^@>|*]+)(?:@(?P<channel>\w+))?>(?P<kind>press:|json:)? ?(?P<what>.*)$")


def neutral(message: Rendered, can: Capabilities) -> tuple[str, tuple[str, ...]]:
    """The text without what only this channel adds, and the labels: equal on every channel."""
    text = plain(message.text)
    if can.numbered_text and message.choices:
        lines = "\n".join(f"{c.n}. {c.label}" for c in message.choices)
        text = text.removesuffix(lines).rstrip()
    return text, tuple(f"{c.n} {c.label}" for c in message.choices)


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
    for s in said:
        text, labels = neutral(s.message, capabilities[s.channel])
        lines.append(f"  -> {s.to}")
        lines += [f"  | {line}".rstrip() for line in text.split("\n")]
        if s.message.file is not None:
            lines.append(f"  + {s.message.file.name}")
        lines += [f"  * {label}" for label in labels]
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
