"""Entries of others: an officer opens, corrects and takes back those of his commune, a head those of his team."""

import datetime as dt

import pytest

from storage.entry import Entry, load
from storage.schema import assistance_history
from tests.handlers.entries import only, saved
from tests.handlers.test_assisting import logs
from tests.talk import COMMUNE, Person, Talk

WEEK = dt.timedelta(days=7)


async def an_entry(talk: Talk) -> Entry:
    """What An of Tổ Thôn 3 logged this week."""
    await logs(await talk.member("Nguyễn Thị An"), people="3")
    return await only(talk)


async def opens(officer: Person, *, team: bool = False) -> None:
    """From the menu to the entry's card."""
    await officer.says("menu")
    await officer.presses("Báo cáo tuần này")
    if not team:
        await officer.presses("Theo tổ")
        await officer.presses("Tổ Thôn 3")
    await officer.presses("Xem từng lượt")
    await officer.presses("21/11: 3 lượt")


async def reasons(talk: Talk) -> list[str | None]:
    """The reasons of every correction, in order."""
    async with talk.memory() as memory:
        return [r.reason for r in (await memory.connection.execute(assistance_history.select())).all()]


@pytest.mark.parametrize("later", [dt.timedelta(0), WEEK])
async def test_an_officer_corrects_an_entry_of_his_commune_with_a_reason(talk: Talk, later: dt.timedelta) -> None:
    await an_entry(talk)
    hoa = await talk.officer("Hoa")
    await opens(hoa)
    assert "Nguyễn Thị An, Tổ Thôn 3" in hoa.reads
    assert hoa.labels == ["Sửa", "Bỏ lượt này", "Các lượt của tổ", "Menu"]
    edit = hoa.choice("Sửa").value
    talk.now += later
    await hoa.presses_value(edit)
    assert "Vì sao sửa?" in hoa.reads
    assert ("khóa sổ" in hoa.reads) is bool(later)
    await hoa.presses("Ghi thiếu")
    await hoa.presses("Số người")
    await hoa.says("4")
    assert (await only(talk)).people == 4
    assert await reasons(talk) == ["Ghi thiếu"]
    await hoa.presses("Các lượt của tổ")
    assert "21/11: 4 lượt" in hoa.labels[0]


async def test_an_officer_takes_an_entry_back_with_a_reason(talk: Talk) -> None:
    await an_entry(talk)
    hoa = await talk.officer("Hoa")
    await opens(hoa)
    await hoa.presses("Bỏ lượt này")
    await hoa.presses("Trùng")
    assert await saved(talk) == []
    assert "Lý do: Trùng" in hoa.reads
    await hoa.presses("Các lượt của tổ")
    assert "Chưa ghi lượt nào" in hoa.reads


async def test_a_head_corrects_his_team_until_the_week_closes(talk: Talk) -> None:
    entry = await an_entry(talk)
    binh = await talk.head("Bình")
    await opens(binh, team=True)
    await binh.presses("Sửa")
    await binh.presses("Ghi nhầm")
    await binh.presses("Số người")
    await binh.says("2")
    assert (await only(talk)).people == 2
    assert await reasons(talk) == ["Ghi nhầm"]
    talk.now += WEEK
    for what in ("e", "v"):
        await binh.presses_value(f"l:{what}:{entry.id}")
        assert "đã khóa sổ" in binh.reads
    assert (await only(talk)).people == 2


async def test_nobody_opens_what_is_not_his_by_a_made_up_button(talk: Talk) -> None:
    entry = await an_entry(talk)
    team = entry.team_id
    strangers = [await talk.officer("X", "31453"), await talk.head("Y", team="Tổ Thôn 5"), await talk.member("Z")]
    strangers.append(await talk.province_officer("P", "92"))
    week = "20261116-20261122"
    for who in strangers:
        for value in (f"r:e:x{COMMUNE}:{week}:{team}", f"r:e:t{team}:{week}", f"r:e:x31453:{week}:{team}",
                      f"r:e:p92:{week}:{team}", f"l:o:{entry.id}", f"l:e:{entry.id}", f"l:v:{entry.id}:nham",
                      f"l:w:{entry.id}:people:9"):  # fmt: skip
            await who.presses_value(value)
            assert not any("3 lượt" in label for label in who.labels)
            assert "kích hoạt VNeID mức 2" not in who.reads
            assert "Nguyễn Thị An" not in who.reads
    assert await only(talk) == entry


async def test_a_long_week_of_a_team_is_shown_page_by_page(talk: Talk) -> None:
    an = await talk.member("An")
    for n in range(1, 11):
        await logs(an, people=f"{n}")
    hoa = await talk.officer("Hoa")
    await hoa.says("báo cáo")
    await hoa.presses("Theo tổ")
    await hoa.presses("Tổ Thôn 3")
    await hoa.presses("Xem từng lượt")
    seen = [label for label in hoa.labels if "lượt," in label]
    await hoa.presses("Xem thêm")
    seen += [label for label in hoa.labels if "lượt," in label]
    assert len({label.split(",")[0] for label in seen}) == 10


async def test_an_entry_whose_member_is_gone_can_still_be_opened(talk: Talk) -> None:
    an = await talk.member("An")
    await logs(an, people="3")
    await an.presses_value("d:xoa:that")
    hoa = await talk.officer("Hoa")
    await opens(hoa)
    assert "Tổ Thôn 3" in hoa.reads
    async with talk.memory() as memory:
        (entry,) = await load(memory.connection)
    assert entry.member_id is None
