"""What time it is: the machine's clock, a clock that was set, and times as people write them."""

import datetime as dt
from collections.abc import Callable

from storage.periods import VIETNAM

Clock = Callable[[], dt.datetime]
FIRST, LAST = dt.datetime(2000, 1, 1, tzinfo=VIETNAM), dt.datetime(2100, 1, 1, tzinfo=VIETNAM)


def wall_clock() -> dt.datetime:
    """The machine's time, in UTC."""
    return dt.datetime.now(dt.UTC)


def time_of(text: str) -> dt.datetime:
    """A time of this century; without a zone it is Viet Nam's. Raises ValueError."""
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text[:40]}' is no time: write it as 2026-11-21T09:00:00+07:00") from None
    when = when if when.tzinfo else when.replace(tzinfo=VIETNAM)
    if not FIRST <= when < LAST:
        raise ValueError("a time between the years 2000 and 2100 is needed")
    return when
