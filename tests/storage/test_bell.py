"""The bell rings in every process that shares a PostgreSQL database, and one alone minds what only one may."""

import asyncio

import pytest

from storage.bell import Bell
from storage.database import Database

on_postgres = pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


async def _listening(bell: Bell) -> None:
    """Waits until the bell has its connection, by a matter nobody else minds."""
    for _ in range(100):
        if await bell.alone(id(bell) % 2**31):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("never connected")


async def test_a_ring_wakes_who_waits_for_that_topic_only(database: Database) -> None:
    bell = Bell(database)
    with bell.subscribe("a") as a, bell.subscribe("b") as b:
        bell.ring("a")
        assert a.is_set()
        assert not b.is_set()


@on_postgres
async def test_an_announcement_is_heard_in_the_other_process_when_committed(database: Database) -> None:
    here, there = Bell(database), Bell(database)
    there.open()
    try:
        await _listening(there)
        with there.subscribe("topic") as heard:
            async with database.write() as connection:
                await here.announce(connection, "topic")
                await asyncio.sleep(0.1)
                assert not heard.is_set()
            await asyncio.wait_for(heard.wait(), 5)
    finally:
        await there.close()


@on_postgres
async def test_only_one_process_minds_a_matter_and_the_next_takes_over(database: Database) -> None:
    first, second = Bell(database), Bell(database)
    first.open()
    await _listening(first)
    assert await first.alone(7)
    assert await first.alone(7)
    second.open()
    try:
        await _listening(second)
        assert not await second.alone(7)
        await first.close()
        for _ in range(100):
            if await second.alone(7):
                return
            await asyncio.sleep(0.02)
        raise AssertionError("nobody minds it")
    finally:
        await second.close()
