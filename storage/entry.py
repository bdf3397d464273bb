"""One assistance as people speak of it, and how it lies in the tables."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.periods import Week
from storage.schema import CHANNELS, CONTENTS, GROUPS, PLACES, RESULTS, assistance, assistance_item
from storage.schema.reports import entry_channel

NOTE_LENGTH = 300
_TIME = re.compile(r"sáng|trưa|chiều|tối|([01]\d|2[0-3]):[0-5]\d")
_KINDS = {"content": "contents", "result": "results", "group": "groups", "procedure": "procedures"}
_COLUMNS = tuple(column.name for column in assistance.c)
_TYPED_ON = (
    sa.select(entry_channel.c.channel).where(entry_channel.c.assistance_id == assistance.c.id).scalar_subquery()
).label("channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of the log. `people` counts lượt; a content, group or procedure with None has all of them.

    `results` either is empty or adds up to `people`. The last five fields are the log's own: what a caller puts
    there is not used.
    """

    team_id: int
    commune: str
    day: dt.date
    people: int = 1
    contents: Mapping[str, int | None] = field(default_factory=dict)
    results: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, int | None] = field(default_factory=dict)
    procedures: Mapping[str, int | None] = field(default_factory=dict)
    member_id: int | None = None
    entered_by: int | None = None
    hamlet_id: int | None = None
    time: str | None = None
    place: str | None = None
    dossiers: int | None = None
    payments: int | None = None
    minutes: int | None = None
    session: bool = False
    self_done: bool | None = None
    note: str | None = None
    run_id: int | None = None
    channel: str | None = None
    """Where it was typed; kept from the first moment on."""
    id: int | None = None
    state: str = "saved"
    entered_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None
    void_reason: str | None = None

    def closed(self, now: dt.datetime) -> bool:
        """Whether the week of its day is over, so that only an officer of the commune may still correct it."""
        return Week.of(self.day).closed(now)

    def row(self) -> dict[str, Any]:
        """Its columns in the table, without the key."""
        return {name: getattr(self, name) for name in _COLUMNS if name != "id"}

    def items(self) -> list[dict[str, Any]]:
        """Its rows in the table of contents, results, groups and procedures, without the key."""
        return [
            {"kind": kind, "code": code, "people": people}
            for kind, name in _KINDS.items()
            for code, people in getattr(self, name).items()
        ]


def validate(entry: Entry, today: dt.date) -> None:
    """Raises ValueError, naming the field, when the entry contradicts itself or lies in the future.

    A draft may still be without contents.
    """
    if not 1 <= entry.people <= 10_000:
        raise ValueError("people: 1 to 10000")
    if entry.day > today:
        raise ValueError("day: not yet come")
    if entry.state != "draft" and not entry.contents:
        raise ValueError("contents: at least one")
    if entry.time is not None and not _TIME.fullmatch(entry.time):
        raise ValueError("time: sáng, trưa, chiều, tối or HH:MM")
    if entry.place is not None and entry.place not in PLACES:
        raise ValueError(f"place: unknown code {entry.place!r}")
    if entry.channel is not None and entry.channel not in CHANNELS:
        raise ValueError(f"channel: unknown {entry.channel!r}")
    if entry.minutes is not None and not 0 <= entry.minutes <= 1440:
        raise ValueError("minutes: 0 to 1440")
    for name in ("dossiers", "payments"):
        if (getattr(entry, name) or 0) < 0:
            raise ValueError(f"{name}: not below 0")
    if entry.note is not None and len(entry.note) > NOTE_LENGTH:
        raise ValueError(f"note: at most {NOTE_LENGTH} characters")
    _validate_items(entry)


def _validate_items(entry: Entry) -> None:
    for name, codes in (("contents", CONTENTS), ("results", RESULTS), ("groups", GROUPS), ("procedures", None)):
        for code, people in getattr(entry, name).items():
            if (codes is not None and code not in codes) or not 1 <= len(code) <= 40:
                raise ValueError(f"{name}: unknown code {code!r}")
            if people is not None and not 1 <= people <= entry.people:
                raise ValueError(f"{name}: {code} is 1 to {entry.people} people")
    if entry.results and sum(entry.results.values()) != entry.people:
        raise ValueError("results: must add up to people")


async def load(
    connection: AsyncConnection, *conditions: sa.ColumnElement[bool], newest: int | None = None, lock: bool = False
) -> list[Entry]:
    """The entries that meet the conditions, by day; with `newest`, that many, the last entered first.

    Two statements, however many entries. `lock` keeps other transactions from changing them before ours ends.
    """
    rows = sa.select(assistance, _TYPED_ON).where(*conditions)
    if newest is None:
        rows = rows.order_by(assistance.c.day, assistance.c.id)
    else:
        rows = rows.order_by(assistance.c.entered_at.desc(), assistance.c.id.desc()).limit(newest)
    found = (await connection.execute(rows.with_for_update() if lock else rows)).mappings().all()
    if not found:
        return []
    ids = rows.order_by(None).with_only_columns(assistance.c.id) if newest is None else [row["id"] for row in found]
    items: dict[int, dict[str, Any]] = defaultdict(lambda: defaultdict(dict))
    listed = sa.select(assistance_item).where(assistance_item.c.assistance_id.in_(ids))
    for item in await connection.execute(listed):
        items[item.assistance_id][_KINDS[item.kind]][item.code] = item.people
    return [Entry(**row, **items[row["id"]]) for row in found]
