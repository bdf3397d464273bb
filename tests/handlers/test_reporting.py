"""Reports on the phone: the numbers of the report itself, to those they concern, for the days they mean."""

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.messages import grouped
from handlers import spans
from storage.entry import Entry
from storage.periods import VIETNAM, Period, Week
from storage.province import province_report
from storage.report import report, say_nil
from storage.scope import Grant, Scope
from storage.targets import Target, set_target
from tests.talk import COMMUNE, Person, Talk

NEIGHBOUR, PROVINCE = "31453", "92"
WEEK_47 = Week(2026, 47)
TODAY = dt.date(2026, 11, 21)
MOST_CHOICES = 7
"""As many as a phone shows at once."""


async def logged(talk: Talk, member: Person, team: str, day: str, commune: str = COMMUNE, **fields: Any) -> None:
    """An entry of a member, written straight into the log."""
    team_id = await talk.team(team, commune)
    given_fields: dict[str, Any] = {"contents": {"vneid_kich_hoat": None}} | fields
    async with talk.memory() as memory:
        await memory.log.add(Entry(
            team_id=team_id, commune=commune, day=dt.date.fromisoformat(day), member_id=member.id,
            entered_by=member.id, **given_fields,
        ), talk.now)  # fmt: skip


async def document(talk: Talk, period: Period, commune: str = COMMUNE) -> dict[str, Any]:
    """The report itself."""
    async with talk.memory() as memory:
        return await report(memory.connection, commune, period, talk.now)


# --- what is shown ------------------------------------------------------------------------------------------


async def test_every_number_shown_is_the_number_of_the_report(talk: Talk) -> None:
    an = await talk.member("An", team="Tổ Thôn 3")
    await logged(talk, an, "Tổ Thôn 3", "2026-11-10", people=4)
    for day, people in (("2026-11-16", 1473), ("2026-11-18", 2)):
        await logged(talk, an, "Tổ Thôn 3", day, people=people, contents={"nop_ho_so": None, "cong_dvc": 1},
                     dossiers=3, payments=1, place="nha_dan", groups={"tu_60": 1}, results={"hen_lai": people},
                     session=True)  # fmt: skip
    hoa = await talk.officer("Hoa")
    await hoa.says("báo cáo")
    shown = await document(talk, Period.of_week(WEEK_47))
    for line in shown["indicators"]:
        if line["value"]:
            assert re.search(rf"\b{re.escape(grouped(line['value']))}\b", hoa.reads), line
    assert "Tổng số: 1.475 lượt (tuần trước 4, tăng 1.471)" in hoa.reads
    assert "2 buổi, 1.475 người dự" in hoa.reads
    assert "Phổ cập kỹ năng số" not in hoa.reads
    assert "Xã Vị Thủy" in hoa.reads
    assert "Tuần 47 (16/11/2026 - 22/11/2026)" in hoa.reads
    assert "09:00 21/11/2026" in hoa.reads


async def test_silence_is_not_zero(talk: Talk) -> None:
    silent, nothing = await talk.team("Tổ Im"), await talk.team("Tổ Không")
    hoa = await talk.officer("Hoa")
    await hoa.says("báo cáo tuần này")
    assert "Chưa có báo cáo." in hoa.reads
    assert "lượt" not in hoa.reads
    async with talk.memory() as memory:
        await say_nil(memory.connection, nothing, WEEK_47, hoa.id, talk.now)
    await hoa.says("báo cáo tuần này")
    assert "Tổng số: 0 lượt (tuần trước chưa có báo cáo)" in hoa.reads
    assert "Tổ đã báo cáo: 1/2." in hoa.reads
    assert "Chưa có báo cáo: Tổ Im." in hoa.reads
    await hoa.presses("Theo tổ")
    assert "Tổ Im: chưa có báo cáo" in hoa.reads
    assert "Tổ Không: 0 lượt" in hoa.reads
    assert silent != nothing


@pytest.mark.parametrize(("before", "now", "said"), [
    (5, 3, "(tuần trước 5, giảm 2)"), (3, 5, "(tuần trước 3, tăng 2)"), (4, 4, "(bằng tuần trước)"),
    (None, 4, "(tuần trước chưa có báo cáo)"),
])  # fmt: skip
async def test_the_change_is_against_the_week_before(talk: Talk, before: int | None, now: int, said: str) -> None:
    an = await talk.member("An")
    if before:
        await logged(talk, an, "Tổ Thôn 3", "2026-11-15", people=before)
    await logged(talk, an, "Tổ Thôn 3", "2026-11-16", people=now)
    hoa = await talk.officer("Hoa")
    await hoa.says("báo cáo")
    assert f"{now} lượt {said}" in hoa.reads


