"""What a message opens with before it tells of any help: "chú Ba ơi", "nhờ chị nhập giùm", "theo phân công của tổ
trưởng". Nobody there was helped, and nothing is asked or planned.
"""

from collections.abc import Sequence
from dataclasses import replace

from content.logline.clauses import Clause
from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.pieces import Piece

KEPT = ("day", "part", "clock", "hamlet", "me", "speaker", "together", "team")
"""What stays of it: when and where the help was given, and by whom."""
HERE = ("day", "ne")
"""With what a writer closes who says who he is."""
IS = "la"
SHORT = 4
"""Words of a clause that only says it was forgotten to tell."""


def without_lead(clause: Clause, later: Sequence[Piece]) -> Piece:
    """The piece without what only leads to the help told of in a later one."""
    piece = clause.piece
    follows = any(p.has("help", *DOING) for p in later if p.line == piece.line)
    forgot = bool(clause.words) and len(clause.words) <= SHORT and clause.has("late")
    if (
        not follows
        or (piece.has("thing", "procedure", "results") and not forgot)
        or any(_counted(item) for item in piece.items)
    ):
        return piece
    if _introduces(piece, later):
        return replace(piece, items=[])
    words = clause.words
    called = bool(words) and (words[-1].has("calls") or all(word.has("calls") for word in words))
    told = clause.has("records") and (piece.has("request", "help", "greeting") or clause.begins("records"))
    reason = clause.begins("pretext") and not piece.has("help", "act")
    if called or told or reason or forgot:
        return replace(piece, items=[item for item in piece.items if item.has(*KEPT)])
    return piece


def _introduces(piece: Piece, later: Sequence[Piece]) -> bool:
    """Whether the writer only says who he is: "Em Hòa đây", "Em là Hòa tổ 3", "Em đoàn viên My, chiều nay em ..."."""
    first, last = piece.items[0], piece.items[-1]
    here = last.key in HERE and not last.has("help") and first.has("people", "me", "speaker")
    named = first.has("me") and len(piece.items) > 1 and piece.items[1].key == IS
    staff = first.has("people") and first.value.staff and _speaks(first, later)
    alone = not any(item.has("act", "help", "places") or _titled(item) for item in piece.items[1:])
    return (here or named or staff) and alone and piece.line == 0


def _titled(item: Item) -> bool:
    return item.has("people") and bool(item.value.kin)


def _speaks(whom: Item, later: Sequence[Piece]) -> bool:
    """Whether he goes on to tell what he did himself: "em ghé nhà bà Tỵ"."""
    return any(item.has("me") and item.key == whom.value.kin for piece in later[:1] for item in piece.items)


def _counted(item: Item) -> bool:
    return item.has("people") and (item.value.n or 0) > 1
