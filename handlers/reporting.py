"""Reports on the phone: of a commune, a team or a province, for the days a person asks about."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from content.folding import in_order
from content.places import Places
from handlers import country, my_entries, spans, team_entries
from handlers.booklet import procedure_name, settings_of
from handlers.turn import Choice, File, Turn
from storage.deadlines import Rules
from storage.periods import Period, Week
from storage.province import commune_totals, province_report
from storage.report import report
from storage.scope import Scope
from storage.statistics import discreet, ranks

ANYBODY = ("member", "head", "officer", "province_officer")
TEAMS_ACTIVE = "10"
"""The indicator that says nothing of one team alone."""
_OF_PROVINCE = re.compile(r"c\d{5}", re.ASCII)
LONGEST_ID = 15
"""Digits; more do not fit a column, and no button of ours carries them."""
PAGE = 20
"""Communes of a province shown at a time."""


@dataclass(frozen=True, slots=True)
class View:
    """One thing a person may see reports of, by one of his roles."""

    kind: str
    """x a commune, t a team of his with the total of its commune, p a province, c a commune of his province."""
    code: str
    """Of the commune or province, or the team's id."""
    name: str
    commune: str = ""
    """A team's commune."""
    province: str = ""
    """Of a commune that is seen from its province: totals alone, no team, no hamlet, no entry, no file."""

    @property
    def key(self) -> str:
        """As it stands inside a button."""
        return f"{self.kind}{self.code}"


def views(turn: Turn) -> list[View]:
    """What the person may see."""
    return views_of(turn.scope, turn.knowledge.places) if turn.scope else []


def views_of(scope: Scope, places: Places) -> list[View]:
    """What roles let see; one who is an officer of the commune needs no view of his team besides."""
    provinces = [View("p", p, found.name if (found := places.province(p)) else p) for p in scope.provinces()]
    communes = [View("x", c, known.name if (known := places.commune(c)) else c) for c in scope.communes("officer")]
    covered = {view.code for view in communes}
    teams = [
        View("t", str(g.team_id), g.team_name or "", g.commune)
        for g in scope.grants if g.role == "head" and g.commune and g.commune not in covered
    ]  # fmt: skip
    return [*provinces, *communes, *teams]


def find(turn: Turn, key: str) -> View | None:
    """The view of a button: one of his own, or a commune of his province."""
    own = next((view for view in views(turn) if view.key == key), None)
    if own is not None or not _OF_PROVINCE.fullmatch(key):
        return own
    commune = turn.knowledge.places.commune(key[1:])
    if commune is None or commune.province.code not in turn.duty.provinces():
        return None
    return View("c", commune.code, commune.name, province=commune.province.code)


def commune_name(turn: Turn, code: str) -> str:
    found = turn.knowledge.places.commune(code)
    return found.name if found else code


# --- asked for ----------------------------------------------------------------------------------------------


async def ask(turn: Turn, text: str) -> bool:
    """A report asked for in one's own words. False for anything else, and for a citizen who did not say "báo cáo"."""
    found = spans.read(text, turn.today)
    if found is None:
        return False
    period, said = found
    if not turn.has(*ANYBODY, "admin"):
        if said:
            turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return said
    turn.state.leave()
    own = await months(turn, next(iter(views(turn)), None)) if period is not None and period.months else None
    if own is not None:
        period = (spans.read(text, turn.today, own) or found)[0]
    if period is None:
        turn.say("report.no_such_days", choices=_menu(turn))
    elif period.first > turn.today:
        turn.say("report.not_yet", label=period.label, choices=_menu(turn))
    elif turn.has(*ANYBODY):
        await _of(turn, period)
    else:
        await country.show(turn, period)
    return True


async def months(turn: Turn, view: View | None) -> spans.Month | None:
    """The months of a commune (or province), where they are not those of the calendar."""
    if view is None:
        return None
    if view.kind == "p":
        settings = await turn.memory.settings.of_province(view.code)
    else:
        commune = turn.knowledge.places.commune(view.commune or view.code)
        settings = await settings_of(turn.memory, view.commune or view.code, commune.province.code if commune else "")
    rules = Rules.read(settings)
    return rules.month if rules.month_begins != 1 else None


