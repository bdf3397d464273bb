"""An assistance while its sentence is read: who was told of with what, and how that adds up."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from content.logline.card import Card
from content.logline.days import Day
from content.logline.doing import settled
from content.logline.hours import Clock

MORNING_FROM = 6
"""An hour below this without a part of the day is one of the afternoon: nobody is helped at three in the night."""
LATE = {"chiều": 1, "tối": 1, "trưa": 1}
ORDER = ("chuyen", "hen_lai", "khong_duoc", "xong")
"""Which of several results told of the same people holds."""
RESULTS = ("xong", "hen_lai", "chuyen", "khong_duoc")
GROUPS = ("tu_60", "khuyet_tat", "dan_toc", "ngheo", "kinh_doanh")
MOST_PEOPLE = 10_000


@dataclass(slots=True)
class Bunch:
    """Some people and what was done for them."""

    n: int | None = None
    told: bool = False
    """Whether people were spoken of at all."""
    roughly: bool = False
    named: bool = False
    """Whether they were called by name."""
    specific: bool = False
    """Whether they were counted by more than the bare word for people."""
    pair: bool = False
    bare: bool = False
    """Whether it was somebody without a name or number."""
    several: bool = False
    """Whether they were told one after the other, so that their sum may be told again."""
    attended: bool = False
    rest: bool = False
    subset: bool = False
    """Counted already among the bunch before."""
    codes: list[str] = field(default_factory=list)
    result: str | None = None

    def add_codes(self, codes: Sequence[str]) -> None:
        """More that was done for the same people."""
        self.codes += [code for code in codes if code not in self.codes]


@dataclass(slots=True)
class Part:
    """How it went for some of the people; n None is all of them."""

    n: int | None
    result: str
    rest: bool = False
    bunch: Bunch | None = None
    """Of whom; None is all of them."""


@dataclass(slots=True)
class Draft:
    """One assistance, as far as it is told."""

    day: Day | None = None
    part: str | None = None
    clock: Clock | None = None
    hamlets: list[str] = field(default_factory=list)
    unlisted: bool = False
    places: list[str] = field(default_factory=list)
    minutes: int | None = None
    minutes_at: int = 0
    """How many bunches there were when the minutes were told."""
    each: set[str] = field(default_factory=set)
    """Numbers that were told for each of the people."""
    dossiers: int | None = None
    payments: int | None = None
    bunches: list[Bunch] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    total: int | None = None
    total_roughly: bool = False
    weak: int | None = None
    weak_told: bool = False
    """Whether people were spoken of in a way that counts only when nobody else was."""
    groups: dict[str, int | None] = field(default_factory=dict)
    """How many of each group; None when it was not said of so many."""
    procedures: list[str] = field(default_factory=list)
    doubts: set[str] = field(default_factory=set)
    located: bool = False
    """Whether a place or hamlet was told together with people or contents."""
    settings: int = 0
    helped: bool = False
    """Whether a word of helping or doing was said."""
    line: int = 0
    kins: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    """Who was named, while the message is read."""
    time_of_all: bool = False
    """Whether the time was told after the people, so that it may hold for the assistances before too."""
    place_of_all: bool = False
    """Whether the place was told apart from people, so that it may hold for the assistances before too."""

    # --- what it adds up to ---------------------------------------------------------------------------------

    @property
    def codes(self) -> list[str]:
        """Its contents in the order they were told."""
        for bunch in self.bunches:
            bunch.codes = settled(bunch.codes)
        return list(dict.fromkeys(code for bunch in self.bunches for code in bunch.codes))

    def people(self) -> tuple[int | None, bool]:
        """How many people, and whether that is in doubt."""
        self._find_total()
        counted = [b for b in self.bunches if b.told and not b.subset]
        if self.total is not None:
            self._fill_rest(counted, self.total)
            return self.total, self.total_roughly
        if not counted:
            return self._people_by_the_way()
        if any(b.n is None for b in counted):
            return None, True
        return sum(b.n or 0 for b in counted), any(b.roughly for b in counted)

    def _people_by_the_way(self) -> tuple[int | None, bool]:
        if self.parts and all(p.n is not None for p in self.parts):
            return sum(p.n or 0 for p in self.parts), False
        if self.weak_told:
            return self.weak, self.weak is None
        return None, True

    def _find_total(self) -> None:
        """A first number without contents is the whole of those told apart after it."""
        first = self.bunches[0] if self.bunches else None
        others = [b for b in self.bunches[1:] if b.told and b.codes]
        if first is None or not first.told or first.codes or not others:
            return
        if first.attended and all(b.n is not None for b in others):
            self.bunches.remove(first)
        elif self.total is None and first.n is not None and sum(b.n or 0 for b in others) <= first.n:
            self.total, self.total_roughly = first.n, first.roughly
            self.bunches.remove(first)

    @staticmethod
    def _fill_rest(counted: Sequence[Bunch], total: int) -> None:
        for bunch in counted:
            if bunch.rest and bunch.n is None:
                left = total - sum(b.n or 0 for b in counted if not b.rest)
                bunch.n = left if left > 0 else None

    def contents(self, people: int | None) -> dict[str, int | None]:
        """The people of each content; None when they were not told apart."""
        codes = self.codes
        if len(codes) == 1:
            return {codes[0]: people}
        coded = [b for b in self.bunches if b.codes]
        if len(coded) < 2:
            return dict.fromkeys(codes)
        out: dict[str, int | None] = {}
        for code in codes:
            numbers = [b.n for b in coded if code in b.codes]
            out[code] = None if any(n is None for n in numbers) else sum(n or 0 for n in numbers)
        if people is not None:
            out = {code: n if n is None else min(n, people) for code, n in out.items()}
        return out

    def results(self, people: int | None) -> tuple[dict[str, int], bool]:
        """How many people each result has, and whether that is in doubt."""
        parts = [*self.parts, *(Part(b.n, b.result, bunch=b) for b in self.bunches if b.result)]
        if not parts or people is None:
            return {}, False
        whole = [p.result for p in parts if p.n is None and not p.rest and p.bunch is None]
        if whole and len(parts) == len(whole):
            return {_strongest(whole): people}, False
        counted = [b for b in self.bunches if b.told and not b.subset and b.n is not None]
        if self.total is None and len(counted) > 1 and sum(b.n or 0 for b in counted) == people:
            told = _bunch_by_bunch(counted, parts, whole)
        else:
            told = _together(people, parts, whole)
        if told is None:
            return {}, True
        return {code: told[code] for code in RESULTS if told.get(code)}, False

    def time(self) -> str | None:
        """The time of day as the log keeps it."""
        if self.clock is None:
            return self.part
        hour = self.clock.hour
        late = self.part in LATE and hour < 12 and not (self.part == "trưa" and hour > 3)
        if late or (self.part is None and hour < MORNING_FROM):
            hour += 12 if hour < 12 else 0
        return f"{hour % 24:02}:{self.clock.minute:02}"

    def add_group(self, code: str, people: int | None) -> None:
        """So many of that group; told again, as many more."""
        before = self.groups.get(code)
        self.groups[code] = people if before is None or people is None else before + people

    def _groups(self, people: int | None) -> dict[str, int | None]:
        """How many of each group, None for all."""
        told = {code: self.groups[code] for code in GROUPS if code in self.groups}
        return {code: n if n and people and n < people else None for code, n in told.items()}

    def _outcome(self) -> str | None:
        """The one result told of everybody."""
        told = {p.result for p in self.parts if p.n is None and not p.rest}
        told |= {b.result for b in self.bunches if b.result}
        return next(iter(told)) if len(told) == 1 else None

    def _times(self, name: str, number: int | None, people: int | None) -> int | None:
        return number * people if number and people and name in self.each else number

    def card(self, today: dt.date) -> Card:
        """The assistance as it was told."""
        people, unsure = self.people()
        if people is not None and not 1 <= people <= MOST_PEOPLE:
            people, unsure = None, True
        results, odd = self.results(people)
        contents = self.contents(people)
        minutes = self._times("minutes", self.minutes, people)
        doubts = set(self.doubts)
        doubts |= {"people"} if unsure else set()
        doubts |= {"results"} if odd else set()
        doubts |= {"contents"} if not contents else set()
        doubts |= {"date"} if self.day is not None and self.day.date is None else set()
        hamlets = list(dict.fromkeys(self.hamlets))
        doubts |= {"hamlet"} if len(hamlets) > 1 or self.unlisted else set()
        order = ("date", "people", "contents", "hamlet", "results")
        return Card(
            date=self.day.date if self.day else today, people=people, contents=contents, time=self.time(),
            hamlet=hamlets[0] if len(hamlets) == 1 else None, place=self.places[0] if self.places else None,
            dossiers=self._times("dossiers", self.dossiers, people),
            payments=self._times("payments", self.payments, people), results=results,
            outcome=self._outcome() if people is None else None,
            minutes=minutes if minutes is None or minutes <= 1440 else None,
            groups=self._groups(people), procedures=tuple(self.procedures),
            ask=tuple(name for name in order if name in doubts),
        )  # fmt: skip


def _bunch_by_bunch(bunches: Sequence[Bunch], parts: Sequence[Part], whole: Sequence[str]) -> dict[str, int] | None:
    """The results of people counted in several bunches, each with its own; None when they do not fit."""
    told: dict[str, int] = {}
    for bunch in bunches:
        own = [p for p in parts if p.bunch is bunch]
        n = bunch.n or 0
        if sum(p.n or 0 for p in own) > n or any(p.bunch is None and p.n is not None for p in parts):
            return _together(sum(b.n or 0 for b in bunches), parts, whole)
        here = _together(n, own, whole) if own else {whole[-1] if whole else "xong": n}
        if here is None:
            return None
        for code, count in here.items():
            told[code] = told.get(code, 0) + count
    return told


def _together(people: int, parts: Sequence[Part], whole: Sequence[str]) -> dict[str, int] | None:
    """The results of so many people, the rest done when only what went wrong was told; None when they do not fit."""
    told: dict[str, int] = {}
    for part in parts:
        if part.n is not None:
            told[part.result] = told.get(part.result, 0) + part.n
    left = people - sum(told.values())
    rest = [p.result for p in parts if p.rest] or list(whole)
    if left > 0 and rest:
        told[rest[-1]] = told.get(rest[-1], 0) + left
    elif left > 0 and "xong" not in told:
        told["xong"] = left
    elif left:
        return None
    return told


def _strongest(results: Sequence[str]) -> str:
    return min(results, key=ORDER.index)
