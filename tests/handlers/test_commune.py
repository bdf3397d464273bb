"""What an officer tells of his commune: who may, what people read, until when, and who said so."""

import datetime as dt

import pytest
import sqlalchemy as sa

from handlers.announcing import read_days
from storage.periods import Period
from storage.schema import audit
from tests.talk import Person, Talk

TODAY = dt.date(2026, 11, 21)


async def neighbour(talk: Talk) -> Person:
    """A citizen of the officer's commune."""
    an = await talk.citizen("An")
    async with talk.memory() as memory:
        await memory.people.set(an.id, commune="31441")
    return an


async def tells(officer: Person, what: str, *typed: str) -> None:
    await officer.says("menu")
    await officer.presses("Việc của xã")
    await officer.presses("Thông tin của xã")
    await officer.presses(what)
    for text in typed:
        await officer.says(text)


async def test_an_address_and_hours_are_read_by_the_communes_people(talk: Talk) -> None:
    officer, an = await talk.officer("Cán bộ"), await neighbour(talk)
    await tells(officer, "Địa chỉ", "ấp 3, đường Hùng Vương")
    await tells(officer, "Giờ làm việc", "7 giờ đến 17 giờ")
    await an.says("gặp người")
    assert "Địa chỉ: ấp 3, đường Hùng Vương." in an.reads
    await an.presses_value("p:v:khai-sinh:trong-han")
    assert (
        "Ở xã bác: Trung tâm Phục vụ hành chính công, ấp 3, đường Hùng Vương; 7 giờ đến 17 giờ (theo xã Vị Thủy)"
        in an.reads
    )
    stranger = await talk.citizen("Người xã khác")
    await stranger.presses_value("p:v:khai-sinh:trong-han")
    assert "Hùng Vương" not in stranger.reads


async def test_a_closed_day_is_told_from_its_first_day_to_its_last(talk: Talk) -> None:
    officer, an = await talk.officer("Cán bộ"), await neighbour(talk)
    await tells(officer, "Báo ngày nghỉ", "23/11 đến 24/11")
    assert "Bà con thấy từ 23/11 đến hết 24/11" in officer.reads
    for day, told in ((21, False), (23, True), (24, True), (25, False)):
        talk.now = talk.now.replace(day=day)
        await an.says("gặp người")
        assert ("Trung tâm nghỉ từ 23/11 đến hết 24/11" in an.reads) is told, day


async def test_hours_for_some_days_take_the_place_of_the_usual_ones(talk: Talk) -> None:
    officer, an = await talk.officer("Cán bộ"), await neighbour(talk)
    await tells(officer, "Giờ làm việc", "7 giờ đến 17 giờ")
    await tells(officer, "Đổi giờ làm việc tạm", "7 giờ đến 11 giờ", "hôm nay")
    await an.says("gặp người")
    assert "Giờ làm việc: 7 giờ đến 11 giờ." in an.reads
    talk.now += dt.timedelta(days=1)
    await an.says("gặp người")
    assert "Giờ làm việc: 7 giờ đến 17 giờ." in an.reads


async def test_a_notice_is_masked_shown_and_can_be_taken_back_with_who_and_when(talk: Talk) -> None:
    officer, an = await talk.officer("Cán bộ"), await neighbour(talk)
    await tells(officer, "Thông báo cho bà con", "Mai mất điện, gọi anh Ba 0905123456")
    await officer.presses("Đến hết tuần này")
    await an.presses_value("p:v:khai-sinh:trong-han")
    assert "📌 Mai mất điện, gọi anh Ba [ẩn]" in an.reads
    await officer.presses("Thôi báo")
    await an.presses_value("p:v:khai-sinh:trong-han")
    assert "mất điện" not in an.reads
    async with talk.memory() as memory:
        rows = (await memory.connection.execute(sa.select(audit.c.action, audit.c.actor_id, audit.c.commune))).all()
    done = [tuple(r) for r in rows if r.action.startswith("announcement")]
    assert done == [("announcement.set", officer.id, "31441"), ("announcement.withdrawn", officer.id, "31441")]


async def test_days_that_are_none_or_too_far_are_asked_again(talk: Talk) -> None:
    officer = await talk.officer("Cán bộ")
    await tells(officer, "Báo ngày nghỉ", "mấy hôm nữa")
    assert "Anh/chị gõ lại" in officer.reads
    await officer.says("25/11 đến 25/3")
    assert "Anh/chị gõ lại" in officer.reads
    await officer.says("20/11/2026")
    assert "Anh/chị gõ lại" in officer.reads
    await officer.says("mai")
    assert "ngày 22/11" in officer.reads


async def test_nobody_else_announces_anything(talk: Talk) -> None:
    an, other = await neighbour(talk), await talk.officer("Xã bên", "31453")
    for value in ("s:a:nghi", "s:a:d:20261121-20261121", "s:a:b:1", "s:a:moon"):
        await an.presses_value(value)
        assert "người được xã giao" in an.reads
    officer = await talk.officer("Cán bộ")
    await tells(officer, "Báo ngày nghỉ", "hôm nay")
    await other.presses_value("s:a:b:1")
    await an.says("gặp người")
    assert "Trung tâm nghỉ ngày 21/11" in an.reads, "an officer takes back only what his commune told"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("hôm nay", ("2026-11-21", "2026-11-21")),
        ("Ngày mai", ("2026-11-22", "2026-11-22")),
        ("25/11", ("2026-11-25", "2026-11-25")),
        ("ngày 25 tháng 11", ("2026-11-25", "2026-11-25")),
        ("từ 25/11 đến hết 27/11", ("2026-11-25", "2026-11-27")),
        ("đến 27/11", ("2026-11-21", "2026-11-27")),
        ("30/12 đến 2/1", ("2026-12-30", "2027-01-02")),
        ("1/1", ("2027-01-01", "2027-01-01")),
        ("31/2", None),
        ("27/11 đến 25/11/2026", None),
        ("thứ ba", None),
    ],
)
def test_days_as_people_type_them(text: str, days: tuple[str, str] | None) -> None:
    expected = Period(*map(dt.date.fromisoformat, days)) if days else None
    assert read_days(text, TODAY) == expected
