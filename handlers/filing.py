"""A report as files: made, handed over, kept as a version; what changed since; and the entries behind a figure."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from content.folding import fold
from handlers import communes, letterhead, member_sheets, reporting, spans, team_entries
from handlers.booklet import Booklet, TemplateRefused, freeze, of_commune, of_province, procedure_name
from handlers.reporting import View
from handlers.turn import Choice, Turn
from storage.frozen import Change, Frozen, Version, changes, replaced
from storage.periods import VIETNAM, Period
from storage.statistics import INDICATORS, discreet, is_few, part

KINDS: Mapping[str, str] = {"p": "png", "x": "xlsx", "d": "docx"}
"""The files one can ask for, by the letter in their button."""
_KIND_WORDS = {
    "png": ("bieu do", "do thi"), "xlsx": ("excel", "exel", "ecxel", "excell", "xlsx"), "docx": ("word", "docx"),
}  # fmt: skip
"""What people call the files, spelled as they hear it."""
_ASKED = re.compile(
    r"(?:(?:cho|xin|gui|lay|xuat|tai|lam|can|muon|xem|in|toi|em|minh|tui) )*"
    r"(?:(?:file|fai|tep|ban|bao cao|so lieu) )*"
    rf"(?P<kind>{'|'.join(word for words in _KIND_WORDS.values() for word in words)})"
    r"(?: (?:bao cao|so lieu|cua|file|cho|toi|em|minh|giup|di|nhe|nha|voi|a))*"
    r"(?: (?P<days>(?:tuan|thang|quy|nam|tu|\d).*))?"
)
PAGE = 8
MOST_CHANGES = 12
"""Changes told on the phone; the workbook tells all."""
LONGEST = 6
"""Digits of a page or version; no button of ours carries more."""


async def press(turn: Turn, args: list[str]) -> None:
    """f:o:<view>:<period> what can be had, f:x|d|p:... a file, f:v:... versions sent, f:v:...:<n> one of them again,
    f:m:... who logged what, f:n:... the figures, f:n:...:<code>[:<page>] the entries behind one;
    f:s... how the report is headed and signed.
    """
    if args[:1] == ["s"]:
        await letterhead.press(turn, args[1:])
        return
    view = next((v for v in reporting.views(turn) if len(args) > 2 and v.key == args[1]), None)
    period = spans.decode(args[2]) if view else None
    if view is None or period is None or period.first > turn.today or (view.kind == "t" and args[0] != "m"):
        await reporting.this_week(turn)
        return
    match args[0], args[3:]:
        case kind, [] if kind in KINDS:
            await _file(turn, view, period, KINDS[kind])
        case "m", [] if view.kind == "t":
            await member_sheets.of_team(turn, int(view.code), period)
        case "m", [] if view.kind == "x":
            await member_sheets.of_commune(turn, view.code, period)
        case "v", []:
            await _versions(turn, view, period)
        case "v", [number] if re.fullmatch(r"\d{1,6}", number):
            await _again(turn, view, period, int(number))
        case "n", [] if view.kind == "x":
            await _figures(turn, view, period)
        case "n", [code, *page] if view.kind == "x" and (not page or re.fullmatch(r"\d{1,6}", page[0])):
            await _behind(turn, view, period, code, int(page[0]) if page else 0)
        case _:
            await offer(turn, view, period)


async def this_week(turn: Turn) -> None:
    """The files of the report in hand; of several communes the first one's."""
    await _of_report_in_hand(turn, offer)


async def sent_before(turn: Turn) -> None:
    """What was sent of the report in hand, and what an addition to it would change."""
    await _of_report_in_hand(turn, _versions)


async def _of_report_in_hand(turn: Turn, show: Callable[[Turn, View, Period], Awaitable[None]]) -> None:
    view, period = reporting.in_hand(turn)
    if view is None or view.kind == "t":
        await reporting.this_week(turn)
    else:
        await show(turn, view, period)


