"""Plausible made-up communes with teams, people and assistances, for trying the program and for measuring it."""

import contextlib
import datetime as dt
import itertools
import random
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import made_up
from storage.database import Database
from storage.periods import VIETNAM, Week
from storage.schema import (
    Id,
    assistance,
    assistance_item,
    day_count,
    hamlet,
    member_day,
    nil_report,
    person,
    role,
    team,
)
from storage.schema.sums import place_count
from storage.statistics import OF_HAMLETS, TEAM, measures

_DAY_WEIGHTS = (10, 10, 10, 10, 10, 6, 2)  # Monday to Sunday
_SHAPES = 150  # different entries; every assistance is one of them, by some member on some day
_CHUNK = 20_000
_TOGETHER = 500
"""Rows in one statement: half the time of one by one."""
_BUSIEST = 0.7
"""How much less each writer of a team writes than the one before him."""

# What is written once and then put together by the database itself, many times faster than row by row.
_notepad = sa.MetaData()
_TEMPORARY: dict[str, Any] = {"prefixes": ["TEMPORARY"]}
_TOLD = ("time", "place", "people", "dossiers", "payments", "minutes", "session", "self_done", "note")
_WROTE = ("member_id", "entered_by", "team_id", "hamlet_id")
_shapes = sa.Table(
    "seed_shape", _notepad, sa.Column("id", Id, primary_key=True), sa.Column("written", sa.BigInteger),
    sa.Column("late", sa.Boolean), *(sa.Column(name, assistance.c[name].type) for name in _TOLD), **_TEMPORARY,
)  # fmt: skip
_items = sa.Table(
    "seed_item", _notepad, sa.Column("shape", Id, primary_key=True), sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True), sa.Column("people", sa.Integer), **_TEMPORARY,
)  # fmt: skip
_writers = sa.Table(
    "seed_writer", _notepad, sa.Column("id", Id, primary_key=True), sa.Column("commune", sa.Text),
    *(sa.Column(name, sa.BigInteger) for name in _WROTE), **_TEMPORARY,
)  # fmt: skip
_days = sa.Table(
    "seed_day", _notepad, sa.Column("id", Id, primary_key=True), sa.Column("day", sa.Date),
    sa.Column("midnight", sa.BigInteger), sa.Column("late", sa.BigInteger), **_TEMPORARY,
)  # fmt: skip
_lines = sa.Table(
    "seed_line", _notepad, sa.Column("id", Id, primary_key=True),
    *(sa.Column(name, sa.Integer) for name in ("shape", "writer", "day")), **_TEMPORARY,
)  # fmt: skip


