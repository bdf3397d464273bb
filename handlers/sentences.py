"""The log in one sentence: what a member writes about help given becomes cards, doubts asked one at a time."""

import datetime as dt
from typing import Any

from content.folding import fold
from content.logline import Card
from handlers import assisting, batch, correcting, entries, fields, menu
from handlers.turn import Choice, Turn
from storage.entry import Entry
from storage.teams import Hamlet

MOST = 10
"""Entries taken from one message; a longer list is asked for in parts."""
YES = frozenset(
    {"ok", "oke", "okie", "dung", "dung roi", "phai", "phai roi", "luu", "luu di", "u", "uh", "vang", "da", "da dung"}
)
_KEPT = (
    "time", "place", "people", "contents", "dossiers", "payments", "results", "outcome", "minutes", "groups",
    "procedures", "ask",
)  # fmt: skip


# --- hearing ------------------------------------------------------------------------------------------------


async def told(turn: Turn) -> bool:
    """Takes a member's message for what it tells of help given; whether it told of any."""
    if not entries.teams_of(turn):
        return False
    cards = await _cards(turn)
    if not cards and turn.knowledge.log.planned(turn.message.text, turn.now):
        turn.say("sentence.planned")
        return True
    if not cards:
        return False
    await _begin(turn, cards)
    return True


async def takes_over(turn: Turn) -> bool:
    """Whether a whole sentence was typed where something else of the log was asked for; then it is taken instead."""
    flow = turn.state.flow or ""
    asked = assisting.standing(turn) or flow.startswith(("batch.", "sentence."))
    if not asked or len(turn.message.text.split()) < 3 or not entries.teams_of(turn):
        return False
    cards = await _cards(turn)
    if not cards or not all(card.people and card.contents for card in cards):
        return False
    await _begin(turn, cards)
    return True


async def _cards(turn: Turn) -> list[Card]:
    """The cards of the message; the hamlets of the commune are looked up only when there are any."""
    reader, text = turn.knowledge.log, turn.message.text
    cards = reader.read(text, turn.now)
    if cards and (names := await _hamlets(turn)):
        return reader.read(text, turn.now, names)
    return cards


async def _hamlets(turn: Turn) -> dict[str, int]:
    """The hamlets of the member's communes by every name they have or had."""
    found: dict[str, int] = {}
    for commune in dict.fromkeys(team.commune for team in entries.teams_of(turn)):
        for hamlet in await turn.memory.teams.hamlets(commune or ""):
            found |= dict.fromkeys((*hamlet.formerly, hamlet.name), hamlet.id)
    return found


async def _begin(turn: Turn, cards: list[Card]) -> None:
    """Asks what is in doubt; what an unfinished message told before is kept."""
    hamlets = await _hamlets(turn)
    new = [_encoded(card, hamlets, turn.today - fields.OLDEST) for card in cards[: MOST + 1]]
    if (turn.state.flow or "").startswith("sentence."):
        new = [*turn.state.data["cards"], *new]
    waiting = turn.state.data if batch.stands(turn) else {}
    team = entries.teams_of(turn)
    turn.state.enter(
        "sentence.ask", key=f"k{turn.chance.randrange(16**6):06x}", cards=new[:MOST], left_out=len(new) > MOST,
        team=team[0].team_id if len(team) == 1 else None, waiting=waiting.get("ids", []),
    )  # fmt: skip
    await _go_on(turn)


def _encoded(card: Card, hamlets: dict[str, int], oldest: dt.date) -> dict[str, Any]:
    """A card as kept with the chat: numbers and codes, and nothing of the message."""
    kept = {name: getattr(card, name) for name in _KEPT}
    long_ago = card.date is not None and card.date < oldest
    kept["ask"] = [*(["date"] if long_ago else []), *(name for name in card.ask if name != "hamlet" or hamlets)]
    kept |= {"contents": dict(card.contents), "results": dict(card.results), "groups": dict(card.groups)}
    kept["procedures"] = list(card.procedures)
    return kept | {"day": card.date.isoformat() if card.date else None, "hamlet": hamlets.get(card.hamlet or "")}


# --- asking -------------------------------------------------------------------------------------------------


