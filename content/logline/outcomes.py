"""How a clause says it went, once help was told of: put off, sent on, failed or done. Its own words are read by small
grammars, so that what it names besides (a place, a day, who takes over) is no part of the assistance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from content.logline.asides import Before, without_asides
from content.logline.clauses import OPAQUE, Clause, Word, clause_of, may_be_neither, may_be_none
from content.logline.counting import DOING
from content.logline.day import Day
from content.logline.items import Item, Lexicon, made
from content.logline.leads import without_lead
from content.logline.mention import Mention
from content.logline.numerals import number_of
from content.logline.pieces import Piece
from content.logline.tallies import tally
from content.logline.tokens import key_of, one_way, typed_with_marks

KEPT = ("rest", "everybody", "half_of", "subset", "having", "minutes", "all_done", "total", "adding", "asks")
"""What stays of a clause that tells how it went."""
GONE = ("qua", "nay", "kia", "truoc", "roi", "hoi", "ni", "te", "nay")
"""Words in a day gone by."""
US = ("em", "tui", "toi", "minh")
NEAR = 3
"""Words between a word of not and what it could not."""
OF_BODY = "of_body"
"""Told of what somebody cannot do with his eyes and legs."""
WAYS = ("len", "ra", "qua", "ve", "toi", "den", "xuong", "cho")
"""What an authority's name may begin with, that tells the way to it: "lên xã"."""
RECEIVES = ("cho", "qua", "gap", "ben", "nho", "voi", "sang", "len", "toi")
"""Before somebody who takes over."""


class OutcomeReader:
    """Finds how it went in the clauses after the one that told of the help."""

    def __init__(self, phrases: Iterable[tuple[str, str, str]]) -> None:
        listed = list(phrases)
        self._lexicon = Lexicon(listed)
        self._says = {key_of(one_way(phrase)) for phrase, tag, _ in listed if tag == "says"}

    def told(self, pieces: Sequence[Piece]) -> list[Piece]:
        """The pieces, those that say how it went with that alone."""
        marked = typed_with_marks([t for piece in pieces for item in piece.items for t in item.tokens])
        before = Before()
        out: list[Piece] = []
        for n, piece in enumerate(pieces):
            if before.helped:
                out += tally(piece, before.whole) or [self._went(piece, before, pieces[n + 1 :], marked=marked)]
                continue
            clause = clause_of(piece, self._lexicon, marked=marked)
            if not before.doing and not piece.asked:
                piece = without_lead(clause, pieces[n + 1 :])
            if piece.has("results"):
                piece = _as_appointed(piece, clause)
            before.take(piece)
            out.append(piece)
        return [piece for piece in out if piece.items]

    def _went(self, piece: Piece, before: Before, later: Sequence[Piece], *, marked: bool) -> Piece:
        piece = replace(piece, items=[self._not_named(item, before) for item in _day_after(piece, before).items])
        clause = clause_of(piece, self._lexicon, marked=marked)
        found = outcome(clause, before)
        doubtful = found is None and any(may_be_neither(item) for item in piece.items)
        if doubtful:
            again = clause_of(piece, self._lexicon, marked=marked, doubtful=True)
            found = outcome(again, before)
            clause = again if found else clause
        if found is None:
            unsure = doubtful and before.people == 1
            return without_asides(again if unsure else clause, before, later)
        result, start = found
        if not result:
            sure = _sure(piece, before, doubtful=doubtful)
            return replace(piece, items=[piece.items[n] for n in sure if not piece.items[n].has("results")])
        if result == OF_BODY:
            unable = ("could", "could_not", "not_yet", "results")
            return replace(piece, items=[_without(item, unable) for item in piece.items])
        at = clause.words[start].at if start < len(clause.words) else len(piece.items)
        if _new_help(piece.items[:at]):
            kept = list(piece.items[:at])
        else:
            sure = _sure(piece, before, doubtful=doubtful)
            kept = [_counted(piece.items[n]) for n in sure if _stays(clause, n, at, result)]
        told = Item(tuple(t for word in clause.words[start:] for t in word.item.tokens), {"results": result})
        return replace(piece, items=[*kept, told])

    def _not_named(self, item: Item, before: Before) -> Item:
        """ "ba bao de mai" of bà Tư: what she said, and no bà Bảo."""
        if not may_be_none(item) or len(item.tokens) != 2 or not item.value.named:
            return item
        said = item.tokens[-1].key in self._says and before.people == 1 and before.knows(item.tokens[0])
        return made("people", replace(item.value, named=False, bare=True, who=""), [item]) if said else item


