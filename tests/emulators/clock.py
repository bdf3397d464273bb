"""The emulator's time: real time that can be skipped forward, and a delivery time that can run faster."""

import asyncio
import time


class Clock:
    """Two readings of one clock.

    `wall()` is seconds since 1970 plus whatever was skipped: dates, rates and the window for answering a button.
    `now()` is seconds of delivery time, `scale` times as fast: retry waits and the expiry of updates.
    """

    def __init__(self, scale: float = 1.0) -> None:
        if scale <= 0:
            raise ValueError("the time scale must be positive")
        self.scale = scale
        self._origin = time.monotonic()
        self._skipped = 0.0
        self._stands_at: float | None = None
        self._skips = asyncio.Event()

    def wall(self) -> float:
        return self._stands_at if self._stands_at is not None else time.time() + self._skipped

    def now(self) -> float:
        return (time.monotonic() - self._origin) * self.scale + self._skipped

    def stand(self, wall: float) -> None:
        """`wall()` stands still at that moment, for stories that name their times."""
        self._stands_at = wall

    def skip(self, seconds: float) -> None:
        """Both readings jump forward; whoever sleeps past the new moment wakes."""
        self._skipped += seconds
        self._skips.set()
        self._skips = asyncio.Event()

    async def sleep_until(self, moment: float) -> None:
        """Return when `now()` has reached `moment` (delivery seconds)."""
        while (left := moment - self.now()) > 0:
            try:
                async with asyncio.timeout(left / self.scale):
                    await self._skips.wait()
            except TimeoutError:
                continue
