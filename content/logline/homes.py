"""Houses: where somebody lives is a place, whose child somebody is tells a house as well, and houses are gone to."""

from collections.abc import Sequence
from itertools import pairwise

from content.logline.codes import ELSEWHERE
from content.logline.items import Item, clause_start


def homes(items: Sequence[Item]) -> list[Item]:
    """ "nhà" before somebody is the place where he lives; the writer's own house is some other place."""
    out: list[Item] = []
    skip = False
    for i, item in enumerate(items):
        if skip:
            skip = False
            continue
        after = items[i + 1] if i + 1 < len(items) else None
        counted = i > 0 and items[i - 1].has("num")
        skip = not (counted and item.has("home")) and _ours(items, i)
        if skip and after is not None:
            later = items[i + 2] if i + 2 < len(items) else None
            whose = item.has("home") and (_somebody_ends(out) or (not out and later is not None and later.bare()))
            tags = {"belongs": ""} if whose else {"places": ELSEWHERE, "moving": "", "site": ""}
            out.append(Item((*item.tokens, *after.tokens), tags))  # "ông sui nhà em", "nhà tôi trách tôi"
        elif item.has("places") and out and out[-1].has("home") and out[-1].key == "nha":
            out.append(Item(item.tokens))  # "nhà đầu ngõ": which house, not where help was given
        elif item.has("home") and out and _somebody_ends(out) and not out[-1].has("moving"):
            out.append(Item(item.tokens, {"belongs": ""}))  # "em bé nhà chị Vân", "cháu Tít 14 tuổi nhà cô Hợp"
        elif item.has("home") and out and out[-1].tokens[-1:] != () and out[-1].tokens[-1].key == "tro":
            out.append(Item(item.tokens, {"belongs": ""}))  # "công nhân thuê trọ nhà bà Lịch"
        elif item.has("home") and item.key == "nha" and _ware(items, i) and after is not None and after.has("kin"):
            out.append(Item(item.tokens, {"belongs": ""}))  # "nước mắm nhà cô Liên"
        elif item.has("home") and _so_many_there(items, i):
            out.append(Item(item.tokens, {"relative": "", "household": ""}))  # "nhà em Thảo bốn người"
        elif item.has("home") and out and out[-1].key == "cho" and out[-1].has("on_behalf") and not counted:
            continue  # "nộp hồ sơ cho nhà chú Vĩnh"
        elif item.has("home") and after is not None and after.has("kin", "pair", "relative") and not counted:
            out.append(Item(item.tokens, {"places": "nha_dan", "home": ""}))
        else:
            out.append(item)
    return out


def _ours(items: Sequence[Item], i: int) -> bool:
    """Whether the house there is the writer's own: "sang nhà tôi", but not "sang nhà em Nhàn"."""
    item, me, after = items[i], items[i + 1] if i + 1 < len(items) else None, items[i + 2 : i + 3]
    house = item.tokens[-1:] != () and item.tokens[-1].key == "nha" and item.has("home", "places")
    if not house or me is None or not me.has("me") or me.has("people") or len(me.tokens) > 1:
        return False
    named = me.has("kin") and any(a.capital or a.has("relative", "kin", "num") or _called(a) for a in after)
    pairs = pairwise(items[:i])
    known = any(a.key == me.key and b.capital and not a.capital for a, b in pairs)  # "em Nga nhờ, tôi tới nhà em"
    return not (named or known)


def _called(item: Item) -> bool:
    """Whether a word without a capital may be a name: "nha em huynh"."""
    return item.bare() and len(item.tokens) == 1 and item.tokens[0].plain


def _ware(items: Sequence[Item], i: int) -> bool:
    """Whether nothing but words we do not know stands before it in its clause."""
    start = clause_start(items, i)
    start += start < i and items[start].tags.get("act") in ("put", "sell")  # "đưa khô cá nhà cô Sáu lên Shopee"
    return start < i and all(item.bare() or item.tags.keys() <= {"no_name"} for item in items[start:i])


def _somebody_ends(out: Sequence[Item]) -> bool:
    """Whether somebody is named right before: "em bé", "Cu Bi" of "Cu Bi nhà ả Hòe"."""
    if not out:
        return False
    called = out[-1].capital or (out[-1].bare() and len(out[-1].tokens) == 1)  # "thằng út nhà chị Phượng"
    named = len(out) > 1 and called and not out[-1].has("hamlet", "places") and out[-2].has("kin")
    return named or out[-1].has("kin", "relative", "age")


def _so_many_there(items: Sequence[Item], i: int) -> bool:
    """Whether it is told how many live in somebody's house, and not that it was gone to."""
    begins = i == 0 or items[i - 1].mark or items[i - 1].ends_line
    for n in range(i + 2, min(i + 5, len(items) - 1)):
        if items[n].mark or items[n].has("help", "act"):
            return False
        if items[n].has("num") and items[n + 1].has("unit"):
            told = n + 2 < len(items) and not items[n + 2].mark  # "nhà anh Hải 5 người đều lên mức 2"
            return begins and items[i + 1].has("kin") and not told
    return False


def visited(items: Sequence[Item]) -> list[Item]:
    """Houses that were gone to: "đi 6 nhà" tells the place as well as how many."""
    out: list[Item] = []
    for i, item in enumerate(items):
        houses = i + 1 < len(items) and items[i + 1].has("household")
        if item.has("num") and houses and i and items[i - 1].has("moving"):
            out.append(Item((), {"places": "nha_dan"}))
        out.append(item)
    return out
