"""Helping several people with one phone, each walk under a nickname; and a walk that goes to another member."""

import re

from content.folding import clean
from handlers import guiding, roles
from handlers.steps import as_of_today, place
from handlers.turn import Choice, Kind, Turn
from storage.scope import NotAllowed
from storage.short_codes import LASTS, LENGTH, LETTERS
from storage.walks import HELPERS, TooMany, Walk

CODE = re.compile(rf"(?i)CT[ .:-]?([{LETTERS}]{{{LENGTH}}})")
LONGEST_NAME, MOST_WORDS = 20, 3
NICKNAME = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")


async def show(turn: Turn) -> None:
    """Whom one is helping now, to go on with any of them; one more; or another helper for the one in hand."""
    turn.state.leave()
    walks = await turn.memory.walks.open(turn.person_id)
    hand = turn.chat.run if turn.chat else None
    choices: list[Choice] = []
    for n, walk in enumerate(walks, 1):
        if hand is not None and walk.run.id == hand.id:
            choices.append(turn.choice("walks.stay", f"n:o:{walk.run.id}", style="main", who=_called(turn, walk, n)))
        else:
            choices.append(turn.choice("walks.switch", f"n:o:{walk.run.id}", who=_called(turn, walk, n)))
    choices.append(turn.choice("walks.one_more", "n:t"))
    if hand is not None and hand.helping:
        choices.append(turn.choice("walks.name_label", f"n:d:{hand.id}"))
        if turn.has(*HELPERS):
            choices.append(turn.choice("walks.pass_label", f"n:c:{hand.id}"))
    shown = [_line(turn, walk, n) for n, walk in enumerate(walks, 1)]
    turn.say("walks.list", walks=shown, choices=[*choices, turn.choice("common.menu", "m:menu")])


def _called(turn: Turn, walk: Walk, n: int) -> str:
    return walk.name or turn.words("walks.nameless", n=n)


def _line(turn: Turn, walk: Walk, n: int) -> tuple[str, str, int, int]:
    guide = turn.knowledge.library.get(walk.run.guide)
    if guide is None or not guide.in_force(turn.today):
        return _called(turn, walk, n), walk.run.guide, 0, 0
    return _called(turn, walk, n), guide.menu, *place(guide, as_of_today(guide, walk.run))


async def press(turn: Turn, args: list[str]) -> None:
    """n the list, n:o:<run> go on with that one, n:t one more, n:k:<shelf> its guides, n:g:<guide> begin it,
    n:d:<run> name, n:b no name, n:c:<run> a code for another member.
    """
    turn.state.leave()
    match args:
        case ["o", run_id] if run_id.isdecimal():
            await _switch(turn, int(run_id))
        case ["t"]:
            await _one_more(turn)
        case ["k", shelf]:
            _guides(turn, shelf)
        case ["g", guide]:
            await _begin(turn, guide)
        case ["d", run_id] if run_id.isdecimal():
            await _ask_name(turn, int(run_id))
        case ["b"]:
            await guiding.where(turn)
        case ["c", run_id] if run_id.isdecimal():
            await _pass(turn, int(run_id))
        case _:
            await show(turn)


async def _switch(turn: Turn, run_id: int) -> None:
    walks = await turn.memory.walks.open(turn.person_id)
    found = next(((n, walk) for n, walk in enumerate(walks, 1) if walk.run.id == run_id), None)
    if found is None or turn.chat is None:
        turn.say("guide.run_over")
        await show(turn)
        return
    n, walk = found
    if turn.chat.run is None or turn.chat.run.id != run_id:
        await turn.memory.runs.resume(turn.person_id, run_id)
        turn.chat.run = walk.run
    turn.say("walks.now_with", who=_called(turn, walk, n))
    await guiding.where(turn)


# --- one more ---------------------------------------------------------------------------------------------------