async def _go_on(turn: Turn) -> None:
    """The next question, or the cards when nothing is in doubt."""
    data = turn.state.data
    if data["team"] is None:
        choices = [Choice(t.team_name or "", f"x:t:{data['key']}:{t.team_id}") for t in entries.teams_of(turn)]
        turn.say("assist.ask_team", choices=choices)
        return
    asked = _asked(turn)
    if asked is None:
        await _finish(turn)
    else:
        await _ask(turn, *asked)


def _asked(turn: Turn) -> tuple[int, str] | None:
    """Which field of which card is in doubt."""
    cards = turn.state.data["cards"]
    return next(((n, card["ask"][0]) for n, card in enumerate(cards) if card["ask"]), None)


async def _ask(turn: Turn, n: int, field: str) -> None:
    data = turn.state.data
    card = data["cards"][n]
    terms = turn.knowledge.terms
    first = next((terms.label("content", code) for code in card["contents"]), None)
    which = {"n": n + 1, "first": first} if len(data["cards"]) > 1 else None
    choices = await _choices(turn, f"x:a:{data['key']}:{n}:{field}", card, field)
    turn.say(f"sentence.ask_{field}", which=which, people=card["people"], choices=choices)


async def _choices(turn: Turn, prefix: str, card: dict[str, Any], field: str) -> list[Choice]:
    terms = turn.knowledge.terms
    match field:
        case "people":
            near = {card["people"]} if card["people"] else set()
            return entries.number_choices(prefix, sorted({*entries.FEW, *near}))
        case "date":
            days = [turn.today - dt.timedelta(days=n) for n in range(4)]
            return [turn.choice("assist.day_choice", f"{prefix}:{d}", day=d, today=turn.today) for d in days]
        case "contents":
            return entries.term_choices(turn, "content", prefix, terms.codes("content"))
        case "hamlet":
            hamlets = await _named(turn)
            here = [Choice(h.name[: fields.LABEL], f"{prefix}:{h.id}") for h in hamlets]
            return [*here, turn.choice("assist.not_told", f"{prefix}:-")]
        case _:
            results = [Choice(terms.label("result", r), f"{prefix}:{r}") for r in terms.codes("result")]
            return [*results, turn.choice("assist.not_told", f"{prefix}:-")]


async def _named(turn: Turn) -> list[Hamlet]:
    """The hamlets of the team's commune."""
    team = entries.team_of(turn, turn.state.data["team"])
    return await turn.memory.teams.hamlets(team.commune or "") if team else []


# --- answers ------------------------------------------------------------------------------------------------


async def press(turn: Turn, args: list[str]) -> None:
    """x:t:<key>:<team> and x:a:<key>:<n>:<field>:<value> answer, x:e:<key>:<id>[:<field>] corrects; the rest: see
    batch.
    """
    data = turn.state.data
    match args:
        case ["t", key, team] if key == data.get("key") and data.get("team", "") is None and team.isdecimal():
            if entries.team_of(turn, int(team)):
                turn.state.data = data | {"team": int(team)}
            await _go_on(turn)
        case ["a", key, n, field, value] if key == data.get("key") and _asked_is(turn, n, field):
            await _answered(turn, field, value)
        case ["e", key, entry_id, *field] if batch.stands(turn) and key == data.get("key"):
            await _correct(turn, entry_id, field)
        case ["t" | "a", *_] if (turn.state.flow or "").startswith("sentence."):
            turn.say("assist.old_press")
            await _go_on(turn)
        case _:
            await batch.press(turn, args)


def _asked_is(turn: Turn, n: str, field: str) -> bool:
    at = int(n) if n.isdecimal() else -1
    return (turn.state.flow or "").startswith("sentence.") and _asked(turn) == (at, field)


async def _correct(turn: Turn, entry_id: str, field: list[str]) -> None:
    """Opens a draft to be corrected; the others wait."""
    data = turn.state.data
    if entry_id not in map(str, data["ids"]):
        await batch.show(turn)
        return
    turn.state.enter("assist.draft", entry=int(entry_id), batch={k: data[k] for k in ("key", "ids", "sure")})
    await correcting.press(turn, ["e", entry_id, *field])


async def _answered(turn: Turn, field: str, value: str) -> None:
    """Puts the answer into the card asked about."""
    n, _ = _asked(turn) or (0, "")
    change = _change(turn, field, value)
    if change is None:
        turn.say("sentence.mistake", field=field)
        await _go_on(turn)
        return
    cards = list(turn.state.data["cards"])
    cards[n] = cards[n] | change | {"ask": cards[n]["ask"][1:]}
    turn.state.data = turn.state.data | {"cards": cards}
    await _go_on(turn)


