"""The library: what is in force, in menu order, with facts as they stand on the day; and all knowledge together."""

import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

from content.guide import Guide
from content.knowledge import FOLDER, Knowledge
from content.library import Library
from content.reading import KnowledgeError
from content.terms import Terms
from tests.content.small_content import FILES, write

DAY = dt.date(2026, 11, 21)
CODES = {
    "content": "vneid_cai_dat vneid_kich_hoat vneid_khoi_phuc giay_to cong_dvc nop_ho_so thanh_toan tra_cuu an_sinh "
    "bhyt_bhxh ung_dung_tinh thue thuong_mai lua_dao ky_nang khac",
    "place": "nha_dan nha_van_hoa trung_tam cho tu_xa noi_khac",
    "result": "xong hen_lai chuyen khong_duoc",
    "group": "tu_60 khuyet_tat dan_toc ngheo kinh_doanh",
    "role": "member head officer province_officer admin",
}


def dated(valid_from: str, valid_to: str | None) -> str:
    end = f"\nvalid_to: {valid_to}" if valid_to else ""
    return FILES["guides/qua-cau.yaml"].replace("valid_from: 2026-01-01", f"valid_from: {valid_from}{end}")


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "shown"),
    [
        ("2026-11-21", None, True),
        ("2026-11-22", None, False),
        ("2026-01-01", "2026-11-21", True),
        ("2026-01-01", "2026-11-20", False),
    ],
)
def test_a_guide_is_listed_on_its_days_only_and_can_always_be_fetched(
    tmp_path: Path, valid_from: str, valid_to: str | None, shown: bool
) -> None:
    library = Library.load(write(tmp_path, {"guides/qua-cau.yaml": dated(valid_from, valid_to)}))
    assert ("qua-cau" in [g.id for g in library.all(DAY)]) is shown
    assert library.get("qua-cau") is not None


@pytest.mark.parametrize("menu", [["qua-song", "qua-cau"], ["qua-cau", "qua-song"], ["qua-song"], []])
def test_guides_stand_in_menu_order_and_the_unlisted_come_last(tmp_path: Path, menu: list[str]) -> None:
    shelf = f"- {{id: qua, title: Đi qua, guides: [{', '.join(menu)}]}}" if menu else "[]"
    library = Library.load(write(tmp_path, {"menu.yaml": shelf}))
    assert [g.id for g in library.all(DAY)] == menu + [s for s in ("qua-cau", "qua-song") if s not in menu]


@pytest.mark.parametrize(
    ("day", "reads"),
    [
        (dt.date(2026, 1, 31), "Gọi chủ đò nhé."),
        (dt.date(2026, 2, 1), "Gọi 0900 nhé."),
        (dt.date(2026, 12, 31), "Gọi 0900 nhé."),
        (dt.date(2027, 1, 1), "Gọi chủ đò nhé."),
    ],
)
def test_a_fact_is_said_while_it_holds_and_gives_way_afterwards(tmp_path: Path, day: dt.date, reads: str) -> None:
    library = Library.load(write(tmp_path))
    assert library.words("Gọi {{ so_do }} nhé.", day) == reads
    assert library.words("Gọi {{so_do}} nhé.", day) == reads


def test_an_unknown_fact_is_an_error_never_a_blank(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="so_tau"):
        Library.load(write(tmp_path)).words("Gọi {{ so_tau }}.", DAY)


def test_a_step_without_sources_has_those_of_its_guide(tmp_path: Path) -> None:
    more = FILES["sources.yaml"] + "- id: chu-do\n  title: Lời chủ đò\n  date: 02/2026\n"
    song = FILES["guides/qua-song.yaml"].replace("    sources: [ben-do]\n    confidence", "    confidence")
    song = song.replace("    sources: [ben-do]\n    next: het", "    sources: [chu-do]\n    next: het")
    library = Library.load(write(tmp_path, {"sources.yaml": more, "guides/qua-song.yaml": song}))
    guide = library.get("qua-song")
    assert isinstance(guide, Guide)
    assert [s.id for s in library.sources_of(guide)] == ["ben-do"]
    assert [s.id for s in library.sources_of(guide, guide.steps[0])] == ["ben-do"]
    assert [s.title for s in library.sources_of(guide, guide.step("tra-sau"))] == ["Lời chủ đò"]


def test_knowledge_cannot_be_changed(tmp_path: Path) -> None:
    library = Library.load(write(tmp_path))
    with pytest.raises(TypeError):
        library.guides["x"] = library.guides["qua-cau"]  # type: ignore[index]
    with pytest.raises(ValidationError):
        library.guides["qua-cau"].steps = ()  # type: ignore[misc]


def test_every_code_of_the_log_has_a_name_that_fits_a_button() -> None:
    terms = Terms.load(FOLDER)
    assert {kind: set(terms.codes(kind)) for kind in terms.kinds} == {k: set(v.split()) for k, v in CODES.items()}
    for kind in terms.kinds:
        labels = [terms.label(kind, code) for code in terms.codes(kind)]
        assert all(0 < len(label) <= 34 for label in labels)
        assert len(set(labels)) == len(labels)
        assert all(terms.full(kind, code) for code in terms.codes(kind))


def test_a_name_too_long_for_a_button_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path)
    text = (folder / "terms.yaml").read_text(encoding="utf-8").replace("short: Tại nhà dân", f"short: {'nhà ' * 12}")
    (folder / "terms.yaml").write_text(text, encoding="utf-8")
    line = text[: text.index("  nha_dan:")].count("\n") + 1
    with pytest.raises(KnowledgeError, match=rf"terms\.yaml:{line}: .*nha_dan"):
        Terms.load(folder)


def test_all_knowledge_comes_from_one_folder(tmp_path: Path) -> None:
    knowledge = Knowledge.load(write(tmp_path))
    assert [g.id for g in knowledge.library.all(DAY)] == ["qua-song", "qua-cau"]
    assert [one.id for one in knowledge.desk.answers("qua-song", "gọi đò", DAY)] == ["qua-song"]
    assert knowledge.messages.render("common.hello", name="bác") == "Chào bác."
    assert knowledge.places.provinces()
    assert knowledge.terms.label("role", "head")
    assert knowledge.safety.inspect("bác ơi, chào bác") is None
