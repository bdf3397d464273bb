"""Walks a person through a guide: one step a message, with every way on, back, aside and out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from content.guide import END, Guide, Obstacle, Step
from content.knowledge import Knowledge
from content.search import Answer, Nothing
from handlers import assisting, menu
from handlers.turn import VIETNAM, Choice, Reply, Turn
from storage.runs import Run

NUDGES = (dt.timedelta(days=1), dt.timedelta(days=3))
"""When an unfinished run is asked after: a day later, then three days after that, then no more."""
SILENCE = dt.timedelta(hours=3)
"""After so long a silence the step is shown with a line that recalls what was being done."""
BIG_HISTORY = 100


# --- into a guide -------------------------------------------------------------------------------------------


async def open_guide(turn: Turn, slug: str) -> None:
    """Shows what the guide is about, asks for whom, and begins."""
    guide = turn.knowledge.library.get(slug)
    if guide is None or not guide.in_force(turn.today):
        turn.say("guide.gone")
        await menu.guides(turn)
        return
    if turn.chat is None:
        await whole(turn, guide)
        return
    run = await _open_run_of(turn, guide.id)
    if run is not None:
        await _offer_resume(turn, guide, run)
    elif guide.asks_who:
        who = [
            turn.choice("guide.for_me", f"g:w:{slug}:toi", style="main"),
            turn.choice("guide.for_other", f"g:w:{slug}:giup"),
        ]
        turn.say(
            "guide.opening", guide=guide, summary=_words(turn, guide.summary), need=_need(turn, guide), choices=who
        )
    else:
        await _start(turn, guide, helping=False)


async def _open_run_of(turn: Turn, slug: str) -> Run | None:
    """The person's unfinished run of that guide, if it has moved at all."""
    run = turn.chat.run if turn.chat else None
    return run if run is not None and run.guide == slug and run.history else None


async def _offer_resume(turn: Turn, guide: Guide, run: Run) -> None:
    choices = [
        turn.choice("guide.go_on", f"g:r:{run.id}", style="main"),
        turn.choice("guide.from_start", f"g:n:{guide.id}"),
    ]
    here, total = _place(guide, run)
    turn.say("guide.unfinished", guide=guide, here=here, total=total, choices=choices)


async def _start(turn: Turn, guide: Guide, *, helping: bool) -> None:
    first = guide.steps[0]
    nudge_at = None if guide.urgent else turn.now + NUDGES[0]
    turn.state.leave()
    run = await turn.memory.runs.start(
        turn.person_id, guide.id, guide.version, first.id, helping=helping, now=turn.now, nudge_at=nudge_at
    )
    _keep(turn, run)
    _show(turn, guide, run)


async def ask(turn: Turn, text: str) -> bool:
    """A question in the person's own words: the guide it is about, a choice of guides, or nothing.

    In the middle of a guide the step is not left for it: the other guide is offered, and the step shown again.
    """
    found = turn.knowledge.search.decide(text, turn.today)
    if isinstance(found, Nothing):
        return False
    slugs = (found.guide_id,) if isinstance(found, Answer) else found.guide_ids
    in_hand = turn.chat is not None and turn.chat.run is not None
    if isinstance(found, Answer) and not in_hand:
        await open_guide(turn, found.guide_id)
        return True
    guides = [g for slug in slugs if (g := turn.knowledge.library.get(slug))]
    choices = [Choice(g.menu, f"g:o:{g.id}") for g in guides]
    if in_hand:
        run, guide = _current(turn)
        if run is not None and guide is not None:
            turn.say("guide.aside", guides=guides, summaries=[_words(turn, g.summary) for g in guides])
            _show(turn, guide, run, aside=choices)
            return True
    turn.say("guide.did_you_mean", choices=[*choices, turn.choice("common.other", "m:menu")])
    return True


# --- presses ------------------------------------------------------------------------------------------------


async def press(turn: Turn, args: list[str]) -> None:
    """g:o:<guide> open, g:w:<guide>:<who> begin, g:r:<run> resume, g:s:<run>:<step>:<what> at a step."""
    match args:
        case ["o", slug]:
            await open_guide(turn, slug)
        case ["n", slug]:
            await _begin_again(turn, slug)
        case ["w", slug, who]:
            await _begin(turn, slug, helping=who == "giup")
        case ["r", run_id] if run_id.isdecimal():
            await _resume_run(turn, int(run_id))
        case ["s", run_id, step_id, what]:
            await _at_step(turn, run_id, step_id, what)
        case ["x", "im"]:
            await turn.memory.people.set(turn.person_id, reminders=False)
            turn.say("guide.reminders_off")
        case _:
            await menu.show(turn)