def _change(turn: Turn, field: str, value: str) -> dict[str, Any] | None:
    terms = turn.knowledge.terms
    n, _ = _asked(turn) or (0, "")
    card = turn.state.data["cards"][n]
    match field:
        case "people":
            number = entries.read_number(value, 1, entries.MAX_PEOPLE)
            if number is None and not any(c.isdigit() for c in value):
                number = turn.knowledge.log.number(value)
            return None if number is None else {"people": number} | _follows(card, number)
        case "date":
            day = fields.typed(turn, "day", value) or fields.day_of(turn, turn.knowledge.log.day(value, turn.now))
            day = day or fields.iso_day(turn, value)
            return {"day": day["day"].isoformat()} if day else None
        case "contents" if value in terms.codes("content"):
            return {"contents": {value: card["people"]}}
        case "hamlet" if value == "-" or value.isdecimal():
            return {"hamlet": None if value == "-" else int(value[:9])}
        case "results" if value in terms.codes("result"):
            return {"results": {value: card["people"]} if card["people"] else {}, "outcome": value}
        case "results" if value == "-":
            return {"results": {}}
    return None


def _follows(card: dict[str, Any], people: int) -> dict[str, Any]:
    """What the number of people makes of the rest of the card."""
    contents = {code: people if len(card["contents"]) == 1 else n and min(n, people)
                for code, n in card["contents"].items()}  # fmt: skip
    results = {card["outcome"]: people} if card["outcome"] else card["results"]
    fits = not results or sum(results.values()) == people
    return {"contents": contents, "results": results if fits else {}}


async def typed(turn: Turn) -> bool:
    """An answer typed to what was asked, or the words of a choice."""
    text = turn.message.text
    args = entries.picked(turn, text, "x")
    if args is not None:
        await press(turn, args)
        return True
    if batch.stands(turn):
        return await _typed_at_batch(turn, text)
    asked = _asked(turn) if turn.state.data.get("team") is not None else None
    if asked is None or asked[1] not in ("people", "date") or len(text.split()) > 6:
        return False
    await _answered(turn, asked[1], text)
    return True


async def _typed_at_batch(turn: Turn, text: str) -> bool:
    if fold(text) in YES:
        await batch.press(turn, ["s", turn.state.data["key"]])
        return True
    return False


async def back(turn: Turn) -> None:
    """From a doubt to the cards; from the cards to the menu, nothing saved."""
    if turn.state.flow == "batch.doubt":
        await batch.show(turn)
    elif batch.stands(turn):
        await batch.drop(turn)
    else:
        turn.state.leave()
        turn.say("assist.dropped")
        await menu.show(turn)


# --- the entries --------------------------------------------------------------------------------------------


async def _finish(turn: Turn) -> None:
    """Nothing is in doubt: the cards become entries that wait to be saved."""
    data = turn.state.data
    team = entries.team_of(turn, data["team"])
    if team is None or team.team_id is None or team.commune is None:  # left the team meanwhile
        turn.state.leave()
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    known = {h.id for h in await turn.memory.teams.hamlets(team.commune)}
    made = [_entry(turn, card, team.team_id, team.commune, known) for card in data["cards"]]
    turn.state.enter("batch.list", key=data["key"], ids=data["waiting"], sure=[])
    await batch.begin(turn, made, left_out=data["left_out"])


def _entry(turn: Turn, card: dict[str, Any], team_id: int, commune: str, hamlets: set[int]) -> Entry:
    people = card["people"]
    told = Entry(
        team_id=team_id, commune=commune, day=dt.date.fromisoformat(card["day"]), people=people,
        contents={code: None if n == people else n for code, n in card["contents"].items()},
        results=card["results"], groups=card["groups"], time=card["time"], place=card["place"],
        procedures=dict.fromkeys(card["procedures"]), minutes=card["minutes"], member_id=turn.person_id,
        entered_by=turn.person_id, channel=turn.channel,
        hamlet_id=card["hamlet"] if card["hamlet"] in hamlets else None,
    )  # fmt: skip
    return entries.with_numbers(told, dossiers=card["dossiers"], payments=card["payments"])
