"""The list annexed to a commune's decision, sent by its officer: checked row by row, taken in by one press."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from content import roster
from content.roster import Roster, Words
from handlers import teams
from handlers.turn import Choice, File, Kind, Sheet, Turn
from storage.renewing import Awaited
from storage.roster import Listed, Slip

FLOW = "people.lists"
MOST = 500
"""Places in teams that are taken in at once: twice those of a large commune. The slips of so many take a second."""
SHOWN = 12
"""Rows in doubt, and people no longer listed, that are named on the phone."""
AGAIN = frozenset({"lost", "busy", "too_slow", "crashed"})
"""Problems that are none of the file's own."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row with something wrong, in words."""

    sheet: str
    row: int
    text: str


def listed(found: Roster, words: Words) -> list[Listed]:
    """The list as it is to be stored."""
    return [
        Listed(p.member, p.name, p.team or words.team_name, p.hamlet, "head" if words.leads(p.role) else "member",
               p.role, p.phone)
        for p in found.people
    ]  # fmt: skip


def place_key(words: Words) -> Callable[[str], str]:
    """What makes names of places equal that are written in different ways."""
    return lambda place: roster.place_key(place, words)


async def press(turn: Turn, args: list[str]) -> None:
    """t:l asks for the file, t:l:m an empty one; t:l:n takes the list in, t:l:x and ends the gone, t:l:b does not;
    t:l:i asks whether new slips are wanted for who has not come, t:l:i:<mark> draws them.
    """
    if teams.commune_of(turn) is None:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    match args:
        case ["m"]:
            await _blank(turn)
        case ["n"] | ["x"]:
            await _take(turn, end_gone=args == ["x"])
        case ["b"]:
            await turn.memory.checked_lists.drop(turn.person_id)
            turn.state.leave()
            turn.say("lists.dropped", choices=teams.ways_back(turn))
        case ["i"]:
            await _ask_renew(turn)
        case ["i", mark]:
            await _renew(turn, mark)
        case _:
            await _ask(turn)


async def _ask(turn: Turn) -> None:
    turn.state.enter(FLOW)
    choices, awaited = [turn.choice("lists.blank", "t:l:m")], (await _awaited(turn)).people
    if awaited:
        choices.append(turn.choice("lists.renew", "t:l:i", count=awaited))
    turn.say("lists.ask", choices=teams.ways_back(turn, *choices))


async def _blank(turn: Turn) -> None:
    assert turn.documents is not None  # noqa: S101  (every program that answers people has them)
    file = await asyncio.to_thread(turn.documents.blank_list)
    turn.state.enter(FLOW)
    turn.say("lists.here_is_blank", files=[file], choices=teams.ways_back(turn))


async def received(turn: Turn) -> bool:
    """Whether a message was a list, or something else instead of the one we asked for."""
    asked, kind = turn.state.flow == FLOW, turn.message.kind
    talks = turn.chat is not None and turn.chat.talks
    if turn.message.sheet is not None and teams.commune_of(turn) is not None and not talks:
        await _check(turn, turn.message.sheet)
        return True
    if not asked or kind in (Kind.TEXT, Kind.PRESS, Kind.EDITED):
        return False
    why = "lists.unseen" if kind is Kind.OTHER else "lists.no_list"
    turn.say(why, choices=teams.ways_back(turn, turn.choice("lists.blank", "t:l:m")))
    return True


# --- the check ----------------------------------------------------------------------------------------------


async def _check(turn: Turn, sheet: Sheet) -> None:
    """What the list says, what is in doubt, and what taking it in would change."""
    found, problem = sheet.roster, sheet.problem
    again = turn.choice("lists.again", "t:l")
    if found is not None and len(found.people) > MOST:
        turn.state.enter(FLOW)
        turn.say("lists.too_many", count=found.members, choices=teams.ways_back(turn, again))
        return
    if found is None or problem is not None:
        turn.state.enter(FLOW)
        _refuse(turn, "too_big" if problem in (None, "too_large") else problem)
        return
    doubts = _doubts(turn, found)
    if not found.people:
        turn.say(
            "lists.nobody", doubts=doubts[:SHOWN], more=len(doubts[SHOWN:]), choices=teams.ways_back(turn, again)
        )
        return
    commune, words = str(teams.commune_of(turn)), turn.knowledge.lists
    assert turn.scope is not None  # noqa: S101  (an officer has one)
    result = await turn.memory.rosters.rehearse(
        commune,
        listed(found, words),
        turn.now,
        name_key=roster.name_key,
        place_key=place_key(words),
        scope=turn.scope,
    )
    await turn.memory.checked_lists.keep(
        turn.person_id, commune, roster.packed(Roster([], found.people)), turn.now
    )  # fmt: skip
    turn.state.leave()
    place = turn.knowledge.places.commune(commune)
    turn.say(
        "lists.checked", place=place.name if place else commune, found=found, result=result,
        slips=len(result.slips), gone=result.gone[:SHOWN], more_gone=len(result.gone[SHOWN:]),
        doubts=doubts[:SHOWN], more=len(doubts[SHOWN:]), several=len({d.sheet for d in doubts}) > 1,
        choices=[*_answers(turn, gone=len(result.gone)), turn.choice("lists.not_now", "t:l:b")],
    )  # fmt: skip


