"""The Telegram channel: hook and polling, joining and staying joined, sending."""

import asyncio
import hmac
import json
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import structlog
import telegram
from aiohttp import web
from telegram import error as errors
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from bot.channels.base import Accept, Envelope, Sent
from bot.channels.rendering import Capabilities, Rendered
from bot.channels.telegram import updates
from bot.channels.telegram.files import Files
from bot.channels.telegram.request import AiohttpRequest
from bot.channels.telegram.sending import Sender, seconds
from handlers.turn import Message

PATH: Final = "/hooks/telegram"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
BODY_LIMIT: Final = 1024 * 1024
"""Bytes of a hook's body; real updates are a few thousand."""
MOST_PRESSES: Final = 200
"""Presses being answered at once; more are left to turn their little wheel until the phone gives up."""
DATABASE_REST: Final = "2"
"""Seconds after which Telegram is to try again when an update could not be stored."""

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait in each situation."""

    first: float = 1.0
    """Before the second try; doubled each time."""
    longest: float = 60.0
    token: float = 600.0
    """Between tries while the token is rejected."""
    recheck: float = 60.0
    """Between looks at the webhook, which others can change."""
    standby: float = 5.0
    """Between asking whether it is our turn to poll."""
    poll: int = 30
    """How long a getUpdates may stay open."""


async def _always() -> bool:
    return True


class TelegramChannel:
    """Members and officers on Telegram. Works by webhook when given its URL, by polling otherwise.

    Telegram may be out of reach (it is blocked on some networks): nothing here raises for that, joining is tried
    until it works, and `ready` tells.
    """

    name = "telegram"
    capabilities = Capabilities(
        buttons=True, numbered_text=False, max_buttons=100, max_label=60, max_text=3500, bold=True, photo=True,
        file=True, typing=True, edit=True, can_initiate=True,
    )  # fmt: skip

    def __init__(
        self,
        token: str,
        api_base: str,
        webhook_url: str | None,
        webhook_secret: str,
        commands: Sequence[tuple[str, str]],
        chance: random.Random,
        *,
        may_poll: Callable[[], Awaitable[bool]] = _always,
        patience: Patience | None = None,
    ) -> None:
        """`commands` are shown in Telegram's menu: name and description. `may_poll` tells whether it is this
        process that polls."""
        if not webhook_secret:
            raise ValueError("an empty secret would let anybody in")
        self._updates_url = f"{api_base}/bot{token}/getUpdates"
        self._request = AiohttpRequest()
        self._bot = telegram.Bot(
            token, f"{api_base}/bot", f"{api_base}/file/bot", request=self._request, get_updates_request=self._request
        )
        self._webhook_url = webhook_url
        self._secret = webhook_secret
        self._commands = [telegram.BotCommand(name, text) for name, text in commands]
        self._chance = chance
        self._may_poll = may_poll
        self._patience = patience or Patience()
        self._sender = Sender(self._bot)
        self._files = Files(self._bot, self._request, chance)
        self._accept: Accept | None = None
        self._joined = False
        self._token_rejected = False
        self._answers = set[asyncio.Task[None]]()
        self.unanswered = 0
        """Presses whose little wheel could not be stopped."""

    # --- what everybody sees ---

    def parse(self, raw: bytes) -> Message | None:
        """See Channel."""
        return updates.parse(raw)

    async def send(self, address: str, message: Rendered) -> Sent:
        """See Channel."""
        return await self._sender.send(address, message)

    async def fetch(self, reference: str) -> bytes:
        """See Fetches."""
        return await self._files.fetch(reference)

    def routes(self) -> list[web.RouteDef]:
        """The hook; it is there in polling mode too, behind its secret."""
        return [web.post(PATH, self._hook)]

    @property
    def bot_name(self) -> str | None:
        """The bot's own name, which links to it carry; None before Telegram has told it."""
        try:
            return self._bot.username
        except RuntimeError:
            return None

    def ready(self) -> bool:
        """Whether the last exchange with Telegram about updates went well."""
        return self._joined

    def leave(self) -> None:
        """Nothing is kept open that would have to be ended."""

    async def close(self) -> None:
        """Gives back connections; presses not answered yet stay so."""
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await self._request.shutdown()

    async def run(self, accept: Accept) -> None:
        """Introduces the bot, then keeps the webhook set or polls, until cancelled."""
        self._accept = accept
        try:
            await self._patiently(self._introduce)
            if self._webhook_url is not None:
                await self._keep_webhook(self._webhook_url)
            else:
                await self._poll()
        finally:
            self._joined = False

    # --- coming in ---

    async def _hook(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            return web.Response(status=401)
        body = await _read(request)
        if body is None:
            return web.Response(status=413)
        try:
            await self._store([body])
        except Exception as e:
            log.error("telegram.not_stored", error=type(e).__name__)
            return web.Response(status=503, headers={"Retry-After": DATABASE_REST})
        return web.Response()

    async def _store(self, raws: Sequence[bytes]) -> list[Envelope]:
        """Stores the updates, then stops the little wheels of the buttons among them."""
        if self._accept is None:
            raise RuntimeError("not running yet")
        opened = [updates.outside(raw) for raw in raws]
        envelopes = [envelope for envelope, _ in opened]
        await self._accept(self.name, envelopes)
        for _, query in opened:
            if query is not None:
                self._answer(query)
        return envelopes

    def _answer(self, query: str) -> None:
        """In the background and at best: a press that is not answered is handled all the same."""
        if len(self._answers) >= MOST_PRESSES:
            self.unanswered += 1
            return
        task = asyncio.create_task(self._answer_now(query))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer_now(self, query: str) -> None:
        try:
            await self._bot.answer_callback_query(query)
        except Exception:
            self.unanswered += 1

    # --- joining ---

    async def _introduce(self) -> None:
        await self._bot.get_me()
        try:
            await self._bot.set_my_commands(self._commands)
        except errors.BadRequest:  # a menu that cannot be shown must not keep people out
            log.error("telegram.commands_refused")

    async def _keep_webhook(self, url: str) -> None:
        """Setting the same webhook again changes nothing, so all processes may, as often as they like."""
        join = partial(self._bot.set_webhook, url, secret_token=self._secret, allowed_updates=updates.WANTED)
        while True:
            await self._patiently(join)
            self._joined = True
            await asyncio.sleep(self._patience.recheck)

    async def _poll(self) -> None:
        offset = 0
        while True:
            offset = await self._patiently(partial(self._poll_once, offset))

    async def _poll_once(self, offset: int) -> int:
        """Stores what is waiting. Asking with the next offset is what confirms, so nothing is confirmed unstored."""
        if not await self._may_poll():
            self._joined = True
            await asyncio.sleep(self._patience.standby)
            return offset
        found = await self._fetch(offset)
        self._joined = True
        if not found:
            return offset
        envelopes = await self._store([json.dumps(u).encode() for u in found])
        after = max(e.seq for e in envelopes) + 1
        if after <= offset:
            raise LookupError("no update has a usable number")
        return after

    async def _fetch(self, offset: int) -> list[Any]:
        """Raw updates: the library's own method fails as a whole, for ever, on one update it cannot read."""
        wanted = {"offset": offset, "timeout": self._patience.poll, "limit": 100, "allowed_updates": updates.WANTED}
        data = RequestData([RequestParameter.from_input(k, v) for k, v in wanted.items()])
        try:
            found = await self._request.post(self._updates_url, data, read_timeout=self._patience.poll + 10.0)
        except errors.Conflict:
            # A webhook is set, or somebody else polls with our token; the first we can mend.
            await self._bot.delete_webhook()
            raise
        return found if isinstance(found, list) else []

    # --- patience ---

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Tries until it works; whatever fails, nobody else in the process is to notice."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Exception), wait=self._wait, before_sleep=self._note, sleep=asyncio.sleep
        )
        result: T = await retrying(call)
        self._token_rejected = False
        return result

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome and state.outcome.exception()
        if isinstance(error, errors.InvalidToken):
            return self._patience.token
        longest = min(self._patience.longest, self._patience.first * 2 ** min(state.attempt_number - 1, 30))
        wait = self._chance.uniform(longest / 2, longest)
        return wait + seconds(error) if isinstance(error, errors.RetryAfter) else wait

    def _note(self, state: RetryCallState) -> None:
        """Says what went wrong by its class alone: the texts of errors are not ours."""
        self._joined = False
        error = state.outcome and state.outcome.exception()
        if not isinstance(error, errors.InvalidToken):
            log.warning("telegram.away", error=type(error).__name__, attempt=state.attempt_number)
        elif not self._token_rejected:
            self._token_rejected = True
            log.error("telegram.token_rejected", alert=True, setting="TELEGRAM_TOKEN")


async def _read(request: web.Request) -> bytes | None:
    """The body; None when it is too large."""
    try:
        await request.content.readexactly(BODY_LIMIT + 1)
    except asyncio.IncompleteReadError as e:
        return e.partial
    return None
