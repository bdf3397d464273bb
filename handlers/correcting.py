"""An entry of the log in hand: shown, corrected field by field, taken back; and a draft before it is saved."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from content.folding import clean
from handlers import batch, entries, fields, menu, team_entries
from handlers.turn import Choice, Turn
from storage.entry import Entry
from storage.log import REASON_LENGTH, NotAllowed

EDIT_REASONS = ("nham", "thieu", "khac")
VOID_REASONS = ("nham", "trung", "khac")
VERBS = frozenset("oewvyx")
"""Presses that an officer without a team may make too: the log itself decides which entries are his to see."""
LONGEST_ID = 15
"""Digits; more do not fit a column of the log, and no button of ours carries them."""


async def press(turn: Turn, args: list[str]) -> None:
    """l:o:<id> show, l:e:<id>[:<field>] correct, l:w:<id>:<field>:<value> the new value, l:v:<id>[:<reason>] take
    back, l:y:<id>:<reason> why, l:d:<id>:<what> a draft, l:x:<id>:<n>:<count> results told apart.
    """
    entry = await _find(turn, args[1]) if len(args) > 1 else None
    if entry is None and not entries.teams_of(turn):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    if entry is None:
        turn.say("assist.gone")
        await menu.show(turn)
        return
    match args[0], args[2:]:
        case "o", []:
            await show(turn, entry)
        case "e", []:
            await _which_field(turn, entry)
        case "e", ["them"]:
            await _which_field(turn, entry, more=True)
        case "e", [field] if field in fields.FIELDS:
            await _ask(turn, entry, field)
        case "w", [field, *value] if value:
            await _pressed(turn, entry, field, ":".join(value))
        case "x", [index, n]:
            await _counted(turn, entry, index, n)
        case "v", []:
            await _ask_void(turn, entry)
        case "v" | "y", [reason]:
            await _reason(turn, entry, "void" if args[0] == "v" else "reason", reason)
        case "d", [what]:
            await _end_draft(turn, entry, what)
        case _:
            await show(turn, entry)


# --- the entry in hand --------------------------------------------------------------------------------------


async def _find(turn: Turn, entry_id: str) -> Entry | None:
    """The entry, if the person may see it; a draft with the corrections made since."""
    if turn.scope is None or not entry_id.isdecimal() or len(entry_id) > LONGEST_ID:
        return None
    entry = await turn.memory.log.get(turn.scope, int(entry_id))
    if entry is None or entry.state != "draft":
        return entry
    return dataclasses.replace(entry, **fields.decode(_data(turn, entry).get("changes", {})))


def _data(turn: Turn, entry: Entry) -> dict[str, Any]:
    """What the chat keeps of that entry's correction."""
    data = turn.state.data
    return data if data.get("entry") == entry.id else {}


def _enter(turn: Turn, entry: Entry, place: str, **data: Any) -> None:
    """Stands at a place of that entry's correction, keeping the reason given and a draft's changes."""
    kept = {k: v for k, v in _data(turn, entry).items() if k in ("changes", "reason", "batch")}
    turn.state.enter(f"assist.{place}", **kept | data, entry=entry.id)


def _stands(turn: Turn, entry: Entry, *places: str) -> bool:
    return _data(turn, entry) != {} and (turn.state.flow or "") in {f"assist.{p}" for p in places}


async def show(turn: Turn, entry: Entry, message: str = "") -> None:
    """The card of the entry, whatever its state, with what can be done."""
    if entry.state == "draft" and "batch" in _data(turn, entry):
        await batch.changed(turn, entry)
        return
    messages = {"draft": "drafted", "void": "voided", "saved": "shown"}
    last = await turn.memory.log.last_of(turn.person_id)
    newest = last is not None and last.id == entry.id
    if entry.state == "draft":
        _enter(turn, entry, "draft")
    elif message == "changed" and _data(turn, entry).get("reason"):
        _enter(turn, entry, "edit", field=None)  # the reason given holds for the next field too
    else:
        turn.state.leave()
    if entry.member_id != turn.person_id:
        await _show_others(turn, message or messages[entry.state], entry)
    else:
        hamlet = await entries.hamlet_of(turn, entry)
        entries.say_card(turn, message or messages[entry.state], entry, newest=newest, hamlet=hamlet)


