"""What of a message tells of help given: questions, plans, requests and "nobody came" are left out."""

from collections.abc import Sequence
from dataclasses import replace

from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.pieces import CAUSES, TOWARDS_ME, Piece

SOON = 4
"""Words after the writer's own within which he tells what he did."""


def spoken(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that may tell of an assistance."""
    out: list[Piece] = []
    for sentence in _sentences(pieces):
        out += _of_sentence(sentence)
    return out


def plans(pieces: Sequence[Piece]) -> bool:
    """Whether help to come is told of: a day to come, a word of helping, and whom or where; nothing is asked."""
    if any(p.asked or p.has("question", "request", "results") for p in pieces):
        return False
    later = any(p.has("coming", "next_week") or (p.has("planned") and p.has("me", "speaker")) for p in pieces)
    where = any(p.has("people", "hamlet", "places") for p in pieces)
    return later and where and any(p.has("help") and p.has(*DOING, "people") for p in pieces)


def _sentences(pieces: Sequence[Piece]) -> list[list[Piece]]:
    out: list[list[Piece]] = []
    for piece in pieces:
        if not out or out[-1][-1].sentence != piece.sentence:
            out.append([])
        out[-1].append(piece)
    return out


def _of_sentence(pieces: list[Piece]) -> list[Piece]:
    did = next((n for n, p in enumerate(pieces) if n and _did(p) and not p.asked), 0)
    pieces = [_put_off(p) if n else p for n, p in enumerate(pieces)]
    if _nothing(pieces) or any(p.has("request") for p in pieces):
        return []
    if not did and (_planned(pieces[0]) or _nobody(pieces)):
        return []
    kept = [piece for n, piece in enumerate(pieces[:did]) if not _left_out(pieces, n)]
    if did and pieces[did].has("thing", "procedure") and all(m.bare for m in pieces[did].mentions):
        timed = pieces[did].has("part", "clock")
        kept = [_background(piece, timed=timed) for piece in kept]
    for n, piece in enumerate(pieces[did:], did):
        if _left_out(pieces, n):
            continue
        if _planned(piece):
            if kept and not piece.has("coming", "next_week", "help", "hamlet", "act"):
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


def _nobody(pieces: Sequence[Piece]) -> bool:
    """Whether it is told that nobody was helped."""
    return any(p.has("nobody") for p in pieces) and not any(_counts_help(p) for p in pieces)


def _left_out(pieces: Sequence[Piece], n: int) -> bool:
    """Whether a piece tells of a hamlet where nothing was done, or of what is not to be counted."""
    return _empty(pieces, n) or (n > 0 and _empty(pieces, n - 1)) or pieces[n].has("excluded")


def _did(piece: Piece) -> bool:
    """Whether the writer tells what he did himself: "tui bày cho nó nộp hồ sơ"."""
    if piece.has("planned", "coming", "next_week", "question", "request"):
        return False
    for n, me in enumerate(piece.items):
        if me.has("people") or not me.has("me", "speaker") or (n and piece.items[n - 1].has(*TOWARDS_ME)):
            continue
        after = piece.items[n + 1 : n + 1 + SOON]
        if any(item.has("help") or (item.has("act") and me.has("speaker")) for item in after):
            return piece.has(*DOING, "people")
    return False


def _background(piece: Piece, *, timed: bool) -> Piece:
    """What is told of somebody before the writer tells what he did for him, without what is no help: where he works,
    what he trades in; nor when, if the help has its own time.
    """
    if piece.has("help", "me", "speaker", "asks", "met") or not piece.mentions:
        return piece
    at = piece.index("people")
    kept: list[Item] = []
    for n, item in enumerate(piece.items):
        before = piece.items[n - 1] if n else item
        works = item.has("places") and n > at and (before.has("act") or before.bare())
        matter = item.has("procedure") or (item.has(*DOING) and item.tags.get("thing") not in CAUSES)
        then = timed and item.has("part", "clock") and not item.has("day") and n > at
        if item.has("people") or not (works or matter or then):
            kept.append(item)
    return replace(piece, items=kept)


def _empty(pieces: Sequence[Piece], n: int) -> bool:
    """ "thôn 3 – không có ai": a hamlet where nothing was done."""
    after = pieces[n + 1] if n + 1 < len(pieces) else None
    if pieces[n].has("hamlet") and pieces[n].has("nobody") and not pieces[n].has("people", *DOING):
        return True
    if after is None or pieces[n].has("people", *DOING) or not pieces[n].has("hamlet"):
        return False
    if after.items and all(item.has("num") and item.value == 0 for item in after.items):
        return True
    return after.has("nobody", "nothing") and not _counts_help(after) and not after.has("hamlet")


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


def _planned(piece: Piece) -> bool:
    first = piece.index("planned", "coming", "next_week")
    tells = piece.index("help") < first and piece.index("people") < first  # "giúp ba bạn sắp nhập ngũ"
    return first < len(piece.items) and not piece.has("results") and not tells


def _tells(piece: Piece) -> bool:
    """Whether people are helped in it, whatever word of asking it holds."""
    whom = any((m.named or m.n is not None) and not m.staff for m in piece.mentions)
    return whom and piece.has("help") and piece.index("help") < piece.index("question")
