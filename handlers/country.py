"""The figures of the whole country, for administrators: totals of provinces, ranked; nothing below a province."""

import datetime as dt
from typing import Any

from handlers import spans
from handlers.turn import Choice, Turn
from storage.periods import Period, Week
from storage.province import national_report
from storage.statistics import discreet, ranks

PAGE = 20
"""Provinces shown at a time."""


async def this_week(turn: Turn) -> None:
    """The week in hand."""
    await show(turn, Period.of_week(Week.of(turn.today)))


async def press(turn: Turn, args: list[str]) -> None:
    """vn:s:<period> the totals, vn:p:<period>:<page> the provinces."""
    period = spans.decode(args[1]) if len(args) > 1 else None
    if period is None or period.first > turn.today:
        await this_week(turn)
        return
    match args[0], args[2:]:
        case "p", [page] if page.isascii() and page.isdecimal() and len(page) < 3:
            await _provinces(turn, period, int(page))
        case _:
            await show(turn, period)


async def show(turn: Turn, period: Period) -> None:
    """The totals of the country."""
    document = await _read(turn, period)
    if document is None:
        return
    reported = sum(p["communes_reported"] > 0 for p in document["provinces"])
    code, before = spans.encode(period), spans.encode(period.previous())
    choices = [
        turn.choice("country.by_province", f"vn:p:{code}:0"),
        turn.choice("report.previous", f"vn:s:{before}", period=period), turn.choice("common.menu", "m:menu"),
    ]  # fmt: skip
    turn.say(
        "country.whole", lines=[discreet(line) for line in document["indicators"]], reported=reported,
        expected=len(document["provinces"]), before=turn.words("report.before", period=period), choices=choices,
        **_heading(turn, period, document),
    )  # fmt: skip


async def _provinces(turn: Turn, period: Period, page: int) -> None:
    """Those with a report by lượt, equal numbers on equal ranks; the others are counted."""
    document = await _read(turn, period)
    if document is None:
        return
    ranked = ranking(document)
    rows = [
        (rank, found.name if (found := turn.knowledge.places.province(p["province"])) else p["province"],
         p["indicators"]["1"], p["communes_reported"], p["communes"])
        for rank, p in ranked[page * PAGE : (page + 1) * PAGE]
    ]  # fmt: skip
    choices = list[Choice]()
    if len(ranked) > (page + 1) * PAGE:
        choices.append(turn.choice("report.further", f"vn:p:{spans.encode(period)}:{page + 1}"))
    choices += [turn.choice("report.whole", f"vn:s:{spans.encode(period)}"), turn.choice("common.menu", "m:menu")]
    turn.say("country.provinces", rows=rows, silent=len(document["provinces"]) - len(ranked), choices=choices,
             **_heading(turn, period, document))  # fmt: skip


def ranking(document: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """The provinces with a report and their ranks by lượt; equal numbers have one rank."""
    places = ranks([p["indicators"]["1"] for p in document["provinces"]])
    ranked = [(rank, p) for rank, p in zip(places, document["provinces"], strict=True) if rank is not None]
    return sorted(ranked, key=lambda row: (row[0], row[1]["province"]))


async def _read(turn: Turn, period: Period) -> dict[str, Any] | None:
    """The report; None, and said so, for whoever may not see it."""
    if not turn.has("admin"):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return None
    places = turn.knowledge.places
    communes = {p.code: [c.code for c in places.communes_of(p.code)] for p in places.provinces()}
    return await national_report(turn.memory.connection, communes, period, turn.now)


def _heading(turn: Turn, period: Period, document: dict[str, Any]) -> dict[str, Any]:
    cut = dt.datetime.fromisoformat(document["cut_at"])
    return {"place": turn.words("country.name"), "label": period.label, "cut": cut}
