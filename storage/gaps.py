"""Questions the knowledge could not answer: kept masked, grouped by likeness, answered once for all who asked.

A question never carries its person, unless he asked to be told the answer; once he was told, it carries him no more.
"""

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema.knowledge import gap, gap_answer

Kind = Literal["chua_hieu", "chua_dung"]
KEPT = dt.timedelta(days=90)
MAX_TEXT = 300
MAX_ANSWER = 500
MOST = 2000
"""Open questions looked at, the newest."""
ALIKE = 0.5
"""From this share of common words on (rare ones count more) two questions are one."""


@dataclass(slots=True)
class Group:
    """Questions that are one: the words of the first, who asked how often where, and what came nearest."""

    text: str
    ids: list[int] = field(default_factory=list)
    communes: Counter[str | None] = field(default_factory=Counter)
    nearest: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    """How many asked to be told the answer."""
    words: frozenset[str] = frozenset()

    @property
    def first(self) -> int:
        """The id of its oldest question: it stands in buttons for the whole group."""
        return self.ids[0]


class Gaps:
    """The unanswered questions of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(
        self, text: str, key: str, kind: Kind, now: dt.datetime, *, commune: str | None, nearest: str | None = None
    ) -> int:
        """Keeps a question; `text` is masked already, `key` its words as they are compared. Returns its id."""
        row = {"commune": commune, "kind": kind, "text": text[:MAX_TEXT], "key": key[:MAX_TEXT], "nearest": nearest,
               "asked_at": now}  # fmt: skip
        made = sa.insert(gap).values(**row).returning(gap.c.id)
        return int((await self._connection.execute(made)).scalar_one())

    async def tell(self, gap_id: int, person_id: int) -> bool:
        """The person wants to be told the answer; False when the question is gone, answered, or somebody else's."""
        mine = sa.or_(gap.c.person_id.is_(None), gap.c.person_id == person_id)
        which = sa.and_(gap.c.id == gap_id, gap.c.answer_id.is_(None), mine)
        done = await self._connection.execute(sa.update(gap).where(which).values(person_id=person_id))
        return bool(done.rowcount)

    async def groups(self, communes: Sequence[str] | None) -> list[Group]:
        """Open questions of those communes (None: of all, those without a commune too), the most asked first."""
        newest = sa.select(gap).where(gap.c.answer_id.is_(None)).order_by(gap.c.id.desc()).limit(MOST)
        if communes is not None:
            newest = newest.where(gap.c.commune.in_(communes))
        rows = (await self._connection.execute(newest)).mappings().all()
        return sorted(_grouped(rows[::-1]), key=lambda g: (-len(g.ids), g.first))

    async def group(self, first: int, communes: Sequence[str] | None) -> Group | None:
        """The group whose oldest question has that id, if it is still open."""
        return next((g for g in await self.groups(communes) if first in g.ids), None)

    async def answer(
        self, ids: Sequence[int], text: str, now: dt.datetime, *, by: int, commune: str | None
    ) -> list[tuple[int, str]]:
        """Answers those questions; returns the people to be told, each with what he had asked. The questions carry
        nobody any more: it is the caller who tells.
        """
        row = {"commune": commune, "text": text, "by": by, "at": now}
        made = sa.insert(gap_answer).values(**row).returning(gap_answer.c.id)
        answer_id = (await self._connection.execute(made)).scalar_one()
        open_ = sa.and_(gap.c.id.in_(ids), gap.c.answer_id.is_(None))
        waiting = sa.select(gap.c.person_id, gap.c.text).where(open_, gap.c.person_id.is_not(None)).order_by(gap.c.id)
        people = [(r.person_id, r.text) for r in await self._connection.execute(waiting)]
        await self._connection.execute(sa.update(gap).where(open_).values(answer_id=answer_id, person_id=None))
        return people

    async def drop(self, ids: Sequence[int]) -> None:
        """Questions that need no answer."""
        await self._connection.execute(sa.delete(gap).where(gap.c.id.in_(ids)))

    async def of(self, person_id: int) -> list[dict[str, Any]]:
        """The questions whose answers a person waits for."""
        found = sa.select(gap.c.text, gap.c.asked_at).where(gap.c.person_id == person_id).order_by(gap.c.id)
        return [dict(r) for r in (await self._connection.execute(found)).mappings()]

    async def forget(self, now: dt.datetime) -> int:
        """Drops questions and answers older than KEPT; returns how many questions."""
        old = await self._connection.execute(sa.delete(gap).where(gap.c.asked_at < now - KEPT))
        unused = ~sa.exists().where(gap.c.answer_id == gap_answer.c.id)
        await self._connection.execute(sa.delete(gap_answer).where(gap_answer.c.at < now - KEPT, unused))
        return old.rowcount


def _grouped(rows: Sequence[Mapping[Any, Any]]) -> list[Group]:
    """The questions, oldest first, each in the group it is most like, or in one of its own."""
    words = [frozenset(row["key"].split()) for row in rows]
    seen = Counter(word for said in words for word in said)
    weight = {word: math.log(1 + len(rows) / n) for word, n in seen.items()}
    groups: list[Group] = []
    having: dict[str, set[int]] = defaultdict(set)
    homes: dict[frozenset[str], int] = {}
    for row, said in zip(rows, words, strict=True):
        if said not in homes:
            near = {n for word in said for n in having[word]}
            likeness = {n: _likeness(said, groups[n].words, weight) for n in near}
            best = max(likeness, key=lambda n: (likeness[n], -n), default=None)
            if best is None or likeness[best] < ALIKE:
                best = len(groups)
                groups.append(Group(row["text"], words=said))
                for word in said:
                    having[word].add(best)
            homes[said] = best
        _add(groups[homes[said]], row)
    return groups


def _likeness(one: frozenset[str], other: frozenset[str], weight: Mapping[str, float]) -> float:
    """The share of common words by weight, 0 to 1."""
    whole = sum(weight[w] for w in one | other)
    return sum(weight[w] for w in one & other) / whole if whole else 0.0


def _add(group: Group, row: Mapping[Any, Any]) -> None:
    group.ids.append(row["id"])
    group.communes[row["commune"]] += 1
    if row["nearest"]:
        group.nearest[row["nearest"]] += 1
    group.waiting += row["person_id"] is not None
