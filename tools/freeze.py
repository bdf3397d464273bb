"""Freezes new tables as SQL for a migration: `python -m tools.freeze 0004_people table table ...`."""

import sys
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from storage.schema import metadata

FOLDER = Path(__file__).parents[1] / "storage" / "migrations" / "versions"


def main(name: str, tables: set[str]) -> None:
    """Writes the script of that revision, or one an engine; tables come in an order their references allow."""
    scripts = dict[str, str]()
    for engine, address in (("sqlite", "sqlite://"), ("postgresql", "postgresql+asyncpg://")):
        dialect = sa.make_url(address).get_dialect()()
        statements = list[str]()
        for table in metadata.sorted_tables:
            if table.name in tables:
                statements.append(_compiled(CreateTable(table), dialect))
                statements += [
                    _compiled(CreateIndex(i), dialect) for i in sorted(table.indexes, key=lambda i: str(i.name))
                ]
        scripts[f".{engine}"] = ";\n\n".join(statements) + ";\n"
    if len(set(scripts.values())) == 1:
        scripts = {"": scripts[".sqlite"]}
    for engine, script in scripts.items():
        (FOLDER / f"{name}{engine}.sql").write_text(script, encoding="utf-8")


def _compiled(statement: CreateTable | CreateIndex, dialect: sa.Dialect) -> str:
    return "\n".join(line.rstrip() for line in str(statement.compile(dialect=dialect)).strip().splitlines())


if __name__ == "__main__":
    main(sys.argv[1], set(sys.argv[2:]))
