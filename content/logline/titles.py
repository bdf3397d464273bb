"""Words without marks that may be a title or something else: "thay quang" and "thay bao", "chi cu goi video"."""

from collections.abc import Sequence

from content.logline.items import Item
from content.logline.mention import NameWords
from content.logline.naming import fills_clause

GIVEN = ("help", "on_behalf", "home", "joins", "together", "calls")
"""Before somebody whom help was given to."""

FAMILY = ("con", "chau", "trai", "gai", "em", "dau", "re")
"""Behind these it is told where somebody lives, and hardly whose he is."""


def no_title(items: Sequence[Item], i: int, words: NameWords) -> bool:
    """Whether a word without marks is no title there: "chi cu goi video" is chỉ, "chu Lam o Binh Duong" ở."""
    item, before, after = items[i], items[i - 1] if i else None, items[i + 1] if i + 1 < len(items) else None
    if item.has("help") and after is not None and after.has("kin") and not after.capital:
        return True
    titled = before is not None and before.has("help", "on_behalf", "relative")
    if item.key == "o" and before is not None and before.tokens and before.tokens[-1].key in FAMILY:
        return True  # "goi zalo cho con o Duc": ở
    if (
        item.key == "thay"
        and item.tokens[0].plain
        and not titled
        and not (after and after.capital and not after.tags)
    ):  # "thay Hoai"
        return not _called(items, i, words)
    if before is None or opens(items, i) or before.has(*GIVEN):
        return False
    if item.has("asks") and after is not None and after.has("act", "help", "me", "speaker"):
        return True  # "goi messenger nho tra ket qua": nhờ
    return item.has("act", "moving")  # "cho em phuong dua nuoc mam len tiktok": đưa


def opens(items: Sequence[Item], i: int) -> bool:
    """Whether a clause begins there."""
    return i == 0 or items[i - 1].mark or items[i - 1].ends_line


def _called(items: Sequence[Item], i: int, words: NameWords) -> bool:
    """Whether a title and a name are a whole clause: "thay quang, 17h", but not "thay bao dang xu ly"."""
    name = items[i + 1] if i + 1 < len(items) else None
    if name is None or not name.tokens or name.has("no_name_after_me", "no_name"):
        return False
    return name.tokens[0] in words.given and fills_clause(items, i, 2)
