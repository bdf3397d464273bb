"""Who is at the other end of the web page: a random token in a signed cookie, and where a request comes from."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from aiohttp import web

COOKIE_SECONDS = 400 * 24 * 3600
"""How long a browser keeps the cookie; 400 days is the longest browsers allow."""


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Sessions:
    """Gives out and checks sessions. Nothing is stored here: the signature is the proof."""

    def __init__(self, key: bytes, *, secure: bool) -> None:
        self._key = key
        self._secure = secure
        # The prefix makes browsers refuse a cookie of that name set by a sister site or over plain HTTP.
        self.cookie = "__Host-phien" if secure else "phien"

    def _mac(self, purpose: str, value: str) -> bytes:
        return hmac.digest(self._key, f"web:{purpose}:{value}".encode(), hashlib.sha256)

    def _sign(self, token: str) -> str:
        return f"{token}.{_text(self._mac('cookie', token)[:16])}"

    def _address(self, token: str) -> str:
        return self._mac("address", token)[:16].hex()

    def address(self, request: web.Request) -> str | None:
        """The address of the request's session; None without a cookie that we signed."""
        value = request.cookies.get(self.cookie, "")
        token = value.partition(".")[0]
        signed = value.isascii() and hmac.compare_digest(value, self._sign(token))
        return self._address(token) if signed else None

    def open(self, request: web.Request, response: web.Response) -> None:
        """Keeps the request's session alive, or begins one when there is none that holds."""
        value = request.cookies[self.cookie] if self.address(request) else self._sign(_text(secrets.token_bytes(16)))
        response.set_cookie(
            self.cookie, value, max_age=COOKIE_SECONDS, httponly=True, secure=self._secure, samesite="Lax", path="/"
        )

    def end(self, response: web.Response) -> None:
        """Takes the cookie back: the next person at this device is somebody else."""
        response.del_cookie(self.cookie, path="/", httponly=True, secure=self._secure, samesite="Lax")

    def key(self, address: str, message_id: str) -> str:
        """A message id no other session can collide with; it does not give the address away."""
        return f"{self._mac('key', address)[:12].hex()}:{message_id}"


def from_our_page(request: web.Request) -> bool:
    """Whether a POST comes from our own page; what is no browser sends neither header and has no victim's cookie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
