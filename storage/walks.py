"""Walks of a helper: several side by side under nicknames that end with them, and one that goes to another member."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.runs import Run, Runs
from storage.schema import guide_run, role
from storage.schema.walks import run_name, run_pass
from storage.scope import NotAllowed, Scope
from storage.short_codes import LASTS, new_short_code
from storage.vault import Vault

MOST = 6
"""Walks with others that somebody has at a time."""
NAMES_KEPT = dt.timedelta(days=7)
"""A nickname of a walk nobody went on with for so long."""
HELPERS = ("member", "head")

g = guide_run.c
_OPEN = g.state.in_(("active", "paused"))


@dataclass(frozen=True, slots=True)
class Walk:
    """One of a helper's open walks with others."""

    run: Run
    name: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A walk that went from one helper to another."""

    run: Run
    giver: int


class TooMany(ValueError):
    """Enough walks are open."""


class Walks:
    """The walks of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def open(self, person_id: int) -> list[Walk]:
        """The walks with others that somebody has begun and not ended, the oldest first."""
        found = (
            sa.select(guide_run, run_name.c.name)
            .outerjoin(run_name, run_name.c.run_id == g.id)
            .where(g.person_id == person_id, g.helping, _OPEN)
            .order_by(g.id)
        )
        rows = (await self._connection.execute(found)).mappings().all()
        return [
            Walk(Run.from_row(dict(r)), self._vault.open(r["name"]).decode() if r["name"] else None) for r in rows
        ]

    async def room(self, person_id: int) -> None:
        """Raises TooMany when he has enough open walks with others."""
        if len(await self.open(person_id)) >= MOST:
            raise TooMany

    async def name(self, person_id: int, run_id: int, name: str, now: dt.datetime) -> bool:
        """What he calls the other one of an open walk of his; False when it is none."""
        own = sa.select(g.id).where(g.id == run_id, g.person_id == person_id, g.helping, _OPEN)
        if await self._connection.scalar(own) is None:
            return False
        await self._connection.execute(sa.delete(run_name).where(run_name.c.run_id == run_id))
        row = {"run_id": run_id, "name": self._vault.seal(name.encode()), "set_at": now}
        await self._connection.execute(sa.insert(run_name).values(**row))
        return True

    # --- to another member ----------------------------------------------------------------------------------

    def _hash(self, code: str) -> str:
        return self._vault.lane("walk", code)

    async def offer(self, scope: Scope, run_id: int, now: dt.datetime) -> str:
        """A code by which another member of the commune goes on with that walk; the one before is dead.

        Raises NotAllowed for whoever is in no team, and for a walk that is not his or not with somebody.
        """
        own = sa.select(g.id).where(g.id == run_id, g.person_id == scope.person_id, g.helping, _OPEN)
        if not scope.has(*HELPERS) or await self._connection.scalar(own) is None:
            raise NotAllowed
        old = (run_pass.c.run_id == run_id) | (run_pass.c.until <= now)
        await self._connection.execute(sa.delete(run_pass).where(old))
        code = new_short_code()
        values = {"code_hash": self._hash(code), "run_id": run_id, "until": now + LASTS}
        await self._connection.execute(sa.insert(run_pass).values(**values))
        return code

    async def take(self, scope: Scope, code: str, now: dt.datetime) -> Taken | None:
        """The walk of that code is his from now on, at the same step; the one he was in is put aside.

        None for a code that is wrong, used or over, his own, or of somebody with whom he shares no commune.
        """
        giver_there = sa.exists().where(
            role.c.person_id == g.person_id, role.c.ended_at.is_(None), role.c.role.in_(HELPERS),
            role.c.commune.in_(scope.communes(*HELPERS)),
        )  # fmt: skip
        which = sa.and_(run_pass.c.code_hash == self._hash(code), run_pass.c.until > now)
        found = (
            sa.select(guide_run)
            .join(run_pass, run_pass.c.run_id == g.id)
            .where(which, _OPEN, g.person_id != scope.person_id, giver_there)
        )
        row = (await self._connection.execute(found)).mappings().first()
        if row is None or (await self._connection.execute(sa.delete(run_pass).where(which))).rowcount != 1:
            return None
        await Runs(self._connection).put_aside(scope.person_id)
        # `moved_at` too: a press of the giver that is being handled right now is to find that it came too late.
        mine = sa.update(guide_run).where(g.id == row["id"], g.person_id == row["person_id"], _OPEN)
        mine = mine.values(person_id=scope.person_id, state="active", moved_at=now)
        if (await self._connection.execute(mine)).rowcount != 1:
            return None
        return Taken(Run.from_row({**dict(row), "state": "active", "moved_at": now}), row["person_id"])

    async def forget(self, now: dt.datetime) -> int:
        """Drops nicknames of walks long left alone, and codes that are over; returns how many names."""
        await self._connection.execute(sa.delete(run_pass).where(run_pass.c.until <= now))
        alone = sa.exists().where(g.id == run_name.c.run_id, (g.moved_at < now - NAMES_KEPT) | ~_OPEN)
        gone = sa.delete(run_name).where(alone)
        return (await self._connection.execute(gone)).rowcount
