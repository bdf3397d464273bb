"""Walks a person through a guide: one step a message, with every way on, back, aside and out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from content.guide import END, Guide, Step
from handlers import assisting, leaflet, menu, remedies, reminders, screens
from handlers.step_words import meaning
from handlers.steps import as_of_today, need, place, step_reply, value, whole, words
from handlers.turn import Choice, Turn
from storage.runs import Run

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
        whole(turn, guide)
        return
    turn.state.leave()
    run, begun = current(turn)
    if run is not None and begun is guide and run.history:
        _offer_resume(turn, guide, run)
    elif guide.asks_who:
        who = [
            turn.choice("guide.for_me", f"g:w:{slug}:toi", style="main"),
            turn.choice("guide.for_other", f"g:w:{slug}:giup"),
            turn.choice("guide.send_whole", f"g:b:{slug}"),
        ]
        turn.say(
            "guide.opening", guide=guide, summary=words(turn, guide.summary), need=need(turn, guide), choices=who
        )
    else:
        await _begin(turn, slug, helping=False)


def _offer_resume(turn: Turn, guide: Guide, run: Run) -> None:
    choices = [
        turn.choice("guide.go_on", f"g:r:{run.id}", style="main"),
        turn.choice("guide.from_start", f"g:n:{guide.id}:{run.id}"),
        turn.choice("guide.send_whole", f"g:b:{guide.id}"),
    ]
    here, total = place(guide, run)
    turn.say("guide.unfinished", guide=guide, here=here, total=total, choices=choices)


async def _start(turn: Turn, guide: Guide, *, helping: bool) -> None:
    await _show(turn, guide, await _new_run(turn, guide, helping=helping))


async def begin_helping(turn: Turn, guide: Guide) -> Run:
    """One more walk with somebody; the one in hand is put aside. Its first step is shown by the caller."""
    return await _new_run(turn, guide, helping=True)


async def _new_run(turn: Turn, guide: Guide, *, helping: bool) -> Run:
    turn.state.leave()
    run = await turn.memory.runs.start(
        turn.person_id, guide.id, guide.version, guide.steps[0].id, helping=helping, now=turn.now,
        nudge_at=reminders.first(turn, guide),
    )  # fmt: skip
    _keep(turn, run)
    return run


async def step_word(turn: Turn, said: str) -> bool:
    """ "xong", "bị kẹt", "ok", "chưa" said while other choices than the step's own were shown last."""
    run, guide = current(turn)
    step = guide.step(run.step) if run is not None and guide is not None else None
    if run is None or guide is None or step is None:
        return False
    match meaning(said):
        case None:
            return False
        case "stuck":
            remedies.show(turn, run, guide)
        case "done" if not step.choices:
            await _go(turn, guide, run, step, None)
        case "not yet":
            turn.say("guide.no_hurry")
            await _show(turn, guide, run)
        case _:
            turn.say("guide.choose_one" if step.choices else "guide.is_it_done")
            await _show(turn, guide, run)
    return True


# --- presses ------------------------------------------------------------------------------------------------


async def press(turn: Turn, args: list[str]) -> None:
    """g:o:<guide> open, g:b:<guide> as a file, g:w:<guide>:<who> begin, g:n:<guide>:<run> begin again,
    g:r:<run> resume, g:s:<run>:<step>:<what> at a step, g:x:im no more reminders."""
    match args:
        case ["o", slug]:
            await open_guide(turn, slug)
        case ["b", slug]:
            await leaflet.send(turn, slug)
        case ["n", slug, run_id]:
            await _begin_again(turn, slug, run_id)
        case ["w", slug, who]:
            await _begin(turn, slug, helping=who == "giup")
        case ["r", run_id] if run_id.isdecimal():
            await _resume_run(turn, int(run_id))
        case ["s", run_id, step_id, what]:
            await _at_step(turn, run_id, step_id, what)
        case ["x", "im"]:
            await reminders.stop(turn)
        case _:
            await menu.show(turn)


async def _begin_again(turn: Turn, slug: str, run_id: str) -> None:
    run = turn.chat.run if turn.chat else None
    if run is not None and str(run.id) == run_id:
        await turn.memory.runs.end(run, "stopped", turn.now)
        _keep(turn, None)
    await open_guide(turn, slug)


async def _begin(turn: Turn, slug: str, *, helping: bool) -> None:
    guide = turn.knowledge.library.get(slug)
    if guide is None or not guide.in_force(turn.today) or turn.chat is None:
        await open_guide(turn, slug)
    elif turn.chat.run is not None and turn.chat.run.guide == slug:  # pressed twice, or long after
        if turn.chat.run.history:
            turn.say("guide.old_press")
        await where(turn)
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
    run, guide = current(turn)
    if run is None or guide is None:
        if run is None:
            turn.say("guide.run_over")
        await _nowhere(turn, run)
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
            remedies.show(turn, run, guide)
        case "o":
            await remedies.meet(turn, guide, run, step, detail)
        case "m":
            await screens.report(turn, guide, run, step)
        case "q":
            turn.say("guide.ask_away", choices=[
                turn.choice("guide.back_to_step", value(run, step, "a")),
                turn.choice("guide.send_whole", f"g:b:{guide.id}"),
            ])  # fmt: skip
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
    await move(turn, guide, run, target, answers, history)


async def move(
    turn: Turn, guide: Guide, run: Run, target: str, answers: dict[str, str], history: tuple[str, ...],
    obstacle: str | None = None,
) -> None:  # fmt: skip
    """To another step of the guide, which is shown."""
    moved = await turn.memory.runs.move(
        run, step=target, answers=answers, history=history, version=guide.version,
        obstacle=obstacle or run.obstacle, now=turn.now, nudge_at=reminders.first(turn, guide),
    )  # fmt: skip
    _keep(turn, moved)
    await _show(turn, guide, moved)


