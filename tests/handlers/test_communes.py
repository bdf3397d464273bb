"""A commune's figures asked for by name: a province reads totals of its own communes, and nobody's name nor team."""

import pytest

from handlers.communes import MOST
from storage.report import say_nil
from storage.schema import hamlet
from tests.handlers.test_reporting import WEEK_47, logged
from tests.talk import COMMUNE, Person, Talk

PROVINCE, PERIOD = "92", "20261116-20261122"
ELSEWHERE = "03253"
"""Xã Tuần Giáo, of another province."""


async def arranged(talk: Talk) -> tuple[Person, Person]:
    """Two teams, one of them silent, with entries of two weeks; the officers of the commune and of its province."""
    an = await talk.member("An", team="Tổ Thôn 3")
    await talk.member("Bình", team="Tổ Im Lặng")
    await logged(talk, an, "Tổ Thôn 3", "2026-11-10", people=7)
    await logged(talk, an, "Tổ Thôn 3", "2026-11-16", people=3, contents={"nop_ho_so": None}, dossiers=2,
                 procedures={"khai-sinh": 2}, groups={"ngheo": 1})  # fmt: skip
    return await talk.officer("Hoa"), await talk.province_officer("Minh", PROVINCE)


def figures(person: Person) -> list[str]:
    """The lines of a report that tell figures."""
    return [line for line in person.reads.splitlines() if line.startswith(("- ", "Tổng số", "Bằng 0", "Tổ đã báo"))]


@pytest.mark.parametrize(
    "asked",
    ["báo cáo xã Vị Thủy", "bao cao vi thuy", "xem số liệu xã Vị Thủy tuần này nhé", "Vị Thủy", "xã vị thuỷ", "31441",
     "cho em xin bc của xã Vị Thủy với ạ"],
)  # fmt: skip
async def test_a_province_reads_the_very_figures_of_the_commune_and_no_team(talk: Talk, asked: str) -> None:
    hoa, minh = await arranged(talk)
    await hoa.says("báo cáo")
    await minh.says(asked)
    assert minh.reads.startswith("Xã Vị Thủy\nTuần 47")
    assert figures(minh) == figures(hoa)
    assert "Khuyết tật, hộ nghèo, dân tộc thiểu số: <5" in minh.reads
    assert "Tổ Im Lặng" in hoa.reads
    seen = [minh.reads]
    for label in [label for label in minh.labels if label not in ("Xã, phường khác", "Menu")]:
        await minh.presses(label)
        seen.append(minh.reads)
        if "Về báo cáo" in minh.labels:
            await minh.presses("Về báo cáo")
        else:
            await minh.says(asked)
    assert len(seen) == 5
    for said in seen:
        assert "Tổ Thôn 3" not in said
        assert "Tổ Im Lặng" not in said


async def test_days_may_be_named_after_the_commune(talk: Talk) -> None:
    _, minh = await arranged(talk)
    await minh.says("báo cáo xã Vị Thủy tuần trước")
    assert "Tổng số: 7 lượt" in minh.reads
    await minh.says("Vị Thủy tháng 11")
    assert "Tổng số: 10 lượt" in minh.reads
    await minh.says("số liệu Vị Thủy từ 10/11 đến 12/11")
    assert "Tổng số: 7 lượt" in minh.reads
    await minh.says("báo cáo Vị Thủy tháng 12/2026")
    assert "chưa tới" in minh.reads


async def test_through_the_menu_and_from_the_list_of_communes(talk: Talk) -> None:
    _, minh = await arranged(talk)
    await minh.says("menu")
    await minh.presses("Việc của tỉnh")
    await minh.presses("Số liệu một xã, phường")
    assert "Gõ tên" in minh.reads
    await minh.says("không có xã này")
    assert "Không tìm thấy nơi ấy" in minh.reads
    await minh.says("vị thủy")
    assert "Tổng số: 3 lượt" in minh.reads
    await minh.says("báo cáo tuần trước")
    await minh.presses("Theo xã")
    await minh.presses("Số liệu một xã, phường")
    assert "Kỳ đang xem: Tuần 46" in minh.reads
    await minh.says("vị thủy")
    assert "Tổng số: 7 lượt" in minh.reads, "the week of the list"
    await minh.says("báo cáo")
    assert "Thành phố Cần Thơ" in minh.reads


