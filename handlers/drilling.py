"""One side of a report up close: a team, a hamlet or a procedure, against the weeks before, and who is silent."""

import re
from collections.abc import Sequence
from typing import Any

from content.folding import fold
from handlers import reporting, spans, weekly
from handlers.booklet import procedure_name
from handlers.reporting import View
from handlers.teams import short
from handlers.turn import Choice, Turn
from storage.details import by_hamlet
from storage.periods import Period, Week
from storage.report import report
from storage.series import by_team, of_hamlet, series, spans_back
from storage.statistics import SENSITIVE

MOST = 20
"""Hamlets or procedures offered at a time."""
MOVERS = 5
"""Teams named in a comparison."""
BACK = 4
"""Periods a hamlet or a procedure is shown for."""
LONGEST_VALUE = 64
_NAME_AND_DAYS = re.compile(r"(?P<name>.+?) (?P<days>(?:tuan|thang|quy|tu) .+)")
_LONG_TEAM = re.compile(r"^to (?:cong nghe|chuyen doi) so cong dong(?: va de an 06)?|^to (?:cnscd|cdscd)")
_COMPARED = re.compile(
    r"so(?: sanh)?(?: (?:voi|so lieu|bao cao|tuan nay|thang nay))* (?P<unit>tuan|thang) truoc(?: (?:a|nhe|nha|di))*"
)
_SIDE = re.compile(
    r"(?:(?:xem|coi|cho|toi|bao cao|so lieu) )*theo (?:tung )?(?P<side>to|xa|phuong|thon|ap|noi dung|thu tuc)"
)
_SILENT = re.compile(
    r"(?:(?:danh sach|con|nhung|cac|cho|toi|xem|coi|ds) )*(?:to|xa|phuong|don vi)(?: (?:nao|con))* chua"
    r" (?:co )?(?:bao cao|nop|gui|ghi)(?: (?:bao cao|so lieu|luot|gi|tuan nay|vay|the|a|nhi|ha))*"
)
LONGEST_ID = 15
"""Digits; no button of ours carries more."""


async def press(turn: Turn, args: list[str]) -> None:
    """k:<what>:<view>:<period>[:<key>]: b against the period before, t a team, n a hamlet, p a procedure or all."""
    view = reporting.find(turn, args[1]) if len(args) > 2 else None
    period = spans.decode(args[2]) if view else None
    if view is None or period is None:
        await reporting.this_week(turn)
        return
    match args[0], args[3:]:
        case "b", []:
            await compare(turn, view, period)
        case "t", [key] if view.kind == "x" and _is_id(key):
            await _team(turn, view, period, int(key))
        case "n", [] if view.kind == "x":
            await _hamlets(turn, view, period)
        case "n", [key] if view.kind == "x" and _is_id(key):
            await _hamlet(turn, view, period, int(key))
        case "p", [] if view.kind == "x":
            await _procedures(turn, view, period)
        case "p", [key] if view.kind == "x":
            await _procedure(turn, view, period, key)
        case _:
            await reporting.press(turn, ["s", *args[1:3]])


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


# --- asked for in words -------------------------------------------------------------------------------------


async def named(turn: Turn, text: str) -> bool:
    """A hamlet or a team of the officer's commune by its name, for the week in hand or for days named after it."""
    view = next((v for v in reporting.views(turn) if v.kind == "x"), None)
    if view is None or turn.scope is None or not fold(text):
        return False
    words, period = _name_and_days(turn, fold(text))
    for place in await turn.memory.teams.hamlets(view.code):
        if words in {fold(name) for name in (place.name, *place.formerly)}:
            await _hamlet(turn, view, period, place.id)
            return True
    for key, name in await turn.memory.people.teams(view.code):
        if words in (fold(name), _short_team(fold(name))):
            await _team(turn, view, period, key)
            return True
    return False


def _name_and_days(turn: Turn, words: str) -> tuple[str, Period]:
    """ "thon 5 tuan truoc" in two; without days the week in hand."""
    if found := _NAME_AND_DAYS.fullmatch(words):
        read = spans.read(found["days"], turn.today)
        if read and read[0] and read[0].first <= turn.today:
            return found["name"], read[0]
    return words, Period.of_week(Week.of(turn.today))


def _short_team(name: str) -> str:
    """What people call "tổ công nghệ số cộng đồng thôn 5": "tổ thôn 5"."""
    return _LONG_TEAM.sub("to", name)


