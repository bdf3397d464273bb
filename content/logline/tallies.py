"""Numbers told with nothing but how it went: "được 5, rớt 1", "xong 3 hẹn 2 chuyển 1"."""

from collections.abc import Sequence
from dataclasses import replace

from content.logline.items import Item, made
from content.logline.mention import Mention
from content.logline.numerals import number_of
from content.logline.pieces import Piece

MEANS = {"results": "", "could": "xong", "moved": "chuyen"}
"""What tells in a tally how it went."""
SHORT = {"rot": "khong_duoc", "truot": "khong_duoc", "tach": "khong_duoc", "dau": "xong", "qua": "xong"}
"""The same of words that mean other things elsewhere."""
ONLY = ("chi", "moi", "co", "cung", "ket qua", "thi")
"""Words of a tally that only say how many it seems."""


RATIO = 3
"""What "5/6 thành công" consists of."""


def tally(piece: Piece, whole: int) -> list[Piece]:
    """The piece cut into one for each number, when it consists of nothing else; empty when it does not. `whole` is
    how many people were told of before.
    """
    items = [item for item in piece.items if item.key not in ONLY or item.has("results")]
    told: list[int | str] = []
    for item in items:
        found = _told(item)
        if found is None:
            return []
        told.append(found)
    if len(told) == RATIO and told[1] == whole and isinstance(told[0], int) and told[0] <= whole:
        items, told = [items[0], items[2]], [told[0], told[2]]  # "5/6 thành công"
    elif not told or len(told) % 2 or (len(told) == 2 and not _short(items, whole)):
        return []
    out: list[Piece] = []
    for one, other in zip(items[::2], items[1::2], strict=True):
        pair = (_told(one), _told(other))
        number, result = pair if isinstance(pair[0], int) else pair[::-1]
        if not isinstance(number, int) or not isinstance(result, str):
            return []
        whom = made("people", Mention(number), [one], counting="")
        out.append(replace(piece, items=[whom, Item(other.tokens, {"results": result})]))
    return out


def _told(item: Item) -> int | str | None:
    """The number of people, or how it went."""
    if item.has("num"):
        return number_of(item)
    if item.has("people"):
        mention: Mention = item.value
        plain = mention.n is not None and not mention.named and not mention.roughly and mention.of is None
        return mention.n if plain else None
    if item.key in SHORT:
        return SHORT[item.key]
    return next((item.tags[tag] or MEANS[tag] for tag in MEANS if item.has(tag)), None)


def _short(items: Sequence[Item], whole: int) -> bool:
    """Whether a pair is not read as it stands anyway: "chuyển 1", "được 5 người" of six, "xong hai"."""
    told = _told(items[-1])
    if not isinstance(told, int) or told > whole:
        return False
    spelled = items[0].has("results") and items[-1].has("num")
    return spelled or items[0].has("moved") or (items[0].has("could") and told < whole)
