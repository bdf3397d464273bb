"""The one-sentence log: every sentence of the development set becomes its cards, however it is typed."""

import datetime as dt

import pytest

from content.logline.lunar import last_lunar, lunar_to_solar
from tests.content.logline.sentences import Sentence, log_reader, read_cards, read_sentences


@pytest.mark.parametrize("sentence", read_sentences(), ids=lambda s: f"{s.file}: {s.text[:60]}")
def test_a_sentence_becomes_its_cards(sentence: Sentence, request: pytest.FixtureRequest) -> None:
    if sentence.gap:
        request.applymarker(pytest.mark.xfail(reason=sentence.gap, strict=True))
    assert read_cards(log_reader(), sentence) == list(sentence.cards)


@pytest.mark.parametrize(("lunar", "solar"), [
    ((1, 1, 2025), (2025, 1, 29)), ((1, 1, 2026), (2026, 2, 17)), ((1, 1, 2027), (2027, 2, 6)),
    ((1, 1, 2028), (2028, 1, 26)), ((10, 3, 2026), (2026, 4, 26)), ((10, 3, 2027), (2027, 4, 16)),
    ((15, 8, 2025), (2025, 10, 6)), ((15, 8, 2026), (2026, 9, 25)), ((1, 1, 1985), (1985, 1, 21)),
])  # fmt: skip
def test_known_days_of_the_lunar_calendar(lunar: tuple[int, int, int], solar: tuple[int, int, int]) -> None:
    assert lunar_to_solar(*lunar) == dt.date(*solar)


def test_the_leap_months_of_these_years() -> None:
    leaps = {
        (year, month)
        for year in range(2025, 2029)
        for month in range(1, 13)
        if lunar_to_solar(1, month, year, leap=True)
    }
    assert leaps == {(2025, 6), (2028, 5)}


def test_the_full_moon_before_a_day() -> None:
    assert last_lunar(15, None, dt.date(2026, 11, 21)) == dt.date(2026, 10, 24)
    assert last_lunar(15, None, dt.date(2026, 10, 24)) == dt.date(2026, 10, 24)
