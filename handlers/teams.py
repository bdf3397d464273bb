"""Teams and their people: listed, founded, renamed, merged; somebody moved, made head, or let go."""

from typing import Any

from content.folding import clean
from handlers import menu
from handlers.turn import Choice, Turn
from storage.scope import NotAllowed
from storage.teams import LONGEST, Member, Team

PAGE = 8
LONGEST_ID = 15
"""Digits; more do not fit a column, and no button of ours carries them."""
LONGEST_LABEL = 48


def commune_of(turn: Turn) -> str | None:
    """The commune the person is an officer of; of several, the one he chose as his."""
    communes = turn.scope.communes("officer") if turn.scope else ()
    own = turn.chat.commune if turn.chat else None
    return own if own in communes else next(iter(communes), None)


def number(text: str) -> int:
    """The id in a button; 0, which is nobody's, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_ID else 0


def ways_back(turn: Turn, *first: Choice) -> list[Choice]:
    """After what can be done here: the desk and the menu."""
    return [*first, turn.choice("teams.to_desk", "t"), turn.choice("common.menu", "m:menu")]


def page_of(turn: Turn, choices: list[Choice], page: int, prefix: str) -> list[Choice]:
    """Some of many choices, and the way to the next."""
    shown = choices[page * PAGE : (page + 1) * PAGE]
    more = [turn.choice("teams.further", f"{prefix}:{page + 1}")] if len(choices) > (page + 1) * PAGE else []
    return [*shown, *more]


def short(name: str) -> str:
    """A name that fits a button, cut at a word."""
    words = name.split()
    while len(" ".join(words)) > LONGEST_LABEL and len(words) > 1:
        words.pop(len(words) // 2)
    return " ".join(words)


async def _gone(turn: Turn) -> None:
    turn.state.leave()
    turn.say("teams.gone", choices=ways_back(turn))


# --- teams --------------------------------------------------------------------------------------------------


async def press(turn: Turn, args: list[str]) -> None:
    """t:t[:p:<page>] the list, t:t:<team> a team, t:t:<team>:<what> renamed, merged, its people; t:t:m a new one."""
    if turn.scope is None:
        await menu.show(turn)
        return
    turn.state.leave()
    try:
        match args:
            case [] | ["p", _]:
                await _list(turn, number(args[1]) if args else 0)
            case ["m"] if commune_of(turn):
                turn.state.enter("people.teams.found")
                turn.say("teams.ask_found", choices=ways_back(turn))
            case [team, *what]:
                await _team_press(turn, number(team), what)
    except NotAllowed:
        await _gone(turn)


async def _list(turn: Turn, page: int) -> None:
    commune = commune_of(turn)
    if commune is None or turn.scope is None:
        raise NotAllowed
    found = await turn.memory.teams.all(turn.scope, commune)
    labels = [turn.choice("teams.team_label", f"t:t:{t.id}", team=short(t.name), members=t.members) for t in found]
    choices = [*page_of(turn, labels, page, "t:t:p"), turn.choice("teams.found", "t:t:m")]
    turn.say("teams.which" if found else "teams.no_teams", choices=ways_back(turn, *choices))


async def _team_press(turn: Turn, team_id: int, what: list[str]) -> None:
    """t:t:<team>, :s its people, :d rename, :o[:<hamlet>] its hamlet, :g merge, :g:<other> sure?, :g:<other>:that."""
    match what:
        case ["s"]:
            await _which_member(turn, team_id)
        case ["d"]:
            team = await _own(turn, team_id)
            turn.state.enter("people.teams.rename", team=team_id)
            turn.say("teams.ask_name", kind="team", name=team.name, choices=ways_back(turn))
        case ["g"]:
            await _which_into(turn, await _own(turn, team_id), 0)
        case ["g", "p", page]:
            await _which_into(turn, await _own(turn, team_id), number(page))
        case ["g", other]:
            await _ask_merge(turn, await _own(turn, team_id), await _own(turn, number(other)))
        case ["o"]:
            await _which_hamlet(turn, await _own(turn, team_id))
        case ["o", hamlet]:
            assert turn.scope is not None  # noqa: S101  (looked at in press)
            await turn.memory.teams.settle(turn.scope, team_id, number(hamlet), turn.now)
            await _show(turn, team_id)
        case ["g", other, "that"]:
            await _merge(turn, await _own(turn, team_id), await _own(turn, number(other)))
        case _:
            await _show(turn, team_id)


async def _which_hamlet(turn: Turn, team: Team) -> None:
    found = await turn.memory.teams.hamlets(str(commune_of(turn)))
    labels = [Choice(short(h.name), f"t:t:{team.id}:o:{h.id}") for h in found]
    turn.say("teams.which_hamlet" if found else "teams.no_hamlets", choices=ways_back(turn, *labels))


async def _own(turn: Turn, team_id: int) -> Team:
    """A team of the officer's commune. Raises NotAllowed."""
    commune = commune_of(turn)
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    found = await turn.memory.teams.all(turn.scope, commune) if commune else []
    team = next((t for t in found if t.id == team_id), None)
    if team is None:
        raise NotAllowed
    return team


