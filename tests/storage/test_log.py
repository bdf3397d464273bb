"""The log: what is kept, who sees it, who may correct it and until when."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.entry import Entry
from storage.log import Log, NotAllowed, ReasonNeeded
from storage.periods import Period, Week
from storage.schema import assistance_history, day_count
from storage.scope import Scope
from storage.statistics import recount
from tests.databases import Statements
from tests.storage.village import COMMUNE, NEIGHBOUR, SATURDAY, build

WEEK = Period.of_week(Week(2026, 47))
MONDAY_AFTER = SATURDAY + dt.timedelta(days=2)
EVERYBODY = ("an", "bình", "chi", "dũng", "giang", "hoa", "khánh", "lan", "minh", "nga", "oanh")


async def saved(connection: AsyncConnection, entry: Entry) -> int:
    stored = await Log(connection).add(entry, SATURDAY)
    assert stored.id is not None
    return stored.id


async def allowed(action: Callable[[], Awaitable[object]]) -> bool:
    try:
        await action()
    except NotAllowed:
        return False
    return True


async def test_an_entry_is_read_back_as_it_was_entered(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        entry = village.entry(
            people=3, time="08:30", place="nha_van_hoa", dossiers=2, payments=0, minutes=45, session=True,
            contents={"vneid_kich_hoat": 2, "nop_ho_so": None}, results={"xong": 2, "hen_lai": 1},
            groups={"tu_60": None}, procedures={"khai-sinh": 1}, self_done=False, note="hẹn chiều mai",
            hamlet_id=village.hamlet["thôn 1"],
        )  # fmt: skip
        stored = await Log(connection).add(entry, SATURDAY)
    async with database.read() as connection:
        assert stored.id is not None
        found = await Log(connection).get(village.scope["an"], stored.id)
    assert found == stored
    assert found is not None
    assert found.entered_at == SATURDAY
    assert found.contents == {"vneid_kich_hoat": 2, "nop_ho_so": None}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("people", {"people": 0}),
        ("people", {"people": 10_001}),
        ("day", {"day": "2026-11-22"}),
        ("contents", {"contents": {}}),
        ("contents", {"contents": {"bói toán": None}}),
        ("contents", {"contents": {"khac": 2}}),
        ("results", {"people": 3, "results": {"xong": 2}}),
        ("results", {"people": 3, "results": {"xong": 3, "hen_lai": 1}}),
        ("groups", {"groups": {"tu_60": 0}}),
        ("procedures", {"procedures": {"x" * 41: None}}),
        ("place", {"place": "quán bia"}),
        ("time", {"time": "25:00"}),
        ("minutes", {"minutes": 1441}),
        ("dossiers", {"dossiers": -1}),
        ("payments", {"payments": -1}),
        ("note", {"note": "a" * 301}),
    ],
)
async def test_what_contradicts_itself_is_refused_by_name_and_leaves_no_trace(
    database: Database, field: str, wrong: dict[str, Any]
) -> None:
    async with database.write() as connection:
        village = await build(connection)
        with pytest.raises(ValueError, match=f"^{field}"):
            await Log(connection).add(village.entry(**wrong), SATURDAY)
        assert await Log(connection).entries(village.scope["hoa"], WEEK) == []
        assert await connection.scalar(sa.select(sa.func.count()).select_from(day_count)) == 0


SEES = {
    "an's": ("an", {"an", "chi", "hoa"}),
    "the head's own": ("chi", {"chi", "hoa"}),
    "another team's": ("dũng", {"dũng", "giang", "hoa"}),
    "another commune's": ("lan", {"lan", "khánh"}),
}


@pytest.mark.parametrize("case", SEES)
async def test_who_sees_an_entry(database: Database, case: str) -> None:
    member, expected = SEES[case]
    team = {"dũng": "hai", "lan": "láng giềng"}.get(member, "một")
    async with database.write() as connection:
        village = await build(connection)
        log = Log(connection)
        key = await saved(connection, village.entry(member, team))
        got, listed = set(), set()
        for name in EVERYBODY:
            if await log.get(village.scope[name], key):
                got.add(name)
            if await log.entries(village.scope[name], WEEK):
                listed.add(name)
    assert got == expected
    assert listed == expected


CHANGES = {
    # whose entry, is the week closed, who may change it and who may void it
    "a member's, open week": ("an", SATURDAY, {"an", "chi", "hoa"}),
    "a member's, closed week": ("an", MONDAY_AFTER, {"hoa"}),
    "another team's, open week": ("dũng", SATURDAY, {"dũng", "giang", "hoa"}),
    "another commune's, closed week": ("lan", MONDAY_AFTER, {"khánh"}),
}


@pytest.mark.parametrize("case", CHANGES)
async def test_who_corrects_an_entry_and_until_when(database: Database, case: str) -> None:
    member, now, expected = CHANGES[case]
    team = {"dũng": "hai", "lan": "láng giềng"}.get(member, "một")
    changers, voiders = set(), set()
    async with database.write() as connection:
        village = await build(connection)
        log = Log(connection)
        for number, name in enumerate(EVERYBODY, start=2):
            key = await saved(connection, village.entry(member, team))
            scope, changes = village.scope[name], {"people": number}
            if await allowed(lambda: log.change(scope, key, changes, now, "nhầm số")):  # noqa: B023
                changers.add(name)
            if await allowed(lambda: log.void(scope, key, "ghi trùng", now)):  # noqa: B023
                voiders.add(name)
        assert await recount(connection) == []
    assert changers == expected
    assert voiders == expected


WRITES = [
    # author, member, team, may
    ("an", "an", "một", True),
    ("chi", "chi", "một", True),
    ("chi", "an", "một", True),
    ("hoa", "an", "một", True),
    ("an", "bình", "một", False),
    ("an", "an", "hai", False),
    ("chi", "dũng", "một", False),
    ("chi", "dũng", "hai", False),
    ("hoa", "lan", "láng giềng", False),
    ("hoa", "hoa", "một", False),
    ("khánh", "an", "một", False),
    ("minh", "an", "một", False),
    ("nga", "an", "một", False),
    ("oanh", "oanh", "một", False),
]


async def test_who_writes_an_entry_for_whom(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log = Log(connection)
        for author, member, team, may in WRITES:
            entry = village.entry(member, team, by=author)
            assert await allowed(lambda: log.add(entry, SATURDAY)) is may, (author, member, team)  # noqa: B023
            assert await allowed(lambda: log.draft(entry, SATURDAY)) is may, (author, member, team)  # noqa: B023


async def test_an_officer_writes_for_a_team_without_naming_a_member(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log = Log(connection)
        for author, may in (("hoa", True), ("chi", False), ("khánh", False)):
            entry = Entry(
                team_id=village.team["một"], commune=COMMUNE, day=SATURDAY.date(), contents={"lua_dao": None},
                entered_by=village.person[author], session=True, people=40,
            )  # fmt: skip
            assert await allowed(lambda: log.add(entry, SATURDAY)) is may, author  # noqa: B023
        assert await recount(connection) == []


async def test_team_commune_and_hamlet_must_belong_together(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log = Log(connection)
        elsewhere = village.entry(hamlet_id=village.hamlet["thôn 9"])
        lied = Entry(
            team_id=village.team["một"], commune=NEIGHBOUR, day=SATURDAY.date(), contents={"khac": None},
            member_id=village.person["an"], entered_by=village.person["an"],
        )  # fmt: skip
        for entry in (elsewhere, lied):
            with pytest.raises(NotAllowed):
                await log.add(entry, SATURDAY)
        key = await saved(connection, village.entry())
        with pytest.raises(NotAllowed):
            await log.change(village.scope["an"], key, {"hamlet_id": village.hamlet["thôn 9"]}, SATURDAY)


async def test_a_closed_week_is_corrected_only_with_a_reason(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log, officer = Log(connection), village.scope["hoa"]
        key = await saved(connection, village.entry())
        assert (await log.change(officer, key, {"people": 2}, SATURDAY)).people == 2
        with pytest.raises(ReasonNeeded):
            await log.change(officer, key, {"people": 3}, MONDAY_AFTER)
        with pytest.raises(ReasonNeeded):
            await log.change(officer, key, {"people": 3}, MONDAY_AFTER, "x" * 61)
        with pytest.raises(ReasonNeeded):
            await log.void(officer, key, "", MONDAY_AFTER)
        changed = await log.change(officer, key, {"people": 3}, MONDAY_AFTER, "đếm lại theo sổ")
        assert (changed.people, changed.changed_at) == (3, MONDAY_AFTER)
        rows = (await connection.execute(sa.select(assistance_history).order_by("id"))).all()
        assert [(r.before, r.reason, r.by) for r in rows] == [
            ({"people": 1}, None, officer.person_id),
            ({"people": 2}, "đếm lại theo sổ", officer.person_id),
        ]
        assert await recount(connection) == []


async def test_a_member_who_left_the_team_sees_his_entries_no_more(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        key = await saved(connection, village.entry())
        gone = Scope(village.person["an"])
        assert await Log(connection).get(gone, key) is None
        assert await Log(connection).of_member(gone, WEEK) == []


async def test_a_void_entry_stays_to_be_seen_but_cannot_be_changed_again(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log, scope = Log(connection), village.scope["an"]
        key = await saved(connection, village.entry())
        await log.void(scope, key, "ghi trùng", SATURDAY)
        found = await log.get(scope, key)
        assert found is not None
        assert (found.state, found.void_reason) == ("void", "ghi trùng")
        for action in (
            lambda: log.change(scope, key, {"people": 2}, SATURDAY),
            lambda: log.void(scope, key, "lại", SATURDAY),
            lambda: log.save_draft(scope, key, SATURDAY),
            lambda: log.discard_draft(scope, key),
        ):
            assert not await allowed(action)
        assert await log.of_member(scope, WEEK) == []


async def test_only_what_is_said_of_the_help_can_be_changed(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log, scope = Log(connection), village.scope["an"]
        key = await saved(connection, village.entry(people=3))
        for field in ("state", "team_id", "member_id", "commune", "entered_at", "id", "nonsense"):
            with pytest.raises(ValueError, match=field):
                await log.change(scope, key, {field: 1}, SATURDAY)
        with pytest.raises(ValueError, match="results"):
            await log.change(scope, key, {"results": {"xong": 2}}, SATURDAY)
        found = await log.get(scope, key)
        assert found is not None
        assert found.changed_at is None


async def test_a_change_that_changes_nothing_leaves_no_history(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        key = await saved(connection, village.entry())
        unchanged = await Log(connection).change(village.scope["an"], key, {"people": 1}, SATURDAY)
        assert unchanged.changed_at is None
        assert await connection.scalar(sa.select(sa.func.count()).select_from(assistance_history)) == 0


async def test_a_draft_is_its_authors_alone_and_counts_nowhere(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log = Log(connection)
        draft = await log.draft(village.entry("an", by="chi", contents={}), SATURDAY)
        assert draft.id is not None
        seen = {name for name in EVERYBODY if await log.get(village.scope[name], draft.id)}
        assert seen == {"chi"}
        assert await log.entries(village.scope["hoa"], WEEK) == []
        assert await log.last_of(village.person["an"]) is None
        assert await connection.scalar(sa.select(sa.func.count()).select_from(day_count)) == 0
        for name in EVERYBODY:
            scope = village.scope[name]
            if name != "chi":
                assert not await allowed(lambda: log.save_draft(scope, draft.id or 0, SATURDAY))  # noqa: B023
                assert not await allowed(lambda: log.discard_draft(scope, draft.id or 0))  # noqa: B023


async def test_a_draft_is_saved_with_last_changes_and_entered_then(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log, scope = Log(connection), village.scope["an"]
        draft = await log.draft(village.entry(contents={}), SATURDAY)
        assert draft.id is not None
        with pytest.raises(ValueError, match="contents"):
            await log.save_draft(scope, draft.id, SATURDAY)
        await log.save_draft(scope, draft.id, MONDAY_AFTER, {"contents": {"giay_to": None}, "people": 4})
        found = await log.get(scope, draft.id)
        assert found is not None
        assert (found.state, found.people, found.entered_at) == ("saved", 4, MONDAY_AFTER)
        assert found.changed_at is None
        assert await recount(connection) == []
        assert not await allowed(lambda: log.save_draft(scope, draft.id or 0, MONDAY_AFTER))


async def test_a_discarded_draft_is_gone(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log, scope = Log(connection), village.scope["an"]
        draft = await log.draft(village.entry(), SATURDAY)
        assert draft.id is not None
        await log.discard_draft(scope, draft.id)
        assert await log.get(scope, draft.id) is None
        assert not await allowed(lambda: log.discard_draft(scope, draft.id or 0))


async def test_as_last_time_is_what_was_entered_last_whatever_its_day(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log = Log(connection)
        await log.add(village.entry(day="2026-11-20"), SATURDAY)
        later = await log.add(
            village.entry(day="2026-11-02", contents={"thue": None}), SATURDAY + dt.timedelta(minutes=1)
        )
        void = await log.add(village.entry(day="2026-11-21"), SATURDAY + dt.timedelta(minutes=2))
        await log.void(village.scope["an"], void.id or 0, "nhầm", SATURDAY)
        assert await log.last_of(village.person["an"]) == later


async def test_entries_are_narrowed_to_a_commune_a_team_and_days(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        log, officer = Log(connection), village.scope["hoa"]
        first = await log.add(village.entry("an", day="2026-11-16"), SATURDAY)
        second = await log.add(village.entry("dũng", "hai", day="2026-11-20"), SATURDAY)
        await log.add(village.entry("an", day="2026-11-15"), SATURDAY)
        assert await log.entries(officer, WEEK) == [first, second]
        assert await log.entries(officer, WEEK, commune=COMMUNE) == [first, second]
        assert await log.entries(officer, WEEK, commune=NEIGHBOUR) == []
        assert await log.entries(officer, WEEK, team_id=village.team["hai"]) == [second]
        assert await log.entries(village.scope["chi"], WEEK, team_id=village.team["hai"]) == []
        assert await log.of_member(village.scope["an"], WEEK) == [first]


async def test_an_entry_costs_a_handful_of_statements(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
    seen = Statements(database)
    rich = village.entry(
        people=5, place="cho", contents={"vneid_cai_dat": 2, "giay_to": 3, "cong_dvc": None}, results={"xong": 5},
        groups={"tu_60": 1}, procedures={"khai-sinh": 1}, dossiers=1, payments=1,
    )  # fmt: skip
    async with database.write() as connection:
        key = (await Log(connection).add(rich, SATURDAY)).id
    alone = 0 if database.is_sqlite else 1  # PostgreSQL: one at a time counts for a commune
    # the right to write, the row, its items; the counters read, those of the commune, of the team and of the member
    assert len(seen.take()) == 7 + alone
    async with database.write() as connection:
        await Log(connection).change(village.scope["an"], key or 0, {"people": 6, "results": {}}, SATURDAY)
    # row and items read; row, items (out and in) and history written; counters read and written
    assert len(seen.take()) == 10 + alone
    async with database.write() as connection:
        await Log(connection).void(village.scope["an"], key or 0, "nhầm", SATURDAY)
    assert len(seen.take()) == 8 + alone
