"""The OAuth server: the page of the consent, codes, pairs that rotate, refusals in its own words."""

import base64
import hashlib
import html
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from .world import CODE_LASTS, Oa, Token, World

DOCS = "https://developers.zalo.me/docs/official-account/bat-dau/xac-thuc-va-uy-quyen-cho-ung-dung-new"


class OAuth:
    """`/v4/oa/permission`, where it leads, and `/v4/oa/access_token`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/v4/oa/permission", self.permission)
        app.router.add_get("/v4/oa/permission/allow", self.allow)
        app.router.add_route("*", "/v4/oa/access_token", self.access_token)

    # --- the browser ---

    async def permission(self, request: web.Request) -> web.Response:
        """Asks which account, and whether."""
        problem = self._wrong_link(request)
        if problem is not None:
            return refusal(*problem)
        links = "".join(
            f'<li><a href="/v4/oa/permission/allow?{html.escape(urlencode({**request.query, "oa": oa.id}))}">'
            f"Cho phép: {html.escape(oa.name)}</a></li>"
            for oa in self._world.oas.values()
        )
        page = f"<!doctype html><title>Zalo</title><h1>Ứng dụng muốn quản lý OA</h1><ul>{links}</ul>"
        return web.Response(text=page, content_type="text/html")

    def _wrong_link(self, request: web.Request) -> tuple[int, str] | None:
        console, query = self._world.console, request.query
        if query.get("app_id") != self._world.app_id or not console.active:
            return -14002, "Invalid app id"
        if console.callback is None or query.get("redirect_uri") != console.callback:
            return -14003, "Invalid redirect uri"
        bound = self._world.switches.challenge_binds and console.challenge is not None
        if not query.get("code_challenge") or (bound and query["code_challenge"] != console.challenge):
            return -14004, "Invalid code challenge"
        return None

    async def allow(self, request: web.Request) -> web.Response:
        """The administrator allows: the browser goes back with a code."""
        problem = self._wrong_link(request)
        if problem is not None:
            return refusal(*problem)
        oa = self._world.oa(request.query.get("oa"))
        raise web.HTTPFound(self.back(oa, request.query["code_challenge"], request.query.get("state")))

    def back(self, oa: Oa, challenge: str, state: str | None) -> str:
        """Where the browser is sent."""
        world = self._world
        code = world.secret("co")
        world.codes[code] = Token(code, oa, world.clock.wall() + CODE_LASTS, challenge)
        query = {"code": code, "oa_id": oa.id} | ({"state": state} if state else {})
        return f"{world.console.callback}?{urlencode(query)}"

    # --- the program ---

    async def access_token(self, request: web.Request) -> web.Response:
        """A pair for a code or for a refresh token."""
        world = self._world
        fields = dict(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True))
        world.counts[f"oauth.{fields.get('grant_type', 'none')}"] += 1
        if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
            return refusal(-14005, "Invalid request")
        if fields.get("app_id") != world.app_id or not world.console.active:
            return refusal(-14002, "Invalid app id")
        if request.headers.get("secret_key") != world.app_secret:
            return refusal(-14006, "Invalid secret key")
        match fields.get("grant_type"):
            case "authorization_code":
                return self._by_code(fields)
            case "refresh_token":
                return self._by_refresh(fields)
        return refusal(-14007, "Invalid grant type")

    def _by_code(self, fields: dict[str, str]) -> web.Response:
        token = self._world.codes.get(fields.get("code", ""))
        if token is None or token.used or token.expires <= self._world.clock.wall():
            return refusal(-14008, "Invalid authorization code")
        digest = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != token.challenge:
            return refusal(-14009, "Invalid code verifier")
        token.used = True
        return web.json_response(self._world.grant(token.oa))

    def _by_refresh(self, fields: dict[str, str]) -> web.Response:
        world = self._world
        token = world.refresh.get(fields.get("refresh_token", ""))
        if token is None or token.used or token.dead or token.expires <= world.clock.wall():
            world.counts["oauth.refused"] += 1
            if token is not None and token.used:
                world.counts["oauth.reused"] += 1
            if world.switches.reused == "empty":
                return web.json_response({})
            status = 200 if world.switches.reused == "200" else 400
            return refusal(world.switches.reuse_code, "Invalid refresh token", status)
        token.used = True
        return web.json_response(world.grant(token.oa))


def refusal(code: int, name: str, status: int = 200) -> web.Response:
    body: dict[str, Any] = {"error": code, "error_name": name, "error_reason": "", "ref_doc": DOCS}
    return web.json_response(body, status=status)
