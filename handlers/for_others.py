"""Whom a head or an officer logs help for: a member of a team, or the team as a whole."""

from handlers import assisting, teams
from handlers.turn import Choice, Turn
from storage.scope import NotAllowed


async def press(turn: Turn, args: list[str]) -> None:
    """t:g which team, t:g:<team> whom, t:g:<team>:<person or 0> the entry begins."""
    turn.state.leave()
    led = await _led(turn)
    match args:
        case [team, person] if commune := led.get(teams.number(team), ("", ""))[1]:
            await _begin(turn, teams.number(team), commune, teams.number(person))
        case [team] if teams.number(team) in led:
            await _whom(turn, teams.number(team), led[teams.number(team)][0])
        case _ if len(led) == 1:
            team_id, (name, _) = next(iter(led.items()))
            await _whom(turn, team_id, name)
        case _ if led:
            labels = [Choice(teams.short(name), f"t:g:{team}") for team, (name, _) in led.items()]
            turn.say("teams.for_which", choices=teams.ways_back(turn, *labels))
        case _:
            turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])


async def _led(turn: Turn) -> dict[int, tuple[str, str]]:
    """The teams the person may log for others in: name and commune by id."""
    if turn.scope is None:
        return {}
    found = {
        t.id: (t.name, c) for c in turn.scope.communes("officer") for t in await turn.memory.teams.all(turn.scope, c)
    }
    own = {
        g.team_id: (g.team_name or "", g.commune)
        for g in turn.scope.grants if g.role == "head" and g.team_id is not None and g.commune
    }  # fmt: skip
    return {**own, **found}


async def _whom(turn: Turn, team_id: int, name: str) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    members = await turn.memory.teams.members(turn.scope, team_id)
    nameless = turn.words("teams.nameless")
    labels = [
        Choice(teams.short(m.name or nameless), f"t:g:{team_id}:{m.person_id}")
        for m in members if m.person_id != turn.person_id
    ]  # fmt: skip
    if turn.has("officer"):
        labels.append(turn.choice("teams.whole_team", f"t:g:{team_id}:0"))
    turn.say("teams.for_whom", team=name, choices=teams.ways_back(turn, *labels))


async def _begin(turn: Turn, team_id: int, commune: str, person_id: int) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    try:
        members = {m.person_id for m in await turn.memory.teams.members(turn.scope, team_id)}
    except NotAllowed:
        members = set()
    if person_id in members or (person_id == 0 and commune in turn.scope.communes("officer")):
        await assisting.begin_for(turn, team_id, commune, person_id or None)
    else:
        turn.say("teams.gone", choices=teams.ways_back(turn))
