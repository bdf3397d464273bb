"""What one piece of a sentence says: of whom, what was done, how it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.mention import Mention
from content.logline.pieces import Piece

ORDER = ("chuyen", "hen_lai", "khong_duoc", "xong")
"""Which of several results told of the same people holds."""
LAST = {"not_yet": "hen_lai", "could": "xong", "could_not": "khong_duoc", "moved": "chuyen"}
"""What a short word means that a piece about people ends with: "2 người được, 1 người chưa"."""

_AT = ("o", "tai")
"""Before where something was, not whom it was handed to."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a piece says."""

    piece: Piece
    mentions: Sequence[Mention]
    """Those helped."""
    weak: Sequence[Mention]
    """Those who count only when nobody else was spoken of."""
    codes: Sequence[str]
    result: str | None
    subset: bool
    """Whether its people were counted before: "trong đó"."""
    heads: bool = False
    """Whether a row goes on behind it with others and what was done: "chị Hoa" of "chị Hoa với chị Lan cài"."""

    @property
    def failed(self) -> bool:
        """Whether it tells what hindered: "chưa có sim chính chủ" names no content."""
        hindered = self.piece.has("hindrance", "could_not", "not_yet")
        return self.result not in (None, "xong") and hindered

    @property
    def attended(self) -> bool:
        """Whether it is only said that they were there."""
        last = self.piece.items[-1] if self.piece.items else None
        return self.piece.has("attended") or (last is not None and last.has("came") and not self.codes)


def result_of(piece: Piece, mentions: Sequence[Mention]) -> str | None:
    """How it went, if the piece says so."""
    results = [
        _turned(piece, n)
        for n, item in enumerate(piece.items)
        if item.has("results") and not counts_so_many(piece, n)
    ]
    results += _in_parts(piece)
    if results:
        return min(results, key=ORDER.index)
    last = piece.items[-1] if piece.items else None
    if last is None:
        return None
    if last.has("could") and (len(piece.items) == 1 or piece.has("everybody") or piece.items[-2].has("at_last")):
        return "xong"  # "2 lần mới được"
    if last.has("told_after") and len(piece.items) == 2 and piece.items[0].has("could"):
        return "xong"  # "được 12"
    refused = piece.has("not_yet", "could_not", "question")
    if last.has("could") and piece.has("act") and not refused and not any(m.n != 1 for m in mentions):
        return "xong"  # "xóa bớt ảnh mới cài được"
    made = any(item.has("set_right") for item in piece.items[-2:]) or piece.has("could")
    if last.has("done") and made and not refused:
        return "xong"  # "tui cũng làm rồi"
    if piece.has("all_done") and (mentions or piece.has(*DOING)):
        return "xong"
    if (mentions or piece.has("rest")) and (last.has("could") or not piece.has(*DOING)):
        for tag, result in LAST.items():
            if last.has(tag):
                return result
        if piece.has("hindrance") and not piece.has("met"):
            return "khong_duoc"
    return None


def here(piece: Piece) -> Sequence[Item]:
    """What of a piece tells of what was done here, and not where somebody was sent on to."""
    sent = (n for n, item in enumerate(piece.items) if item.tags.get("results") == "chuyen")
    return piece.items[: next(sent, len(piece.items)) + 1]


def _in_the_end(before: Item, item: Item) -> bool:
    return item.has("could") and before.has("at_last") and len(before.tokens) > 1


def counts_so_many(piece: Piece, n: int) -> bool:
    """ "làm được 3": how many, "đã được tôi chỉ": who did it; not how it went."""
    after, told = piece.items[n + 1 : n + 2], any(item.has("people") for item in piece.items[:n])
    passive = (
        told
        and piece.items[n].tags["results"] == "xong"
        and any(item.has("help", "act", "speaker", "me") and not item.has("results") for item in after)
    )
    so_many = any(item.has("num", "people") for item in after)
    return piece.items[n].key.endswith(" duoc") and (so_many or passive)


def _turned(piece: Piece, n: int) -> str:
    """The result that stands there, turned by a word of not before it: "chưa mở được"."""
    result = piece.items[n].tags["results"]
    for item in piece.items[max(n - 2, 0) : n] if result == "xong" else ():
        if item.has("not_yet", "could_not"):
            return LAST["not_yet" if item.has("not_yet") else "could_not"]
    return result


def _in_parts(piece: Piece) -> list[str]:
    """ "chưa ký được", "không tải về được": a word of not, and later that it could be done."""
    could = max((n for n, item in enumerate(piece.items) if item.has("could")), default=-1)
    for tag, result in (("not_yet", "hen_lai"), ("could_not", "khong_duoc")):
        if piece.index(tag) < could:
            return [result]
    moved = piece.index("moved")
    handed_in = any(item.has("thing", "procedure") for item in piece.items[:moved])  # "khai đơn gửi lên phường"
    if not handed_in and moved < max((n for n in range(len(piece.items)) if _handed_to(piece.items, n)), default=-1):
        return ["chuyen"]
    others = [item for item in piece.items if not item.has("act") and item.key != "cung"]
    if len(others) < len(piece.items) and any(_in_the_end(b, i) for b, i in pairwise(others)):
        return ["xong"]  # "ngồi mãi rồi cũng nộp được hồ sơ"
    awaited = max((n for n, item in enumerate(piece.items) if item.has("waited_for")), default=-1)
    return ["hen_lai"] if piece.index("waits") < awaited else []


def _handed_to(items: Sequence[Item], n: int) -> bool:
    """Whether it is an authority, and not where the help was: "chuyển VNeID sang máy mới ở một cửa"."""
    there = items[n].tokens[0].key in _AT if items[n].tokens else False
    return items[n].has("authority") and not there and not (n and items[n - 1].key in _AT)


def stronger(result: str, other: str) -> str:
    """Which of two results told of the same people holds."""
    return min(result, other, key=ORDER.index)


def went_on_to(piece: Piece) -> bool:
    """Whether what is named is only what some were sent on for: "1 người chuyển công an làm lại căn cước"."""
    later = piece.index("results") < piece.index(*DOING) < len(piece.items)
    return later and not piece.has("help") and result_of(piece, []) not in (None, "xong")
