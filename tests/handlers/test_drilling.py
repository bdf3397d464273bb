"""A report up close: a team, a hamlet, a procedure, against the week before; by button and by a few words."""

import datetime as dt

import pytest

from storage.report import say_nil
from storage.scope import Grant, Scope
from tests.handlers.test_reporting import NEIGHBOUR, PROVINCE, WEEK_47, logged
from tests.talk import COMMUNE, Person, Talk

PERIOD = "20261116-20261122"


def scope_of(officer: Person) -> Scope:
    return Scope(officer.id, (Grant("officer", COMMUNE),))


async def arranged(talk: Talk) -> Person:
    """Tổ Thôn 3 with the hamlet Thôn 3 logged in two weeks, Tổ Thôn 4 in the second; the officer."""
    hoa = await talk.officer("Hoa")
    an, binh = await talk.member("An", team="Tổ Thôn 3"), await talk.member("Bình", team="Tổ Thôn 4")
    team = await talk.team("Tổ Thôn 3")
    async with talk.memory() as memory:
        place = await memory.teams.found(scope_of(hoa), COMMUNE, "Thôn 3", talk.now, kind="hamlet")
        await memory.teams.settle(scope_of(hoa), team, place, talk.now)
    await logged(talk, an, "Tổ Thôn 3", "2026-11-10", people=7)
    await logged(talk, an, "Tổ Thôn 3", "2026-11-16", people=3, contents={"nop_ho_so": None}, dossiers=2,
                 procedures={"khai-sinh": 2}, groups={"ngheo": 1})  # fmt: skip
    await logged(talk, binh, "Tổ Thôn 4", "2026-11-17", people=5, procedures={"khai-sinh": None})
    return hoa


async def test_from_the_report_to_a_team_and_to_its_entries(talk: Talk) -> None:
    hoa = await arranged(talk)
    await hoa.says("báo cáo")
    await hoa.presses("Theo tổ")
    await hoa.presses("Tổ Thôn 3")
    assert "Tổ Thôn 3, Xã Vị Thủy" in hoa.reads
    assert "Tổng số: 3 lượt (tuần trước 7, giảm 4)" in hoa.reads
    assert "Nộp hồ sơ trực tuyến: 2 hồ sơ" in hoa.reads
    assert "hộ nghèo" not in hoa.reads
    await hoa.presses("Xem từng lượt")
    assert "16/11" in " ".join(hoa.labels)


async def test_a_hamlet_by_button_and_by_its_name_alone(talk: Talk) -> None:
    hoa = await arranged(talk)
    await hoa.says("báo cáo")
    await hoa.presses("Xem theo mục khác")
    await hoa.presses("Theo thôn")
    assert "- Thôn 3: 3 lượt, 2 hồ sơ" in hoa.reads
    await hoa.presses("Thôn 3")
    by_button = hoa.reads
    assert "3 lượt, 2 hồ sơ, 0 giao dịch" in by_button
    assert "Trước đó: Tuần 46 7; Tuần 45 chưa có báo cáo" in by_button
    await hoa.says("menu")
    await hoa.says("thon 3")
    assert hoa.reads == by_button
    await hoa.presses("Tổ Thôn 3")
    assert "Tổng số: 3 lượt" in hoa.reads


async def test_a_hamlet_is_still_found_by_the_name_it_had(talk: Talk) -> None:
    hoa = await arranged(talk)
    async with talk.memory() as memory:
        place = (await memory.teams.hamlets(COMMUNE))[0]
        later = talk.now + dt.timedelta(days=3)
        await memory.teams.rename(scope_of(hoa), "hamlet", place.id, "Thôn Phú Hòa", later)
    await hoa.says("thôn 3")
    assert "Thôn Phú Hòa, Xã Vị Thủy" in hoa.reads


