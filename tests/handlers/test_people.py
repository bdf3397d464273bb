"""The desk of officers and heads: teams, people, hamlets, requests, targets, plans, and logging for others."""

import datetime as dt
import re
from typing import Any

import pytest

from storage.periods import Period, Week
from storage.report import report
from tests.talk import COMMUNE, Person, Talk

CODE = re.compile(r"\b([2-9A-Z]{6})\b")


async def totals(talk: Talk) -> dict[str, Any]:
    """Indicator 1 of this week, by team."""
    async with talk.memory() as memory:
        document = await report(memory.connection, COMMUNE, Period.of_week(Week.of(talk.now.date())), talk.now)
    return {t["team"]: t["indicators"]["1"] for t in document["teams"]}


async def logs(who: Person, people: str = "2") -> None:
    """Three taps."""
    await who.says("ghi")
    await who.presses("Kích hoạt VNeID mức 2")
    await who.presses(people)
    await who.presses("Đã xong")


async def told(talk: Talk, who: Person) -> list[str]:
    """What waits to be told to him by others."""
    return [text for person, text in await talk.notices() if person == who.id]


# --- teams and people ---------------------------------------------------------------------------------------


async def test_an_officer_lets_a_member_go_and_he_cannot_log_any_more(talk: Talk) -> None:
    an, hoa = await talk.member("An"), await talk.officer("Hoa")
    await logs(an)
    await hoa.says("menu")
    for label in (
        "Việc của xã",
        "Tổ và thành viên",
        "Các tổ",
        "Tổ Thôn 3",
        "Sửa thành viên",
        "An",
        "Cho thôi vào tổ",
    ):
        await hoa.presses(label)
    assert "mất quyền ngay" in hoa.reads
    await hoa.presses("Cho thôi")
    assert "An đã thôi ở Tổ Thôn 3" in hoa.reads
    assert any("đã thôi ở" in text for text in await told(talk, an))
    await an.says("ghi")
    assert "dành cho người được xã giao" in an.reads
    assert await totals(talk) == {"Tổ Thôn 3": 2}


async def test_an_officer_moves_a_member_and_makes_him_head(talk: Talk) -> None:
    an, hoa = await talk.member("An"), await talk.officer("Hoa")
    await talk.team("Tổ Thôn 4")
    await logs(an)
    await hoa.says("tổ và thành viên")
    for label in ("Các tổ", "Tổ Thôn 3", "Sửa thành viên", "An", "Chuyển sang tổ khác", "Tổ Thôn 4"):
        await hoa.presses(label)
    assert "An đã chuyển sang Tổ Thôn 4" in hoa.reads
    for label in ("Sửa thành viên", "An", "Cho làm tổ trưởng"):
        await hoa.presses(label)
    assert "Tổ trưởng: An." in hoa.reads
    await logs(an, "5")
    assert await totals(talk) == {"Tổ Thôn 3": 2, "Tổ Thôn 4": 5}
    await an.says("menu")
    assert "Tổ của tôi" in an.labels


async def test_an_officer_founds_renames_and_merges_teams(talk: Talk) -> None:
    an, hoa = await talk.member("An"), await talk.officer("Hoa")
    await hoa.says("tổ và thành viên")
    await hoa.presses("Các tổ")
    await hoa.presses("Lập tổ mới")
    await hoa.says("Tổ Thôn 3")
    assert "Tên này đã có" in hoa.reads
    await hoa.says("Tổ Đông")
    assert "Đã lập Tổ Đông" in hoa.reads
    await hoa.presses("Đổi tên")
    await hoa.says("Tổ công nghệ số thôn Đông")
    assert "thành Tổ công nghệ số thôn Đông" in hoa.reads
    await hoa.presses("Về danh sách")
    for label in ("Tổ Thôn 3", "Sáp nhập vào nơi khác", "Tổ công nghệ số thôn Đông"):
        await hoa.presses(label)
    assert "Không lấy lại được" in hoa.reads
    await hoa.presses("Sáp nhập")
    assert "Thành viên: An." in hoa.reads
    assert any("chuyển sang" in text for text in await told(talk, an))
    await logs(an)
    assert (await totals(talk))["Tổ công nghệ số thôn Đông"] == 2


