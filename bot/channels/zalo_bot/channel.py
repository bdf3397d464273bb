"""The Zalo Bot channel: hook and polling with its oddities, sending, and the month's budget of messages."""

import asyncio
import hmac
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

import structlog
from aiohttp import web

from bot.channels.base import Accept, Sent
from bot.channels.line import NeverSent, NoWholeAnswer
from bot.channels.rendering import Capabilities, Rendered
from bot.channels.zalo_bot import updates
from bot.channels.zalo_bot.api import Answer, Api
from bot.channels.zalo_bot.sending import Hosted, Sender
from bot.channels.zalo_media import ZaloMedia
from bot.metrics import Metrics
from handlers.turn import Message

PATH: Final = "/hooks/zalo-bot"
SECRET_HEADER: Final = "X-Bot-Api-Secret-Token"
BODY_LIMIT: Final = 1024 * 1024
"""Bytes of a hook's body; real updates are a few hundred."""
STORED_WITHIN: Final = 1.7
"""Seconds until the hook must have answered: the platform's own limit is not known, the sister product's is two."""
MONTH: Final = 3000
"""Messages a month of the free plan."""
WARN: Final = 0.8
"""Share of the month's messages from which the operator is warned."""
FULL: Final = 0.95
"""Share from which the rest is kept for answers, and officers and administrators are told."""
log = structlog.get_logger()


class Refused(Exception):
    """The platform answered a call about updates with an error; the code is all that is told."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait in each situation."""

    first: float = 1.0
    """Before the second try; doubled each time."""
    longest: float = 60.0
    recheck: float = 300.0
    """Between looks at the webhook, which others can change."""
    standby: float = 5.0
    """Between asking whether it is our turn to poll."""
    poll: int = 30
    """How long a getUpdates may stay open. Never 0: that waits for ever."""
    count: float = 30.0
    """Between writing down how many messages went out."""


