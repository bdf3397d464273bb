"""The desk of whoever answers for people: an officer for the teams of his commune, a head for his own."""

from collections.abc import Awaitable, Callable, Mapping

from handlers import activity, for_others, hamlets, joining, lists, menu, sessions, targets, teams
from handlers.turn import Choice, Turn
from storage.trail import trail

SHOWN = 15
"""Steps of the trail shown at once."""

Press = Callable[[Turn, list[str]], Awaitable[None]]
ROOMS: Mapping[str, Press] = {
    "t": teams.press, "m": teams.member_press, "h": hamlets.press, "x": joining.press, "c": targets.press,
    "k": activity.press, "b": sessions.press, "g": for_others.press, "l": lists.press,
}  # fmt: skip
TYPED: Mapping[str, Callable[[Turn], Awaitable[bool]]] = {
    "teams": teams.typed, "hamlets": hamlets.typed, "joining": joining.typed, "targets": targets.typed,
    "activity": activity.typed, "sessions": sessions.typed,
}  # fmt: skip


async def press(turn: Turn, args: list[str]) -> None:
    """t the desk, t:a the trail, t:<room>:... as the rooms say."""
    match args:
        case ["a"]:
            await _trail(turn)
        case [room, *rest] if room in ROOMS:
            await ROOMS[room](turn, rest)
        case _:
            await show(turn)


async def typed(turn: Turn) -> bool:
    """What was typed in the room the chat stands in: the flow is people.<room>.<question>."""
    room = (turn.state.flow or "").removeprefix("people.").partition(".")[0]
    return await TYPED[room](turn) if room in TYPED else False


async def back(turn: Turn) -> None:
    """From any question to the desk; from there to the menu."""
    turn.state.leave()
    await show(turn)


async def show(turn: Turn) -> None:
    """How many teams, people and requests there are, and what can be done with them."""
    turn.state.leave()
    scope, commune = turn.scope, teams.commune_of(turn)
    if scope is None or (commune is None and not scope.has("head", "province_officer")):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    if commune is None:
        await (_of_head(turn) if scope.has("head") else targets.press(turn, []))
        return
    found = await turn.memory.teams.all(scope, commune)
    requests = len(await turn.memory.joining.waiting(scope))
    choices = [
        turn.choice("teams.list", "t:t", style="main"),
        turn.choice("teams.requests", "t:x", count=requests),
        turn.choice("menu.invite", "v:moi"),
        turn.choice("lists.open", "t:l"),
        turn.choice("teams.hamlets", "t:h"),
        turn.choice("teams.targets", "t:c"),
        turn.choice("teams.plans", "t:k"),
        turn.choice("teams.for_others", "t:g"),
        turn.choice("teams.trail", "t:a"),
        turn.choice("common.menu", "m:menu"),
    ]
    place = turn.knowledge.places.commune(commune)
    turn.say("teams.desk", place=place.name if place else commune, teams=len(found),
             members=sum(t.members for t in found), requests=requests, choices=choices)  # fmt: skip


async def open_sessions(turn: Turn) -> None:
    """The group sessions that are open."""
    await sessions.press(turn, [])


async def take_list(turn: Turn) -> None:
    """Asks an officer for the list of a decision."""
    await lists.press(turn, [])


async def _of_head(turn: Turn) -> None:
    """A head has a desk for each team he leads."""
    assert turn.scope is not None  # noqa: S101  (a head has a scope)
    requests = await turn.memory.joining.waiting(turn.scope)
    for grant in turn.scope.grants:
        if grant.role != "head" or grant.team_id is None:
            continue
        members = await turn.memory.teams.members(turn.scope, grant.team_id)
        mine = sum(r.team_id == grant.team_id for r in requests)
        choices = [
            turn.choice("teams.people", f"t:t:{grant.team_id}", style="main"),
            turn.choice("teams.requests", "t:x", count=mine),
            turn.choice("teams.propose", f"t:x:d:{grant.team_id}"),
            turn.choice("teams.for_others", "t:g"),
            turn.choice("teams.plans", "t:k"),
            turn.choice("teams.trail", "t:a"),
            turn.choice("common.menu", "m:menu"),
        ]
        turn.say("teams.desk_team", name=grant.team_name, members=len(members), requests=mine, choices=choices)


async def _trail(turn: Turn) -> None:
    """The latest changes the person may know of."""
    if turn.scope is None:
        await menu.show(turn)
        return
    steps = await trail(turn.memory.connection, turn.scope, most=SHOWN)
    shown = [(f"{step.at.astimezone(turn.now.tzinfo):%H:%M %d/%m}", step.action, step.actor) for step in steps]
    choices: list[Choice] = [turn.choice("teams.to_desk", "t"), turn.choice("common.menu", "m:menu")]
    turn.say("teams.steps", steps=shown, choices=choices)
