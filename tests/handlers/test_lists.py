"""The list of a decision, sent in the chat: nothing is stored before a press, and nothing but members after it."""

import datetime as dt
import io
import re

import pypdf
import pytest
import sqlalchemy as sa

from content.roster import Membership, Problem, Roster
from handlers.lists import MOST
from handlers.turn import Sheet
from storage.schema import invitation, person
from storage.schema.people import checked_list, roster
from storage.scope import NotAllowed
from tests.talk import COMMUNE, Talk

AN = Membership(0, "Trang 1", 6, "Nguyễn Văn An", "Thôn 3", "Tổ Thôn 3", "Tổ trưởng", "0905000101", birth="1/1/1960")
BE = Membership(1, "Trang 1", 7, "Trần Thị Bé", "Thôn 4", "Tổ Thôn 4", "Thành viên", None)
LIST = Sheet(Roster([Problem("Trang 1", 8, "name_missing", blocks=True)], [AN, BE]))


def page_of(data: bytes) -> str:
    """What stands on the first page of slips."""
    return pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()


def codes(data: bytes) -> list[str]:
    """The codes that stand there."""
    return ["".join(found) for found in re.findall(r"\b([2-9A-Z]{3})\s([2-9A-Z]{3})\b", page_of(data))]


async def kept(talk: Talk) -> list[bytes]:
    """The bodies of lists that wait."""
    async with talk.memory() as memory:
        return list((await memory.connection.execute(sa.select(checked_list.c.body))).scalars())


async def test_nothing_is_stored_before_the_press_and_a_slip_leads_to_the_first_entry(talk: Talk) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.hands_over(LIST)
    assert "Dòng 8: Chưa có họ tên" in hoa.reads
    [body] = await kept(talk)
    assert b"An" not in body
    async with talk.memory() as memory:
        for table in (roster, invitation):
            assert await memory.connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    await hoa.presses("Nhập danh sách")
    assert await kept(talk) == []
    assert "Nguyễn Văn An" in page_of(hoa.files[0].data)
    code = codes(hoa.files[0].data)[0]
    an = await talk.citizen("Cụ An")
    await an.says(f"/start {code}")
    assert "Tổ trưởng" in an.reads
    await an.says("giúp 2 người kích hoạt vneid ở nhà văn hóa, xong hết")
    await an.presses("Lưu")
    assert "Đã ghi: 2 lượt" in an.reads
    await hoa.presses_again()
    assert "đã nhập rồi" in hoa.reads


async def test_whoever_is_no_longer_listed_is_told_when_he_loses_his_place(talk: Talk) -> None:
    hoa, cu = await talk.officer("Hoa"), await talk.member("Cụ Tư", team="Tổ Thôn 9")
    await hoa.hands_over(LIST)
    await hoa.presses("Nhập, cho thôi 1 người")
    assert [(to, "Tổ Thôn 9" in words) for to, words in await talk.notices()] == [(cu.id, True)]
    await cu.says("tuần của tôi")
    assert "dành cho người được xã giao" in cu.reads


async def test_a_checked_list_waits_an_hour_and_for_its_officer_alone(talk: Talk) -> None:
    hoa, nga, head = await talk.officer("Hoa"), await talk.officer("Nga"), await talk.head("Lan")
    await hoa.hands_over(LIST)
    for other, answer in ((nga, "gửi lại tệp"), (head, "dành cho người được xã giao")):
        await other.presses_value("t:l:n")
        assert answer in other.reads
    talk.now += dt.timedelta(minutes=61)
    await hoa.presses("Nhập, vẫn giữ 1 người")
    assert "quá một giờ" in hoa.reads
    await hoa.hands_over(LIST)
    talk.now += dt.timedelta(minutes=61)
    async with talk.memory() as memory:
        assert (await memory.privacy.retire(talk.now))["checked_lists"] == 1
    assert await kept(talk) == []


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (Sheet(None, "password"), "có đặt mật khẩu"),
        (Sheet(None, "too_large"), "quá lớn"),
        (Sheet(None, "crashed"), "gửi lại tệp"),
        (Sheet(Roster([], [AN] * (MOST + 1))), "người của xã mình"),
        (Sheet(Roster([Problem("x", 2, "name_missing", blocks=True)], [])), "Chưa dòng nào nhập được"),
    ],
)
async def test_a_file_that_is_no_list_gets_one_clear_answer(talk: Talk, sheet: Sheet, said: str) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.hands_over(sheet)
    assert said in hoa.reads
    assert await kept(talk) == []


async def test_the_memory_itself_refuses_whoever_is_no_officer_there(talk: Talk) -> None:
    head = await talk.head("Lan")
    async with talk.memory() as memory:
        scope = await memory.people.scope(head.id)
        with pytest.raises(NotAllowed):
            await memory.rosters.take(COMMUNE, [], talk.now, name_key=str, place_key=str, scope=scope)


async def test_slips_that_got_lost_are_drawn_again_with_codes_that_end_the_ones_before(talk: Talk) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.hands_over(LIST)
    await hoa.presses("Nhập danh sách")
    [old_an, old_be] = codes(hoa.files[0].data)
    an = await talk.citizen("Cụ An")
    await an.says(f"/start {old_an}")
    await hoa.says("nhập danh sách")
    await hoa.presses("In lại phiếu mời (1 người chưa vào)")
    assert "phiếu cũ của họ sẽ không dùng được nữa" in hoa.reads
    await hoa.presses("In phiếu mới")
    assert "Phiếu mời mới của 1 người" in hoa.reads
    [new_be] = codes(hoa.files[0].data)
    await hoa.presses_again()
    assert "đã in rồi" in hoa.reads
    assert not hoa.files
    be = await talk.citizen("Bé")
    await be.says(f"/start {old_be}")
    assert "Tổ Thôn 4" not in be.reads
    await be.says(f"/start {new_be}")
    assert "Tổ Thôn 4" in be.reads
    await hoa.says("in lại phiếu mời")
    assert "đã vào, không ai cần" in hoa.reads
    await hoa.presses_value("t:l:i:0")
    assert "đã vào, không ai cần" in hoa.reads
    lan = await talk.head("Lan")
    await lan.presses_value("t:l:i:7")
    assert "dành cho người được xã giao" in lan.reads


async def test_somebody_in_two_teams_has_one_slip_again_even_when_his_code_is_forgotten(talk: Talk) -> None:
    hoa = await talk.officer("Hoa")
    twice = Membership(AN.member, "Trang 1", 7, AN.name, "Thôn 4", "Tổ Thôn 4", "Thành viên", AN.phone)
    await hoa.hands_over(Sheet(Roster([], [AN, twice])))
    await hoa.presses("Nhập danh sách")
    talk.now += dt.timedelta(days=60)
    async with talk.memory() as memory:
        await memory.privacy.retire(talk.now)
        assert await memory.connection.scalar(sa.select(sa.func.count()).select_from(invitation)) == 0
    await hoa.says("in lại phiếu mời")
    await hoa.presses("In phiếu mới")
    [code] = codes(hoa.files[0].data)
    an = await talk.citizen("Cụ An")
    await an.says(f"/start {code}")
    async with talk.memory() as memory:
        scope = await memory.people.scope(an.id)
    assert sorted(grant.team_name or "" for grant in scope.grants) == ["Tổ Thôn 3", "Tổ Thôn 4"]


async def test_a_list_that_waits_goes_with_its_officer(talk: Talk) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.hands_over(LIST)
    async with talk.memory() as memory:
        await memory.connection.execute(sa.delete(person).where(person.c.id == hoa.id))
    assert await kept(talk) == []
