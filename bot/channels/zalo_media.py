"""Pictures people sent through Zalo, fetched from where Zalo keeps them and from nowhere else."""

from typing import Final
from urllib.parse import urlsplit

from bot.channels.base import NotFetched
from bot.channels.line import Line, NeverSent, NoWholeAnswer, TooLarge
from bot.pictures.kinds import LARGEST

WITHIN: Final = 12.0
"""Seconds for fetching a picture."""
HOSTS: Final = (".zdn.vn", ".zadn.vn", ".zalo.me", ".zaloapp.com")
"""Where Zalo keeps what people send (`*.zdn.vn` is what was seen)."""
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class ZaloMedia:
    """The addresses come from outside: each is looked at before it is asked."""

    def __init__(self, api_base: str) -> None:
        self._local = urlsplit(api_base).hostname in LOOPBACK
        self._line = Line()

    async def fetch(self, reference: str) -> bytes:
        """The bytes at that address. Raises NotFetched."""
        if not self.is_zalos(reference):
            raise NotFetched
        try:
            answered = await self._line.exchange("GET", reference, within=WITHIN, at_most=LARGEST)
        except TooLarge:
            raise NotFetched("too_large") from None
        except (NeverSent, NoWholeAnswer):
            raise NotFetched from None
        if answered.status != 200:
            raise NotFetched
        return answered.body

    def is_zalos(self, reference: str) -> bool:
        """An address of Zalo's, over TLS; where the platform itself is on this machine, one on this machine."""
        try:
            url = urlsplit(reference)
            host, port = url.hostname or "", url.port
        except ValueError:
            return False
        if self._local:
            return url.scheme in ("http", "https") and host in LOOPBACK
        return url.scheme == "https" and port in (None, 443) and host.endswith(HOSTS)

    async def close(self) -> None:
        """Gives back the connections."""
        await self._line.close()
