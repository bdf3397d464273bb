"""The one place where a neutral reply becomes the messages a channel can show."""

import base64
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from handlers.turn import Choice, File, Reply


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show; rendering turns a neutral reply into it."""

    buttons: bool
    numbered_text: bool
    """Repeat the choices as numbered lines in the text."""
    max_buttons: int
    max_label: int
    max_text: int
    """In UTF-16 units, the stricter of the two ways in which platforms count."""
    bold: bool
    photo: bool
    file: bool
    typing: bool
    edit: bool
    can_initiate: bool
    """Whether we may write first to somebody who once wrote to us."""
    window: dt.timedelta | None = None
    """How long after the person's last word we may write unasked; what comes later waits for his next word."""
    shared: bool = False
    """Whether staff can write in the same chat, so that we have to know when to keep quiet."""
    shares: frozenset[str] = frozenset()
    """What the platform is told of a person who agrees, or asked: see storage/sharing.py."""
    file_types: frozenset[str] | None = None
    """The endings (".pdf") of the files it carries; None is any."""
    max_file: int = 20 * 1024 * 1024
    """Bytes of the largest file."""
    photo_types: frozenset[str] | None = None
    max_photo: int = 10 * 1024 * 1024

    def carries(self, file: File) -> bool:
        """Whether that file can be handed over in the chat; else it is handed over by a link."""
        ending = PurePath(file.name).suffix.lower()
        if file.kind == "photo" and self.photo and _fits(ending, self.photo_types):
            return len(file.data) <= self.max_photo
        return self.file and _fits(ending, self.file_types) and len(file.data) <= self.max_file


def _fits(ending: str, types: frozenset[str] | None) -> bool:
    return types is None or ending in types


@dataclass(frozen=True, slots=True)
class Button:
    """A choice as sent: its number, its label, and what comes back when it is pressed."""

    n: int
    label: str
    value: str
    style: str = "plain"
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """One platform message, ready to send; kept in the outbox as a small document."""

    text: str
    """With `**bold**` when the channel shows bold, else plain."""
    choices: tuple[Button, ...] = ()
    """Everything the person may answer with."""
    shown: int = 0
    """How many of the choices are real buttons."""
    file: File | None = None
    edit: str | None = None
    """The platform's id of a message of ours to change instead of sending a new one."""
    linked: tuple[str, ...] = ()
    """Names of the files the text tells a link of, in as many paragraphs before the choices."""

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The choices that are real buttons."""
        return self.choices[: self.shown]

    def to_json(self) -> dict[str, Any]:
        """For the outbox."""
        file = self.file and {
            "name": self.file.name, "mime": self.file.mime, "kind": self.file.kind,
            "data": base64.b64encode(self.file.data).decode(),
        }  # fmt: skip
        choices = [[c.n, c.label, c.value, c.style, c.url] for c in self.choices]
        return {"text": self.text, "choices": choices, "shown": self.shown, "file": file, "edit": self.edit,
                "linked": list(self.linked)}  # fmt: skip

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Rendered":
        """From the outbox."""
        f = stored["file"]
        file = f and File(f["name"], f["mime"], base64.b64decode(f["data"]), f["kind"])
        choices = tuple(Button(*c) for c in stored["choices"])
        linked = tuple(stored.get("linked", ()))  # what was written before there were links has none
        return cls(stored["text"], choices, stored["shown"], file, stored["edit"], linked)


def number(choices: tuple[Choice, ...]) -> list[tuple[int, Choice]]:
    """Every choice with the number a person may type for it: its own, else its place from 1."""
    return [(c.number if c.number is not None else i, c) for i, c in enumerate(choices, 1)]


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` UTF-16 units, cut at a paragraph, a line or a word; only blanks are lost."""
    parts = []
    while units(text) > limit:
        most = _reach(text, limit)
        cut = max(text.rfind("\n\n", 1, most), 0) or max(text.rfind("\n", 1, most), 0) or text.rfind(" ", 1, most)
        cut = cut if cut > 0 else most
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text]


def units(text: str) -> int:
    """How long a text is in UTF-16 units: letters of Vietnamese are one, most pictures two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _reach(text: str, limit: int) -> int:
    """How many characters from the beginning fit."""
    reach = min(limit, len(text))
    while units(text[:reach]) > limit:
        reach -= max(1, (units(text[:reach]) - limit) // 2)
    return max(reach, 1)


def plain(text: str) -> str:
    """The text without its bold marks."""
    return text.replace("**", "")


def _shorten(label: str, limit: int) -> str:
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"


def render(
    reply: Reply, can: Capabilities, *, edit: str | None = None, elsewhere: Callable[[File], str] | None = None
) -> list[Rendered]:
    """What the channel is to send for one reply, in order; the last text part carries the buttons.

    `elsewhere` says in a paragraph where a file is to be had that the channel cannot carry; else it is only named.
    """
    numbered = number(reply.choices)
    carried = [f for f in reply.files if can.carries(f)]
    others = [f for f in reply.files if not can.carries(f)]
    paragraphs = [reply.text if can.bold else plain(reply.text)]
    paragraphs += [elsewhere(f) if elsewhere else f.name for f in others]
    if can.numbered_text:
        paragraphs.append("\n".join(numbered_line(n, c.label, c.url) for n, c in numbered))
    parts = split("\n\n".join(p for p in paragraphs if p), can.max_text)
    choices = tuple(Button(n, _shorten(c.label, can.max_label), c.value, c.style, c.url) for n, c in numbered)
    shown = min(len(choices), can.max_buttons) if can.buttons else 0
    messages = [Rendered(p) for p in parts[:-1]]
    messages += [Rendered("", file=f) for f in carried]
    can_edit = edit if can.edit and reply.replaces and len(parts) == 1 and not carried else None
    linked = tuple(f.name for f in others)
    return [*messages, Rendered(parts[-1], choices, shown, edit=can_edit, linked=linked)]


def numbered_line(n: int, label: str, url: str | None) -> str:
    """A choice as a line of text; one that opens a page says which, for whoever has no button to press."""
    return f"{n}. {label}" if url is None else f"{n}. {label}: {url}"
