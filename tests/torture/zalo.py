"""`python -m tests.torture.zalo`: an Official Account under fire, and what was lost or said twice is counted.

Tokens die in the midst of bursts, the minute's calls are used up, programs are killed, the platform is away for an
hour, windows close with messages waiting.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import sqlalchemy as sa

from storage.database import Database
from storage.memory import Memory
from storage.outbox import HELD
from storage.schema import inbox, outbox
from storage.vault import Vault
from tests.emulators.zalo_oa import ZaloEmulator
from tests.harness.database import fresh_database
from tests.harness.program import ROOT, SECRET_KEY, Program, free_port
from tests.torture.fire import Fire
from tests.torture.model import ASIDES, Walk, fits
from tests.torture.people import Pace
from tests.torture.proxy import Proxy
from tests.torture.scenario import CLOSING, SETTLING, Outcome
from tests.torture.zalo_people import Villager

CHANNEL: Final = "zalo_oa"
PLENTY: Final = 10**9
"""Calls a minute: as many as anybody likes."""
TIME_SCALE: Final = 30.0
"""The platform repeats events thirty times as fast: after 1 s, 10 s, 30 s ..."""
CROWDED: Final = 15.0
"""Seconds before the end of a minute in which the account has no calls left."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done."""

    database: str = "postgres"
    processes: int = 3
    people: int = 60
    acts: int = 1500
    kills: int = 10
    rotations: int = 30
    """How often the access token dies: expired (-220) and unknown (-216) in turn."""
    crowded: bool = True
    """Whether once the account has no calls left (-32) until the next minute."""
    outage: float = 20.0
    """Seconds the platform is away; on its own clock an hour passes."""
    closed: int = 10
    """People whose window closes while an answer is on its way."""
    faults: float = 0.01
    """Share of sends that arrive with an error or without an answer."""
    patience: float = 10.0
    """Seconds people wait for an answer. Much less, and on a machine that others keep busy they write faster than
    anybody can answer, until Zalo gives the hook up."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Written:
    """A reply in the outbox, and the message it answers."""

    cause: str
    state: str


class Books:
    """Reads the program's database from outside."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._database = Database(url, Vault(SECRET_KEY.encode()))

    async def close(self) -> None:
        """Gives the connections back."""
        await self._database.close()

    async def taken(self) -> dict[str, str]:
        """The state of every message ever taken in, by the platform's id."""
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(inbox.c.key, inbox.c.state).where(inbox.c.channel == CHANNEL))
            return {r.key.removeprefix("m:"): r.state for r in rows if r.key.startswith("m:")}

    async def written(self) -> list[Written]:
        """Every reply, in the order in which turns wrote them."""
        async with self._database.read() as connection:
            keys = {r.id: r.key for r in await connection.execute(sa.select(inbox.c.id, inbox.c.key))}
            rows = await connection.execute(sa.select(outbox.c.key, outbox.c.state).order_by(outbox.c.id))
            return [
                Written(keys[int(r.key[1:].partition(":")[0])].removeprefix("m:"), r.state)
                for r in rows
                if r.key.startswith("i")
            ]

    async def states(self) -> Counter[str]:
        """How many replies are in which state; held are those that wait for their person's next word."""
        state = sa.case((outbox.c.error == HELD, "held"), else_=outbox.c.state)
        async with self._database.read() as connection:
            return Counter((await connection.execute(sa.select(state))).scalars())

    async def account(self) -> str:
        """The state of the account: ok only where it is the only one there is."""
        async with self._database.read() as connection:
            states = {a.state for a in await Memory(connection, self._database.vault).zalo.all()}
        return ", ".join(sorted(states))


async def torture(plan: Plan) -> Outcome:
    """Runs the plan; raises nothing for a broken promise, it is in the outcome."""
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        async with AsyncExitStack() as stack:
            return await Stage(plan, Path(folder), stack).run()


