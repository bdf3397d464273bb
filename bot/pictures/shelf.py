"""Pictures that came with their message and wait to be looked at: in memory alone, few, and not for long."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

ROOM: Final = 32 * 1024 * 1024
"""Bytes of all of them, with those still coming in."""
MOST: Final = 60
"""Pictures of everybody, and of one sender."""
MOST_OF_ONE: Final = 3
KEPT: Final = 120.0
"""Seconds."""
Key = tuple[str, str]


@dataclass(slots=True)
class _Kept:
    data: bytes
    owner: str
    until: float


@dataclass(slots=True)
class Arriving:
    """A picture that is coming in."""

    data: bytearray = field(default_factory=bytearray)


class Shelf:
    """Each picture lies here under the key of its message's row until it is taken once."""

    def __init__(self) -> None:
        self._kept: dict[Key, _Kept] = {}
        self._arriving: list[Arriving] = []

    @contextmanager
    def arriving(self) -> Iterator[Arriving]:
        """Counts what comes in while it does; see `add`."""
        one = Arriving()
        self._arriving.append(one)
        try:
            yield one
        finally:
            self._arriving.remove(one)

    def add(self, one: Arriving, part: bytes) -> bool:
        """Takes a part in; False when there is no room here for it."""
        one.data += part
        return self._used() <= ROOM

    def full(self, owner: str) -> bool:
        """Whether that sender, or anybody, has to wait."""
        self._tidy()
        own = sum(kept.owner == owner for kept in self._kept.values())
        return own >= MOST_OF_ONE or len(self._kept) + len(self._arriving) >= MOST or self._used() >= ROOM

    def put(self, key: Key, owner: str, data: bytes) -> None:
        """Keeps it; the same key again is the same picture."""
        self._kept[key] = _Kept(data, owner, asyncio.get_running_loop().time() + KEPT)

    def take(self, key: Key) -> bytes | None:
        """The picture, which is gone from here; None when it is not here, or no more."""
        self._tidy()
        kept = self._kept.pop(key, None)
        return kept.data if kept else None

    def waiting(self) -> list[Key]:
        """The rows whose pictures are here."""
        return list(self._kept)

    def _used(self) -> int:
        return sum(len(kept.data) for kept in self._kept.values()) + sum(len(one.data) for one in self._arriving)

    def _tidy(self) -> None:
        now = asyncio.get_running_loop().time()
        self._kept = {key: kept for key, kept in self._kept.items() if kept.until > now}
