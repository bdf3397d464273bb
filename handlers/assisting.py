"""Logging help given: three taps and it is saved; and the draft a finished guide leaves."""

import datetime as dt
from dataclasses import replace
from typing import Any

from content.guide import Guide
from handlers import correcting, entries, menu, my_entries
from handlers.turn import Choice, Turn
from storage.entry import Entry
from storage.runs import Run
from storage.scope import NotAllowed

FIRST_CONTENTS = 8
"""How many contents are offered before "the others"."""
ASKS = {"t": ("team",), "c": ("content", "more"), "p": ("people",), "q": ("sure",), "k": ("result",), "x": ("split",)}
"""Where a chat must stand for a press of that question to count."""
LONGEST_RUN = 180
"""Minutes; a guide that took longer was left lying, and its time says nothing."""


async def start(turn: Turn) -> None:
    """Begins a new entry."""
    teams = entries.teams_of(turn)
    if not teams:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    # The key ties every button to this one entry: those of an earlier one do nothing.
    turn.state.enter("assist.team", key=f"k{turn.chance.randrange(16**6):06x}")
    if len(teams) == 1:
        _move(turn, "content", team=teams[0].team_id)
    await _ask(turn)


async def begin_for(turn: Turn, team_id: int, commune: str, member_id: int | None) -> None:
    """Begins an entry for a member of a team, or for the team as a whole; the log itself decides who may."""
    key = f"k{turn.chance.randrange(16**6):06x}"
    turn.state.enter("assist.content", key=key, team=team_id, commune=commune, member=member_id)
    await _ask(turn)


async def same_as_last(turn: Turn) -> None:
    """Saves the last entry's content, people, results and place again, for today."""
    teams = {team.team_id for team in entries.teams_of(turn)}
    last = await turn.memory.log.last_of(turn.person_id) if teams else None
    if last is None or last.team_id not in teams:
        if teams:
            turn.say("assist.no_last")
        await start(turn)
        return
    await _save(turn, Entry(
        team_id=last.team_id, commune=last.commune, day=turn.today, people=last.people, contents=last.contents,
        results=last.results, place=last.place, session=last.session, member_id=turn.person_id,
        entered_by=turn.person_id,
    ))  # fmt: skip


async def my_week(turn: Turn) -> None:
    """The person's own entries of this week."""
    await my_entries.this_week(turn)


async def press(turn: Turn, args: list[str]) -> None:
    """l:<question>:<key>:<answer> of a new entry; others: see correcting and my_entries."""
    for_others = "member" in turn.state.data or (args and args[0] in correcting.VERBS)
    if not entries.teams_of(turn) and not (turn.has("officer") and for_others):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    match args:
        case ["n", entry_id]:
            await _one_more(turn, entry_id)
        case ["s", entry_id]:
            await _same_as(turn, entry_id)
        case ["b"]:
            await back(turn)
        case ["g", run_id, team_id]:
            await _draft_in_team(turn, run_id, team_id)
        case ["m" | "f" | "z", *_]:
            await my_entries.press(turn, args)
        case [question, key, *answer] if question in ASKS and key.startswith("k") and answer:
            await _answered(turn, question, key, answer)
        case _:
            await correcting.press(turn, args)


async def _one_more(turn: Turn, entry_id: str) -> None:
    """Another entry after that one; pressed twice, the one already begun goes on."""
    if turn.state.data.get("after") == entry_id and _place(turn):
        await _ask(turn)
        return
    await start(turn)
    turn.state.data["after"] = entry_id


async def _same_as(turn: Turn, entry_id: str) -> None:
    """As the last one, if it still is the last: pressed twice, it is saved once."""
    last = await turn.memory.log.last_of(turn.person_id)
    if last is not None and str(last.id) != entry_id:
        entries.say_card(turn, "already", last, newest=True)
        return
    turn.state.leave()
    await same_as_last(turn)


# --- the questions ------------------------------------------------------------------------------------------


def standing(turn: Turn) -> bool:
    """Whether the chat stands at a question of a new entry."""
    return _place(turn) is not None


def _place(turn: Turn) -> str | None:
    """Which question of a new entry the chat stands at."""
    flow, _, place = (turn.state.flow or "").partition(".")
    return place if flow == "assist" and any(place in places for places in ASKS.values()) else None


def _move(turn: Turn, place: str, **data: Any) -> None:
    turn.state.enter(f"assist.{place}", **turn.state.data | data)


