"""The real program as a process: started, asked whether it is ready, killed."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]
SECRET_KEY = "khoa-bi-mat-chi-de-thu-nghiem"


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def in_code(environment: Mapping[str, str]) -> dict[str, Any]:
    """Settings as the environment has them, for `Settings(**...)`."""
    return {name.lower(): value for name, value in environment.items()}


class Program:
    """`python -m bot run` or another command, in a folder of its own so that no `.env` is read."""

    def __init__(self, port: int, folder: Path, settings: Mapping[str, str], command: tuple[str, ...] = ()) -> None:
        self.port = port
        self.started_at = 0.0
        self.starts = 0
        self._folder = folder
        self._command = command or ("-m", "bot", "run")
        self._settings = {"LISTEN": f"127.0.0.1:{port}", "SECRET_KEY": SECRET_KEY, **settings}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> Path:
        """What it wrote to standard error, over all its lives."""
        return self._folder / f"program-{self.port}.log"

    async def start(self) -> None:
        """Starts it; returns at once."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("TELEGRAM_", "ZALO_", "DATABASE_"))}
        with self.log.open("ab") as log:
            self.started_at = time.perf_counter()
            self.starts += 1
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *self._command, cwd=self._folder, stdout=asyncio.subprocess.DEVNULL, stderr=log,
                env={**clean, "PYTHONPATH": str(ROOT), **self._settings},
            )  # fmt: skip

    async def ready(self, within: float = 60.0, path: str = "/ready") -> float:
        """Waits until it says it is ready; seconds since it was started. Raises AssertionError when it never is."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            while time.perf_counter() - self.started_at < within:
                assert self._process is None or self._process.returncode is None, self.log.read_text()[-3000:]
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}{path}") as answer:
                        if answer.status == 200:
                            return time.perf_counter() - self.started_at
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.01)
        raise AssertionError(f"not ready after {within} s: {self.log.read_text()[-3000:]}")

    async def kill(self) -> None:
        """SIGKILL: no goodbye."""
        await self._end("kill")

    async def stop(self) -> int:
        """SIGTERM, and what follows from it; the exit status."""
        return await self._end("terminate")

    async def _end(self, how: str) -> int:
        process = self._process
        if process is None:
            return 0
        if process.returncode is None:
            getattr(process, how)()
        return await process.wait()