async def test_a_head_sees_his_team_and_changes_nothing(talk: Talk) -> None:
    an, chi = await talk.member("An"), await talk.head("Chi")
    await chi.says("tổ của tôi")
    await chi.presses("Thành viên của tổ")
    assert "Tổ trưởng: Chi." in chi.reads
    assert "Sửa thành viên" not in chi.labels
    team = await talk.team("Tổ Thôn 3")
    for value in (f"t:m:{team}:{an.id}:r:that", f"t:t:{team}:d", f"t:t:{team}:s", "t:t:m", "t:h", "t:c:m"):
        await chi.presses_value(value)
        assert "không" in chi.reads.lower() or "dành cho" in chi.reads, value
    await chi.says("Tên Mới")
    async with talk.memory() as memory:
        assert [name for _, name in await memory.people.teams(COMMUNE)] == ["Tổ Thôn 3"]
        assert len((await memory.people.scope(an.id)).grants) == 1


@pytest.mark.parametrize("value", [
    "t", "t:t", "t:t:1", "t:t:1:g:2:that", "t:m:1:1:r:that", "t:h", "t:h:1:g:2:that", "t:x", "t:x:1:1", "t:x:d:1",
    "t:c", "t:c:m:1:member:week", "t:k", "t:k:m", "t:k:b:1:that", "t:b", "t:b:m", "t:b:1:k", "t:g", "t:g:1", "t:a",
    "t:zz", "t:t:99999999999999999999", "t:m:x:y", "t:b:x", "t:b:1:n:5",
])  # fmt: skip
async def test_a_citizen_gets_nowhere_by_made_up_buttons(talk: Talk, value: str) -> None:
    await talk.member("An")
    an = await talk.citizen("Bà con")
    await an.presses_value(value)
    assert an.reads
    async with talk.memory() as memory:
        assert (await memory.people.scope(an.id)).grants == ()


async def test_a_member_leaves_by_himself_and_his_head_hears_of_it(talk: Talk) -> None:
    an, chi = await talk.member("An"), await talk.head("Chi")
    await an.says("dữ liệu của tôi")
    await an.presses("Sửa")
    await an.presses("Rời Tổ Thôn 3")
    await an.presses("Rời tổ")
    assert "đã rời Tổ Thôn 3" in an.reads
    assert "Ghi lượt hỗ trợ" not in an.labels
    assert any("An đã rời Tổ Thôn 3" in text for text in await told(talk, chi))


# --- joining ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["head", "officer"])
async def test_whoever_asks_is_taken_in_with_one_press(talk: Talk, who: str) -> None:
    boss = await (talk.head("Chi") if who == "head" else talk.officer("Hoa"))
    await talk.team("Tổ Thôn 3")
    lan = await talk.citizen("Lan")
    async with talk.memory() as memory:
        await memory.people.set(lan.id, commune=COMMUNE)
    await lan.says("xin vào tổ")
    await lan.presses("Tổ Thôn 3")
    await lan.says("Lan 123")
    assert "không có chữ số" in lan.reads
    await lan.says("Nguyễn Thị Lan")
    assert "Đã gửi lời xin vào Tổ Thôn 3" in lan.reads
    assert any("Nguyễn Thị Lan xin vào" in text.replace("**", "") for text in await told(talk, boss))
    await boss.says("tổ của tôi")
    await boss.presses("Người chờ vào tổ (1)")
    await boss.presses("Nhận Nguyễn Thị Lan")
    assert "Đã nhận Nguyễn Thị Lan" in boss.reads
    assert any("được nhận vào" in text for text in await told(talk, lan))
    await boss.presses_again()
    assert "đã có người trả lời" in boss.reads
    await lan.says("menu")
    assert "Chào Nguyễn Thị Lan" in lan.reads
    assert "Ghi lượt hỗ trợ" in lan.labels