async def asked(turn: Turn, text: str) -> bool:
    """A comparison, a side of the report on the screen, or who is silent, in one's own words. False for anything
    else, and for whoever sees no report.
    """
    words = fold(text)
    compared, side = _COMPARED.fullmatch(words), _SIDE.fullmatch(words)
    if not reporting.views(turn) or not (compared or side or _SILENT.fullmatch(words)):
        return False
    turn.state.leave()
    if side is not None:
        await _side(turn, side["side"])
    elif compared is None:
        await silent(turn)
    elif compared["unit"] == "thang":
        await compare(turn, reporting.views(turn)[0], Period.of_month(turn.today.year, turn.today.month))
    else:
        await against_last_week(turn)
    return True


async def _side(turn: Turn, name: str) -> None:
    view, period = reporting.in_hand(turn, totals=True)
    assert view is not None  # noqa: S101  (see asked)
    code = [view.key, spans.encode(period)]
    if name in ("to", "xa", "phuong"):
        await reporting.press(turn, ["t", *code, *(["0"] if view.kind == "p" else [])])
    elif name == "noi dung":
        await reporting.press(turn, ["c", *code])
    elif name == "thu tuc":
        await (press(turn, ["p", *code]) if view.kind == "x" else reporting.press(turn, ["h", *code]))
    else:
        await press(turn, ["n", *code])


async def against_last_week(turn: Turn) -> None:
    """This week against the one before."""
    view = next(iter(reporting.views(turn)), None)
    if view is None:
        await reporting.this_week(turn)
    else:
        await compare(turn, view, Period.of_week(Week.of(turn.today)))


async def silent(turn: Turn) -> None:
    """Who has not reported this week: an officer's teams, a province officer's communes."""
    view = next((v for v in reporting.views(turn) if v.kind in "xp"), None)
    week = Week.of(turn.today)
    if view is not None and view.kind == "x":
        await weekly.silent(turn, view.code, week)
        if not turn.replies:
            turn.say("drilling.none_silent", label=week.label, choices=_ways_on(turn, view, Period.of_week(week)))
    elif view is not None:
        await _silent_communes(turn, view, Period.of_week(week))
    else:
        await reporting.this_week(turn)


async def _silent_communes(turn: Turn, view: View, period: Period) -> None:
    document = await reporting.read(turn, view, period)
    names = [
        reporting.commune_name(turn, c["commune"]) for c in document["communes"] if c["teams"] and not c["reported"]
    ]
    turn.say("drilling.silent_communes", names=names, label=period.label, choices=_ways_on(turn, view, period))


# --- against the period before ------------------------------------------------------------------------------


async def compare(turn: Turn, view: View, period: Period) -> None:
    """Every figure that moved, and the teams or communes that moved most."""
    document = await reporting.read(turn, view, period)
    before = await reporting.read(turn, view, period.previous())
    lines = [line for line in document["indicators"] if line["value"] is not None and line["code"] not in SENSITIVE]
    if view.kind == "t":
        lines = [line for line in lines if line["code"] == "1"]
    turn.say(
        "drilling.compare", moved=[line for line in lines if line["change"]], total=document["indicators"][0],
        same=sum(line["change"] == 0 for line in lines), movers=_movers(turn, view, document, before),
        before=period.previous().label, choices=_ways_on(turn, view, period),
        **reporting.heading(turn, view, period, document),
    )  # fmt: skip


def _movers(
    turn: Turn, view: View, document: dict[str, Any], before: dict[str, Any]
) -> list[tuple[str, int | None, int | None]]:  # fmt: skip
    """Name, before and now of those that changed most; None is silence. A province sees none of a commune."""
    if view.kind == "c":
        return []
    part, name = ("communes", "commune") if view.kind == "p" else ("teams", "team")
    then = {one[name]: one["indicators"]["1"] for one in before[part]}
    rows = [(one[name], then.get(one[name]), one["indicators"]["1"]) for one in document[part]]
    if view.kind == "t":
        rows = [row for row in rows if row[0] == view.name]
    moved = [row for row in rows if row[1] != row[2]]
    moved.sort(key=lambda row: (-abs((row[2] or 0) - (row[1] or 0)), row[0]))
    called = (lambda key: reporting.commune_name(turn, key)) if view.kind == "p" else str
    return [(called(key), was, now) for key, was, now in moved[:MOVERS]]


# --- one of them --------------------------------------------------------------------------------------------


def _ways_on(turn: Turn, view: View, period: Period, *more: Choice) -> list[Choice]:
    whole = turn.choice("report.whole", f"r:s:{view.key}:{spans.encode(period)}")
    return [*more, whole, turn.choice("common.menu", "m:menu")]


