"""The web channel: messages come by POST and are stored before the answer, replies go out as a stream of events."""

import asyncio
import base64
import datetime as dt
import json
import math
from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

import structlog
from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.channels.base import Accept, Envelope, Mailbox, NotFetched, Outcome, Sent
from bot.channels.rendering import Capabilities, Rendered
from bot.channels.web.hurry import Hurry
from bot.channels.web.incoming import Posted, PostedPicture, Seen, pack, unpack
from bot.channels.web.page import HEADERS, Page
from bot.channels.web.session import Sessions, from_our_page
from bot.pictures.shelf import Shelf
from handlers.turn import Message

BODY_LIMIT = 64 * 1024
"""Bytes of one posted message."""
PICTURE_LIMIT = 10 * 1024 * 1024
"""Bytes of one posted picture; the page makes those of a camera smaller before it sends them."""
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURE_SECONDS = 90.0
"""For a picture to come in, over the slowest line we know."""
PING_SECONDS = 20.0
"""Of silence before a sign of life, well under the 60 s after which proxies hang up."""
RETRY_SECONDS = 5
"""What a page is told to wait when the memory is out of reach."""

log = structlog.get_logger()

M = TypeVar("M", bound=BaseModel)


def event(ident: int, message: Rendered) -> bytes:
    """One message as a server-sent event. An edit keeps, for the page, the id of the message it changes."""
    file = message.file and {
        "name": message.file.name, "mime": message.file.mime, "kind": message.file.kind,
        "data": base64.b64encode(message.file.data).decode(),
    }  # fmt: skip
    data = {
        "id": message.edit or str(ident),
        "edit": message.edit is not None,
        "text": message.text,
        "choices": [asdict(button) for button in message.buttons],
        "file": file,
    }
    return f"id: {ident}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


