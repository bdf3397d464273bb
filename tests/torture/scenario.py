"""One run: start everything, let people write while programs are killed, let it calm down, count."""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.harness.database import fresh_database
from tests.harness.program import Program, free_port
from tests.harness.telegram import Remote
from tests.torture.books import DatabaseBooks, Written
from tests.torture.fire import Fire
from tests.torture.model import Walk, fits, recognise
from tests.torture.people import Pace, Villager
from tests.torture.proxy import Proxy

CLOSING: Final = "tôi đang ở đâu"
DOUBT: Final = "Tin trước của trợ lý có thể chưa tới máy bác"
TIME_SCALE: Final = 5.0
"""The platform's retries come five times as fast; a press lives 30 s instead of 150 s."""
DUPLICATES: Final = 0.05
LOST_ANSWERS: Final = 0.01
SETTLING: Final = 240.0
"""Seconds for everything to be delivered afterwards, on a machine that others keep busy; the lease of a sender that
died alone is 20 s."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done."""

    database: str = "sqlite"
    processes: int = 1
    updates: int = 2000
    people: int = 200
    kills: int = 20
    seed: int = 1


@dataclass
class Outcome:
    """What was counted and what was broken."""

    counted: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    logs: str = ""


async def torture(plan: Plan) -> Outcome:
    """Runs the plan; raises nothing for a broken promise, it is in the outcome."""
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        async with AsyncExitStack() as stack:
            return await Stage(plan, Path(folder), stack).run()


