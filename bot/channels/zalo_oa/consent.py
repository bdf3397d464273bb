"""The pages by which an administrator lets the assistant into an Official Account."""

import datetime as dt
import hashlib
import hmac
from urllib.parse import urlencode

import structlog
from aiohttp import web
from jinja2 import Environment

from bot.channels.line import NeverSent, NoWholeAnswer
from bot.channels.zalo_oa.api import Api
from bot.channels.zalo_oa.config import CALLBACK, HOOK, PAGE, START, OaConfig
from bot.channels.zalo_oa.tokens import Tokens
from bot.clock import Clock
from storage.vault import Vault

STATE_LASTS = dt.timedelta(hours=1)
"""Between the start of a consent and its end."""
log = structlog.get_logger()


class Consent:
    """`/oauth/zalo-oa` explains, `/start` leads to Zalo, `/callback` is where Zalo sends the browser back."""

    def __init__(
        self, config: OaConfig, api: Api, tokens: Tokens, vault: Vault, pages: Environment, clock: Clock
    ) -> None:  # fmt: skip
        self._config = config
        self._api = api
        self._tokens = tokens
        self._pages = pages
        self._clock = clock
        self._key = vault.token("zalo-consent").encode()

    def routes(self) -> list[web.RouteDef]:
        """Open to everybody: only an administrator of an account can consent, and Zalo is who checks that."""
        return [web.get(PAGE, self._explain), web.get(START, self._start), web.get(CALLBACK, self._back)]

    def start_link(self, commune: str | None) -> str:
        """Where a consent starts; the one for a commune is signed, so that nobody else says whose account it is."""
        query = f"?{urlencode({'xa': commune, 'ky': self._sign('start', commune)})}" if commune else ""
        return f"{self._config.our_base}{START}{query}"

    def _sign(self, *parts: str) -> str:
        return hmac.digest(self._key, "/".join(parts).encode(), hashlib.sha256).hex()[:32]

    def _explained(self) -> dict[str, str]:
        config = self._config
        return {"callback": config.callback, "challenge": config.challenge, "hook": config.our_base + HOOK}

    async def _explain(self, _request: web.Request) -> web.Response:
        page = self._pages.get_template("zalo.html").render(what="setup", start=START, **self._explained())
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _start(self, request: web.Request) -> web.Response:
        commune, given = request.query.get("xa", ""), request.query.get("ky", "")
        if commune and not hmac.compare_digest(self._sign("start", commune).encode(), given.encode()):
            return self._show(403, "bad_link")
        return web.Response(status=302, headers={"Location": self._api.consent(self._state(commune))})

    def _state(self, commune: str) -> str:
        until = str(int((self._clock() + STATE_LASTS).timestamp()))
        return f"{commune}.{until}.{self._sign('state', commune, until)}"

    def _commune_in(self, state: str) -> str | None:
        """The commune our own link named; nothing for a state that is not ours or has ended."""
        commune, _, rest = state.partition(".")
        until, _, given = rest.partition(".")
        if not hmac.compare_digest(self._sign("state", commune, until).encode(), given.encode()):
            return None
        return commune if commune and int(until) >= self._clock().timestamp() else None

    async def _back(self, request: web.Request) -> web.Response:
        code, oa_id = request.query.get("code", ""), request.query.get("oa_id", "")
        if not code:
            log.warning("zalo_oa.consent_declined", error=request.query.get("error", "")[:20])
            return self._show(400, "declined")
        commune = self._commune_in(request.query.get("state", ""))
        try:
            granted = await self._tokens.consented(code, oa_id if oa_id.isdecimal() else None, commune)
        except (NeverSent, NoWholeAnswer) as e:
            log.warning("zalo_oa.consent_unfinished", error=type(e).__name__)
            return self._show(502, "away")
        return self._show(200, "done") if granted.whole else self._show(400, "refused")

    def _show(self, status: int, what: str) -> web.Response:
        page = self._pages.get_template("zalo.html").render(what=what, start=START, **self._explained())
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return web.Response(status=status, text=page, content_type="text/html", headers=headers)
