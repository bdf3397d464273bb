"""What an officer tells many people of his commune at once: to whom, how far it has got, and how it is stopped."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.outbox import HELD
from storage.schema import chat, outbox, person, role
from storage.schema.broadcasts import broadcast, broadcast_to, news_reader
from storage.schema.receivers import notice
from storage.scope import Scope

Audience = Literal["member", "head", "citizen"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
Progress = Literal["waiting", "held", "sent", "unsure", "failed"]
"""Not written yet; waits for the person's next word; taken by his channel; perhaps; not to be delivered."""
KEY = "t"
"""Keys of told notices in the outbox: "t<notice>:<part>"."""
KEPT = dt.timedelta(days=365)
LISTED = 5


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Something told to many."""

    id: int
    audience: Audience
    text: str
    at: dt.datetime
    due_at: dt.datetime
    stopped_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """How far a broadcast has got."""

    counts: Counter[Progress]
    missing: tuple[str, ...]
    """Names of members it has not reached yet; never citizens'."""


_REACHABLE = sa.exists().where(chat.c.person_id == person.c.id, chat.c.unreachable.is_(None))

_KEY = sa.literal(KEY).concat(sa.cast(broadcast_to.c.notice, sa.String)).concat(":0")


def _members(commune: str, *roles: str) -> sa.Select[tuple[int]]:
    held = sa.and_(role.c.commune == commune, role.c.role.in_(roles), role.c.ended_at.is_(None))
    return sa.select(role.c.person_id).where(held)


