"""The first schema, word for word as each engine is told it."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates every table of the first release."""
    engine = op.get_bind().dialect.name
    script = Path(__file__).with_suffix(f".{engine}.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        if statement.strip():
            op.execute(statement)