async def _show_others(turn: Turn, message: str, entry: Entry) -> None:
    """An entry of somebody else: whose it is, and what an officer or head can do with it."""
    choices = [team_entries.way_back(turn, entry), turn.choice("common.menu", "m:menu")]
    if entry.state == "saved":
        choices = [*entries.correct_choices(turn, entry), *choices]
    whose = await team_entries.whose(turn, entry)
    c = entries.card(turn, entry, whose=whose, hamlet=await entries.hamlet_of(turn, entry))
    turn.say(f"assist.{message}", c=c, choices=choices)


async def _old_press(turn: Turn, entry: Entry) -> None:
    if entry.state != "void":
        turn.say("assist.over")
    await show(turn, entry)


# --- which field --------------------------------------------------------------------------------------------


async def _which_field(turn: Turn, entry: Entry, *, more: bool = False) -> None:
    """What can be corrected, when it still can."""
    if not await _open(turn, entry):
        return
    names = fields.MORE if more else fields.FIRST
    choices = [turn.choice("assist.field", f"l:e:{entry.id}:{name}", field=name) for name in names]
    if not more:
        choices.append(turn.choice("assist.more_fields", f"l:e:{entry.id}:them"))
    choices.append(turn.choice("assist.edited", f"l:o:{entry.id}"))
    _enter(turn, entry, "edit", field=None)
    turn.say("assist.which_field", c=entries.card(turn, entry), choices=choices)


async def _open(turn: Turn, entry: Entry) -> bool:
    """Whether the entry may be corrected now; if not, says why or asks for the reason: a closed week and an entry of
    somebody else need one.
    """
    if entry.state == "void":
        await show(turn, entry)
        return False
    closed, own = entry.closed(turn.now), entry.member_id == turn.person_id
    if entry.state == "draft" or (own and not closed):
        return True
    if closed and (turn.scope is None or entry.commune not in turn.scope.communes("officer")):
        turn.state.leave()
        choices = [turn.choice("assist.my_week", "l:m"), turn.choice("common.menu", "m:menu")]
        turn.say("assist.week_closed", c=entries.card(turn, entry), choices=choices)
        return False
    if not _data(turn, entry).get("reason"):
        _enter(turn, entry, "reason")
        turn.say("assist.ask_reason", closed=closed, choices=_reasons(turn, entry, "y", EDIT_REASONS))
        return False
    return True


# --- one field ----------------------------------------------------------------------------------------------


async def _ask(turn: Turn, entry: Entry, field: str, *, again: bool = False, replaces: bool = False) -> None:
    if not await _open(turn, entry):
        return
    _enter(turn, entry, "edit", field=field)
    hamlets = await turn.memory.teams.hamlets(entry.commune) if field == "hamlet_id" else ()
    choices = fields.choices(turn, entry, field, hamlets)
    if again:
        turn.say("assist.ask_result_again", choices=choices)
    else:
        turn.say("assist.ask_field", field=field, choices=choices, replaces=replaces)


async def _pressed(turn: Turn, entry: Entry, field: str, value: str) -> None:
    """A button of a field's question; it counts only while that question is asked."""
    data = _data(turn, entry)
    if not _stands(turn, entry, "edit") or data.get("field") != field:
        await _old_press(turn, entry)
    elif field == "results" and value == "rieng" and entry.people > 1:
        _enter(turn, entry, "edit", field="results", counts=[])
        entries.ask_split(turn, str(entry.id), entry.people, [])
    elif value == "lai":
        await _ask(turn, entry, field)
    else:
        sure = value.startswith("!")
        changes = fields.pressed(turn, entry, field, value.removeprefix("!"))
        await _change(turn, entry, field, changes, sure=sure)