class WebChannel:
    """The chat on our own page. Messages wait in the mailbox until the page has fetched and shown them."""

    name = "web"
    capabilities = Capabilities(
        buttons=True, numbered_text=False, max_buttons=30, max_label=60, max_text=8000,
        bold=True, photo=True, file=True, typing=False, edit=True, can_initiate=True,
    )  # fmt: skip

    def __init__(
        self, mailbox: Mailbox, session_key: bytes, clock: Callable[[], dt.datetime], shelf: Shelf, *,
        secure_cookies: bool,
    ) -> None:  # fmt: skip
        self._mailbox = mailbox
        self._shelf = shelf
        self._clock = clock
        self._sessions = Sessions(session_key, secure=secure_cookies)
        self._page = Page()
        self._hurry = Hurry(count=20, seconds=10)
        self._accept: Accept | None = None
        self._streams: set[asyncio.Event] = set()
        self._closing = False

    def parse(self, raw: bytes) -> Message | None:
        """The message in a stored post. Raises NotUnderstood."""
        return unpack(raw)

    async def send(self, address: str, message: Rendered) -> Sent:
        """Pages fetch from the mailbox; there is nowhere to push to."""
        return Sent(Outcome.REFUSED, "the web page fetches its messages")

    async def fetch(self, reference: str) -> bytes:
        """The picture, if it came to this process and not long ago. Raises NotFetched."""
        data = self._shelf.take((self.name, reference))
        if data is None:
            raise NotFetched
        return data

    def routes(self) -> list[web.RouteDef]:
        """The page, its files, and what its script calls."""
        return [
            web.get("/", self._index),
            web.get("/web/static/{version}/{name}", self._file),
            web.post("/web/session", self._session),
            web.post("/web/leave", self._leave),
            web.post("/web/messages", self._post),
            web.post("/web/pictures", self._picture),
            web.get("/web/events", self._events),
            web.post("/web/seen", self._seen),
        ]

    async def run(self, accept: Accept) -> None:
        """Takes messages until cancelled."""
        self._accept = accept
        try:
            await asyncio.Event().wait()
        finally:
            self._accept = None

    def ready(self) -> bool:
        """Whether messages are taken."""
        return self._accept is not None

    def leave(self) -> None:
        """Ends the streams, so that the server need not wait for pages that stay open for hours."""
        self._closing = True
        for wake in self._streams:
            wake.set()

    async def close(self) -> None:
        """Ends what is still open."""
        self.leave()

    # --- the page ---------------------------------------------------------------------------------------------

    async def _index(self, request: web.Request) -> web.Response:
        response = self._page.index(request)
        self._sessions.open(request, response)
        return response

    async def _file(self, request: web.Request) -> web.Response:
        return self._page.file(request)

    async def _session(self, request: web.Request) -> web.Response:
        if not from_our_page(request):
            return self._refuse(403, "elsewhere")
        response = web.json_response({}, headers=HEADERS)
        self._sessions.open(request, response)
        return response

    async def _leave(self, request: web.Request) -> web.Response:
        if not from_our_page(request):
            return self._refuse(403, "elsewhere")
        response = web.json_response({}, headers=HEADERS)
        self._sessions.end(response)
        return response

    # --- messages in ------------------------------------------------------------------------------------------

    async def _post(self, request: web.Request) -> web.Response:
        posted = await self._read(request, Posted)
        if isinstance(posted, web.Response):
            return posted
        address, message = posted
        pause = self._hurry.wait(address, asyncio.get_running_loop().time())
        if pause:
            return self._refuse(429, "too_fast", math.ceil(pause))
        return await self._store(address, message, message.message(address, self._clock()))

    async def _picture(self, request: web.Request) -> web.Response:
        """A picture or a spreadsheet: its bytes stay in memory, the row carries only the key they lie under."""
        refused = self._stranger(request)
        if refused is not None:
            return refused
        address = self._sessions.address(request) or ""
        # As above: what a form of another site can post is no picture of ours.
        if request.content_type != SHEET and not request.content_type.startswith("image/"):
            return self._refuse(415, "no_picture")
        try:
            message = PostedPicture.model_validate_strings(dict(request.query))
        except ValidationError:
            return self._refuse(400, "unclear")
        if (message.name is not None) != (request.content_type == SHEET):
            return self._refuse(400, "unclear")
        pause = self._hurry.wait(address, asyncio.get_running_loop().time())
        if pause or self._shelf.full(address):
            return self._refuse(429, "too_fast", math.ceil(pause) or RETRY_SECONDS)
        key = self._sessions.key(address, message.id)
        refused = await self._receive(request, key, address)
        if refused is not None:
            return refused
        answer = await self._store(address, message, message.message(address, self._clock(), key))
        if answer.status != 200:
            self._shelf.take((self.name, key))
        return answer

    async def _receive(self, request: web.Request, key: str, address: str) -> web.Response | None:
        """Puts the picture on the shelf; the answer that says why it could not."""
        with self._shelf.arriving() as picture:
            try:
                async with asyncio.timeout(PICTURE_SECONDS):
                    async for part in request.content.iter_any():
                        if not self._shelf.add(picture, part):
                            return self._refuse(503, "not_now", RETRY_SECONDS)
                        if len(picture.data) > PICTURE_LIMIT:
                            return self._refuse(413, "picture_too_large")
            except TimeoutError:
                return self._refuse(503, "not_now", RETRY_SECONDS)
            self._shelf.put((self.name, key), address, bytes(picture.data))
        return None

    async def _store(self, address: str, posted: Posted | PostedPicture, message: Message) -> web.Response:
        seq = posted.n if posted.n is not None else int(self._clock().timestamp() * 1000)
        key = self._sessions.key(address, posted.id)
        envelope = Envelope(key, address, seq, pack(message), here=message.reference is not None)
        if self._accept is None:
            return self._refuse(503, "not_now", RETRY_SECONDS)
        try:
            await self._accept(self.name, [envelope])
        except Exception as error:
            log.warning("web_message_not_stored", error=type(error).__name__)
            return self._refuse(503, "not_now", RETRY_SECONDS)
        return web.json_response({"stored": posted.id}, headers=HEADERS)

    async def _seen(self, request: web.Request) -> web.Response:
        seen = await self._read(request, Seen)
        if isinstance(seen, web.Response):
            return seen
        address, upto = seen
        try:
            await self._mailbox.acknowledge(address, upto.up_to)
        except Exception as error:
            log.warning("web_seen_not_stored", error=type(error).__name__)
            return self._refuse(503, "not_now", RETRY_SECONDS)
        return web.json_response({}, headers=HEADERS)

    async def _read(self, request: web.Request, model: type[M]) -> tuple[str, M] | web.Response:
        """The sender's address and the checked body, or the answer that says what is wrong."""
        refused = self._stranger(request)
        if refused is not None:
            return refused
        address = self._sessions.address(request) or ""
        # A form of another site can only post form types without asking first.
        if request.content_type != "application/json":
            return self._refuse(415, "unclear")
        body = await _limited(request)
        if body is None:
            return self._refuse(413, "too_long")
        try:
            return address, model.model_validate_json(body)
        except ValidationError:
            return self._refuse(400, "unclear")

    def _stranger(self, request: web.Request) -> web.Response | None:
        """The answer to a request that is not from our page, or of nobody's session."""
        if not from_our_page(request):
            return self._refuse(403, "elsewhere")
        return None if self._sessions.address(request) else self._refuse(401, "no_session")

    def _refuse(self, status: int, reason: str, retry_after: int | None = None) -> web.Response:
        headers = dict(HEADERS)
        if retry_after is not None:
            headers["Retry-After"] = str(retry_after)
        answer = {"error": reason, "text": self._page.words["answers"][reason]}
        return web.json_response(answer, status=status, headers=headers, dumps=_readable)

    # --- messages out -----------------------------------------------------------------------------------------

    async def _events(self, request: web.Request) -> web.StreamResponse:
        address = self._sessions.address(request)
        if address is None:
            return self._refuse(401, "no_session")
        after = request.headers.get("Last-Event-ID") or request.query.get("after") or "0"
        if not (after.isascii() and after.isdigit() and len(after) <= 18):
            return self._refuse(400, "unclear")
        headers = {**HEADERS, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers={**headers, "Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        try:
            # Subscribed before the first look, so that nothing slips in between.
            with self._mailbox.subscribe(address) as wake:
                self._streams.add(wake)
                try:
                    await self._stream(response, address, int(after), wake)
                finally:
                    self._streams.discard(wake)
        except ConnectionError:
            pass  # the page went away
        except Exception as error:
            log.warning("web_stream_broken", error=type(error).__name__)
        return response

    async def _stream(self, response: web.StreamResponse, address: str, after: int, wake: asyncio.Event) -> None:
        await response.write(b": xin chao\n\n")
        while not self._closing:
            wake.clear()
            for ident, message in await self._mailbox.waiting(address, after):
                await response.write(event(ident, message))
                after = ident
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await wake.wait()
            except TimeoutError:
                # The comment keeps proxies awake; the event lets the page notice a connection that died silently.
                await response.write(b": ping\nevent: alive\ndata: 1\n\n")


def _readable(answer: dict[str, str]) -> str:
    return json.dumps(answer, ensure_ascii=False)


async def _limited(request: web.Request) -> bytes | None:
    """The body; None when it is longer than a message may be."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)