async def test_many_of_a_name_are_shown_some_at_a_time(talk: Talk) -> None:
    minh = await talk.province_officer("Minh", PROVINCE)
    places = talk.knowledge.places
    wanted = {c.commune.code for c in places.search("huyện Kế Sách", 500) if c.commune.province.code == PROVINCE}
    assert len(wanted) > MOST - 2
    await minh.says("báo cáo huyện Kế Sách")
    seen = set[str]()
    while True:
        assert len(minh.choices) <= MOST
        seen |= {c.value.rpartition(":c")[2] for c in minh.choices if ":c" in c.value}
        if "Xem thêm" not in minh.labels:
            break
        await minh.presses("Xem thêm")
    assert seen == wanted


async def test_no_other_province_and_nobody_else_reads_it(talk: Talk) -> None:
    hoa, minh = await arranged(talk)
    for value in (f"r:s:c{ELSEWHERE}:{PERIOD}", f"r:c:c{ELSEWHERE}:{PERIOD}", f"k:b:c{ELSEWHERE}:{PERIOD}"):
        await minh.presses_value(value)
        assert minh.reads.startswith("Thành phố Cần Thơ"), "his own"
    await minh.presses_value(f"xt:{PERIOD}:c{ELSEWHERE}")
    assert "Gõ tên" in minh.reads
    await minh.says("báo cáo xã Tuần Giáo")
    assert "Không tìm thấy nơi ấy" in minh.reads
    far = await talk.province_officer("Xa", "11")
    head, an = await talk.head("Lan"), await talk.citizen("Bà Tư")
    for other in (far, head, an):
        for value in (f"r:s:c{COMMUNE}:{PERIOD}", f"k:b:c{COMMUNE}:{PERIOD}", f"xt:{PERIOD}:c{COMMUNE}"):
            await other.presses_value(value)
            assert "Tổng số: 3 lượt (tuần trước 7" not in other.reads
    await hoa.says("báo cáo xã Vĩnh Tường")
    assert "Không tìm thấy nơi ấy" in hoa.reads
    await hoa.says("báo cáo xã Vị Thủy tuần trước")
    assert "Tổng số: 7 lượt" in hoa.reads
    assert "Theo tổ" in hoa.labels


async def test_it_is_read_only_and_has_no_files_nor_any_side_below_the_commune(talk: Talk) -> None:
    _, minh = await arranged(talk)
    team, silent = await talk.team("Tổ Thôn 3"), await talk.team("Tổ Im Lặng")
    async with talk.memory() as memory:
        await say_nil(memory.connection, silent, WEEK_47, None, talk.now)
        new = hamlet.insert().values(commune=COMMUNE, name="Thôn Bí Mật", valid_from=talk.now.date())
        key = (await memory.connection.execute(new.returning(hamlet.c.id))).scalar_one()
    for value in (
        f"r:t:c{COMMUNE}:{PERIOD}", f"r:e:c{COMMUNE}:{PERIOD}:{team}", f"r:d:c{COMMUNE}:{PERIOD}",
        f"k:t:c{COMMUNE}:{PERIOD}:{team}", f"k:n:c{COMMUNE}:{PERIOD}", f"k:n:c{COMMUNE}:{PERIOD}:{key}",
        f"k:p:c{COMMUNE}:{PERIOD}:khai-sinh", f"f:o:c{COMMUNE}:{PERIOD}", f"f:x:c{COMMUNE}:{PERIOD}",
        f"f:m:c{COMMUNE}:{PERIOD}", f"f:n:c{COMMUNE}:{PERIOD}:1", f"f:s:{COMMUNE}",
    ):  # fmt: skip
        await minh.presses_value(value)
        assert not minh.files, value
        for name in ("Tổ Thôn 3", "Thôn Bí Mật", "Tổ Im Lặng"):
            assert name not in minh.reads + " ".join(minh.labels), value
    await minh.says("báo cáo xã Vị Thủy")
    await minh.says("gửi file word")
    assert not minh.files
    assert "không có tệp" in minh.reads


async def test_words_that_name_no_commune_are_answered_as_before(talk: Talk) -> None:
    _, minh = await arranged(talk)
    for text, answer in (
        ("báo cáo tuần này", "Thành phố Cần Thơ"), ("báo cáo tháng 13", "chưa rõ kỳ báo cáo nào"),
        ("so với tuần trước", "So với tuần 46"), ("theo xã", "Xã Vị Thủy"), ("kích hoạt vneid", "VNeID"),
    ):  # fmt: skip
        await minh.says(text)
        assert answer in minh.reads, text
    an = await talk.citizen("Bà Tư")
    await an.says("xã Vị Thủy")
    assert "Vị Thủy, Thành phố Cần Thơ" in " ".join(an.labels), "asked where she lives, as before"
