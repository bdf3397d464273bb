"""How old somebody is said to be: "sinh năm 1955", "tuổi 72", "bà Tư đã ngoài 80"."""

from collections.abc import Sequence

from content.logline.counting import DOING, OLD, OLDEST
from content.logline.items import Item, made
from content.logline.mention import counts
from content.logline.numerals import number_of

LONGEST_LIFE = 120
"""Years somebody alive was born ago at most."""
FULL, CENTURY = 10, 1900
AGED = {"groups": "tu_60"}


def with_ages(items: Sequence[Item], year: int) -> list[Item]:
    """The same items, years of birth and ages told without the word behind them as one item each; `year` is now."""
    out: list[Item] = []
    i = 0
    while i < len(items):
        found = _born(items, i, year) or _years(items, i) or _about(items, i)
        if found is None:
            out.append(items[i])
            i += 1
        else:
            age, length = found
            parts = items[i : i + length]
            young = Item(tuple(t for part in parts for t in part.tokens))
            out.append(made("groups", None, parts, **AGED) if age >= OLD else young)
            i += length
    return out


def _number(items: Sequence[Item], i: int) -> tuple[int, int] | None:
    """A number of years and how many items it has; also "bảy hai", which is no number of anything else."""
    if i >= len(items):
        return None
    after = items[i + 1].tags if i + 1 < len(items) else {}
    ones = after.get("after_tens") or after.get("numerals")
    if items[i].has("numerals") and ones and int(items[i].tags["numerals"]) < FULL > int(ones):
        return int(items[i].tags["numerals"]) * FULL + int(ones), 2
    return (number_of(items[i]), 1) if items[i].has("num") and not items[i].has("roughly") else None


def _born(items: Sequence[Item], i: int, year: int) -> tuple[int, int] | None:
    """ "sinh năm 1955", "sn 48"."""
    found = _number(items, i + 1) if items[i].has("born") else None
    if found is None:
        return None
    born, length = found
    born += CENTURY if year % 100 < born < 100 else 0
    return (year - born, 1 + length) if 0 <= year - born <= LONGEST_LIFE else None


def _years(items: Sequence[Item], i: int) -> tuple[int, int] | None:
    """ "tuổi 72", "bảy hai tuổi"."""
    found = _number(items, i)
    if found and found[1] > 1 and found[0] > OLD and i + 2 < len(items) and items[i + 2].has("age"):
        return found[0], 3
    found = _number(items, i + 1) if items[i].has("age") and len(items[i].key) > 1 else None
    if found is None or found[0] > OLDEST or _counted(items, i + 1 + found[1]):
        return None
    return found[0], 1 + found[1]


def _about(items: Sequence[Item], i: int) -> tuple[int, int] | None:
    """ "bà Tư đã ngoài 80": about so many years, told right behind somebody."""
    if not items[i].has("past") or not i or not _somebody(items, i - 1):
        return None
    length = 1
    while i + length < len(items) and items[i + length].has("past"):
        length += 1
    found = _number(items, i + length)
    if found is None or not OLD <= found[0] <= OLDEST or _counted(items, i + length + found[1]):
        return None
    length += found[1]
    return found[0], length + (i + length < len(items) and items[i + length].has("age"))


def _counted(items: Sequence[Item], i: int) -> bool:
    """Whether what stands there was counted."""
    return i < len(items) and (counts(items[i]) or items[i].has("hour", "minute", "dossier_unit", *DOING))


def _somebody(items: Sequence[Item], i: int) -> bool:
    """Whether one person is told of there: "bà Tư", "cụ"."""
    if items[i].has("kin") and not items[i].has("unit"):
        return True
    named = items[i].capital or items[i].bare() or items[i].has("numerals", "spelled", "after_tens")
    return named and i > 0 and items[i - 1].has("kin") and not items[i - 1].has("unit")
