"""The log in one sentence: what a member writes becomes entries, doubts asked one at a time, one press to save."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from storage.periods import Period, Week
from storage.report import report
from storage.schema import assistance, chat, hamlet
from tests.handlers.entries import only, saved
from tests.talk import COMMUNE, Person, Talk


async def drafts(talk: Talk) -> int:
    """How many entries still wait."""
    async with talk.memory() as memory:
        query = sa.select(sa.func.count()).select_from(assistance).where(assistance.c.state == "draft")
        return int(await memory.connection.scalar(query) or 0)


async def make_hamlets(talk: Talk, *names: str) -> dict[str, int]:
    """Hamlets of the commune, with their ids."""
    async with talk.memory() as memory:
        rows = [{"commune": COMMUNE, "name": name, "valid_from": dt.date(2026, 1, 1)} for name in names]
        await memory.connection.execute(sa.insert(hamlet), rows)
        return {name: key for key, name in (await memory.people.hamlet_names(COMMUNE)).items()}


async def tells(person: Person, text: str) -> None:
    """Tells of help given and saves what was understood."""
    await person.says(text)
    await person.presses("Lưu")


# --- one sentence -------------------------------------------------------------------------------------------


async def test_one_sentence_and_one_press_save_an_entry(talk: Talk) -> None:
    an = await talk.member("An", team="Tổ Thôn 3")
    await an.says("Sáng nay giúp bà Tư cài VNeID mức 2 tại nhà, 20 phút, xong rồi")
    assert "Trợ lý hiểu là: 1 lượt, kích hoạt VNeID mức 2; đã xong." in an.reads
    assert an.labels == ["Lưu", "Sửa", "Không ghi"]
    assert await saved(talk) == []
    await an.presses("Lưu")
    entry = await only(talk)
    assert (entry.member_id, entry.entered_by, entry.commune) == (an.id, an.id, COMMUNE)
    assert (entry.day, entry.time, entry.place, entry.minutes) == (talk.now.date(), "sáng", "nha_dan", 20)
    assert (entry.people, entry.contents, entry.results) == (1, {"vneid_kich_hoat": None}, {"xong": 1})
    assert "Đã ghi" in an.reads
    assert await drafts(talk) == 0


async def test_names_and_numbers_of_those_helped_are_kept_nowhere(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("giúp mấy mẹ con chị Thanh Bưởi 0905123456 nộp hồ sơ khai sinh cho cháu Đậu Phộng")
    async with talk.memory() as memory:
        states = [json.dumps(s, ensure_ascii=False) for s in await memory.connection.scalars(sa.select(chat.c.state))]
    assert "sentence" in states[0]
    assert not [word for word in ("Bưởi", "0905", "Đậu", "Thanh", "chị") if word in states[0]]
    await an.presses("2")
    await an.presses("Lưu")
    entry = await only(talk)
    assert (entry.people, entry.note, entry.procedures) == (2, None, {"khai-sinh": None})


async def test_a_citizens_sentence_logs_nothing(talk: Talk) -> None:
    lan = await talk.citizen("Lan")
    await lan.says("sáng nay giúp bà Tư cài VNeID mức 2, 20 phút")
    assert "Lưu" not in lan.labels
    assert await drafts(talk) == 0


@pytest.mark.parametrize("text", [
    "quên mật khẩu vneid", "làm sao để kích hoạt vneid", "mai em đi thôn 3 giúp 5 người cài vneid",
    "hôm nay không giúp được ai", "cảm ơn trợ lý nhé",
])  # fmt: skip
async def test_what_tells_of_no_help_is_answered_as_before(talk: Talk, text: str) -> None:
    an = await talk.member("An")
    await an.says(text)
    assert "Lưu" not in an.labels
    assert await drafts(talk) == 0


async def test_what_was_told_counts_in_the_report_as_told(talk: Talk) -> None:
    an = await talk.member("An")
    await tells(
        an, "Hôm qua 14 người cài VNeID ở nhà văn hóa, trong đó 6 cụ trên 60 tuổi, 2 người chưa xong hẹn thứ 2"
    )
    async with talk.memory() as memory:
        document = await report(memory.connection, COMMUNE, Period.of_week(Week(2026, 47)), talk.now)
    values = {i["code"]: i["value"] for i in document["indicators"]}
    assert (values["1"], values["1b"], values["2"], values["9"]) == (14, 6, 14, 2)


async def test_dossiers_told_are_kept_and_those_not_told_follow_what_was_finished(talk: Talk) -> None:
    an = await talk.member("An")
    await tells(an, "3 người nộp 4 hồ sơ ở một cửa, xong hết")
    await tells(an, "hôm qua 2 người nộp hồ sơ ở một cửa, xong hết")
    assert [entry.dossiers for entry in await saved(talk)] == [4, 2]


# --- doubts -------------------------------------------------------------------------------------------------


async def test_a_number_that_was_not_told_is_asked_for_and_may_be_typed(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("giúp mấy cụ cài vneid ở nhà văn hóa, xong hết")
    assert "Giúp mấy người?" in an.reads
    await an.says("7")
    await an.presses("Lưu")
    entry = await only(talk)
    assert (entry.people, entry.results, entry.groups) == (7, {"xong": 7}, {"tu_60": None})


async def test_a_rough_number_is_offered_and_asked_about(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("khoảng 12 người tải app của tỉnh")
    assert "Khoảng 12 người" in an.reads
    await an.presses("12")
    await an.presses("Lưu")
    assert (await only(talk)).people == 12


async def test_doubts_are_asked_one_at_a_time(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("hôm bữa giúp mấy người ở chợ")
    assert "Giúp hôm nào?" in an.reads
    await an.says("thứ 4")
    assert "Giúp mấy người?" in an.reads
    await an.says("ba người")
    assert "Giúp việc gì?" in an.reads
    await an.says("tra cứu")
    await an.presses("Lưu")
    entry = await only(talk)
    assert (entry.day, entry.people, list(entry.contents)) == (dt.date(2026, 11, 18), 3, ["tra_cuu"])


@pytest.mark.parametrize("wrong", ["0", "99999999", "hai chục rưỡi gì đó"])
async def test_a_wrong_answer_is_asked_again_and_loses_nothing(talk: Talk, wrong: str) -> None:
    an = await talk.member("An")
    await an.says("sáng nay mấy người nộp hồ sơ ở một cửa")
    await an.says(wrong)
    assert "1 đến 10.000" in an.reads
    assert "mấy người?" in an.reads
    await an.says("2")
    await an.presses("Lưu")
    assert ((await only(talk)).people, (await only(talk)).place) == (2, "trung_tam")


async def test_what_was_plain_is_not_asked(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("3 vneid, 2 qr, 1 bhyt")
    assert "?" not in an.reads
    await an.presses("Lưu")
    entry = await only(talk)
    assert (entry.people, entry.contents) == (6, {"vneid_cai_dat": 3, "thanh_toan": 2, "bhyt_bhxh": 1})


async def test_a_member_of_two_teams_is_asked_which(talk: Talk) -> None:
    an = await talk.member("An", "Tổ Thôn 3", "Tổ Thôn 4")
    await an.says("giúp 2 người cài vneid")
    assert an.labels == ["Tổ Thôn 3", "Tổ Thôn 4"]
    await an.presses("Tổ Thôn 4")
    await an.presses("Lưu")
    assert (await only(talk)).team_id == await talk.team("Tổ Thôn 4")


async def test_a_hamlet_of_the_commune_is_kept_and_another_one_asked_about(talk: Talk) -> None:
    ids = await make_hamlets(talk, "Thôn Đông", "Ấp Thới Hòa")
    an = await talk.member("An")
    await an.says("giup 2 nguoi cai vneid o thoi hoa")
    assert "Ấp Thới Hòa" in an.reads
    await an.presses("Lưu")
    await an.says("thôn 9 giúp 3 người cài vneid")
    assert "thôn nào?" in an.reads
    await an.presses("Thôn Đông")
    await an.presses("Lưu")
    assert [e.hamlet_id for e in await saved(talk)] == [ids["Ấp Thới Hòa"], ids["Thôn Đông"]]


# --- several ------------------------------------------------------------------------------------------------


async def test_several_entries_of_one_message_are_saved_with_one_press(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("19/11 thôn 2: 3 người cài vneid\n20/11 thôn 5: 2 người nộp hồ sơ\nnay ở chợ: 4 người quét qr")
    assert "3 lần ghi" in an.reads
    assert an.labels == ["Lưu cả 3", "Sửa lần 1", "Sửa lần 2", "Sửa lần 3", "Không ghi"]
    await an.presses("Lưu cả 3")
    found = await saved(talk)
    assert [(e.day.day, e.people) for e in found] == [(19, 3), (20, 2), (21, 4)]
    assert "9 lượt trong 3 lần" in an.reads


async def test_pressed_twice_it_is_saved_once(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("sáng 3 vneid, chiều 2 qr")
    await an.presses("Lưu cả 2")
    await an.presses_again()
    assert "đã ghi rồi" in an.reads
    assert len(await saved(talk)) == 2
    await tells(an, "giúp 1 người tra cứu hồ sơ")
    await an.presses_again()
    assert "không ghi thêm" in an.reads
    assert len(await saved(talk)) == 3


async def test_more_than_ten_lines_are_read_ten_at_a_time(talk: Talk) -> None:
    an = await talk.member("An")
    names = ["Lan", "Mai", "Hoa", "Huệ", "Cúc", "Đào", "Liễu", "Hạnh", "Oanh", "Yến", "Thu", "Hương"]
    await an.says("\n".join(f"{n}. chị {name} kích hoạt vneid xong" for n, name in enumerate(names, 1)))
    assert "mới đọc 10 lần đầu" in an.reads
    await an.presses("Lưu cả 10")
    assert len(await saved(talk)) == 10


async def test_asking_to_log_begins_and_having_nothing_to_log_shows_the_week(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("ghi giúp em với")
    assert "Anh/chị vừa giúp việc gì?" in an.reads
    await an.says("tuần này không phát sinh")
    assert "Tuần 47" in an.reads


async def test_a_second_sentence_waits_beside_the_first(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("giúp 3 người cài vneid")
    await an.says("giúp 2 người nộp hồ sơ ở chợ")
    assert "2 lần ghi" in an.reads
    await an.presses("Lưu cả 2")
    assert [e.people for e in await saved(talk)] == [3, 2]


async def test_nothing_is_kept_of_what_was_not_meant(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("sáng 3 vneid, chiều 2 qr")
    await an.presses("Không ghi")
    assert "không ghi" in an.reads
    assert (await saved(talk), await drafts(talk)) == ([], 0)


async def test_the_way_back_keeps_nothing(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("giúp 3 người cài vneid")
    await an.says("lùi")
    assert (await saved(talk), await drafts(talk)) == ([], 0)
    await an.says("giúp mấy người cài vneid")
    await an.says("lùi")
    assert "không ghi" in an.reads


async def test_saving_may_be_typed(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("giúp 3 người cài vneid")
    await an.says("đúng rồi")
    assert (await only(talk)).people == 3


# --- correcting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "answer", "name", "value"), [
    ("Số người", "5", "people", 5),
    ("Kết quả", "hẹn", "results", {"hen_lai": 2}),
    ("Ngày", "hôm qua", "day", dt.date(2026, 11, 20)),
    ("Nơi giúp", "tại nhà dân", "place", "nha_dan"),
    ("Số hồ sơ", "12", "dossiers", 12),
    ("Giờ", "8h5", "time", "08:05"),
    ("Số phút", "25 phút", "minutes", 25),
])  # fmt: skip
async def test_every_field_can_be_corrected_before_it_is_saved(
    talk: Talk, field: str, answer: str, name: str, value: object
) -> None:
    an = await talk.member("An")
    await an.says("giúp 2 người nộp hồ sơ")
    await an.presses("Sửa")
    if field not in an.labels:
        await an.presses("Mục khác")
    await an.presses(field)
    await an.says(answer)
    assert "Trợ lý hiểu là" in an.reads
    await an.presses("Lưu")
    assert getattr(await only(talk), name) == value
    assert await drafts(talk) == 0


async def test_a_hamlet_can_be_chosen(talk: Talk) -> None:
    ids = await make_hamlets(talk, "Thôn Đông", "Thôn Đoài")
    an = await talk.member("An")
    await an.says("giúp 2 người nộp hồ sơ ở thôn đông")
    await an.presses("Sửa")
    await an.presses("Mục khác")
    await an.presses("Thôn, ấp")
    await an.presses("Thôn Đoài")
    await an.presses("Lưu")
    assert (await only(talk)).hamlet_id == ids["Thôn Đoài"]
    assert "Thôn Đoài" in an.reads


async def test_one_of_several_can_be_corrected_and_the_others_wait(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("sáng 3 vneid, chiều 2 qr")
    await an.presses("Sửa lần 2")
    await an.presses("Số người")
    await an.says("6")
    await an.presses("Lưu cả 2")
    assert [e.people for e in await saved(talk)] == [3, 6]


# --- asked before it is saved -------------------------------------------------------------------------------


async def test_an_entry_like_one_saved_before_is_asked_about(talk: Talk) -> None:
    an = await talk.member("An")
    await tells(an, "giúp 3 người cài vneid ở thôn 2")
    talk.now += dt.timedelta(hours=1, minutes=10)
    await an.says("giúp 3 người cài vneid")
    await an.presses("Lưu")
    assert "Giống lượt đã ghi lúc 9:00" in an.reads
    assert len(await saved(talk)) == 1
    await an.presses("Không ghi lượt này")
    assert (len(await saved(talk)), await drafts(talk)) == (1, 0)
    await an.says("giúp 3 người cài vneid")
    await an.presses("Lưu")
    await an.presses("Ghi thêm")
    assert len(await saved(talk)) == 2


@pytest.mark.parametrize("other", [
    "giúp 4 người cài vneid", "giúp 3 người nộp hồ sơ", "hôm qua giúp 3 người cài vneid",
    "chiều nay giúp 3 người cài vneid",
])  # fmt: skip
async def test_what_differs_is_no_double(talk: Talk, other: str) -> None:
    an = await talk.member("An")
    await tells(an, "sáng nay giúp 3 người cài vneid")
    await tells(an, other)
    assert len(await saved(talk)) == 2


@pytest.mark.parametrize(("text", "asked"), [
    ("60 người cài vneid ở nhà văn hóa", "60 lượt"), ("giúp 2 người nộp hồ sơ, 400 phút", "400 phút"),
    ("2 người nộp 80 hồ sơ ở một cửa", "80 hồ sơ"),
])  # fmt: skip
async def test_unusual_numbers_are_asked_about_before_they_are_saved(talk: Talk, text: str, asked: str) -> None:
    an = await talk.member("An")
    await an.says(text)
    await an.presses("Lưu")
    assert asked in an.reads
    assert "Đúng không?" in an.reads
    assert await saved(talk) == []
    await an.presses("Phải")
    assert len(await saved(talk)) == 1


async def test_an_unusual_number_can_be_corrected(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("600 người cài vneid ở nhà văn hóa")
    await an.presses("Lưu")
    await an.presses("Sửa số người")
    await an.says("6")
    await an.presses("Lưu")
    assert (await only(talk)).people == 6


async def test_an_entry_of_a_closed_week_is_asked_about_and_counted_as_late(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("12/11 giúp 3 người cài vneid")
    await an.presses("Lưu")
    assert "12/11/2026 thuộc tuần đã khóa sổ" in an.reads
    await an.presses("Phải, ghi vào 12/11")
    assert (await only(talk)).day == dt.date(2026, 11, 12)
    async with talk.memory() as memory:
        document = await report(memory.connection, COMMUNE, Period.of_week(Week(2026, 46)), talk.now)
    assert document["late"] == 1


async def test_another_day_can_be_chosen_instead_of_a_closed_one(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("12/11 giúp 3 người cài vneid")
    await an.presses("Lưu")
    await an.presses("Chọn ngày khác")
    await an.says("19/11")
    await an.presses("Lưu")
    assert (await only(talk)).day == dt.date(2026, 11, 19)


async def test_a_day_long_ago_is_asked_for(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("20/8 giúp 3 người cài vneid")
    assert "Giúp hôm nào?" in an.reads


async def test_each_doubt_is_asked_once_and_everything_is_saved_together(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("12/11 ở thôn 2: 70 người cài vneid\nnay ở chợ: 4 người quét qr")
    await an.presses("Lưu cả 2")
    await an.presses("Phải, ghi vào 12/11")
    assert await saved(talk) == []
    await an.presses("Phải, 70 lượt")
    assert [e.people for e in await saved(talk)] == [70, 4]


# --- beside other conversations -----------------------------------------------------------------------------


async def test_a_whole_sentence_is_heard_where_three_taps_began(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("ghi")
    await an.says("giúp 3 người nộp hồ sơ ở một cửa")
    assert "Trợ lý hiểu là" in an.reads
    await an.presses("Lưu")
    assert (await only(talk)).place == "trung_tam"


async def test_an_answer_to_three_taps_stays_an_answer(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("ghi")
    await an.presses("Kích hoạt VNeID")
    await an.says("3 người")
    await an.presses("Đã xong")
    assert (await only(talk)).people == 3


async def test_a_note_that_sounds_like_a_sentence_stays_a_note(talk: Talk) -> None:
    an = await talk.member("An")
    await tells(an, "giúp 3 người cài vneid")
    await an.presses("Sửa")
    await an.presses("Ghi chú")
    await an.says("giúp 2 người nữa nộp hồ sơ ở chợ")
    assert (await only(talk)).note == "giúp 2 người nữa nộp hồ sơ ở chợ"


async def test_a_step_in_hand_is_not_moved_by_a_sentence(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("kích hoạt vneid")
    await an.presses("Tôi giúp người khác")
    step = an.reads
    await an.says("hôm qua giúp 3 người nộp hồ sơ ở chợ")
    await an.presses("Lưu")
    await an.says("tiếp")
    assert step.splitlines()[0] in an.reads


async def test_buttons_of_an_earlier_message_change_nothing(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("giúp mấy người cài vneid")
    old = an.choice("5").value
    await an.presses("2")
    save = an.choice("Lưu").value
    await an.presses_value(old)
    assert await saved(talk) == []
    await an.presses_value(save)
    assert (await only(talk)).people == 2


async def test_a_made_up_button_breaks_nothing(talk: Talk) -> None:
    an = await talk.member("An")
    for value in ("x", "x:", "x:s", "x:s:k1", "x:a:k1:0:people:3", "x:e:k1:99", "x:t:k1:abc", "x:y:k1:1:day"):
        await an.presses_value(value)
        await an.says("giúp mấy người cài vneid")
        await an.presses_value(value)
    assert await saved(talk) == []


async def test_who_left_the_team_meanwhile_saves_nothing(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("giúp 3 người cài vneid")
    save = an.choice("Lưu").value
    async with talk.memory() as memory:
        await memory.people.revoke(an.id, "member", talk.now)
    await an.presses_value(save)
    assert await saved(talk) == []
