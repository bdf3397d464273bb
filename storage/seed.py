"""Plausible made-up communes with teams, people and assistances, for trying the program and for measuring it."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.entry import Entry
from storage.periods import VIETNAM, Week
from storage.schema import assistance, assistance_item, day_count, hamlet, member_day, nil_report, person, role, team
from storage.statistics import Tally

_FAMILIES = ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"]
_MIDDLES = ["Văn", "Thị", "Thanh", "Ngọc", "Minh", "Hữu", "Kim", "Thành", "Quốc", "Thu", "Hồng", "Đình"]
_GIVENS = ["An", "Bình", "Chi", "Dung", "Giang", "Hà", "Hải", "Hạnh", "Hoa", "Hùng", "Hương", "Khánh", "Lan", "Linh", "Long", "Mai", "Nam", "Nga", "Phúc", "Sơn", "Tâm", "Tú"]
_CONTENTS = {
    "vneid_kich_hoat": 24, "vneid_khoi_phuc": 14, "vneid_cai_dat": 12, "cong_dvc": 12, "nop_ho_so": 9, "giay_to": 6,
    "tra_cuu": 5, "bhyt_bhxh": 4, "an_sinh": 4, "thanh_toan": 3, "lua_dao": 2, "ung_dung_tinh": 2, "thue": 1,
    "thuong_mai": 1, "ky_nang": 1, "khac": 1,
}  # fmt: skip
_PLACES = {"nha_dan": 38, "nha_van_hoa": 22, "trung_tam": 24, "cho": 6, "tu_xa": 7, "noi_khac": 1, None: 2}
_TIMES = {"08:30": 3, "09:30": 3, "sáng": 4, "14:30": 3, "chiều": 4, "tối": 2, "19:30": 1}
_HOURS = {"sáng": 9.0, "chiều": 15.0, "tối": 19.0}
_PROCEDURES = {"khai-sinh": 5, "chung-thuc": 4, "thuong-tru": 3, "tam-tru": 3, "ket-hon": 1}
_NOTES = (None,) * 30 + ("Mạng yếu, phải làm lại", "Máy đời cũ, không cài được", "Hẹn mang căn cước đến công an xã")
_DAY_WEIGHTS = (10, 10, 10, 10, 10, 6, 2)  # Monday to Sunday
_SHAPES = 400  # different entries; every assistance is one of them at some team's some day
_CHUNK = 20_000


class AlreadyThere(ValueError):
    """The commune has teams of its own: made-up data is never mixed with real data."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """How much was made."""

    teams: int
    people: int
    assistances: int


@dataclass(frozen=True, slots=True)
class _Author:
    """Who writes an entry for whom."""

    member_id: int
    entered_by: int
    team_id: int
    commune: str
    hamlet_id: int


@dataclass(frozen=True, slots=True)
class _Shape:
    """What an entry says, whoever writes it and whenever."""

    entry: Entry
    late: bool
    written: dt.timedelta  # after midnight of its day
    columns: tuple[Any, ...]
    items: tuple[tuple[str, str, int | None], ...]


_TOLD = ("time", "place", "people", "dossiers", "payments", "minutes", "session", "self_done", "note")
_COLUMNS = ("id", "state", "member_id", "entered_by", "team_id", "commune", "hamlet_id", "day", "entered_at", *_TOLD)


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
        sower = _Sower(connection, random.Random(random_seed), weeks, today)
        await sower.count_keys()
        share, rest = divmod(assistances, len(communes))
        for number, commune in enumerate(communes):
            await sower.commune(commune, teams, share + (number < rest))
        await sower.finish()
        return Seeded(teams * len(communes), sower.people, assistances)


class _Sower:
    """Writes one commune after another in the transaction of `seed`."""

    def __init__(self, connection: AsyncConnection, rng: random.Random, weeks: int, today: dt.date) -> None:
        self._connection = connection
        self._rng = rng
        self._today = today
        self._first = Week.of(today).monday - dt.timedelta(days=7 * (weeks - 1))
        self._days = [self._first + dt.timedelta(days=n) for n in range((today - self._first).days + 1)]
        self._shapes = [self._shape() for _ in range(_SHAPES)]
        self._next: dict[str, int] = {}
        self.people = 0

    async def count_keys(self) -> None:
        """Keys are given out here, not row by row by the database."""
        for table in (hamlet, team, person, assistance):
            self._next[table.name] = int(await self._connection.scalar(sa.select(sa.func.max(table.c.id))) or 0) + 1

    async def finish(self) -> None:
        """PostgreSQL has to be told which keys were given out."""
        if self._connection.dialect.name == "sqlite":
            return
        for name, key in self._next.items():
            await self._connection.execute(
                sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(name, "id"), key, sa.false()))
            )

    async def commune(self, commune: str, teams: int, assistances: int) -> None:
        """Makes the people of a commune and what they did."""
        authors: list[list[_Author]] = [await self._team(commune, number) for number in range(1, teams + 1)]
        await self._person(commune, "officer", None)
        weights = [self._rng.uniform(0.4, 1.6) for _ in range(teams)]
        silent = await self._silent(commune, authors)
        tally = Tally.of()
        for day, n in sorted(self._spread(assistances).items()):
            active = [number for number in range(teams) if (number, Week.of(day)) not in silent]
            chosen = self._rng.choices(active, [weights[number] for number in active], k=n)
            writers = [authors[number][int(self._rng.random() ** 1.7 * len(authors[number]))] for number in chosen]
            await self._write(day, writers, self._rng.choices(range(_SHAPES), k=n), tally)
        days, members = tally.rows()
        await self._bulk(day_count, tuple(day_count.c.keys()), [(*key, *n.values()) for key, n in days.items()])
        await self._bulk(member_day, tuple(member_day.c.keys()), [(*key, *n.values()) for key, n in members.items()])

    def _spread(self, assistances: int) -> Counter[dt.date]:
        weights = [_DAY_WEIGHTS[day.weekday()] for day in self._days]
        return Counter(self._rng.choices(self._days, weights, k=assistances))

    async def _silent(self, commune: str, authors: list[list[_Author]]) -> set[tuple[int, Week]]:
        """The last team says nothing this week and last; the one before said "nothing" for last week."""
        if len(authors) < 3:
            return set()
        this = Week.of(self._today)
        row = {"team_id": authors[-2][0].team_id, "week": this.previous().monday, "commune": commune}
        said = _noon(this.previous().sunday)
        await self._connection.execute(
            sa.insert(nil_report), [row | {"said_by": authors[-2][0].member_id, "said_at": said}]
        )
        last = len(authors) - 1
        return {(last, this), (last, this.previous()), (last - 1, this.previous())}

    # --- people ---------------------------------------------------------------------------------------------

    async def _team(self, commune: str, number: int) -> list[_Author]:
        """A hamlet with its team; answers who writes in it, the busiest first."""
        since = dt.date(self._first.year, 1, 1)
        place = await self._row(hamlet, commune=commune, name=f"Thôn {number}", valid_from=since)
        name = f"Tổ công nghệ số cộng đồng thôn {number}"
        key = await self._row(team, commune=commune, name=name, hamlet_id=place, valid_from=since)
        head = await self._person(commune, "head", key)
        members = [head, *[await self._person(commune, "member", key) for _ in range(self._rng.randint(3, 7))]]
        writing = [_Author(one, one, key, commune, place) for one in members]
        return [*writing, _Author(members[1], head, key, commune, place)]

    async def _person(self, commune: str, kind: str, team_id: int | None) -> int:
        name = " ".join(self._rng.choice(part) for part in (_FAMILIES, _MIDDLES, _GIVENS))
        since = _noon(self._first - dt.timedelta(days=30))
        key = await self._row(
            person, name=name, commune=commune, consent_version=1, consent_at=since, created_at=since,
        )  # fmt: skip
        await self._connection.execute(
            sa.insert(role), [{"person_id": key, "role": kind, "commune": commune, "team_id": team_id, "granted_at": since}]
        )
        self.people += 1
        return key

    async def _row(self, table: sa.Table, **values: Any) -> int:
        key = self._next[table.name]
        self._next[table.name] += 1
        await self._connection.execute(sa.insert(table), [{"id": key, **values}])
        return key

    # --- assistances ----------------------------------------------------------------------------------------

    def _shape(self) -> _Shape:
        rng = self._rng
        session = rng.random() < 0.02
        people = rng.randint(12, 40) if session else rng.choices((1, 2, 3, 4, 5), (70, 15, 8, 4, 3))[0]
        named = {_pick(rng, _CONTENTS) for _ in range(rng.choices((1, 2, 3), (70, 24, 6))[0])}
        told = people > 1 and len(named) == 1 and rng.random() < 0.3
        contents = {code: rng.randint(1, people) if told else None for code in sorted(named)}
        files = people if "nop_ho_so" in contents else None
        time = str(_pick(rng, _TIMES))
        entry = Entry(
            team_id=0, commune="", day=self._today, people=people, session=session, time=time,
            place="nha_van_hoa" if session else _pick(rng, _PLACES), contents=contents,
            results=_results(rng, people) if rng.random() < 0.8 and not session else {},
            groups={code: None for code, odds in _GROUP_ODDS if rng.random() < odds},
            procedures={_pick(rng, _PROCEDURES): None} if files else {},
            dossiers=files, payments=people if "thanh_toan" in contents else None,
            minutes=rng.choice((10, 15, 20, 30, 45)), self_done=rng.choice((True, False, None)),
            note=rng.choice(_NOTES),
        )  # fmt: skip
        hours = _HOURS.get(time) or int(time[:2]) + int(time[3:]) / 60
        return _Shape(
            entry, rng.random() < 0.04, dt.timedelta(hours=hours + rng.random()),
            tuple(getattr(entry, name) for name in _TOLD),
            tuple((item["kind"], item["code"], item["people"]) for item in entry.items()),
        )  # fmt: skip

    async def _write(self, day: dt.date, writers: list[_Author], shapes: list[int], tally: Tally) -> None:
        """One day of a commune: the entries, their items, and what they add to the counters."""
        written = [self._entered(day, shape) for shape in self._shapes]
        stamps = [round(moment.timestamp() * 1000) for moment in written]
        kept: Any = day.isoformat() if self._connection.dialect.name == "sqlite" else day
        start = self._next[assistance.name]
        self._next[assistance.name] += len(writers)
        for lines in _chunks(range(len(writers))):
            rows, items = [], []
            for n in lines:
                w, shape = writers[n], self._shapes[shapes[n]]
                rows.append((
                    start + n, "saved", w.member_id, w.entered_by, w.team_id, w.commune, w.hamlet_id, kept,
                    stamps[shapes[n]], *shape.columns,
                ))  # fmt: skip
                items += [(start + n, *item) for item in shape.items]
            await self._bulk(assistance, _COLUMNS, rows)
            await self._bulk(assistance_item, tuple(assistance_item.c.keys()), items)
        for (writer, number), times in Counter(zip(writers, shapes, strict=True)).items():
            entry = replace(
                self._shapes[number].entry, team_id=writer.team_id, commune=writer.commune, day=day,
                member_id=writer.member_id, entered_at=written[number],
            )  # fmt: skip
            tally.add(entry, times)

    def _entered(self, day: dt.date, shape: _Shape) -> dt.datetime:
        """A late entry is written on the Monday after, if that has come."""
        monday = Week.of(day).sunday + dt.timedelta(days=1)
        written_on = monday if shape.late and monday <= self._today else day
        return dt.datetime.combine(written_on, dt.time(), VIETNAM) + shape.written

    async def _bulk(self, table: sa.Table, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        """Rows as the driver takes them: the quickest way of each engine."""
        if not rows:
            return
        if self._connection.dialect.name == "sqlite":
            marks = ", ".join("?" * len(columns))
            names = ", ".join(columns)
            await self._connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608
            return
        raw = await self._connection.get_raw_connection()
        await raw.driver_connection.copy_records_to_table(table.name, records=rows, columns=columns)


_GROUP_ODDS = (("tu_60", 0.35), ("ngheo", 0.06), ("khuyet_tat", 0.03), ("dan_toc", 0.05), ("kinh_doanh", 0.04))


def _results(rng: random.Random, people: int) -> dict[str, int]:
    chosen = Counter(rng.choices(("xong", "hen_lai", "chuyen", "khong_duoc"), (80, 11, 6, 3), k=people))
    return dict(sorted(chosen.items()))


def _pick(rng: random.Random, weighted: dict[Any, int]) -> Any:
    return rng.choices(list(weighted), list(weighted.values()))[0]


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), VIETNAM)


def _chunks(numbers: range) -> Iterator[range]:
    return (numbers[at : at + _CHUNK] for at in range(0, len(numbers), _CHUNK))
