"""Campaigns: a province sets what counts and how heavily; officers see points, ranks and the days that are left."""

import re
from collections.abc import Sequence
from decimal import Decimal

from content.folding import fold
from handlers import menu, spans
from handlers.entries import read_number
from handlers.turn import Choice, Turn
from storage.campaigns import HEAVIEST, MAX_NAME, RANKED_BY, Campaign, Goal, Standing, standings
from storage.periods import Period
from storage.scope import NotAllowed
from storage.statistics import INDICATORS
from storage.targets import MOST

LOOKERS = ("officer", "province_officer", "admin")
SHOWN = 10
"""Ranks told on the phone; the page and the workbook tell all."""
LONGEST_ID = 15
UNITS = {i.code: i.unit for i in INDICATORS}
LONGEST = 366
"""Days of a campaign."""
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+", re.ASCII)
_YEAR = re.compile(r"20\d\d", re.ASCII)


def _may_set(turn: Turn) -> bool:
    return turn.has("province_officer", "admin")


def _provinces(turn: Turn) -> list[str]:
    """The provinces whose campaigns the person sees."""
    if turn.scope is None:
        return []
    communes = [turn.knowledge.places.commune(c) for c in turn.scope.communes("officer")]
    return list(dict.fromkeys([*turn.scope.provinces(), *(c.province.code for c in communes if c)]))


def _ways_back(turn: Turn, *first: Choice) -> list[Choice]:
    return [*first, turn.choice("campaign.to_list", "td"), turn.choice("common.menu", "m:menu")]


# --- looking ------------------------------------------------------------------------------------------------


async def show(turn: Turn) -> None:
    """The campaigns that are on, to come, or just over."""
    turn.state.leave()
    if not turn.has(*LOOKERS):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    found = await _all(turn)
    choices = [Choice(turn.words("campaign.label", c=c, today=turn.today), f"td:{c.id}") for c in found]
    if _may_set(turn):
        choices.append(turn.choice("campaign.new", "td:m", style="main"))
    turn.say("campaign.list", some=bool(found), choices=[*choices, turn.choice("common.menu", "m:menu")])


async def _all(turn: Turn) -> list[Campaign]:
    since = turn.today.replace(month=1, day=1)
    provinces = _provinces(turn) or ([p.code for p in turn.knowledge.places.provinces()] if _may_set(turn) else [])
    return [c for province in provinces for c in await turn.memory.campaigns.of(province, since=since)]


async def going(turn: Turn) -> bool:
    """Whether the person's menu should lead to campaigns."""
    if _may_set(turn):
        return True
    return turn.has("officer") and max((c.days_left(turn.today) for c in await _all(turn)), default=0) > 0


async def press(turn: Turn, args: list[str]) -> None:
    """td the list, td:m a new one, td:<id> one, td:<id>:c[:<indicator>] what counts, td:<id>:x[:<indicator>] another
    number for a commune, td:<id>:b[:ok] takes it back.
    """
    turn.state.leave()
    found = await _found(turn, args[0]) if args and args[0] != "m" else None
    match args:
        case ["m"] if _may_set(turn):
            await _new(turn)
        case [_] if found is not None:
            await _one(turn, found)
        case [_, what, *rest] if found is not None and _may_set(turn):
            await _change(turn, found, what, rest)
        case _:
            await show(turn)


async def _found(turn: Turn, key: str) -> Campaign | None:
    """The campaign in a button, if it is one of those the person sees."""
    if not key.isdecimal() or len(key) > LONGEST_ID or not turn.has(*LOOKERS):
        return None
    found = await turn.memory.campaigns.get(int(key))
    return found if found and (found.province in _provinces(turn) or turn.has("admin")) else None


