"""Reports as they were sent: figures kept with their number, moment and fingerprint; and what changed since."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.periods import Period
from storage.schema.reports import report_file, report_version
from storage.upsert import upsert

PASSING = ("cut_at", "version")
"""What two reports may differ in and still say the same."""
TRIES = 5


@dataclass(frozen=True, slots=True)
class Version:
    """Figures that left the house."""

    id: int
    number: int
    cut_at: dt.datetime
    final: bool
    """Cut after the closing hour; before it the figures are provisional."""
    sha256: str
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that another version says otherwise. `kind`: indicator, team, commune, codes, procedure or content."""

    kind: str
    key: str
    before: int | None
    after: int | None


def fingerprint(report: Mapping[str, Any]) -> str:
    """SHA-256 of what a report says, whenever it is read."""
    said = {key: value for key, value in report.items() if key not in PASSING}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


class Frozen:
    """The versions of a transaction. `place` is a commune or a province."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def versions(self, place: str, period: Period) -> list[Version]:
        """Every version of those days, the first first."""
        v = report_version.c
        query = sa.select(v.id, v.version, v.cut_at, v.final, v.sha256, v.figures).where(
            v.place == place, v.first == period.first, v.last == period.last
        )
        return [Version(*row) for row in await self._connection.execute(query.order_by(v.version))]

    async def get(self, version_id: int) -> tuple[str, Period, Version]:
        """One version, its place and its days. Raises NoResultFound."""
        v = report_version.c
        query = sa.select(v.place, v.first, v.last, v.id, v.version, v.cut_at, v.final, v.sha256, v.figures)
        place, first, last, *rest = (await self._connection.execute(query.where(v.id == version_id))).one()
        return place, Period(first, last), Version(*rest)

    async def number(self, place: str, period: Period, report: Mapping[str, Any]) -> int:
        """The number these figures have, or would get if they were sent now."""
        found = await self.versions(place, period)
        if not found:
            return 1
        return found[-1].number + (found[-1].sha256 != fingerprint(report))

    async def freeze(
        self, place: str, period: Period, figures: Mapping[str, Any], now: dt.datetime, *, final: bool,
        by: int | None = None,
    ) -> Version:  # fmt: skip
        """Keeps figures that are being sent. `figures["report"]` is what the report says.

        The same figures are one version, however often they are sent; once a version is final, so is every later one.
        """
        mark = fingerprint(figures["report"])
        insert = upsert(report_version, self._connection)
        for _ in range(TRIES):
            found = await self.versions(place, period)
            last = found[-1] if found else None
            if last and last.sha256 == mark and last.final == final:
                return last
            number = last.number + 1 if last else 1
            kept = {**figures, "report": {**figures["report"], "version": number}}
            values = {
                "place": place, "first": period.first, "last": period.last, "version": number, "cut_at": now,
                "final": final, "sha256": mark, "figures": kept, "made_by": by,
            }  # fmt: skip
            # Somebody else may be sending the same report: then his number is taken and ours is the next.
            made = insert.values(values).on_conflict_do_nothing().returning(report_version.c.id)
            key = await self._connection.scalar(made)
            if key is not None:
                return Version(key, number, now, final, mark, kept)
        raise RuntimeError("a report is being sent by too many at once")

    async def took(self, version_id: int, kind: str, data: bytes, now: dt.datetime, by: int | None) -> None:
        """Notes that a file of a version was handed over: its sort, its fingerprint, to whom."""
        row = {"version_id": version_id, "kind": kind, "taken_by": by, "taken_at": now}
        row["sha256"] = hashlib.sha256(data).hexdigest()
        await self._connection.execute(sa.insert(report_file).values(row))


async def spoilt(connection: AsyncConnection) -> list[int]:
    """Ids of versions whose figures are not those their fingerprint was taken of."""
    v = report_version.c
    rows = await connection.execute(sa.select(v.id, v.sha256, v.figures).order_by(v.id))
    return [key for key, mark, figures in rows if fingerprint(figures["report"]) != mark]


def replaced(versions: list[Version], number: int) -> Version | None:
    """The version a later one is an addition to ("bản bổ sung"): the last final one before it."""
    return next((v for v in reversed(versions) if v.final and v.number < number), None)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What two reports of the same days say otherwise, in the order of the report."""
    was, now = _figures(before), _figures(after)
    keys = [*now, *(key for key in was if key not in now)]
    missing = _missing
    return [
        Change(*key, was.get(key, missing(key)), now.get(key, missing(key)))
        for key in keys
        if was.get(key, missing(key)) != now.get(key, missing(key))
    ]


def _missing(key: tuple[str, str]) -> int | None:
    """A procedure, content or check that is not listed was done 0 times; a team that is not listed said nothing."""
    return 0 if key[0] in ("procedure", "content", "codes") else None


def _figures(report: Mapping[str, Any]) -> dict[tuple[str, str], int | None]:
    found: dict[tuple[str, str], int | None] = {("indicator", i["code"]): i["value"] for i in report["indicators"]}
    found |= {("team", t["team"]): t["indicators"]["1"] for t in report.get("teams", ())}
    found |= {("commune", c["commune"]): c["indicators"]["1"] for c in report.get("communes", ())}
    found |= {("codes", kind): n for kind, n in report.get("suspicious_codes", {}).items()}
    found |= {("content", code): n for code, n in report["contents"].items()}
    return found | {("procedure", p["id"]): p["count"] for p in report["procedures"]}
