"""`python -m tests.bench.reports`: what reports cost at size, beside a plain GROUP BY over the raw rows."""

import argparse
import asyncio
import datetime as dt
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.documents.files import Documents
from content.knowledge import Knowledge
from handlers import booklet
from storage.database import Database
from storage.memory import Memory
from storage.migrate import upgrade
from storage.periods import VIETNAM, Period, Week
from storage.province import national_report, province_report
from storage.report import report
from storage.schema import assistance, assistance_item
from storage.seed import seed
from storage.vault import Vault
from tests.harness.database import fresh_database

ENGINES: Final = ("sqlite", "postgres")
SMALL: Final = 10_000
OF_ONE: Final = 3011
"""Assistances of one commune in a year: ten million in 3,321 communes. Both sizes have communes of this size."""
NOW: Final = dt.datetime(2026, 11, 20, 16, 0, 5, tzinfo=VIETNAM)
WEEK: Final = Period.of_week(Week(2026, 47))
PROVINCE: Final = "92"
LIMITS: Final = {
    "figures of a commune": 10.0, "all its files but the chart": 300.0, "table of a province": 100.0,
    "table of the country": 1000.0,
}  # fmt: skip
Work = Callable[[AsyncConnection], Awaitable[object]]


@dataclass(frozen=True)
class Stage:
    """A database with made-up data."""

    database: Database
    knowledge: Knowledge
    communes: Sequence[str]
    assistances: int

    async def timed(self, work: Callable[[int], Work], rounds: int) -> float:
        """Milliseconds of that work, the median of some rounds; the first is not counted."""
        spent = []
        for n in range(rounds + 1):
            async with self.database.read() as connection:
                began = time.perf_counter()
                await work(n)(connection)
                spent.append((time.perf_counter() - began) * 1000)
        return median(spent[1:])

    def commune(self, n: int) -> str:
        """Another one each time."""
        return self.communes[n * 37 % len(self.communes)]

    # --- ours ---

    def figures(self, n: int) -> Work:
        """The weekly figures alone."""
        return lambda connection: report(connection, self.commune(n), WEEK, NOW, province=PROVINCE)

    def files(self, n: int) -> Work:
        """Figures, what stands beside them, the workbook and the draft."""

        async def work(connection: AsyncConnection) -> None:
            memory = Memory(connection, self.database.vault)
            made = await booklet.of_commune(memory, self.knowledge, self.commune(n), WEEK, NOW)
            for kind in ("xlsx", "docx"):
                Documents(self.knowledge).make(kind, made)

        return work

    def chart(self, n: int) -> Work:
        """The drawing of the chart."""

        async def work(connection: AsyncConnection) -> None:
            memory = Memory(connection, self.database.vault)
            made = await booklet.of_commune(memory, self.knowledge, self.commune(n), WEEK, NOW, entries=False)
            Documents(self.knowledge).make("png", made)

        return work

    def province(self, _: int) -> Work:
        """The table of a province."""
        codes = self._of(PROVINCE)
        return lambda connection: province_report(connection, PROVINCE, codes, WEEK, NOW)

    def country(self, _: int) -> Work:
        """The table of the country."""
        provinces = {p.code: self._of(p.code) for p in self.knowledge.places.provinces()}
        return lambda connection: national_report(connection, provinces, WEEK, NOW)

    def _of(self, province: str) -> list[str]:
        return [commune.code for commune in self.knowledge.places.communes_of(province)]

    # --- plain ---

    def plain(self, communes: Callable[[int], Sequence[str] | None]) -> Callable[[int], Work]:
        """The same sums since 1 January by GROUP BY over the raw rows, by team or commune."""

        def of(n: int) -> Work:
            async def work(connection: AsyncConnection) -> None:
                for query in _plain(communes(n)):
                    (await connection.execute(query)).all()

            return work

        return of


