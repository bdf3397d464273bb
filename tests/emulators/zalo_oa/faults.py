"""Faults a test switches on: what goes wrong between the bot and Zalo, how often, where."""

import asyncio
import random
from dataclasses import asdict, dataclass
from typing import Any

from .errors import ControlError

CALL_FAULTS = frozenset({"lose_answer", "refuse", "slow", "status", "nonsense", "code", "code_but_done"})
EVENT_FAULTS = frozenset({"duplicate", "reverse", "hold"})


@dataclass
class Fault:
    """One fault.

    kind: lose_answer (act, then close the connection), refuse (close without acting), slow (`seconds` before acting),
    status (answer HTTP `status` without acting), nonsense (act, then answer no JSON), code (answer error `code`
    without acting), code_but_done (act, then answer error `code`); duplicate (deliver an event again), reverse (park
    `count` events, then deliver the last first), hold (deliver nothing until cleared). count: how many times it
    strikes, None for ever. path: strike only calls whose path contains it. person: strike only there. probability: of
    each strike.
    """

    kind: str
    count: int | None = 1
    probability: float = 1.0
    path: str = ""
    person: str | None = None
    seconds: float = 1.0
    status: int = 502
    code: int = -32

    def json(self) -> dict[str, Any]:
        return asdict(self)


class Faults:
    """The faults switched on now."""

    def __init__(self, chance: random.Random) -> None:
        self.active: list[Fault] = []
        self.flowing = asyncio.Event()
        self.flowing.set()
        self._chance = chance

    def add(self, fault: Fault) -> None:
        if fault.kind not in CALL_FAULTS | EVENT_FAULTS:
            raise ControlError(f"unknown fault {fault.kind!r}")
        if fault.kind == "hold":
            self.flowing.clear()
        self.active.append(fault)

    def clear(self, kind: str | None = None) -> None:
        """Switch off the faults of a kind (None: all); held events flow again."""
        self.active = [fault for fault in self.active if kind is not None and fault.kind != kind]
        if not any(fault.kind == "hold" for fault in self.active):
            self.flowing.set()

    def find(self, kind: str, path: str = "", person: str | None = None) -> Fault | None:
        """The first fault of a kind that applies here, without using it up."""
        for fault in self.active:
            if fault.kind == kind and fault.path in path and fault.person in (None, person):
                return fault
        return None

    def strike(self, kind: str, path: str = "", person: str | None = None) -> Fault | None:
        """The fault that strikes here, counted down; None when none does."""
        fault = self.find(kind, path, person)
        if fault is None or self._chance.random() >= fault.probability:
            return None
        if fault.count is not None:
            fault.count -= 1
            if fault.count <= 0:
                self.active.remove(fault)
        return fault