async def _change(
    turn: Turn, entry: Entry, field: str, changes: Mapping[str, Any] | None, *, sure: bool = False
) -> None:
    """Makes the change and shows the entry, or says what is wrong with the answer and asks again."""
    if changes is None:
        turn.say("assist.mistake", field=field, choices=fields.choices(turn, entry, field))
        return
    doubt = None if sure else fields.doubt(turn, entry, changes)
    if doubt is not None:
        turn.say(doubt[0], choices=doubt[2], **doubt[1])
        return
    after = await _apply(turn, entry, entries.with_consequences(entry, changes))
    if after is None:
        return
    if field in fields.TOGGLES:
        await _ask(turn, after, field, replaces=True)
    elif entry.results and not after.results:
        await _ask(turn, after, "results", again=True)
    else:
        await show(turn, after, "changed" if after.state == "saved" else "")


async def _apply(turn: Turn, entry: Entry, changes: dict[str, Any]) -> Entry | None:
    """The entry with the changes: a draft's are kept aside until it is saved."""
    data = _data(turn, entry)
    if entry.state == "draft":
        _enter(turn, entry, "edit", field=data.get("field"),
               changes=data.get("changes", {}) | fields.encode(changes))  # fmt: skip
        return dataclasses.replace(entry, **changes)
    assert turn.scope is not None  # noqa: S101  (without a role there is no way here)
    assert entry.id is not None  # noqa: S101  (it was read from the log)
    try:
        return await turn.memory.log.change(turn.scope, entry.id, changes, turn.now, data.get("reason"))
    except (NotAllowed, ValueError):  # the week closed, or it was taken back, while the question was open
        await _old_press(turn, entry)
        return None


async def _counted(turn: Turn, entry: Entry, index: str, text: str) -> None:
    """How many have the result asked about, pressed or typed."""
    counts = _data(turn, entry).get("counts")
    if not _stands(turn, entry, "edit") or counts is None or index != str(len(counts)):
        await _old_press(turn, entry)
        return
    left = entry.people - sum(counts)
    n = entries.read_number(text, 0, left)
    if n is None:
        turn.say("assist.bad_split", left=left)
    else:
        counts = [*counts, n]
        results = entries.split_results(entry.people, counts)
        if results is not None:
            await _change(turn, entry, "results", {"results": results})
            return
        _enter(turn, entry, "edit", field="results", counts=counts)
    entries.ask_split(turn, str(entry.id), entry.people, counts)


# --- taking back, reasons -----------------------------------------------------------------------------------


async def _ask_void(turn: Turn, entry: Entry) -> None:
    closed = entry.state == "saved" and entry.closed(turn.now)
    officer = turn.scope is not None and entry.commune in turn.scope.communes("officer")
    if entry.state != "saved" or (closed and not officer):
        await (_open if entry.state == "saved" else show)(turn, entry)
        return
    _enter(turn, entry, "void")
    turn.say("assist.ask_void", choices=_reasons(turn, entry, "v", VOID_REASONS))


def _reasons(turn: Turn, entry: Entry, verb: str, reasons: tuple[str, ...]) -> list[Choice]:
    choices = [turn.choice("assist.reason", f"l:{verb}:{entry.id}:{r}", reason=r) for r in reasons]
    return [*choices, turn.choice("assist.back", f"l:o:{entry.id}")]


async def _reason(turn: Turn, entry: Entry, place: str, reason: str) -> None:
    if not _stands(turn, entry, place, f"{place}_typed") or reason not in (*VOID_REASONS, *EDIT_REASONS):
        await _old_press(turn, entry)
    elif reason == "khac":
        _enter(turn, entry, f"{place}_typed")
        turn.say("assist.ask_other_reason", choices=[turn.choice("assist.back", f"l:o:{entry.id}")])
    else:
        await _give_reason(turn, entry, place, turn.words("assist.reason", reason=reason))


