"""The people: each goes through a guide in bursts of words and presses, in an order drawn from the seed."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from tests.harness.telegram import Remote
from tests.torture.model import ARRIVAL, ASIDES, Cause, Walk, recognise

PATIENCE: Final = 3.0
"""Seconds somebody waits for an answer before he writes again."""
CALM: Final = 150.0
"""Seconds within which everything must be handled: the platform waits longer and longer between tries."""
PRESS_LIFE: Final = 20.0
"""Seconds after which to look whether a press has grown too old at the platform."""


class Books(Protocol):
    """What can be asked of the database while people talk."""

    async def handled(self, updates: list[int]) -> bool:
        """Whether all these updates are done."""
        ...

    async def taken(self, updates: list[int]) -> set[int]:
        """Those of the updates that were taken in."""
        ...


class Pace:
    """Lets people act only so far, so that each kill finds the program at work."""

    def __init__(self) -> None:
        self.acts = 0
        self.limit = 0
        self._opened = asyncio.Event()
        self._acted = asyncio.Event()

    async def act(self) -> None:
        """Waits for its place, and takes it."""
        while self.acts >= self.limit:
            self._opened.clear()
            await self._opened.wait()
        self.acts += 1
        self._acted.set()

    async def reached(self, acts: int) -> None:
        """Waits until people have acted so often."""
        while self.acts < acts:
            self._acted.clear()
            await self._acted.wait()

    def open(self, limit: int) -> None:
        """Lets people act up to so many acts."""
        self.limit = limit
        self._opened.set()


@dataclass
class Villager:
    """One person and everything he did and saw."""

    id: int
    remote: Remote
    books: Books
    pace: Pace
    chance: random.Random
    acts: int
    walk: Walk = field(default_factory=Walk)
    did: dict[int, Cause] = field(default_factory=dict)
    seen: list[dict[str, Any]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    expired: int = 0
    _pressed: dict[int, float] = field(default_factory=dict)

    async def live(self) -> None:
        """Comes in, then goes to and fro in the guide until his acts are used up."""
        for word, _ in ARRIVAL:
            await self._type(word)
            await self.until_answered(len(self.seen) + 1)
        while len(self.did) < self.acts:
            draw = self.chance.random()
            if draw < 0.25:
                await self._press_here()
            elif draw < 0.4:
                await self._press_old()
            else:
                await self._burst(self.chance.randint(1, 4))

    async def say(self, word: str) -> None:
        """Types something whatever the pace."""
        act = await self.remote.order("POST", f"/users/{self.id}/text", text=word)
        self._note(act, Cause(word))

    # --- what people do ---

    async def _burst(self, count: int) -> None:
        """Some words without waiting."""
        before = len(self.seen)
        for _ in range(count):
            await self._type(self._word())
        await self.until_answered(before + count)

    async def _press_here(self) -> None:
        """A button of the step he stands at. Texts and presses overtake each other, so first all is calm."""
        await self._calm()
        shown = next((m for m in reversed(self.seen) if recognise(m) == self.walk.place), None)
        if shown is None:
            await self._burst(1)
            return
        word = "lùi" if self.walk.trail and self.chance.random() < 0.3 else self._onward()
        before = len(self.seen)
        await self._press(shown, word, self.walk.place)
        await self.until_answered(before + 1)
        await self._calm()

    async def _press_old(self) -> None:
        """A button of a step left behind, in the midst of words: whenever it comes, it moves nothing."""
        await self._calm()
        plan = Walk()
        plan.arrived, plan.place, plan.trail = self.walk.arrived, self.walk.place, list(self.walk.trail)
        places = {plan.place}
        words = []
        for _ in range(self.chance.randint(1, 3)):
            words.append(self._word(plan))
            plan.act(Cause(words[-1]))
            places.add(plan.place)
        olds = [m for m in self.seen if "reply_markup" in m and recognise(m) in set(self.walk.trail) - places]
        before = len(self.seen)
        pressing = self.chance.randrange(len(words)) if olds else None
        for n, word in enumerate(words):
            if n == pressing:
                old = self.chance.choice(olds)
                await self._press(old, "xong", recognise(old))
            await self._type(word)
        await self.until_answered(before + len(words) + bool(olds))
        await self._calm()

    def _word(self, walk: Walk | None = None) -> str:
        walk = walk or self.walk
        draw = self.chance.random()
        if draw < 0.2:
            return self.chance.choice(ASIDES)
        return "lùi" if draw < 0.4 else self._onward(walk)

    def _onward(self, walk: Walk | None = None) -> str:
        ways = (walk or self.walk).ways()
        return self.chance.choice(ways)[0] if ways else "lùi"

    # --- how they do it ---

    async def _type(self, word: str) -> None:
        await self.pace.act()
        await self.say(word)

    async def _press(self, message: dict[str, Any], word: str, step: str) -> None:
        await self.pace.act()
        buttons = [b["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for b in row]
        onward = int(word) - 1 if word.isdecimal() else 0
        data = buttons[onward] if word != "lùi" else next(b for b in buttons if b.endswith(":b"))
        act = await self.remote.order(
            "POST", f"/users/{self.id}/press", data=data, message_id=message["message_id"]
        )  # fmt: skip
        self._pressed[act["update_id"]] = time.monotonic()
        self._note(act, Cause(word, step))

    def _note(self, act: dict[str, Any], cause: Cause) -> None:
        self.did[act["update_id"]] = cause
        self.walk.act(cause)

    async def until_answered(self, count: int) -> None:
        """Waits for so many messages in all, or until patience ends."""
        end = time.monotonic() + PATIENCE
        while len(self.seen) < count and (left := end - time.monotonic()) > 0:
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), left)
            except TimeoutError:
                return

    async def _calm(self) -> None:
        """Waits until everything he did was handled. Raises AssertionError when it never is."""
        end = time.monotonic() + CALM
        while not await self.books.handled(list(self.did)):
            assert time.monotonic() < end, f"person {self.id}: not handled after {CALM} s"
            await self._forget_expired()
            await asyncio.sleep(0.1)

    async def _forget_expired(self) -> None:
        """A press too old for the platform was never delivered: for the bot it did not happen."""
        old = [u for u, at in self._pressed.items() if u in self.did and time.monotonic() - at > PRESS_LIFE]
        if not old:
            return
        waiting = {u["update_id"] for u in await self.remote.order("GET", "/updates")}
        taken = await self.books.taken(old)
        for update in set(old) - waiting - taken:
            del self.did[update]
            self.expired += 1
        self.walk = Walk()
        for cause in self.did.values():
            self.walk.act(cause)
