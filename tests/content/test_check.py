"""Checking: no mistake passes, and each is told with its file, its line, its name and its remedy."""

import datetime as dt
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.check import check
from content.guide import Guide, Problem
from content.knowledge import FOLDER
from content.library import Library
from content.paths import finishing, graph, onward, reachable
from content.reading import KnowledgeError
from tests.content.small_content import FILES, write

TODAY = dt.date(2026, 11, 21)
GIAY = "procedures/giay-do.yaml"
SONG, CAU, FACTS, SOURCES = "guides/qua-song.yaml", "guides/qua-cau.yaml", "facts.yaml", "sources.yaml"
APART = unicodedata.normalize("NFD", "Xong rồi")

# File, what stands there, what is written instead, the first line of the mistake, a word that names it.
MISTAKES = [
    (SONG, "menu: Qua", "menus: Qua", "menus: Qua", "menus"),
    (SONG, "menu: Qua sông\n", "", "id: qua-song", "menu"),
    (SONG, "version: 1", "version: một", "version: một", "một"),
    (SONG, "title: Qua sông bằng đò", "title: 2026", "title: 2026", "2026"),
    (SONG, "menu: Qua sông", "menu: Qua sông bằng đò ngang ở bến cũ đầu làng", "menu:", "40 ký tự"),
    (SONG, "valid_from: 2026-01-01", "valid_from: 2026-02-30", "valid_from", "2026-02-30"),
    (SONG, "warn: mat_khau", "warn: matkhau", "warn: matkhau", "matkhau"),
    (SONG, "sources: [ben-do]\nsteps", "sources: []\nsteps", "sources: []", "sources"),
    (SONG, "- Điện thoại của bác", "Điện thoại: của bác", "need:", "need"),
    (SONG, "id: khong-do", "id: Không Đò", "Không Đò", "Không Đò"),
    (SONG, "id: tra-sau", "id: ra-ben", "- id: ra-ben\n    text: Bác trả", "ra-ben"),
    (SONG, "id: tra-sau", "id: het", "- id: het", "het"),
    (SONG, "id: lut", "id: khong-do", "- id: khong-do\n        label: Nước", "khong-do"),
    (SONG, "{id: chua,", "{id: roi,", "{id: roi, label: Chưa", "roi"),
    (SONG, "next: tra-sau}", "next: tra-som}", "next: tra-som", "tra-som"),
    (SONG, "next: het", "next: bo-kia", "next: bo-kia", "bo-kia"),
    (SONG, "remedy: Bác chờ", "goto: nha\n        remedy: Bác chờ", "goto: nha", "nha"),
    (SONG, "remedy: Bác chờ", "goto: ra-ben\n        remedy: Bác chờ", "goto: ra-ben", "ra-ben"),
    (SONG, "        guide: qua-cau", "        guide: qua-ham", "guide: qua-ham", "qua-ham"),
    (SONG, "        guide: qua-cau", "        guide: qua-song", "guide: qua-song", "qua-song"),
    (SONG, "next_guides: [qua-cau]", "next_guides: [bay]", "next_guides: [bay]", "bay"),
    (SONG, "    sources: [ben-do]\n    confidence", "    sources: [bao-cu]\n    confidence", "[bao-cu]", "bao-cu"),
    (SONG, "    sources: [ben-do]\n    confidence", "    confidence", "- id: ra-ben", "ra-ben"),
    (SONG, "{{ so_do }}", "{{ so_tau }}", "so_tau", "so_tau"),
    (SONG, "{{ so_do }}", "{ so_do }", "{ so_do }", "ngoặc nhọn"),
    (SONG, "label: Không thấy đò", 'label: "Gọi {{ so_do }}"', 'label: "Gọi', "so_do"),
    (SONG, "next: go-ma}", "next: tra-sau}", "- id: go-ma", "go-ma"),
    (SONG, "next: het", "next: ra-ben\n  - id: kia\n    text: Kia.\n    sources: [ben-do]", "- id: kia", "kia"),
    (SONG, "    next: het", "    next: tra-sau", "    next: tra-sau", "tra-sau"),
    (SONG, "choices:\n", "next: het\n    choices:\n", "next: het\n    choices", "het"),
    (SONG, "next: het", "was: [ra-ben]\n    next: het", "was: [ra-ben]", "ra-ben"),
    (SONG, "Bác trả khi lên bờ.", "Bác đi bộ từ từ nhé. " * 17, "text: Bác đi bộ", "350"),
    (SONG, "Bác trả khi lên bờ.", "Bác vào www.bendo.com nhé.", "www.bendo.com", "www.bendo.com"),
    (SONG, "rồi trả tiền", "rồi mở bendo.vn trả tiền", "rồi mở bendo.vn", "bendo.vn"),
    (SONG, "Bác trả khi lên bờ.", "Bác trả **khi lên bờ.", "**khi", "**"),
    (SONG, "    warn: mat_khau\n", "", "text: Bác tự gõ", "mật khẩu"),
    (SONG, "Bác trả khi lên bờ.", "Bác quét mã QR.", "Bác quét mã QR", "QR"),
    (SONG, "Xong rồi, bác", "Xong rồi, hoà bình, bác", "hoà bình", "hoà"),
    (SONG, "Xong rồi, bác", f"{APART}, bác", APART, "NFC"),
    (SONG, "Bác trả khi", "Bác\u200b trả khi", "Bác\u200b trả", "Bác"),
    (SONG, "assistance: khac", "assistance: cho_do", "cho_do", "cho_do"),
    (SONG, "review_by: 2027-01-01", "review_by: 2026-05-01", "review_by", "01/05/2026"),
    (SONG, "verified_on: 2026-06-01", "verified_on: 2026-12-01", "verified_on", "01/12/2026"),
    (SONG, "valid_from: 2026-01-01", "valid_from: 2026-01-01\nvalid_to: 2025-01-01", "valid_to", "01/01/2025"),
    (SONG, "confidence: xac_nhan", "confidence: chua_ro", "confidence: chua_ro", "chưa rõ"),
    (SONG, "menu: Qua sông\n", "menu: Qua sông\nmenu: Qua đò\n", "menu: Qua đò", "menu"),
    (SONG, "need:\n", "need:\n\t", "\t", "YAML"),
    (SONG, "summary: Gọi đò,", "summary: Gọi: đò,", "summary: Gọi", "YAML"),
    (SONG, "- đò qua sông", "- ĐI CẦU", "- ĐI CẦU", "qua-cau"),
    (CAU, "id: qua-cau", "id: qua-cau-go", "id: qua-cau-go", "qua-cau-go"),
    (FACTS, "sources: [ben-do]", "sources: [ben-tau]", "ben-tau", "ben-tau"),
    (FACTS, 'text: "0900"', "text: 113", "text: 113", "113"),
    (FACTS, "otherwise: chủ đò", "otherwise: xem bendo.com", "bendo.com", "bendo.com"),
    (FACTS, FILES[FACTS], FILES[FACTS] + FILES[FACTS], "", "so_do"),
    (SOURCES, "  date: 01/2026", "  date: 01/2026\n  url: http://bao.com/1", "url:", "bao.com"),
    (SOURCES, FILES[SOURCES], "ben-do: có\n", "ben-do", "danh sách"),
    (GIAY, "{id: mua, label: Đi mua}", "{id: ban, label: Đi mua}", "{id: ban, label: Đi b", "ban"),
    (GIAY, "guide: qua-cau}", "guide: qua-ham}", "guide: qua-ham", "qua-ham"),
    (GIAY, "vnd: 9000, only: [ban]", "vnd: 9000, only: [bay]", "vnd: 9000", "bay"),
    (GIAY, "legal: [ben-do]", "legal: [ben-tau]", "legal", "ben-tau"),
    (GIAY, "id: mua-nuoc,", "id: mua-kho,", "fees:", "mua-kho"),
    (GIAY, "id: giay-do\n", "id: giay-tau\n", "id: giay-tau", "giay-tau"),
    (GIAY, "valid_to: 2026-12-31}", "valid_to: 2026-01-31}", "vnd: 9000", "ngày"),
    ("clarify.yaml", "procedure: giay-do", "procedure: giay-tau", "giay-tau", "giay-tau"),
    ("waivers.yaml", "sources: [ben-do]", "sources: [ben-tau]", "ben-tau", "ben-tau"),
    ("menu.yaml", "qua-cau]", "qua-ham]", "qua-ham", "qua-ham"),
    ("menu.yaml", "qua-cau]", "qua-song]", "", "qua-song"),
    ("messages/common.j2", "Chào tạm biệt.", "{{ chào", "{{ chào", "Mẫu"),
    ("messages/common.j2", "{{ name }}", "{{ name | upperr }}", "upperr", "upperr"),
    ("messages/common.j2", "Chào tạm biệt.", "Chào uỷ ban.", "uỷ ban", "uỷ"),
]  # fmt: skip


