"""Questions nothing answered: kept masked, listed by likeness for officers, answered once for all who asked."""

from textwrap import shorten

from content.folding import fold
from handlers.turn import Choice, Turn
from storage.gaps import MAX_ANSWER, Group, Kind

SINCE = 2
"""The words of consent that speak of questions being kept."""
ASKED_ANEW = "consent.asked_anew"
"""In the trail: the person was asked to agree to questions being kept."""
MOST = 8
MIN_ANSWER = 10
LABEL = 52


# --- those who ask ------------------------------------------------------------------------------------------


async def keep(turn: Turn, text: str, *, nearest: str | None = None, kind: Kind = "chua_hieu") -> list[Choice]:
    """Keeps a question without its person; what to offer him: to be told when somebody has answered it.

    `nearest` is the guide or procedure that came nearest. Nothing is kept of strangers, of those who agreed to older
    words (they are asked anew), or when no word but what had to be masked is left.
    """
    if turn.chat is None:
        return []
    if await turn.memory.people.consent(turn.person_id) < SINCE:
        await _ask_anew(turn, nearest)
        return []
    masked = turn.knowledge.safety.mask_question(text)
    key = " ".join(sorted(set(fold(masked).split())))
    if len(key.split()) < 2:
        return []
    gap_id = await turn.memory.gaps.keep(masked, key, kind, turn.now, commune=turn.chat.commune, nearest=nearest)
    return [turn.choice("gap.tell_me", f"o:b:{gap_id}")]


async def _ask_anew(turn: Turn, nearest: str | None) -> None:
    """Asks somebody who agreed to older words whether questions may be kept: once, never in the middle of a guide.

    The question itself is not kept for it: who agrees types it again.
    """
    if turn.chat is None or turn.chat.run is not None:
        return
    if await turn.memory.people.has_noted(turn.person_id, ASKED_ANEW):
        return
    await turn.memory.people.note(ASKED_ANEW, turn.now, actor=turn.person_id)
    agree = turn.choice("welcome.agree", f"c:l:{nearest or ''}", style="main")
    turn.say("gap.ask_anew", choices=[agree, turn.choice("welcome.disagree", "c:k")])


async def not_it(turn: Turn, nearest: str) -> None:
    """The answer was not what was asked for: the question, once more, for somebody to read."""
    turn.state.enter("gap.ask", nearest=nearest)
    turn.say("gap.ask_again", choices=[turn.choice("common.menu", "m:menu")])


async def typed(turn: Turn) -> bool:
    """A question put again, or an officer's answer."""
    flow, data = turn.state.flow, turn.state.data
    text = " ".join(turn.message.text.split())
    if flow == "gap.ask":
        turn.state.leave()
        choices = await keep(turn, text, nearest=data["nearest"] or None, kind="chua_dung")
        human = turn.choice("common.human", "m:nguoi")
        turn.say("gap.kept" if choices else "gap.not_kept",
                 choices=[*choices, human, turn.choice("common.menu", "m:menu")])  # fmt: skip
        return True
    if flow not in ("gap.answer", "gap.sure") or not _may(turn):
        return False
    if not MIN_ANSWER <= len(text) <= MAX_ANSWER:
        turn.say("gap.bad_answer", least=MIN_ANSWER, most=MAX_ANSWER)
        return True
    turn.state.enter("gap.sure", first=data["first"], text=text)
    send = turn.choice("gap.send", f"o:g:{data['first']}", style="main")
    again = turn.choice("gap.write_again", f"o:t:{data['first']}")
    turn.say("gap.sure", text=text, choices=[send, again, turn.choice("common.menu", "m:menu")])
    return True


# --- officers -----------------------------------------------------------------------------------------------


def _may(turn: Turn) -> bool:
    return turn.has("officer", "admin")


def _communes(turn: Turn) -> tuple[str, ...] | None:
    """The communes whose questions the person sees; None for all."""
    return None if turn.has("admin") or turn.scope is None else turn.scope.communes("officer")


