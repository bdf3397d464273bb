"""Words said at a step: the kind ones people really type are understood, and none moves a person by guesswork."""

import pytest

from tests.handlers.test_guiding import begun, run_of
from tests.talk import Person, Talk


async def at_question(talk: Talk) -> Person:
    """Somebody at the second step, which asks whether the application is there."""
    an = await begun(talk)
    await an.presses("Xong")
    assert "Xong" not in an.labels
    return an


async def history(talk: Talk, an: Person) -> tuple[str, ...] | None:
    run = await run_of(talk, an)
    return run.history if run else None


@pytest.mark.parametrize(
    "text", ["xong", "xong rồi", "rồi", "tiếp", "tiếp theo", "ok", "dạ", "dạ xong rồi ạ", "tiếp tục"]
)
async def test_done_at_a_question_asks_for_an_answer(talk: Talk, text: str) -> None:
    an = await at_question(talk)
    await an.says(text)
    assert "Bác chọn một câu trả lời" in an.reads
    assert "chưa hiểu" not in an.reads
    assert "Bước 2/" in an.reads
    assert await history(talk, an) == ("tin-duyet",)


@pytest.mark.parametrize(
    "text", ["rồi", "xong rồi", "ok xong", "Ok, xong rồi nhé", "dạ rồi ạ", "đã xong", "làm xong rồi"]
)
async def test_done_is_understood_as_people_say_it(talk: Talk, text: str) -> None:
    an = await begun(talk)
    await an.says(text)
    assert "Bước 2/" in an.reads


@pytest.mark.parametrize("text", ["ok", "dạ", "vâng", "ừ", "Dạ vâng ạ", "tiếp theo", "bước tiếp theo"])
async def test_a_bare_nod_at_an_action_asks_whether_it_is_done(talk: Talk, text: str) -> None:
    an = await begun(talk)
    await an.says(text)
    assert "Bác làm xong bước này chưa?" in an.reads
    assert "Bước 1/" in an.reads
    assert await history(talk, an) == ()
    await an.says("rồi")
    assert "Bước 2/" in an.reads


@pytest.mark.parametrize("text", ["chưa xong", "chưa", "dạ chưa ạ", "chưa làm xong"])
async def test_not_yet_is_answered_with_patience(talk: Talk, text: str) -> None:
    an = await begun(talk)
    await an.says(text)
    assert "thong thả" in an.reads
    assert "Bước 1/" in an.reads
    assert await history(talk, an) == ()


@pytest.mark.parametrize("text", ["trở lại", "Tro lai", "quay lại"])
async def test_the_way_back_has_several_names(talk: Talk, text: str) -> None:
    an = await at_question(talk)
    await an.says(text)
    assert "Bước 1/" in an.reads


@pytest.mark.parametrize("text", ["hủy", "huỷ", "Hủy bỏ", "huy"])
async def test_cancel_is_stop_everywhere(talk: Talk, text: str) -> None:
    an = await begun(talk)
    await an.says(text)
    assert await run_of(talk, an) is None
    binh = await talk.member("Bình")
    await binh.says("ghi")
    await binh.presses("Kích hoạt VNeID")
    await binh.says(text)
    assert "dừng ở đây" in binh.reads
    await binh.presses_value("c:o")
    await binh.says(text)
    assert "dừng ở đây" in binh.reads
    new = Person(talk, "la", 0)
    await new.says(text)
    assert "gửi cả bài" in new.reads


async def test_somebody_named_huy_can_say_so(talk: Talk) -> None:
    huy = await talk.member("Bình")
    await huy.presses_value("d:ten")
    await huy.says("Huy")
    assert "**Huy**" in huy.replies[0].text


@pytest.mark.parametrize("text", ["-1", "+1", "1.5", "-2", "1,5", "99"])
async def test_a_bare_figure_is_neither_a_press_nor_a_question(talk: Talk, text: str) -> None:
    an = await begun(talk)
    await an.says(text)
    assert "mức 1" not in an.reads
    assert "Bước 1/" in an.reads
    assert await history(talk, an) == ()
    binh = await talk.citizen()
    await binh.says(text)
    assert "chưa hiểu" in binh.reads
    new = Person(talk, "la", 0)
    await new.says(text)
    assert new.labels == ["Đồng ý", "Không đồng ý"]
