"""The week's rounds: reports sent at the closing, reminders before it, and the list of silent teams to paste."""

import asyncio
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from content.folding import in_order
from content.knowledge import Knowledge
from content.workdays import Workdays
from handlers import booklet, reporting, screens, spans
from handlers.booklet import Booklet
from handlers.turn import Choice, Turn
from storage.deadlines import CLOSING, REMIND, SHIFT, Rules
from storage.frozen import Frozen
from storage.memory import Memory
from storage.periods import VIETNAM, Period, Week, local_day
from storage.rounds import Choices, Errand, Push

KEYS = (CLOSING, SHIFT, REMIND)
"""The settings that say when."""
ERRANDS: Mapping[int, int] = {2: 1, 5: 3}
"""How many errands a week a province and a commune have, by the length of their codes."""
MOST_DOUBTS = 5
"""Steps with a changed screen that a week's report names."""
AT_ONCE = dt.timedelta(hours=1)
"""What is done later than this is said to be late."""
Planned = tuple[str, str, Week, dt.datetime | None]


# --- planned ------------------------------------------------------------------------------------------------


async def plan(memory: Memory, knowledge: Knowledge, now: dt.datetime) -> list[Planned]:
    """What is to be planned of this week and the one before, for every place at work for which something is not."""
    this = Week.of(local_day(now))
    weeks = (this.previous(), this)
    places = await memory.rounds.unplanned(weeks, ERRANDS)
    told = await memory.rounds.choices(KEYS) if places else {}
    rows = list[Planned]()
    for place, since in places.items():
        commune = knowledge.places.commune(place)
        above = told.get(commune.province.code) if commune else None
        for week in weeks:
            rows += planned(place, week, since, [c for c in (above, told.get(place)) if c], knowledge.workdays)
    return rows


def planned(
    place: str, week: Week, since: dt.datetime, choices: list[Choices], workdays: Workdays
) -> Iterator[Planned]:
    """What is due for a place in a week, and when. `choices` of its province come before its own; what would have
    been due before somebody worked there, or before its rules were what they are, is not made up for.
    """
    settings, valid = dict[str, str](), since
    for chosen in choices:
        settings |= {key: value for key, value in chosen.settings.items() if value}
        valid = max(valid, chosen.since)
    rules, works = Rules.read(settings), workdays.works
    due: dict[str, dt.datetime | None] = {"report": rules.closing(Period.of_week(week), works)}
    if len(place) == 5:
        due |= {"member": rules.reminds(week, works), "head": rules.urges(week, works)}
    for kind, at in due.items():
        yield place, kind, week, at if at is not None and at >= valid else None


# --- done ---------------------------------------------------------------------------------------------------


async def run(memory: Memory, knowledge: Knowledge, what: Errand, now: dt.datetime) -> None:
    """Does an errand: keeps the figures of a report as sent, and has those told whom it concerns."""
    if not what.overtaken:
        if what.kind == "report":
            await _send_report(memory, knowledge, what, now)
        else:
            await _ask(memory, knowledge, what, now)
    await memory.rounds.done(what, now)


async def _send_report(memory: Memory, knowledge: Knowledge, what: Errand, now: dt.datetime) -> None:
    officers = await memory.rounds.officers(what.place)
    if not officers:
        return
    period = Period.of_week(what.week)
    if len(what.place) == 2:
        made = await booklet.of_province(memory, knowledge, what.place, period, now)
    else:
        made = await booklet.of_commune(memory, knowledge, what.place, period, now, entries=False)
    if made.report["teams" if len(what.place) == 5 else "communes"]:
        _, version = await booklet.freeze(memory, made, now, None)
        await memory.rounds.tell(officers, what, "report", now, version_id=version.id)


async def _ask(memory: Memory, knowledge: Knowledge, what: Errand, now: dt.datetime) -> None:
    """Reminders: of no use to anybody once the report is closed."""
    rounds, until = memory.rounds, await _closing(memory, knowledge, what.place, what.week)
    if now >= until:
        return
    if what.kind == "member":
        await rounds.tell(await rounds.idle(what.place, what.week), what, "member", now, until=until)
    elif silent := await rounds.silent(what.place, what.week):
        await rounds.tell(await rounds.heads(what.place, list(silent)), what, "head", now, until=until)
        await rounds.tell(await rounds.officers(what.place), what, "silent", now, until=until)


async def _closing(memory: Memory, knowledge: Knowledge, place: str, week: Week) -> dt.datetime:
    commune = knowledge.places.commune(place)
    settings = await booklet.settings_of(memory, place, commune.province.code if commune else "")
    return Rules.read(settings).closing(Period.of_week(week), knowledge.workdays.works)


# --- told ---------------------------------------------------------------------------------------------------


async def tell(turn: Turn, due: Push) -> None:
    """Says it, in the words of now; nothing when it does not concern the person any more."""
    match due.kind:
        case "report":
            await _report(turn, due)
        case "member":
            await _remind(turn, due)
        case "head":
            await _urge(turn, due)
        case _:
            await silent(turn, due.place, due.week)