def told(problems: list[Problem], kind: str) -> list[str]:
    return [f"{p.file}:{p.line}: {p.what} {p.mend}" for p in problems if p.kind == kind]


@pytest.mark.parametrize(("file", "old", "new", "at", "named"), MISTAKES, ids=[f"{m[0]}-{m[4]}" for m in MISTAKES])
def test_a_mistake_is_told_with_its_line_and_its_name(
    tmp_path: Path, file: str, old: str, new: str, at: str, named: str
) -> None:
    assert FILES[file].count(old) == 1, "the planted mistake has one place"
    text = FILES[file].replace(old, new)
    errors = told(check(write(tmp_path, {file: text}), TODAY), "error")
    place = f"content/{file}:{text[: text.index(at)].count(chr(10)) + 1}:" if at else f"content/{file}:"
    assert [e for e in errors if e.startswith(place) and named in e], errors


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "named"),
    [
        (SONG, "review_by: 2027-01-01", "review_by: 2026-11-20", "review_by", "20/11/2026"),
        (SONG, "confidence: xac_nhan", "confidence: suy_luan", "confidence", "suy luận"),
        (SONG, "gọi {{ so_do }}", "gọi {{ so_cu }}", "so_cu", "bến cũ"),
        (CAU, "valid_from: 2026-01-01", "valid_from: 2026-01-01\nvalid_to: 2026-11-20", "valid_to", "20/11/2026"),
        (FACTS, "confidence: xac_nhan", "confidence: mot_nguon", "confidence", "một nguồn"),
        (FACTS, "review_by: 2027-01-01", "review_by: 2026-11-20", "review_by", "20/11/2026"),
        (FACTS, "valid_to: 2026-12-31", "valid_to: 2026-11-20", "valid_to", "chủ đò"),
    ],
)
def test_a_doubt_is_told_with_its_line(tmp_path: Path, file: str, old: str, new: str, at: str, named: str) -> None:
    text = FILES[file].replace(old, new)
    expired = FILES[FACTS].replace("so_do", "so_cu").replace("0900", "0800").replace("chủ đò", "bến cũ")
    facts = FILES[FACTS] + expired.replace("2026-12-31", "2026-11-20")
    changed = {FACTS: text if file == FACTS else facts, **({file: text} if file != FACTS else {})}
    warnings = told(check(write(tmp_path, changed), TODAY), "warning")
    line = text[: text.index(at)].count("\n") + 1
    assert [w for w in warnings if w.startswith(f"content/{file}:{line}:") and named in w], warnings


