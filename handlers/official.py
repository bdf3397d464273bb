"""Official figures: what other agencies published of a commune or a province, typed in with days and source."""

import re
from decimal import Decimal

from handlers import menu, spans
from handlers.turn import Choice, Turn
from storage.official import LARGEST, MAX_SOURCE
from storage.periods import Period
from storage.scope import NotAllowed

LOOKERS = ("officer", "province_officer")
SHOWN = 8
_VALUE = re.compile(r"(\d{1,7})(?:,(\d{1,2}))?(?: ?điểm)?|(\d{1,7})\.(\d{1,2})", re.ASCII | re.IGNORECASE)


def _places(turn: Turn) -> list[tuple[str, str]]:
    """The communes and provinces the person answers for, and their names."""
    if turn.scope is None:
        return []
    places = turn.knowledge.places
    communes = [(c, places.commune(c)) for c in turn.scope.communes("officer")]
    provinces = [(p, places.province(p)) for p in turn.scope.provinces()]
    return [(code, found.name if found else code) for code, found in [*communes, *provinces]]


def _ways_back(turn: Turn, *first: Choice) -> list[Choice]:
    return [*first, turn.choice("official.to_list", "cs"), turn.choice("common.menu", "m:menu")]


async def show(turn: Turn) -> None:
    """What was typed of the person's places, the latest days first."""
    turn.state.leave()
    places = _places(turn)
    if not places:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    indexes, told = turn.knowledge.indexes, []
    for code, name in places:
        found = await turn.memory.official.of(code, turn.today, SHOWN)
        told.append((name, [(indexes.name(o.code), indexes.most(o.code), o) for o in found]))
    labels = [turn.choice("official.new", f"cs:m:{code}", style="main", place=name if len(places) > 1 else None)
              for code, name in places]  # fmt: skip
    turn.say("official.list", places=told, choices=[*labels, turn.choice("common.menu", "m:menu")])


async def press(turn: Turn, args: list[str]) -> None:
    """cs the list, cs:m:<place> which index, cs:m:<place>:<index> its days."""
    turn.state.leave()
    mine = {code for code, _ in _places(turn)}
    match args:
        case ["m", place] if place in mine:
            indexes = turn.knowledge.indexes
            codes = indexes.of(province=len(place) == 2)
            labels = [Choice(indexes.name(code), f"cs:m:{place}:{code}") for code in codes]
            turn.say("official.which", choices=_ways_back(turn, *labels))
        case ["m", place, code] if place in mine and code in turn.knowledge.indexes.by_code:
            turn.state.enter("official.days", place=place, code=code)
            turn.say("official.ask_days", name=turn.knowledge.indexes.name(code), choices=_ways_back(turn))
        case _:
            await show(turn)


async def typed(turn: Turn) -> bool:
    """The days, the value and the source, one after the other."""
    data, flow = turn.state.data, turn.state.flow
    if not _places(turn) or not {"place", "code"} <= data.keys():
        return False
    text = " ".join(turn.message.text.split())
    if flow == "official.days":
        _days(turn, text)
    elif flow == "official.value":
        _value(turn, text)
    elif flow == "official.source":
        await _source(turn, text)
    else:
        return False
    return True


def _days(turn: Turn, text: str) -> None:
    found = spans.read(text, turn.today)
    period = found[0] if found else None
    if period is None or (period.last > turn.today and period.first > turn.today):
        turn.say("official.bad_days", choices=_ways_back(turn))
        return
    turn.state.enter("official.value", **turn.state.data, days=spans.encode(period))
    code = turn.state.data["code"]
    turn.say("official.ask_value", name=turn.knowledge.indexes.name(code), label=period.label,
             most=turn.knowledge.indexes.most(code), choices=_ways_back(turn))  # fmt: skip


def _value(turn: Turn, text: str) -> None:
    value, most = number(text), turn.knowledge.indexes.most(turn.state.data["code"])
    if value is None or value > (LARGEST if most is None else most):
        turn.say("official.bad_value", most=most, choices=_ways_back(turn))
        return
    turn.state.enter("official.source", **turn.state.data, value=str(value))
    turn.say("official.ask_source", choices=_ways_back(turn))


def number(text: str) -> Decimal | None:
    """ "85,16" as it is printed here, or "85.16"; None for anything else."""
    found = _VALUE.fullmatch(text)
    if found is None:
        return None
    return Decimal(f"{found[1] or found[3]}.{found[2] or found[4] or 0}")


async def _source(turn: Turn, text: str) -> None:
    data, period = turn.state.data, spans.decode(turn.state.data.get("days", ""))
    if not 3 <= len(text) <= MAX_SOURCE:
        turn.say("official.bad_source", most=MAX_SOURCE, choices=_ways_back(turn))
        return
    assert turn.scope is not None  # noqa: S101  (see _places)
    try:
        await _put(turn, data, period, text)
    except (NotAllowed, ValueError, KeyError):  # a role that ended meanwhile
        await show(turn)
        return
    turn.say("official.saved")
    await show(turn)


async def _put(turn: Turn, data: dict[str, str], period: Period | None, source: str) -> None:
    if period is None or turn.scope is None:
        raise ValueError("days")
    value = Decimal(data["value"])
    await turn.memory.official.put(turn.scope, data["place"], data["code"], period, value, source, turn.now)


async def back(turn: Turn) -> None:
    """To the list."""
    turn.state.leave()
    if _places(turn):
        await show(turn)
    else:
        await menu.show(turn)
