"""`report`: the figures of a commune or a province, for programs and for files."""

import datetime as dt
import json
import sys

import click

from bot.cli.common import Refused, asynchronous, clock_at, opened, output_file, with_database, with_now
from content.places import Places
from storage.periods import Period, Week
from storage.report import province_report
from storage.report import report as commune_report


@click.command()
@click.option("--commune", metavar="CODE")
@click.option("--province", metavar="CODE")
@click.option("--week", metavar="2026-W47")
@click.option("--month", metavar="2026-11")
@click.option("--from", "first", metavar="DAY")
@click.option("--to", "last", metavar="DAY")
@click.option("--format", "shape", type=click.Choice(["json", "xlsx", "docx", "png"]), default="json")
@click.option("--out", metavar="FILE", default="-", help="- is standard output.")
@with_database
@with_now
@asynchronous
async def report(
    commune: str | None, province: str | None, week: str | None, month: str | None, first: str | None,
    last: str | None, shape: str, out: str, db: str | None, now: str | None,
) -> None:  # fmt: skip
    """The report of a commune, or of a province by commune.

    Example: python -m bot report --commune 31441 --week 2026-W47 --format json --out -"""
    if shape != "json":
        raise Refused(f"report --format {shape} is not built yet")
    moment = clock_at(now)()
    period = _period(week, month, first, last)
    places = Places.load()
    if (commune is None) == (province is None):
        raise Refused("give either --commune CODE or --province CODE")
    async with opened(db) as database, database.read() as connection:
        if commune is not None:
            place = places.commune(commune)
            if place is None:
                raise Refused(f"'{commune}' is no commune code: five digits, e.g. 31441")
            province_of = place.province.code
            figures = await commune_report(connection, commune, period, moment, province=province_of)
        else:
            codes = [c.code for c in places.communes_of(str(province))]
            if not codes:
                raise Refused(f"'{province}' is no province code: two digits, e.g. 92")
            figures = await province_report(connection, str(province), codes, period, moment)
    line = json.dumps(figures, ensure_ascii=False) + "\n"
    if out == "-":
        sys.stdout.write(line)
    else:
        output_file(out).write_text(line, encoding="utf-8")


def _period(week: str | None, month: str | None, first: str | None, last: str | None) -> Period:
    given = sum(x is not None for x in (week, month, first or last))
    if given != 1 or (first is None) != (last is None):
        raise Refused("give one of --week 2026-W47, --month 2026-11, or --from DAY --to DAY")
    try:
        if week is not None:
            return Period.of_week(Week.parse(week))
        if month is not None:
            return Period.parse_month(month)
        return Period(dt.date.fromisoformat(str(first)), dt.date.fromisoformat(str(last)))
    except ValueError as e:
        raise Refused(str(e)) from None