def _day_after(piece: Piece, before: Before) -> Piece:
    """ "sang mot em ghe": typed without marks, the day after tomorrow and not one of somebody."""
    for n, whom in enumerate(piece.items):
        part = piece.items[n - 1] if n else None
        begins = n == 0 and before.people == 1 and whom.tokens[-1].key in US
        if whom.has("people") and whom.tokens[0].word == "mot" and (begins or (part and part.has("part"))):
            later = Item(whom.tokens[:1], {"coming": ""}) if part is None else Item((*part.tokens, whom.tokens[0]))
            rest = [Item((token,)) for token in whom.tokens[1:]]
            return replace(piece, items=[*piece.items[: max(n - 1, 0)], later, *rest, *piece.items[n + 1 :]])
    return piece


def _without(item: Item, tags: Sequence[str]) -> Item:
    return Item(item.tokens, {k: v for k, v in item.tags.items() if k not in tags}, item.value)


def _as_appointed(piece: Piece, clause: Clause) -> Piece:
    """The piece without an appointment that was kept: "giúp bà Tư theo lịch hẹn từ trước"."""
    if not clause.has("appointed") or clause.has("later"):
        return piece
    return replace(piece, items=[item for item in piece.items if item.tags.get("results") != "hen_lai"])


def _new_help(items: Sequence[Item]) -> bool:
    """Whether others are told of there, with what was done for them: "1 người quên mật khẩu hẹn mai"."""
    return any(_somebody(item) for item in items) and any(item.has(*DOING) for item in items)


def _somebody(item: Item) -> bool:
    if not item.has("people"):
        return False
    mention: Mention = item.value
    return not mention.staff and not mention.bare and (mention.n is not None or mention.named)


def _sure(piece: Piece, before: Before, *, doubtful: bool) -> list[int]:
    """The items without those who are the one told of before ("với bà"), or nobody at all ("ba doi lich")."""
    return [n for n, item in enumerate(piece.items) if not _nobody_new(item, before, doubtful=doubtful)]


def _nobody_new(item: Item, before: Before, *, doubtful: bool) -> bool:
    if not item.has("people"):
        return False
    mention: Mention = item.value
    if before.people == 1 and mention.bare and before.knows(item.tokens[0]):
        return True
    return may_be_none(item) and (doubtful or (not mention.named and (mention.n or 0) > before.people))


def _stays(clause: Clause, n: int, start: int, result: str) -> bool:
    """Whether an item tells of whom it is, and not of the way it went."""
    items = clause.piece.items
    item = items[n]
    if item.has("people"):
        mention: Mention = item.value
        taken = mention.named and n > start and n and items[n - 1].tokens[-1:]
        return not mention.staff and not (taken and items[n - 1].tokens[-1].key in RECEIVES)
    known = any(word.at <= n <= word.last and word.item.tags for word in clause.words)
    if item.has("half_of") and known:
        return False  # "mới xong một nửa" of one
    alone = item.has("num") and not known and (n in (0, start - 1) or n == len(items) - 1)
    return alone or item.has(*KEPT) or (result == "xong" and item.has("places", *OPAQUE))


def _counted(item: Item) -> Item:
    """A number that was left alone counts people there: "còn 4 để mai"."""
    return made("people", Mention(number_of(item)), [item], counting="") if item.has("num") else item


def outcome(clause: Clause, before: Before) -> tuple[str, int] | None:
    """How it went and where that begins to be told; "" when something else is told that sounds like it."""
    return _sent_on(clause) or _put_off(clause) or _done(clause) or _failed(clause, before)


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
    deals = any(word.has("takes") for word in words[at + 1 : at + 2])
    return way or (start == at - 1 and (deals or words[start].has("sends")))


