"""The fields of an entry one can correct: how each is asked for, and what an answer means."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from content.folding import fold
from content.terms import TermKind
from handlers import entries
from handlers.turn import Choice, Turn
from storage.entry import NOTE_LENGTH, Entry
from storage.periods import Week
from storage.teams import Hamlet

FIRST = ("people", "contents", "results", "day", "place", "dossiers", "note")
MORE = ("time", "hamlet_id", "payments", "minutes", "groups", "self_done", "session")
FIELDS = (*FIRST, *MORE)
TOGGLES = ("contents", "groups")
"""Fields of several answers: each press puts one in or out."""
TYPED = ("people", "day", "dossiers", "payments", "minutes", "note", "time")
"""Fields whose answer may be typed in words or digits of one's own."""
OLDEST = dt.timedelta(days=60)
"""Entries are not moved further back than this: nobody remembers, and the reports of those days are long sent."""
PARTS_OF_DAY = {"sang": "sáng", "trua": "trưa", "chieu": "chiều", "toi": "tối"}
MINUTES = (10, 15, 20, 30, 45, 60)
LABEL = 40
"""Letters of a hamlet's name that a button has room for."""
MOST = {"people": entries.MAX_PEOPLE, "dossiers": 10_000, "payments": 10_000, "minutes": 1440}
_DAY = re.compile(r"(?:ngay )?(\d{1,2}) (?:thang )?(\d{1,2})(?: (?:nam )?(20\d\d))?")
_TIME = re.compile(r"(\d{1,2}) ?(?:h|g|giờ|:) ?(\d{1,2})?(?: ?(?:p|phút))?", re.IGNORECASE)


# --- asking -------------------------------------------------------------------------------------------------


def choices(turn: Turn, entry: Entry, field: str, hamlets: Sequence[Hamlet] = ()) -> list[Choice]:
    """What can be pressed when the field is asked for."""
    prefix = f"l:w:{entry.id}:{field}"
    back = turn.choice("assist.back", f"l:e:{entry.id}")
    match field:
        case "people":
            return [*entries.number_choices(prefix, entries.FEW), entries.back_choice(turn)]
        case "dossiers" | "payments":
            return entries.number_choices(prefix, range(6))
        case "minutes":
            nothing = turn.choice("assist.not_told", f"{prefix}:0", number=0)
            return [*entries.number_choices(prefix, MINUTES), nothing]
        case "day":
            days = [turn.today - dt.timedelta(days=n) for n in range(3)]
            return [turn.choice("assist.day_choice", f"{prefix}:{d}", day=d, today=turn.today) for d in days] + [back]
        case "results":
            return [*entries.result_choices(turn, prefix, entry.people), back]
        case "hamlet_id":
            nowhere = turn.choice("assist.not_told", f"{prefix}:-")
            return [*(Choice(h.name[:LABEL], f"{prefix}:{h.id}") for h in hamlets), nowhere, back]
        case "contents" | "groups":
            done = turn.choice("assist.all_chosen", f"l:o:{entry.id}", style="main")
            return [done, *_toggles(turn, entry, field, prefix)]
        case _:
            return [*_few(turn, entry, field, prefix), back]


def _few(turn: Turn, entry: Entry, field: str, prefix: str) -> list[Choice]:
    nothing = turn.choice("assist.not_told", f"{prefix}:-")
    match field:
        case "place":
            return [*entries.term_choices(turn, "place", prefix, turn.knowledge.terms.codes("place")), nothing]
        case "time":
            parts = [turn.choice("assist.part_of_day", f"{prefix}:{code}", part=part)
                     for code, part in PARTS_OF_DAY.items()]  # fmt: skip
            return [*parts, nothing]
        case "self_done":
            who = [turn.choice("assist.by_themselves", f"{prefix}:1"), turn.choice("assist.by_us", f"{prefix}:0")]
            return [*who, nothing]
        case "session":
            return [turn.choice("assist.is_session", f"{prefix}:1"), turn.choice("assist.no_session", f"{prefix}:0")]
        case _:
            return [turn.choice("assist.erase_note", f"{prefix}:-")] if entry.note else []


def _toggles(turn: Turn, entry: Entry, field: str, prefix: str) -> list[Choice]:
    """Each value says what it makes of the code, so that a doubled press does not undo itself."""
    terms, kind, chosen = turn.knowledge.terms, _kind(field), getattr(entry, field)
    return [
        turn.choice(
            "assist.chosen", f"{prefix}:{'-' if code in chosen else '+'}{code}", on=code in chosen,
            label=terms.label(kind, code),
        )
        for code in terms.codes(kind)
    ]  # fmt: skip


