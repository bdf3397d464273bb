"""The hamlets of a commune as its officer keeps them: another name, or one gone into another."""

from content.folding import clean
from handlers import menu
from handlers.teams import commune_of, number, page_of, short, ways_back
from handlers.turn import Choice, Turn
from storage.scope import NotAllowed
from storage.teams import LONGEST, Hamlet


async def press(turn: Turn, args: list[str]) -> None:
    """t:h[:p:<page>] the list, t:h:<hamlet> one, :d renamed, :g[:<other>[:that]] merged."""
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
        case _:
            _list(turn, found, 0)


def _list(turn: Turn, found: dict[int, Hamlet], page: int) -> None:
    labels = [Choice(short(h.name), f"t:h:{h.id}") for h in found.values()]
    turn.say("teams.hamlet_list" if found else "teams.no_hamlets",
             choices=ways_back(turn, *page_of(turn, labels, page, "t:h:p")))  # fmt: skip


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
    """The new name."""
    name, key = clean(turn.message.text), turn.state.data.get("hamlet")
    if commune_of(turn) is None or turn.scope is None or not isinstance(key, int):
        return False
    found = {h.id: h for h in await turn.memory.teams.hamlets(str(commune_of(turn)))}
    if key not in found:
        await menu.show(turn)
        return True
    try:
        if not any(c.isalnum() for c in name) or len(name) > LONGEST["hamlet"]:
            raise ValueError("name: too long or none")
        await turn.memory.teams.rename(turn.scope, "hamlet", key, name, turn.now)
    except (ValueError, NotAllowed):
        turn.say("teams.bad_name")
        return True
    turn.state.leave()
    turn.say("teams.renamed", old=found[key].name, new=name)
    await press(turn, [str(key)])
    return True
