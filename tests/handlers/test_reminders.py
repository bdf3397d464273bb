"""Asking after an unfinished guide: never at night."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from handlers import reminders
from storage.deadlines import by_day
from storage.periods import VIETNAM
from storage.schema import guide_run
from tests.handlers.test_guiding import begun, run_of, turn_of
from tests.talk import Talk


async def nudge_at(talk: Talk) -> dt.datetime:
    """When the only run is asked after."""
    async with talk.database.read() as connection:
        found = (await connection.execute(guide_run.select())).one().nudge_at
    assert isinstance(found, dt.datetime)
    return found.astimezone(VIETNAM)


async def test_a_run_left_by_day_is_asked_after_a_day_later(talk: Talk) -> None:
    await begun(talk)
    assert await nudge_at(talk) == talk.now + dt.timedelta(days=1)


async def test_a_run_left_at_night_is_asked_after_in_the_morning(talk: Talk) -> None:
    talk.now = talk.now.replace(hour=2)
    an = await begun(talk)
    assert await nudge_at(talk) == dt.datetime(2026, 11, 22, 8, 0, tzinfo=VIETNAM)
    talk.now = talk.now.replace(hour=23)
    await an.presses("Xong")
    assert await nudge_at(talk) == dt.datetime(2026, 11, 23, 8, 0, tzinfo=VIETNAM)


async def test_the_second_time_is_by_day_too(talk: Talk) -> None:
    an = await begun(talk)
    talk.now = talk.now.replace(hour=21)
    run = await run_of(talk, an)
    assert run is not None
    async with talk.memory() as memory:
        again = reminders.remind(await turn_of(talk, an, memory), run)
    assert again == dt.datetime(2026, 11, 25, 8, 0, tzinfo=VIETNAM)


@given(st.integers(0, 10_000_000))
def test_whatever_the_hour_a_reminder_waits_for_the_day_and_not_longer(minutes: int) -> None:
    due = dt.datetime(2026, 1, 1, tzinfo=VIETNAM) + dt.timedelta(minutes=minutes)
    told = by_day(due)
    assert dt.time(7) <= told.time() < dt.time(20, 30)
    assert dt.timedelta(0) <= told - due <= dt.timedelta(hours=12)
    assert told == due or (told.hour, told.minute) == (8, 0)
