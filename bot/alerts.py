"""Messages to those who can mend something: the officers of the commune it concerns and the administrators."""

import structlog

from bot.channels.base import Channel
from bot.clock import Clock
from bot.links import Links
from bot.worker import Addressee, post
from content.knowledge import Knowledge
from handlers.turn import Reply
from storage.bell import OUTBOX, Bell
from storage.database import Database
from storage.memory import Memory
from storage.vault import Unreadable

log = structlog.get_logger()


class Alerts:
    """Writes to the chats of those people, on other channels than the one that is in trouble."""

    def __init__(
        self, database: Database, bell: Bell, channels: dict[str, Channel], knowledge: Knowledge, clock: Clock
    ) -> None:  # fmt: skip
        self._database = database
        self._bell = bell
        self._channels = channels
        self._knowledge = knowledge
        self._clock = clock
        self._links = Links(None, database.vault, knowledge)

    async def tell(
        self, commune: str | None, but: str, key: str, message: str, /, *, all_officers: bool = False,
        **context: object,
    ) -> int:  # fmt: skip
        """Says that message to everybody concerned, once for each key; returns how many were written to.

        Those are the officers of the commune, or of all communes, and the administrators.
        """
        text = self._knowledge.messages.render(message, **context)
        now, told = self._clock(), 0
        async with self._database.write() as connection:
            memory = Memory(connection, self._database.vault)
            concerned = await memory.people.chats_in_charge(
                commune, but, list(self._channels), all_officers=all_officers
            )
            for channel, lane, sealed in concerned:
                try:
                    address = memory.vault.open(sealed).decode()
                except Unreadable:
                    continue
                chat = await memory.people.find(channel, lane)
                to = Addressee(self._channels[channel], lane, address, chat)
                await post(memory, to, [Reply(text)], f"{key}:{lane[:12]}", now, self._links, bulk=True)
                await self._bell.announce(connection, OUTBOX, lane)
                self._bell.ring(lane)
                told += 1
        self._bell.ring(OUTBOX)
        return told
