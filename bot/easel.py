"""Draws the papers a turn cannot end without: no transaction is open meanwhile, no other chat waits.

The turn that misses one is undone and its row put off for a while in the inbox, which keeps the order of its chat.
When the paper is there, the row is asked for again; when this process dies, the row comes due by itself and is begun
anew. What stands on the paper is stored by that turn alone, so nothing of a paper that is lost was ever true.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from bot.pictures.darkroom import Key
from handlers.turn import Missing, Paper

KEPT: Final = 180.0
"""Seconds after which a paper is dropped, in case another process has handled the row."""


class Easel:
    """What is being drawn, and what was drawn and waits for its turn; in memory alone, since codes stand on it."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """`wake` is called when a paper is ready."""
        self._wake = wake
        self._room = asyncio.Semaphore(1)
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._papers: dict[Key, tuple[Paper, float]] = {}

    def begin(self, key: Key, missing: Missing) -> None:
        """Draws in the background, unless that goes on already."""
        if key in self._tasks:
            return
        task = asyncio.create_task(self._draw(key, missing))
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))

    def ours(self) -> list[Key]:
        """Rows that we alone are to handle now, though for everybody else they are put off."""
        now = asyncio.get_running_loop().time()
        self._papers = {k: (p, at) for k, (p, at) in self._papers.items() if at + KEPT > now}
        return list(self._papers)

    def paper(self, key: Key) -> Paper | None:
        """What was drawn for that row."""
        drawn = self._papers.get(key)
        return drawn[0] if drawn else None

    def forget(self, key: Key) -> None:
        """The row is done, or its turn failed: the next try draws anew."""
        self._papers.pop(key, None)

    async def settled(self) -> bool:
        """Waits for what is being drawn; whether a row can be handled now."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        return bool(self._papers)

    async def close(self) -> None:
        """Drops everything; the rows come due again by themselves."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._papers.clear()

    async def _draw(self, key: Key, missing: Missing) -> None:
        async with self._room:
            try:
                drawn: Paper = await asyncio.to_thread(missing.draw)
            except Exception as e:  # the turn tells it as its own failure, which is counted
                drawn = Paper(missing.asked, missing.keeps, None, type(e).__name__)
        self._papers[key] = drawn, asyncio.get_running_loop().time()
        self._wake()
