"""How fast the bot may send: token buckets for all chats, one chat, one group, and pauses after a flood."""

import math
from dataclasses import dataclass

from .errors import too_many


@dataclass(frozen=True)
class Limits:
    """Sending limits; a rate of 0 means unlimited. The true numbers are unpublished: these are the usual advice."""

    per_second: float = 30
    chat_per_second: float = 1
    chat_burst: float = 5
    group_per_minute: float = 20
    webhook_changes_per_second: float = 1

    @classmethod
    def none(cls) -> "Limits":
        return cls(0, 0, 0, 0, 0)


class Bucket:
    """A token bucket: `rate` tokens a second, at most `burst` of them saved up."""

    __slots__ = ("burst", "rate", "stamp", "tokens")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate, self.burst, self.tokens, self.stamp = rate, burst, burst, now

    def lack(self, now: float) -> float:
        """Seconds until a token is there; 0 when one is."""
        self.tokens = min(self.burst, self.tokens + (now - self.stamp) * self.rate)
        self.stamp = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate


class Rates:
    """Raises 429 for a message that comes too soon."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._all: Bucket | None = None
        self._chats: dict[int, Bucket] = {}
        self._webhook: Bucket | None = None
        self._pauses: dict[int | None, float] = {}

    def pause(self, chat_id: int | None, seconds: float, now: float) -> None:
        """Answer 429 to this chat (None: to every chat) until `seconds` from now."""
        self._pauses[chat_id] = now + seconds

    def check_pause(self, chat_id: int | None, now: float) -> None:
        if not self._pauses:
            return
        for key in {chat_id, None}:
            left = self._pauses.get(key, 0.0) - now
            if left > 0:
                raise too_many(math.ceil(left))
            self._pauses.pop(key, None)

    def check_send(self, chat_id: int, is_group: bool, now: float) -> None:
        buckets = []
        limits = self.limits
        if limits.per_second:
            self._all = self._all or Bucket(limits.per_second, max(1, limits.per_second), now)
            buckets.append(self._all)
        if is_group and limits.group_per_minute:
            buckets.append(self._chat(chat_id, limits.group_per_minute / 60, limits.group_per_minute, now))
        elif not is_group and limits.chat_per_second:
            buckets.append(self._chat(chat_id, limits.chat_per_second, limits.chat_burst, now))
        if wait := max((bucket.lack(now) for bucket in buckets), default=0.0):
            raise too_many(math.ceil(wait))
        for bucket in buckets:
            bucket.tokens -= 1

    def check_webhook(self, now: float) -> None:
        rate = self.limits.webhook_changes_per_second
        if not rate:
            return
        self._webhook = self._webhook or Bucket(rate, 1, now)
        if wait := self._webhook.lack(now):
            raise too_many(math.ceil(wait))
        self._webhook.tokens -= 1

    def _chat(self, chat_id: int, rate: float, burst: float, now: float) -> Bucket:
        bucket = self._chats.get(chat_id)
        if bucket is None:
            bucket = self._chats[chat_id] = Bucket(rate, burst, now)
        return bucket
