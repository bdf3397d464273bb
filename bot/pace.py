"""How fast we may write on a channel: bulk messages always paced, answers only once the platform complained."""

from collections import OrderedDict
from dataclasses import dataclass
from itertools import islice

_WHOLE = 1 - 1e-9
"""A token that is whole but for rounding."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `per_second * t + burst` messages in any `t` seconds."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel tolerates."""

    channel: Rate
    chat: Rate
    group: Rate
    strict_for: float = 600.0
    """Seconds after a complaint during which answers are paced as well."""


class _Scope:
    """A token bucket, a pause asked for by the platform, and whether answers are paced too."""

    __slots__ = ("_at", "_level", "_rate", "paused_until", "strict_until")

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._level = float(rate.burst)
        self._at = now
        self.paused_until = now
        self.strict_until = now

    def wait(self, bulk: bool, now: float) -> float:
        """Seconds until a message may go."""
        pause = max(0.0, self.paused_until - now)
        self._refill(now)
        if not (bulk or now < self.strict_until) or self._level >= _WHOLE:
            return pause
        return max(pause, (1 - self._level) / self._rate.per_second)

    def count(self) -> None:
        """Takes a token; an answer that goes unpaced may find none, and owes none."""
        self._level = max(0.0, self._level - 1)

    def told(self, seconds: float, strict_for: float, now: float) -> None:
        """The platform asked to wait."""
        self.paused_until = max(self.paused_until, now + seconds)
        self.strict_until = max(self.strict_until, self.paused_until + strict_for)

    def idle(self, now: float) -> bool:
        """Whether forgetting it changes nothing."""
        self._refill(now)
        return self._level >= self._rate.burst and now >= max(self.paused_until, self.strict_until)

    def _refill(self, now: float) -> None:
        passed = max(0.0, now - self._at)
        self._level = min(float(self._rate.burst), self._level + passed * self._rate.per_second)
        self._at = max(self._at, now)


class Pace:
    """Decides when the next message of a channel may leave.

    The published limits are for bulk sending; the real ones differ and are told by the platform's 429 alone. So an
    answer to somebody waiting leaves at once, unless its chat or the whole channel was told to wait lately. `now` is
    any clock in seconds that does not go back, the same for all calls.
    """

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self._all = _Scope(limits.channel, now)
        self._lanes: OrderedDict[str, _Scope] = OrderedDict()

    def delay(self, lane: str, bulk: bool, now: float, *, group: bool = False) -> float:
        """Seconds to wait before the next message to that chat; at 0 it may go and is counted as gone."""
        self._forget_idle(now)
        scope = self._lane(lane, now, group)
        wait = max(self._all.wait(bulk, now), scope.wait(bulk, now))
        if wait == 0:
            self._all.count()
            scope.count()
        return wait

    def told_to_wait(self, lane: str | None, seconds: float, now: float, *, group: bool = False) -> None:
        """The platform asked this chat, or with None everybody, to wait so many seconds."""
        scope = self._all if lane is None else self._lane(lane, now, group)
        scope.told(seconds, self._limits.strict_for, now)

    def _lane(self, lane: str, now: float, group: bool) -> _Scope:
        scope = self._lanes.get(lane)
        if scope is None:
            scope = self._lanes[lane] = _Scope(self._limits.group if group else self._limits.chat, now)
        return scope

    def _forget_idle(self, now: float) -> None:
        """Two lanes looked at for each one added keep memory near the number of lanes in use."""
        for lane in list(islice(self._lanes, 2)):
            if self._lanes[lane].idle(now):
                del self._lanes[lane]
            else:
                self._lanes.move_to_end(lane)
