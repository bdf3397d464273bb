"""`db` and `seed`: migrations, checks, copies, made-up data."""

import datetime as dt
import time
from pathlib import Path

import click

from bot.app import open_database
from bot.cli.common import Refused, asynchronous, clock_at, opened, output_file, settings_for, with_database, with_now
from content.places import Places
from storage.backup import BackupError, backup
from storage.checks import check
from storage.migrate import upgrade
from storage.periods import VIETNAM
from storage.seed import seed as fill


@click.group()
def db() -> None:
    """Migrations, checks and copies of the database.

    Example: python -m bot db check"""


@db.command("upgrade")
@with_database
@asynchronous
async def db_upgrade(db: str | None) -> None:
    """Brings the database to today's schema.

    Example: python -m bot db upgrade --db sqlite:///var/bot.db"""
    database = open_database(settings_for(db), keyed=False)
    try:
        click.echo(f"schema {await upgrade(database)}")
    finally:
        await database.close()


def _must_exist(db: str | None) -> None:
    """A mistyped path must not look like a healthy, empty database. Raises Refused."""
    url = settings_for(db).database_url
    path = url.partition("///")[2]
    if url.startswith("sqlite") and path and not Path(path).exists():
        raise Refused(f"there is no database {path}")


@db.command("check")
@with_database
@asynchronous
async def db_check(db: str | None) -> None:
    """Compares the counters with a recount and checks invariants; exits 2 when something is wrong.

    Example: python -m bot db check"""
    _must_exist(db)
    async with opened(db) as database, database.read() as connection:
        found = await check(connection)
    for line in found:
        click.echo(line)
    if found:
        raise Refused(f"{len(found)} problems found")
    click.echo("counters equal a recount, invariants hold")


@db.command("backup")
@click.argument("file")
@with_database
@asynchronous
async def db_backup(file: str, db: str | None) -> None:
    """A consistent copy while the program runs.

    Example: python -m bot db backup var/ban-sao.db"""
    target = output_file(file)
    _must_exist(db)
    async with opened(db) as database:
        try:
            await backup(database, target)
        except BackupError as e:
            raise Refused(str(e)) from None
    click.echo(f"{target} {target.stat().st_size} bytes")


@click.command()
@click.option("--communes", default=1, show_default=True, type=click.IntRange(1, 3321))
@click.option("--weeks", default=8, show_default=True, type=click.IntRange(1, 520))
@click.option("--assistances", default=1000, show_default=True, type=click.IntRange(0))
@click.option("--random-seed", default=1, show_default=True)
@click.option("--commune", multiple=True, help="Code of a commune to use first; may be repeated.")
@with_database
@with_now
@asynchronous
async def seed(
    communes: int, weeks: int, assistances: int, random_seed: int, commune: tuple[str, ...], db: str | None,
    now: str | None,
) -> None:  # fmt: skip
    """Fills a database with plausible made-up data.

    Example: python -m bot seed --communes 10 --weeks 52 --assistances 100000 --db sqlite:///var/thu.db"""
    today: dt.date = clock_at(now)().astimezone(VIETNAM).date()
    async with opened(db) as database:
        began = time.perf_counter()
        chosen = _codes(commune, communes)
        await fill(database, chosen, weeks=weeks, assistances=assistances, random_seed=random_seed, today=today)
        seconds = time.perf_counter() - began
    click.echo(
        f"{assistances} assistances in {len(chosen)} communes, {assistances / max(seconds, 1e-9):.0f} a second"
    )


def _codes(wanted: tuple[str, ...], count: int) -> list[str]:
    places = Places.load()
    unknown = [code for code in wanted if places.commune(code) is None]
    if unknown:
        raise Refused(f"'{unknown[0]}' is no commune code: five digits, e.g. 31441")
    rest = [c.code for p in places.provinces() for c in places.communes_of(p.code) if c.code not in wanted]
    # 31441, the commune of our examples, is always among them.
    rest.sort(key=lambda code: code != "31441")
    return [*wanted, *rest][: max(count, len(wanted))]
