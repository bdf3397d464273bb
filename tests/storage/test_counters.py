"""Counters equal a recount after anything that can happen to the log, on both engines."""

import asyncio
import contextlib
import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any, Literal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.entry import Entry
from storage.log import Log, NotAllowed
from storage.periods import VIETNAM, Period
from storage.schema import (
    CHANNELS,
    CONTENTS,
    GROUPS,
    PLACES,
    RESULTS,
    assistance,
    assistance_history,
    day_count,
    member_day,
    person,
)
from storage.schema.sums import place_count
from storage.statistics import BELOW, measures, recount
from storage.sums import pieces, sums
from storage.teams import Teams
from storage.vault import Vault
from tests.storage.village import COMMUNE, NEIGHBOUR, SATURDAY, Village, build

MEMBERS = (("an", "một"), ("bình", "một"), ("chi", "một"), ("dũng", "hai"), ("lan", "láng giềng"))
EDITORS = ("an", "chi", "dũng", "hoa", "khánh")
DAYS = st.dates(dt.date(2026, 11, 12), dt.date(2026, 11, 26))


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """What an entry says of the help, never contradicting itself."""
    people = draw(st.integers(1, 6))
    told = st.none() | st.integers(1, people)
    results: dict[str, int] = {}
    if draw(st.booleans()):
        parts = draw(st.lists(st.sampled_from(RESULTS), min_size=people, max_size=people))
        results = {code: parts.count(code) for code in set(parts)}
    return {
        "people": people,
        "day": draw(DAYS),
        "place": draw(st.none() | st.sampled_from(PLACES)),
        "contents": draw(st.dictionaries(st.sampled_from(CONTENTS), told, min_size=1, max_size=4)),
        "groups": draw(st.dictionaries(st.sampled_from(GROUPS), told, max_size=3)),
        "procedures": draw(st.dictionaries(st.sampled_from(("khai-sinh", "ket-hon")), told, max_size=2)),
        "results": results,
        "dossiers": draw(st.none() | st.integers(0, 9)),
        "payments": draw(st.none() | st.integers(0, 9)),
        "session": draw(st.booleans()),
    }


MOMENTS = st.datetimes(dt.datetime(2026, 11, 26), dt.datetime(2026, 12, 2), timezones=st.just(VIETNAM))  # noqa: DTZ001
STEP = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(MEMBERS), facts(), MOMENTS),
    st.tuples(st.just("draft"), st.sampled_from(MEMBERS), facts(), MOMENTS),
    st.tuples(st.just("save"), st.integers(0, 9), facts() | st.none(), MOMENTS),
    st.tuples(st.just("discard"), st.integers(0, 9), st.none(), MOMENTS),
    st.tuples(st.just("change"), st.tuples(st.integers(0, 9), st.sampled_from(EDITORS)), facts(), MOMENTS),
    st.tuples(st.just("void"), st.tuples(st.integers(0, 9), st.sampled_from(EDITORS)), st.none(), MOMENTS),
    st.tuples(st.just("move"), st.sampled_from(MEMBERS[:4]), st.none(), MOMENTS),
    st.tuples(st.just("merge"), st.sampled_from(("team", "hamlet")), st.none(), MOMENTS),
)


