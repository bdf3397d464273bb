"""How SQLite finds rows, looked at while stories are told: no turn may read through a table that grows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

GROWING: Final = frozenset({
    "announcement", "assistance", "assistance_history", "assistance_item", "audit", "broadcast", "chat",
    "commune_setting", "day_count", "gap", "gap_answer", "guide_run", "help_request", "inbox", "invitation",
    "join_request", "member_day", "nil_report", "notice", "official_figure", "outbox", "person", "place_count",
    "plan", "receiver", "role", "team",
})  # fmt: skip
SHORT: Final = frozenset({"ix_inbox_waiting", "ix_outbox_queued", "ix_outbox_open"})
"""Indexes that hold only what waits; reading through one is what it is for."""
UPKEEP: Final = (
    "DELETE FROM announcement WHERE announcement.valid_to",
    "DELETE FROM broadcast WHERE broadcast.at",
    "DELETE FROM help_request WHERE help_request.asked_at",
    "DELETE FROM invitation WHERE invitation.expires_at",
    "DELETE FROM join_request WHERE join_request.asked_at",
    "DELETE FROM receiver WHERE receiver.state",
    'SELECT commune_setting.commune, commune_setting."key"',
    "SELECT coalesce(role.commune, role.province)",
    "SELECT person.id \nFROM person \nWHERE NOT",
    "UPDATE help_request SET citizen_id=?, helper_id=?, step=? WHERE help_request.closed_at",
)
"""What looks for all that is old or not yet planned, now and then."""
_SCAN: Final = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
_seen: set[str] = set()


def _scans(connection: sa.Connection, statement: str, parameters: Any) -> list[str]:
    driver = connection.connection.dbapi_connection
    assert driver is not None
    cursor = driver.cursor()
    try:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        found = [(row[3], _SCAN.match(row[3])) for row in cursor.fetchall()]
    finally:
        cursor.close()
    return [plan for plan, scan in found if scan and scan[1] in GROWING and scan[2] not in SHORT]


@contextmanager
def looked_at() -> Iterator[dict[str, list[str]]]:
    """What is read through by the statements inside that were not looked at before, by their words.

    Inserts are left out: SQLite names every table that might point to the new row, and reads none of them.
    """
    found: dict[str, list[str]] = {}

    def look(
        connection: sa.Connection, _cursor: object, statement: str, parameters: Any, _context: object, many: bool
    ) -> None:
        if statement in _seen or not statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            return
        _seen.add(statement)
        if statement.startswith(UPKEEP):
            return
        if scans := _scans(connection, statement, parameters[0] if many else parameters):
            found[statement] = scans

    sa.event.listen(sa.Engine, "after_cursor_execute", look)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "after_cursor_execute", look)
