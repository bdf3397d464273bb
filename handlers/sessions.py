"""Group sessions: opened by a member, joined by others with one press or a code, closed as one entry of the log."""

from dataclasses import dataclass
from typing import Any

from handlers import correcting, entries, teams
from handlers.turn import Choice, Turn
from storage.periods import Period
from storage.scope import NotAllowed
from storage.sessions import Session

PLACES = ("nha_van_hoa", "trung_tam", "cho", "nha_dan", "noi_khac")
"""Where people come together, the usual first."""
NUMBERS = (10, 15, 20, 25, 30, 40, 50)


@dataclass(frozen=True, slots=True)
class Shown:
    """A session in words."""

    team: str
    hamlet: str | None
    where: str | None
    plan: str | None
    members: int
    day: Any


def shown(turn: Turn, s: Session) -> Shown:
    """The session with its codes in words."""
    where = turn.knowledge.terms.label("place", s.place) if s.place else None
    return Shown(s.team, s.hamlet, where[0].lower() + where[1:] if where else None, s.plan, s.members, s.day)


async def press(turn: Turn, args: list[str]) -> None:
    """t:b the open ones; t:b:m[:<team>[:<place>[:<hamlet>[:<plan>]]]] a new one; t:b:<session> one, :v there, :r not,
    :h dropped, :k closed; t:b:<session>:n:<people>, :c:<+|-><content>, :x contents done, :s:<n>:<people> counts.
    """
    if turn.scope is None or not turn.has("member", "head", "officer"):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    try:
        match args:
            case ["m", *asked]:
                turn.state.leave()
                await _begin(turn, asked)
            case [session, *what] if teams.number(session):
                await _one(turn, teams.number(session), what)
            case _:
                turn.state.leave()
                await _list(turn)
    except NotAllowed:
        turn.state.leave()
        turn.say("sessions.over")
        await _list(turn)


async def _list(turn: Turn) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    found = await turn.memory.sessions.running(turn.scope, turn.now)
    choices: list[Choice] = []
    for s in found[: teams.PAGE]:
        team = teams.short(s.team)
        if entries.teams_of(turn) and s.opened_by != turn.person_id and s.day == turn.today:
            choices.append(turn.choice("sessions.here", f"t:b:{s.id}:v", team=team))
        if _closes(turn, s):
            choices.append(turn.choice("sessions.manage", f"t:b:{s.id}", team=team))
    if entries.teams_of(turn):
        choices.append(turn.choice("sessions.start", "t:b:m", style="main"))
    choices.append(turn.choice("common.menu", "m:menu"))
    turn.say("sessions.list", sessions=[shown(turn, s) for s in found[: teams.PAGE]], choices=choices)


def _closes(turn: Turn, s: Session) -> bool:
    """Whether the person may close the session; asked again where it is done."""
    scope = turn.scope
    return scope is not None and (
        s.opened_by == turn.person_id or s.team_id in scope.teams("head") or s.commune in scope.communes("officer")
    )


# --- a new one ----------------------------------------------------------------------------------------------


async def _begin(turn: Turn, asked: list[str]) -> None:
    """Asks for the team, the place, the hamlet and the plan, as far as there is something to ask."""
    mine = entries.teams_of(turn)
    if not mine:
        raise NotAllowed
    if not asked and len(mine) > 1:
        labels = [Choice(teams.short(t.team_name or ""), f"t:b:m:{t.team_id}") for t in mine]
        turn.say("sessions.which_team", choices=labels)
        return
    team = entries.team_of(turn, teams.number(asked[0])) if asked else mine[0]
    if team is None or team.commune is None or team.team_id is None:
        raise NotAllowed
    here = f"t:b:m:{team.team_id}"
    match asked[1:]:
        case [place] if place in PLACES:
            await _ask_hamlet(turn, team.commune, team.team_id, place)
        case [place, hamlet] if place in PLACES:
            await _ask_plan(turn, team.commune, team.team_id, place, hamlet)
        case [place, hamlet, plan] if place in PLACES:
            await _open(turn, team.team_id, place, teams.number(hamlet), teams.number(plan))
        case _:
            turn.say("sessions.which_place", choices=entries.term_choices(turn, "place", here, PLACES))


async def _ask_hamlet(turn: Turn, commune: str, team_id: int, place: str) -> None:
    """The team's own hamlet is taken for granted; a team without one is asked where there are any."""
    own = await turn.memory.teams.hamlet_of(team_id)
    found = [] if own else (await turn.memory.teams.hamlets(commune))[: teams.PAGE]
    if not found:
        await _ask_plan(turn, commune, team_id, place, str(own or 0))
        return
    here = f"t:b:m:{team_id}:{place}"
    labels = [Choice(teams.short(h.name), f"{here}:{h.id}") for h in found]
    turn.say("sessions.which_hamlet", choices=[*labels, turn.choice("sessions.no_hamlet", f"{here}:0")])


