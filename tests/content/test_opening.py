"""Hours of an office as officers type them: read for sure, or not known at all."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.knowledge import FOLDER, Knowledge
from content.opening import CLOSED, Hours, Opening
from content.workdays import Workdays
from storage.periods import VIETNAM

MONDAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def opening(knowledge: Knowledge) -> Opening:
    return knowledge.opening


def week(hours: Hours | None) -> list[str]:
    """The hours of each day from that Monday, as people write them."""
    assert hours is not None
    days = [hours.on(MONDAY + dt.timedelta(days=n), lambda day: day.weekday() < 5) for n in range(7)]
    return [" ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in spans) for spans in days]


OFFICE = [*["07:00-11:00 13:00-17:00"] * 5, "", ""]
HALF = [*["07:30-11:30 13:30-17:00"] * 5, "", ""]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thứ hai đến thứ sáu, 7 giờ đến 11 giờ và 13 giờ đến 17 giờ", OFFICE),
        ("7h-11h, 13h-17h", OFFICE),
        ("7 gio den 11 gio, chieu 1 gio den 5 gio", OFFICE),
        ("Sáng 7:30 - 11:30; chiều 13:30 - 17:00 (thứ 2 - thứ 6)", HALF),
        ("sáng 7h30-11h30, chiều 1h30-5h, nghỉ thứ bảy, chủ nhật", HALF),
        ("7 giờ rưỡi đến 11 giờ rưỡi, 13 giờ 30 phút đến 17 giờ từ T2 đến T6", HALF),
        ("thứ 2 đến thứ 6: 7h-11h, 13h-17h; sáng thứ bảy: 7h-11h", [*OFFICE[:5], "07:00-11:00", ""]),
        ("7h-11h30 hằng ngày", ["07:00-11:30"] * 7),
        ("thứ 2, thứ 4 và thứ 6: 8h-11h", ["08:00-11:00", "", "08:00-11:00", "", "08:00-11:00", "", ""]),
        ("7h-11h, trừ thứ tư", ["07:00-11:00", "07:00-11:00", "", "07:00-11:00", "07:00-11:00", "", ""]),
    ],
)
def test_what_officers_type_is_read(opening: Opening, text: str, expected: list[str]) -> None:
    assert week(opening.read(text)) == expected


@pytest.mark.parametrize(
    "text", ["giờ hành chính", "cả ngày", "11 giờ đến 7 giờ", "từ 7 giờ sáng", "7h-11h, chiều từ 13h", "25h-26h", ""]
)
def test_what_cannot_be_read_for_sure_is_not_known(opening: Opening, text: str) -> None:
    assert opening.read(text) is None


OPENING = Opening.load(FOLDER)


@given(st.text(alphabet="thứhaibảysáu 0123456789hg:-đếnnghỉ,", max_size=60))
def test_nothing_typed_breaks_it_and_every_span_goes_forward(text: str) -> None:
    found = OPENING.read(text)
    for spans in found.spans.values() if found else ():
        assert all(first < last for first, last in spans)


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (at(23, 9), at(23, 9)),
        (at(23, 12), at(23, 13)),
        (at(23, 17), at(24, 7)),
        (at(23, 5, 30), at(23, 7)),
        (at(27, 18), at(30, 7)),
    ],
)
def test_it_opens_next(opening: Opening, now: dt.datetime, opens: dt.datetime) -> None:
    hours = opening.read("7h-11h, 13h-17h")
    assert hours is not None
    assert hours.opens(now, lambda day: day.weekday() < 5, lambda day: None) == opens


def test_closed_days_told_and_holidays_are_passed_over(opening: Opening, knowledge: Knowledge) -> None:
    hours = opening.read("7h-11h, 13h-17h")
    assert hours is not None
    closed = {dt.date(2026, 11, 24), dt.date(2026, 11, 25)}
    told = dict.fromkeys(closed, CLOSED) | {dt.date(2026, 11, 26): opening.read("9h-10h")}
    assert hours.opens(at(23, 18), knowledge.workdays.works, told.get) == at(26, 9)
    worked = Workdays({dt.date(2026, 11, 27): False, dt.date(2026, 11, 28): True})
    assert hours.opens(at(26, 18), worked.works, lambda day: None) == at(28, 7)
    assert hours.opens(at(23, 9), lambda day: False, lambda day: CLOSED) is None
