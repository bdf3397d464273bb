"""`content`: what an author should hear before a change goes out, and guides on paper."""

import click

import content as content_package
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
from content.check import Report, inspect
from content.library import Library
from content.paths import graph as draw
from storage.periods import VIETNAM


@click.group("content")
def content() -> None:
    """The knowledge: guides, facts, words.

    Example: python -m bot content check"""


@content.command("check")
@click.option("--folder", metavar="FOLDER", help="Another content folder than the program's own.")
@click.option("--graph", metavar="GUIDE", help="Draws that guide as a Mermaid flow chart instead.")
@with_now
@asynchronous
async def content_check(folder: str | None, graph: str | None, now: str | None) -> int:
    """Validates all knowledge; lists mistakes, what is overdue for review, and what is unconfirmed.

    Example: python -m bot content check"""
    from pathlib import Path

    today = clock_at(now)().astimezone(VIETNAM).date()
    home = Path(folder) if folder else Path(content_package.__path__[0])
    if graph is not None:
        guide = Library.load(home).get(graph)
        if guide is None:
            raise click.ClickException(f"no guide {graph}")
        click.echo(draw(guide), nl=False)
        return 0
    report = inspect(home, today)
    _tell(report)
    return 2 if any(p.kind == "error" for p in report.problems) else 0


def _tell(report: Report) -> None:
    """Problems, then what falls due, then the counts."""
    for p in report.problems:
        click.echo(f"{p.file}:{p.line}: {'LỖI' if p.kind == 'error' else 'Lưu ý'}: {p.what} {p.mend}")
    for d in report.due:
        click.echo(" ".join(f"{d.file}:{d.line}: Sắp tới hạn {d.by:%d/%m/%Y}: {d.name} ({d.owner}) {d.note}".split()))
    if report.spoken is not None and (longest := report.spoken.longest) is not None:
        where = f"{longest.entry.page.file}:{longest.entry.page.line((*longest.entry.way, *longest.way))}"
        said = report.spoken.messages
        middle = sorted(len(s.text) for s in said)[len(said) // 2]
        click.echo(
            f"Đọc lên: {len(said)} tin, một nửa không quá {middle} ký tự, dài nhất {len(longest.text)} ({where})"
        )
    errors = sum(p.kind == "error" for p in report.problems)
    click.echo(f"{errors} lỗi, {len(report.problems) - errors} lưu ý, {len(report.due)} mục sắp tới hạn xem lại")


@content.command("screens")
@with_database
@with_now
@asynchronous
async def content_screens(db: str | None, now: str | None) -> None:
    """Steps of which enough people said that their screen has changed since they were last checked.

    Example: python -m bot content screens"""
    from content.knowledge import Knowledge
    from handlers.screens import doubtful

    knowledge, today = Knowledge.load(), clock_at(now)().astimezone(VIETNAM).date()
    async with opened(db) as database, database.read() as connection:
        found = await doubtful(memory_of(connection, database), knowledge, today)
    words = knowledge.messages.render
    click.echo("\n".join(words("screens.line", doubt=d) for d in found)
               or words("screens.quiet", days=knowledge.freshness.days))  # fmt: skip


@content.command("build")
@click.option("--folder", metavar="FOLDER", help="Another content folder than the program's own.")
def content_build(folder: str | None) -> None:
    """Learns anew how people ask, from content/intents and content/data/questions.yaml.

    Example: python -m bot content build"""
    from pathlib import Path

    from content.asking import ranker

    home = Path(folder) if folder else Path(content_package.__path__[0])
    (home / ranker.ARTEFACT).write_bytes(ranker.build(home))
    click.echo(f"{home / ranker.ARTEFACT}: đã dựng lại")


@content.command("print")
@click.argument("guide")
@click.option("--out", metavar="FILE.pdf", help="Where it goes; default bang-tin-GUIDE.pdf.")
@click.option("--folder", metavar="FOLDER", help="Another content folder than the program's own.")
@with_now
@asynchronous
async def content_print(guide: str, out: str | None, folder: str | None, now: str | None) -> None:
    """Prints a guide to one A4 page for a notice board; with PUBLIC_URL set, a QR code leads into it.

    Example: python -m bot content print vneid-kich-hoat --out bang-tin.pdf"""
    from pathlib import Path

    from bot.documents.board import board_of
    from content.messages import Messages

    home = Path(folder) if folder else Path(content_package.__path__[0])
    library, words = Library.load(home), Messages(home / "messages")
    today = clock_at(now)().astimezone(VIETNAM).date()
    found = library.get(guide)
    if found is None or not found.in_force(today):
        raise Refused(f"'{guide}' is no guide in force; the guides are the files in content/guides")
    try:
        file = board_of(library, words, found, today, settings_for(None).public_url)
    except ValueError:
        raise Refused(words.render("leaflet.too_long", guide=found)) from None
    target = output_file(out or file.name)
    target.write_bytes(file.data)
    click.echo(words.render("leaflet.written", file=target))


@content.command("schema")
@click.option("--out", metavar="FOLDER", help="Where they go; default content/schemas.")
def content_schema(out: str | None) -> None:
    """Writes JSON Schemas of guides, procedures, intents, overrides and lists, for editors that understand them.

    Example: python -m bot content schema"""
    from pathlib import Path

    from content import schemas

    for path in schemas.write(Path(out) if out else Path(content_package.__path__[0]) / schemas.FOLDER):
        click.echo(str(path))
