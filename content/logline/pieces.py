"""A message in pieces that each say one thing: who, what was done, how it went, where and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from content.logline.items import Item, made
from content.logline.mentions import Mention, counts
from content.logline.numerals import number_of

DOING = ("act", "thing", "procedure")
"""Tags of what was done."""
OLD = 60
"""Years from which somebody belongs to the group of the old."""
MOST = 10_000
"""More people than this in one sentence were never meant."""
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
    joined: bool = False
    """Whether it begins after a joining word."""
    asked: bool = False
    """Whether its sentence ends with a question mark."""

    def all(self, *tags: str) -> list[Item]:
        """Its items with one of these meanings."""
        return [item for item in self.items if item.has(*tags)]

    def has(self, *tags: str) -> bool:
        """Whether an item can mean one of these."""
        return any(item.has(*tags) for item in self.items)

    @property
    def mentions(self) -> list[Mention]:
        """The people in it."""
        return [item.value for item in self.items if item.has("people")]

    def index(self, *tags: str) -> int:
        """Where the first item with such a meaning stands, or how many items there are."""
        return next((i for i, item in enumerate(self.items) if item.has(*tags)), len(self.items))


def with_counts(items: Sequence[Item]) -> list[Item]:
    """Numbers that count by what was done or how it went: "3 vneid", "vneid: 3", "2 xong", "hẹn 1"."""
    out: list[Item] = []
    i = 0
    while i < len(items):
        item, after = items[i], items[i + 1] if i + 1 < len(items) else None
        if _counts_next(item, after):
            out.append(made("people", Mention(number_of(item)), [item], counting=""))
            i += 1
            continue
        skip = 1 if item.key in (":", "-", "x", "=", "(") and after is not None and after.has("num") else 0
        told = items[i + skip] if i + skip < len(items) else None
        if out and told is not None and _closes(items, i + skip) and _countable(out[-1]):
            out.append(made("people", Mention(number_of(told)), [told], told_after=""))
            i += skip + 1
            continue
        out.append(item)
        i += 1
    return out


def _counts_next(item: Item, after: Item | None) -> bool:
    """Whether the number counts what follows it."""
    if not item.has("num") or after is None:
        return False
    return after.has(*DOING, "results") or (after.has("not_yet") and not item.has("spelled"))


def _closes(items: Sequence[Item], i: int) -> bool:
    """Whether a number there is followed by nothing it could count."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    if not item.has("num") or item.has("spelled"):
        return False
    return after is None or after.mark or after.ends_line or after.has("joins")


def _countable(item: Item) -> bool:
    return item.has("thing", "procedure", "results", "could") or (item.has("act") and item.tags["act"] == "activate")


def cut(items: Sequence[Item]) -> list[Piece]:
    """The message in pieces."""
    pieces = [Piece()]
    for i, item in enumerate(items):
        piece = pieces[-1]
        if item.ends_line or (item.mark and item.key in _BREAKS) or _dash(items, i):
            if item.key == "?":
                for other in pieces:
                    other.asked = other.asked or other.sentence == piece.sentence
            ends = item.ends_line or item.key in _ENDS
            pieces.append(Piece([], item.key, piece.line + item.ends_line, piece.sentence + ends))
        elif _joins(items, i):
            kept = [item] if item.has("together", "adding", "rest", "not_but") else []
            pieces.append(Piece(kept, item.key, piece.line, piece.sentence, joined=True))
        elif item.mark:
            continue
        elif _begins_anew(piece, item) or _has_own_number(piece, items, i):
            pieces.append(Piece([item], "", piece.line, piece.sentence))
        else:
            piece.items.append(item)
    return [piece for piece in pieces if piece.items]


def _joins(items: Sequence[Item], i: int) -> bool:
    """Whether a word joins two pieces; without marks "con" joins only before people."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    if not item.has("joins") or item.has("people", *DOING):
        return False
    return not item.has("kin") or (after is not None and after.has("people"))


def _has_own_number(piece: Piece, items: Sequence[Item], i: int) -> bool:
    """Whether a result is told of a number of its own: "6 người lên mức 2 xong 5"."""
    after = items[i + 1] if i + 1 < len(items) else None
    return items[i].has("results") and after is not None and after.has("told_after") and piece.has("people")


def _dash(items: Sequence[Item], i: int) -> bool:
    """A dash between words; one inside of a word is none."""
    if items[i].key not in ("-", "*"):
        return False
    return items[i].gap or i + 1 >= len(items) or items[i + 1].gap


def _begins_anew(piece: Piece, item: Item) -> bool:
    """Whether people named here begin another thought: some others were named before, and something said of them."""
    if not item.has("people"):
        return False
    mention: Mention = item.value
    if mention.weak or (mention.bare and not mention.named) or item.has("told_after"):
        return False
    first = piece.index("people")
    if first >= len(piece.items):
        return item.has("counting") and piece.has("thing", "procedure", "results")
    if piece.items[-1].has("on_behalf") and (mention.n or 0) > 1 and piece.items[first].value.named:
        return False
    said = [i for i in piece.items[first + 1 :] if i.has(*DOING, "results", "not_yet", "could", "could_not")]
    return bool(said)


def numbers_left(items: Sequence[Item]) -> Iterator[Item]:
    """The items without numbers that count nothing here: ages, money, house numbers, ordinals."""
    i = 0
    while i < len(items):
        item = items[i]
        after = items[i + 1] if i + 1 < len(items) else None
        before = items[i - 1] if i else None
        if not item.has("num"):
            yield item
            i += 1
        elif after is not None and after.has("age"):
            if number_of(item) >= OLD:
                yield made("groups", None, [item, after], groups="tu_60")
            i += 2
        else:
            skipped = _idle(item, before, after)
            if not skipped:
                yield item
            i += skipped or 1


def _idle(item: Item, before: Item | None, after: Item | None) -> int:
    """How many items a number that counts nothing here takes with it; 0 when it may count."""
    counting = after is not None and counts(after)
    if after is not None and not counting and (after.has("after_number", "hamlets") or after.key == "%"):
        return 2
    return int(number_of(item) > MOST or (before is not None and before.has("numbered") and not counting))
