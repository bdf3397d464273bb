"""Houses: where somebody lives is a place, whose child somebody is tells a house as well, and houses are gone to."""

from collections.abc import Sequence

from content.logline.items import Item


def homes(items: Sequence[Item]) -> list[Item]:
    """ "nhà" before somebody is the place where he lives."""
    out: list[Item] = []
    for i, item in enumerate(items):
        after = items[i + 1] if i + 1 < len(items) else None
        counted = i > 0 and items[i - 1].has("num")
        ours = item.tags.get("places") == "nha_dan" and len(item.tokens) > 1 and item.tokens[0].key == "nha"
        if ours and not counted and (_somebody_ends(out) or (not out and after is not None and after.bare())):
            out.append(Item(item.tokens, {"belongs": ""}))  # "ông sui nhà em", "nhà tôi trách tôi"
        elif item.has("places") and out and out[-1].has("home") and out[-1].key == "nha":
            out.append(Item(item.tokens))  # "nhà đầu ngõ": which house, not where help was given
        elif item.has("home") and out and _somebody_ends(out) and not out[-1].has("moving"):
            out.append(Item(item.tokens, {"belongs": ""}))  # "em bé nhà chị Vân", "cháu Tít 14 tuổi nhà cô Hợp"
        elif item.has("home") and item.key == "nha" and _ware(items, i) and after is not None and after.has("kin"):
            out.append(Item(item.tokens, {"belongs": ""}))  # "nước mắm nhà cô Liên"
        elif item.has("home") and _so_many_there(items, i):
            out.append(Item(item.tokens, {"relative": "", "household": ""}))  # "nhà em Thảo bốn người"
        elif item.has("home") and after is not None and after.has("kin", "pair", "relative") and not counted:
            out.append(Item(item.tokens, {"places": "nha_dan", "home": ""}))
        else:
            out.append(item)
    return out


def _ware(items: Sequence[Item], i: int) -> bool:
    """Whether nothing but words we do not know stands before it in its clause."""
    start = next((n for n in range(i, 0, -1) if items[n - 1].mark or items[n - 1].ends_line), 0)
    start += start < i and items[start].tags.get("act") in ("put", "sell")  # "đưa khô cá nhà cô Sáu lên Shopee"
    return start < i and all(item.bare() or item.tags.keys() <= {"no_name"} for item in items[start:i])


def _somebody_ends(out: Sequence[Item]) -> bool:
    """Whether somebody is named right before: "em bé", "Cu Bi" of "Cu Bi nhà ả Hòe"."""
    if not out:
        return False
    named = len(out) > 1 and out[-1].capital and not out[-1].has("hamlet", "places") and out[-2].has("kin")
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
