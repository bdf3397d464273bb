"""`people`: who holds which role, and the codes that give roles."""

import json

import click

from bot.cli.common import (
    Refused,
    asynchronous,
    clock_at,
    memory_of,
    opened,
    output_file,
    settings_for,
    with_database,
    with_now,
)  # fmt: skip
from bot.clock import Clock
from bot.documents.files import Documents
from bot.settings import VAR
from content.knowledge import Knowledge
from content.places import Places
from storage.holders import STATES, holders
from storage.memory import Memory
from storage.periods import VIETNAM, Period
from storage.scope import Grant, Scope

ROLES = click.Choice(["member", "head", "officer", "province_officer", "admin"])


@click.group()
def people() -> None:
    """Lists, grants, revokes and invites to roles.

    Example: python -m bot people invite --role officer --commune 31441"""


async def _grant_of(
    memory: Memory, role: str, commune: str | None, province: str | None, team: str | None, clock: Clock
) -> Grant:
    """The role with the scope it needs. Raises Refused."""
    places = Places.load()
    if commune is not None and places.commune(commune) is None:
        raise Refused(f"'{commune}' is no commune code: five digits, e.g. 31441")
    if province is not None and places.province(province) is None:
        raise Refused(f"'{province}' is no province code: two digits, e.g. 92")
    if role == "admin":
        return Grant(role)
    if role == "province_officer":
        if province is None:
            raise Refused("province_officer needs --province CODE")
        return Grant(role, province=province)
    if commune is None:
        raise Refused(f"{role} needs --commune CODE")
    if role == "officer":
        return Grant(role, commune=commune)
    if not team:
        raise Refused(f"{role} needs --team NAME")
    today = clock().astimezone(VIETNAM).date()
    return Grant(role, commune=commune, team_id=await memory.people.ensure_team(commune, team, today))


@people.command("invite")
@click.option("--role", type=ROLES, required=True)
@click.option("--commune", metavar="CODE")
@click.option("--province", metavar="CODE")
@click.option("--team", metavar="NAME")
@click.option("--name", metavar="NAME", help="Name of the person invited.")
@with_database
@with_now
@asynchronous
async def invite(
    role: str, commune: str | None, province: str | None, team: str | None, name: str | None, db: str | None,
    now: str | None,
) -> None:  # fmt: skip
    """Prints a one-time code alone.

    Example: python -m bot people invite --role member --commune 31441 --team "Tổ thôn 3" """
    clock = clock_at(now)
    async with opened(db, keyed=True) as database, database.write() as connection:
        memory = memory_of(connection, database)
        grant = await _grant_of(memory, role, commune, province, team, clock)
        code = await memory.invitations.make(grant, clock(), name=name)
    click.echo(code)


@people.command("list")
@click.option("--role", type=ROLES)
@click.option("--commune", metavar="CODE")
@click.option("--hamlet", metavar="NAME", help="Of the teams of that hamlet.")
@click.option("--state", type=click.Choice(STATES), default=STATES[0], help="awaited: in a list, but not here yet.")
@with_database
@asynchronous
async def listing(role: str | None, commune: str | None, hamlet: str | None, state: str, db: str | None) -> None:
    """Everybody with a role, one JSON object a line.

    Example: python -m bot people list --commune 31441 --role member --hamlet "Thôn 3" """
    if commune is not None and Places.load().commune(commune) is None:
        raise Refused(f"'{commune}' is no commune code: five digits, e.g. 31441")
    async with opened(db) as database, database.read() as connection:
        found = await holders(connection, state, role_name=role, commune=commune, hamlet_name=hamlet)
    for holder in found:
        click.echo(json.dumps(holder, ensure_ascii=False))


