"""Joining a team without a slip: somebody asks or is proposed by a head, and is answered with one press."""

from content.folding import clean
from handlers import home, teams
from handlers.turn import Choice, Turn
from storage.invitations import CODE_DAYS
from storage.joining import Decided, Request, TooMany
from storage.scope import NotAllowed

SHOWN = 8
NAME = range(2, 61)
"""Letters of a name."""


async def ask(turn: Turn) -> None:
    """A person wants to join: which team of his commune?"""
    await _which(turn, 0)


async def press(turn: Turn, args: list[str]) -> None:
    """t:x what waits, t:x:<request>:<1|0> decided, t:x:j[:p:<page>] which team, t:x:j:<team> whose name, t:x:d:<team>
    whom to propose.
    """
    turn.state.leave()
    match args:
        case ["j"]:
            await _which(turn, 0)
        case ["j", "p", page]:
            await _which(turn, teams.number(page))
        case ["j", team]:
            await _ask_name(turn, teams.number(team))
        case ["d", team]:
            await _ask_propose(turn, teams.number(team))
        case [request, "1" | "0" as answer]:
            await _decide(turn, teams.number(request), approve=answer == "1")
        case _:
            await _waiting(turn)


# --- asked --------------------------------------------------------------------------------------------------


async def _which(turn: Turn, page: int) -> None:
    commune = turn.chat.commune if turn.chat else None
    if commune is None:
        turn.say("joining.no_commune", staff=turn.staff)
        home.ask(turn)
        return
    mine = turn.scope.teams("member", "head") if turn.scope else ()
    found = [(i, name) for i, name in await turn.memory.people.teams(commune) if i not in mine]
    labels = [Choice(teams.short(name), f"t:x:j:{i}") for i, name in found]
    choices = [*teams.page_of(turn, labels, page, "t:x:j:p"), turn.choice("common.menu", "m:menu")]
    if found:
        turn.say("joining.which", staff=turn.staff, choices=choices)
    else:
        turn.say("joining.no_teams", choices=choices)


async def _ask_name(turn: Turn, team_id: int) -> None:
    commune = turn.chat.commune if turn.chat else None
    name = dict(await turn.memory.people.teams(commune or "")).get(team_id)
    if name is None:
        await _which(turn, 0)
        return
    turn.state.enter("people.joining.name", team=team_id)
    turn.say("joining.ask_name", team=name, staff=turn.staff, choices=[turn.choice("common.menu", "m:menu")])


async def _ask_propose(turn: Turn, team_id: int) -> None:
    grants = turn.scope.grants if turn.scope else ()
    name = next((g.team_name for g in grants if g.team_id == team_id and g.role == "head"), None)
    if name is None:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    turn.state.enter("people.joining.propose", team=team_id)
    turn.say("joining.ask_propose", team=name, choices=teams.ways_back(turn))


async def typed(turn: Turn) -> bool:
    """The name of whoever wants to join, or of whom a head proposes."""
    question, team_id = (turn.state.flow or "").rpartition(".")[2], turn.state.data.get("team")
    if question not in ("name", "propose") or not isinstance(team_id, int):
        return False
    name = clean(turn.message.text)
    if len(name) not in NAME or not name.replace(" ", "").replace("'", "").replace("-", "").isalpha():
        turn.say("joining.bad_name")
        return True
    try:
        await (_asked(turn, team_id, name) if question == "name" else _proposed(turn, team_id, name))
    except NotAllowed:
        turn.state.leave()
        turn.say("joining.is_in", team=None, choices=[turn.choice("common.menu", "m:menu")])
    except TooMany:
        turn.state.leave()
        turn.say("joining.too_many", choices=[turn.choice("common.menu", "m:menu")])
    return True


async def _asked(turn: Turn, team_id: int, name: str) -> None:
    request = await turn.memory.joining.ask(turn.person_id, team_id, name, turn.now)
    turn.state.leave()
    heads, officers = await turn.memory.teams.heads(team_id), await turn.memory.teams.officers(request.commune)
    concerned = {*heads, *officers} - {turn.person_id}
    await turn.tell(concerned, "joining.told_asked", name=name, team=request.team, choices=_answers(turn, request))
    turn.say("joining.asked", team=request.team, choices=[turn.choice("common.menu", "m:menu")])


async def _proposed(turn: Turn, team_id: int, name: str) -> None:
    if turn.scope is None:
        raise NotAllowed
    request = await turn.memory.joining.propose(turn.scope, team_id, name, turn.now)
    turn.state.leave()
    officers = set(await turn.memory.teams.officers(request.commune)) - {turn.person_id}
    by = turn.chat.name if turn.chat else None
    await turn.tell(officers, "joining.told_proposed", name=name, team=request.team, by=by,
                    choices=_answers(turn, request))  # fmt: skip
    turn.say("joining.proposed", name=name, choices=teams.ways_back(turn))


def _answers(turn: Turn, request: Request) -> list[Choice]:
    return [turn.choice("joining.approve", f"t:x:{request.id}:1", style="main"),
            turn.choice("joining.refuse", f"t:x:{request.id}:0")]  # fmt: skip


# --- answered -----------------------------------------------------------------------------------------------


async def _waiting(turn: Turn) -> None:
    found = await turn.memory.joining.waiting(turn.scope) if turn.scope else []
    choices: list[Choice] = []
    for request in found[:SHOWN]:
        name = teams.short(request.name)[:30]
        choices += [turn.choice("joining.approve_label", f"t:x:{request.id}:1", who=name),
                    turn.choice("joining.refuse_label", f"t:x:{request.id}:0", who=name)]  # fmt: skip
    turn.say("joining.waiting", requests=found[:SHOWN], choices=teams.ways_back(turn, *choices))


async def _decide(turn: Turn, request_id: int, *, approve: bool) -> None:
    decided = await turn.memory.joining.decide(turn.scope, request_id, approve, turn.now) if turn.scope else None
    if decided is None:
        turn.say("joining.over")
        await _waiting(turn)
        return
    await (_approved(turn, decided) if approve else _refused(turn, decided))
    await _waiting(turn)


async def _approved(turn: Turn, decided: Decided) -> None:
    request = decided.request
    if decided.code is None:
        turn.say("joining.approved", name=request.name, team=request.team)
        await turn.tell([request.person_id or 0], "joining.told_approved", team=request.team)
        return
    name, team, code = request.name, request.team, decided.code
    turn.say("joining.invited", name=name, team=team, code=code, days=CODE_DAYS)
    if request.proposed_by is not None:
        await turn.tell([request.proposed_by], "joining.invited", name=name, team=team, code=code, days=CODE_DAYS)


async def _refused(turn: Turn, decided: Decided) -> None:
    request = decided.request
    turn.say("joining.refused", name=request.name, team=request.team)
    if request.person_id is not None:
        await turn.tell([request.person_id], "joining.told_refused", team=request.team)
    elif request.proposed_by is not None:
        await turn.tell([request.proposed_by], "joining.told_proposal_refused", name=request.name, team=request.team)
