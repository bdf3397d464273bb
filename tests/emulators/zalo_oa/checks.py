"""What Zalo takes as a message, to the letter: everything else is refused with the field that is wrong."""

from dataclasses import dataclass, field
from typing import Any

from .errors import ZaloError, beyond, invalid
from .switches import Switches
from .world import Asset, Json, Oa, World

MAX_TEXT = 2000
MAX_BUTTONS = 5
MAX_TITLE = 100
MAX_PAYLOAD = 1000
MAX_SMS = 160
UNSUPPORTED = ZaloError(-233, "message type is invalid or not support")


@dataclass
class Parsed:
    """A message as it will be shown."""

    text: str = ""
    buttons: list[Json] = field(default_factory=list)
    file: Asset | None = None
    url: str = ""
    template: str = ""


def read_message(world: World, oa: Oa, message: Any) -> Parsed:
    """The message of a body. Raises ZaloError."""
    if not isinstance(message, dict):
        raise invalid("message")
    parsed = Parsed(_text(message.get("text"), world.switches))
    attachment = message.get("attachment")
    if "quote_message_id" in message and not _known(world, message["quote_message_id"]):
        raise invalid("quote_message_id")
    if attachment is None:
        if not parsed.text:
            raise invalid("text")
        return parsed
    if not isinstance(attachment, dict) or not isinstance(attachment.get("payload"), dict):
        raise invalid("attachment")
    match attachment.get("type"):
        case "file":
            parsed.file = world.asset(attachment["payload"].get("token"), oa)
            if parsed.file.kind != "file":
                raise invalid("token")
        case "template":
            _template(world, oa, attachment["payload"], parsed)
        case _:
            raise invalid("attachment.type")
    return parsed


def _known(world: World, message_id: Any) -> bool:
    return any(m.get("msg_id") == message_id for user in world.users.values() for m in user.messages)


def _text(text: Any, switches: Switches) -> str:
    if text is None:
        return ""
    if not isinstance(text, str):
        raise invalid("text")
    length = len(text) if switches.text_units == "points" else len(text.encode("utf-16-le")) // 2
    if length > MAX_TEXT:
        raise beyond()
    return text


def _template(world: World, oa: Oa, payload: Json, parsed: Parsed) -> None:
    match payload.get("template_type"):
        case None:
            parsed.template = "buttons"
            if not parsed.text:
                raise invalid("text")
            parsed.buttons = _buttons(payload.get("buttons"), world.switches)
        case "media":
            parsed.template = "media"
            _media(world, oa, payload.get("elements"), parsed)
        case "request_user_info":
            parsed.template = "request_user_info"
            _request_info(payload.get("elements"))
        case "list" if world.switches.lists:
            parsed.template = "list"
            _list(payload.get("elements"))
        case "list":
            raise UNSUPPORTED
        case _:
            raise invalid("template_type")


def _media(world: World, oa: Oa, elements: Any, parsed: Parsed) -> None:
    if not isinstance(elements, list) or len(elements) != 1 or not isinstance(elements[0], dict):
        raise invalid("elements")
    element = elements[0]
    kind = element.get("media_type")
    if kind not in ("image", "gif", "sticker"):
        raise invalid("media_type")
    if kind == "gif" and not (isinstance(element.get("width"), int) and isinstance(element.get("height"), int)):
        raise invalid("width")
    if ("attachment_id" in element) == ("url" in element):
        raise invalid("attachment_id")
    if "url" in element:
        parsed.url = _https(element["url"], "url")
        return
    parsed.file = world.asset(element["attachment_id"], oa)
    if parsed.file.kind != kind:
        raise invalid("attachment_id")


def _request_info(elements: Any) -> None:
    if not isinstance(elements, list) or len(elements) != 1 or not isinstance(elements[0], dict):
        raise invalid("elements")
    for name, most in (("title", 100), ("subtitle", 500), ("image_url", 2000)):
        value = elements[0].get(name)
        if not isinstance(value, str) or not value:
            raise invalid(name)
        if len(value) > most:
            raise beyond()


def _list(elements: Any) -> None:
    if not isinstance(elements, list) or not 1 <= len(elements) <= 5:
        raise invalid("elements")
    for n, element in enumerate(elements):
        title, subtitle = element.get("title"), element.get("subtitle")
        if not isinstance(title, str) or not title or len(title) > 100:
            raise invalid("title")
        if (n == 0 and not subtitle) or (subtitle is not None and len(str(subtitle)) > 500):
            raise invalid("subtitle")


def _buttons(buttons: Any, switches: Switches) -> list[Json]:
    if not isinstance(buttons, list) or not buttons:
        raise invalid("buttons")
    if switches.buttons == "-233":
        raise UNSUPPORTED
    if switches.buttons == "-201":
        raise invalid("buttons")
    if switches.buttons == "-210":
        raise beyond()
    if len(buttons) > MAX_BUTTONS:
        raise beyond()
    for button in buttons:
        _button(button)
    return buttons


def _button(button: Any) -> None:
    if not isinstance(button, dict):
        raise invalid("buttons")
    title, payload = button.get("title"), button.get("payload")
    if not isinstance(title, str) or not title.strip():
        raise invalid("title")
    if len(title) > MAX_TITLE:
        raise beyond()
    match button.get("type"):
        case "oa.query.show" | "oa.query.hide":
            if not isinstance(payload, str) or not payload:
                raise invalid("payload")
            if len(payload) > MAX_PAYLOAD:
                raise beyond()
        case "oa.open.url":
            _https(_member(payload, "url"), "url")
        case "oa.open.phone":
            _phone(payload)
        case "oa.open.sms":
            _phone(payload)
            if len(str(_member(payload, "content"))) > MAX_SMS:
                raise beyond()
        case _:
            raise invalid("type")


def _member(payload: Any, name: str) -> Any:
    if not isinstance(payload, dict) or name not in payload:
        raise invalid(name)
    return payload[name]


def _phone(payload: Any) -> None:
    code = _member(payload, "phone_code")
    if not isinstance(code, str) or not code.startswith("84") or not code.isdecimal():
        raise invalid("phone_code")


def _https(url: Any, name: str) -> str:
    if not isinstance(url, str) or not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise invalid(name)
    return url