async def _give_reason(turn: Turn, entry: Entry, place: str, reason: str) -> None:
    """Takes the entry back, or opens it for correction, for that reason."""
    if place == "reason":
        _enter(turn, entry, "edit", reason=reason)
        await _which_field(turn, entry)
        return
    assert turn.scope is not None  # noqa: S101  (without a role there is no way here)
    assert entry.id is not None  # noqa: S101  (it was read from the log)
    turn.state.leave()
    try:
        await show(turn, await turn.memory.log.void(turn.scope, entry.id, reason, turn.now))
    except (NotAllowed, ValueError):  # taken back or closed while the question was open
        await _old_press(turn, entry)


# --- drafts -------------------------------------------------------------------------------------------------


async def _end_draft(turn: Turn, entry: Entry, what: str) -> None:
    """One press saves or drops; the second finds it saved or gone."""
    if entry.state != "draft":
        await show(turn, entry, "already" if entry.state == "saved" else "")
    elif what == "ghi":
        await _save_draft(turn, entry)
    elif what == "bo":
        await _drop_draft(turn, entry)
    else:
        await show(turn, entry)


async def _save_draft(turn: Turn, entry: Entry) -> None:
    assert turn.scope is not None  # noqa: S101  (without a role there is no way here)
    assert entry.id is not None  # noqa: S101  (it was read from the log)
    changes = fields.decode(_data(turn, entry).get("changes", {}))
    saved = await turn.memory.log.save_draft(turn.scope, entry.id, turn.now, changes)
    turn.state.leave()
    entries.say_card(turn, "saved", saved, newest=True)


async def _drop_draft(turn: Turn, entry: Entry) -> None:
    assert turn.scope is not None  # noqa: S101  (without a role there is no way here)
    assert entry.id is not None  # noqa: S101  (it was read from the log)
    await turn.memory.log.discard_draft(turn.scope, entry.id)
    turn.state.leave()
    turn.say("assist.dropped")
    await menu.show(turn)


# --- typed, back --------------------------------------------------------------------------------------------


async def typed(turn: Turn) -> bool:
    """What was typed in answer to a field's or a reason's question, or the words of a choice."""
    text, data = clean(turn.message.text), turn.state.data
    entry = await _find(turn, str(data.get("entry")))
    place = (turn.state.flow or "").partition(".")[2]
    if entry is not None and place.endswith("_typed"):
        await _typed_reason(turn, entry, place.removesuffix("_typed"), text)
        return True
    field = data.get("field")
    if entry is not None and place == "edit" and field is not None:
        if data.get("counts") is not None:
            await _counted(turn, entry, str(len(data["counts"])), text)
            return True
        if field in fields.TYPED:
            await _change(turn, entry, field, fields.typed(turn, field, text))
            return True
    args = entries.picked(turn, text)
    if args is not None:
        await press(turn, args)
    return args is not None


async def _typed_reason(turn: Turn, entry: Entry, place: str, text: str) -> None:
    reason = turn.knowledge.safety.mask(text)
    if 1 <= len(reason) <= REASON_LENGTH:
        await _give_reason(turn, entry, place, reason)
    else:
        turn.say("assist.ask_other_reason", choices=[turn.choice("assist.back", f"l:o:{entry.id}")])


async def back(turn: Turn) -> None:
    """From a question to the list of fields, from there to the entry, from there to the menu."""
    data = turn.state.data
    entry = await _find(turn, str(data.get("entry")))
    if entry is None or turn.state.flow == "assist.draft":
        turn.state.leave()
        await menu.show(turn)
    elif data.get("counts"):
        _enter(turn, entry, "edit", field="results", counts=data["counts"][:-1])
        entries.ask_split(turn, str(entry.id), entry.people, data["counts"][:-1])
    elif data.get("counts") is not None:
        await _ask(turn, entry, "results")
    elif data.get("field"):
        await _which_field(turn, entry)
    else:
        await show(turn, entry)