async def _report(turn: Turn, due: Push) -> None:
    """The figures as they were kept, with their chart; the files are a press away."""
    view = next((v for v in reporting.views(turn) if v.code == due.place and v.kind in "xp"), None)
    if view is None or due.version_id is None or not await turn.memory.rounds.wanted(turn.person_id):
        return
    sent = await booklet.as_sent(turn.memory, turn.knowledge, due.version_id)
    turn.say(
        "weekly.report", number=sent.version, late=due.made_at - due.due_at > AT_ONCE, blocked=due.blocked,
        detour=due.detour, due=due.due_at.astimezone(VIETNAM),
    )  # fmt: skip
    files = [await asyncio.to_thread(turn.documents.make, "png", sent)] if turn.documents else []
    if doubts := await screens.doubtful(turn.memory, turn.knowledge, turn.today):
        turn.say("screens.digest", doubts=doubts[:MOST_DOUBTS])
    choices = _after_report(turn, view, sent)
    reporting.present(turn, view, sent.period, dict(sent.report), choices=choices, files=files)
    for file in files:
        frozen = Frozen(turn.memory.connection)
        await frozen.took(due.version_id, "png", file.data, turn.now, turn.person_id)


def _after_report(turn: Turn, view: reporting.View, sent: Booklet) -> list[Choice]:
    code = f"{view.key}:{spans.encode(sent.period)}"
    choices = [turn.choice("filing.xlsx", f"f:x:{code}"), turn.choice("filing.docx", f"f:d:{code}")]
    if view.kind == "x":
        choices.append(turn.choice("report.by_team", f"r:t:{code}"))
        if not all(team["reported"] for team in sent.report["teams"]):
            choices.append(turn.choice("report.silent", f"w:ds:{view.code}:{sent.period.week}"))
    else:
        choices.append(turn.choice("report.by_commune", f"r:t:{code}:0"))
    return [*choices, turn.choice("weekly.off", "w:tat"), turn.choice("common.menu", "m:menu")]


async def _remind(turn: Turn, due: Push) -> None:
    if turn.person_id not in await turn.memory.rounds.idle(due.place, due.week):
        return
    closing = await _closing(turn.memory, turn.knowledge, due.place, due.week)
    turn.say("weekly.member", name=turn.chat.name if turn.chat else None, **_until(turn, closing),
             choices=[turn.choice("assist.log_one", "m:ghi", style="main"), *_nil(turn, due)])  # fmt: skip


async def _urge(turn: Turn, due: Push) -> None:
    led = turn.scope.teams("head") if turn.scope else ()
    teams = [name for key, name in (await turn.memory.rounds.silent(due.place, due.week)).items() if key in led]
    if not teams:
        return
    closing = await _closing(turn.memory, turn.knowledge, due.place, due.week)
    turn.say("weekly.head", teams=teams, number=due.week.number, **_until(turn, closing),
             choices=[turn.choice("teams.open_own", "t", style="main"), *_nil(turn, due)])  # fmt: skip


def _nil(turn: Turn, due: Push) -> list[Choice]:
    nothing = turn.choice("assist.nil", f"l:z:{spans.encode(Period.of_week(due.week))}", now=True)
    return [nothing, turn.choice("guide.no_reminders", "w:im")]


def _until(turn: Turn, closing: dt.datetime) -> dict[str, Any]:
    """When the report closes, and how near that is."""
    return {"closing": closing, "days": (closing.date() - turn.today).days}


async def silent(turn: Turn, place: str, week: Week) -> None:
    """The teams without a report, in a message of its own that can be pasted into a group as it is."""
    names = sorted((await turn.memory.rounds.silent(place, week)).values(), key=in_order)
    if turn.scope is None or place not in turn.scope.communes("officer") or not names:
        return
    closing = await _closing(turn.memory, turn.knowledge, place, week)
    code = f"x{place}:{spans.encode(Period.of_week(week))}"
    turn.say("weekly.silent", count=len(names), over=turn.now >= closing, **_until(turn, closing),
             choices=[turn.choice("report.whole", f"r:s:{code}"), turn.choice("common.menu", "m:menu")])  # fmt: skip
    turn.say("weekly.paste", place=reporting.commune_name(turn, place), label=Period.of_week(week).label,
             names=names, closing=closing, open=turn.now < closing)  # fmt: skip


# --- wanted or not ------------------------------------------------------------------------------------------


async def press(turn: Turn, args: list[str]) -> None:
    """w:tat no reports of themselves any more, w:bat again; w:im no reminders; w:ds:<commune>:<week> silent teams."""
    match args:
        case ["ds", place, code] if week := _week(code):
            await silent(turn, place, week)
            if not turn.replies:
                await reporting.this_week(turn)
        case ["im"]:
            await turn.memory.people.set(turn.person_id, reminders=False)
            turn.say("weekly.quiet", choices=[turn.choice("common.menu", "m:menu")])
        case ["tat" | "bat" as word] if turn.has("officer", "province_officer"):
            await turn.memory.rounds.want(turn.person_id, word == "bat", turn.now)
            said, other = ("wanted", "off") if word == "bat" else ("unwanted", "on")
            choices = [turn.choice(f"weekly.{other}", "w:tat" if word == "bat" else "w:bat"),
                       turn.choice("menu.report", "m:baocao"), turn.choice("common.menu", "m:menu")]  # fmt: skip
            turn.say(f"weekly.{said}", choices=choices)
        case _:
            await reporting.this_week(turn)


def _week(code: str) -> Week | None:
    try:
        return Week.parse(code)
    except ValueError:
        return None


async def off(turn: Turn) -> None:
    """No reports of themselves any more, asked for in words."""
    await press(turn, ["tat"])


async def on(turn: Turn) -> None:
    """Reports of themselves again, asked for in words."""
    await press(turn, ["bat"])
