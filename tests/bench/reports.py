"""`python -m tests.bench.reports`: what reports cost at size, beside a plain GROUP BY over the raw rows.

Milliseconds by the clock and of this process' own processor time; on PostgreSQL the server works in processes of its
own, so there only the clock says all. On a busy machine only the processor time is worth comparing.

`--database URL` measures one that was seeded before (`python -m bot seed --weeks 52 ...`) as the larger size. A plain
GROUP BY that takes longer than `--patience` is stopped.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app import settle_memory
from bot.documents.files import Documents
from content.knowledge import Knowledge
from handlers import booklet
from storage.database import Database
from storage.memory import Memory
from storage.migrate import upgrade
from storage.periods import VIETNAM, Period, Week
from storage.province import national_report, province_report
from storage.report import report
from storage.schema import assistance, assistance_item, team
from storage.schema.sums import place_count
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
PLAIN: Final = {
    "figures of a commune": "plain GROUP BY of a commune", "table of a province": "plain GROUP BY of a province",
    "table of the country": "plain GROUP BY of the country",
}  # fmt: skip
"""What a figure is printed beside."""
Work = Callable[[AsyncConnection], Awaitable[object]]


@dataclass(frozen=True)
class Spent:
    """Milliseconds by the clock, and of this process' own processor time, with all its threads."""

    wall: float
    cpu: float
    stopped: bool = False
    """It took longer than that."""


@dataclass(frozen=True)
class Stage:
    """A database with made-up data."""

    database: Database
    knowledge: Knowledge
    communes: Sequence[str]
    assistances: int

    async def timed(self, work: Callable[[int], Work], rounds: int, patience: float | None = None) -> Spent:
        """The median of some rounds, each the second time the same is asked for; stopped when it takes that long."""
        walls, cpus = [], []
        for n in sorted([*range(rounds)] * 2):
            async with self.database.read() as connection, _stopping(connection, patience):
                began, cpu = time.perf_counter(), time.process_time()
                try:
                    await work(n)(connection)
                except sa.exc.DBAPIError:
                    if patience is None or time.perf_counter() - began < patience:
                        raise
                    return Spent(patience * 1000, 0, stopped=True)
                walls.append((time.perf_counter() - began) * 1000)
                cpus.append((time.process_time() - cpu) * 1000)
        return Spent(median(walls[1::2]), median(cpus[1::2]))

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


@contextlib.asynccontextmanager
async def _stopping(connection: AsyncConnection, patience: float | None) -> AsyncIterator[None]:
    """Has the database itself stop what takes longer."""
    if patience is None:
        yield
        return
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql(f"SET LOCAL statement_timeout = {round(patience * 1000)}")
        yield
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    until = time.perf_counter() + patience
    await driver.set_progress_handler(lambda: time.perf_counter() > until, 100_000)
    try:
        yield
    finally:
        await driver.set_progress_handler(None, 0)


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


async def seeded(database: Database, knowledge: Knowledge, assistances: int) -> Stage:
    """Fills a new database, and says how fast."""
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


async def found(database: Database, knowledge: Knowledge) -> Stage:
    """A database that was filled before."""
    years = sa.select(place_count.c.counts).where(place_count.c.unit == "y")
    communes = sa.select(team.c.commune).group_by(team.c.commune).order_by(sa.func.min(team.c.id))
    async with database.read() as connection:
        assistances = sum(counts["entries"] for counts in (await connection.execute(years)).scalars())
        codes = (await connection.execute(communes)).scalars().all()
    print(f"  {assistances:,} assistances in {len(codes)} communes, seeded before", flush=True)
    return Stage(database, knowledge, codes, assistances)


async def _measure(stage: Stage, rounds: int, patience: float) -> dict[str, Spent]:
    few, some = 1 if stage.assistances > 500_000 else 3, max(rounds // 3, 3)
    return {
        "figures of a commune": await stage.timed(stage.figures, rounds),
        "plain GROUP BY of a commune": await stage.timed(stage.plain(lambda n: [stage.commune(n)]), rounds, patience),
        "all its files but the chart": await stage.timed(stage.files, some),
        "figures and chart": await stage.timed(stage.chart, some),
        "table of a province": await stage.timed(stage.province, some),
        "plain GROUP BY of a province": await stage.timed(stage.plain(lambda _: stage._of(PROVINCE)), few, patience),
        "table of the country": await stage.timed(stage.country, few),
        "plain GROUP BY of the country": await stage.timed(stage.plain(lambda _: None), few, patience),
    }


def _yardstick() -> float:
    """Seconds this machine takes, at this moment, to add up five million numbers: a quiet one about 0.4."""
    began = time.process_time()
    total = 0
    for n in range(5_000_000):
        total += n
    return time.process_time() - began


async def _at(url: str, knowledge: Knowledge, size: int | None, rounds: int, patience: float) -> dict[str, Spent]:
    database = Database(url, Vault(b"the key of a measurement alone"))
    try:
        stage = await (found(database, knowledge) if size is None else seeded(database, knowledge, size))
        print(f"  the machine: {_yardstick():.2f} s for five million additions", flush=True)
        return await _measure(stage, rounds, patience)
    finally:
        await database.close()


async def _engine(engine: str, args: argparse.Namespace) -> None:
    print(f"\n{engine}", flush=True)
    knowledge, measured = Knowledge.load(), []
    settle_memory()  # as the program does
    for size in (SMALL, args.assistances):
        if size != SMALL and args.database is not None:
            measured.append(await _at(args.database, knowledge, None, args.rounds, args.patience))
            continue
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            async with fresh_database(engine, Path(folder)) as url:
                measured.append(await _at(url, knowledge, size, args.rounds, args.patience))
    _table(*measured)


def _table(small: dict[str, Spent], large: dict[str, Spent]) -> None:
    """Small and large, the clock and the processor, what the same costs by a plain GROUP BY, and what is wanted."""
    print(f"  {'milliseconds, median':30}{'small':>9}{'cpu':>8}{'large':>9}{'cpu':>8}{'ratio':>7}{'of cpu':>8}"
          f"{'plain':>12}{'wanted':>8}")  # fmt: skip
    for name in (name for name in large if name not in PLAIN.values()):
        few, many = small[name], large[name]
        beside = large.get(PLAIN.get(name, ""))
        plain = "" if beside is None else f"{'over ' * beside.stopped}{beside.wall:,.0f}"
        wanted = f"{LIMITS[name]:.0f}" if name in LIMITS else ""
        costs = f"{few.wall:>9.1f}{few.cpu:>8.1f}{many.wall:>9.1f}{many.cpu:>8.1f}"
        ratios = f"{many.wall / few.wall:>7.2f}{many.cpu / few.cpu:>8.2f}"
        print(f"  {name:30}{costs}{ratios}{plain:>12}{wanted:>8}", flush=True)


def main() -> int:
    """Prints a table for each engine."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reports", description=__doc__)
    parser.add_argument("--assistances", type=int, default=100_000, help="the larger of the two sizes")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--patience", type=float, default=60, help="seconds a plain GROUP BY may take")
    parser.add_argument("--databases", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--database", metavar="URL", help="one that was seeded before, as the larger size")
    args = parser.parse_args()
    engines = args.databases
    if args.database:
        engines = ["sqlite" if args.database.startswith("sqlite") else "postgres"]
    for engine in engines:
        asyncio.run(_engine(engine, args))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
