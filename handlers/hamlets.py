"""The hamlets of a commune as its officer keeps them: another name, or one gone into another."""

from content.folding import clean
from handlers.teams import commune_of, number, page_of, short, ways_back
from handlers.turn import Choice, Turn
from storage.scope import NotAllowed
from storage.teams import LONGEST, Hamlet


async def press(turn: Turn, args: list[str]) -> None:
    """t:h[:p:<page>] the list, t:h:m a new one, t:h:<hamlet> one, :d renamed, :g[:<other>[:that]] merged."""
    commune = commune_of(turn)
    if commune is None:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    turn.state.leave()
    found = {h.id: h for h in await turn.memory.teams.hamlets(commune)}
    match args:
        case [key, *what] if number(key) in found:
            await _one(turn, found, found[number(key)], what)
        case ["p", page]:
            _list(turn, found, number(page))
        case ["m"]:
            turn.state.enter("people.hamlets.found")
            turn.say("teams.ask_hamlet", choices=ways_back(turn))
        case _:
            _list(turn, found, 0)


def _list(turn: Turn, found: dict[int, Hamlet], page: int) -> None:
    labels = [Choice(short(h.name), f"t:h:{h.id}") for h in found.values()]
    new = turn.choice("teams.add_hamlet", "t:h:m")
    turn.say("teams.hamlet_list" if found else "teams.no_hamlets",
             choices=ways_back(turn, *page_of(turn, labels, page, "t:h:p"), new))  # fmt: skip


async def _one(turn: Turn, found: dict[int, Hamlet], one: Hamlet, what: list[str]) -> None:
    here = f"t:h:{one.id}"
    match what:
        case ["d"]:
            turn.state.enter("people.hamlets.rename", hamlet=one.id)
            turn.say("teams.ask_name", kind="hamlet", name=one.name, choices=ways_back(turn))
        case ["g"] | ["g", "p", _]:
            labels = [Choice(short(h.name), f"{here}:g:{h.id}") for h in found.values() if h.id != one.id]
            page = number(what[2]) if len(what) == 3 else 0
            choices = ways_back(turn, *page_of(turn, labels, page, f"{here}:g:p"))
            if labels:
                turn.say("teams.which_into", name=one.name, choices=choices)
            else:
                turn.say("teams.alone", choices=choices)
        case ["g", other, *sure] if number(other) in found and number(other) != one.id:
            await _merge(turn, one, found[number(other)], sure=sure == ["that"])
        case _:
            choices = [turn.choice("teams.rename", f"{here}:d"), turn.choice("teams.merge", f"{here}:g"),
                       turn.choice("teams.back", "t:h")]  # fmt: skip
            turn.say("teams.hamlet", name=one.name, formerly=one.formerly, choices=ways_back(turn, *choices))


async def _merge(turn: Turn, old: Hamlet, new: Hamlet, *, sure: bool) -> None:
    if not sure:
        choices = [turn.choice("teams.sure_merge", f"t:h:{old.id}:g:{new.id}:that", style="danger"),
                   turn.choice("teams.not_merge", f"t:h:{old.id}")]  # fmt: skip
        turn.say("teams.ask_merge", kind="hamlet", old=old.name, new=new.name, choices=choices)
        return
    assert turn.scope is not None  # noqa: S101  (an officer has a scope)
    await turn.memory.teams.merge(turn.scope, "hamlet", old.id, new.id, turn.now)
    turn.say("teams.merged", old=old.name, new=new.name)
    await press(turn, [str(new.id)])


async def typed(turn: Turn) -> bool:
    """The name of a new hamlet, or another name of one."""
    name, key, commune = clean(turn.message.text), turn.state.data.get("hamlet"), commune_of(turn)
    if commune is None or turn.scope is None:
        return False
    found = {h.id: h for h in await turn.memory.teams.hamlets(commune)}
    try:
        if not any(c.isalnum() for c in name) or len(name) > LONGEST["hamlet"]:
            raise ValueError("name: too long or none")
        if key is None:
            key = await turn.memory.teams.found(turn.scope, commune, name, turn.now, kind="hamlet")
        elif key in found:
            await turn.memory.teams.rename(turn.scope, "hamlet", key, name, turn.now)
            turn.say("teams.renamed", old=found[key].name, new=name)
    except (ValueError, NotAllowed):
        turn.say("teams.bad_name")
        return True
    turn.state.leave()
    await press(turn, [str(key)])
    return True
