"""Numbers told in shares: so many in each of several, the first and the second, some this way and some that."""

from collections.abc import Sequence

from content.logline.items import Item, made
from content.logline.mention import counts
from content.logline.numerals import number_of
from content.logline.row import with_found
from content.logline.tokens import tokenise

FAR = 8
"""Items back within which it stands how many houses, hamlets or times there were."""
NEAR = 4
"""Items between two of whom the one went this way and the other that."""
IS, PLUS = "la", "cong"
SENTENCE = (".", "!", "?", ";")
WENT = ("results", "could", "could_not", "not_yet", "coming", "nothing")


def shared(items: Sequence[Item]) -> list[Item]:
    """The items with such numbers as one each."""
    return _in_turn(_mixed(_summed(_times(list(items)))))


def _at(items: Sequence[Item], i: int) -> Item | None:
    return items[i] if 0 <= i < len(items) else None


# --- so many in each ----------------------------------------------------------------------------------------


def _times(items: list[Item]) -> list[Item]:
    """ "ba nhà, mỗi nhà hai người" are six people."""
    for i, item in enumerate(items):
        if not item.has("each"):
            continue
        kind, length = (item.tokens[-1].key, 1) if len(item.tokens) > 1 else (_key(items, i + 1), 2)
        number = _at(items, i + length)
        small = number is not None and not number.has("num", "help")  # "mỗi nhà có 2 người"
        number = _at(items, i + length + 1) if small else number
        at = next((n for n in range(i - 1, max(i - FAR, 0), -1) if items[n].key == kind), None)
        if number is None or at is None or not number.has("num") or not items[at - 1].has("num"):
            continue
        end = items.index(number, i)
        unit = _at(items, end + 1)
        if unit is None or not counts(unit) or unit.key == kind or unit.has("account", "household"):
            continue
        people = made("num", number_of(items[at - 1]) * number_of(number), [number])
        gone = (
            [Item(items[at].tokens, {"places": "nha_dan"})] if items[at].has("household") and _went(items, at) else []
        )
        return [*items[: at - 1], *gone, *items[at + 1 : i], people, *items[end + 1 :]]
    return items


def _key(items: Sequence[Item], i: int) -> str:
    item = _at(items, i)
    return item.key if item is not None else ""


def _went(items: Sequence[Item], at: int) -> bool:
    return any(item.has("moving") for item in items[max(at - 3, 0) : at])


# --- sums ---------------------------------------------------------------------------------------------------


def _summed(items: Sequence[Item]) -> list[Item]:
    """ "thêm 1 người nữa là 3": the sum of those told of before it."""
    out: list[Item] = []
    for i, item in enumerate(items):
        number, before = _at(items, i + 1), items[max(i - FAR, 0) : i]
        end = next((n for n in range(len(before), 0, -1) if before[n - 1].key in SENTENCE), 0)
        adds = any(word.has("adding", "counted_in") or word.key == PLUS for word in before[end:])
        whole = (
            number is not None and number.has("num") and item.tokens[-1:] != () and item.tokens[-1].key == IS and adds
        )
        out.append(Item(item.tokens, item.tags | {"total": "", "joins": ""}) if whole else item)
    return out


# --- one after the other ------------------------------------------------------------------------------------


def _in_turn(items: Sequence[Item]) -> list[Item]:
    """ "người thứ nhất ..., người thứ hai ...", "nhóm đầu 4 người, nhóm sau 5 người": others each time."""
    if sum(_turn(items, i)[0] > 0 for i in range(len(items))) < 2:
        return list(items)
    out: list[Item] = []
    i = told = 0
    while i < len(items):
        length, person = _turn(items, i)
        if not length:
            out.append(items[i])
            i += 1
            continue
        if told:
            out += [Item(tuple(tokenise(",")))] if out and not out[-1].mark else []
            out.append(Item(items[i + length - 1].tokens, {"adding": ""}))
        if person:
            out += [Item((), {"num": ""}, 1), Item(items[i].tokens, {"unit": ""})]
        told, i = told + 1, i + length
    return out


def _turn(items: Sequence[Item], i: int) -> tuple[int, bool]:
    """How many items name one of several by its turn, and whether it is one person; 0 when none does."""
    head, before = items[i], _at(items, i - 1)
    if (before is not None and before.has("num")) or not (head.has("team") or counts(head)):
        return 0, False
    word, number = _at(items, i + 1), _at(items, i + 2)
    if word is None or word.capital:
        return 0, False
    whole = word.has("ordinal") and len(word.tokens) > 1
    nth = whole or (word.has("ordinal") and number is not None and number.has("num"))
    length = 3 - whole if nth else 1 + word.has("turn")
    if length == 1:
        return 0, False
    counted = _at(items, i + length)
    if head.has("team"):
        unit = _at(items, i + length + 1)
        so_many = counted is not None and counted.has("num") and unit is not None and counts(unit)
        return (length if so_many else 0), False
    return (length if nth and head.has("unit", "kin") else 0), True


# --- some this way, some that -------------------------------------------------------------------------------


def _mixed(items: Sequence[Item]) -> list[Item]:
    """ "người được người không", "có người xong có người hẹn lại": nobody knows how many of each."""
    return with_found(items, lambda i: (_both_ways(items, i), {"mixed": ""}))


def _both_ways(items: Sequence[Item], i: int) -> int:
    first, before = items[i], _at(items, i - 1)
    if not (first.has("some_one") or counts(first)) or (before is not None and before.has("num")):
        return 0
    again = next((n for n in range(i + 2, min(i + NEAR + 2, len(items))) if items[n].key == first.key), None)
    if again is None or items[again].capital or items[i + 1].capital:
        return 0
    if any(item.has("num") for item in items[i:again]) or items[again - 1].has("relative"):
        return 0  # "cho con, xong 2, còn 1 cô thiếu giấy hẹn mai", "bác xong, còn vợ bác hẹn mai"
    end = next((n for n in range(again + 1, min(again + NEAR, len(items))) if items[n].has(*WENT)), None)
    if end is None or any(item.mark and item.key != "," for item in items[i:end]):
        return 0
    told = {item.key for item in items[i + 1 : again] if item.has(*WENT)}
    return end + 1 - i if told and items[end].key not in told else 0
