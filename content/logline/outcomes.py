"""How a clause says it went, once help was told of: put off, sent on, failed or done. Its own words are read by small
grammars, so that what it names besides (a place, a day, who takes over) is no part of the assistance.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from content.logline.asides import Before, sociable, without_asides
from content.logline.clauses import OPAQUE, Clause, clause_of, may_be_neither, may_be_none, shorn
from content.logline.counting import DOING
from content.logline.goings import OF_BODY, outcome, somebody
from content.logline.items import Item, Lexicon, made
from content.logline.leads import without_lead
from content.logline.mention import Mention
from content.logline.numerals import number_of
from content.logline.pieces import CAUSES, Piece
from content.logline.tallies import tally
from content.logline.tokens import key_of, one_way

KEPT = ("rest", "everybody", "half_of", "subset", "having", "minutes", "all_done", "total", "adding", "asks")
"""What stays of a clause that tells how it went."""
US = ("em", "tui", "toi", "minh")
HINDERS = ("secret", "device", "card", "wallet", "bank", "skill", "phone")
"""Things that are told as what was lacking."""
APART = ("rieng", "tru", "chi con", "moi", "chi co", "con", "ngoai tru")
"""Before the one of several of whom something else is told."""
RECEIVES = ("cho", "qua", "gap", "ben", "nho", "voi", "sang", "len", "toi")
"""Before somebody who takes over."""


class OutcomeReader:
    """Finds how it went in the clauses after the one that told of the help."""

    def __init__(self, phrases: Iterable[tuple[str, str, str]]) -> None:
        listed = list(phrases)
        self._lexicon = Lexicon(listed)
        self._says = {key_of(one_way(phrase)) for phrase, tag, _ in listed if tag == "says"}

    def told(self, pieces: Sequence[Piece], *, marked: bool) -> list[Piece]:
        """The pieces, those that say how it went with that alone. `marked` tells whether the writer types marks."""
        before = Before()
        out: list[Piece] = []
        done = 0
        for n, piece in enumerate(pieces):
            if n < done:
                continue
            given = bool(n) and not piece.before and pieces[n - 1].items[-1].has("on_behalf", "help")
            last = out[-1] if out else piece
            before.headed = piece.before == ":" and last.has("people") and not last.has(*DOING)
            if piece.has("mixed"):
                out.append(piece)  # "người được người không"
                continue
            if before.helped and not given:  # but "cùng chị Lan lên mức 2 cho | chị Mận"
                found, length = self._after_help(pieces[n:], before, marked=marked)
                done = n + length
                for told in found:
                    if not told.has("results") and any(somebody(item) for item in told.items):
                        before.take(told)
                out += [_singled(told, before) if told.items else told for told in found]
                continue
            clause = clause_of(piece, self._lexicon, marked=marked)
            if not before.doing and not piece.asked:
                piece = without_lead(clause, pieces[n + 1 :])
            if piece.has("results"):
                piece = _as_appointed(piece, clause)
            before.take(piece)
            out.append(_ended(piece, clause, before) if before.helped else piece)
        return [piece for piece in out if piece.items]

    def _after_help(self, pieces: Sequence[Piece], before: Before, *, marked: bool) -> tuple[list[Piece], int]:
        """The first of the pieces read, together with those that no mark parts from it, and how many they were."""
        unparted = next((n for n, p in enumerate(pieces) if n and (p.before or p.joined)), len(pieces))
        for length in range(unparted, 0, -1):
            whole = replace(pieces[0], items=[item for piece in pieces[:length] for item in piece.items])
            tallied = tally(whole, before.whole)
            if tallied:
                return tallied, length
            more = [item for piece in pieces[1:length] for item in piece.items]
            if length > 1 and not any(somebody(item) for item in more) and self._sent(whole, before, marked=marked):
                return [self._went(whole, before, pieces[length:], marked=marked)], length
        return [self._went(pieces[0], before, pieces[1:], marked=marked)], 1

    def _sent(self, piece: Piece, before: Before, *, marked: bool) -> bool:
        found = outcome(clause_of(piece, self._lexicon, marked=marked), before)
        return found is not None and found[0] == "chuyen"

    def _went(self, piece: Piece, before: Before, later: Sequence[Piece], *, marked: bool) -> Piece:
        if all(item.has("groups") and not item.has("people") for item in piece.items):
            return piece  # "nha chu ho can ngheo", no word of how it went
        first = clause_of(_day_after(piece, before), self._lexicon, marked=marked)
        if sociable(first, before):
            return replace(piece, items=[])
        found = None
        for n, clause in enumerate(self._readings(first, before, marked=marked)):
            found = outcome(clause, before)
            if found is not None:
                return _retold(clause, found, before, doubtful=n > 0)
        unsure = before.people == 1 and any(may_be_neither(item) for item in piece.items)
        return without_asides(clause if unsure else first, before, later)

    def _readings(self, clause: Clause, before: Before, *, marked: bool) -> Iterator[Clause]:
        """The clause, and what else it may be where names have no capitals: "1 bác hẹn", "co tham" for có thẩm."""
        piece = clause.piece
        items = [part for item in piece.items for part in shorn(item)]
        if len(items) > len(piece.items):
            parted = replace(clause_of(replace(piece, items=items), self._lexicon, marked=marked), shorn=True)
            yield from (parted, clause) if self._said(piece, before) else (clause, parted)
        else:
            yield clause
        if any(may_be_neither(item) for item in piece.items):
            yield clause_of(piece, self._lexicon, marked=marked, doubtful=True)

    def _said(self, piece: Piece, before: Before) -> bool:
        """Whether a name is rather what the one told of said: "ba bao de mai" of bà Tư."""
        told = [i for i in piece.all("people") if may_be_none(i) and i.value.named and before.knows(i.tokens[0])]
        return before.people == 1 and any(i.tokens[-1].key in self._says for i in told)


def _ended(piece: Piece, clause: Clause, before: Before) -> Piece:
    """The piece that tells of the help, with how it ends: "cài VNeID cho ông Tới không nổi"."""
    last = max((n for n, item in enumerate(piece.items) if item.has("people", *DOING)), default=0)
    first = next((n for n, word in enumerate(clause.words) if word.at > last), len(clause.words))
    if first == len(clause.words) or piece.has("results", "could", "not_yet") or clause.piece is not piece:
        return piece
    end = replace(clause, words=clause.words[first:])
    found = outcome(end, before)
    put_off = found is not None and found[0] == "hen_lai" and end.has("later", "whenever", "put_off")
    if found is None or not (found[0] == "khong_duoc" or put_off):
        return piece
    at = clause.words[first + found[1]].at
    rest = Item(tuple(t for item in piece.items[at:] for t in item.tokens), {"results": found[0]})
    return replace(piece, items=[*piece.items[:at], rest])


def _retold(clause: Clause, found: tuple[str, int], before: Before, *, doubtful: bool) -> Piece:
    """The piece as how it went, with the people it is said of."""
    piece, (result, start) = clause.piece, found
    sure = _sure(piece, before, doubtful=doubtful and not clause.shorn)
    if not result:
        return replace(piece, items=[piece.items[n] for n in sure if not piece.items[n].has("results")])
    if result == OF_BODY:
        unable = ("could", "could_not", "not_yet", "results")
        return replace(piece, items=[item.without(*unable) for item in piece.items])
    at = clause.words[start].at if start < len(clause.words) else len(piece.items)
    others = _new_help(piece.items[:at]) and not (result != "xong" and _some_of_them(piece.items[:at], before))
    one = piece.items[0] if _pointed_to(piece.items[0]) else None
    half = one is not None and before.people > 1 and before.knows(one.tokens[0])
    child = one is not None and " " in one.value.kin and any(item.has("procedure") for item in piece.items[:at])
    if others or child or ((before.headed or half) and _matter(piece.items[:at])):
        kept = list(piece.items[:at])
    else:
        kept = [_counted(piece.items[n]) for n in sure if _stays(clause, n, at, result)]
        if before.people > 1 and not any(somebody(item) for item in kept):
            kept = [item for item in piece.items[:at] if item.has("kin") or item.key in APART] + kept
    told = Item(tuple(t for word in clause.words[start:] for t in word.item.tokens), {"results": result})
    return replace(piece, items=[*kept, told])


def _singled(piece: Piece, before: Before) -> Piece:
    """Somebody of several who is told of by a title alone, as one: "chị xong, anh hẹn mai"."""
    if before.people == 1 or not piece.has("results") or piece.has("rest", "everybody", "question"):
        return piece
    if any(item.has("people") and not item.value.bare for item in piece.items):
        return piece
    first = 1 if piece.items[0].key in APART else 0
    whom = piece.items[first]
    alone = whom.has("kin") and not whom.has("me", "vague", "unit", "folk")
    if not alone and not (whom.has("people") and whom.value.bare and whom.value.n == 1 and not whom.has("me")):
        return piece
    one = made("people", Mention(1, kin=whom.value.kin if whom.has("people") else whom.key), [whom])
    return replace(piece, items=[*piece.items[:first], one, *piece.items[first + 1 :]])


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


def _as_appointed(piece: Piece, clause: Clause) -> Piece:
    """The piece without an appointment that was kept: "giúp bà Tư theo lịch hẹn từ trước"."""
    if not clause.has("appointed") or clause.has("later"):
        return piece
    return replace(piece, items=[item for item in piece.items if item.tags.get("results") != "hen_lai"])


def _new_help(items: Sequence[Item]) -> bool:
    """Whether others are told of there, with what was done for them: "1 người quên mật khẩu hẹn mai"."""
    return any(somebody(item) for item in items) and any(item.has(*DOING) for item in items)


def _pointed_to(item: Item) -> bool:
    """Whether one is told of by a word for him alone: half of a couple in "mẹ cài xong, con nộp hồ sơ hẹn lại",
    somebody's relative in "con dâu bả nộp hồ sơ khai sinh hẹn thứ 6".
    """
    return item.has("people") and item.value.bare and item.value.n == 1


def _matter(items: Sequence[Item]) -> bool:
    """Whether something is named there that is no mere reason."""
    return any(item.has("procedure") or item.tags.get("thing", CAUSES[0]) not in CAUSES for item in items)


def _some_of_them(items: Sequence[Item], before: Before) -> bool:
    """Whether what is told of some of those told of before only hindered them: "2 người quên mật khẩu hẹn chiều"."""
    whom = [item.value for item in items if somebody(item)]
    fewer = len(whom) == 1 and (whom[0].n or 0) < before.whole
    return fewer and all(
        item.tags.get("thing") in HINDERS or item.tags.get("act") == "recover" for item in items if item.has(*DOING)
    )


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
    if item.has("half_of") and clause.has("unfinished"):
        return False  # "mới xong một nửa" of one
    alone = item.has("num") and not known and (n in (0, start - 1) or n == len(items) - 1)
    return alone or item.has(*KEPT) or (result == "xong" and item.has("places", *OPAQUE))


def _counted(item: Item) -> Item:
    """A number that was left alone counts people there: "còn 4 để mai"."""
    return made("people", Mention(number_of(item)), [item], counting="") if item.has("num") else item
