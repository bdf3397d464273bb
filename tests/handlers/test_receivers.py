"""Officers announce the accounts of their commune: from a code or typed, by two hands, and all are told."""

import datetime as dt

import pytest
import sqlalchemy as sa

from handlers.turn import Reply, from_notice
from storage.schema import audit
from storage.schema.receivers import notice
from tests.payment_codes import code, napas, template
from tests.talk import COMMUNE, Person, Talk

HOLDER, ACCOUNT = "UBND XA VI THUY", "8600000012345"
CODE = code(("38", napas("970418", ACCOUNT)), ("59", HOLDER))


@pytest.fixture
async def hoa(talk: Talk) -> Person:
    return await talk.officer("Hoa")


@pytest.fixture
async def nga(talk: Talk) -> Person:
    return await talk.officer("Nga")


async def told_to(talk: Talk, person: Person) -> list[Reply]:
    """What waits to be told to that person; read once."""
    async with talk.memory() as memory:
        mine = notice.c.person_id == person.id
        bodies = (await memory.connection.execute(sa.select(notice.c.body).where(mine))).scalars().all()
        await memory.connection.execute(sa.delete(notice).where(mine))
        return [from_notice(memory.vault.open(body)) for body in bodies]


async def drafted(person: Person, number: str = CODE) -> None:
    """Comes to a draft of that number."""
    await person.says("tài khoản thu")
    await person.presses("Thêm tài khoản thu")
    await person.says(HOLDER)
    await person.says(number)


async def in_force(talk: Talk, day: dt.date | None = None) -> list[tuple[str, str | None, str, int | None]]:
    async with talk.memory() as memory:
        listed = await memory.receivers.in_force(COMMUNE, day or talk.now.date())
        return [(r.type, r.bin, r.number, r.length) for r in listed]


async def test_one_officer_proposes_another_confirms_and_both_are_told(talk: Talk, hoa: Person, nga: Person) -> None:
    await drafted(hoa)
    assert ACCOUNT in hoa.reads
    assert await told_to(talk, nga) == []
    await hoa.presses("Gửi cán bộ khác xác nhận")
    assert "1 cán bộ khác" in hoa.reads
    assert await in_force(talk) == []
    [asked] = await told_to(talk, nga)
    assert "Hoa đề nghị" in asked.text
    assert ACCOUNT in asked.text
    await nga.presses_value(asked.choices[0].value)
    assert "Đã xác nhận" in nga.reads
    assert await in_force(talk) == [("account", "970418", ACCOUNT, None)]
    [answer] = await told_to(talk, hoa)
    assert "Nga đã xác nhận" in answer.text
    await hoa.says("tài khoản thu")
    assert "Đề nghị: Hoa, 21/11/2026. Xác nhận: Nga, 21/11/2026." in hoa.reads
    async with talk.memory() as memory:
        found = sa.select(audit.c.action, audit.c.actor_id).where(audit.c.action.like("receiver.%"))
        trail = (await memory.connection.execute(found.order_by(audit.c.id))).all()
    assert [tuple(row) for row in trail] == [("receiver.proposed", hoa.id), ("receiver.confirmed", nga.id)]


async def test_nobody_confirms_his_own_even_with_an_old_button(talk: Talk, hoa: Person, nga: Person) -> None:
    await drafted(hoa)
    await hoa.presses("Gửi cán bộ khác xác nhận")
    [asked] = await told_to(talk, nga)
    await hoa.presses_value(asked.choices[0].value)
    assert "vừa được người khác xử lý, hoặc không còn" in hoa.reads
    assert await in_force(talk) == []


async def test_a_refusal_is_told_and_changes_nothing(talk: Talk, hoa: Person, nga: Person) -> None:
    await drafted(hoa)
    await hoa.presses("Gửi cán bộ khác xác nhận")
    [asked] = await told_to(talk, nga)
    await nga.presses_value(asked.choices[1].value)
    assert "từ chối" in nga.reads
    [answer] = await told_to(talk, hoa)
    assert "từ chối" in answer.text
    await nga.presses_value(asked.choices[0].value)
    assert await in_force(talk) == []