# --- put off ------------------------------------------------------------------------------------------------


def _put_off(clause: Clause) -> tuple[str, int] | None:
    """ "mai em qua làm tiếp", "khi nào bà tìm ra căn cước thì làm lại", "hoãn sang thứ hai"."""
    off, coming = clause.first("put_off"), clause.first("later", "whenever")
    late = any(item.tags.get("results") == "hen_lai" for item in clause.piece.items)
    if clause.has("earlier", "appointed") and coming is None and (off is not None or late):
        return "", 0
    unfinished = clause.first("unfinished")
    if off is not None or unfinished is not None:
        return "hen_lai", off if off is not None else unfinished or 0
    day = next((n for n in clause.places("named_day", "day") if not _gone(clause.words[n].item, clause)), None)
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


def _gone(item: Item, clause: Clause) -> bool:
    """Whether a day is told as one gone by: "tối qua"."""
    day: Day | None = item.value if item.has("day") else None
    if day is None:
        return clause.has("earlier")
    return any(token.key in GONE for token in item.tokens)


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
    return words[coming].has("whenever") and words[last].has("comes", "does")


def _other_help(clause: Clause, when: int) -> bool:
    """Whether help for others is planned: "mai giúp bà Năm"."""
    later = clause.piece.items[clause.words[when].at :]
    return any(_somebody(item) and (item.value.named or not may_be_none(item)) for item in later)


def _idle(word: Word) -> bool:
    return word.has("small", "later", "whenever", "comes", "does", "more", "people", "part", "clock", "sends")


# --- failed -------------------------------------------------------------------------------------------------


def _failed(clause: Clause, before: Before) -> tuple[str, int] | None:
    """ "không cài nổi", "quét mãi không nhận", "bà bỏ cuộc"."""
    words = clause.words
    given_up = clause.first("gives_up")
    if given_up is not None:
        return "khong_duoc", given_up
    refused = clause.first("refuses")
    if refused is not None and before.people == 1:
        return "khong_duoc", refused
    of_body: int | None = None
    for no in clause.places("negation"):
        if no + 1 < len(words) and words[no + 1].has("bodily"):
            of_body = no
            continue
        end = next((n for n in range(no + 1, min(no + 2 + NEAR, len(words))) if words[n].has("ends")), None)
        if end is not None and all(word.has("after_ends", "ends", "people") for word in words[end + 1 :]):
            return "khong_duoc", no
    return (OF_BODY, of_body) if of_body is not None else None


# --- done ---------------------------------------------------------------------------------------------------


def _done(clause: Clause) -> tuple[str, int] | None:
    """ "máy báo thành công", "thử lần hai thì được", "bà vô được rồi"."""
    words = clause.words
    if not words:
        return None
    if words[0].has("could") and len(words) > 2 and words[1].has("wholly") and words[2].has("people"):
        return "xong", 0  # "được trọn 6 người"
    if words[-1].has("could") and not _turned(clause):
        before = words[-2] if len(words) > 1 else None
        if _tried(clause) or (before is not None and before.has("using") and len(words[-1].item.tokens) > 1):
            return "xong", len(words) - 1
    if clause.has("negation") or clause.piece.has("not_yet"):
        return None
    if words[-1].item.key in ("xong", "on") and len(words) > 1 and words[-2].has("tries"):
        return "xong", len(words) - 1
    report = clause.first("reports")
    if clause.has("reporter") and report is not None and clause.first("success", start=report + 1) is not None:
        return "xong", 0
    well = clause.first("went_well")
    return ("xong", well) if well is not None else None


def _tried(clause: Clause) -> bool:
    """Whether a word of trying or of the day stands close before the end: "lần hai thì được", "nay được rồi"."""
    return any(word.has("tries", "day") for word in clause.words[max(len(clause.words) - 4, 0) : -1])


def _turned(clause: Clause) -> bool:
    """Whether a word of not stands close before the end."""
    return any(word.has("negation") or word.item.key == "chua" for word in clause.words[-4:-1])
