"""Who holds which role, for the operator: in force, ended, or kept for somebody who has not come yet."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import hamlet, person, role, team
from storage.schema.people import roster

STATES = ("in-force", "awaited", "ended")
"""Awaited: somebody of a list who has not used his code."""
_TEAM, _PLACE = team.alias(), hamlet.alias()


async def holders(
    connection: AsyncConnection, state: str = "in-force", *, role_name: str | None = None, commune: str | None = None,
    hamlet_name: str | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Everybody of that state with such a role; of a commune, of the teams of a hamlet by its name of today."""
    source = _awaited() if state == "awaited" else _held(ended=state == "ended")
    rows = source.subquery()
    c = rows.c
    found = sa.select(rows).order_by(c.commune, c.role, c.team, c.person_id, c.name)
    for column, wanted in ((c.role, role_name), (c.commune, commune), (c.hamlet, hamlet_name)):
        if wanted is not None:
            found = found.where(column == wanted)
    return [{**row, "state": state} for row in (await connection.execute(found)).mappings()]


def _held(*, ended: bool) -> sa.Select[Any]:
    over = role.c.ended_at.is_not(None) if ended else role.c.ended_at.is_(None)
    return (
        sa.select(role.c.person_id, person.c.name, role.c.role, role.c.commune, role.c.province,
                  _TEAM.c.name.label("team"), _PLACE.c.name.label("hamlet"))
        .join(person, person.c.id == role.c.person_id)
        .outerjoin(_TEAM, _TEAM.c.id == role.c.team_id)
        .outerjoin(_PLACE, _PLACE.c.id == _TEAM.c.hamlet_id)
        .where(over)
    )  # fmt: skip


def _awaited() -> sa.Select[Any]:
    return (
        sa.select(roster.c.person_id, roster.c.name, roster.c.role, roster.c.commune,
                  sa.null().label("province"), _TEAM.c.name.label("team"), _PLACE.c.name.label("hamlet"))
        .join(_TEAM, _TEAM.c.id == roster.c.team_id)
        .outerjoin(_PLACE, _PLACE.c.id == sa.func.coalesce(roster.c.hamlet_id, _TEAM.c.hamlet_id))
        .where(roster.c.person_id.is_(None), roster.c.ended_at.is_(None))
    )  # fmt: skip
