"""Every intent people can be understood by leads to an answer, today and when what holds today has ended."""

import datetime as dt

import pytest

from storage.periods import VIETNAM
from tests.talk import Talk

LATER = dt.datetime(2027, 3, 2, 9, 0, tzinfo=VIETNAM)


@pytest.mark.parametrize("day", [None, LATER])
async def test_every_intent_is_answered_with_something_dated_or_with_the_way_to_a_person(
    talk: Talk, day: dt.datetime | None
) -> None:
    talk.now = day or talk.now
    an = await talk.citizen("An")
    for label in talk.knowledge.desk.intents():
        await an.presses_value(f"a:i:{label}")
        assert "chưa có hướng dẫn" not in an.reads, label
        values = {choice.value for choice in an.choices}
        opened = {value for value in values if value[:4] in ("p:o:", "g:o:")}
        dated = "kiểm tra " in an.reads or "Bước 1" in an.reads
        asked = len(values) > 1 and "?" in an.reads
        assert dated or opened or asked or talk.knowledge.desk.asks_for_human(label), (label, an.reads)


@pytest.mark.parametrize(
    ("question", "first", "then", "told"),
    [
        ("mất sổ bảo hiểm xã hội", "Sổ bảo hiểm xã hội", "Mất sổ", "sổ điện tử dùng thay sổ giấy"),
        ("mấy tuổi thì được nghỉ hưu", "Lương hưu", "Sắp nghỉ", "bác hỏi cơ quan bảo hiểm xã hội"),
        ("con 8 tuổi làm định danh vneid được không", "VNeID cho con", "6 đến dưới 14", "Từ 6 đến dưới 14 tuổi"),
    ],
)
async def test_what_is_not_known_is_told_as_unknown_with_who_knows(
    talk: Talk, question: str, first: str, then: str, told: str
) -> None:
    an = await talk.citizen("An")
    await an.says(question)
    if "?" not in an.reads.split("\n")[0] and any(choice.label.startswith(first) for choice in an.choices):
        await an.presses(first)
    await an.presses(then)
    assert told in an.reads
    assert "kiểm tra 21/11/2026" in an.reads
    assert "chưa rõ" in an.reads
    assert "Gặp người" in an.labels
