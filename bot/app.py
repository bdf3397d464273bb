"""The composition root: the one place that builds the world and hands it down."""

import asyncio
import contextlib
import datetime as dt
import gc
import random
import time
from collections.abc import Mapping
from functools import partial

import structlog

from bot.alerts import Alerts
from bot.channels.base import Channel
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web.channel import WebChannel
from bot.channels.zalo_bot.channel import PATH as ZALO_BOT_HOOK
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.config import PAGE, config_of
from bot.channels.zalo_oa.tokens import Trouble
from bot.clock import Clock, wall_clock
from bot.documents.files import Documents
from bot.easel import Easel
from bot.links import Downloads, Links
from bot.mailbox import StoredMailbox
from bot.metrics import Metrics
from bot.pace import Limits, Pace, Rate
from bot.pages import environment
from bot.pictures.darkroom import Darkroom
from bot.pictures.reader import Reader
from bot.pictures.shelf import Shelf
from bot.postbox import Postbox
from bot.scheduler import Scheduler
from bot.sender import Sender
from bot.server import Server
from bot.settings import EXAMPLES, Settings, SettingsError
from bot.worker import Worker
from content.knowledge import Knowledge
from handlers.turn import File
from storage.bell import INBOX, Bell
from storage.database import Database, async_url
from storage.memory import Memory
from storage.migrate import upgrade, verify_key
from storage.months import count_sent
from storage.periods import VIETNAM
from storage.vault import Vault

log = structlog.get_logger()
WORKERS_ON_POSTGRESQL = 2
"""Each takes several chats at a time; more of them only wake one another (with eight: half the turns a second)."""
POLLING = {"telegram": 7_315_043, "zalo_bot": 7_315_044}
"""Arbitrary numbers that name the matter "polling this platform" among PostgreSQL's advisory locks."""
PICTURE_LASTS = dt.timedelta(minutes=10)
"""How long a platform may take to fetch a picture we send it by address."""
LIMITS = {
    "telegram": Limits(channel=Rate(25, 5), chat=Rate(1, 3), group=Rate(20 / 60, 3)),
    "zalo_bot": Limits(channel=Rate(5, 5), chat=Rate(1, 3), group=Rate(1, 3)),
    "zalo_oa": Limits(channel=Rate(1.5, 10), chat=Rate(1, 3), group=Rate(1, 3)),
}
"""A little under what the platforms publish for bulk sending (Telegram: about 30 a second in all, one a second to a
chat, 20 a minute to a group; Zalo: 100 a minute for an account); the real limits are told by a refusal."""


def settle_memory() -> None:
    """Keeps what was made at the start (modules, knowledge: it all stays) out of every later garbage collection."""
    gc.collect()
    gc.freeze()


def open_database(settings: Settings, *, keyed: bool = True) -> Database:
    """The database of the settings; not `keyed` for work that opens nothing sealed. Raises SettingsError, BadUrl."""
    async_url(settings.database_url)
    try:
        secret = settings.secret()
    except SettingsError:
        if keyed:
            raise
        secret = b"reads nothing sealed"
    return Database(settings.database_url, Vault(secret))


