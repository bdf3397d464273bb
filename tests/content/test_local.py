"""What places set for themselves: the nearest word counts, on its days, and nowhere else."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.knowledge import Knowledge
from content.local import Override, Overrides
from content.places import Commune, Province
from content.reading import KnowledgeError
from content.telling import LONGEST, Telling
from tests.content.small_content import write

DAY = dt.date(2026, 11, 21)
VI_THUY = Commune("31441", "Xã Vị Thủy", Province("92", "Thành phố Cần Thơ"))
BA_DINH = Commune("00004", "Phường Ba Đình", Province("01", "Thành phố Hà Nội"))


def override(code: str, **more: object) -> Override:
    written = {"code": code, "sources": ["s"], "verified_on": DAY, "review_by": DAY, "owner": "to"}
    return Override.model_validate(written | more)


def fee(vnd: int) -> dict[str, object]:
    return {"khai-tu": {"fees": [{"label": "Quá hạn", "vnd": vnd}]}}


def test_a_commune_goes_before_its_province_and_an_officer_before_both() -> None:
    found = Overrides([
        override("92", hours="tỉnh", hotline="tỉnh", procedures=fee(1)),
        override("31441", hours="xã", procedures=fee(2)),
    ])  # fmt: skip
    here = found.at(VI_THUY, DAY, {})
    assert (here.hours, here.hotline) == ("xã", "tỉnh")
    assert [row.vnd for row in here.own("khai-tu").fees] == [2]
    assert here.own("khai-tu").fees_by == "xã Vị Thủy"
    assert found.at(VI_THUY, DAY, {"hours": "cán bộ"}).hours == "cán bộ"


def test_no_place_gets_the_word_of_another() -> None:
    found = Overrides([override("01", hours="Hà Nội", procedures=fee(5000))])
    assert found.at(VI_THUY, DAY, {}).hours is None
    assert found.at(VI_THUY, DAY, {}).own("khai-tu").fees == ()
    assert found.at(None, DAY, {}).own("khai-tu").fees == ()


def test_the_samples_of_provinces_are_told_at_home_only(knowledge: Knowledge) -> None:
    procedure = knowledge.library.procedures["xac-nhan-tinh-trang-hon-nhan"]
    for commune, told in ((BA_DINH, True), (VI_THUY, False), (None, False)):
        here = knowledge.library.overrides.at(commune, DAY, {})
        card = Telling(knowledge.messages, knowledge.library, procedure, DAY, here=here).card()
        assert ("3.000 đồng" in card) is told
        assert ("theo thành phố Hà Nội" in card) is told
        assert ("do tỉnh quy định" in card) is not told


@given(day=st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)))
def test_what_a_file_says_ends_with_its_days(day: dt.date) -> None:
    last = dt.date(2026, 12, 31)
    news = {"text": "Trung tâm dời chỗ.", "valid_from": DAY, "valid_to": last}
    found = Overrides([override("31441", hours="giờ mới", valid_to=last, notices=[news])])
    here = found.at(VI_THUY, day, {})
    assert (here.hours == "giờ mới") is (day <= last)
    assert (here.notices == ("Trung tâm dời chỗ.",)) is (DAY <= day <= last)


def test_what_a_place_tells_is_on_the_card_or_beside_it_and_never_too_long(knowledge: Knowledge) -> None:
    news = ["Sáng thứ ba trung tâm mất điện cả ngày, mời bà con đến buổi chiều hoặc nộp trên mạng giúp cho."]
    told = {
        "address": "số 12, đường Hùng Vương, ấp 3, gần chợ Vị Thủy, đối diện trường học",
        "hours": "7 giờ đến 17 giờ",
    }
    for procedure in knowledge.library.procedures.values():
        here = knowledge.library.overrides.at(VI_THUY, DAY, told, news)
        telling = Telling(knowledge.messages, knowledge.library, procedure, DAY, here=here)
        card, beside = telling.card(), telling.beside()
        assert len(card) <= LONGEST, procedure.id
        assert len(beside) <= LONGEST
        assert news[0] in card + beside
        assert not procedure.at_centre or "đường Hùng Vương" in card + beside, procedure.id


def test_an_operators_own_file_goes_before_ours_and_its_mistakes_stop_the_start(tmp_path: Path) -> None:
    folder, own = write(tmp_path), tmp_path / "dia-phuong"
    own.mkdir()
    written = ('code: "31441"', "hours: giờ của tôi", "sources: [ben-do]", "verified_on: 2026-06-01",
               "review_by: 2027-01-01", "owner: xa")  # fmt: skip
    (own / "31441.yaml").write_text("\n".join(written), encoding="utf-8")
    here = Knowledge.load(folder, own).library.overrides.at(VI_THUY, DAY, {})
    assert here.hours == "giờ của tôi"
    (own / "31441.yaml").write_text("code: 31441\n")
    with pytest.raises(KnowledgeError, match=r"dia-phuong/31441.yaml:1"):
        Knowledge.load(folder, own)