def _plain(communes: Sequence[str] | None) -> list[sa.Select[Any]]:
    a, i = assistance.c, assistance_item.c
    which = sa.and_(a.state == "saved", a.day.between(WEEK.year_to_date().first, WEEK.last))
    if communes is not None:
        which = sa.and_(which, a.commune.in_(communes))
    by = a.team_id if communes is not None and len(communes) == 1 else a.commune
    people = sa.func.sum(sa.func.coalesce(i.people, a.people))
    return [
        sa.select(by, a.place, sa.func.count(), *(sa.func.sum(c) for c in (a.people, a.dossiers, a.payments)))
        .where(which).group_by(by, a.place),
        sa.select(by, i.kind, i.code, people).join_from(assistance, assistance_item).where(which)
        .group_by(by, i.kind, i.code),
    ]  # fmt: skip


async def _seeded(database: Database, knowledge: Knowledge, assistances: int) -> Stage:
    await upgrade(database)
    places = knowledge.places
    codes = [c.code for c in places.communes_of(PROVINCE)]
    codes += [c.code for p in places.provinces() if p.code != PROVINCE for c in places.communes_of(p.code)]
    communes = codes[: max(1, min(len(codes), round(assistances / OF_ONE)))]
    began, cpu = time.perf_counter(), time.process_time()
    await seed(database, communes, 52, assistances, 1, NOW.date())
    spent, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"  {assistances:,} assistances in {len(communes)} communes: {assistances / spent:,.0f} a second "
          f"({assistances / cpu:,.0f} a second of this process' own time)", flush=True)  # fmt: skip
    if not database.is_sqlite:
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.exec_driver_sql("ANALYZE")
    return Stage(database, knowledge, communes, assistances)


async def _measure(stage: Stage, rounds: int) -> dict[str, float]:
    few = 1 if stage.assistances > 500_000 else 3
    return {
        "figures of a commune": await stage.timed(stage.figures, rounds),
        "plain GROUP BY of a commune": await stage.timed(stage.plain(lambda n: [stage.commune(n)]), rounds),
        "all its files but the chart": await stage.timed(stage.files, max(rounds // 3, 3)),
        "figures and chart": await stage.timed(stage.chart, max(rounds // 3, 3)),
        "table of a province": await stage.timed(stage.province, max(rounds // 3, 3)),
        "plain GROUP BY of a province": await stage.timed(stage.plain(lambda _: stage._of(PROVINCE)), few),
        "table of the country": await stage.timed(stage.country, few),
        "plain GROUP BY of the country": await stage.timed(stage.plain(lambda _: None), few),
    }


async def _engine(engine: str, sizes: Sequence[int], rounds: int, folder: Path) -> list[dict[str, float]]:
    print(f"\n{engine}", flush=True)
    knowledge, found = Knowledge.load(), []
    for size in sizes:
        home = folder / f"{engine}-{size}"
        home.mkdir()
        async with fresh_database(engine, home) as url:
            database = Database(url, Vault(b"the key of a measurement alone"))
            try:
                found.append(await _measure(await _seeded(database, knowledge, size), rounds))
            finally:
                await database.close()
    return found


def _table(sizes: Sequence[int], found: list[dict[str, float]]) -> None:
    print(f"  {'milliseconds, median':32}" + "".join(f"{size:>14,}" for size in sizes) + f"{'ratio':>8}{'wanted':>8}")
    for name in found[0]:
        values = [measured[name] for measured in found]
        ratio = values[-1] / values[0]
        limit = LIMITS.get(name)
        print(f"  {name:32}" + "".join(f"{v:>14.1f}" for v in values) + f"{ratio:>8.2f}"
              + (f"{limit:>8.0f}" if limit else ""), flush=True)  # fmt: skip


def main() -> int:
    """Prints a table for each engine."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reports", description=__doc__)
    parser.add_argument("--assistances", type=int, default=100_000, help="the larger of the two sizes")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--databases", nargs="+", choices=ENGINES, default=list(ENGINES))
    args = parser.parse_args()
    sizes = (SMALL, args.assistances)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for engine in args.databases:
            _table(sizes, asyncio.run(_engine(engine, sizes, args.rounds, Path(folder))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
