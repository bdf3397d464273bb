"""The trail: who changed what, as far as a person may see it. It says what was done, never what it said."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import assistance, assistance_history, audit, person
from storage.scope import Scope

MOST = 500


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done."""

    at: dt.datetime
    action: str
    actor: str | None
    """The name of whoever did it, if he has one."""
    subject: str | None


async def trail(connection: AsyncConnection, scope: Scope, *, most: int = 20) -> list[Step]:
    """The latest steps, the newest first: everything for the admin, of his commune for an officer, of his team for a
    head, and for everybody what he did himself. Corrections of entries are among them.
    """
    most = min(most, MOST)
    a, h = audit.c, assistance_history.c
    changed = (
        sa.select(h.at, sa.literal("entry.changed").label("action"), person.c.name, _text(h.assistance_id))
        .join(assistance, assistance.c.id == h.assistance_id)
        .outerjoin(person, person.c.id == h.by)
        .where(_entries(scope))
        .order_by(h.at.desc())
        .limit(most)
    )
    done = (
        sa.select(a.at, a.action, person.c.name, a.subject)
        .outerjoin(person, person.c.id == a.actor_id)
        .where(_steps(scope))
        .order_by(a.at.desc(), a.id.desc())
        .limit(most)
    )
    rows = [Step(*row) for query in (done, changed) for row in await connection.execute(query)]
    return sorted(rows, key=lambda step: step.at, reverse=True)[:most]


def _text(key: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    return sa.cast(key, sa.String)


def _steps(scope: Scope) -> sa.ColumnElement[bool]:
    if scope.has("admin"):
        return sa.true()
    a = audit.c
    teams = [a.subject.like(f"%@{team_id}") for team_id in scope.teams("head")]
    return sa.or_(a.actor_id == scope.person_id, a.commune.in_(scope.communes("officer")), *teams)


def _entries(scope: Scope) -> sa.ColumnElement[bool]:
    e = assistance.c
    return sa.or_(
        assistance_history.c.by == scope.person_id, e.commune.in_(scope.communes("officer")),
        e.team_id.in_(scope.teams("head")),
    )  # fmt: skip
