"""What a day of a team can look like, made up once and then used for many teams: its entries and what they count."""

import datetime as dt
import json
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from storage import made_up
from storage.bulk import HAMLET, TOLD, Bulk, counts, items, lines, members
from storage.entry import Entry
from storage.periods import VIETNAM
from storage.statistics import OF_HAMLETS, measures

_SHAPES = 150  # different entries; every assistance is one of them, by some member on some day
_ALIKE = 30
"""Different days with as many entries of as many people; more than that are chosen among them."""
_BUSIEST = 0.7
"""How much less each writer of a team writes than the one before him."""
_LATE = 0.05
_HOUR = dt.timedelta(hours=1) // dt.timedelta(milliseconds=1)

Numbers = npt.NDArray[np.int64]


class TeamDays:
    """Days of teams, made when they are asked for and written to the notepad. Each is known by a number; what it
    counts by twice that, and one more once its week is closed: then some of its entries were late.
    """

    def __init__(self, bulk: Bulk, rng: random.Random, today: dt.date) -> None:
        self._bulk = bulk
        self._rng = rng
        self._made: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._next = 0
        self._shapes = [made_up.entry(rng, today) for _ in range(_SHAPES)]
        self._written = [round(made_up.hours(rng, shape) * _HOUR) for shape in self._shapes]
        self._late = [rng.random() < _LATE for _ in self._shapes]
        counted = [[_measures(shape, today + dt.timedelta(days=7 * (late and closed))) for closed in (False, True)]
                   for shape, late in zip(self._shapes, self._late, strict=True)]  # fmt: skip
        self.measures = sorted({measure for both in counted for one in both for measure in one})
        """Everything that is counted, by name."""
        self._counted = np.array([[[one.get(m, 0) for m in self.measures] for one in both] for both in counted])
        self._totals = np.zeros((0, len(self.measures)), np.int64)

    def pick(self, people: int, entries: int) -> int:
        """A day on which so many people of a team have so many entries."""
        alike = self._made[people, entries]
        if len(alike) < _ALIKE:
            alike.append(self._make(people, entries))
            return alike[-1]
        return alike[int(self._rng.random() * _ALIKE)]

    def totals(self, keys: Iterable[int]) -> Numbers:
        """What is counted by those numbers: a line each, a column for each of the measures."""
        return self._totals[np.fromiter(keys, np.intp)]

    def _make(self, people: int, entries: int) -> int:
        number, self._next = self._next, self._next + 1
        said = self._rng.choices(range(_SHAPES), k=entries)
        slots = range(people + 1)  # the last: the first member's, written down by the head
        by = self._rng.choices(slots, [_BUSIEST**slot for slot in slots], k=entries)
        own: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for at, (shape, slot) in enumerate(zip(said, by, strict=True)):
            entry = self._shapes[shape]
            told = (getattr(entry, name) for name in TOLD)
            self._bulk.put(lines, (number, at, slot, self._written[shape], self._late[shape], *told))
            for item in entry.items():
                self._bulk.put(items, (number, at, item["kind"], item["code"], item["people"]))
            mine = own[slot if slot < people else 1]
            mine[0] += 1
            mine[1] += entry.people
        for slot, numbers in own.items():
            self._bulk.put(members, (number, slot, *numbers))
        if len(self._totals) <= 2 * number + 1:
            self._totals = np.vstack(
                [self._totals, np.zeros((1000 + len(self._totals), len(self.measures)), np.int64)]
            )
        for closed in (0, 1):
            total = self._counted[said, closed].sum(axis=0)
            self._totals[2 * number + closed] = total
            self._bulk.put(counts, (2 * number + closed, self._document(total)))
        return number

    def _document(self, total: Numbers) -> str:
        """As the counters keep it, but for the name of the hamlet."""
        named = {m: n for m, n in zip(self.measures, total.tolist(), strict=True) if n}
        named |= {f"hamlet:{HAMLET}:{m}": named[m] for m in OF_HAMLETS if m in named}
        return json.dumps(named, separators=(",", ":"))


def _measures(shape: Entry, entered: dt.date) -> dict[str, int]:
    return measures(replace(shape, entered_at=dt.datetime.combine(entered, dt.time(12), VIETNAM)))
