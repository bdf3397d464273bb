"""What comes in from the Bot Platform: the outside of an update before it is stored, its meaning afterwards."""

import datetime as dt
import hashlib
import json
import unicodedata
from typing import Any, Final

from bot.channels.base import Envelope, NotUnderstood
from handlers.turn import Kind, Message

NOWHERE: Final = "?"
"""The address of updates that name no chat; they share a lane of their own."""
_KINDS: Final = {
    "message.text.received": Kind.TEXT,
    "message.image.received": Kind.PHOTO,
    "message.sticker.received": Kind.STICKER,
    "message.voice.received": Kind.VOICE,
    "message.unsupported.received": Kind.OTHER,
}
_LONGEST: Final = 80
"""Characters of an id; real ones are twenty hexadecimal digits."""


def update_of(answer: Any) -> dict[str, Any]:
    """The update in what the platform sent, with or without its `{"ok": true, "result": ...}` around it."""
    result = answer.get("result") if isinstance(answer, dict) and "result" in answer else answer
    return result if isinstance(result, dict) else {}


def outside(raw: bytes) -> Envelope:
    """The envelope of an update. Never raises.

    The platform gives updates no number: one is known by its event and the id of its message, else by its bytes.
    """
    update = _load(raw)
    message = _dict(update.get("message"))
    ident, chat = _ident(message.get("message_id")), _ident(_dict(message.get("chat")).get("id"))
    seq = message.get("date")
    in_order = seq if isinstance(seq, int) and not isinstance(seq, bool) and 0 <= seq < 2**62 else 0
    key = f"{update.get('event_name')}:{ident}"[:120] if ident else f"#{hashlib.sha256(raw).hexdigest()}"
    return Envelope(key, chat or NOWHERE, in_order, raw)


def parse(raw: bytes) -> Message | None:
    """The message in an update; None when nobody is waiting for an answer to it. Raises NotUnderstood."""
    update = _load(raw)
    name, message = update.get("event_name"), _dict(update.get("message"))
    if not isinstance(name, str):
        raise NotUnderstood("no event")
    kind = _KINDS.get(name)
    if kind is None:
        if name.startswith("message.") and message:
            kind = Kind.OTHER  # newer than what we know of
        else:
            return None
    chat = _dict(message.get("chat"))
    address = _ident(chat.get("id"))
    if address is None:
        raise NotUnderstood("no chat")
    if _dict(message.get("from")).get("is_bot") is True:
        return None
    words = message.get("text") if kind is Kind.TEXT else message.get("caption")
    picture = message.get("photo_url") or message.get("photo")  # the documentation and the wire call it differently
    return Message(
        address, kind, _clean(words), at=_moment(message.get("date")), group=chat.get("chat_type") == "GROUP",
        reference=picture if kind is Kind.PHOTO and isinstance(picture, str) else None,
    )  # fmt: skip


def _load(raw: bytes) -> dict[str, Any]:
    try:
        return update_of(json.loads(raw))
    except (ValueError, RecursionError):
        return {}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _ident(value: Any) -> str | None:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if 0 < len(text) <= _LONGEST and text.isascii() and text.isprintable() else None


def _clean(text: Any) -> str:
    """Composed, and without halves of characters, which no database takes."""
    whole = text.encode("utf-8", "replace").decode("utf-8") if isinstance(text, str) else ""
    return unicodedata.normalize("NFC", whole)


def _moment(date: Any) -> dt.datetime | None:
    """The platform counts milliseconds since 1970."""
    if not isinstance(date, int) or isinstance(date, bool):
        return None
    try:
        return dt.datetime.fromtimestamp(date / 1000, tz=dt.UTC)
    except (OverflowError, OSError, ValueError):
        return None
