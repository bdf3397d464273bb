"""Names in a row behind those they are of: "3 đứa Thịnh, Tú, Bé Ba", "mấy chị hoa, lan, mai", "đôi Kiên - Hậu"."""

from collections.abc import Sequence

from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.mention import Mention, NameWords

PARTS = (",", "+", "&", "/", "-", "–")
"""Marks between two names."""
NO_NAME = (
    *DOING,
    "help",
    "hamlet",
    "hamlets",
    "places",
    "people",
    "day",
    "part",
    "clock",
    "groups",
    "asks",
    "moving",
)
"""What a word means that ends such a row, unless it is one of the names we know."""
MOST_WORDS = 3
COUPLE = 2


def rolled(items: Sequence[Item], i: int, n: int | None, words: NameWords) -> tuple[list[str], int]:
    """The names that stand there in a row, and how many items they are; nothing unless they are `n`, where that was
    told.
    """
    start, names = i, list[str]()
    while True:
        length = _name(items, i, words)
        if not length and not (names and i < len(items) and items[i].key in PARTS):
            break  # a name that sounded like a word of no meaning was dropped from between two marks
        names.append(" ".join(item.key for item in items[i : i + length]))
        i += length
        if len(names) == n or i >= len(items) or not _parts(items, i):
            break
        i += 1
    return (names, i - start) if len(names) > 1 and n in (None, len(names)) else ([], 0)


def couple(items: Sequence[Item], i: int, words: NameWords) -> tuple[Mention, int] | None:
    """Two told by their names: "đôi Kiên - Hậu"."""
    names, length = rolled(items, i + 1, COUPLE, words) if items[i].key in ("doi", "cap") else ([], 0)
    if not names or not all(item.capital for item in (items[i + 1], items[i + length])):
        return None
    return Mention(COUPLE, named=True, pair=True, kin="vo chong"), 1 + length


def _parts(items: Sequence[Item], i: int) -> bool:
    item = items[i]
    return item.key in PARTS or (item.has("and_words") and not item.has("people"))


def _name(items: Sequence[Item], i: int, words: NameWords) -> int:
    """How many items a name has that begins there, with its title or without."""
    titled = i + 1 < len(items) and items[i].has("kin") and len(items[i].tokens) == 1
    if titled and (length := _called(items, i + 1, words)):
        return 1 + length
    return _called(items, i, words)


def _called(items: Sequence[Item], i: int, words: NameWords) -> int:
    length = 0
    while length < MOST_WORDS and i + length < len(items) and _proper(items[i + length], words):
        length += 1
    if length:
        return length
    item, after = items[i] if i < len(items) else None, items[i + 1] if i + 1 < len(items) else None
    known = item is not None and len(item.tokens) == 1 and (item.tokens[0] in words.given or item.has("spelled"))
    ends = after is None or after.mark or after.ends_line or after.has("and_words", *DOING, "help", "asks")
    return int(known and ends)


def _proper(item: Item, words: NameWords) -> bool:
    """Whether it is written as a name."""
    single = len(item.tokens) == 1 and item.capital and item.key.isalpha() and not item.shown[1:].isupper()
    return single and (item.tokens[0] in words.given or not item.has(*NO_NAME))