async def test_a_target_shows_how_much_of_it_is_reached(talk: Talk) -> None:
    an = await talk.member("An")
    await logged(talk, an, "Tổ Thôn 3", "2026-11-16", people=3)
    hoa = await talk.officer("Hoa")
    async with talk.memory() as memory:
        scope = Scope(hoa.id, (Grant("officer", COMMUNE),))
        await set_target(memory.connection, scope, COMMUNE, Target("2", "commune", "year", 9, TODAY), talk.now)
    await hoa.says("báo cáo")
    assert "3 lượt, lũy kế năm đạt 33,3%" in hoa.reads


async def test_the_sides_of_a_report_agree_with_it_and_lead_back(talk: Talk) -> None:
    an = await talk.member("An")
    await logged(talk, an, "Tổ Thôn 3", "2026-11-16", people=3, contents={"tra_cuu": None, "thue": 2},
                 procedures={"khai-sinh": 2})  # fmt: skip
    hoa = await talk.officer("Hoa")
    await hoa.says("báo cáo")
    whole = hoa.reads
    for side, words in (("Theo nội dung", ["Tra cứu tình trạng hồ sơ: 3 lượt", "Thuế điện tử", "2 lượt"]),
                        ("Theo thủ tục", ["khai sinh: 2 lượt"]),
                        ("Theo tổ", ["Tổ Thôn 3: 3 lượt, 1/1"])):  # fmt: skip
        if side not in hoa.labels:
            await hoa.presses("Xem theo mục khác")
        await hoa.presses(side)
        assert [word for word in words if word not in hoa.reads] == []
        await hoa.presses("Về báo cáo")
        assert hoa.reads == whole


async def test_the_week_before_is_one_press_away_however_far(talk: Talk) -> None:
    an = await talk.member("An")
    await logged(talk, an, "Tổ Thôn 3", "2026-11-03", people=6)
    hoa = await talk.officer("Hoa")
    await hoa.says("báo cáo")
    await hoa.presses("Tuần trước")
    await hoa.presses("Tuần trước")
    assert "Tuần 45" in hoa.reads
    assert "6 lượt" in hoa.reads


# --- to whom ------------------------------------------------------------------------------------------------


async def test_a_head_sees_his_team_and_the_total_of_the_commune_alone(talk: Talk) -> None:
    an = await talk.member("An", team="Tổ Thôn 3")
    binh = await talk.member("Bình", team="Tổ Thôn 4")
    await logged(talk, an, "Tổ Thôn 3", "2026-11-16", people=3)
    await logged(talk, binh, "Tổ Thôn 4", "2026-11-16", people=40, contents={"thue": None})
    chi = await talk.head("Chi", team="Tổ Thôn 3")
    await chi.says("báo cáo")
    assert "Tổng số: 3 lượt" in chi.reads
    assert "Xã Vị Thủy: 43 lượt" in chi.reads
    assert "1/2" in chi.reads
    assert "Tổ Thôn 4" not in chi.reads
    for side in "tch":
        await chi.presses_value(f"r:{side}:x{COMMUNE}:20261116-20261122")
        assert "Tổ Thôn 4" not in chi.reads
        assert "Thuế" not in chi.reads


async def test_a_silent_team_is_told_so_not_zero(talk: Talk) -> None:
    chi = await talk.head("Chi")
    await chi.says("báo cáo")
    assert "Tổ chưa có báo cáo." in chi.reads
    assert "Xã Vị Thủy: chưa có báo cáo." in chi.reads


async def test_a_province_officer_sees_totals_of_communes_and_no_team(talk: Talk) -> None:
    an = await talk.member("An", team="Tổ Thôn 3")
    lan = await talk.member("Lan", team="Tổ Láng", commune=NEIGHBOUR)
    await logged(talk, an, "Tổ Thôn 3", "2026-11-16", people=3)
    await logged(talk, lan, "Tổ Láng", "2026-11-16", commune=NEIGHBOUR, people=40)
    minh = await talk.province_officer("Minh", PROVINCE)
    await minh.says("báo cáo")
    codes = [commune.code for commune in talk.knowledge.places.communes_of(PROVINCE)]
    async with talk.memory() as memory:
        whole = await province_report(memory.connection, PROVINCE, codes, Period.of_week(WEEK_47), talk.now)
    assert f"Tổng số: {whole['indicators'][0]['value']} lượt" in minh.reads
    assert f"2/{len(codes)}" in minh.reads
    await minh.presses("Theo xã")
    assert minh.reads.index("Xã Vĩnh Thuận Đông: 40 lượt") < minh.reads.index("Xã Vị Thủy: 3 lượt")
    assert "Tổ Thôn 3" not in minh.reads
    await minh.presses_value(f"r:s:x{COMMUNE}:20261116-20261122")
    assert "Tổ Thôn 3" not in minh.reads


