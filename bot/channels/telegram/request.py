"""The line to the Bot API: one aiohttp session, and certainty about whether a request ever left this machine."""

import json
import logging
import re
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlencode
from urllib.request import getproxies

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT: Final = 4.0
"""Seconds to get a connection: a place in the pool, the name looked up, TCP and TLS."""
ANSWER: Final = 9.0
"""Seconds for a whole call. Two of them (an edit that turns into a new message) stay below the outbox's lease."""
UPLOAD: Final = 17.0
"""Seconds for a whole call that carries a file; below the outbox's lease too."""
DOWNLOAD: Final = 15.0
"""Seconds for a whole file that somebody sent; he waits for the answer."""
IDLE: Final = 15.0
"""Seconds an unused connection is kept."""
POOL: Final = 64
"""Connections at once."""
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
"""Characters that would end a header."""


class NeverLeft(NetworkError):
    """The request certainly did not reach the platform: no connection, no name, no place in the pool."""


class OutcomeUnknown(TimedOut):
    """The request was, or may have been, written, and no whole answer came back: it may have been carried out."""


class ServerFailed(NetworkError):
    """The platform answered with 5xx and without a time to wait."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


_OF_A_MESSAGE = ("message_id", "date", "chat")


class _Progress:
    """How far one request came."""

    __slots__ = ("written",)

    def __init__(self) -> None:
        self.written = False


async def _headers_sent(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestHeadersSentParams
) -> None:
    context.trace_request_ctx.written = True


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's networking over aiohttp, since its own cannot tell "not sent" from "no answer".

    A request counts as written from the moment its headers are handed to a connection that is open as far as the
    event loop knows; everything that goes wrong before is NeverLeft, everything after is OutcomeUnknown. A kept
    connection the server has closed is noticed by the event loop while it lies idle and is not used. What remains is
    a close that crosses our request on the wire: it looks exactly like a server that died after reading it, so it is
    OutcomeUnknown. aiohttp repeats a request on such a connection only when its method is idempotent; all our calls
    are POST, so it never repeats one. Connections are kept for `IDLE` seconds only, shorter than servers keep them,
    which makes the crossing rare.

    Addresses contain the bot's token, and aiohttp puts addresses into the texts of its exceptions: no exception of
    aiohttp leaves this class, not even as a cause or a context.
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        # At DEBUG the library logs addresses with the token, and every parameter of every call.
        logging.getLogger("telegram").setLevel(logging.INFO)

    @property
    def read_timeout(self) -> float | None:
        """Seconds, as python-telegram-bot wants to know."""
        return ANSWER

    async def initialize(self) -> None:
        """The session is opened by the first call."""

    async def shutdown(self) -> None:
        """Gives back the connections."""
        if self._session is not None:
            await self._session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as a dict. Raises OutcomeUnknown; unlike the library's own it neither logs nor quotes it."""
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise OutcomeUnknown("answer cannot be read")
        result = answer.get("result")
        if isinstance(result, dict) and "message_id" in result:
            # Our own message comes back whole, keyboard and all; we only want to know that it is there, and building
            # the library's objects for the rest costs more than everything else a send does.
            answer["result"] = {key: result[key] for key in _OF_A_MESSAGE if key in result}
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and body of the answer. Raises NeverLeft, OutcomeUnknown or ServerFailed.

        Of the time limits only `read_timeout` can be given: seconds for the whole call.
        """
        upload = request_data is not None and request_data.contains_files
        total = (UPLOAD if upload else ANSWER) if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        progress = _Progress()
        failure = ""
        try:
            status, payload = await self._exchange(url, method, request_data, total, progress)
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:  # OSError includes TimeoutError
            failure = type(error).__name__
        # Raised outside of the handler, so that what aiohttp said does not hang on as the context.
        if failure:
            raise OutcomeUnknown(failure) if progress.written else NeverLeft(failure)
        if status >= 500 and b'"retry_after"' not in payload:
            raise ServerFailed(status)
        return status, payload

    async def _exchange(
        self, url: str, method: str, request_data: RequestData | None, total: float | None, progress: _Progress
    ) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=total, connect=CONNECT)
        body = _body(request_data)
        async with self._open().request(
            method,
            url,
            data=body,
            headers=FORM if isinstance(body, bytes) else None,
            timeout=timeout,
            allow_redirects=False,
            trace_request_ctx=progress,
        ) as response:
            return response.status, await response.read()

    async def download(self, url: str, most: int) -> tuple[int, bytes | None]:
        """The status and body of a file; no body when it is larger than `most` bytes.

        Raises NeverLeft or OutcomeUnknown.
        """
        progress, failure = _Progress(), ""
        try:
            timeout = aiohttp.ClientTimeout(total=DOWNLOAD, connect=CONNECT)
            async with self._open().get(
                url, timeout=timeout, allow_redirects=False, trace_request_ctx=progress
            ) as response:
                body = bytearray()
                async for part in response.content.iter_any():
                    body += part
                    if len(body) > most:
                        return response.status, None
                return response.status, bytes(body)
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            failure = type(error).__name__
        raise OutcomeUnknown(failure) if progress.written else NeverLeft(failure)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            watch = aiohttp.TraceConfig()
            watch.on_request_headers_sent.append(_headers_sent)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=POOL, keepalive_timeout=IDLE),
                trace_configs=[watch],
                # Looking for a proxy costs a thread a request, so only where one is set.
                trust_env=bool(getproxies()),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _body(request_data: RequestData | None) -> aiohttp.FormData | bytes | None:
    """A form, or a multipart body whose file names keep their Vietnamese letters."""
    if request_data is None:
        return None
    if not request_data.contains_files:
        return urlencode(request_data.json_parameters).encode("ascii")
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=_CONTROL.sub(" ", file_name), content_type=mime)
    return form
