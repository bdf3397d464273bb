"""The page's files, made ready once at the start: words filled in, packed, and named by what is in them."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, StrictUndefined

HERE = Path(__file__).parent
MIMES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# No place but our own may give the page a script, a style or a font, and no other site may frame it.
CSP = (
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(), microphone=()",
}
"""On every answer of the channel."""


class Asset:
    """One file of the page."""

    def __init__(self, mime: str, body: bytes) -> None:
        self.version = hashlib.sha256(body).hexdigest()[:16]
        self._mime, self._body, self._packed = mime, body, gzip.compress(body, mtime=0)

    def answer(self, request: web.Request, cache: str) -> web.Response:
        """The file, packed when the browser can unpack it; 304 when it has this very version."""
        headers = {**HEADERS, "Cache-Control": cache, "ETag": f'"{self.version}"', "Vary": "Accept-Encoding"}
        if any(tag.value in (self.version, "*") for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = self._mime
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=self._packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=self._body, headers=headers)


class Page:
    """The page and its files. `words` is words.json, read once."""

    def __init__(self) -> None:
        self.words: dict[str, Any] = json.loads((HERE / "words.json").read_text("utf-8"))
        self._assets = {
            f.name: Asset(MIMES[f.suffix], f.read_bytes())
            for f in sorted((HERE / "static").iterdir())
            if f.suffix in MIMES and f.name != "index.html"
        }
        # One version for all files, so that a script's own imports stay inside it.
        versions = "".join(a.version for a in self._assets.values())
        self._version = hashlib.sha256(versions.encode()).hexdigest()[:12]
        template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        html = template.from_string((HERE / "static" / "index.html").read_text("utf-8"))
        base = f"/web/static/{self._version}"
        self._index = Asset(MIMES[".html"], html.render(words=self.words, base=base).encode())

    def index(self, request: web.Request) -> web.Response:
        """The page itself: asked for anew each time, sent only when it changed."""
        return self._index.answer(request, "private, no-cache")

    def file(self, request: web.Request) -> web.Response:
        """A file of the page; for ever when asked for in this version. Raises HTTPNotFound."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound(headers=HEADERS)
        current = request.match_info["version"] == self._version
        return asset.answer(request, "public, max-age=31536000, immutable" if current else "no-cache")