async def test_whom_a_head_proposes_comes_by_the_officers_code(talk: Talk) -> None:
    chi, hoa, ba = await talk.head("Chi"), await talk.officer("Hoa"), await talk.citizen("Ba")
    await chi.says("tổ của tôi")
    await chi.presses("Đề nghị thêm người")
    await chi.says("Trần Văn Ba")
    assert "Đã gửi cán bộ xã" in chi.reads
    await hoa.says("tổ và thành viên")
    await hoa.presses("Người chờ vào tổ (1)")
    await hoa.presses("Nhận Trần Văn Ba")
    code = re.search(r"Mã mời: (\w{6})", hoa.reads)
    assert code
    assert any(code[1] in text for text in await told(talk, chi))
    await ba.says(code[1])
    assert "Tổ Thôn 3" in ba.reads


async def test_without_a_commune_one_is_asked_for_first(talk: Talk) -> None:
    lan = await talk.citizen("Lan")
    await lan.says("nhập mã")
    await lan.presses("Chưa có mã: xin vào tổ")
    assert "chọn xã, phường" in lan.reads


# --- for others ---------------------------------------------------------------------------------------------


async def test_a_head_logs_for_a_member_who_hears_of_it_and_can_correct(talk: Talk) -> None:
    an, chi = await talk.member("An"), await talk.head("Chi")
    await chi.says("tổ của tôi")
    for label in ("Ghi hộ người khác", "An", "Kích hoạt VNeID mức 2", "3", "Đã xong"):
        await chi.presses(label)
    assert "Đã ghi: 3 lượt" in chi.reads
    assert "Người ghi: An, Tổ Thôn 3, Chi ghi hộ." in chi.reads
    await chi.presses_again()
    assert "không ghi thêm" in chi.reads
    assert any("ghi hộ anh/chị" in text for text in await told(talk, an))
    await an.says("tuần của tôi")
    assert "Anh/chị đã ghi 3 lượt" in an.reads
    await an.presses("21/11: 3 lượt")
    assert "Được ghi hộ." in an.reads
    assert "Sửa" in an.labels
    assert await totals(talk) == {"Tổ Thôn 3": 3}


async def test_an_officer_logs_for_a_team_as_a_whole(talk: Talk) -> None:
    await talk.member("An")
    hoa = await talk.officer("Hoa")
    await hoa.says("tổ và thành viên")
    for label in ("Ghi hộ người khác", "Cả tổ", "Kích hoạt VNeID mức 2", "4", "Đã xong"):
        await hoa.presses(label)
    assert "Đã ghi: 4 lượt" in hoa.reads
    assert await totals(talk) == {"Tổ Thôn 3": 4}


async def test_a_head_logs_for_nobody_of_another_team(talk: Talk) -> None:
    dung = await talk.member("Dũng", team="Tổ Thôn 4")
    chi = await talk.head("Chi")
    for team in (await talk.team("Tổ Thôn 4"), await talk.team("Tổ Thôn 3")):
        await chi.presses_value(f"t:g:{team}:{dung.id}")
        assert "Anh/chị vừa giúp việc gì?" not in chi.reads
        await chi.presses_value(f"t:g:{team}:0")
        assert "Anh/chị vừa giúp việc gì?" not in chi.reads


# --- targets and days ---------------------------------------------------------------------------------------


async def test_a_target_for_members_is_on_their_week_and_gentle(talk: Talk) -> None:
    an, hoa = await talk.member("An"), await talk.officer("Hoa")
    await hoa.says("tổ và thành viên")
    for label in ("Chỉ tiêu", "Đặt chỉ tiêu", "Tổng số lượt", "Mỗi thành viên", "Một tuần"):
        await hoa.presses(label)
    await hoa.says("năm mươi vạn")
    assert "viết bằng chữ số" in hoa.reads
    await hoa.says("3")
    assert "Đã đặt: Tổng số lượt, 3 lượt một tuần, mỗi thành viên" in hoa.reads
    await logs(an)
    await an.says("tuần của tôi")
    assert "đã có 2, xã mong 3 lượt một tuần" in an.reads
    await logs(an)
    await an.says("tuần của tôi")
    assert "đã đủ 3 lượt của tuần này. Cảm ơn anh/chị!" in an.reads
    await hoa.says("tổ và thành viên")
    await hoa.presses("Chỉ tiêu")
    await hoa.presses("Sửa: Tổng số lượt, tuần, mỗi thành viên")
    await hoa.says("0")
    assert "Đã bỏ chỉ tiêu" in hoa.reads
    await an.says("tuần của tôi")
    assert "xã mong" not in an.reads