async def _show(turn: Turn, team_id: int) -> None:
    """Who is in the team; an officer can change it."""
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    members = await turn.memory.teams.members(turn.scope, team_id)
    awaited = await turn.memory.teams.awaited(turn.scope, team_id)
    name, hamlet, choices = await _title(turn, team_id)
    nameless = turn.words("teams.nameless")
    turn.say(
        "teams.team", name=name, hamlet=hamlet, awaited=awaited,
        heads=[m.name or nameless for m in members if m.role == "head"],
        members=[m.name or nameless for m in members if m.role != "head"], choices=ways_back(turn, *choices),
    )  # fmt: skip


async def _title(turn: Turn, team_id: int) -> tuple[str, str | None, list[Choice]]:
    """The team's name and hamlet, and what its officer can do with it."""
    try:
        team = await _own(turn, team_id)
    except NotAllowed:  # its head
        grants = turn.scope.grants if turn.scope else ()
        return next((g.team_name or "" for g in grants if g.team_id == team_id), ""), None, []
    here = f"t:t:{team_id}"
    return team.name, team.hamlet, [
        turn.choice("teams.manage", f"{here}:s"), turn.choice("menu.invite", "v:moi"),
        turn.choice("teams.settle", f"{here}:o"), turn.choice("teams.rename", f"{here}:d"),
        turn.choice("teams.merge", f"{here}:g"),
        turn.choice("teams.back", "t:t"),
    ]  # fmt: skip


async def _which_into(turn: Turn, team: Team, page: int) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    others = [t for t in await turn.memory.teams.all(turn.scope, str(commune_of(turn))) if t.id != team.id]
    if not others:
        turn.say("teams.alone", choices=ways_back(turn))
        return
    labels = [Choice(short(t.name), f"t:t:{team.id}:g:{t.id}") for t in others]
    turn.say("teams.which_into", name=team.name,
             choices=ways_back(turn, *page_of(turn, labels, page, f"t:t:{team.id}:g:p")))  # fmt: skip


async def _ask_merge(turn: Turn, old: Team, new: Team) -> None:
    sure = turn.choice("teams.sure_merge", f"t:t:{old.id}:g:{new.id}:that", style="danger")
    turn.say("teams.ask_merge", kind="team", old=old.name, new=new.name,
             choices=[sure, turn.choice("teams.not_merge", f"t:t:{old.id}")])  # fmt: skip


async def _merge(turn: Turn, old: Team, new: Team) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    moved = [m.person_id for m in await turn.memory.teams.members(turn.scope, old.id)]
    await turn.memory.teams.merge(turn.scope, "team", old.id, new.id, turn.now)
    await turn.tell([p for p in moved if p != turn.person_id], "teams.told_moved", team=new.name)
    turn.say("teams.merged", old=old.name, new=new.name)
    await _show(turn, new.id)


# --- typed --------------------------------------------------------------------------------------------------


async def typed(turn: Turn) -> bool:
    """The name of a new team, or another name of one."""
    name, question = clean(turn.message.text), (turn.state.flow or "").rpartition(".")[2]
    commune = commune_of(turn)
    if commune is None or turn.scope is None or question not in ("found", "rename"):
        return False
    if not any(c.isalpha() for c in name) or len(name) > LONGEST["team"]:
        turn.say("teams.bad_name")
        return True
    try:
        await (_found(turn, commune, name) if question == "found" else _rename(turn, name))
    except NotAllowed:
        await _gone(turn)
    except ValueError:
        turn.say("teams.bad_name")
    return True


async def _found(turn: Turn, commune: str, name: str) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in typed)
    team_id = await turn.memory.teams.found(turn.scope, commune, name, turn.now)
    turn.state.leave()
    turn.say("teams.founded", name=name)
    await _show(turn, team_id)


async def _rename(turn: Turn, name: str) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in typed)
    team = await _own(turn, int(turn.state.data["team"]))
    await turn.memory.teams.rename(turn.scope, "team", team.id, name, turn.now)
    turn.state.leave()
    turn.say("teams.renamed", old=team.name, new=name)
    await _show(turn, team.id)


# --- people -------------------------------------------------------------------------------------------------


async def _which_member(turn: Turn, team_id: int) -> None:
    await _own(turn, team_id)
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    members = await turn.memory.teams.members(turn.scope, team_id)
    nameless = turn.words("teams.nameless")
    labels = [Choice(short(m.name or nameless), f"t:m:{team_id}:{m.person_id}") for m in members]
    turn.say("teams.which_member", choices=ways_back(turn, *labels, turn.choice("teams.back", f"t:t:{team_id}")))


