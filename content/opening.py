"""When an office is open, read from the words it tells its hours by; what cannot be read for sure is not known."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pydantic import Field

from content.folding import clean, unmarked
from content.guide import Model
from content.reading import Entry, KnowledgeError, parse, read

LOOKED_AHEAD = 30
"""Days; an office closed for longer has no next opening anybody could promise."""
NOON = 12
Span = tuple[dt.time, dt.time]
Days = frozenset[int]
"""1 Monday to 7 Sunday."""


class _Words(Model):
    """The file: the words hours are told by."""

    gio: tuple[str, ...] = Field(min_length=1)
    phut: tuple[str, ...] = Field(min_length=1)
    ruoi: tuple[str, ...] = Field(min_length=1)
    den: tuple[str, ...] = Field(min_length=1)
    chieu: tuple[str, ...] = Field(min_length=1)
    sang: tuple[str, ...] = Field(min_length=1)
    tru: tuple[str, ...] = Field(min_length=1)
    ngay: dict[int, tuple[str, ...]]
    ca_tuan: tuple[str, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a usual week."""

    spans: Mapping[Days | None, tuple[Span, ...]]
    """By the days they were told for; under None those told for no day: whenever offices work."""
    closed: Days = frozenset()

    def on(self, day: dt.date, works: Callable[[dt.date], bool]) -> list[Span]:
        """The hours of that day; `works` says which days offices work, holidays and worked Saturdays included."""
        weekday, usual = day.isoweekday(), day.isoweekday() <= 5
        if works(day) != usual:  # a holiday; or a Saturday worked instead, by the hours of a Monday
            return sorted(self._of(1)) if works(day) else []
        return [] if weekday in self.closed else sorted(self._of(weekday))

    def _of(self, weekday: int) -> Iterator[Span]:
        for days, spans in self.spans.items():
            if weekday in days if days is not None else weekday <= 5:
                yield from spans

    def opens(
        self, now: dt.datetime, works: Callable[[dt.date], bool], told: Callable[[dt.date], "Hours | None"]
    ) -> dt.datetime | None:
        """`now` when it is open, else the next moment it opens; None when nobody can say.

        `told` are the hours told for a day instead of these: a closure has none at all.
        """
        for n in range(LOOKED_AHEAD):
            day = now.date() + dt.timedelta(days=n)
            for first, last in (told(day) or self).on(day, works):
                opening, end = (dt.datetime.combine(day, time, now.tzinfo) for time in (first, last))
                if now < end:
                    return max(now, opening)
        return None

    def minutes(
        self, since: dt.datetime, until: dt.datetime, works: Callable[[dt.date], bool],
        told: Callable[[dt.date], "Hours | None"],
    ) -> float:  # fmt: skip
        """How many minutes it was open between two moments."""
        total = dt.timedelta()
        for n in range((until.date() - since.date()).days + 1):
            day = since.date() + dt.timedelta(days=n)
            for span in (told(day) or self).on(day, works):
                first, last = (dt.datetime.combine(day, time, since.tzinfo) for time in span)
                total += max(min(last, until) - max(first, since), dt.timedelta())
        return total / dt.timedelta(minutes=1)


CLOSED = Hours({})
"""Open on no day."""


@dataclass(slots=True)
class _Reading:
    """What was read so far, from the left to the right."""

    days: set[int] | None = None
    spans: list[Span] = field(default_factory=list)
    groups: list[tuple[Days | None, tuple[Span, ...]]] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    closing: bool = False
    late: bool = False
    """The time to come is one of the afternoon."""

    def end_group(self) -> None:
        """The days and hours told so far belong together."""
        if self.spans:
            self.groups.append((frozenset(self.days) if self.days is not None else None, tuple(self.spans)))
        self.days, self.spans = None, []


