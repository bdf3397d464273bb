"""Somebody named, and told once more by whose he is: "anh Nam, con ông Tư, nộp hồ sơ" is one."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from content.logline.items import Item
from content.logline.pieces import Piece

CHILDREN = ("con", "chau", "nho", "be", "dua", "gai", "trai")
"""Words that children are counted by."""
PUT_IN = ("put", "link", "integrate", "merge")
OF_THEM = ("cua", "con")
"""Whose papers are put in."""
NEAR = 3


def children_put_in(items: Sequence[Item]) -> list[Item]:
    """The items, children who were only put into somebody's account no people: "đưa 2 con vào VNeID của anh"."""
    out = list(items)
    for n, (item, after) in enumerate(pairwise(items)):
        put = any(i.tags.get("act") in PUT_IN or i.has("adding") for i in items[max(n - NEAR, 0) : n])
        if put and after.tags.get("act") == "into" and _children(item):
            out[n] = Item(item.tokens, {"thing": "wallet"})
    theirs = next(
        (n for n, item in enumerate(items) if item.tags.get("act") == "into" and _of_children(items[:n])), None
    )
    if theirs is None:
        return out
    return [*out[:theirs], *(Item(item.tokens) if _children(item) else item for item in out[theirs:])]


def _of_children(items: Sequence[Item]) -> bool:
    """Whether papers of somebody's children are told of: "giấy tờ của con", of whom it is told later how many."""
    keys = [token.key for item in items for token in item.tokens]
    return any(pair == OF_THEM for pair in pairwise(keys))


def _children(item: Item) -> bool:
    return item.has("people") and item.value.counted and item.tokens[-1].key in CHILDREN


def without_kinsfolk(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, those who only tell whose child or wife somebody is left out; in a list of more it is doubtful."""
    out: list[Piece] = []
    for n, piece in enumerate(pieces):
        after = pieces[n + 1] if n + 1 < len(pieces) else None
        listed = after is not None and after.before in (",", "va", "voi") and after.items[0].has("people")
        if n and _named(pieces[n - 1]) and _whose(piece, pieces[n - 1].items[-1].value.who):
            whom = piece.items[0]
            doubtful = Item(whom.tokens, whom.tags, replace(whom.value, n=None, unsure=True))
            piece = replace(piece, items=[*([doubtful] if listed else []), *piece.items[1:]])
        out.append(piece)
    return [piece for piece in out if piece.items]


def _named(piece: Piece) -> bool:
    """Whether it ends with the one who was named, no list of people before him."""
    last: Item = piece.items[-1]
    return last.has("people") and last.value.n == 1 and last.value.named and not (last.value.owned or piece.chained)


def _whose(piece: Piece, named: str) -> bool:
    """Whether it begins with somebody called by another's name alone: "con ông Tư", but not "anh Nam, vợ anh Nam"."""
    first = piece.items[0]
    if piece.before != "," or not first.has("people") or not first.value.owned:
        return False
    return first.value.n == 1 and not (named and first.value.who.endswith(named))
