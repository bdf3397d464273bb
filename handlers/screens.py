"""Screens that have changed under a step: people say so, the step warns those after them, editors hear of it."""

import datetime as dt
from dataclasses import dataclass

from content.guide import Guide, Step
from content.knowledge import Knowledge
from handlers import guiding
from handlers.steps import after_remedy
from handlers.turn import Turn
from storage.memory import Memory
from storage.runs import Run


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A step so many people said of that its screen has changed since it was last checked."""

    guide: Guide
    step: Step
    people: int

    @property
    def verified_on(self) -> dt.date:
        """The day it was last checked."""
        return self.step.verified_on or self.guide.verified_on


async def doubtful(memory: Memory, knowledge: Knowledge, today: dt.date) -> list[Doubtful]:
    """Every step in force whose screen enough people say has changed, the most reported first."""
    rule, found = knowledge.freshness, list[Doubtful]()
    for row in await memory.screens.changed(today - dt.timedelta(days=rule.days)):
        guide = knowledge.library.get(row.guide)
        step = guide.step(row.step) if guide is not None and guide.in_force(today) else None
        if guide is None or step is None or row.people < rule.people:
            continue
        people = await memory.screens.people(guide.id, step.id, rule.since(guide, step, today))
        found += [Doubtful(guide, step, people)] if people >= rule.people else []
    return found


async def changed(turn: Turn, guide: Guide, step: Step) -> bool:
    """Whether the step has to say that its screen may have changed."""
    return await _people(turn, guide, step) >= turn.knowledge.freshness.people


async def _people(turn: Turn, guide: Guide, step: Step) -> int:
    since = turn.knowledge.freshness.since(guide, step, turn.today)
    return await turn.memory.screens.people(guide.id, step.id, since)


async def say_so(turn: Turn) -> None:
    """The screen of the step in hand is different, said in words."""
    run, guide = guiding.current(turn)
    step = guide.step(run.step) if run is not None and guide is not None else None
    if run is None or guide is None or step is None:
        await guiding.where(turn)
    else:
        await report(turn, guide, run, step)


async def report(turn: Turn, guide: Guide, run: Run, step: Step) -> None:
    """Counts it, once a person and month; those in charge hear of it once, when enough people have said so."""
    commune = turn.chat.commune if turn.chat else None
    before = await _people(turn, guide, step)
    await turn.memory.screens.report(turn.person_id, guide.id, step.id, commune, turn.today)
    now, enough = await _people(turn, guide, step), turn.knowledge.freshness.people
    if before < enough <= now:
        told = Doubtful(guide, step, now)
        choices = [turn.choice("common.menu", "m:menu")]
        await turn.tell(
            await turn.memory.people.officers(commune, admins=True), "screens.told", choices=choices, doubt=told
        )
    turn.say("screens.thanks", choices=after_remedy(turn, run, step, None))
