"""What is done for each place once a week, and to whom it is told: rows, each done once by whoever comes first."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.facts import Span
from storage.outbox import HELD
from storage.periods import Period, Week
from storage.reach import Windows, writable
from storage.schema import chat, commune_setting, member_day, nil_report, outbox, person, role, team
from storage.schema.reports import province_setting
from storage.schema.rounds import errand, push, push_off
from storage.sums import sums
from storage.upsert import upsert

KEY = "b"
"""Keys of pushed messages in the outbox begin with it: "b<push>:..."."""
KEPT = dt.timedelta(days=56)
"""How long it is known what was told to whom; an officer who writes no more for so long is not told any more."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something due for a commune or a province in a week."""

    place: str
    kind: str
    week: Week
    due_at: dt.datetime
    overtaken: bool
    """A later week's is due too: this one was missed, and is not made up for."""


@dataclass(frozen=True, slots=True)
class Push:
    """Something to be told to one person, and where."""

    id: int
    person_id: int
    place: str
    kind: str
    week: Week
    due_at: dt.datetime
    made_at: dt.datetime
    version_id: int | None
    blocked: bool
    """For a while no chat of his could be written to."""
    channel: str
    lane: str
    address: bytes
    """Sealed."""
    detour: bool
    """Another chat, which he used later than this one, cannot be written to."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a place has set, and since when it is so."""

    settings: dict[str, str]
    since: dt.datetime


