"""What every number means, and the counters that keep each one ready to read."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.counted import Stretch, plus, read
from storage.entry import Entry, load
from storage.periods import Week
from storage.schema import assistance, day_count, member_day
from storage.schema.sums import place_count
from storage.upsert import upsert

_Number = TypeVar("_Number", int, Decimal)
VNEID = ("vneid_cai_dat", "vneid_kich_hoat", "vneid_khoi_phuc")
VULNERABLE = ("khuyet_tat", "ngheo", "dan_toc")
TEAMS_ACTIVE = "10"
"""The indicator that counts teams and members instead of help given."""
SENSITIVE = ("1c",)
"""Indicators of groups so small that a number can point at a person; so do the groups in VULNERABLE."""
FEW = 5
FEWER = f"<{FEW}"
OF_HAMLETS = ("people", "dossiers", "payments")
"""What is counted by hamlet too, for an entry that names one; the others are the hamlet's of their team."""

BELOW = ("hamlet:", "channel:")
"""Measures by something inside a commune; their sums over weeks, months and years are not kept."""
TEAM = "team:"
"""In those sums, the entries of a team: whether it was at work."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the report: the sum of these measures; without measures it is counted elsewhere or not at all."""

    code: str
    name: str
    unit: str
    measures: tuple[str, ...]
    definition: str


INDICATORS = (
    Indicator("1", "Tổng số lượt hỗ trợ", "lượt", ("people",),
              "Cộng số người của mọi lần ghi; một người được hỗ trợ hai lần là hai lượt."),
    Indicator("1a", "trong đó: tại nhà dân", "lượt", ("place:nha_dan",),
              "Số lượt của các lần ghi có nơi hỗ trợ là nhà dân."),
    Indicator("1b", "trong đó: người từ 60 tuổi trở lên", "lượt", ("group:tu_60",),
              "Số lượt là người từ 60 tuổi; lần ghi không tách số thì tính mọi người của lần ghi đó."),
    Indicator("1c", "trong đó: người khuyết tật, hộ nghèo, người dân tộc thiểu số", "lượt", ("vulnerable",),
              "Số lượt thuộc ít nhất một trong ba nhóm; mỗi lượt tính một lần, không vượt số người của lần ghi."),
    Indicator("2", "Số lượt cài đặt, kích hoạt, khôi phục VNeID", "lượt", ("vneid",),
              "Số lượt có ít nhất một trong ba việc VNeID; mỗi lượt tính một lần, không vượt số người của lần ghi."),
    Indicator("3", "Số lượt hướng dẫn đăng nhập, sử dụng Cổng Dịch vụ công quốc gia", "lượt", ("portal",),
              "Số lượt có nội dung đăng nhập, sử dụng Cổng Dịch vụ công quốc gia."),
    Indicator("4", "Số hồ sơ nộp trực tuyến được hỗ trợ", "hồ sơ", ("dossiers",),
              "Cộng số hồ sơ đã ghi; không ghi số hồ sơ thì không tính, không suy ra từ số lượt."),
    Indicator("5", "Số giao dịch thanh toán trực tuyến được hỗ trợ (QR, chuyển khoản)", "giao dịch", ("payments",),
              "Cộng số giao dịch đã ghi; không ghi số giao dịch thì không tính, không suy ra từ số lượt."),
    Indicator("6", "Số tài khoản an sinh xã hội, ngân hàng, ví được hướng dẫn", "tài khoản", ("accounts",),
              "Mỗi lượt có nội dung an sinh xã hội tính một tài khoản."),
    Indicator("7", "Số người được xác nhận phổ cập kỹ năng số trên VNeID", "người", (),
              "Chưa có nguồn số liệu: để trống, không suy ra."),
    Indicator("8", "Số buổi tuyên truyền, hướng dẫn tập trung / số người dự", "buổi", ("sessions",),
              "Số lần ghi là buổi tập trung; kèm số người dự các buổi đó. Người dự cũng được tính vào chỉ tiêu 1."),
    Indicator("9", "Số lượt chưa xong, đã hẹn lại / đã chuyển", "lượt", ("result:hen_lai", "result:chuyen"),
              "Số lượt có kết quả hẹn lại cộng số lượt đã chuyển một cửa, Công an; không gồm việc không làm được."),
    Indicator("10", "Số tổ có hoạt động / tổng số tổ; số thành viên có hoạt động / tổng số", "tổ", (),
              "Tổ có ít nhất một lần ghi trong kỳ; kèm tổng số tổ, số thành viên có lần ghi và tổng số thành viên."),
    Indicator("11", "Khó khăn, vướng mắc; kiến nghị", "chữ", (),
              "Cán bộ viết; trợ lý không điền thay."),
)  # fmt: skip


