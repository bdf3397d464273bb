"""What the digits in a message are: an identity number, a card, a phone, a date, money, six digits, or unknown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

_GROUPS = re.compile(r"\d+(?:[ .,/:\-]{1,3}\d+)*")
_GROUP = re.compile(r"(\d+)([^\d]*)")
_PHONE = re.compile(r"0[235789]\d{8}|02\d{9}|84[235789]\d{8}")
_HOTLINE = re.compile(r"1[89]00\d{4}(?:\d{2})?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_JOINS = frozenset(" .-")
_LONGEST = 19
_BEGINNING = re.compile(r"0|84|1[89]00")
"""How a phone, a hotline and an identity number begin."""


class What(Enum):
    """What a number is."""

    CARD = auto()
    IDENTITY = auto()
    """Twelve digits built like an identity number: province, century and sex."""
    TWELVE = auto()
    """Twelve digits in one piece, built otherwise."""
    NINE = auto()
    """Nine digits: an old identity card, when the words around say so."""
    PHONE = auto()
    HOTLINE = auto()
    DATE = auto()
    MONEY = auto()
    PROCEDURE = auto()
    SIX = auto()
    """Six digits, in one piece or in equal pieces: the length of a one-time code."""
    PLAIN = auto()


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text, from `start` up to `end`."""

    what: What
    start: int
    end: int
    digits: str


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    digits: str
    after: str
    """What stands between this group and the next."""

    @property
    def end(self) -> int:
        return self.start + len(self.digits)


class Numbers:
    """Finds the numbers of a text; `provinces` are the first three digits an identity number may have."""

    def __init__(self, provinces: frozenset[str]) -> None:
        self._provinces = provinces

    def find(self, text: str) -> list[Number]:
        """All numbers in order; every digit of the text belongs to exactly one."""
        return [number for m in _GROUPS.finditer(text) for number in self._split(m[0], m.start())]

    def _split(self, chain: str, offset: int) -> list[Number]:
        groups = [_Group(offset + g.start(), g[1], g[2]) for g in _GROUP.finditer(chain)]
        found: list[Number] = []
        i = 0
        while i < len(groups):
            what, count = self._first(groups[i : i + _LONGEST])
            taken = groups[i : i + count]
            found.append(Number(what, taken[0].start, taken[-1].end, "".join(g.digits for g in taken)))
            i += count
        return found

    def _first(self, groups: Sequence[_Group]) -> tuple[What, int]:
        """What the number is that begins with the first group, and how many groups it takes."""
        if len(groups) == 1 or not set(groups[0].after) <= _JOINS:
            lone = self._alone(groups[0].digits)
            if lone is not What.PLAIN or len(groups) == 1:
                return lone, 1
        if count := _date(groups):
            return What.DATE, count
        best = self._alone(groups[0].digits), 1
        digits = groups[0].digits
        for count, group in enumerate(groups[1:], 2):
            if groups[count - 2].after.strip(" .,-"):
                break
            digits += group.digits
            if len(digits) > _LONGEST:
                break
            if not _is_worth_a_look(digits, count, len(groups[0].digits), len(group.digits)):
                continue
            what = self._joined(groups[:count], digits)
            if what is not What.PLAIN and (best[0] is What.PLAIN or what.value <= best[0].value):
                best = what, count
        return best

    def _alone(self, digits: str) -> What:
        match len(digits):
            case 16 | 17 | 18 | 19 if is_card(digits):
                return What.CARD
            case 12:
                return What.IDENTITY if self._is_identity(digits) else What.TWELVE
            case 9:
                return What.NINE
            case 6:
                return What.SIX
        return What.PHONE if _PHONE.fullmatch(digits) else _hotline(digits)

    def _joined(self, groups: Sequence[_Group], digits: str) -> What:
        widths = [len(g.digits) for g in groups]
        marks = {g.after for g in groups[:-1]}
        if widths[-1] == 3 and _is_money(groups, widths, marks):
            return What.MONEY
        if any("," in mark for mark in marks):
            return What.PLAIN
        even = widths.count(widths[0]) == len(widths)
        if marks == {"."} and widths == [1, 6]:
            return What.PROCEDURE
        match len(digits):
            case 16 | 19 if set(widths[:-1]) == {4} and is_card(digits):
                return What.CARD
            case 12 if self._is_identity(digits) and (even or not _phone_first(groups)) and not _holds_date(groups):
                return What.IDENTITY
            case 9 if even and len(groups) == 3:
                return What.NINE
            case 6 if even:
                return What.SIX
        return What.PHONE if _PHONE.fullmatch(digits) and widths[0] > 1 else _hotline(digits)

    def _is_identity(self, digits: str) -> bool:
        # The fourth digit tells sex and century: 0 and 1 for the 1900s, 2 and 3 for the 2000s.
        return digits[:3] in self._provinces and digits[3] in "0123"


