"""Several people helped with one phone under nicknames that vanish, and a walk that goes to another member."""

import datetime as dt
import json
import re

import pytest
import sqlalchemy as sa

from storage.invitations import LOCK, MAX_WRONG_CODES
from storage.schema import chat
from storage.schema.walks import run_name, run_pass
from storage.short_codes import LASTS
from storage.walks import MOST
from tests.handlers.test_guiding import PLACE, run_of
from tests.talk import Person, Talk


async def helps(person: Person, guide: str = "vneid-kich-hoat") -> None:
    await person.presses_value(f"g:o:{guide}")
    await person.presses("Tôi giúp người khác")


async def one_more(person: Person, name: str, guide: str = "vneid-kich-hoat") -> None:
    await person.presses_value(f"n:g:{guide}")
    await person.says(name)


async def code_of(person: Person) -> str:
    await person.says("người khác")
    await person.presses("Chuyển cho người khác giúp")
    found = re.search(r"CT [A-Z]{6}", person.reads)
    assert found is not None
    return found[0]


async def kept(talk: Talk, table: sa.Table) -> int:
    async with talk.memory() as memory:
        return int(await memory.connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def test_two_walks_side_by_side_keep_their_places(talk: Talk) -> None:
    lan = await talk.citizen("Lan")
    await helps(lan)
    await lan.presses("Xong")
    await one_more(lan, "anh Hai")
    assert PLACE.search(lan.reads)[1] == "1"  # type: ignore[index]
    await lan.says("người khác")
    assert "anh Hai" in lan.reads
    await lan.presses("Sang người thứ 1")
    assert PLACE.search(lan.reads)[1] == "2"  # type: ignore[index]
    await lan.says("người khác")
    await lan.presses("Sang anh Hai")
    await lan.presses("Xong")
    await lan.says("người khác")
    assert lan.reads.count("bước 2/") == 2
    assert "Chuyển cho người khác giúp" not in lan.labels, "a family has no other members"


async def test_nicknames_are_nowhere_but_in_the_walk_and_end_with_it(talk: Talk) -> None:
    an = await talk.member("An")
    await helps(an)
    await an.says("người khác")
    await an.presses("Đặt tên gọi")
    await an.says("bà Bảy Cồn")
    assert "Giờ là bà Bảy Cồn" in an.reads
    async with talk.memory() as memory:
        states = (await memory.connection.execute(sa.select(chat.c.state))).scalars().all()
        stored = (await memory.connection.execute(sa.select(run_name.c.name))).scalars().all()
        everything = await memory.privacy.everything(an.id)
    for place in (json.dumps(states, ensure_ascii=False), str(stored), str(everything)):
        assert "Cồn" not in place
    assert await kept(talk, run_name) == 1
    await an.says("dừng")
    assert await kept(talk, run_name) == 0


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Hoa", "0905123456", "bà 2", "một hai ba bốn", "x" * 21, "😀", "bà, ông"]
)
async def test_no_full_names_and_no_numbers_are_taken(talk: Talk, name: str) -> None:
    an = await talk.citizen("An")
    await one_more(an, name)
    assert "Tên gọi cần ngắn" in an.reads
    assert await kept(talk, run_name) == 0
    await an.presses("Không cần tên")
    assert PLACE.search(an.reads)


async def test_each_finished_walk_leaves_its_own_draft(talk: Talk) -> None:
    an = await talk.member("An")
    await helps(an)
    await one_more(an, "bà")
    for _ in range(2):
        for _ in range(30):
            if "Ghi lượt này" in an.labels:
                break
            await an.presses_value(an.choices[0].value)
        assert "1 lượt" in an.reads
        assert "bà" not in an.reads.split("Ghi lượt này vào sổ")[1]
        await an.presses("Ghi lượt này")
        await an.says("người khác")
        if "Sang" in "".join(an.labels):
            await an.presses("Sang")
    async with talk.memory() as memory:
        last = await memory.log.last_of(an.id)
        first = await memory.log.get(await memory.people.scope(an.id), (last.id or 0) - 1) if last else None
    assert last is not None
    assert first is not None
    assert (first.run_id, first.people) != (last.run_id, last.people)


