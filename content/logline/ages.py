"""How old somebody is said to be: "sinh năm 1955", "tuổi 72", "bà Tư đã ngoài 80"."""

from collections.abc import Sequence

from content.logline.counting import DOING, OLD, OLDEST
from content.logline.items import Item, made
from content.logline.mention import counts
from content.logline.numerals import number_of

LONGEST_LIFE = 120
"""Years somebody alive was born ago at most."""
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


def _number(items: Sequence[Item], i: int) -> int | None:
    return number_of(items[i]) if i < len(items) and items[i].has("num") and not items[i].has("roughly") else None


def _born(items: Sequence[Item], i: int, year: int) -> tuple[int, int] | None:
    """ "sinh năm 1955", "sn 1955"."""
    born = _number(items, i + 1) if items[i].has("born") else None
    return (year - born, 2) if born is not None and 0 <= year - born <= LONGEST_LIFE else None


def _years(items: Sequence[Item], i: int) -> tuple[int, int] | None:
    """ "tuổi 72"."""
    age = _number(items, i + 1) if items[i].has("age") and len(items[i].key) > 1 else None
    return (age, 2) if age is not None and age <= OLDEST and not _counted(items, i + 2) else None


def _about(items: Sequence[Item], i: int) -> tuple[int, int] | None:
    """ "bà Tư đã ngoài 80": about so many years, told right behind somebody."""
    if not items[i].has("past") or not i or not _somebody(items, i - 1):
        return None
    length = 1
    while i + length < len(items) and items[i + length].has("past"):
        length += 1
    age = _number(items, i + length)
    if age is None or not OLD <= age <= OLDEST or _counted(items, i + length + 1):
        return None
    length += 1
    return age, length + (i + length < len(items) and items[i + length].has("age"))


def _counted(items: Sequence[Item], i: int) -> bool:
    """Whether what stands there was counted."""
    return i < len(items) and (counts(items[i]) or items[i].has("hour", "minute", "dossier_unit", *DOING))


def _somebody(items: Sequence[Item], i: int) -> bool:
    """Whether one person is told of there: "bà Tư", "cụ"."""
    if items[i].has("kin") and not items[i].has("unit"):
        return True
    named = items[i].capital or items[i].bare() or items[i].has("numerals", "spelled", "after_tens")
    return named and i > 0 and items[i - 1].has("kin") and not items[i - 1].has("unit")
