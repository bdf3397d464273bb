"""The Excel files of who logged what: each shows what its reader's roles show him, and nothing of those helped."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.memory import Memory
from storage.schema import chat
from storage.scope import Grant
from tests.documents.conftest import SUNDAY, live
from tests.documents.test_excel import table
from tests.storage.village import Village
from tests.talk import Person, Talk


@pytest.fixture
async def village(database: Database) -> Village:
    return await live(database, 1, entries=40)


async def as_is(talk: Talk, village: Village, name: str, role: str, team: str) -> Person:
    """Somebody of the village with a chat of his own: the same person, who writes for the first time."""
    person = await talk.citizen(name)
    person_id = village.person[name]
    async with talk.database.write() as connection:
        memory = Memory(connection, talk.database.vault)
        await connection.execute(sa.update(chat).where(chat.c.person_id == person.id).values(person_id=person_id))
        await memory.people.grant(person_id, Grant(role, commune="31441", team_id=village.team[team]), SUNDAY)
    return person


def books(person: Person) -> Any:
    (file,) = person.replies[-1].files
    return openpyxl.load_workbook(BytesIO(file.data), data_only=True)


async def test_a_member_gets_his_own_list_and_a_head_his_teams(
    database: Database, knowledge: Any, village: Village
) -> None:
    talk = Talk(database, knowledge, SUNDAY)
    an, chi = await as_is(talk, village, "an", "member", "một"), await as_is(talk, village, "chi", "head", "một")
    await an.says("tuần của tôi")
    await an.presses("Tệp Excel của tôi")
    own = books(an)
    rows = table(own["Danh sách lượt"])[1][:-1]
    assert {row[3] for row in rows} == {"an"}
    await chi.says("báo cáo tuần này")
    await chi.presses("Tệp Excel của tổ")
    whole = books(chi)
    people = {row[1]: row[5] for row in table(whole["Theo thành viên"])[1][:-1]}
    assert set(people) == {"an", "bình", "chi"}
    assert people["an"] == sum(row[9] for row in rows)
    listed = table(whole["Danh sách lượt"])[1]
    assert {row[4] for row in listed[:-1]} == {"Tổ một"}
    assert listed[-1][9] == sum(people.values())
    await chi.presses_value(f"f:m:t{village.team['hai']}:20261116-20261122")
    assert not chi.replies[-1].files


async def test_an_officer_gets_every_member_and_a_province_none(
    database: Database, knowledge: Any, village: Village
) -> None:
    talk = Talk(database, knowledge, SUNDAY)
    hoa, minh = await talk.officer("Hoa"), await talk.province_officer("Minh", "92")
    await hoa.says("báo cáo")
    await hoa.presses("Xem theo mục khác")
    await hoa.presses("Theo thành viên (Excel)")
    assert {row[1] for row in table(books(hoa)["Theo thành viên"])[1][:-1]} == {"an", "bình", "chi", "dũng"}
    await hoa.says("lùi")
    assert "Theo thành viên (Excel)" in hoa.labels
    await minh.says("tệp báo cáo")
    assert "Theo thành viên (Excel)" not in minh.labels
    for value in ("f:m:x31441:20261116-20261122", "f:m:p92:20261116-20261122"):
        await minh.presses_value(value)
        assert not minh.replies[-1].files
