"""What a message told for the log, before it is saved: one entry or several, doubts asked, one press for all."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from handlers import entries, menu
from handlers.turn import Choice, Turn
from storage.entry import Entry
from storage.log import NotAllowed
from storage.periods import VIETNAM, Period

ODD = ("people", "minutes", "dossiers", "payments")
"""Numbers that are asked about when they are unusually large."""


async def begin(turn: Turn, told: Sequence[Entry], *, left_out: bool = False) -> None:
    """Keeps the entries as drafts, beside those of the message before that still wait, and shows them all."""
    waiting = turn.state.data.get("ids", []) if stands(turn) else []
    drafts = [await turn.memory.log.draft(entry, turn.now) for entry in told]
    key = f"k{turn.chance.randrange(16**6):06x}"
    turn.state.enter("batch.list", key=key, ids=[*waiting, *(d.id for d in drafts)], sure=[])
    await show(turn, left_out=left_out)


def stands(turn: Turn) -> bool:
    """Whether entries wait for the word to save them."""
    return (turn.state.flow or "").startswith("batch.")


async def _drafts(turn: Turn) -> dict[int, Entry]:
    """Those that still wait, by their ids."""
    if turn.scope is None:
        return {}
    found = {entry_id: await turn.memory.log.get(turn.scope, entry_id) for entry_id in turn.state.data["ids"]}
    return {key: entry for key, entry in found.items() if entry is not None and entry.state == "draft"}


async def show(turn: Turn, *, left_out: bool = False) -> None:
    """What was understood, and what can be done with it."""
    drafts, key = await _drafts(turn), turn.state.data["key"]
    if not drafts:
        turn.state.leave()
        turn.say("assist.dropped")
        await menu.show(turn)
        return
    turn.state.enter("batch.list", **turn.state.data | {"ids": list(drafts)})
    cards = [entries.card(turn, d, hamlet=await entries.hamlet_of(turn, d)) for d in drafts.values()]
    choices = [turn.choice("batch.save", f"x:s:{key}", style="main", n=len(drafts))]
    choices += [
        turn.choice("batch.edit", f"x:e:{key}:{i}", n=n, several=len(drafts) > 1) for n, i in enumerate(drafts, 1)
    ]
    choices.append(turn.choice("assist.drop_draft", f"x:n:{key}", style="danger"))
    turn.say("batch.told", cards=cards, left_out=left_out, choices=choices)


async def changed(turn: Turn, entry: Entry) -> None:
    """A draft that was corrected takes the place of the one before, and all are shown again."""
    data: dict[str, Any] = turn.state.data["batch"]
    ids = list(data["ids"])
    if turn.state.data.get("changes") and entry.id is not None and entry.id in ids and turn.scope is not None:
        await turn.memory.log.discard_draft(turn.scope, entry.id)
        ids[ids.index(entry.id)] = (await turn.memory.log.draft(entry, turn.now)).id
    turn.state.enter("batch.list", **data | {"ids": ids})
    await show(turn)


async def press(turn: Turn, args: list[str]) -> None:
    """x:s:<key> save all, x:n:<key> none, x:l:<key> show again, x:y:<key>:<id>:<doubt> sure, x:b:<key>:<id> not that
    one.
    """
    data = turn.state.data
    if data.get("done") and len(args) > 1 and data["done"] == args[1]:
        await _already(turn)
        return
    if not stands(turn) or len(args) < 2 or args[1] != data.get("key"):
        turn.say("assist.over")
        await menu.show(turn)
        return
    match args[0], args[2:]:
        case "s", []:
            await _save(turn)
        case "n", []:
            await drop(turn)
        case "y", [entry_id, doubt]:
            turn.state.data = data | {"sure": [*data["sure"], f"{entry_id}:{doubt}"]}
            await _save(turn)
        case "b", [entry_id] if entry_id in map(str, data["ids"]):
            await _drop_one(turn, int(entry_id))
        case _:
            await show(turn)


async def drop(turn: Turn) -> None:
    """None of them is saved."""
    if turn.scope is not None:
        for entry_id in await _drafts(turn):
            await turn.memory.log.discard_draft(turn.scope, entry_id)
    turn.state.leave()
    turn.say("assist.dropped")
    await menu.show(turn)


async def _drop_one(turn: Turn, entry_id: int) -> None:
    if turn.scope is not None:
        await turn.memory.log.discard_draft(turn.scope, entry_id)
    turn.state.data = turn.state.data | {"ids": [i for i in turn.state.data["ids"] if i != entry_id]}
    await (_save if turn.state.data["ids"] else show)(turn)


async def _already(turn: Turn) -> None:
    """The button pressed once more: nothing is saved twice."""
    found = [await turn.memory.log.get(turn.scope, i) for i in turn.state.data["ids"]] if turn.scope else []
    saved = [entry for entry in found if entry is not None and entry.state == "saved"]
    if len(saved) == 1:
        hamlet = await entries.hamlet_of(turn, saved[0])
        entries.say_card(turn, "already", saved[0], newest=False, hamlet=hamlet)
    elif saved:
        await _say_saved(turn, saved, "batch.already")
    else:
        turn.say("assist.gone")
        await menu.show(turn)


async def _save(turn: Turn) -> None:
    """Saves them all, unless one is in doubt that nobody has asked about yet."""
    drafts = await _drafts(turn)
    if not drafts or turn.scope is None:
        await show(turn)
        return
    for draft in drafts.values():
        if await _doubt(turn, draft, several=len(drafts) > 1):
            return
    key = turn.state.data["key"]
    try:
        saved = [await turn.memory.log.save_draft(turn.scope, entry_id, turn.now) for entry_id in drafts]
    except (NotAllowed, ValueError):  # left the team meanwhile
        turn.state.leave()
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    turn.state.leave()
    turn.state.data = {"done": key, "ids": [entry.id for entry in saved]}  # for a second press
    if len(saved) == 1:
        hamlet = await entries.hamlet_of(turn, saved[0])
        entries.say_card(turn, "saved", saved[0], newest=True, hamlet=hamlet)
    else:
        await _say_saved(turn, saved, "batch.saved")


async def _say_saved(turn: Turn, saved: Sequence[Entry], message: str) -> None:
    cards = [entries.card(turn, entry, hamlet=await entries.hamlet_of(turn, entry)) for entry in saved]
    choices = [turn.choice("assist.one_more", f"l:n:{saved[-1].id}", style="main")]
    choices += [turn.choice("batch.edit", f"l:e:{e.id}", n=n, several=True) for n, e in enumerate(saved, 1)]
    turn.say(message, cards=cards, choices=[*choices, turn.choice("assist.my_week", "l:m")])


# --- doubts -------------------------------------------------------------------------------------------------


async def _doubt(turn: Turn, draft: Entry, *, several: bool) -> bool:
    """Asks about a closed week, an unusual number, an entry alike; whether there was anything to ask."""
    sure: list[str] = turn.state.data["sure"]
    which = entries.card(turn, draft) if several else None
    if draft.closed(turn.now) and f"{draft.id}:day" not in sure:
        yes = turn.choice("batch.sure_day", _sure(turn, draft, "day"), style="main", day=draft.day)
        turn.say("batch.ask_day", which=which, day=draft.day, choices=[yes, *_or_else(turn, draft, "day")])
        return True
    for field in ODD:
        number, odd = getattr(draft, field), getattr(turn.knowledge.log.odd, field)
        if number is not None and number >= odd and f"{draft.id}:{field}" not in sure:
            told = {"field": field, "amount": number}
            yes = turn.choice("batch.sure", _sure(turn, draft, field), style="main", **told)
            turn.say("batch.ask_odd", which=which, choices=[yes, *_or_else(turn, draft, field)], **told)
            return True
    alike = None if f"{draft.id}:alike" in sure else await _alike(turn, draft)
    if alike is not None:
        yes = turn.choice("batch.once_more", _sure(turn, draft, "alike"), style="main")
        no = turn.choice("batch.not_this", f"x:b:{turn.state.data['key']}:{draft.id}", style="danger")
        c, at = entries.card(turn, alike), _clock(alike)
        turn.say("batch.ask_alike", which=which, c=c, at=at, choices=[yes, no, _back(turn)])
    return alike is not None


def _sure(turn: Turn, draft: Entry, doubt: str) -> str:
    return f"x:y:{turn.state.data['key']}:{draft.id}:{doubt}"


def _or_else(turn: Turn, draft: Entry, field: str) -> list[Choice]:
    """The ways out of a doubt: that field corrected, or all shown again."""
    other = turn.choice("batch.other", f"x:e:{turn.state.data['key']}:{draft.id}:{field}", field=field)
    return [other, _back(turn)]


def _back(turn: Turn) -> Choice:
    return turn.choice("assist.back", f"x:l:{turn.state.data['key']}")


def _clock(entry: Entry) -> dt.datetime | None:
    return entry.entered_at.astimezone(VIETNAM) if entry.entered_at else None


async def _alike(turn: Turn, draft: Entry) -> Entry | None:
    """An entry of the member's that says the same of that day; the last one when there are several."""
    if turn.scope is None:
        return None
    for entry in reversed(await turn.memory.log.of_member(turn.scope, Period(draft.day, draft.day))):
        same = (entry.people, set(entry.contents)) == (draft.people, set(draft.contents))
        apart = any(
            None not in (mine := (getattr(entry, name), getattr(draft, name))) and mine[0] != mine[1]
            for name in ("time", "place", "hamlet_id")
        )
        if same and not apart:
            return entry
    return None
