"""A made-up commune for tests: two teams, their people with roles, and a second commune next door."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.entry import Entry
from storage.periods import VIETNAM
from storage.schema import hamlet, person, role, team
from storage.scope import Grant, Scope

COMMUNE, NEIGHBOUR, PROVINCE = "31441", "31453", "92"
SATURDAY = dt.datetime(2026, 11, 21, 9, 0, tzinfo=VIETNAM)
BEGIN = dt.datetime(2026, 1, 1, tzinfo=VIETNAM)


@dataclass(frozen=True, slots=True)
class Village:
    """Ids by name."""

    team: dict[str, int]
    person: dict[str, int]
    hamlet: dict[str, int]
    scope: dict[str, Scope]

    def entry(self, member: str = "an", team: str = "một", day: str = "2026-11-18", **fields: Any) -> Entry:
        """An entry of a member, by default written by himself, one person helped to activate VNeID."""
        commune = NEIGHBOUR if team == "láng giềng" else COMMUNE
        author = fields.pop("by", member)
        given = {"contents": {"vneid_kich_hoat": None}} | fields
        return Entry(
            team_id=self.team[team],
            commune=commune,
            day=dt.date.fromisoformat(day),
            member_id=self.person[member],
            entered_by=self.person[author],
            **given,
        )


ROLES: dict[str, tuple[tuple[str, str | None], ...]] = {
    "an": (("member", "một"),),
    "bình": (("member", "một"),),
    "chi": (("head", "một"),),
    "dũng": (("member", "hai"),),
    "giang": (("head", "hai"),),
    "hoa": (("officer", COMMUNE),),
    "khánh": (("officer", NEIGHBOUR),),
    "lan": (("member", "láng giềng"),),
    "minh": (("province_officer", PROVINCE),),
    "nga": (("admin", None),),
    "oanh": (),
}


async def build(connection: AsyncConnection) -> Village:
    """Writes the village and its neighbour."""
    hamlets = {
        name: await _key(connection, hamlet, commune=commune, name=name, valid_from=BEGIN.date())
        for name, commune in (("thôn 1", COMMUNE), ("thôn 9", NEIGHBOUR))
    }
    teams = {
        name: await _key(connection, team, commune=commune, name=f"Tổ {name}", valid_from=BEGIN.date())
        for name, commune in (("một", COMMUNE), ("hai", COMMUNE), ("láng giềng", NEIGHBOUR))
    }
    people, scopes = {}, {}
    for name, roles in ROLES.items():
        people[name] = await _key(
            connection, person, name=name, consent_version=1, consent_at=BEGIN, created_at=BEGIN
        )
        grants = tuple(_grant(kind, where, teams) for kind, where in roles)
        for grant in grants:
            await _key(
                connection, role, person_id=people[name], role=grant.role, commune=grant.commune,
                province=grant.province, team_id=grant.team_id, granted_at=BEGIN,
            )  # fmt: skip
        scopes[name] = Scope(people[name], grants)
    return Village(teams, people, hamlets, scopes)


def _grant(kind: str, where: str | None, teams: dict[str, int]) -> Grant:
    if kind in ("member", "head"):
        assert where is not None
        return Grant(kind, NEIGHBOUR if where == "láng giềng" else COMMUNE, None, teams[where], where)
    if kind == "officer":
        return Grant(kind, where)
    return Grant(kind, None, where)


async def _key(connection: AsyncConnection, table: sa.Table, **values: Any) -> int:
    return int(await connection.scalar(sa.insert(table).values(**values).returning(table.c.id)))
