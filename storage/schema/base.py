"""What every table is made of: column types, names of constraints, and the one set they all belong to."""

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa


class Instant(sa.TypeDecorator[dt.datetime]):
    """A moment, kept as milliseconds since 1970 UTC: exact, sortable and the same in both engines."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> int | None:
        """A naive time is a mistake of the caller: refused with ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> dt.datetime | None:
        """The moment in UTC."""
        return None if value is None else dt.datetime.fromtimestamp(value / 1000, tz=dt.UTC)


class Json(sa.TypeDecorator[Any]):
    """A small document of ours, kept as text: nothing inside it is ever searched by the database."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Compact and stable, so that equal documents are equal texts."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        """The document."""
        return None if value is None else json.loads(value)


naming = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
# `sqlite_autoincrement`: these ids live on in buttons, keys and pages when their row is gone: none is given twice.
metadata = sa.MetaData(naming_convention=naming)
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def one_of(column: str, values: tuple[str, ...], name: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(v) for v in values)})", name=name)


def written(column: sa.ColumnElement[str], *values: str) -> sa.ColumnElement[bool]:
    """That the column is one of the values, written out as the partial indexes have it: a bound value finds none."""
    spelled: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{value}'") for value in values]
    return column.in_(spelled) if len(spelled) > 1 else column == spelled[0]


def commune_column(nullable: bool = False) -> sa.Column[str]:
    return sa.Column("commune", sa.String(5), sa.CheckConstraint("length(commune) = 5", name="commune"),
                     nullable=nullable)  # fmt: skip
