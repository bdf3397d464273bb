"""Reads the program's database from outside."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from storage.database import Database
from storage.schema import chat, guide_run, inbox, outbox
from storage.vault import Vault
from tests.harness.program import SECRET_KEY

CHANNEL = "telegram"


@dataclass(frozen=True, slots=True)
class Written:
    """A reply in the outbox: the update that caused it, which of its replies it is, how it ended."""

    id: int
    update: int
    number: int
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the database has a person."""

    step: str
    trail: tuple[str, ...]
    unsure: bool


class DatabaseBooks:
    """Questions about what is stored."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, Vault(SECRET_KEY.encode()))

    async def close(self) -> None:
        """Gives the connections back."""
        await self._database.close()

    async def handled(self, updates: list[int]) -> bool:
        """Whether all these updates are done."""
        found = sa.select(sa.func.count()).where(
            inbox.c.channel == CHANNEL, inbox.c.key.in_([str(u) for u in updates]), inbox.c.state == "done"
        )
        async with self._database.read() as connection:
            return (await connection.execute(found)).scalar() == len(updates)

    async def taken(self, updates: list[int]) -> set[int]:
        """Those of the updates that were taken in."""
        return set(await self.inbox_states()) & set(updates)

    async def inbox_states(self) -> dict[int, str]:
        """The state of every update ever taken in."""
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(inbox.c.key, inbox.c.state).where(inbox.c.channel == CHANNEL))
            return {int(r.key): r.state for r in rows}

    async def written(self) -> list[Written]:
        """Every reply, in the order in which turns wrote them."""
        async with self._database.read() as connection:
            keys = {r.id: int(r.key) for r in await connection.execute(sa.select(inbox.c.id, inbox.c.key))}
            replies = sa.select(outbox.c.id, outbox.c.key, outbox.c.state).order_by(outbox.c.id)
            rows = await connection.execute(replies)
            found = []
            for r in rows:
                cause, _, number = r.key.partition(":")
                found.append(Written(r.id, keys.get(int(cause[1:]), 0), int(number), r.state))
            return found

    async def open_replies(self) -> int:
        """How many replies still wait or are on their way."""
        async with self._database.read() as connection:
            found = sa.select(sa.func.count()).where(outbox.c.state.in_(("queued", "sending")))
            return int((await connection.execute(found)).scalar_one())

    async def standing(self, person: int) -> Standing | None:
        """Where a person stands; None for somebody unknown or in no guide. Raises AssertionError for two places."""
        lane = self._database.vault.lane(CHANNEL, str(person))
        found = (
            sa.select(guide_run.c.step, guide_run.c.history, chat.c.unsure)
            .join(chat, chat.c.person_id == guide_run.c.person_id)
            .where(chat.c.lane == lane)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(found)).all()
        assert len(rows) <= 1, f"person {person} walks {len(rows)} times"
        return Standing(rows[0].step, tuple(rows[0].history), bool(rows[0].unsure)) if rows else None

    async def doubled(self) -> list[str]:
        """Causes with more replies than one; every act of the people here is answered by exactly one message."""
        counts = Counter(w.update for w in await self.written())
        return [f"update {update} was answered by {n} messages" for update, n in counts.items() if n > 1]
