"""Whoever helps: on duty, asked, first to take a request; passing it on, ending it, and the draft it leaves."""

import datetime as dt

from handlers import assisting, menu, office, rings, talking, teams
from handlers.turn import Choice, Turn
from storage.handover import HELPERS, Request
from storage.scope import NotAllowed
from storage.waiting import figures

SHOWN = 6
MOST_MINUTES = 180
"""A longer talk was left lying; its time says nothing."""


async def press(turn: Turn, args: list[str]) -> None:
    """h:q what waits, h:d:<1|0> duty, h:t:<request> take, h:n talk on, h:x:<request>[:<result>] end,
    h:c:<request>[:<to>] pass on, h:g:<request>:<result> the draft of a talk that is over.
    """
    if turn.scope is None or not turn.has(*HELPERS):
        if args[:1] != ["n"]:
            turn.say("common.not_allowed")
        await _talk_on(turn)
        return
    match args:
        case ["q"]:
            await show_waiting(turn)
        case ["d", "1" | "0" as on]:
            await _duty(turn, on=on == "1")
        case ["t", request]:
            await _take(turn, teams.number(request))
        case ["x", request, *result]:
            await _end(turn, teams.number(request), result)
        case ["c", request, *to]:
            await _pass(turn, teams.number(request), to)
        case ["g", request, result]:
            await _log(turn, teams.number(request), result)
        case _:
            await _talk_on(turn)


async def _talk_on(turn: Turn) -> None:
    if turn.chat is not None and turn.chat.talks:
        turn.say("handover.go_on")
    else:
        await menu.show(turn)


async def entries(turn: Turn) -> list[Choice]:
    """What a helper finds in the menu: duty on or off, and what waits."""
    choices: list[Choice] = []
    if turn.has("member", "head"):
        there = await turn.memory.handover.duty(turn.person_id, turn.now)
        choices.append(turn.choice("handover.off_duty" if there else "handover.on_duty", f"h:d:{0 if there else 1}"))
    waiting = len(await turn.memory.handover.waiting(turn.scope)) if turn.scope else 0
    if waiting or turn.has("officer"):
        choices.append(turn.choice("handover.waiting_label", "h:q", count=waiting))
    return choices


async def on_duty(turn: Turn) -> None:
    """Typed: there until the end of the day."""
    await _duty(turn, on=True)


async def off_duty(turn: Turn) -> None:
    """Typed: not there any more."""
    await _duty(turn, on=False)


async def _duty(turn: Turn, *, on: bool) -> None:
    if not turn.has("member", "head"):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    night = dt.datetime.combine(turn.today + dt.timedelta(days=1), dt.time(), turn.now.tzinfo)
    await turn.memory.handover.set_duty(turn.person_id, turn.now, night if on else None)
    waiting = await turn.memory.handover.waiting(turn.scope) if on and turn.scope else []
    more = [turn.choice("handover.waiting_label", "h:q", count=len(waiting))] if waiting else []
    other = turn.choice("handover.off_duty", "h:d:0") if on else turn.choice("handover.on_duty", "h:d:1")
    turn.say("handover.duty", on=on, choices=[*more, other, turn.choice("common.menu", "m:menu")])


async def show_waiting(turn: Turn) -> None:
    """Requests that wait in the person's communes; an officer reads the week's figures too."""
    if turn.scope is None or not turn.has(*HELPERS):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    found = (await turn.memory.handover.waiting(turn.scope))[:SHOWN]
    week = await figures(turn.memory.connection, turn.scope, turn.now) if turn.has("officer") else []
    shown = [(r.hamlet, _since(turn, r), rings.doing(turn, r)) for r in found]
    choices = [turn.choice("handover.take_one", f"h:t:{r.id}", n=n) for n, r in enumerate(found, 1)]
    names = {f.commune: place.name for f in week if (place := turn.knowledge.places.commune(f.commune))}
    turn.say("handover.list", requests=shown, week=week, names=names,
             choices=[*choices, turn.choice("common.menu", "m:menu")])  # fmt: skip


def _since(turn: Turn, request: Request) -> int:
    return max(0, int((turn.now - request.asked_at) / dt.timedelta(minutes=1)))


# --- taken ------------------------------------------------------------------------------------------------------


async def _take(turn: Turn, request_id: int) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    try:
        request = await turn.memory.handover.take(turn.scope, request_id, turn.now, turn.now + talking.IDLE)
    except NotAllowed:
        own = await turn.memory.handover.of(turn.person_id)
        if own is not None and own.id != request_id:
            turn.say("handover.busy", choices=[turn.choice("handover.where", "h:i")])
        elif own is not None:
            talking.where(turn, own)
        else:
            turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    if request is not None and request.taken_at == turn.now and request.rung_at is not None:
        hours = await office.of(turn, request.commune, request.rung_at.astimezone(turn.now.tzinfo).date())
        await turn.memory.handover.waited(request.id, office.open_minutes(turn, hours, request.rung_at))
    if request is None or request.citizen_id is None:
        turn.say("handover.too_late", choices=[turn.choice("common.menu", "m:menu")])
        return
    turn.state.leave()
    asked = [one for one in await turn.memory.handover.asked(request_id) if one != turn.person_id]
    await turn.tell(asked, "handover.told_taken", hamlet=request.hamlet, helper=request.helper)
    turn.pass_on(
        request.id, request.citizen_id, "handover.connected", helper=request.helper, team=_team(turn, request)
    )
    turn.say(
        "handover.taken", hamlet=request.hamlet, doing=rings.doing(turn, request), choices=in_talk(turn, request)
    )