class Broadcasts:
    """The broadcasts of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def audience(self, scope: Scope, commune: str, audience: Audience) -> tuple[list[int], int]:
        """Whom it would reach, and how many more cannot be written to on any channel. Raises NotAllowed."""
        scope.answering_for(commune)
        if audience == "citizen":
            who = sa.and_(person.c.commune == commune, person.c.id.in_(sa.select(news_reader.c.person_id)),
                          person.c.id.not_in(_members(commune, "member", "head", "officer")))  # fmt: skip
        else:
            roles = ("head",) if audience == "head" else ("member", "head")
            who = person.c.id.in_(_members(commune, *roles))
        found = sa.select(person.c.id, _REACHABLE.label("reachable")).where(who).order_by(person.c.id)
        rows = (await self._connection.execute(found)).all()
        ids = [row.id for row in rows if row.reachable]
        return ids, len(rows) - len(ids)

    async def send(
        self, scope: Scope, commune: str, audience: Audience, text: str, body: bytes, now: dt.datetime,
        due_at: dt.datetime,
    ) -> int:  # fmt: skip
        """Has everybody of the audience but the sender told `body` (sealed) from `due_at` on; returns its id.

        Raises NotAllowed for whoever is no officer of the commune.
        """
        by = scope.answering_for(commune)
        values = {"commune": commune, "audience": audience, "text": text, "by": by, "at": now, "due_at": due_at}
        made = sa.insert(broadcast).values(**values).returning(broadcast.c.id)
        number = int((await self._connection.execute(made)).scalar_one())
        ids, _ = await self.audience(scope, commune, audience)
        rows = [{"person_id": i, "body": body, "created_at": now, "due_at": due_at} for i in ids if i != by]
        if rows:
            told = sa.insert(notice).returning(notice.c.id, notice.c.person_id)
            notices = (await self._connection.execute(told, rows)).all()
            to = [{"broadcast_id": number, "person_id": n.person_id, "notice": n.id} for n in notices]
            await self._connection.execute(sa.insert(broadcast_to), to)
        return number

    async def latest(self, scope: Scope, commune: str) -> list[Broadcast]:
        """The last LISTED ones of the commune, the newest first. Raises NotAllowed."""
        scope.answering_for(commune)
        found = sa.select(broadcast).where(broadcast.c.commune == commune)
        return await self._read(found.order_by(broadcast.c.id.desc()).limit(LISTED))

    async def find(self, scope: Scope, number: int, commune: str) -> Broadcast | None:
        """That one, if it is the commune's. Raises NotAllowed."""
        scope.answering_for(commune)
        which = sa.and_(broadcast.c.id == number, broadcast.c.commune == commune)
        return next(iter(await self._read(sa.select(broadcast).where(which))), None)

    async def _read(self, found: sa.Select[tuple[int]]) -> list[Broadcast]:
        rows = await self._connection.execute(found)
        return [Broadcast(r.id, r.audience, r.text, r.at, r.due_at, r.stopped_at) for r in rows.mappings().all()]

    async def told(self, one: Broadcast) -> Told:
        """To how many it has got. What the outbox has forgotten since was sent."""
        found = (
            sa.select(person.c.name, notice.c.id, outbox.c.state, outbox.c.error)
            .select_from(broadcast_to)
            .join(person, person.c.id == broadcast_to.c.person_id)
            .outerjoin(notice, notice.c.id == broadcast_to.c.notice)
            .outerjoin(outbox, outbox.c.key == _KEY)
            .where(broadcast_to.c.broadcast_id == one.id)
            .order_by(person.c.name)
        )
        counts, missing = Counter[Progress](), list[str]()
        for row in await self._connection.execute(found):
            progress = _progress(row.id is not None, row.state, row.error)
            counts[progress] += 1
            if progress in ("held", "failed") and one.audience != "citizen" and row.name:
                missing.append(row.name)
        return Told(counts, tuple(missing))

    async def stop(self, scope: Scope, number: int, commune: str, now: dt.datetime) -> bool:
        """Tells nobody else; whether there was something of that commune to stop. Raises NotAllowed."""
        scope.answering_for(commune)
        open_ = sa.and_(broadcast.c.id == number, broadcast.c.commune == commune, broadcast.c.stopped_at.is_(None))
        stopped = await self._connection.execute(sa.update(broadcast).where(open_).values(stopped_at=now))
        if not stopped.rowcount:
            return False
        to = sa.select(broadcast_to.c.notice).where(broadcast_to.c.broadcast_id == number)
        waiting = sa.delete(notice).where(notice.c.id.in_(to)).returning(notice.c.id)
        dropped = list((await self._connection.execute(waiting)).scalars())
        keys = sa.select(_KEY).where(broadcast_to.c.broadcast_id == number)
        queued = sa.delete(outbox).where(outbox.c.key.in_(keys), outbox.c.state == "queued").returning(outbox.c.key)
        written = (await self._connection.execute(queued)).scalars()
        dropped += [int(key.removeprefix(KEY).partition(":")[0]) for key in written]
        never = sa.delete(broadcast_to).where(
            broadcast_to.c.broadcast_id == number, broadcast_to.c.notice == sa.bindparam("n")
        )
        if dropped:
            await self._connection.execute(never, [{"n": n} for n in dropped])
        return True

    # --- who agreed ---

    async def agrees(self, person_id: int) -> dt.datetime | None:
        """Since when the person wants his commune's news; None when he does not."""
        found = sa.select(news_reader.c.agreed_at).where(news_reader.c.person_id == person_id)
        return (await self._connection.execute(found)).scalar()

    async def agree(self, person_id: int, now: dt.datetime, *, wanted: bool) -> None:
        """Notes that he wants it, or no more."""
        await self._connection.execute(sa.delete(news_reader).where(news_reader.c.person_id == person_id))
        if wanted:
            await self._connection.execute(sa.insert(news_reader).values(person_id=person_id, agreed_at=now))

    async def of(self, person_id: int) -> dict[str, object]:
        """For a person's own data: whether he agreed, and how many broadcasts name him as told."""
        count = sa.select(sa.func.count()).where(broadcast_to.c.person_id == person_id)
        told = (await self._connection.execute(count)).scalar_one()
        return {"agreed_at": await self.agrees(person_id), "told": told}

    async def forget(self, now: dt.datetime) -> int:
        """Drops what is older than KEPT."""
        old = sa.delete(broadcast).where(broadcast.c.at < now - KEPT)
        return (await self._connection.execute(old)).rowcount


def _progress(waits: bool, state: str | None, error: str | None) -> Progress:
    if waits:
        return "waiting"
    if state in ("queued", "sending"):
        return "held" if error == HELD else "waiting"
    return {"unknown": "unsure", "parked": "failed"}.get(state or "", "sent")  # type: ignore[return-value]
