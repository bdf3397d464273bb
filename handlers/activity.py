"""Plans of the commune and days of activity under them: for its officer, for heads of their team, for members."""

import asyncio
import datetime as dt
import re
from itertools import groupby

from content.folding import clean
from handlers import spans, teams
from handlers.turn import Choice, Turn
from storage.activity import LONGEST_NAME, Active
from storage.periods import Period
from storage.scope import NotAllowed

SHOWN = 6
"""Plans shown, the latest first."""
MOST_DAYS = 31
"""Of one paper."""


async def press(turn: Turn, args: list[str]) -> None:
    """t:k the plans, t:k:m a new one, t:k:b:<plan>[:that] taken away, t:k:n:<period> the days of a month,
    t:k:x:<period> the paper of them."""
    turn.state.leave()
    if turn.scope is None or not turn.has("member", "head", "officer"):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    commune = teams.commune_of(turn)
    match args:
        case ["n", code] if period := spans.decode(code):
            await _days(turn, period)
        case ["x", code] if period := spans.decode(code):
            await _paper(turn, period)
        case ["m"] if commune:
            turn.state.enter("people.activity.name")
            turn.say("activity.ask_name", choices=teams.ways_back(turn))
        case ["b", plan, *sure] if commune:
            await _drop(turn, commune, teams.number(plan), sure=sure == ["that"])
        case _ if commune:
            await _show(turn, commune)
        case _:
            await _days(turn, _month(turn))


def _month(turn: Turn) -> Period:
    return Period.of_month(turn.today.year, turn.today.month)


async def _show(turn: Turn, commune: str) -> None:
    found = (await turn.memory.activity.plans(commune))[:SHOWN]
    month = spans.encode(_month(turn))
    choices = [
        turn.choice("activity.days", f"t:k:n:{month}", style="main"), turn.choice("activity.add", "t:k:m"),
        *(turn.choice("activity.drop", f"t:k:b:{p.id}", plan=teams.short(p.name)) for p in found),
    ]  # fmt: skip
    place = turn.knowledge.places.commune(commune)
    turn.say("activity.plans", place=place.name if place else commune, plans=found,
             choices=teams.ways_back(turn, *choices))  # fmt: skip


async def _drop(turn: Turn, commune: str, plan_id: int, *, sure: bool) -> None:
    plan = next((p for p in await turn.memory.activity.plans(commune) if p.id == plan_id), None)
    if plan is None or turn.scope is None:
        await _show(turn, commune)
    elif sure:
        await turn.memory.activity.end_plan(turn.scope, plan_id, turn.now)
        await _show(turn, commune)
    else:
        choices = [turn.choice("activity.sure_drop", f"t:k:b:{plan_id}:that", style="danger"),
                   turn.choice("activity.keep", "t:k")]  # fmt: skip
        turn.say("activity.ask_drop", name=plan.name, choices=choices)


async def _days(turn: Turn, period: Period) -> None:
    """Who was active on how many days, as far as the person may see it."""
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    found: list[Active] = []
    plans = 0
    for commune in turn.scope.communes("officer", "head", "member"):
        found += await turn.memory.activity.days(turn.scope, commune, period)
        plans += len(await turn.memory.activity.plans(commune, period))
    rows = [
        (team, [(a.name, len(a.days) - len(a.under(None)), len(a.under(None))) for a in people])
        for team, people in groupby(found, key=lambda a: a.team)
    ]
    before = turn.choice("activity.month_before", f"t:k:n:{spans.encode(period.previous())}")
    turn.say("activity.table", label=period.label, rows=rows, plans=plans,
             choices=teams.ways_back(turn, *_paper_choice(turn, period), before))  # fmt: skip


def _paper_choice(turn: Turn, period: Period) -> list[Choice]:
    """A month as a file, for whoever has it signed."""
    month = (period.last - period.first).days < MOST_DAYS and turn.has("head", "officer")
    return [turn.choice("activity.paper", f"t:k:x:{spans.encode(period)}", style="main")] if month else []


async def _paper(turn: Turn, period: Period) -> None:
    """The paper for the allowance, one a commune: of everybody for its officer, of his team for a head."""
    assert turn.scope is not None  # noqa: S101  (looked at in press)
    communes = turn.scope.communes("officer", "head")
    if turn.documents is None or not communes or not _paper_choice(turn, period):
        await _days(turn, period)
        return
    files = []
    for commune in communes:
        plans = await turn.memory.activity.plans(commune, period)
        found = await turn.memory.activity.days(turn.scope, commune, period)
        files.append(await asyncio.to_thread(turn.documents.days, commune, period, plans, found))
    back = turn.choice("activity.days", f"t:k:n:{spans.encode(period)}")
    turn.say("activity.here_is_paper", label=period.label, files=files, choices=teams.ways_back(turn, back))


async def typed(turn: Turn) -> bool:
    """The name of a new plan, then its days."""
    question, text = (turn.state.flow or "").rpartition(".")[2], clean(turn.message.text)
    commune = teams.commune_of(turn)
    if turn.scope is None or commune is None:
        return False
    if question == "name":
        if 2 <= len(text) <= LONGEST_NAME:
            turn.state.enter("people.activity.days", name=text)
            turn.say("activity.ask_days", name=text, choices=teams.ways_back(turn))
        else:
            turn.say("activity.bad_name")
        return True
    if question != "days":
        return False
    period = _nearest(text, turn.today)
    if period is None:
        turn.say("activity.bad_days")
        return True
    try:
        name = str(turn.state.data["name"])
        plan = await turn.memory.activity.make_plan(turn.scope, commune, name, period, turn.now)
    except (NotAllowed, ValueError):
        turn.say("activity.bad_name")
        return True
    turn.state.leave()
    turn.say("activity.made", plan=plan)
    await _show(turn, commune)
    return True


def _nearest(text: str, today: dt.date) -> Period | None:
    """The days a text means; a plan may lie ahead, so without a year those nearer to today."""
    found = spans.read(text, today)
    period = found[0] if found else None
    if period is None or re.search(r"\b20\d\d\b", text) or period.last >= today:
        return period
    try:
        ahead = Period(*(day.replace(year=day.year + 1) for day in (period.first, period.last)))
    except ValueError:  # 29 February
        return period
    return ahead if ahead.first - today < today - period.last else period


async def mine(turn: Turn) -> str:
    """How many days of activity the member has this month, in a line."""
    if turn.scope is None:
        return ""
    days = {
        day
        for commune in turn.scope.communes("member", "head")
        for one in await turn.memory.activity.days(turn.scope, commune, _month(turn))
        if one.person_id == turn.person_id
        for day in one.days
    }
    return turn.words("activity.mine", days=len(days))
