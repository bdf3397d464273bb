"""What only sounds like a day: "chiều qua nhà bà Tư" goes there, "bé thứ hai" is one of several."""

from collections.abc import Sequence
from itertools import pairwise

from content.logline.codes import FROM_AFAR
from content.logline.items import Item

NOW = ("this_morning", "this_noon", "this_afternoon", "this_evening")
NEAR = 4
"""Items behind somebody within which the writer is told of with him."""
CHILDREN = ("be", "con", "dua", "trai", "gai", "chau")
"""What a word for a child ends with, behind which "thứ hai" tells which of several it is."""


def goes_there(items: Sequence[Item], i: int) -> bool:
    """Whether "qua" before it leads somewhere, and tells of no day gone by."""
    if i >= len(items):
        return False
    after, later = items[i], items[i + 1] if i + 1 < len(items) else None
    me = after.has("me") and (later is None or not later.capital)
    if after.has("household", "hamlets") or (after.has("belongs") and not me):
        return True
    if after.has("kin") and not me and not _comes(items, i):
        return True
    goes = after.has("places") and not after.has("moving") and not _full(items, i)
    return goes and not any(item.has("days", *NOW) for item in items[i:])


def _comes(items: Sequence[Item], i: int) -> bool:
    """Whether somebody named there came or called: "tối qua em Lường sang nhờ", "toi qua o nha van hoa"."""
    if i + 1 < len(items) and items[i + 1].has("places"):
        return True
    us = items[i + 1 : i + 1 + NEAR]
    if any(b.has("joins", "together") and a.has("me", "speaker") for b, a in pairwise(us)):
        return True  # "tối qua thầy Lập và tôi mở lớp"
    for n, later in enumerate(items[i + 1 :], i + 1):
        if later.key == "," and n + 1 < len(items) and items[n + 1].has("kin"):
            continue  # "tối qua anh Nam, anh Tú nhờ"
        if later.mark or later.ends_line or (later.has("help") and not later.has("asks", "places", "kin")):
            return False
        if later.has("asks") or later.tags.get("places") == FROM_AFAR:
            return True
    return False


def _full(items: Sequence[Item], i: int) -> bool:
    """Whether it is told how many were at the place: "chiều qua hội trường thôn có 10 người"."""
    for later in items[i:]:
        if later.mark or later.ends_line or later.has("help", "act", "me"):
            return False
        if later.has("having"):
            return True
    return False


def nth(items: Sequence[Item], i: int) -> bool:
    """Whether a weekday tells which of several: "khai sinh cho bé thứ hai", "hồ sơ thứ ba"."""
    before, earlier, after = (items[n] if 0 <= n < len(items) else None for n in (i - 1, i - 2, i + 1))
    week = after is not None and after.has("last_week", "this_week", "just_gone", "num", "day_unit")
    if before is None or before.capital or week or items[i].tokens[0].key != "thu":
        return False
    one = earlier is None or not earlier.has("num", "vague", "member_of", "pair")
    thing = before.has("dossier_unit", "payment_unit", "after_number", "unit", "account")
    thing = thing or (before.has("thing") and before.key.endswith("ho so"))
    return one and (thing or before.key.rpartition(" ")[2] in CHILDREN)
