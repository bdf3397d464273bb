"""A fresh database to copy."""

from tests.databases import sqlite_template  # noqa: F401
