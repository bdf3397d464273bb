"""`import members`: the list annexed to a commune's decision, checked row by row, then stored with invitations."""

import json
from pathlib import Path

import click

from bot.cli.common import Refused, asynchronous, with_database, with_now
from content import roster
from content.knowledge import FOLDER
from content.messages import Messages
from content.places import Places
from content.roster.people import Membership, Problem, Roster


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
@with_database
@with_now
@asynchronous
async def import_members(
    file: str, commune: str, dry_run: bool, as_json: bool, db: str | None, now: str | None
) -> None:  # fmt: skip
    """The list annexed to a commune's decision.

    Example: python -m bot import members danh-sach.xlsx --commune 31441 --dry-run"""
    if Places.load().commune(commune) is None:
        raise Refused(f"'{commune}' is no commune code: five digits, e.g. 31441")
    words = Messages(FOLDER / "messages")
    found = read_list(file, words)
    _show(found, words, as_json=as_json)
    if not dry_run:
        raise Refused("import members without --dry-run is not built yet")
