"""A slim platform: just enough Bot API and webhook delivery to load a bot without being the load itself.

The strict emulator checks and remembers everything, which costs more than a turn; this one answers bytes it has
prepared, over raw asyncio protocols.
"""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs, urlsplit

LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
CHAT: Final = re.compile(rb'(?:^|&)chat_id=(\d+)|name="chat_id"\r\n(?:[^\r\n]+\r\n)*\r\n(\d+)')
TOKEN: Final = "7000000002:AABenchBenchBenchBenchBenchBench00"
ME: Final = {"id": 7000000002, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


def _answer(result: object) -> bytes:
    body = json.dumps({"ok": True, "result": result}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


class _Requests(asyncio.Protocol):
    """One connection of a bot to us."""

    def __init__(self, handle: Callable[[bytes, bytes], bytes]) -> None:
        self._handle = handle
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = LENGTH.search(head)
            after = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < after:
                return
            body, self._buffer = self._buffer[end + 4 : after], self._buffer[after:]
            self._transport.write(self._handle(head.split(b" ", 2)[1], body))


class Platform:
    """The Bot API side: who sends a message to chat N rings that chat's bell."""

    def __init__(self) -> None:
        self.port = 0
        self.secrets: dict[int, str] = {}
        """The secret each bot gave with its webhook, by the webhook's port."""
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._sent: dict[int, bytes] = {}

    async def start(self) -> None:
        """Listens on a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Requests(self._handle), "127.0.0.1", 0, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops listening."""
        self._server.close()

    @property
    def root(self) -> str:
        """The address for TELEGRAM_API_BASE."""
        return f"http://127.0.0.1:{self.port}"

    def expect(self, chat: int) -> asyncio.Future[None]:
        """Done when the next message to that chat arrives."""
        future = self._waiting[chat] = asyncio.get_running_loop().create_future()
        return future

    def _handle(self, path: bytes, body: bytes) -> bytes:
        method = path.rsplit(b"/", 1)[-1]
        if method == b"sendMessage":
            return self._message(body)
        if method == b"setWebhook":
            given = parse_qs(body.decode())
            self.secrets[urlsplit(given["url"][0]).port or 0] = given.get("secret_token", [""])[0]
        return _answer(ME if method == b"getMe" else True)

    def _message(self, body: bytes) -> bytes:
        found = CHAT.search(body)
        assert found is not None, body[:200]
        chat = int(found[1] or found[2])
        waiting = self._waiting.pop(chat, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
        if chat not in self._sent:
            self._sent[chat] = _answer(
                {"message_id": 1, "date": 1_700_000_000, "chat": {"id": chat, "type": "private"}, "text": "x"}
            )
        return self._sent[chat]


class Hook(asyncio.Protocol):
    """One kept connection to a bot's webhook; one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._done: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or self._done is None:
            return
        length = LENGTH.search(self._buffer[:end])
        if len(self._buffer) >= end + 4 + (int(length[1]) if length else 0):
            status, self._buffer = int(self._buffer[9:12]), b""
            self._done.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(exc or ConnectionResetError())

    def post(self, head: bytes, body: bytes) -> asyncio.Future[int]:
        """The status of the answer."""
        self._done = asyncio.get_running_loop().create_future()
        self._transport.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return self._done

    def close(self) -> None:
        """Hangs up."""
        self._transport.close()
