"""People in a closed loop: each says the next word when the answer to the last one has arrived."""

import asyncio
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.bench.platform import Hook, Platform
from tests.torture.model import ARRIVAL

WALK: Final = ("xong", "1", "xong", "xong", "lùi", "lùi", "lùi", "lùi")
"""Four steps forward and back again; the second asks for a choice."""
WARM_UP: Final = 0.7
TIMEOUT: Final = 20.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What so many people at once came to."""

    people: int
    per_second: float
    p50: float
    p95: float
    p99: float
    cpu_ms: float = 0.0

    @classmethod
    def of(cls, people: int, seconds: float, latencies: Sequence[float], cpu: float) -> "Measured":
        """From latencies in seconds, over so many seconds, and the processor seconds the bot used."""
        ordered = sorted(latencies)
        p50, p95, p99 = (1000 * ordered[min(int(len(ordered) * q), len(ordered) - 1)] for q in (0.5, 0.95, 0.99))
        return cls(people, len(ordered) / seconds, p50, p95, p99, 1000 * cpu / len(ordered))


@dataclass
class Crowd:
    """The people who talk to one bot."""

    platform: Platform
    port: int
    first_chat: int
    talkative: bool
    """Whether the bot leads people through a guide; the bare bots just repeat."""
    _updates: Iterator[int] = field(default_factory=lambda: itertools.count(500_000_000))
    _arrived: int = 0
    _said: dict[int, int] = field(default_factory=dict)

    async def arrive(self, count: int) -> None:
        """Brings as many people as needed to the first step of the guide."""
        if self.talkative:
            newcomers = range(self._arrived, count)
            await asyncio.gather(*(self._arrive(self.first_chat + n) for n in newcomers))
        self._arrived = max(self._arrived, count)

    async def talk(self, people: int, seconds: float) -> list[float]:
        """Latencies in seconds of the turns that ended within the time."""
        found: list[float] = []
        end = time.perf_counter() + seconds
        await asyncio.gather(*(self._talk(self.first_chat + n, end, found) for n in range(people)))
        return found

    async def _arrive(self, chat: int) -> None:
        hook = await self._connect()
        for word, _ in ARRIVAL:
            await self._say(hook, chat, word)
        hook.close()

    async def _talk(self, chat: int, end: float, found: list[float]) -> None:
        hook = await self._connect()
        while (began := time.perf_counter()) < end:
            said = self._said.get(chat, 0)
            self._said[chat] = said + 1
            await self._say(hook, chat, WALK[said % len(WALK)])
            if (now := time.perf_counter()) <= end:
                found.append(now - began)
        hook.close()

    async def _say(self, hook: Hook, chat: int, text: str) -> None:
        update = next(self._updates)
        person = {"id": chat, "is_bot": False, "first_name": "Bác", "language_code": "vi"}
        message = {"message_id": update, "date": int(time.time()), "chat": {"id": chat, "type": "private",
                   "first_name": "Bác"}, "from": person, "text": text}  # fmt: skip
        body = json.dumps({"update_id": update, "message": message}, ensure_ascii=False).encode()
        answered = self.platform.expect(chat)
        async with asyncio.timeout(TIMEOUT):
            status = await hook.post(self._head(), body)
            assert status == 200, status
            await answered

    def _head(self) -> bytes:
        secret = self.platform.secrets.get(self.port, "")
        return (
            f"POST /hooks/telegram HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\n"
        ).encode()

    async def _connect(self) -> Hook:
        _, hook = await asyncio.get_running_loop().create_connection(Hook, "127.0.0.1", self.port)
        return hook
