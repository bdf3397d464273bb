"""What the emulator's own tests talk to it with: bare calls, and a webhook that answers as told."""

import asyncio
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from .telegram import TelegramEmulator

Answer = tuple[int, dict[str, Any]]


def refused(answer: Answer, code: int, words: str) -> bool:
    """Whether an answer is this refusal; the HTTP status must be the error_code."""
    status, body = answer
    assert (status, body["ok"], body["error_code"]) == (code, False, code), body
    assert words in body["description"], body
    return True


class Bare:
    """Bot API calls without a client library."""

    def __init__(self, tg: TelegramEmulator) -> None:
        self.tg = tg
        self.session = aiohttp.ClientSession()

    async def __call__(self, method: str, **params: Any) -> Answer:
        """(HTTP status, answer) of a call with a JSON body."""
        async with self.session.post(f"{self.tg.base_url}{self.tg.token}/{method}", json=params) as answer:
            return answer.status, await answer.json()

    async def form(self, method: str, form: aiohttp.FormData | dict[str, str]) -> Answer:
        async with self.session.post(f"{self.tg.base_url}{self.tg.token}/{method}", data=form) as answer:
            return answer.status, await answer.json()

    async def order(self, method: str, path: str, body: Any = None) -> Any:
        """An order to the control API."""
        async with self.session.request(method, f"{self.tg.root}/_control{path}", json=body) as answer:
            return await answer.json()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()


class Hook:
    """A bot's webhook that remembers every try and answers `status`, or hangs while `held`."""

    def __init__(self) -> None:
        self.tries: list[dict[str, Any]] = []
        self.taken: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.answer_headers: dict[str, str] = {}
        self.going = asyncio.Event()
        self.going.set()
        self.inside: list[dict[str, Any]] = []
        self.most_inside = 0
        self.url = ""
        self._changed = asyncio.Condition()

    async def _take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.inside.append(update)
        self.most_inside = max(self.most_inside, len(self.inside))
        self.headers.append(dict(request.headers))
        async with self._changed:
            self.tries.append(update)
            self._changed.notify_all()
        await self.going.wait()
        self.inside.remove(update)
        if self.status == 200:
            self.taken.append(update)
        return web.Response(status=self.status, headers=self.answer_headers)

    async def tried(self, times: int) -> None:
        """Wait until so many tries came in."""
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: len(self.tries) >= times)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.going.set()
        await self._runner.cleanup()
