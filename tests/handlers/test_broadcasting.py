"""One message of an officer to many: whom it reaches, what they read, how far it has got, and how it is stopped."""

import datetime as dt

import pytest
import sqlalchemy as sa

from storage.periods import VIETNAM
from storage.schema import chat, outbox
from storage.schema.broadcasts import broadcast, broadcast_to
from storage.scope import Grant
from tests.talk import COMMUNE, Person, Talk

WORDS = "Sáng thứ hai tập huấn ở nhà văn hóa, mời bà con đến lúc 8 giờ."


async def reader(talk: Talk, name: str, commune: str = COMMUNE) -> Person:
    """A citizen of that commune who wants its news."""
    an = await talk.citizen(name)
    async with talk.memory() as memory:
        await memory.people.set(an.id, commune=commune)
    await an.says("dữ liệu của tôi")
    await an.presses("Nhận tin của xã")
    assert "Đã bật" in an.reads
    return an


async def writes(officer: Person, audience: str, text: str = WORDS) -> None:
    await officer.says("gửi tin")
    await officer.presses(audience)
    await officer.says(text)


async def test_only_citizens_of_the_commune_who_agreed_are_told(talk: Talk) -> None:
    officer, an = await talk.officer("Cán bộ"), await reader(talk, "An")
    await reader(talk, "Người xã khác", "00004")
    silent = await talk.citizen("Không bật")
    async with talk.memory() as memory:
        await memory.people.set(silent.id, commune=COMMUNE)
    await writes(officer, "Bà con nhận tin (1 người)")
    assert "cho 1 người" in officer.reads
    assert WORDS in officer.reads
    assert await talk.notices() == [], "looked at first"
    await officer.presses("Gửi cho 1 người")
    [(to, words)] = await talk.notices()
    assert to == an.id
    assert WORDS in words
    assert "Vị Thủy" in words


async def test_members_and_heads_are_told_but_never_the_sender(talk: Talk) -> None:
    officer = await talk.officer("Cán bộ")
    team = await talk.team("Tổ Thôn 3")
    async with talk.memory() as memory:
        await memory.people.grant(officer.id, Grant("member", commune=COMMUNE, team_id=team), talk.now)
    member, head = await talk.member("Bình"), await talk.head("Cúc")
    await talk.member("Xã khác", commune="00004")
    await writes(officer, "Thành viên các tổ (3 người)")
    await officer.presses("Gửi cho 2 người")
    assert {to for to, _ in await talk.notices()} == {member.id, head.id}
    await officer.presses("Tin khác")
    await officer.presses("Các tổ trưởng (1 người)")
    await officer.says("Chiều nay họp.")
    await officer.presses("Gửi cho 1 người")
    assert [to for to, words in await talk.notices() if "họp" in words] == [head.id]


async def test_a_second_press_sends_nothing_twice(talk: Talk) -> None:
    officer, _ = await talk.officer("Cán bộ"), await talk.member("Bình")
    await writes(officer, "Thành viên")
    await officer.presses("Gửi cho 1 người")
    await officer.presses_value("b:g")
    assert len(await talk.notices()) == 1


async def test_what_is_stopped_reaches_nobody_else(talk: Talk) -> None:
    officer = await talk.officer("Cán bộ")
    early, late = await talk.member("Bình"), await talk.member("Cúc")
    await writes(officer, "Thành viên")
    await officer.presses("Gửi cho 2 người")
    await delivered(talk, early)
    await officer.presses("Dừng gửi")
    assert "Đã dừng. Tin đã đến 1 người" in officer.reads
    assert late.id not in {to for to, _ in await talk.notices()}
    assert not [c for c in officer.replies[-1].choices if c.label == "Dừng gửi"]
    async with talk.memory() as memory:
        rows = (await memory.connection.execute(sa.select(broadcast_to.c.person_id))).scalars().all()
    assert rows == [early.id]


async def delivered(talk: Talk, person: Person, state: str = "sent", error: str | None = None) -> None:
    """His notice was written to the outbox, as the scheduler does it, and so it ended there."""
    async with talk.memory() as memory:
        number = sa.select(broadcast_to.c.notice).where(broadcast_to.c.person_id == person.id)
        notice = (await memory.connection.execute(number)).scalar_one()
        await memory.notices.told(notice)
        queued = state == "queued"
        body = b"x" if queued else None
        await memory.connection.execute(sa.insert(outbox).values(
            key=f"t{notice}:0", channel="web", state=state, error=error, created_at=talk.now, due_at=talk.now,
            body=body, address=body, lane="x" if queued else None, settled_at=None if queued else talk.now, bulk=True,
        ))  # fmt: skip