class ZaloBotChannel:
    """Members and officers on Zalo. Works by webhook when given its URL, by polling otherwise.

    While nobody polls the platform throws away what people write: polling is for trying things out.
    """

    name = "zalo_bot"
    capabilities = Capabilities(
        buttons=False, numbered_text=True, max_buttons=0, max_label=100, max_text=2000, bold=False, photo=True,
        file=False, typing=False, edit=False, can_initiate=True,
    )  # fmt: skip

    def __init__(
        self, token: str, api_base: str, webhook_url: str | None, webhook_secret: str, chance: random.Random,
        metrics: Metrics, *, hosted: Hosted, count: Callable[[int], Awaitable[int]],
        may_poll: Callable[[], Awaitable[bool]], told: Callable[[int, int], Awaitable[None]],
        patience: Patience | None = None,
    ) -> None:  # fmt: skip
        """`count` adds to the messages of this month and gives their number; `may_poll` tells whether this process
        is the one that polls; `told` hears how many of how many went out when the rest is kept for answers."""
        if not webhook_secret:
            raise ValueError("an empty secret would let anybody in")
        if webhook_url is None:  # the platform fetches pictures from us: without a public address there are none
            self.capabilities = replace(self.capabilities, photo=False)
        self._api = Api(token, api_base)
        self._media = ZaloMedia(api_base)
        self._webhook_url = webhook_url
        self._secret = webhook_secret
        self._chance = chance
        self._metrics = metrics
        self._count = count
        self._may_poll = may_poll
        self._told = told
        self._patience = patience or Patience()
        self._sender = Sender(self._api, hosted, self._one_more)
        self._uncounted = 0
        self._warned = False
        self._full = False
        self._accept: Accept | None = None
        self._joined = False

    # --- what everybody sees ---

    def parse(self, raw: bytes) -> Message | None:
        """See Channel."""
        return updates.parse(raw)

    async def send(self, address: str, message: Rendered) -> Sent:
        """See Channel."""
        return await self._sender.send(address, message)

    async def fetch(self, reference: str) -> bytes:
        """See Fetches."""
        return await self._media.fetch(reference)

    def routes(self) -> list[web.RouteDef]:
        """The hook; it is there in polling mode too, behind its secret."""
        return [web.post(PATH, self._hook)]

    def ready(self) -> bool:
        """Whether the last exchange with the platform about updates went well."""
        return self._joined

    def leave(self) -> None:
        """Nothing is kept open that would have to be ended."""

    async def close(self) -> None:
        """Writes down the last messages sent and gives back connections."""
        await self._write_down()
        await self._api.close()
        await self._media.close()

    async def run(self, accept: Accept) -> None:
        """Keeps the webhook set or polls, and keeps the books of the month, until cancelled."""
        self._accept = accept
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_books())
                group.create_task(self._keep_joined())
        finally:
            self._joined = False

    # --- the month ---

    def answers_only(self) -> bool:
        """See Rationed."""
        return self._full

    def _one_more(self) -> None:
        self._uncounted += 1

    async def _keep_books(self) -> None:
        while True:
            await self._write_down()
            await asyncio.sleep(self._patience.count)

    async def _write_down(self) -> None:
        """At most half a minute of counting is lost with a process that dies: the figure is there to warn."""
        sent, self._uncounted = self._uncounted, 0
        try:
            month = await self._count(sent)
        except Exception as e:  # the database is away: counted next time
            self._uncounted += sent
            log.error("zalo_bot.not_counted", error=type(e).__name__)
            return
        self._metrics.zalo_bot_month.set(month)
        near = month >= WARN * MONTH
        if near and not self._warned:
            log.warning("zalo_bot.month_nearly_used_up", alert=True, sent=month, of=MONTH)
        self._warned = near
        await self._keep_the_rest(month)

    async def _keep_the_rest(self, month: int) -> None:
        before, self._full = self._full, month >= FULL * MONTH
        if not self._full or before:
            return
        log.error("zalo_bot.answers_only", alert=True, sent=month, of=MONTH)
        try:
            await self._told(month, MONTH)
        except Exception as e:  # the database is away: told next time
            self._full = False
            log.error("zalo_bot.not_told", error=type(e).__name__)

    # --- coming in ---

    async def _hook(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            self._metrics.hook_refused.labels(channel=self.name, why="secret").inc()
            return web.Response(status=401)
        body = await _read(request)
        if body is None:
            self._metrics.hook_refused.labels(channel=self.name, why="too_large").inc()
            return web.Response(status=413)
        if body.strip() in (b"", b"{}"):
            return web.Response()  # the platform's own try when the address is set
        try:
            async with asyncio.timeout(STORED_WITHIN):
                await asyncio.shield(asyncio.ensure_future(self._store(body)))
        except Exception as e:  # TimeoutError too: it may be stored all the same, and once
            log.error("zalo_bot.not_stored", error=type(e).__name__)
            return web.Response(status=503)
        return web.Response()

    async def _store(self, raw: bytes) -> None:
        if self._accept is None:
            raise RuntimeError("not running yet")
        await self._accept(self.name, [updates.outside(raw)])

    # --- joining ---

    async def _keep_joined(self) -> None:
        step = self._keep_webhook if self._webhook_url is not None else self._poll
        failures = 0
        while True:
            try:
                await step()
                failures = 0
            except (NeverSent, NoWholeAnswer, Refused) as e:
                self._joined = False
                failures += 1
                log.warning("zalo_bot.away", error=type(e).__name__, code=str(e)[:20], attempt=failures)
                await asyncio.sleep(self._wait(failures))
            except Exception as e:  # what came could not be stored
                self._joined = False
                failures += 1
                log.error("zalo_bot.not_stored", error=type(e).__name__)
                await asyncio.sleep(self._wait(failures))

    def _wait(self, failures: int) -> float:
        longest = min(self._patience.longest, self._patience.first * 2 ** min(failures - 1, 30))
        return self._chance.uniform(longest / 2, longest)

    async def _keep_webhook(self) -> None:
        """Setting the same webhook again changes nothing, so all processes may, as often as they like."""
        _done(await self._api.call("setWebhook", url=self._webhook_url, secret_token=self._secret))
        self._joined = True
        await asyncio.sleep(self._patience.recheck)

    async def _poll(self) -> None:
        """One update an answer, no offset, nothing to confirm: it is stored before the next is asked for."""
        if not await self._may_poll():
            self._joined = True
            await asyncio.sleep(self._patience.standby)
            return
        if not self._joined:
            await self._forget_webhook()
            self._joined = True
        wait = self._patience.poll
        answer = await self._api.call("getUpdates", within=wait + 10.0, timeout=wait)
        if answer.code == 408:  # nobody wrote
            return
        found = updates.update_of(_done(answer).result)
        if found:
            await self._store(json.dumps(found, ensure_ascii=False).encode())

    async def _forget_webhook(self) -> None:
        """Where a webhook is set nothing can be polled; where none is, one deployment says 404, another is silent."""
        answer = await self._api.call("deleteWebhook")
        if answer.code != 404:
            _done(answer)


def _done(answer: Answer) -> Answer:
    if answer.code != 0:
        raise Refused(f"error_{answer.code}")
    return answer


async def _read(request: web.Request) -> bytes | None:
    """The body; None when it is too large."""
    try:
        await request.content.readexactly(BODY_LIMIT + 1)
    except asyncio.IncompleteReadError as e:
        return e.partial
    return None
