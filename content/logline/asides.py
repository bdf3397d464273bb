"""What a clause after the one that told of the help says of other things: reasons, feelings, families, bystanders.
Nothing of that is part of the assistance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from content.logline.clauses import Clause, may_be_none
from content.logline.codes import HOME
from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.lot import ALSO
from content.logline.mention import PRONOUNS, Mention
from content.logline.pieces import CAUSES, WHEN, Piece
from content.logline.story import did
from content.logline.tokens import Token, key_of, same

TELLS = (
    "help",
    "results",
    "told_after",
    "counting",
    "adding",
    "subset",
    "total",
    "rest",
    "correction",
)
"""A clause with one of these goes on telling of the assistance."""
ANYTHING = ("make", "look", "use", "sell", "buy", "put", "link", "integrate", "pay")
"""Acts that tell of help only together with a thing."""
USED = ("skill", "phone")
"""What somebody has or had, where nothing else is told: "trước giờ bà chỉ nghe gọi"."""
ALONE = ("activate", "install", "reinstall", "merge", "recover", "filing")
"""Acts that tell of help even when it is somebody told of before who does it."""
LISTED = ("people", "places", "hamlet", "groups", "minutes", "together", "joins", "me", "that_one", "moving", *WHEN)
"""What a clause that names one more of those helped consists of."""
SOON = 3
"""Words before what somebody did beside."""
WENT = ("everybody", "done", "minutes", "asks")
TWO = "hai"
MUCH = 2
MANY = 2
"""Words we do not know of somebody, which tell that something else is said of him: "vợ ảnh" has but one."""
GOES_ON = ("va", "voi", "con", "lan")
"""Joining words within a reason."""


@dataclass(slots=True)
class Before:
    """What was told before a clause."""

    people: int = 0
    """How many, were all of them others."""
    somebody: bool = False
    doing: bool = False
    whole: int = 0
    """The largest number of people."""
    kins: set[str] = field(default_factory=set)
    """The words for those who were told of."""
    reason: bool = False
    """Whether the clause before was a reason."""
    headed: bool = False
    """Whether the clause stands behind somebody and a colon: "a Minh: mức 2 hẹn"."""
    beside: bool = False
    """Whether it told of something else."""

    @property
    def helped(self) -> bool:
        """Whether help was told of."""
        return self.somebody and self.doing

    def take(self, piece: Piece) -> None:
        """Adds what a piece tells."""
        self.somebody = self.somebody or any(m.n is not None or m.named for m in piece.mentions)
        self.people += sum(m.n or 2 for m in piece.mentions if not m.staff)
        self.doing = self.doing or piece.has(*DOING)
        self.whole = max([self.whole, *(m.n for m in piece.mentions if m.n is not None)])
        told = [(item, item.value.kin.split()) for item in piece.all("people")]
        self.kins |= {t.word for item, kin in told for t in item.tokens if t.key in kin}

    def knows(self, token: Token) -> bool:
        """Whether it is a word for somebody who was told of."""
        return token.word in PRONOUNS or any(same(token, word, key_of(word)) for word in self.kins)


def without_asides(clause: Clause, before: Before, later: Sequence[Piece]) -> Piece:
    """The piece without what says nothing of the assistance. `later` are the pieces after it."""
    piece = clause.piece
    goes_on = piece.joined and piece.before in GOES_ON
    reason = (before.reason and goes_on) or clause.begins("reason")
    beside = before.beside and (goes_on or piece.before == "")
    before.reason, before.beside = reason, False
    if reason and not piece.has("told_after", "counting"):
        return _reason(clause)
    done = piece.has("act") and piece.has("thing", "procedure")
    if piece.has("request") and not piece.asked and not done:
        return replace(piece, items=[])  # "nhờ vậy em quen thêm việc"
    if did(piece) and any(m.named and m.cased and not m.weak for m in piece.mentions):
        return piece  # "hôm nay tôi kê khai cho anh Luyến"
    if _in_a_row(piece) or _so_did(clause, before):
        return piece
    led = _led(piece, before)
    piece = _without_idle(clause, led=led)
    if led:
        piece = replace(piece, items=[item for item in piece.items if not _after_all(item)])
    if not piece.items or piece.has(*TELLS, "thing", "procedure") or any(_does(i, led=led) for i in piece.items):
        return piece
    if not led and piece.has("not_yet", "could_not", "hindrance", "waits"):
        return piece
    if piece.has("people") and (not led or _misread(_first(piece))) and _goes_on(later, piece):
        return piece
    before.beside = led or beside
    return replace(piece, items=_left(clause, piece.items, led=led, beside=beside))


def sociable(clause: Clause, before: Before) -> bool:
    """Whether it only tells what those who were told of did beside: "chú rót nước mời mình", "bác kể hồi xưa ..."."""
    piece = clause.piece
    if not piece.items or piece.has(
        "told_after", "counting", "adding", "rest", "minutes", "help", "hamlet", "thing", "procedure"
    ):
        return False
    at = clause.first("sociable")
    if at is None or at > SOON or (not clause.marked and (piece.has("act") or clause.words[at].item.key == TWO)):
        return False  # "dua vao vi": đưa, "xong ca hai": no hái
    lead, behind = clause.words[:at], piece.items[clause.words[at].last + 1 :]
    led = not lead or _led(piece, before) or lead[0].item.has("everybody") or piece.items[0].has("everybody")
    others = any(item.has("people") and not item.value.bare and not may_be_none(item) for item in piece.items)
    return (
        led
        and not others
        and not any(word.has("negation") for word in lead)
        and not any(i.has(*WENT) for i in behind)
    )


def _goes_on(later: Sequence[Piece], told: Piece) -> bool:
    """Whether what was done for them is told next: "bà Riêng: quên mật khẩu", "gặp bác Cầm, tôi cài cho bác"."""
    kins = {m.kin for m in told.mentions}
    for piece in later:
        if piece.before == ":":
            return True
        pointed = [m for m in piece.mentions if m.bare and m.kin in kins]
        if piece.has("people") and not (pointed and piece.has("me", "speaker") and told.has("met")):
            return False
        if piece.has("help", "thing", "procedure") or any(_does(item) for item in piece.items):
            return True
    return False


def _left(clause: Clause, items: Sequence[Item], *, led: bool, beside: bool) -> list[Item]:
    """What an aside leaves: when it was, and of which group somebody is."""
    if led and not clause.has("negation") and not items[0].has("relative"):
        items = [part for item in items for part in _kinds(item)]  # "bà là hộ nghèo"
    odd = sum(item.bare() or not item.has(*LISTED) for item in items)
    whom = [item for item in items if item.has("people")]
    if led:
        first = next((n for n, item in enumerate(items) if not item.has(*WHEN)), 0)
        gone = {id(i) for i in items[first + 1 :] if i.has("num") or (i.has("people") and (odd or not i.value.bare))}
        gone |= {id(i) for i in items if i.has("act") and not (i.has("groups") or _does(i, led=True))}
        gone |= {id(items[first])} if _misread(items[first]) else set()
    elif beside:
        gone = {id(item) for item in whom}
    elif clause.begins("records"):
        gone = {id(item) for item in whom if _single(item)}  # "báo anh nắm"
    else:
        gone = {id(item) for item in whom if (odd >= MANY and _single(item)) or _no_name(item)}
    kept = [item for item in items if id(item) not in gone]
    if odd and (clause.begins("must") or clause.piece.has("bystander", "waits")):
        kept = [i for i in kept if i.tags.get("places", HOME) == HOME and not i.has(*WHEN)]  # "ra đầu ngõ bắt sóng"
    if sum(item.bare() for item in kept) >= MUCH:
        kept = [item for item in kept if not item.has("places") or item.has("moving")]  # "đám cưới hát ồn quá"
    if led and odd:
        kept = [i for i in kept if not (i.has("places") and len(i.tokens) == 1 and i.tokens[0].plain)]  # "ba cho em"
    if kept and _of_the_house(items):
        return [item for item in kept if not item.has("places", "people")]
    leaves = any(token.key == "ve" for item in items for token in item.tokens)
    if led and leaves and not whom:
        return [item for item in kept if not item.has("places", *WHEN)]  # "chiều em về xã họp"
    return kept


def _kinds(item: Item) -> list[Item]:
    """Of what groups somebody is told to be, instead of who is so."""
    kind = item.has("people") and item.value.n is None and not item.value.kin and item.value.groups
    return [Item(item.tokens, {"groups": code}) for code in sorted(item.value.groups)] if kind else [item]


def _without_idle(clause: Clause, *, led: bool) -> Piece:
    """Without things that were only fetched, judged, or done by the writer for himself."""
    piece = clause.piece
    used_to = clause.begins("used_to")
    needs = led and any(item.key == "can" for item in piece.items[1:2])  # "cô cần nộp chứng chỉ"
    if piece.has("help") and not (used_to or needs):
        return piece
    fetched = clause.first("fetches")
    own = not led and piece.has("thing") and any(i.has("people") and not i.value.bare for i in piece.items)
    at = clause.words[fetched].at if fetched is not None and not own else len(piece.items)
    judged = clause.has("judges") and not piece.has("act", "results") and not any(_counted(i) for i in piece.items)
    if judged or needs or (clause.has("own") and (led or piece.items[0].has("having"))):
        at = 0
    unknown = sum(item.bare() for item in piece.items)
    if unknown >= MUCH and not piece.has("act", "adding") and not any(_counted(i) for i in piece.items):
        at = 0  # "cháu bà mê coi phim trên điện thoại"
    kept = [item for n, item in enumerate(piece.items) if n < at or not item.has(*DOING)]
    if used_to or (led and any(item.bare() for item in kept)):
        kept = [item for item in kept if item.tags.get("thing") not in USED and not (used_to and item.has("help"))]
    if led and piece.items[0].has("me"):
        kept = [item for item in kept if item.tags.get("thing") != "other"]
    return replace(piece, items=kept)


def _reason(clause: Clause) -> Piece:
    """ "vì mạng yếu nên hẹn mai": what comes of the reason alone, and what was lost."""
    piece = clause.piece
    so = clause.first("so")
    at = clause.words[so].at if so is not None else len(piece.items)
    kept = [item for item in piece.items[at:] if item.has("results", "places", "hamlet")]
    kept += [item for item in piece.items if item.has("minutes") or item.tags.get("thing") in CAUSES]
    return replace(piece, items=kept)


def _does(item: Item, *, led: bool = False) -> bool:
    """Whether it tells of something done for them, and not only that somebody does something."""
    return item.has("act") and (item.tags["act"] in ALONE if led else item.tags["act"] not in ANYTHING)


def _led(piece: Piece, before: Before) -> bool:
    """Whether it is said of somebody told of before, or of the writer: "bà có 6 đứa cháu", "chiều em về"."""
    first = _first(piece)
    if first.has("me"):
        return True
    if first.has("having") or not first.tokens or (first.has("people") and first.value.cased):
        return False
    return before.knows(first.tokens[0])


def _in_a_row(piece: Piece) -> bool:
    """Whether it names one more of a row of people: "mức 2: a sơn, a hải", "cho chị Hoa với chị Lan ở chợ"."""
    row = [item for item in piece.items if not item.has("joins", *WHEN)]
    if not piece.chained or not row or not row[0].has("people") or not row[0].value.named:
        return False
    return row[0].value.cased or (row[0].value.known and all(i.has(*DOING, *LISTED) for i in row[1:2]))


def _so_did(clause: Clause, before: Before) -> bool:
    """Whether the same was done for one more: "anh Phi cũng làm mà thiếu ảnh"."""
    first = clause.piece.items[0]
    other = first.has("people") and first.value.named and first.value.cased and not first.value.weak
    again = any(item.key == ALSO for item in clause.piece.items[1:2])
    return other and again and before.helped and clause.piece.has("act", "set_right")


def _first(piece: Piece) -> Item:
    """What it begins with, but for when it was."""
    return next((item for item in piece.items if not item.has(*WHEN)), piece.items[-1])


def _after_all(item: Item) -> bool:
    """ "gui anh sau": later, and not six."""
    return item.has("told_after") and item.tokens[0].plain and not item.tokens[0].number


def _misread(item: Item) -> bool:
    """Whether a word for somebody was taken for a number: "ba co hen" of bà Tư."""
    if not item.has("people"):
        return False
    mention: Mention = item.value
    alone = mention.named and not mention.groups
    return mention.n is not None and item.tokens[0].plain and (mention.n > 1 or alone)


def _counted(item: Item) -> bool:
    return item.has("people") and not item.value.bare


def _no_name(item: Item) -> bool:
    """Whether words without marks were taken for a name nobody has: "duong doc", "noi kho"."""
    return may_be_none(item) and item.value.named and not item.value.known


def _single(item: Item) -> bool:
    """Whether one or two are told of with something else: "anh Páo ngồi uống trà", "hai bác cháu nói chuyện"."""
    mention: Mention = item.value
    alone = mention.n == 1 and (mention.named or mention.bare)
    return (alone or " " in mention.kin) and not mention.groups


def _of_the_house(items: Sequence[Item]) -> bool:
    """Whether their house is what something is told of: "nhà bà có 4 gian", or they came from somewhere."""
    first, last = items[1 if len(items) > 1 and items[0].bare() else 0], items[-1]
    told = [i for i in items if not i.has("home", "people", "kin", "places", "hamlet", "groups", "minutes", *WHEN)]
    return (first.has("home", "shop") and bool(told)) or (last.tokens[-1:] != () and last.tokens[-1].key == "ve")