async def this_week(turn: Turn) -> None:
    """The report of the week in hand."""
    if turn.has(*ANYBODY):
        await _of(turn, Period.of_week(Week.of(turn.today)))
    else:
        await country.this_week(turn)


async def _of(turn: Turn, period: Period) -> None:
    """The report the person's role gives; which one is asked when there are several."""
    found = views(turn)
    if not found:
        await my_entries.show(turn, period)
    elif len(found) == 1:
        await _show(turn, found[0], period)
    else:
        code = spans.encode(period)
        turn.say("report.which", choices=[Choice(v.name, f"r:s:{v.key}:{code}") for v in found])


def _menu(turn: Turn) -> list[Choice]:
    return [turn.choice("menu.report", "m:baocao"), turn.choice("common.menu", "m:menu")]


async def press(turn: Turn, args: list[str]) -> None:
    """r:<what>:<view>:<period>[:<page>]: s the report, t by team or commune, c by content, h by procedure, d the
    door to every other side of a commune's; r:e:<view>:<period>:<team>[:<page>] the entries of a team.
    """
    if not turn.has(*ANYBODY):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    view = find(turn, args[1]) if len(args) > 2 else None
    period = spans.decode(args[2]) if view else None
    if view is None or period is None:
        await this_week(turn)  # a button of a role he no longer has, or of another version
        return
    match args[0], args[3:]:
        case "t", [] if view.kind == "x":
            await _teams(turn, view, period)
        case "t", [page] if view.kind == "p" and page.isdecimal():
            await _communes(turn, view, period, int(page))
        case "e", [team] if team.isdecimal() and view.kind in "xt":
            await _entries(turn, view, period, team)
        case "e", [team, page] if team.isdecimal() and page.isdecimal() and view.kind in "xt":
            await _entries(turn, view, period, team, int(page))
        case "d", [] if view.kind == "x":
            _sides(turn, view, period)
        case "c", [] if view.kind != "t":
            await _contents(turn, view, period)
        case "h", [] if view.kind != "t":
            await _procedures(turn, view, period)
        case _:
            await _show(turn, view, period)


def in_hand(turn: Turn, *, totals: bool = False) -> tuple[View | None, Period]:
    """The report on the screen; where there is none, the first the person may have, of this week. With `totals` also
    that of a commune of his province, of which there are no files.
    """
    found = sorted(views(turn), key=lambda view: view.kind == "t")
    shown = []
    for _, _, value in turn.state.offered:
        verb, *args = value.split(":")
        view = find(turn, args[1]) if verb in ("r", "k", "f") and len(args) > 2 else None
        view = view if view is None or totals or view.kind != "c" else None
        if view and (period := spans.decode(args[2])):
            shown.append((view, period))
    if shown:
        return max(shown, key=lambda one: one[1].last)  # the others are the periods before it
    return next(iter(found), None), Period.of_week(Week.of(turn.today))


def behind(turn: Turn) -> str | None:
    """Where "lùi" leads from a screen of a report: the value of its own way back, else the menu; None elsewhere."""
    offered = turn.state.offered
    if not any(value.startswith(("r:", "k:", "f:", "vn:")) for _, _, value in offered):
        return None
    ways = [turn.words(name) for name in ("member_sheets.back", "filing.back", "report.whole", "menu.report")]
    return next((value for way in ways for _, label, value in offered if label == way), "m:menu")


# --- shown --------------------------------------------------------------------------------------------------


async def read(turn: Turn, view: View, period: Period) -> dict[str, Any]:
    """The report's document. `view` is one of views: what the person may see."""
    connection = turn.memory.connection
    if view.kind in "pc":
        province = view.province or view.code
        communes = [c.code for c in turn.knowledge.places.communes_of(province)]
        if view.kind == "c":
            return await commune_totals(connection, turn.duty, province, communes, view.code, period, turn.now)
        return await province_report(connection, province, communes, period, turn.now)
    code = view.commune or view.code
    place = turn.knowledge.places.commune(code)
    document = await report(connection, code, period, turn.now, province=place.province.code if place else None)
    return document | {"teams": sorted(document["teams"], key=lambda t: in_order(t["team"]))}


