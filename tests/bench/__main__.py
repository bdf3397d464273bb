"""`python -m tests.bench`: durable turns a second and their latencies, beside bare bots in the same minutes.

All bots are up at once and take turns under load, round by round, so that a busy machine is unfair to none.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

import psutil

from tests.bench.load import WARM_UP, Crowd, Measured
from tests.bench.platform import TOKEN, Platform
from tests.bench.statements import statements_a_turn
from tests.harness.database import fresh_database
from tests.harness.program import Program, free_port

LEVELS: Final = (1, 10, 40, 50)
ENGINES: Final = ("sqlite", "postgres")
BASELINES: Final[Mapping[str, tuple[str, ...]]] = {
    "bare python-telegram-bot, httpx": ("-m", "tests.bench.echo_ptb", "--backend", "httpx"),
    "bare python-telegram-bot, our backend": ("-m", "tests.bench.echo_ptb", "--backend", "aiohttp"),
    "bare aiogram": ("-m", "tests.bench.echo_aiogram"),
}
RESTARTS: Final = 3


@dataclass
class Contestant:
    """One bot under load."""

    name: str
    program: Program
    crowd: Crowd
    starts: list[float] = field(default_factory=list)
    rounds: dict[int, list[Measured]] = field(default_factory=dict)
    rss: float = 0.0

    async def measure(self, people: int, seconds: float) -> None:
        """One round of so many people."""
        await self.crowd.arrive(people)
        await self.crowd.talk(people, WARM_UP)
        process = psutil.Process(self.program.pid)
        before = process.cpu_times()
        latencies = await self.crowd.talk(people, seconds)
        after = process.cpu_times()
        cpu = after.user - before.user + after.system - before.system
        self.rounds.setdefault(people, []).append(Measured.of(people, seconds, latencies, cpu))
        self.rss = process.memory_info().rss / 2**20

    def result(self, people: int) -> Measured:
        """Medians over the rounds."""
        rounds = self.rounds[people]
        return Measured(people, *(median(getattr(m, name) for m in rounds)
                                  for name in ("per_second", "p50", "p95", "p99", "cpu_ms")))  # fmt: skip


async def _enter(name: str, platform: Platform, folder: Path, stack: AsyncExitStack, n: int) -> Contestant:
    port = free_port()
    home = folder / str(n)
    home.mkdir()
    settings = {
        "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_BASE": platform.root, "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    if name in ENGINES:
        settings["DATABASE_URL"] = await stack.enter_async_context(fresh_database(name, home))
    program = Program(port, home, settings, BASELINES.get(name, ()))
    contestant = Contestant(name, program, Crowd(platform, port, 6_000_000_000 + n * 1_000_000, name in ENGINES))
    for _ in range(1 + RESTARTS):
        await program.stop()
        await program.start()
        contestant.starts.append(await program.ready())
    stack.push_async_callback(program.kill)
    if name in ENGINES:
        await _joined(platform, port)
    return contestant


async def _joined(platform: Platform, port: int) -> None:
    async with asyncio.timeout(10):
        while port not in platform.secrets:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def _race(args: argparse.Namespace, folder: Path) -> list[Contestant]:
    platform = Platform()
    await platform.start()
    async with AsyncExitStack() as stack:
        names = [*args.databases, *(() if args.no_baselines else BASELINES)]
        contestants = [await _enter(name, platform, folder, stack, n) for n, name in enumerate(names)]
        for n in range(args.rounds):
            for people in args.people:
                for contestant in contestants:
                    await contestant.measure(people, args.seconds)
            print(f"round {n + 1} of {args.rounds} done", file=sys.stderr)
    await platform.stop()
    return contestants


def _table(contestants: list[Contestant], people: list[int]) -> None:
    print(f"{'':38} {'people':>6} {'turns/s':>8} {'p50 ms':>7} {'p95 ms':>7} {'p99 ms':>7} {'CPU ms/turn':>11}")
    for contestant in contestants:
        for count in people:
            m = contestant.result(count)
            name = f"ours, durable, {contestant.name}" if contestant.name in ENGINES else contestant.name
            print(f"{name:38} {count:>6} {m.per_second:>8.0f} {m.p50:>7.1f} {m.p95:>7.1f} {m.p99:>7.1f} "
                  f"{m.cpu_ms:>11.2f}")  # fmt: skip


def _ratios(contestants: list[Contestant], people: list[int]) -> None:
    print("\nour turns/s as a part of theirs (theirs store nothing):")
    for ours in (c for c in contestants if c.name in ENGINES):
        for theirs in (c for c in contestants if c.name not in ENGINES):
            parts = [f"{ours.result(n).per_second / theirs.result(n).per_second:.2f} at {n}" for n in people]
            print(f"  {ours.name:9} / {theirs.name:38} {', '.join(parts)}")


def _starts(contestants: list[Contestant]) -> None:
    print(f"\n{'':38} {'first start s':>13} {'later s':>8} {'RSS MiB':>8}")
    for c in contestants:
        print(f"{c.name:38} {c.starts[0]:>13.2f} {median(c.starts[1:]):>8.2f} {c.rss:>8.0f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--people", type=int, nargs="+", default=list(LEVELS))
    parser.add_argument("--databases", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--no-baselines", action="store_true")
    return parser.parse_args()


def main() -> int:
    """Prints the tables."""
    args = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        contestants = asyncio.run(_race(args, Path(folder)))
        _table(contestants, args.people)
        if not args.no_baselines:
            _ratios(contestants, args.people)
        _starts(contestants)
        print(f"\n{'':38} {'statements a turn':>18} {'commits a turn':>15}")
        for engine in args.databases:
            for people in (1, 40):
                home = Path(folder) / f"{engine}-{people}"
                home.mkdir()
                statements, commits = asyncio.run(statements_a_turn(engine, people, 2.0, home))
                print(f"{engine + f', {people} in flight':38} {statements:>18.1f} {commits:>15.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
