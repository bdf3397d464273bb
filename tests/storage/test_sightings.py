"""What is kept of checked codes: counters, and for a day the hashes by which several victims are noticed."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.memory import Memory
from storage.periods import Period
from storage.schema.receivers import code_met
from storage.sightings import Sightings, SuspiciousCodes, suspicious_codes
from tests.storage.village import COMMUNE, NEIGHBOUR, SATURDAY

TODAY = SATURDAY.date()
YESTERDAY = TODAY - dt.timedelta(days=1)
FAKE = "970423 9999999999"


@pytest.fixture
async def sightings(database: Database) -> AsyncIterator[Sightings]:
    async with database.write() as connection:
        yield Memory(connection, database.vault).sightings


async def test_the_third_person_of_a_day_raises_the_alarm_once(sightings: Sightings) -> None:
    told = [await sightings.met(COMMUNE, TODAY, FAKE, person) for person in (1, 1, 2, 1, 3, 3, 4)]
    assert told == [False, False, False, False, True, False, False]


async def test_days_communes_and_receivers_are_told_apart(sightings: Sightings) -> None:
    for day, commune, what in ((TODAY, COMMUNE, FAKE), (YESTERDAY, COMMUNE, FAKE), (TODAY, NEIGHBOUR, FAKE),
                               (TODAY, COMMUNE, "fake.example")):  # fmt: skip
        assert not await sightings.met(commune, day, what, 1)
        assert not await sightings.met(commune, day, what, 2)


async def test_hashes_say_nothing_and_cannot_be_joined_over_days(sightings: Sightings) -> None:
    await sightings.met(COMMUNE, TODAY, FAKE, 1)
    await sightings.met(COMMUNE, YESTERDAY, FAKE, 1)
    rows = (await sightings._connection.execute(sa.select(code_met.c.receiver, code_met.c.person))).all()
    hashes = [h for row in rows for h in row]
    assert len(set(hashes)) == 4
    assert all(len(h) == 32 and "9999999999" not in h for h in hashes)


async def test_yesterdays_hashes_are_gone(sightings: Sightings) -> None:
    await sightings.met(COMMUNE, YESTERDAY, FAKE, 1)
    await sightings.met(COMMUNE, TODAY, FAKE, 1)
    assert await sightings.forget(TODAY) == 1
    assert (await sightings._connection.execute(sa.select(code_met.c.day))).scalars().all() == [TODAY]


async def test_the_counters_add_up_by_level_and_reason(sightings: Sightings) -> None:
    for commune, day, level, reasons in (
        (COMMUNE, TODAY, "stop", ["crc_mismatch"]),
        (COMMUNE, TODAY, "stop", ["account_near_miss", "receiver_not_listed"]),
        (COMMUNE, YESTERDAY, "stop", ["account_near_miss"]),
        (COMMUNE, TODAY, "match", ["receiver_listed"]),
        (COMMUNE, TODAY - dt.timedelta(days=30), "stop", ["crc_mismatch"]),
        (NEIGHBOUR, TODAY, "stop", ["crc_mismatch"]),
    ):
        await sightings.count(commune, day, level, reasons)
    told = await suspicious_codes(sightings._connection, COMMUNE, Period(YESTERDAY, TODAY))
    assert told == SuspiciousCodes(
        stopped=3, checked=4, levels={"stop": 3, "match": 1},
        reasons={"account_near_miss": 2, "crc_mismatch": 1, "receiver_not_listed": 1},
    )  # fmt: skip
    assert next(iter(told.reasons)) == "account_near_miss"


async def test_nothing_checked_is_nothing(sightings: Sightings) -> None:
    assert await suspicious_codes(sightings._connection, COMMUNE, Period(TODAY, TODAY)) == SuspiciousCodes()
