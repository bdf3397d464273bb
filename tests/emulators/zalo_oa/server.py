"""The wire: OAuth, the OpenAPI, media, the control API and a page to play on, all on one port."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiohttp import web

from .api import Api
from .control import Control
from .delivery import Delivery
from .errors import ZaloError
from .faults import Fault
from .oauth import OAuth
from .page import Page
from .people import People
from .switches import Switches
from .world import Oa, World

MAX_BODY = 8 * 1024 * 1024
EMPTY = {"error": 404, "message": "You are accessing an empty or invalid API"}


class Server:
    """One emulated Zalo with one app."""

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, seed: int = 1, time_scale: float = 1.0,
        switches: Switches | None = None,
    ) -> None:  # fmt: skip
        self.world = World(seed=seed, time_scale=time_scale, switches=switches)
        self.delivery = Delivery(self.world)
        self.people = People(self.world, self.delivery, lambda: self.root)
        self.oauth = OAuth(self.world)
        self._api = Api(self.world, self.people)
        self.host, self.port = host, port
        self._down = False
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    @property
    def root(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        app = web.Application(client_max_size=MAX_BODY, middlewares=[self._outage])
        Control(self).add_routes(app)
        Page(self).add_routes(app)
        self.oauth.add_routes(app)
        app.router.add_get("/media/{id}", self._media)
        app.router.add_route("*", "/{version:v[0-9.]+}/oa{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self.delivery.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def go_down(self) -> None:
        """Refuse connections until `come_back`; open ones break at the next call."""
        self._down = True
        if self._site is not None:
            await self._site.stop()
            self._site = None

    async def come_back(self) -> None:
        self._down = False
        if self._site is None:
            await self._listen()

    async def outage(self, seconds: float, hours: float = 0.0) -> None:
        """Be away for so long in real seconds; on Zalo's clock it was that many hours."""
        await self.go_down()
        await asyncio.sleep(seconds)
        self.world.clock.skip(max(hours * 3600 - seconds, 0))
        await self.come_back()

    async def _listen(self) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, self.host, self.port, backlog=1024, reuse_address=True)
        await self._site.start()

    @web.middleware
    async def _outage(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self._down and not request.path.startswith("/_control"):
            return hang_up(request)
        if not request.path.startswith("/v4/"):
            answer: web.StreamResponse = await handler(request)
            return answer
        return await self._faulty(request, handler)

    async def _faulty(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """The OAuth server can fail too."""
        early = await self._before(request)
        if early is not None:
            return early
        answer: web.StreamResponse = await handler(request)
        return self._after(request) or answer

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        world = self.world
        world.counts["calls"] += 1
        world.counts[f"calls.{request.path.partition('/oa')[2].strip('/')}"] += 1
        early = await self._before(request)
        if early is not None:
            return early
        oa: Oa | None = None
        try:
            oa = self._api.account(request)
            if fault := world.faults.strike("code", request.path):
                raise ZaloError(fault.code, "fault")
            result = await self._api.call(request, oa)
        except ZaloError as error:
            return self._refused(error, oa)
        except LookupError:
            return web.json_response(EMPTY, status=404)
        self._told(request, result)
        late = self._after(request)
        if late is not None:
            return late
        return web.json_response(
            {"error": 0, "message": "Success", "data": result}, headers=self._api.rate(oa), dumps=_dumps
        )

    async def _before(self, request: web.Request) -> web.StreamResponse | None:
        """Faults that strike before anything is done."""
        faults, path = self.world.faults, request.path
        if not faults.active:
            return None
        if slow := faults.strike("slow", path):
            await asyncio.sleep(slow.seconds)
        if faults.strike("refuse", path):
            self.world.counts["faults.refuse"] += 1
            return hang_up(request)
        if broken := faults.strike("status", path):
            self.world.counts["faults.status"] += 1
            return web.Response(status=broken.status, text="<html>Bad Gateway</html>", content_type="text/html")
        return None

    def _after(self, request: web.Request) -> web.StreamResponse | None:
        """Faults that strike when all is done."""
        faults, path = self.world.faults, request.path
        if not faults.active:
            return None
        fault: Fault | None
        if faults.strike("lose_answer", path):
            self.world.counts["faults.lose_answer"] += 1
            return hang_up(request)
        if faults.strike("nonsense", path):
            self.world.counts["faults.nonsense"] += 1
            return web.Response(text="<html>OK</html>", content_type="text/html")
        if fault := faults.strike("code_but_done", path):
            self.world.counts["faults.code_but_done"] += 1
            return self._refused(ZaloError(fault.code, "fault"), None)
        return None

    def _refused(self, error: ZaloError, oa: Oa | None) -> web.Response:
        self.world.counts[f"refused.{error.code}"] += 1
        headers = self._api.rate(oa) if oa else None
        body = {"error": error.code, "message": error.message}
        return web.json_response(body, status=self.world.switches.error_status, headers=headers)

    def _told(self, request: web.Request, result: Any) -> None:
        """The hook hears of the app's own messages."""
        if "/message" not in request.path or not isinstance(result, dict) or "message_id" not in result:
            return
        user = self.world.users.get(str(result.get("user_id")))
        raw = user.messages[-1] if user and user.messages else None
        if user is None or raw is None or raw["msg_id"] != result["message_id"] or not self.world.switches.echoes:
            return
        self.people.echo(user, raw)
        self.people.received(user, raw)

    async def _media(self, request: web.Request) -> web.Response:
        asset = self.world.media.get(request.match_info["id"])
        if asset is None or asset.expires <= self.world.clock.wall():
            return web.Response(status=404)
        return web.Response(body=asset.data, content_type="application/octet-stream")


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        with suppress(OSError):
            request.transport.abort()
    return web.Response(status=500)