def _code(view: View, period: Period) -> str:
    return f"{view.key}:{spans.encode(period)}"


async def _team(turn: Turn, view: View, period: Period, team_id: int) -> None:
    """A team's own figures against the period before; figures that could point at a person are left out."""
    document = await report(turn.memory.connection, view.code, period, turn.now, team_id=team_id)
    if not document["teams"]:
        await reporting.press(turn, ["t", view.key, spans.encode(period)])
        return
    own = document["teams"][0]
    entries = turn.choice("report.entries", f"r:e:{_code(view, period)}:{team_id}")
    turn.say(
        "drilling.team", team=own["team"], active=own["active_members"], members=own["members"],
        lines=[i for i in document["indicators"] if i["code"] not in (*SENSITIVE, reporting.TEAMS_ACTIVE)],
        before=turn.words("report.before", period=period),
        choices=_ways_on(turn, view, period, *([entries] if own["indicators"]["1"] else [])),
        **reporting.heading(turn, view, period, document),
    )  # fmt: skip


async def _hamlets(turn: Turn, view: View, period: Period) -> None:
    lines = await by_hamlet(turn.memory.connection, view.code, period)
    ids = {place.name: place.id for place in await turn.memory.teams.hamlets(view.code)}
    choices = [Choice(short(line.name), f"k:n:{_code(view, period)}:{ids[line.name]}")
               for line in lines[:MOST] if line.name in ids]  # fmt: skip
    turn.say("drilling.hamlets", place=view.name, label=period.label, lines=lines[:MOST], opened=bool(choices),
             choices=_ways_on(turn, view, period, *choices))  # fmt: skip


async def _hamlet(turn: Turn, view: View, period: Period, hamlet_id: int) -> None:
    """What was done for a hamlet in this period and those before, and the teams that belong to it."""
    name = next((p.name for p in await turn.memory.teams.hamlets(view.code) if p.id == hamlet_id), None)
    if name is None or turn.scope is None:
        await _hamlets(turn, view, period)
        return
    back = spans_back(period, BACK)
    values = await of_hamlet(turn.memory.connection, view.code, hamlet_id, back)
    teams = [t for t in await turn.memory.teams.all(turn.scope, view.code) if t.hamlet_id == hamlet_id]
    more = [Choice(short(t.name), f"k:t:{_code(view, period)}:{t.id}") for t in teams]
    more.append(turn.choice("drilling.by_hamlet", f"k:n:{_code(view, period)}"))
    turn.say("drilling.hamlet", place=view.name, name=name, label=period.label, now=values[-1],
             trend=_trend(turn, back, [None if v is None else v["people"] for v in values]),
             choices=_ways_on(turn, view, period, *more))  # fmt: skip


def _trend(turn: Turn, back: Sequence[Period], values: Sequence[int | None]) -> list[tuple[str, int | None]]:
    """The periods before, the last first, by a short name."""
    pairs = list(zip(back, values, strict=True))[-2::-1]
    return [(turn.words("drilling.short_label", period=span), n) for span, n in pairs]


async def _procedures(turn: Turn, view: View, period: Period) -> None:
    document = await reporting.read(turn, view, period)
    rows = [(procedure_name(turn.knowledge, p["id"]), p["count"], p["id"]) for p in document["procedures"]][:MOST]
    choices = [Choice(short(name), value) for name, _, key in rows
               if len(value := f"k:p:{_code(view, period)}:{key}") <= LONGEST_VALUE]  # fmt: skip
    turn.say("report.procedures", rows=[row[:2] for row in rows], choices=_ways_on(turn, view, period, *choices),
             **reporting.heading(turn, view, period, document))  # fmt: skip


async def _procedure(turn: Turn, view: View, period: Period, key: str) -> None:
    """How often people were helped with a procedure, by which teams, and in the periods before."""
    connection, measure, back = turn.memory.connection, f"procedure:{key}", spans_back(period, BACK)
    values = await series(connection, [view.code], back, [measure])
    of_teams = await by_team(connection, view.code, period, measure)
    names = await turn.memory.people.team_names(view.code)
    teams = sorted(((names.get(team, ""), n) for team, n in of_teams.items()), key=lambda row: (-row[1], row[0]))
    more = turn.choice("report.by_procedure", f"k:p:{_code(view, period)}")
    trend = _trend(turn, back, [None if v is None else v[measure] for v in values])
    turn.say("drilling.procedure", place=view.name, name=procedure_name(turn.knowledge, key), label=period.label,
             count=sum(of_teams.values()), teams=teams, trend=trend,
             choices=_ways_on(turn, view, period, more))  # fmt: skip