@people.command("grant")
@click.argument("person", type=click.IntRange(1, 2**53))
@click.option("--role", type=ROLES, required=True)
@click.option("--commune", metavar="CODE")
@click.option("--province", metavar="CODE")
@click.option("--team", metavar="NAME")
@with_database
@with_now
@asynchronous
async def give(
    person: int, role: str, commune: str | None, province: str | None, team: str | None, db: str | None,
    now: str | None,
) -> None:  # fmt: skip
    """Gives a role to somebody we know (ids: people list).

    Example: python -m bot people grant 12 --role officer --commune 31441"""
    clock = clock_at(now)
    async with opened(db) as database, database.write() as connection:
        memory = memory_of(connection, database)
        if not await memory.people.exists(person):
            raise Refused(f"nobody has the number {person}: see people list")
        await memory.people.grant(person, await _grant_of(memory, role, commune, province, team, clock), clock())
    click.echo(f"{role} granted to {person}")


@people.command("revoke")
@click.argument("person", type=click.IntRange(1, 2**53))
@click.option("--role", type=ROLES, required=True)
@with_database
@with_now
@asynchronous
async def revoke(person: int, role: str, db: str | None, now: str | None) -> None:
    """Ends a role.

    Example: python -m bot people revoke 12 --role member"""
    async with opened(db) as database, database.write() as connection:
        ended = await memory_of(connection, database).people.revoke(person, role, clock_at(now)())
    if not ended:
        raise Refused(f"{person} does not hold the role {role}")
    click.echo(f"{role} of {person} ended")


@people.command("days")
@click.option("--commune", required=True, metavar="CODE")
@click.option("--month", required=True, metavar="2026-11")
@click.option("--out", metavar="FILE.xlsx", help="Default var/ngay-hoat-dong-CODE-MONTH.xlsx.")
@with_database
@asynchronous
async def days(commune: str, month: str, out: str | None, db: str | None) -> None:
    """The paper for the allowance: who was active on which days of a month, under which plan.

    Example: python -m bot people days --commune 31441 --month 2026-11 --out ngay.xlsx"""
    knowledge = Knowledge.load()
    if knowledge.places.commune(commune) is None:
        raise Refused(f"'{commune}' is no commune code: five digits, e.g. 31441")
    try:
        period = Period.parse_month(month)
    except ValueError as e:
        raise Refused(str(e)) from None
    operator = Scope(0, (Grant("officer", commune=commune),))
    async with opened(db) as database, database.read() as connection:
        activity = memory_of(connection, database).activity
        plans, found = await activity.plans(commune, period), await activity.days(operator, commune, period)
    file = Documents(knowledge).days(commune, period, plans, found)
    target = output_file(out) if out else VAR / file.name
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(file.data)
    click.echo(str(target))


@people.command("poster")
@click.option("--commune", required=True, metavar="CODE")
@click.option("--zalo", metavar="OA", help="Number of the Official Account; default the one of the commune.")
@click.option("--telegram", metavar="NAME", help="Name of the Telegram bot.")
@click.option("--out", metavar="FILE.pdf", help="Default var/ap-phich-CODE.pdf.")
@with_database
@asynchronous
async def poster(commune: str, zalo: str | None, telegram: str | None, out: str | None, db: str | None) -> None:
    """The poster of a commune on A5 paper: QR codes of the ways in, and the code to type. The web's is PUBLIC_URL.

    Example: python -m bot people poster --commune 31441 --telegram TroLyViThuyBot"""
    knowledge = Knowledge.load()
    if knowledge.places.commune(commune) is None:
        raise Refused(f"'{commune}' is no commune code: five digits, e.g. 31441")
    target = output_file(out) if out else VAR / f"ap-phich-{commune}.pdf"
    async with opened(db) as database, database.read() as connection:
        known = zalo or await memory_of(connection, database).zalo.of_commune(commune)
    name = telegram.lstrip("@") if telegram else None
    file = Documents(knowledge, web=settings_for(db).public_url, telegram=lambda: name).poster(commune, known)
    if file is None:
        raise Refused("no way in is known: set PUBLIC_URL, connect Zalo, or name --zalo or --telegram")
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(file.data)
    click.echo(target)