class Opening:
    """Reads hours told in words."""

    def __init__(self, words: _Words) -> None:
        def any_of(some: tuple[str, ...]) -> str:
            return "|".join(re.escape(unmarked(w)) for w in sorted(some, key=len, reverse=True))

        minutes = rf"(\d{{2}})\s*(?:{any_of(words.phut)})?|({any_of(words.ruoi)})"
        hour = rf"(\d{{1,2}})\s*(?:{any_of(words.gio)})\s*(?:{minutes})?"
        self._day = {unmarked(w): n for n, some in words.ngay.items() for w in some}
        named = any_of(tuple(self._day))
        to = rf"\s*(?:{any_of(words.den)})\s*"
        self._token = re.compile(
            rf"(?P<span>(?<!\d){hour}{to}{hour}(?!\d))"
            rf"|(?P<days>(?<!\w)(?:{named})(?:{to}(?:{named}))?(?!\w))"
            rf"|(?P<all>(?<!\w)(?:{any_of(words.ca_tuan)})(?!\w))"
            rf"|(?P<late>(?<!\w)(?:{any_of(words.chieu)})(?!\w))"
            rf"|(?P<early>(?<!\w)(?:{any_of(words.sang)})(?!\w))"
            rf"|(?P<no>(?<!\w)(?:{any_of(words.tru)})(?!\w))"
        )
        self._named = re.compile(named)
        self._to = re.compile(rf"^(?:{named}){to}")
        self._clock = re.compile(rf"(?<!\d){hour}")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The words in data/hours.yaml. Raises KnowledgeError with the first mistake."""
        parsed = parse(read(folder / "data" / "hours.yaml", folder), _Words)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        return cls(parsed.record)

    def read(self, text: str) -> Hours | None:
        """The hours a text tells; None when it tells none, or a time of it was left over. Never raises."""
        shape, at = unmarked(clean(text)), _Reading()
        for found in self._token.finditer(shape):
            if not self._take(at, found):
                return None
        if self._clock.search(self._token.sub(" ", shape)):
            return None
        if at.days is not None and not at.spans and at.groups and at.groups[-1][0] is None:
            at.groups[-1] = (frozenset(at.days), at.groups[-1][1])  # "7h-11h, thứ hai đến thứ sáu"
        at.end_group()
        merged: dict[Days | None, tuple[Span, ...]] = {}
        for days, spans in at.groups:
            merged[days] = (*merged.get(days, ()), *spans)
        return Hours(merged, frozenset(at.closed)) if merged else None

    def _take(self, at: _Reading, found: re.Match[str]) -> bool:
        """One word of the text; False for a time that cannot be."""
        match found.lastgroup and next(name for name, value in found.groupdict().items() if value):
            case "span":
                span = _span(found, late=at.late)
                at.late, at.closing = False, False
                if span is None:
                    return False
                at.spans.append(span)
            case "days":
                self._days(at, found["days"])
            case "all":
                if at.spans:
                    at.end_group()
                at.days = set(range(1, 8))
            case "late":
                at.late = True
            case "early":
                at.late = False
            case "no":
                at.closing = True
        return True

    def _days(self, at: _Reading, text: str) -> None:
        named = [self._day[m] for m in self._named.findall(text)]
        days = set(named)
        if len(named) == 2 and self._to.match(text):
            first, last = named
            days = set(range(first, last + 1)) if first <= last else {*range(first, 8), *range(1, last + 1)}
        if at.closing:
            at.closed |= days
            return
        if at.spans:
            at.end_group()
        at.days = (at.days or set()) | days


def _span(found: re.Match[str], *, late: bool) -> Span | None:
    """From one time to a later one; in the afternoon "1 giờ" is 13:00."""
    numbers = found.groups()[1:7]
    times = list[int]()
    for hour, minute, half in (numbers[:3], numbers[3:]):
        past = 30 if half else int(minute or 0)
        whole = int(hour) + (NOON if late and int(hour) < NOON else 0)
        if past > 59 or whole > 23:
            return None
        times.append(whole * 60 + past)
    if times[0] >= times[1]:
        return None
    first, last = (dt.time(*divmod(minutes, 60)) for minutes in times)
    return first, last