async def _one(turn: Turn, found: Campaign) -> None:
    """Points and ranks: all of them for the province, the first and their own for officers of communes."""
    ranked = await _ranked(turn, found)
    own = turn.scope.communes("officer") if turn.scope else ()
    shown = [s for s in ranked if s.rank is not None][:SHOWN]
    mine = [s for s in ranked if s.commune in own and s not in shown]
    goals = [{"goal": g, "unit": UNITS[g.indicator]} for g in found.goals]
    choices = []
    if _may_set(turn):
        choices = [turn.choice("campaign.counts", f"td:{found.id}:c", style="main")]
        if found.goals:
            choices.append(turn.choice("campaign.own", f"td:{found.id}:x"))
        choices.append(turn.choice("campaign.drop", f"td:{found.id}:b"))
    turn.say(
        "campaign.one", c=found, today=turn.today, goals=goals, rows=_rows(turn, shown), mine=_rows(turn, mine),
        silent=sum(s.rank is None for s in ranked), begun=turn.today >= found.period.first,
        choices=_ways_back(turn, *choices),
    )  # fmt: skip


async def _ranked(turn: Turn, found: Campaign) -> list[Standing]:
    """An admin sets campaigns, but figures of communes are not his to see."""
    if found.province not in _provinces(turn):
        return []
    communes = [c.code for c in turn.knowledge.places.communes_of(found.province)]
    return await standings(turn.memory.connection, found, communes, turn.now)


def _rows(turn: Turn, found: Sequence[Standing]) -> list[tuple[int | None, str, Decimal | None]]:
    places = turn.knowledge.places
    return [(s.rank, place.name if (place := places.commune(s.commune)) else s.commune, s.points) for s in found]


# --- setting ------------------------------------------------------------------------------------------------


async def _new(turn: Turn) -> None:
    province = next(iter(turn.scope.provinces() if turn.scope else ()), None)
    if province is None:
        turn.state.enter("campaign.province")
        turn.say("campaign.ask_province", choices=_ways_back(turn))
    else:
        turn.state.enter("campaign.name", province=province)
        turn.say("campaign.ask_name", choices=_ways_back(turn))


async def _change(turn: Turn, found: Campaign, what: str, rest: list[str]) -> None:
    counted = {g.indicator for g in found.goals}
    match what, rest:
        case "c", []:
            labels = [
                turn.choice("campaign.indicator", f"td:{found.id}:c:{code}", code=code, on=code in counted)
                for code in RANKED_BY
            ]
            turn.say("campaign.which", choices=_ways_back(turn, *labels))
        case "c", [code] if code in RANKED_BY:
            turn.state.enter("campaign.goal", campaign=found.id, code=code)
            turn.say("campaign.ask_goal", code=code, unit=UNITS[code], choices=_ways_back(turn))
        case "x", []:
            labels = [turn.choice("campaign.indicator", f"td:{found.id}:x:{g.indicator}", code=g.indicator, on=False)
                      for g in found.goals]  # fmt: skip
            turn.say("campaign.which_own", choices=_ways_back(turn, *labels))
        case "x", [code] if code in counted:
            turn.state.enter("campaign.own", campaign=found.id, code=code)
            turn.say("campaign.ask_own", code=code, unit=UNITS[code], choices=_ways_back(turn))
        case "b", ["ok"]:
            await _dropped(turn, found)
        case "b", []:
            sure = turn.choice("campaign.sure_drop", f"td:{found.id}:b:ok", style="danger")
            turn.say("campaign.ask_drop", c=found, choices=_ways_back(turn, sure))
        case _:
            await _one(turn, found)


async def _dropped(turn: Turn, found: Campaign) -> None:
    assert turn.scope is not None  # noqa: S101  (whoever may set one has a role)
    try:
        await turn.memory.campaigns.drop(turn.scope, found.id, turn.now)
    except NotAllowed:
        await show(turn)
        return
    turn.say("campaign.dropped", c=found)
    await show(turn)


async def typed(turn: Turn) -> bool:
    """What was asked for while a campaign is set."""
    if not _may_set(turn) or turn.scope is None:
        return False
    text = " ".join(turn.message.text.split())
    try:
        return await _answered(turn, text)
    except (NotAllowed, ValueError):  # it was dropped, or changed, by somebody else meanwhile
        await show(turn)
        return True


