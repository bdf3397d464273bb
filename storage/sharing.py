"""What a platform may be told of a person who agreed to it, or asked: agreements, and the tags there that follow.

A tag follows from what is known (the commune chosen, a request that waits). The difference between what should stand
at the platform and what does is looked for, whatever act it came from; who is gone leaves a tag to be taken off.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import chat, person, written
from storage.schema.handover import help_request
from storage.schema.zalo import SHARES, TAGS, chat_share, zalo_tag

CHANNEL = "zalo_oa"
GIVEN_UP = dt.timedelta(days=7)
"""A tag that could not be taken off in all that time is left, with the address it needed."""
MOST = 500
"""Tags let go in one look."""

__all__ = ["SHARES", "TAGS", "Age", "Missing", "Sharing", "Tag"]

s, t = chat_share.c, zalo_tag.c
_CODE = sa.case((s.what == "commune", person.c.commune), else_="")
_WAITS = sa.exists().where(
    help_request.c.citizen_id == person.c.id,
    sa.text("help_request.state IN ('waiting', 'taken')"),  # as the partial index has it
    written(help_request.c.state, "waiting"),
)
_FITS = sa.case((s.what == "commune", person.c.commune.is_not(None)), else_=_WAITS)
_AGREED = chat_share.join(chat, chat.c.id == s.chat_id).join(person, person.c.id == chat.c.person_id)


@dataclass(frozen=True, slots=True)
class Missing:
    """A tag that should stand at the platform and is not even noted here."""

    chat_id: int
    lane: str
    address: bytes
    """Sealed."""
    kind: str
    commune: str
    """Of the commune's tag; "" for the others."""
    home: str | None
    """The person's commune."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag to put on, or to take off."""

    id: int
    oa_id: str
    address: bytes
    """Sealed."""
    name: str
    wanted: bool
    tries: int
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Age:
    """A chat whose platform is to be asked once whether a child holds it."""

    chat_id: int
    person_id: int
    address: bytes
    """Sealed."""
    tries: int
    since: dt.datetime
    """When it was agreed to."""


