"""Small things done right: a program sent as a file, a code typed again, what is told of what is kept."""

import pytest

from handlers import router
from handlers.turn import Kind, Message, State, Turn
from tests.handlers.test_assisting import logs
from tests.handlers.test_guiding import begun
from tests.handlers.test_roles import code_for
from tests.talk import CHANNEL, Person, Talk


async def sends_file(talk: Talk, person: Person, name: str) -> list[str]:
    """What is answered to a file of that name."""
    async with talk.memory() as memory:
        chat = await memory.people.find(CHANNEL, talk.database.vault.lane(CHANNEL, person.address))
        message = Message(person.address, Kind.FILE, at=talk.now, file_name=name)
        turn = Turn(message, talk.now, memory, talk.knowledge, talk.chance, State(), CHANNEL, chat)
        await router.handle(turn)
    return [r.text for r in turn.replies]


@pytest.mark.parametrize("name", ["vneid.apk", "VNeID.APK", "cai-dat.apk.zip", "app.xapk", "Cổng dịch vụ công.Apk "])
async def test_a_program_sent_as_a_file_is_warned_of(talk: Talk, name: str) -> None:
    for who in (await begun(talk), await talk.citizen(), Person(talk, "la", 0)):
        assert "Đừng cài" in (await sends_file(talk, who, name))[0]


@pytest.mark.parametrize("name", ["đơn.pdf", "apk.docx", "apk", "huong-dan-apk.png"])
async def test_any_other_file_is_only_not_needed(talk: Talk, name: str) -> None:
    assert "không cần tệp" in (await sends_file(talk, await talk.citizen(), name))[0]


async def test_ones_own_code_typed_again_is_no_wrong_code(talk: Talk) -> None:
    code = await code_for(talk)
    binh = await talk.citizen("Bình")
    for _ in range(8):
        await binh.says(code)
    assert "đã dùng rồi" in binh.reads
    assert "Ghi lượt hỗ trợ" in binh.labels
    chi = await talk.citizen("Chi")
    await chi.says(code)
    assert "không đúng, đã hết hạn" in chi.reads


async def test_a_member_reads_how_often_he_logged(talk: Talk) -> None:
    binh = await talk.member("Bình")
    await binh.presses_value("d:xem")
    assert "Lượt hỗ trợ" not in binh.reads
    await logs(binh)
    await logs(binh, people="3")
    await binh.presses_value("d:xem")
    assert "Lượt hỗ trợ đã ghi: 2 lần ghi" in binh.reads


async def test_where_the_remedy_is_a_person_the_way_to_one_comes_first(talk: Talk) -> None:
    an = await begun(talk, "thanh-toan-treo")
    for answer in ("1", "1", "1", "1"):  # to the step of calling the portal
        await an.says(answer)
    await an.presses("Bị kẹt")
    await an.presses("Gọi không được")
    assert an.labels[0] == "Gặp người"
    await an.presses("Thử lại")
    await an.presses("Bị kẹt")
    await an.presses("Có số lạ gọi")
    assert an.labels[0] == "Thử lại bước này"


async def test_a_whole_guide_is_short_enough_to_be_read(talk: Talk) -> None:
    new = Person(talk, "la", 0)
    short = set()
    for guide in talk.knowledge.library.all(talk.now.date()):
        await new.presses_value(f"g:o:{guide.id}")
        text = new.replies[0].text
        assert all(f"**{n}.**" in text for n in range(1, len(guide.steps) + 1)), "no step is left out"
        left_out = "Cách gỡ khi bị kẹt" in text
        assert left_out or len(text) <= 3500
        assert left_out is not any(f"• {o.label}" in text for s in guide.steps for o in s.obstacles)
        short.add(left_out)
    assert True in short


@pytest.mark.parametrize("role", ["member", "citizen"])
async def test_who_works_for_the_commune_is_addressed_so_on_his_own_account(talk: Talk, role: str) -> None:
    who = await (talk.member("Bình") if role == "member" else talk.citizen())
    wrong = "bác" if role == "member" else "anh/chị"
    for value in ("m:dulieu", "d:xem", "d:chep", "d:sua", "d:xoa", "d:rut", "d:nhac", "m:huongdan", "m:nguoi"):
        await who.presses_value(value)
        assert wrong not in who.reads.lower(), value
    for text in ("dừng", "cảm ơn", "trời hôm nay đẹp quá"):
        await who.says(text)
        assert wrong not in who.reads.lower(), text
    await who.presses_value("d:xoa:that")
    assert wrong not in who.reads.lower()
