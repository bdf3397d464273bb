"""How a clause says it went, once help was told of: put off, sent on, failed or done. Its own words are read by small
grammars, so that what it names besides (a place, a day, who takes over) is no part of the assistance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from content.logline.clauses import OPAQUE, Clause, Word, clause_of
from content.logline.counting import DOING
from content.logline.items import Item, Lexicon
from content.logline.mention import Mention
from content.logline.pieces import Piece
from content.logline.tokens import typed_with_marks

KEPT = ("rest", "everybody", "half_of", "subset", "having", "minutes", "all_done", "total", "adding", "asks", "not_but")
"""What stays of a clause that tells how it went."""
NEAR = 3
"""Words between a word of not and what it could not."""
WAYS = ("len", "ra", "qua", "ve", "toi", "den", "xuong", "cho")
"""What an authority's name may begin with, that tells the way to it: "lên xã"."""
RECEIVES = ("cho", "qua", "gap", "ben", "nho", "voi", "sang", "len", "toi")
"""Before somebody who takes over."""


class OutcomeReader:
    """Finds how it went in the clauses after the one that told of the help."""

    def __init__(self, phrases: Iterable[tuple[str, str, str]]) -> None:
        self._lexicon = Lexicon(phrases)

    def told(self, pieces: Sequence[Piece]) -> list[Piece]:
        """The pieces, those that say how it went with that alone."""
        marked = typed_with_marks([t for piece in pieces for item in piece.items for t in item.tokens])
        people = doing = False
        out: list[Piece] = []
        for piece in pieces:
            if people and doing:
                piece = self._went(piece, marked=marked)
            people = people or any(m.n is not None or m.named for m in piece.mentions)
            doing = doing or piece.has(*DOING)
            out.append(piece)
        return [piece for piece in out if piece.items]

    def _went(self, piece: Piece, *, marked: bool) -> Piece:
        clause = clause_of(piece, self._lexicon, marked=marked)
        found = outcome(clause)
        if found is None:
            return piece
        result, start = found
        if not result:
            return replace(piece, items=[item for item in piece.items if not item.has("results")])
        at = clause.words[start].at if start < len(clause.words) else len(piece.items)
        if _new_help(piece.items[:at]):
            kept = list(piece.items[:at])
        else:
            kept = [item for n, item in enumerate(piece.items) if _stays(piece, n, at, result)]
        told = Item(tuple(t for word in clause.words[start:] for t in word.item.tokens), {"results": result})
        return replace(piece, items=[*kept, told])


def _new_help(items: Sequence[Item]) -> bool:
    """Whether others are told of there, with what was done for them: "1 người quên mật khẩu hẹn mai"."""
    return any(_somebody(item) for item in items) and any(item.has(*DOING) for item in items)


def _somebody(item: Item) -> bool:
    if not item.has("people"):
        return False
    mention: Mention = item.value
    return not mention.staff and not mention.bare and (mention.n is not None or mention.named)


def _stays(piece: Piece, n: int, start: int, result: str) -> bool:
    """Whether an item tells of whom it is, and not of the way it went."""
    item = piece.items[n]
    if item.has("people"):
        mention: Mention = item.value
        before = piece.items[n - 1] if n else None
        takes = mention.named and n > start and before is not None and before.tokens[-1:] and (
            before.tokens[-1].key in RECEIVES
        )
        return not mention.staff and not takes
    return item.has(*KEPT) or (result == "xong" and item.has("places", *OPAQUE))


def outcome(clause: Clause) -> tuple[str, int] | None:
    """How it went and where that begins to be told; "" when something else is told that sounds like it."""
    return _sent_on(clause) or _put_off(clause) or _done(clause) or _failed(clause)


# --- sent on ------------------------------------------------------------------------------------------------


def _sent_on(clause: Clause) -> tuple[str, int] | None:
    """ "phải ra công an", "nhờ bên MobiFone làm tiếp", "công an xã đã nhận"."""
    words = clause.words
    for at in clause.places("authority"):
        start = next((n for n in range(at) if words[n].has("sends", "must")), None)
        if start is not None and _leads_to(words, start, at):
            return "chuyen", start
        first = all(word.has("small", "people", "goes") for word in words[:at])
        if first and any(word.has("takes") for word in words[at + 1 : at + 3]):
            return "chuyen", at
    return None