def heading(turn: Turn, view: View, period: Period, document: dict[str, Any]) -> dict[str, Any]:
    """What stands above every table: of which place, which days, counted when."""
    place = commune_name(turn, view.commune) if view.commune else view.name
    return {"place": place, "label": period.label, "cut": dt.datetime.fromisoformat(document["cut_at"])}


async def _show(turn: Turn, view: View, period: Period) -> None:
    document = await read(turn, view, period)
    present(turn, view, period, document, choices=_choices(turn, view, period))


def present(
    turn: Turn, view: View, period: Period, document: dict[str, Any], *, choices: list[Choice],
    files: Sequence[File] = (),
) -> None:  # fmt: skip
    """Says what a report's document says, as a short table."""
    above = heading(turn, view, period, document)
    before = turn.words("report.before", period=period)
    show = {"x": _show_commune, "t": _show_team, "p": _show_province, "c": _show_totals}[view.kind]
    show(turn, view, document, above | {"before": before, "choices": choices, "files": files})


def _show_commune(turn: Turn, view: View, document: dict[str, Any], common: dict[str, Any]) -> None:
    teams = document["teams"]
    silent = [t["team"] for t in teams if not t["reported"]]
    lines = [discreet(line) for line in document["indicators"]]
    turn.say("report.commune", lines=lines, expected=len(teams), silent=silent,
             suspicious=document.get("suspicious_codes"), **common)  # fmt: skip


def _show_totals(turn: Turn, view: View, document: dict[str, Any], common: dict[str, Any]) -> None:
    lines, expected = [discreet(line) for line in document["indicators"]], document["teams_total"]
    turn.say("report.totals", lines=lines, reported=document["teams_reported"], expected=expected,
             suspicious=document.get("suspicious_codes"), **common)  # fmt: skip


def _show_team(turn: Turn, view: View, document: dict[str, Any], common: dict[str, Any]) -> None:
    own = next((t for t in document["teams"] if t["team"] == view.name), None)
    values = own["indicators"] if own else {}
    figures = [
        {"code": line["code"], "name": line["name"], "unit": line["unit"], "value": values[line["code"]]}
        for line in document["indicators"]
        if values.get(line["code"]) is not None and line["code"] != TEAMS_ACTIVE
    ]
    turn.say(
        "report.team", team=view.name, figures=figures, active=own["active_members"] if own else 0,
        members=own["members"] if own else 0, total=document["indicators"][0], **common,
    )  # fmt: skip


def _show_province(turn: Turn, view: View, document: dict[str, Any], common: dict[str, Any]) -> None:
    reported = sum(c["reported"] for c in document["communes"])
    lines, expected = [discreet(line) for line in document["indicators"]], len(document["communes"])
    turn.say("report.province", lines=lines, reported=reported, expected=expected,
             suspicious=document.get("suspicious_codes"), **common)  # fmt: skip


def _choices(turn: Turn, view: View, period: Period) -> list[Choice]:
    code = f"{view.key}:{spans.encode(period)}"
    before = f"{view.key}:{spans.encode(period.previous())}"
    compared = turn.choice("drilling.compare_label", f"k:b:{code}", period=period)
    earlier, out = (
        turn.choice("report.previous", f"r:s:{before}", period=period),
        turn.choice("common.menu", "m:menu"),
    )
    if view.kind == "t":
        of_team = [
            turn.choice("report.entries", f"r:e:{code}:{view.code}"),
            turn.choice("member_sheets.of_team", f"f:m:{code}"), turn.choice("assist.my_week", "l:m"),
        ]  # fmt: skip
        return [earlier, compared, *of_team, out]
    sides = [turn.choice("report.by_content", f"r:c:{code}"), turn.choice("report.by_procedure", f"r:h:{code}")]
    if view.kind == "c":
        return [compared, *sides, earlier, turn.choice("communes.another", f"xt:{spans.encode(period)}"), out]
    files = turn.choice("filing.open", f"f:o:{code}")
    if view.kind == "x":
        door = turn.choice("report.sides", f"r:d:{code}")
        return [turn.choice("report.by_team", f"r:t:{code}"), compared, files, door, earlier, out]
    return [turn.choice("report.by_commune", f"r:t:{code}:0"), compared, files, *sides, earlier, out]


