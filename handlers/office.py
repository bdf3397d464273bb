"""When the people of a commune can be asked: while its office is open, or by day where nobody told its hours."""

import datetime as dt
from dataclasses import dataclass

from content.opening import CLOSED, Hours
from handlers.here import SETTINGS
from handlers.turn import Turn
from storage.deadlines import BY_DAY, by_day


@dataclass(frozen=True, slots=True)
class Office:
    """The hours of a commune as far as they are known."""

    hours: Hours | None
    told: dict[dt.date, Hours]
    """Days with other hours, or none."""


async def of(turn: Turn, commune: str, since: dt.date | None = None) -> Office:
    """What the commune told: its usual hours, and closures and other hours of the days from `since`, or today, on."""
    kept = (await turn.memory.settings.all(commune)).get(SETTINGS["hours"])
    place = turn.knowledge.places.commune(commune)
    usual = kept or turn.knowledge.library.overrides.at(place, turn.today, {}, []).hours
    told = dict[dt.date, Hours]()
    for one in await turn.memory.announcements.coming(commune, since or turn.today):
        hours = CLOSED if one.kind == "nghi" else turn.knowledge.opening.read(one.text or "")
        if one.kind == "tin" or hours is None:
            continue
        days = (one.period.last - one.period.first).days + 1
        told |= {one.period.first + dt.timedelta(days=n): hours for n in range(min(days, 366))}
    return Office(turn.knowledge.opening.read(usual) if usual else None, told)


def opens(turn: Turn, office: Office, at: dt.datetime) -> dt.datetime:
    """That moment when people can be asked then, else the next one."""
    if office.hours is not None:
        opening = office.hours.opens(at, turn.knowledge.workdays.works, office.told.get)
        if opening is not None:
            return opening
    return by_day(at)


def open_minutes(turn: Turn, office: Office, since: dt.datetime) -> int:
    """How many minutes people could be asked from that moment until now: a night or a Sunday is nobody's delay."""
    since = since.astimezone(turn.now.tzinfo)
    hours = office.hours or Hours({frozenset(range(1, 8)): (BY_DAY,)})
    works = turn.knowledge.workdays.works if office.hours is not None else lambda day: day.isoweekday() <= 5
    return round(hours.minutes(since, turn.now, works, office.told.get))