async def asked(turn: Turn, text: str) -> bool:
    """A file by its kind, as people ask for it: "excel", "gửi file word tháng 10"; of the report on the screen unless
    days are named. False for anything else, and for whoever has no report.
    """
    found = _ASKED.fullmatch(fold(text))
    view, period = reporting.in_hand(turn, totals=True)
    if found is None or view is None:
        return False
    if days := found["days"]:
        read = spans.read(days, turn.today)
        if read is None or read[0] is None or read[0].first > turn.today:
            return False
        period = read[0]
    turn.state.leave()
    if view.kind == "c":
        communes.no_files(turn, view, period)
        return True
    kind = next(kind for kind, words in _KIND_WORDS.items() if found["kind"] in words)
    if view.kind != "t":
        await _file(turn, view, period, kind)
    elif kind == "xlsx":
        await member_sheets.of_team(turn, int(view.code), period)
    else:
        return False
    return True


async def offer(turn: Turn, view: View, period: Period) -> None:
    """Which files there are."""
    code = f"{view.key}:{spans.encode(period)}"
    sent = await Frozen(turn.memory.connection).versions(view.code, period)
    choices = [turn.choice(f"filing.{kind}", f"f:{letter}:{code}") for letter, kind in KINDS.items()]
    if sent:
        choices.append(turn.choice("filing.versions", f"f:v:{code}", count=len(sent)))
    choices.append(turn.choice("filing.letter", f"f:s:{view.code}"))
    turn.say("filing.offer", place=view.name, label=period.label, choices=[*choices, *_ways_on(turn, view, period)])


def _ways_on(turn: Turn, view: View, period: Period) -> list[Choice]:
    whole = turn.choice("report.whole", f"r:s:{view.key}:{spans.encode(period)}")
    return [whole, turn.choice("common.menu", "m:menu")]


async def _booklet(turn: Turn, view: View, period: Period) -> Booklet:
    if view.kind == "p":
        return await of_province(turn.memory, turn.knowledge, view.code, period, turn.now)
    return await of_commune(turn.memory, turn.knowledge, view.code, period, turn.now)


# --- files --------------------------------------------------------------------------------------------------


async def _file(turn: Turn, view: View, period: Period, kind: str) -> None:
    """Keeps the figures as they are now, and hands over a file of them."""
    kept, version = await freeze(turn.memory, await _booklet(turn, view, period), turn.now, turn.person_id)
    await _hand_over(turn, view, kept, version, kind)


async def _again(turn: Turn, view: View, period: Period, number: int) -> None:
    """A version of before, as a workbook; without the entries behind it, which may have changed since."""
    versions = await Frozen(turn.memory.connection).versions(view.code, period)
    version = next((v for v in versions if v.number == number), None)
    if version is None:
        await offer(turn, view, period)
        return
    await _hand_over(turn, view, (await _booklet(turn, view, period)).of(version, versions), version, "xlsx")


async def _hand_over(turn: Turn, view: View, booklet: Booklet, version: Version, kind: str) -> None:
    assert turn.documents is not None  # noqa: S101  (every program that answers people has them)
    others = [turn.choice(f"filing.{k}", f"f:{letter}:{view.key}:{spans.encode(booklet.period)}")
              for letter, k in KINDS.items() if k != kind]  # fmt: skip
    choices = [*others, *_ways_on(turn, view, booklet.period)]
    try:
        file = await asyncio.to_thread(turn.documents.make, kind, booklet)
    except TemplateRefused as e:
        turn.say("filing.refused", reason=str(e), choices=choices)
        return
    await Frozen(turn.memory.connection).took(version.id, kind, file.data, turn.now, turn.person_id)
    before = booklet.replaces
    turn.say(
        "filing.sent", kind=kind, label=booklet.period.label, number=version.number,
        cut=version.cut_at.astimezone(VIETNAM), final=version.final, deadline=booklet.beside.deadline,
        added_to=before.number if before else None, changed=_told(turn, list(booklet.changes)), files=[file],
        choices=choices,
    )  # fmt: skip


# --- versions -----------------------------------------------------------------------------------------------


