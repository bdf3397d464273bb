"""Text keys: whatever keyboard a text came from, the same words have the same key."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.folding import clean, fold, in_order, old_tone_style

_BASE = "aăâeêioôơuưy"
_TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
_VOWELS = [unicodedata.normalize("NFC", v + t) for v in _BASE for t in _TONES]
_LETTERS = [*"bcdđghklmnpqrstvx", *_VOWELS]
vietnamese = st.text(st.sampled_from([*_LETTERS, *(c.upper() for c in _LETTERS), *" ,.-0123456789"]), max_size=60)
anything = st.text(max_size=60)


@given(anything)
def test_cleaning_and_folding_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)
    assert fold(clean(text)) == fold(text)


def test_names_with_numbers_stand_in_the_order_of_the_numbers() -> None:
    names = ["Tổ thôn 10", "Tổ Tây", "Tổ thôn 2A", "Tổ Đông", "tổ thôn 2", "Tổ thôn 1", "2 xóm"]
    assert sorted(names, key=in_order) == [
        "Tổ Đông", "Tổ Tây", "Tổ thôn 1", "tổ thôn 2", "Tổ thôn 2A", "Tổ thôn 10", "2 xóm",
    ]  # fmt: skip


@given(anything, anything)
def test_any_two_names_have_an_order(one: str, other: str) -> None:
    assert in_order(one) <= in_order(other) or in_order(other) <= in_order(one)


@given(vietnamese)
def test_composed_and_decomposed_text_are_the_same(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert clean(decomposed) == clean(text)
    assert fold(decomposed) == fold(text)
    assert old_tone_style(decomposed) == old_tone_style(text)


@given(vietnamese)
def test_capitals_have_the_key_of_small_letters(text: str) -> None:
    assert fold(text.upper()) == fold(text) == fold(text.lower())


@given(vietnamese)
def test_a_key_is_plain_words_with_single_spaces(text: str) -> None:
    key = fold(text)
    assert key == " ".join(key.split())
    assert all(c in "abcdefghijklmnopqrstuvwxyz0123456789 " for c in key)


@given(anything)
def test_clean_text_is_composed_and_has_no_stray_spaces_or_invisible_marks(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == " ".join(cleaned.split())
    assert not {"\u200b", "\u200d", "\ufeff", "\u00ad", "\u00a0", "\x00"} & set(cleaned)
    cleaned.encode()


@given(vietnamese)
def test_both_tone_styles_have_one_key_and_one_shown_form(text: str) -> None:
    styled = old_tone_style(text)
    assert fold(styled) == fold(text)
    assert old_tone_style(styled) == styled
    assert old_tone_style(text.upper()) == styled.upper()


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("Xã Vị Thuỷ", "Xã Vị Thủy"),
        ("Hoà Bình", "Hòa Bình"),
        ("ủy ban, uỷ ban", "ủy ban, ủy ban"),
        ("KHOẺ", "KHỎE"),
        ("quý quỳ Quỹ QUỶ", "quý quỳ Quỹ QUỶ"),
        ("hoàn toàn Huỳnh khoét", "hoàn toàn Huỳnh khoét"),
    ],
)
def test_shown_names_have_the_tone_on_the_first_vowel(new: str, old: str) -> None:
    assert old_tone_style(new) == old
    assert fold(new) == fold(old)


@pytest.mark.parametrize(
    ("typed", "shown", "key"),
    [
        ("Ðà Nẵng", "Đà Nẵng", "da nang"),
        ("QÐ-TTg, HÐND, nð", "QĐ-TTg, HĐND, nđ", "qd ttg hdnd nd"),
        ("Ɖồng Nai", "Đồng Nai", "dong nai"),
        ("Sigurður", "Sigurður", "sigurdur"),
        ("  Cần\u00a0 Thơ\u200b\n ", "Cần Thơ", "can tho"),
        ("thủ\u00ad tục", "thủ tục", "thu tuc"),
        ("P. An Mỹ – TP.Tam Kỳ", "P. An Mỹ – TP.Tam Kỳ", "p an my tp tam ky"),
        ("M'Drắk", "M'Drắk", "m drak"),
        ("...", "...", ""),
        ("🙂", "🙂", ""),
        ("", "", ""),
    ],
)
def test_text_as_people_type_it(typed: str, shown: str, key: str) -> None:
    assert clean(typed) == shown
    assert fold(typed) == key
