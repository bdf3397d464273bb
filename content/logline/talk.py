"""What of a message tells of help given: questions, plans, requests and "nobody came" are left out."""

from collections.abc import Sequence

from content.logline.pieces import DOING, Piece


def spoken(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that may tell of an assistance."""
    out: list[Piece] = []
    for sentence in _sentences(pieces):
        out += _of_sentence(sentence)
    return out


def _sentences(pieces: Sequence[Piece]) -> list[list[Piece]]:
    out: list[list[Piece]] = []
    for piece in pieces:
        if not out or out[-1][-1].sentence != piece.sentence:
            out.append([])
        out[-1].append(piece)
    return out


def _of_sentence(pieces: list[Piece]) -> list[Piece]:
    if any(p.has("nobody") for p in pieces):
        return []
    if _planned(pieces[0]) or any(p.has("request") for p in pieces):
        return []
    kept: list[Piece] = []
    for piece in pieces:
        if _planned(piece):
            break
        if piece.has("question") and not _tells(piece):
            if piece.has(*DOING) or not kept:
                return []
            continue
        kept.append(piece)
    if kept and kept[-1].asked and not any(p.has("people") and p.has("help", *DOING) for p in kept):
        return []
    return kept


def _planned(piece: Piece) -> bool:
    return piece.has("planned", "coming", "next_week") and not piece.has("results")


def _tells(piece: Piece) -> bool:
    """Whether people are helped in it, whatever word of asking it holds."""
    return piece.has("people") and piece.has("help") and piece.index("help") < piece.index("question")
