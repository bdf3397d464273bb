"""Has pictures and lists read by a process of its own, killed when it takes too long, started again when it died."""

import asyncio
import contextlib
import json
import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from bot.pictures.kinds import LARGEST, kind_of
from content import roster
from handlers.turn import Picture, Sheet

HOME: Final = Path(__file__).parents[2]
COMMAND: Final = (sys.executable, "-m", "bot.pictures.child")
ENVIRONMENT: Final = {
    "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1",
}  # fmt: skip
"""All that the process knows of ours: none of our settings, so no secret of ours."""
MOST_WAITING: Final = 20
"""Pictures in line; the next one is told to come later."""
Read = TypeVar("Read", Picture, Sheet)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of the clock."""

    start: float = 15.0
    """For the process to be ready, on a machine with much else to do."""
    picture: float = 8.0
    """For one picture on a busy machine; the process stops after 1 s of work, and the system ends it after 3."""
    idle: float = 120.0
    """Without a picture; then its memory is given back."""


UNHURRIED: Final = Patience(picture=25.0)
"""For lists: officers send few of them, in a process that keeps no picture waiting."""


class Failed(Exception):
    """Nothing was read; `args[0]` is the problem."""


class Reader:
    """Reads one picture or list after another. Nothing of them is kept here."""

    def __init__(self, command: Sequence[str] = COMMAND, patience: Patience | None = None) -> None:
        self._command = command
        self._patience = patience or Patience()
        self._process: asyncio.subprocess.Process | None = None
        self._one = asyncio.Lock()
        self._waiting = 0
        self._rest: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process else None

    async def read(self, data: bytes) -> Picture:
        """What stands in the picture. Never raises for anything the picture does."""
        if len(data) > LARGEST:
            return Picture((), "too_large")
        if kind_of(data) is None:
            return Picture((), "not_a_picture")
        try:
            answer = await self._answer(data, lambda a: Picture(tuple(str(c) for c in a["codes"]), a["problem"]))
        except Failed as e:
            return Picture((), e.args[0])
        return answer

    async def read_list(self, data: bytes) -> Sheet:
        """The list in a spreadsheet. Never raises for anything the file does."""
        if len(data) > roster.MAX_FILE:
            return Sheet(None, "too_big")
        if not data or kind_of(data) is not None:
            return Sheet(None, "not_a_spreadsheet")
        try:
            return await self._answer(data, _sheet)
        except Failed as e:
            return Sheet(None, e.args[0])

    async def _answer(self, data: bytes, understood: Callable[[Any], Read]) -> Read:
        """What the process says of it. Raises Failed."""
        if self._waiting >= MOST_WAITING:
            raise Failed("busy")
        self._waiting += 1
        try:
            async with self._one:
                return await self._read(data, understood)
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """Ends the process."""
        async with self._one:
            await self._end()

    async def _read(self, data: bytes, understood: Callable[[Any], Read]) -> Read:
        if self._rest is not None:
            self._rest.cancel()
        whole = False
        try:
            if self._process is None or self._process.returncode is not None:
                await self._end()
                await self._start()
            async with asyncio.timeout(self._patience.picture):
                read = understood(await self._exchange(data))
            whole = True
        except TimeoutError:
            raise Failed("too_slow") from None
        except (OSError, EOFError, ValueError, LookupError, TypeError):
            raise Failed("crashed") from None
        finally:
            if not whole:  # also when we were cancelled: an answer still to come belongs to nobody
                await self._end()
        if self._process is not None:
            self._rest = asyncio.get_running_loop().call_later(self._patience.idle, self._retire)
        return read

    async def _start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, cwd=HOME, env=ENVIRONMENT,
        )  # fmt: skip
        async with asyncio.timeout(self._patience.start):
            await self._exchange(None)

    async def _exchange(self, data: bytes | None) -> Any:
        """The next answer, after handing over a picture if there is one."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        if data is not None:
            process.stdin.write(struct.pack(">I", len(data)))
            process.stdin.write(data)
            await process.stdin.drain()
        head = await process.stdout.readexactly(4)
        return json.loads(await process.stdout.readexactly(struct.unpack(">I", head)[0]))

    def _retire(self) -> None:
        """Nothing came for long."""
        self._ending = asyncio.create_task(self.close())

    async def _end(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        # Its pipes are read to their end, or they would stay open.
        with contextlib.suppress(OSError):
            await process.communicate()


def _sheet(answer: Any) -> Sheet:
    return Sheet(roster.unpacked(answer["roster"]) if answer["roster"] is not None else None, answer["problem"])