async def _ask(turn: Turn) -> None:
    """The question the chat stands at."""
    data = turn.state.data
    key = data["key"]
    match _place(turn):
        case "team":
            choices = [Choice(t.team_name or "", f"l:t:{key}:{t.team_id}") for t in entries.teams_of(turn)]
            turn.say("assist.ask_team", choices=choices)
        case "content":
            await _ask_content(turn, key)
        case "more":
            others = turn.knowledge.terms.codes("content")[FIRST_CONTENTS:]
            choices = entries.term_choices(turn, "content", f"l:c:{key}", others)
            turn.say("assist.ask_more", choices=[*choices, turn.choice("assist.back", "l:b")])
        case "people":
            turn.say("assist.ask_people", choices=_people_choices(turn))
        case "sure":
            sure = turn.choice("assist.sure", f"l:q:{key}:{data['many']}", people=data["many"])
            again = turn.choice("assist.again", f"l:q:{key}:lai")
            turn.say("assist.ask_sure", people=data["many"], choices=[sure, again])
        case "result":
            choices = entries.result_choices(turn, f"l:k:{key}", data["people"])
            turn.say("assist.ask_result", choices=[*choices, turn.choice("assist.back", "l:b")])
        case _:
            entries.ask_split(turn, key, data["people"], data["counts"])


async def _ask_content(turn: Turn, key: str) -> None:
    first = turn.knowledge.terms.codes("content")[:FIRST_CONTENTS]
    choices = entries.term_choices(turn, "content", f"l:c:{key}", first)
    choices.append(turn.choice("assist.more_contents", f"l:c:{key}:them"))
    last = None if "member" in turn.state.data else await turn.memory.log.last_of(turn.person_id)
    if last is not None and entries.team_of(turn, last.team_id):
        choices.append(turn.choice("assist.same", f"l:s:{last.id}"))
    turn.say("assist.ask_content", choices=choices)


async def _answered(turn: Turn, question: str, key: str, answer: list[str]) -> None:
    """A press at a question. What belongs to another entry, or was answered already, changes nothing."""
    data = turn.state.data
    if data.get("done") == key:
        await _already(turn, int(data["entry"]))
    elif data.get("key") != key or _place(turn) not in ASKS[question]:
        await _old_press(turn)
    else:
        await _take(turn, question, answer)


async def _old_press(turn: Turn) -> None:
    if _place(turn):
        turn.say("assist.old_press")
        await _ask(turn)
    else:
        turn.say("assist.over")
        await menu.show(turn)


async def _already(turn: Turn, entry_id: int) -> None:
    entry = await turn.memory.log.get(turn.scope, entry_id) if turn.scope else None
    if entry is None:
        turn.say("assist.gone")
        await menu.show(turn)
    else:
        entries.say_card(turn, "already" if entry.state == "saved" else "voided", entry, newest=False)


async def _take(turn: Turn, question: str, answer: list[str]) -> None:
    """An answer to the question the chat stands at."""
    terms, data = turn.knowledge.terms, turn.state.data
    match question, answer:
        case "t", [team] if team.isdecimal() and entries.team_of(turn, int(team)):
            _move(turn, "content", team=int(team))
        case "c", ["them"]:
            _move(turn, "more")
        case "c", [code] if code in terms.codes("content"):
            _move(turn, "people", content=code)
        case "p", [n] if n.isdecimal():
            await _people(turn, n)
            return
        case "q", [n] if n == str(data["many"]):
            _move(turn, "result", people=data["many"])
        case "q", ["lai"]:
            _move(turn, "people")
        case "k", ["rieng"] if data["people"] > 1:
            _move(turn, "split", counts=[])
        case "k", [code] if code in terms.codes("result"):
            await _finish(turn, {code: data["people"]})
            return
        case "x", [index, n] if index == str(len(data["counts"])) and n.isdecimal():
            await _count(turn, n)
            return
        case _:
            turn.say("assist.old_press")
    await _ask(turn)


async def _people(turn: Turn, text: str) -> None:
    """A number of people, pressed or typed."""
    people = entries.read_number(text, 1, entries.MAX_PEOPLE)
    if people is None:
        turn.say("assist.bad_people", choices=_people_choices(turn))
    else:
        many = people > entries.MANY_PEOPLE
        _move(turn, "sure" if many else "result", **{"many" if many else "people": people})
        await _ask(turn)


def _people_choices(turn: Turn) -> list[Choice]:
    numbers = entries.number_choices(f"l:p:{turn.state.data['key']}", entries.FEW)
    return [*numbers, entries.back_choice(turn)]


async def _count(turn: Turn, text: str) -> None:
    """How many have the result asked about; saved when everybody is accounted for."""
    people, counts = turn.state.data["people"], turn.state.data["counts"]
    left = people - sum(counts)
    n = entries.read_number(text, 0, left)
    if n is None:
        turn.say("assist.bad_split", left=left)
    else:
        counts = [*counts, n]
        results = entries.split_results(people, counts)
        if results is not None:
            await _finish(turn, results)
            return
        _move(turn, "split", counts=counts)
    await _ask(turn)


# --- saving -------------------------------------------------------------------------------------------------


async def _finish(turn: Turn, results: dict[str, int]) -> None:
    """Everything was answered."""
    data = turn.state.data
    team = entries.team_of(turn, data["team"])
    commune = data.get("commune") or (team.commune if team else None)
    try:
        if commune is None:
            raise NotAllowed
        await _save(turn, Entry(
            team_id=data["team"], commune=commune, day=turn.today, people=data["people"],
            contents={data["content"]: None}, results=results, member_id=data.get("member", turn.person_id),
            entered_by=turn.person_id,
        ))  # fmt: skip
    except NotAllowed:  # left the team meanwhile
        turn.state.leave()
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])