@pytest.mark.parametrize(
    ("state", "error", "line"),
    [
        ("queued", "waits for the next word", "Sẽ nhận khi nhắn lại: 1"),
        ("queued", None, "Đang gửi cho 1 người"),
        ("unknown", None, "Chưa rõ đã đến chưa: 1"),
        ("parked", "blocked", "Không nhắn được: 1"),
        ("sent", None, "Đã gửi 1 trên 1 người"),
    ],
)
async def test_the_officer_sees_how_far_it_has_got(talk: Talk, state: str, error: str | None, line: str) -> None:
    officer, binh = await talk.officer("Cán bộ"), await talk.member("Bình")
    await writes(officer, "Thành viên")
    await officer.presses("Gửi cho 1 người")
    await delivered(talk, binh, state, error)
    await officer.presses("Xem đã gửi đến đâu")
    assert line in officer.reads
    assert ("Chưa đến: Bình" in officer.reads) == (error is not None)


async def test_citizens_are_counted_and_never_named(talk: Talk) -> None:
    officer, an = await talk.officer("Cán bộ"), await reader(talk, "An")
    await writes(officer, "Bà con")
    await officer.presses("Gửi cho 1 người")
    await delivered(talk, an, "parked", "blocked")
    await officer.presses("Xem đã gửi đến đâu")
    assert "Không nhắn được: 1" in officer.reads
    assert "An" not in officer.reads.split()


async def test_whoever_blocked_us_is_counted_before_it_is_sent(talk: Talk) -> None:
    officer, binh = await talk.officer("Cán bộ"), await talk.member("Bình")
    await talk.member("Cúc")
    async with talk.memory() as memory:
        gone = sa.update(chat).where(chat.c.person_id == binh.id).values(unreachable="blocked")
        await memory.connection.execute(gone)
    await writes(officer, "Thành viên các tổ (1 người)")
    assert "Không nhắn được cho 1 người" in officer.reads


async def test_at_night_it_waits_for_the_morning(talk: Talk) -> None:
    talk.now = dt.datetime(2026, 11, 21, 22, 0, tzinfo=VIETNAM)
    officer, _ = await talk.officer("Cán bộ"), await talk.member("Bình")
    await writes(officer, "Thành viên")
    assert "22/11/2026" in officer.reads
    await officer.presses("Gửi cho 1 người")
    assert "sẽ gửi lúc" in officer.reads
    async with talk.memory() as memory:
        assert await memory.notices.due(talk.now, {"web": None}, []) is None
        assert await memory.notices.due(talk.now + dt.timedelta(hours=12), {"web": None}, []) is not None


async def test_only_officers_send_and_only_their_own_commune_sees_it(talk: Talk) -> None:
    officer, other, member = await talk.officer("A"), await talk.officer("B", "00004"), await talk.member("Bình")
    await writes(officer, "Thành viên")
    await officer.presses("Gửi cho 1 người")
    async with talk.memory() as memory:
        number = (await memory.connection.execute(sa.select(broadcast.c.id))).scalar_one()
    for who in (other, member):
        for value in (f"b:x:{number}", f"b:d:{number}", "b:g", "b:n:citizen", "b:n:x", "b:x:99999999999999999999"):
            await who.presses_value(value)
            assert WORDS[:20] not in who.reads
    async with talk.memory() as memory:
        assert (await memory.connection.execute(sa.select(broadcast.c.stopped_at))).scalar_one() is None


async def test_words_too_long_or_none_are_asked_for_again(talk: Talk) -> None:
    officer, _ = await talk.officer("Cán bộ"), await talk.member("Bình")
    await writes(officer, "Thành viên", "x" * 501)
    assert "500 chữ" in officer.reads
    await officer.says("Họp nhé")
    await officer.presses("Gửi cho 1 người")
    assert len(await talk.notices()) == 1


async def test_a_reader_stops_it_from_the_message_itself_and_sees_it_in_his_data(talk: Talk) -> None:
    an = await reader(talk, "An")
    async with talk.memory() as memory:
        assert (await memory.privacy.everything(an.id))["news"]["agreed_at"] == talk.now
    await an.presses_value("b:t:0")
    assert "Đã tắt" in an.reads
    async with talk.memory() as memory:
        assert (await memory.privacy.everything(an.id))["news"]["agreed_at"] is None
