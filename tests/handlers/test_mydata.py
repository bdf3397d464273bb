"""A person's rights over his data, done by himself and at once; and what is forgotten when its time is over."""

import datetime as dt
import json
from decimal import Decimal

import pytest
import sqlalchemy as sa

from handlers.welcome import CONSENT_VERSION
from storage import upkeep
from storage.periods import Period, Week
from storage.privacy import QUIET_CITIZEN
from storage.schema import metadata, person
from storage.scope import Grant, Scope
from tests.handlers.test_guiding import begun
from tests.handlers.test_welcome import rows
from tests.talk import CHANNEL, Person, Talk


async def known(talk: Talk, who: Person) -> bool:
    """Whether that chat is still in the memory."""
    async with talk.memory() as memory:
        return await memory.people.find(CHANNEL, talk.database.vault.lane(CHANNEL, who.address)) is not None


@pytest.mark.parametrize("how", ["Xóa dữ liệu của tôi", "Rút lại đồng ý"])
async def test_deleting_leaves_no_row_of_the_person(talk: Talk, how: str) -> None:
    an = await begun(talk)
    await an.presses("Xong")
    await an.says("dữ liệu của tôi")
    await an.presses(how)
    assert await known(talk, an), "asked first"
    await an.presses("Xóa hết")
    assert not await known(talk, an)
    assert await rows(talk.database, but=("audit",)) == {}


async def test_a_deleted_person_is_nowhere_in_the_trail(talk: Talk) -> None:
    an = await begun(talk)
    await an.presses_value("d:xoa:that")
    async with talk.database.read() as connection:
        trail = (await connection.execute(sa.select(metadata.tables["audit"]))).mappings().all()
    assert [r["action"] for r in trail] == ["person.erased"]
    assert trail[0]["actor_id"] is None


async def test_what_a_deleted_member_logged_stays_as_numbers_without_a_name(talk: Talk) -> None:
    binh = await talk.member("Bình")
    await binh.says("ghi")
    await binh.presses("Kích hoạt VNeID mức 2")
    await binh.presses("2")
    await binh.presses("Đã xong")
    await binh.presses_value("d:xoa:that")
    async with talk.database.read() as connection:
        table = metadata.tables["assistance"]
        entry = (await connection.execute(sa.select(table))).mappings().one()
    assert entry["people"] == 2
    assert entry["member_id"] is None
    assert entry["entered_by"] is None
    left = await rows(talk.database)
    assert "person" not in left
    assert "role" not in left
    assert "chat" not in left


async def test_after_deleting_every_button_is_a_strangers(talk: Talk) -> None:
    an = await begun(talk)
    old = [c.value for c in an.choices]
    await an.presses_value("d:xoa:that")
    for value in [*old, "d:xoa:that", "d:xem", "d:chep", "d:nhac", "g:x:im", "g:r:1", "c:o"]:
        await an.presses_value(value)
        assert not await known(talk, an)


async def test_the_copy_holds_what_is_kept_and_no_address(talk: Talk) -> None:
    an = await begun(talk)
    await an.says("dữ liệu của tôi")
    await an.presses("Nhận bản sao")
    (file,) = [f for r in an.replies for f in r.files]
    copy = json.loads(file.data)
    assert copy["guides"][0]["guide"] == "vneid-kich-hoat"
    assert copy["person"]["consent_version"] == CONSENT_VERSION
    assert an.address not in file.data.decode()
    for table, columns in {"person": person, "guides": metadata.tables["guide_run"]}.items():
        told = copy[table] if table == "person" else copy[table][0]
        assert set(told) <= {c.name for c in columns.c}


async def test_an_officers_campaigns_and_official_figures_are_shown_and_stay_without_him(talk: Talk) -> None:
    minh = await talk.province_officer("Minh", "92")
    period = Period.of_week(Week(2026, 47))
    async with talk.memory() as memory:
        scope = Scope(minh.id, (Grant("province_officer", province="92"),))
        await memory.campaigns.make(scope, "92", "60 ngày đêm", period, talk.now)
        await memory.official.put(scope, "92", "766", period, Decimal("85.16"), "Thông báo tuần 47", talk.now)
    await minh.presses_value("d:xem")
    assert "Đợt thi đua đã mở: 1" in minh.reads
    assert "Chỉ số chính thức đã nhập: 1 số" in minh.reads
    await minh.presses_value("d:chep")
    (file,) = [f for r in minh.replies for f in r.files]
    copy = json.loads(file.data)
    assert (copy["campaigns"][0]["name"], copy["official_figures"][0]["hundredths"]) == ("60 ngày đêm", 8516)
    await minh.presses_value("d:xoa:that")
    async with talk.memory() as memory:
        (figure,) = await memory.official.of("92", period.last, 9)
        assert (figure.value, figure.typed_by) == (Decimal("85.16"), None)
        (found,) = await memory.campaigns.of("92", since=period.first)
        assert found.name == "60 ngày đêm"
        whose = await memory.connection.scalars(sa.select(metadata.tables["campaign"].c.set_by))
        assert list(whose) == [None]


async def test_what_is_shown_counts_what_is_kept(talk: Talk) -> None:
    an = await begun(talk)
    await an.presses_value("d:xem")
    assert "Hướng dẫn đã mở: 1 lần" in an.reads
    assert "Nhắc việc: đang bật" in an.reads
    await an.presses_value("d:nhac")
    await an.presses_value("d:xem")
    assert "Nhắc việc: đang tắt" in an.reads


@pytest.mark.parametrize("name", ["A", "x" * 61, "Trần 2", "", "   "])
async def test_a_name_that_is_none_is_not_taken(talk: Talk, name: str) -> None:
    binh = await talk.member("Bình")
    await binh.presses_value("d:ten")
    await binh.says(name)
    assert "gõ lại" in binh.reads
    await binh.says("Trần Thị Bình")
    assert "Trần Thị Bình" in binh.reads


# --- forgetting ---------------------------------------------------------------------------------------------


async def retire(talk: Talk) -> None:
    """What the scheduler does every hour."""
    await upkeep.retire(talk.database, talk.now)


async def test_a_quiet_citizen_is_forgotten_and_a_role_holder_is_not(talk: Talk) -> None:
    an, binh = await begun(talk), await talk.member("Bình")
    officer, busy = await talk.officer("Cán bộ"), await talk.citizen("Chi")
    talk.now += QUIET_CITIZEN - dt.timedelta(days=1)
    await busy.says("menu")
    await retire(talk)
    assert await known(talk, an), "not a day early"
    talk.now += dt.timedelta(days=1, minutes=1)
    await retire(talk)
    assert [await known(talk, who) for who in (an, binh, officer, busy)] == [False, True, True, True]
    assert "guide_run" not in await rows(talk.database)


async def test_whoever_lost_his_role_is_forgotten_like_a_citizen(talk: Talk) -> None:
    binh = await talk.member("Bình")
    async with talk.memory() as memory:
        await memory.people.revoke(binh.id, "member", talk.now)
    talk.now += QUIET_CITIZEN + dt.timedelta(minutes=1)
    await retire(talk)
    assert not await known(talk, binh)