async def _ask_plan(turn: Turn, commune: str, team_id: int, place: str, hamlet: str) -> None:
    """Asked only where several plans hold today; one is taken for granted."""
    plans = await turn.memory.activity.plans(commune, Period(turn.today, turn.today))
    if len(plans) < 2:
        await _open(turn, team_id, place, teams.number(hamlet), plans[0].id if plans else 0)
        return
    here = f"t:b:m:{team_id}:{place}:{teams.number(hamlet)}"
    labels = [Choice(teams.short(p.name), f"{here}:{p.id}") for p in plans[: teams.PAGE]]
    turn.say("sessions.which_plan", choices=[*labels, turn.choice("sessions.no_plan", f"{here}:0")])


async def _open(turn: Turn, team_id: int, place: str, hamlet_id: int, plan_id: int) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    try:
        s, code = await turn.memory.sessions.open(
            turn.scope, team_id, turn.now, hamlet_id=hamlet_id or None, place=place, plan_id=plan_id or None
        )
    except NotAllowed:
        turn.say("sessions.too_many")
        await _list(turn)
        return
    here = shown(turn, s)
    others = [m for m in await turn.memory.teams.fellows(team_id) if m != turn.person_id]
    there = turn.choice("sessions.here_short", f"t:b:{s.id}:v", style="main")
    await turn.tell(others, "sessions.told_opened", name=turn.chat.name if turn.chat else None, team=s.team,
                    where=here.where, choices=[there])  # fmt: skip
    turn.say("sessions.opened", s=here, code=code, choices=_of_opener(turn, s))


def _of_opener(turn: Turn, s: Session) -> list[Choice]:
    return [
        turn.choice("sessions.finish", f"t:b:{s.id}:k", style="main"),
        turn.choice("sessions.manage", f"t:b:{s.id}", team=teams.short(s.team)),
        turn.choice("sessions.drop", f"t:b:{s.id}:h", style="danger"), turn.choice("common.menu", "m:menu"),
    ]  # fmt: skip


# --- one of them --------------------------------------------------------------------------------------------


async def _one(turn: Turn, session_id: int, what: list[str]) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    match what:
        case ["v"]:
            await join(turn, session_id)
        case ["r"]:
            s = await _get(turn, session_id)
            await turn.memory.sessions.leave(turn.scope, session_id)
            turn.say("sessions.left", s=shown(turn, s), choices=[turn.choice("common.menu", "m:menu")])
        case ["h"]:
            sure = turn.choice("sessions.sure_drop", f"t:b:{session_id}:h:that", style="danger")
            turn.say("sessions.ask_drop", choices=[sure, turn.choice("sessions.keep", f"t:b:{session_id}")])
        case ["h", "that"]:
            await turn.memory.sessions.cancel(turn.scope, session_id, turn.now)
            turn.say("sessions.dropped", choices=[turn.choice("common.menu", "m:menu")])
        case [("k" | "n" | "c" | "x" | "s"), *_]:
            await _close_press(turn, await _get(turn, session_id), what)
        case _:
            await _card(turn, await _get(turn, session_id))


async def _get(turn: Turn, session_id: int) -> Session:
    """An open session of the person's commune. Raises NotAllowed."""
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    s = await turn.memory.sessions.get(turn.scope, session_id)
    if s is None or s.state != "open":
        raise NotAllowed
    return s


async def join(turn: Turn, session_id: int) -> None:
    """The person is there."""
    assert turn.scope is not None  # noqa: S101  (only members come here)
    s = await turn.memory.sessions.join(turn.scope, session_id, turn.now)
    choices = [turn.choice("sessions.leave", f"t:b:{s.id}:r"), turn.choice("common.menu", "m:menu")]
    turn.say("sessions.joined", s=shown(turn, s), choices=choices)


async def try_code(turn: Turn, code: str) -> bool:
    """Takes a typed code for that of an open session, if it is one."""
    if turn.scope is None or not entries.teams_of(turn):
        return False
    session_id = await turn.memory.sessions.by_code(code)
    if session_id is None:
        return False
    await press(turn, [str(session_id), "v"])
    return True


async def _card(turn: Turn, s: Session) -> None:
    turn.state.leave()
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    nameless = turn.words("sessions.nameless")
    names = [name or nameless for name in await turn.memory.sessions.attendees(turn.scope, s.id)]
    turn.say("sessions.card", s=shown(turn, s), names=names, choices=_of_opener(turn, s))


# --- closing ------------------------------------------------------------------------------------------------


def _data(turn: Turn, s: Session) -> dict[str, Any]:
    """What was told so far of how the session went."""
    data = turn.state.data
    return data if (turn.state.flow or "").startswith("people.sessions") and data.get("session") == s.id else {}


def _enter(turn: Turn, s: Session, question: str, **data: Any) -> None:
    kept = {k: v for k, v in _data(turn, s).items() if k in ("people", "contents", "counts")}
    turn.state.enter(f"people.sessions.{question}", **{**kept, **data, "session": s.id})


