"""Unanswered questions: one group for one question, nobody in them but who asked to be told, and told only once."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from content.folding import fold
from storage.database import Database
from storage.gaps import _grouped
from storage.memory import Memory
from tests.storage.village import COMMUNE as VI_THUY
from tests.storage.village import SATURDAY as NOW

WORDS = st.lists(st.sampled_from(["xin", "giay", "phep", "nuoi", "ga", "o", "dau", "ca"]), min_size=2, max_size=6)


def key(text: str) -> str:
    return " ".join(sorted(set(fold(text).split())))


async def keep(memory: Memory, text: str, *, commune: str | None = VI_THUY, at: dt.datetime = NOW) -> int:
    return await memory.gaps.keep(text, key(text), "chua_hieu", at, commune=commune, nearest="khai-sinh")


async def person(memory: Memory, name: str) -> int:
    return (await memory.people.admit("web", name, consent_version=2, now=NOW)).person_id


async def test_questions_alike_are_one_group_and_the_most_asked_comes_first(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        await keep(memory, "xin giấy phép nuôi cá ở sông")
        for text in ("xin giấy nuôi gà ở đâu", "nuôi gà xin giấy ở đâu vậy", "xin giay nuoi ga o dau"):
            await keep(memory, text)
        groups = await memory.gaps.groups([VI_THUY])
        assert [(g.text, len(g.ids)) for g in groups] == [
            ("xin giấy nuôi gà ở đâu", 3), ("xin giấy phép nuôi cá ở sông", 1),
        ]  # fmt: skip
        assert groups[0].communes == {VI_THUY: 3}
        assert groups[0].nearest.most_common(1) == [("khai-sinh", 3)]


async def test_an_officer_sees_the_questions_of_his_communes_only(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        await keep(memory, "câu của xã mình")
        await keep(memory, "câu của xã bên", commune="31442")
        await keep(memory, "câu không rõ xã", commune=None)
        assert [g.text for g in await memory.gaps.groups([VI_THUY])] == ["câu của xã mình"]
        assert len(await memory.gaps.groups(None)) == 3


async def test_whoever_asked_to_be_told_is_told_once_and_then_forgotten(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        gap_id = await keep(memory, "xin giấy nuôi gà ở đâu")
        an, binh = await person(memory, "an"), await person(memory, "binh")
        assert await memory.gaps.tell(gap_id, an)
        assert await memory.gaps.tell(gap_id, an), "pressed twice"
        assert not await memory.gaps.tell(gap_id, binh), "nobody takes another's question"
        assert await memory.gaps.of(an)
        people = await memory.gaps.answer([gap_id], "Bác hỏi thú y xã.", NOW, by=binh, commune=VI_THUY)
        assert people == [(an, "xin giấy nuôi gà ở đâu")]
        assert await memory.gaps.answer([gap_id], "Lần nữa.", NOW, by=binh, commune=VI_THUY) == []
        assert await memory.gaps.of(an) == []
        assert await memory.gaps.groups(None) == []
        assert not await memory.gaps.tell(gap_id, an), "answered"


async def test_questions_are_gone_after_ninety_days_and_with_their_person(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        old = await keep(memory, "câu cũ lắm rồi", at=NOW - dt.timedelta(days=91))
        mine = await keep(memory, "câu của tôi hỏi")
        an = await person(memory, "an")
        await memory.gaps.tell(mine, an)
        assert (await memory.privacy.everything(an))["questions"][0]["text"] == "câu của tôi hỏi"
        assert (await memory.privacy.retire(NOW))["questions"] == 1
        assert [g.first for g in await memory.gaps.groups(None)] == [mine] != [old]
        await memory.privacy.erase(an)
        assert await memory.gaps.groups(None) == []


async def test_a_different_screen_counts_once_a_person_and_month_and_can_be_taken_back(database: Database) -> None:
    day = NOW.date()
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        people = [await person(memory, name) for name in ("an", "binh", "chi")]
        for one in (*people, people[0]):
            await memory.screens.report(one, "vneid-kich-hoat", "gui", VI_THUY, day)
        assert await memory.screens.people("vneid-kich-hoat", "gui", day - dt.timedelta(days=1)) == 3
        assert await memory.screens.people("vneid-kich-hoat", "gui", day) == 0, "checked since"
        assert [(c.guide, c.step, c.people) for c in await memory.screens.changed(day)] == [
            ("vneid-kich-hoat", "gui", 3)
        ]
        assert await memory.screens.changed(day, commune="31442") == []
        assert len((await memory.privacy.everything(people[0]))["screens"]) == 1
        await memory.privacy.erase(people[0])
        assert await memory.screens.people("vneid-kich-hoat", "gui", day - dt.timedelta(days=1)) == 2
        await memory.screens.report(people[1], "vneid-kich-hoat", "gui", VI_THUY, day + dt.timedelta(days=40))
        assert await memory.screens.people("vneid-kich-hoat", "gui", day - dt.timedelta(days=1)) == 3, "another month"
        assert await memory.screens.forget(day + dt.timedelta(days=91)) == 2


@given(st.lists(WORDS, max_size=12))
def test_every_question_is_in_exactly_one_group(said: list[list[str]]) -> None:
    rows = [
        {"id": n, "text": " ".join(words), "key": " ".join(sorted(set(words))), "commune": None, "nearest": None,
         "person_id": None}
        for n, words in enumerate(said, 1)
    ]  # fmt: skip
    groups = _grouped(rows)
    assert sorted(i for g in groups for i in g.ids) == [r["id"] for r in rows]
    keys = {r["key"] for r in rows}
    for same in keys:
        homes = {n for n, g in enumerate(groups) for i in g.ids if rows[i - 1]["key"] == same}
        assert len(homes) == 1, "the same words are never in two groups"