class Player:
    """Does one step after another; what a person may not do is refused and leaves nothing."""

    def __init__(self, connection: AsyncConnection, village: Village) -> None:
        self.log = Log(connection)
        self.teams = Teams(connection, Vault(b"test"))
        self.merged: set[str] = set()
        self.village = village
        self.kept: list[Entry] = []
        self._named = False

    async def play(self, kind: str, who: Any, said: dict[str, Any] | None, now: dt.datetime) -> None:
        with contextlib.suppress(NotAllowed):
            await self._play(kind, who, said, now)

    async def _play(self, kind: str, who: Any, said: dict[str, Any] | None, now: dt.datetime) -> None:
        if kind == "move":
            one, two = self.village.team["một"], self.village.team["hai"]
            old, new = (one, two) if who[1] == "một" else (two, one)
            await self.teams.move(self.village.scope["hoa"], self.village.person[who[0]], old, new, now)
        elif kind == "merge":
            await self._merge(who, now)
        elif kind in ("add", "draft"):
            fields = dict(said or {})
            member, team = who
            entry = self.village.entry(
                member, team, str(fields.pop("day")), channel=CHANNELS[len(self.kept) % 4], **fields
            )
            entry = replace(entry, **self._where(entry))
            self.kept.append(await (self.log.add if kind == "add" else self.log.draft)(entry, now))
        else:
            await self._edit(kind, who, said, now)

    async def _merge(self, kind: Literal["team", "hamlet"], now: dt.datetime) -> None:
        """Tổ hai goes into Tổ một, or the hamlet into a new one; once."""
        if kind in self.merged:
            return
        self.merged.add(kind)
        hoa = self.village.scope["hoa"]
        if kind == "team":
            await self.teams.merge(hoa, "team", self.village.team["hai"], self.village.team["một"], now)
        else:
            new = await self.teams.found(hoa, COMMUNE, "Thôn Mới", now, kind="hamlet")
            await self.teams.merge(hoa, "hamlet", self.village.hamlet["thôn 1"], new, now)

    async def _edit(self, kind: str, who: Any, said: dict[str, Any] | None, now: dt.datetime) -> None:
        number, editor = who if isinstance(who, tuple) else (who, None)
        if not self.kept:
            return
        entry = self.kept[number % len(self.kept)]
        author = next(name for name, key in self.village.person.items() if key == entry.entered_by)
        scope, key = self.village.scope[editor or author], entry.id or 0
        if kind == "save":
            await self.log.save_draft(scope, key, now, said)
        elif kind == "discard":
            await self.log.discard_draft(scope, key)
        elif kind == "change":
            await self.log.change(scope, key, (said or {}) | self._where(entry), now, "nhầm")
        else:
            await self.log.void(scope, key, "nhầm", now)

    def _where(self, entry: Entry) -> dict[str, Any]:
        """Every other entry names its hamlet, until it is changed."""
        self._named = not self._named
        place = self.village.hamlet["thôn 1" if entry.commune == COMMUNE else "thôn 9"]
        return {"hamlet_id": place if self._named else None}


async def alter(connection: AsyncConnection, table: sa.Table, numbers: dict[str, int]) -> None:
    """Behind the program's back."""
    await connection.execute(sa.update(table).values(counts=await counts_of(connection, table) | numbers))


async def counts_of(connection: AsyncConnection, table: sa.Table) -> dict[str, int]:
    """The first document of the table."""
    return dict((await connection.execute(sa.select(table.c.counts).limit(1))).scalar_one())


