"""The Official Account channel: the hook, the way in, sending, and keeping the accounts' tokens fresh."""

import asyncio
import datetime as dt
import random
from dataclasses import dataclass, replace
from typing import Final

import structlog
from aiohttp import web
from jinja2 import Environment

from bot.channels.base import Accept, Outcome, Sent
from bot.channels.rendering import Capabilities, Rendered
from bot.channels.zalo_media import ZaloMedia
from bot.channels.zalo_oa import events
from bot.channels.zalo_oa.address import Address
from bot.channels.zalo_oa.api import Answer, Api
from bot.channels.zalo_oa.config import HOOK, OaConfig
from bot.channels.zalo_oa.consent import Consent
from bot.channels.zalo_oa.sending import Sender
from bot.channels.zalo_oa.sharing import Sharing
from bot.channels.zalo_oa.tokens import Tokens, Told
from bot.clock import Clock
from bot.metrics import Metrics
from content.knowledge import Knowledge
from handlers.turn import Message
from storage.bell import Bell
from storage.database import Database
from storage.zalo import Account

BODY_LIMIT: Final = 1024 * 1024
"""Bytes of a hook's body; real events are a few hundred."""
ANSWER: Final = 1.7
"""Seconds until the hook must have answered, whatever the database does; Zalo waits for two."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pulse:
    """Seconds between looks at the accounts."""

    look: float = 20.0


class ZaloOaChannel:
    """Citizens on Zalo, by webhook. One app serves any number of accounts, each of a commune.

    Zalo may be out of reach or its tokens dead: nothing here raises for that, and `ready` tells.
    """

    name = "zalo_oa"
    capabilities = Capabilities(
        buttons=True, numbered_text=True, max_buttons=5, max_label=96, max_text=1900, bold=False, photo=True,
        file=True, typing=False, edit=False, can_initiate=False, window=dt.timedelta(hours=48), shared=True,
        file_types=frozenset({".pdf", ".doc", ".docx", ".csv"}), max_file=5 * 1024 * 1024,
        photo_types=frozenset({".jpg", ".jpeg", ".png"}), max_photo=1024 * 1024,
    )  # fmt: skip

    def __init__(
        self, config: OaConfig, database: Database, bell: Bell, clock: Clock, chance: random.Random, metrics: Metrics,
        told: Told, pages: Environment, *, pulse: Pulse | None = None, knowledge: Knowledge | None = None,
    ) -> None:  # fmt: skip
        """`told` hears of troubles only people can mend. Without knowledge nothing is shared with Zalo."""
        self._config = config
        self._clock = clock
        self._metrics = metrics
        self._pulse = pulse or Pulse()
        self.api = Api(config)
        self.tokens = Tokens(config, self.api, database, bell, clock, told)
        self.consent = Consent(config, self.api, self.tokens, database.vault, pages, clock)
        self._sender = Sender(self.api, self.tokens, chance, self._count)
        self._media = ZaloMedia(config.api_base)
        self._sharing = Sharing(config, self.api, self.tokens, knowledge, self._commune_of) if knowledge else None
        self.capabilities = replace(self.capabilities, shares=config.shares if knowledge else frozenset())
        self._accept: Accept | None = None
        self._looking: asyncio.Task[None] | None = None
        self._shares: asyncio.Task[None] | None = None

    # --- what everybody sees ---

    def parse(self, raw: bytes) -> Message | None:
        """See Channel."""
        return events.parse(raw, self._oas(), self._commune_of)

    async def send(self, address: str, message: Rendered) -> Sent:
        """See Channel."""
        try:
            to = Address.parse(address)
        except ValueError:
            return Sent(Outcome.REFUSED, "no address")
        return await self._sender.send(to, message)

    def routes(self) -> list[web.RouteDef]:
        """The hook, which Zalo's console also tries by GET, and the pages of the consent."""
        return [web.post(HOOK, self._hook), web.get(HOOK, self._look), *self.consent.routes()]

    def ready(self) -> bool:
        """Whether there are accounts, and all of them can be used."""
        accounts = self.tokens.accounts.values()
        return bool(accounts) and all(a.state == "ok" and a.access is not None for a in accounts)

    def leave(self) -> None:
        """Nothing is kept open that would have to be ended."""

    async def close(self) -> None:
        """Gives back connections; a pair that is being fetched is stored first."""
        if self._looking is not None:
            await asyncio.wait({self._looking})
        if self._shares is not None:
            self._shares.cancel()  # what it held comes due again
            await asyncio.wait({self._shares})
        await self.tokens.close()
        await self.api.close()
        await self._media.close()

    async def run(self, accept: Accept) -> None:
        """Keeps the accounts' tokens fresh until cancelled; events come by themselves."""
        self._accept = accept
        self._shares = asyncio.create_task(self._share(), name="zalo-sharing")
        while True:
            self._looking = asyncio.create_task(self._look_after(), name="zalo-accounts")
            await asyncio.shield(self._looking)  # a look that was begun is ended: `close` waits for it
            await asyncio.sleep(self._pulse.look)

    async def _look_after(self) -> None:
        try:
            await self.tokens.take_first()
            await self.tokens.keep_fresh()
            await self.tokens.wake_late()
            self._metrics.show_accounts(self.name, [a.state for a in self.tokens.accounts.values()])
        except Exception as e:  # the database is away: the tokens in hand go on working
            log.error("zalo_oa.not_looked_after", error=type(e).__name__)

    async def _share(self) -> None:
        """Beside the tokens: a slow Zalo must not keep them waiting."""
        while self._sharing is not None:
            try:
                await self._sharing.sweep()
            except Exception as e:  # the database is away: what is due stays due
                log.error("zalo_oa.not_shared", error=type(e).__name__)
            await asyncio.sleep(self._pulse.look)

    async def fetch(self, reference: str) -> bytes:
        """See Fetches."""
        return await self._media.fetch(reference)

    # --- accounts ---

    def _oas(self) -> set[str]:
        return {a.oa_id for a in self.tokens.accounts.values() if a.oa_id is not None}

    def _commune_of(self, oa_id: str) -> str | None:
        """The commune whose account it is; of the only account the settings may say it."""
        account = self.tokens.find(oa_id)
        if account is not None and account.commune is not None:
            return account.commune
        return self._config.commune if len(self.tokens.accounts) <= 1 else None

    def _count(self, account: Account, answer: Answer) -> None:
        """What an answer tells the operator: who paid for the message, how many calls are left."""
        if answer.error == 0:
            quota = answer.data.get("quota")
            kind = quota.get("quota_type") if isinstance(quota, dict) else None
            self._metrics.zalo_paid.labels(by=str(kind)[:20] if kind else "billed").inc()
        if answer.remain is not None and account.oa_id is not None:
            self._metrics.zalo_remaining.labels(oa=account.oa_id).set(answer.remain)

    # --- coming in ---

    async def _look(self, _request: web.Request) -> web.Response:
        return web.Response(text="OK")

    async def _hook(self, request: web.Request) -> web.Response:
        """Stored, then answered, within Zalo's two seconds. 503 only for what could not be stored."""
        raw = await _read(request)
        if raw is None:
            return self._refuse(413, "too_large")
        if raw.strip() in (b"", b"{}"):
            return web.Response()  # the console's own try when the address is saved: unsigned, and nothing to do
        signed = request.headers.get(events.SIGNATURE, ""), request.headers.get(events.TIMESTAMP)
        if not events.from_zalo(raw, *signed, self._config):
            return self._refuse(401, events.why_refused(raw, *signed, self._config))
        if events.RETRY not in request.headers and events.too_old(raw, self._clock()):
            return self._refuse(401, "too_old")
        envelope = events.outside(raw, self._oas())
        if envelope is None:
            return web.Response()
        if self._accept is None:
            return web.Response(status=503)
        try:
            async with asyncio.timeout(ANSWER):
                await asyncio.shield(asyncio.ensure_future(self._accept(self.name, [envelope])))
        except Exception as e:  # TimeoutError too: it may be stored all the same, and once
            log.error("zalo_oa.not_stored", error=type(e).__name__)
            return web.Response(status=503)
        return web.Response()

    def _refuse(self, status: int, why: str) -> web.Response:
        """A wrong key makes every event fail: the figure tells."""
        self._metrics.hook_refused.labels(channel=self.name, why=why).inc()
        log.warning("zalo_oa.event_refused", why=why)
        return web.Response(status=status)


async def _read(request: web.Request) -> bytes | None:
    """The body; None when it is too large."""
    try:
        await request.content.readexactly(BODY_LIMIT + 1)
    except asyncio.IncompleteReadError as e:
        return e.partial
    return None
