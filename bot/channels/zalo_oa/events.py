"""What comes in from Zalo: whether it is from Zalo, the outside of an event before it is stored, its meaning."""

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Collection
from typing import Any, Final

from bot.channels.base import Envelope, NotUnderstood
from bot.channels.zalo_oa.address import Address
from bot.channels.zalo_oa.config import OaConfig
from bot.pictures.kinds import named_so, sheet_named
from handlers.turn import Kind, Message

SIGNATURE: Final = "X-ZEvent-Signature"
TIMESTAMP: Final = "X-ZEvent-Timestamp"
RETRY: Final = "num_retry"
OLDEST: Final = dt.timedelta(hours=2)
"""A first delivery older than this is somebody's copy: the last redelivery comes 1 h 50 min after the first."""
NOWHERE: Final = "?"
"""The address of events that name nobody; they share a lane of their own."""
_IGNORED: Final = re.compile(
    r"user_received_message|user_seen_message|(?:user|oa)_reacted_message|add_user_to_tag|remove_user_from_tag|"
    r"remove_tag|update_user_info|(?:user|oa)_send_group_\w+"
)
"""What tells us nothing we act upon: not even stored. The echo of our own messages is another, see `outside`."""
_PRESS: Final = re.compile(r"#([a-z]{1,2}(?::[!-~]*)?|[a-z]+:[!-~]*)")
"""What our buttons send: the sign, then a value of ours, whose first word is short or ends with a colon."""
_KINDS: Final = {
    "image": Kind.PHOTO, "gif": Kind.STICKER, "sticker": Kind.STICKER, "audio": Kind.VOICE, "voice": Kind.VOICE,
    "location": Kind.LOCATION, "file": Kind.FILE, "business_card": Kind.CONTACT, "link": Kind.TEXT, "text": Kind.TEXT,
}  # fmt: skip
_INT64: Final = 2**63


def from_zalo(raw: bytes, signature: str, header_time: str | None, config: OaConfig) -> bool:
    """Whether the bytes are signed: SHA-256 of app id, exact body, timestamp and the account's secret key."""
    event = load(raw)
    return event.get("app_id") == config.app_id and _fits(raw, event, config.app_id, signature, header_time, config)


def why_refused(raw: bytes, signature: str, header_time: str | None, config: OaConfig) -> str:
    """For the operator's figures: `unsigned`, `signature` (a wrong key), or `signed_with_oa_id`.

    The last is the right key in a formula some say Zalo uses. It is told, never accepted.
    """
    if not signature:
        return "unsigned"
    event = load(raw)
    numbers = {_ident(n) for n in (event.get("oa_id"), _at(event, "sender", "id"), _at(event, "recipient", "id"))}
    tried = [_fits(raw, event, first, signature, header_time, config) for first in numbers - {None} if first]
    return "signed_with_oa_id" if any(tried) else "signature"


def _fits(
    raw: bytes, event: dict[str, Any], first: str, signature: str, header_time: str | None, config: OaConfig
) -> bool:
    """Whether the signature is that of the bytes, with that number before them."""
    given = signature.removeprefix("mac=").encode("utf-8", "surrogateescape")
    times = [str(event.get("timestamp", "")), *([header_time] if header_time else [])]
    signed = [hmac.compare_digest(given, _mac(first, raw, time, config).encode()) for time in times]
    return any(signed)


def _mac(first: str, raw: bytes, time: str, config: OaConfig) -> str:
    parts = (first.encode("utf-8", "replace"), raw, time.encode("utf-8", "replace"), config.oa_secret_key.encode())
    return hashlib.sha256(b"".join(parts)).hexdigest()


def too_old(raw: bytes, now: dt.datetime) -> bool:
    """Whether the event happened so long ago that Zalo would not deliver it for the first time now."""
    at = _moment(load(raw).get("timestamp"))
    return at is not None and now - at > OLDEST


def outside(raw: bytes, oas: Collection[str]) -> Envelope | None:
    """The envelope of an event; None for what nobody acts upon. Never raises.

    A message is known by its id, which redeliveries repeat; an event without one by its bytes, which they repeat too.
    """
    event = load(raw)
    name = event.get("event_name")
    if not isinstance(name, str) or _IGNORED.fullmatch(name):
        return None if isinstance(name, str) else Envelope(_digest(raw), NOWHERE, 0, raw)
    if name.startswith("oa_send_") and _at(event, "sender", "admin_id") is None:
        return None  # the echo of what we sent ourselves
    ident = _at(event, "message", "msg_id")
    named = isinstance(ident, str) and 0 < len(ident) <= 60 and name.startswith(("user_send_", "anonymous_send_"))
    address = _address(event, name, oas)
    seq = _int(event.get("timestamp")) or 0
    return Envelope(f"m:{ident}" if named else _digest(raw), str(address) if address else NOWHERE, seq, raw)


