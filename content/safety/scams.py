"""Cries for help: the person was just cheated, or a stranger is asking for secrets, money or pictures of papers."""

import re
from functools import cached_property

from content.safety.text import Span
from content.safety.words import Scam, one_of, word


class Scams:
    """Looks for the phrases of content/data/safety.yaml, in texts in small letters without marks."""

    def __init__(self, data: Scam) -> None:
        self._data = data
        self._begins = re.compile(word(one_of(data.happened, data.slip, data.stranger, data.official)))
        self._lesson = re.compile(word(one_of(data.lesson)))
        # A member's log of people helped may tell of cheats too.
        self._counted = re.compile(rf"(?<!\d)\d{{1,4}} ?{one_of(data.counted)}(?![a-z0-9])")

    # What only a message that begins like one is looked at for takes a twentieth of a second to make ready.

    @cached_property
    def _happened(self) -> re.Pattern[str]:
        return re.compile(word(one_of(self._data.happened)))

    @cached_property
    def _not_happened(self) -> re.Pattern[str]:
        return re.compile(word(one_of(self._data.not_happened)))

    @cached_property
    def _asks_us(self) -> re.Pattern[str]:
        return re.compile(word(one_of(self._data.asks_us)))

    @cached_property
    def _did(self) -> re.Pattern[str]:
        d = self._data
        clicked = rf"{word(one_of(d.click))}.{{0,40}}?{word(one_of(d.bait))}"
        gave = rf"{word(one_of(d.give))}.{{0,25}}?{word(one_of(d.secret))}"
        return re.compile(rf"{word(one_of(d.slip))}.{{0,25}}?(?:{clicked}|{gave})")

    @cached_property
    def _stranger(self) -> re.Pattern[str]:
        d = self._data
        return re.compile(rf"{word(one_of(d.stranger))}.{{0,70}}?{word(one_of(d.secret, d.wish))}")

    @cached_property
    def _official(self) -> re.Pattern[str]:
        d = self._data
        asked = rf"{word(one_of(d.ask))}.{{0,30}}?{word(one_of(d.secret))}"
        return re.compile(rf"{word(one_of(d.official))}.{{0,40}}?{asked}")

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