class Undo(Exception):
    """Ends an example and takes back what it wrote."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=12))
async def test_counters_equal_a_recount_after_any_sequence(database: Database, steps: list[Any]) -> None:
    with contextlib.suppress(Undo):
        async with database.write() as connection:
            player = Player(connection, await build(connection))
            for step in steps:
                await player.play(*step)
                assert await recount(connection) == []
            raise Undo


@given(facts(), st.booleans())
def test_no_part_of_an_entry_counts_more_people_than_it_has(said: dict[str, Any], late: bool) -> None:
    moment = dt.datetime.combine(said["day"] + dt.timedelta(days=14 * late), dt.time(0, 0), VIETNAM)
    entry = Entry(team_id=1, commune="31441", entered_at=moment, **said)
    counted = measures(entry)
    of_people = {m for m in counted if ":" in m} | {"vneid", "portal", "accounts", "vulnerable", "attendees"}
    assert all(n > 0 for n in counted.values())
    assert all(counted.get(m, 0) <= entry.people for m in of_people)
    assert counted["entries"] == 1
    assert counted.get("late", 0) == late
    assert sum(n for m, n in counted.items() if m.startswith("result:")) in (0, entry.people)


async def test_two_at_once_in_the_same_team_lose_no_count(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)

    async def enter(number: int) -> None:
        async with database.write() as connection:
            entry = village.entry("an" if number % 2 else "bình", people=number, place=PLACES[number % 6])
            stored = await Log(connection).add(entry, SATURDAY)
            await asyncio.sleep(0)
            await Log(connection).change(village.scope["chi"], stored.id or 0, {"people": number + 1}, SATURDAY)

    await asyncio.gather(*(enter(number) for number in range(1, 13)))
    async with database.read() as connection:
        assert await recount(connection) == []
        assert (await counts_of(connection, day_count))["people"] == sum(range(2, 14))


async def test_a_transaction_that_fails_leaves_neither_entry_nor_count(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
    with contextlib.suppress(Undo):
        async with database.write() as connection:
            await Log(connection).add(village.entry(), SATURDAY)
            raise Undo
    async with database.read() as connection:
        for table in (assistance, day_count, member_day, assistance_history):
            assert await connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0


async def test_the_numbers_stay_when_a_member_asks_to_be_forgotten(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        stored = await Log(connection).add(village.entry(people=3), SATURDAY)
        await connection.execute(sa.delete(person).where(person.c.id == village.person["an"]))
        assert await recount(connection) == []
        assert (await counts_of(connection, day_count))["people"] == 3
        await Log(connection).change(village.scope["chi"], stored.id or 0, {"people": 2}, SATURDAY)
        assert await recount(connection) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=3, max_size=12), first=st.dates(dt.date(2025, 12, 20), dt.date(2026, 11, 26)),
       length=st.integers(0, 400))  # fmt: skip
async def test_sums_of_any_days_are_those_of_the_days(
    database: Database, steps: list[Any], first: dt.date, length: int
) -> None:
    span = Period(first, first + dt.timedelta(days=length))
    c = day_count.c
    with contextlib.suppress(Undo):
        async with database.write() as connection:
            player = Player(connection, await build(connection))
            for step in steps:
                await player.play(*step)
            days: Counter[tuple[str, str]] = Counter()
            for place, counts in await connection.execute(
                sa.select(c.commune, c.counts).where(c.day.between(span.first, span.last))
            ):
                days += Counter({(place, m): n for m, n in counts.items() if not m.startswith(BELOW)})
            summed = await sums(connection, (COMMUNE, NEIGHBOUR), [span])
            found = {(place, m): n for place, (counts,) in summed.items() for m, n in counts.items() if n}
            assert {key: n for key, n in found.items() if not key[1].startswith("team:")} == days
            of_teams = sum(n for (_, measure), n in found.items() if measure.startswith("team:"))
            assert of_teams == sum(n for (_, measure), n in days.items() if measure == "entries")
            raise Undo


@given(st.dates(dt.date(2020, 1, 1), dt.date(2029, 12, 31)), st.integers(0, 800))
def test_the_pieces_of_any_days_cover_each_day_once(first: dt.date, length: int) -> None:
    span = Period(first, first + dt.timedelta(days=length))
    found = pieces(span)
    covered: Counter[dt.date] = Counter()
    for piece in found:
        for n in range((piece.last - piece.first).days + 1):
            covered[piece.first + dt.timedelta(days=n)] += piece.sign
    assert {day for day, n in covered.items() if n} == {first + dt.timedelta(days=n) for n in range(length + 1)}
    assert set(covered.values()) <= {0, 1}
    assert sum((p.last - p.first).days + 1 for p in found if p.unit == "d") <= 24


async def test_a_recount_finds_a_counter_that_lies(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await Log(connection).add(village.entry(people=3), SATURDAY)
        await alter(connection, day_count, {"people": 4, "vneid": 0})
        await alter(connection, place_count, {"people": 5})
        await connection.execute(sa.update(member_day).values(entries=2))
        found = [(d.table, d.key[0], d.name, d.counted, d.expected) for d in await recount(connection)]
    assert found == [
        ("place_count", "m", "people", 5, 3),
        ("place_count", "w", "people", 5, 3),
        ("place_count", "y", "people", 5, 3),
        ("day_count", COMMUNE, "people", 4, 3),
        ("day_count", COMMUNE, "vneid", 0, 3),
        ("member_day", COMMUNE, "entries", 2, 1),
    ]


async def test_nothing_is_ever_counted_below_zero(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        stored = await Log(connection).add(village.entry(people=3), SATURDAY)
        await alter(connection, day_count, {"people": 2})
        with pytest.raises(ValueError, match="less than nothing"):
            await Log(connection).void(village.scope["chi"], stored.id or 0, "nhầm", SATURDAY)
