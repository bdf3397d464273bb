"""The Bot Platform on one port: the methods, polling and the hook with their oddities, people, faults."""

import asyncio
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

MOST_TEXT = 2000
USERS, MESSAGES = 50, 3000
"""The free plan: people of a bot, messages of a month."""
EVENTS = {"text": "message.text.received", "photo": "message.image.received", "sticker": "message.sticker.received",
          "voice": "message.voice.received", "unsupported": "message.unsupported.received"}  # fmt: skip


@dataclass
class Switches:
    """What nobody could confirm; the defaults are the likelier."""

    idle_in_body: bool = False
    """An idle poll ends with HTTP 200 and 408 in the body instead of HTTP 408."""
    picture_field: str = "photo_url"
    """`photo_url` as seen on the wire, or `photo` as documented."""
    unpolled_kept: bool = False
    """What people write while nobody polls is kept instead of lost."""
    redelivered: int = 0
    """How often a webhook that failed is called again."""
    over_plan_dropped: bool = False
    """Beyond the plan a message is silently dropped instead of refused with 429."""
    no_webhook_is_404: bool = True
    """getWebhookInfo and deleteWebhook without a webhook: 404, or an empty address."""
    private_urls: bool = True
    """Addresses on this machine are taken as webhooks and pictures; the platform refuses them."""
    wrapped: bool = True
    """Updates come inside {"ok": true, "result": ...}."""


@dataclass
class Fault:
    """One thing that goes wrong with the next calls of a method."""

    method: str
    kind: str
    """`code` (error_code N, not done), `done_but` (error_code N, done), `http` (HTTP N with a page), `lost` (done,
    but the connection breaks), `slow` (N seconds)."""
    number: float = 0
    times: int = 1