def _is_worth_a_look(digits: str, count: int, first: int, last: int) -> bool:
    """A cheap test that spares the others on long columns of figures: can `count` pieces be anything together?"""
    match len(digits):
        case 6 | 9 if count * first == len(digits):
            return True
        case 7 | 16 | 19 if count in {2, 4, 5}:
            return True
        case 8 | 10 | 11 | 12 if _BEGINNING.match(digits):
            return True
    return last == 3 and first <= 3 and count * 3 - 2 <= len(digits)


def is_card(digits: str) -> bool:
    """Whether a card can have this number: its check digit is right, or it is of the Vietnamese network 9704."""
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return digits.startswith("9704") or sum(d - 9 * (d > 9) for d in doubled) % 10 == 0


def is_year(digits: str) -> bool:
    """Whether four digits are a year of these two centuries."""
    return _YEAR.fullmatch(digits) is not None


def _hotline(digits: str) -> What:
    return What.HOTLINE if _HOTLINE.fullmatch(digits) else What.PLAIN


def _is_money(groups: Sequence[_Group], widths: list[int], marks: set[str]) -> bool:
    thousands = widths[0] <= 3 and set(widths[1:]) == {3} and groups[0].digits[0] != "0"
    round_sum = groups[-1].digits.endswith("000" if marks == {" "} else "00")
    return thousands and len(marks) == 1 and marks <= {".", ",", " "} and round_sum


def _date(groups: Sequence[_Group]) -> int:
    """How many groups the date takes that the groups begin with; 0 when they begin with none."""
    parts = [g.digits for g in groups[:3]]
    marks = [g.after for g in groups[:2]]
    if len(parts) == 3 and marks[0] == marks[1] and marks[0] in {"/", ".", "-", " "}:
        written = marks[0] != " "
        if _day_month(parts[0], parts[1]) and (is_year(parts[2]) or (written and len(parts[2]) == 2)):
            return 3
        if is_year(parts[0]) and len(parts[1]) == 2 and _day_month(parts[2], parts[1]):
            return 3
    if len(parts) >= 2:
        if _day_month("1", parts[0]) and is_year(parts[1]) and marks[0] in {"/", "-", ".", " "}:
            return 2
        if marks[0] == "/" and _day_month(parts[0], parts[1]):
            return 2
    return 0


def _day_month(day: str, month: str) -> bool:
    return len(day) <= 2 and len(month) <= 2 and 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def _holds_date(groups: Sequence[_Group]) -> bool:
    return any(_date(groups[i:]) == 3 for i in range(len(groups) - 2))


def _phone_first(groups: Sequence[_Group]) -> bool:
    """Whether some first groups are a whole phone number, so that the rest is something else."""
    digits = ""
    for group in groups:
        digits += group.digits
        if len(digits) >= 10:
            break
    return len(digits) == 10 and _PHONE.fullmatch(digits) is not None
