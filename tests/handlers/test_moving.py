"""One person on several channels: with a code of his he goes on at the same step, and nobody else does."""

import datetime as dt
import re

import pytest

from tests.handlers.test_guiding import begun
from tests.talk import CHANNEL, Person, Talk


async def code_of(person: Person) -> str:
    """The code his chat shows him."""
    await person.says("dữ liệu của tôi")
    await person.presses("Dùng trên máy khác")
    found = re.search(r"LK [A-Z]{6}", person.reads)
    assert found is not None
    return found[0]


def stranger(talk: Talk, address: str = "new-phone") -> Person:
    """A chat nothing is kept of."""
    return Person(talk, address, 0)


async def person_at(talk: Talk, who: Person) -> int | None:
    """Whose chat it is."""
    async with talk.memory() as memory:
        chat = await memory.people.find(CHANNEL, talk.database.vault.lane(CHANNEL, who.address))
        return chat.person_id if chat else None


@pytest.mark.parametrize("typed", ["{}", "{} ", "lk{}"], ids=["as shown", "with a blank", "small and together"])
async def test_the_new_place_goes_on_at_the_same_step(talk: Talk, typed: str) -> None:
    an = await begun(talk)
    await an.presses("Xong")
    await an.says("tôi đang ở đâu")
    step = an.reads
    code = await code_of(an)
    there = stranger(talk)
    await there.says(typed.format(code.removeprefix("LK ").lower() if typed.startswith("lk") else code))
    assert step.splitlines()[-1] in there.reads
    assert await person_at(talk, there) == an.id
    await there.presses("Có VNeID rồi")
    await an.says("tôi đang ở đâu")
    assert an.reads == there.reads


async def test_a_code_works_once(talk: Talk) -> None:
    an = await begun(talk)
    code = await code_of(an)
    await stranger(talk).says(code)
    second = stranger(talk, "another-phone")
    await second.says(code)
    assert "không đúng" in second.reads
    assert await person_at(talk, second) is None


async def test_a_code_ends_after_a_quarter_of_an_hour(talk: Talk) -> None:
    an = await begun(talk)
    code = await code_of(an)
    talk.now += dt.timedelta(minutes=15)
    there = stranger(talk)
    await there.says(code)
    assert await person_at(talk, there) is None


async def test_a_new_code_ends_the_one_before(talk: Talk) -> None:
    an = await begun(talk)
    first, second = await code_of(an), await code_of(an)
    there = stranger(talk)
    await there.says(first)
    assert await person_at(talk, there) is None
    await there.says(second)
    assert await person_at(talk, there) == an.id


async def test_whoever_was_there_before_with_nothing_else_is_forgotten(talk: Talk) -> None:
    an, there = await begun(talk), await talk.citizen("Chi")
    code = await code_of(an)
    await there.says(code)
    assert await person_at(talk, there) == an.id
    async with talk.memory() as memory:
        assert not await memory.people.exists(there.id)


async def test_a_member_is_not_swallowed_by_a_code(talk: Talk) -> None:
    an, binh = await begun(talk), await talk.member("Bình")
    code = await code_of(an)
    await binh.says(code)
    assert "thành viên" in binh.reads
    assert await person_at(talk, binh) == binh.id


async def test_a_member_takes_his_role_along(talk: Talk) -> None:
    binh = await talk.member("Bình")
    there = stranger(talk)
    await there.says(await code_of(binh))
    assert any("Ghi lượt hỗ trợ" in label for label in there.labels)


async def test_ones_own_code_changes_nothing(talk: Talk) -> None:
    an = await begun(talk)
    await an.says(await code_of(an))
    assert await person_at(talk, an) == an.id
