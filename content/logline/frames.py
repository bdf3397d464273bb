"""What frames the help and what only stands around it: a clause of other things gives neither a place nor an hour,
nor names what was done.
"""

from collections.abc import Sequence
from dataclasses import replace

from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.pieces import CAUSES, OF_IDENT, WHEN, Piece

TELLS = ("results", "told_after", "counting", "adding", "subset", "total", "rest", "asks", "mixed")
"""A clause with one of these goes on telling of the assistance."""
SAYS_LITTLE = {
    "after_number",
    "numbered",
    "numbered_hamlets",
    "no_name_after_me",
    "calls",
    "some_one",
    "past",
    "turn",
    "act",
}
"""What words may mean that are no words of ours for where, when, who or what."""
DOES = ("help", "act", "on_behalf", "moving", "places")
MANY = 2
"""Words we do not know that make a clause one of other things."""
SOON = 3
"""Words behind the writer's own within which it is he who does something."""
HEAD = 1
"""The place where a clause of other things may still begin with where or when it was: "nhà văn hóa đông nghẹt"."""
OF_VNEID = (*OF_IDENT, "secret", "device")
"""Things a new telephone is the matter of."""
NOUNS = ("nha", "dam", "cong", "truong", "khu", "cho", "quan")
"""Words a place begins with that tells no way there."""
WAYS = ("phone", "online", "skill", "net", "how", "other")
"""Things that are a way to something else, which may be told before."""
WISHES = ("asked", "asks", "planned", "suffered")
ABLE = ("could", "could_not", "not_yet")


def framed(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, those of other things without what belongs to the help alone; all as they are when no piece tells
    of any help.
    """
    cores = [n for n, piece in enumerate(pieces) if _core(piece)]
    if not cores:
        return list(pieces)
    things = {item.tags["thing"] for n in cores for item in pieces[n].all("thing")} - set(WAYS)
    named = bool(things) or any(pieces[n].has("procedure") for n in cores)
    other = named and not things & set(OF_VNEID)
    mine = next((n for n in cores if _mine(pieces[n])), 0)
    pieces = [_before_it(p) if n < mine and p.sentence == pieces[mine].sentence else p for n, p in enumerate(pieces)]
    return [
        _around(p, before=n < cores[0], named=named, other=other) if _beside(p) else p for n, p in enumerate(pieces)
    ]


def _core(piece: Piece) -> bool:
    """Whether it tells what was done, by whom or for whom."""
    done = piece.has("act") and piece.has("thing", "procedure")
    return (done or (piece.has("help") and piece.has(*DOING))) and not _beside(piece)


def _beside(piece: Piece) -> bool:
    """Whether it tells of other things: words nobody of ours knows, and none of help."""
    if piece.has(*TELLS) or _mine(piece):
        return False
    unknown = sum(_unknown(item) for item in piece.items)
    named = piece.has("thing", "procedure")
    theirs = _first(piece).has("people", "kin", "pair", "unit")
    counted = any((m.n or 0) > 1 and m.counted for m in piece.mentions)
    if piece.has("help", "act") and (not theirs or named):
        return False
    return unknown >= MANY and not (counted and (named or not piece.has("act", "places")))


def _before_it(piece: Piece) -> Piece:
    """What is told before the writer's own doing, without how something else went: "mới bán xong lứa lợn"."""
    if _core(piece) or piece.has("help", "me", "speaker", "thing", "procedure", "told_after", "counting"):
        return piece
    if any((m.n or 2) > 1 for m in piece.mentions):
        return piece
    return replace(piece, items=[item.without("results", *ABLE) for item in piece.items])


def _unknown(item: Item) -> bool:
    known = item.tags.keys() - SAYS_LITTLE
    return not known and not item.capital and any(c.isalpha() for c in item.key)


def _mine(piece: Piece) -> bool:
    """Whether it tells what the writer did."""
    for n, item in enumerate(piece.items):
        if item.has("me", "speaker") and not item.has("people"):
            return any(after.has(*DOES) for after in piece.items[n + 1 : n + 1 + SOON])
    return False


def _first(piece: Piece) -> Item:
    return next((item for item in piece.items if not item.has(*WHEN)), piece.items[0])


def _around(piece: Piece, *, before: bool, named: bool, other: bool) -> Piece:
    """The clause without what is no help: `before` when it stands before the help, `named` when it is told with that
    what was done, and `other` when that had nothing to do with VNeID.
    """
    matter = not named or piece.has(*ABLE, *WISHES)
    kept = [item for n, item in enumerate(piece.items) if not _stray(piece, n, item, matter=matter, other=other)]
    if before and not any(item.has(*DOING) for item in kept):
        kept = [item for item in kept if not item.has(*ABLE)]
    return replace(piece, items=kept)


def _stray(piece: Piece, n: int, item: Item, *, matter: bool, other: bool) -> bool:
    """Whether an item of such a clause would be taken for a part of the help."""
    if item.has("places"):
        plain = len(item.tokens) == 1 or item.tokens[0].key in NOUNS  # and no "dưới gốc đa"
        return plain and n > HEAD and not any(near.has("moving") for near in piece.items[n - 1 : n + 1])
    if item.has("day") and item.value.date is None:
        return n > 0  # "nằm cả tuần", "mấy hôm nay mất ngủ"
    if item.has("part", "clock") and not item.has("day"):
        hour = any(near.has("clock") for near in piece.items[max(n - 1, 0) : n + 2])
        return n > 0 and not hour  # but "8 giờ tối mới gom đủ mặt"
    if item.tags.get("thing") in CAUSES:
        return other and item.tags["thing"] == "device"
    return item.has("thing", "procedure") and not matter
