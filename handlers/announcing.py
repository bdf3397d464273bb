"""What an officer tells his commune for some days: news, days closed, other opening hours; each ends by itself."""

import datetime as dt
import re

from content.folding import fold
from handlers import commune, spans
from handlers.turn import Choice, Turn
from storage.announcements import Kind
from storage.periods import Period, Week

KINDS: tuple[Kind, ...] = ("tin", "nghi", "gio")
MAX_TEXT = 150
LONGEST = dt.timedelta(days=60)
"""What is true for longer belongs into the commune's own settings, or into a file."""
_DAY = r"(?:ngay )?(\d{1,2}) (?:thang )?(\d{1,2})(?: (?:nam )?(20\d\d))?"
_ONE = re.compile(_DAY)
_TO = re.compile(rf"(?:tu )?(?:{_DAY} )?(?:den|toi)(?: het)? {_DAY}")


async def press(turn: Turn, args: list[str]) -> None:
    """s:a:<kind> begins, s:a:d:<days> chooses the days, s:a:b:<id> takes one back."""
    code = commune.own(turn)
    if code is None:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    match args:
        case ["nghi"]:
            _ask_days(turn, "nghi", None)
        case ["tin" | "gio" as kind]:
            turn.state.enter(f"announce.{kind}")
            turn.say(f"commune.ask_{kind}", choices=[turn.choice("common.menu", "m:menu")])
        case ["d", days] if turn.state.flow == "announce.days" and (period := spans.decode(days)):
            await _put(turn, code, period)
        case ["b", number] if number.isdecimal():
            if await turn.memory.announcements.withdraw(turn.duty, int(number), code):
                await turn.memory.people.note(
                    "announcement.withdrawn", turn.now, actor=turn.person_id, commune=code, subject=number
                )  # fmt: skip
                turn.say("commune.withdrawn")
            await commune.show(turn)
        case _:
            await commune.show(turn)


async def typed(turn: Turn) -> bool:
    """The words of an announcement, or the days it is for."""
    place = (turn.state.flow or "").partition(".")[2]
    text = " ".join(turn.message.text.split())
    code = commune.own(turn)
    if code is None:
        return False
    if place in ("tin", "gio"):
        if not text or len(text) > MAX_TEXT:
            turn.say("commune.too_long_said", most=MAX_TEXT)
        else:
            _ask_days(turn, "gio" if place == "gio" else "tin", turn.knowledge.safety.mask(text))
        return True
    period = read_days(text, turn.today)
    if period is None or period.first < turn.today or period.last > turn.today + LONGEST:
        turn.say("commune.bad_days", last=turn.today + LONGEST)
    else:
        await _put(turn, code, period)
    return True


async def back(turn: Turn) -> None:
    """To what is told now."""
    turn.state.leave()
    await commune.show(turn)


def _ask_days(turn: Turn, kind: Kind, text: str | None) -> None:
    turn.state.enter("announce.days", kind=kind, text=text)
    today = turn.today
    tomorrow = today + dt.timedelta(days=1)
    days = {"today": Period(today, today), "tomorrow": Period(tomorrow, tomorrow),
            "week": Period(today, Week.of(today).sunday)}  # fmt: skip
    choices = [turn.choice(f"commune.days_{name}", f"s:a:d:{spans.encode(p)}") for name, p in days.items()]
    distinct = {c.value: c for c in reversed(choices)}
    shown = [c for c in choices if distinct[c.value] is c]
    turn.say("commune.ask_days", kind=kind, choices=[*shown, turn.choice("common.menu", "m:menu")])


async def _put(turn: Turn, code: str, period: Period) -> None:
    data = turn.state.data
    turn.state.leave()
    number = await turn.memory.announcements.put(turn.duty, code, data["kind"], data["text"], period, turn.now)
    await turn.memory.people.note(
        "announcement.set", turn.now, actor=turn.person_id, commune=code, subject=str(number)
    )  # fmt: skip
    turn.say("commune.announced", period=period)
    await commune.show(turn)


def choices(turn: Turn) -> list[Choice]:
    """The ways to tell something new."""
    return [turn.choice(f"commune.new_{kind}", f"s:a:{kind}") for kind in KINDS]


def read_days(text: str, today: dt.date) -> Period | None:
    """The days a text names: "hôm nay", "ngày mai", "25/11", "25/11 đến 27/11", "đến 27/11" (from today on)."""
    said = fold(text)
    near = {"hom nay": 0, "mai": 1, "ngay mai": 1}.get(said)
    if near is not None:
        day = today + dt.timedelta(days=near)
        return Period(day, day)
    try:
        if one := _ONE.fullmatch(said):
            day = _day(today, *one.groups())
            return Period(day, day)
        if span := _TO.fullmatch(said):
            first = _day(today, *span.groups()[:3]) if span[1] else today
            return Period(first, _day(first, *span.groups()[3:]))
    except ValueError:
        return None
    return None


def _day(since: dt.date, day: str | None, month: str | None, year: str | None) -> dt.date:
    """The day; without a year the first such one from `since` on. Raises ValueError when there is none."""
    found = dt.date(int(year or since.year), int(month or 0), int(day or 0))
    return found.replace(year=found.year + 1) if year is None and found < since else found
