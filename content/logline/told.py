"""What was told of the people of one assistance so far: the lots they stand in, and what is asked about them."""

from collections.abc import Sequence

from content.logline.lot import Lot, Part
from content.logline.mention import Mention
from content.logline.wholes import Whole


class Told:
    """The lots of one assistance, as far as it was read."""

    def __init__(self) -> None:
        self.lots: list[Lot] = []
        self.parts: list[Part] = []
        self.loose: list[str] = []
        """What was done, told before anybody it was done for."""
        self.total: Lot | None = None
        """How many they were altogether, where that was said."""
        self.doubts: set[str] = set()
        self.stray = False
        """Whether a number was told that counts nothing we know."""
        self.families = False
        """Whether families were told of, who need not be one person each."""
        self.aside: Mention | None = None
        """Somebody who counts only when nobody else was spoken of: "ở nhà ông Năm"."""
        self.asker = ""
        """The word for one only pointed to of whom it was told what was done."""
        self.names: set[str] = set()
        """Who was named, while the message is read."""
        self.kins: set[str] = set()
        self.waiting: Lot | None = None
        """Some of those told of, of whom it is told next how it went."""
        self.unsettled = False
        """Whether they may also be others, should nothing be told of them next."""
        self.passed: list[Lot] = []
        """Those told of together with one for whom alone something was done."""
        self.accounts: list[Lot] = []
        """Everybody told of, as it was told."""
        self.beyond: Lot | None = None
        """Those of whom it was told that so many could be done, when of others it was told that they could not."""
        self.everybody = Whole()

    @property
    def any(self) -> bool:
        """Whether people or contents were told at all."""
        return bool(self.lots or self.loose or self.parts or self.total or self.aside)

    @property
    def codes(self) -> list[str]:
        """What was done, in the order it was told."""
        return list(dict.fromkeys((*self.loose, *(code for lot in self.lots for code in lot.codes))))

    @property
    def _accounted(self) -> bool:
        """Whether those told of first are all told apart by now: "14 lượt: 9 kích hoạt, 5 an sinh"."""
        first, others = (self.lots[0], self.lots[1:]) if self.lots else (None, [])
        known = others and all(lot.codes and lot.n is not None and not lot.subset for lot in others)
        return bool(first and first.bare and known and sum(lot.n or 0 for lot in others) == first.n)

    def _rest_of(self, lot: Lot) -> int | None:
        """How many of a lot are left of whom it was not told how it went, when it was told of some."""
        told = [p.n for p in self.parts if p.lot is lot and p.n is not None]
        return lot.n - sum(told) if told and lot.n is not None else None

    @property
    def run(self) -> list[Lot]:
        """The people told last of whom nothing was said yet."""
        start = len(self.lots)
        while start and self.lots[start - 1].bare:
            start -= 1
        return self.lots[start:]

    def whole(self) -> int | None:
        """How many were told of so far; None when that is not known."""
        if self.total is not None:
            return self.total.n
        counted = [lot for lot in self.lots if not lot.subset]
        return None if any(lot.n is None for lot in counted) else sum(lot.n or 0 for lot in counted)

    def share(self, codes: Sequence[str]) -> None:
        """What was done for others was done for these too."""
        if self.lots:
            self.lots[-1].add_codes(codes)
        else:
            self.loose += codes
