"""What comes in from Telegram: the outside of an update before it is stored, its meaning afterwards."""

import datetime as dt
import hashlib
import json
from typing import Any, Final, TypeGuard

import telegram
from telegram.constants import ChatMemberStatus, ChatType, MessageAttachmentType

from bot.channels.base import Envelope, NotUnderstood
from bot.pictures.kinds import named_so, sheet_named
from handlers.turn import Kind, Message

WANTED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates we ask for; others are not even looked at."""
NOWHERE: Final = "?"
"""The address of updates that name no chat; they share a lane of their own."""
_INT64: Final = 2**63
_YEAR_3000: Final = 32_503_680_000
_PLAIN_UPDATE: Final = {"update_id", "message"}
_PLAIN_MESSAGE: Final = {"message_id", "from", "chat", "date", "text", "entities"}

_KINDS: Final = (
    ("text", Kind.TEXT),
    ("photo", Kind.PHOTO),
    ("animation", Kind.OTHER),  # before the document that comes with it
    ("document", Kind.FILE),
    ("venue", Kind.OTHER),  # before the location that comes with it
    ("location", Kind.LOCATION),
    ("contact", Kind.CONTACT),
    ("sticker", Kind.STICKER),
    ("voice", Kind.VOICE),
    ("video_note", Kind.VOICE),
    ("audio", Kind.VOICE),
    *((str(a), Kind.OTHER) for a in MessageAttachmentType),
)
_GONE: Final = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)


def outside(raw: bytes) -> tuple[Envelope, str | None]:
    """The envelope of an update and, for a button press, the id of the query to be answered. Never raises.

    Text, presses and blocking of one private chat have one address, since a private chat's id is the person's id.
    Bytes that are no update are enveloped too, keyed by their hash: they are set aside by whoever parses them.
    """
    update = _load(raw)
    seq = update.get("update_id")
    if not _is_int64(seq):
        return Envelope(f"{NOWHERE}{hashlib.sha256(raw).hexdigest()}", NOWHERE, 0, raw), None
    press = _dict(update.get("callback_query"))
    chat = (
        _at(update, "message", "chat", "id")
        or _at(update, "edited_message", "chat", "id")
        or _at(press, "message", "chat", "id")
        or _at(press, "from", "id")
        or _at(update, "my_chat_member", "chat", "id")
    )
    query = press.get("id")
    address = str(chat) if _is_int64(chat) else NOWHERE
    return Envelope(str(seq), address, int(str(seq)), raw), query if isinstance(query, str) else None


def parse(raw: bytes) -> Message | None:
    """The message in an update; None when nobody is waiting for an answer to it. Raises NotUnderstood."""
    content = _load(raw)
    if not _is_int64(content.get("update_id")):
        raise NotUnderstood("no update")
    plain = _plain(content)
    if plain is not None:
        return plain
    try:
        return _message(telegram.Update.de_json({k: content[k] for k in ("update_id", *WANTED) if k in content}))
    except Exception as error:  # whatever the library makes of malformed content
        failure = type(error).__name__
    # Outside of the handler: what the library raised may quote the message.
    raise NotUnderstood(failure)


def _plain(content: dict[str, Any]) -> Message | None:
    """Typed words in a private chat, which most updates are, without the library's fifteen objects; else None.

    A message with any field but these is the library's: what it means, the library knows.
    """
    said, sender = _dict(content.get("message")), _at(content, "message", "from", "id")
    if content.keys() != _PLAIN_UPDATE or not said.keys() <= _PLAIN_MESSAGE or not _is_int64(sender):
        return None
    chat, text, date = _dict(said.get("chat")), said.get("text"), said.get("date")
    private = chat.get("type") == ChatType.PRIVATE and chat.get("id") == sender
    if not private or not isinstance(text, str) or not text or not _is_int64(date) or not 0 < date < _YEAR_3000:
        return None
    return Message(str(sender), Kind.TEXT, _clean(text), at=dt.datetime.fromtimestamp(date, dt.UTC))


def _message(update: telegram.Update) -> Message | None:
    if update.callback_query:
        return _press(update.callback_query)
    if update.edited_message:
        return _edited(update.edited_message)
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    return _said(update.message) if update.message else None


def _press(query: telegram.CallbackQuery) -> Message:
    source = query.message
    chat = source.chat if source else None
    return Message(
        address=str(chat.id if chat else query.from_user.id),
        kind=Kind.PRESS,
        text=_clean(query.data or ""),
        origin=str(source.message_id) if source else None,
        group=chat is not None and chat.type != ChatType.PRIVATE,
    )


def _edited(message: telegram.Message) -> Message | None:
    """Only edited words count: a live location, for one, is "edited" every few seconds."""
    text = message.text or message.caption
    return _from(message, Kind.EDITED, text) if text else None


def _membership(change: telegram.ChatMemberUpdated) -> Message | None:
    if change.new_chat_member.status not in _GONE:
        return None
    group = change.chat.type != ChatType.PRIVATE
    return Message(str(change.chat.id), Kind.LEFT, at=change.date, group=group)


def _said(message: telegram.Message) -> Message | None:
    if message.migrate_to_chat_id:
        return _from(message, Kind.LEFT, "")  # the group speaks under its new address from now on
    kind = next((kind for name, kind in _KINDS if getattr(message, name)), None)
    if kind is None:
        # A service note, unless it holds something newer than the library.
        return _from(message, Kind.OTHER, "") if message.api_kwargs else None
    return _from(message, kind, _words(message))


def _words(message: telegram.Message) -> str:
    """What a message says: typed words, a caption, "latitude,longitude", or the sender's own phone number."""
    if message.location:
        return f"{message.location.latitude},{message.location.longitude}"
    if message.contact:
        own = message.from_user is not None and message.contact.user_id == message.from_user.id
        return _clean(message.contact.phone_number) if own else ""
    return message.text or message.caption or ""


def _from(message: telegram.Message, kind: Kind, text: str) -> Message:
    name = message.document.file_name if message.document else None
    return Message(
        address=str(message.chat.id),
        kind=kind,
        text=_clean(text),
        at=message.date,
        file_name=_clean(name) if name else None,
        reference=_picture(message) if kind in (Kind.PHOTO, Kind.FILE) else None,
        group=message.chat.type != ChatType.PRIVATE,
    )


def _picture(message: telegram.Message) -> str | None:
    """What is fetched: a photo in its largest size, or a file that says it is a picture or a spreadsheet."""
    if message.photo:
        return max(message.photo, key=lambda size: size.width * size.height).file_id
    document = message.document
    if document is None:
        return None
    wanted = named_so(document.file_name, document.mime_type) or sheet_named(document.file_name)
    return document.file_id if wanted else None


def _clean(text: str) -> str:
    """Without what no database takes: halves of surrogate pairs and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _load(raw: bytes) -> dict[str, Any]:
    try:
        return _dict(json.loads(raw))
    except (ValueError, RecursionError):
        return {}


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _at(value: dict[str, Any], *path: str) -> Any:
    found: Any = value
    for name in path:
        found = _dict(found).get(name)
    return found


def _is_int64(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and -_INT64 <= value < _INT64
