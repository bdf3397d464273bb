"""A commune's figures by its name: all of its report for its officer, totals for one of its province, read only."""

import re

from content.folding import clean, fold
from content.places import Candidate, Commune, How
from handlers import asking, home, menu, reporting, spans
from handlers.reporting import View
from handlers.turn import Choice, Turn
from storage.periods import Period, Week

FLOW = "communes.name"
WAYS_OUT = 2
"""Another name, and the menu."""
MOST = 7
"""Choices on a screen."""
CANDIDATES = 500
"""More than any name has in the whole country: those of other provinces are left out afterwards."""
LONGEST = 8
"""Words of the longest name with its district, and some room."""
KINDS = ("xa", "phuong", "dac khu", "thi tran")
WISHES = frozenset(["cho", "toi", "em", "minh", "tui", "xin", "gui", "xem", "coi", "lay", "can", "muon", "cua"])
REPORT = ("bao cao", "so lieu", "ket qua", "bc")
PLEASE = frozenset(["nhe", "nha", "voi", "di", "a", "giup", "gium"])


async def back(turn: Turn) -> None:
    """From the question to the province's affairs."""
    turn.state.leave()
    await menu.of_province(turn)


async def press(turn: Turn, args: list[str]) -> None:
    """xt[:<period>] asks which, xt:<period>:<page> more of those that were found, xt:<period>:c<code> that one."""
    if not turn.has("province_officer"):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    period = spans.decode(args[0]) if args else None
    period = period if period and period.first <= turn.today else Period.of_week(Week.of(turn.today))
    codes = turn.state.data.get("codes", []) if turn.state.flow == FLOW else []
    match args[1:]:
        case [page] if re.fullmatch(r"\d{1,2}", page, re.ASCII) and codes:
            _which(turn, [c for code in codes if (c := turn.knowledge.places.commune(code))], period, int(page))
        case [key] if reporting.find(turn, key) is not None:
            await _show(turn, key[1:], period)
        case _:
            _ask(turn, period)


def _ask(turn: Turn, period: Period) -> None:
    turn.state.enter(FLOW, period=spans.encode(period))
    turn.say("communes.ask", label=period.label, choices=[turn.choice("common.menu", "m:menu")])


# --- in words -----------------------------------------------------------------------------------------------


async def asked(turn: Turn, text: str) -> bool:
    """A commune of his by its name or code, with days or without: "báo cáo xã Tân Lập tuần trước".

    False for anything else, and for whoever is no officer; one of a commune alone has to speak of a report.
    """
    words, said = _without_wishes(clean(text))
    if not turn.has("province_officer") and not (said and turn.has("officer")):
        return False
    name, days = _name_and_days(turn, words)
    his = _his(turn, name)
    sure = bool(home.KIND.match(name)) or _is_whole_name(name, his)
    if sure and his:
        await _offer(turn, _meant(his), days)
    elif said and sure and turn.knowledge.places.search(name):
        turn.state.leave()
        turn.say("communes.not_here", choices=_ways_out(turn, Period.of_week(Week.of(turn.today))))
    else:
        return False
    return True


def no_files(turn: Turn, view: View, period: Period) -> None:
    """A file was asked for while a commune's totals are on the screen: there is one of the province."""
    code = spans.encode(period)
    whole = turn.choice("report.whole", f"r:s:{view.key}:{code}")
    files = turn.choice("communes.of_province", f"f:o:p{view.province}:{code}")
    turn.say("communes.no_files", place=view.name, choices=[files, whole, turn.choice("common.menu", "m:menu")])


async def typed(turn: Turn) -> bool:
    """The name, while we ask for it."""
    words, _ = _without_wishes(clean(turn.message.text))
    name, days = _name_and_days(turn, words)
    if not turn.has("province_officer") or not fold(name) or len(name.split()) > LONGEST:
        return False
    period = spans.decode(str(turn.state.data.get("period"))) or Period.of_week(Week.of(turn.today))
    if his := _his(turn, name):
        await _offer(turn, _meant(his), days, or_else=period)
    elif spans.read(turn.message.text, turn.today) is not None:  # a report after all, of the whole province
        return False
    elif not await asking.instead(turn, turn.message.text):
        turn.say("communes.not_here", choices=[turn.choice("common.menu", "m:menu")])
    return True


