"""The check of a code before it is paid: what people are told, what they can do next, and that nothing is kept."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from content.folding import fold
from content.local import Override
from content.qr import Context, Reason, Receiver
from content.qr.verdict import STOPS
from handlers.turn import Reply, from_notice
from storage.periods import Period
from storage.schema.receivers import code_count, notice
from storage.scope import Grant
from storage.sightings import SuspiciousCodes, suspicious_codes
from tests.payment_codes import code, item, napas, sealed, template
from tests.talk import COMMUNE, Person, Talk
from tests.yaml_files import read_yaml

BIN, ACCOUNT, HOLDER = "970418", "8600000012345", "UBND XA VI THUY"
OURS = code(("38", napas(BIN, ACCOUNT)), ("54", "8000"), ("62", item("08", "nop le phi ho so")))
FAKE = code(("38", napas(BIN, "8600000012346")), ("54", "8000"))
STRANGER = code(("38", napas("970407", "19000000999999")), ("54", "50000"), ("59", "NGUYEN VAN MAU"))
LOGIN = "tg://login?token=AQIDBAUGBwgJCgsMDQ4PEA"
IDENTITY = "001099000001|012345678|Nguyễn Văn Mẫu|01011990|Nam|Thôn Mẫu, Xã Mẫu An|01012022"
FAKE_SITE = "https://dichvucong.gov.vn.nop-phi.top/login"
VECTORS: dict[str, Any] = read_yaml(Path(__file__).parents[1] / "content" / "qr" / "vectors.yaml")
ANNOUNCED = Context((Receiver("account", ACCOUNT, BIN),))
PAYLOADS = {case["id"]: case["payload"] for case in (*VECTORS["valid"], *VECTORS["hostile"])}


@pytest.fixture
async def an(talk: Talk) -> Person:
    """A citizen of a commune that has announced its account, by two officers."""
    async with talk.memory() as memory:
        scopes = []
        for name in ("hoa", "nga"):
            chat = await memory.people.admit("web", name, consent_version=1, now=talk.now)
            await memory.people.grant(chat.person_id, Grant("officer", commune=COMMUNE), talk.now)
            scopes.append(await memory.people.scope(chat.person_id))
        r = await memory.receivers.draft(
            scopes[0], COMMUNE, type="account", bin=BIN, number=ACCOUNT, length=None, name=HOLDER,
            valid_from=talk.now.date(), now=talk.now,
        )  # fmt: skip
        await memory.receivers.propose(scopes[0], r.id, talk.now)
        await memory.receivers.decide(scopes[1], r.id, talk.now, confirmed=True)
    return await at_home(talk, await talk.citizen("An"))


async def at_home(talk: Talk, person: Person) -> Person:
    """The person told his commune."""
    async with talk.memory() as memory:
        await memory.people.set(person.id, commune=COMMUNE)
    return person


async def seen(talk: Talk) -> SuspiciousCodes:
    """What was counted today."""
    async with talk.memory() as memory:
        return await suspicious_codes(memory.connection, COMMUNE, Period(talk.now.date(), talk.now.date()))


async def notices(talk: Talk) -> list[Reply]:
    """What waits to be told to others."""
    async with talk.memory() as memory:
        bodies = (await memory.connection.execute(sa.select(notice.c.body))).scalars().all()
        return [from_notice(memory.vault.open(body)) for body in bodies]


# --- what is said -------------------------------------------------------------------------------------------


async def test_the_announced_account_is_told_with_bank_holder_amount_and_purpose(an: Person) -> None:
    await an.says(OURS)
    for part in (
        "trùng với tài khoản thu",
        "xã Vị Thủy",
        HOLDER,
        "BIDV",
        "cuối 2345",
        "8.000 đồng",
        "nop le phi ho so",
    ):
        assert part in an.reads
    assert ACCOUNT not in an.reads


async def test_a_sticker_over_the_code_is_stopped_and_help_is_one_press_away(an: Person) -> None:
    await an.says(FAKE)
    assert "Đừng chuyển tiền" in an.reads
    assert "KHÔNG phải" in an.reads
    await an.presses("Tôi vừa bị lừa")
    assert "Bước 1/" in an.reads
    assert "lừa đảo" in an.reads


async def test_a_strangers_account_is_neither_praised_nor_accused(an: Person) -> None:
    await an.says(STRANGER)
    assert "Chưa xác nhận được nơi nhận" in an.reads
    assert "Techcombank" in an.reads
    assert "NGUYEN VAN MAU" not in an.reads  # a name in a code proves nothing


@pytest.mark.parametrize("case", PAYLOADS)
async def test_every_content_gets_words_that_promise_nothing(case: str, an: Person) -> None:
    """On each: short, no promise, no whole number, and help one press away when it is a stop."""
    await an.says(PAYLOADS[case] if PAYLOADS[case].strip() else "kiểm tra mã qr")
    said = an.replies[0].text
    assert "an toan" not in fold(said)
    assert len(said) <= 600
    assert ACCOUNT not in said
    if said.startswith("⛔"):
        assert "Tôi vừa bị lừa" in an.labels


@pytest.mark.parametrize("words", ["DA KIEM TRA AN TOAN", "Chính thức của xã", "da xac thuc", "goi 0900.000.000"])
async def test_a_forgers_promises_are_not_repeated(words: str, an: Person) -> None:
    await an.says(code(("38", napas("970407", "19000000999999")), ("59", words[:25]), ("62", item("08", words))))
    assert fold(words) not in fold(an.reads)


async def test_a_fake_site_is_named_without_becoming_a_link(an: Person) -> None:
    await an.says(FAKE_SITE)
    assert "giả danh" in an.reads
    assert "nop-phi chấm top" in an.reads
    assert "nop-phi.top" not in an.reads


async def test_a_wrong_amount_is_told_when_the_procedure_is_known(an: Person) -> None:
    await an.presses_value("q:k:doi-cap-lai-gplx:-")  # 135.000 đồng, but not confirmed by two sources
    await an.says(OURS)
    assert "không biết mức phí" in an.reads
    await an.presses_value("q:k:ho-chieu:mat")
    await an.says(code(("38", napas(BIN, ACCOUNT)), ("54", "200000")))
    assert "đúng với mức phí" in an.reads
    await an.presses_value("q:k:ho-chieu:mat")
    await an.says(code(("38", napas(BIN, ACCOUNT)), ("54", "2000000")))
    assert "có điểm chưa khớp" in an.reads
    assert "200.000 đồng" in an.reads
    await an.presses_value("q:k:ho-chieu:-")  # depends on what nobody told
    await an.says(code(("38", napas(BIN, ACCOUNT)), ("54", "2000000")))
    assert "không biết mức phí" in an.reads


async def test_several_copies_are_no_wrong_amount(an: Person) -> None:
    for amount, said in (("8000", "đúng với mức phí"), ("24000", "không biết mức phí")):
        await an.presses_value("q:k:ban-sao-trich-luc-ho-tich:-")
        await an.says(code(("38", napas(BIN, ACCOUNT)), ("54", amount)))
        assert said in an.reads


async def test_what_is_free_is_not_paid_for(an: Person) -> None:
    await an.presses_value("q:k:ket-hon:-")
    await an.says(OURS)
    assert "không thu" in an.reads


async def test_the_card_of_a_procedure_leads_to_the_check(an: Person) -> None:
    await an.presses_value("p:i:fee:ho-chieu:mat")
    await an.presses("Kiểm tra mã QR trả phí")
    assert "ảnh chụp mã QR" in an.reads


# --- where it is recognised ---------------------------------------------------------------------------------


async def test_a_code_pasted_amid_a_guide_is_answered_and_the_step_shown_once(talk: Talk, an: Person) -> None:
    await an.presses_value("g:w:vneid-kich-hoat:toi")
    await an.presses("Xong")
    step = an.reads.splitlines()[0]
    await an.says(f"Cháu xem giúp bác mã này {FAKE} nhé")
    assert "Đừng chuyển tiền" in an.reads
    assert an.reads.count(step) == 1
    assert "Tôi vừa bị lừa" in an.labels
    await an.presses("Có VNeID rồi")
    assert step not in an.reads


async def test_a_code_pasted_while_something_is_asked_leaves_the_question_asked(talk: Talk, an: Person) -> None:
    binh = await at_home(talk, await talk.member("Bình"))
    await binh.says("ghi")
    await binh.presses("Kích hoạt VNeID")
    await binh.says(OURS)
    assert "trùng với tài khoản thu" in binh.reads
    await binh.says("3")
    assert "Kết quả thế nào?" in binh.reads


async def test_the_guide_on_paying_offers_the_check_and_goes_on_after_it(an: Person) -> None:
    await an.presses_value("g:w:thanh-toan-qr:toi")
    await an.presses("Tại quầy ở xã")
    await an.presses("Xong")
    await an.presses("Kiểm tra mã QR")
    await an.shows(OURS)
    assert "trùng với tài khoản thu" in an.reads
    assert "Bước 3/" in an.reads


@pytest.mark.parametrize("words", ["kiểm tra mã QR", "kiem tra ma qr", "Kiểm tra QR", "/menu"])
async def test_the_check_is_found_by_words_and_in_the_menu(words: str, an: Person) -> None:
    await an.says(words)
    if words == "/menu":
        await an.presses("Kiểm tra mã QR")
    assert "ảnh chụp mã QR" in an.reads


async def test_while_a_code_is_awaited_a_bare_host_counts_and_questions_are_answered(an: Person) -> None:
    await an.says("kiểm tra mã QR")
    await an.says("dạ")
    assert "chưa phải mã QR" in an.reads
    await an.says("vneid-gov.com")
    assert "Đừng mở" in an.reads


async def test_a_sentence_around_a_good_link_is_a_question_and_around_a_bad_one_a_warning(an: Person) -> None:
    await an.says("tôi vào https://dichvucong.gov.vn/ mà không đăng nhập được")
    assert "đường dẫn" not in an.reads.split("\n")[0]
    await an.says("họ bảo vào http://203.0.113.7/nop rồi điền")
    assert "Đừng mở" in an.reads


async def test_going_back_from_the_check_leads_to_the_step(an: Person) -> None:
    await an.presses_value("g:w:thanh-toan-qr:toi")
    await an.presses_value("q:k")
    await an.says("lùi")
    assert "Bước 1/" in an.reads


# --- pictures -----------------------------------------------------------------------------------------------


async def test_several_codes_in_one_picture_are_judged_and_none_is_chosen(an: Person) -> None:
    await an.shows(OURS, FAKE)
    assert "2 mã QR" in an.reads
    assert "1 mã ⛔ không được dùng" in an.reads
    assert "1 mã trùng với danh sách" in an.reads
    assert "✅" not in an.reads  # nobody can tell from here which is which
    assert "dán đè" in an.reads
    assert "Tôi vừa bị lừa" in an.labels


async def test_after_two_unreadable_pictures_the_person_is_sent_to_somebody(an: Person) -> None:
    await an.says("kiểm tra mã qr")
    await an.shows(problem="broken")
    assert "chưa đọc được" in an.reads
    await an.shows()
    assert "cán bộ" in an.reads
    assert an.labels[0] == "Gặp người"
    await an.shows(OURS)
    assert "trùng với tài khoản thu" in an.reads


async def test_a_picture_without_a_code_that_nobody_asked_for_is_dropped_as_ever(an: Person) -> None:
    await an.shows()
    assert "không thấy mã QR nào trong ảnh" in an.reads


# --- secrets ------------------------------------------------------------------------------------------------


async def test_a_payment_code_is_no_secret_of_the_person(an: Person) -> None:
    card = code(("38", napas("970403", "9704031101234567", "QRIBFTTC")))
    for payload in (OURS, FAKE, card, FAKE[:-8], f"000201{'0' * 40}"):
        await an.says(payload)
        assert "Bác vừa gửi thứ giống" not in an.reads


@pytest.mark.parametrize("secret", ["mã otp của tôi là 482913", "mật khẩu của tôi là Hoahong@1975",
                                    "số căn cước 093175001234"])  # fmt: skip
async def test_a_secret_beside_a_code_is_refused_all_the_same(secret: str, an: Person) -> None:
    for message in (f"{secret} {OURS}", f"{OURS} {secret}", f"{OURS}\n{secret}"):
        await an.says(message)
        assert "Bác vừa gửi thứ giống" in an.reads


async def test_the_code_of_an_identity_card_is_refused_kindly_and_not_repeated(an: Person) -> None:
    for send in (an.says, an.shows):
        await send(IDENTITY)
        assert "thẻ căn cước" in an.reads
        assert "không lưu" in an.reads
        assert "001099" not in an.reads
        assert "Mẫu" not in an.reads


async def test_a_login_code_is_stopped_and_not_repeated(an: Person) -> None:
    await an.shows(LOGIN)
    assert "đăng nhập" in an.reads
    assert "AQID" not in an.reads


# --- strangers ----------------------------------------------------------------------------------------------


async def test_a_stranger_is_answered_and_nothing_is_kept_of_him(talk: Talk, an: Person) -> None:
    stranger = Person(talk, "la", 0)
    for send in (stranger.says, stranger.shows):
        await send(FAKE_SITE)
        assert "Đừng mở" in stranger.reads
        assert {"Đồng ý", "Không đồng ý"} <= set(stranger.labels)
        assert [c.number for c in stranger.choices if c.label == "Đồng ý"] == [1]
    await stranger.presses("Nghi lừa đảo")
    assert "công an" in stranger.reads.lower()
    await stranger.says("kiểm tra mã qr")
    assert "ảnh chụp mã QR" in stranger.reads
    assert (await seen(talk)).checked == 0


async def test_without_a_commune_nothing_is_compared_and_the_commune_is_asked_for(talk: Talk, an: Person) -> None:
    binh = await talk.citizen("Bình")
    await binh.says(OURS)
    assert "Chưa so được" in binh.reads
    await binh.presses("Chọn xã, phường của tôi")
    assert (await seen(talk)).checked == 0


# --- members ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("payload", "content"), [(OURS, "thanh_toan"), (FAKE, "lua_dao")])
async def test_a_member_logs_the_check_with_one_press(payload: str, content: str, talk: Talk, an: Person) -> None:
    binh = await at_home(talk, await talk.member("Bình"))
    await binh.says(payload)
    await binh.presses("Ghi lượt hỗ trợ này")
    assert "Ghi lượt này vào sổ nhé?" in binh.reads
    assert talk.knowledge.terms.label("content", content).lower() in binh.reads.lower()
    assert "lần trả phí" not in binh.reads
    await binh.presses("Ghi lượt này")
    assert "Đã ghi" in binh.reads


async def test_a_member_of_two_teams_says_which(talk: Talk, an: Person) -> None:
    binh = await at_home(talk, await talk.member("Bình", "Tổ Thôn 3", "Tổ Thôn 5"))
    await binh.says(OURS)
    await binh.presses("Ghi lượt hỗ trợ này")
    await binh.presses("Tổ Thôn 5")
    assert "Tổ Thôn 5" in binh.reads


async def test_a_citizen_logs_nothing(an: Person) -> None:
    await an.says(OURS)
    assert "Ghi lượt hỗ trợ này" not in an.labels
    await an.presses_value("q:g:thanh_toan")
    assert "dành cho người được xã giao" in an.reads


# --- what is kept -------------------------------------------------------------------------------------------


async def test_only_level_and_reasons_are_counted(talk: Talk, an: Person) -> None:
    for payload in (OURS, FAKE, FAKE, FAKE_SITE, IDENTITY):
        await an.says(payload)
    told = await seen(talk)
    assert (told.checked, told.stopped) == (5, 3)
    assert told.levels == {"stop": 3, "match": 1, "not_payment": 1}
    assert told.reasons["account_near_miss"] == 2
    async with talk.memory() as memory:
        rows = (await memory.connection.execute(sa.select(code_count))).mappings().all()
    assert {"commune", "day", "level", "reason", "value"} == set(rows[0])


async def test_officers_hear_of_a_receiver_three_people_met_in_a_day(talk: Talk, an: Person) -> None:
    people = [an, *[await at_home(talk, await talk.citizen(name)) for name in ("Bình", "Chi", "Dũng")]]
    await an.says(FAKE)
    await an.says(FAKE)
    await people[1].says(FAKE)
    await people[1].says(STRANGER)
    assert await notices(talk) == []
    await people[2].says(FAKE)
    told = await notices(talk)
    assert len(told) == 2  # both officers
    assert "3 người" in told[0].text
    assert "cuối 2346" in told[0].text
    assert "8600000012346" not in told[0].text
    await people[3].says(FAKE)
    assert len(await notices(talk)) == 2


async def test_the_day_after_is_another_day(talk: Talk, an: Person) -> None:
    others = [await at_home(talk, await talk.citizen(name)) for name in ("Bình", "Chi")]
    await an.says(FAKE_SITE)
    await others[0].says(FAKE_SITE)
    talk.now += dt.timedelta(days=1)
    await others[1].says(FAKE_SITE)
    assert await notices(talk) == []


async def test_a_broken_code_names_nobody_so_nobody_is_counted_as_its_receiver(talk: Talk, an: Person) -> None:
    broken = FAKE[:-4] + "0000"
    for person in (an, *[await at_home(talk, await talk.citizen(name)) for name in ("Bình", "Chi")]):
        await person.says(broken)
    assert await notices(talk) == []


async def test_nothing_of_a_code_stays_in_the_chats_state(talk: Talk, an: Person) -> None:
    for payload in (OURS, FAKE, STRANGER, FAKE_SITE, IDENTITY):
        await an.says(payload)
        async with talk.memory() as memory:
            chat = await memory.people.find("web", memory.vault.lane("web", an.address))
        assert chat is not None
        kept = json.dumps(chat.state)
        for part in (ACCOUNT, "8600000012346", "19000000999999", "nop-phi", "001099000001", "2345"):
            assert part not in kept


async def test_a_code_with_two_notations_is_a_stop_in_words_too(an: Person) -> None:
    twice = sealed(template(("00", "01"), ("01", "11"), ("38", napas(BIN, ACCOUNT)), ("39", napas("970405", "1")),
                            ("53", "704"), ("58", "VN")))  # fmt: skip
    await an.says(twice)
    assert "hai nơi nhận" in an.reads


# --- what the person is doing -------------------------------------------------------------------------------


async def test_the_fee_a_commune_set_is_the_one_compared(
    an: Person, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fees = [{"label": "Mỗi việc", "vnd": 6000, "confidence": "xac_nhan"}]
    written = {"code": COMMUNE, "sources": ["s"], "verified_on": talk.now.date(), "review_by": talk.now.date(),
               "owner": "to", "procedures": {"xac-nhan-tinh-trang-hon-nhan": {"fees": fees}}}  # fmt: skip
    monkeypatch.setattr(talk.knowledge.library.overrides, "_by_code", {COMMUNE: Override.model_validate(written)})
    for amount, said in (("6000", "đúng với mức phí"), ("9000", "6.000 đồng")):
        await an.presses_value("q:k:xac-nhan-tinh-trang-hon-nhan:-")
        await an.says(code(("38", napas(BIN, ACCOUNT)), ("54", amount)))
        assert said in an.reads


async def test_an_amount_nobody_confirmed_is_left_to_the_portal(an: Person) -> None:
    await an.presses_value("q:k:doi-cap-lai-gplx:-")
    await an.says(OURS)
    assert "Mức thu chính thức hiển thị trên Cổng" in an.reads
    assert "135.000" not in an.reads


async def test_help_is_one_press_away_from_every_reason_to_stop(an: Person, talk: Talk) -> None:
    met: set[Reason] = set()
    odd = ["https://dichvucong.gov.vn\\nop/", "https://dichvucong.gov.vn/\u202egnp.exe"]
    for payload in (*PAYLOADS.values(), *odd):
        new = set(talk.knowledge.codes.check(payload, ANNOUNCED).reasons) & STOPS - met
        if not new:
            continue
        met |= new
        await an.shows(payload)
        await an.presses("Tôi vừa bị lừa")
        assert "Bước 1/" in an.reads, new
        await an.says("dừng")
    assert met == STOPS


async def test_amid_the_help_for_the_cheated_it_is_offered_once(an: Person) -> None:
    await an.says(FAKE)
    await an.presses("Tôi vừa bị lừa")
    await an.says(FAKE)
    assert an.labels.count("Tôi vừa bị lừa") == 1


FOR_A_DOSSIER = code(("38", napas(BIN, ACCOUNT)), ("54", "8000"), ("62", item("01", "H21.48-260815-0099")))


@pytest.mark.parametrize(
    ("named", "told"), [("H21.48-260815-0099", False), ("h21.48-260815-0007", True), ("", False)]
)
async def test_a_dossier_named_beside_the_code_is_compared_and_kept_nowhere(
    talk: Talk, an: Person, named: str, told: bool
) -> None:
    await an.says("kiểm tra mã")
    await an.shows(FOR_A_DOSSIER, caption=f"hồ sơ {named}")
    assert ("không phải của bác" in an.reads) == told
    await an.says("kiểm tra mã")
    await an.says(f"{FOR_A_DOSSIER} hồ sơ {named}")
    assert ("không phải của bác" in an.reads) == told
    async with talk.memory() as memory:
        kept = json.dumps(await memory.privacy.everything(an.id), default=str)
        chat = await memory.people.find("web", memory.vault.lane("web", an.address))
    assert "260815" not in kept
    assert chat is not None
    assert "260815" not in json.dumps(chat.state)
