"""What goes out to Telegram: keyboards and bold text, and what each answer of the platform means for the sender."""

import datetime as dt
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import telegram
from telegram import error as errors

from bot.channels.base import SENT, Outcome, Sent
from bot.channels.rendering import Button, Rendered, units
from bot.channels.telegram.request import NeverLeft, OutcomeUnknown, ServerFailed

SHORT: Final = 14
"""Characters of a label that still leave room for a second button in its row."""
SERVER_REST: Final = 5.0
"""Seconds left to a server that answered 5xx."""
TOKEN_REST: Final = 60.0
"""Seconds between tries while the token is rejected: nothing is lost before the operator mends it."""
GATEWAY_TIMEOUT: Final = 504

_STYLES: Final = {"main": "success", "danger": "danger"}
_UNREACHABLE: Final = (
    ("blocked by the user", "blocked"),
    ("deactivated", "deactivated"),
    ("chat not found", "chat_not_found"),
    ("user not found", "chat_not_found"),
    ("peer_id_invalid", "chat_not_found"),
    ("can't initiate", "never_started"),
    ("kicked", "kicked"),
    ("not a member", "kicked"),
    ("chat was deleted", "chat_deleted"),
    ("no rights to send", "no_rights"),
    ("not enough rights", "no_rights"),
    ("chat_write_forbidden", "no_rights"),
)
_REFUSED: Final = (
    ("too long", "too_long"),
    ("text is empty", "empty"),
    ("too big", "file_too_big"),
    ("photo_", "bad_photo"),
    ("button_", "bad_button"),
    ("can't parse entities", "bad_entities"),
)
_NOT_EDITABLE: Final = (
    "message to edit not found", "message can't be edited", "message_id_invalid", "no text in the message",
)  # fmt: skip


class Sender:
    """Sends one rendered message and tells how it ended."""

    def __init__(self, bot: telegram.Bot) -> None:
        self._bot = bot

    async def send(self, address: str, message: Rendered) -> Sent:
        """Changes the message in place where asked and possible, else sends a new one."""
        if message.edit is not None and message.edit.isdecimal() and message.file is None:
            edited = await self._edit(address, int(message.edit), message)
            if edited is not None:
                return edited
        return await self._new(address, message)

    async def _edit(self, address: str, message_id: int, message: Rendered) -> Sent | None:
        """None when the message is too old or gone."""
        text, marks = bold(message.text)

        async def call(marks: list[dict[str, Any]]) -> None:
            extras = _extras("entities", marks, message) | _NO_PREVIEW
            await self._bot.edit_message_text(text, chat_id=address, message_id=message_id, api_kwargs=extras)

        try:
            return await _marked(call, marks)
        except errors.BadRequest as e:
            if _says(e, "message is not modified"):
                return SENT
            return None if _says(e, *_NOT_EDITABLE) else outcome(e)
        except Exception as e:
            ended = outcome(e)
            # The same edit made twice is one edit.
            return Sent(Outcome.NEVER_LEFT, ended.reason) if ended.outcome is Outcome.UNKNOWN else ended

    async def _new(self, address: str, message: Rendered) -> Sent:
        text, marks = bold(message.text)

        async def call(marks: list[dict[str, Any]]) -> None:
            file = message.file
            if file is None:
                extras = _extras("entities", marks, message) | _NO_PREVIEW
                await self._bot.send_message(address, text, api_kwargs=extras)
                return
            extras = _extras("caption_entities", marks, message)
            named: Any = {"filename": file.name, "caption": text or None, "api_kwargs": extras}
            if file.kind == "photo":
                await self._bot.send_photo(address, file.data, **named)
            else:
                await self._bot.send_document(address, file.data, **named)

        try:
            return await _marked(call, marks)
        except Exception as e:
            return outcome(e)


_NO_PREVIEW: Final[dict[str, Any]] = {"link_preview_options": '{"is_disabled":true}'}


