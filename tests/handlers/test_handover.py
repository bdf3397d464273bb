"""Asking for a human: who is asked, what is passed between two people, and what each of them may do."""

import datetime as dt

import pytest
import sqlalchemy as sa

from content.knowledge import Knowledge
from handlers import rings
from handlers.here import SETTINGS
from handlers.talking import IDLE
from handlers.turn import Kind, Message, State, Turn
from storage.periods import VIETNAM, Period, Week
from storage.schema.handover import help_request
from storage.teams import Teams
from tests.talk import CHANNEL, COMMUNE, Person, Talk

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)


@pytest.fixture
def talk(talk: Talk) -> Talk:
    talk.now = MONDAY
    return talk


async def citizen(talk: Talk, name: str = "Bà Tư") -> Person:
    person = await talk.citizen(name)
    async with talk.memory() as memory:
        await memory.people.set(person.id, commune=COMMUNE)
    return person


async def asks(person: Person) -> None:
    await person.says("gặp người")
    await person.presses("Nhắn cho tổ")


async def connected(talk: Talk, *, helper: Person | None = None) -> tuple[Person, Person]:
    """A citizen and a member who talk."""
    tư, an = await citizen(talk), helper or await talk.member("An")
    await asks(tư)
    await an.presses_value(f"h:t:{await number(talk, tư)}")
    return tư, an


async def number(talk: Talk, person: Person) -> int:
    async with talk.memory() as memory:
        request = await memory.handover.of(person.id)
    assert request is not None
    return request.id


async def sweep(talk: Talk, **later: float) -> None:
    """Time passes, and the scheduler does what is due."""
    talk.now += dt.timedelta(**later)
    passed: list[int] = []
    while True:
        async with talk.memory() as memory:
            request = await memory.handover.due(talk.now, passed)
            if request is None:
                return
            passed.append(request.id)
            turn = Turn(Message("", Kind.OTHER), talk.now, memory, talk.knowledge, talk.chance, State(), "")
            await rings.due(turn, request)


async def told(talk: Talk, person: Person) -> list[str]:
    return [text.replace("**", "") for to, text in await talk.notices() if to == person.id]


async def test_the_card_alone_where_nobody_could_be_asked(talk: Talk) -> None:
    tư = await citizen(talk)
    await tư.says("gặp người")
    assert "Trung tâm Phục vụ hành chính công" in tư.reads
    assert "Nhắn cho tổ của xã" not in tư.labels
    homeless = await talk.citizen("Không xã")
    await talk.member("An")
    await homeless.says("gặp người")
    assert "Nhắn cho tổ của xã" not in homeless.labels
    await tư.says("gặp người")
    assert "Nhắn cho tổ của xã" in tư.labels


async def test_those_near_are_asked_first(talk: Talk) -> None:
    officer = await talk.officer("Hoa")
    near, far = await talk.member("Gần", team="Tổ Thôn 3"), await talk.member("Xa", team="Tổ Thôn 5")
    async with talk.memory() as memory:
        scope, teams = await memory.people.scope(officer.id), Teams(memory.connection, memory.vault)
        for name in ("3", "5"):
            hamlet = await teams.found(scope, COMMUNE, f"Thôn {name}", talk.now, kind="hamlet")
            team = await memory.people.ensure_team(COMMUNE, f"Tổ Thôn {name}", MONDAY.date())
            await teams.settle(scope, team, hamlet, talk.now)
    for person in (near, far):
        await person.presses_value("h:d:1")
    tư = await citizen(talk)
    await asks(tư)
    assert "thôn" in tư.reads
    await tư.presses("Thôn 3")
    assert "đã hỏi 1 người đang trực của Thôn 3" in tư.reads
    assert len(await told(talk, near)) == 1
    assert await told(talk, far) == []
    await sweep(talk, minutes=30)
    assert "hỏi thêm 1 thành viên" in (await told(talk, tư))[-1]
    assert len(await told(talk, far)) == 1


async def test_only_those_who_can_be_written_to_now_are_counted_and_waited_for(talk: Talk) -> None:
    talk.windows = {CHANNEL: dt.timedelta(hours=48)}
    talk.now = MONDAY - dt.timedelta(days=3)
    an, _ = await talk.member("An"), await talk.member("Dũng")
    talk.now = MONDAY
    bình, tư = await talk.member("Bình"), await citizen(talk)
    await asks(tư)
    assert "đã hỏi 1 thành viên" in tư.reads
    assert [len(await told(talk, one)) for one in (an, bình)] == [1, 1], "who is away is told with his next word"
    talk.now += dt.timedelta(days=4)
    hoa, năm = await talk.officer("Hoa"), await citizen(talk, "Bác Năm")
    await asks(năm)
    assert "đã hỏi 1 cán bộ xã" in năm.reads, "nobody waits half an hour for people who cannot be asked"
    assert len(await told(talk, hoa)) == 1
    talk.now += dt.timedelta(days=3)
    await năm.says("gặp người")
    assert "chưa nhắn được cho ai" in năm.reads


