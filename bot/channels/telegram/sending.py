"""What goes out to Telegram: keyboards and bold text, and what each answer of the platform means for the sender."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Final

import telegram
from telegram import error as errors

from bot.channels.base import SENT, Outcome, Sent
from bot.channels.rendering import Button, Rendered
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
        text, entities = bold(message.text)

        async def call(marks: list[telegram.MessageEntity]) -> None:
            await self._bot.edit_message_text(
                text, chat_id=address, message_id=message_id, entities=marks, reply_markup=keyboard(message.buttons),
                link_preview_options=_NO_PREVIEW,
            )  # fmt: skip

        try:
            return await _marked(call, entities)
        except errors.BadRequest as e:
            if _says(e, "message is not modified"):
                return SENT
            return None if _says(e, *_NOT_EDITABLE) else outcome(e)
        except Exception as e:
            ended = outcome(e)
            # The same edit made twice is one edit.
            return Sent(Outcome.NEVER_LEFT, ended.reason) if ended.outcome is Outcome.UNKNOWN else ended

    async def _new(self, address: str, message: Rendered) -> Sent:
        text, entities = bold(message.text)
        buttons = keyboard(message.buttons)

        async def call(marks: list[telegram.MessageEntity]) -> None:
            file = message.file
            if file is None:
                await self._bot.send_message(
                    address, text, entities=marks, reply_markup=buttons, link_preview_options=_NO_PREVIEW
                )
            elif file.kind == "photo":
                await self._bot.send_photo(
                    address, file.data, filename=file.name, caption=text or None, caption_entities=marks,
                    reply_markup=buttons,
                )  # fmt: skip
            else:
                await self._bot.send_document(
                    address, file.data, filename=file.name, caption=text or None, caption_entities=marks,
                    reply_markup=buttons,
                )  # fmt: skip

        try:
            return await _marked(call, entities)
        except Exception as e:
            return outcome(e)


_NO_PREVIEW: Final = telegram.LinkPreviewOptions(is_disabled=True)


async def _marked(
    call: Callable[[list[telegram.MessageEntity]], Awaitable[None]], entities: list[telegram.MessageEntity]
) -> Sent:
    """Makes the call; once more without the bold marks when the platform cannot read them."""
    try:
        await call(entities)
    except errors.BadRequest as e:
        if not entities or not _says(e, "can't parse entities"):
            raise
        await call([])
    return SENT


def bold(text: str) -> tuple[str, list[telegram.MessageEntity]]:
    """The text without its `**` marks and the places where it is bold, in UTF-16 units as Telegram counts.

    Places instead of HTML: nothing a person wrote ("thu nhập < 5 triệu") has to be escaped, so no text can make the
    platform refuse a message. A mark without its partner is dropped.
    """
    pieces = text.split("**")
    plain = "".join(pieces)
    entities, offset = [], 0
    for i, piece in enumerate(pieces):
        if i % 2 and i < len(pieces) - 1 and piece.strip():
            entities.append(telegram.MessageEntity(telegram.MessageEntity.BOLD, offset, len(piece)))
        offset += len(piece)
    return plain, list(telegram.MessageEntity.adjust_message_entities_to_utf_16(plain, entities))


def keyboard(buttons: tuple[Button, ...]) -> telegram.InlineKeyboardMarkup | None:
    """One button a row for fingers that are not young; two where both labels are short and neither is dangerous."""
    rows: list[list[telegram.InlineKeyboardButton]] = []
    room = False
    for b in buttons:
        key = _key(b)
        short = len(key.text) <= SHORT and b.style != "danger"
        if room and short:
            rows[-1].append(key)
            room = False
        else:
            rows.append([key])
            room = short
    return telegram.InlineKeyboardMarkup(rows) if rows else None


def _key(button: Button) -> telegram.InlineKeyboardButton:
    """The number in front of the label tells what may be typed instead of pressing."""
    label = f"{button.n}. {button.label}"
    style = _STYLES.get(button.style)
    if button.url is not None:
        return telegram.InlineKeyboardButton(label, url=button.url, style=style)
    return telegram.InlineKeyboardButton(label, callback_data=button.value, style=style)


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
