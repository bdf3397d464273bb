"""The calls of the Bot Platform. The token is in every address, so no address ever leaves this room."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from bot.channels.line import Line

CALL: Final = 8.0
"""Seconds for a whole call."""
PICTURE: Final = 17.0
"""Seconds for a call in which the platform fetches a picture from us; below the outbox's lease."""
MOST: Final = 1024 * 1024
"""Bytes of an answer; real ones are a few hundred."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform answered."""

    code: int | None
    """0 for done, else the platform's `error_code`, which is also the HTTP status where the body says none. None:
    nothing that can be read, so nobody knows what was done."""
    result: Any = field(default=None, repr=False)


class Api:
    """Every call raises NeverSent or NoWholeAnswer when the network fails, and nothing else."""

    def __init__(self, token: str, base: str) -> None:
        self._root = f"{base}/bot{token}/"
        self._line = Line()

    async def call(self, method: str, within: float = CALL, **body: Any) -> Answer:
        """One method with its parameters."""
        answered = await self._line.exchange(
            "POST", self._root + method, within=within, at_most=MOST,
            data=json.dumps(body, ensure_ascii=False).encode(), headers={"Content-Type": "application/json"},
        )  # fmt: skip
        return _read(answered.status, answered.body)

    async def close(self) -> None:
        """Gives back the connections."""
        await self._line.close()


def _read(status: int, body: bytes) -> Answer:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        # A page instead of an answer is what a wrong token gets, and what stands in front of a platform that is away.
        return Answer(status if status in (401, 404, 408, 429, 503) else None)
    if said.get("ok") is True and status < 400:
        return Answer(0, said.get("result"))
    code = said.get("error_code", said.get("errorCode"))
    known = isinstance(code, int) and not isinstance(code, bool) and code != 0
    return Answer(code if known else status if status >= 400 else None)