def _leads_to(words: Sequence[Word], start: int, at: int) -> bool:
    """Whether the way goes there: "phải | lên gặp | công an", "chuyển | công an"."""
    way = words[at].item.tokens[0].key in WAYS or any(word.has("goes") for word in words[max(at - 2, start + 1) : at])
    return way or (start == at - 1 and words[start].has("sends"))


# --- put off ------------------------------------------------------------------------------------------------


def _put_off(clause: Clause) -> tuple[str, int] | None:
    """ "mai em qua làm tiếp", "khi nào bà tìm ra căn cước thì làm lại", "hoãn sang thứ hai"."""
    off, coming = clause.first("put_off"), clause.first("later", "whenever")
    if clause.has("earlier") and coming is None and (off is not None or clause.piece.has("results")):
        return "", 0
    unfinished = clause.first("unfinished")
    if off is not None or unfinished is not None:
        return "hen_lai", off if off is not None else unfinished or 0
    day = clause.first("named_day", "day")
    when = coming if coming is not None else day
    if when is None or clause.piece.has("hamlet") or _other_help(clause, when):
        left = when is None and bool(clause.words) and clause.words[-1].item.key == "de"
        return ("hen_lai", len(clause.words) - 1) if left else None
    again = _goes_on(clause)
    if again is not None:
        return "hen_lai", min(when, again)
    if coming is not None and (all(_idle(word) for word in clause.words) or _left_for(clause, coming)):
        return "hen_lai", 0
    return None


def _goes_on(clause: Clause) -> int | None:
    """Where it is said that it goes on: "ghé làm cho xong", "quay lại"."""
    for n, word in enumerate(clause.words):
        if word.has("again"):
            return n
        if word.has("more") and any(before.has("comes", "does") for before in clause.words[max(n - 2, 0) : n]):
            return n
    return None


def _left_for(clause: Clause, coming: int) -> bool:
    """Whether it is left for then: "để mai", "làm vào ngày khác", "khi nào bà gọi thì em qua"."""
    words, last = clause.words, len(clause.words) - 1
    if coming >= last - 1 and any(word.has("deals", "so_that") for word in words[max(coming - 2, 0) : last + 1]):
        return True
    return words[coming].has("whenever") and words[last].has("comes", "deals")


def _other_help(clause: Clause, when: int) -> bool:
    """Whether help for others is planned: "mai giúp bà Năm"."""
    return any(_somebody(item) for item in clause.piece.items[clause.words[when].at :])


def _idle(word: Word) -> bool:
    return word.has("small", "later", "whenever", "comes", "does", "more", "people", "part", "clock", "sends")


# --- failed -------------------------------------------------------------------------------------------------


def _failed(clause: Clause) -> tuple[str, int] | None:
    """ "không cài nổi", "quét mãi không nhận", "bà bỏ cuộc"."""
    words = clause.words
    given_up = clause.first("gives_up")
    if given_up is not None:
        return "khong_duoc", given_up
    of_body = False
    for no in clause.places("negation"):
        if no + 1 < len(words) and words[no + 1].has("bodily"):
            of_body = of_body or clause.piece.items[words[no].at].has("results")
            continue
        end = next((n for n in range(no + 1, min(no + 2 + NEAR, len(words))) if words[n].has("ends")), None)
        if end is not None and all(word.has("after_ends", "ends", "people") for word in words[end + 1 :]):
            return "khong_duoc", no
    return ("", 0) if of_body else None


# --- done ---------------------------------------------------------------------------------------------------


def _done(clause: Clause) -> tuple[str, int] | None:
    """ "máy báo thành công", "thử lần hai thì được", "bà vô được rồi"."""
    words = clause.words
    if not words:
        return None
    if words[-1].has("could") and not _turned(clause):
        before = words[-2] if len(words) > 1 else None
        tried = any(word.has("tries") for word in words[max(len(words) - 4, 0) : -1])
        if tried or (before is not None and before.has("using") and len(words[-1].item.tokens) > 1):
            return "xong", len(words) - 1
    if clause.has("negation") or clause.piece.has("not_yet"):
        return None
    report = clause.first("reports")
    if clause.has("reporter") and report is not None and clause.first("success", start=report + 1) is not None:
        return "xong", 0
    well = clause.first("went_well")
    return ("xong", well) if well is not None else None


def _turned(clause: Clause) -> bool:
    """Whether a word of not stands close before the end."""
    return any(word.has("negation") or word.item.key == "chua" for word in clause.words[-4:-1])
