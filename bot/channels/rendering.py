"""The one place where a neutral reply becomes the messages a channel can show."""

import base64
import datetime as dt
from dataclasses import dataclass
from typing import Any

from handlers.turn import Choice, File, Reply

FILE_LINK = "Tệp {name}: mở bằng trang web của trợ lý."


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show; rendering turns a neutral reply into it."""

    buttons: bool
    numbered_text: bool
    """Repeat the choices as numbered lines in the text."""
    max_buttons: int
    max_label: int
    max_text: int
    bold: bool
    photo: bool
    file: bool
    typing: bool
    edit: bool
    can_initiate: bool
    """Whether we may write first to somebody who once wrote to us."""
    window: dt.timedelta | None = None
    """How long after the person's last word we may still write; None is no limit."""


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
        return {"text": self.text, "choices": choices, "shown": self.shown, "file": file, "edit": self.edit}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Rendered":
        """From the outbox."""
        f = stored["file"]
        file = f and File(f["name"], f["mime"], base64.b64decode(f["data"]), f["kind"])
        choices = tuple(Button(*c) for c in stored["choices"])
        return cls(stored["text"], choices, stored["shown"], file, stored["edit"])


def number(choices: tuple[Choice, ...]) -> list[tuple[int, Choice]]:
    """Every choice with the number a person may type for it: its own, else its place from 1."""
    return [(c.number if c.number is not None else i, c) for i, c in enumerate(choices, 1)]


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` characters, cut at a paragraph, a line or a word; only blanks are lost."""
    parts = []
    while len(text) > limit:
        cut = max(text.rfind("\n\n", 1, limit), 0) or max(text.rfind("\n", 1, limit), 0) or text.rfind(" ", 1, limit)
        cut = cut if cut > 0 else limit
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text]


def plain(text: str) -> str:
    """The text without its bold marks."""
    return text.replace("**", "")


def _shorten(label: str, limit: int) -> str:
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"


def render(reply: Reply, can: Capabilities, *, edit: str | None = None) -> list[Rendered]:
    """What the channel is to send for one reply, in order; the last text part carries the buttons."""
    numbered = number(reply.choices)
    lines = "\n".join(f"{n}. {c.label}" for n, c in numbered) if can.numbered_text and numbered else ""
    text = reply.text if can.bold else plain(reply.text)
    body = "\n\n".join(p for p in (text, lines) if p)
    carried = [f for f in reply.files if can.file or (f.kind == "photo" and can.photo)]
    notes = [FILE_LINK.format(name=f.name) for f in reply.files if f not in carried]
    parts = split("\n\n".join([body, *notes]), can.max_text)
    choices = tuple(Button(n, _shorten(c.label, can.max_label), c.value, c.style, c.url) for n, c in numbered)
    shown = min(len(choices), can.max_buttons) if can.buttons else 0
    messages = [Rendered(p) for p in parts[:-1]]
    messages += [Rendered("", file=f) for f in carried]
    can_edit = edit if can.edit and reply.replaces and len(parts) == 1 and not carried else None
    return [*messages, Rendered(parts[-1], choices, shown, edit=can_edit)]
