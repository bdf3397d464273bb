"""A list of members that was checked and waits for its officer's press: encrypted, one an officer, for an hour."""

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema.people import checked_list
from storage.vault import Vault

WAITS = dt.timedelta(hours=1)
"""Long enough to look something up in the office, short enough that a list nobody wanted is soon gone."""


class CheckedLists:
    """The waiting lists of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def keep(self, person_id: int, commune: str, document: dict[str, Any], now: dt.datetime) -> None:
        """Keeps the list an officer has just had checked; the one before is gone."""
        await self.drop(person_id)
        body = self._vault.seal(json.dumps(document, ensure_ascii=False).encode())
        row = {"person_id": person_id, "commune": commune, "body": body, "until": now + WAITS}
        await self._connection.execute(sa.insert(checked_list).values(**row))

    async def take(self, person_id: int, commune: str, now: dt.datetime) -> dict[str, Any] | None:
        """The list, which is gone from here; None when there is none, or none of that commune, or no more."""
        c = checked_list.c
        mine = sa.delete(checked_list).where(c.person_id == person_id).returning(c.commune, c.body, c.until)
        row = (await self._connection.execute(mine)).first()
        if row is None or row.commune != commune or row.until <= now:
            return None
        found: dict[str, Any] = json.loads(self._vault.open(row.body))
        return found

    async def drop(self, person_id: int) -> None:
        """Nobody wants it any more."""
        await self._connection.execute(sa.delete(checked_list).where(checked_list.c.person_id == person_id))

    async def forget(self, now: dt.datetime) -> int:
        """Drops lists whose hour is over; returns how many."""
        return (await self._connection.execute(sa.delete(checked_list).where(checked_list.c.until <= now))).rowcount
