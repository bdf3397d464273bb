"""Targets: an officer sets a number for his commune, a province's for communes that set none; members see theirs."""

from dataclasses import dataclass

from handlers import entries, teams
from handlers.turn import Turn
from storage.scope import NotAllowed
from storage.statistics import INDICATORS
from storage.targets import COUNTABLE, MOST, Target, in_force, reached, set_target

WHOSE = ("commune", "team", "member")
EVERY = ("week", "month", "year")
UNITS = {i.code: i.unit for i in INDICATORS}
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Goal:
    """A target in words: with its unit, and how far it is reached."""

    indicator: str
    whose: str
    every: str
    number: int
    unit: str
    reached: int = 0
    of_province: bool = False


async def press(turn: Turn, args: list[str]) -> None:
    """t:c the targets, t:c:m[:<indicator>[:<whose>[:<every>]]] a number for one."""
    turn.state.leave()
    if _area(turn) is None:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    match args:
        case ["m"]:
            labels = [turn.choice("targets.indicator", f"t:c:m:{code}", code=code) for code in COUNTABLE]
            turn.say("targets.which", choices=teams.ways_back(turn, *labels))
        case ["m", code] if code in COUNTABLE:
            labels = [turn.choice("targets.whose_label", f"t:c:m:{code}:{w}", whose_code=w) for w in WHOSE]
            turn.say("targets.ask_whose", code=code, choices=teams.ways_back(turn, *labels))
        case ["m", code, whose] if code in COUNTABLE and whose in WHOSE:
            labels = [turn.choice("targets.every_label", f"t:c:m:{code}:{whose}:{e}", every_code=e) for e in EVERY]
            turn.say("targets.ask_every", code=code, whose_code=whose, choices=teams.ways_back(turn, *labels))
        case ["m", code, whose, every] if code in COUNTABLE and whose in WHOSE and every in EVERY:
            turn.state.enter("people.targets.number", code=code, whose=whose, every=every)
            turn.say("targets.ask_number", code=code, whose_code=whose, every_code=every, unit=UNITS[code],
                     choices=teams.ways_back(turn))  # fmt: skip
        case _:
            await _show(turn)


def _area(turn: Turn) -> str | None:
    """The commune the person sets targets for, else the province."""
    provinces = turn.scope.provinces() if turn.scope else ()
    return teams.commune_of(turn) or next(iter(provinces), None)


def _province(turn: Turn, area: str) -> str | None:
    """The province whose defaults hold in a commune."""
    place = turn.knowledge.places.commune(area)
    return place.province.code if place else None


async def _show(turn: Turn) -> None:
    area = str(_area(turn))
    connection = turn.memory.connection
    found = await in_force(connection, area, turn.today, province=_province(turn, area))
    goals = [await _goal(turn, t, area) for t in found]
    labels = [
        turn.choice("targets.change", f"t:c:m:{g.indicator}:{g.whose}:{g.every}", t=g) for g in goals[:SHOWN]
    ]  # fmt: skip
    places = turn.knowledge.places
    place = places.commune(area) or places.province(area)
    choices = teams.ways_back(turn, turn.choice("targets.add", "t:c:m", style="main"), *labels)
    turn.say("targets.list", place=place.name if place else area, targets=goals, choices=choices)


async def _goal(turn: Turn, t: Target, commune: str, member_id: int | None = None) -> Goal:
    done = await reached(turn.memory.connection, t, commune, turn.today, member_id=member_id)
    return Goal(t.indicator, t.whose, t.every, t.number, UNITS[t.indicator], done, t.of_province)


async def typed(turn: Turn) -> bool:
    """The number asked for."""
    data, area = turn.state.data, _area(turn)
    if not {"code", "whose", "every"} <= data.keys() or turn.scope is None or area is None:
        return False
    number = entries.read_number(turn.message.text, 0, MOST)
    if number is None:
        turn.say("targets.bad_number", choices=teams.ways_back(turn))
        return True
    wanted = Target(data["code"], data["whose"], data["every"], number, turn.today)
    turn.state.leave()
    try:
        await set_target(turn.memory.connection, turn.scope, area, wanted, turn.now)
    except (NotAllowed, ValueError):
        await press(turn, [])
        return True
    goal = Goal(wanted.indicator, wanted.whose, wanted.every, number, UNITS[wanted.indicator])
    turn.say("targets.saved", t=goal, number=number)
    await _show(turn)
    return True


async def mine(turn: Turn) -> str:
    """How far the member is in what is asked of each member, else how far the commune is: a few gentle lines."""
    commune = next((g.commune for g in entries.teams_of(turn) if g.commune), None)
    if commune is None:
        return ""
    found = await in_force(turn.memory.connection, commune, turn.today, province=_province(turn, commune))
    own = [t for t in found if t.whose == "member"]
    chosen = own or [t for t in found if t.whose == "commune"][:1]
    goals = [await _goal(turn, t, commune, turn.person_id if own else None) for t in chosen]
    return turn.words("targets.mine", goals=goals)
