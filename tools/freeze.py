"""Freezes new tables as SQL for a migration: `python -m tools.freeze 0004_people table table ...`."""

import sys
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from storage.schema import metadata

FOLDER = Path(__file__).parents[1] / "storage" / "migrations" / "versions"


def main(name: str, tables: set[str]) -> None:
    """Writes both scripts of that revision; tables come in an order that satisfies their references."""
    for engine, address in (("sqlite", "sqlite://"), ("postgresql", "postgresql+asyncpg://")):
        dialect = sa.make_url(address).get_dialect()()
        statements = list[str]()
        for table in metadata.sorted_tables:
            if table.name in tables:
                statements.append(_compiled(CreateTable(table), dialect))
                statements += [
                    _compiled(CreateIndex(i), dialect) for i in sorted(table.indexes, key=lambda i: str(i.name))
                ]
        (FOLDER / f"{name}.{engine}.sql").write_text(";\n\n".join(statements) + ";\n", encoding="utf-8")


def _compiled(statement: CreateTable | CreateIndex, dialect: sa.Dialect) -> str:
    return "\n".join(line.rstrip() for line in str(statement.compile(dialect=dialect)).strip().splitlines())


if __name__ == "__main__":
    main(sys.argv[1], set(sys.argv[2:]))
