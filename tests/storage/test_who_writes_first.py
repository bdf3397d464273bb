"""SQLite has one writer: what a platform waits for is stored before what others have queued up."""

import asyncio

import pytest

from storage.database import Database


@pytest.fixture
def engine() -> str:
    return "sqlite"


async def test_what_is_to_be_acknowledged_waits_for_the_transaction_in_hand_alone(database: Database) -> None:
    order, free = list[str](), asyncio.Event()

    async def writes(name: str, *, first: bool = False) -> None:
        async with database.write(first=first):
            order.append(name)
            await free.wait()

    async with asyncio.TaskGroup() as group:
        for name in ("in hand", "second", "third"):
            group.create_task(writes(name))
            await asyncio.sleep(0)
        while not order:  # noqa: ASYNC110  (nothing rings when a transaction has begun)
            await asyncio.sleep(0)
        group.create_task(writes("first", first=True))
        for _ in range(10):
            await asyncio.sleep(0)
        free.set()
    assert order == ["in hand", "first", "second", "third"]


async def test_a_write_that_is_given_up_while_it_waits_lets_the_others_in(database: Database) -> None:
    async def writes(*, first: bool = False) -> None:
        async with database.write(first=first):
            await asyncio.sleep(0)

    async with database.write():
        waiting = [asyncio.create_task(writes(first=first)) for first in (False, True, False)]
        for _ in range(5):
            await asyncio.sleep(0)
        for task in waiting[:2]:
            task.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(*waiting, return_exceptions=True)
        await writes()