class Stage:
    """Everything of one run."""

    def __init__(self, plan: Plan, folder: Path, stack: AsyncExitStack) -> None:
        self._plan, self._folder, self._stack = plan, folder, stack
        self._chance = random.Random(plan.seed)
        self._outcome = Outcome()
        self._consents = 0

    async def run(self) -> Outcome:
        """Start, fire, windows that close, closing words, counting."""
        began = time.monotonic()
        await self._start()
        minding = asyncio.create_task(self._mind())
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fire.run())
            for trouble in (self._rotations(), self._outage(), self._crowded_minute()):
                group.create_task(trouble)
            for villager in self._people:
                group.create_task(villager.live())
        burning = time.monotonic() - began
        self._zalo.heals()
        await self._until(self._settled, "after the fire")
        held = await self._close_windows()
        for villager in self._people:
            await villager.says(CLOSING)
        await self._until(self._settled, "after the last words")
        minding.cancel()
        await asyncio.gather(minding, return_exceptions=True)
        await self._judge(held)
        self._outcome.counted |= {"seconds under fire": round(burning, 1),
                                  "seconds in all": round(time.monotonic() - began, 1)}  # fmt: skip
        self._outcome.logs = "\n".join(p.log.read_text()[-2000:] for p in self._programs)
        return self._outcome

    # --- before ---

    async def _start(self) -> None:
        plan = self._plan
        url = await self._stack.enter_async_context(fresh_database(plan.database, self._folder))
        self._zalo = await self._stack.enter_async_context(ZaloEmulator(time_scale=TIME_SCALE, seed=plan.seed))
        self._zalo.oa.per_minute = PLENTY
        ports = [free_port() for _ in range(plan.processes)]
        self._proxy = await self._stack.enter_async_context(Proxy(free_port(), ports))
        base = f"http://127.0.0.1:{self._proxy.port}"
        self._settings = {
            "DATABASE_URL": url, "PUBLIC_URL": base, "LOG_LEVEL": "WARNING", **self._zalo.settings(),
        }  # fmt: skip
        self._programs = [Program(port, self._folder, self._settings) for port in ports]
        for some in (self._programs[:1], self._programs[1:]):  # the first makes the database and the account
            for program in some:
                await program.start()
                self._stack.push_async_callback(program.kill)
            for program in some:
                await program.ready()
        assert await self._zalo.console(base) == 200
        self._books = Books(url)
        self._stack.push_async_callback(self._books.close)
        self._pace = Pace()
        acts, more = divmod(plan.acts, plan.people)
        self._people = [
            Villager(self._zalo.user(f"Người {n}"), self._zalo.server.delivery.pending, self._pace,
                     random.Random(self._chance.getrandbits(64)), acts + (n < more), plan.patience)
            for n in range(plan.people)
        ]  # fmt: skip
        moments = sorted(self._chance.sample(range(plan.people, int(plan.acts * 0.9)), plan.kills))
        self._fire = Fire(self._programs, self._pace, random.Random(plan.seed + 1), moments)
        for kind, more_of_it in (("lose_answer", {}), ("code_but_done", {"code": -200})):
            self._zalo.fails(kind, count=None, probability=plan.faults, path="/message", **more_of_it)
        self._zalo.fails("duplicate", count=None, probability=0.05)

    # --- while it burns ---

    async def _rotations(self) -> None:
        """The access token dies again and again."""
        plan, world = self._plan, self._zalo.world
        for n in range(plan.rotations):
            await self._pace.reached(int(plan.acts * 0.9 * (n + 1) / plan.rotations))
            (world.void_access if n % 2 else world.expire_access)(self._zalo.oa)

    async def _outage(self) -> None:
        """Once the platform is away."""
        await self._pace.reached(self._plan.acts // 2)
        await self._zalo.server.outage(self._plan.outage, hours=1)

    async def _crowded_minute(self) -> None:
        """Once the account has used up the calls of a minute, until somebody has met that and the minute is over.

        The programs' minute is the machine's.
        """
        if not self._plan.crowded:
            return
        await self._pace.reached(self._plan.acts // 5)
        await asyncio.sleep((60 - CROWDED - time.time() % 60) % 60)
        self._zalo.oa.per_minute = 0
        while not self._zalo.counts["refused.-32"] and self._pace.acts < self._plan.acts:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await asyncio.sleep(60 - time.time() % 60)
        self._zalo.oa.per_minute = PLENTY

    async def _mind(self) -> None:
        """An administrator who consents anew when told to: a program killed with a pair in its hands has lost it."""
        while True:
            await asyncio.sleep(0.5)
            with suppress(AssertionError, aiohttp.ClientError):  # the program he asks may be killed meanwhile
                if "needs_reauth" in await self._books.account():
                    self._consents += await self._zalo.consents(self._settings["PUBLIC_URL"]) == 200

    # --- after ---

    async def _until(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        end = time.monotonic() + SETTLING
        while not await holds():
            if time.monotonic() > end:
                self._outcome.broken.append(f"never became quiet {what}: {await self._books.states()}")
                return
            await asyncio.sleep(0.1)

    async def _settled(self) -> bool:
        """Every event is handled, every reply has left or is held."""
        if self._zalo.server.delivery.pending:
            return False
        states = await self._books.states()
        return "new" not in (await self._books.taken()).values() and not states["queued"] and not states["sending"]

    async def _close_windows(self) -> int:
        """Some write, and their week is over before the answer comes; how many answers are held."""
        self._zalo.fails("hold")
        waiting = self._people[: self._plan.closed]
        for villager in waiting:
            await villager.says(ASIDES[0])
            villager.person.was_silent(8)
        self._zalo.heals("hold")
        await self._until(self._settled, "with closed windows")
        held = (await self._books.states())["held"]
        if held != len(waiting):
            self._outcome.broken.append(f"{held} answers are held, not {len(waiting)}")
        return held

    async def _judge(self, held: int) -> None:
        taken, written = await self._books.taken(), await self._books.written()
        counts, broken, ends = self._zalo.counts, self._outcome.broken, Counter(w.state for w in written)
        answers = Counter(w.cause for w in written)
        for villager in self._people:
            broken += self._judge_person(villager, taken, [w for w in written if w.cause in villager.did], answers)
        happened = {"a token that is none any more": "refused.-216", "an expired token": "refused.-220",
                    "a full minute": "refused.-32"}  # fmt: skip
        if self._plan.crowded:
            broken += [
                f"nobody met {what}: the run shows nothing of it" for what, n in happened.items() if not counts[n]
            ]
        if self._zalo.world.console.cancelled:
            broken.insert(0, "Zalo gave the hook up: an event was not taken at any of its six deliveries")
        if counts["oauth.reused"]:
            broken.append(f"a refresh token was used twice: {counts['oauth.reused']} times")
        if await self._books.account() != "ok":
            broken.append("the account does not work at the end")
        listed = await asyncio.to_thread(self._listed)
        if listed != ends["unknown"]:
            broken.append(f"the operator is shown {listed} unknown outcomes, not {ends['unknown']}")
        self._outcome.counted |= {
            "people": len(self._people), "messages of people": len(taken), "kills": self._fire.kills,
            "access tokens that died": self._plan.rotations, "pairs fetched": counts["oauth.refresh_token"],
            "calls with a dead token (-216, -220)": counts["refused.-216"] + counts["refused.-220"],
            "calls refused in a full minute (-32)": counts["refused.-32"],
            "new consents: a pair died with its program, or at once": self._consents,
            "deliveries repeated": counts["events.retried"],
            "deliveries doubled on purpose": counts["events.duplicated"],
            "replies written": len(written), "replies received": sum(len(v.seen) for v in self._people),
            "sends known to have arrived": ends["sent"], "sends of unknown outcome, listed": ends["unknown"],
            "held while the window was closed": held,
        }  # fmt: skip

    def _judge_person(
        self, villager: Villager, taken: dict[str, str], mine: list[Written], answers: Counter[str]
    ) -> list[str]:
        """What was broken towards one person: replays his acts in the order in which they took effect."""
        who, replay = villager.person.user.name, Walk()
        lost = [f"{who}: a message is {taken.get(m, 'lost')}" for m in villager.did if taken.get(m) != "done"]
        lost += [f"{who}: a message got {answers[m]} answers" for m in villager.did if answers[m] != 1]
        try:
            expected = [(replay.act(villager.did[w.cause]), w.state) for w in mine]
        except AssertionError:
            return [*lost, f"{who}: came in out of order"]
        wrong = fits(expected, villager.seen)
        if wrong:
            effects = zip(mine, expected, strict=True)
            took_effect = [(villager.did[w.cause].word, *shown) for w, shown in effects]
            lost.append(f"{who}: {wrong}\n    {took_effect}")
        if mine[-1].state == "sent" and villager.seen[-1] != replay.place:
            lost.append(f"{who}: the last word was not answered with the step")
        return lost

    def _listed(self) -> int:
        """How many unknown outcomes the operator is shown."""
        verb = ["-m", "bot", "outbox", "--state", "unknown", "--db", self._books.url]
        shown = subprocess.run([sys.executable, *verb], capture_output=True, text=True, check=True, cwd=ROOT)
        return sum(json.loads(line)["state"] == "unknown" for line in shown.stdout.splitlines())


def main() -> int:
    """1 when a promise was broken."""
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m tests.torture.zalo", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default=usual.database)
    for name in ("processes", "people", "acts", "kills", "rotations", "closed", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name))
    parser.add_argument("--outage", type=float, default=usual.outage)
    plan = Plan(**vars(parser.parse_args()))
    outcome = asyncio.run(torture(plan))
    print(f"\nZalo Official Account, {plan.database}, {plan.processes} processes, seed {plan.seed}")
    for name, value in outcome.counted.items():
        print(f"  {name:<52} {value:>8}")
    print(f"  {'promises broken':<52} {len(outcome.broken):>8}")
    for line in outcome.broken[:30]:
        print(f"  BROKEN {line}")
    if outcome.broken:
        print(outcome.logs)
    return 1 if outcome.broken else 0


if __name__ == "__main__":
    sys.exit(main())