def is_few(value: float | None, *, indicator: str = "", group: str = "") -> bool:
    """Whether a number above team level is shown as "fewer than FEW" instead of as itself: 1 to 4 people of a group
    that health, poverty or origin makes sensitive, who could be known again from so small a number.
    """
    return (indicator in SENSITIVE or group in VULNERABLE) and value is not None and 0 < value < FEW


def discreet(line: Mapping[str, Any]) -> dict[str, Any]:
    """An indicator's line of a report as people above team level are shown it: too small a number becomes "<5"."""
    few = [name for name in ("value", "previous", "year_to_date") if is_few(line[name], indicator=line["code"])]
    if not few:
        return dict(line)
    kept = {**line, **dict.fromkeys(few, FEWER), "change": None}  # the difference would tell it
    return kept | ({"percent": None} if "year_to_date" in few else {})


def ranks(values: Sequence[_Number | None]) -> list[int | None]:
    """The place of each among them, the largest first; equal values share a place, and silence (None) has none."""
    known = sorted((value for value in values if value is not None), reverse=True)
    return [None if value is None else known.index(value) + 1 for value in values]


def measures(entry: Entry) -> dict[str, int]:
    """Everything one saved entry adds to the counters of its day and team; nothing that is 0.

    A content, group or procedure not told apart has all the people of the entry. Where several are put together
    (`vneid`, `vulnerable`), those told apart are taken for different people, but never for more than there are.
    """
    contents = {code: _people(entry, n) for code, n in entry.contents.items()}
    groups = {code: _people(entry, n) for code, n in entry.groups.items()}
    counts = {
        "entries": 1,
        "people": entry.people,
        "vneid": min(entry.people, sum(contents.get(code, 0) for code in VNEID)),
        "portal": contents.get("cong_dvc", 0),
        "accounts": contents.get("an_sinh", 0),
        "vulnerable": min(entry.people, sum(groups.get(code, 0) for code in VULNERABLE)),
        "dossiers": entry.dossiers or 0,
        "payments": entry.payments or 0,
        "sessions": int(entry.session),
        "attendees": entry.people if entry.session else 0,
        "late": int(entry.entered_at is not None and entry.closed(entry.entered_at)),
        "corrected": int(entry.changed_at is not None),
    }
    if entry.place is not None:
        counts[f"place:{entry.place}"] = entry.people
    if entry.channel is not None:
        counts[f"channel:{entry.channel}"] = entry.people
    if entry.hamlet_id is not None:
        counts |= {f"hamlet:{entry.hamlet_id}:{measure}": counts[measure] for measure in OF_HAMLETS}
    counts |= {f"content:{code}": n for code, n in contents.items()}
    counts |= {f"result:{code}": n for code, n in entry.results.items()}
    counts |= {f"group:{code}": n for code, n in groups.items()}
    counts |= {f"procedure:{code}": _people(entry, n) for code, n in entry.procedures.items()}
    return {measure: n for measure, n in counts.items() if n}


def part(entry: Entry, figure: str) -> int:
    """What one saved entry adds to a figure: an indicator by its code, or a measure such as "procedure:khai-sinh".

    An indicator that counts teams or members has of each entry that it shows them at work: 1.
    """
    counted = measures(entry)
    indicator = next((i for i in INDICATORS if i.code == figure), None)
    if indicator is None:
        return counted.get(figure, 0)
    if indicator.code == TEAMS_ACTIVE:
        return 1
    return sum(counted.get(measure, 0) for measure in indicator.measures)


