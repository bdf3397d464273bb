"""Calling for a human: the people of the hamlet or commune are asked, and who called learns who was."""

from collections.abc import Awaitable, Callable, Mapping

from handlers import guiding, helping, menu, office, rings, talking, teams
from handlers.turn import Choice, Turn
from storage.handover import HELPERS, Request
from storage.scope import NotAllowed


async def ways(turn: Turn) -> list[Choice]:
    """The way to the commune's people, for somebody who agreed and whose commune has some."""
    commune = turn.chat.commune if turn.chat else None
    if commune is None:
        return []
    there = set(await turn.memory.handover.helpers(commune, *HELPERS)) - {turn.person_id}
    asked = await turn.memory.handover.of(turn.person_id)
    return [turn.choice("handover.ask", "h:a", style="main")] if there and asked is None else []


async def in_hand(turn: Turn) -> bool:
    """Shows how a request of his, or a talk, stands; whether there is one."""
    request = await turn.memory.handover.of(turn.person_id) if turn.chat else None
    if request is None:
        return False
    if request.state == "taken":
        talking.where(turn, request)
    else:
        handover = turn.memory.handover
        asked = len(await handover.reachable(await handover.asked(request.id), turn.now, turn.windows))
        due = request.due_at.astimezone(turn.now.tzinfo) if request.due_at else None
        at = request.asked_at.astimezone(turn.now.tzinfo)
        choices = [
            turn.choice("handover.withdraw", f"h:w:{request.id}"), turn.choice("handover.card", "m:noi"),
            turn.choice("common.menu", "m:menu"),
        ]  # fmt: skip
        turn.say("handover.waiting", at=at, asked=asked, ring=request.ring, due=due, now=turn.now, choices=choices)
    return True


async def press(turn: Turn, args: list[str]) -> None:
    """h:a ask, h:a:p:<page> more hamlets, h:a:<hamlet or 0> ask there, h:w:<request> withdraw, h:r:<request>:<stars>
    rate, h:i where it stands, h:e:<request> end; the others belong to whoever helps.
    """
    rooms: Mapping[str, Callable[[Turn, list[str]], Awaitable[None]]] = {
        "a": _ask, "w": _withdraw, "r": _rate, "e": talking.end,
    }  # fmt: skip
    turn.state.leave()
    match args:
        case ["i"]:
            if not await in_hand(turn):
                turn.say("handover.over", choices=[turn.choice("common.menu", "m:menu")])
        case [room, *rest] if room in rooms:
            await rooms[room](turn, rest)
        case _:
            await helping.press(turn, args)


async def _ask(turn: Turn, args: list[str]) -> None:
    commune = turn.chat.commune if turn.chat else None
    if commune is None or not await ways(turn):
        await menu.human(turn)
        return
    places = await turn.memory.handover.hamlets(commune)
    match args:
        case ["p", page]:
            _which_hamlet(turn, places, teams.number(page))
        case [hamlet] if hamlet == "0" or teams.number(hamlet) in dict(places):
            await _open(turn, commune, teams.number(hamlet) or None)
        case _ if len(places) > 1:
            _which_hamlet(turn, places, 0)
        case _:
            await _open(turn, commune, None)


def _which_hamlet(turn: Turn, places: list[tuple[int, str]], page: int) -> None:
    labels = [Choice(teams.short(name), f"h:a:{key}") for key, name in places]
    choices = [*teams.page_of(turn, labels, page, "h:a:p"), turn.choice("handover.no_hamlet", "h:a:0")]
    turn.say("handover.which_hamlet", choices=choices)


async def _open(turn: Turn, commune: str, hamlet_id: int | None) -> None:
    run = turn.chat.run if turn.chat else None
    hours = await office.of(turn, commune)
    opening = office.opens(turn, hours, turn.now)
    try:
        request = await turn.memory.handover.ask(
            turn.person_id, commune, turn.now, opening, hamlet_id=hamlet_id, guide=run.guide if run else None,
            step=run.step if run else None,
        )  # fmt: skip
    except NotAllowed:
        await menu.human(turn)
        return
    if opening > turn.now:
        known = hours.hours is not None
        choices = [turn.choice("handover.withdraw", f"h:w:{request.id}"), turn.choice("common.menu", "m:menu")]
        turn.say("handover.closed_now", opening=opening, known=known, now=turn.now, choices=choices)
    else:
        await rings.say_asked(turn, request, await rings.carry(turn, request))


async def _withdraw(turn: Turn, args: list[str]) -> None:
    request = await _own(turn, args)
    asked = await turn.memory.handover.asked(request.id) if request else []
    if request is None or not await turn.memory.handover.withdraw(turn.person_id, request.id, turn.now):
        await _over(turn)
        return
    await turn.tell(asked, "handover.told_withdrawn", hamlet=request.hamlet)
    turn.say("handover.withdrawn")
    await guiding.where(turn)


async def _own(turn: Turn, args: list[str]) -> Request | None:
    request = await turn.memory.handover.of(turn.person_id)
    return request if request is not None and args == [str(request.id)] else None


async def _over(turn: Turn) -> None:
    if not await in_hand(turn):
        turn.say("handover.over", choices=[turn.choice("common.menu", "m:menu")])


async def _rate(turn: Turn, args: list[str]) -> None:
    match args:
        case [request_id, ("1" | "2" | "3" | "4" | "5") as n]:
            rated = await turn.memory.handover.rate(turn.person_id, teams.number(request_id), int(n))
            turn.say("handover.rated" if rated else "handover.rated_before",
                     choices=[turn.choice("common.menu", "m:menu")])  # fmt: skip
        case _:
            await _over(turn)