# --- answers ------------------------------------------------------------------------------------------------


def pressed(turn: Turn, entry: Entry, field: str, value: str) -> dict[str, Any] | None:
    """The change a button's value means; None when it cannot be."""
    terms = turn.knowledge.terms
    match field:
        case "people" | "dossiers" | "payments" | "minutes":
            return typed(turn, field, value)
        case "day":
            return iso_day(turn, value)
        case "place" if value in ("-", *terms.codes("place")):
            return {"place": None if value == "-" else value}
        case "results" if value in terms.codes("result"):
            return {"results": {value: entry.people}}
        case "time":
            return {"time": PARTS_OF_DAY.get(value)}
        case "hamlet_id" if value == "-" or value.isdecimal():
            return {"hamlet_id": None if value == "-" else int(value[:9])}
        case "self_done":
            return {"self_done": {"1": True, "0": False}.get(value)}
        case "session":
            return {"session": value == "1"}
        case "note":
            return {"note": None}
        case "contents" | "groups":
            return _toggled(turn, entry, field, value)
    return None


def _toggled(turn: Turn, entry: Entry, field: str, value: str) -> dict[str, Any] | None:
    parts = dict(getattr(entry, field))
    sign, code = value[:1], value[1:]
    if sign == "+" and code in turn.knowledge.terms.codes(_kind(field)):
        parts.setdefault(code, None)
    elif sign == "-":
        parts.pop(code, None)
    return {field: parts} if parts or field == "groups" else None


def _kind(field: str) -> TermKind:
    return "content" if field == "contents" else "group"


def typed(turn: Turn, field: str, text: str) -> dict[str, Any] | None:
    """The change a typed answer means; None when it cannot be understood."""
    match field:
        case "day":
            found = _DAY.fullmatch(fold(text))
            return day_of(turn, _date(turn.today, *found.groups())) if found else None
        case "time":
            time = _time(text)
            return {"time": time} if time else None
        case "note":
            note = turn.knowledge.safety.mask(text)
            return {"note": note} if 0 < len(text) <= NOTE_LENGTH and note else None
        case _:
            number = entries.read_number(text, 1 if field == "people" else 0, MOST[field])
            return None if number is None else {field: None if field == "minutes" and not number else number}


def _date(today: dt.date, day: str, month: str, year: str | None) -> dt.date | None:
    """The day of that number; without a year, the last one that has come."""
    try:
        date = dt.date(int(year or today.year), int(month), int(day))
        return date.replace(year=date.year - 1) if year is None and date > today else date
    except ValueError:
        return None


def _iso(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def iso_day(turn: Turn, text: str) -> dict[str, Any] | None:
    """The change a button's day means."""
    return day_of(turn, _iso(text))


def day_of(turn: Turn, date: dt.date | None) -> dict[str, Any] | None:
    """The change to that day, if it has come and is not too long ago."""
    return {"day": date} if date is not None and turn.today - OLDEST <= date <= turn.today else None


def _time(text: str) -> str | None:
    if fold(text) in PARTS_OF_DAY:
        return PARTS_OF_DAY[fold(text)]
    found = _TIME.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


# --- doubts -------------------------------------------------------------------------------------------------

Doubt = tuple[str, dict[str, Any], list[Choice]]


def doubt(turn: Turn, entry: Entry, changes: Mapping[str, Any]) -> Doubt | None:
    """The question to ask before a change that is likely a slip, or cannot be taken back: words, context, choices."""
    people, day = changes.get("people"), changes.get("day")
    if people is not None and people > entries.MANY_PEOPLE and people != entry.people:
        prefix = f"l:w:{entry.id}:people"
        sure = turn.choice("assist.sure", f"{prefix}:!{people}", people=people)
        return "assist.ask_sure", {"people": people}, [sure, turn.choice("assist.again", f"{prefix}:lai")]
    if day is not None and day != entry.day and Week.of(day).closed(turn.now):
        prefix = f"l:w:{entry.id}:day"
        sure = turn.choice("assist.sure_closed_day", f"{prefix}:!{day}", day=day)
        return "assist.ask_closed_day", {"day": day}, [sure, turn.choice("assist.other_day", f"{prefix}:lai")]
    return None


# --- a draft's changes, kept with the chat ------------------------------------------------------------------


def encode(changes: Mapping[str, Any]) -> dict[str, Any]:
    """As stored with the chat."""
    return {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in changes.items()}


def decode(stored: Mapping[str, Any]) -> dict[str, Any]:
    """As stored with the chat."""
    return {k: dt.date.fromisoformat(v) if k == "day" else v for k, v in stored.items()}