async def test_an_administrator_sees_provinces_ranked_and_nothing_below(talk: Talk) -> None:
    an, lan = await talk.member("An", team="Tổ Thôn 3"), await talk.member("Lan", team="Tổ Ba", commune="00004")
    await logged(talk, an, "Tổ Thôn 3", "2026-11-17", people=4)
    await logged(talk, lan, "Tổ Ba", "2026-11-17", "00004", people=9)
    admin = await talk.admin("Quản trị")
    await admin.says("báo cáo tuần này")
    assert "Cả nước" in admin.reads
    assert "Tổng số: 13 lượt (tuần trước chưa có báo cáo)" in admin.reads
    assert "Tỉnh, thành phố có báo cáo: 2/34." in admin.reads
    await admin.presses("Xếp hạng")
    assert "1. Thành phố Hà Nội: 9 lượt, 1/126 xã báo cáo\n2. Thành phố Cần Thơ: 4 lượt, 1/103 xã" in admin.reads
    assert "Chưa có báo cáo: 32 tỉnh, thành phố." in admin.reads
    assert "Vị Thủy" not in admin.reads
    await admin.says("lùi")
    assert "Tổng số: 13 lượt" in admin.reads
    for one in (await talk.officer("Hoa"), await talk.province_officer("Minh", PROVINCE), an):
        await one.says("số liệu cả nước")
        assert "Hà Nội" not in one.reads
        await one.presses_value("vn:p:20261116-20261122:0")
        assert "Hà Nội" not in one.reads


async def test_an_officer_of_two_communes_is_asked_which_and_sees_no_third(talk: Talk) -> None:
    hoa = await talk.officer("Hoa", COMMUNE, NEIGHBOUR)
    await hoa.says("tháng 10")
    assert hoa.labels == ["Xã Vị Thủy", "Xã Vĩnh Thuận Đông"]
    await hoa.presses("Xã Vĩnh Thuận Đông")
    assert "Xã Vĩnh Thuận Đông\nTháng 10/2026" in hoa.reads
    await hoa.presses_value("r:s:x00004:20261116-20261122")
    assert "Ba Đình" not in hoa.reads


async def test_an_officer_who_heads_a_team_of_his_commune_has_one_report(talk: Talk) -> None:
    hoa = await talk.officer("Hoa")
    async with talk.memory() as memory:
        team = await memory.people.ensure_team(COMMUNE, "Tổ Thôn 3", TODAY)
        await memory.people.grant(hoa.id, Grant("head", commune=COMMUNE, team_id=team), talk.now)
    await hoa.says("báo cáo")
    assert "Tổ đã báo cáo" in hoa.reads


async def test_a_member_gets_his_own_entries_of_those_days(talk: Talk) -> None:
    an = await talk.member("An")
    binh = await talk.member("Bình")
    await logged(talk, an, "Tổ Thôn 3", "2026-10-10", people=3)
    await logged(talk, binh, "Tổ Thôn 3", "2026-10-11", people=40)
    await an.says("báo cáo tháng 10")
    assert "Tháng 10/2026" in an.reads
    assert "3 lượt trong 1 lần ghi" in an.reads
    assert "40" not in an.reads


async def test_a_citizen_is_refused_kindly_and_keeps_his_own_questions(talk: Talk) -> None:
    ba = await talk.citizen()
    for words in ("báo cáo", "báo cáo tuần 46", "cho xem báo cáo tháng 10"):
        await ba.says(words)
        assert "người được xã giao" in ba.reads
    for value in (f"r:s:x{COMMUNE}:20261116-20261122", "r:s", "r"):
        await ba.presses_value(value)
        assert "người được xã giao" in ba.reads
    await ba.says("báo cáo lừa đảo")
    assert "người được xã giao" not in ba.reads


async def test_a_role_that_ended_shows_nothing_more(talk: Talk) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.says("báo cáo")
    old = hoa.choice("Theo tổ").value
    async with talk.memory() as memory:
        await memory.people.revoke(hoa.id, "officer", talk.now)
    await hoa.presses_value(old)
    assert "người được xã giao" in hoa.reads


@pytest.mark.parametrize("value", ["r:s:x31441:20261122-20261116", "r:s:x31441:1-2", "r:s:x31441:", "r:t:x31441:a:b",
                                   "r:q:x31441:20261116-20261122", "r:t:p92:20261116-20261122:9"])  # fmt: skip
