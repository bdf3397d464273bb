"""The wire: Bot API calls, file downloads and the control API on one port, with the faults in between."""

import asyncio
import random
from contextlib import suppress
from functools import partial
from typing import Any

from aiohttp import web

from . import sending, settings
from .call import Call, json_bytes, read_call
from .control import Control
from .errors import ApiError, bad
from .people import People
from .rates import Limits
from .settings import Said
from .state import World

METHODS = {**settings.METHODS, **sending.METHODS}
NAMES = {
    name.lower(): name
    for name in (
        "getMe", "setWebhook", "deleteWebhook", "getWebhookInfo", "getUpdates", "sendMessage", "sendPhoto",
        "sendDocument", "sendChatAction", "editMessageText", "editMessageReplyMarkup", "editMessageCaption",
        "deleteMessage", "answerCallbackQuery", "getFile", "setMyCommands", "getMyCommands", "setChatMenuButton",
        "logOut", "close",
    )
}  # fmt: skip
MAX_BODY = sending.MAX_UPLOAD + 1024 * 1024
TOKEN = "7000000001:AAEmulatorEmulatorEmulatorEmulator0"


class Server:
    """One emulated Bot API with one bot on one port."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: Limits | None = None,
        time_scale: float = 1.0,
        answer_window: float = 60.0,
        seed: int = 1,
    ) -> None:
        self.world = World(
            token,
            limits=Limits() if limits is None else limits,
            time_scale=time_scale,
            answer_window=answer_window,
            chance=random.Random(seed),
        )
        self.people = People(self.world)
        self.host, self.port = host, port
        self._down = False
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    @property
    def root(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        app = web.Application(client_max_size=MAX_BODY)
        Control(self.world, self.people, self.outage).add_routes(app)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.world.poller.interrupt()
        await self.world.delivery.close()
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

    async def outage(self, seconds: float) -> None:
        """Be away for so long (real seconds)."""
        await self.go_down()
        await asyncio.sleep(seconds)
        await self.come_back()

    async def _listen(self) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, self.host, self.port, backlog=1024, reuse_address=True)
        await self._site.start()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if self._down:
            return hang_up(request)
        path = request.path
        if path.startswith("/file/bot"):
            token, _, name = path.removeprefix("/file/bot").partition("/")
            return await self._download(request, token, name)
        if not path.startswith("/bot"):
            return answer({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        token, _, method = path.removeprefix("/bot").partition("/")
        try:
            self._check_token(token)
            call = await read_call(request, method)
            return await self._with_faults(request, call)
        except ApiError as error:
            self._count(method, error.code)
            return answer(error.body(), error.code)

    def _check_token(self, token: str) -> None:
        if token != self.world.token:
            shaped = token.partition(":")[0].isdecimal() and ":" in token
            raise ApiError(401, "Unauthorized") if shaped else ApiError(404, "Not Found")
        if self.world.logged_out:
            raise bad("Logged out")

    async def _with_faults(self, request: web.Request, call: Call) -> web.StreamResponse:
        faults, name, chat_id = self.world.faults, call.method, call.chat_id()
        if faults.active:
            if slow := faults.strike("slow", name, chat_id):
                await asyncio.sleep(slow.seconds)
            if faults.strike("refuse", name, chat_id):
                self.world.counts["faults.refuse"] += 1
                return hang_up(request)
            if error := faults.strike("error", name, chat_id):
                raise ApiError(error.status, "Internal Server Error" if error.status == 500 else "Bad Gateway")
            if flood := faults.strike("flood", name, chat_id):
                self.world.rates.pause(flood.chat_id, flood.seconds, self.world.clock.wall())
        self.world.rates.check_pause(chat_id, self.world.clock.wall())
        result = await self._act(call)
        self._count(name, 200)
        if faults.active and faults.strike("lose_answer", name, chat_id):
            self.world.counts["faults.lose_answer"] += 1
            return hang_up(request)
        if isinstance(result, Said):
            return answer({"ok": True, "result": result.result, "description": result.description})
        return answer({"ok": True, "result": result})

    async def _act(self, call: Call) -> Any:
        handler = METHODS.get(call.method.lower())
        if handler is None:
            raise ApiError(404, "Not Found: method not found")
        result = handler(self.world, call)
        return await result if asyncio.iscoroutine(result) else result

    def _count(self, method: str, status: int) -> None:
        self.world.counts[f"calls.{NAMES.get(method.lower(), 'unknown')}"] += 1
        self.world.counts[f"status.{status}"] += 1

    async def _download(self, request: web.Request, token: str, path: str) -> web.StreamResponse:
        file = self.world.paths.get(path)
        self.world.counts["downloads"] += 1
        strike = partial(self.world.faults.strike, method="download", chat_id=None)
        if slow := strike("slow"):
            await asyncio.sleep(slow.seconds)
        if strike("refuse"):
            return hang_up(request)
        if error := strike("error"):
            return answer(ApiError(error.status, "Bad Gateway").body(), error.status)
        if token != self.world.token:
            return answer(ApiError(401, "Unauthorized").body(), 401)
        if file is None or file.expires < self.world.clock.wall():
            return answer(ApiError(404, "Not Found").body(), 404)
        if strike("cut"):
            half = web.StreamResponse(headers={"Content-Length": str(len(file.data))})
            await half.prepare(request)
            await half.write(file.data[: len(file.data) // 2])
            return hang_up(request)
        # As large as it is said to be, when a test only pretends that it is large.
        return web.Response(body=file.data.ljust(file.size, b"\0"), content_type="application/octet-stream")


def answer(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=json_bytes(body), status=status, content_type="application/json")


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        with suppress(OSError):
            request.transport.abort()
    return web.Response(status=500)
