"""A message in pieces that each say one thing: who, what was done, how it went, where and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.mention import Mention

CAUSES = ("device", "secret", "scam")
"""Things that tell what was done although they are told as the reason: a new telephone, a password forgotten."""
PAPERS = ("insurance", "health", "licence", "card", "wallet")
"""What is put into the wallet."""
WITH_IT = ("into", "put", "look")
"""What is done with a thing named before it."""
OF_IDENT = ("vneid", "ident", "level1", "level2")
"""Things of VNeID itself, with which a lost telephone or password tells what was done."""
WHEN = ("day", "part", "clock")
"""What tells the time."""
TIES = ("-", ":", "–", "=")
"""Marks between people and what was done for them."""
WHERE = ("hamlet", "places", "groups", "that_one")
"""What may be told of people without ending a list of them."""
TOWARDS_ME = ("help", "asks", "on_behalf", "together", "joins", "me", "speaker", "manner", "day", "part", "could")
"""Before the writer's own word where it is not he who does what follows: "nhờ tôi cài"."""
_ENDS = ".!?"
_BREAKS = ",;:()[]+&•|…–—" + _ENDS


@dataclass(slots=True)
class Piece:
    """Some items between two marks or joining words."""

    items: list[Item] = field(default_factory=list)
    before: str = ""
    """The mark or word it begins after; a line's end, or nothing for the first."""
    line: int = 0
    sentence: int = 0
    inside: bool = False
    """Whether it stands in brackets."""
    joined: bool = False
    """Whether it begins after a joining word."""
    plus: bool = False
    """Whether that word only adds: "và"."""
    asked: bool = False
    """Whether its sentence ends with a question mark."""
    chained: bool = False
    """Whether it goes on with people where the piece before ended with people: "bà Tư, ông Năm và chị Lan"."""

    def all(self, *tags: str) -> list[Item]:
        """Its items with one of these meanings."""
        return [item for item in self.items if item.has(*tags)]

    def has(self, *tags: str) -> bool:
        """Whether an item can mean one of these."""
        for item in self.items:
            own = item.tags
            for tag in tags:
                if tag in own:
                    return True
        return False

    @property
    def mentions(self) -> list[Mention]:
        """The people in it."""
        return [item.value for item in self.items if item.has("people")]

    def index(self, *tags: str) -> int:
        """Where the first item with such a meaning stands, or how many items there are."""
        return next((i for i, item in enumerate(self.items) if item.has(*tags)), len(self.items))


def cut(items: Sequence[Item]) -> list[Piece]:
    """The message in pieces."""
    pieces = [Piece()]
    inside = False
    for i, item in enumerate(items):
        piece = pieces[-1]
        piece.inside = inside
        inside = (inside or item.key in ("(", "[")) and item.key not in (")", "]")
        if item.ends_line or (item.mark and item.key in _BREAKS) or _dash(items, i):
            if item.key == "?":
                for other in pieces:
                    other.asked = other.asked or other.sentence == piece.sentence
            ends = item.ends_line or item.key in _ENDS
            pieces.append(Piece([], item.key, piece.line + item.ends_line, piece.sentence + ends))
        elif _joins(items, i):
            kept = [item] if item.has("together", "adding", "rest", "not_but", "total") else []
            plus = item.has("and_words")
            pieces.append(Piece(kept, item.key, piece.line, piece.sentence, joined=True, plus=plus))
        elif item.mark:
            continue
        elif item.has("because"):
            pieces.append(Piece([item], item.key, piece.line, piece.sentence, joined=True))
        elif item.has("part", "day", "clock") and piece.has("people") and piece.has(*DOING) and _more_later(items, i):
            if piece.items[-1].has("results") and piece.items[-1].key == "xong":
                piece.items.pop()  # "cài etax xong trưa về nhà văn hóa"
            pieces.append(Piece([item], "", piece.line, piece.sentence))
        elif (
            _goes_to_work(piece, items, i)
            or _tells_the_rest(piece, item)
            or _begins_anew(piece, item)
            or _has_own_number(piece, items, i)
            or _next_counted(piece, item)
        ):
            pieces.append(Piece([item], "", piece.line, piece.sentence))
        else:
            piece.items.append(item)
    pieces[-1].inside = inside
    pieces = [piece for piece in pieces if piece.items]
    for before, piece in pairwise(pieces):
        piece.chained = _chained(before, piece)
    return pieces