def _without_wishes(text: str) -> tuple[str, bool]:
    """ "cho tôi báo cáo xã Tân Lập nhé" without what is only polite, and whether it speaks of a report."""
    words, said = text.split(), False
    while words:
        if fold(words[0]) in WISHES:
            words = words[1:]
        elif lead := next((r for r in REPORT if fold(" ".join(words[: len(r.split())])) == r), None):
            words, said = words[len(lead.split()) :], True
        else:
            break
    while words and fold(words[-1]) in PLEASE:
        words = words[:-1]
    return " ".join(words), said


def _name_and_days(turn: Turn, words: str) -> tuple[str, str | None]:
    """ "xã Tân Lập tuần trước" in two."""
    parts = words.split()
    for cut in range(1, len(parts)):
        days = f"báo cáo {' '.join(parts[cut:])}"
        read = spans.read(days, turn.today)
        if read is not None and read[0] is not None:
            return " ".join(parts[:cut]), days
    return words, None


def _his(turn: Turn, name: str) -> list[Candidate]:
    """Those of his communes that the name may mean."""
    found = turn.knowledge.places.search(name, CANDIDATES)
    return [c for c in found if _view(turn, c.commune.code) is not None]


def _is_whole_name(name: str, his: list[Candidate]) -> bool:
    """Whether it is a code, or all of the name one of them has or had, not a word within others."""
    return any(
        c.how is How.CODE or fold(name) == _bare(c.commune.name if c.how is How.TODAY else c.old_name or "")
        for c in his
    )


def _bare(name: str) -> str:
    """A name without its kind and what it lies in."""
    words = fold(name.partition(",")[0])
    return next((words.removeprefix(f"{kind} ") for kind in KINDS if words.startswith(f"{kind} ")), words)


def _meant(his: list[Candidate]) -> list[Commune]:
    """Those that are meant; by old names only when none is called so today."""
    kept = [c for c in his if c.how is not How.OLD] or his
    return list({c.commune.code: c.commune for c in kept}.values())


# --- offered and shown --------------------------------------------------------------------------------------


async def _offer(turn: Turn, found: list[Commune], days: str | None, or_else: Period | None = None) -> None:
    """The one that is meant, or those to choose from."""
    period = or_else or Period.of_week(Week.of(turn.today))
    if days is not None:
        months = await reporting.months(turn, _view(turn, found[0].code))
        read = spans.read(days, turn.today, months) if months else spans.read(days, turn.today)
        period = (read[0] if read else None) or period
    if period.first > turn.today:
        turn.state.leave()
        turn.say("report.not_yet", label=period.label, choices=_ways_out(turn, Period.of_week(Week.of(turn.today))))
    elif len(found) > 1:
        turn.state.enter(FLOW, period=spans.encode(period), codes=[c.code for c in found])
        _which(turn, found, period, 0)
    else:
        await _show(turn, found[0].code, period)


async def _show(turn: Turn, code: str, period: Period) -> None:
    """The report; whoever is an officer of the commune too sees all of it."""
    turn.state.leave()
    view = _view(turn, code)
    await reporting.press(turn, ["s", view.key if view else "", spans.encode(period)])


def _view(turn: Turn, code: str) -> View | None:
    return reporting.find(turn, f"x{code}") or reporting.find(turn, f"c{code}")


def _which(turn: Turn, found: list[Commune], period: Period, page: int) -> None:
    room = MOST - WAYS_OUT
    size = room if len(found) <= room else room - 1
    shown = found[page * size : (page + 1) * size] or found[:size]
    choices = [Choice(c.name, f"xt:{spans.encode(period)}:c{c.code}") for c in shown]
    if len(found) > (page + 1) * size:
        choices.append(turn.choice("report.further", f"xt:{spans.encode(period)}:{page + 1}"))
    turn.say("communes.which", label=period.label, choices=[*choices, *_ways_out(turn, period)])


def _ways_out(turn: Turn, period: Period) -> list[Choice]:
    if not turn.has("province_officer"):
        return [turn.choice("menu.report", "m:baocao"), turn.choice("common.menu", "m:menu")]
    another = turn.choice("communes.another", f"xt:{spans.encode(period)}")
    return [another, turn.choice("common.menu", "m:menu")]
