"""The HTTP server: the channels' pages and hooks, health, readiness, metrics, the preview of guides."""

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.channels.base import Channel
from bot.dashboard.pages import Dashboard
from bot.links import Downloads
from bot.metrics import Metrics
from bot.pages import environment
from bot.preview import Preview
from content.knowledge import Knowledge
from storage.database import Database
from storage.memory import Memory

MAX_BODY = 12 * 1024 * 1024


class Server:
    """An aiohttp application on one address."""

    def __init__(
        self, database: Database, channels: Mapping[str, Channel], knowledge: Knowledge, metrics: Metrics,
        clock: Callable[[], dt.datetime], downloads: Downloads, *, secure_cookies: bool = False,
        public_url: str | None = None,
    ) -> None:  # fmt: skip
        pages = environment()
        dashboard = Dashboard(database, knowledge, pages, clock, secure=secure_cookies)
        self._database = database
        self._channels = channels
        self._metrics = metrics
        self.application = web.Application(client_max_size=MAX_BODY)
        self.application.add_routes(
            [
                web.get("/health", self._health),
                web.get("/ready", self._ready),
                web.get("/metrics", self._show_metrics),
                *Preview(knowledge, pages, public_url).routes(),
                *dashboard.routes(),
                *downloads.routes(),
                *(route for channel in channels.values() for route in channel.routes()),
            ]
        )
        self._runner = web.AppRunner(self.application, access_log=None, handle_signals=False, shutdown_timeout=3)

    async def start(self, host: str, port: int) -> int:
        """Listens; returns the port (the one the system chose for 0). Raises OSError when it is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port, reuse_address=True).start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stops taking requests; those in hand are finished."""
        await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "live"})

    async def _ready(self, _request: web.Request) -> web.Response:
        """200 when the database answers. A channel that is away is told in the body and leaves the status as it is.

        Whoever asks here takes a program that is not ready out of service; that would bring no platform back, and
        stop the page and the hooks that still work.
        """
        database = "away"
        with contextlib.suppress(Exception):  # whatever is wrong with it, the answer is the same
            async with self._database.read() as connection:
                await Memory(connection, self._database.vault).inbox.counts()
            database = "ready"
        channels: dict[str, Any] = {name: "ready" if c.ready() else "away" for name, c in self._channels.items()}
        status = 200 if database == "ready" else 503
        return web.json_response({"database": database, "channels": channels}, status=status)

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        async with self._database.read() as connection:
            memory = Memory(connection, self._database.vault)
            boxes = {"inbox": await memory.inbox.counts(), "outbox": await memory.outbox.counts()}
        for box, counts in boxes.items():
            for state in ("new", "failed") if box == "inbox" else ("queued", "held", "sending", "unknown", "parked"):
                self._metrics.waiting.labels(box=box, state=state).set(counts.get(state, 0))
        return web.Response(body=self._metrics.text(), content_type="text/plain")