def _chained(before: Piece, piece: Piece) -> bool:
    """Whether people stand on both sides of what parts them, with nothing but where they live between."""
    told = [item for item in before.items if not item.has("me", *WHERE)]
    goes_on = [item for item in piece.items if not item.has("adding", "together", *WHERE)]
    apart = piece.line > before.line or piece.sentence > before.sentence
    if len(before.items) == len(piece.items) == 1 and before.items[0].has("listed") and piece.items[0].has("listed"):
        return True
    went = bool(told) and any(item.has("results", "could") for item in told[-2:])  # "duoc 5 ba, 2 ba hong duoc"
    listed = bool(told and goes_on) and told[-1].has("people") and goes_on[0].has("people")
    return listed and not apart and not went


def gathered(pieces: Sequence[Piece]) -> list[Piece]:
    """People and what was done, parted only by a dash or a colon, in one piece: "2 tiểu thương - eTax"; reasons left
    out.
    """
    out: list[Piece] = []
    for piece in pieces:
        if piece.has("because") and not (_helps(piece) and not any(p.has(*DOING) for p in out)):
            told = piece.all("results", "minutes", "day", "clock")
            told += [i for i in piece.all("thing") if i.tags["thing"] in CAUSES and i not in told]
            piece.items = piece.items[: piece.index("because")] + told
        last = out[-1] if out else None
        here = last is not None and piece.line == last.line
        tied = piece.before in TIES or (piece.before == "(" and last is not None and last.items[-1].has("people"))
        if last is not None and here and (_done_with(last, piece) or (tied and _belong(last, piece))):
            last.items += piece.items
        elif piece.items:
            out.append(piece)
    return out


def _helps(piece: Piece) -> bool:
    """Whether the help itself is told as the reason: "máy hết pin vì ngồi làm mức 2 cho bà Loan"."""
    return piece.has("people") and piece.has("help", "on_behalf") and piece.has("thing", "procedure")


def _done_with(last: Piece, piece: Piece) -> bool:
    """Whether a piece only tells what was done with the thing before: "the bhyt - dua vao vi", "bằng lái chị Đào, cho
    vào ví".
    """
    thing, acts = last.all("thing", "procedure"), piece.all("act")
    papers = [[i for i in p.all("thing") if i.tags["thing"] in PAPERS] for p in (last, piece)]
    if all(papers) and len(last.items) == 1 and piece.before == "," and any(i.tags["act"] in WITH_IT for i in acts):
        return not piece.has("told_after", "counting")  # "BHYT, bằng lái của Diễm cho vô vneid"
    if not thing or last.has("act", "results", "told_after", "counting") or piece.before not in (*TIES, ","):
        return False
    only = not piece.has("procedure", "people", "help", "told_after", "me")
    things = all(i.has("act") or i.tags.get("thing") in ("status", "wallet") for i in piece.all("thing"))
    return bool(only and things and acts) and all(i.tags["act"] in WITH_IT for i in acts)


def _belong(last: Piece, piece: Piece) -> bool:
    people = last.has("people") and not last.has(*DOING) and piece.has(*DOING) and not piece.has("people")
    doing = last.has(*DOING) and not last.has("people") and piece.has("people") and not piece.has(*DOING, "results")
    return (people or doing) and not last.has("results", "total")


def _more_later(items: Sequence[Item], i: int) -> bool:
    """Whether others are told of after it, before the next mark."""
    for item in items[i + 1 :]:
        if item.mark or item.ends_line:
            return False
        if item.has("people"):
            mention: Mention = item.value
            return not mention.bare and not mention.weak and not item.has("told_after")
    return False


def _next_counted(piece: Piece, item: Item) -> bool:
    """Whether another content begins after one that was counted: "vneid 4 bhyt 2"."""
    return item.has(*DOING) and piece.has("told_after") and piece.has("thing", "procedure")