async def show(turn: Turn) -> None:
    """The open questions, the most asked first."""
    if not _may(turn):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    groups = await turn.memory.gaps.groups(_communes(turn))
    choices = [turn.choice("gap.group", f"o:x:{g.first}", n=len(g.ids), text=_short(g.text)) for g in groups[:MOST]]
    asked = sum(len(g.ids) for g in groups)
    turn.say("gap.list", groups=len(groups), asked=asked, shown=len(choices),
             choices=[*choices, turn.choice("common.menu", "m:menu")])  # fmt: skip


def _short(text: str) -> str:
    """As many whole words as a button takes."""
    return shorten(text, LABEL, placeholder=" ...")


async def press(turn: Turn, args: list[str]) -> None:
    """o:b:<id> tell me; o the list; o:x:<first> a group, o:t:<first> answer it, o:g:<first> send the answer typed,
    o:d:<first> needs none; o:n:<what> the answer about that was not what was asked for."""
    match args:
        case ["b", gap_id] if gap_id.isdecimal():
            told = await turn.memory.gaps.tell(int(gap_id), turn.person_id)
            turn.say("gap.will_tell" if told else "gap.too_late", choices=[turn.choice("common.menu", "m:menu")])
        case ["n", nearest]:
            await not_it(turn, nearest)
        case [what, first] if what in ("x", "t", "g", "d") and first.isdecimal() and _may(turn):
            group = await turn.memory.gaps.group(int(first), _communes(turn))
            if group is None:
                turn.say("gap.gone")
                await show(turn)
            else:
                await _with(turn, group, what, first)
        case _:
            turn.state.leave()
            await show(turn)


async def _with(turn: Turn, group: Group, what: str, first: str) -> None:
    """What an officer does with a group."""
    match what:
        case "x":
            turn.state.leave()
            _say_group(turn, group)
        case "t":
            turn.state.enter("gap.answer", first=first)
            turn.say("gap.ask_answer", text=group.text, choices=[turn.choice("common.menu", "m:menu")])
        case "g" if turn.state.flow == "gap.sure" and turn.state.data["first"] == first:
            await _answer(turn, group, turn.state.data["text"])
        case "d":
            await turn.memory.gaps.drop(group.ids)
            await _note(turn, "gap.dropped", group)
            turn.say("gap.dropped")
            await show(turn)
        case _:
            _say_group(turn, group)


def _say_group(turn: Turn, group: Group) -> None:
    places, library = turn.knowledge.places, turn.knowledge.library
    where = [(places.commune(code) if code else None, n) for code, n in group.communes.most_common(3)]
    nearest = next((slug for slug, _ in group.nearest.most_common(1)), None)
    near = library.get(nearest) or library.procedures.get(nearest) if nearest else None
    choices = [
        turn.choice("gap.answer", f"o:t:{group.first}", style="main"),
        turn.choice("gap.drop", f"o:d:{group.first}"),
        turn.choice("gap.others", "o"),
        turn.choice("common.menu", "m:menu"),
    ]
    turn.say("gap.one", group=group, asked=len(group.ids), where=where, near=near, choices=choices)


async def _answer(turn: Turn, group: Group, text: str) -> None:
    commune = next(iter(_communes(turn) or ()), None)
    people = await turn.memory.gaps.answer(group.ids, text, turn.now, by=turn.person_id, commune=commune)
    choices = [turn.choice("common.human", "m:nguoi"), turn.choice("common.menu", "m:menu")]
    for person_id, question in people:
        await turn.tell([person_id], "gap.answered", question=question, answer=text, choices=choices)
    await _note(turn, "gap.answered", group)
    turn.state.leave()
    turn.say("gap.sent", waiting=len({person_id for person_id, _ in people}))
    await show(turn)


async def _note(turn: Turn, action: str, group: Group) -> None:
    commune = next(iter(_communes(turn) or ()), None)
    await turn.memory.people.note(action, turn.now, actor=turn.person_id, commune=commune, subject=str(group.first))


async def back(turn: Turn) -> None:
    """To the list, or out of a question begun."""
    asking = turn.state.flow == "gap.ask"
    turn.state.leave()
    if asking:
        turn.say("gap.let_go", choices=[turn.choice("common.menu", "m:menu")])
    else:
        await show(turn)
