"""Files people send to Telegram, brought here: asked for, downloaded, never stored."""

import asyncio
import random
from typing import Final

import telegram
from telegram import error as errors

from bot.channels.base import NotFetched
from bot.channels.telegram.request import AiohttpRequest, NeverLeft, OutcomeUnknown, ServerFailed
from bot.channels.telegram.sending import seconds
from bot.pictures.kinds import LARGEST

TRIES: Final = 3
PAUSE: Final = 0.5
"""Seconds before the second try, and twice as many before the third; both can be repeated, since they only read."""
LONGEST: Final = 5.0
"""Seconds we wait when the platform asks us to; the person waits too."""


class _Again(Exception):
    """Worth another try, after so many seconds if the platform said so."""

    def __init__(self, after: float = 0.0) -> None:
        super().__init__()
        self.after = after


class Files:
    """Downloads through the channel's own line."""

    def __init__(self, bot: telegram.Bot, request: AiohttpRequest, chance: random.Random) -> None:
        self._bot = bot
        self._request = request
        self._chance = chance

    async def fetch(self, file_id: str) -> bytes:
        """The file, at most LARGEST bytes of it. Raises NotFetched."""
        for attempt in range(TRIES):
            try:
                return await self._fetch(file_id)
            except _Again as again:
                pause = max(again.after, PAUSE * 2**attempt * self._chance.uniform(0.5, 1))
            if attempt + 1 < TRIES and pause <= LONGEST:
                await asyncio.sleep(pause)
            else:
                break
        raise NotFetched

    async def _fetch(self, file_id: str) -> bytes:
        """One try. A link lives for an hour, so each try asks for a new one."""
        url = await self._link(file_id)
        try:
            status, data = await self._request.download(url, LARGEST)
        except (NeverLeft, OutcomeUnknown):
            raise _Again from None
        if status == 200 and data is not None:
            return data
        if status == 200:
            raise NotFetched("too_large")
        raise _Again

    async def _link(self, file_id: str) -> str:
        """Where the file can be had; it holds the bot's token. Raises NotFetched or _Again."""
        try:
            path = (await self._bot.get_file(file_id)).file_path
        except errors.RetryAfter as e:
            raise _Again(seconds(e)) from None
        except errors.BadRequest as e:
            raise NotFetched("too_large" if "too big" in e.message.lower() else "lost") from None
        except (NeverLeft, OutcomeUnknown, ServerFailed):
            raise _Again from None
        except errors.TelegramError:
            raise NotFetched from None
        if path is None or not path.startswith(("https://", "http://")):
            raise NotFetched  # a path on the disk of a Bot API server of one's own
        return path