async def _finish(turn: Turn, guide: Guide, run: Run) -> None:
    await turn.memory.runs.end(run, "done", turn.now)
    _keep(turn, None)
    nexts = [g for slug in guide.ending.next_guides if (g := turn.knowledge.library.get(slug))]
    choices = [Choice(g.menu, f"g:o:{g.id}") for g in nexts if g.in_force(turn.today)]
    if turn.chat is not None and turn.chat.commune is None:
        choices.append(turn.choice("menu.home", "c:o"))
    if run.helping and await turn.memory.walks.open(turn.person_id):
        choices.append(turn.choice("walks.others", "n"))
    choices.append(turn.choice("common.menu", "m:menu"))
    helps = _leaves_draft(turn, guide, run)
    turn.say("guide.ending", guide=guide, text=words(turn, guide.ending.text), choices=() if helps else choices)
    if helps:
        await assisting.draft_from_guide(turn, run, guide, done=True)


async def back(turn: Turn) -> None:
    """One step back; at the first step it says so."""
    run, guide = current(turn)
    if run is None or guide is None:
        await _nowhere(turn, run)
        return
    if not run.history:
        turn.say("guide.at_start")
        await _show(turn, guide, run)
        return
    *before, last = run.history
    answers = {k: v for k, v in run.answers.items() if k != last}
    await move(turn, guide, run, last, answers, tuple(before))


async def stop(turn: Turn) -> None:
    """Leaves the guide; what was done stays done, and the guide can be begun again."""
    run, guide = current(turn)
    if run is None or guide is None:
        if run is None:
            turn.say("common.stopped", staff=turn.staff)
        await _nowhere(turn, run)
        return
    await turn.memory.runs.end(run, "stopped", turn.now)
    _keep(turn, None)
    turn.say("guide.stopped", title=guide.title)
    if _leaves_draft(turn, guide, run) and len(run.history) * 2 >= place(guide, run)[1]:
        await assisting.draft_from_guide(turn, run, guide, done=False)
    else:
        await menu.show(turn)


def _leaves_draft(turn: Turn, guide: Guide, run: Run) -> bool:
    """Whether walking through it was help that a member would log."""
    return run.helping and turn.has("member", "head") and guide.assistance is not None


async def resume(turn: Turn) -> None:
    """Goes on with what was left unfinished; at a question in hand that takes an answer."""
    run, guide = current(turn)
    step = guide.step(run.step) if run is not None and guide is not None else None
    if step is not None and step.choices:
        turn.say("guide.choose_one")
    if turn.chat is not None and turn.chat.run is None:
        latest = await turn.memory.runs.latest_open(turn.person_id)
        if latest is not None:
            await turn.memory.runs.resume(turn.person_id, latest.id)
            _keep(turn, latest)
    await where(turn)


async def where(turn: Turn, *, aside: Sequence[Choice] = ()) -> None:
    """Shows the step the person stands at, or the menu; `aside` are further things to choose."""
    run, guide = current(turn)
    if run is None or guide is None:
        await _nowhere(turn, run)
        return
    await _show(turn, guide, run, aside=aside)


async def stuck(turn: Turn) -> None:
    """What people get stuck with at the step in hand."""
    run, guide = current(turn)
    if run is None or guide is None:
        await _nowhere(turn, run)
    else:
        remedies.show(turn, run, guide)


# --- showing ------------------------------------------------------------------------------------------------


def current(turn: Turn) -> tuple[Run | None, Guide | None]:
    """The run in hand and its guide, both as of today; no guide when it is out of force."""
    run = turn.chat.run if turn.chat else None
    if run is None:
        return None, None
    guide = turn.knowledge.library.get(run.guide)
    if guide is None or not guide.in_force(turn.today):
        return run, None
    run = as_of_today(guide, run)
    _keep(turn, run)
    return run, guide


def in_hand(turn: Turn) -> Guide | None:
    """The guide the person stands in, at a step that can be shown."""
    return current(turn)[1]


async def _nowhere(turn: Turn, run: Run | None) -> None:
    """The menu for somebody who stands at no step; a guide that went out of force under his feet is let go."""
    if run is not None:
        await turn.memory.runs.end(run, "stopped", turn.now)
        _keep(turn, None)
        turn.say("guide.gone")
    await menu.show(turn)


def _keep(turn: Turn, run: Run | None) -> None:
    if turn.chat is not None:
        turn.chat.run = run


async def _show(turn: Turn, guide: Guide, run: Run, *, aside: Sequence[Choice] = ()) -> None:
    """The step, with every way on; `aside` are further things to choose, such as the guides a question was about."""
    step = guide.step(run.step)
    assert step is not None  # noqa: S101  (runs are moved only to steps that exist)
    silent = turn.chat is not None and turn.now - turn.chat.last_in_at > SILENCE
    shown = step_reply(turn.knowledge, guide, step, run, turn.today, recap=silent,
                       changed=await screens.changed(turn, guide, step))  # fmt: skip
    turn.replies.append(replace(shown, choices=(*shown.choices, *aside)))


async def sources(turn: Turn) -> None:
    """Where the step in hand comes from, and when it was last checked."""
    run, guide = current(turn)
    step = guide.step(run.step) if run is not None and guide is not None else None
    if guide is not None and step is not None:
        found = turn.knowledge.library.sources_of(guide, step)
        turn.say("guide.sources", sources=found, verified_on=step.verified_on or guide.verified_on)
    await where(turn)
