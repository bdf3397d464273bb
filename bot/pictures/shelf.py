"""Pictures that came with their message and wait to be looked at: in memory alone, few, and not for long."""

import asyncio
from dataclasses import dataclass
from typing import Final

ROOM: Final = 32 * 1024 * 1024
"""Bytes of all of them."""
MOST: Final = 60
"""Pictures."""
KEPT: Final = 120.0
"""Seconds."""
Key = tuple[str, str]


@dataclass(slots=True)
class _Kept:
    data: bytes
    until: float


class Shelf:
    """Each picture lies here under the key of its message's row until it is taken once."""

    def __init__(self) -> None:
        self._kept: dict[Key, _Kept] = {}

    def room(self) -> int:
        """Bytes that can be put here now."""
        self._tidy()
        return 0 if len(self._kept) >= MOST else ROOM - sum(len(k.data) for k in self._kept.values())

    def put(self, key: Key, data: bytes) -> bool:
        """Keeps it; the same key again is the same picture. False when there is no room."""
        if key not in self._kept and len(data) > self.room():
            return False
        self._kept[key] = _Kept(data, asyncio.get_running_loop().time() + KEPT)
        return True

    def take(self, key: Key) -> bytes | None:
        """The picture, which is gone from here; None when it is not here, or no more."""
        self._tidy()
        kept = self._kept.pop(key, None)
        return kept.data if kept else None

    def waiting(self) -> list[Key]:
        """The rows whose pictures are here."""
        return list(self._kept)

    def _tidy(self) -> None:
        now = asyncio.get_running_loop().time()
        self._kept = {key: kept for key, kept in self._kept.items() if kept.until > now}
