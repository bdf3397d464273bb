"""`import members`: the list annexed to a commune's decision, checked row by row, then stored with invitations."""

import asyncio
import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path

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
)
from bot.documents.slips import slips_pdf, ways_in
from bot.settings import VAR
from content import roster
from content.knowledge import FOLDER
from content.messages import Messages
from content.places import Places
from content.roster import Membership, Problem, Roster
from handlers.lists import listed, place_key
from storage.database import Database
from storage.invitations import CODE_DAYS
from storage.periods import local_day
from storage.roster import Imported, Slip


@click.group("import")
def import_group() -> None:
    """Takes lists in.

    Example: python -m bot import members danh-sach.xlsx --commune 31441 --dry-run"""


def read_list(file: str, words: Messages) -> Roster:
    """The list in the file. Raises Refused, in one line."""
    path = Path(file)
    if not path.is_file():
        raise Refused(f"{path} is no file")
    try:
        with path.open("rb") as opened:
            data = opened.read(roster.MAX_FILE + 1)
        return roster.read_roster(data, roster.Words.load(FOLDER))
    except roster.Refused as e:
        raise Refused(words.render("roster.refused", file=path.name, why=e.args[0])) from None


def _problem(problem: Problem, words: Messages) -> dict[str, object]:
    text = words.render("roster.problem", kind=problem.kind, blocks=problem.blocks, about=problem.about,
                        other=problem.other)  # fmt: skip
    return {"sheet": problem.sheet, "row": problem.row, "kind": problem.kind, "blocks": problem.blocks, "text": text}


def _person(one: Membership) -> dict[str, object]:
    return {"name": one.name, "hamlet": one.hamlet, "team": one.team, "role": one.role, "phone": one.phone}


def _show(found: Roster, words: Messages, *, as_json: bool) -> None:
    """What was read: for a program, or for people."""
    problems = [_problem(p, words) for p in found.problems]
    if as_json:
        whole = {
            "members": found.members, "memberships": len(found.people), "teams": found.teams,
            "hamlets": found.hamlets, "people": [_person(p) for p in found.people],
        }  # fmt: skip
        for line in (*problems, whole):
            click.echo(json.dumps(line, ensure_ascii=False))
        return
    for p in problems:
        click.echo(words.render("roster.at", sheet=p["sheet"], row=p["row"], text=p["text"]))
    click.echo(words.render("roster.read", members=found.members, memberships=len(found.people),
                            teams=len(found.teams), hamlets=len(found.hamlets)))  # fmt: skip


@import_group.command("members")
@click.argument("file")
@click.option("--commune", required=True, metavar="CODE")
@click.option("--dry-run", is_flag=True, help="Checks the list and stores nothing.")
@click.option("--json", "as_json", is_flag=True, help="A problem a line, then the whole list.")
@click.option("--slips", metavar="FILE.pdf", help="Where the invitation slips go; default var/phieu-moi-CODE.pdf.")
@click.option("--end-gone", is_flag=True, help="Ends the place of those who are not in the list any more.")
@click.option("--again", is_flag=True, help="New codes for everybody who has not come yet.")
@click.option("--telegram", metavar="NAME", help="Name of the Telegram bot, for a second QR code.")
@with_database
@with_now
@asynchronous
async def import_members(
    file: str, commune: str, dry_run: bool, as_json: bool, slips: str | None, end_gone: bool, again: bool,
    telegram: str | None, db: str | None, now: str | None,
) -> None:  # fmt: skip
    """The list annexed to a commune's decision: checked row by row, then stored, with slips for who is new.

    Example: python -m bot import members danh-sach.xlsx --commune 31441 --dry-run"""
    place = Places.load().commune(commune)
    if place is None:
        raise Refused(f"'{commune}' is no commune code: five digits, e.g. 31441")
    words = Messages(FOLDER / "messages")
    found = read_list(file, words)
    if dry_run:
        _show(found, words, as_json=as_json)
        return
    moment, settings = clock_at(now)(), settings_for(db)
    target = output_file(slips) if slips else VAR / f"phieu-moi-{commune}.pdf"
    target.parent.mkdir(exist_ok=True)

    def print_slips(invited: Sequence[Slip]) -> bytes:
        links, until = ways_in(settings.public_url, telegram), local_day(moment) + dt.timedelta(days=CODE_DAYS)
        return slips_pdf(invited, links, commune=place.full_name, until=until, words=words)

    async with opened(db, keyed=True) as database:
        result = await _store(database, commune, found, moment, print_slips, target, end_gone=end_gone, again=again)
    _show(found, words, as_json=as_json)
    if not as_json:
        _tell(result, words, target)


async def _store(
    database: Database, commune: str, found: Roster, now: dt.datetime, print_slips: Callable[[Sequence[Slip]], bytes],
    target: Path, *, end_gone: bool, again: bool,
) -> Imported:  # fmt: skip
    """Takes the list in, and writes the slips before the commit: without the paper nobody would know the codes.

    Much paper takes long, so it is printed before anything is locked: a program that runs has to write meanwhile.
    """
    lists = roster.Words.load(FOLDER)
    people, places = listed(found, lists), place_key(lists)
    async with database.read() as connection:
        chosen = await memory_of(connection, database).rosters.rehearse(
            commune, people, now, name_key=roster.name_key, place_key=places, again=again
        )
    paper = print_slips(chosen.slips)
    async with database.write() as connection:
        result = await memory_of(connection, database).rosters.take(
            commune, people, now, name_key=roster.name_key, place_key=places, end_gone=end_gone, again=again,
            codes=chosen.codes,
        )  # fmt: skip
        if result.slips:
            unchanged = result.slips == chosen.slips  # else somebody has come in between
            await asyncio.to_thread(target.write_bytes, paper if unchanged else print_slips(result.slips))
    return result


def _tell(result: Imported, words: Messages, target: Path) -> None:
    click.echo(words.render("roster.stored", result=result))
    if result.gone:
        click.echo(words.render("roster.gone", result=result))
    click.echo(words.render("roster.slips", count=len(result.slips), file=target))
