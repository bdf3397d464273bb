"""New slips for those of a commune's list who have not come yet: each gets a new code, and the one before ends."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.invitations import Invitations
from storage.people import People
from storage.roster import Slip
from storage.schema import hamlet, invitation, team
from storage.schema.people import roster
from storage.scope import Grant, Scope
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Awaited:
    """Those of a list who have not come."""

    people: int
    mark: int
    """Changes with each new code: what was asked before that is over."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """The slips, and of each the code by the first row of its person."""

    slips: list[Slip]
    codes: dict[int, str]


class Renewing:
    """The codes of those awaited, in a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._people = People(connection, vault)
        self._invitations = Invitations(connection, vault)

    async def awaited(self, scope: Scope, commune: str) -> Awaited:
        """How many people of the list have not come yet. Raises NotAllowed for whoever is no officer there."""
        scope.answering_for(commune)
        people = await self._awaited(commune)
        marks = [row["invitation_id"] or 0 for rows in people.values() for row in rows]
        return Awaited(len(people), max(marks, default=0))

    async def renew(self, scope: Scope, commune: str, now: dt.datetime, codes: Mapping[int, str]) -> Renewed:
        """A new code for each of them; those chosen before are taken where they fit. Raises NotAllowed."""
        actor, people = scope.answering_for(commune), await self._awaited(commune)
        chosen = await self._invitations.codes(list(people), codes)
        before = [rows[0]["invitation_id"] for rows in people.values() if rows[0]["invitation_id"] is not None]
        wanted = []
        for first, rows in people.items():
            one = next((r for r in rows if r["role"] == "head"), rows[0])
            wanted.append((chosen[first], Grant(one["role"], commune=commune, team_id=one["team_id"]), one["name"]))
        made = await self._invitations.make_all(wanted, now)
        ids = [{"which": r["id"], "made": made[chosen[first]]} for first, rows in people.items() for r in rows]
        if ids:
            known = sa.update(roster).where(roster.c.id == sa.bindparam("which"))
            await self._connection.execute(known.values(invitation_id=sa.bindparam("made")), ids)
        await self._connection.execute(sa.delete(invitation).where(invitation.c.id.in_(before)))
        await self._people.note("list.renewed", now, actor=actor, commune=commune, subject=str(len(people)))
        return Renewed([_slip(rows, chosen[first]) for first, rows in people.items()], chosen)

    async def _awaited(self, commune: str) -> dict[int, list[Mapping[Any, Any]]]:
        """The places of each who has not come, by the first of them. One invitation is one person; when it is long
        forgotten, so is one telephone under one name.
        """
        r = roster.c
        query = (
            sa.select(roster, team.c.name.label("team"), hamlet.c.name.label("hamlet"))
            .join(team, team.c.id == r.team_id)
            .outerjoin(hamlet, hamlet.c.id == r.hamlet_id)
            .where(r.commune == commune, r.ended_at.is_(None), r.person_id.is_(None))
            .order_by(r.id)
        )
        places = defaultdict[tuple[Any, ...], list[Mapping[Any, Any]]](list)
        for row in (await self._connection.execute(query)).mappings():
            known = (row["phone"], row["name"]) if row["phone"] else (None, row["id"])
            places[known if row["invitation_id"] is None else (row["invitation_id"],)].append(row)
        return {rows[0]["id"]: rows for rows in places.values()}


def _slip(rows: list[Mapping[Any, Any]], code: str) -> Slip:
    teams = tuple((r["team"], r["position"] or "") for r in rows)
    return Slip(rows[0]["name"], code, teams, rows[0]["hamlet"], None)
