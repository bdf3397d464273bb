"""Logging help: three taps, the same again, corrections, taking back, and drafts, all through the conversation."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import entries
from storage.entry import Entry, load
from storage.periods import Period, Week
from storage.report import report
from storage.runs import Run
from storage.schema import assistance, assistance_history, guide_run
from storage.scope import Grant
from tests.handlers.entries import only, saved
from tests.talk import COMMUNE, Person, Talk

WEEK_47 = Period.of_week(Week(2026, 47))
WEEK = dt.timedelta(days=7)


async def logs(person: Person, content: str = "Kích hoạt VNeID", people: str = "1", result: str = "Đã xong") -> None:
    """Three taps."""
    await person.says("ghi")
    await person.presses(content)
    await person.says(people)
    await person.presses(result)


async def edits(person: Person, field: str) -> None:
    """Opens a field of the entry shown last."""
    await person.presses("Sửa")
    if field not in person.labels:
        await person.presses("Mục khác")
    await person.presses(field)


# --- three taps ---------------------------------------------------------------------------------------------


async def test_three_taps_save_an_entry_of_today_and_read_it_back(talk: Talk) -> None:
    an = await talk.member("An", team="Tổ Thôn 3")
    await an.says("ghi")
    await an.presses("Kích hoạt VNeID mức 2")
    await an.presses("3")
    await an.presses("Đã xong")
    entry = await only(talk)
    assert (entry.member_id, entry.entered_by, entry.commune) == (an.id, an.id, COMMUNE)
    assert (entry.day, entry.people, entry.contents) == (talk.now.date(), 3, {"vneid_kich_hoat": None})
    assert entry.results == {"xong": 3}
    for word in ("Đã ghi", "3 lượt", "kích hoạt VNeID mức 2", "đã xong", "Hôm nay", "Tổ Thôn 3"):
        assert word in an.reads
    assert an.labels == ["Ghi lượt nữa", "Như lần trước", "Sửa", "Bỏ lượt này", "Tuần của tôi"]


async def test_numbers_and_words_do_what_buttons_do(talk: Talk) -> None:
    an = await talk.member("An")
    for answer in ("ghi lượt", "các việc khác", "bao hiem", "hai người", "hẹn"):
        await an.says(answer.replace("hai người", "2 người"))
    entry = await only(talk)
    assert (entry.contents, entry.people, entry.results) == ({"bhyt_bhxh": None}, 2, {"hen_lai": 2})


@pytest.mark.parametrize(("typed", "people"), [("7", 7), ("ba", 3), ("12 lượt", 12), ("10", 10), ("60", 60)])
async def test_people_may_be_typed(talk: Talk, typed: str, people: int) -> None:
    an = await talk.member("An")
    await logs(an, people=typed)
    assert (await only(talk)).people == people


@pytest.mark.parametrize("wrong", ["2,5", "10.001", "99999999", "abc", "3 4"])
async def test_a_wrong_number_of_people_is_asked_again_and_nothing_is_lost(talk: Talk, wrong: str) -> None:
    an = await talk.member("An")
    await an.says("ghi")
    await an.presses("Tra cứu")
    await an.says(wrong)
    assert "1 đến 10.000" in an.reads
    await an.says("2")
    await an.presses("Đã xong")
    assert (await only(talk)).people == 2


async def test_more_than_sixty_people_are_asked_about_once(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("ghi")
    await an.presses("Kích hoạt VNeID")
    await an.says("1.200")
    assert "1.200 lượt" in an.reads
    assert "Đúng" not in " ".join(an.labels)
    await an.presses("Phải, ghi 1.200 lượt")
    await an.presses("Đã xong")
    assert (await only(talk)).people == 1200


async def test_a_slip_over_sixty_is_corrected_by_typing_the_right_number(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("ghi")
    await an.presses("Kích hoạt VNeID")
    await an.says("300")
    await an.says("30")
    await an.presses("Đã xong")
    assert (await only(talk)).people == 30


async def test_results_told_apart_add_up(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an, people="7", result="Mỗi người một khác")
    await an.says("3")
    await an.says("5")
    assert "từ 0 đến 4" in an.reads
    await an.says("2")
    await an.presses("1")
    assert (await only(talk)).results == {"xong": 3, "hen_lai": 2, "chuyen": 1, "khong_duoc": 1}


@given(people=st.integers(1, 10_000), data=st.data())
def test_counts_told_one_after_the_other_always_end_in_the_whole(people: int, data: st.DataObject) -> None:
    counts: list[int] = []
    while (results := entries.split_results(people, counts)) is None:
        counts.append(data.draw(st.integers(0, people - sum(counts))))
    assert sum(results.values()) == people
    assert all(results.values())


async def test_the_way_back_leads_through_every_question(talk: Talk) -> None:
    an = await talk.member("An", "Tổ Thôn 3", "Tổ Thôn 4")
    await an.says("ghi")
    first = an.reads
    await an.presses("Tổ Thôn 4")
    await an.presses("Nộp hồ sơ")
    await an.says("5")
    await an.presses("Mỗi người")
    await an.presses("2")
    for _ in range(5):
        await an.says("lùi")
    assert an.reads == first
    await an.presses("Tổ Thôn 3")
    await an.presses("Tra cứu")
    await an.says("1")
    await an.presses("Đã xong")
    entry = await only(talk)
    assert (entry.contents, entry.people, entry.team_id) == ({"tra_cuu": None}, 1, await talk.team("Tổ Thôn 3"))


async def test_stop_keeps_nothing(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("ghi")
    await an.presses("Tra cứu")
    await an.says("dừng")
    await an.says("3")
    assert await saved(talk) == []


async def test_a_member_of_two_teams_is_asked_which(talk: Talk) -> None:
    an = await talk.member("An", "Tổ Thôn 3", "Tổ Thôn 4")
    await an.says("ghi")
    assert an.labels == ["Tổ Thôn 3", "Tổ Thôn 4"]
    await an.presses("Tổ Thôn 4")
    await an.presses("Tra cứu")
    await an.presses("1")
    await an.presses("Đã xong")
    assert (await only(talk)).team_id == await talk.team("Tổ Thôn 4")


# --- pressed twice, pressed late ----------------------------------------------------------------------------


async def test_every_button_pressed_twice_saves_one_entry(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("ghi")
    for label in ("Kích hoạt VNeID", "3", "Đã xong"):
        await an.presses(label)
        await an.presses_again()
        assert "không" in an.reads
    assert "3 lượt" in an.reads
    assert (await only(talk)).people == 3


async def test_a_button_of_the_entry_before_does_nothing_to_the_next(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("ghi")
    await an.presses("Kích hoạt VNeID")
    old = an.choice("10").value
    await an.presses("1")
    await an.presses("Đã xong")
    await an.presses("Ghi lượt nữa")
    await an.presses("Tra cứu")
    await an.presses_value(old)
    assert "Giúp mấy người?" in an.reads
    await an.presses("2")
    await an.presses("Hẹn lại")
    assert [entry.people for entry in await saved(talk)] == [1, 2]


async def test_another_entry_asked_for_twice_keeps_what_was_answered_since(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    again = an.choice("Ghi lượt nữa").value
    await an.presses_value(again)
    await an.presses("Tra cứu")
    await an.presses_value(again)
    await an.presses("2")
    await an.presses("Đã xong")
    assert [list(entry.contents) for entry in await saved(talk)] == [["vneid_kich_hoat"], ["tra_cuu"]]


async def test_an_answer_from_long_ago_says_where_things_stand(talk: Talk) -> None:
    an = await talk.member("An")
    await an.presses_value("l:k:kabcdef:xong")
    assert "Nút này đã cũ" in an.reads
    assert "Ghi lượt hỗ trợ" in an.labels
    assert await saved(talk) == []


# --- the same again -----------------------------------------------------------------------------------------


async def test_same_as_last_copies_content_people_results_and_place_to_today(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an, people="4", result="Mỗi người")
    await an.says("3")
    await an.says("1")
    await edits(an, "Nơi giúp")
    await an.presses("Nhà văn hóa")
    await edits(an, "Ghi chú")
    await an.says("bà con đông")
    talk.now += WEEK
    await an.says("ghi")
    await an.presses("Như lần trước")
    first, second = await saved(talk)
    assert (second.contents, second.people, second.results) == (first.contents, 4, {"xong": 3, "hen_lai": 1})
    assert (second.place, second.day, second.note) == ("nha_van_hoa", talk.now.date(), None)


async def test_same_as_last_pressed_twice_saves_once_and_pressed_on_the_new_card_once_more(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    await an.presses("Như lần trước")
    await an.presses_again()
    assert "không ghi thêm" in an.reads
    assert len(await saved(talk)) == 2
    await an.presses("Như lần trước")
    assert len(await saved(talk)) == 3


async def test_same_as_last_without_a_last_begins_the_first(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("như lần trước")
    assert "Anh/chị vừa giúp việc gì?" in an.reads
    assert "Như lần trước" not in an.labels


# --- dossiers and payments ----------------------------------------------------------------------------------


async def test_finished_dossiers_are_counted_in_the_open_and_follow_the_people(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an, "Nộp hồ sơ", people="3")
    assert "3 hồ sơ" in an.reads
    await edits(an, "Số người")
    await an.says("5")
    assert "5 hồ sơ" in an.reads
    assert (await only(talk)).dossiers == 5


async def test_a_typed_number_of_dossiers_is_left_alone(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an, "Nộp hồ sơ", people="3")
    await edits(an, "Số hồ sơ")
    await an.says("7")
    assert "7 hồ sơ" in an.reads
    await edits(an, "Số người")
    await an.says("2")
    assert (await only(talk)).dossiers == 7


@pytest.mark.parametrize(("result", "dossiers"), [("Đã xong", 2), ("Hẹn lại", None), ("Không làm được", None)])
async def test_only_finished_dossiers_count(talk: Talk, result: str, dossiers: int | None) -> None:
    an = await talk.member("An")
    await logs(an, "Nộp hồ sơ", people="2", result=result)
    assert (await only(talk)).dossiers == dossiers
    assert ("hồ sơ;" in an.reads or "2 hồ sơ" in an.reads) == (dossiers is not None)


async def test_payments_follow_finished_paying(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an, "Trả phí", people="2")
    assert "2 lần trả phí" in an.reads
    assert (await only(talk)).payments == 2


# --- correcting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "answer", "name", "value"), [
    ("Số người", "5", "people", 5),
    ("Kết quả", "chuyển", "results", {"chuyen": 2}),
    ("Ngày", "hôm qua", "day", dt.date(2026, 11, 20)),
    ("Ngày", "16/11", "day", dt.date(2026, 11, 16)),
    ("Nơi giúp", "tại nhà dân", "place", "nha_dan"),
    ("Số hồ sơ", "12", "dossiers", 12),
    ("Ghi chú", "hẹn thứ hai", "note", "hẹn thứ hai"),
    ("Giờ", "chiều", "time", "chiều"),
    ("Giờ", "8h5", "time", "08:05"),
    ("Giờ", "14 giờ 30", "time", "14:30"),
    ("Số lần trả phí", "1", "payments", 1),
    ("Số phút", "25 phút", "minutes", 25),
    ("Ai bấm máy", "bà con", "self_done", True),
    ("Buổi tập trung", "phải", "session", True),
])  # fmt: skip
async def test_every_field_can_be_corrected(talk: Talk, field: str, answer: str, name: str, value: object) -> None:
    an = await talk.member("An")
    await logs(an, people="2")
    before = await only(talk)
    await edits(an, field)
    await an.says(answer)
    assert "Đã sửa" in an.reads
    after = await only(talk)
    assert getattr(after, name) == value
    assert after.id == before.id
    async with talk.memory() as memory:
        (kept,) = (await memory.connection.execute(assistance_history.select())).all()
    assert name in kept.before


@pytest.mark.parametrize(("field", "wrong"), [
    ("Số người", "10.001"), ("Ngày", "22/11"), ("Ngày", "30/02"), ("Ngày", "21/9"), ("Ngày", "21/11/2025"),
    ("Giờ", "25:00"), ("Giờ", "mai"), ("Số phút", "1441"), ("Số hồ sơ", "10.001"), ("Ghi chú", "a" * 301),
])  # fmt: skip
async def test_a_wrong_answer_says_what_is_right_and_changes_nothing(talk: Talk, field: str, wrong: str) -> None:
    an = await talk.member("An")
    await logs(an)
    before = await only(talk)
    await edits(an, field)
    await an.says(wrong)
    assert "Đã sửa" not in an.reads
    assert "lại" in an.reads
    assert await only(talk) == before


async def test_contents_are_toggled_and_the_last_one_stays(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    await edits(an, "Việc đã giúp")
    await an.presses("Nộp hồ sơ")
    assert an.replies[0].replaces
    await an.presses_again()
    assert set((await only(talk)).contents) == {"vneid_kich_hoat", "nop_ho_so"}
    await an.presses("Kích hoạt VNeID")
    await an.presses("Nộp hồ sơ")
    assert "ít nhất một việc" in an.reads
    await an.presses("Chọn xong")
    assert set((await only(talk)).contents) == {"nop_ho_so"}
    assert "1 hồ sơ" in an.reads


async def test_groups_are_toggled_in_and_out(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    await edits(an, "Nhóm người")
    await an.presses("Từ 60")
    await an.presses("Hộ nghèo")
    await an.presses("Từ 60")
    assert set((await only(talk)).groups) == {"ngheo"}


async def test_another_number_of_people_asks_mixed_results_again(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an, people="3", result="Mỗi người")
    await an.says("1")
    await an.says("2")
    await edits(an, "Số người")
    await an.says("5")
    assert "Kết quả bây giờ" in an.reads
    await an.presses("Mỗi người")
    await an.says("4")
    await an.says("1")
    assert (await only(talk)).results == {"xong": 4, "hen_lai": 1}


async def test_an_old_button_of_a_correction_changes_nothing(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    await edits(an, "Số người")
    old = an.choice("10").value
    await an.says("5")
    await an.presses_value(old)
    assert (await only(talk)).people == 5
    await edits(an, "Số người")
    await an.says("lùi")
    await an.presses_value(old)
    assert (await only(talk)).people == 5


async def test_a_correction_of_more_than_sixty_people_is_asked_about(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    await edits(an, "Số người")
    await an.says("500")
    assert (await only(talk)).people == 1
    await an.presses("Gõ lại số")
    await an.says("500")
    await an.presses("Phải")
    assert (await only(talk)).people == 500


async def test_a_note_is_kept_without_what_is_personal(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    await edits(an, "Ghi chú")
    await an.says("gọi lại số 0905123456 chiều mai")
    note = (await only(talk)).note
    assert note is not None
    assert "0905123456" not in note + an.reads
    assert "chiều mai" in note
    await edits(an, "Ghi chú")
    await an.presses("Xóa ghi chú")
    assert (await only(talk)).note is None


async def test_a_member_corrects_until_the_week_closes_and_is_told_so_kindly(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    edit, void = an.choice("Sửa").value, an.choice("Bỏ lượt này").value
    talk.now += dt.timedelta(days=1, hours=14)  # Sunday, 23:00
    await edits(an, "Số người")
    await an.says("2")
    talk.now += dt.timedelta(hours=2)  # Monday
    for button in (edit, void):
        await an.presses_value(button)
        assert "đã khóa sổ" in an.reads
        assert "cán bộ xã" in an.reads
    assert (await only(talk)).people == 2


async def test_a_week_that_closes_over_an_open_question_changes_nothing(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    await edits(an, "Số người")
    talk.now += WEEK
    await an.says("9")
    assert "Đã sửa" not in an.reads
    assert (await only(talk)).people == 1


async def test_a_day_of_a_closed_week_is_taken_only_when_confirmed(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    await edits(an, "Ngày")
    await an.says("15/11")
    assert (await only(talk)).day == talk.now.date()
    await an.presses("Phải")
    assert (await only(talk)).day == dt.date(2026, 11, 15)
    await an.presses("Sửa")
    assert "đã khóa sổ" in an.reads


async def test_an_officer_with_a_team_corrects_a_closed_week_with_a_reason(talk: Talk) -> None:
    an = await talk.member("An")
    async with talk.memory() as memory:
        await memory.people.grant(an.id, Grant("officer", commune=COMMUNE), talk.now)
    await logs(an)
    edit = an.choice("Sửa").value
    talk.now += WEEK
    await an.presses_value(edit)
    assert "Vì sao sửa?" in an.reads
    await an.presses("Khác")
    await an.says("đếm lại danh sách")
    await an.presses("Số người")
    await an.says("6")
    assert (await only(talk)).people == 6
    async with talk.memory() as memory:
        (kept,) = (await memory.connection.execute(assistance_history.select())).all()
    assert kept.reason == "đếm lại danh sách"


# --- taking back --------------------------------------------------------------------------------------------


async def test_an_entry_taken_back_leaves_every_count_and_stays_with_its_reason(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    await an.presses("Bỏ lượt này")
    await an.presses("Trùng")
    assert await saved(talk) == []
    await an.presses_again()
    assert "Lý do: Trùng" in an.reads
    async with talk.memory() as memory:
        (entry,) = await load(memory.connection)
    assert (entry.state, entry.void_reason) == ("void", "Trùng")


async def test_a_reason_of_ones_own_is_typed_and_kept_clean(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    await an.presses("Bỏ lượt này")
    await an.presses("Khác")
    await an.says("a" * 61)
    assert len(await saved(talk)) == 1
    await an.says("nhầm người, số 0905123456")
    assert await saved(talk) == []
    assert "nhầm người" in an.reads
    assert "0905123456" not in an.reads


async def test_thinking_better_of_it_keeps_the_entry(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    await an.presses("Bỏ lượt này")
    reason = an.choice("Ghi nhầm").value
    await an.presses("Lùi")
    await an.presses_value(reason)
    assert len(await saved(talk)) == 1


# --- who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["citizen", "officer"])
async def test_somebody_without_a_team_learns_nothing(talk: Talk, who: str) -> None:
    an = await talk.member("An")
    await logs(an)
    card = an.reads
    other = await (talk.officer("Hoa", "31453") if who == "officer" else talk.citizen())
    await other.says("ghi")
    refusal = other.reads
    for value in ("l:e:1", "l:e:999", "l:o:1", "l:v:1:nham", "l:m", "l:s:1", "l:t:kabcdef:1"):
        await other.presses_value(value)
        assert other.reads == refusal
        assert card not in other.reads
    assert len(await saved(talk)) == 1


async def test_somebody_elses_entry_is_as_if_it_were_not(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an)
    entry = await only(talk)
    binh = await talk.member("Bình")
    answers = []
    for entry_id in (entry.id, 999):
        for what in ("o:{}", "e:{}", "w:{}:people:9", "v:{}", "v:{}:nham", "d:{}:ghi", "e:{}:day"):
            await binh.presses_value("l:" + what.format(entry_id))
            answers.append(binh.reads)
    assert len(set(answers)) == 1
    assert await only(talk) == entry


async def test_who_left_the_team_while_answering_saves_nothing(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("ghi")
    await an.presses("Tra cứu")
    await an.presses("1")
    async with talk.memory() as memory:
        await memory.people.revoke(an.id, "member", talk.now)
    await an.presses("Đã xong")
    assert await saved(talk) == []


# --- my week ------------------------------------------------------------------------------------------------


async def test_my_week_sums_my_entries_and_opens_each(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an, people="2")
    await logs(an, "Nộp hồ sơ", people="3")
    other = await talk.member("Bình")
    await logs(other, people="9")
    await an.says("tuần của tôi")
    assert "Tuần 47 (16/11/2026 - 22/11/2026)" in an.reads
    assert "5 lượt trong 2 lần ghi" in an.reads
    assert "3 hồ sơ" in an.reads
    await an.presses("21/11: 2 lượt")
    assert "kích hoạt VNeID mức 2" in an.reads
    assert "Như lần trước" not in an.labels
    assert {"Sửa", "Bỏ lượt này"} <= set(an.labels)


async def test_a_long_week_is_shown_page_by_page_and_misses_nothing(talk: Talk) -> None:
    an = await talk.member("An")
    for people in range(1, 20):
        await logs(an, people=str(people))
    await an.says("tuần của tôi")
    seen: list[str] = []
    while True:
        seen += [label for label in an.labels if "lượt," in label]
        if "Xem thêm" not in an.labels:
            break
        await an.presses("Xem thêm")
    assert sorted(int(label.split()[1]) for label in seen) == list(range(1, 20))


async def test_nothing_this_week_is_zero_in_the_report_and_said_twice_is_said_once(talk: Talk) -> None:
    an = await talk.member("An", team="Tổ Thôn 3")
    await talk.team("Tổ Thôn 4")
    await an.says("tuần của tôi")
    await an.presses("Tuần này không có lượt nào")
    await an.presses("Phải, Tổ Thôn 3 không có")
    await an.presses_again()
    async with talk.memory() as memory:
        document = await report(memory.connection, COMMUNE, WEEK_47, talk.now)
    assert {t["team"]: t["indicators"]["1"] for t in document["teams"]} == {"Tổ Thôn 3": 0, "Tổ Thôn 4": None}


async def test_nothing_is_not_said_after_something_was_logged_or_for_another_team(talk: Talk) -> None:
    an = await talk.member("An", team="Tổ Thôn 3")
    elsewhere = await talk.team("Tổ Thôn 4")
    await an.says("tuần của tôi")
    await an.presses("Tuần này không có lượt nào")
    nil = an.choice("Phải").value
    await logs(an)
    await an.presses_value(nil)
    assert "không báo là không có" in an.reads
    await an.presses_value(f"l:z:20261116-20261122:{elsewhere}")
    async with talk.memory() as memory:
        document = await report(memory.connection, COMMUNE, WEEK_47, talk.now)
    assert {t["team"]: t["indicators"]["1"] for t in document["teams"]} == {"Tổ Thôn 3": 1, "Tổ Thôn 4": None}


# --- the draft of a guide -----------------------------------------------------------------------------------


async def helps(person: Person, guide: str, talk: Talk, *, steps: int = 60) -> None:
    """Walks somebody else through a guide, always taking the first way on, until a draft is offered."""
    await person.presses_value(f"g:o:{guide}")
    await person.presses("Tôi giúp người khác")
    for _ in range(steps):
        if "Ghi lượt này" in person.labels or "Tổ Thôn 4" in person.labels:
            return
        talk.now += dt.timedelta(minutes=1)
        await person.presses_value(person.choices[0].value)


async def drafts(talk: Talk) -> list[Entry]:
    async with talk.memory() as memory:
        return await load(memory.connection, assistance.c.state == "draft")


async def run_of(talk: Talk) -> Run:
    async with talk.memory() as memory:
        row = (await memory.connection.execute(guide_run.select())).mappings().one()
        return Run.from_row(dict(row))


async def test_a_finished_guide_leaves_a_draft_that_one_press_saves_once(talk: Talk) -> None:
    an = await talk.member("An")
    began = talk.now
    await helps(an, "vneid-kich-hoat", talk)
    assert "1 lượt, kích hoạt VNeID mức 2; đã xong" in an.reads
    assert await saved(talk) == []
    await an.presses("Ghi lượt này")
    await an.presses_again()
    assert "đã ghi rồi" in an.reads
    entry = await only(talk)
    assert (entry.contents, entry.results, entry.people) == ({"vneid_kich_hoat": None}, {"xong": 1}, 1)
    assert entry.minutes == (talk.now - began) // dt.timedelta(minutes=1)
    assert entry.run_id == (await run_of(talk)).id


async def test_a_draft_is_corrected_before_it_is_saved(talk: Talk) -> None:
    an = await talk.member("An")
    await helps(an, "dvc-nop-ho-so", talk)
    assert "1 hồ sơ" in an.reads
    await an.presses("Sửa trước khi ghi")
    await an.presses("Số người")
    await an.says("2")
    assert "2 hồ sơ" in an.reads
    await an.presses("Sửa trước khi ghi")
    await an.presses("Ngày")
    await an.presses("Hôm qua")
    assert await saved(talk) == []
    await an.presses("Ghi lượt này")
    entry = await only(talk)
    assert (entry.people, entry.dossiers, entry.day) == (2, 2, talk.now.date() - dt.timedelta(days=1))


async def test_a_draft_not_wanted_leaves_no_trace(talk: Talk) -> None:
    an = await talk.member("An")
    await helps(an, "vneid-kich-hoat", talk)
    save = an.choice("Ghi lượt này").value
    await an.presses("Không ghi")
    await an.presses_again()
    await an.presses_value(save)
    assert (await drafts(talk), await saved(talk)) == ([], [])


async def test_a_guide_left_after_half_is_offered_as_to_be_continued(talk: Talk) -> None:
    an = await talk.member("An")
    await an.presses_value("g:o:vneid-kich-hoat")
    await an.presses("Tôi giúp người khác")
    await an.says("dừng")
    assert "Ghi lượt này" not in an.labels
    await helps(an, "vneid-kich-hoat", talk, steps=3)
    while "Ghi lượt này" not in an.labels:
        await an.says("dừng")
        if "Ghi lượt này" in an.labels:
            break
        await helps(an, "vneid-kich-hoat", talk, steps=8)
    assert "hẹn lại" in an.reads


async def test_a_citizen_who_finishes_a_guide_is_offered_no_draft(talk: Talk) -> None:
    ba = await talk.citizen()
    await ba.presses_value("g:o:vneid-kich-hoat")
    await ba.presses("Tôi giúp người khác")
    for _ in range(60):
        if "Xong:" in ba.reads:
            break
        await ba.presses_value(ba.choices[0].value)
    assert "Xong:" in ba.reads
    assert await drafts(talk) == []


async def test_a_helper_of_two_teams_says_for_which_the_draft_is(talk: Talk) -> None:
    an = await talk.member("An", "Tổ Thôn 3", "Tổ Thôn 4")
    await helps(an, "vneid-kich-hoat", talk)
    await an.presses("Tổ Thôn 4")
    await an.presses_again()
    (draft,) = await drafts(talk)
    assert draft.team_id == await talk.team("Tổ Thôn 4")


# --- whatever is pressed ------------------------------------------------------------------------------------


def broken(value: str, chance: random.Random) -> str:
    """A button's value with one part replaced or lost."""
    parts = value.split(":")
    at = chance.randrange(1, len(parts))
    parts[at : at + 1] = chance.choice([[], [""], ["+x"], ["9" * 30], ["-"], ["day", "lai"], ["contents", "!"]])
    return ":".join(parts)


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_is_pressed_is_answered_and_the_counters_stay_right(talk: Talk, seed: int) -> None:
    """Walks at random through what is offered, with doubled and old presses and odd words in between."""
    chance = random.Random(seed)
    an = await talk.member("An", "Tổ Thôn 3", "Tổ Thôn 4")
    await an.says("ghi")
    old: list[str] = []
    for _ in range(200):
        ours = [c.value for c in an.choices if c.value.startswith(("l:", "m:ghi", "m:tuan"))]
        old += ours[:3]
        what = chance.random()
        if what < 0.7 and ours:
            await an.presses_value(chance.choice(ours))
        elif what < 0.8 and old:
            await an.presses_value(chance.choice([chance.choice(old), broken(chance.choice(old), chance)]))
        elif what < 0.9:
            await an.says(chance.choice(["lùi", "3", "0", "75", "ghi", "như lần trước", "12/11", "8h", "xong"]))
        else:
            await an.says(chance.choice(["tuần của tôi", "một ghi chú dài", "10001", "hôm qua", "ghi"]))
        talk.now += dt.timedelta(minutes=chance.choice([0, 1, 300]))
    await saved(talk)
