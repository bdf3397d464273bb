"""One request of the bot: its parameters from query, form, JSON or multipart, read the way the Bot API reads them."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from .errors import ApiError, bad

COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_bytes(value: Any) -> bytes:
    return COMPACT.encode(value).encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Upload:
    """A file in a multipart body."""

    name: str
    mime: str
    data: bytes


@dataclass
class Call:
    """A method call; values are strings (forms) or JSON values (JSON bodies), read through the typed getters."""

    method: str
    values: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value as text, "" when absent."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f"wrong parameter {name} in request: integer expected") from None

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        return value is True or str(value).lower() in ("true", "1", "yes", "t")

    def json(self, name: str) -> Any:
        """A JSON value, whether it came parsed or as text; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def chat_id(self) -> int | None:
        """The number of the chat, None when there is none (absent, a name, nonsense)."""
        value = self.values.get("chat_id")
        try:
            return None if value is None else int(value)
        except (TypeError, ValueError):
            return None


async def read_call(request: web.Request, method: str) -> Call:
    """Read every form of parameters the Bot API takes; raises ApiError for a body it cannot read."""
    values: dict[str, Any] = dict(request.query) if request.query_string else {}
    call = Call(method, values)
    if not request.can_read_body:
        return call
    try:
        kind = request.content_type
        if kind == "multipart/form-data":
            await _read_multipart(request, call)
        elif kind == "application/json":
            values.update(_json_body(await request.read()))
        elif kind == "application/x-www-form-urlencoded":
            values.update(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        else:
            await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None
    return call


def _json_body(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        parsed = json.loads(body)
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(parsed, dict):
        raise bad("JSON object expected as request")
    return parsed


async def _read_multipart(request: web.Request, call: Call) -> None:
    try:
        form = await request.post()
    except ValueError:
        raise bad("can't parse multipart body") from None
    for name, value in form.items():
        if isinstance(value, web.FileField):
            call.files[name] = Upload(value.filename, value.content_type, value.file.read())
        elif isinstance(value, (bytes, bytearray)):
            call.values[name] = bytes(value).decode()
        else:
            call.values[name] = value
