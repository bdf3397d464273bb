"""The log of assistances: written once, corrected in the open, seen only by those it concerns."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import statistics
from storage.entry import Entry, load, validate
from storage.periods import Period, Week, local_day
from storage.schema import assistance, assistance_history, assistance_item, hamlet, role, team, written
from storage.schema.reports import entry_channel
from storage.scope import NotAllowed, Scope
from storage.statistics import Tally

__all__ = ["Entry", "Log", "NotAllowed", "ReasonNeeded"]

REASON_LENGTH = 60
EDITABLE = frozenset({
    "day", "time", "place", "people", "contents", "results", "groups", "procedures", "dossiers", "payments",
    "minutes", "session", "self_done", "note", "hamlet_id",
})  # fmt: skip


class ReasonNeeded(ValueError):
    """An officer corrects an entry of a closed week only with a reason, of 1 to 60 characters."""


class Log:
    """The log, inside the caller's transaction.

    Reading answers None or nothing for what is not the person's to see; writing raises NotAllowed. An entry that
    contradicts itself raises ValueError and changes nothing.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, entry: Entry, now: dt.datetime) -> Entry:
        """Saves and counts an entry; answers it with its id.

        `entered_by` must be the member himself, a head of the team writing for one of its members, or an officer of
        the commune writing for the team (`member_id` may then be None).
        """
        return await self._insert(entry, "saved", now)

    async def draft(self, entry: Entry, now: dt.datetime) -> Entry:
        """Keeps an entry its author still has to confirm; it counts nowhere and nobody else sees it."""
        return await self._insert(entry, "draft", now)

    async def save_draft(
        self, scope: Scope, entry_id: int, now: dt.datetime, changes: Mapping[str, Any] | None = None
    ) -> Entry:
        """Turns one's own draft, with last changes, into a saved entry, entered now."""
        before = await self._one(assistance.c.id == entry_id, _own_draft(scope), lock=True)
        after = dataclasses.replace(_changed(before, changes or {}), state="saved", entered_at=_moment(now))
        validate(after, local_day(now))
        await self._may_write(after)
        await self._store(before, after)
        return after

    async def discard_draft(self, scope: Scope, entry_id: int) -> None:
        """Forgets one's own draft without a trace."""
        found = await self._connection.execute(
            sa.delete(assistance).where(assistance.c.id == entry_id, _own_draft(scope)).returning(assistance.c.id)
        )
        if found.first() is None:
            raise NotAllowed

    async def get(self, scope: Scope, entry_id: int) -> Entry | None:
        """The entry, saved, void or one's own draft, if the person may see it."""
        visible = sa.or_(_own_draft(scope), sa.and_(assistance.c.state != "draft", _visible(scope)))
        found = await load(self._connection, assistance.c.id == entry_id, visible)
        return found[0] if found else None

    async def last_of(self, member_id: int) -> Entry | None:
        """What the member had entered last, for "như lần trước"."""
        found = await load(
            self._connection, assistance.c.member_id == member_id, assistance.c.state == "saved", newest=1
        )
        return found[0] if found else None

    async def of_member(self, scope: Scope, period: Period) -> list[Entry]:
        """The person's own saved entries, by day."""
        return await load(self._connection, _saved_in(period), _own(scope))

    async def entries(
        self, scope: Scope, period: Period, *, commune: str | None = None, team_id: int | None = None
    ) -> list[Entry]:
        """The saved entries the person may see, by day, of one commune or one team if given."""
        conditions = [_saved_in(period), _visible(scope)]
        if commune is not None:
            conditions.append(assistance.c.commune == commune)
        if team_id is not None:
            conditions.append(assistance.c.team_id == team_id)
        return await load(self._connection, *conditions)

    async def change(
        self, scope: Scope, entry_id: int, changes: Mapping[str, Any], now: dt.datetime, reason: str | None = None
    ) -> Entry:
        """Corrects fields of a saved entry (those of EDITABLE) and keeps what they were.

        Raises NotAllowed, ReasonNeeded (closed week) or ValueError.
        """
        before = await self._changeable(scope, entry_id, now, reason)
        changed = _changed(before, changes)
        if changed == before:
            return before
        after = dataclasses.replace(changed, changed_at=_moment(now))
        validate(after, local_day(now))
        if after.hamlet_id != before.hamlet_id and not await self._connection.scalar(sa.select(_hamlet_fits(after))):
            raise NotAllowed
        await self._store(before, after)
        await self._remember(before, after, scope, now, reason)
        return after

    async def void(self, scope: Scope, entry_id: int, reason: str, now: dt.datetime) -> Entry:
        """Takes a saved entry out of every count; it stays to be seen, with the reason. Raises like `change`."""
        if not reason:
            raise ReasonNeeded("reason: needed")
        before = await self._changeable(scope, entry_id, now, reason)
        after = dataclasses.replace(before, state="void", void_reason=reason, changed_at=_moment(now))
        await self._store(before, after)
        await self._remember(before, after, scope, now, reason)
        return after

    # --- inside ---------------------------------------------------------------------------------------------

    async def _insert(self, entry: Entry, state: str, now: dt.datetime) -> Entry:
        new = dataclasses.replace(
            entry, id=None, state=state, entered_at=_moment(now), changed_at=None, void_reason=None
        )
        validate(new, local_day(now))
        await self._may_write(new)
        key = await self._connection.scalar(sa.insert(assistance).values(new.row()).returning(assistance.c.id))
        stored = dataclasses.replace(new, id=key)
        await self._insert_items(stored)
        if stored.channel is not None:
            typed = sa.insert(entry_channel).values(assistance_id=key, channel=stored.channel)
            await self._connection.execute(typed)
        await statistics.apply(self._connection, Tally.of(come=[stored]))
        return stored

    async def _insert_items(self, entry: Entry) -> None:
        if items := entry.items():
            rows = [item | {"assistance_id": entry.id} for item in items]
            await self._connection.execute(sa.insert(assistance_item), rows)

    async def _store(self, before: Entry, after: Entry) -> None:
        await self._connection.execute(sa.update(assistance).where(assistance.c.id == before.id).values(after.row()))
        if before.items() != after.items():
            await self._connection.execute(
                sa.delete(assistance_item).where(assistance_item.c.assistance_id == before.id)
            )
            await self._insert_items(after)
        await statistics.apply(self._connection, Tally.of(gone=[before], come=[after]))

    async def _remember(
        self, before: Entry, after: Entry, scope: Scope, now: dt.datetime, reason: str | None
    ) -> None:
        fields = [*sorted(EDITABLE), "state"]
        was = {f: getattr(before, f) for f in fields if getattr(before, f) != getattr(after, f)}
        if "day" in was:
            was["day"] = before.day.isoformat()
        await self._connection.execute(
            sa.insert(assistance_history).values(
                assistance_id=before.id, at=now, by=scope.person_id, reason=reason, before=was
            )
        )

    async def _one(self, *conditions: sa.ColumnElement[bool], lock: bool) -> Entry:
        found = await load(self._connection, *conditions, lock=lock)
        if not found:
            raise NotAllowed
        return found[0]

    async def _changeable(self, scope: Scope, entry_id: int, now: dt.datetime, reason: str | None) -> Entry:
        monday = Week.of(local_day(now)).monday
        entry = await self._one(
            assistance.c.id == entry_id,
            assistance.c.state == "saved",
            sa.or_(_of_commune(scope), sa.and_(assistance.c.day >= monday, _visible(scope))),
            lock=True,
        )
        if (entry.closed(now) and not reason) or len(reason or "") > REASON_LENGTH:
            raise ReasonNeeded(f"reason: 1 to {REASON_LENGTH} characters")
        return entry

    async def _may_write(self, entry: Entry) -> None:
        """Raises NotAllowed unless the author may write for that member, team, commune and hamlet."""
        officer = sa.and_(role.c.role == "officer", role.c.commune == team.c.commune)
        here = sa.or_(role.c.team_id == team.c.id, officer)
        query = (
            sa.select(role.c.person_id, role.c.role)
            .join_from(team, role, sa.and_(here, role.c.ended_at.is_(None)))
            .where(team.c.id == entry.team_id, team.c.commune == entry.commune)
            .where(role.c.person_id.in_([entry.entered_by, entry.member_id]), _hamlet_fits(entry))
        )
        held = {(person, name) for person, name in (await self._connection.execute(query)).all()}
        author, member = entry.entered_by, entry.member_id
        of_team = (member, "member") in held or (member, "head") in held
        if not (
            (of_team and (author == member or (author, "head") in held))
            or ((author, "officer") in held and (of_team or member is None))
        ):
            raise NotAllowed


