"""Who is asked to help, and who next when nobody answers: on duty, the members, the heads, the officer.

Each ring is told to whoever waits, as it is. What is due is a row, looked for by the scheduler.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from handlers import office
from handlers.steps import words
from handlers.turn import Choice, Turn
from storage.handover import Request, Trouble
from storage.waiting import usual_wait

EVERY = dt.timedelta(minutes=30)
"""Nobody answered for so long: others are asked too."""
STAYS = dt.timedelta(hours=24)
"""So long after everybody was asked a request still waits."""
ON_DUTY, MEMBERS, HEADS, OFFICERS, EVERYBODY = 1, 2, 3, 4, 5
MAX_SHOWN = 160
"""Letters of a step told to a helper."""


@dataclass(frozen=True, slots=True)
class Ring:
    """People to ask now."""

    number: int
    people: list[int]
    """Those who can be written to now."""
    near: bool = False
    """All of them of the hamlet itself."""


async def carry(turn: Turn, request: Request) -> Ring | None:
    """Asks the next people there are, on to those who can be written to now; None when none of these is left.

    Whoever's window is closed is told with his next word, but nobody waits half an hour for that.
    """
    asked = {*await turn.memory.handover.asked(request.id), request.citizen_id}
    found: Ring | None = None
    told = list[int]()
    for number in range(request.ring + 1, EVERYBODY):
        people, near = await _people(turn, request, number)
        rest = [one for one in people if one not in asked]
        asked |= set(rest)
        told += rest
        if there := await turn.memory.handover.reachable(rest, turn.now, turn.windows):
            found = Ring(number, there, near)
            break
    due = await _next_due(turn, request.commune, EVERY if found else STAYS)
    number = found.number if found else EVERYBODY
    await turn.memory.handover.rung(request.id, told, number, turn.now, due)
    if told:
        await ask(turn, request, told)
    return found


async def ask(turn: Turn, request: Request, people: list[int], *, passed: bool = False) -> None:
    """Asks these people to take it; what he does is told, never his words."""
    take = turn.choice("handover.take", f"h:t:{request.id}", style="main")
    await turn.tell(people, "handover.told_asked", hamlet=request.hamlet, doing=doing(turn, request), passed=passed,
                    choices=[take])  # fmt: skip


async def _people(turn: Turn, request: Request, number: int) -> tuple[list[int], bool]:
    helpers, commune, near = turn.memory.handover.helpers, request.commune, request.hamlet_id
    match number:
        case 1:
            there = await helpers(commune, "member", "head", hamlet_id=near, on_duty_at=turn.now) if near else []
            return (there, True) if there else (await helpers(commune, "member", "head", on_duty_at=turn.now), False)
        case 2:
            return await helpers(commune, "member"), False
        case 3:
            there = await helpers(commune, "head", hamlet_id=near) if near else []
            return (there, True) if there else (await helpers(commune, "head"), False)
        case _:
            return await helpers(commune, "officer"), False


async def _next_due(turn: Turn, commune: str, after: dt.timedelta) -> dt.datetime:
    return office.opens(turn, await office.of(turn, commune), turn.now + after)


def doing(turn: Turn, request: Request) -> tuple[str, str] | None:
    """The guide and the step somebody stands at, as a helper reads them."""
    guide = turn.knowledge.library.get(request.guide) if request.guide else None
    step = guide.step(request.step) if guide is not None and request.step else None
    if guide is None:
        return None
    first = words(turn, step.text).partition("\n")[0] if step is not None else ""
    return guide.title, first if len(first) <= MAX_SHOWN else first[:MAX_SHOWN].rpartition(" ")[0] + "…"


async def say_asked(turn: Turn, request: Request, ring: Ring | None) -> None:
    """Tells whoever asked, in his own turn, who was asked; how long it takes only when that is known."""
    minutes = await usual_wait(turn.memory.connection, request.commune, turn.now)
    turn.say(
        "handover.asked", ring=ring, minutes=minutes, hamlet=request.hamlet, choices=_while_waiting(turn, request)
    )


def _while_waiting(turn: Turn, request: Request) -> list[Choice]:
    run = turn.chat.run if turn.chat else None
    onward = [turn.choice("guide.go_on", f"g:r:{run.id}")] if run else []
    return [*onward, turn.choice("handover.withdraw", f"h:w:{request.id}"), turn.choice("common.menu", "m:menu")]


# --- what is due ------------------------------------------------------------------------------------------------


async def due(turn: Turn, request: Request) -> None:
    """The time of a request has come: the next are asked, it is given up, or a silent talk ends. Told to both."""
    if request.state == "taken":
        await _fell_silent(turn, request)
        return
    opening = office.opens(turn, await office.of(turn, request.commune), turn.now)
    if opening > turn.now:
        await turn.memory.handover.put_off(request.id, opening)
    elif request.ring >= EVERYBODY:
        await turn.memory.handover.give_up(request.id, turn.now)
        await _tell(turn, request, "handover.told_unanswered", choices=[turn.choice("common.human", "m:nguoi")])
    else:
        ring = await carry(turn, request)
        withdraw = turn.choice("handover.withdraw", f"h:w:{request.id}")
        elsewhere = [] if ring else [turn.choice("handover.card", "m:noi")]
        choices = [*elsewhere, withdraw]
        await _tell(turn, request, "handover.told_ring", ring=ring, before=request.ring, choices=choices)


async def _fell_silent(turn: Turn, request: Request) -> None:
    if not await turn.memory.handover.close(request.id, turn.now):
        return
    await _tell(turn, request, "handover.told_silent", choices=stars(turn, request.id))
    if request.helper_id is not None:
        choices = results(turn, f"h:g:{request.id}")
        await turn.tell([request.helper_id], "handover.told_silent_helper", choices=choices)


async def _tell(turn: Turn, request: Request, name: str, *, choices: list[Choice], **context: Any) -> None:
    if request.citizen_id is not None:
        await turn.tell([request.citizen_id], name, choices=choices, **context)


def stars(turn: Turn, request_id: int) -> list[Choice]:
    """From 1 to 5."""
    return [turn.choice(f"handover.star_{n}", f"h:r:{request_id}:{n}", number=n) for n in range(1, 6)]


def results(turn: Turn, before: str) -> list[Choice]:
    """How it went."""
    terms = turn.knowledge.terms
    return [Choice(terms.label("result", code), f"{before}:{code}") for code in terms.codes("result")]


async def tell_trouble(turn: Turn, trouble: Trouble) -> None:
    """Whoever wrote learns that the other has not heard him, and why."""
    choices = [turn.choice("handover.where", "h:i")]
    await turn.tell([trouble.from_id], f"handover.not_{trouble.trouble}", choices=choices)
