"""The list of a decision as stored: who is added, kept or gone, and what a code gives whoever comes with it."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.holders import holders
from storage.memory import Memory
from storage.periods import Period
from storage.report import report
from storage.roster import Imported, Listed
from storage.schema import audit, invitation, team
from storage.schema.people import roster
from tests.databases import Statements
from tests.storage.village import COMMUNE, SATURDAY, build

AN = Listed(0, "Nguyễn Văn An", "Tổ thôn 3", "Thôn 3", "head", "Tổ trưởng", "0905000101")
BE = Listed(1, "Trần Thị Bé", "Tổ thôn 3", "Thôn 3", "member", "Tổ phó", "0905000102")
CA = Listed(2, "Lê Ca", "Tổ thôn 4", "Thôn 4", "member", "Thành viên", None)
AN_4 = Listed(0, "Nguyễn Văn An", "Tổ thôn 4", "Thôn 4", "member", "Thành viên", "0905000101")


async def take(memory: Memory, people: Sequence[Listed], end_gone: bool = False, again: bool = False) -> Imported:
    return await memory.rosters.take(
        COMMUNE, people, SATURDAY, name_key=str.casefold, place_key=str.casefold, end_gone=end_gone, again=again,
    )  # fmt: skip


async def come(memory: Memory, name: str, code: str) -> int:
    """Somebody consents and types the code of his slip."""
    chat = await memory.people.admit("web", name, consent_version=1, now=SATURDAY)
    assert await memory.invitations.redeem(code, chat.person_id, SATURDAY) is not None
    return chat.person_id


async def places(memory: Memory, person_id: int) -> set[tuple[str, str]]:
    """His roles, by team."""
    return {(g.role, g.team_name or "") for g in (await memory.people.scope(person_id)).grants}


async def count(connection: AsyncConnection, table: sa.Table) -> int:
    return int(await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def test_one_code_gives_every_place_a_person_has_in_the_list(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        first = await take(memory, [AN, BE, CA, AN_4])
        assert [(s.name, s.teams, s.phone_end) for s in first.slips] == [
            ("Nguyễn Văn An", (("Tổ thôn 3", "Tổ trưởng"), ("Tổ thôn 4", "Thành viên")), "101"),
            ("Trần Thị Bé", (("Tổ thôn 3", "Tổ phó"),), "102"), ("Lê Ca", (("Tổ thôn 4", "Thành viên"),), None),
        ]  # fmt: skip
        assert len(first.added) == 4
        an = await come(memory, "an", first.slips[0].code)
        assert await places(memory, an) == {("head", "Tổ thôn 3"), ("member", "Tổ thôn 4")}


async def test_no_telephone_is_kept_that_could_be_read(database: Database) -> None:
    async with database.write() as connection:
        await take(Memory(connection, database.vault), [AN, BE])
        kept = (await connection.execute(sa.select(roster))).mappings().all()
    assert all(not any("0905" in str(value) for value in row.values()) for row in kept)
    assert kept[0]["phone"] == database.vault.lane("member-phone", "0905000101")


async def test_the_same_list_again_changes_nothing(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        first = await take(memory, [AN, BE, CA])
        await come(memory, "an", first.slips[0].code)
        again = await take(memory, [AN, BE, CA])
        assert (len(again.added), len(again.kept), again.gone, again.slips) == (0, 3, [], [])
        assert await count(connection, roster) == 3
        assert await count(connection, team) == 2
        assert await come(memory, "bé", first.slips[1].code)


async def test_those_gone_stay_until_they_are_ended(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        first = await take(memory, [AN, BE, CA])
        be = await come(memory, "bé", first.slips[1].code)
        told = await take(memory, [AN])
        assert sorted(told.gone) == [("Lê Ca", "Tổ thôn 4"), ("Trần Thị Bé", "Tổ thôn 3")]
        assert await places(memory, be) == {("member", "Tổ thôn 3")}
        ended = await take(memory, [AN], end_gone=True)
        assert sorted(ended.gone) == sorted(told.gone)
        assert await places(memory, be) == set()
        chat = await memory.people.admit("web", "ca", consent_version=1, now=SATURDAY)
        assert await memory.invitations.redeem(first.slips[2].code, chat.person_id, SATURDAY) is None
        assert (await take(memory, [AN])).gone == []


async def test_a_member_invited_in_the_chat_is_known_by_name_or_told_as_gone(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        memory = Memory(connection, database.vault)
        an = Listed(0, "AN", "tổ một", None, "head", "Tổ trưởng", None)
        result = await take(memory, [an])
        assert (len(result.kept), result.slips) == (1, [])
        assert sorted(result.gone) == [("bình", "Tổ một"), ("chi", "Tổ một"), ("dũng", "Tổ hai"), ("giang", "Tổ hai")]
        assert {g.role for g in (await memory.people.scope(village.person["an"])).grants} == {"head"}


async def test_whoever_has_come_gets_a_new_place_at_once_and_a_changed_one_too(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        first = await take(memory, [BE])
        be = await come(memory, "bé", first.slips[0].code)
        leads = Listed(1, "Trần Thị Bé", "Tổ thôn 3", "Thôn 3", "head", "Tổ trưởng", "0905000102")
        too = Listed(1, "Trần Thị Bé", "Tổ thôn 4", "Thôn 4", "member", "Thành viên", "0905000102")
        result = await take(memory, [leads, too])
        assert result.slips == []
        assert await places(memory, be) == {("head", "Tổ thôn 3"), ("member", "Tổ thôn 4")}


async def test_new_codes_for_those_who_have_not_come_and_the_old_ones_end(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        first = await take(memory, [AN, BE])
        await come(memory, "an", first.slips[0].code)
        second = await take(memory, [AN, BE], again=True)
        assert [s.name for s in second.slips] == ["Trần Thị Bé"]
        chat = await memory.people.admit("web", "bé", consent_version=1, now=SATURDAY)
        assert await memory.invitations.redeem(first.slips[1].code, chat.person_id, SATURDAY) is None
        assert await memory.invitations.redeem(second.slips[0].code, chat.person_id, SATURDAY) is not None
        assert await count(connection, invitation) == 2


async def test_namesakes_with_telephones_of_their_own_stay_two(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        other = Listed(1, AN.name, AN.team, AN.hamlet, "member", "Thành viên", "0905000199")
        first = await take(memory, [AN, other])
        assert len(first.slips) == 2
        again = await take(memory, [other, AN])
        assert (len(again.kept), again.added, again.gone) == (2, [], [])
        rows = (await connection.execute(sa.select(roster.c.role, roster.c.phone).order_by(roster.c.id))).all()
        assert [r.role for r in rows] == ["head", "member"]
        assert len({r.phone for r in rows}) == 2


async def test_what_those_who_are_ended_logged_stays_in_the_totals(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        memory = Memory(connection, database.vault)
        await memory.log.add(village.entry("dũng", "hai", people=7), SATURDAY)
        week = Period(dt.date(2026, 11, 16), dt.date(2026, 11, 22))
        before = await report(connection, COMMUNE, week, SATURDAY)
        await take(memory, [AN], end_gone=True)
        after = await report(connection, COMMUNE, week, SATURDAY)
        assert after["indicators"][0]["value"] == before["indicators"][0]["value"] == 7
        actions = (await connection.execute(sa.select(audit.c.action))).scalars().all()
        assert actions.count("role.ended") == 5
        assert "list.imported" in actions


async def test_a_person_who_is_erased_leaves_no_row_of_the_list(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        first = await take(memory, [AN, BE])
        an = await come(memory, "an", first.slips[0].code)
        assert [p["team"] for p in (await memory.privacy.everything(an))["listed"]] == ["Tổ thôn 3"]
        await memory.privacy.erase(an)
        assert (await connection.execute(sa.select(roster.c.name))).scalars().all() == ["Trần Thị Bé"]


async def test_the_list_is_forgotten_a_year_after_it_ended(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        await take(memory, [AN, BE])
        await take(memory, [AN], end_gone=True)
        await memory.privacy.retire(SATURDAY + dt.timedelta(days=364))
        assert await count(connection, roster) == 2
        await memory.privacy.retire(SATURDAY + dt.timedelta(days=367))
        assert await count(connection, roster) == 0


async def test_the_operator_reads_who_is_there_who_is_awaited_and_who_has_left(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        await build(connection)
        first = await take(memory, [AN, CA])
        an = await come(memory, "an", first.slips[0].code)

        async def found(state: str, **of: str) -> list[tuple[str, str, str]]:
            rows = await holders(connection, state, commune=COMMUNE, **of)
            return [(row["name"], row["team"], row["hamlet"]) for row in rows]

        assert await found("awaited") == [("Lê Ca", "Tổ thôn 4", "Thôn 4")]
        assert await found("in-force", hamlet_name="Thôn 3") == [("Nguyễn Văn An", "Tổ thôn 3", "Thôn 3")]
        assert await found("ended") == []
        await memory.people.revoke(an, "head", SATURDAY)
        assert await found("ended", role_name="head") == [("Nguyễn Văn An", "Tổ thôn 3", "Thôn 3")]


async def test_a_long_list_takes_as_many_statements_as_a_short_one(database: Database) -> None:
    long = [Listed(n, f"Người {n}", f"Tổ {n % 3}", f"Thôn {n % 3}", "member", "", f"09{n:08}") for n in range(60)]
    statements, counts = Statements(database), []
    for people in (long[:3], long, long, []):
        async with database.write() as connection:
            result = await take(Memory(connection, database.vault), people, end_gone=True)
        counts.append(len(statements.take()))
        codes = {slip.code for slip in result.slips}
        assert len(codes) == len(result.slips) == len(result.added)
    assert len(result.gone) == 60
    assert max(counts) < 20


async def test_a_code_of_the_rehearsal_is_good_once_it_is_taken(database: Database) -> None:
    async with database.read() as connection:
        memory = Memory(connection, database.vault)
        chosen = await memory.rosters.rehearse(
            COMMUNE, [AN, BE], SATURDAY, name_key=str.casefold, place_key=str.casefold
        )
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        before = await take(memory, [BE])
        result = await memory.rosters.take(
            COMMUNE, [AN, BE], SATURDAY, name_key=str.casefold, place_key=str.casefold, codes=chosen.codes
        )
        assert result.slips == chosen.slips[:1]
        await come(memory, "an", chosen.slips[0].code)
        await come(memory, "bé", before.slips[0].code)
