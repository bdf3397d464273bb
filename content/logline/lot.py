"""A lot: some people told of together, with what was done for them and how it went."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from content.logline.counting import DOING
from content.logline.mention import Mention
from content.logline.pieces import Piece
from content.logline.saying import Said, counts_so_many

MEN = ("ong", "anh", "chu", "cau", "duong")
WOMEN = ("ba", "chi", "co", "di", "mo", "thim", "mu")
"""Titles of men and of women: who is told of by one is not who is told of by the other."""
ALSO = "cung"
"""Behind one of whom the same is told as of those before."""
BUT = ("nhung", "nhung ma", "ma", "the nhung")
"""Joining words before the one of two of whom alone something is told."""
SOME = ("vai", "mot", "nhieu", "da", "phan", "it", "dam", "doi", "dai")
"""Words that mean some of those told of, where others would mean all of them."""
MOST_WORDS = 3
"""Words of those meant again who were named before: "cho hai người", "cho cả hai", "hai vợ chồng"."""
ALONE = ("moi", "co moi", "chi co", "chi moi", "rieng", "duy", "duy nhat", "moi minh")


@dataclass(slots=True)
class Lot:
    """Some people told of together, and what was done for them."""

    n: int | None
    roughly: bool = False
    unsure: bool = False
    """Whether it cannot be told if they are more."""
    named: bool = False
    """Whether they were called by name."""
    specific: bool = False
    """Whether they were counted by more than the bare word for people."""
    pointing: bool = False
    """Whether it was somebody without a name or number."""
    unitless: bool = False
    """Whether only what was done was counted: "2 khai sinh"."""
    pair: bool = False
    grouped: bool = False
    kins: frozenset[str] = frozenset()
    joined: bool = False
    """Whether a joining word stands before it."""
    plus: bool = False
    """Whether that word only adds: "và"."""
    labelled: bool = False
    """Whether what was done was told before them, as a heading: "mức 2: 4 người xong"."""
    attended: bool = False
    """Whether it is only said that they came."""
    could: bool = False
    """Whether it was told that so many could be done."""
    inside: bool = False
    """Whether it stands in brackets."""
    met: bool = False
    """Whether they were met or came, and who of them was helped is told next."""
    urged: bool = False
    """Whether it is told that they were asked to have something done."""
    cased: bool = False
    """Whether their names are written with capitals."""
    known: bool = False
    """Whether their names are known ones."""
    chained: bool = False
    """Whether nothing but a comma or a joining word parts them from those told of before."""
    more: bool = False
    """Whether a word says that they come on top of the others: "thêm", "nữa"."""
    listing: bool = False
    """Whether it begins a list of what was told before it: after a colon or a bracket."""
    rest: bool = False
    subset: bool = False
    """Counted among those before."""
    codes: list[str] = field(default_factory=list)
    matters: frozenset[str] = frozenset()
    """What the codes were told with, to tell "5 khai sinh" from "2 kết hôn"."""
    result: str | None = None

    @property
    def bare(self) -> bool:
        """Whether nothing was said of them yet."""
        return not self.codes and self.result is None

    def add_codes(self, codes: Sequence[str]) -> None:
        """More that was done for the same people."""
        self.codes += [code for code in codes if code not in self.codes]


@dataclass(slots=True)
class Part:
    """How it went for some of the people; n None is all of them."""

    n: int | None
    result: str
    rest: bool = False
    half: bool = False
    lot: Lot | None = None
    """Of whom; None is all of them."""


def lot_of(this: Said, mentions: Sequence[Mention]) -> Lot:
    """The people a piece tells of, as one lot."""
    n, sure = together(mentions)
    piece = this.piece
    met, agreed = piece.has("met"), piece.has("agreed")
    return Lot(
        n, roughly=any(m.roughly for m in mentions), unsure=not sure or any(m.unsure for m in mentions),
        named=any(m.named for m in mentions), specific=all(bool(m.kin) or m.pair for m in mentions),
        pointing=all(m.bare for m in mentions), pair=any(m.pair for m in mentions),
        unitless=piece.has("counting", "told_after") and (not this.result or bool(this.codes)),
        grouped=any(m.groups for m in mentions), kins=frozenset(m.kin for m in mentions if m.kin),
        labelled=_labelled(this),
        joined=piece.joined, plus=piece.plus, attended=this.attended,
        could=not this.result and _so_many_could(this), inside=piece.inside,
        met=met and not this.codes and not agreed,
        urged=met and bool(this.codes) and not agreed and not piece.has("could"),
        cased=all(m.cased for m in mentions), known=all(m.known for m in mentions), chained=piece.chained,
        more=piece.has("adding") or any(m.topic for m in mentions) or any(i.key == ALSO for i in piece.items),
        listing=piece.before in (":", "("), rest=piece.has("rest"), subset=this.subset, codes=list(this.codes),
        matters=frozenset(i.key for i in piece.all("procedure", "thing")),
        result=None if any(m.of is not None for m in mentions) else this.result,
    )  # fmt: skip


def _labelled(this: Said) -> bool:
    piece = this.piece
    return not piece.has("help", "on_behalf") and (not this.codes or piece.index(*DOING) < piece.index("people"))


def together(mentions: Sequence[Mention]) -> tuple[int | None, bool]:
    """How many people told of in one breath are, and whether that is plain: "6 người 4 mức 2 2 đổi máy" are six."""
    numbers = [m.n for m in mentions if m.n is not None]
    if len(numbers) < len(mentions):
        return None, True
    if len(numbers) > 2 and numbers[0] == sum(numbers[1:]):
        return numbers[0], True
    kinds = {m.kin for m in mentions if m.kin and m.counted and not (m.named or m.pair)}
    if len(kinds) == len(mentions):
        return sum(numbers), True  # "2 ông 2 bà"
    return sum(numbers), len(numbers) < 2 or all(m.named and m.cased and not m.owned for m in mentions)


def so_many_each(piece: Piece, mentions: Sequence[Mention], lots: Sequence[Lot]) -> bool:
    """Whether it is told how many there were each time: "2 buổi, mỗi buổi 20 người"."""
    each, whom = piece.index("each"), piece.index("people")
    so_many = piece.has("each") and any((m.n or 0) > 1 for m in mentions)
    return so_many and not _in_each(piece, lots) and (piece.has("help") or each < whom <= each + 2)


def not_each(piece: Piece, mentions: list[Mention], lots: Sequence[Lot], *, went: bool) -> list[Mention]:
    """The people but for those who only tell how many each has: "5 hộ, mỗi hộ 2 người"."""
    if _in_each(piece, lots):
        mentions = [m for m in mentions if m.named]
    mentions = [m for m in mentions if not m.account or not lots or went]
    if piece.has("each") and lots:
        mentions = [m for m in mentions if m.n != 1 or m.named]  # "mỗi hộ một người"
    return mentions


def _in_each(piece: Piece, lots: Sequence[Lot]) -> bool:
    return piece.has("each_house") and bool(lots) and lots[-1].n is not None


def half_of(pair: Lot, kins: Collection[str]) -> bool:
    """Whether one called so is one of those two: mẹ of "hai mẹ con"."""
    words = {word for kin in pair.kins for word in kin.split()}
    return pair.pair and bool(kins) and words.issuperset(kins)


def some_of_them(piece: Piece) -> bool:
    """Whether it is told of some, nobody knows how many: "vài người hẹn mai", "có mấy người chưa gửi được"."""
    vague = [item for item in piece.all("people") if item.value.n is None]
    if not vague or piece.has("everybody", "rest"):
        return False
    return piece.has("having", "subset") or any(item.tokens[0].key in SOME for item in vague)


def only(piece: Piece) -> bool:
    """Whether it is told of one alone: "nhưng chỉ bà", "có mỗi bà"."""
    head = piece.items[: piece.index("people") + 1]
    given = len(head) > 1 and head[-2].has("help", "on_behalf")
    return given or piece.before in BUT or any(item.key in ALONE or item.has("each") for item in head)


def _so_many_could(this: Said) -> bool:
    """ "cài được 7 người", but not "giúp được 7 người"."""
    n = this.piece.index("could")
    if n == len(this.piece.items):  # "làm được 5 người mức 2": one word
        n = next(
            (i for i, item in enumerate(this.piece.items) if item.has("results") and counts_so_many(this.piece, i)), n
        )
    helped = any(item.has("help") for item in this.piece.items[max(n - 1, 0) : n])
    return n < this.piece.index("people") and not helped


def added(run: Sequence[Lot]) -> tuple[int | None, bool]:
    """How many people told of one after the other are together, and whether that is plain."""
    first, others = run[0], run[1:]
    if not others:
        return first.n, True
    if any(lot.n is None for lot in run):
        return None, False
    n, rest = first.n or 0, sum(lot.n or 0 for lot in others)
    last = run[-1].n or 0
    if not first.named and not first.pair and ((all(lot.named for lot in others) and rest <= n) or rest == n):
        return n, True  # "4 bác: bác Hà, bác Thu", "8 người, 5 nam, 3 nữ"
    if not run[-1].named and last == n + rest - last and (last > 1 or not run[-1].specific):
        return last, True  # "bà Tư, ông Năm, hai người"
    if first.named and len(run) == 2 and run[1].listing and not run[1].named:
        return rest, True  # "gia đình ông Hợi (4 khẩu)"
    plain = all(lot.named or lot.pair or lot.specific or others[0].more for lot in run) and all(
        lot.chained for lot in others
    )
    counted = [lot.kins for lot in run if lot.kins and not (lot.named or lot.pair or lot.pointing)]
    alike = any(one & other for i, one in enumerate(counted) for other in counted[i + 1 :])  # "10 chị, 2 chị về sớm"
    return n + rest, plain and (not alike or others[0].more)


def other_kind(last: Lot, lot: Lot) -> bool:
    """Whether some of another kind are told of next in a list: "hai anh, hai chị", "1 cụ ông, 2 cụ bà"."""
    counted = not (last.named or lot.named or last.pair or lot.pair or last.listing or lot.listing)
    return counted and lot.chained and bool(last.kins and lot.kins) and not last.kins & lot.kins


def goes_on(run: Sequence[Lot], lot: Lot) -> bool:
    """Whether the people before are joined to these: "3 cụ và 2 chị cài VNeID", "bà Tư, ông Năm lên mức 2"."""
    if lot.listing or any(r.attended or half_of(r, lot.kins) for r in run):
        return False
    if len(run) == 1 and other_kind(run[0], lot):
        return True
    named = lot.named and all(r.named for r in run)
    plus = lot.plus and not lot.unitless and all(r.n is not None and not r.unitless for r in run)
    if lot.more and lot.chained and not lot.named and not any(r.named for r in run):
        return True  # "nhóm đầu 4 người, nhóm sau 5 người"
    return named or plus or (lot.specific and all(r.specific for r in run) and lot.joined)


def other_one(mention: Mention, kins: Collection[str]) -> bool:
    """Whether one only pointed to is none of those with such titles: "cài VNeID cho ông Năm, VssID cho bà"."""
    if not (mention.bare and mention.n == 1) or mention.weak or mention.named:
        return False
    others = MEN if mention.kin in WOMEN else WOMEN if mention.kin in MEN else ()
    return bool(kins) and all(kin in others for kin in kins)


def given_again(lot: Lot, lots: Sequence[Lot], piece: Piece) -> bool:
    """Whether those named before are meant, as many as they are: "giúp hai người"."""
    at = piece.index("people")
    given = at > 0 and piece.items[at - 1].has("on_behalf", "help")
    kind = given and len(piece.items[at].tokens) > MOST_WORDS  # "cho 2 bạn sinh viên" are others
    several = given and (lot.n or 0) > 1 and not (lot.named or lot.more or lot.result) and all(r.named for r in lots)
    return several and not kind and sum(r.n or 0 for r in lots) == lot.n


def with_us(lot: Lot, last: Lot, piece: Piece) -> bool:
    """Whether the one told of and the writer are meant: "hai ông cháu ngồi với nhau"."""
    both = lot.pair and not lot.named and last.n == 1 and bool(last.codes) and half_of(lot, last.kins)
    return both and len(piece.items) > 1 and not piece.has("everybody")