# --- one side of it -----------------------------------------------------------------------------------------


def _sides(turn: Turn, view: View, period: Period) -> None:
    """What else a commune's report can be looked at by."""
    code = f"{view.key}:{spans.encode(period)}"
    choices = [
        turn.choice("drilling.by_hamlet", f"k:n:{code}"), turn.choice("report.by_content", f"r:c:{code}"),
        turn.choice("report.by_procedure", f"k:p:{code}"), turn.choice("member_sheets.by_member", f"f:m:{code}"),
        turn.choice("filing.figures", f"f:n:{code}"),
    ]  # fmt: skip
    turn.say("report.which_side", place=view.name, label=period.label,
             choices=[*choices, *_after_part(turn, view, period)])  # fmt: skip


def _after_part(turn: Turn, view: View, period: Period) -> list[Choice]:
    whole = turn.choice("report.whole", f"r:s:{view.key}:{spans.encode(period)}")
    return [whole, turn.choice("common.menu", "m:menu")]


async def _teams(turn: Turn, view: View, period: Period) -> None:
    document = await read(turn, view, period)
    teams = [(t["team"], t["indicators"]["1"], t["active_members"], t["members"]) for t in document["teams"]]
    logged = {name for name, people, *_ in teams if people}
    code = f"{view.key}:{spans.encode(period)}"
    opened = [Choice(name, f"k:t:{code}:{team}")
              for team, name in await turn.memory.people.teams(view.code) if name in logged]  # fmt: skip
    turn.say("report.teams", teams=teams, opened=bool(opened), choices=[*opened, *_after_part(turn, view, period)],
             **heading(turn, view, period, document))  # fmt: skip


async def _entries(turn: Turn, view: View, period: Period, team: str, page: int = 0) -> None:
    """One team's; a head's view is of his own team, whatever the button says."""
    if len(team) > LONGEST_ID or len(f"{page}") > LONGEST_ID:
        await _show(turn, view, period)
        return
    team_id = int(view.code if view.kind == "t" else team)
    await team_entries.show(turn, view.key, view.commune or view.code, team_id, period, page)


async def _communes(turn: Turn, view: View, period: Period, page: int) -> None:
    """Those that reported, the largest first."""
    document = await read(turn, view, period)
    places = ranks([c["indicators"]["1"] for c in document["communes"]])
    said = sorted(
        ((rank, c) for rank, c in zip(places, document["communes"], strict=True) if rank is not None),
        key=lambda row: (row[0], row[1]["commune"]),
    )
    rows = [(rank, commune_name(turn, c["commune"]), c["indicators"]["1"], c["teams_reported"], c["teams"])
            for rank, c in said[page * PAGE : (page + 1) * PAGE]]  # fmt: skip
    choices = [turn.choice("communes.open", f"xt:{spans.encode(period)}"), *_after_part(turn, view, period)]
    if len(said) > (page + 1) * PAGE:
        further = f"r:t:{view.key}:{spans.encode(period)}:{page + 1}"
        choices.insert(0, turn.choice("report.further", further))
    turn.say("report.communes", rows=rows, silent=len(document["communes"]) - len(said), choices=choices,
             **heading(turn, view, period, document))  # fmt: skip


async def _contents(turn: Turn, view: View, period: Period) -> None:
    def rows(document: dict[str, Any]) -> list[tuple[str, int]]:
        return [(turn.knowledge.terms.full("content", code), n) for code, n in document["contents"].items()]

    await _table(turn, view, period, "report.contents", rows)


async def _procedures(turn: Turn, view: View, period: Period) -> None:
    def rows(document: dict[str, Any]) -> list[tuple[str, int]]:
        return [(procedure_name(turn.knowledge, p["id"]), p["count"]) for p in document["procedures"]]

    await _table(turn, view, period, "report.procedures", rows)


async def _table(
    turn: Turn, view: View, period: Period, message: str, rows: Callable[[dict[str, Any]], list[tuple[str, int]]]
) -> None:
    document = await read(turn, view, period)
    turn.say(message, rows=rows(document), choices=_after_part(turn, view, period),
             **heading(turn, view, period, document))  # fmt: skip
