"""Roles: taking one up with an invitation code, and the officer's invitations."""

import re

from handlers import menu
from handlers.turn import Choice, Turn
from storage.people import CODE_DAYS, CODE_LENGTH, CODE_LETTERS
from storage.scope import Grant

CODE = re.compile(f"[{CODE_LETTERS}]{{{CODE_LENGTH}}}")
MAY_INVITE = {"officer": ("member", "head"), "province_officer": ("officer",)}
"""Who makes whom; officers of a province are made by the operator on the command line."""


async def ask_code(turn: Turn) -> None:
    """Asks for the code on the slip."""
    turn.state.enter("roles.code")
    turn.say("roles.ask_code")


async def typed(turn: Turn) -> bool:
    """The code, while we ask for it."""
    return await try_code(turn, turn.message.text, asked=True)


async def try_code(turn: Turn, text: str, *, asked: bool = False) -> bool:
    """Takes a text for an invitation code when it can only be one: mixed letters and digits, or as printed."""
    code = re.sub(r"[\s.-]", "", text).upper()
    as_printed = bool(CODE.fullmatch(text.strip()))
    mixed = any(c.isdigit() for c in code) and sum(c.isalpha() for c in code) > 1
    looks = bool(CODE.fullmatch(code)) and (asked or as_printed or mixed)
    if not looks or turn.chat is None:
        return False
    if turn.chat.locked_until is not None and turn.chat.locked_until > turn.now:
        turn.say("roles.locked")
        return True
    found = await turn.memory.people.redeem(code, turn.person_id, turn.now)
    if found is None:
        turn.say("roles.wrong_code", choices=[turn.choice("common.menu", "m:menu")])
        return True
    turn.state.leave()
    if found.again:
        turn.say("roles.already_yours")
        await menu.show(turn)
        return True
    turn.scope = await turn.memory.people.scope(turn.person_id)
    turn.chat.commune, turn.chat.name = found.commune or turn.chat.commune, found.name or turn.chat.name
    team = next((g.team_name for g in turn.scope.grants if g.team_id == found.team_id and found.team_id), None)
    commune = turn.knowledge.places.commune(found.commune) if found.commune else None
    turn.say("roles.welcome", role=turn.knowledge.terms.label("role", found.role), team=team, commune=commune)
    await menu.show(turn)
    return True


async def press(turn: Turn, args: list[str]) -> None:
    """v:moi whom to invite, v:moi:<role> which team, v:moi:<role>:<team> the code."""
    match args:
        case ["moi"]:
            _whom(turn)
        case ["moi", role]:
            await _which_team(turn, role)
        case ["moi", role, team] if team.isdecimal():
            await _invite(turn, role, int(team))
        case _:
            await menu.show(turn)


def _whom(turn: Turn) -> None:
    invitable = [r for g in (turn.scope.grants if turn.scope else ()) for r in MAY_INVITE.get(g.role, ())]
    label = turn.knowledge.terms.label
    choices = [Choice(label("role", r), f"v:moi:{r}") for r in dict.fromkeys(invitable) if r in ("member", "head")]
    if not choices:
        turn.say("common.not_allowed")
        return
    turn.say("roles.whom", choices=[*choices, turn.choice("common.menu", "m:menu")])


async def _which_team(turn: Turn, role: str) -> None:
    communes = turn.scope.communes("officer") if turn.scope else ()
    teams = [t for c in communes for t in await turn.memory.people.teams(c)]
    if role not in MAY_INVITE["officer"] or not teams:
        turn.say("common.not_allowed")
        return
    turn.say("roles.which_team", choices=[Choice(name, f"v:moi:{role}:{i}") for i, name in teams])


async def _invite(turn: Turn, role: str, team_id: int) -> None:
    commune = await turn.memory.people.team_commune(team_id)
    allowed = turn.scope is not None and commune in turn.scope.communes("officer")
    if not allowed or role not in MAY_INVITE["officer"]:
        turn.say("common.not_allowed")
        return
    grant = Grant(role, commune=commune, team_id=team_id)
    code = await turn.memory.people.invite(grant, turn.now, by=turn.person_id)
    turn.say("roles.code_made", code=code, days=CODE_DAYS, role=turn.knowledge.terms.label("role", role),
             choices=[turn.choice("menu.invite", "v:moi"), turn.choice("common.menu", "m:menu")])  # fmt: skip