def _extras(marked: str, marks: list[dict[str, Any]], message: Rendered) -> dict[str, Any]:
    """Marks and buttons as JSON: an object of the library for each would cost more than the rest of a send."""
    extras = {marked: json.dumps(marks)} if marks else {}
    rows = keyboard(message.buttons)
    return extras | ({"reply_markup": json.dumps({"inline_keyboard": rows})} if rows else {})


async def _marked(call: Callable[[list[dict[str, Any]]], Awaitable[None]], marks: list[dict[str, Any]]) -> Sent:
    """Makes the call; once more without the bold marks when the platform cannot read them."""
    try:
        await call(marks)
    except errors.BadRequest as e:
        if not marks or not _says(e, "can't parse entities"):
            raise
        await call([])
    return SENT


def bold(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without its `**` marks and the places where it is bold, in UTF-16 units as Telegram counts.

    Places instead of HTML: nothing a person wrote ("thu nhập < 5 triệu") has to be escaped, so no text can make the
    platform refuse a message. A mark without its partner is dropped.
    """
    pieces = text.split("**")
    marks: list[dict[str, Any]] = []
    offset = 0
    for i, piece in enumerate(pieces):
        length = units(piece)
        if i % 2 and i < len(pieces) - 1 and piece.strip():
            marks.append({"type": "bold", "offset": offset, "length": length})
        offset += length
    return "".join(pieces), marks


def keyboard(buttons: tuple[Button, ...]) -> list[list[dict[str, str]]]:
    """One button a row for fingers that are not young; two where both labels are short and neither is dangerous."""
    rows: list[list[dict[str, str]]] = []
    room = False
    for b in buttons:
        key = _key(b)
        short = len(key["text"]) <= SHORT and b.style != "danger"
        if room and short:
            rows[-1].append(key)
            room = False
        else:
            rows.append([key])
            room = short
    return rows


def _key(button: Button) -> dict[str, str]:
    """The number in front of the label tells what may be typed instead of pressing."""
    key = {"text": f"{button.n}. {button.label}"}
    if button.style in _STYLES:
        key["style"] = _STYLES[button.style]
    return key | ({"callback_data": button.value} if button.url is None else {"url": button.url})


def outcome(error: Exception) -> Sent:
    """What the failure of a call means for the message.

    5xx: the platform says itself that it failed; in its outages that is what everybody gets for minutes, and giving
    up would leave people without an answer, while the harm in the rare case that the message had got through is one
    repetition. So it is repeated, except after 504, where the front passed it on and got no answer.
    """
    match error:
        case NeverLeft():
            return Sent(Outcome.NEVER_LEFT, error.message)
        case ServerFailed() if error.status != GATEWAY_TIMEOUT:
            return Sent(Outcome.LATER, f"http_{error.status}", retry_after=SERVER_REST)
        case OutcomeUnknown() | ServerFailed():
            return Sent(Outcome.UNKNOWN, error.message)
        case errors.RetryAfter():
            return Sent(Outcome.LATER, "flood", retry_after=seconds(error))
        case errors.ChatMigrated():
            return Sent(Outcome.REFUSED, "moved", moved_to=str(error.new_chat_id))
        case errors.InvalidToken():
            return Sent(Outcome.LATER, "token_rejected", retry_after=TOKEN_REST, everybody=True)
        case errors.TelegramError():
            return _refused(error)
    # The call was answered with something the library could not read: it may have been carried out.
    return Sent(Outcome.UNKNOWN, type(error).__name__)


def _refused(error: errors.TelegramError) -> Sent:
    """The reason is one of our own words: the platform's description may quote the message."""
    for phrase, reason in _UNREACHABLE:
        if _says(error, phrase):
            return Sent(Outcome.REFUSED, reason, unreachable=True)
    if isinstance(error, errors.Forbidden):
        return Sent(Outcome.REFUSED, "forbidden", unreachable=True)
    reason = next((r for phrase, r in _REFUSED if _says(error, phrase)), type(error).__name__)
    return Sent(Outcome.REFUSED, reason)


def _says(error: errors.TelegramError, *phrases: str) -> bool:
    return any(p in error.message.lower() for p in phrases)


def seconds(error: errors.RetryAfter) -> float:
    """The wait asked for; the library is changing the type of its attribute."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)
