"""Plausible made-up communes with teams, people and assistances, for trying the program and for measuring it."""

import contextlib
import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import made_up
from storage.database import Database
from storage.periods import VIETNAM, Week
from storage.schema import Id, assistance, assistance_item, hamlet, nil_report, person, role, team
from storage.statistics import OF_HAMLETS, Tally, apply, measures

_DAY_WEIGHTS = (10, 10, 10, 10, 10, 6, 2)  # Monday to Sunday
_SHAPES = 150  # different entries; every assistance is one of them, by some member on some day
_CHUNK = 20_000

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
    async with database.write() as connection:
        if found := await connection.scalar(sa.select(team.c.commune).where(team.c.commune.in_(communes))):
            raise AlreadyThere(f"commune {found} has teams already")
        async with _unchecked(connection):
            sower = _Sower(connection, random.Random(random_seed), weeks, today)
            await sower.begin()
            share, rest = divmod(assistances, len(communes))
            for number, commune in enumerate(communes):
                await sower.commune(commune, teams, share + (number < rest))
            await sower.end()
        return Seeded(teams * len(communes), sower.people, assistances)


@contextlib.asynccontextmanager
async def _unchecked(connection: AsyncConnection) -> AsyncIterator[None]:
    """SQLite looks at its lists of codes anew for each row, which takes longer than writing it; ours are known."""
    if connection.dialect.name != "sqlite":
        yield
        return
    await connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
    try:
        yield
    finally:
        await connection.exec_driver_sql("PRAGMA ignore_check_constraints=OFF")


