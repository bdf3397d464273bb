"""What a clause after the one that told of the help says of other things: reasons, feelings, families, bystanders.
Nothing of that is part of the assistance.
"""

from collections.abc import Collection
from dataclasses import replace

from content.logline.clauses import Clause
from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.mention import Mention
from content.logline.pieces import CAUSES, Piece
from content.logline.tokens import key_of, same

TELLS = (
    "help",
    "results",
    "told_after",
    "counting",
    "adding",
    "subset",
    "total",
    "rest",
    "everybody",
    "each",
    "correction",
)
"""A clause with one of these goes on telling of the assistance."""


def without_asides(clause: Clause, kins: Collection[str]) -> Piece:
    """The piece without what says nothing of the assistance. `kins` are the words for those who were told of."""
    piece = clause.piece
    if clause.words and clause.words[0].has("reason"):
        return _reason(clause)
    done = piece.has("act") and piece.has("thing", "procedure")
    if piece.has("request") and not piece.asked and not done:
        return replace(piece, items=[])  # "nhờ vậy em quen thêm việc"
    if piece.has(*TELLS, *DOING):
        return piece
    strange = any(item.bare() for item in piece.items)
    led = _led(piece, kins)
    items = piece.items
    if led:
        items = [
            item for n, item in enumerate(items) if n == 0 or not item.has("people") or (not strange and _known(item))
        ]
        items = items[1:] if _misread(items[0]) else items
    elif strange:
        items = [item for item in items if not _single(item)]
    if strange and _of_the_house(piece):
        items = [item for item in items if not item.has("places")]
    return replace(piece, items=items)


def _reason(clause: Clause) -> Piece:
    """ "vì mạng yếu nên hẹn mai": what comes of the reason alone, and what was lost."""
    piece = clause.piece
    so = clause.first("so")
    at = clause.words[so].at if so is not None else len(piece.items)
    kept = [item for item in piece.items[at:] if item.has("results")]
    kept += [item for item in piece.items if item.has("minutes") or item.tags.get("thing") in CAUSES]
    return replace(piece, items=kept)


def _led(piece: Piece, kins: Collection[str]) -> bool:
    """Whether it is said of somebody told of before, or of the writer: "bà có 6 đứa cháu"."""
    first = piece.items[0]
    if first.has("me"):
        return True
    if first.has("having") or not first.tokens or (first.has("people") and first.value.cased):
        return False
    return any(same(first.tokens[0], word, key_of(word)) for word in kins)


def _known(item: Item) -> bool:
    mention: Mention = item.value
    return mention.bare


def _misread(item: Item) -> bool:
    """Whether a word for somebody was taken for a number: "ba co hen" of bà Tư."""
    if not item.has("people"):
        return False
    mention: Mention = item.value
    alone = mention.named and not mention.groups
    return mention.n is not None and item.tokens[0].plain and (mention.n > 1 or alone)


def _single(item: Item) -> bool:
    """Whether one person alone is named of whom something else is told: "anh Páo ngồi uống trà"."""
    if not item.has("people"):
        return False
    mention: Mention = item.value
    return mention.n == 1 and not mention.groups


def _of_the_house(piece: Piece) -> bool:
    """Whether their house is what something is told of: "nhà bà có 4 gian", or they came from somewhere."""
    first, last = piece.items[0], piece.items[-1]
    return first.has("home") or (last.tokens[-1:] != () and last.tokens[-1].key == "ve")
