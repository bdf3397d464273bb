"""Every message of the knowledge as people read it: how long each gets, and how many things it has them do."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from jinja2 import TemplateError

from content.guide import Guide, Problem
from content.library import Library, Stock
from content.messages import Messages
from content.procedure import Procedure
from content.reading import Entry, Way
from content.telling import LONGEST, Telling
from content.texts import Rules

MOST_ACTIONS = 2
"""Sentences of a step that have something done: the one action, and at most what belongs to it."""
_SENTENCE = re.compile(r"(?<=[.?!:;])\s+")


@dataclass(frozen=True, slots=True)
class Said:
    """One message, and where it is written."""

    entry: Entry[Guide] | Entry[Procedure]
    way: Way
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """All messages of a day."""

    messages: tuple[Said, ...]

    @classmethod
    def of(cls, stock: Stock, messages: Messages, today: dt.date) -> Self:
        """The messages of everything in force that can be made; what cannot is told by whoever checks that."""
        library, found = Library.of(stock), list[Said]()
        for guide in stock.guides:
            if guide.record.in_force(today):
                found += _made(_guide(guide, library, messages, today))
        for procedure in stock.procedures:
            if procedure.record.in_force(today):
                found += _made(_procedure(procedure, library, messages, today))
        return cls(tuple(found))

    @property
    def longest(self) -> Said | None:
        """The one with the most characters."""
        return max(self.messages, key=lambda said: len(said.text), default=None)

    def too_long(self) -> Iterator[Problem]:
        """Messages nobody can listen to in one breath."""
        for said in self.messages:
            if len(said.text) > LONGEST:
                what = f"tin «{said.name}» dài {len(said.text)} ký tự khi hiện ra, quá {LONGEST}."
                yield said.entry.problem(what, "Viết gọn lại, hoặc tách làm hai.", *said.way)


def crowded(guides: Iterable[Entry[Guide]], rules: Rules) -> Iterator[Problem]:
    """Steps that have several things done at once."""
    for entry in guides:
        for n, step in enumerate(entry.record.steps):
            count = actions(step.text, rules)
            if count > MOST_ACTIONS:
                what = f"một bước mà có {count} việc."
                yield entry.problem(what, "Tách ra, mỗi bước một việc.", "steps", n, "text", kind="warning")


def actions(text: str, rules: Rules) -> int:
    """How many sentences of a step begin with something to be done."""
    verbs = "|".join(map(re.escape, rules.doing))
    begins = re.compile(rf"(?:bác |rồi |sau đó )?(?:tự |hãy |nên |lại )?(?:{verbs})\b", re.IGNORECASE)
    return sum(bool(begins.match(s)) and not s.endswith("?") for s in _SENTENCE.split(text))


def _made(said: Iterator[Said]) -> list[Said]:
    try:
        return list(said)
    except (TemplateError, UnicodeDecodeError, LookupError):
        return []


def _guide(entry: Entry[Guide], library: Library, messages: Messages, today: dt.date) -> Iterator[Said]:
    guide, words, render = entry.record, library.words, messages.render
    need = [words(text, today) for text in guide.need]
    opening = render("guide.opening", guide=guide, summary=words(guide.summary, today), need=need)
    yield Said(entry, ("summary",), "mở đầu", opening)
    for n, step in enumerate(guide.steps):
        text = render(
            "guide.step", guide=guide, step=step, text=words(step.text, today), here=n + 1, total=len(guide.steps),
            helper=step.helper, recap=False, changed=step.verified_on or guide.verified_on,
        )  # fmt: skip
        yield Said(entry, ("steps", n, "text"), f"bước {step.id}", text)
        for k, obstacle in enumerate(step.obstacles):
            remedy = render("guide.remedy", remedy=words(obstacle.remedy, today))
            yield Said(entry, ("steps", n, "obstacles", k, "remedy"), f"cách gỡ {obstacle.id}", remedy)
    ending = render("guide.ending", guide=guide, text=words(guide.ending.text, today))
    yield Said(entry, ("ending", "text"), "kết bài", ending)


def _procedure(entry: Entry[Procedure], library: Library, messages: Messages, today: dt.date) -> Iterator[Said]:
    options = entry.record.question.options if entry.record.question else ()
    for variant in (None, *(o for o in options if o.stays)):
        for name, text in Telling(messages, library, entry.record, today, variant).texts().items():
            yield Said(entry, ("id",), f"{name}, {variant.id}" if variant else name, text)
