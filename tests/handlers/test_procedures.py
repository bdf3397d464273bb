"""Procedures in the conversation: browsed, asked about by variant, answered in short and in full, as of today."""

import datetime as dt

from storage.periods import VIETNAM
from tests.talk import Talk


async def test_a_procedure_is_found_from_the_menu_and_answered_after_its_variant_is_known(talk: Talk) -> None:
    an = await talk.citizen("An")
    await an.says("menu")
    await an.presses("Thủ tục, giấy tờ")
    await an.presses("Khai sinh, kết hôn, khai tử")
    await an.presses("Khai sinh")
    assert "trường hợp nào" in an.reads
    await an.presses("Trẻ sinh chưa quá 60 ngày")
    assert "Phí: không thu" in an.reads
    assert "giấy chứng sinh" in an.reads
    assert len(an.reads) <= 600


async def test_each_part_is_told_in_full_and_leads_back(talk: Talk) -> None:
    an = await talk.citizen("An")
    await an.presses_value("p:v:thuong-tru:nha-thue")
    for label in ("Ai làm, giấy tờ gì", "Phí, lệ phí", "Các bước làm", "Vì sao hay bị trả lại", "Nguồn"):
        await an.presses(label)
        assert "Đăng ký thường trú" in an.reads
        await an.presses("Về: Thường trú")
    await an.presses("Nguồn")
    await an.presses("Căn cứ pháp luật")
    assert "Luật Cư trú 68/2020/QH14" in an.reads


async def test_a_variant_that_is_another_matter_leads_there(talk: Talk) -> None:
    an = await talk.citizen("An")
    await an.presses_value("p:o:tach-ho")
    await an.presses("Tách thửa đất")
    assert "cả thửa hay một phần" in an.reads
    await an.presses_value("p:o:vneid-muc-2")
    await an.presses("Đã được duyệt")
    assert "Kích hoạt" in an.reads


async def test_a_variant_we_know_nothing_of_leads_to_a_person(talk: Talk) -> None:
    an = await talk.citizen("An")
    await an.presses_value("p:o:ket-hon")
    await an.presses("Có người nước ngoài")
    assert "chưa có đủ thông tin" in an.reads
    assert an.labels == ["Gặp người", "Menu"]


async def test_a_word_that_may_mean_several_matters_is_asked_about(talk: Talk) -> None:
    an = await talk.citizen("An")
    await an.presses_value("p:q:hoi-sang-ten")
    assert "Bác sang tên gì?" in an.reads
    await an.presses("Xe")
    assert "người bán hay người mua" in an.reads


async def test_the_waiver_and_its_procedure_vanish_the_day_after(talk: Talk) -> None:
    an = await talk.citizen("An")
    talk.now = dt.datetime(2027, 2, 28, 23, 0, tzinfo=VIETNAM)
    await an.presses_value("p:o:cong-dan-so-tich-hop-giay-to")
    assert "công dân số" in an.reads
    talk.now = dt.datetime(2027, 3, 1, 0, 5, tzinfo=VIETNAM)
    await an.presses_value("p:o:cong-dan-so-tich-hop-giay-to")
    assert "không áp dụng" in an.reads


async def test_no_old_or_made_up_press_leaves_a_person_without_an_answer(talk: Talk) -> None:
    an = await talk.citizen("An")
    for value in (
        "p", "p:o:khong-co", "p:v:khai-sinh:khong-co", "p:g:khong-co", "p:i:papers:khong-co:-",
        "p:i:moon:khai-sinh:-", "p:q:khong-co", "p:a:hoi-sang-ten:khong-co", "p:i:acts:dien-sinh-hoat:-",
    ):  # fmt: skip
        await an.presses_value(value)
        assert an.choices