class Stage:
    """Everything of one run."""

    def __init__(self, plan: Plan, folder: Path, stack: AsyncExitStack) -> None:
        self._plan = plan
        self._folder = folder
        self._stack = stack
        self._chance = random.Random(plan.seed)
        self._outcome = Outcome()
        self._people: dict[int, Villager] = {}
        self._log_seen = 0

    async def run(self) -> Outcome:
        """Start, fire, calm, closing words, counting."""
        plan, began = self._plan, time.monotonic()
        await self._start()
        tasks = [asyncio.create_task(self._watch())]
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._fire.run())
                for person in self._people.values():
                    group.create_task(person.live())
        except* AssertionError as failed:
            self._outcome.broken += [str(e) for e in failed.exceptions]
        burning = time.monotonic() - began
        await self._remote.order("DELETE", "/faults")
        await self._until(self._settled, "after the fire")
        unsure = await self._close()
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._judge(unsure)
        self._outcome.counted |= {"people": plan.people, "seconds under fire": round(burning, 1),
                                  "seconds in all": round(time.monotonic() - began, 1)}  # fmt: skip
        self._outcome.logs = "\n".join(p.log.read_text()[-2000:] for p in self._programs)
        return self._outcome

    # --- before ---

    async def _start(self) -> None:
        plan = self._plan
        url = await self._stack.enter_async_context(fresh_database(plan.database, self._folder))
        self._remote = await self._stack.enter_async_context(Remote(time_scale=TIME_SCALE, seed=plan.seed))
        ports = [free_port() for _ in range(plan.processes)]
        self._proxy = await self._stack.enter_async_context(Proxy(free_port(), ports))
        settings = {
            "DATABASE_URL": url, "TELEGRAM_TOKEN": self._remote.token, "TELEGRAM_API_BASE": self._remote.root,
            "PUBLIC_URL": f"http://127.0.0.1:{ports[0] if len(ports) == 1 else self._proxy.port}",
            "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        self._programs = [Program(port, self._folder, settings) for port in ports]
        for program in self._programs:
            await program.start()
            self._stack.push_async_callback(program.kill)
            await program.ready()
        self._books = DatabaseBooks(url)
        self._stack.push_async_callback(self._books.close)
        ids = await self._remote.people(plan.people)
        pace = Pace()
        acts, more = divmod(plan.updates, plan.people)
        for n, person in enumerate(ids):
            chance = random.Random(self._chance.getrandbits(64))
            self._people[person] = Villager(person, self._remote, self._books, pace, chance, acts + (n < more))
        moments = sorted(self._chance.sample(range(plan.people, int(plan.updates * 0.95)), plan.kills))
        self._fire = Fire(self._programs, pace, random.Random(plan.seed + 1), moments)
        await self._remote.order("POST", "/faults", kind="duplicate", count=None, probability=DUPLICATES)
        await self._remote.order(
            "POST", "/faults", kind="lose_answer", count=None, probability=LOST_ANSWERS, method="sendMessage"
        )

    async def _watch(self) -> None:
        """Shows people what the bot sends them."""
        while True:
            self._log_seen, entries = await self._remote.log(self._log_seen)
            for entry in entries:
                if entry["kind"] == "sent" and entry["chat_id"] in self._people:
                    person = self._people[entry["chat_id"]]
                    person.seen.append(entry["message"])
                    person.news.set()
            await asyncio.sleep(0.01)

    # --- after ---

    async def _until(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        end = time.monotonic() + SETTLING
        while not await holds():
            if time.monotonic() > end:
                self._outcome.broken.append(f"never became quiet {what}")
                return
            await asyncio.sleep(0.2)

    async def _settled(self) -> bool:
        """Every update is handled and every reply has left."""
        if (await self._remote.counts())["updates.waiting"]:
            return False
        return "new" not in set((await self._books.inbox_states()).values()) and not await self._books.open_replies()

    async def _close(self) -> dict[int, bool]:
        """One last word from everybody; who was to be told that a message may not have arrived."""
        unsure = {}
        for person in self._people.values():
            standing = await self._books.standing(person.id)
            unsure[person.id] = standing is not None and standing.unsure
        before = {p.id: len(p.seen) for p in self._people.values()}
        for person in self._people.values():
            await person.say(CLOSING)
        await self._until(self._settled, "after the last words")
        for person in self._people.values():
            await person.until_answered(before[person.id] + 1)
        return unsure

    async def _judge(self, unsure: dict[int, bool]) -> None:
        states, written = await self._books.inbox_states(), await self._books.written()
        counts = await self._remote.counts()
        self._judge_updates(states)
        self._outcome.broken += await self._books.doubled()
        received = 0
        for person in self._people.values():
            mine = [w for w in written if w.update in person.did]
            received += len(person.seen)
            await self._judge_person(person, mine, unsure[person.id])
            said = {w.update for w in mine if w.state in ("sent", "unknown")}
            silent = set(person.did) - said
            self._outcome.broken += [f"person {person.id}: update {u} was never answered" for u in silent]
        ends = Counter(w.state for w in written)
        self._outcome.counted |= {
            "kills": self._fire.kills, "kills while starting": self._fire.while_starting,
            "slowest restart, s": round(max(self._fire.restarts, default=0), 2),
            "updates": counts["updates.created"], "updates acknowledged": counts.get("updates.delivered", 0),
            "deliveries repeated after failure": counts.get("updates.retried", 0),
            "deliveries doubled on purpose": counts.get("updates.duplicated", 0),
            "replies written": len(written), "replies received": received,
            "sends known to have arrived": ends["sent"],
            "sends of unknown outcome": ends["unknown"],
            "presses too old at the platform": counts.get("updates.expired", 0),
            "... of these never taken": sum(p.expired for p in self._people.values()),
            "answers lost on purpose": counts.get("faults.lose_answer", 0),
            "people told that a message may be lost, at the end": sum(unsure.values()),
        }  # fmt: skip

    def _judge_updates(self, states: dict[int, str]) -> None:
        broken = self._outcome.broken
        for person in self._people.values():
            for update in person.did:
                if states.get(update) != "done":
                    broken.append(f"acknowledged update {update} of {person.id} is {states.get(update, 'lost')}")

    async def _judge_person(self, person: Villager, mine: list[Written], unsure: bool) -> None:
        """Replays his acts in the order in which they took effect, and compares every account of them."""
        broken, who = self._outcome.broken, f"person {person.id}"
        replay = Walk()
        try:
            expected = [(replay.act(person.did[w.update]), w.state) for w in mine]
        except AssertionError:
            broken.append(f"{who}: came in out of order")
            return
        wrong = fits(expected, [recognise(m) for m in person.seen])
        if wrong:
            broken.append(f"{who}: {wrong}")
        standing = await self._books.standing(person.id)
        has = (standing.step, list(standing.trail)) if standing else None
        for name, walk in (("his words imply", person.walk), ("the order of effects implies", replay)):
            if has != (walk.place, walk.trail):
                broken.append(f"{who}: stands at {has}, {name} {(walk.place, walk.trail)}")
        if not person.seen or recognise(person.seen[-1]) != person.walk.place:
            broken.append(f"{who}: the last word was not answered with the step")
        elif unsure and not person.seen[-1]["text"].startswith(DOUBT):
            broken.append(f"{who}: was not told that a message may be missing")
