"""Kills one of the running programs at random moments and starts it again."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.harness.program import Program
from tests.torture.people import Pace

ROOM = 60
"""Acts people may be ahead of the next kill: what they do meanwhile waits at the platform."""
PATIENT = 300.0
"""Seconds a start may take on a machine that others keep busy: how long it took is told, not judged."""
LONGEST_LIFE = 1.0
"""Seconds a program may live after it is ready and people are there."""


@dataclass
class Fire:
    """The kills of one run."""

    programs: Sequence[Program]
    pace: Pace
    chance: random.Random
    moments: list[int]
    """The numbers of acts at which somebody is killed."""
    kills: int = 0
    while_starting: int = 0
    restarts: list[float] = field(default_factory=list)
    """Seconds from start to ready."""

    async def run(self) -> None:
        """Kills at every moment, then lets people go on for good."""
        for moment in self.moments:
            self.pace.open(moment + ROOM)
            await self.pace.reached(moment)
            await asyncio.sleep(self.chance.uniform(0, LONGEST_LIFE))
            await self._kill_one()
        self.pace.open(10**9)

    async def _kill_one(self) -> None:
        program = self.chance.choice(self.programs)
        await program.kill()
        self.kills += 1
        await program.start()
        if self.chance.random() < 0.2:  # once more, half-way into its start
            await asyncio.sleep(self.chance.uniform(0.2, 1.2))
            self.while_starting += 1
            await program.kill()
            await program.start()
        self.restarts.append(await program.ready(within=PATIENT))
