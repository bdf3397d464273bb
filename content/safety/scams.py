"""Cries for help: the person was just cheated, or a stranger is asking for secrets, money or pictures of papers."""

import re

from content.safety.text import Span
from content.safety.words import Scam, one_of, word


class Scams:
    """Looks for the phrases of content/data/safety.yaml, in texts in small letters without marks."""

    def __init__(self, data: Scam) -> None:
        begins = one_of(data.happened, data.slip, data.stranger, data.official)
        self._begins = re.compile(word(begins))
        self._happened = re.compile(word(one_of(data.happened)))
        self._not_happened = re.compile(word(one_of(data.not_happened)))
        self._lesson = re.compile(word(one_of(data.lesson)))
        # A member's log of people helped may tell of cheats too.
        self._counted = re.compile(rf"(?<!\d)\d{{1,4}} ?{one_of(data.counted)}(?![a-z0-9])")
        self._asks_us = re.compile(word(one_of(data.asks_us)))
        slip, click, bait = (one_of(x) for x in (data.slip, data.click, data.bait))
        give, secret, ask = (one_of(x) for x in (data.give, data.secret, data.ask))
        stranger = one_of(data.stranger)
        self._did = re.compile(
            rf"{word(slip)}.{{0,25}}?(?:{word(click)}.{{0,40}}?{word(bait)}|{word(give)}.{{0,25}}?{word(secret)})"
        )
        self._stranger = re.compile(rf"{word(stranger)}.{{0,70}}?{word(one_of(data.secret, data.wish))}")
        self._official = re.compile(rf"{word(one_of(data.official))}.{{0,40}}?{word(ask)}.{{0,30}}?{word(secret)}")

    def find(self, shape: str) -> Span | None:
        """Where it is said, or None."""
        if not self._begins.search(shape) or self._counted.search(shape) or self._lesson.search(shape):
            return None
        # Cut out, but of the same length: places stay places.
        sure = self._not_happened.sub(lambda m: " " * len(m[0]), shape)
        found = self._happened.search(sure) or self._did.search(sure) or self._stranger.search(sure)
        if found is None and not self._asks_us.search(sure):
            found = self._official.search(sure)
        return found.span() if found else None