def _team(turn: Turn, request: Request) -> str | None:
    grants = turn.scope.grants if turn.scope else ()
    return next((g.team_name for g in grants if g.commune == request.commune and g.team_name), None)


def in_talk(turn: Turn, request: Request) -> list[Choice]:
    """How a helper ends the talk, or passes it on."""
    return [turn.choice("handover.done", f"h:x:{request.id}", style="main"),
            turn.choice("handover.pass_label", f"h:c:{request.id}")]  # fmt: skip


# --- passed on --------------------------------------------------------------------------------------------------


async def ask_whom(turn: Turn, request: Request) -> None:
    """To whom?"""
    here = f"h:c:{request.id}"
    there = await _others(turn, request, "member", "head", on_duty=True)
    names = await turn.memory.people.names(there)
    people = [Choice(teams.short(names[one]), f"{here}:{one}") for one in there if one in names][:SHOWN]
    rest: list[Choice] = []
    if await _others(turn, request, "member"):
        rest.append(turn.choice("handover.to_members", f"{here}:t"))
    if await _others(turn, request, "officer"):
        rest.append(turn.choice("handover.to_officer", f"{here}:x"))
    choices = [*people, *rest, turn.choice("handover.talk_on", "h:n")]
    turn.say("handover.whom" if people or rest else "handover.nobody_else", choices=choices)


async def _others(turn: Turn, request: Request, *roles: str, on_duty: bool = False) -> list[int]:
    at = turn.now if on_duty else None
    found = await turn.memory.handover.helpers(request.commune, *roles, on_duty_at=at)
    return [one for one in found if one not in (turn.person_id, request.citizen_id)]


async def _pass(turn: Turn, request_id: int, to: list[str]) -> None:
    request = await turn.memory.handover.of(turn.person_id)
    if request is None or request.id != request_id or request.helper_id != turn.person_id:
        turn.say("handover.over", choices=[turn.choice("common.menu", "m:menu")])
        return
    match to:
        case ["t"]:
            people, ring = await _others(turn, request, "member"), rings.MEMBERS
        case ["x"]:
            people, ring = await _others(turn, request, "officer"), rings.OFFICERS
        case [one]:
            there = await _others(turn, request, "member", "head", on_duty=True)
            people, ring = [p for p in there if str(p) == one], rings.ON_DUTY
        case _:
            people = []
    if not people:
        await ask_whom(turn, request)
        return
    due = turn.now + rings.EVERY
    await turn.memory.handover.give_back(turn.person_id, request_id, due, ring=ring)
    talking.over(turn)
    await turn.memory.handover.rung(request_id, people, ring, turn.now, due)
    await rings.ask(turn, request, people, passed=True)
    names = await turn.memory.people.names(people) if len(people) == 1 else {}
    to_name = names.get(people[0])
    if request.citizen_id is not None:
        turn.pass_on(request_id, request.citizen_id, "handover.told_passed", helper=request.helper, to=to_name,
                     count=len(people), officer=ring == rings.OFFICERS)  # fmt: skip
    turn.say("handover.passed_away", to=to_name, count=len(people), choices=[turn.choice("common.menu", "m:menu")])


# --- ended ------------------------------------------------------------------------------------------------------


def ask_result(turn: Turn, request: Request) -> None:
    """How did it go?"""
    choices = [*rings.results(turn, f"h:x:{request.id}"), turn.choice("handover.talk_on", "h:n")]
    turn.say("handover.ask_result", choices=choices)


async def _end(turn: Turn, request_id: int, result: list[str]) -> None:
    request = await turn.memory.handover.of(turn.person_id)
    if request is None or request.id != request_id or request.helper_id != turn.person_id:
        turn.say("handover.over", choices=[turn.choice("common.menu", "m:menu")])
        return
    if len(result) != 1 or result[0] not in turn.knowledge.terms.codes("result"):
        ask_result(turn, request)
        return
    if not await turn.memory.handover.close(request_id, turn.now, by=turn.person_id, result=result[0]):
        turn.say("handover.over", choices=[turn.choice("common.menu", "m:menu")])
        return
    talking.over(turn)
    if request.citizen_id is not None:
        stars = rings.stars(turn, request_id)
        await turn.tell([request.citizen_id], "handover.told_done", helper=request.helper, choices=stars)
    await _log(turn, request_id, result[0])


async def _log(turn: Turn, request_id: int, result: str) -> None:
    """The draft of what was done, once; the talk is told as help from afar."""
    known = result in turn.knowledge.terms.codes("result")
    request = await turn.memory.handover.log(turn.person_id, request_id, result) if known else None
    if request is None:
        turn.say("handover.logged", choices=[turn.choice("common.menu", "m:menu")])
        return
    turn.say("handover.closed")
    guide = turn.knowledge.library.get(request.guide) if request.guide else None
    content = guide.assistance if guide is not None and guide.assistance else "khac"
    minutes = None
    if request.taken_at is not None:
        spent = round((turn.now - request.taken_at) / dt.timedelta(minutes=1))
        minutes = spent if 1 <= spent <= MOST_MINUTES else None
    if not await assisting.draft_from_talk(turn, content, result, minutes, request.hamlet_id):
        await menu.show(turn)
