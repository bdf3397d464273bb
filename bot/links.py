"""Files by link: what a channel cannot carry is handed out at an address that cannot be guessed and ends."""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from urllib.parse import quote

from aiohttp import web

from bot.clock import Clock
from content.knowledge import Knowledge
from handlers.turn import File
from storage.database import Database
from storage.memory import Memory
from storage.periods import VIETNAM
from storage.vault import Vault

PATH = "/tep"
ENTRANCE = "/so-lieu/vao"
LASTS = dt.timedelta(days=7)
_RANDOM, _MAC = 12, 6
"""Bytes of a code: some nobody can guess, and a seal by which nonsense is told without asking the database."""
_DEVICES = (("bot", "program"), ("preview", "program"), ("curl", "program"), ("python", "program"),
            ("android", "phone"), ("iphone", "phone"), ("mobile", "phone"), ("mozilla", "computer"))  # fmt: skip


class Links:
    """Hands files out by link. Without an address of ours (`base`) it only says that there is a file."""

    def __init__(self, base: str | None, vault: Vault, knowledge: Knowledge) -> None:
        self.base = base
        self._key = vault.token("file-link").encode()
        self._knowledge = knowledge

    def entrance(self, code: str) -> str | None:
        """Where a code opens the officers' page."""
        return None if self.base is None else f"{self.base}{ENTRANCE}/{code}"

    async def put(
        self, memory: Memory, file: File, person_id: int | None, now: dt.datetime, lasts: dt.timedelta = LASTS
    ) -> str | None:
        """The address of a file for so long, from the caller's commit on; None where we have no address."""
        if self.base is None:
            return None
        code = self._seal(secrets.token_bytes(_RANDOM))
        await memory.files.put(code, file.name, file.mime, file.data, person_id, now, now + lasts)
        return f"{self.base}{PATH}/{code}"

    async def tell(self, memory: Memory, file: File, person_id: int | None, now: dt.datetime) -> str:
        """The paragraph that tells where the file is to be had."""
        words = self._knowledge.messages.render
        url = await self.put(memory, file, person_id, now)
        if url is None:
            return words("files.nowhere", name=file.name)
        return words("files.link", name=file.name, url=url, until=(now + LASTS).astimezone(VIETNAM))

    def genuine(self, code: str) -> bool:
        """Whether we made that code; it may have ended all the same."""
        try:
            raw = base64.urlsafe_b64decode(code.encode("ascii"))
        except ValueError:
            return False
        return len(raw) == _RANDOM + _MAC and hmac.compare_digest(self._seal(raw[:_RANDOM]), code)

    def _seal(self, raw: bytes) -> str:
        mac = hmac.digest(self._key, raw, hashlib.sha256)[:_MAC]
        return base64.urlsafe_b64encode(raw + mac).decode()


class Downloads:
    """Where the links lead. Each opening is written down: which link, when, a keyed hash of where from."""

    def __init__(self, links: Links, database: Database, knowledge: Knowledge, clock: Clock) -> None:
        self._links = links
        self._database = database
        self._knowledge = knowledge
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """`/tep/<code>`."""
        return [web.get(PATH + "/{code}", self._open, allow_head=False)]

    async def _open(self, request: web.Request) -> web.Response:
        code, found = request.match_info["code"], None
        if self._links.genuine(code):
            origin, device = _origin(request), _device(request.headers.get("User-Agent", ""))
            async with self._database.write() as connection:
                files = Memory(connection, self._database.vault).files
                found = await files.open(code, origin, device, self._clock())
        if found is None:
            raise web.HTTPNotFound(text=self._knowledge.messages.render("files.ended"))
        return web.Response(body=found.data, headers={
            "Content-Type": found.mime,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}",
            "Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex",
        })  # fmt: skip


def _origin(request: web.Request) -> str:
    """Where a request comes from; behind our proxy that is what the proxy says."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded or request.remote or ""


def _device(agent: str) -> str:
    return next((device for sign, device in _DEVICES if sign in agent.lower()), "unknown")