async def test_so_many_walks_and_no_more(talk: Talk) -> None:
    an = await talk.citizen("An")
    for n in range(MOST):
        await one_more(an, "bà " + "abcdefgh"[n])
    await an.presses_value("n:g:vneid-kich-hoat")
    assert "nhiều người cùng lúc" in an.reads


async def test_another_member_goes_on_at_the_same_step(talk: Talk) -> None:
    an, bình = await talk.member("An"), await talk.member("Bình", team="Tổ Thôn 5")
    await helps(an)
    await an.presses("Xong")
    await an.presses("Có VNeID rồi")
    before = await run_of(talk, an)
    code = await code_of(an)
    await helps(bình)
    own = await run_of(talk, bình)
    await bình.says(code.lower())
    after = await run_of(talk, bình)
    assert before is not None
    assert after is not None
    assert own is not None
    assert (after.id, after.step, after.answers, after.version, after.history) == (
        before.id, before.step, before.answers, before.version, before.history
    )  # fmt: skip
    assert await run_of(talk, an) is None
    assert any("Bình đã nhận làm tiếp" in text for _, text in await talk.notices())
    await an.presses_value(f"g:s:{before.id}:{before.step}:n")
    assert "đã kết thúc" in an.reads
    still = await run_of(talk, bình)
    assert still is not None
    assert still.step == before.step
    await bình.says("người khác")
    await bình.presses_value(f"n:o:{own.id}")
    assert PLACE.search(bình.reads)[1] == "1"  # type: ignore[index]
    assert await kept(talk, run_pass) == 0


async def test_a_code_works_once_in_its_time_and_for_members_of_the_commune_alone(talk: Talk) -> None:
    an, bình, chi = await talk.member("An"), await talk.member("Bình"), await talk.member("Chi")
    lan = await talk.member("Lan", team="Tổ khác", commune="31453")
    citizen = await talk.citizen("Bà con")
    await helps(an)
    code = await code_of(an)
    for other in (an, lan, citizen):
        await other.says(code)
        assert "làm tiếp" not in other.reads or other is citizen
    assert await run_of(talk, an) is not None
    await bình.says(code)
    assert "làm tiếp" in bình.reads
    await chi.says(code)
    assert "không đúng hoặc đã hết giờ" in chi.reads
    await helps(chi)
    late = await code_of(chi)
    talk.now += LASTS + dt.timedelta(seconds=1)
    await an.says(late)
    assert "không đúng hoặc đã hết giờ" in an.reads


async def test_wrong_codes_lock_as_those_of_slips_do(talk: Talk) -> None:
    an, bình = await talk.member("An"), await talk.member("Bình")
    await helps(an)
    code = await code_of(an)
    for _ in range(MAX_WRONG_CODES):
        await bình.says("CT AAAAAA")
    await bình.says(code)
    assert "tạm khóa" in bình.reads
    talk.now += LOCK + dt.timedelta(seconds=1)
    await bình.says("CT AAAAAA")
    assert "không đúng" in bình.reads


@pytest.mark.parametrize(
    "value", ["n:o:99", "n:c:99", "n:d:99", "n:g:khong-co", "n:k:khong", "n:x", "n:o", "n:b", "n"]
)
async def test_presses_of_nothing_change_nothing(talk: Talk, value: str) -> None:
    an, lan = await talk.member("An"), await talk.member("Lan")
    await helps(lan)
    await helps(an)
    before = await run_of(talk, an)
    await an.presses_value(value)
    foreign = await run_of(talk, lan)
    assert foreign is not None
    for verb in ("o", "c", "d"):
        await an.presses_value(f"n:{verb}:{foreign.id}")
    assert (await run_of(talk, an), await run_of(talk, lan)) == (before, foreign)
