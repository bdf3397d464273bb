"""What people were told, as the emulators show it, and whether that is what a transcript says."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot.channels.rendering import plain
from bot.transcript import ENTRANCE, HIDDEN, masked, read_input

LINK = re.compile(r"http://127\.0\.0\.1:\d+/tep/\S+")
"""Where a file is handed out that a channel cannot carry."""


@dataclass(slots=True)
class Heard:
    """One message on somebody's screen."""

    text: str = ""
    labels: list[str] = field(default_factory=list)
    """Of the buttons under it."""
    files: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """Everything one person is to be told at once, as a transcript has it."""

    words: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    choices: list[list[tuple[int, str]]] = field(default_factory=list)
    """Of each message; those of the last are what he may answer with."""


@dataclass(slots=True)
class Act:
    """A line of a transcript and what must follow from it, by person."""

    number: int
    line: str
    message: dict[str, Any]
    told: dict[str, Told] = field(default_factory=lambda: defaultdict(Told))


def acts_of(path: Path) -> list[Act]:
    """The transcript, act by act."""
    acts: list[Act] = []
    who = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        message = read_input(line)
        if message is not None:
            acts.append(Act(number, line, message))
        elif line.startswith("  -> "):
            who = line.removeprefix("  -> ").strip()
            acts[-1].told[who].choices.append([])
        elif line.startswith("  "):
            _tell(acts[-1].told[who], line[2:3], line[4:].rstrip())
    return acts


def _tell(told: Told, sign: str, what: str) -> None:
    match sign:
        case "|":
            told.words.append(what)
        case "+":
            told.files.append(what)
        case "*":
            n, _, label = what.partition(" ")
            told.choices[-1].append((int(n), label))
            told.words.append(f"\0{n}. {label}")


class Looks(Protocol):
    """What a channel shows of choices."""

    numbered: bool
    """Repeated as numbered lines."""
    buttons: int
    """So many under a message."""
    counted: bool
    """A button says its number."""


def wrong(told: Told, heard: list[Heard], looks: Looks) -> str | None:
    """What is wrong with what somebody heard; None when all is well."""
    words = [w.removeprefix("\0") for w in told.words if looks.numbered or not w.startswith("\0")]
    said = [_without_addresses(paragraph, told) for h in heard for paragraph in masked(plain(h.text)).split("\n\n")]
    said = [ENTRANCE.sub(HIDDEN, p) for p in said if not LINK.search(p)]
    if _blanks(words) != _blanks(said):
        return f"was told {_blanks(said)!r}\n  instead of {_blanks(words)!r}"
    files = [f for h in heard for f in h.files]
    if len(files) != len(told.files) or any(f and f != t for f, t in zip(files, told.files, strict=True)):
        return f"was handed {files}, not {told.files}"
    shown = [label for h in heard for label in h.labels]
    choices = [choice for some in told.choices for choice in some[: looks.buttons]]
    wanted = [f"{n}. {label}" if looks.counted else label for n, label in choices]
    return f"sees the buttons {shown}, not {wanted}" if shown != wanted else None


def _without_addresses(text: str, told: Told) -> str:
    """A numbered choice that opens a page also says which; transcripts do not."""
    for n, label in (choice for some in told.choices for choice in some):
        text = re.sub(rf"(?m)^{re.escape(f'{n}. {label}')}: https?://\S+$", f"{n}. {label}", text)
    return text


def _blanks(texts: Iterable[str]) -> str:
    """The words alone: where a long text is cut in parts, only blanks differ."""
    return " ".join(" ".join(texts).split())
