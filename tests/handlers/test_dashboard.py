"""The link to the page of figures: for those who have something to look at there, a new one each time."""

import pytest

from bot.links import Links
from storage.periods import Period, Week
from tests.talk import Person, Talk

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


async def opened(talk: Talk, person: Person) -> bool:
    """Whether the link he reads lets him in."""
    code = person.reads.partition("/so-lieu/vao/")[2].split()[0]
    async with talk.memory() as memory:
        return await memory.passes.enter(code, talk.now) is not None


async def test_an_officer_gets_a_link_that_lets_him_in_and_a_new_one_replaces_it(talk: Talk) -> None:
    talk.pages = Links("https://troly.test", talk.database.vault, talk.knowledge)
    hoa = await talk.officer("Hoa")
    await hoa.says("menu")
    await hoa.presses("Bảng số liệu")
    assert "https://troly.test/so-lieu/vao/" in hoa.reads
    assert "15 phút" in hoa.reads
    before = hoa.reads
    await hoa.presses("Lấy đường dẫn khác")
    assert before != hoa.reads
    assert await opened(talk, hoa)
    await hoa.says("bảng số liệu")
    assert await opened(talk, hoa)


async def test_nobody_else_gets_one(talk: Talk) -> None:
    talk.pages = Links("https://troly.test", talk.database.vault, talk.knowledge)
    for person in (await talk.citizen("Oanh"), await talk.member("An")):
        await person.says("menu")
        assert not any("Bảng số liệu" in label for label in person.labels)
        await person.presses_value("m:bang")
        assert "so-lieu" not in person.reads


async def test_without_an_address_the_report_is_offered_instead(talk: Talk) -> None:
    chi = await talk.head("Chi")
    await chi.says("so lieu")
    assert "chưa có trang số liệu" in chi.reads
    assert "Báo cáo tuần này" in chi.labels


async def test_getting_stuck_is_counted_once_for_the_commune_and_names_nobody(talk: Talk) -> None:
    an = await talk.citizen("An")
    async with talk.memory() as memory:
        await memory.people.set(an.id, commune="31441")
    await an.says("kích hoạt vneid")
    await an.presses("Tôi làm cho tôi")
    await an.presses("Bị kẹt")
    known = next(c for c in an.choices if ":o." in c.value and not c.value.endswith("khac"))
    await an.presses(known.label)
    async with talk.memory() as memory:
        met = await memory.obstacles.met(["31441"], Period.of_week(Week.of(talk.now.date())), 5)
    assert [(m.guide, m.times) for m in met] == [("vneid-kich-hoat", 1)]
    assert met[0].obstacle == known.value.rpartition("o.")[2]