async def _versions(turn: Turn, view: View, period: Period) -> None:
    """What was sent, and how the figures of today differ from it."""
    versions = await Frozen(turn.memory.connection).versions(view.code, period)
    booklet = await _booklet(turn, view, period)
    rows = []
    for version in versions:
        before = replaced(versions, version.number)
        changed = changes(before.figures["report"], version.figures["report"]) if before else []
        rows.append((version, version.cut_at.astimezone(VIETNAM), before, _told(turn, changed)))
    since = changes(versions[-1].figures["report"], booklet.report) if versions else []
    code = f"{view.key}:{spans.encode(period)}"
    again = [turn.choice("filing.again", f"f:v:{code}:{v.number}", version=v.number) for v in versions[-PAGE:]]
    turn.say("filing.sent_before", place=view.name, label=period.label, rows=rows[-PAGE:], since=_told(turn, since),
             choices=[*again, *_ways_on(turn, view, period)])  # fmt: skip


def _told(turn: Turn, changed: list[Change]) -> list[dict[str, Any]]:
    """Changes in words, with too small numbers hidden: what the phone shows of them."""
    told = []
    for change in changed[:MOST_CHANGES]:
        line = {"code": change.key if change.kind == "indicator" else "", "value": change.after,
                "previous": change.before, "year_to_date": None, "change": None}  # fmt: skip
        shown = discreet(line)
        told.append({"name": _name(turn, change), "before": shown["previous"], "after": shown["value"]})
    return told


def _name(turn: Turn, change: Change) -> str:
    if change.kind == "indicator":
        line = next(i for i in INDICATORS if i.code == change.key)
        return turn.words("filing.short", line={"code": line.code, "name": line.name})
    if change.kind == "content" and change.key in turn.knowledge.terms.codes("content"):
        return turn.words("filing.content", name=turn.knowledge.terms.full("content", change.key))
    if change.kind == "codes":
        return turn.words(f"report.codes_{change.key}")
    if change.kind == "commune":
        return reporting.commune_name(turn, change.key)
    return procedure_name(turn.knowledge, change.key) if change.kind == "procedure" else change.key


# --- where a figure comes from ------------------------------------------------------------------------------


async def _figures(turn: Turn, view: View, period: Period) -> None:
    """The figures that are made of entries."""
    document = await reporting.read(turn, view, period)
    code = f"{view.key}:{spans.encode(period)}"
    lines = [discreet(line) for line in document["indicators"] if line["value"]]
    choices = [Choice(turn.words("filing.figure", line=line), f"f:n:{code}:{line['code']}") for line in lines]
    turn.say("filing.which_figure", label=period.label, some=bool(choices),
             choices=[*choices, *_ways_on(turn, view, period)])  # fmt: skip


async def _behind(turn: Turn, view: View, period: Period, code: str, page: int) -> None:
    """The entries that add up to a figure, the latest first, as far as the person may see them."""
    line = next((i for i in INDICATORS if i.code == code), None)
    if line is None or turn.scope is None:
        await _figures(turn, view, period)
        return
    seen = await turn.memory.log.entries(turn.scope, period, commune=view.code)
    found = [(entry, n) for entry in seen[::-1] if (n := part(entry, code))]
    shown = found[page * PAGE : (page + 1) * PAGE]
    choices = await team_entries.choices(turn, [entry for entry, _ in shown])
    if len(found) > (page + 1) * PAGE:
        further = f"f:n:{view.key}:{spans.encode(period)}:{code}:{page + 1}"
        choices.append(turn.choice("assist.further", further))
    choices.append(turn.choice("filing.figures", f"f:n:{view.key}:{spans.encode(period)}"))
    total = sum(n for _, n in found)
    turn.say(
        "filing.behind", line={"code": code, "name": line.name}, unit=line.unit, label=period.label,
        entries=len(found), total=total if line.measures else None, few=is_few(total, indicator=code),
        choices=[*choices, *_ways_on(turn, view, period)],
    )  # fmt: skip