def _joins(items: Sequence[Item], i: int) -> bool:
    """Whether a word joins two pieces; without marks "con" joins only before people."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    if not item.has("joins") or item.has("people", *DOING):
        return False
    if item.has("help") and any(before.has("me", "speaker") for before in items[max(i - 2, 0) : i]):
        return False  # "em kèm cô Lài nộp hồ sơ"
    if item.has("done") and (after is None or after.mark or after.ends_line):
        return False  # "làm lại rồi"
    if after is not None and after.has("thing") and any(before.tags.get("act") == "link" for before in items[:i]):
        return False  # "liên kết tài khoản ngân hàng với VNeID"
    return not item.has("kin") or (after is not None and after.has("people"))


def _has_own_number(piece: Piece, items: Sequence[Item], i: int) -> bool:
    """Whether a result is told of a number of its own: "6 người lên mức 2 xong 5"."""
    after = items[i + 1] if i + 1 < len(items) else None
    went = items[i].has("results") or (items[i].has("could") and not items[i].has("help"))
    return went and after is not None and after.has("told_after") and piece.has("people")


def _dash(items: Sequence[Item], i: int) -> bool:
    """A dash between words; one inside of a word is none."""
    if items[i].key not in ("-", "*"):
        return False
    return items[i].gap or i + 1 >= len(items) or items[i + 1].gap


def _tells_the_rest(piece: Piece, item: Item) -> bool:
    """Whether it goes on with the others: "6 người mức 2 còn lại cài VssID"."""
    return item.has("rest") and piece.has("people") and piece.has(*DOING) and not piece.items[-1].has("people")


def _goes_to_work(piece: Piece, items: Sequence[Item], i: int) -> bool:
    """Whether the writer begins to tell what he did, after what was the matter: "bấm không được tôi giúp chú"."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    if not piece.items or after is None or item.has("people") or piece.items[-1].has(*TOWARDS_ME):
        return False
    if piece.items[-1].tags.get("results") == "xong" and piece.items[-1].key.endswith(" duoc"):
        return False  # "đều được mình cài"
    does = (item.has("speaker") and after.has("help", "set_right")) or (item.has("me") and after.has("help"))
    matter = piece.has("asks", "asked", "could_not", "not_yet", "suffered", "results")
    return does and matter and not after.has("people")


def _begins_anew(piece: Piece, item: Item) -> bool:
    """Whether people named here begin another thought: some others were named before, and something said of them."""
    if not item.has("people"):
        return False
    mention: Mention = item.value
    if mention.weak and mention.n == 1 and piece.has("people") and piece.has("results"):
        return True  # "vợ xong chồng chưa"
    last = max((n for n, i in enumerate(piece.items) if i.has("people")), default=None)
    if (
        last is not None
        and any(i.has("help") for i in piece.items[last + 1 :])
        and not piece.has("thing", "procedure")
    ):
        return False  # "hai cha con ra chợ chỉ được ba cô"
    before = piece.items[last].value if last is not None and last < len(piece.items) - 1 else None
    if item.has("counting") and any(i.has("people") and i.value.counted for i in piece.items[-1:]):
        return True  # "4 người 2 ok 1 hẹn mai"
    both = before is not None and before.n is not None and not before.named and mention.n is not None
    if both and not mention.named and not mention.weak:
        return True  # "gặp 5 người thì 3 người chịu cài"
    if mention.weak or (mention.bare and not mention.named) or item.has("told_after"):
        return False
    first = piece.index("people")
    if first >= len(piece.items):
        return item.has("counting") and piece.has("thing", "procedure", "results")
    if piece.items[-1].has("on_behalf") and (mention.n or 0) > 1 and piece.items[first].value.named:
        return False
    if piece.items[-1].has("on_behalf", "help") and all(i.value.weak for i in piece.all("people")):
        return False  # "làm khai sinh cho bé giúp anh Thanh"
    said = [i for i in piece.items[first + 1 :] if i.has(*DOING, "results", "not_yet", "could", "could_not")]
    return bool(said)
