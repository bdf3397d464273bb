"""The calls of the Official Account API and of its OAuth server, as they go over the wire."""

import hashlib
import hmac
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp

from bot.channels.line import Answered, Line
from bot.channels.zalo_oa.config import OaConfig

CALL: Final = 7.0
"""Seconds for a whole call."""
UPLOAD: Final = 11.0
"""Seconds for a call that carries a file."""
MOST: Final = 1024 * 1024
"""Bytes of an answer; real ones are a few hundred."""
_PUBLIC: Final = ("error", "error_name", "error_reason", "error_description", "ref_doc", "message")
"""Members of a refusal that hold no secret."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the API; application errors come with HTTP 200 and now and then with 4xx or 5xx."""

    status: int
    error: int | None
    """None: nothing that can be read, so nobody knows what was done."""
    message: str = ""
    data: dict[str, Any] = field(default_factory=dict, repr=False)
    items: list[Any] = field(default_factory=list, repr=False)
    """The data where it is a list."""
    limit: int | None = None
    """Calls a minute (X-RateLimit-Limit)."""
    remain: int | None = None
    """Calls left in this minute (X-RateLimit-Remain)."""


@dataclass(frozen=True, slots=True)
class Granted:
    """The OAuth server's answer: a pair, or what it said instead."""

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    lasts: float = 0.0
    """Seconds, of the access token."""
    refusal: str = ""
    """For logs: no secret is in it."""
    away: bool = False
    """Not its own words but those of something in front of it: worth another try."""

    @property
    def whole(self) -> bool:
        """Whether there is a pair."""
        return bool(self.access and self.refresh)


class Api:
    """Every call raises NeverSent or NoWholeAnswer when the network fails, and nothing else."""

    def __init__(self, config: OaConfig) -> None:
        self._config = config
        self._line = Line()

    async def close(self) -> None:
        """Gives back the connections."""
        await self._line.close()

    # --- OpenAPI ---

    async def get(self, path: str, token: str, data: dict[str, Any] | None = None) -> Answer:
        """Reads something; parameters travel as one JSON document."""
        query = f"?{urlencode({'data': _json(data).decode()})}" if data is not None else ""
        return await self._call("GET", path + query, token)

    async def post(self, path: str, token: str, body: dict[str, Any], within: float = CALL) -> Answer:
        """Does something."""
        headers = {"Content-Type": "application/json"}
        return await self._call("POST", path, token, data=_json(body), headers=headers, within=within)

    async def upload(
        self, path: str, token: str, name: str, mime: str, data: bytes, within: float = UPLOAD
    ) -> Answer:
        """Carries a file there."""
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("file", io.BytesIO(data), filename=_CONTROL.sub(" ", name), content_type=mime)
        return await self._call("POST", path, token, data=form, within=within)

    async def _call(
        self, method: str, path: str, token: str, *, data: Any = None, headers: dict[str, str] | None = None,
        within: float = CALL,
    ) -> Answer:  # fmt: skip
        sent = {"access_token": token, **(headers or {})}
        if self._config.proof:
            sent["appsecret_proof"] = self.proof(token)
        url = self._config.api_base + path
        return _read(await self._line.exchange(method, url, within=within, data=data, headers=sent, at_most=MOST))

    def proof(self, token: str) -> str:
        """Shows that whoever holds the token also holds the app's secret."""
        return hmac.new(self._config.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()

    # --- OAuth ---

    async def exchange_code(self, code: str) -> Granted:
        """The pair for a consent's code: ten minutes, once."""
        verifier = self._config.verifier
        return await self._grant({"grant_type": "authorization_code", "code": code, "code_verifier": verifier})

    async def refresh(self, token: str) -> Granted:
        """The next pair; both old tokens are dead from then on."""
        return await self._grant({"grant_type": "refresh_token", "refresh_token": token})

    async def _grant(self, fields: dict[str, str]) -> Granted:
        headers = {"secret_key": self._config.app_secret, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"app_id": self._config.app_id, **fields}).encode("ascii")
        url = f"{self._config.oauth_base}/v4/oa/access_token"
        answered = await self._line.exchange("POST", url, within=CALL, data=body, headers=headers, at_most=MOST)
        return _granted(answered)

    def consent(self, state: str) -> str:
        """The page on which an administrator of an account lets the app in."""
        config = self._config
        query = {"app_id": config.app_id, "redirect_uri": config.callback, "code_challenge": config.challenge,
                 "state": state}  # fmt: skip
        return f"{config.oauth_base}/v4/oa/permission?{urlencode(query)}"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _load(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _read(answered: Answered) -> Answer:
    """The JSON counts, whatever the HTTP status."""
    limit, remain = (_number(answered.headers.get(f"X-RateLimit-{name}")) for name in ("Limit", "Remain"))
    found = _load(answered.body)
    error = _number(found.get("error")) if found is not None else None
    if found is None or error is None:
        return Answer(answered.status, None, limit=limit, remain=remain)
    data = found.get("data")
    return Answer(
        answered.status, error, str(found.get("message", "")), data if isinstance(data, dict) else {},
        data if isinstance(data, list) else [], limit, remain,
    )  # fmt: skip


def _granted(answered: Answered) -> Granted:
    """A missing token is a failure whatever the status; what no OAuth server says comes from something before it."""
    found = _load(answered.body)
    if found is None:
        return Granted(refusal=f"HTTP {answered.status}", away=answered.status >= 500)
    access, refresh = found.get("access_token"), found.get("refresh_token")
    if isinstance(access, str) and isinstance(refresh, str) and access and refresh:
        return Granted(access, refresh, float(_number(found.get("expires_in")) or 90_000))
    shown = {k: str(found[k])[:200] for k in _PUBLIC if found.get(k)}
    others = sorted(str(k)[:40] for k in found if k not in _PUBLIC)
    return Granted(refusal=json.dumps({"HTTP": answered.status, **shown, "others": others}, ensure_ascii=False))


def _number(value: Any) -> int | None:
    """Numbers travel as numbers and as strings."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None
