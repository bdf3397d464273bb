"""When and where a piece tells something was, and of whom without a name."""

from content.logline.codes import ELSEWHERE, SHOP
from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.pieces import Piece


def subjects_of(piece: Piece) -> set[str]:
    """The words for somebody without a name who stand before what was done."""
    out = set()
    for before, item, after in zip([None, *piece.items], piece.items, piece.items[1:], strict=False):
        given = before is not None and before.has("help", "on_behalf", "belongs", "people", "relative")
        if item.has("kin") and not item.has("me", "people", "asks") and not given and after.has(*DOING):
            out.add(item.key)
    return out


def part_of(item: Item) -> str | None:
    """The part of the day an item tells."""
    return item.tags.get("part") or None


def places_of(piece: Piece) -> list[Item]:
    """The places of a piece, but for those that only tell the way, or whom people belong to."""
    out: list[Item] = []
    for i, item in enumerate(piece.items):
        before, whom = piece.items[max(i - 1, 0) : i], piece.items[max(i - 2, 0) : max(i - 1, 0)]
        way = any(b.has("beside", "greeting") for b in before)
        members = any(b.has("member_of") for b in before) and any(w.has("people") for w in whom)
        if item.has("places") and not item.has("people", "results") and not (way or members or _named(item, before)):
            out.append(item)
    return out


def _named(item: Item, before: list[Item]) -> bool:
    """Whether a place is only what something is of, or who was paid: "khóa tài khoản ngân hàng", "trả cho đại lý"."""
    if item.tags.get("thing") == "fee":
        return True  # "trả tiền điện qua ngân hàng"
    if item.has("moving", "eponym"):
        return False
    place = item.tags["places"]
    if place == SHOP and any(b.has("on_behalf") for b in before) and not any(b.has("people") for b in before):
        return True
    return place == ELSEWHERE and any(b.has("thing", "procedure") for b in before)