class Refusal(Exception):
    """`{"ok": false}` with a code."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


@dataclass
class Sent:
    """A message of the bot as the person sees it."""

    text: str
    photo: bytes | None = None
    at: float = field(default_factory=time.time)


class ZaloBotEmulator:
    """One bot. `async with ZaloBotEmulator() as zalo: await zalo.says("an", "chào"); await zalo.reads("an")`."""

    def __init__(self, *, port: int = 0, switches: Switches | None = None) -> None:
        self.switches = switches or Switches()
        self.token = "12345689:AAbotEmulatorEmulator"
        self.port = port
        self.faults: list[Fault] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.hook: tuple[str, str] | None = None
        self.chats: dict[str, list[Sent]] = defaultdict(list)
        self.kept: list[bytes] = []
        self.month = 0
        self.known: set[str] = set()
        self.delivered: list[int] = []
        """HTTP statuses our hook answered with."""
        self.clock: Callable[[], float] = time.time
        """Seconds since 1970, for the dates of messages."""
        self._waiting: list[dict[str, Any]] = []
        self._polls = 0
        self._news = asyncio.Event()
        self._count = 0
        self._runner: web.AppRunner | None = None
        self._client: aiohttp.ClientSession | None = None

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/media/{number}", self._media)
        app.router.add_post("/_control/says", self._control_says)
        app.router.add_get("/_control/read", self._control_read)
        app.router.add_post("/_control/switches", self._control_switches)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._client is not None
        assert self._runner is not None
        self._news.set()
        await self._client.close()
        await self._runner.cleanup()

    # --- people ---

    @staticmethod
    def chat_of(who: str) -> str:
        """The id of a person's private chat: twenty hexadecimal digits."""
        return hashlib.sha256(who.encode()).hexdigest()[:20]

    async def says(self, who: str, text: str, *, group: bool = False, ident: str | None = None) -> dict[str, Any]:
        """A person writes. Gives the update, so that it can be delivered again."""
        return await self._happens(who, "text", {"text": text}, group=group, ident=ident)

    async def shows(self, who: str, picture: str, caption: str = "") -> dict[str, Any]:
        """A person sends a picture that lies at that address."""
        return await self._happens(who, "photo", {self.switches.picture_field: picture, "caption": caption})

    def keeps(self, picture: bytes) -> str:
        """Where the platform keeps a picture somebody sent."""
        self.kept.append(picture)
        return f"{self.root}/media/{len(self.kept) - 1}"

    async def _media(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        if number >= len(self.kept):
            return web.Response(status=404)
        return web.Response(body=self.kept[number], content_type="image/jpeg")

    async def sends(self, who: str, kind: str) -> dict[str, Any]:
        """A sticker, a voice message, or something the platform does not let a bot see."""
        more = {"sticker": {"sticker": "abc", "url": ""}, "voice": {"voice_url": "https://v.zdn.vn/a.aac"}}
        return await self._happens(who, kind, more.get(kind, {}))

    async def _happens(
        self, who: str, kind: str, more: dict[str, Any], *, group: bool = False, ident: str | None = None
    ) -> dict[str, Any]:
        self._count += 1
        chat = self.chat_of(who)
        self.known.add(chat)
        update = {"event_name": EVENTS[kind], "message": {
            "message_id": ident or f"{self._count:020x}", "date": int(self.clock() * 1000),
            "from": {"id": chat, "display_name": who, "is_bot": False},
            "chat": {"id": f"g{chat[1:]}" if group else chat, "chat_type": "GROUP" if group else "PRIVATE"}, **more,
        }}  # fmt: skip
        await self.deliver(update)
        return update

    async def deliver(self, update: dict[str, Any]) -> None:
        """By the hook where one is set; else to whoever polls; else it is lost."""
        if self.hook is not None:
            await self._post(*self.hook, update)
        elif self._polls or self.switches.unpolled_kept:
            self._waiting.append(update)
            self._news.set()

    async def _post(self, url: str, secret: str, update: dict[str, Any]) -> None:
        assert self._client is not None
        body = {"ok": True, "result": update} if self.switches.wrapped else update
        for _ in range(1 + self.switches.redelivered):
            status = 0
            with suppress(aiohttp.ClientError, TimeoutError):
                async with asyncio.timeout(5):
                    answer = await self._client.post(url, json=body, headers={"X-Bot-Api-Secret-Token": secret})
                    status = answer.status
            self.delivered.append(status)
            if status == 200:
                return

    async def reads(self, who: str, count: int = 1, within: float = 10.0) -> Sequence[Sent]:
        """All the bot said to a person, once it is at least so many messages. Raises TimeoutError."""
        chat = self.chat_of(who)
        async with asyncio.timeout(within):
            while len(self.chats[chat]) < count:  # noqa: ASYNC110  (many wait for many)
                await asyncio.sleep(0.01)
        return self.chats[chat]

    # --- the wire ---

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return web.Response(status=401, text="<html>Unauthorized</html>", content_type="text/html")
        body = await self._parameters(request)
        self.calls.append((method, body))
        fault = next((f for f in self.faults if f.method == method and f.times > 0), None)
        if fault is not None:
            fault.times -= 1
        try:
            if fault is not None and fault.kind == "slow":
                await asyncio.sleep(fault.number)
            if fault is not None and fault.kind == "http":
                return web.Response(status=int(fault.number), text="<html>away</html>", content_type="text/html")
            if fault is not None and fault.kind == "code":
                raise Refusal(int(fault.number), "fault")
            result = await self._do(method, body)
        except Refusal as refusal:
            return self._refused(refusal)
        if fault is not None and fault.kind == "done_but":
            return self._refused(Refusal(int(fault.number), "fault"))
        if fault is not None and fault.kind == "lost":
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"ok": True, "result": result})

    def _refused(self, refusal: Refusal) -> web.Response:
        mirrored = refusal.code == 404 or (refusal.code == 408 and not self.switches.idle_in_body)
        said = {"ok": False, "error_code": refusal.code, "description": refusal.description}
        return web.json_response(said, status=refusal.code if mirrored else 200)

    async def _parameters(self, request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            try:
                found = json.loads(await request.read() or b"{}")
            except ValueError:
                return {}
            return found if isinstance(found, dict) else {}
        return {**request.query, **{k: v for k, v in (await request.post()).items() if isinstance(v, str)}}

    async def _do(self, method: str, body: dict[str, Any]) -> Any:
        known = {"getMe": self._get_me, "getUpdates": self._get_updates, "setWebhook": self._set_webhook,
                 "getWebhookInfo": self._webhook_info, "deleteWebhook": self._delete_webhook,
                 "sendMessage": self._send_message, "sendPhoto": self._send_photo,
                 "sendChatAction": self._chat_action}  # fmt: skip
        if method not in known:
            raise Refusal(404, "Not Found")
        return await known[method](body)

    async def _get_me(self, _body: dict[str, Any]) -> Any:
        return {"id": "1459232241454765289", "account_name": "bot.Emulator", "account_type": "BASIC",
                "can_join_groups": False}  # fmt: skip

    async def _get_updates(self, body: dict[str, Any]) -> Any:
        if self.hook is not None:
            raise Refusal(400, "a webhook is set")
        timeout = float(body.get("timeout") or 0)
        self._polls += 1
        try:
            async with asyncio.timeout(timeout or None):  # 0 waits for ever
                while not self._waiting:
                    self._news.clear()
                    await self._news.wait()
                    if self._client is None or self._client.closed:
                        raise Refusal(408, "Request timeout")
        except TimeoutError:
            raise Refusal(408, "Request timeout") from None
        finally:
            self._polls -= 1
        return self._waiting.pop(0)

    async def _set_webhook(self, body: dict[str, Any]) -> Any:
        url, secret = str(body.get("url", "")), str(body.get("secret_token", ""))
        parts = urlsplit(url)
        public = parts.scheme == "https" and parts.hostname not in ("127.0.0.1", "localhost")
        if not parts.hostname or not (public or self.switches.private_urls):
            raise Refusal(400, "url is invalid")
        if not 8 <= len(secret) <= 256:
            raise Refusal(400, "secret_token is invalid")
        self.hook = (url, secret)
        return {"url": url, "updated_at": int(time.time() * 1000)}

    async def _webhook_info(self, _body: dict[str, Any]) -> Any:
        if self.hook is None and self.switches.no_webhook_is_404:
            raise Refusal(404, "Not Found")
        return {"url": self.hook[0] if self.hook else "", "updated_at": int(time.time() * 1000)}

    async def _delete_webhook(self, _body: dict[str, Any]) -> Any:
        if self.hook is None and self.switches.no_webhook_is_404:
            raise Refusal(404, "Not Found")
        self.hook = None
        return {"url": "", "updated_at": int(time.time() * 1000)}

    async def _send_message(self, body: dict[str, Any]) -> Any:
        text = body.get("text")
        if not isinstance(text, str) or not 1 <= len(text) <= MOST_TEXT:
            raise Refusal(400, "text is invalid")
        return self._take(str(body.get("chat_id")), Sent(text))

    async def _send_photo(self, body: dict[str, Any]) -> Any:
        caption, url = body.get("caption", ""), str(body.get("photo", ""))
        if not isinstance(caption, str) or len(caption) > MOST_TEXT:
            raise Refusal(400, "caption is invalid")
        assert self._client is not None
        try:
            async with asyncio.timeout(5):
                answer = await self._client.get(url)
                picture = await answer.read()
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise Refusal(400, "photo cannot be fetched") from None
        if answer.status != 200:
            raise Refusal(400, "photo cannot be fetched")
        return self._take(str(body.get("chat_id")), Sent(caption, picture))

    async def _chat_action(self, _body: dict[str, Any]) -> Any:
        return True

    def _take(self, chat: str, sent: Sent) -> Any:
        if chat not in self.known:
            raise Refusal(400, "chat_id is invalid")
        over = self.month >= MESSAGES or (chat not in self.chats and len(self.chats) >= USERS)
        if over and not self.switches.over_plan_dropped:
            raise Refusal(429, "quota exceeded")
        self.month += 1
        if not over:
            self.chats[chat].append(sent)
        return {"message_id": f"{self.month:020x}", "date": int(time.time() * 1000)}

    # --- to play with ---

    async def _control_says(self, request: web.Request) -> web.Response:
        order = await request.json()
        return web.json_response(await self.says(str(order["who"]), str(order["text"])))

    async def _control_switches(self, request: web.Request) -> web.Response:
        order = await request.json()
        unknown = sorted(set(order) - set(asdict(self.switches)))
        if unknown:
            return web.json_response({"error": f"no switch {', '.join(unknown)}"}, status=409)
        self.switches = replace(self.switches, **order)
        return web.json_response(asdict(self.switches))

    async def _control_read(self, request: web.Request) -> web.Response:
        found = self.chats[self.chat_of(request.query.get("who", ""))]
        return web.json_response([{"text": s.text, "photo": s.photo is not None} for s in found])