async def test_a_procedure_by_team(talk: Talk) -> None:
    hoa = await arranged(talk)
    await hoa.says("báo cáo")
    await hoa.presses("Xem theo mục khác")
    await hoa.presses("Theo thủ tục")
    await hoa.presses(hoa.labels[0])
    assert "7 lượt" in hoa.reads
    assert "- Tổ Thôn 4: 5" in hoa.reads
    assert "- Tổ Thôn 3: 2" in hoa.reads


@pytest.mark.parametrize("text", ["so với tuần trước", "So voi tuan truoc"])
async def test_this_week_against_the_one_before(talk: Talk, text: str) -> None:
    hoa = await arranged(talk)
    await hoa.says(text)
    assert "Tổng số lượt hỗ trợ: 7 thành 8, tăng 1" in hoa.reads
    assert "- Tổ Thôn 4: trước chưa có báo cáo, nay 5 lượt" in hoa.reads
    assert "- Tổ Thôn 3: 7 thành 3 lượt" in hoa.reads
    assert "hộ nghèo" not in hoa.reads
    compared = hoa.reads
    await hoa.presses("Về báo cáo")
    assert "Tổng số: 8 lượt" in hoa.reads
    await hoa.presses("So với tuần trước")
    assert hoa.reads == compared


async def test_nothing_is_compared_with_silence(talk: Talk) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.says("so với tuần trước")
    assert "chưa so được" in hoa.reads


async def test_who_is_silent_is_told_ready_to_paste(talk: Talk) -> None:
    hoa = await arranged(talk)
    quiet = await talk.team("Tổ Im")
    await hoa.says("tổ nào chưa báo cáo")
    assert "Còn **1 tổ** chưa báo cáo" in hoa.replies[0].text
    assert hoa.replies[1].text.splitlines()[1] == "1. Tổ Im"
    assert not hoa.replies[1].choices
    async with talk.memory() as memory:
        await say_nil(memory.connection, quiet, WEEK_47, hoa.id, talk.now)
    await hoa.says("tổ nào chưa báo cáo")
    assert "tổ nào cũng đã báo cáo" in hoa.reads


async def test_a_province_officer_hears_of_communes_alone(talk: Talk) -> None:
    await arranged(talk)
    await talk.team("Tổ Láng", NEIGHBOUR)
    minh = await talk.province_officer("Minh", PROVINCE)
    await minh.says("xã nào chưa báo cáo")
    assert "Xã Vĩnh Thuận Đông." in minh.reads
    assert "Tổ" not in minh.reads
    await minh.says("so với tuần trước")
    assert "- Xã Vị Thủy: 7 thành 8 lượt" in minh.reads
    assert "Tổ Thôn" not in minh.reads
    for value in (f"k:t:p{PROVINCE}:{PERIOD}:1", f"k:n:p{PROVINCE}:{PERIOD}", f"k:t:x{COMMUNE}:{PERIOD}:1"):
        await minh.presses_value(value)
        assert "Tổ Thôn" not in minh.reads


async def test_others_get_no_side_of_it_and_odd_presses_break_nothing(talk: Talk) -> None:
    hoa = await arranged(talk)
    khanh, ba = await talk.officer("Khánh", NEIGHBOUR), await talk.citizen("Ba")
    of_hoa = f"x{COMMUNE}:{PERIOD}"
    for value in (f"k:t:{of_hoa}:1", f"k:n:{of_hoa}:1", f"k:p:{of_hoa}:khai-sinh", f"k:b:{of_hoa}", "k", "k:b",
                  "k:n:x:y:z"):  # fmt: skip
        for outsider in (khanh, ba):
            await outsider.presses_value(value)
            assert "Thôn 3" not in outsider.reads
            assert "7 thành" not in outsider.reads
    for value in (f"k:t:{of_hoa}:999", f"k:n:{of_hoa}:999", f"k:t:{of_hoa}:{'9' * 30}", f"k:p:{of_hoa}:unheard-of",
                  f"k:t:x{COMMUNE}:nonsense:1"):  # fmt: skip
        await hoa.presses_value(value)
    await ba.says("thôn 3")
    assert "lượt" not in ba.reads