async def _begin_again(turn: Turn, slug: str) -> None:
    if turn.chat is not None and turn.chat.run is not None and turn.chat.run.guide == slug:
        await turn.memory.runs.end(turn.chat.run, "stopped", turn.now)
        turn.chat.run = None
    await open_guide(turn, slug)


async def _begin(turn: Turn, slug: str, *, helping: bool) -> None:
    guide = turn.knowledge.library.get(slug)
    if guide is None or turn.chat is None:
        await open_guide(turn, slug)
    elif turn.chat.run is not None and turn.chat.run.guide == slug and not turn.chat.run.history:
        await where(turn)  # pressed twice: the run has just begun
    else:
        await _start(turn, guide, helping=helping)


async def _resume_run(turn: Turn, run_id: int) -> None:
    run = turn.chat.run if turn.chat else None
    if run is None or run.id != run_id:
        latest = await turn.memory.runs.latest_open(turn.person_id)
        if latest is None or latest.id != run_id:
            turn.say("guide.run_over")
            await menu.show(turn)
            return
        await turn.memory.runs.resume(turn.person_id, run_id)
        _keep(turn, latest)
    turn.state.leave()
    await where(turn)


async def _at_step(turn: Turn, run_id: str, step_id: str, what: str) -> None:
    """An answer at a step. If the person is not at that step any more, nothing moves and he is told where he is."""
    run, guide = _current(turn)
    if run is None or guide is None:
        turn.say("guide.run_over")
        await menu.show(turn)
        return
    step = guide.step(run.step)
    if str(run.id) != run_id or run.step != step_id or step is None:
        turn.say("guide.old_press")
        await where(turn)
        return
    turn.state.leave()
    kind, _, detail = what.partition(".")
    match kind:
        case "n" if not step.choices:
            await _go(turn, guide, run, step, None)
        case "c" if any(c.id == detail for c in step.choices):
            await _go(turn, guide, run, step, detail)
        case "b":
            await back(turn)
        case "k":
            _stuck(turn, guide, run, step)
        case "o":
            await _obstacle(turn, guide, run, step, detail)
        case "q":
            turn.say("guide.ask_away", choices=[turn.choice("guide.back_to_step", _value(run, step, "a"))])
        case "d":
            await stop(turn)
        case _:
            await where(turn)


# --- movement -----------------------------------------------------------------------------------------------


async def _go(turn: Turn, guide: Guide, run: Run, step: Step, answer: str | None) -> None:
    answers = dict(run.answers)
    if answer is not None:
        answers[step.id] = answer
    target = guide.following(step, answer)
    if target == END:
        await _finish(turn, guide, run)
        return
    history = (*run.history, step.id)[-BIG_HISTORY:]
    await _move(turn, guide, run, target, answers, history)


async def _move(
    turn: Turn, guide: Guide, run: Run, target: str, answers: dict[str, str], history: tuple[str, ...],
    obstacle: str | None = None,
) -> None:  # fmt: skip
    moved = await turn.memory.runs.move(
        run, step=target, answers=answers, history=history, version=guide.version,
        obstacle=obstacle or run.obstacle, now=turn.now, nudge_at=None if guide.urgent else turn.now + NUDGES[0],
    )  # fmt: skip
    _keep(turn, moved)
    _show(turn, guide, moved)


async def _finish(turn: Turn, guide: Guide, run: Run) -> None:
    await turn.memory.runs.end(run, "done", turn.now)
    _keep(turn, None)
    nexts = [g for slug in guide.ending.next_guides if (g := turn.knowledge.library.get(slug))]
    choices = [Choice(g.menu, f"g:o:{g.id}") for g in nexts if g.in_force(turn.today)]
    choices.append(turn.choice("common.menu", "m:menu"))
    helps = _leaves_draft(turn, guide, run)
    turn.say("guide.ending", guide=guide, text=_words(turn, guide.ending.text), choices=() if helps else choices)
    if helps:
        await assisting.draft_from_guide(turn, run, guide, done=True)


async def back(turn: Turn) -> None:
    """One step back; at the first step it says so."""
    run, guide = _current(turn)
    if run is None or guide is None:
        await menu.show(turn)
        return
    history = tuple(h for h in run.history if guide.step(h))
    if not history:
        turn.say("guide.at_start")
        _show(turn, guide, run)
        return
    answers = {k: v for k, v in run.answers.items() if k != history[-1]}
    await _move(turn, guide, run, history[-1], answers, history[:-1])