def test_what_is_expired_may_not_be_pointed_at(tmp_path: Path) -> None:
    expired = FILES[CAU].replace("valid_from: 2026-01-01", "valid_from: 2026-01-01\nvalid_to: 2026-11-20")
    folder = write(tmp_path, {CAU: expired})
    assert told(check(folder, dt.date(2026, 11, 20)), "error") == []
    assert {p.file for p in check(folder, TODAY) if p.kind == "error"} == {"content/menu.yaml", f"content/{SONG}"}


def test_a_text_must_stay_short_when_its_fact_gives_way(tmp_path: Path) -> None:
    song = FILES[SONG].replace("Bác ra bến", "Bác đi bộ từ từ nhé. " * 15)
    facts = FILES[FACTS].replace("otherwise: chủ đò", "otherwise: người có đò ở gần bến nhất, hỏi hàng xóm số máy")
    assert told(check(write(tmp_path / "short", {SONG: song}), TODAY), "error") == []
    errors = told(check(write(tmp_path / "long", {SONG: song, FACTS: facts}), TODAY), "error")
    assert ["350" in error for error in errors] == [True]


def test_a_guide_the_menu_forgot_is_told(tmp_path: Path) -> None:
    warnings = told(
        check(write(tmp_path, {"menu.yaml": "- {id: qua, title: Đi qua, guides: [qua-song]}\n"}), TODAY), "warning"
    )
    assert len(warnings) == 1
    assert "qua-cau" in warnings[0]


def test_good_knowledge_has_no_problem(tmp_path: Path) -> None:
    assert check(write(tmp_path), TODAY) == []


