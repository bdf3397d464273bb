"""Questions nothing answered: what is kept of them, how an officer answers, and that those who asked are told."""

import pytest

from handlers import gaps
from handlers.turn import Kind, Message, State, Turn, from_notice
from tests.talk import CHANNEL, Person, Talk


async def unanswered(talk: Talk, person: Person, text: str) -> list[str]:
    """A question nothing answers, as the conversation that failed keeps it; what was offered."""
    async with talk.memory() as memory:
        chat = await memory.people.find(CHANNEL, talk.database.vault.lane(CHANNEL, person.address))
        turn = Turn(
            Message(person.address, Kind.TEXT, text), talk.now, memory, talk.knowledge, talk.chance, State(), CHANNEL,
            chat,
        )  # fmt: skip
        return [choice.value for choice in await gaps.keep(turn, text)]


async def in_commune(talk: Talk, person: Person) -> Person:
    """The same person, at home in the officer's commune."""
    async with talk.memory() as memory:
        await memory.people.set(person.id, commune="31441")
    return person


async def test_an_officer_reads_answers_and_those_who_asked_are_told(talk: Talk) -> None:
    an = await in_commune(talk, await talk.citizen("An"))
    binh = await in_commune(talk, await talk.citizen("Bình"))
    offered = await unanswered(talk, an, "xin giấy nuôi gà ở đâu")
    await unanswered(talk, binh, "nuôi gà thì xin giấy ở đâu")
    await an.presses_value(offered[0])
    assert "báo bác ngay" in an.reads
    officer = await talk.officer("Cán bộ")
    await officer.says("menu")
    await officer.presses("Việc của xã")
    await officer.presses("Câu hỏi chưa trả lời")
    await officer.presses("2 lần")
    assert "Xã Vị Thủy 2" in officer.reads
    assert "1 người chờ" in officer.reads
    await officer.presses("Trả lời")
    await officer.says("Được.")
    assert "từ 10 đến 500 chữ" in officer.reads
    await officer.says("Bác hỏi cán bộ thú y ở ủy ban xã, mang theo căn cước.")
    assert "Bà con sẽ đọc" in officer.reads
    await officer.presses("Gửi")
    assert "1 người chờ sẽ được báo" in officer.reads
    assert "không có câu hỏi nào" in officer.reads
    async with talk.memory() as memory:
        waiting = await memory.notices.due(talk.now, {CHANNEL: None}, [])
        assert waiting is not None
        told = from_notice(memory.vault.open(waiting.body))
        assert waiting.lane == memory.vault.lane(CHANNEL, an.address)
    assert "xin giấy nuôi gà ở đâu" in told.text
    assert "Bác hỏi cán bộ thú y" in told.text


async def test_what_is_kept_has_no_person_no_number_and_no_name(talk: Talk) -> None:
    an = await talk.citizen("An")
    await unanswered(talk, an, "Mẹ tôi Nguyễn Thị Hoa số 0905123456 nuôi gà xin giấy gì")
    async with talk.memory() as memory:
        (group,) = await memory.gaps.groups(None)
        assert group.text == "Mẹ tôi [ẩn] số [ẩn] nuôi gà xin giấy gì"
        assert group.waiting == 0
        assert (await memory.privacy.everything(an.id))["questions"] == []


@pytest.mark.parametrize("version", [1])
async def test_nothing_is_kept_of_somebody_who_agreed_to_older_words(talk: Talk, version: int) -> None:
    an = await talk.citizen("An")
    async with talk.memory() as memory:
        await memory.people.set(an.id, consent_version=version)
    assert await unanswered(talk, an, "xin giấy nuôi gà ở đâu") == []
    async with talk.memory() as memory:
        assert await memory.gaps.groups(None) == []


async def test_an_answer_that_was_not_it_is_asked_again_and_kept(talk: Talk) -> None:
    an = await talk.citizen("An")
    await an.presses_value("p:v:khai-sinh:trong-han")
    await an.presses("Chưa đúng ý tôi")
    await an.says("khai sinh cho bé sinh ở Lào thì làm sao")
    await an.presses("Báo tôi khi có câu trả lời")
    async with talk.memory() as memory:
        (group,) = await memory.gaps.groups(None)
        assert group.nearest.most_common(1) == [("khai-sinh", 1)]
        assert group.waiting == 1


async def test_only_officers_read_questions_and_only_those_of_their_commune(talk: Talk) -> None:
    an = await in_commune(talk, await talk.citizen("An"))
    await unanswered(talk, an, "xin giấy nuôi gà ở đâu")
    await an.says("câu hỏi")
    assert "người được xã giao" in an.reads
    await an.presses_value("o:x:1")
    assert "người được xã giao" in an.reads
    other = await talk.officer("Cán bộ xã bên", "31453")
    await other.says("câu hỏi")
    assert "không có câu hỏi nào" in other.reads
    await other.presses_value("o:t:1")
    assert "không có câu hỏi nào" in other.reads


