"""Faults a test switches on: what goes wrong between the bot and Telegram, how often, for whom."""

import asyncio
import random
from dataclasses import asdict, dataclass
from typing import Any

from .errors import ControlError

CALL_FAULTS = frozenset({"lose_answer", "refuse", "error", "slow", "flood", "cut"})
UPDATE_FAULTS = frozenset({"duplicate", "reverse", "hold"})


@dataclass
class Fault:
    """One fault.

    kind: lose_answer (act, then close the connection), refuse (close without acting), error (answer `status`
    without acting), slow (`seconds` before acting), flood (429 for `seconds`), cut (a file ends half-way); duplicate
    (deliver an update again),
    reverse (park `count` updates, then deliver the last first), hold (deliver nothing until cleared).
    count: how many times it strikes, None for ever. method ("download" for files), chat_id: strike only there.
    probability: of each
    strike (not for reverse and hold).
    """

    kind: str
    count: int | None = 1
    probability: float = 1.0
    method: str | None = None
    chat_id: int | None = None
    seconds: float = 1.0
    status: int = 502

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
        if fault.kind not in CALL_FAULTS | UPDATE_FAULTS:
            raise ControlError(f"unknown fault {fault.kind!r}")
        if fault.kind == "hold":
            self.flowing.clear()
        self.active.append(fault)

    def clear(self, kind: str | None = None) -> None:
        """Switch off the faults of a kind (None: all); held updates flow again."""
        self.active = [fault for fault in self.active if kind is not None and fault.kind != kind]
        if not any(fault.kind == "hold" for fault in self.active):
            self.flowing.set()

    def find(self, kind: str, method: str | None = None, chat_id: int | None = None) -> Fault | None:
        """The first fault of a kind that applies here, without using it up."""
        for fault in self.active:
            if (
                fault.kind == kind
                and (fault.method is None or fault.method.lower() == (method or "").lower())
                and (fault.chat_id is None or fault.chat_id == chat_id)
            ):
                return fault
        return None

    def strike(self, kind: str, method: str | None = None, chat_id: int | None = None) -> Fault | None:
        """The fault that strikes here, counted down; None when none does."""
        fault = self.find(kind, method, chat_id)
        if fault is None or self._chance.random() >= fault.probability:
            return None
        if fault.count is not None:
            fault.count -= 1
            if fault.count <= 0:
                self.active.remove(fault)
        return fault
