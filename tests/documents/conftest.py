"""What the tests of files share: a commune with a busy week, as a booklet."""

import datetime as dt
import random
from collections.abc import Awaitable, Callable

import pytest

from content.knowledge import Knowledge
from handlers import booklet
from handlers.booklet import Booklet
from storage import made_up
from storage.database import Database
from storage.entry import Entry
from storage.log import Log
from storage.memory import Memory
from storage.periods import VIETNAM, Period, Week
from storage.report import say_nil
from storage.sightings import Sightings
from tests.databases import (  # noqa: F401
    database,
    database_url,
    postgres_shared,
    sqlite_template,
)
from tests.storage.village import COMMUNE, PROVINCE, Village, build

WEEK = Period.of_week(Week(2026, 47))
SUNDAY = dt.datetime(2026, 11, 22, 20, tzinfo=VIETNAM)
MEMBERS = (("an", "một"), ("bình", "một"), ("chi", "một"), ("dũng", "hai"))
Make = Callable[..., Awaitable[Booklet]]


@pytest.fixture
def engine() -> str:
    """Files are made of what either engine says; one is enough."""
    return "sqlite"


async def live(database: Database, seed: int, entries: int = 30) -> Village:  # noqa: F811
    """Two weeks of plausible entries, drawn from the seed; one team says "nothing" in the week before."""
    rng = random.Random(seed)
    async with database.write() as connection:
        village = await build(connection)
        for _ in range(entries):
            day = dt.date(2026, 11, 9) + dt.timedelta(days=rng.randrange(14))
            await Log(connection).add(entry(village, rng, day), evening(day))
        sightings = Sightings(connection, database.vault)
        for _ in range(seed):
            level = rng.choice(["stop", "stop", "match", "caution"])
            await sightings.count(COMMUNE, dt.date(2026, 11, 17), level, ["scam"] * (level == "stop"))
        await sightings.count(COMMUNE, dt.date(2026, 11, 14), "stop", ["scam"])
        if seed % 2:
            await say_nil(connection, village.team["hai"], Week(2026, 46), None, SUNDAY)
    return village


def entry(village: Village, rng: random.Random, day: dt.date) -> Entry:
    """A made-up entry of a member of the village."""
    made = made_up.entry(rng, day)
    member, team = rng.choice(MEMBERS)
    fields = {
        "people": made.people, "contents": made.contents, "results": made.results, "groups": made.groups,
        "procedures": made.procedures, "place": made.place, "dossiers": made.dossiers, "payments": made.payments,
        "session": made.session, "note": made.note, "time": made.time, "channel": rng.choice(["web", "telegram"]),
        "hamlet_id": village.hamlet["thôn 1"] if rng.random() < 0.5 else None,
    }  # fmt: skip
    return village.entry(member, team, day.isoformat(), **fields)


def evening(day: dt.date) -> dt.datetime:
    """When what happened that day was entered."""
    return dt.datetime.combine(day, dt.time(19, 30), VIETNAM)


@pytest.fixture
def commune_booklet(database: Database, knowledge: Knowledge) -> Make:  # noqa: F811
    """Makes the booklet of the village as it is now."""

    async def make(period: Period = WEEK, now: dt.datetime = SUNDAY) -> Booklet:
        async with database.write() as connection:
            memory = Memory(connection, database.vault)
            return await booklet.of_commune(memory, knowledge, COMMUNE, period, now)

    return make


@pytest.fixture
def province_booklet(database: Database, knowledge: Knowledge) -> Make:  # noqa: F811
    """Makes the booklet of the province the village lies in."""

    async def make(period: Period = WEEK, now: dt.datetime = SUNDAY) -> Booklet:
        async with database.write() as connection:
            memory = Memory(connection, database.vault)
            return await booklet.of_province(memory, knowledge, PROVINCE, period, now)

    return make