def _people(entry: Entry, told: int | None) -> int:
    return entry.people if told is None else told


# --- counters -----------------------------------------------------------------------------------------------

Place = tuple[str, dt.date, int]  # commune, day, team
Key = tuple[Any, ...]
"""The primary key of a counter: of day_count a place, of member_day a place and the member, of place_count the unit,
its first day and the commune."""
Rows = dict[Key, dict[str, int]]
"""By the measure, or of member_day by the column."""
_COUNTING = 31_441
"""Arbitrary number that names the matter "counting" among PostgreSQL's advisory locks."""
_TABLES = (place_count, day_count, member_day)


@dataclass(slots=True)
class Tally:
    """Signed differences to the counters, added up before they are written."""

    days: Counter[Key]
    entries: Counter[Key]
    people: Counter[Key]

    @classmethod
    def of(cls, gone: Iterable[Entry] = (), come: Iterable[Entry] = ()) -> "Tally":
        """What changes when some entries stop counting and others begin to."""
        tally = cls(Counter(), Counter(), Counter())
        for sign, entries in ((-1, gone), (1, come)):
            for entry in entries:
                tally.add(entry, sign)
        return tally

    def add(self, entry: Entry, times: int) -> None:
        """Counts an entry that many times more; below 0, less. Only a saved entry counts."""
        if entry.state == "saved":
            self.put((entry.commune, entry.day, entry.team_id), entry.member_id, measures(entry), times)

    def put(self, place: Place, member_id: int | None, counts: Mapping[str, int], times: int) -> None:
        """Counts what an entry of that place and member adds, that many times more."""
        for measure, n in counts.items():
            self.days[(*place, measure)] += n * times
        if member_id is not None:
            self.entries[(*place, member_id)] += times
            self.people[(*place, member_id)] += counts["people"] * times

    def rows(self) -> tuple[Rows, Rows, Rows]:
        """The differences to place_count, day_count and member_day, key by key."""
        places: Rows = defaultdict(lambda: defaultdict(int))
        days: Rows = defaultdict(dict)
        for (commune, day, team_id, measure), n in self.days.items():
            days[commune, day, team_id][measure] = n
            if measure.startswith(BELOW):
                continue
            for unit, first in units(day):
                places[unit, first, commune][measure] += n
                if measure == "entries":
                    places[unit, first, commune][f"{TEAM}{team_id}"] += n
        members = {key: {"entries": self.entries[key], "people": n} for key, n in self.people.items()}
        return places, days, members


def units(day: dt.date) -> tuple[tuple[str, dt.date], ...]:
    """The week, the month and the year a day belongs to, each by its first day."""
    return ("w", Week.of(day).monday), ("m", day.replace(day=1)), ("y", day.replace(month=1, day=1))


async def apply(connection: AsyncConnection, tally: Tally) -> None:
    """Writes the differences, always in the same order: no two transactions wait for each other's counters."""
    await _alone(connection, {commune for commune, *_ in tally.days})
    places, days, members = tally.rows()
    await _rewrite(connection, places, days)
    ordered = sorted((item for item in members.items() if any(item[1].values())), key=lambda item: item[0])
    more = [_bound(member_day, key, n) for key, n in ordered if min(n.values()) >= 0]
    less = [_bound(member_day, key, n) for key, n in ordered if min(n.values()) < 0]
    if more:
        await connection.execute(_growing(connection, member_day), more)
    if less:
        await connection.execute(_shrinking(member_day), less)