def _digest(raw: bytes) -> str:
    return f"#{hashlib.sha256(raw).hexdigest()}"


def parse(raw: bytes, oas: Collection[str], commune_of: Callable[[str], str | None]) -> Message | None:
    """The message in an event; None when nobody is waiting for an answer to it. Raises NotUnderstood."""
    event = load(raw)
    name = event.get("event_name")
    if not isinstance(name, str):
        raise NotUnderstood("no event")
    address = _address(event, name, oas)
    kind, text = _meaning(event, name)
    if kind is None:
        return None
    if address is None:
        raise NotUnderstood(f"{name[:40]} of nobody")
    author = _at(event, "sender", "admin_id")
    return Message(
        str(address), kind, _clean(text), at=_moment(event.get("timestamp")), commune=commune_of(address.oa),
        file_name=_clean(_text(_payload(event).get("name"))) or None, passing=address.conversation is not None,
        reference=_reference(event, kind), author=_clean(str(author)) if author is not None else None,
    )  # fmt: skip


def _meaning(event: dict[str, Any], name: str) -> tuple[Kind | None, str]:
    """What sort of thing came in, and its words; no kind where nobody waits for an answer."""
    match name:
        case "follow" | "user_click_chatnow":
            return Kind.TEXT, "/start"
        case "unfollow":
            return Kind.LEFT, ""
        case "user_withdraw":
            return Kind.WITHDRAWN, ""
        case "user_submit_info":
            return Kind.CONTACT, ""  # what people told there is not even looked at
    if name.startswith("oa_send_"):
        return Kind.STAFF, _text(_at(event, "message", "text"))
    for sort in ("user_send_", "anonymous_send_"):
        if name.startswith(sort):
            return _said(event, _KINDS.get(name.removeprefix(sort), Kind.OTHER))
    return None, ""


def _said(event: dict[str, Any], kind: Kind) -> tuple[Kind, str]:
    """What a person sent: typed, pressed, or something else with a caption."""
    text, payload = _text(_at(event, "message", "text")), _payload(event)
    if kind is Kind.LOCATION:
        where = payload.get("coordinates")
        place = where if isinstance(where, dict) else {}
        return kind, f"{place.get('latitude', '')},{place.get('longitude', '')}"
    if kind is not Kind.TEXT:
        return kind, "" if kind is Kind.CONTACT else text
    press = _PRESS.fullmatch(text)
    if press is not None:
        return Kind.PRESS, press[1]
    link = _text(payload.get("url"))
    return Kind.TEXT, text if not link or link in text else f"{text} {link}".strip()


def _reference(event: dict[str, Any], kind: Kind) -> str | None:
    """Where a picture lies, whether it was sent as one or as a file; or a spreadsheet."""
    payload = _payload(event)
    name = _text(payload.get("name"))
    wanted = kind is Kind.PHOTO or (kind is Kind.FILE and (named_so(name) or sheet_named(name)))
    return (_text(payload.get("url")) or None) if wanted else None


def _address(event: dict[str, Any], name: str, oas: Collection[str]) -> Address | None:
    """Whose event it is, and of which account. The person is the one that is not the account."""
    sender, recipient = _ident(_at(event, "sender", "id")), _ident(_at(event, "recipient", "id"))
    oa = _ident(event.get("oa_id")) or next((i for i in (recipient, sender) if i in oas), None)
    oa = oa or (sender if name.startswith("oa_send_") else recipient)
    other = next((i for i in (sender, recipient) if i is not None and i != oa), None)
    person = _ident(_at(event, "follower", "id")) or _ident(event.get("user_id")) or other
    if oa is None or person is None:
        return None
    conversation = None
    if name.startswith(("anonymous_", "oa_send_anonymous_")):
        conversation = _ident(_at(event, "message", "conversation_id")) or _ident(event.get("conversation_id")) or "-"
    return Address(oa, person, conversation)


def _payload(event: dict[str, Any]) -> dict[str, Any]:
    """What the first attachment holds."""
    attachments = _at(event, "message", "attachments")
    first = attachments[0] if isinstance(attachments, list) and attachments else None
    found = first.get("payload") if isinstance(first, dict) else None
    return found if isinstance(found, dict) else {}


def _ident(value: object) -> str | None:
    """An id; they travel as strings, now and then as numbers. No colon: it parts the address."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if 0 < len(text) <= 80 and ":" not in text and text.isprintable() else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _clean(text: str) -> str:
    """Without what no database takes: halves of surrogate pairs and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _moment(value: object) -> dt.datetime | None:
    ms = _int(value)
    try:
        return None if ms is None else dt.datetime.fromtimestamp(ms / 1000, dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _int(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        number = int(value)
    except ValueError:
        return None
    return number if -_INT64 <= number < _INT64 else None


def load(raw: bytes) -> dict[str, Any]:
    """The event as a document; an empty one for what is none."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _at(value: dict[str, Any], *path: str) -> Any:
    found: Any = value
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found
