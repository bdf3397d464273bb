"""Asking after a guide left unfinished: when, with what words, and no more once the person has had enough."""

import datetime as dt

from content.guide import Guide
from handlers.steps import as_of_today, place
from handlers.turn import Turn
from storage.deadlines import by_day
from storage.runs import Run

NUDGES = (dt.timedelta(days=1), dt.timedelta(days=3))
"""When an unfinished run is asked after: a day later, then three days after that, then no more."""


def first(turn: Turn, guide: Guide) -> dt.datetime | None:
    """When to ask for the first time after somebody who moved now; never about a card read in a hurry."""
    return None if guide.urgent else by_day(turn.now + NUDGES[0])


def remind(turn: Turn, run: Run) -> dt.datetime | None:
    """Says what is unfinished, with the way on and the way to be left in peace; when to remind again, if at all."""
    guide = turn.knowledge.library.get(run.guide)
    if guide is None or not guide.in_force(turn.today):
        return None
    here, total = place(guide, as_of_today(guide, run))
    choices = [
        turn.choice("guide.go_on", f"g:r:{run.id}", style="main"),
        turn.choice("guide.no_reminders", "g:x:im"),
    ]
    turn.say("guide.reminder", guide=guide, here=here, total=total, choices=choices)
    return by_day(turn.now + NUDGES[run.nudges + 1]) if run.nudges + 1 < len(NUDGES) else None


async def stop(turn: Turn) -> None:
    """Reminds the person no more of anything, until he turns it on again."""
    await turn.memory.people.set(turn.person_id, reminders=False)
    run = await turn.memory.runs.latest_open(turn.person_id)
    onward = [turn.choice("guide.go_on", f"g:r:{run.id}")] if run else []
    turn.say("guide.reminders_off", choices=[*onward, turn.choice("common.menu", "m:menu")])
