"""A migration as frozen SQL beside the revision that runs it, one file, or one an engine where they differ."""

from pathlib import Path

from alembic import op


def run(revision_file: str) -> None:
    """Runs `NAME.sql` beside `NAME.py`, else `NAME.sqlite.sql` or `NAME.postgresql.sql`, statement by statement."""
    script = Path(revision_file).with_suffix(".sql")
    if not script.exists():
        script = script.with_suffix(f".{op.get_bind().dialect.name}.sql")
    for statement in script.read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