def test_a_loop_without_a_way_out_is_told(tmp_path: Path) -> None:
    text = FILES[SONG].replace("next: het", "next: tra-tien").replace("warn: mat", "next: tra-tien\n    warn: mat")
    errors = told(check(write(tmp_path, {SONG: text}), TODAY), "error")
    assert all("tới chỗ kết thúc" in e for e in errors)
    assert [s for s in ("ra-ben", "tra-tien", "tra-sau", "go-ma") if any(f"từ bước «{s}»" in e for e in errors)] == [
        "ra-ben", "tra-tien", "tra-sau", "go-ma"]  # fmt: skip


def test_an_intent_of_two_guides_is_told(tmp_path: Path) -> None:
    cau = FILES[CAU].replace("valid_from", "intents: [qua-song]\nvalid_from")
    errors = told(check(write(tmp_path, {CAU: cau}), TODAY), "error")
    assert len(errors) == 1
    assert "qua-song" in errors[0]
    assert "qua-cau" in errors[0]


def test_several_mistakes_are_all_told(tmp_path: Path) -> None:
    changed = {
        SONG: FILES[SONG].replace("menu:", "menus:").replace("version: 1", "version: x"),
        CAU: FILES[CAU].replace("text: Bác đi", "text: Bác vào a.com đi"),
        "messages/common.j2": "{% macro",
    }
    errors = told(check(write(tmp_path, changed), TODAY), "error")
    assert {e.partition(":")[0] for e in errors} >= {f"content/{name}" for name in changed}
    assert len([e for e in errors if SONG in e]) == 3


@pytest.mark.parametrize("name", ["facts.yaml", "sources.yaml", "menu.yaml", "terms.yaml", "data/check.yaml",
                                  "data/abbreviations.yaml", "data/questions.yaml", "data/ranker.bin",
                                  "data/safety.yaml", "data/qr/rules.yaml", "data/qr/banks.csv"])  # fmt: skip
def test_a_missing_file_is_told_and_nothing_is_raised(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path)
    (folder / name).unlink()
    assert [p for p in check(folder, TODAY) if p.file == f"content/{name}" and p.kind == "error"]


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / SONG).write_bytes(FILES[SONG].encode("utf-16"))
    assert [p for p in check(folder, TODAY) if p.file == f"content/{SONG}" and "UTF-8" in p.what]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_is_written_checking_answers_and_names_a_line_of_the_file(
    tmp_path: Path, data: st.DataObject
) -> None:
    lines = FILES[SONG].split("\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    junk = data.draw(st.text(st.sampled_from("abc:-[]{}\"'#&*!|>% \t\n0123456789đ\x00"), max_size=12))
    broken = "\n".join([*lines[:place], data.draw(st.sampled_from([junk, lines[place] + junk])), *lines[place + 1 :]])
    folder = tmp_path / "content"
    if not folder.exists():
        write(tmp_path)
    (folder / SONG).write_text(broken, encoding="utf-8")
    for problem in check(folder, TODAY):
        assert problem.what
        assert problem.mend
        if problem.file == f"content/{SONG}":
            assert 1 <= problem.line <= broken.count("\n") + 1


def test_loading_stops_at_the_mistake_that_checking_tells(tmp_path: Path) -> None:
    folder = write(tmp_path, {SONG: FILES[SONG].replace("menu:", "menus:")})
    with pytest.raises(KnowledgeError, match=r"content/guides/qua-song\.yaml:4: .*menus"):
        Library.load(folder)


def test_the_released_knowledge_has_no_mistake() -> None:
    day = max(g.verified_on for g in Library.load(FOLDER).guides.values())
    assert told(check(FOLDER, day), "error") == []


@pytest.mark.parametrize("guide", Library.load(FOLDER).guides.values(), ids=lambda g: g.id)
def test_the_picture_of_a_guide_has_every_step_and_every_way(guide: Guide) -> None:
    lines = graph(guide).splitlines()
    boxes = [line for line in lines if '["' in line or '{"' in line]
    assert len([b for b in boxes if b.strip().startswith("b")]) == len(guide.steps)
    assert len([line for line in lines if "-->" in line]) == sum(len(onward(guide, s)) for s in guide.steps)
    assert all(line.count('"') % 2 == 0 for line in lines)


def test_ways_through_a_guide_are_found(tmp_path: Path) -> None:
    guide = Library.load(write(tmp_path)).get("qua-song")
    assert guide is not None
    assert reachable(guide) == {"ra-ben", "tra-tien", "tra-sau", "go-ma", "het"}
    assert finishing(guide) == reachable(guide)
