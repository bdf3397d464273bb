"""Guide runs: who stands at which step of which version, by which answers, and when to ask after him."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import chat, guide_run, person
from storage.schema.walks import run_name, run_pass


@dataclass(frozen=True, slots=True)
class Run:
    """One walk through a guide."""

    id: int
    guide: str
    version: int
    step: str
    answers: Mapping[str, str]
    history: tuple[str, ...]
    helping: bool
    obstacle: str | None
    state: str
    started_at: dt.datetime
    moved_at: dt.datetime
    nudges: int

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Run":
        """From the columns of guide_run."""
        return cls(
            id=row["id"], guide=row["guide"], version=row["version"], step=row["step"], answers=row["answers"],
            history=tuple(row["history"]), helping=bool(row["helping"]), obstacle=row["obstacle"],
            state=row["state"], started_at=row["started_at"], moved_at=row["moved_at"], nudges=row["nudges"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder that is due: the run, and the chat the person used last."""

    run: Run
    channel: str
    lane: str
    address: bytes


RUN_COLUMNS = [c for c in guide_run.c if c.name not in ("person_id", "nudge_at")]
_LATEST = (
    sa.select(guide_run)
    .where(guide_run.c.person_id == sa.bindparam("p"), guide_run.c.state.in_(("active", "paused")))
    .order_by(guide_run.c.moved_at.desc(), guide_run.c.id.desc())
    .limit(1)
)
_MOVE = (
    sa.update(guide_run)
    .where(guide_run.c.id == sa.bindparam("run"), guide_run.c.moved_at == sa.bindparam("was"))
    .values(
        step=sa.bindparam("to"), answers=sa.bindparam("a"), history=sa.bindparam("h"), version=sa.bindparam("v"),
        obstacle=sa.bindparam("o"), moved_at=sa.bindparam("at"), nudge_at=sa.bindparam("nudge"), nudges=0,
    )
)  # fmt: skip


class Overtaken(Exception):
    """A run was moved by another turn meanwhile; the turn is to be handled anew."""


class Runs:
    """The guide runs of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def start(
        self, person_id: int, guide: str, version: int, step: str, *, helping: bool, now: dt.datetime,
        nudge_at: dt.datetime | None,
    ) -> Run:  # fmt: skip
        """Begins a run; the one in hand, if any, is put aside and can be taken up again."""
        await self.put_aside(person_id)
        values = {
            "guide": guide, "version": version, "step": step, "answers": {}, "history": [], "helping": helping,
            "state": "active", "started_at": now, "moved_at": now, "nudge_at": nudge_at,
        }  # fmt: skip
        made = sa.insert(guide_run).values(person_id=person_id, **values).returning(guide_run.c.id)
        run_id = (await self._connection.execute(made)).scalar_one()
        return Run.from_row({**values, "id": run_id, "obstacle": None, "nudges": 0})

    async def put_aside(self, person_id: int) -> None:
        """Lets go of the run in hand; it can be taken up again."""
        active = sa.and_(guide_run.c.person_id == person_id, guide_run.c.state == "active")
        await self._connection.execute(sa.update(guide_run).where(active).values(state="paused"))

    async def latest_open(self, person_id: int) -> Run | None:
        """The run the person would go on with: the active one, else the one put aside last."""
        row = (await self._connection.execute(_LATEST, {"p": person_id})).mappings().first()
        return Run.from_row(dict(row)) if row else None

    async def resume(self, person_id: int, run_id: int) -> None:
        """Makes a run put aside the active one."""
        await self.put_aside(person_id)
        own = sa.and_(guide_run.c.id == run_id, guide_run.c.person_id == person_id, guide_run.c.state == "paused")
        await self._connection.execute(sa.update(guide_run).where(own).values(state="active"))

    async def move(
        self, run: Run, *, step: str, answers: Mapping[str, str], history: tuple[str, ...], version: int,
        obstacle: str | None, now: dt.datetime, nudge_at: dt.datetime | None,
    ) -> Run:  # fmt: skip
        """Puts the run at a step. Returns it as it now is.

        Raises Overtaken when it has moved since it was read: the person wrote in another chat at the same moment.
        """
        moved = await self._connection.execute(_MOVE, {
            "run": run.id, "was": run.moved_at, "to": step, "a": dict(answers), "h": list(history), "v": version,
            "o": obstacle, "at": now, "nudge": nudge_at,
        })  # fmt: skip
        if moved.rowcount != 1:
            raise Overtaken
        return Run(run.id, run.guide, version, step, answers, history, run.helping, obstacle, "active",
                   run.started_at, now, 0)  # fmt: skip

    async def end(self, run: Run, state: str, now: dt.datetime) -> None:
        """Ends the run: `done` or `stopped`."""
        ended = sa.update(guide_run).where(guide_run.c.id == run.id)
        await self._connection.execute(ended.values(state=state, moved_at=now, nudge_at=None))
        if run.helping:
            await self._connection.execute(sa.delete(run_name).where(run_name.c.run_id == run.id))
            await self._connection.execute(sa.delete(run_pass).where(run_pass.c.run_id == run.id))

    async def due_nudge(self, now: dt.datetime, channels: Sequence[str], passed: Sequence[int]) -> Nudge | None:
        """An unfinished run, none of those `passed`, whose time to be asked after has come, and where to ask.

        That is its person's latest reachable chat on one of the channels.
        """
        own = chat.alias("own")
        latest = (
            sa.select(own.c.id)
            .where(own.c.person_id == guide_run.c.person_id, own.c.unreachable.is_(None), own.c.channel.in_(channels))
            .order_by(own.c.last_in_at.desc(), own.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        found = (
            sa.select(guide_run, chat.c.channel, chat.c.lane, chat.c.address)
            .join(person, person.c.id == guide_run.c.person_id)
            .join(chat, chat.c.id == latest)
            .where(guide_run.c.nudge_at <= now, person.c.reminders, guide_run.c.id.not_in(passed))
            .order_by(guide_run.c.nudge_at)
            .limit(1)
            .with_for_update(of=guide_run, skip_locked=True)
        )
        row = (await self._connection.execute(found)).mappings().first()
        return Nudge(Run.from_row(dict(row)), row["channel"], row["lane"], row["address"]) if row else None

    async def nudged(self, run_id: int, next_at: dt.datetime | None) -> None:
        """Notes that the person was reminded, and when to do it again, if at all."""
        noted = sa.update(guide_run).where(guide_run.c.id == run_id)
        await self._connection.execute(noted.values(nudge_at=next_at, nudges=guide_run.c.nudges + 1))
