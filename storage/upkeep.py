"""What is dropped when its time is over, a little at a time: people are answered in between."""

import datetime as dt
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.inbox import Inbox
from storage.memory import Memory
from storage.outbox import Outbox
from storage.privacy import KEYS_KEPT, UNFETCHED_KEPT

PEOPLE_AT_ONCE = 10
ROWS_AT_ONCE = 1000
"""In one transaction: some hundredths of a second."""
PORTIONS = 30
"""Of each sort in one go; what is due beside it does not wait for more."""


async def retire(database: Database, now: dt.datetime) -> bool:
    """Drops what has had its time; whether that was all (else it is to be called again).

    Each portion is a transaction of its own, so whatever ends it half-way, what was dropped is dropped and the next
    call finds the rest.
    """

    async def keys(connection: AsyncConnection) -> int:
        return await Inbox(connection).forget(now - KEYS_KEPT, ROWS_AT_ONCE)

    async def messages(connection: AsyncConnection) -> int:
        return await Outbox(connection).forget(now - KEYS_KEPT, now - UNFETCHED_KEPT, ROWS_AT_ONCE)

    done = [await _people(database, now), await _rows(database, keys), await _rows(database, messages)]
    async with database.write() as connection:
        await Memory(connection, database.vault).privacy.retire(now)
    return all(done)


async def _people(database: Database, now: dt.datetime) -> bool:
    """Citizens nobody has heard of: looked for while others write, looked at again before they are erased."""
    most = PEOPLE_AT_ONCE * PORTIONS
    async with database.read() as connection:
        quiet = await Memory(connection, database.vault).privacy.quiet(now, most)
    for first in range(0, len(quiet), PEOPLE_AT_ONCE):
        async with database.write() as connection:
            portion = quiet[first : first + PEOPLE_AT_ONCE]
            await Memory(connection, database.vault).privacy.erase_quiet(portion, now)
    return len(quiet) < most


async def _rows(database: Database, forget: Callable[[AsyncConnection], Awaitable[int]]) -> bool:
    for _ in range(PORTIONS):
        async with database.write() as connection:
            if await forget(connection) < ROWS_AT_ONCE:
                return True
    return False
