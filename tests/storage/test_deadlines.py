"""When a report is closed: on the commune's day and hour, off holidays; and months that run from a 15th to a 14th."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.knowledge import FOLDER
from content.workdays import Workdays
from storage.deadlines import Rules, moved
from storage.periods import VIETNAM, Period, Week

WORKS = Workdays.load(FOLDER).works


@pytest.mark.parametrize(("settings", "week", "closes"), [
    ({}, "2026-W47", "2026-11-20T16:00"),
    ({"bao_cao.chot": "2 09:30"}, "2026-W47", "2026-11-17T09:30"),
    ({"bao_cao.chot": "2 09:30"}, "2026-W48", "2026-11-25T09:30"),  # Tuesday 24/11 is off
    ({"bao_cao.chot": "2 09:30", "bao_cao.doi": "previous"}, "2026-W48", "2026-11-23T09:30"),
    ({}, "2027-W05", "2027-02-11T16:00"),  # Tết: the next working day is a Thursday of the week after
    ({"bao_cao.doi": "previous"}, "2027-W05", "2027-02-03T16:00"),
    ({"bao_cao.chot": "8 99:00"}, "2026-W47", "2026-11-20T16:00"),
])  # fmt: skip
def test_a_week_closes_on_its_day_or_on_the_working_day_beside_it(
    settings: dict[str, str], week: str, closes: str
) -> None:
    period = Period.of_week(Week.parse(week))
    assert Rules.read(settings).closing(period, WORKS) == dt.datetime.fromisoformat(closes).replace(tzinfo=VIETNAM)


def test_other_periods_close_at_the_end_of_their_last_day() -> None:
    october = Rules().closing(Period.of_month(2026, 10), WORKS)
    assert october == dt.datetime(2026, 11, 2, 16, tzinfo=VIETNAM)  # 31/10 is a Saturday


@pytest.mark.parametrize(("month", "first", "last"), [
    ((2026, 11), "2026-10-15", "2026-11-14"), ((2026, 1), "2025-12-15", "2026-01-14"),
    ((2026, 3), "2026-02-15", "2026-03-14"),
])  # fmt: skip
def test_a_month_may_run_from_a_15th_to_a_14th(month: tuple[int, int], first: str, last: str) -> None:
    found = Rules.read({"bao_cao.thang": "15"}).month(*month)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert found.months == 1
    assert Rules().month(*month) == Period.of_month(*month)


def test_a_calendar_without_a_working_day_moves_nothing() -> None:
    day = dt.date(2026, 11, 20)
    assert moved(day, lambda _: False, "next") == day


# --- reminders before it ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("settings", "week", "members", "heads"), [
    ({}, "2026-W47", "2026-11-19T08:00", "2026-11-20T10:00"),
    ({}, "2026-W18", "2026-04-29T08:00", "2026-04-29T10:00"),  # 30/4 and 1/5 are off
    ({}, "2026-W08", None, None),  # Tết, Monday to Friday
    ({}, "2027-W05", "2027-02-03T08:00", "2027-02-03T10:00"),  # Tết from Thursday on
    ({"bao_cao.chot": "5 09:30"}, "2026-W47", "2026-11-19T08:00", "2026-11-19T15:00"),
    ({"bao_cao.chot": "1 16:00"}, "2026-W47", None, "2026-11-16T10:00"),
    ({"bao_cao.nhac": "3 19:00"}, "2026-W47", "2026-11-18T19:00", "2026-11-20T10:00"),
    ({"bao_cao.nhac": "6 08:00"}, "2026-W47", "2026-11-20T08:00", "2026-11-20T10:00"),
    ({"bao_cao.nhac": "0"}, "2026-W47", None, None),
])  # fmt: skip
def test_reminders_come_on_a_working_day_before_the_closing(
    settings: dict[str, str], week: str, members: str | None, heads: str | None
) -> None:
    rules, asked = Rules.read(settings), Week.parse(week)
    expected = [dt.datetime.fromisoformat(at).replace(tzinfo=VIETNAM) if at else None for at in (members, heads)]
    assert [rules.reminds(asked, WORKS), rules.urges(asked, WORKS)] == expected


HOUR = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
CHOSEN = st.fixed_dictionaries({}, optional={
    "bao_cao.chot": st.builds("{} {}".format, st.integers(1, 7), HOUR),
    "bao_cao.nhac": st.just("0") | st.builds("{} {}".format, st.integers(1, 7), HOUR),
    "bao_cao.doi": st.sampled_from(["next", "previous"]),
})  # fmt: skip


@given(CHOSEN, st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31)))
def test_whatever_is_set_nobody_is_reminded_on_a_day_off_or_after_the_closing(
    settings: dict[str, str], day: dt.date
) -> None:
    rules, week = Rules.read(settings), Week.of(day)
    for at in (rules.reminds(week, WORKS), rules.urges(week, WORKS)):
        if at is not None:
            assert week.monday <= at.date() <= week.sunday
            assert WORKS(at.date())
            assert at < rules.closing(Period.of_week(week), WORKS)
