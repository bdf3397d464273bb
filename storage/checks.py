"""Whether a database is sound: counters against a recount, and what must always hold among the tables."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.frozen import spoilt
from storage.schema import assistance, assistance_item, guide_run, hamlet, nil_report, person, role, team
from storage.statistics import Difference, recount

SHOWN = 20  # lines of one kind before the rest is only counted


async def check(connection: AsyncConnection) -> list[str]:
    """What is wrong, a plain line each; nothing when all is well. Reads every row: minutes on a large database."""
    lines = await _engine(connection)
    for text, query in _invariants().items():
        keys = [str(key) for key in (await connection.execute(query)).scalars()]
        if keys:
            more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
            lines.append(f"{text}: {', '.join(keys[:SHOWN])}{more}")
    lines += [
        f"report sent: version {key} no longer says what its fingerprint says" for key in await spoilt(connection)
    ]
    wrong = await recount(connection)
    lines += [_line(difference) for difference in wrong[:SHOWN]]
    if len(wrong) > SHOWN:
        lines.append(f"counters: {len(wrong) - SHOWN} more differences")
    return lines


def _line(wrong: Difference) -> str:
    where = f"{wrong.table} {' '.join(str(part) for part in wrong.key)} {wrong.name}"
    return f"{where}: the counter says {wrong.counted}, the entries say {wrong.expected}"


async def _engine(connection: AsyncConnection) -> list[str]:
    """SQLite looks at its own pages and references; PostgreSQL enforces both by itself."""
    if connection.dialect.name != "sqlite":
        return []
    pages = (await connection.exec_driver_sql("PRAGMA integrity_check")).scalars().all()
    lost = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).mappings().all()
    return [f"file: {page}" for page in pages if page != "ok"] + [
        f"{row['table']}: row {row['rowid']} refers to a {row['parent']} that is not there" for row in lost[:SHOWN]
    ]


def _invariants() -> dict[str, sa.Select[tuple[int]]]:
    """What is wrong, and the query that finds the ids of the rows it is wrong with."""
    a, i = assistance.c, assistance_item.c
    entries = sa.select(a.id).where(a.state == "saved").order_by(a.id)
    items = entries.join(assistance_item, i.assistance_id == a.id).group_by(a.id, a.people)
    listed = sa.exists().where(i.assistance_id == a.id, i.kind == "content")
    misplaced_hamlet = sa.and_(hamlet.c.id == a.hamlet_id, hamlet.c.commune != a.commune)
    return {
        "entries whose results do not add up to their people":
            items.where(i.kind == "result").having(sa.func.sum(i.people) != a.people),
        "entries with more people in one content, group or procedure than in all":
            items.having(sa.func.max(i.people) > a.people),
        "entries without any content": entries.where(~listed),
        "entries of a team of another commune":
            entries.join(team, sa.and_(team.c.id == a.team_id, team.c.commune != a.commune)),
        "entries in a hamlet of another commune": entries.join(hamlet, misplaced_hamlet),
        "persons with two active runs":
            sa.select(guide_run.c.person_id).where(guide_run.c.state == "active")
            .group_by(guide_run.c.person_id).having(sa.func.count() > 1),
        "roles without their person": sa.select(role.c.id).outerjoin(person).where(person.c.id.is_(None)),
        "roles in a team that is not in their commune":
            sa.select(role.c.id).outerjoin(team)
            .where(role.c.team_id.is_not(None), team.c.commune.is_distinct_from(role.c.commune)),
        "teams whose word of nothing is kept under another commune":
            sa.select(nil_report.c.team_id).join(team).where(team.c.commune != nil_report.c.commune),
    }  # fmt: skip