async def test_a_question_can_be_left_unanswered_and_a_begun_answer_can_be_left(talk: Talk) -> None:
    an = await in_commune(talk, await talk.citizen("An"))
    await unanswered(talk, an, "xin giấy nuôi gà ở đâu")
    officer = await talk.officer("Cán bộ")
    await officer.says("câu hỏi")
    await officer.presses("1 lần")
    await officer.presses("Trả lời")
    await officer.says("lùi")
    assert "Có 1 câu" in officer.reads
    await officer.presses("1 lần")
    await officer.presses("Bỏ qua câu này")
    assert "không có câu hỏi nào" in officer.reads
    await officer.presses_value("o:g:1")
    assert "đã được trả lời hoặc bỏ qua" in officer.reads


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ba tu o xom 3 hoi giay nuoi ga", "ba [ẩn] o xom 3 hoi giay nuoi ga"),
        ("anh hung xin giay nuoi ga o dau", "anh [ẩn] xin giay nuoi ga o dau"),
        ("chị lan nhờ hỏi giấy nuôi gà", "chị [ẩn] nhờ hỏi giấy nuôi gà"),
        ("nguyen van teo hoi giay nuoi ga", "[ẩn] hoi giay nuoi ga"),
        ("Ông Sáu Đờn hỏi giấy nuôi gà", "Ông [ẩn] hỏi giấy nuôi gà"),
        ("bà con trong xóm hỏi giấy nuôi gà", "bà con trong xóm hỏi giấy nuôi gà"),
        ("anh em toi hoi giay nuoi ga", "anh em toi hoi giay nuoi ga"),
    ],
)
async def test_names_typed_in_small_letters_are_not_kept(talk: Talk, typed: str, kept: str) -> None:
    an = await talk.citizen("An")
    await unanswered(talk, an, typed)
    async with talk.memory() as memory:
        (group,) = await memory.gaps.groups(None)
        assert group.text == kept


NOTHING = "sửa cầu khỉ gãy nhịp giữa"
"""A question nothing answers."""


async def of_older_consent(talk: Talk) -> Person:
    """Somebody who agreed before the words spoke of questions."""
    an = await in_commune(talk, await talk.citizen("An"))
    async with talk.memory() as memory:
        await memory.people.set(an.id, consent_version=1)
    return an


async def open_questions(talk: Talk) -> list[str]:
    """What is kept."""
    async with talk.memory() as memory:
        return [group.text for group in await memory.gaps.groups(None)]


async def test_who_agreed_to_older_words_is_asked_anew_and_then_heard(talk: Talk) -> None:
    an = await of_older_consent(talk)
    await an.says(NOTHING)
    assert await open_questions(talk) == []
    assert "Bác có đồng ý không?" in an.reads
    await an.presses("Đồng ý")
    await an.says(NOTHING)
    assert "đã chuyển câu hỏi cho cán bộ" in an.reads
    assert await open_questions(talk) == [NOTHING]
    await an.says("bẫy chuột cống khu chợ cũ")
    assert "đồng ý" not in an.reads
    assert len(await open_questions(talk)) == 2


async def test_who_does_not_agree_anew_is_never_asked_again_and_nothing_is_kept(talk: Talk) -> None:
    an = await of_older_consent(talk)
    await an.says(NOTHING)
    await an.presses("Không đồng ý")
    assert "không hỏi lại nữa" in an.reads
    await an.says(NOTHING)
    assert "đồng ý" not in an.reads
    assert await open_questions(talk) == []


async def test_a_question_wrongly_taken_for_none_of_our_business_can_be_sent_on(talk: Talk) -> None:
    an = await in_commune(talk, await talk.citizen("An"))
    await an.says("giá vàng hôm nay bao nhiêu một chỉ")
    await an.presses("Chưa đúng ý tôi")
    await an.says("xã thu mua vàng mã cũ ở đâu")
    assert await open_questions(talk) == ["xã thu mua vàng mã cũ ở đâu"]


async def test_what_is_typed_at_a_step_is_never_kept_unless_it_is_sent_on(talk: Talk) -> None:
    an = await in_commune(talk, await talk.citizen("An"))
    await an.presses_value("g:o:vneid-loi")
    await an.presses(an.labels[0])
    await an.says("nó kêu cái gì mà xanh xanh đỏ đỏ nhảy lung tung")
    assert await open_questions(talk) == []
    if "Gửi câu hỏi cho cán bộ" in an.labels:
        await an.presses("Gửi câu hỏi cho cán bộ")
        await an.says("màn hình hiện ô xanh đỏ nhảy lung tung")
        assert await open_questions(talk) == ["màn hình hiện ô xanh đỏ nhảy lung tung"]
