"""The ways to the assistant that can be printed: where each leads, and what people read beside its code."""

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Way:
    """One way in."""

    name: str
    """`zalo`, `telegram` or `web`."""
    address: str
    """What the code opens; it brings the commune along where the platform lets it."""
    shown: str
    """What a person can type instead."""


def ways(code: str, *, zalo: str | None, telegram: str | None, web: str | None) -> list[Way]:
    """The ways there are, the one most people have first: an Official Account's number, a bot's name, our address."""
    found = []
    if zalo:
        found.append(Way("zalo", f"https://zalo.me/{zalo}", f"zalo.me/{zalo}"))
    if telegram:
        start = urlencode({"start": code})
        found.append(Way("telegram", f"https://t.me/{telegram}?{start}", f"t.me/{telegram}"))
    if web:
        found.append(Way("web", f"{web}/?{urlencode({'ma': code})}", web.partition("://")[2]))
    return found
