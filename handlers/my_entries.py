"""A member's own entries of a week or another period, and the word that there were none."""

import datetime as dt

from handlers import activity, entries, member_sheets, menu, spans, targets
from handlers.turn import Choice, Turn
from storage.entry import Entry
from storage.periods import Period, Week
from storage.report import say_nil

PAGE = 8


async def this_week(turn: Turn) -> None:
    """The entries of the week in hand."""
    if entries.teams_of(turn):
        await show(turn, Period.of_week(Week.of(turn.today)))
    else:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])


async def press(turn: Turn, args: list[str]) -> None:
    """l:m[:<period>[:<page>]] own entries, l:f:<period> them as an Excel file,
    l:z:<period>[:<team>] nothing to report.
    """
    period = spans.decode(args[1]) if len(args) > 1 else Period.of_week(Week.of(turn.today))
    if period is None:
        await menu.show(turn)
        return
    match args[0], args[2:]:
        case "f", []:
            await member_sheets.of_oneself(turn, period)
        case "m", [] | ["0"]:
            await show(turn, period)
        case "m", [page] if page.isdecimal():
            await show(turn, period, int(page))
        case "z", []:
            await _ask_nil(turn, period)
        case "z", [team] if team.isdecimal():
            await _nil(turn, period, int(team))
        case _:
            await menu.show(turn)


async def show(turn: Turn, period: Period, page: int = 0) -> None:
    """The sums, and the entries themselves, the latest first, a page at a time."""
    found = (await _own(turn, period))[::-1]
    code = spans.encode(period)
    shown = found[page * PAGE : (page + 1) * PAGE]
    choices = [_choice(turn, entry) for entry in shown]
    if len(found) > (page + 1) * PAGE:
        choices.append(turn.choice("assist.further", f"l:m:{code}:{page + 1}"))
    if period.week:
        choices.append(turn.choice("assist.last_week", f"l:m:{spans.encode(period.previous())}"))
    if not found and _may_be_nil(turn, period):
        choices.append(turn.choice("assist.nil", f"l:z:{code}", now=turn.today <= period.last))
    if found:
        choices.append(turn.choice("member_sheets.of_oneself", f"l:f:{code}"))
    choices.append(turn.choice("assist.log_one", "m:ghi"))
    this = period == Period.of_week(Week.of(turn.today))
    more = [await targets.mine(turn), await activity.mine(turn)] if this else []
    turn.say(
        "assist.week", label=period.label, name=turn.chat.name if turn.chat else None, entries=len(found),
        more=[part for part in more if part],
        people=sum(e.people for e in found), dossiers=sum(e.dossiers or 0 for e in found),
        payments=sum(e.payments or 0 for e in found), choices=choices,
    )  # fmt: skip


async def _own(turn: Turn, period: Period) -> list[Entry]:
    return await turn.memory.log.of_member(turn.scope, period) if turn.scope else []


def _choice(turn: Turn, entry: Entry) -> Choice:
    words = turn.words("assist.entry_label", c=entries.card(turn, entry), several=len(entry.contents) > 1)
    return Choice(words, f"l:o:{entry.id}")


def _may_be_nil(turn: Turn, period: Period) -> bool:
    """A team can say "nothing" of this week and the one before."""
    return period.week is not None and dt.timedelta(0) <= turn.today - period.first < dt.timedelta(days=14)


async def _ask_nil(turn: Turn, period: Period) -> None:
    if not _may_be_nil(turn, period):
        await show(turn, period)
        return
    code = spans.encode(period)
    choices = [turn.choice("assist.sure_nil", f"l:z:{code}:{t.team_id}", team=t.team_name)
               for t in entries.teams_of(turn)]  # fmt: skip
    turn.say("assist.ask_nil", label=period.label, choices=[*choices, turn.choice("assist.not_nil", "l:m")])


async def _nil(turn: Turn, period: Period, team_id: int) -> None:
    """Keeps the team's word; saying it again changes nothing."""
    team = entries.team_of(turn, team_id)
    if team is None or period.week is None or not _may_be_nil(turn, period):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
    elif any(entry.team_id == team_id for entry in await _own(turn, period)):
        turn.say("assist.not_nil_after_all")
        await show(turn, period)
    else:
        await say_nil(turn.memory.connection, team_id, period.week, turn.person_id, turn.now)
        choices = [turn.choice("assist.log_one", "m:ghi"), turn.choice("common.menu", "m:menu")]
        turn.say("assist.nil_said", label=period.label, team=team.team_name, choices=choices)
