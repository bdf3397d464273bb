"""A step as the person at it sees it: which one of how many, what it says, and what can be answered."""

import datetime as dt
from dataclasses import replace

from content.guide import Guide, Obstacle, Step
from content.knowledge import Knowledge
from content.whole import Whole
from handlers.turn import Choice, Reply, Turn
from storage.periods import VIETNAM
from storage.runs import Run

CHECK = "q:k"
"""Asks for a payment code to check."""
MAX_WHOLE = 3500
"""Letters of a guide sent as one text; a longer one leaves its remedies out."""


def as_of_today(guide: Guide, run: Run) -> Run:
    """The run by the guide as it is now: at the heir of its step, with the way back through steps that exist."""
    if guide.version == run.version and guide.step(run.step) is not None:
        return run
    step = guide.place_of(run.step, run.history)
    way = [here for old in run.history if (here := _heir(guide, old)) is not None]
    if _heir(guide, run.step) is None:
        way = way[: len(way) - way[::-1].index(step) - 1] if step in way else []
    return replace(run, version=guide.version, step=step, history=tuple(way))


def _heir(guide: Guide, old: str) -> str | None:
    return old if guide.step(old) else next((s.id for s in guide.steps if old in s.was), None)


def place(guide: Guide, run: Run) -> tuple[int, int]:
    """Which step this is, and how many there are at most on the person's way."""
    here = len(run.history) + 1
    return here, here + guide.remaining(run.step) - 1


def value(run: Run, step: Step, what: str) -> str:
    """What a button of that step carries."""
    return f"g:s:{run.id}:{step.id}:{what}"


def step_reply(
    knowledge: Knowledge, guide: Guide, step: Step, run: Run, today: dt.date, *, recap: bool = False,
    changed: bool = False,
) -> Reply:  # fmt: skip
    """A step as it is said to the person of that run; `changed` when people say that its screen has changed."""
    here, total = place(guide, run)
    text = knowledge.messages.render(
        "guide.step", guide=guide, step=step, text=knowledge.library.words(step.text, today), here=here, total=total,
        helper=step.helper if run.helping else None, recap=recap,
        changed=(step.verified_on or guide.verified_on) if changed else None,
    )  # fmt: skip
    return Reply(text, tuple(_choices(knowledge, run, step)))


def _choices(knowledge: Knowledge, run: Run, step: Step) -> list[Choice]:
    """What can be answered at a step."""
    label = knowledge.messages.render
    onward = [Choice(c.label, value(run, step, f"c.{c.id}")) for c in step.choices]
    return [
        *(onward or [Choice(label("guide.done"), value(run, step, "n"), "main")]),
        *([Choice(label("qr.offer"), CHECK)] if step.offers else []),
        Choice(label("guide.back"), value(run, step, "b")),
        Choice(label("guide.stuck_label"), value(run, step, "k")),
        Choice(label("guide.question"), value(run, step, "q")),
        *([Choice(label("walks.others"), "n")] if run.helping else []),
        Choice(label("guide.stop"), value(run, step, "d"), "danger"),
    ]


def preview_step(knowledge: Knowledge, guide: Guide, step: Step, today: dt.date) -> Reply:
    """A step as somebody who came straight to it would see it."""
    then = dt.datetime.combine(today, dt.time(), VIETNAM)
    before = tuple(s.id for s in guide.steps[: guide.steps.index(step)])
    run = Run(0, guide.id, guide.version, step.id, {}, before, False, None, "active", then, then, 0)
    return step_reply(knowledge, guide, step, run, today)


def obstacles(turn: Turn, run: Run, step: Step) -> list[Choice]:
    """The known ways of getting stuck at the step, a changed screen, something else, and the way back to it."""
    return [
        *(Choice(o.label, value(run, step, f"o.{o.id}")) for o in step.obstacles),
        turn.choice("screens.changed", value(run, step, "m")),
        turn.choice("guide.other_stuck", value(run, step, "o.khac")),
        turn.choice("guide.back_to_step", value(run, step, "a")),
    ]


def after_remedy(turn: Turn, run: Run, step: Step, obstacle: Obstacle | None) -> list[Choice]:
    """What can be done with a remedy: try it, see the other guide, say it did not help, ask a person (that first when
    the remedy is a person).
    """
    human = turn.choice("common.human", "m:nguoi")
    choices = [turn.choice("guide.try_again", value(run, step, "a"), style="main")]
    if obstacle is not None and obstacle.guide is not None:
        other = turn.knowledge.library.get(obstacle.guide)
        if other is not None and other.in_force(turn.today):
            choices.append(Choice(other.menu, f"g:o:{other.id}"))
    choices.append(turn.choice("guide.still_stuck", value(run, step, "k")))
    return [human, *choices] if obstacle is not None and obstacle.human else [*choices, human]


def words(turn: Turn, text: str) -> str:
    """A text of a guide with the facts in it as of today."""
    return turn.knowledge.library.words(text, turn.today)


def need(turn: Turn, guide: Guide) -> list[str]:
    """What the guide needs to have at hand."""
    return [words(turn, n) for n in guide.need]


def whole(turn: Turn, guide: Guide) -> None:
    """The guide as one text, for somebody we keep nothing of."""
    told = Whole.of(turn.knowledge.library, guide, turn.today)
    fits = len(turn.words("guide.whole", whole=told)) <= MAX_WHOLE
    turn.say("guide.whole", whole=told if fits else told.bare())
