"""Two people talk through us: what one types the other reads, and we keep quiet. No numbers, no chats are shown."""

import datetime as dt

from content.folding import fold
from handlers import guiding, helping, rings
from handlers.turn import Kind, Turn
from storage.handover import HELPERS, Request

IDLE = dt.timedelta(hours=2)
"""A talk in which nobody says anything for so long ends by itself."""
DONE, PASS = frozenset({"xong"}), frozenset({"chuyen"})
"""What a helper types to end the talk, or to pass it on."""


async def passes(turn: Turn) -> bool:
    """Passes a typed word on to the other of the talk; False when the person is in none."""
    request = await _talk(turn)
    if request is None:
        return False
    me, said = turn.person_id, fold(turn.message.text)
    if me == request.helper_id and said in DONE:
        helping.ask_result(turn, request)
    elif me == request.helper_id and said in PASS:
        await helping.ask_whom(turn, request)
    else:
        await _pass_on(turn, request)
    return True


async def _pass_on(turn: Turn, request: Request) -> None:
    text = turn.knowledge.safety.without_phones(turn.message.text.strip())
    if text != turn.message.text.strip():
        turn.say("handover.phone_hidden")
    turn.state.offered = []  # a number he types next is for the other, not for what we offered before
    _say_to_other(turn, request, "handover.passed", text=text)
    await turn.memory.handover.spoke(request.id, turn.now + IDLE)


def _say_to_other(turn: Turn, request: Request, name: str, *, text: str) -> None:
    helping_him = turn.person_id == request.helper_id
    to = request.citizen_id if helping_him else request.helper_id
    if to is not None:
        turn.pass_on(request.id, to, name, text=text, helper=request.helper, by_helper=helping_him)


async def told_scam(turn: Turn) -> None:
    """Somebody tells of a fraud in a talk: he reads what to do, and the other reads what he said."""
    request = await _talk(turn)
    if request is not None:
        await _pass_on(turn, request)


async def _talk(turn: Turn) -> Request | None:
    """The talk the person is in. One whose helper has left the commune's teams goes to others."""
    request = await turn.memory.handover.of(turn.person_id)
    if request is None or request.state != "taken":
        return None
    left = turn.scope is None or request.commune not in turn.scope.communes(*HELPERS)
    if turn.person_id == request.helper_id and left:
        await turn.memory.handover.give_back(turn.person_id, request.id, turn.now, ring=0)
        over(turn)
        return None
    return request


def where(turn: Turn, request: Request) -> None:
    """With whom one talks, and how to end it."""
    if turn.person_id == request.helper_id:
        choices = helping.in_talk(turn, request)
        turn.say("handover.talk_helper", doing=rings.doing(turn, request), hamlet=request.hamlet, choices=choices)
    else:
        end = turn.choice("handover.end", f"h:e:{request.id}")
        choices = [end, turn.choice("handover.talk_on", "h:n"), turn.choice("common.menu", "m:menu")]
        turn.say("handover.talk_citizen", helper=request.helper, choices=choices)


async def end(turn: Turn, args: list[str]) -> None:
    """h:e:<request>: whoever asked has enough; he is asked how it was, the helper how it went."""
    request = await turn.memory.handover.of(turn.person_id)
    mine = request is not None and request.citizen_id == turn.person_id and args == [str(request.id)]
    if request is None or not mine or not await turn.memory.handover.close(
        request.id, turn.now, by=turn.person_id
    ):  # fmt: skip
        turn.say("handover.over")
        await guiding.where(turn)
        return
    over(turn)
    if request.helper_id is not None:
        choices = rings.results(turn, f"h:g:{request.id}")
        await turn.tell([request.helper_id], "handover.told_ended", choices=choices)
    turn.say("handover.rate", choices=rings.stars(turn, request.id))


async def stop(turn: Turn) -> bool:
    """ "dừng" in a talk asks how it went, or whether it is over; False for whoever is in none."""
    request = await _talk(turn)
    if request is None:
        return False
    if turn.person_id == request.helper_id:
        helping.ask_result(turn, request)
    else:
        where(turn, request)
    return True


async def left(turn: Turn) -> None:
    """Somebody blocked us or left: the other of a talk is told at once, not after his next words."""
    request = await _talk(turn) if turn.chat is not None and turn.chat.talks else None
    if request is None:
        return
    other = request.citizen_id if turn.person_id == request.helper_id else request.helper_id
    if other is not None:
        await turn.tell([other], "handover.other_left", choices=[turn.choice("handover.where", "h:i")])


def over(turn: Turn) -> None:
    """What is typed from here on is for us again."""
    if turn.chat is not None:
        turn.chat.talks = False


def is_talk(turn: Turn) -> bool:
    """Whether what is typed now may be for another person."""
    typed = turn.message.kind is Kind.TEXT
    return turn.chat is not None and turn.chat.talks and typed and turn.state.flow is None
