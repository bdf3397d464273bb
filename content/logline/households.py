"""Families and houses told of as a heading, and then one by one: "đi hai nhà, nhà ông Út ..., nhà bà Mười ...",
"gia đình bà Tuyết: bà lấy lại mật khẩu, con dâu cài VNeID".
"""

from collections.abc import Sequence

from content.logline.codes import HOME
from content.logline.counting import DOING
from content.logline.items import Item, made
from content.logline.mention import Mention

SEVERAL = 2
"""Houses, or people of a family, from which on each is told of for himself."""
BETWEEN = 2
"""Items at most between a family and the colon behind it."""
PARTS = (",", ";", ".", ":", "-", "+")


def told_apart(items: Sequence[Item]) -> list[Item]:
    """The items, a heading no people where each house or each of the family is told of after it."""
    out = [Item(item.tokens) if _houses(items, n) else item for n, item in enumerate(items)]
    for n in range(len(out)):
        if out[n].key == ":" and (family := _family(out, n)) is not None:
            out = _each(out, n, family)
    return out


def _houses(items: Sequence[Item], n: int) -> bool:
    """Whether so many houses are told of there as are gone to after it."""
    item = items[n]
    if not item.has("people") or not item.value.household or not item.value.counted:
        return False
    after = [i for i in range(n + 1, len(items)) if items[i].has("people") and items[i].value.named]
    gone_to = [i for i in after if _home(items[i - 1])]
    return len(gone_to) >= SEVERAL and len(gone_to) == int(item.value.n or 0)


def _home(item: Item) -> bool:
    return item.has("home") or item.tags.get("places") == HOME


def _family(items: Sequence[Item], colon: int) -> int | None:
    """Where the family stands that a colon follows: "gia đình bà Tuyết xóm Núi:", "nhà chú Bảy:"."""
    for n in range(colon - 1, max(colon - 2 - BETWEEN, -1), -1):
        if items[n].has("people"):
            mention: Mention = items[n].value
            all_of_them = mention.owned and mention.n is None
            return n if mention.named and (all_of_them or (n > 0 and _home(items[n - 1]))) else None
        if not items[n].has("hamlet", "groups"):
            return None
    return None


def _each(items: Sequence[Item], colon: int, family: int) -> list[Item]:
    """The items with everybody of the family as somebody of his own, if all that follows tells of one each."""
    end = next((n for n in range(colon, len(items)) if items[n].ends_line), len(items))
    begins = [n + 1 for n in range(colon, end) if items[n].key in PARTS or items[n].has("joins")]
    whom: list[int] = []
    for start, stop in zip(begins, [*begins[1:], end + 1], strict=True):
        clause = items[start : stop - 1]
        if not any(item.has("results", *DOING) for item in clause):
            continue
        at = _at(clause)
        if at is None or any(item.has("people") for n, item in enumerate(clause) if n != at):
            return list(items)
        whom.append(start + at)
    kins = {items[n].key for n in whom}
    if len(whom) < SEVERAL or len(kins) < len(whom):
        return list(items)
    out = list(items)
    out[family] = Item(items[family].tokens)
    for n in whom:
        mention = Mention(1, named=True, cased=True, kin=items[n].key, who=items[n].key)
        out[n] = made("people", mention, [items[n]])
    return out


def _at(clause: Sequence[Item]) -> int | None:
    """Where one of them is told of: "bà cài VNeID", "cài VssID cho bà"."""
    if _one(clause[0]):
        return 0
    last = len(clause) - 1
    return last if last and clause[last - 1].has("on_behalf") and _one(clause[last]) else None


def _one(item: Item) -> bool:
    """Whether it is a word for one of a family: "bà", "con dâu"."""
    if item.has("people"):
        mention: Mention = item.value
        return mention.bare and mention.n == 1
    return item.has("kin", "relative") and not item.has("speaker")
