"""What a channel must offer, and what it declares it can do."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol, TypeGuard, runtime_checkable

from aiohttp import web

from bot.channels.rendering import Capabilities, Rendered
from handlers.turn import Message


class Outcome(Enum):
    """How a send ended."""

    SENT = "sent"
    NEVER_LEFT = "never_left"
    """It certainly did not reach the platform: safe to repeat."""
    UNKNOWN = "unknown"
    """It may have been delivered: never repeated blindly."""
    LATER = "later"
    """The platform asked to wait (429): repeat after `retry_after`."""
    HELD = "held"
    """The platform lets us write only once the person has written again: kept until then."""
    REFUSED = "refused"
    """The platform will never take it: parked with its reason."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome of a send and what follows from it."""

    outcome: Outcome
    reason: str = ""
    """A short class of error for the operator; never message text or an address."""
    retry_after: float = 0.0
    """Seconds, for LATER."""
    everybody: bool = False
    """For LATER: the whole bot must wait, not this chat alone."""
    unreachable: bool = False
    """For REFUSED: this chat cannot be written to any more (blocked, deactivated)."""
    moved_to: str | None = None
    """The chat has a new address: repeat there."""


SENT = Sent(Outcome.SENT)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The outside of a raw update: enough to store it once and in order, without reading what it says."""

    key: str
    """The platform's id of the update, unique on its channel."""
    address: str
    """Of the chat; the lane is its keyed hash."""
    seq: int
    """The platform's order inside the chat."""
    raw: bytes = field(repr=False)
    here: bool = False
    """Whether a part of it is in this process's memory alone, so that this process must be the one to handle it."""


Accept = Callable[[str, list[Envelope]], Awaitable[None]]
"""`await accept(channel_name, envelopes)` returns when all are stored durably; raises when they are not."""


class NotUnderstood(Exception):
    """A raw update that cannot be parsed: set aside and reported, blocks nobody."""


class NotFetched(Exception):
    """A picture that could not be had; `problem` is what `Picture.problem` will say: `lost` or `too_large`.

    Nothing else is told: an address of a picture opens it.
    """

    def __init__(self, problem: str = "lost") -> None:
        super().__init__(problem)
        self.problem = problem


@runtime_checkable
class Fetches(Protocol):
    """A channel that can bring the picture a message only refers to."""

    async def fetch(self, reference: str) -> bytes:
        """The bytes behind `Message.reference`, at most `bot.pictures.kinds.LARGEST` of them. Raises NotFetched."""
        ...


@runtime_checkable
class Rationed(Protocol):
    """A channel whose platform takes only so many messages in a month."""

    def answers_only(self) -> bool:
        """Whether what is left has to be kept for answers: what nobody asked for waits for the person's next word."""
        ...


_RATIONED: dict[type, bool] = {}


def rationed(channel: Any) -> TypeGuard[Rationed]:
    """Whether it is Rationed; cheap enough to be asked at every message, as looking a protocol up is not."""
    kind = type(channel)
    if kind not in _RATIONED:
        _RATIONED[kind] = issubclass(kind, Rationed)
    return _RATIONED[kind]


class Channel(Protocol):
    """One way of talking to people. Everything it sends goes through `send`, everything it gets through Accept."""

    name: str
    capabilities: Capabilities

    def parse(self, raw: bytes) -> Message | None:
        """The message in a stored update; None for updates that need no turn. Raises NotUnderstood."""
        ...

    async def send(self, address: str, message: Rendered) -> Sent:
        """Sends one rendered message. Never raises for what the platform or the network does."""
        ...

    def routes(self) -> list[web.RouteDef]:
        """Pages and hooks of the channel."""
        ...

    async def run(self, accept: Accept) -> None:
        """Joins the platform and keeps it joined (webhook registration or polling) until cancelled."""
        ...

    def ready(self) -> bool:
        """Whether the channel is joined now, for /ready."""
        ...

    def leave(self) -> None:
        """The program is stopping: whatever people keep open with us is ended, what is being sent goes on."""
        ...

    async def close(self) -> None:
        """Gives back connections."""
        ...


def windows_of(channels: Mapping[str, Channel]) -> dict[str, dt.timedelta | None]:
    """How long after a person's last word each may be written to; None is always."""
    return {name: channel.capabilities.window for name, channel in channels.items()}


class Mailbox(Protocol):
    """Where a channel that people fetch from (the web page) finds their messages, in order."""

    async def waiting(self, address: str, after: int) -> list[tuple[int, Rendered]]:
        """Messages for that address with ids above `after`, oldest first."""
        ...

    async def acknowledge(self, address: str, up_to: int) -> None:
        """The page has shown everything up to that id: their bodies are erased."""
        ...

    def subscribe(self, address: str) -> AbstractContextManager[asyncio.Event]:
        """An event that is set whenever something new waits for the address, in whichever process it was written."""
        ...