def _moment(now: dt.datetime) -> dt.datetime:
    """Cut to the millisecond the tables keep, so that what is counted now is what a recount will read."""
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _changed(entry: Entry, changes: Mapping[str, Any]) -> Entry:
    if unknown := changes.keys() - EDITABLE:
        raise ValueError(f"cannot be changed: {', '.join(sorted(unknown))}")
    return dataclasses.replace(entry, **changes)


def _hamlet_fits(entry: Entry) -> sa.ColumnElement[bool]:
    if entry.hamlet_id is None:
        return sa.true()
    return sa.exists().where(hamlet.c.id == entry.hamlet_id, hamlet.c.commune == entry.commune)


def _saved_in(period: Period) -> sa.ColumnElement[bool]:
    return sa.and_(assistance.c.state == "saved", assistance.c.day.between(period.first, period.last))


def _own(scope: Scope) -> sa.ColumnElement[bool]:
    # A member who left the team loses sight of it that moment, of his own entries too.
    return sa.and_(assistance.c.member_id == scope.person_id, assistance.c.team_id.in_(scope.teams("member", "head")))


def _own_draft(scope: Scope) -> sa.ColumnElement[bool]:
    return sa.and_(written(assistance.c.state, "draft"), assistance.c.entered_by == scope.person_id)


def _of_commune(scope: Scope) -> sa.ColumnElement[bool]:
    return assistance.c.commune.in_(scope.communes("officer"))


def _visible(scope: Scope) -> sa.ColumnElement[bool]:
    return sa.or_(_own(scope), assistance.c.team_id.in_(scope.teams("head")), _of_commune(scope))