async def _close_press(turn: Turn, s: Session, what: list[str]) -> None:
    """A press of closing; one of an earlier question shows where the session stands."""
    data, question = _data(turn, s), (turn.state.flow or "").rpartition(".")[2]
    match what:
        case ["k"] if _closes(turn, s):
            _enter(turn, s, "people", contents=[], counts=[])
            turn.say("sessions.ask_people", choices=_numbers(turn, s))
        case ["n", n] if question == "people" and data:
            await _people(turn, s, n)
        case ["c", code] if question == "contents" and data:
            _toggle(turn, s, code)
        case ["x"] if question == "contents" and data:
            await _contents_done(turn, s)
        case ["s", at, n] if question == "counts" and data and at == str(len(data["counts"])):
            await _count(turn, s, n)
        case _:
            await _card(turn, s)


def _numbers(turn: Turn, s: Session) -> list[Choice]:
    return [*entries.number_choices(f"t:b:{s.id}:n", NUMBERS),
            turn.choice("sessions.keep", f"t:b:{s.id}", number=0)]  # fmt: skip


async def _people(turn: Turn, s: Session, text: str) -> None:
    people = entries.read_number(text, 1, entries.MAX_PEOPLE)
    if people is None:
        turn.say("sessions.bad_people", choices=_numbers(turn, s))
        return
    _enter(turn, s, "contents", people=people, contents=[], counts=[])
    _ask_contents(turn, s)


def _ask_contents(turn: Turn, s: Session, *, words: str = "sessions.ask_contents", replaces: bool = False) -> None:
    terms, chosen = turn.knowledge.terms, turn.state.data["contents"]
    labels = [
        turn.choice("assist.chosen", f"t:b:{s.id}:c:{'-' if code in chosen else '+'}{code}", on=code in chosen,
                    label=terms.label("content", code))
        for code in terms.codes("content")
    ]  # fmt: skip
    done = turn.choice("assist.all_chosen", f"t:b:{s.id}:x", style="main")
    turn.say(words, choices=[done, *labels], replaces=replaces)


def _toggle(turn: Turn, s: Session, code: str) -> None:
    """Each button says what it makes of the content, so that a doubled press does not undo itself."""
    chosen = [c for c in turn.state.data["contents"] if c != code[1:]]
    if code.startswith("+") and code[1:] in turn.knowledge.terms.codes("content"):
        chosen.append(code[1:])
    _enter(turn, s, "contents", contents=chosen)
    _ask_contents(turn, s, replaces=True)


async def _contents_done(turn: Turn, s: Session) -> None:
    chosen = turn.state.data["contents"]
    if not chosen:
        _ask_contents(turn, s, words="sessions.no_contents")
    elif len(chosen) == 1:
        await _close(turn, s, {chosen[0]: None})
    else:
        _enter(turn, s, "counts", counts=[])
        _ask_count(turn, s)


def _ask_count(turn: Turn, s: Session, *, words: str = "sessions.ask_count") -> None:
    data = turn.state.data
    at, people = len(data["counts"]), data["people"]
    content = turn.knowledge.terms.label("content", data["contents"][at])
    everybody = turn.choice("sessions.all", f"t:b:{s.id}:s:{at}:{people}", style="main", people=people)
    if words == "sessions.ask_count":
        turn.say(words, content=content[0].lower() + content[1:], people=people, choices=[everybody])
    else:
        turn.say(words, people=people, choices=[everybody])


async def _count(turn: Turn, s: Session, text: str) -> None:
    """How many learnt one of the contents; after the last one the session is closed."""
    data = turn.state.data
    n = entries.read_number(text, 1, data["people"])
    if n is None:
        _ask_count(turn, s, words="sessions.bad_count")
        return
    counts = [*data["counts"], n]
    if len(counts) < len(data["contents"]):
        _enter(turn, s, "counts", counts=counts)
        _ask_count(turn, s)
        return
    told = dict(zip(data["contents"], counts, strict=True))
    await _close(turn, s, {code: None if n == data["people"] else n for code, n in told.items()})


async def _close(turn: Turn, s: Session, contents: dict[str, int | None]) -> None:
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    people = turn.state.data["people"]
    entry = await turn.memory.sessions.close(turn.scope, s.id, people, contents, turn.now, channel=turn.channel)
    turn.state.leave()
    turn.say("sessions.closed", members=s.members)
    await correcting.show(turn, entry, "saved")


async def typed(turn: Turn) -> bool:
    """A number we asked for."""
    data, question = turn.state.data, (turn.state.flow or "").rpartition(".")[2]
    text = turn.message.text
    if turn.scope is None or question not in ("people", "counts") or not entries.looks_like_number(text):
        return False
    try:
        s = await _get(turn, int(data["session"]))
        await (_people(turn, s, text) if question == "people" else _count(turn, s, text))
    except NotAllowed:
        turn.state.leave()
        turn.say("sessions.over")
        await _list(turn)
    return True
