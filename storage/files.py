"""Files handed out by link: encrypted, for a few days, with who opened them and when."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema.zalo import file_link, file_opening
from storage.vault import Vault

ROWS_KEPT = dt.timedelta(days=90)
"""After a link has ended, how long it is still known that there was one and who opened it."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A file somebody opened the link of."""

    id: int
    name: str
    mime: str
    data: bytes = field(repr=False)


class Files:
    """The files of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def _hash(self, code: str) -> str:
        return self._vault.lane("file", code)

    async def put(
        self, code: str, name: str, mime: str, data: bytes, person_id: int | None, now: dt.datetime,
        expires_at: dt.datetime,
    ) -> None:  # fmt: skip
        """Keeps a file behind that code; of the code only a keyed hash stays."""
        await self._connection.execute(sa.insert(file_link).values(
            code_hash=self._hash(code), person_id=person_id, name=name[:120], mime=mime[:100],
            body=self._vault.seal(data), created_at=now, expires_at=expires_at,
        ))  # fmt: skip

    async def open(self, code: str, origin: str, device: str, now: dt.datetime) -> Handed | None:
        """The file, and a line of who opened it; None when there is none (any more). `origin` is hashed here."""
        found = sa.select(file_link).where(file_link.c.code_hash == self._hash(code), file_link.c.expires_at > now)
        row = (await self._connection.execute(found)).mappings().first()
        if row is None or row["body"] is None:
            return None
        opening = {"link_id": row["id"], "at": now, "origin": self._vault.lane("origin", origin), "device": device}
        await self._connection.execute(sa.insert(file_opening).values(**opening))
        return Handed(row["id"], row["name"], row["mime"], self._vault.open(row["body"]))

    async def openings(self, person_id: int) -> list[dict[str, Any]]:
        """The links made for a person, and how often and when last each was opened."""
        found = (
            sa.select(file_link.c.name, file_link.c.created_at, file_link.c.expires_at,
                      sa.func.count(file_opening.c.id).label("openings"),
                      sa.func.max(file_opening.c.at).label("last_opened_at"))
            .outerjoin(file_opening)
            .where(file_link.c.person_id == person_id)
            .group_by(file_link.c.id)
            .order_by(file_link.c.id)
        )  # fmt: skip
        return [dict(r) for r in (await self._connection.execute(found)).mappings()]

    async def forget(self, now: dt.datetime) -> int:
        """Erases the bytes of links that have ended, later the rows; returns how many links lost their bytes."""
        ended = sa.and_(file_link.c.expires_at <= now, file_link.c.body.is_not(None))
        erased = await self._connection.execute(sa.update(file_link).where(ended).values(body=None))
        old = file_link.c.expires_at <= now - ROWS_KEPT
        await self._connection.execute(sa.delete(file_link).where(old))
        return erased.rowcount
