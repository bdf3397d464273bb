"""Roles come by a code from somebody who may give them, once, to one person."""

import asyncio
import datetime as dt
import re
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.invitations import CODE_DAYS, CODE_LENGTH, CODE_LETTERS
from storage.memory import Memory
from storage.scope import Grant
from tests.talk import COMMUNE, Person, Talk

CODE = re.compile(r"Mã mời \(.+\): (\w+)")
WRONG = "không đúng, đã hết hạn"


async def code_for(talk: Talk, role: str = "member", team: str = "Tổ Thôn 3") -> str:
    """A code made by the commune's officer, as he does it."""
    await talk.team(team)
    officer = await talk.officer("Cán bộ")
    await officer.says("menu")
    await officer.presses("Việc của xã")
    await officer.presses("Mời người vào tổ")
    await officer.presses("Tổ trưởng" if role == "head" else "Thành viên")
    await officer.presses(team)
    found = CODE.search(officer.reads)
    assert found, officer.reads
    return found[1]


async def roles_of(talk: Talk, who: Person) -> list[str]:
    """The roles in force."""
    async with talk.memory() as memory:
        return [g.role for g in (await memory.people.scope(who.id)).grants]


@pytest.mark.parametrize("role", ["member", "head"])
async def test_a_code_gives_its_role_once(talk: Talk, role: str) -> None:
    code = await code_for(talk, role)
    binh, chi = await talk.citizen("Bình"), await talk.citizen("Chi")
    await binh.says(code)
    assert await roles_of(talk, binh) == [role]
    assert "Tổ Thôn 3" in binh.reads
    assert "Ghi lượt hỗ trợ" in binh.labels
    await chi.says(code)
    assert WRONG in chi.reads
    assert await roles_of(talk, chi) == []


@pytest.mark.parametrize(
    "spell", [str.lower, lambda c: f"{c[:3]}-{c[3:]}", lambda c: f" {c[:2]} {c[2:4]} {c[4:]}", str]
)
async def test_a_code_is_known_as_people_copy_it_from_a_slip(talk: Talk, spell: Callable[[str], str]) -> None:
    code = await code_for(talk)
    binh = await talk.citizen("Bình")
    await binh.says("nhập mã")
    await binh.says(spell(code))
    assert await roles_of(talk, binh) == ["member"]


async def test_a_code_in_a_link_is_taken_up_after_agreeing(talk: Talk) -> None:
    code = await code_for(talk)
    binh = Person(talk, "Bình", 0)
    await binh.says(f"/start {code}")
    await binh.presses("Đồng ý")
    assert "Chào mừng" in binh.reads
    await binh.presses_again()
    assert WRONG not in binh.reads, "a finger that presses twice has done nothing wrong"


async def test_two_people_with_one_slip_cannot_both(talk: Talk) -> None:
    code = await code_for(talk)
    people = [await talk.citizen(f"Người {i}") for i in range(6)]

    async def redeem(who: Person) -> bool:
        async with talk.database.write() as connection:
            memory = Memory(connection, talk.database.vault)
            return await memory.invitations.redeem(code, who.id, talk.now) is not None

    assert sum(await asyncio.gather(*(redeem(p) for p in people))) == 1
    assert sum([len(await roles_of(talk, p)) for p in people]) == 1


async def test_a_code_is_over_when_its_days_are(talk: Talk) -> None:
    code = await code_for(talk)
    binh = await talk.citizen("Bình")
    talk.now += dt.timedelta(days=CODE_DAYS)
    await binh.says(code)
    assert WRONG in binh.reads


async def test_five_wrong_codes_lock_for_an_hour_and_the_right_one_waits(talk: Talk) -> None:
    code = await code_for(talk)
    binh = await talk.citizen("Bình")
    for n in range(2, 7):
        await binh.says(f"AB2C3{n}")
        assert WRONG in binh.reads
    await binh.says(code)
    assert "khóa một giờ" in binh.reads
    talk.now += dt.timedelta(minutes=59)
    await binh.says(code)
    assert "khóa một giờ" in binh.reads
    talk.now += dt.timedelta(minutes=2)
    await binh.says(code)
    assert await roles_of(talk, binh) == ["member"]


async def test_a_lock_closes_codes_alone(talk: Talk) -> None:
    binh = await talk.citizen("Bình")
    for n in range(2, 8):
        await binh.says(f"AB2C3{n}")
    await binh.says("kích hoạt vneid")
    assert "Bác làm cho ai?" in binh.reads


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=st.text(CODE_LETTERS, min_size=CODE_LENGTH, max_size=CODE_LENGTH).filter(
        lambda c: sum(map(str.isalpha, c)) > 1
    )
)
def test_no_code_we_could_print_looks_like_a_secret(talk: Talk, code: str) -> None:
    assert talk.knowledge.safety.inspect(code) is None


# --- who may invite -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["citizen", "member", "head", "province officer", "officer elsewhere"])
async def test_only_the_communes_own_officer_makes_codes(talk: Talk, kind: str) -> None:
    team = await talk.team("Tổ Thôn 3")
    who: dict[str, Callable[[str], Awaitable[Person]]] = {
        "citizen": talk.citizen,
        "member": talk.member,
        "head": talk.head,
        "province officer": lambda name: talk.province_officer(name, "92"),
        "officer elsewhere": lambda name: talk.officer(name, "31453"),
    }
    person = await who[kind]("Ai đó")
    for value in (f"v:moi:member:{team}", f"v:moi:head:{team}", "v:moi:officer:1", f"v:moi:admin:{team}"):
        await person.presses_value(value)
        assert CODE.search(person.reads) is None, value


async def test_an_officer_makes_no_officer(talk: Talk) -> None:
    team = await talk.team("Tổ Thôn 3")
    officer = await talk.officer("Cán bộ")
    for role in ("officer", "province_officer", "admin", "x"):
        await officer.presses_value(f"v:moi:{role}:{team}")
        assert CODE.search(officer.reads) is None
        await officer.presses_value(f"v:moi:{role}")
        assert CODE.search(officer.reads) is None


async def test_a_second_role_is_added_to_the_first(talk: Talk) -> None:
    binh = await talk.member("Bình", team="Tổ Thôn 4")
    async with talk.memory() as memory:
        code = await memory.invitations.make(Grant("officer", commune=COMMUNE), talk.now)
    await binh.says(code)
    assert sorted(await roles_of(talk, binh)) == ["member", "officer"]
    assert "Báo cáo tuần này" in binh.labels
