"""Names that stand alone in their lines, as in a list of those helped."""

from collections.abc import Sequence

from content.logline.items import Item

MOST_WORDS = 4
"""Words such a name has at most."""


def listed_name(items: Sequence[Item], i: int) -> int:
    """How many items the name has that begins there and is all of its line; 0 when there is none."""
    if i == 0 or not items[i - 1].ends_line:
        return 0
    end = next((n for n in range(i, len(items)) if items[n].mark or items[n].ends_line), len(items))
    whole = 2 <= end - i <= MOST_WORDS and (end == len(items) or items[end].ends_line)
    return end - i if whole and all(_proper(item) for item in items[i:end]) else 0


def _proper(item: Item) -> bool:
    """Whether it is one word written as a name."""
    single = len(item.tokens) == 1 and not item.has("hamlet", "part", "day")
    return single and item.capital and item.shown[1:].islower()
