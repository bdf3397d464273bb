"""`python -m tests.torture.zalo`: an Official Account under fire, and what was lost or said twice is counted.

Tokens die in the midst of bursts, programs are killed, the platform is away for an hour, windows close with messages
waiting.
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
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import sqlalchemy as sa

from storage.database import Database
from storage.memory import Memory
from storage.outbox import HELD
from storage.schema import inbox, outbox
from storage.vault import Vault
from tests.emulators.zalo_oa import Person, ZaloEmulator
from tests.harness.database import fresh_database
from tests.harness.program import ROOT, SECRET_KEY, Program, free_port
from tests.torture.fire import Fire
from tests.torture.model import ARRIVAL, ASIDES, Cause, Walk, fits, recognise
from tests.torture.people import PATIENCE, Pace
from tests.torture.proxy import Proxy
from tests.torture.scenario import CLOSING, SETTLING, Outcome

CHANNEL: Final = "zalo_oa"
TIME_SCALE: Final = 30.0
"""The platform repeats events thirty times as fast: after 1 s, 10 s, 30 s ..."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done."""

    database: str = "postgres"
    processes: int = 3
    people: int = 60
    acts: int = 1500
    kills: int = 10
    rotations: int = 30
    """How often the access token dies."""
    outage: float = 20.0
    """Seconds the platform is away; on its own clock an hour passes."""
    closed: int = 10
    """People whose window closes while an answer is on its way."""
    faults: float = 0.01
    """Share of sends that arrive with an error or without an answer."""
    seed: int = 1


@dataclass
class Villager:
    """One person at the account: what he did, by the id of his message."""

    person: Person
    pace: Pace
    chance: random.Random
    acts: int
    walk: Walk = field(default_factory=Walk)
    did: dict[str, Cause] = field(default_factory=dict)

    @property
    def seen(self) -> list[str]:
        """What each message on his screen shows, oldest first."""
        return [recognise(_as_keyboard(m)) for m in self.person.user.messages if m["from"] == "oa"]

    async def live(self) -> None:
        """Comes in, then goes to and fro in the guide in bursts until his acts are used up."""
        for word, _ in ARRIVAL:
            before = len(self.seen)
            await self.types(word)
            await self._sees(before + 1)
        while len(self.did) < self.acts:
            before, count = len(self.seen), self.chance.randint(1, 3)
            for _ in range(count):
                await self.types(self._word())
            await self._sees(before + count)

    async def _sees(self, count: int) -> None:
        """Waits for so many messages in all, or until patience ends."""
        end = time.monotonic() + PATIENCE
        while len(self.seen) < count and time.monotonic() < end:  # noqa: ASYNC110  (nothing rings when he reads)
            await asyncio.sleep(0.05)

    async def types(self, word: str) -> None:
        """Types a word, in his turn."""
        await self.pace.act()
        await self.says(word)

    async def says(self, word: str) -> None:
        """Types a word at once."""
        act = await self.person.sends(word)
        assert act.msg_id is not None
        self.did[act.msg_id] = Cause(word)
        self.walk.act(Cause(word))

    def _word(self) -> str:
        draw, ways = self.chance.random(), self.walk.ways()
        if draw < 0.2:
            return self.chance.choice(ASIDES)
        return "lùi" if draw < 0.4 or not ways else self.chance.choice(ways)[0]


def _as_keyboard(raw: dict[str, Any]) -> dict[str, Any]:
    """A message of Zalo's in the shape of one of Telegram's."""
    row = [{"callback_data": b["payload"].removeprefix("#")} for b in raw.get("buttons", []) if "query" in b["type"]]
    return {"reply_markup": {"inline_keyboard": [row]}}


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
        """The state of the account."""
        async with self._database.read() as connection:
            (account,) = await Memory(connection, self._database.vault).zalo.all()
        return account.state


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
            group.create_task(self._trouble())
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
        world = self._zalo.world
        self._zalo.oa.per_minute = 10**9
        ports = [free_port() for _ in range(plan.processes)]
        self._proxy = await self._stack.enter_async_context(Proxy(free_port(), ports))
        base = f"http://127.0.0.1:{self._proxy.port}"
        self._settings = {
            "DATABASE_URL": url, "PUBLIC_URL": base, "LOG_LEVEL": "WARNING", "ZALO_OA_APP_ID": world.app_id,
            "ZALO_OA_APP_SECRET": world.app_secret, "ZALO_OA_SECRET_KEY": world.oa_secret_key,
            "ZALO_OA_API_BASE": self._zalo.root, "ZALO_OA_OAUTH_BASE": self._zalo.root,
            "ZALO_OA_REFRESH_TOKEN": world.grant(self._zalo.oa)["refresh_token"],
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
            Villager(self._zalo.user(f"Người {n}"), self._pace, random.Random(self._chance.getrandbits(64)),
                     acts + (n < more))
            for n in range(plan.people)
        ]  # fmt: skip
        moments = sorted(self._chance.sample(range(plan.people, int(plan.acts * 0.9)), plan.kills))
        self._fire = Fire(self._programs, self._pace, random.Random(plan.seed + 1), moments)
        for kind, more_of_it in (("lose_answer", {}), ("code_but_done", {"code": -200})):
            self._zalo.fails(kind, count=None, probability=plan.faults, path="/message", **more_of_it)
        self._zalo.fails("duplicate", count=None, probability=0.05)

    # --- while it burns ---

    async def _trouble(self) -> None:
        """Tokens die again and again; once the platform is away."""
        plan = self._plan
        for n in range(plan.rotations):
            await self._pace.reached(int(plan.acts * 0.9 * (n + 1) / plan.rotations))
            self._zalo.world.expire_access(self._zalo.oa)
            if n == plan.rotations // 2:
                await self._zalo.server.outage(plan.outage, hours=1)

    async def _mind(self) -> None:
        """An administrator who consents anew when told to: a program killed with a pair in its hands has lost it."""
        while True:
            await asyncio.sleep(0.5)
            if await self._books.account() == "needs_reauth":
                self._consents += 1
                await self._consent()

    async def _consent(self) -> None:
        base = self._settings["PUBLIC_URL"]
        async with aiohttp.ClientSession() as browser:
            async with browser.get(f"{base}/oauth/zalo-oa/start", allow_redirects=False) as start:
                asked = start.headers["Location"].replace("permission?", "permission/allow?")
            async with browser.get(asked) as done:
                assert done.status == 200, await done.text()

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
            "new consents, a pair having died with its program": self._consents,
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
