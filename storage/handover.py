"""Asking for a human: one open request a person, taken by one helper, counted when it is over, and then nobody's.

Whatever is not the person's to see or change is None, nothing, or NotAllowed, as if it were not there.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.reach import Windows, writable
from storage.schema import chat, hamlet, outbox, person, role, team
from storage.schema.handover import duty, help_asked, help_request, passed_on
from storage.scope import NotAllowed, Scope
from storage.upsert import upsert

KNOWN_FOR = dt.timedelta(days=7)
"""After its end a request still says who asked and who helped: to be rated and logged."""
KEPT = dt.timedelta(days=400)
"""After they were asked, for a year's figures."""
NOTED_EVERY = dt.timedelta(minutes=5)
HELPERS = ("member", "head", "officer")
"""Who may take a request of his commune."""

r, _asked = help_request.c, help_asked.c
_OPEN = r.state.in_(("waiting", "taken"))


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks for a human."""

    id: int
    commune: str
    hamlet_id: int | None
    hamlet: str | None
    citizen_id: int | None
    helper_id: int | None
    helper: str | None
    guide: str | None
    step: str | None
    state: str
    ring: int
    """How far it was carried: 0 nobody was asked yet; see handlers/rings.py."""
    asked_at: dt.datetime
    rung_at: dt.datetime | None
    taken_at: dt.datetime | None
    due_at: dt.datetime | None
    logged: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """Messages of somebody that did not reach the other."""

    request_id: int
    from_id: int
    trouble: str
    """held, unknown, parked or unreachable."""


_helper = person.alias("helper")
_ONE = (
    sa.select(
        r.id, r.commune, r.hamlet_id, hamlet.c.name.label("hamlet"), r.citizen_id, r.helper_id,
        _helper.c.name.label("helper"), r.guide, r.step, r.state, r.ring, r.asked_at, r.rung_at, r.taken_at, r.due_at,
        r.logged,
    )
    .select_from(help_request)
    .outerjoin(hamlet, hamlet.c.id == r.hamlet_id)
    .outerjoin(_helper, _helper.c.id == r.helper_id)
)  # fmt: skip


class Handover:
    """The requests of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # --- the person who asks --------------------------------------------------------------------------------

    async def ask(
        self, citizen_id: int, commune: str, now: dt.datetime, due_at: dt.datetime, *, hamlet_id: int | None = None,
        guide: str | None = None, step: str | None = None,
    ) -> Request:  # fmt: skip
        """Opens a request, to be carried to people at `due_at`; nobody is asked yet.

        Raises NotAllowed for somebody who has one open or is helping, and for a hamlet of another commune.
        """
        busy = sa.select(r.id).where(sa.or_(_of_citizen(citizen_id), _of_helper(citizen_id)))
        here = sa.select(hamlet.c.id).where(hamlet.c.id == hamlet_id, hamlet.c.commune == commune)
        if await self._connection.scalar(busy) or (hamlet_id and not await self._connection.scalar(here)):
            raise NotAllowed
        made = sa.insert(help_request).values(
            citizen_id=citizen_id, commune=commune, hamlet_id=hamlet_id, guide=guide, step=step, state="waiting",
            ring=0, asked_at=now, due_at=due_at,
        )  # fmt: skip
        return await self._one((await self._connection.execute(made.returning(r.id))).scalar_one())

    async def of(self, person_id: int) -> Request | None:
        """The open request of somebody who asked, or the one he is helping with now."""
        found = _ONE.where(sa.or_(_of_citizen(person_id), _of_helper(person_id))).limit(1)
        row = (await self._connection.execute(found)).first()
        return Request(*tuple(row)) if row else None

    async def withdraw(self, person_id: int, request_id: int, now: dt.datetime) -> bool:
        """Whoever asked needs nobody any more; False when it was not waiting."""
        mine = sa.and_(r.id == request_id, r.citizen_id == person_id, r.state == "waiting")
        return await self._end(mine, now, state="withdrawn")

    async def rate(self, person_id: int, request_id: int, stars: int) -> bool:
        """How satisfied whoever asked was, 1 to 5; once. He is forgotten with it: nobody learns who said so."""
        mine = sa.and_(r.id == request_id, r.citizen_id == person_id, r.state == "closed", r.rating.is_(None))
        rated = sa.update(help_request).where(mine).values(rating=stars, citizen_id=None)
        return (await self._connection.execute(rated)).rowcount == 1

    # --- those who help -------------------------------------------------------------------------------------

    async def take(self, scope: Scope, request_id: int, now: dt.datetime, idle_at: dt.datetime) -> Request | None:
        """The first who takes it has it; None when somebody else was first, or it is over.

        Raises NotAllowed for one of another commune, one's own, and for whoever is in a talk or asked for one.
        """
        me = scope.person_id
        found = sa.select(r.state, r.citizen_id).where(r.id == request_id, r.commune.in_(scope.communes(*HELPERS)))
        row = (await self._connection.execute(found)).first()
        busy = sa.select(r.id).where(sa.or_(_of_citizen(me), _of_helper(me)))
        if row is None or row.citizen_id == me or await self._connection.scalar(busy):
            raise NotAllowed
        free = sa.and_(r.id == request_id, r.state == "waiting", r.citizen_id.is_distinct_from(me))
        taken = (
            sa.update(help_request)
            .where(free)
            .values(
                state="taken",
                helper_id=me,
                taken_at=_once(r.taken_at, now),
                rung_at=_once(r.rung_at, now),
                due_at=idle_at,
            )
        )
        if (await self._connection.execute(taken)).rowcount != 1:
            return None
        return await self._one(request_id)

    async def waited(self, request_id: int, minutes: int) -> None:
        """How many minutes of opening hours it took until somebody took it the first time."""
        first = sa.and_(r.id == request_id, r.waited.is_(None))
        await self._connection.execute(sa.update(help_request).where(first).values(waited=minutes))

    async def spoke(self, request_id: int, idle_at: dt.datetime) -> None:
        """Something was said: the talk is not idle before that time. Noted every few minutes, not with each word."""
        going_on = sa.and_(r.id == request_id, r.state == "taken", r.due_at < idle_at - NOTED_EVERY)
        await self._connection.execute(sa.update(help_request).where(going_on).values(due_at=idle_at))

    async def give_back(self, helper_id: int, request_id: int, due_at: dt.datetime, *, ring: int) -> bool:
        """The helper passes it on: it waits again, carried that far, for whoever is asked next."""
        mine = sa.and_(r.id == request_id, r.helper_id == helper_id, r.state == "taken")
        again = sa.update(help_request).where(mine).values(state="waiting", helper_id=None, due_at=due_at, ring=ring)
        if (await self._connection.execute(again)).rowcount != 1:
            return False
        await self._connection.execute(sa.delete(help_asked).where(_asked.request_id == request_id))
        return True

    async def close(
        self, request_id: int, now: dt.datetime, *, by: int | None = None, result: str | None = None
    ) -> bool:
        """Ends a talk: one of the two does, or nobody when both fell silent. False when it was over already."""
        which = sa.and_(r.id == request_id, r.state == "taken")
        if by is not None:
            which = sa.and_(which, sa.or_(r.helper_id == by, r.citizen_id == by))
        return await self._end(which, now, state="closed", result=result)

    async def log(self, helper_id: int, request_id: int, result: str) -> Request | None:
        """Notes that the helper has his draft, once; None when he had it, or it was not he who helped."""
        mine = sa.and_(r.id == request_id, r.helper_id == helper_id, r.state == "closed", ~r.logged)
        noted = sa.update(help_request).where(mine).values(logged=True, result=sa.func.coalesce(r.result, result))
        return await self._one(request_id) if (await self._connection.execute(noted)).rowcount == 1 else None

    async def waiting(self, scope: Scope) -> list[Request]:
        """What waits in the communes of this person, the oldest first."""
        here = r.commune.in_(scope.communes(*HELPERS))
        found = _ONE.where(r.state == "waiting", here, r.citizen_id.is_distinct_from(scope.person_id))
        return [Request(*tuple(row)) for row in await self._connection.execute(found.order_by(r.asked_at, r.id))]

    # --- who is asked ---------------------------------------------------------------------------------------

    async def rung(
        self, request_id: int, people: Iterable[int], ring: int, now: dt.datetime, due_at: dt.datetime
    ) -> None:
        """These people were asked; the next ring, or the end, is due at that time."""
        which = sa.and_(r.id == request_id, r.state == "waiting")
        await self._connection.execute(
            sa.update(help_request).where(which).values(ring=ring, rung_at=_once(r.rung_at, now), due_at=due_at)
        )
        rows = [{"request_id": request_id, "person_id": one} for one in dict.fromkeys(people)]
        if rows:
            insert = upsert(help_asked, self._connection)
            await self._connection.execute(insert.on_conflict_do_nothing(), rows)

    async def put_off(self, request_id: int, due_at: dt.datetime) -> None:
        """Nobody is asked before that time."""
        which = sa.and_(r.id == request_id, r.state == "waiting")
        await self._connection.execute(sa.update(help_request).where(which).values(due_at=due_at))

    async def asked(self, request_id: int) -> list[int]:
        """Who was asked."""
        found = sa.select(_asked.person_id).where(_asked.request_id == request_id).order_by(_asked.person_id)
        return list((await self._connection.execute(found)).scalars())

    async def reachable(self, people: Sequence[int], now: dt.datetime, windows: Windows | None) -> list[int]:
        """Those of them who can be written to now; who cannot is told with his next word. Without windows all can."""
        if windows is None or not people:
            return list(people)
        found = sa.select(chat.c.person_id).where(chat.c.person_id.in_(people), writable(chat, now, windows))
        there = set((await self._connection.execute(found)).scalars())
        return [one for one in people if one in there]

    async def helpers(
        self, commune: str, *roles: str, hamlet_id: int | None = None, on_duty_at: dt.datetime | None = None
    ) -> list[int]:
        """Those with such a role in the commune who can be written to; only of teams of that hamlet, if one is given;
        only those on duty then, if a moment is given.
        """
        reachable = sa.exists().where(chat.c.person_id == role.c.person_id, chat.c.unreachable.is_(None))
        found = (
            sa.select(role.c.person_id)
            .distinct()
            .where(role.c.commune == commune, role.c.role.in_(roles), role.c.ended_at.is_(None), reachable)
        )
        if hamlet_id is not None:
            found = found.join(team, team.c.id == role.c.team_id).where(team.c.hamlet_id == hamlet_id)
        if on_duty_at is not None:
            there = sa.exists().where(duty.c.person_id == role.c.person_id, duty.c.until > on_duty_at)
            found = found.where(there)
        return list((await self._connection.execute(found.order_by(role.c.person_id))).scalars())

    async def hamlets(self, commune: str) -> list[tuple[int, str]]:
        """Hamlets that have a team with people in it, (id, name)."""
        peopled = sa.exists().where(role.c.team_id == team.c.id, role.c.ended_at.is_(None))
        found = (
            sa.select(hamlet.c.id, hamlet.c.name)
            .distinct()
            .join(team, sa.and_(team.c.hamlet_id == hamlet.c.id, team.c.valid_to.is_(None), peopled))
            .where(hamlet.c.commune == commune, hamlet.c.valid_to.is_(None))
        )
        return [(row.id, row.name) for row in await self._connection.execute(found.order_by(hamlet.c.id))]

    async def duty(self, person_id: int, now: dt.datetime) -> bool:
        """Whether the person says he is on duty."""
        found = sa.select(duty.c.until).where(duty.c.person_id == person_id, duty.c.until > now)
        return await self._connection.scalar(found) is not None

    async def set_duty(self, person_id: int, now: dt.datetime, until: dt.datetime | None) -> None:
        """On duty until then; None: off duty."""
        await self._connection.execute(sa.delete(duty).where(duty.c.person_id == person_id))
        if until is not None:
            await self._connection.execute(sa.insert(duty).values(person_id=person_id, since=now, until=until))

    async def due(self, now: dt.datetime, passed: Sequence[int]) -> Request | None:
        """An open request whose time has come, none of those `passed`, locked until the transaction ends."""
        found = (
            sa.select(r.id)
            .where(r.due_at <= now, r.id.not_in(passed))
            .order_by(r.due_at, r.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        key = await self._connection.scalar(found)
        return await self._one(int(key)) if key is not None else None

    async def give_up(self, request_id: int, now: dt.datetime) -> bool:
        """Nobody took it in all that time."""
        return await self._end(sa.and_(r.id == request_id, r.state == "waiting"), now, state="unanswered")

    # --- messages passed on ---------------------------------------------------------------------------------

    async def latest_chat(self, person_id: int, channels: Sequence[str]) -> tuple[str, str, bytes] | None:
        """Channel, lane and sealed address of the reachable chat the person used last, on one of the channels."""
        found = (
            sa.select(chat.c.channel, chat.c.lane, chat.c.address)
            .where(chat.c.person_id == person_id, chat.c.unreachable.is_(None), chat.c.channel.in_(channels))
            .order_by(chat.c.last_in_at.desc(), chat.c.id.desc())
            .limit(1)
        )
        row = (await self._connection.execute(found)).first()
        return (row.channel, row.lane, row.address) if row else None

    async def passed(self, key: str, request_id: int, from_id: int, trouble: str | None = None) -> None:
        """A message of one of the two is on its way to the other under that key of the outbox, or cannot be."""
        row = {"key": key, "request_id": request_id, "from_id": from_id, "trouble": trouble}
        await self._connection.execute(sa.insert(passed_on).values(**row))

    async def went_wrong(self, ids: Mapping[int, str]) -> None:
        """Messages of the outbox that were not delivered, by their ids: whoever wrote one of them is to be told."""
        for trouble in sorted(set(ids.values())):
            keys = sa.select(outbox.c.key).where(outbox.c.id.in_([i for i, what in ids.items() if what == trouble]))
            which = sa.and_(passed_on.c.key.in_(keys.scalar_subquery()), passed_on.c.trouble.is_(None))
            await self._connection.execute(sa.update(passed_on).where(which).values(trouble=trouble))

    async def troubles(self) -> list[Trouble]:
        """Whom to tell that he was not heard, and why; each is told once."""
        p = passed_on.c
        gone = sa.delete(passed_on).where(p.trouble.is_not(None)).returning(p.request_id, p.from_id, p.trouble)
        rows = (await self._connection.execute(gone)).all()
        return [Trouble(*row) for row in dict.fromkeys(tuple(row) for row in rows)]

    # --- a person's rights, and retention -------------------------------------------------------------------

    async def record(self, person_id: int) -> dict[str, list[dict[str, Any]]]:
        """All that is kept of a person here: what he asked, whom he helped (when, not who), his duty."""
        queries = {
            "help_asked_for": sa.select(r.asked_at, r.state, r.guide, r.closed_at).where(r.citizen_id == person_id),
            "help_given": sa.select(r.taken_at, r.closed_at, r.result).where(r.helper_id == person_id),
            "asked_to_help": sa.select(r.asked_at).join(help_asked, _asked.request_id == r.id)
            .where(_asked.person_id == person_id),
            "duty": sa.select(duty.c.since, duty.c.until).where(duty.c.person_id == person_id),
        }  # fmt: skip
        return {
            name: [dict(row) for row in (await self._connection.execute(query)).mappings()]
            for name, query in queries.items()
        }

    async def erase(self, person_id: int) -> None:
        """Lets go of a person: what he asked for ends, and whom he was helping waits for another, due at once."""
        await self._connection.execute(sa.delete(help_request).where(_of_citizen(person_id)))
        again = sa.update(help_request).where(_of_helper(person_id))
        await self._connection.execute(again.values(state="waiting", helper_id=None, due_at=r.asked_at))

    async def forget(self, now: dt.datetime) -> int:
        """Forgets who asked and who helped in requests long over, and drops those of years ago; returns how many."""
        over = sa.and_(r.closed_at < now - KNOWN_FOR, sa.or_(r.citizen_id.is_not(None), r.helper_id.is_not(None)))
        blanked = sa.update(help_request).where(over).values(citizen_id=None, helper_id=None, step=None)
        await self._connection.execute(sa.delete(duty).where(duty.c.until <= now))
        forgotten = (await self._connection.execute(blanked)).rowcount
        await self._connection.execute(sa.delete(help_request).where(r.asked_at < now - KEPT))
        return forgotten

    # --- inside ---------------------------------------------------------------------------------------------

    async def _one(self, request_id: int) -> Request:
        row = (await self._connection.execute(_ONE.where(r.id == request_id))).one()
        return Request(*tuple(row))

    async def _end(
        self, which: sa.ColumnElement[bool], now: dt.datetime, *, state: str, result: str | None = None
    ) -> bool:
        ended = sa.update(help_request).where(which).values(state=state, closed_at=now, due_at=None, result=result)
        keys = (await self._connection.execute(ended.returning(r.id))).scalars().all()
        await self._connection.execute(sa.delete(passed_on).where(passed_on.c.request_id.in_(keys)))
        await self._connection.execute(sa.delete(help_asked).where(_asked.request_id.in_(keys)))
        return bool(keys)


def _once(column: sa.Column[Any], now: dt.datetime) -> sa.ColumnElement[Any]:
    """What the column says, or that moment when it says nothing yet."""
    return sa.func.coalesce(column, sa.literal(now, column.type))


def _of_citizen(person_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(r.citizen_id == person_id, _OPEN)


def _of_helper(person_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(r.helper_id == person_id, r.state == "taken")