class Sharing:
    """The agreements and tags of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # --- what people agreed to ------------------------------------------------------------------------------

    async def agree(self, chat_id: int, what: Iterable[str], now: dt.datetime) -> None:
        """The person of that chat agreed to these; what he agreed to before stays as it is."""
        rows = [
            {"chat_id": chat_id, "what": w, "agreed_at": now, "due_at": now if w == "age" else None} for w in what
        ]
        if rows:
            insert = (sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert)(chat_share)
            await self._connection.execute(insert.on_conflict_do_nothing(), rows)

    async def refuse(self, chat_id: int) -> None:
        """Nothing any more: what stands at the platform is taken off at the next look."""
        await self._connection.execute(sa.delete(chat_share).where(s.chat_id == chat_id))

    async def of(self, chat_id: int) -> set[str]:
        """What was agreed to in that chat."""
        return set((await self._connection.execute(sa.select(s.what).where(s.chat_id == chat_id))).scalars())

    async def record(self, person_id: int) -> list[dict[str, Any]]:
        """All that is kept of a person here."""
        found = sa.select(chat.c.channel, s.what, s.agreed_at).join(chat, chat.c.id == s.chat_id)
        tag = sa.select(chat.c.channel, t.name.label("tag"), t.placed, t.since).join(
            chat, sa.and_(chat.c.lane == t.lane, chat.c.channel == CHANNEL)
        )
        queries = [q.where(chat.c.person_id == person_id) for q in (found, tag)]
        return [dict(row) for q in queries for row in (await self._connection.execute(q)).mappings()]

    # --- tags -----------------------------------------------------------------------------------------------

    async def any(self) -> bool:
        """Whether any tag stands at a platform, or may."""
        return await self._connection.scalar(sa.select(t.id).limit(1)) is not None

    async def due(self, now: dt.datetime) -> bool:
        """Whether anything is to be done now."""
        tag, age = sa.select(t.id).where(t.due_at <= now), sa.select(s.chat_id).where(s.due_at <= now)
        return bool(await self._connection.scalar(sa.select(sa.or_(tag.exists(), age.exists()))))

    async def missing(self, kinds: Sequence[str], most: int, *, after: int = 0) -> list[Missing]:
        """Tags of these kinds that should be there and are not noted as wanted; in chats after that one."""
        noted = sa.and_(t.lane == chat.c.lane, t.kind == s.what, t.commune == _CODE, t.wanted)
        found = (
            sa.select(s.chat_id, chat.c.lane, chat.c.address, s.what, _CODE.label("code"), person.c.commune)
            .select_from(_AGREED)
            .where(chat.c.channel == CHANNEL, s.what.in_(kinds), s.chat_id > after, _FITS, ~sa.exists().where(noted))
            .order_by(s.chat_id)
            .limit(most)
        )
        return [Missing(*row) for row in await self._connection.execute(found)]

    async def want(self, one: Missing, oa_id: str, name: str, now: dt.datetime) -> None:
        """The tag is to be put on."""
        values = {"oa_id": oa_id, "address": one.address, "name": name, "wanted": True, "due_at": now, "tries": 0,
                  "error": None, "since": now}  # fmt: skip
        insert = (sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert)(zalo_tag)
        made = insert.values(lane=one.lane, kind=one.kind, commune=one.commune, placed=False, **values)
        key = ["lane", "kind", "commune"]
        await self._connection.execute(made.on_conflict_do_update(index_elements=key, set_=values))

    async def stale(self, kinds: Sequence[str], most: int) -> list[int]:
        """Tags that are not called for any more."""
        called_for = (
            sa.exists()
            .select_from(_AGREED)
            .where(
                chat.c.channel == CHANNEL, chat.c.lane == t.lane, s.what == t.kind, s.what.in_(kinds), _FITS,
                t.commune == _CODE,
            )
        )  # fmt: skip
        found = sa.select(t.id).where(t.wanted, ~called_for).order_by(t.id).limit(most)
        return list((await self._connection.execute(found)).scalars())

    async def let_go(self, tags: Sequence[int], now: dt.datetime) -> None:
        """These are to be taken off; one that was never put on is forgotten. Of one that is called for again the next
        look will find that it is missing."""
        await self._connection.execute(sa.delete(zalo_tag).where(t.id.in_(tags), t.wanted, ~t.placed))
        off = {"wanted": False, "due_at": now, "since": now, "tries": 0, "error": None}
        await self._connection.execute(sa.update(zalo_tag).where(t.id.in_(tags), t.wanted).values(**off))

    async def claim(self, now: dt.datetime, until: dt.datetime, most: int) -> list[Tag]:
        """What is due, nobody else's until that time. It counts as put on before it is: the try may get through."""
        found = sa.select(t.id).where(t.due_at <= now).order_by(t.due_at, t.id).limit(most)
        ids = (await self._connection.execute(found.with_for_update(skip_locked=True))).scalars().all()
        taken = (
            sa.update(zalo_tag)
            .where(t.id.in_(ids))
            .values(due_at=until, tries=t.tries + 1, placed=True)
            .returning(t.id, t.oa_id, t.address, t.name, t.wanted, t.tries, t.since)
        )
        return [Tag(*row) for row in await self._connection.execute(taken)] if ids else []

    async def stands(self, tag: Tag) -> None:
        """It was put on; one that is not called for any more meanwhile stays due."""
        settled = sa.update(zalo_tag).where(t.id == tag.id, t.since == tag.since)
        await self._connection.execute(settled.values(due_at=None, tries=0, error=None))

    async def gone(self, tag: Tag) -> None:
        """It was taken off: nothing of it stays, unless it was called for again meanwhile."""
        await self._connection.execute(sa.delete(zalo_tag).where(t.id == tag.id, t.since == tag.since))

    async def again(self, tag: Tag, due_at: dt.datetime | None, error: str) -> None:
        """It did not work: at that time again, or never."""
        same = sa.and_(t.id == tag.id, t.since == tag.since)
        await self._connection.execute(sa.update(zalo_tag).where(same).values(due_at=due_at, error=error[:40]))

    async def forget(self, now: dt.datetime) -> int:
        """Drops what nobody is there to take off: the channel may be switched off. Returns how many."""
        await self.let_go(await self.stale(TAGS, MOST), now)
        left = sa.delete(zalo_tag).where(~t.wanted, t.since <= now - GIVEN_UP - dt.timedelta(days=1))
        return (await self._connection.execute(left)).rowcount

    async def counts(self) -> dict[str, dict[str, int]]:
        """By account: how many tags stand, are due, and cannot be put on, by their errors."""
        state = sa.case((t.due_at.is_not(None), "due"), (t.error.is_(None), "on"), else_=t.error)
        found = sa.select(t.oa_id, state, sa.func.count()).group_by(t.oa_id, state)
        counted: dict[str, dict[str, int]] = {}
        for oa_id, name, number in (await self._connection.execute(found)).tuples():
            counted.setdefault(oa_id, {})[name] = number
        return counted

    # --- whether a child holds it ---------------------------------------------------------------------------

    async def claim_ages(self, now: dt.datetime, until: dt.datetime, most: int) -> list[Age]:
        """Chats to ask about, nobody else's until that time."""
        due = (
            sa.select(s.chat_id, chat.c.person_id, chat.c.address, s.tries, s.agreed_at)
            .select_from(chat_share.join(chat, chat.c.id == s.chat_id))
            .where(s.due_at <= now, s.what == "age", chat.c.channel == CHANNEL)
            .order_by(s.due_at, s.chat_id)
            .limit(most)
            .with_for_update(of=chat_share, skip_locked=True)
        )
        rows = (await self._connection.execute(due)).all()
        found = [Age(row.chat_id, row.person_id, row.address, row.tries + 1, row.agreed_at) for row in rows]
        which = sa.and_(s.what == "age", s.chat_id.in_([age.chat_id for age in found]))
        if found:
            await self._connection.execute(sa.update(chat_share).where(which).values(due_at=until, tries=s.tries + 1))
        return found

    async def asked(self, age: Age, due_at: dt.datetime | None = None) -> bool:
        """It was asked, or is to be asked again then; False when the person has refused or gone meanwhile."""
        person_ = sa.select(chat.c.person_id).where(chat.c.id == s.chat_id).scalar_subquery()
        which = sa.and_(s.chat_id == age.chat_id, s.what == "age", s.due_at.is_not(None), person_ == age.person_id)
        noted = await self._connection.execute(sa.update(chat_share).where(which).values(due_at=due_at))
        return noted.rowcount == 1
