"""Names without a title: "Nguyễn Thị Hoa", and those that stand alone in their lines, as in a list."""

from collections.abc import Iterable, Sequence

from content.logline.items import Item
from content.logline.mention import Names, NameWords

MOST_WORDS = 4
"""Words a name has at most."""
TIES = ("-", "–", "*")
"""Marks that part clauses though they may mean something else: "c sim - goi dien"."""
LEADS = (":", ",", "-", "–", ";")
"""Marks behind which a capital tells a name."""
OWNED = ("cua",)
"""Before whose it is: "bằng lái của Diễm"."""
NO_NAME_AFTER = ("hamlets", "numbered", "eponym", "places", "moving", "approx", "trade")
"""Before a name without a title: it is a place's."""


def full_name(items: Sequence[Item], i: int, words: NameWords) -> int:
    """How many items the name has that begins there with a family name; 0 when there is none."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    if (
        after is None
        or len(item.tokens) != 1
        or not (item.tokens[0] in words.families or item.tokens[0] in words.born)
    ):
        return 0
    if not item.capital or not after.capital or after.has("hamlets", "num"):
        return 0
    before = items[i - 1] if i else None
    if before is not None and (before.has(*NO_NAME_AFTER) or before.bare()):
        return 0
    length = 1
    for word in items[i + 1 :]:
        if not word.capital or length > MOST_WORDS or word.has("day", "hamlet", "thing", "people"):
            break
        length += 1
    return length


def small_name(items: Sequence[Item], i: int, words: NameWords) -> int:
    """How many items a full name without capitals has: "nguyễn thị hoa"; 0 when there is none."""
    parts = items[i : i + 3]
    single = len(parts) == 3 and all(len(p.tokens) == 1 and p.key.isalpha() and not p.capital for p in parts)
    return 3 if single and parts[0].tokens[0] in words.families and parts[1].tokens[0] in words.middles else 0


def listed_name(items: Sequence[Item], i: int) -> int:
    """How many items the name has that begins there and is all of its line; 0 when there is none."""
    if i == 0 or not items[i - 1].ends_line:
        return 0
    end = next((n for n in range(i, len(items)) if items[n].mark or items[n].ends_line), len(items))
    whole = 2 <= end - i <= MOST_WORDS and (end == len(items) or items[end].ends_line)
    return end - i if whole and all(_proper(item) for item in items[i:end]) else 0


def fills_clause(items: Sequence[Item], i: int, length: int) -> bool:
    """Whether so many items from there on are a whole clause."""
    begins = i == 0 or items[i - 1].mark or items[i - 1].ends_line or items[i - 1].key in TIES
    end = items[i + length] if i + length < len(items) else None
    return begins and (end is None or end.mark or end.ends_line or end.key in TIES)


def lone_name(items: Sequence[Item], i: int, words: NameWords) -> bool:
    """Whether somebody without a title may be named there."""
    item, before, after = items[i], items[i - 1] if i else None, items[i + 1] if i + 1 < len(items) else None
    known = len(item.tokens) == 1 and item.tokens[0] in words.given and item.bare() and _proper(item)
    if not known or (after is not None and after.capital and not after.mark):
        return False
    owned = before is not None and (before.key in OWNED or before.has("on_behalf", "help"))
    led = before is not None and before.key in LEADS
    return owned or led or fills_clause(items, i, 1)


def _proper(item: Item) -> bool:
    """Whether it is one word written as a name."""
    single = len(item.tokens) == 1 and not item.has("hamlet", "part", "day")
    return single and item.capital


def girls(items: Iterable[Item], names: Names) -> list[Item]:
    """ "cái Nga": a girl, and no thing."""
    out: list[Item] = []
    for item in items:
        named = item.capital and len(item.tokens) == 1 and item.tokens[0] in names and not item.has("thing", "act")
        if named and out and out[-1].tokens[-1:] and out[-1].tokens[-1].word == "cái" and len(out[-1].tokens) == 1:
            out[-1] = Item(out[-1].tokens, {"kin": ""})
        out.append(item)
    return out