async def test_a_night_is_nobodys_delay(talk: Talk) -> None:
    async with talk.memory() as memory:
        await memory.settings.put(COMMUNE, SETTINGS["hours"], "7h-11h, 13h-17h", talk.now)
    an, tư = await talk.member("An"), await citizen(talk)
    talk.now = MONDAY.replace(hour=16, minute=50)
    await asks(tư)
    talk.now = MONDAY.replace(day=25, hour=7, minute=20)  # the 24th is a holiday
    await an.presses_value(f"h:t:{await number(talk, tư)}")
    async with talk.memory() as memory:
        assert await memory.connection.scalar(sa.select(help_request.c.waited)) == 10 + 20


async def test_what_is_typed_goes_to_the_other_and_the_guide_does_not_move(talk: Talk) -> None:
    tư, an = await connected(talk)
    talk.passed.clear()
    for word in ("xong", "1", "Tiếp tục", "VNeID là gì?", "Hai dòng\nđây"):
        await tư.says_to_staff(word)
        assert talk.passed.pop() == (an.id, f"💬 Bà con: {word}")
    await an.says_to_staff("Bác làm tới đâu rồi ạ?")
    assert talk.passed.pop() == (tư.id, "💬 An: Bác làm tới đâu rồi ạ?")


@pytest.mark.parametrize("who", ["citizen", "helper"])
@pytest.mark.parametrize(
    ("text", "kept_from_him"),
    [
        ("mã otp là 482913", "482913"),
        ("căn cước của tôi 001190012345", "001190012345"),
        ("mật khẩu: Hoa@1234", "1234"),
    ],
)
async def test_secrets_are_passed_to_nobody(talk: Talk, who: str, text: str, kept_from_him: str) -> None:
    tư, an = await connected(talk)
    talk.passed.clear()
    speaker = tư if who == "citizen" else an
    await speaker.says(text)
    assert talk.passed == []
    assert kept_from_him not in speaker.reads


async def test_a_cry_for_help_is_answered_and_heard_by_the_helper_too(talk: Talk) -> None:
    tư, an = await connected(talk)
    talk.passed.clear()
    await tư.says("tôi vừa bị lừa chuyển 5 triệu cho nó rồi")
    assert talk.passed[0][0] == an.id
    assert "Tôi vừa bị lừa" in tư.labels


async def test_telephone_numbers_are_hidden_and_hotlines_are_not(talk: Talk) -> None:
    tư, _ = await connected(talk)
    talk.passed.clear()
    await tư.says("gọi tôi 0905 123 456 hay 1900.0368 nhé")
    assert "[ẩn]" in talk.passed[0][1]
    assert "0905" not in talk.passed[0][1]
    assert "1900.0368" in talk.passed[0][1]
    assert "che số điện thoại" in tư.reads


async def test_only_words_are_passed_on(talk: Talk) -> None:
    tư, _ = await connected(talk)
    talk.passed.clear()
    await tư.shows()
    assert "chỉ chuyển được chữ" in tư.reads
    assert talk.passed == []


async def test_the_ways_out_work_in_a_talk_for_both(talk: Talk) -> None:
    tư, an = await connected(talk)
    for person in (tư, an):
        await person.says("menu")
        assert "Cuộc nói chuyện đang có" in person.labels
        await person.says("gặp người")
        assert "đang nói chuyện với" in person.reads
    await an.says("dừng")
    assert "Kết quả thế nào" in an.reads
    await an.presses("Nói tiếp")
    await tư.says("dừng")
    await tư.presses("Kết thúc nói chuyện")
    assert "từ 1 đến 5" in tư.reads
    talk.passed.clear()
    await tư.says("menu")
    await an.says("menu")
    assert talk.passed == []
    assert "Cuộc nói chuyện đang có" not in an.labels


async def test_the_end_leaves_one_draft_of_what_was_done(talk: Talk) -> None:
    tư, an = await citizen(talk), await talk.member("An")
    await tư.says("kích hoạt vneid")
    await tư.presses("Tôi làm cho tôi")
    await asks(tư)
    key = await number(talk, tư)
    await an.presses_value(f"h:t:{key}")
    assert "Kích hoạt tài khoản định danh mức 2" in an.reads
    talk.now += dt.timedelta(minutes=12)
    await an.says("xong")
    await an.presses("Đã xong")
    assert "kích hoạt VNeID" in an.reads
    assert "12 phút" in an.reads
    await an.presses("Ghi lượt này")
    await an.presses_value(f"h:g:{key}:xong")
    assert "ghi rồi" in an.reads
    async with talk.memory() as memory:
        scope = await memory.people.scope(an.id)
        own = [
            e
            for e in await memory.log.of_member(scope, Period.of_week(Week.of(talk.now.date())))
            if e.state == "saved"
        ]
    assert [(e.place, e.minutes, dict(e.results)) for e in own] == [("tu_xa", 12, {"xong": 1})]


