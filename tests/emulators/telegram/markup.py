"""Keyboards under messages: every rule a button has to keep."""

import re
from typing import Any

from .call import Call
from .errors import bad

MAX_BUTTONS = 100
MAX_IN_ROW = 8
STYLES = ("primary", "success", "danger")
INLINE_KINDS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
REPLY_KINDS = (
    "request_contact", "request_location", "request_users", "request_chat", "request_poll", "web_app",
)  # fmt: skip

Markup = dict[str, Any]


def read_markup(call: Call, *, private: bool, inline_only: bool = False) -> Markup | None:
    """The checked reply_markup, None when absent; raises ApiError for anything a keyboard may not be."""
    markup = call.json("reply_markup")
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        _check_inline(markup["inline_keyboard"], private)
        return {"inline_keyboard": markup["inline_keyboard"]}
    if inline_only:
        raise bad("inline keyboard expected")
    if "keyboard" in markup:
        _check_reply(markup["keyboard"], private)
    elif markup.get("remove_keyboard") is not True and markup.get("force_reply") is not True:
        raise bad("can't parse reply markup JSON object")
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not 1 <= len(str(placeholder)) <= 64:
        raise bad("input field placeholder must be 1-64 characters long")
    return markup


def _rows(keyboard: Any) -> list[list[Any]]:
    if not isinstance(keyboard, list) or not all(isinstance(row, list) for row in keyboard):
        raise bad('can\'t parse keyboard: Field "keyboard" must be an Array of Arrays')
    return keyboard


def _check_inline(keyboard: Any, private: bool) -> None:
    rows = _rows(keyboard)
    if sum(map(len, rows)) > MAX_BUTTONS or any(len(row) > MAX_IN_ROW for row in rows):
        raise bad("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check_inline_button(button, private)


def _check_common(button: dict[str, Any]) -> None:
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad("can't parse inline keyboard button: button text must be non-empty")
    if "style" in button and button["style"] not in STYLES:
        raise bad("can't parse keyboard button: invalid button style specified")


def _check_inline_button(button: Any, private: bool) -> None:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    _check_common(button)
    kinds = [kind for kind in INLINE_KINDS if button.get(kind) is not None]
    if not kinds:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise bad("can't parse inline keyboard button: exactly one of the optional fields must be used")
    kind, value = kinds[0], button[kinds[0]]
    if kind == "callback_data" and not (isinstance(value, str) and 1 <= len(value.encode()) <= 64):
        raise bad("BUTTON_DATA_INVALID")
    if kind == "url" and not re.match(r"(https?://)?[^\s/]+\.[^\s]+$|https?://\S+$|tg://\S+$", str(value)):
        raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    if kind == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= 256:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    if kind == "web_app":
        _check_web_app(value, private)


def _check_web_app(value: Any, private: bool) -> None:
    url = value.get("url") if isinstance(value, dict) else None
    if not isinstance(url, str) or not url.startswith("https://"):
        raise bad(f"keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    if not private:
        raise bad("BUTTON_TYPE_INVALID")


def _check_reply(keyboard: Any, private: bool) -> None:
    rows = _rows(keyboard)
    if not any(rows):
        raise bad("reply keyboard must have at least one button")
    for row in rows:
        for button in row:
            if isinstance(button, str) and button:
                continue
            if not isinstance(button, dict):
                raise bad("can't parse keyboard button: KeyboardButton must be an Object")
            _check_common(button)
            asked = [kind for kind in REPLY_KINDS if button.get(kind)]
            if len(asked) > 1:
                raise bad("can't parse keyboard button: at most one of the optional fields must be used")
            if asked and not private:
                raise bad(f"{asked[0]} can be used in private chats only")
            if asked == ["web_app"]:
                _check_web_app(button["web_app"], private)


def reply_rows(markup: Markup) -> list[list[dict[str, Any]]]:
    """The buttons of a reply keyboard, each as an object."""
    return [[{"text": b} if isinstance(b, str) else b for b in row] for row in markup["keyboard"]]
