"""Roles: taking one up with an invitation code, and the officer's invitations."""

import re

from content.folding import fold
from handlers import menu, sessions
from handlers.turn import Choice, Turn
from storage.invitations import CODE_DAYS, CODE_LENGTH, CODE_LETTERS, GIVERS
from storage.scope import Grant

CODE = re.compile(f"[{CODE_LETTERS}]{{{CODE_LENGTH}}}")
MAY_INVITE = {giver: tuple(r for r, by in GIVERS.items() if by == giver) for giver in dict.fromkeys(GIVERS.values())}
"""Who makes whom."""
MOST_PLACES = 8


async def ask_code(turn: Turn) -> None:
    """Asks for the code on the slip."""
    turn.state.enter("roles.code")
    turn.say("roles.ask_code", choices=[turn.choice("joining.ask", "t:x:j"), turn.choice("common.menu", "m:menu")])


async def typed(turn: Turn) -> bool:
    """The code, while we ask for it, or the place somebody is to be an officer of."""
    if turn.state.flow == "roles.place":
        return _which_place(turn, turn.message.text)
    return await try_code(turn, turn.message.text, asked=True)


def code_in(text: str, *, asked: bool = False) -> str | None:
    """The invitation code a text can only be: mixed letters and digits, or as printed. Whether it opens anything is
    not looked up: of a stranger that would tell which codes there are.
    """
    code = re.sub(r"[\s.-]", "", text).upper()
    as_printed = bool(CODE.fullmatch(text.strip()))
    mixed = any(c.isdigit() for c in code) and sum(c.isalpha() for c in code) > 1
    return code if CODE.fullmatch(code) and (asked or as_printed or mixed) else None


async def try_code(turn: Turn, text: str, *, asked: bool = False) -> bool:
    """Takes a text for an invitation code when it can only be one."""
    code = code_in(text, asked=asked)
    if code is None or turn.chat is None:
        return False
    if locked(turn):
        turn.say("roles.locked")
        return True
    if await sessions.try_code(turn, code):
        return True
    found = await turn.memory.invitations.redeem(code, turn.person_id, turn.now)
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
    turn.say("roles.welcome", role=turn.knowledge.terms.label("role", found.role), team=team, commune=commune,
             named=found.name is not None)  # fmt: skip
    await menu.show(turn)
    return True


def locked(turn: Turn) -> bool:
    """Whether the person typed too many wrong codes, and has to wait."""
    return turn.chat is not None and turn.chat.locked_until is not None and turn.chat.locked_until > turn.now


async def press(turn: Turn, args: list[str]) -> None:
    """v:moi whom to invite, v:moi:<role> which team or place, v:moi:<role>:<team or code of the place> the code."""
    match args:
        case ["moi"]:
            _whom(turn)
        case ["moi", ("officer" | "province_officer") as role]:
            _ask_place(turn, role)
        case ["moi", ("officer" | "province_officer") as role, code]:
            await _invite_officer(turn, role, code)
        case ["moi", role]:
            await _which_team(turn, role)
        case ["moi", role, team] if team.isdecimal():
            await _invite(turn, role, int(team))
        case _:
            await menu.show(turn)


def _whom(turn: Turn) -> None:
    invitable = [r for g in (turn.scope.grants if turn.scope else ()) for r in MAY_INVITE.get(g.role, ())]
    label = turn.knowledge.terms.label
    choices = [Choice(label("role", r), f"v:moi:{r}") for r in dict.fromkeys(invitable)]
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
    code = await turn.memory.invitations.make(grant, turn.now, scope=turn.duty)
    turn.say("roles.code_made", code=code, days=CODE_DAYS, role=turn.knowledge.terms.label("role", role),
             choices=[turn.choice("menu.invite", "v:moi"), turn.choice("common.menu", "m:menu")])  # fmt: skip


# --- officers -----------------------------------------------------------------------------------------------


def _may_make(turn: Turn, role: str) -> bool:
    return turn.scope is not None and any(role in MAY_INVITE.get(g.role, ()) for g in turn.scope.grants)


def _ask_place(turn: Turn, role: str) -> None:
    """Of which commune, or of which province?"""
    if not _may_make(turn, role):
        turn.say("common.not_allowed")
        return
    turn.state.enter("roles.place", role=role)
    turn.say("roles.ask_place", role_code=role, choices=[turn.choice("common.menu", "m:menu")])


def _which_place(turn: Turn, text: str) -> bool:
    """The communes of one's province, or the provinces, that the typed name can mean."""
    role, places = str(turn.state.data.get("role")), turn.knowledge.places
    if not _may_make(turn, role) or turn.scope is None:
        return False
    if role == "officer":
        communes = {c.commune.code: c.commune for c in places.search(text)}
        mine = turn.scope.provinces()
        found = {code: c.name for code, c in communes.items() if c.province.code in mine}
    else:
        found = {p.code: p.name for p in places.provinces() if fold(text) in (p.code, *_names(p.name))}
    labels = [Choice(name, f"v:moi:{role}:{code}") for code, name in list(found.items())[:MOST_PLACES]]
    choices = [*labels, turn.choice("common.menu", "m:menu")]
    turn.say("roles.which_place" if labels else "roles.no_such_place", choices=choices)
    return True


def _names(name: str) -> tuple[str, str]:
    """A province with and without the word for what it is."""
    whole = fold(name)
    return whole, whole.removeprefix("tinh ").removeprefix("thanh pho ")


async def _invite_officer(turn: Turn, role: str, code: str) -> None:
    """A code for an officer of a commune of one's province, or of a province."""
    turn.state.leave()
    places = turn.knowledge.places
    commune = places.commune(code) if role == "officer" else None
    province = places.province(code) if role == "province_officer" else None
    mine = turn.scope.provinces() if turn.scope else ()
    if not _may_make(turn, role) or (commune.province.code not in mine if commune else province is None):
        turn.say("common.not_allowed")
        return
    grant = Grant(role, commune=commune.code if commune else None, province=province.code if province else None)
    made = await turn.memory.invitations.make(grant, turn.now, scope=turn.duty)
    turn.say("roles.code_made", code=made, days=CODE_DAYS, role=turn.knowledge.terms.label("role", role),
             choices=[turn.choice("common.menu", "m:menu")])  # fmt: skip