async def test_a_broken_button_still_gets_an_answer(talk: Talk, value: str) -> None:
    for person in (await talk.officer("Hoa"), await talk.province_officer("Minh", PROVINCE)):
        await person.presses_value(value)
        assert "21/11/2026" in person.reads


# --- which days ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "first", "last"), [
    ("báo cáo tuần này", "2026-11-16", "2026-11-22"),
    ("Bao cao tuan nay", "2026-11-16", "2026-11-22"),
    ("tuần trước", "2026-11-09", "2026-11-15"),
    ("cho xem báo cáo của tuần qua", "2026-11-09", "2026-11-15"),
    ("báo cáo tuần 46", "2026-11-09", "2026-11-15"),
    ("báo cáo tuần thứ 46", "2026-11-09", "2026-11-15"),
    ("tuần 46/2026", "2026-11-09", "2026-11-15"),
    ("tuần 1 năm 2026", "2025-12-29", "2026-01-04"),
    ("tuần 52", "2025-12-22", "2025-12-28"),
    ("báo cáo tuần 53/2026", "2026-12-28", "2027-01-03"),
    ("tháng này", "2026-11-01", "2026-11-30"),
    ("báo cáo tháng trước", "2026-10-01", "2026-10-31"),
    ("tháng 10", "2026-10-01", "2026-10-31"),
    ("THÁNG 10 NĂM 2025", "2025-10-01", "2025-10-31"),
    ("tháng 12", "2025-12-01", "2025-12-31"),
    ("từ 1/11 đến 15/11", "2026-11-01", "2026-11-15"),
    ("báo cáo từ ngày 01/11/2026 đến hết ngày 15/11/2026", "2026-11-01", "2026-11-15"),
    ("tu 16/11 toi 22/11", "2026-11-16", "2026-11-22"),
    ("từ 25/12 đến 5/1", "2025-12-25", "2026-01-05"),
    ("từ 25/12 đến 5/1/2026", "2025-12-25", "2026-01-05"),
    ("từ 1/3/2025 đến 31/3", "2025-03-01", "2025-03-31"),
    ("bc tuần nầy", "2026-11-16", "2026-11-22"),
    ("cho xin báo cáo tuần trước nhé", "2026-11-09", "2026-11-15"),
    ("báo cáo hôm nay", "2026-11-21", "2026-11-21"),
    ("quý 3", "2026-07-01", "2026-09-30"),
    ("báo cáo quý IV/2025", "2025-10-01", "2025-12-31"),
    ("6 tháng đầu năm", "2026-01-01", "2026-06-30"),
    ("báo cáo năm 2025", "2025-01-01", "2025-12-31"),
])  # fmt: skip
def test_days_are_understood_as_people_say_them(text: str, first: str, last: str) -> None:
    found = spans.read(text, TODAY)
    assert found is not None
    assert found[0] == Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize("text", [
    "báo cáo tuần 53", "tuần 60", "tháng 13", "báo cáo từ 30/2 đến 1/3", "báo cáo quý 5",
    "từ 15/11/2026 đến 1/11/2026", "báo cáo tuần tới nhé",
])  # fmt: skip
async def test_days_that_do_not_exist_are_asked_again_with_examples(talk: Talk, text: str) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.says(text)
    assert "báo cáo tuần 46" in hoa.reads


async def test_days_to_come_have_no_numbers(talk: Talk) -> None:
    hoa = await talk.officer("Hoa")
    await hoa.says("báo cáo tuần 50/2026")
    assert "chưa tới" in hoa.reads


@pytest.mark.parametrize("text", ["", "tuần", "làm VNeID tháng 10 được không", "báo cáo lừa đảo", "3", "từ xa",
                                  "hồ sơ nộp từ 1/11 chưa xong", "năm nay", "hôm nay"])  # fmt: skip
def test_other_matters_are_left_to_others(text: str) -> None:
    assert spans.read(text, TODAY) is None


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)), st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_period_comes_back_from_its_button_as_it_was(one: dt.date, other: dt.date) -> None:
    period = Period(min(one, other), max(one, other))
    assert spans.decode(spans.encode(period)) == period


@given(st.text(max_size=40), st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)))
def test_no_text_and_no_button_breaks_the_reading_of_days(text: str, today: dt.date) -> None:
    spans.read(text, today)
    spans.decode(text)