class AlreadyThere(ValueError):
    """The commune has teams of its own: made-up data is never mixed with real data."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """How much was made."""

    teams: int
    people: int
    assistances: int


@dataclass(frozen=True, slots=True)
class _Writer:
    """Who writes an entry for whom."""

    id: int
    member_id: int
    entered_by: int
    team_id: int
    hamlet_id: int


@dataclass(frozen=True, slots=True)
class _Day:
    """A day, and how much later what is late for it is entered: on the Monday after, if that has come."""

    id: int
    day: dt.date
    week: Week
    late: dt.timedelta


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
    async with _hurried(database), database.write() as connection:
        if found := await connection.scalar(sa.select(team.c.commune).where(team.c.commune.in_(communes))):
            raise AlreadyThere(f"commune {found} has teams already")
        sower = _Sower(connection, random.Random(random_seed), weeks, today)
        await sower.begin()
        share, rest = divmod(assistances, len(communes))
        for number, commune in enumerate(communes):
            await sower.commune(commune, teams, share + (number < rest))
        await sower.end()
        return Seeded(teams * len(communes), sower.people, assistances)


@contextlib.asynccontextmanager
async def _hurried(database: Database) -> AsyncIterator[None]:
    """SQLite looks at its lists of codes and references anew for each row, which takes longer than writing it; ours
    are known. A database without people has nothing to lose: it is written to its file alone, not to a log before.
    """
    if not database.is_sqlite:
        yield
        return
    async with database.write() as connection:  # another connection would hold on to the log
        fresh = await connection.scalar(sa.select(sa.func.min(person.c.id))) is None
    trust = ("foreign_keys=OFF", "ignore_check_constraints=ON", "cache_size=-200000")
    await _set(database, *trust, *(("journal_mode=MEMORY", "synchronous=OFF") if fresh else ()))
    try:
        yield
    finally:
        await _set(database, "journal_mode=WAL", "synchronous=FULL", "cache_size=-2000",
                   "ignore_check_constraints=OFF", "foreign_keys=ON")  # fmt: skip


async def _set(database: Database, *pragmas: str) -> None:
    """Outside of a transaction, on the one connection that writes; the log stays while somebody else reads by it."""
    async with database.engine.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).dbapi_connection
        for pragma in pragmas:
            with contextlib.suppress(sqlite3.OperationalError):
                raw.execute(f"PRAGMA {pragma}").fetchall()


class _Sower:
    """Writes one commune after another in the transaction of `seed`; rows are gathered and written many at a time."""

    def __init__(self, connection: AsyncConnection, rng: random.Random, weeks: int, today: dt.date) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"
        self._rng = rng
        self._today = today
        self._first = Week.of(today).monday - dt.timedelta(days=7 * (weeks - 1))
        self._days = [self._day(number) for number in range((today - self._first).days + 1)]
        self._shapes = [made_up.entry(rng, today) for _ in range(_SHAPES)]
        self._late = [rng.random() < 0.05 for _ in range(_SHAPES)]
        self._counts = [
            [tuple(self._measures(n, closed).items()) for n in range(_SHAPES)] for closed in (False, True)
        ]
        self._people = [shape.people for shape in self._shapes]
        self._next: dict[str, int] = {}
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self.people = 0

    def _measures(self, number: int, closed: bool) -> dict[str, int]:
        """What a shape counts on a day of a week that is or is not closed by now."""
        entered = self._today + dt.timedelta(days=7 if closed and self._late[number] else 0)
        return measures(replace(self._shapes[number], entered_at=_noon(entered)))

    def _day(self, number: int) -> _Day:
        day = self._first + dt.timedelta(days=number)
        monday = Week.of(day).sunday + dt.timedelta(days=1)
        return _Day(number, day, Week.of(day), monday - day if monday <= self._today else dt.timedelta())

    async def begin(self) -> None:
        """Writes what all communes share, and finds which keys are free: they are given out here."""
        await self._connection.run_sync(_notepad.create_all)
        for table in (hamlet, team, person, assistance):
            self._next[table.name] = int(await self._connection.scalar(sa.select(sa.func.max(table.c.id))) or 0) + 1
        self._next[_writers.name] = 0
        hour = dt.timedelta(hours=1)
        shapes = [
            {name: getattr(shape, name) for name in _TOLD}
            | {"id": number, "late": self._late[number], "written": _ms(made_up.hours(self._rng, shape) * hour)}
            for number, shape in enumerate(self._shapes)
        ]
        items = [item | {"shape": number} for number, shape in enumerate(self._shapes) for item in shape.items()]
        days = [{"id": d.id, "day": d.day, "midnight": _midnight(d.day), "late": _ms(d.late)} for d in self._days]
        for table, rows in ((_shapes, shapes), (_items, items), (_days, days)):
            await self._connection.execute(sa.insert(table), rows)

    async def end(self) -> None:
        """Writes the rest and drops the notepad; PostgreSQL has to be told which keys were given out."""
        await self._flush()
        await self._connection.run_sync(_notepad.drop_all)
        if self._sqlite:
            return
        for table in (hamlet, team, person, assistance):
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            await self._connection.execute(sa.select(sa.func.setval(sequence, self._next[table.name], sa.false())))

    async def commune(self, commune: str, teams: int, assistances: int) -> None:
        """Makes the people of a commune and what they did."""
        writers = [self._team(commune, number) for number in range(1, teams + 1)]
        self._person(commune, "officer", None)
        weights = [self._rng.uniform(0.4, 1.6) for _ in range(teams)]
        silent = self._silent(commune, writers)
        days = self._spread(assistances)
        by = self._who(writers, weights, silent, days)
        shapes = self._rng.choices(range(_SHAPES), k=assistances)
        keys = self._give(assistance, assistances)
        self._rows[_lines.name] += zip(keys, shapes, (w.id for w in by), days, strict=True)
        self._count(commune, days, by, shapes)
        if len(self._rows[_lines.name]) >= _CHUNK:
            await self._flush()

    def _spread(self, assistances: int) -> list[int]:
        """The day of each, the first first."""
        weights = [_DAY_WEIGHTS[day.day.weekday()] for day in self._days]
        return sorted(self._rng.choices(range(len(self._days)), weights, k=assistances))

    def _who(
        self, writers: list[list[_Writer]], weights: list[float], silent: set[tuple[int, Week]], days: list[int]
    ) -> list[_Writer]:
        """Who wrote each. A team is out on three days of the week, as people with other work are."""
        out = [set(self._rng.sample(range(7), 3)) for _ in writers]
        kept: dict[tuple[int, frozenset[int]], tuple[list[_Writer], list[float]]] = {}
        by: list[_Writer] = []
        for number, same in itertools.groupby(days):
            day = self._days[number]
            quiet = frozenset(k for k, week in silent if week == day.week)
            key = (day.day.weekday(), quiet)
            if key not in kept:
                able = [k for k in range(len(writers)) if k not in quiet]
                teams = [k for k in able if key[0] in out[k]] or able
                active = [(k, n, one) for k in teams for n, one in enumerate(writers[k])]
                shares = itertools.accumulate(weights[k] * _BUSIEST**n for k, n, _ in active)
                kept[key] = [one for *_, one in active], list(shares)
            who, shares_of = kept[key]
            by += self._rng.choices(who, cum_weights=shares_of, k=sum(1 for _ in same))
        return by

    def _silent(self, commune: str, writers: list[list[_Writer]]) -> set[tuple[int, Week]]:
        """The last team says nothing this week and last; the one before said "nothing" for last week."""
        if len(writers) < 3:
            return set()
        this = Week.of(self._today)
        before, one = this.previous(), writers[-2][0]
        said_at = _moment(_noon(before.sunday))
        row = (one.team_id, self._date(before.monday), commune, one.member_id, said_at)
        self._rows[nil_report.name].append(row)
        last = len(writers) - 1
        return {(last, this), (last, before), (last - 1, before)}

    # --- people ---------------------------------------------------------------------------------------------

    def _team(self, commune: str, number: int) -> list[_Writer]:
        """A hamlet with its team; answers who writes in it, the busiest first."""
        since = self._date(dt.date(self._first.year, 1, 1))
        place, key = self._give(hamlet, 1)[0], self._give(team, 1)[0]
        self._rows[hamlet.name].append((place, commune, f"Thôn {number}", since))
        self._rows[team.name].append((key, commune, f"Tổ công nghệ số cộng đồng thôn {number}", place, since))
        head = self._person(commune, "head", key)
        members = [self._person(commune, "member", key) for _ in range(self._rng.randint(3, 7))]
        pairs = [(head, head), *((one, one) for one in members), (members[0], head)]
        ids = self._give(_writers, len(pairs))
        writers = [_Writer(i, member, author, key, place) for i, (member, author) in zip(ids, pairs, strict=True)]
        self._rows[_writers.name] += [
            (w.id, commune, w.member_id, w.entered_by, w.team_id, w.hamlet_id) for w in writers
        ]
        return writers

    def _person(self, commune: str, kind: str, team_id: int | None) -> int:
        since = _moment(_noon(self._first - dt.timedelta(days=30)))
        key = self._give(person, 1)[0]
        self._rows[person.name].append((key, made_up.name(self._rng), commune, 1, since, since))
        self._rows[role.name].append((key, kind, commune, team_id, since))
        self.people += 1
        return key

    def _give(self, table: sa.Table, keys: int) -> range:
        first = self._next[table.name]
        self._next[table.name] += keys
        return range(first, first + keys)

    # --- counters -------------------------------------------------------------------------------------------

    def _count(self, commune: str, days: list[int], by: list[_Writer], shapes: list[int]) -> None:
        """What a commune adds to the counters, day by day in the order of their keys."""
        weeks: dict[tuple[dt.date, dt.date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for number, found in itertools.groupby(zip(days, by, shapes, strict=True), lambda line: line[0]):
            day = self._days[number]
            self._count_day(commune, day, found, weeks[day.week.monday, day.day.replace(month=1, day=1)])
        sums: dict[tuple[str, dt.date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for (monday, january), counts in weeks.items():
            for total in (sums["w", monday], sums["y", january]):
                for measure, n in counts.items():
                    total[measure] += n
        for (unit, first), total in sums.items():
            at = self._date(first)
            self._rows[place_count.name] += [(unit, at, commune, measure, n) for measure, n in total.items()]

    def _count_day(
        self, commune: str, day: _Day, lines: Iterable[tuple[int, _Writer, int]], week: dict[str, int]
    ) -> None:
        of_teams: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        own: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
        places: dict[int, int] = {}
        counts, people = self._counts[bool(day.late)], self._people
        for _, writer, shape in lines:
            team_id = writer.team_id
            total = of_teams[team_id]
            for measure, n in counts[shape]:
                total[measure] += n
            mine = own[team_id, writer.member_id]
            mine[0] += 1
            mine[1] += people[shape]
            places[team_id] = writer.hamlet_id
        at = self._date(day.day)
        for team_id, total in sorted(of_teams.items()):
            for measure, n in total.items():
                week[measure] += n
            week[f"{TEAM}{team_id}"] += total["entries"]
            total |= {f"hamlet:{places[team_id]}:{m}": total[m] for m in OF_HAMLETS if m in total}
            self._rows[day_count.name] += [(commune, at, team_id, m, n) for m, n in sorted(total.items())]
        self._rows[member_day.name] += [(commune, at, *key, *n) for key, n in sorted(own.items())]

    # --- written --------------------------------------------------------------------------------------------

    async def _flush(self) -> None:
        """Everything gathered, what is referred to first; entries and items are put together by the database."""
        for table, columns in _WRITTEN.items():
            await self._insert(table, columns, self._rows.pop(table, []))
        line, shape, writer, day, item = _lines.c, _shapes.c, _writers.c, _days.c, _items.c
        entered = day.midnight + shape.written + sa.case((shape.late, day.late), else_=0)
        columns = ("id", "state", "commune", "day", "entered_at", *_WROTE, *_TOLD)
        entries = (
            sa.select(line.id, sa.literal("saved"), writer.commune, day.day, entered,
                      *(writer[name] for name in _WROTE), *(shape[name] for name in _TOLD))
            .join_from(_lines, _shapes, shape.id == line.shape)
            .join(_writers, writer.id == line.writer)
            .join(_days, day.id == line.day)
            .order_by(line.id)
        )  # fmt: skip
        items = (
            sa.select(line.id, item.kind, item.code, item.people)
            .join_from(_lines, _items, item.shape == line.shape)
            .order_by(line.id, item.kind, item.code)
        )
        await self._connection.execute(sa.insert(assistance).from_select(columns, entries))
        await self._connection.execute(
            sa.insert(assistance_item).from_select(("assistance_id", "kind", "code", "people"), items)
        )
        await self._connection.execute(sa.delete(_lines))

    async def _insert(self, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        """Straight to the driver: what SQLAlchemy does for each row takes longer than the row."""
        if not rows:
            return
        raw = await self._connection.get_raw_connection()
        if self._sqlite:
            driver: Any = raw.dbapi_connection
            for n in range(0, len(rows), _TOGETHER):
                some = rows[n : n + _TOGETHER]
                marks = ", ".join([f"({', '.join('?' * len(columns))})"] * len(some))
                statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {marks}"  # noqa: S608
                driver.execute(statement, list(itertools.chain.from_iterable(some)))
        else:
            copier: Any = raw.driver_connection
            await copier.copy_records_to_table(table, records=rows, columns=columns)

    def _date(self, day: dt.date) -> Any:
        return day.isoformat() if self._sqlite else day


_WRITTEN = {
    hamlet.name: ("id", "commune", "name", "valid_from"),
    team.name: ("id", "commune", "name", "hamlet_id", "valid_from"),
    person.name: ("id", "name", "commune", "consent_version", "consent_at", "created_at"),
    role.name: ("person_id", "role", "commune", "team_id", "granted_at"),
    nil_report.name: ("team_id", "week", "commune", "said_by", "said_at"),
    _writers.name: ("id", "commune", *_WROTE),
    _lines.name: ("id", "shape", "writer", "day"),
    day_count.name: ("commune", "day", "team_id", "measure", "value"),
    member_day.name: ("commune", "day", "team_id", "member_id", "entries", "people"),
    place_count.name: ("unit", "first", "commune", "measure", "value"),
}
"""The columns of the rows that are gathered, in the order of what refers to what."""


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), VIETNAM)


def _moment(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)


def _midnight(day: dt.date) -> int:
    return _moment(dt.datetime.combine(day, dt.time(), VIETNAM))


def _ms(span: dt.timedelta) -> int:
    return span // dt.timedelta(milliseconds=1)
