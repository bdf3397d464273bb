"""An entry of the log on the screen: its card, what follows from its numbers, questions asked in two places."""

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from content.folding import clean, fold
from content.terms import TermKind
from handlers.turn import Choice, Turn
from storage.entry import Entry
from storage.scope import Grant

MAX_PEOPLE = 10_000
MANY_PEOPLE = 60
"""More people than this in one entry are asked about once: most of them are slips of the finger."""
FEW = (1, 2, 3, 4, 5, 10)
"""Numbers offered as buttons."""
TOLD_APART = ("xong", "hen_lai", "chuyen")
"""Results whose counts are asked for, in this order; whoever is left could not be helped."""
COUNTED = {"dossiers": "nop_ho_so", "payments": "thanh_toan"}
"""Numbers that follow from a content when it was finished: as many as people, shown on the card, free to change."""
WORDS_FOR_NUMBERS = ("khong", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi")
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,6})(?: *(?:người|lượt|bà con|hồ sơ|lần|phút|p))?", re.IGNORECASE)


# --- teams --------------------------------------------------------------------------------------------------


def teams_of(turn: Turn) -> list[Grant]:
    """The teams the person may log for: one grant a team."""
    grants = turn.scope.grants if turn.scope else ()
    return list({g.team_id: g for g in grants if g.role in ("member", "head") and g.commune}.values())


def team_of(turn: Turn, team_id: int) -> Grant | None:
    """The person's grant in that team."""
    return next((g for g in teams_of(turn) if g.team_id == team_id), None)


# --- the card -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """An entry with its codes in words."""

    entry: Entry
    today: dt.date
    contents: str
    first: str
    """The first content alone."""
    results: str
    team: str | None
    place: str | None
    groups: str
    whose: str | None
    """Who logged it and for which team, when it is not the reader's own."""
    hamlet: str | None


def card(turn: Turn, entry: Entry, *, whose: str | None = None, hamlet: str | None = None) -> Card:
    """The entry in words."""
    terms = turn.knowledge.terms
    contents = [(entry.contents[c], _small(terms.label("content", c))) for c in terms.codes("content")
                if c in entry.contents]  # fmt: skip
    results = [(entry.results[r], _small(terms.label("result", r))) for r in terms.codes("result")
               if r in entry.results]  # fmt: skip
    told = [label if n == entry.people else f"{n} {label}" for n, label in results]
    groups = [_small(terms.label("group", g)) for g in terms.codes("group") if g in entry.groups]
    team = team_of(turn, entry.team_id)
    return Card(
        entry, turn.today, " + ".join(f"{n} {label}" if n else label for n, label in contents),
        contents[0][1] if contents else "", ", ".join(told),
        team.team_name if team and not whose else None,
        _small(terms.label("place", entry.place)) if entry.place else None, ", ".join(groups), whose,
        hamlet,
    )  # fmt: skip


def _small(label: str) -> str:
    """A label inside a sentence."""
    return label[0].lower() + label[1:]


async def hamlet_of(turn: Turn, entry: Entry) -> str | None:
    """The name of the hamlet the entry is of."""
    if entry.hamlet_id is None:
        return None
    return (await turn.memory.people.hamlet_names(entry.commune)).get(entry.hamlet_id)


def say_card(turn: Turn, message: str, entry: Entry, *, newest: bool, hamlet: str | None = None) -> None:
    """The card with what can be done now; only the newest entry can be repeated."""
    if entry.state == "draft":
        choices = [
            turn.choice("assist.save_draft", f"l:d:{entry.id}:ghi", style="main"),
            turn.choice("assist.edit_draft", f"l:e:{entry.id}"),
            turn.choice("assist.drop_draft", f"l:d:{entry.id}:bo", style="danger"),
        ]
    else:
        choices = [turn.choice("assist.one_more", f"l:n:{entry.id}", style="main")]
        if newest:
            choices.append(turn.choice("assist.same", f"l:s:{entry.id}"))
        if entry.state == "saved":
            choices += correct_choices(turn, entry)
        choices.append(turn.choice("assist.my_week", "l:m"))
    turn.say(f"assist.{message}", c=card(turn, entry, hamlet=hamlet), choices=choices)


def correct_choices(turn: Turn, entry: Entry) -> list[Choice]:
    """What sets a saved entry right."""
    return [
        turn.choice("assist.edit", f"l:e:{entry.id}"),
        turn.choice("assist.void", f"l:v:{entry.id}", style="danger"),
    ]


# --- what follows from numbers ------------------------------------------------------------------------------


def finished(entry: Entry, content: str) -> int | None:
    """How many people's matter of that content was finished; None when nothing of the kind was told."""
    if content not in entry.contents:
        return None
    told = entry.contents[content]
    done = entry.results.get("xong", 0)
    return (done if told is None else min(told, done)) or None


