"""How fast one session may write."""

from collections import deque


class Hurry:
    """At most `count` messages in any `seconds`, counted for each session of this process."""

    def __init__(self, count: int, seconds: float, *, sessions: int = 10_000) -> None:
        self._count, self._seconds, self._sessions = count, seconds, sessions
        self._recent: dict[str, deque[float]] = {}

    def wait(self, session: str, now: float) -> float:
        """Seconds the session must wait at `now` (any steady clock); 0 counts the message and lets it in."""
        if session not in self._recent and len(self._recent) >= self._sessions:
            self._forget(now)
        times = self._recent.setdefault(session, deque())
        while times and times[0] + self._seconds <= now:
            times.popleft()
        if len(times) >= self._count:
            return times[0] + self._seconds - now
        times.append(now)
        return 0.0

    def _forget(self, now: float) -> None:
        self._recent = {s: t for s, t in self._recent.items() if t and t[-1] + self._seconds > now}
