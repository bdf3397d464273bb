"""Search: however a question is typed it leads to the same guide, and what no guide covers gets none."""

import datetime as dt
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.folding import fold
from content.guide import Guide
from content.knowledge import FOLDER
from content.library import Library
from content.search import Answer, Ask, Nothing, Search, Usage

LIBRARY = Library.load(FOLDER)
SEARCH = Search.load(FOLDER, LIBRARY.guides.values())

WRITINGS: list[Callable[[str], str]] = [
    str.upper, str.lower, fold, lambda s: unicodedata.normalize("NFD", s), lambda s: f"  {s}???\n",
]  # fmt: skip


def guide_of(intent: str) -> Guide:
    return next(guide for guide in LIBRARY.guides.values() if intent in guide.intents)


@pytest.mark.parametrize("guide", LIBRARY.guides.values(), ids=lambda g: g.id)
def test_a_guide_is_found_by_everything_it_is_called(guide: Guide) -> None:
    for words in (guide.title, guide.menu, *guide.aliases):
        assert SEARCH.find(words)[0].guide_id == guide.id, words


@pytest.mark.parametrize("guide", LIBRARY.guides.values(), ids=lambda g: g.id)
def test_the_way_of_typing_changes_neither_guide_nor_decision(guide: Guide) -> None:
    for words in (guide.title, guide.menu, *guide.aliases):
        for write in WRITINGS:
            assert SEARCH.find(write(words)) == SEARCH.find(words), write(words)
            assert SEARCH.decide(write(words)) == SEARCH.decide(words), write(words)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Tôi quên mất mật khẩu VNeID thì làm thế nào ạ?", "vneid-quen-mat-khau"),
        ("quen mk vneid r ad oi giup e vs", "vneid-quen-mat-khau"),
        ("e lỡ nhập sai pass vneid nhìu lần bị khóa", "vneid-quen-mat-khau"),
        ("TUI MUA MÁY MỚI, ĐĂNG NHẬP VNEID HỔNG ĐƯỢC", "vneid-doi-thiet-bi"),
        ("đổi sdt vneid ntn", "vneid-doi-so-dien-thoai"),
        ("cách kích hoạt định danh mức độ 2", "vneid-kich-hoat"),
        ("lm sao vô dvc bằng vneid", "dvc-dang-nhap"),
        ("nộp hs onl kiểu j", "dvc-nop-ho-so"),
        ("đóng lệ phí bằng quét mã qr", "dvc-thanh-toan"),
        ("trừ tiền rồi mà hs báo chưa tt", "dvc-hoan-tien"),
        ("có số lạ gọi xưng công an bảo cập nhật vneid", "lua-dao"),
        ("muốn làm định danh mức 2 phải mang gì", "vneid-muc-2"),
    ],
)
def test_questions_as_people_type_them_are_answered(text: str, intent: str) -> None:
    assert SEARCH.decide(text) == Answer(guide_of(intent).id)
    assert SEARCH.decide(fold(text)) == Answer(guide_of(intent).id)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "???", "😀😀", "ạ", "dạ", "xin chào", "làm giấy khai sinh cho cháu", "tách thửa đất",
     "sang tên xe máy",
     "giá vàng hôm nay", "lương hưu tháng này", "quên mật khẩu VssID", "xin giấy phép xây dựng nhà"],
)  # fmt: skip
def test_what_no_guide_covers_gets_none(text: str) -> None:
    assert SEARCH.decide(text) == Nothing()


def test_a_question_between_two_guides_is_asked_back() -> None:
    decision = SEARCH.decide("định danh")
    assert isinstance(decision, Ask)
    assert 2 <= len(decision.guide_ids) <= 3


def test_a_guide_is_offered_on_its_days_only() -> None:
    guide = guide_of("dvc-dang-nhap")
    before = guide.valid_from - dt.timedelta(days=1)
    assert SEARCH.decide(guide.title, guide.valid_from) == Answer(guide.id)
    assert guide.id not in [match.guide_id for match in SEARCH.find(guide.title, before)]
    assert SEARCH.decide(guide.title, before) != Answer(guide.id)


@given(st.text(max_size=600))
def test_any_text_has_ranked_scores_and_a_decision_that_follows_them(text: str) -> None:
    matches = SEARCH.find(text)
    assert all(0 < match.score <= 1 for match in matches)
    assert [m.score for m in matches] == sorted((m.score for m in matches), reverse=True)
    assert len({match.guide_id for match in matches}) == len(matches)
    match SEARCH.decide(text):
        case Answer(guide_id):
            assert guide_id == matches[0].guide_id
        case Ask(guide_ids):
            assert list(guide_ids) == [m.guide_id for m in matches][: len(guide_ids)]
            assert 1 <= len(guide_ids) <= 3


def test_a_long_story_is_read_up_to_the_same_word_however_it_is_composed() -> None:
    story = "Hôm qua tôi lỡ bấm vào đường dẫn lạ rồi cài ứng dụng giả. " * 6 + "Tôi quên mật khẩu VNeID. " * 20
    assert SEARCH.find(unicodedata.normalize("NFD", story)) == SEARCH.find(story)
    assert SEARCH.find(story)[0].guide_id == guide_of("lua-dao").id


@given(
    st.lists(st.sampled_from([w for g in LIBRARY.guides.values() for a in g.aliases for w in a.split()]), max_size=9)
)
def test_typing_without_marks_never_changes_the_ranking(words: list[str]) -> None:
    text = " ".join(words)
    assert SEARCH.find(fold(text)) == SEARCH.find(text) == SEARCH.find(unicodedata.normalize("NFD", text).upper())


def test_a_matter_without_a_guide_keeps_the_next_best_guide_away() -> None:
    guides = [guide_of("vneid-quen-mat-khau")]
    text = "quên mật khẩu Zalo"
    usage = Usage.load(FOLDER)
    assert Search(guides, usage).decide(text) != Nothing()
    assert Search(guides, usage, [["quên mật khẩu Zalo", "Zalo"]]).decide(text) == Nothing()
