"""An assistance while its sentence is read: who was told of with what, and how that adds up."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from content.logline.adding import add_up
from content.logline.card import Card
from content.logline.codes import FROM_AFAR, TRADERS
from content.logline.day import Day
from content.logline.hours import Clock
from content.logline.items import Item
from content.logline.lots import Lots
from content.logline.mention import PRONOUNS, Mention
from content.logline.pieces import Piece

MORNING_FROM = 6
"""An hour below this without a part of the day is one of the afternoon: nobody is helped at three in the night."""
LATE = {"chiều": 1, "tối": 1, "trưa": 1}
GROUPS = ("tu_60", "khuyet_tat", "dan_toc", "ngheo", TRADERS)
MOST_PEOPLE = 10_000


@dataclass(slots=True)
class Draft:
    """One assistance, as far as it is told."""

    day: Day | None = None
    part: str | None = None
    clock: Clock | None = None
    hamlets: list[str] = field(default_factory=list)
    unlisted: bool = False
    hamlet_leads: bool = False
    """Whether the hamlet was told before the day, so that it holds for the days after it too."""
    places: list[str] = field(default_factory=list)
    minutes: int | None = None
    minutes_at: int = 0
    """How many lots there were when the minutes were told."""
    each: set[str] = field(default_factory=set)
    """Numbers that were told for each of the people."""
    dossiers: int | None = None
    payments: int | None = None
    told: Lots = field(default_factory=Lots)
    """The people and what was done for them."""
    groups: dict[str, int | None] = field(default_factory=dict)
    """How many of each group; None when it was not said of so many."""
    keeper: str = ""
    keeper_name: str = ""
    named: set[str] = field(default_factory=set)
    """Titles and names of those helped; it is kept nowhere."""
    """The word for the one whose shop was named: "quán cô Ba"."""
    procedures: list[str] = field(default_factory=list)
    located: bool = False
    """Whether a place or hamlet was told together with people or contents."""
    settings: int = 0
    helped: bool = False
    """Whether a word of helping or doing was said."""
    line: int = 0
    subjects: set[str] = field(default_factory=set)
    """Words for people without a name of whom it is told that something was done."""
    families: bool = False
    """Whether families were counted, each as one helped."""
    time_of_all: bool = False
    """Whether the time was told after the people, so that it may hold for the assistances before too."""
    place_of_all: bool = False
    """Whether the place was told apart from people, so that it may hold for the assistances before too."""

    # --- what it adds up to ---------------------------------------------------------------------------------

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

    def take_groups(self, piece: Piece, mentions: Sequence[Mention]) -> None:
        """Groups told of the people; selling things is no group when it is what was taught."""
        self.families = self.families or any(m.family for m in mentions)
        whole = [
            i.value for b, i in pairwise(piece.items) if b.has("member_of") and i.has("people") and i.value.counted
        ]
        for mention in (*mentions, *whole):  # "trong 6 bà bán hàng rong tôi giúp 4 bà"
            for code in mention.groups:
                self.add_group(code, mention.n)
        for code in (*_told_again(piece, mentions), *_of_the_family(piece, mentions)):
            if code not in self.groups:
                self.add_group(code, 1)
        counted = [m.n for m in mentions if m.n is not None and not m.weak]
        some = 1 if piece.has("having", "subset") else None
        for before, item in pairwise([None, *piece.items]):
            if item is None or not item.has("groups") or (item.has("kin") and item.tokens[0].plain):
                continue  # "sim cu": cũ, no cụ
            own = before is not None and before is piece.items[0] and before.has("me", "speaker")
            if own and not (item.has("places") or piece.items[0].has("people")):
                continue  # "tôi 66 tuổi mà cũng dạy được chị Phấn"
            if item.has("places") and any(m.n is not None and not m.named and not m.bare for m in mentions):
                continue  # "tại xưởng gỗ anh Thành giúp 4 người": not he was helped
            if not (item.has("act", "thing") and piece.has("thing")) and item.tags["groups"] not in self.groups:
                self.add_group(item.tags["groups"], sum(counted) if counted else some)

    def take_keeper(self, piece: Piece, helped: Sequence[Mention]) -> None:
        """Whose shop was named, and who was helped by name."""
        for shop, whose in pairwise(piece.items):
            if shop.has("shop_of") and whose.has("people"):
                self.keeper, self.keeper_name = whose.value.kin, whose.value.who
        self.named |= {m.who for m in helped if m.named and m.who}

    def _groups(self, people: int | None) -> dict[str, int | None]:
        """How many of each group, None for all."""
        told = {code: self.groups[code] for code in GROUPS if code in self.groups}
        return {code: n if n and people and n < people else None for code, n in told.items()}

    def _keeps_shop(self, people: int | None) -> bool:
        """Whether it was the keeper of a shop who was helped: "quán cô Ba, làm mã QR cho cô"."""
        if self.named - {self.keeper_name}:
            return False  # "ngồi ở quán chị Ba, tải VssID cho chị Tươi"
        return bool(self.keeper) and people == 1 and all(lot.kins <= {self.keeper} for lot in self.told.lots)

    def _place(self) -> str | None:
        """Where it was: a place that was gone to, rather than the telephone something was done with."""
        return next((p for p in self.places if p != FROM_AFAR), next(iter(self.places), None))

    def _outcome(self) -> str | None:
        """The one result told of everybody."""
        told = {p.result for p in self.told.parts if p.n is None and not p.rest}
        told |= {lot.result for lot in self.told.lots if lot.result}
        return next(iter(told)) if len(told) == 1 else None

    def _times(self, name: str, number: int | None, people: int | None) -> int | None:
        return number * people if number and people and name in self.each else number

    def card(self, today: dt.date) -> Card:
        """The assistance as it was told."""
        found = add_up(self.told)
        people, contents, results, doubts = found.people, found.contents, found.results, set(found.doubts)
        if people is not None and not 1 <= people <= MOST_PEOPLE:
            people, contents, results = None, dict.fromkeys(contents), {}
            doubts.add("people")
        if self._keeps_shop(people):
            self.add_group(TRADERS, None)
        minutes = self._times("minutes", self.minutes, people)
        doubts |= {"contents"} if not contents else set()
        doubts |= {"date"} if self.day is not None and self.day.date is None else set()
        hamlets = list(dict.fromkeys(self.hamlets))
        doubts |= {"hamlet"} if len(hamlets) > 1 or self.unlisted else set()
        order = ("date", "people", "contents", "hamlet", "results")
        return Card(
            date=self.day.date if self.day else today, people=people, contents=contents, time=self.time(),
            hamlet=hamlets[0] if len(hamlets) == 1 else None, place=self._place(),
            dossiers=self._times("dossiers", self.dossiers, people),
            payments=self._times("payments", self.payments, people), results=results,
            outcome=self._outcome() if people is None else None,
            minutes=minutes if minutes is None or minutes <= 1440 else None,
            groups=self._groups(people), procedures=tuple(self.procedures),
            ask=tuple(name for name in order if name in doubts),
        )  # fmt: skip


def _told_again(piece: Piece, mentions: Sequence[Mention]) -> list[str]:
    """The groups of somebody told of again: "ổng bị điếc", "đến nhà anh Cảnh bị liệt chân ... cho anh"."""
    pointed = {m.kin for m in mentions if m.bare and m.n == 1}
    return [
        code
        for item in piece.all("people")
        if item.value not in mentions and (item.tokens[0].word in PRONOUNS or item.value.kin in pointed)
        for code in item.value.groups
    ]


def _of_the_family(piece: Piece, mentions: Sequence[Mention]) -> list[str]:
    """Of what people a family is, or that it is poor: "gia đình ông Páo người Mông 4 người", "nhà bà Mỷ hộ nghèo có 3
    người".
    """
    if not any(m.counted for m in mentions):
        return []
    homes = [(before, item) for before, item in pairwise([None, *piece.items]) if item and item.has("people")]
    return [
        code
        for before, item in homes
        if item.value not in mentions and item.value.named and (item.value.owned or (before and _of_home(before)))
        for code in item.value.groups & {"dan_toc", "ngheo"}
    ]


def _of_home(item: Item) -> bool:
    """Whether the house or the family of whoever comes next was named there: "nhà", "4 người nhà"."""
    return item.has("home", "household") or any(token.key == "nha" for token in item.tokens[-1:])


def without_heading(drafts: Sequence[Draft]) -> None:
    """Takes out so many who were told of as a heading and then apart: "3 người ở 2 chỗ: bác Vượng ..., bà Ba ..."."""
    lots = [lot for draft in drafts for lot in draft.told.lots]
    first, others = lots[0] if lots else None, lots[1:]
    if (
        first is None
        or first not in drafts[0].told.lots
        or not first.bare
        or first.named
        or (first.n or 0) < len(others)
    ):
        return
    if len(drafts[0].told.lots) > 1 and first.n == sum(lot.n or 0 for lot in others if not lot.subset):
        drafts[0].told.lots.remove(first)
        drafts[0].told.accounts = [
            lot for lot in drafts[0].told.accounts if lot.named or lot.n != first.n or lot.codes
        ]