async def _answered(turn: Turn, text: str) -> bool:
    match turn.state.flow:
        case "campaign.province":
            _province_typed(turn, text)
        case "campaign.name" if 3 <= len(text) <= MAX_NAME:
            turn.state.enter("campaign.days", province=turn.state.data["province"], name=text)
            turn.say("campaign.ask_days", name=text, choices=_ways_back(turn))
        case "campaign.name":
            turn.say("campaign.bad_name", most=MAX_NAME, choices=_ways_back(turn))
        case "campaign.days":
            await _days_typed(turn, text)
        case "campaign.goal":
            await _goal_typed(turn, text)
        case "campaign.own":
            await _own_typed(turn, text)
        case _:
            return False
    return True


def _province_typed(turn: Turn, text: str) -> None:
    said = fold(text)
    found = next((p for p in turn.knowledge.places.provinces() if fold(p.name).endswith(said) and said), None)
    if found is None:
        turn.say("campaign.ask_province", choices=_ways_back(turn))
        return
    turn.state.enter("campaign.name", province=found.code)
    turn.say("campaign.ask_name", choices=_ways_back(turn))


async def _days_typed(turn: Turn, text: str) -> None:
    period = days(turn, text)
    if period is None:
        turn.say("campaign.bad_days", choices=_ways_back(turn))
        return
    assert turn.scope is not None  # noqa: S101  (see typed)
    data = turn.state.data
    key = await turn.memory.campaigns.make(turn.scope, data["province"], data["name"], period, turn.now)
    turn.state.leave()
    turn.say("campaign.made", name=data["name"])
    found = await turn.memory.campaigns.get(key)
    if found is not None:
        await _change(turn, found, "c", [])


def days(turn: Turn, text: str) -> Period | None:
    """ "từ 1/11 đến 30/12", "tháng 12": without a year those not over yet."""
    found = spans.read(text, turn.today)
    period = found[0] if found else None
    if period is None or (period.last - period.first).days > LONGEST:
        return None
    if period.last >= turn.today or _YEAR.search(text):
        return period
    try:
        return Period(*(day.replace(year=day.year + 1) for day in (period.first, period.last)))
    except ValueError:
        return None


async def _goal_typed(turn: Turn, text: str) -> None:
    """ "40 500": the weight, and the number each commune is to reach; "0" takes the indicator out."""
    data, numbers = turn.state.data, [read_number(n, 0, MOST) for n in _NUMBER.findall(text)]
    weight, number = numbers if len(numbers) == 2 else (0, 1) if numbers == [0] else (None, None)
    if weight is None or not number or weight > HEAVIEST:
        turn.say("campaign.bad_goal", choices=_ways_back(turn))
        return
    assert turn.scope is not None  # noqa: S101  (see typed)
    key = data["campaign"]
    await turn.memory.campaigns.count(turn.scope, key, Goal(data["code"], weight, number), turn.now)
    turn.state.leave()
    found = await turn.memory.campaigns.get(key)
    if found is not None:
        await _one(turn, found)


async def _own_typed(turn: Turn, text: str) -> None:
    """ "Xã Vị Thủy 300": a commune of the province, and its own number; 0: as the others."""
    key, code = turn.state.data["campaign"], turn.state.data["code"]
    name, _, last = text.rpartition(" ")
    number, found = read_number(last, 0, MOST), await turn.memory.campaigns.get(key)
    province = found.province if found else ""
    communes = [c.commune for c in turn.knowledge.places.search(name) if c.commune.province.code == province]
    if number is None or not communes:
        turn.say("campaign.bad_own", choices=_ways_back(turn))
        return
    assert turn.scope is not None  # noqa: S101  (see typed)
    place = communes[0]
    await turn.memory.campaigns.expect(turn.scope, key, code, place.code, number, turn.now)
    turn.state.leave()
    turn.say("campaign.own_set", place=place.name, code=code, unit=UNITS[code], number=number,
             choices=_ways_back(turn, turn.choice("campaign.another_own", f"td:{key}:x:{code}")))  # fmt: skip


async def back(turn: Turn) -> None:
    """To the list."""
    if turn.has(*LOOKERS):
        await show(turn)
    else:
        turn.state.leave()
        await menu.show(turn)