async def _save(turn: Turn, entry: Entry) -> None:
    key = turn.state.data.get("key")
    saved = await turn.memory.log.add(entries.counted(replace(entry, channel=turn.channel)), turn.now)
    turn.state.leave()
    if saved.member_id == turn.person_id:
        entries.say_card(turn, "saved", saved, newest=True)
    else:
        await correcting.show(turn, saved, "saved")
        if saved.member_id is not None:
            await turn.tell([saved.member_id], "assist.told_for_you", c=entries.card(turn, saved, whose=""))
    turn.state.data = {"done": key, "entry": saved.id}  # for a second press of the last answer


# --- typed --------------------------------------------------------------------------------------------------


async def typed(turn: Turn) -> bool:
    """A number we asked for, or the words of a choice."""
    place, text = _place(turn), turn.message.text
    if place is None:
        return await correcting.typed(turn)
    if place in ("people", "sure", "split") and entries.looks_like_number(text):
        await (_count if place == "split" else _people)(turn, text)
        return True
    args = entries.picked(turn, text)
    if args is None:
        return False
    await press(turn, args)
    return True


async def back(turn: Turn) -> None:
    """The question before; before the first there is the menu."""
    data = turn.state.data
    match _place(turn):
        case None:
            await correcting.back(turn)
            return
        case "content" if len(entries.teams_of(turn)) > 1 and "member" not in data:
            _move(turn, "team")
        case "team" | "content":
            turn.state.leave()
            await menu.show(turn)
            return
        case "split" if data["counts"]:
            _move(turn, "split", counts=data["counts"][:-1])
        case "split":
            _move(turn, "result")
        case "more" | "people":
            _move(turn, "content")
        case _:
            _move(turn, "people")
    await _ask(turn)


# --- the draft of a guide -----------------------------------------------------------------------------------


async def draft_from_guide(turn: Turn, run: Run, guide: Guide, *, done: bool) -> None:
    """Offers to log the help just given with a guide: one press saves it, and until then it counts nowhere."""
    teams = entries.teams_of(turn)
    if not teams or guide.assistance is None:
        return
    minutes = round((turn.now - run.started_at) / dt.timedelta(minutes=1))
    draft = {
        "run": run.id, "content": guide.assistance, "result": "xong" if done else "hen_lai",
        "minutes": minutes if 1 <= minutes <= LONGEST_RUN else None,
    }  # fmt: skip
    await _draft(turn, draft)


async def draft_of(turn: Turn, content: str) -> None:
    """Offers to log help with that content, just given to one person without a guide."""
    if not entries.teams_of(turn) or content not in turn.knowledge.terms.codes("content"):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    await _draft(turn, {"run": None, "content": content, "result": "xong", "minutes": None})


async def draft_from_talk(
    turn: Turn, content: str, result: str, minutes: int | None, hamlet_id: int | None
) -> bool:  # fmt: skip
    """Offers to log the help just given in a talk through us; False for a helper who is in no team."""
    if not entries.teams_of(turn):
        return False
    draft = {"run": None, "content": content, "result": result, "minutes": minutes, "place": "tu_xa",
             "hamlet": hamlet_id}  # fmt: skip
    await _draft(turn, draft)
    return True


async def _draft(turn: Turn, draft: dict[str, Any]) -> None:
    """Writes the draft in the member's team; of several he says which."""
    teams, run_id = entries.teams_of(turn), draft["run"]
    turn.state.enter("assist.guide", **draft)
    if len(teams) > 1:
        choices = [Choice(t.team_name or "", f"l:g:{run_id}:{t.team_id}") for t in teams]
        turn.say("assist.ask_team", choices=[*choices, turn.choice("assist.drop_draft", f"l:g:{run_id}:0")])
    else:
        await _draft_in_team(turn, str(run_id), str(teams[0].team_id))


async def _draft_in_team(turn: Turn, run_id: str, team_id: str) -> None:
    """Writes the draft of that run, once."""
    data = turn.state.data
    if turn.state.flow != "assist.guide" or str(data["run"]) != run_id:
        await _old_press(turn)
        return
    turn.state.leave()
    team = entries.team_of(turn, int(team_id)) if team_id.isdecimal() else None
    if team is None or team.team_id is None or team.commune is None:
        turn.say("assist.dropped")
        await menu.show(turn)
        return
    entry = entries.counted(Entry(
        team_id=team.team_id, commune=team.commune, day=turn.today, contents={data["content"]: None},
        results={data["result"]: 1}, minutes=data["minutes"], run_id=data["run"], member_id=turn.person_id,
        entered_by=turn.person_id, channel=turn.channel, place=data.get("place"), hamlet_id=data.get("hamlet"),
    ))  # fmt: skip
    if entry.run_id is None:  # a code was looked at; whether anything was paid after it nobody said
        entry = replace(entry, payments=None)
    draft = await turn.memory.log.draft(entry, turn.now)
    entries.say_card(turn, "drafted", draft, newest=False)
