"""Plausible made-up communes with teams, people and assistances, for trying the program and for measuring it."""

import datetime as dt
import itertools
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from storage import made_up
from storage.bulk import Bulk, days, hurried, work, writers
from storage.database import Database
from storage.made_days import Numbers, TeamDays
from storage.periods import VIETNAM, Week
from storage.schema import assistance, hamlet, nil_report, person, role, team
from storage.schema.sums import UNITS, place_count
from storage.statistics import TEAM, units

_DAY_WEIGHTS = (10, 10, 10, 10, 10, 6, 2)  # Monday to Sunday


class AlreadyThere(ValueError):
    """The commune has teams of its own: made-up data is never mixed with real data."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """How much was made."""

    teams: int
    people: int
    assistances: int


@dataclass(frozen=True, slots=True)
class _Team:
    """A team of so many people, and how much it does."""

    id: int
    hamlet_id: int
    first_person: int
    people: int
    weight: float
    out: frozenset[int]
    """Days of the week on which it goes out, a few only, as people with other work do."""


@dataclass(frozen=True, slots=True)
class _Day:
    """A day, and whether its week is closed by now: then some entries came late, on the Monday after."""

    id: int
    day: dt.date
    weekday: int
    week: Week
    closed: bool


async def seed(
    database: Database,
    communes: Sequence[str],
    weeks: int,
    assistances: int,
    random_seed: int,
    today: dt.date,
    *,
    teams: int = 6,
) -> Seeded:
    """Fills communes with teams and `assistances` entries of the last `weeks` weeks up to today, counters included.

    All or nothing, in one transaction; the same for the same arguments. Raises AlreadyThere, or ValueError.
    """
    if not communes or len(set(communes)) != len(communes) or any(len(code) != 5 for code in communes):
        raise ValueError("communes: one code of 5 digits each")
    if weeks < 1 or assistances < 0 or teams < 1:
        raise ValueError("weeks and teams: at least 1; assistances: at least 0")
    async with hurried(database) as connection:
        if found := await connection.scalar(sa.select(team.c.commune).where(team.c.commune.in_(communes))):
            raise AlreadyThere(f"commune {found} has teams already")
        bulk = Bulk(connection)
        await bulk.begin()
        sower = _Sower(bulk, random_seed, weeks, today)
        share, rest = divmod(assistances, len(communes))
        for number, commune in enumerate(communes):
            sower.commune(commune, teams, share + (number < rest))
            await bulk.write()
        await bulk.end()
        return Seeded(teams * len(communes), sower.people, assistances)


class _Sower:
    """Makes up one commune after another: who there is, who works when and how much, and what it comes to."""

    def __init__(self, bulk: Bulk, random_seed: int, weeks: int, today: dt.date) -> None:
        self._bulk = bulk
        self._rng = random.Random(random_seed)
        self._chance = np.random.default_rng(random_seed)
        self._today = today
        self._first = Week.of(today).monday - dt.timedelta(days=7 * (weeks - 1))
        self._days = [self._day(number) for number in range((today - self._first).days + 1)]
        self._firsts = np.array([[first.toordinal() for _, first in units(d.day)] for d in self._days])
        """Of each day, the first of each of its units."""
        self._patterns = TeamDays(bulk, self._rng, today)
        self._works = itertools.count()
        self.people = 0

    def _day(self, number: int) -> _Day:
        day = self._first + dt.timedelta(days=number)
        week = Week.of(day)
        monday = week.sunday + dt.timedelta(days=1)
        closed = monday <= self._today
        later = (monday - day) // dt.timedelta(milliseconds=1) if closed else 0
        midnight = _moment(dt.datetime.combine(day, dt.time(), VIETNAM))
        self._bulk.put(days, (number, self._bulk.date(day), midnight, later))
        return _Day(number, day, day.weekday(), week, closed)

    def commune(self, commune: str, teams: int, assistances: int) -> None:
        """Makes the people of a commune and what they did."""
        made = [self._team(commune, number) for number in range(1, teams + 1)]
        self._person(commune, "officer", None)
        cells, shares = self._cells(made, self._silent(commune, made))
        entries = self._chance.multinomial(assistances, shares / shares.sum())
        at_work = np.flatnonzero(entries)
        counted: list[int] = []
        for cell, n in zip(at_work.tolist(), entries[at_work].tolist(), strict=True):
            at, one = cells[cell]
            pattern, first = self._patterns.pick(one.people, n), self._bulk.give(assistance, n)
            counted.append(2 * pattern + self._days[at].closed)
            self._bulk.put(work, (next(self._works), commune, at, one.id, one.hamlet_id, pattern, counted[-1], first))
        self._sum(commune, [cells[cell] for cell in at_work], entries[at_work], self._patterns.totals(counted))

    def _cells(
        self, teams: Sequence[_Team], silent: set[tuple[int, Week]]
    ) -> tuple[list[tuple[int, _Team]], npt.NDArray[np.float64]]:
        """Days and teams at work on them, and how much of all is done there."""
        cells: list[tuple[int, _Team]] = []
        weights: list[float] = []
        kept: dict[tuple[int, frozenset[int]], list[tuple[_Team, float]]] = {}
        quiet_in = {week: frozenset(k for k, when in silent if when == week) for _, week in silent}
        for day in self._days:
            key = weekday, quiet = day.weekday, quiet_in.get(day.week, frozenset())
            if key not in kept:
                able = [one for k, one in enumerate(teams) if k not in quiet]
                at_work = [one for one in able if weekday in one.out] or able
                whole = sum(one.weight for one in at_work)
                kept[key] = [(one, _DAY_WEIGHTS[weekday] * one.weight / whole) for one in at_work]
            cells += [(day.id, one) for one, _ in kept[key]]
            weights += [share for _, share in kept[key]]
        return cells, np.array(weights)

    def _silent(self, commune: str, teams: Sequence[_Team]) -> set[tuple[int, Week]]:
        """The last team says nothing this week and last; the one before said "nothing" for last week."""
        if len(teams) < 3:
            return set()
        this = Week.of(self._today)
        before, one = this.previous(), teams[-2]
        said_at = _moment(_noon(before.sunday))
        self._bulk.put(nil_report, (one.id, self._bulk.date(before.monday), commune, one.first_person, said_at))
        last = len(teams) - 1
        return {(last, this), (last, before), (last - 1, before)}

    def _sum(self, commune: str, cells: Sequence[tuple[int, _Team]], entries: Numbers, totals: Numbers) -> None:
        """Writes what the commune counts by weeks, months and years: of each cell that much, by its team too."""
        if not cells:
            return
        teams = sorted({one.id for _, one in cells})
        whose = np.array([one.id for _, one in cells])
        by_team = entries[:, None] * (whose[:, None] == np.array(teams))
        names = [*self._patterns.measures, *(f"{TEAM}{key}" for key in teams)]
        counted = np.hstack([totals, by_team])
        firsts = self._firsts[[at for at, _ in cells]]
        for column, unit in enumerate(UNITS):
            starts = np.flatnonzero(np.diff(firsts[:, column], prepend=-1))
            sums = np.add.reduceat(counted, starts)
            for first, line in zip(firsts[starts, column].tolist(), sums.tolist(), strict=True):
                counts = {name: n for name, n in zip(names, line, strict=True) if n}
                day = self._bulk.date(dt.date.fromordinal(first))
                self._bulk.put(place_count, (unit, day, commune, json.dumps(counts, separators=(",", ":"))))

    # --- people ---

    def _team(self, commune: str, number: int) -> _Team:
        """A hamlet with its team: a head and some members, the busiest first."""
        since = self._bulk.date(dt.date(self._first.year, 1, 1))
        place, key = self._bulk.give(hamlet), self._bulk.give(team)
        self._bulk.put(hamlet, (place, commune, f"Thôn {number}", since))
        self._bulk.put(team, (key, commune, f"Tổ công nghệ số cộng đồng thôn {number}", place, since))
        head = self._person(commune, "head", key)
        members = [self._person(commune, "member", key) for _ in range(self._rng.randint(3, 7))]
        pairs = [(head, head), *((one, one) for one in members), (members[0], head)]
        for slot, (member_id, entered_by) in enumerate(pairs):
            self._bulk.put(writers, (key, slot, member_id, entered_by))
        out = frozenset(self._rng.sample(range(7), 3))
        return _Team(key, place, head, len(members) + 1, self._rng.uniform(0.4, 1.6), out)

    def _person(self, commune: str, kind: str, team_id: int | None) -> int:
        since = _moment(_noon(self._first - dt.timedelta(days=30)))
        key = self._bulk.give(person)
        self._bulk.put(person, (key, made_up.name(self._rng), commune, 1, since, since))
        self._bulk.put(role, (key, kind, commune, team_id, since))
        self.people += 1
        return key


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), VIETNAM)


def _moment(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)
