"""The line to a platform: one aiohttp session, and certainty about whether a request ever left this machine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final
from urllib.request import getproxies

import aiohttp

CONNECT: Final = 4.0
"""Seconds to get a connection: a place in the pool, the name looked up, TCP and TLS."""
IDLE: Final = 15.0
"""Seconds an unused connection is kept."""
POOL: Final = 64
"""Connections at once."""


class NeverSent(Exception):
    """The request certainly did not reach the platform: no connection, no name, no place in the pool."""


class NoWholeAnswer(Exception):
    """The request was, or may have been, written, and no whole answer came back: it may have been carried out."""


class TooLarge(NoWholeAnswer):
    """The answer is larger than was asked for."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back, whatever it says."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class _Progress:
    """How far one request came."""

    __slots__ = ("written",)

    def __init__(self) -> None:
        self.written = False


async def _headers_sent(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestHeadersSentParams
) -> None:
    context.trace_request_ctx.written = True


class Line:
    """Exchanges one request for one answer.

    A request counts as written from the moment its headers are handed to a connection that is open as far as the
    event loop knows; everything that goes wrong before is NeverSent, everything after is NoWholeAnswer. A kept
    connection the server has closed is noticed by the event loop while it lies idle and is not used. What remains is
    a close that crosses our request on the wire: it looks exactly like a server that died after reading it, so it is
    NoWholeAnswer. aiohttp repeats a request on such a connection only when its method is idempotent, so whatever must
    not be done twice is a POST. Connections are kept for `IDLE` seconds only, shorter than servers keep them, which
    makes the crossing rare.

    Addresses may contain tokens, and aiohttp puts addresses into the texts of its exceptions: no exception of aiohttp
    leaves this class, not even as a cause or a context.
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def exchange(
        self, method: str, url: str, *, within: float | None, data: Any = None,
        headers: Mapping[str, str] | None = None, at_most: int | None = None,
    ) -> Answered:  # fmt: skip
        """The whole answer, of at most so many bytes, within so many seconds.

        Raises NeverSent, NoWholeAnswer or TooLarge.
        """
        progress = _Progress()
        failure = ""
        try:
            return await self._exchange(method, url, within, data, headers, at_most, progress)
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:  # OSError includes TimeoutError
            failure = type(error).__name__
        # Raised outside of the handler, so that what aiohttp said does not hang on as the context.
        raise NoWholeAnswer(failure) if progress.written else NeverSent(failure)

    async def _exchange(
        self, method: str, url: str, within: float | None, data: Any, headers: Mapping[str, str] | None,
        at_most: int | None, progress: _Progress,
    ) -> Answered:  # fmt: skip
        timeout = aiohttp.ClientTimeout(total=within, connect=CONNECT)
        async with self._open().request(
            method,
            url,
            data=data,
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
            trace_request_ctx=progress,
        ) as response:  # fmt: skip
            if at_most is None:
                return Answered(response.status, response.headers, await response.read())
            body = bytearray()
            async for piece in response.content.iter_any():
                body += piece
                if len(body) > at_most:
                    raise TooLarge
            return Answered(response.status, response.headers, bytes(body))

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

    async def close(self) -> None:
        """Gives back the connections."""
        if self._session is not None:
            await self._session.close()
