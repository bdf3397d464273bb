"""Who may open the officers' page: a link that works once, within minutes, and the session it is exchanged for."""

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema.pages import page_pass
from storage.vault import Vault

LINK_LASTS = dt.timedelta(minutes=15)
SESSION_LASTS = dt.timedelta(hours=12)


class Passes:
    """The links and sessions of a transaction. Of each only a keyed hash is kept."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def offer(self, person_id: int, now: dt.datetime) -> str:
        """The code of a new link for that person; the one before is dead."""
        before = (page_pass.c.kind == "link") & (page_pass.c.person_id == person_id)
        await self._connection.execute(sa.delete(page_pass).where(before))
        return await self._put("link", person_id, now + LINK_LASTS)

    async def enter(self, code: str, now: dt.datetime) -> tuple[str, int] | None:
        """Uses the link up: the token of a new session, and whose it is. None for a link used, ended or unknown."""
        # One statement decides, so that of two who open it only one comes in.
        used = sa.delete(page_pass).where(self._is("link", code, now)).returning(page_pass.c.person_id)
        person_id = (await self._connection.execute(used)).scalar()
        if person_id is None:
            return None
        return await self._put("session", int(person_id), now + SESSION_LASTS), int(person_id)

    async def waits(self, code: str, now: dt.datetime) -> bool:
        """Whether the link can still be used."""
        found = sa.select(page_pass.c.hash).where(self._is("link", code, now))
        return (await self._connection.execute(found)).first() is not None

    async def whose(self, token: str, now: dt.datetime) -> int | None:
        """The person whose session it is; None when it has ended."""
        found = sa.select(page_pass.c.person_id).where(self._is("session", token, now))
        person_id = (await self._connection.execute(found)).scalar()
        return None if person_id is None else int(person_id)

    async def end(self, token: str) -> None:
        """Ends a session."""
        await self._connection.execute(sa.delete(page_pass).where(page_pass.c.hash == self._hash("session", token)))

    async def forget(self, now: dt.datetime) -> int:
        """Drops what has ended; returns how many."""
        return (await self._connection.execute(sa.delete(page_pass).where(page_pass.c.until <= now))).rowcount

    async def _put(self, kind: str, person_id: int, until: dt.datetime) -> str:
        secret = secrets.token_urlsafe(16)
        values = {"hash": self._hash(kind, secret), "kind": kind, "person_id": person_id, "until": until}
        await self._connection.execute(sa.insert(page_pass).values(**values))
        return secret

    def _is(self, kind: str, secret: str, now: dt.datetime) -> sa.ColumnElement[bool]:
        return sa.and_(
            page_pass.c.hash == self._hash(kind, secret), page_pass.c.kind == kind, page_pass.c.until > now
        )

    def _hash(self, kind: str, secret: str) -> str:
        return self._vault.lane("page", kind, secret)
