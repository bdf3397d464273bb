"""Everybody told of once more as so many: "Chị Tuyết dẫn theo 2 chị, em cài cho cả 3"."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from content.logline.items import Item
from content.logline.mention import Mention
from content.logline.pieces import Piece

GOES_ON = (
    "act",
    "help",
    "results",
    "everybody",
    "could",
    "asked",
    "moving",
    "places",
    "adding",
    "on_behalf",
    "belongs",
)
"""What may stand behind "cả 3" where people are meant, and no things."""
FEW = 2
"""So many may be two things as well: "cài cả hai"."""


@dataclass(slots=True)
class Whole:
    """Who was told of in one assistance, helped or not, and how many "all" were said to be."""

    people: list[Mention] = field(default_factory=list)
    said: int | None = None
    for_them: bool = False
    """Whether it stands where only people can: "cho cả 3"."""
    kinds: list[int] = field(default_factory=list)
    """How many of each kind those told of last were: "7 người: 3 bác, 2 chị, 2 em"."""
    things: set[int] = field(default_factory=set)
    """How many dossiers and payments were told of: "2 giao dịch, cả hai ok"."""
    uncounted: bool = False
    """Whether it is told that nobody knows how many they were."""

    def take(self, piece: Piece, *, alone: bool) -> None:
        """Adds what a piece tells; `alone` tells that no other assistance was told before."""
        self.uncounted = self.uncounted or piece.has("unknown_number")
        counted = piece.all("payments", "dossiers")
        self.things |= {item.value for item in counted if isinstance(item.value, int) and not item.has("people")}
        for item in piece.items:
            again = item.has("people") and _so_many(item.value) and len(piece.items) == 1
            summed = len(self.people) > 1 and again and item.value.n == _sum(self.people)
            if again and self.people and alone and (summed or not piece.chained):
                self._say(item.value.n, for_them=summed)  # "làm cho chú với con trai, hai người"
            elif item.has("people") and _so_many(item.value) and alone and self._of_these(piece, item):
                self._say(item.value.n, for_them=True)  # "chị Sáu với con dâu ra, em kích hoạt cho hai người"
            elif item.has("people") and item.has("everybody") and alone:
                self._say(item.value.n, for_them=True)
            elif item.has("people") and not self._told(item.value):
                self.people.append(item.value)
        for n, item in enumerate(piece.items if alone else ()):
            after = piece.items[n + 1] if n + 1 < len(piece.items) else None
            if item.has("everybody") and isinstance(item.value, int) and (after is None or after.has(*GOES_ON)):
                before = piece.items[n - 1] if n else None
                for_them = n == 0 or (before is not None and before.has("on_behalf", "help", "me", "speaker"))
                if item.value not in self.things or item.value == _sum(self.people):
                    self._say(item.value, for_them=for_them)

    def _of_these(self, piece: Piece, item: Item) -> bool:
        """Whether those told of by name and family are meant, as many as they are."""
        at = next(n for n, other in enumerate(piece.items) if other is item)
        given = at > 0 and piece.items[at - 1].has("on_behalf", "help")
        names = [m for m in self.people if m.named or m.bare or m.pair]
        return given and len(names) == len(self.people) > 1 and _sum(self.people) == item.value.n

    def _say(self, n: int | None, *, for_them: bool) -> None:
        if n is not None and n >= (self.said or 0):
            self.said, self.for_them = n, for_them

    def _told(self, mention: Mention) -> bool:
        """Whether that is somebody who was told of before."""
        if mention.who:
            return any(mention.who == other.who for other in self.people)
        return mention.bare and any(mention.kin in other.kin.split() for other in self.people)

    def explained(self, people: int | None) -> bool | None:
        """Whether all of them are plainly so many as were said; None when they may be fewer, of whom alone it was
        said.
        """
        if self.said is None:
            return None
        if people is not None and self.said < people:
            return True if self.for_them and self.said == _sum(self.people) and len(self.people) > 1 else None
        numbers = {_sum(self.people), _sum(m for m in self.people if m.counted or not m.named)}
        if people is None or self.said in (people, *numbers):
            return True
        return False if self.for_them or self.said > FEW else None


def _so_many(mention: Mention) -> bool:
    return mention.counted and not (mention.kin or mention.roughly or mention.household or mention.of)


def _sum(people: Iterable[Mention]) -> int:
    return sum(m.n or 0 for m in people if not m.staff)
