"""Stuck at a step: the known obstacles with their remedies, screens that have changed, and a person to ask."""

from content.guide import Guide, Step
from handlers import guiding, reminders
from handlers.steps import after_remedy, obstacles, words
from handlers.turn import Turn
from storage.obstacles import UNNAMED
from storage.runs import Run


def show(turn: Turn, run: Run, guide: Guide) -> None:
    """What people get stuck with at the step in hand."""
    step = guide.step(run.step)
    assert step is not None  # noqa: S101  (runs stand only at steps that exist)
    turn.say("guide.stuck", choices=obstacles(turn, run, step))


async def meet(turn: Turn, guide: Guide, run: Run, step: Step, obstacle_id: str) -> None:
    """The remedy of an obstacle, or what helps with one nobody has written down."""
    obstacle = step.obstacle(obstacle_id)
    await _count(turn, run, obstacle.id if obstacle else UNNAMED)
    if obstacle is None:
        turn.say("guide.other_remedy", choices=after_remedy(turn, run, step, None))
        return
    remedy = words(turn, obstacle.remedy)
    if obstacle.goto is not None and guide.step(obstacle.goto) is not None:
        turn.say("guide.remedy", remedy=remedy)
        history = (*run.history, step.id)[-guiding.BIG_HISTORY :]
        await guiding.move(turn, guide, run, obstacle.goto, dict(run.answers), history, obstacle.id)
        return
    await turn.memory.runs.move(
        run, step=run.step, answers=run.answers, history=run.history, version=run.version, obstacle=obstacle.id,
        now=turn.now, nudge_at=reminders.first(turn, guide),
    )  # fmt: skip
    turn.say("guide.remedy", remedy=remedy, choices=after_remedy(turn, run, step, obstacle))


async def _count(turn: Turn, run: Run, obstacle: str) -> None:
    """Counts where people get stuck, for the officers of the commune; pressed again it is the same meeting."""
    commune = turn.chat.commune if turn.chat else None
    if commune is not None and (obstacle == UNNAMED or obstacle != run.obstacle):
        await turn.memory.obstacles.count(commune, turn.today, run.guide, run.step, obstacle)