async def test_a_province_sets_what_holds_where_the_commune_set_nothing(talk: Talk) -> None:
    minh, hoa = await talk.province_officer("Minh", "92"), await talk.officer("Hoa")
    await minh.says("menu")
    for label in ("Việc của tỉnh", "Chỉ tiêu", "Đặt chỉ tiêu", "VNeID", "Cả xã", "Một năm"):
        await minh.presses(label)
    await minh.says("500")
    await hoa.says("tổ và thành viên")
    await hoa.presses("Chỉ tiêu")
    assert "VNeID: 500 lượt một năm, cả xã (tỉnh đặt). Đến nay: 0" in hoa.reads


async def test_days_of_activity_under_a_plan(talk: Talk) -> None:
    an, hoa = await talk.member("An"), await talk.officer("Hoa")
    await logs(an)
    await hoa.says("tổ và thành viên")
    await hoa.presses("Kế hoạch, ngày hoạt động")
    await hoa.presses("Thêm kế hoạch")
    await hoa.says("Kế hoạch 12/KH-UBND")
    await hoa.says("tháng mười một")
    assert "chưa rõ ngày" in hoa.reads
    await hoa.says("từ 15/11 đến 15/12")
    assert "Đã thêm Kế hoạch 12/KH-UBND, 15/11/2026 - 15/12/2026" in hoa.reads
    await hoa.presses("Ngày hoạt động")
    assert "An: 1 ngày" in hoa.reads
    await an.says("tuần của tôi")
    assert "Tháng này anh/chị có 1 ngày hoạt động." in an.reads


@pytest.mark.parametrize(("text", "first", "last"), [
    ("tháng 12", "2026-12-01", "2026-12-31"), ("tháng 10", "2026-10-01", "2026-10-31"),
    ("từ 1/12 đến 31/12", "2026-12-01", "2026-12-31"), ("từ 1/11 đến 30/11", "2026-11-01", "2026-11-30"),
    ("từ 1/1/2026 đến 31/12/2026", "2026-01-01", "2026-12-31"),
])  # fmt: skip
async def test_a_plan_may_lie_ahead(talk: Talk, text: str, first: str, last: str) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.presses_value("t:k:m")
    await hoa.says("Ra quân")
    await hoa.says(text)
    async with talk.memory() as memory:
        plan = (await memory.activity.plans(COMMUNE))[0]
    assert (plan.first, plan.last) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


# --- officers are invited -----------------------------------------------------------------------------------


async def test_a_province_invites_officers_of_its_own_communes_alone(talk: Talk) -> None:
    minh, hoa = await talk.province_officer("Minh", "92"), await talk.citizen("Hoa")
    await minh.says("menu")
    await minh.presses("Việc của tỉnh")
    await minh.presses("Mời cán bộ")
    await minh.presses("Cán bộ xã")
    await minh.says("tam kỳ")
    assert "Không tìm thấy" in minh.reads
    await minh.says("vị thủy")
    await minh.presses("Xã Vị Thủy")
    code = CODE.search(minh.reads)
    assert code, minh.reads
    await hoa.says(code[1])
    assert "Cán bộ xã" in hoa.reads
    await minh.presses_value("v:moi:officer:20341")
    assert CODE.search(minh.reads) is None
    await hoa.presses_value("v:moi:officer:31441")
    assert CODE.search(hoa.reads) is None