def _refuse(turn: Turn, problem: str) -> None:
    """Says what is wrong with a file that is no list."""
    choices = teams.ways_back(turn, turn.choice("lists.blank", "t:l:m"))
    if problem in AGAIN:
        turn.say("lists.not_arrived", choices=choices)
    else:
        why = turn.words("roster.refused", file=turn.words("lists.this_file"), why=problem)
        turn.say("lists.refused", why=why, choices=choices)


def _answers(turn: Turn, *, gone: int) -> list[Choice]:
    if not gone:
        return [turn.choice("lists.take", "t:l:n", style="main")]
    return [turn.choice("lists.take_keeping", "t:l:n", style="main", gone=gone),
            turn.choice("lists.take_ending", "t:l:x", style="danger", gone=gone)]  # fmt: skip


def _doubts(turn: Turn, found: Roster) -> list[Doubt]:
    """Rows that make no member first."""
    ordered = sorted(found.problems, key=lambda p: not p.blocks)
    say = turn.words
    return [
        Doubt(p.sheet, p.row, say("roster.problem", kind=p.kind, blocks=p.blocks, about=p.about, other=p.other))
        for p in ordered
    ]  # fmt: skip


# --- taking it in -------------------------------------------------------------------------------------------


async def _take(turn: Turn, *, end_gone: bool) -> None:
    """Stores the list that was checked, and hands over the slips: the only place where the codes stand."""
    commune, words = str(teams.commune_of(turn)), turn.knowledge.lists
    assert turn.scope is not None  # noqa: S101  (an officer has one)
    document = await turn.memory.checked_lists.take(turn.person_id, commune, turn.now)
    if document is None:
        turn.say("lists.over", choices=teams.ways_back(turn, turn.choice("lists.again", "t:l")))
        return
    codes = turn.paper.keeps if turn.paper is not None else {}
    result = await turn.memory.rosters.take(
        commune, listed(roster.unpacked(document), words), turn.now, name_key=roster.name_key,
        place_key=place_key(words), end_gone=end_gone, codes=codes, scope=turn.scope,
    )  # fmt: skip
    files = _slips(turn, result.slips, commune, result.codes)
    for person_id, team in result.lost:
        await turn.tell([person_id], "teams.told_ended", team=team)
    turn.say("lists.taken", result=result, slips=len(result.slips), ended=end_gone, files=files,
             choices=teams.ways_back(turn, turn.choice("teams.list", "t:t")))  # fmt: skip


def _slips(turn: Turn, slips: Sequence[Slip], commune: str, codes: Mapping[int, str]) -> list[File]:
    """The slips, drawn before this turn could end: with the very codes that it then stores, or not at all."""
    if not slips:
        return []
    assert turn.documents is not None  # noqa: S101  (every program that answers people has them)
    return [turn.drawn(slips, codes, partial(turn.documents.slips, slips, commune, turn.now))]


# --- new slips ----------------------------------------------------------------------------------------------


async def new_slips(turn: Turn) -> None:
    """Asks an officer whether slips are to be drawn again: those before were lost, or have run out."""
    await press(turn, ["i"])


async def _awaited(turn: Turn) -> Awaited:
    return await turn.memory.renewing.awaited(turn.duty, str(teams.commune_of(turn)))


async def _ask_renew(turn: Turn, *, over: bool = False) -> None:
    turn.state.leave()
    awaited = await _awaited(turn)
    first = [turn.choice("lists.sure_renew", f"t:l:i:{awaited.mark}", style="main")] if awaited.people else []
    turn.say("lists.ask_renew", count=awaited.people, over=over, choices=teams.ways_back(turn, *first))


async def _renew(turn: Turn, mark: str) -> None:
    """New codes for everybody awaited, on new slips; a second press must not end those of the first."""
    awaited = await _awaited(turn)
    if not awaited.people or str(awaited.mark) != mark:
        await _ask_renew(turn, over=True)
        return
    commune = str(teams.commune_of(turn))
    before = turn.paper.keeps if turn.paper is not None else {}
    made = await turn.memory.renewing.renew(turn.duty, commune, turn.now, before)
    turn.say("lists.renewed", count=len(made.slips), files=_slips(turn, made.slips, commune, made.codes),
             choices=teams.ways_back(turn, turn.choice("teams.list", "t:t")))  # fmt: skip