class _Sower:
    """Writes one commune after another in the transaction of `seed`."""

    def __init__(self, connection: AsyncConnection, rng: random.Random, weeks: int, today: dt.date) -> None:
        self._connection = connection
        self._rng = rng
        self._today = today
        self._first = Week.of(today).monday - dt.timedelta(days=7 * (weeks - 1))
        self._days = [self._day(number) for number in range((today - self._first).days + 1)]
        self._shapes = [made_up.entry(rng, today) for _ in range(_SHAPES)]
        self._late = [rng.random() < 0.05 for _ in range(_SHAPES)]
        self._counts = [[self._measures(n, closed) for n in range(_SHAPES)] for closed in (False, True)]
        self._next: dict[str, int] = {}
        self.people = 0

    def _measures(self, number: int, closed: bool) -> dict[str, int]:
        """What a shape counts on a day of a week that is or is not closed by now."""
        entered = self._today + dt.timedelta(days=7 if closed and self._late[number] else 0)
        return measures(replace(self._shapes[number], entered_at=_noon(entered)))

    def _day(self, number: int) -> _Day:
        day = self._first + dt.timedelta(days=number)
        monday = Week.of(day).sunday + dt.timedelta(days=1)
        return _Day(number, day, monday - day if monday <= self._today else dt.timedelta())

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
        """Drops the notepad; PostgreSQL has to be told which keys were given out."""
        await self._connection.run_sync(_notepad.drop_all)
        if self._connection.dialect.name == "sqlite":
            return
        for table in (hamlet, team, person, assistance):
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            await self._connection.execute(sa.select(sa.func.setval(sequence, self._next[table.name], sa.false())))

    async def commune(self, commune: str, teams: int, assistances: int) -> None:
        """Makes the people of a commune and what they did."""
        writers = [await self._team(commune, number) for number in range(1, teams + 1)]
        await self._person(commune, "officer", None)
        weights = [self._rng.uniform(0.4, 1.6) for _ in range(teams)]
        silent = await self._silent(commune, writers)
        tally = Tally.of()
        lines: list[tuple[int, ...]] = []
        for number, n in sorted(self._spread(assistances).items()):
            day = self._days[number]
            active = [k for k in range(teams) if (k, Week.of(day.day)) not in silent]
            teams_of = self._rng.choices(active, [weights[k] for k in active], k=n)
            by = [writers[k][int(self._rng.random() ** 1.7 * len(writers[k]))] for k in teams_of]
            shapes = self._rng.choices(range(_SHAPES), k=n)
            lines += [
                (key, shape, writer.id, number)
                for key, writer, shape in zip(self._give(assistance, n), by, shapes, strict=True)
            ]
            self._count(commune, day, by, shapes, tally)
            if len(lines) >= _CHUNK:
                await self._write(lines)
                lines = []
        await self._write(lines)
        await apply(self._connection, tally)

    def _spread(self, assistances: int) -> Counter[int]:
        """How many on which day."""
        weights = [_DAY_WEIGHTS[day.day.weekday()] for day in self._days]
        return Counter(self._rng.choices(range(len(self._days)), weights, k=assistances))

    async def _silent(self, commune: str, writers: list[list[_Writer]]) -> set[tuple[int, Week]]:
        """The last team says nothing this week and last; the one before said "nothing" for last week."""
        if len(writers) < 3:
            return set()
        this = Week.of(self._today)
        before, one = this.previous(), writers[-2][0]
        await self._connection.execute(
            sa.insert(nil_report).values(
                team_id=one.team_id, week=before.monday, commune=commune, said_by=one.member_id,
                said_at=_noon(before.sunday),
            )
        )  # fmt: skip
        last = len(writers) - 1
        return {(last, this), (last, before), (last - 1, before)}

    # --- people ---------------------------------------------------------------------------------------------

    async def _team(self, commune: str, number: int) -> list[_Writer]:
        """A hamlet with its team; answers who writes in it, the busiest first."""
        since = dt.date(self._first.year, 1, 1)
        place = await self._row(hamlet, commune=commune, name=f"Thôn {number}", valid_from=since)
        name = f"Tổ công nghệ số cộng đồng thôn {number}"
        key = await self._row(team, commune=commune, name=name, hamlet_id=place, valid_from=since)
        head = await self._person(commune, "head", key)
        members = [await self._person(commune, "member", key) for _ in range(self._rng.randint(3, 7))]
        pairs = [(head, head), *((one, one) for one in members), (members[0], head)]
        ids = self._give(_writers, len(pairs))
        writers = [_Writer(i, member, author, key, place) for i, (member, author) in zip(ids, pairs, strict=True)]
        rows = [{"id": w.id, "commune": commune, **{name: getattr(w, name) for name in _WROTE}} for w in writers]
        await self._connection.execute(sa.insert(_writers), rows)
        return writers

    async def _person(self, commune: str, kind: str, team_id: int | None) -> int:
        since = _noon(self._first - dt.timedelta(days=30))
        key = await self._row(
            person, name=made_up.name(self._rng), commune=commune, consent_version=1, consent_at=since,
            created_at=since,
        )  # fmt: skip
        await self._connection.execute(
            sa.insert(role).values(person_id=key, role=kind, commune=commune, team_id=team_id, granted_at=since)
        )
        self.people += 1
        return key

    async def _row(self, table: sa.Table, **values: Any) -> int:
        key = self._give(table, 1)[0]
        await self._connection.execute(sa.insert(table).values(id=key, **values))
        return key

    def _give(self, table: sa.Table, keys: int) -> range:
        first = self._next[table.name]
        self._next[table.name] += keys
        return range(first, first + keys)

    # --- assistances ----------------------------------------------------------------------------------------

    async def _write(self, lines: list[tuple[int, ...]]) -> None:
        """Entries and their items, put together from the notepad."""
        if not lines:
            return
        marks = "?, ?, ?, ?" if self._connection.dialect.name == "sqlite" else "$1, $2, $3, $4"
        # Straight to the driver: what SQLAlchemy does for each row takes longer than the row.
        await self._connection.exec_driver_sql(f"INSERT INTO {_lines.name} VALUES ({marks})", lines)  # noqa: S608
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

    def _count(self, commune: str, day: _Day, by: list[_Writer], shapes: list[int], tally: Tally) -> None:
        """What a day adds to the counters: each shape is measured once and counted as often as it occurs."""
        counts = self._counts[bool(day.late)]
        of_teams: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        pairs = Counter((writer.team_id, number) for writer, number in zip(by, shapes, strict=True))
        for (team_id, number), times in pairs.items():
            total = of_teams[team_id]
            for measure, n in counts[number].items():
                total[measure] += n * times
        hamlets = {writer.team_id: writer.hamlet_id for writer in by}
        for team_id, total in of_teams.items():
            total |= {f"hamlet:{hamlets[team_id]}:{measure}": total[measure] for measure in OF_HAMLETS}
            tally.put((commune, day.day, team_id), None, total, 1)
        people = [count["people"] for count in counts]
        own: dict[tuple[int, int], list[int]] = defaultdict(list)
        for writer, number in zip(by, shapes, strict=True):
            own[writer.team_id, writer.member_id].append(people[number])
        for (team_id, member_id), helped in own.items():
            tally.entries[commune, day.day, team_id, member_id] = len(helped)
            tally.people[commune, day.day, team_id, member_id] = sum(helped)


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), VIETNAM)


def _midnight(day: dt.date) -> int:
    return round(dt.datetime.combine(day, dt.time(), VIETNAM).timestamp() * 1000)


def _ms(span: dt.timedelta) -> int:
    return span // dt.timedelta(milliseconds=1)
