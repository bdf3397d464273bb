"""What of a message tells of help given: questions, plans, requests and "nobody came" are left out."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.pieces import Piece
from content.logline.story import did, told_of

LACKING = ("chua ", "khong ")
"""Words of a plan that may only tell what somebody has not: "chưa làm căn cước"."""

CALLED = 2
"""Items among which somebody is called to at the head of a question."""


def spoken(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that may tell of an assistance."""
    out: list[Piece] = []
    for _, sentence in groupby(pieces, key=lambda piece: piece.sentence):
        out += _of_sentence(list(sentence))
    return [piece for piece in out if piece.items]


def plans(pieces: Sequence[Piece]) -> bool:
    """Whether help to come is told of: a day to come, a word of helping, and whom or where; nothing is asked."""
    if any(p.asked or p.has("question", "request", "results") for p in pieces):
        return False
    later = any(p.has("coming", "next_week") or (p.has("planned") and p.has("me", "speaker")) for p in pieces)
    where = any(p.has("people", "hamlet", "places") for p in pieces)
    return later and where and any(p.has("help") and p.has(*DOING, "people") for p in pieces)


def gave_help(pieces: Sequence[Piece]) -> bool:
    """Whether somebody was plainly helped, whatever it was: "dời ghế giùm bà Tư", "chỉnh lại cho bác"."""
    helps = any(p.has("help") and _somebody(p) for p in pieces)
    given = any(b.has("on_behalf", "help") and i.has("people") for p in pieces for b, i in pairwise(p.items))
    return (helps or given) and any(_somebody(p) for p in pieces) and not any(p.asked for p in pieces)


def _of_sentence(pieces: list[Piece]) -> list[Piece]:
    doing = next((n for n, p in enumerate(pieces) if n and did(p) and not p.asked), 0)
    pieces = [_put_off(p) if n else p for n, p in enumerate(pieces)]
    pieces[:1] = _without_plans(pieces)
    if _nothing(pieces) or any(p.has("request") for p in pieces) or _asks_all(pieces[0]):
        return []
    if not doing and (_planned(pieces[0]) or _nobody(pieces)):
        return []
    kept = [piece for n, piece in enumerate(pieces[:doing]) if not _left_out(pieces, n)]
    if doing:
        kept, after = told_of(kept, pieces[doing], pieces[doing + 1 :])
        pieces = [*pieces[: doing + 1], *after]
    for n, piece in enumerate(pieces[doing:], doing):
        if _left_out(pieces, n):
            continue
        if _planned(piece):
            lacking = any(item.has("planned") and item.key.startswith(LACKING) for item in piece.items)
            if kept and not piece.has("coming", "next_week", "help", "hamlet") and (lacking or not piece.has("act")):
                continue  # "phải đợi sim mới"
            break
        if _questions(piece) and not _tells(piece):
            if not any(_counts_help(p) for p in kept):
                return []
            continue
        kept.append(piece)
    if kept and kept[-1].asked and not any(_somebody(p) and p.has("help", *DOING) for p in kept):
        return []
    return kept


def _asks_all(piece: Piece) -> bool:
    """Whether something is asked of those called to: "mọi người ơi VNeID nay có bị lỗi không"."""
    called = any(item.has("called") for item in piece.items[:CALLED])
    whether = piece.has("having") and piece.items[-1].has("could_not", "not_yet")
    return called and whether and not any(m.named or (m.n or 0) > 1 for m in piece.mentions)


def _nobody(pieces: Sequence[Piece]) -> bool:
    """Whether it is told that nobody was helped."""
    return any(p.has("nobody") for p in pieces) and not any(_counts_help(p) for p in pieces)


def _left_out(pieces: Sequence[Piece], n: int) -> bool:
    """Whether a piece tells of a hamlet where nothing was done, or of what is not to be counted."""
    return _empty(pieces, n) or (n > 0 and _empty(pieces, n - 1)) or pieces[n].has("excluded")


def _empty(pieces: Sequence[Piece], n: int) -> bool:
    """ "thôn 3 – không có ai": a hamlet where nothing was done."""
    after = pieces[n + 1] if n + 1 < len(pieces) else None
    if pieces[n].has("hamlet") and pieces[n].has("nobody") and not pieces[n].has("people", *DOING):
        return True
    if after is None or pieces[n].has("people", *DOING) or not pieces[n].has("hamlet"):
        return False
    if after.items and all(item.has("num") and item.value == 0 for item in after.items):
        return True
    nobody = after.has("nobody") or after.items[0].has("nothing")
    return nobody and not _counts_help(after) and not after.has("hamlet")


def _questions(piece: Piece) -> bool:
    """Whether something is asked in it: a word of asking stands at its edge, or its sentence ends with the mark."""
    places = [n for n, item in enumerate(piece.items) if item.has("question")]
    last = len(piece.items) - 1
    return bool(places) and (piece.asked or places[0] == 0 or places[-1] >= last - 1 or not _somebody(piece))


def _somebody(piece: Piece) -> bool:
    return any(m.named or m.n is not None for m in piece.mentions)


def _nothing(pieces: Sequence[Piece]) -> bool:
    """ "Thôn 4: không có"."""
    said = [p for p in pieces if not p.has("hamlet", "day", "part", "clock", "places")]
    return bool(said) and all(len(p.items) == 1 and p.has("nothing") for p in said)


def _counts_help(piece: Piece) -> bool:
    """Whether so many people and what was done for them stand in it."""
    return any(m.n is not None for m in piece.mentions) and piece.has(*DOING) and not piece.has("nobody")


def _put_off(piece: Piece) -> Piece:
    """Some people and a day to come, and nothing else: they were put off."""
    later, whom = piece.has("coming", "next_week"), piece.has("people", "rest")
    if later and whom and not piece.has("hamlet", "thing", "procedure"):
        items = [Item(i.tokens, {"results": "hen_lai"}) if i.has("coming", "next_week") else i for i in piece.items]
        return replace(piece, items=items)
    return piece


def _without_plans(pieces: Sequence[Piece]) -> list[Piece]:
    """The first piece without what somebody is going to do, who asks next: "Hằng sắp thi, cháu nhờ tôi nộp"."""
    piece = pieces[0]
    first, whom = piece.index("planned"), piece.index("people")
    mine = any(item.has("me", "speaker") and not item.has("people", "relative") for item in piece.items)
    theirs = whom < first < len(piece.items) and not (mine or piece.has("help", "coming", "next_week"))
    asks = any(p.has("asks") and p.has("me", "speaker") for p in pieces[1:])
    return [replace(piece, items=piece.items[:first]) if theirs and asks else piece]


def _planned(piece: Piece) -> bool:
    first = piece.index("planned", "coming", "next_week")
    theirs = piece.index("people") < first and piece.index("asks") > first  # "3 bạn sắp nhập ngũ nhờ tui"
    given = piece.index("on_behalf") + 1 == piece.index("people")  # "mức 2 cho 2 cháu sắp nhập ngũ"
    tells = piece.index("people") < first and (given or piece.index("help") < first or (theirs and piece.has("asks")))
    return first < len(piece.items) and not piece.has("results") and not tells


def _tells(piece: Piece) -> bool:
    """Whether people are helped in it, whatever word of asking it holds."""
    whom = any((m.named or m.n is not None) and not m.staff for m in piece.mentions)
    return whom and piece.has("help") and piece.index("help") < piece.index("question")