async def test_passed_to_another_by_name_or_to_the_officer(talk: Talk) -> None:
    bình, hoa = await talk.member("Bình", team="Tổ Thôn 5"), await talk.officer("Hoa")
    await bình.presses_value("h:d:1")
    tư, an = await connected(talk)
    talk.passed.clear()
    await an.says("chuyển")
    assert an.labels == ["Bình", "Mọi thành viên của xã", "Cán bộ xã", "Nói tiếp"]
    await an.presses("Bình")
    assert "chờ Bình nhận" in an.reads
    assert talk.passed[-1] == (tư.id, "An đang nhờ Bình giúp bác tiếp. Có người nhận, trợ lý báo ngay.")
    assert "nhờ anh/chị giúp tiếp" in (await told(talk, bình))[-1]
    await an.says("menu")
    assert "Cuộc nói chuyện đang có" not in an.labels
    await bình.presses_value(f"h:t:{await number(talk, tư)}")
    await tư.says_to_staff("chào cháu")
    assert talk.passed[-1] == (bình.id, "💬 Bà con: chào cháu")
    await bình.says("chuyển")
    await bình.presses("Cán bộ xã")
    await hoa.presses_value(f"h:t:{await number(talk, tư)}")
    await hoa.says("xong")
    await hoa.presses("Đã xong")
    assert "Đã kết thúc" in hoa.reads


async def test_the_other_hears_at_once_that_somebody_left(talk: Talk) -> None:
    tư, an = await connected(talk)
    stranger = await citizen(talk, "Ông Năm")
    await stranger.says_to_staff("", Kind.LEFT)
    assert not any("rời kênh" in text for _, text in await talk.notices())
    await tư.says_to_staff("", Kind.LEFT)
    assert "rời kênh" in (await told(talk, an))[-1]
    await an.says_to_staff("", Kind.LEFT)
    assert "rời kênh" in (await told(talk, tư))[-1]


async def test_a_talk_in_which_nobody_speaks_ends_and_both_are_told(talk: Talk) -> None:
    tư, an = await connected(talk)
    await sweep(talk, minutes=90)
    await tư.says_to_staff("cháu ơi")
    await sweep(talk, minutes=90)
    assert await number(talk, tư) == await number(talk, an)
    await sweep(talk, seconds=IDLE.total_seconds())
    assert "khép cuộc nói chuyện" in (await told(talk, tư))[-1]
    assert "Kết quả thế nào" in (await told(talk, an))[-1]
    async with talk.memory() as memory:
        assert await memory.handover.of(tư.id) is None


async def test_a_member_who_left_the_team_does_not_talk_on(talk: Talk) -> None:
    tư, an = await connected(talk)
    async with talk.memory() as memory:
        await memory.people.revoke(an.id, "member", talk.now)
    talk.passed.clear()
    await an.says("bác ơi")
    assert talk.passed == []
    async with talk.memory() as memory:
        request = await memory.handover.of(tư.id)
    assert request is not None
    assert request.state == "waiting"


async def test_at_night_nobody_is_woken_where_no_hours_are_told(talk: Talk) -> None:
    talk.now = MONDAY.replace(hour=22)
    an, tư = await talk.member("An"), await citizen(talk)
    await asks(tư)
    assert "8 giờ thứ ba, 24/11" in tư.reads
    await sweep(talk, hours=9)
    assert await told(talk, an) == []
    await sweep(talk, hours=1)
    assert len(await told(talk, an)) == 1


@pytest.mark.parametrize("verb", ["t", "x", "c", "w", "e", "r", "g"])
async def test_presses_of_strangers_and_of_long_ago_change_nothing(talk: Talk, verb: str) -> None:
    tư, an = await connected(talk)
    key = await number(talk, tư)
    other, elsewhere = await citizen(talk, "Ông Năm"), await talk.member("Lan", team="Tổ khác", commune="31453")
    for person in (other, elsewhere):
        for rest in ("", ":xong", ":t", ":5", ":999999"):
            await person.presses_value(f"h:{verb}:{key}{rest}")
            await person.presses_value(f"h:{verb}:{key + 7}{rest}")
    assert await number(talk, an) == key
    async with talk.memory() as memory:
        request = await memory.handover.of(tư.id)
    assert request is not None
    assert (request.state, request.helper_id) == ("taken", an.id)


async def test_duty_is_one_press_and_ends_with_the_day(talk: Talk) -> None:
    an = await talk.member("An")
    await an.says("menu")
    await an.presses("Tôi đang trực")
    assert "đến hết hôm nay" in an.reads
    await an.says("menu")
    assert "Nghỉ trực" in an.labels
    talk.now += dt.timedelta(days=1)
    await an.says("menu")
    assert "Tôi đang trực" in an.labels


def test_every_word_of_it_is_short(knowledge: Knowledge) -> None:
    """What is told to a citizen fits a small screen."""
    ring = rings.Ring(2, [1, 2, 3])
    said = knowledge.messages.render("handover.asked", ring=ring, minutes=12, hamlet="Thôn 3")
    assert "12 phút" in said
    assert len(said) <= 600