async def stop(turn: Turn) -> None:
    """Leaves the guide; what was done stays done, and the guide can be begun again."""
    run, guide = _current(turn)
    if run is None:
        turn.say("common.stopped")
        await menu.show(turn)
        return
    await turn.memory.runs.end(run, "stopped", turn.now)
    _keep(turn, None)
    turn.say("guide.stopped", title=guide.title if guide else "")
    if guide is not None and _leaves_draft(turn, guide, run) and len(run.history) * 2 >= _place(guide, run)[1]:
        await assisting.draft_from_guide(turn, run, guide, done=False)
    else:
        await menu.show(turn)


def _leaves_draft(turn: Turn, guide: Guide, run: Run) -> bool:
    """Whether walking through it was help that a member would log."""
    return run.helping and turn.has("member", "head") and guide.assistance is not None


async def resume(turn: Turn) -> None:
    """Goes on with what was left unfinished."""
    if turn.chat is not None and turn.chat.run is None:
        latest = await turn.memory.runs.latest_open(turn.person_id)
        if latest is not None:
            await turn.memory.runs.resume(turn.person_id, latest.id)
            _keep(turn, latest)
    await where(turn)


async def where(turn: Turn, *, aside: Sequence[Choice] = ()) -> None:
    """Shows the step the person stands at, or the menu; `aside` are further things to choose."""
    run, guide = _current(turn)
    if run is None or guide is None:
        await menu.show(turn)
        return
    _show(turn, guide, run, aside=aside)


# --- stuck --------------------------------------------------------------------------------------------------


def _stuck(turn: Turn, guide: Guide, run: Run, step: Step) -> None:
    choices = [Choice(o.label, _value(run, step, f"o.{o.id}")) for o in step.obstacles]
    choices.append(turn.choice("guide.other_screen", _value(run, step, "o.khac")))
    choices.append(turn.choice("guide.back_to_step", _value(run, step, "a")))
    turn.say("guide.stuck", choices=choices)


async def _obstacle(turn: Turn, guide: Guide, run: Run, step: Step, obstacle_id: str) -> None:
    obstacle = step.obstacle(obstacle_id)
    if obstacle is None:
        turn.say("guide.other_remedy", choices=_after_remedy(turn, run, step, None))
        return
    remedy = _words(turn, obstacle.remedy)
    if obstacle.goto is not None and guide.step(obstacle.goto) is not None:
        turn.say("guide.remedy", remedy=remedy)
        history = (*run.history, step.id)[-BIG_HISTORY:]
        await _move(turn, guide, run, obstacle.goto, dict(run.answers), history, obstacle.id)
        return
    await turn.memory.runs.move(
        run, step=run.step, answers=run.answers, history=run.history, version=run.version, obstacle=obstacle.id,
        now=turn.now, nudge_at=turn.now + NUDGES[0],
    )  # fmt: skip
    turn.say("guide.remedy", remedy=remedy, choices=_after_remedy(turn, run, step, obstacle))


def _after_remedy(turn: Turn, run: Run, step: Step, obstacle: Obstacle | None) -> list[Choice]:
    choices = [turn.choice("guide.try_again", _value(run, step, "a"), style="main")]
    if obstacle is not None and obstacle.guide is not None:
        other = turn.knowledge.library.get(obstacle.guide)
        if other is not None:
            choices.append(Choice(other.menu, f"g:o:{other.id}"))
    choices.append(turn.choice("guide.still_stuck", _value(run, step, "k")))
    choices.append(turn.choice("common.human", "m:nguoi"))
    return choices


# --- showing ------------------------------------------------------------------------------------------------


def _current(turn: Turn) -> tuple[Run | None, Guide | None]:
    """The run in hand and its guide as it is today; a run of an older version stands at the heir of its step."""
    run = turn.chat.run if turn.chat else None
    if run is None:
        return None, None
    guide = turn.knowledge.library.get(run.guide)
    if guide is None or not guide.in_force(turn.today):
        return run, None
    if guide.version != run.version:
        step = guide.place_of(run.step, run.history)
        run = Run(run.id, run.guide, guide.version, step, run.answers, run.history, run.helping, run.obstacle,
                  run.state, run.started_at, run.moved_at, run.nudges)  # fmt: skip
        _keep(turn, run)
    return run, guide


