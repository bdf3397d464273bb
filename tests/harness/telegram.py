"""The Bot API emulator as a process, and a remote control for it."""

import asyncio
import sys
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.harness.program import ROOT


class Remote:
    """Plays the people over the emulator's control API."""

    def __init__(self, *, time_scale: float, seed: int) -> None:
        self._arguments = ("--no-limits", "--time-scale", str(time_scale), "--seed", str(seed))
        self.root = ""
        self.token = ""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.emulators.telegram", "--port", "0", *self._arguments,
            cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        greeting = (await self._process.stdout.readline()).decode().split()
        self.root, self.token = greeting[3], greeting[5]
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        self._process.terminate()
        await self._process.wait()

    async def order(self, method: str, path: str, /, **body: Any) -> Any:
        """One order to the control API. Raises AssertionError when it is refused."""
        async with self._session.request(method, f"{self.root}/_control{path}", json=body or None) as answer:
            result = await answer.json()
            assert answer.status == 200, result
            return result

    async def people(self, count: int) -> list[int]:
        """So many new people."""
        ids: list[int] = (await self.order("POST", "/users", count=count))["ids"]
        return ids

    async def counts(self) -> dict[str, int]:
        """What was counted so far."""
        counts: dict[str, int] = await self.order("GET", "/counts")
        return counts

    async def log(self, since: int) -> tuple[int, list[dict[str, Any]]]:
        """What the bot did after that number, waiting a little for more; the last number and the entries."""
        found = await self.order("GET", f"/log?since={since}&wait=1&limit=5000")
        return found["last"], found["entries"]