async def _rewrite(connection: AsyncConnection, places: Rows, days: Rows) -> None:
    """Reads the documents that change, and writes them anew: nobody else counts for the commune meanwhile.

    Raises ValueError for what would be less than nothing.
    """
    stretches = {Stretch(unit, first, first) for unit, first, _ in places} | {
        Stretch("d", day, day) for _, day, _ in days
    }
    communes = sorted({commune for commune, *_ in days})
    if not communes:
        return
    stored: Rows = {}
    for unit, first, commune, team_id, counts in await read(connection, communes, stretches):
        stored[(commune, first, team_id) if unit == "d" else (unit, first, commune)] = counts
    for table, changes in ((place_count, places), (day_count, days)):
        rows = []
        for key, more in sorted(item for item in changes.items() if any(item[1].values())):
            counts = plus(stored.get(key, {}), more)
            if min(counts.values(), default=0) < 0:
                raise ValueError(f"{table.name} {key}: less than nothing")
            rows.append({**dict(zip(table.primary_key.columns.keys(), key, strict=True)), "counts": counts})
        if rows:
            await connection.execute(_put(connection, table), rows)


async def _alone(connection: AsyncConnection, communes: Iterable[str]) -> None:
    """Lets one transaction at a time count for a commune: all count in the same rows of its week and year, and two
    that each write several entries would wait for one another. SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        for commune in sorted(communes):
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_COUNTING, int(commune))))


def _bound(table: sa.Table, key: Key, changes: Mapping[str, int]) -> dict[str, Any]:
    row = dict(zip(table.primary_key.columns.keys(), key, strict=True))
    if min(changes.values()) >= 0:
        return {**row, **changes}
    return {f"at_{name}": value for name, value in row.items()} | {f"plus_{name}": n for name, n in changes.items()}


def _put(connection: AsyncConnection, table: sa.Table) -> sa.Executable:
    insert = upsert(table, connection)
    keys = [column.name for column in table.primary_key]
    return insert.on_conflict_do_update(index_elements=keys, set_={"counts": insert.excluded.counts})


def _growing(connection: AsyncConnection, table: sa.Table) -> sa.Executable:
    insert = upsert(table, connection)
    keys = [column.name for column in table.primary_key]
    return insert.on_conflict_do_update(
        index_elements=keys,
        set_={c.name: c + insert.excluded[c.name] for c in table.c if c.name not in keys},
    )


def _shrinking(table: sa.Table) -> sa.Executable:
    # Not an upsert: the checks against values below 0 look at the row to insert before they look for a conflict.
    keys = [column.name for column in table.primary_key]
    return (
        sa.update(table)
        .where(*(table.c[name] == sa.bindparam(f"at_{name}") for name in keys))
        .values({c.name: c + sa.bindparam(f"plus_{c.name}") for c in table.c if c.name not in keys})
    )


# --- recount ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter that does not say what the entries say."""

    table: str
    key: Key
    name: str
    counted: int
    expected: int


async def recount(connection: AsyncConnection) -> list[Difference]:
    """Counts every saved entry anew, commune after commune, and returns where the counters differ."""
    found: list[Difference] = []
    everywhere = sa.union(*(sa.select(t.c.commune) for t in (assistance, *_TABLES)))
    for commune in sorted((await connection.execute(everywhere)).scalars()):
        entries = await load(connection, assistance.c.commune == commune, assistance.c.state == "saved")
        for table, expected in zip(_TABLES, Tally.of(come=entries).rows(), strict=True):
            found += await _differences(connection, table, commune, expected)
    return found


async def _differences(
    connection: AsyncConnection, table: sa.Table, commune: str, expected: Rows
) -> list[Difference]:
    stored = await connection.execute(sa.select(table).where(table.c.commune == commune))
    columns = [c.name for c in table.c if not c.primary_key]
    keys = table.primary_key.columns.keys()
    counted: Rows = {
        tuple(row[n] for n in keys): row["counts"] if columns == ["counts"] else {c: row[c] for c in columns}
        for row in stored.mappings()
    }
    return [
        Difference(table.name, key, name, *pair)
        for key in sorted(counted.keys() | expected.keys())
        for name in sorted(counted.get(key, {}).keys() | expected.get(key, {}).keys())
        if (pair := (counted.get(key, {}).get(name, 0), expected.get(key, {}).get(name, 0)))[0] != pair[1]
    ]
