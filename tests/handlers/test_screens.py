"""Screens that have changed: a press at any step, counted once a person; then the step says so, and editors hear."""

import datetime as dt

from handlers.screens import doubtful
from tests.handlers.test_guiding import begun
from tests.talk import COMMUNE, Talk

NOTICE = "Gần đây có người báo màn hình ở bước này đã khác. Bài kiểm tra ngày 21/11/2026"


async def names(talk: Talk) -> list[tuple[str, str, int]]:
    async with talk.memory() as memory:
        found = await doubtful(memory, talk.knowledge, talk.now.date())
    return [(d.guide.id, d.step.id, d.people) for d in found]


async def test_when_three_people_say_so_the_step_tells_it_and_those_in_charge_hear_of_it_once(talk: Talk) -> None:
    officer, admin = await talk.officer("Cán bộ"), await talk.admin("Quản trị")
    await talk.officer("Cán bộ xã khác", "31442")
    talk.now += dt.timedelta(days=2)
    for count in range(1, 4):
        one = await begun(talk)
        async with talk.memory() as memory:
            await memory.people.set(one.id, commune=COMMUNE)
        assert NOTICE not in one.reads
        for _ in range(2):  # said twice it counts once
            await one.presses("Bị kẹt")
            await one.presses("Màn hình khác rồi")
            assert "Cảm ơn bác đã báo" in one.reads
            await one.presses("Thử lại bước này")
        assert (await names(talk) == []) is (count < 3)
    assert NOTICE in one.reads
    assert await names(talk) == [("vneid-kich-hoat", "tin-duyet", 3)]
    told = await talk.notices()
    assert [who for who, _ in told] == [officer.id, admin.id]
    assert all("3 người báo màn hình đã khác" in text for _, text in told)
    fourth = await begun(talk)
    await fourth.says("màn hình khác rồi")
    assert len(await talk.notices()) == 2, "once is enough"


async def test_reports_grow_old_and_a_step_that_was_checked_again_is_quiet(talk: Talk) -> None:
    talk.now += dt.timedelta(days=2)
    for _ in range(3):
        one = await begun(talk)
        await one.says("Màn hình khác rồi")
    await one.says("tôi đang ở đâu")
    assert NOTICE in one.reads
    talk.now += dt.timedelta(days=31)
    await one.says("tôi đang ở đâu")
    assert NOTICE not in one.reads
    assert await names(talk) == []


async def test_the_word_without_a_step_in_hand_changes_nothing(talk: Talk) -> None:
    an = await talk.citizen("An")
    await an.says("màn hình khác rồi")
    assert "Bác cần việc gì?" in an.reads
    assert await names(talk) == []