async def test_an_officer_ends_a_receiver_at_once_and_the_others_hear_of_it(
    talk: Talk, hoa: Person, nga: Person
) -> None:
    await drafted(hoa)
    await hoa.presses("Gửi cán bộ khác xác nhận")
    [asked] = await told_to(talk, nga)
    await nga.presses_value(asked.choices[0].value)
    await told_to(talk, hoa)
    await nga.presses("BIDV cuối 2345")
    await nga.presses("Ngừng dùng")
    assert len(await in_force(talk)) == 1
    await nga.presses("Ngừng ngay")
    assert await in_force(talk) == []
    assert "Đã ngừng" in nga.reads
    [answer] = await told_to(talk, hoa)
    assert "ngừng" in answer.text
    await hoa.presses_value(nga.last_press)
    assert "vừa được người khác xử lý" in hoa.reads


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("BIDV 8600000012345", ("account", "970418", ACCOUNT, None)),
        ("bidv 8600 0000 12345", ("account", "970418", ACCOUNT, None)),
        ("970418 8600000012345", ("account", "970418", ACCOUNT, None)),
        ("Nam A Bank 093175001234", ("account", "970428", "093175001234", None)),
        ("MB VMAU01 dài 16", ("account_prefix", "970422", "VMAU01", 16)),
        ("mb bank VMAU01 dai 16 ky tu", ("account_prefix", "970422", "VMAU01", 16)),
        ("VNPAY MAUAN00001", ("vnpay", None, "MAUAN00001", None)),
        (CODE, ("account", "970418", ACCOUNT, None)),
        (code(("26", template(("00", "A000000775"), ("01", "MAUAN00001")))), ("vnpay", None, "MAUAN00001", None)),
    ],
)
async def test_a_number_is_read_however_an_officer_gives_it(
    typed: str, kept: tuple[str, str | None, str, int | None], talk: Talk, hoa: Person, nga: Person
) -> None:
    await drafted(hoa, typed)
    await hoa.presses("Gửi cán bộ khác xác nhận")
    [asked] = await told_to(talk, nga)
    await nga.presses_value(asked.choices[0].value)
    assert await in_force(talk) == [kept]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("8600000012345", "chưa đọc ra ngân hàng"),
        ("BIDV", "chưa đọc ra ngân hàng"),
        ("Ngân hàng Mẫu 8600000012345", "không nhận ra ngân hàng"),
        ("MB VMAU01 dài 5", "chưa đọc ra ngân hàng"),
        ("BIDV 86000000123456789012345", "chưa đọc ra ngân hàng"),
        (code(("38", napas("970403", "9704031101234567", "QRIBFTTC"))), "không dùng làm tài khoản thu được"),
        (CODE[:-4] + "0000", "không dùng làm tài khoản thu được"),
        (code(("38", napas("970418", ACCOUNT)), ("55", "01")), "không dùng làm tài khoản thu được"),
        (code(("38", napas("970418", ACCOUNT)), ("39", napas("970405", "1"))), "không dùng làm tài khoản thu được"),
    ],
)
async def test_what_is_no_receiver_gets_one_clear_answer_and_can_be_given_again(
    typed: str, said: str, hoa: Person
) -> None:
    await drafted(hoa, typed)
    assert said in hoa.reads
    await hoa.says(CODE)
    assert "Bản nháp" in hoa.reads


async def test_a_photo_of_the_communes_own_code_is_enough(talk: Talk, hoa: Person) -> None:
    await hoa.says("tài khoản thu của xã")
    await hoa.presses("Thêm tài khoản thu")
    await hoa.says(HOLDER)
    await hoa.shows(CODE, CODE[:-4] + "0000")
    assert "không dùng làm tài khoản thu được" in hoa.reads
    await hoa.shows(CODE)
    assert ACCOUNT in hoa.reads


async def test_days_are_set_on_the_draft(talk: Talk, hoa: Person) -> None:
    await drafted(hoa)
    await hoa.presses("Đặt ngày kết thúc")
    for bad in ("mai", "31/02/2027", "20/11/2026"):
        await hoa.says(bad)
        assert "Ngày chưa đúng" in hoa.reads
    await hoa.says("31/12/2026")
    assert "đến hết 31/12/2026" in hoa.reads
    await hoa.presses("Đổi ngày bắt đầu")
    await hoa.says("1.12.2026")
    assert "từ 01/12/2026 đến hết 31/12/2026" in hoa.reads


async def test_a_number_one_slip_away_from_a_listed_one_is_pointed_at(talk: Talk, hoa: Person, nga: Person) -> None:
    await drafted(hoa)
    await hoa.presses("Gửi cán bộ khác xác nhận")
    [asked] = await told_to(talk, nga)
    await nga.presses_value(asked.choices[0].value)
    await drafted(nga, "BIDV 8600000012346")
    assert "chỉ khác một chữ" in nga.reads
    await drafted(nga)
    assert "đã có trong danh sách" in nga.reads


async def test_a_draft_or_proposal_can_be_taken_back(talk: Talk, hoa: Person, nga: Person) -> None:
    await drafted(hoa)
    await hoa.presses("Bỏ, không gửi nữa")
    assert "Chưa có tài khoản nào" in hoa.reads
    await drafted(hoa)
    await hoa.presses("Gửi cán bộ khác xác nhận")
    [asked] = await told_to(talk, nga)
    await hoa.presses("BIDV cuối 2345")
    await hoa.presses("Bỏ, không gửi nữa")
    await nga.presses_value(asked.choices[0].value)
    assert "không còn nữa" in nga.reads


async def test_a_lone_officer_is_told_that_a_second_is_needed(hoa: Person) -> None:
    await drafted(hoa)
    await hoa.presses("Gửi cán bộ khác xác nhận")
    assert "chưa có cán bộ thứ hai" in hoa.reads


@pytest.mark.parametrize(
    "value", ["q:tk", "q:tk:moi", "q:tk:xem:1", "q:tk:dung:1", "q:tk:ngung:1:that", "q:tk:gui:1"]
)
async def test_others_get_nowhere_near_the_list(value: str, talk: Talk, hoa: Person, nga: Person) -> None:
    await drafted(hoa)
    await hoa.presses("Gửi cán bộ khác xác nhận")
    for person in (await talk.citizen("An"), await talk.member("Bình"), await talk.head("Chi")):
        await person.presses_value(value)
        assert ACCOUNT not in person.reads
        assert "dành cho người được xã giao" in person.reads
    other = await talk.officer("Khánh", "31453")
    await other.presses_value(value)
    assert ACCOUNT not in other.reads
    assert await in_force(talk) == []


async def test_the_number_waits_in_no_chats_state(talk: Talk, hoa: Person) -> None:
    await drafted(hoa)
    async with talk.memory() as memory:
        chat = await memory.people.find("web", memory.vault.lane("web", hoa.address))
    assert chat is not None
    assert ACCOUNT not in str(chat.state)


async def test_secrets_are_refused_there_too(hoa: Person) -> None:
    await drafted(hoa, "mã otp của tôi là 482913")
    assert "mã OTP" in hoa.reads
    await hoa.says(CODE)
    assert "Bản nháp" in hoa.reads
