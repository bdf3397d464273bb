"""A migration as frozen SQL, one file an engine, beside the revision that runs it."""

from pathlib import Path

from alembic import op


def run(revision_file: str) -> None:
    """Runs `NAME.sqlite.sql` or `NAME.postgresql.sql` beside `NAME.py`, statement by statement."""
    engine = op.get_bind().dialect.name
    script = Path(revision_file).with_suffix(f".{engine}.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        if statement.strip():
            op.execute(statement)
