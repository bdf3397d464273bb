"""A tiny front: hands each request to the next program that listens, as a load balancer would."""

import itertools
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

HEADERS = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token", "X-ZEvent-Signature", "X-ZEvent-Timestamp", "num_retry")


class Proxy:
    """Round robin over ports. A program that is away is passed by; one that dies with a request makes it 502."""

    def __init__(self, port: int, ports: Sequence[int]) -> None:
        self.port = port
        self.counts: Counter[str] = Counter()
        self._ports = ports
        self._next = itertools.count()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._pass)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _pass(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: request.headers[name] for name in HEADERS if name in request.headers}
        first = next(self._next)
        for n in range(len(self._ports)):
            port = self._ports[(first + n) % len(self._ports)]
            try:
                async with self._session.request(
                    request.method, f"http://127.0.0.1:{port}{request.path_qs}", data=body, headers=headers,
                    allow_redirects=False,
                ) as answer:  # fmt: skip
                    self.counts[f"to {port}"] += 1
                    onward = {name: answer.headers[name] for name in ("Location",) if name in answer.headers}
                    return web.Response(status=answer.status, body=await answer.read(), headers=onward)
            except aiohttp.ClientConnectorError:
                self.counts["passed by"] += 1
            except aiohttp.ClientError:
                self.counts["died with it"] += 1
                return web.Response(status=502)
        return web.Response(status=503)
