"""Weeks and other periods."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.periods import VIETNAM, Period, Week, local_day

DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2098, 12, 31))


def period(first: str, last: str) -> Period:
    return Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    ("day", "label"),
    [
        ("2026-11-21", "Tuần 47 (16/11/2026 - 22/11/2026)"),
        ("2026-12-31", "Tuần 53 (28/12/2026 - 03/01/2027)"),
        ("2027-01-03", "Tuần 53 (28/12/2026 - 03/01/2027)"),
        ("2027-01-04", "Tuần 01 (04/01/2027 - 10/01/2027)"),
        ("2027-02-06", "Tuần 05 (01/02/2027 - 07/02/2027)"),
    ],
)
def test_a_day_lies_in_its_iso_week_named_with_its_dates(day: str, label: str) -> None:
    assert Week.of(dt.date.fromisoformat(day)).label == label


def test_the_week_of_new_year_belongs_to_the_iso_year() -> None:
    assert Week.of(dt.date(2027, 1, 3)) == Week(2026, 53)
    assert Week(2027, 1).previous() == Week(2026, 53)


@pytest.mark.parametrize("text", ["", "2026", "2026-47", "2026-W54", "2025-W53", "2026-W00", "W47-2026", "2026-W4٧"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="week"):
        Week.parse(text)


@given(DAYS)
def test_a_week_is_read_back_as_it_is_written(day: dt.date) -> None:
    week = Week.of(day)
    assert Week.parse(str(week)) == week
    assert week.monday <= day <= week.sunday
    assert Period.of_week(week).week == week
    assert Period.of_week(week).previous() == Period.of_week(week.previous())


def test_a_week_closes_when_its_sunday_ends_in_vietnam() -> None:
    week = Week(2026, 47)
    end = dt.datetime(2026, 11, 23, tzinfo=VIETNAM)
    assert week.closed(end)
    assert not week.closed(end - dt.timedelta(milliseconds=1))
    assert week.closed(dt.datetime(2026, 11, 22, 17, 0, tzinfo=dt.UTC))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_day(dt.datetime(2026, 11, 21, 9, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("first", "last", "before_first", "before_last", "label"),
    [
        ("2026-07-01", "2026-09-30", "2026-04-01", "2026-06-30", "Quý 3/2026 (01/07/2026 - 30/09/2026)"),
        ("2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31", "Năm 2026"),
        ("2026-11-20", "2026-11-20", "2026-11-19", "2026-11-19", "Ngày 20/11/2026"),
        ("2026-11-16", "2026-11-22", "2026-11-09", "2026-11-15", "Tuần 47 (16/11/2026 - 22/11/2026)"),
        ("2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28", "Tháng 03/2026"),
        ("2026-01-01", "2026-01-31", "2025-12-01", "2025-12-31", "Tháng 01/2026"),
        ("2026-10-15", "2026-11-14", "2026-09-15", "2026-10-14", "15/10/2026 - 14/11/2026"),
        ("2026-11-17", "2026-11-19", "2026-11-14", "2026-11-16", "17/11/2026 - 19/11/2026"),
        ("2026-01-31", "2026-02-27", "2026-01-03", "2026-01-30", "31/01/2026 - 27/02/2026"),
    ],
)
def test_the_previous_period_is_of_the_same_kind(
    first: str, last: str, before_first: str, before_last: str, label: str
) -> None:
    assert period(first, last).previous() == period(before_first, before_last)
    assert period(first, last).label == label


@given(DAYS, st.integers(0, 300))
def test_the_previous_period_ends_the_day_before(first: dt.date, days: int) -> None:
    this = Period(first, first + dt.timedelta(days=days)) if first.year < 2098 else Period(first, first)
    before = this.previous()
    assert before.last + dt.timedelta(days=1) == this.first
    assert bool(before.week) == bool(this.week)
    if this.months:
        assert before.months == this.months


def test_a_month_is_read_and_a_bad_one_refused() -> None:
    assert Period.parse_month("2026-02") == period("2026-02-01", "2026-02-28")
    for text in ("2026-13", "2026-00", "11/2026", "2026-2"):
        with pytest.raises(ValueError, match="month"):
            Period.parse_month(text)


def test_a_period_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        period("2026-11-22", "2026-11-16")


def test_the_year_runs_by_calendar_date_even_in_a_week_of_two_years() -> None:
    assert Period.of_week(Week(2026, 53)).year_to_date() == period("2027-01-01", "2027-01-03")
