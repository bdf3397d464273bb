"""`report`: the figures of a commune or a province, for programs and as files to send."""

import datetime as dt
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from bot.cli.common import Refused, asynchronous, clock_at, opened, output_file, settings_for, with_database, with_now
from bot.documents.files import Documents
from content.knowledge import Knowledge
from content.places import Places
from handlers import booklet
from handlers.booklet import TemplateRefused
from storage.deadlines import Rules
from storage.frozen import Frozen
from storage.memory import Memory
from storage.periods import Period, Week, local_day
from storage.province import national_report, province_report
from storage.report import report as commune_report


@click.command()
@click.option("--commune", metavar="CODE")
@click.option("--province", metavar="CODE")
@click.option("--country", is_flag=True, help="Every province; figures as JSON only.")
@click.option("--week", metavar="2026-W47")
@click.option("--month", metavar="2026-11", help="As the commune counts its months: from the 1st, or from a 15th.")
@click.option("--from", "first", metavar="DAY")
@click.option("--to", "last", metavar="DAY")
@click.option("--format", "shape", type=click.Choice(["json", "xlsx", "docx", "png"]), default="json")
@click.option("--out", metavar="FILE", default="-", help="- is standard output; other formats than json need a file.")
@click.option("--template", metavar="FILE", help="A Word template to fill in instead of the usual one.")
@with_database
@with_now
@asynchronous
async def report(
    commune: str | None, province: str | None, country: bool, week: str | None, month: str | None, first: str | None,
    last: str | None, shape: str, out: str, template: str | None, db: str | None, now: str | None,
) -> None:  # fmt: skip
    """The report of a commune, or of a province by commune: as JSON, an Excel workbook, a Word draft or a chart; or
    of the country by province, as JSON.

    A file that is made is kept as a version, so that what changes later can be told.

    Example: python -m bot report --commune 31441 --week 2026-W47 --format xlsx --out tuan-47.xlsx"""
    moment = clock_at(now)()
    target, form = _target(shape, out), _template(shape, template)
    asked = _Asked(commune, province, country, week, month, first, last)
    asked.check(shape)
    async with opened(db) as database:
        if shape == "json":
            async with database.read() as connection:
                figures = await _figures(Memory(connection, database.vault), asked, moment)
            data = (json.dumps(figures, ensure_ascii=False) + "\n").encode()
        else:
            documents = Documents(Knowledge.load(), settings_for(db).report_templates)
            async with database.write() as connection:
                memory = Memory(connection, database.vault)
                data = await _file(memory, documents, asked, shape, form, moment)
    if target is None:
        sys.stdout.write(data.decode())
    else:
        target.write_bytes(data)


def _target(shape: str, out: str) -> Path | None:
    """The file to write; None is standard output. Raises Refused."""
    if out != "-":
        return output_file(out)
    if shape != "json":
        raise Refused(f"--format {shape} needs a file: --out report.{shape}")
    return None


def _template(shape: str, template: str | None) -> Path | None:
    """The Word file to fill in; None is the usual one. Raises Refused."""
    if template is None:
        return None
    if shape != "docx" or not Path(template).is_file():
        raise Refused(f"--template goes with --format docx and names a Word file, not '{template}'")
    return Path(template)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of which place and which days a report is wanted."""

    commune: str | None
    province: str | None
    country: bool
    week: str | None
    month: str | None
    first: str | None
    last: str | None

    def check(self, shape: str) -> None:
        """Raises Refused for a place that does not exist or has no such file, and for days that are not one thing."""
        places = Places.load()
        if [self.commune is not None, self.province is not None, self.country].count(True) != 1:
            raise Refused("give one of --commune CODE, --province CODE, --country")
        if self.country and shape != "json":
            raise Refused("--country has --format json alone; files are of a commune or of a province")
        if self.commune is not None and places.commune(self.commune) is None:
            raise Refused(f"'{self.commune}' is no commune code: five digits, e.g. 31441")
        if self.province is not None and places.province(self.province) is None:
            raise Refused(f"'{self.province}' is no province code: two digits, e.g. 92")
        given = sum(x is not None for x in (self.week, self.month, self.first or self.last))
        if given != 1 or (self.first is None) != (self.last is None):
            raise Refused("give one of --week 2026-W47, --month 2026-11, or --from DAY --to DAY")

    @property
    def of_province(self) -> str:
        """The province, or that of the commune."""
        commune = Places.load().commune(self.commune or "")
        return commune.province.code if commune else str(self.province)

    def period(self, rules: Rules, now: dt.datetime) -> Period:
        """The days; a month is the commune's own. Raises Refused for what is no period and for days to come."""
        try:
            if self.week is not None:
                period = Period.of_week(Week.parse(self.week))
            elif self.month is not None:
                named = Period.parse_month(self.month)
                period = rules.month(named.first.year, named.first.month)
            else:
                period = Period(dt.date.fromisoformat(str(self.first)), dt.date.fromisoformat(str(self.last)))
        except ValueError as e:
            raise Refused(str(e)) from None
        if period.first > local_day(now):
            raise Refused(f"{period.first} to {period.last} has not begun: there is nothing to report yet")
        return period


async def _period(memory: Memory, asked: _Asked, now: dt.datetime) -> Period:
    province = asked.of_province
    if asked.commune is None:
        settings = await memory.settings.of_province(province)
    else:
        settings = await booklet.settings_of(memory, asked.commune, province)
    return asked.period(Rules.read(settings), now)


async def _figures(memory: Memory, asked: _Asked, now: dt.datetime) -> dict[str, Any]:
    """The figures as JSON: figures with the number they have, or would get if they were sent now."""
    if asked.country:
        places = Places.load()
        communes = {p.code: [c.code for c in places.communes_of(p.code)] for p in places.provinces()}
        return await national_report(memory.connection, communes, asked.period(Rules.read({}), now), now)
    period = await _period(memory, asked, now)
    connection, place = memory.connection, asked.commune or str(asked.province)
    if asked.commune is not None:
        figures = await commune_report(connection, place, period, now, province=asked.of_province)
    else:
        codes = [c.code for c in Places.load().communes_of(place)]
        figures = await province_report(connection, place, codes, period, now)
    return figures | {"version": await Frozen(connection).number(place, period, figures)}


async def _file(
    memory: Memory, documents: Documents, asked: _Asked, shape: str, template: Path | None, now: dt.datetime
) -> bytes:
    period, knowledge = await _period(memory, asked, now), documents.knowledge
    if asked.commune is not None:
        made = await booklet.of_commune(memory, knowledge, asked.commune, period, now)
    else:
        made = await booklet.of_province(memory, knowledge, str(asked.province), period, now)
    kept, version = await booklet.freeze(memory, made, now, None)
    try:
        file = documents.make(shape, kept, template)
    except TemplateRefused as e:
        raise Refused(str(e)) from None
    await Frozen(memory.connection).took(version.id, shape, file.data, now, None)
    return file.data
