"""The line to the Bot API, as python-telegram-bot wants it."""

import json
import logging
import re
from typing import Any, Final

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.channels.line import Line, NeverSent, NoWholeAnswer, TooLarge

ANSWER: Final = 9.0
"""Seconds for a whole call. Two of them (an edit that turns into a new message) stay below the outbox's lease."""
UPLOAD: Final = 17.0
"""Seconds for a whole call that carries a file; below the outbox's lease too."""
DOWNLOAD: Final = 15.0
"""Seconds for a whole file that somebody sent; he waits for the answer."""
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


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's networking over our line, since its own cannot tell "not sent" from "no answer"."""

    def __init__(self) -> None:
        self._line = Line()
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
        await self._line.close()

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
            # Our own message comes back whole, keyboard and all; we only want to know that it is there, which the
            # library also takes to be told as True, and building its objects costs more than the rest of a send.
            answer["result"] = True
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
        body = _body(request_data)
        headers = FORM if isinstance(body, bytes) else None
        try:
            answer = await self._line.exchange(method, url, within=total, data=body, headers=headers)
        except NeverSent as error:
            raise NeverLeft(str(error)) from None
        except NoWholeAnswer as error:
            raise OutcomeUnknown(str(error)) from None
        if answer.status >= 500 and b'"retry_after"' not in answer.body:
            raise ServerFailed(answer.status)
        return answer.status, answer.body

    async def download(self, url: str, most: int) -> tuple[int, bytes | None]:
        """The status and body of a file; no body when it is larger than `most` bytes.

        Raises NeverLeft or OutcomeUnknown.
        """
        try:
            answer = await self._line.exchange("GET", url, within=DOWNLOAD, at_most=most)
        except NeverSent as error:
            raise NeverLeft(str(error)) from None
        except TooLarge:
            return 200, None
        except NoWholeAnswer as error:
            raise OutcomeUnknown(str(error)) from None
        return answer.status, answer.body


def _body(request_data: RequestData | None) -> aiohttp.FormData | bytes | None:
    """A form, or a multipart body whose file names keep their Vietnamese letters."""
    if request_data is None:
        return None
    if not request_data.contains_files:
        # yarl quotes in C, which for Vietnamese is five times as fast as the standard library; some parsers still
        # take the semicolon it leaves for the end of a field.
        return URL.build(query=request_data.json_parameters).raw_query_string.replace(";", "%3B").encode("ascii")
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=_CONTROL.sub(" ", file_name), content_type=mime)
    return form
