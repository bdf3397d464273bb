"""Questions in people's own words: answered, asked back, or refused honestly, always with a way to a human."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from content.asking.deciding import Lost, Refused, Several, Sure, Unsure, Verdict
from content.asking.desk import Answer
from content.asking.intents import Action
from content.asking.ranker import Ranking
from content.guide import Guide
from handlers import gaps, guiding, menu, procedures
from handlers.step_words import is_figure
from handlers.steps import words
from handlers.turn import Choice, Turn

CERTAIN = 0.8
"""Something said in place of what we asked for is taken for a question only from this certainty on."""
PLAIN_CRY = 0.04
"""Nor is it taken for a cry for help unless that is so far before everything else it may be."""
MIN_QUESTION = 4
"""Words from which on something not understood at a step may have been a question."""
MAX_OFFERED = 4
MAX_VALUE = 64


def understand(turn: Turn, text: str) -> tuple[Ranking, Verdict]:
    """What the text is about."""
    return turn.knowledge.desk.understand(text)


async def ask(turn: Turn, text: str, ranking: Ranking, verdict: Verdict) -> bool:
    """Answers what was understood, or asks which was meant; False when nothing was.

    In the middle of a guide the step is not left for it: the answer is given aside, and the step shown again.
    """
    in_hand = guiding.in_hand(turn)
    if in_hand is not None:
        return await _ask_aside(turn, text, verdict, in_hand)
    clarify = turn.knowledge.desk.too_short(text)
    if clarify is not None:
        await procedures.ask_which(turn, clarify)
        return True
    if isinstance(verdict, Refused | Lost):
        return False
    turn.state.leave()
    if isinstance(verdict, Sure):
        await _answer(turn, verdict.intent, text, ranking)
    else:
        which = "asking.several" if isinstance(verdict, Several) else "asking.which"
        _offer(turn, verdict.intents, which, rest=_others(ranking, verdict.intents))
    return True


async def _ask_aside(turn: Turn, text: str, verdict: Verdict, in_hand: Guide) -> bool:
    match verdict:
        case Sure(intent):
            await _aside(turn, intent, text, in_hand)
        case Unsure(intents) | Several(intents):
            turn.say("asking.which")
            await guiding.where(turn, aside=_named(turn, intents))
        case _:
            return False
    return True


async def instead(turn: Turn, text: str) -> bool:
    """A question, or a cry for help, in place of what we had asked for: only where there is little doubt."""
    if is_figure(text):
        return False
    ranking, verdict = understand(turn, text)
    if isinstance(verdict, Refused) and verdict.action is Action.HANDOVER and ranking.lead < -PLAIN_CRY:
        await refuse(turn, text, ranking, verdict)
        return True
    return ranking.certainty > CERTAIN and await ask(turn, text, ranking, verdict)


async def refuse(turn: Turn, text: str, ranking: Ranking, verdict: Verdict) -> None:
    """Says honestly that we do not answer this, and who does; a step in hand is shown again and has not moved."""
    if isinstance(verdict, Refused):
        mistaken = verdict.action is Action.DECLINE and turn.chat is not None
        again = [turn.choice("asking.not_it", "o:n:")] if mistaken else []
        turn.say("asking.refused", kind=verdict.kind, choices=[*again, *_ways_out(turn)])
        if guiding.in_hand(turn):
            turn.replies[-1] = replace(turn.replies[-1], choices=())
            await guiding.where(turn)
        return
    in_hand = guiding.in_hand(turn)
    await menu.not_understood(turn)
    if in_hand is not None:  # what is typed at a step may be a name or half a password: never kept unasked
        if len(text.split()) >= MIN_QUESTION:
            _add(turn, [turn.choice("asking.send_on", f"o:n:{in_hand.id}")])
    elif isinstance(verdict, Lost):
        _add(turn, await gaps.keep(turn, text, nearest=_nearest(turn, ranking)))


async def press(turn: Turn, args: list[str]) -> None:
    """a:i:<intent> answer it, a:n:<guide or procedure>.<intent>... that was not it: one of these?"""
    turn.state.leave()
    match args:
        case ["i", intent] if (name := turn.knowledge.desk.name(intent)) is not None:
            await _answer(turn, intent, name, None)
        case ["n", rest]:
            shown, *others = rest.split(".")
            choices = _named(turn, others)
            send = turn.choice("asking.send_on", f"o:n:{shown}")
            turn.say("asking.then_which", any=bool(choices), choices=[*choices, send, *_ways_out(turn)])
        case _:
            await menu.show(turn)


# --- answers ------------------------------------------------------------------------------------------------


async def open_one(turn: Turn, answers: Sequence[Answer]) -> None:
    """Opens the answer a link or an earlier question led to, or asks which of several it was."""
    if len(answers) == 1:
        await _show(turn, answers[0])
    else:
        turn.say("asking.which", choices=[*map(opening, answers), turn.choice("common.other", "m:menu")])


async def _show(turn: Turn, one: Answer) -> None:
    if isinstance(one, Guide):
        await guiding.open_guide(turn, one.id)
    else:
        await procedures.show(turn, one.id)


async def _answer(turn: Turn, intent: str, text: str, ranking: Ranking | None) -> None:
    """The guide or the procedure that answers the intent, or which of several is meant."""
    found = turn.knowledge.desk.answers(intent, text, turn.today)
    if not found:
        await _unanswered(turn, intent, text, ranking)
        return
    first, *others = found
    guides = [one for one in found if isinstance(one, Guide)]
    if others and not (len(guides) == 1 and first is guides[0]):
        more = [opening(one) for one in found[:MAX_OFFERED]]
        turn.say(
            "asking.which", choices=[*more, _not_it(turn, first, _rest(ranking, intent), "asking.none_of_these")]
        )
        return
    await _show(turn, first)
    if ranking is not None and not (isinstance(first, Guide) and first.urgent):
        extra = [opening(one) for one in others]
        _add(turn, [*extra, _not_it(turn, first, _rest(ranking, intent), "asking.not_it")])


async def _unanswered(turn: Turn, intent: str, text: str, ranking: Ranking | None) -> None:
    """An intent we have nothing for; asking for a person is answered by where to find one."""
    if turn.knowledge.desk.asks_for_human(intent):
        await menu.human(turn)
        return
    kept = await gaps.keep(turn, text) if ranking is not None else []
    name = turn.knowledge.desk.name(intent)
    turn.say("asking.unanswered", name=name, staff=turn.staff, choices=[*kept, *_ways_out(turn)])


async def _aside(turn: Turn, intent: str, text: str, in_hand: Guide) -> None:
    """An answer given in the middle of a guide; a question about the guide itself is about being stuck in it."""
    found = turn.knowledge.desk.answers(intent, text, turn.today)
    if intent in in_hand.intents:
        await guiding.stuck(turn)
    elif found:
        told = [(one.title, words(turn, one.summary) if isinstance(one, Guide) else one.what) for one in found]
        turn.say("asking.aside", answers=told[:MAX_OFFERED])
        turn.say("asking.back_here")
        await guiding.where(turn, aside=[opening(one) for one in found[:MAX_OFFERED]])
    elif turn.knowledge.desk.asks_for_human(intent):
        await menu.human(turn)
    else:
        turn.say("asking.unanswered_aside", name=turn.knowledge.desk.name(intent))
        turn.say("asking.back_here")
        send = turn.choice("asking.send_on", f"o:n:{in_hand.id}")
        await guiding.where(turn, aside=[send, turn.choice("common.human", "m:nguoi")])


# --- choices ------------------------------------------------------------------------------------------------


def _offer(turn: Turn, intents: Sequence[str], which: str, *, rest: Sequence[str]) -> None:
    """Which of these intents is meant; "none of these" leads to the next likely ones and to a person."""
    found = turn.knowledge.desk.answers(intents[0], "", turn.today)
    no = _not_it(turn, found[0] if found else None, rest, "asking.none_of_these")
    if len(intents) == 1:
        yes = turn.choice("asking.right", f"a:i:{intents[0]}", style="main")
        turn.say("asking.is_it", name=turn.knowledge.desk.name(intents[0]), choices=[yes, no])
    else:
        turn.say(which, choices=[*_named(turn, intents), no])


def _named(turn: Turn, intents: Iterable[str]) -> list[Choice]:
    desk = turn.knowledge.desk
    return [Choice(name, f"a:i:{intent}") for intent in intents if (name := desk.name(intent)) is not None]


def opening(one: Answer) -> Choice:
    """Opens a guide or a procedure."""
    return Choice(one.menu, f"g:o:{one.id}" if isinstance(one, Guide) else f"p:o:{one.id}")


def _not_it(turn: Turn, shown: Answer | None, rest: Sequence[str], label: str) -> Choice:
    """What was shown was not meant; the button carries the next likely intents, as many as it takes."""
    value = f"a:n:{shown.id if shown is not None else ''}"
    for intent in rest:
        if len(value) + 1 + len(intent) <= MAX_VALUE:
            value = f"{value}.{intent}"
    return turn.choice(label, value)


def _others(ranking: Ranking, intents: Sequence[str]) -> list[str]:
    """The next likely intents."""
    return [slug for slug, _ in ranking.intents if slug not in intents][: MAX_OFFERED - 1]


def _rest(ranking: Ranking | None, intent: str) -> list[str]:
    return _others(ranking, (intent,)) if ranking is not None else []


def _nearest(turn: Turn, ranking: Ranking) -> str | None:
    """The guide or procedure nearest to a question that was not understood."""
    found = turn.knowledge.desk.answers(ranking.intents[0][0], "", turn.today)
    return found[0].id if found else None


def _ways_out(turn: Turn) -> list[Choice]:
    return [turn.choice("common.human", "m:nguoi"), turn.choice("common.menu", "m:menu")]


def _add(turn: Turn, choices: Sequence[Choice]) -> None:
    """Further choices under the last reply, before the ways out; none twice."""
    last = turn.replies[-1]
    new = {choice.label for choice in choices}
    kept = [choice for choice in last.choices if choice.label not in new]
    out = len(kept)
    while out and kept[out - 1].value in ("m:nguoi", "m:menu"):
        out -= 1
    turn.replies[-1] = replace(last, choices=(*kept[:out], *choices, *kept[out:]))
