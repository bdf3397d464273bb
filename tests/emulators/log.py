"""Everything a bot did at an emulator, numbered from 1."""

import asyncio
from collections import defaultdict
from typing import Any

Json = dict[str, Any]


class Log:
    """Everything the bot did, numbered from 1, with waiting for more."""

    def __init__(self) -> None:
        self.entries: list[Json] = []
        self._by_chat: dict[int | str, list[Json]] = defaultdict(list)
        self._waiting: dict[int | str | None, list[asyncio.Future[None]]] = defaultdict(list)

    @property
    def last(self) -> int:
        return len(self.entries)

    def add(self, kind: str, chat_id: int | str, at: float, **more: Any) -> None:
        entry = {"seq": self.last + 1, "kind": kind, "chat_id": chat_id, "at": at, **more}
        self.entries.append(entry)
        self._by_chat[chat_id].append(entry)
        for key in (chat_id, None):
            for waiter in self._waiting.pop(key, ()):
                if not waiter.done():
                    waiter.set_result(None)

    def since(self, seq: int, chat_id: int | str | None = None) -> list[Json]:
        """The entries after number `seq`, of one chat or of all."""
        if chat_id is None:
            return self.entries[max(seq, 0) :]
        entries = self._by_chat.get(chat_id, [])
        start = len(entries)
        while start and entries[start - 1]["seq"] > seq:
            start -= 1
        return entries[start:]

    async def more(self, seq: int, chat_id: int | str | None, seconds: float) -> list[Json]:
        """As `since`, waiting up to `seconds` while there is nothing."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (found := self.since(seq, chat_id)) and (left := deadline - loop.time()) > 0:
            waiter = loop.create_future()
            self._waiting[chat_id].append(waiter)
            await asyncio.wait([waiter], timeout=left)
            waiter.cancel()
        return found
