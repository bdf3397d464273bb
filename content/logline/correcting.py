"""Slips set right within the sentence: "3 người à không 4", "thôn 3 nhầm thôn 4", "4 chứ không phải 3"."""

from collections.abc import Sequence
from dataclasses import replace

from content.logline.counting import DOING
from content.logline.items import Item, made
from content.logline.mention import Mention
from content.logline.numerals import number_of

KINDS = ("people", "minutes", "dossiers", "payments", "day", "clock", "part", "hamlet", "places")
"""What can be said again."""
NUMBERS = ("people", "minutes", "dossiers", "payments")
NEAR = 4
"""Items after the word of correction among which the right value stands."""


def corrected(items: Sequence[Item]) -> list[Item]:
    """The items with the right values alone."""
    out: list[Item] = []
    i = 0
    while i < len(items):
        item = items[i]
        if item.has("not_but"):
            i = _skip_wrong(items, i + 1, out)
        elif item.has("not_so") and i + 2 < len(items) and _number(items[i + 1]) and items[i + 2].has("joins"):
            i += 2  # "không phải 6 mà là 7"
        elif item.has("not_so") and (after := _again(items, i)) is not None:
            before = _before(out, NUMBERS)
            if before is not None:
                out[before] = after  # "8 người ..., không phải 8, 9 người"
            i += 4
        elif item.has("not_so") and (kind := _said_anew(items, i)) and (before := _before(out, (kind,))) is not None:
            out[before] = items[i + 3]  # "ko phải ấp 4 mà ấp 6"
            i += 4
        elif item.has("not_so") and _said_again(items, i):
            i = _right(items, i + 1, out) or i + 1
        elif item.has("correction") and i + 1 < len(items) and items[i + 1].has("adding"):
            i += 1  # "à quên, thêm 1 lượt nữa"
        elif item.has("correction") and (found := _right(items, i + 1, out)) is not None:
            i = found
        else:
            out.append(item)
            i += 1
    return out


def _again(items: Sequence[Item], i: int) -> Item | None:
    """The right number behind a wrong one and a comma."""
    wrong, mark, right = (items[n] if n < len(items) else None for n in (i + 1, i + 2, i + 3))
    if wrong is None or mark is None or right is None or mark.key != ",":
        return None
    return right if _number(wrong) and right.has("people") and right.value.n is not None else None


def _said_again(items: Sequence[Item], i: int) -> bool:
    """Whether people are counted, or a hamlet named, on both sides of it: "6 bác, không phải, 7 bác"."""
    before = [item for item in items[max(i - 2, 0) : i] if not item.mark]
    after = [item for item in items[i + 1 : i + 3] if not item.mark]
    sides = (before[-1:], after[:1])
    between = 0 < i < len(items) - 1 and items[i - 1].mark and items[i + 1].mark
    if between and after and after[0].has("people") and after[0].value.counted:
        return True  # "4 người làm sổ sức khỏe, không phải, 5 người"
    if all(side and side[0].has("hamlet") for side in sides):
        return True
    return all(side and side[0].has("people") and side[0].value.counted for side in sides)


def _number(item: Item) -> bool:
    return item.has("num") or (item.has("people") and item.value.n is not None)


def _said_anew(items: Sequence[Item], i: int) -> str | None:
    """What is told right behind "không phải": the wrong value, a joining word and the right one."""
    wrong, joining, right = (items[n] if n < len(items) else None for n in (i + 1, i + 2, i + 3))
    if wrong is None or joining is None or right is None or not joining.has("joins"):
        return None
    kind = _kind(wrong)
    return kind if kind is not None and kind == _kind(right) else None


def _kind(item: Item) -> str | None:
    return next((kind for kind in KINDS if item.has(kind)), None)


def _skip_wrong(items: Sequence[Item], i: int, out: Sequence[Item]) -> int:
    """After "chứ không phải": where the wrong value ends."""
    for n in range(i, min(i + 2, len(items))):
        if items[n].has("num", *KINDS, *DOING):
            return n + 1
    return i


def _right(items: Sequence[Item], i: int, out: list[Item]) -> int | None:
    """Puts the value after a word of correction in the place of the one before; answers where to go on."""
    for n in range(i, min(i + NEAR, len(items))):
        item = items[n]
        if item.ends_line:
            return None
        kind = _kind(item)
        if kind is not None:
            if out and out[-1].has("num") and kind in NUMBERS:
                out.pop()  # "giúp 2 à nhầm 3 chị"
                return n
            before = _before(out, (kind,))
            if before is None:
                return None
            out[before] = item
            return n + 1
        if item.has("num"):
            before = _before(out, NUMBERS)
            if before is None:
                return None
            out[before] = _with_number(out[before], number_of(item))
            return n + 1
        if item.has(*DOING):
            return _done_instead(out, i if n == i else n)
    return None


def _done_instead(out: list[Item], i: int) -> int | None:
    """Takes what was done out again, back to the mark before it; what follows tells it right."""
    last = next((n for n in range(len(out) - 1, -1, -1) if out[n].has(*DOING)), None)
    if last is None or sum(not item.mark for item in out[last:]) > NEAR:
        return None
    n = last
    while n >= 0 and not (out[n].mark and n != len(out) - 1):
        if out[n].has(*DOING) and not out[n].has(*KINDS):
            del out[n]
        n -= 1
    return i


def _before(out: Sequence[Item], kinds: Sequence[str]) -> int | None:
    found = (
        n for n in range(len(out) - 1, max(len(out) - 12, -1), -1) if out[n].has(*kinds) and _kind(out[n]) in kinds
    )
    return next(found, None)


def _with_number(item: Item, number: int) -> Item:
    if item.has("people"):
        mention: Mention = item.value
        return Item(item.tokens, item.tags, replace(mention, n=number, roughly=False))
    tag = _kind(item) or "num"
    return made(tag, number, [item], **{k: v for k, v in item.tags.items() if k != tag})
