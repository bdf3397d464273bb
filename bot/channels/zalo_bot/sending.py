"""What goes out through the Bot Platform, and what each of its answers means for the sender."""

import unicodedata
from collections.abc import Awaitable, Callable
from typing import Final

from bot.channels.base import SENT, Outcome, Sent
from bot.channels.line import NeverSent, NoWholeAnswer
from bot.channels.rendering import Rendered
from bot.channels.zalo_bot.api import CALL, PICTURE, Answer, Api
from handlers.turn import File

OVER_QUOTA: Final = 3600.0
"""Seconds between tries when the month's messages are used up: the platform names no time."""
TOKEN: Final = 600.0
"""Seconds between tries while the token is rejected: the operator has to mend it."""
AWAY: Final = 20.0
"""Seconds left to a platform that says it is broken (403, 5xx)."""

Hosted = Callable[[File], Awaitable[str | None]]
"""Gives a picture an address that the platform can fetch it from for some minutes; None where we have none."""


class Sender:
    """Sends one rendered message and tells how it ended."""

    def __init__(self, api: Api, hosted: Hosted, sent: Callable[[], None]) -> None:
        """`sent` hears of each message the platform took: they are counted against its month."""
        self._api = api
        self._hosted = hosted
        self._sent = sent

    async def send(self, address: str, message: Rendered) -> Sent:
        """Never raises for what the platform or the network does."""
        text = unicodedata.normalize("NFC", message.text)
        body = {"chat_id": address, "text": text}
        method, within = "sendMessage", CALL
        if message.file is not None:
            url = await self._hosted(message.file)
            if url is None:
                return Sent(Outcome.REFUSED, "no public address for pictures")
            method, within, body = "sendPhoto", PICTURE, {"chat_id": address, "photo": url}
            body |= {"caption": text} if text else {}
        try:
            answer = await self._api.call(method, within, **body)
        except NeverSent as e:
            return Sent(Outcome.NEVER_LEFT, str(e))
        except NoWholeAnswer as e:
            return Sent(Outcome.UNKNOWN, str(e))
        if answer.code == 0:
            self._sent()
        return outcome(answer)


def outcome(answer: Answer) -> Sent:
    """What an answer means. There is no way to ask whether a message was sent, so what is unclear stays unclear."""
    match answer.code:
        case 0:
            return SENT
        case None:
            return Sent(Outcome.UNKNOWN, "unreadable answer")
        case 401:
            return Sent(Outcome.LATER, "token", retry_after=TOKEN, everybody=True)
        case 429:
            return Sent(Outcome.LATER, "quota", retry_after=OVER_QUOTA, everybody=True)
        case 403 | 426:  # "internal server error", and "called too often": nothing was sent
            return Sent(Outcome.LATER, f"http_{answer.code}", retry_after=AWAY)
        case 408 | 504:
            return Sent(Outcome.UNKNOWN, f"http_{answer.code}")
        case code if code >= 500:
            return Sent(Outcome.LATER if code == 503 else Outcome.UNKNOWN, f"http_{code}", retry_after=AWAY)
        case code:
            return Sent(Outcome.REFUSED, f"error_{code}")