def _keep(turn: Turn, run: Run | None) -> None:
    if turn.chat is not None:
        turn.chat.run = run


def _value(run: Run, step: Step, what: str) -> str:
    return f"g:s:{run.id}:{step.id}:{what}"


def _place(guide: Guide, run: Run) -> tuple[int, int]:
    """Which step this is and how many there are on the person's way, as far as his answers tell."""
    here = len(run.history) + 1
    return here, here + guide.remaining(run.step, run.answers) - 1


def _words(turn: Turn, text: str) -> str:
    return turn.knowledge.library.words(text, turn.today)


def _need(turn: Turn, guide: Guide) -> list[str]:
    return [_words(turn, n) for n in guide.need]


def _show(turn: Turn, guide: Guide, run: Run, *, aside: Sequence[Choice] = ()) -> None:
    """The step, with every way on; `aside` are further things to choose, such as the guides a question was about."""
    step = guide.step(run.step)
    assert step is not None  # noqa: S101  (runs are moved only to steps that exist)
    silent = turn.chat is not None and turn.now - turn.chat.last_in_at > SILENCE
    shown = step_reply(turn.knowledge, guide, step, run, turn.today, recap=silent)
    turn.replies.append(replace(shown, choices=(*shown.choices, *aside)))


def step_reply(
    knowledge: Knowledge, guide: Guide, step: Step, run: Run, today: dt.date, *, recap: bool = False
) -> Reply:
    """A step as it is said to the person of that run."""
    here, total = _place(guide, run)
    text = knowledge.messages.render(
        "guide.step", guide=guide, step=step, text=knowledge.library.words(step.text, today), here=here, total=total,
        helper=step.helper if run.helping else None, recap=recap,
    )  # fmt: skip
    return Reply(text, tuple(_step_choices(knowledge, run, step)))


def _step_choices(knowledge: Knowledge, run: Run, step: Step) -> list[Choice]:
    """What can be answered at a step."""
    words = knowledge.messages.render
    onward = [Choice(c.label, _value(run, step, f"c.{c.id}")) for c in step.choices]
    return [
        *(onward or [Choice(words("guide.done"), _value(run, step, "n"), "main")]),
        Choice(words("guide.back"), _value(run, step, "b")),
        Choice(words("guide.stuck_label"), _value(run, step, "k")),
        Choice(words("guide.question"), _value(run, step, "q")),
        Choice(words("guide.stop"), _value(run, step, "d"), "danger"),
    ]


def preview_step(knowledge: Knowledge, guide: Guide, step: Step, today: dt.date) -> Reply:
    """A step as somebody who came straight to it would see it."""
    then = dt.datetime.combine(today, dt.time(), VIETNAM)
    before = tuple(s.id for s in guide.steps[: guide.steps.index(step)])
    run = Run(0, guide.id, guide.version, step.id, {}, before, False, None, "active", then, then, 0)
    return step_reply(knowledge, guide, step, run, today)


async def whole(turn: Turn, guide: Guide) -> None:
    """The guide as one text, for somebody we keep nothing of, or to be read later."""
    steps = [(s, _words(turn, s.text), [(o.label, _words(turn, o.remedy)) for o in s.obstacles]) for s in guide.steps]
    turn.say(
        "guide.whole", guide=guide, summary=_words(turn, guide.summary), need=_need(turn, guide), steps=steps,
        ending=_words(turn, guide.ending.text),
    )  # fmt: skip


async def sources(turn: Turn) -> None:
    """Where the step in hand comes from, and when it was last checked."""
    run, guide = _current(turn)
    if run is None or guide is None:
        await menu.show(turn)
        return
    step = guide.step(run.step)
    found = turn.knowledge.library.sources_of(guide, step)
    turn.say("guide.sources", sources=found, verified_on=(step and step.verified_on) or guide.verified_on)
    _show(turn, guide, run)


def remind(turn: Turn, run: Run) -> dt.datetime | None:
    """Says what is unfinished, with the way on and the way to be left in peace; when to remind again, if at all."""
    guide = turn.knowledge.library.get(run.guide)
    if guide is None or not guide.in_force(turn.today):
        return None
    here, total = _place(guide, run)
    choices = [
        turn.choice("guide.go_on", f"g:r:{run.id}", style="main"),
        turn.choice("guide.no_reminders", "g:x:im"),
    ]
    turn.say("guide.reminder", guide=guide, here=here, total=total, choices=choices)
    return turn.now + NUDGES[run.nudges + 1] if run.nudges + 1 < len(NUDGES) else None