class App:
    """Everything that runs in one process."""

    def __init__(
        self, settings: Settings, *, clock: Clock = wall_clock, chance: random.Random | None = None,
        knowledge: Knowledge | None = None,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.clock = clock
        self.chance = chance or random.Random()
        self.knowledge = knowledge or Knowledge.load(overrides=settings.overrides)
        self.database = open_database(settings)
        self.metrics = Metrics()
        self.bell = Bell(self.database)
        self.postbox = Postbox(self.database, self.bell, clock)
        self.shelf = Shelf()
        self.channels: dict[str, Channel] = {}
        self.channels.update(self._build_channels())
        senders = {name: c for name, c in self.channels.items() if name != "web"}
        paces = {name: Pace(LIMITS[name], time.monotonic()) for name in senders}
        count = 1 if self.database.is_sqlite else WORKERS_ON_POSTGRESQL
        self._links = links = Links(settings.reachable_at, self.database.vault, self.knowledge)
        downloads = Downloads(links, self.database, self.knowledge, clock)
        parts = (self.database, self.bell, self.channels, self.knowledge, clock, self.chance)
        self.pictures = Darkroom(Reader(), self.channels, self.shelf, lambda: self.bell.ring(INBOX), self.metrics)
        documents = Documents(
            self.knowledge, settings.report_templates, web=settings.public_url, telegram=self._telegram_name
        )
        self.easel = Easel(lambda: self.bell.ring(INBOX))
        self.workers = [
            Worker(*parts, self.metrics, links, self.pictures, documents, self.easel) for _ in range(count)
        ]
        self.sender = Sender(self.database, self.bell, senders, paces, clock, self.chance, self.metrics)
        self.scheduler = Scheduler(*parts, links, documents)
        self.server = Server(
            self.database, self.channels, self.knowledge, self.metrics, clock, downloads,
            secure_cookies=settings.secure, public_url=settings.public_url,
        )  # fmt: skip
        self.port = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._joined: list[asyncio.Task[None]] = []

    def _build_channels(self) -> Mapping[str, Channel]:
        vault, settings = self.database.vault, self.settings
        mailbox = StoredMailbox("web", self.database, self.bell, self.clock)
        session_key = vault.token("web-session").encode()
        channels: dict[str, Channel] = {
            "web": WebChannel(mailbox, session_key, self.clock, self.shelf, secure_cookies=settings.secure)
        }
        if settings.telegram_token is not None:
            secret = settings.telegram_webhook_secret
            hook = f"{settings.public_url}/hooks/telegram" if settings.public_url else None
            channels["telegram"] = TelegramChannel(
                settings.telegram_token.get_secret_value(), settings.telegram_api_base, hook,
                secret.get_secret_value() if secret else vault.token("telegram-webhook"),
                self._commands(), self.chance, may_poll=partial(self.bell.alone, POLLING["telegram"]),
            )  # fmt: skip
        if settings.zalo_bot_token is not None:
            own = settings.zalo_bot_webhook_secret
            secret_word = own.get_secret_value() if own else vault.token("zalo-bot-webhook")
            channels["zalo_bot"] = self._zalo_bot(settings.zalo_bot_token.get_secret_value(), secret_word)
        config = config_of(settings, vault)
        if config is not None:
            if config.commune is not None and self.knowledge.places.commune(config.commune) is None:
                raise SettingsError(f"ZALO_OA_COMMUNE is no commune's code, e.g. {EXAMPLES['zalo_oa_commune']}")
            channels["zalo_oa"] = ZaloOaChannel(
                config,
                self.database,
                self.bell,
                self.clock,
                self.chance,
                self.metrics,
                self._tell,
                environment(),
                knowledge=self.knowledge,
            )
        return channels

    async def _tell(self, trouble: Trouble) -> None:
        """Somebody has to mend an account of Zalo's: said where Zalo is not needed for it."""
        account = trouble.account
        alerts = Alerts(self.database, self.bell, self.channels, self.knowledge, self.clock)
        link = self.settings.reachable_at + PAGE
        key = f"z{account.id}:{account.generation}:{trouble.state[:8]}"
        await alerts.tell(
            account.commune or self.settings.zalo_oa_commune, "zalo_oa", key, f"zalo.{trouble.state}",
            name=account.name, reason=trouble.reason, link=link,
        )  # fmt: skip

    async def _tell_budget(self, sent: int, of: int) -> None:
        """The month's messages of the Zalo bot are nearly used up: said once a month, on other channels."""
        alerts = Alerts(self.database, self.bell, self.channels, self.knowledge, self.clock)
        month = self.clock().astimezone(VIETNAM)
        await alerts.tell(None, "zalo_bot", f"zb{month:%Y%m}", "zalo.budget", all_officers=True, sent=sent, of=of)

    def _zalo_bot(self, token: str, secret: str) -> ZaloBotChannel:
        settings = self.settings
        return ZaloBotChannel(
            token, settings.zalo_bot_api_base, settings.public_url and settings.public_url + ZALO_BOT_HOOK, secret,
            self.chance, self.metrics, hosted=self._hosted, count=self._count_zalo_bot,
            may_poll=partial(self.bell.alone, POLLING["zalo_bot"]), told=self._tell_budget,
        )  # fmt: skip

    def _telegram_name(self) -> str | None:
        """What our bot is called there; None until Telegram has said it."""
        channel = self.channels.get("telegram")
        return channel.bot_name if isinstance(channel, TelegramChannel) else None

    async def _hosted(self, file: File) -> str | None:
        """Where a platform that fetches pictures itself finds one, for some minutes."""
        if self.settings.public_url is None:
            return None
        async with self.database.write() as connection:
            memory = Memory(connection, self.database.vault)
            return await self._links.put(memory, file, None, self.clock(), PICTURE_LASTS)

    async def _count_zalo_bot(self, more: int) -> int:
        async with self.database.write() as connection:
            return await count_sent(connection, "zalo_bot", more, self.clock())

    def _commands(self) -> list[tuple[str, str]]:
        """What Telegram's own menu offers: the ways that always work."""
        words = self.knowledge.messages.render
        return [(name, words(f"commands.{name}")) for name in ("menu", "lui", "dung", "gapnguoi", "dulieu")]

    async def start(self) -> None:
        """Migrates the database, takes up what a crash left, listens, and starts to work."""
        self.database.claim()
        await upgrade(self.database)
        await verify_key(self.database)
        await self._take_up()
        self.bell.open()
        self.port = await self.server.start(self.settings.host, self.settings.port)
        self.settings = self.settings.listening_at(self.port)
        self._links.base = self.settings.reachable_at  # links written from now on lead to the port we were given
        loops = [*(w.run() for w in self.workers), self.sender.run(), self.scheduler.run()]
        self._tasks = [asyncio.create_task(loop) for loop in loops]
        self._joined = [asyncio.create_task(c.run(self.postbox.accept)) for c in self.channels.values()]
        settle_memory()
        log.info("started", port=self.port, channels=list(self.channels))

    async def _take_up(self) -> None:
        """On SQLite no other process can be at work: what was being sent when we died has an unknown outcome, and no
        message waits for a picture that somebody is reading."""
        async with self.database.write() as connection:
            memory = Memory(connection, self.database.vault)
            lost = await memory.outbox.expire_leases(self.clock(), everybody=self.database.is_sqlite)
            if self.database.is_sqlite:
                await memory.inbox.take_up(self.clock())
        if lost:
            log.warning("outbox.unknown", count=lost)

    async def stop(self) -> None:
        """Takes nothing new, finishes or returns what is in hand, gives everything back."""
        for task in self._joined:
            task.cancel()
        for channel in self.channels.values():
            channel.leave()
        await self.server.stop()
        await self.postbox.close()
        for stopping in (*(w.stopping for w in self.workers), self.scheduler.stopping, self.sender.stopping):
            stopping.set()
        await asyncio.gather(*self._tasks, *self._joined, return_exceptions=True)
        await self.pictures.close()
        await self.easel.close()
        for channel in self.channels.values():
            await channel.close()
        await self.bell.close()
        await self.database.close()
        log.info("stopped")

    async def run(self, until: asyncio.Event) -> None:
        """Starts, waits for the event, stops."""
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self.stop)
            await self.start()
            await until.wait()
