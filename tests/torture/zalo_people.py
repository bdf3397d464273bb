"""The people of the Official Account under fire: each goes to and fro in a guide, in an order drawn from the seed."""

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.zalo_oa import Person
from tests.emulators.zalo_oa.delivery import Event
from tests.torture.model import ARRIVAL, ASIDES, Cause, Walk, recognise
from tests.torture.people import Pace


@dataclass
class Villager:
    """One person at the account: what he did, by the id of his message."""

    person: Person
    waiting: Mapping[int, Event]
    """What the platform has not delivered yet."""
    pace: Pace
    chance: random.Random
    acts: int
    patience: float
    """Seconds he waits for an answer before he writes again."""
    walk: Walk = field(default_factory=Walk)
    did: dict[str, Cause] = field(default_factory=dict)

    @property
    def seen(self) -> list[str]:
        """What each message on his screen shows, oldest first."""
        return [recognise(_as_keyboard(m)) for m in self.person.user.messages if m["from"] == "oa"]

    async def live(self) -> None:
        """Comes in, then goes to and fro in the guide in bursts until his acts are used up."""
        for word, _ in ARRIVAL:
            before = len(self.seen)
            await self.types(word)
            await self._arrives()
            await self._sees(before + 1)
        while len(self.did) < self.acts:
            self._looks()
            before, count = len(self.seen), self.chance.randint(1, 3)
            for _ in range(count):
                await self.types(self._word())
            await self._sees(before + count)

    async def _arrives(self) -> None:
        """Waits until the program has what he wrote: how one comes in has an order."""
        while any(e.person == self.person.id and e.name.startswith("user_") for e in self.waiting.values()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def _sees(self, count: int) -> None:
        """Waits for so many messages in all, or until patience ends."""
        end = time.monotonic() + self.patience
        while len(self.seen) < count and time.monotonic() < end:  # noqa: ASYNC110  (nothing rings when he reads)
            await asyncio.sleep(0.05)

    async def types(self, word: str) -> None:
        """Types a word, in his turn."""
        await self.pace.act()
        await self.says(word)

    async def says(self, word: str) -> None:
        """Types a word at once."""
        act = await self.person.sends(word)
        assert act.msg_id is not None
        self.did[act.msg_id] = Cause(word)
        self.walk.act(Cause(word))

    def _looks(self) -> None:
        """Goes on from the step on his screen: what he wrote may have come in another order."""
        if self.seen and self.seen[-1] in self.walk.order:
            self.walk.place = self.seen[-1]

    def _word(self) -> str:
        draw, unanswered = self.chance.random(), len(self.did) - len(self.seen)
        if draw < 0.2:
            return self.chance.choice(ASIDES)
        # Words that overtake each other may all lead onward: they must not lead out of the guide.
        near = self.walk.ahead() <= unanswered + 1
        return "lùi" if draw < 0.4 or near else self.chance.choice(self.walk.ways())[0]


def _as_keyboard(raw: dict[str, Any]) -> dict[str, Any]:
    """A message of Zalo's in the shape of one of Telegram's."""
    row = [{"callback_data": b["payload"].removeprefix("#")} for b in raw.get("buttons", []) if "query" in b["type"]]
    return {"reply_markup": {"inline_keyboard": [row]}}