def counted(entry: Entry) -> Entry:
    """A new entry with the numbers that follow from its contents."""
    follows = {name: finished(entry, content) for name, content in COUNTED.items()}
    return dataclasses.replace(entry, dossiers=follows["dossiers"], payments=follows["payments"])


def with_numbers(entry: Entry, *, dossiers: int | None, payments: int | None) -> Entry:
    """A new entry with the numbers that were told, and those that follow from its contents where none was."""
    follow = counted(entry)
    return dataclasses.replace(
        entry, dossiers=follow.dossiers if dossiers is None else dossiers,
        payments=follow.payments if payments is None else payments,
    )  # fmt: skip


def with_consequences(before: Entry, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes, and what they make of the rest: no part larger than the whole, numbers that were never typed anew.

    Results told apart do not survive another number of people: they come back empty, to be asked for again.
    """
    whole = dict(changes)
    people = whole.get("people", before.people)
    if people != before.people:
        whole["results"] = dict.fromkeys(before.results, people) if len(before.results) == 1 else {}
        for name in ("contents", "groups", "procedures"):
            parts = whole.get(name, getattr(before, name))
            whole[name] = {code: n and min(n, people) for code, n in parts.items()}
    after = dataclasses.replace(before, **whole)
    for name, content in COUNTED.items():
        if name not in changes and getattr(before, name) == finished(before, content):
            whole[name] = finished(after, content)
    return whole


# --- numbers ------------------------------------------------------------------------------------------------


def read_number(text: str, least: int, most: int) -> int | None:
    """The number somebody typed ("3", "3 người", "ba", "1.200"), if it is one between `least` and `most`."""
    if fold(text) in WORDS_FOR_NUMBERS:
        number = WORDS_FOR_NUMBERS.index(fold(text))
    else:
        found = _NUMBER.fullmatch(clean(text))
        if not found:
            return None
        number = int(found[1].replace(".", ""))
    return number if least <= number <= most else None


def looks_like_number(text: str) -> bool:
    """Whether the text was meant as a number, right or wrong: one with digits, or just a word or two."""
    return any(c.isdigit() for c in text) or len(text.split()) <= 2


def number_choices(prefix: str, numbers: Sequence[int]) -> list[Choice]:
    """Buttons that say and send a number, and answer to that number when typed."""
    return [Choice(f"{n}", f"{prefix}:{n}", number=n) for n in numbers]


def back_choice(turn: Turn) -> Choice:
    """A way back beside numbers: its own number is one that is no answer there."""
    return turn.choice("assist.back", "l:b", number=0)


# --- results ------------------------------------------------------------------------------------------------


def result_choices(turn: Turn, prefix: str, people: int) -> list[Choice]:
    """The results for all, and for more than one person a way to tell them apart."""
    terms = turn.knowledge.terms
    choices = [Choice(terms.label("result", r), f"{prefix}:{r}") for r in terms.codes("result")]
    if people > 1:
        choices.append(turn.choice("assist.mixed", f"{prefix}:rieng"))
    return choices


def ask_split(turn: Turn, ref: str, people: int, counts: Sequence[int]) -> None:
    """How many have the next result; `ref` says whose counts these are."""
    left = people - sum(counts)
    result = TOLD_APART[len(counts)]
    numbers = sorted({*range(min(left, 5) + 1), left})
    turn.say(
        "assist.split", result=_small(turn.knowledge.terms.label("result", result)), left=left, first=not counts,
        last=result == TOLD_APART[-1], choices=number_choices(f"l:x:{ref}:{len(counts)}", numbers),
    )  # fmt: skip


def split_results(people: int, counts: Sequence[int]) -> dict[str, int] | None:
    """The results once everybody is accounted for, None while somebody is not. They add up to `people`."""
    left = people - sum(counts)
    if left and len(counts) < len(TOLD_APART):
        return None
    told = dict(zip(TOLD_APART, counts, strict=False)) | {"khong_duoc": left}
    return {code: n for code, n in told.items() if n}


# --- typed answers ------------------------------------------------------------------------------------------


def picked(turn: Turn, text: str, verb: str = "l") -> list[str] | None:
    """The choice of that verb, among the last sent, that the typed words name: the only one whose label begins with
    them, else the only one that holds them. As arguments of a press.
    """
    words = f" {fold(text)} "
    if len(words) < 4:
        return None
    ours = [(f" {fold(label)} ", value) for _, label, value in turn.state.offered if value.startswith(f"{verb}:")]
    for found in ([v for label, v in ours if label.startswith(words)], [v for label, v in ours if words in label]):
        if len(found) == 1:
            return found[0].split(":")[1:]
    return None


def term_choices(turn: Turn, kind: TermKind, prefix: str, codes: Sequence[str]) -> list[Choice]:
    """One choice a code."""
    return [Choice(turn.knowledge.terms.label(kind, code), f"{prefix}:{code}") for code in codes]
