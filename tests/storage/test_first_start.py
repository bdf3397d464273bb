"""The first start: several processes at once make one database, sealed with one key."""

import asyncio

import pytest

from storage.database import Database
from storage.migrate import WrongKey, verify_key
from storage.vault import Vault


async def test_processes_that_start_for_the_first_time_together_agree_on_the_key(database_url: str) -> None:
    starting = [Database(database_url, Vault(b"test")) for _ in range(6)]
    try:
        await asyncio.gather(*(verify_key(database) for database in starting))
        await verify_key(starting[0])
    finally:
        await asyncio.gather(*(database.close() for database in starting))
    other = Database(database_url, Vault(b"another"))
    try:
        with pytest.raises(WrongKey):
            await verify_key(other)
    finally:
        await other.close()