class Rounds:
    """The rounds of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # --- planned --------------------------------------------------------------------------------------------

    async def unplanned(self, weeks: Sequence[Week], errands: Mapping[int, int]) -> dict[str, dt.datetime]:
        """Places for which not everything of these weeks is planned, each with the time since when somebody works
        for it. `errands` says how many a place has in a week, by the length of its code.
        """
        r, e = role.c, errand.c
        code = sa.func.coalesce(r.commune, r.province)
        query = sa.select(code, sa.func.min(r.granted_at, type_=r.granted_at.type)).where(
            r.ended_at.is_(None), code.is_not(None)
        )
        since = dict((await self._connection.execute(query.group_by(code))).all())
        planned = sa.select(e.place, sa.func.count()).where(e.week.in_([w.monday for w in weeks])).group_by(e.place)
        counts: dict[str, int] = dict((await self._connection.execute(planned)).all())
        return {p: at for p, at in since.items() if counts.get(p, 0) < len(weeks) * errands[len(p)]}

    async def choices(self, keys: Sequence[str]) -> dict[str, Choices]:
        """What communes and provinces have set of these settings."""
        found: dict[str, Choices] = {}
        for table, column in ((commune_setting, "commune"), (province_setting, "province")):
            query = sa.select(table.c[column], table.c.key, table.c.value, table.c.set_at)
            for place, key, value, set_at in await self._connection.execute(query.where(table.c.key.in_(keys))):
                known = found.setdefault(place, Choices({}, set_at))
                found[place] = Choices(known.settings | {key: value}, max(known.since, set_at))
        return found

    async def plan(self, rows: Iterable[tuple[str, str, Week, dt.datetime | None]], now: dt.datetime) -> None:
        """Plans place, kind, week and time; without a time there is nothing to do. What is planned stays as it is."""
        values = [
            {"place": place, "kind": kind, "week": week.monday, "due_at": due or now, "done_at": None if due else now}
            for place, kind, week, due in rows
        ]
        if values:
            await self._connection.execute(upsert(errand, self._connection).on_conflict_do_nothing(), values)

    async def replan(self, places: Sequence[str]) -> None:
        """The rules of these places have changed: what is not done yet is planned anew."""
        which = sa.and_(errand.c.place.in_(places), errand.c.done_at.is_(None))
        await self._connection.execute(sa.delete(errand).where(which))

    # --- done -----------------------------------------------------------------------------------------------

    async def due(self, now: dt.datetime) -> Errand | None:
        """An errand whose time has come, locked until the transaction ends; no other process gets it."""
        e, later = errand.c, errand.alias("later")
        overtaken = sa.exists().where(
            later.c.place == e.place, later.c.kind == e.kind, later.c.week > e.week, later.c.due_at <= now
        )
        query = (
            sa.select(e.place, e.kind, e.week, e.due_at, overtaken)
            .where(e.done_at.is_(None), e.due_at <= now)
            .order_by(e.due_at, e.place)
            .limit(1)
            .with_for_update(of=errand, skip_locked=True)
        )
        row = (await self._connection.execute(query)).first()
        return Errand(row[0], row[1], Week.of(row[2]), row[3], bool(row[4])) if row else None

    async def done(self, what: Errand, now: dt.datetime) -> None:
        """It is done, for good."""
        e = errand.c
        which = sa.and_(e.place == what.place, e.kind == what.kind, e.week == what.week.monday)
        await self._connection.execute(sa.update(errand).where(which).values(done_at=now))

    async def tell(
        self, people: Iterable[int], what: Errand, kind: str, now: dt.datetime, *,
        until: dt.datetime | None = None, version_id: int | None = None,
    ) -> None:  # fmt: skip
        """Has these people told, once each; what one of an earlier week still waits for is not told any more."""
        p, ids = push.c, list(dict.fromkeys(people))
        if not ids:
            return
        older = sa.and_(p.person_id.in_(ids), p.place == what.place, p.kind == kind, p.told_at.is_(None))
        await self._connection.execute(sa.delete(push).where(older, p.week < what.week.monday))
        values = [
            {"person_id": i, "place": what.place, "kind": kind, "week": what.week.monday, "due_at": what.due_at,
             "made_at": now, "until": until, "version_id": version_id}
            for i in ids
        ]  # fmt: skip
        await self._connection.execute(upsert(push, self._connection).on_conflict_do_nothing(), values)

    # --- told -----------------------------------------------------------------------------------------------

    async def waiting(self, now: dt.datetime, windows: Windows, most: int) -> list[int]:
        """What can be told now, after what is of no use any more is dropped; what cannot is marked as blocked.

        `windows` are the channels there are, and how long after a person's last word each may be written to.
        """
        p = push.c
        await self._connection.execute(sa.delete(push).where(p.told_at.is_(None), p.until <= now))
        due = sa.and_(p.told_at.is_(None), p.due_at <= now)
        reachable = sa.exists().where(_writable(chat, now, windows))
        await self._connection.execute(sa.update(push).where(due, ~p.blocked, ~reachable).values(blocked=True))
        query = sa.select(p.id).where(due, reachable).order_by(p.due_at, p.id).limit(most)
        return list((await self._connection.execute(query)).scalars())

    async def take(
        self, push_id: int, now: dt.datetime, windows: Windows
    ) -> Push | None:  # fmt: skip
        """One of those, locked until the transaction ends, for the chat the person used last of those one may write
        to; None when somebody else has it.
        """
        p, other = push.c, chat.alias("other")
        query = (
            sa.select(
                p.id, p.person_id, p.place, p.kind, p.week, p.due_at, p.made_at, p.version_id, p.blocked,
                chat.c.channel, chat.c.lane, chat.c.address,
                sa.exists().where(
                    other.c.person_id == p.person_id, other.c.last_in_at > chat.c.last_in_at,
                    other.c.unreachable.is_(None), other.c.channel.in_(list(windows)),
                ).label("detour"),
            )
            .join(chat, _writable(chat, now, windows))
            .where(p.id == push_id, p.told_at.is_(None))
            .order_by(chat.c.last_in_at.desc(), chat.c.id.desc())
            .limit(1)
            .with_for_update(of=push, skip_locked=True)
        )  # fmt: skip
        row = (await self._connection.execute(query)).first()
        return Push(**{**row._mapping, "week": Week.of(row.week)}) if row else None

    async def told(self, push_id: int, now: dt.datetime) -> None:
        """It was written to the outbox, or found to be of no use any more."""
        await self._connection.execute(sa.update(push).where(push.c.id == push_id).values(told_at=now))

    async def take_back(self, now: dt.datetime) -> int:
        """What a platform refused to deliver before the person's next word waits here again: for that word, or for
        another chat of his. Returns how many.
        """
        held = sa.select(outbox.c.key, outbox.c.chat_id).where(
            outbox.c.state == "queued", outbox.c.error == HELD, outbox.c.key.startswith(KEY)
        )
        found = {int(key[1:].split(":")[0]): chat_id for key, chat_id in await self._connection.execute(held)}
        for push_id, chat_id in found.items():
            rest = sa.and_(outbox.c.key.startswith(f"{KEY}{push_id}:"), outbox.c.state == "queued")
            if (await self._connection.execute(sa.delete(outbox).where(rest))).rowcount:
                again = {"told_at": None, "blocked": True, "held_chat_id": chat_id, "held_at": now}
                await self._connection.execute(sa.update(push).where(push.c.id == push_id).values(again))
        return len(found)

    async def forget(self, now: dt.datetime) -> int:
        """Drops what is long over."""
        await self._connection.execute(sa.delete(errand).where(errand.c.week < (now - KEPT).date()))
        return (await self._connection.execute(sa.delete(push).where(push.c.made_at < now - KEPT))).rowcount

    # --- to whom --------------------------------------------------------------------------------------------

    async def officers(self, place: str) -> list[int]:
        """Officers of a commune, or of a province, who have a chat and want to be sent reports."""
        r = role.c
        of = sa.or_(sa.and_(r.role == "officer", r.commune == place),
                    sa.and_(r.role == "province_officer", r.province == place))  # fmt: skip
        off = sa.exists().where(push_off.c.person_id == r.person_id)
        query = sa.select(r.person_id).where(r.ended_at.is_(None), of, ~off, _has_chat(r.person_id))
        return sorted(set((await self._connection.execute(query)).scalars()))

    async def idle(self, commune: str, week: Week) -> list[int]:
        """Members and heads who logged nothing that week, whose team did not say there was nothing, and who want to
        be reminded.
        """
        r, d, n = role.c, member_day.c, nil_report.c
        worked = sa.exists().where(
            d.commune == commune, d.member_id == r.person_id, d.day.between(week.monday, week.sunday), d.entries > 0
        )
        nil = sa.exists().where(n.team_id == r.team_id, n.week == week.monday)
        query = (
            sa.select(r.person_id)
            .join(person, person.c.id == r.person_id)
            .join(team, team.c.id == r.team_id)
            .where(r.commune == commune, r.role.in_(("member", "head")), r.ended_at.is_(None), person.c.reminders,
                   team.c.valid_to.is_(None), ~worked, ~nil, _has_chat(r.person_id))
        )  # fmt: skip
        return sorted(set((await self._connection.execute(query)).scalars()))

    async def silent(self, commune: str, week: Week) -> dict[int, str]:
        """Teams in force that said nothing of that week, not even that there was nothing; by name."""
        n, at_work = nil_report.c, Span()
        at_work.add((await sums(self._connection, [commune], [Period.of_week(week)]))[commune][0])
        nil = sa.exists().where(n.team_id == team.c.id, n.week == week.monday)
        which = sa.and_(team.c.commune == commune, team.c.valid_to.is_(None), ~nil)
        found = sa.select(team.c.id, team.c.name).where(which).order_by(team.c.name)
        teams = (await self._connection.execute(found)).all()
        return {key: name for key, name in teams if key not in at_work.active}

    async def heads(self, commune: str, teams: Sequence[int]) -> list[int]:
        """Heads of these teams of the commune who want to be reminded."""
        r = role.c
        query = (
            sa.select(r.person_id)
            .join(person, person.c.id == r.person_id)
            .where(
                r.commune == commune, r.team_id.in_(teams), r.role == "head", r.ended_at.is_(None), person.c.reminders
            )
            .where(_has_chat(r.person_id))
        )
        return sorted(set((await self._connection.execute(query)).scalars()))

    # --- wanted or not --------------------------------------------------------------------------------------

    async def wanted(self, person_id: int) -> bool:
        """Whether an officer is sent reports."""
        query = sa.select(push_off.c.person_id).where(push_off.c.person_id == person_id)
        return (await self._connection.execute(query)).first() is None

    async def want(self, person_id: int, wanted: bool, now: dt.datetime) -> None:
        """Switches them on or off; what waits for him goes too when they are off."""
        if wanted:
            await self._connection.execute(sa.delete(push_off).where(push_off.c.person_id == person_id))
            return
        off = upsert(push_off, self._connection).on_conflict_do_nothing()
        await self._connection.execute(off.values(person_id=person_id, at=now))
        p = push.c
        mine = sa.and_(p.person_id == person_id, p.told_at.is_(None), p.kind.in_(("report", "silent")))
        await self._connection.execute(sa.delete(push).where(mine))

    async def of(self, person_id: int) -> list[dict[str, Any]]:
        """What was told to a person, for himself."""
        p = push.c
        query = sa.select(p.kind, p.week, p.told_at).where(p.person_id == person_id, p.told_at.is_not(None))
        return [dict(row) for row in (await self._connection.execute(query.order_by(p.id))).mappings()]


def _has_chat(person_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(chat.c.person_id == person_id)


def _writable(of: sa.FromClause, now: dt.datetime, windows: Windows) -> sa.ColumnElement[bool]:
    """Chats of a push's person that can be written to now, the one that refused it only after his next word there."""
    p, c = push.c, of.c
    refused = sa.and_(p.held_chat_id.is_not(None), p.held_chat_id == c.id, p.held_at >= c.last_in_at)
    return sa.and_(c.person_id == p.person_id, writable(of, now, windows), ~refused)