async def _one_more(turn: Turn) -> None:
    """With what? The guide in hand first: one neighbour after the other comes for the same."""
    library, hand = turn.knowledge.library, turn.chat.run if turn.chat else None
    same = library.get(hand.guide) if hand else None
    choices = [Choice(same.menu, f"n:g:{same.id}", "main")] if same and same.in_force(turn.today) else []
    for shelf in library.shelves.values():
        if library.on_shelf(shelf.id, turn.today):
            choices.append(Choice(shelf.title, f"n:k:{shelf.id}"))
    turn.say("walks.which_guide", choices=[*choices, turn.choice("walks.others", "n")])


def _guides(turn: Turn, shelf: str) -> None:
    found = [Choice(g.menu, f"n:g:{g.id}") for g in turn.knowledge.library.on_shelf(shelf, turn.today)]
    turn.say("walks.which_guide", choices=[*found, turn.choice("walks.one_more", "n:t")])


async def _begin(turn: Turn, slug: str) -> None:
    guide = turn.knowledge.library.get(slug)
    if guide is None or not guide.in_force(turn.today):
        turn.say("guide.gone")
        await show(turn)
        return
    try:
        await turn.memory.walks.room(turn.person_id)
    except TooMany:
        turn.say("walks.too_many")
        await show(turn)
        return
    run = await guiding.begin_helping(turn, guide)
    await _ask_name(turn, run.id)


# --- nicknames --------------------------------------------------------------------------------------------------


async def _ask_name(turn: Turn, run_id: int) -> None:
    if run_id not in {walk.run.id for walk in await turn.memory.walks.open(turn.person_id)}:
        await show(turn)
        return
    turn.state.enter("walks.name", run=run_id)
    turn.say("walks.ask_name", choices=[turn.choice("walks.no_name", "n:b")])


async def typed(turn: Turn) -> bool:
    """A nickname: a word or three, no number and nobody's full name."""
    run_id = turn.state.data.get("run")
    if turn.state.flow != "walks.name" or not isinstance(run_id, int):
        return False
    name = clean(turn.message.text)
    fits = len(name) <= LONGEST_NAME and len(name.split()) <= MOST_WORDS and NICKNAME.fullmatch(name)
    if not fits or turn.knowledge.safety.has_full_name(name):
        turn.say("walks.bad_name", choices=[turn.choice("walks.no_name", "n:b")])
        return True
    turn.state.leave()
    if await turn.memory.walks.name(turn.person_id, run_id, name, turn.now):
        turn.say("walks.now_with", who=name)
    await guiding.where(turn)
    return True


async def back(turn: Turn) -> None:
    """From the question for a nickname to whom one helps."""
    await show(turn)


# --- to another member ------------------------------------------------------------------------------------------


async def _pass(turn: Turn, run_id: int) -> None:
    try:
        if turn.scope is None:
            raise NotAllowed
        code = await turn.memory.walks.offer(turn.scope, run_id, turn.now)
    except NotAllowed:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    minutes = int(LASTS.total_seconds() // 60)
    back = turn.choice("guide.back_to_step", f"n:o:{run_id}")
    turn.say("walks.code", code=f"CT {code}", minutes=minutes, choices=[back, turn.choice("common.menu", "m:menu")])


async def try_code(turn: Turn) -> bool:
    """Takes a text for the code of a walk when it can only be one, from somebody who helps."""
    found = CODE.fullmatch(turn.message.text.strip())
    if found is None or turn.message.kind is not Kind.TEXT or turn.scope is None or not turn.has(*HELPERS):
        return False
    if turn.chat is None or roles.locked(turn):
        turn.say("roles.locked")
        return True
    turn.state.leave()
    taken = await turn.memory.walks.take(turn.scope, found[1].upper(), turn.now)
    if taken is None:
        await turn.memory.invitations.count_wrong_code(turn.person_id, turn.now)
        turn.say("walks.wrong_code", choices=[turn.choice("common.menu", "m:menu")])
        return True
    turn.chat.run = taken.run
    guide = turn.knowledge.library.get(taken.run.guide)
    title = guide.title if guide else taken.run.guide
    await turn.tell([taken.giver], "walks.told_taken", name=turn.chat.name, title=title)
    turn.say("walks.taken", title=title)
    await guiding.where(turn)
    return True
