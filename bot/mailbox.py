"""Where the web page fetches its messages."""

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from contextlib import AbstractContextManager

from bot.channels.rendering import Rendered
from storage.bell import Bell
from storage.database import Database
from storage.outbox import Outbox


class StoredMailbox:
    """The outbox of one fetched channel, by address."""

    def __init__(self, channel: str, database: Database, bell: Bell, clock: Callable[[], dt.datetime]) -> None:
        self._channel = channel
        self._database = database
        self._bell = bell
        self._clock = clock

    def _lane(self, address: str) -> str:
        return self._database.vault.lane(self._channel, address)

    async def waiting(self, address: str, after: int) -> list[tuple[int, Rendered]]:
        """Messages for that address with ids above `after`, oldest first."""
        async with self._database.read() as connection:
            rows = await Outbox(connection).waiting(self._channel, self._lane(address), after)
        vault = self._database.vault
        return [(i, Rendered.from_json(json.loads(vault.open(body)))) for i, body in rows]

    async def acknowledge(self, address: str, up_to: int) -> None:
        """Erases what the page has shown."""
        async with self._database.write() as connection:
            await Outbox(connection).acknowledge(self._channel, self._lane(address), up_to, self._clock())

    def subscribe(self, address: str) -> AbstractContextManager[asyncio.Event]:
        """Rings when a turn wrote something for that address, in whichever process."""
        return self._bell.subscribe(self._lane(address))