async def member_press(turn: Turn, args: list[str]) -> None:
    """t:m:<team>:<person> somebody of a team, :<what> done with him: t head, v member, c[:<team>] moved, r[:that] let
    go; t:m:<team>:roi[:that] oneself.
    """
    if turn.scope is None or not args:
        await menu.show(turn)
        return
    turn.state.leave()
    try:
        match args[1:]:
            case ["roi", *sure]:
                await _leave(turn, number(args[0]), sure=sure == ["that"])
            case [person, *what]:
                await _member(turn, await _own(turn, number(args[0])), number(person), what)
            case _:
                await _gone(turn)
    except NotAllowed:
        await _gone(turn)


async def _member(turn: Turn, team: Team, person_id: int, what: list[str]) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    members = await turn.memory.teams.members(turn.scope, team.id)
    member = next((m for m in members if m.person_id == person_id), None)
    if member is None:
        raise NotAllowed
    match what:
        case ["t"] | ["v"]:
            await _make(turn, team, member, "head" if what == ["t"] else "member")
        case ["c"]:
            await _which_new(turn, team, member)
        case ["c", other]:
            await _move(turn, team, member, await _own(turn, number(other)))
        case ["r"]:
            here = f"t:m:{team.id}:{person_id}"
            sure = turn.choice("teams.sure_end", f"{here}:r:that", style="danger")
            turn.say("teams.ask_end", name=member.name, team=team.name,
                     choices=[sure, turn.choice("teams.keep", here)])  # fmt: skip
        case ["r", "that"]:
            await _end(turn, team, member)
        case _:
            _card(turn, team, member)


def _card(turn: Turn, team: Team, member: Member) -> None:
    here = f"t:m:{team.id}:{member.person_id}"
    other = ("teams.make_member", "v") if member.role == "head" else ("teams.make_head", "t")
    choices = [
        turn.choice(other[0], f"{here}:{other[1]}"), turn.choice("teams.move", f"{here}:c"),
        turn.choice("teams.end", f"{here}:r", style="danger"), turn.choice("teams.back", f"t:t:{team.id}:s"),
    ]  # fmt: skip
    since = member.since.astimezone(turn.now.tzinfo).date()
    turn.say("teams.member", name=member.name, role=turn.knowledge.terms.label("role", member.role), team=team.name,
             since=since, choices=ways_back(turn, *choices))  # fmt: skip


async def _make(turn: Turn, team: Team, member: Member, role: str) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    await turn.memory.teams.make(turn.scope, member.person_id, team.id, role, turn.now)
    label = turn.knowledge.terms.label("role", role)
    await _tell(turn, member, "teams.told_made", role=label, team=team.name)
    turn.say("teams.made", name=member.name, role=label)
    await _show(turn, team.id)


async def _which_new(turn: Turn, team: Team, member: Member) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    others = [t for t in await turn.memory.teams.all(turn.scope, str(commune_of(turn))) if t.id != team.id]
    labels = [Choice(short(t.name), f"t:m:{team.id}:{member.person_id}:c:{t.id}") for t in others]
    turn.say("teams.which_new" if labels else "teams.alone", choices=ways_back(turn, *labels))


async def _move(turn: Turn, team: Team, member: Member, new: Team) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    await turn.memory.teams.move(turn.scope, member.person_id, team.id, new.id, turn.now)
    await _tell(turn, member, "teams.told_moved", team=new.name)
    turn.say("teams.moved", name=member.name, team=new.name)
    await _show(turn, new.id)


async def _end(turn: Turn, team: Team, member: Member) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    await turn.memory.teams.end(turn.scope, member.person_id, team.id, turn.now)
    await _tell(turn, member, "teams.told_ended", team=team.name)
    turn.say("teams.ended", name=member.name, team=team.name)
    await _show(turn, team.id)


async def _tell(turn: Turn, member: Member, words: str, **context: Any) -> None:
    """Tells a member what was changed for him, unless he did it himself."""
    if member.person_id != turn.person_id:
        await turn.tell([member.person_id], words, **context)


async def _leave(turn: Turn, team_id: int, *, sure: bool) -> None:
    """A member leaves by himself; the head and the officers hear of it."""
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    grant = next((g for g in turn.scope.grants if g.team_id == team_id), None)
    if grant is None or grant.commune is None:
        raise NotAllowed
    if not sure:
        choices = [turn.choice("teams.sure_leave", f"t:m:{team_id}:roi:that", style="danger"),
                   turn.choice("teams.keep", "m:dulieu")]  # fmt: skip
        turn.say("teams.ask_leave", team=grant.team_name, choices=choices)
        return
    await turn.memory.teams.end(turn.scope, turn.person_id, team_id, turn.now)
    concerned = {*await turn.memory.teams.heads(team_id), *await turn.memory.teams.officers(grant.commune)}
    name = turn.chat.name if turn.chat else None
    await turn.tell(concerned - {turn.person_id}, "teams.told_left", name=name, team=grant.team_name)
    turn.scope = await turn.memory.people.scope(turn.person_id)
    turn.say("teams.left", team=grant.team_name)
    await menu.show(turn)