@given(st.integers(1, 53), st.dates(dt.date(2021, 1, 1), dt.date(2030, 12, 31)))
def test_a_week_without_a_year_is_one_that_has_begun_within_a_year(number: int, today: dt.date) -> None:
    found = spans.read(f"tuần {number}", today)
    assert found is not None
    if found[0] is not None:
        assert found[0].first <= today < found[0].first + dt.timedelta(days=54 * 7)


# --- as an officer types --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["tổ nào chưa nộp", "to nao chua bao cao vay", "danh sách tổ chưa gửi báo cáo"])
async def test_who_is_silent_is_asked_for_in_many_ways(talk: Talk, text: str) -> None:
    await talk.team("Tổ Im")
    hoa = await talk.officer("Hoa")
    await hoa.says(text)
    assert "1. Tổ Im" in hoa.reads


async def test_the_list_of_the_silent_says_when_the_closing_is_past(talk: Talk) -> None:
    await talk.team("Tổ Im")
    hoa = await talk.officer("Hoa")
    talk.now = dt.datetime(2026, 11, 20, 15, 59, tzinfo=VIETNAM)
    await hoa.says("tổ nào chưa báo cáo")
    assert "giờ chốt là 16:00 hôm nay" in hoa.reads
    talk.now += dt.timedelta(minutes=6)
    await hoa.says("tổ nào chưa báo cáo")
    assert "giờ chốt đã qua" in hoa.reads


async def test_a_team_is_found_by_its_short_name_for_the_days_named_with_it(talk: Talk) -> None:
    an = await talk.member("An", team="Tổ công nghệ số cộng đồng thôn 5")
    await logged(talk, an, "Tổ công nghệ số cộng đồng thôn 5", "2026-11-11", people=7)
    hoa = await talk.officer("Hoa")
    await hoa.says("to thon 5 tuan truoc")
    assert "Tổng số: 7 lượt" in hoa.reads
    assert "Tuần 46" in hoa.reads
    await hoa.says("so sánh với tháng trước")
    assert "So với tháng 10/2026" in hoa.reads


async def test_back_leads_from_every_side_to_the_report_of_the_same_days_and_from_it_to_the_menu(talk: Talk) -> None:
    an = await talk.member("An", team="Tổ Thôn 3")
    await logged(talk, an, "Tổ Thôn 3", "2026-10-10", people=4)
    hoa = await talk.officer("Hoa")
    await hoa.says("tháng 10")
    for way in ("Theo tổ", "So với tháng trước", "Tệp, biểu đồ", "Xem theo mục khác"):
        await hoa.presses(way)
        await hoa.says("lùi")
        assert "Tổng số: 4 lượt" in hoa.reads, way
        assert len(hoa.choices) <= MOST_CHOICES
    for way in ("Theo thôn", "Theo nội dung", "Theo thủ tục", "Số này từ đâu ra?"):
        await hoa.presses("Xem theo mục khác")
        assert len(hoa.choices) <= MOST_CHOICES
        await hoa.presses(way)
        await hoa.says("lùi")
        assert "Tháng 10/2026" in hoa.reads, way
    await hoa.says("thể thức")
    for way in ("Phần đầu văn bản", "Người ký, nơi nhận", "Giờ chốt, nhắc, tự gửi"):
        assert len(hoa.choices) <= MOST_CHOICES
        await hoa.presses(way)
        assert len(hoa.choices) <= MOST_CHOICES
        await hoa.says("lùi")
        assert "Thể thức báo cáo" in hoa.reads
    await hoa.says("lùi")
    assert "Tuần 47" in hoa.reads
    await hoa.says("lùi")
    assert "Việc của xã" in hoa.labels


@pytest.mark.parametrize(("text", "shown"), [
    ("xem theo tổ", "Tổ Thôn 3: 4 lượt"), ("theo noi dung", "Kích hoạt tài khoản định danh mức 2: 4"),
    ("báo cáo theo thôn", "Không gắn thôn nào: 4"), ("cho xem theo thủ tục", "chưa ghi thủ tục nào"),
])  # fmt: skip
async def test_a_side_of_the_report_on_the_screen_is_had_by_its_name(talk: Talk, text: str, shown: str) -> None:
    an = await talk.member("An", team="Tổ Thôn 3")
    await logged(talk, an, "Tổ Thôn 3", "2026-10-10", people=4)
    hoa = await talk.officer("Hoa")
    await hoa.says("tháng 10")
    await hoa.says(text)
    assert shown in hoa.reads
    assert "Tháng 10/2026" in hoa.reads
    minh = await talk.province_officer("Minh", PROVINCE)
    await minh.says("xem theo xã")
    assert "Chưa có báo cáo: 103 xã, phường." in minh.reads
