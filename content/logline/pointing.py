"""Somebody only pointed to: "cài cho thầy với cô", "cô thì làm mã QR"."""

from collections.abc import Sequence

from content.logline.items import Item
from content.logline.mention import Mention

COUPLE = 2
"""Words the second of two has at most: "bác gái"."""


def both_of(items: Sequence[Item], i: int) -> tuple[Mention, int] | None:
    """ "cài cho thầy với cô": two who are only pointed to."""
    all_of = items[i].key == "ca"
    i += all_of
    one, word, other, after = (items[n] if n < len(items) else None for n in range(i, i + 4))
    if one is None or word is None or other is None or not (i > all_of and _gives(items[i - 1 - all_of])):
        return None
    last = items[i + 4] if i + 4 < len(items) else None
    ends = after is None or after.mark or after.ends_line
    theirs = not ends and after is not None and after.has("kin") and (last is None or last.mark or last.ends_line)
    titles = all(w.has("kin") and not w.has("me", "staff") for w in (one, other))
    titles = titles and len(one.tokens) == 1 and len(other.tokens) <= COUPLE  # "cho bác và bác gái"
    family = all(w.has("relative") and len(w.tokens) > 1 for w in (one, other))  # "cho con trai và con dâu bác"
    ours = after is not None and after.has("me") and not one.has("me")  # "cho bà ngoại với dì em"
    if ours and word.has("and_words") and one.key != other.key and _of_us(one) and _of_us(other):
        return Mention(2, pair=True, kin=f"{one.key} {other.key}"), 4 + all_of
    if (
        all_of
        and ends
        and word.has("and_words")
        and one.key != other.key
        and one.has("kin", "relative")
        and other.has("kin", "relative")
    ):
        return Mention(2, pair=True, kin=f"{one.key} {other.key}"), 4  # "cho cả mẹ chồng lẫn chị"
    if (
        all_of
        or not word.has("and_words")
        or one.key == other.key
        or not ((titles and ends) or (family and (ends or theirs)))
    ):
        return None
    return Mention(2, pair=True, kin=f"{one.key} {other.key}"), 3 + theirs


def _gives(item: Item) -> bool:
    """Whether it is told for whom something was done: "cho", "làm cho"."""
    return item.has("on_behalf") or (item.has("help") and item.tokens[-1].word == "cho")


def _of_us(item: Item) -> bool:
    """Whether it is a word for one of somebody's family."""
    return item.has("kin", "relative") and not item.has("me", "staff", "speaker")


def topic(items: Sequence[Item], i: int) -> tuple[Mention, int] | None:
    """Somebody told of apart, for whom something was done: "cô thì làm mã QR", but not "bà thì không chịu"."""
    end = next((n for n in range(i + 1, len(items)) if items[n].mark or items[n].ends_line), len(items))
    said = items[i + 1 : end] if items[i].has("topic") else []
    refused = any(word.has("bystander", "could_not", "not_yet") for word in said[:2])
    if refused or not any(word.has("thing", "procedure") for word in said):
        return None
    return Mention(1, named=True, topic=True, kin=items[i].key), 1
