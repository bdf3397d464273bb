"""What came of trying, told in the midst of what was done: "mãi mới cài nổi", "loay hoay 25 phút mới lấy lại được";
and what only sounds like a result: "hồ sơ giải quyết tới đâu", "làm được hai việc", "một số chưa xong".
"""

from collections.abc import Sequence

from content.logline.items import Item, clause_start

ONLY = "moi"
"""Before what came of trying: "mới cài nổi"."""
AT_LAST = ("noi", "duoc", "xong")
STRONG = "noi"
"""Said only of what was hard to do."""
NEAR = 3
"""Items between "mới" and what came of it."""
TRIED = ("mai", "lau", "hoai", "hoay", "huc", "mo", "buoi", "lan", "hoi", "vat", "ran", "cong")
"""What is told before that of long trying."""
SOME = ("mot so", "mot vai", "vai", "nhieu", "it", "da so", "phan lon")
"""So many that nobody knows how many: not "may", which may be máy."""
REGAINED = ("lay lai", "khoi phuc", "mo khoa", "vao lai", "vo lai", "dang nhap lai")
"""What was wanted back, and was got when it is told with "được"."""
COUNTED = ("num", "people", "counting", "unit", "kin")


def efforts(items: Sequence[Item]) -> list[Item]:
    """The items, with what came of trying as a result, and without what is none."""
    return [_told(items, i) for i in range(len(items))]


def _told(items: Sequence[Item], i: int) -> Item:
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    if item.has("results") and after is not None and after.tags.get("thing") == "status":
        return item.without("results")  # "đã giải quyết tới đâu"
    if (
        item.has("vague")
        and item.key in SOME
        and not item.has("unit", "people")
        and after is not None
        and _open(after)
    ):
        return Item(item.tokens, {"mixed": ""})  # "một số chưa xong"
    if (
        item.key == "lam duoc"
        and after is not None
        and (after.has("thing", "procedure") or _after_all_that(items, i))
    ):
        return Item(item.tokens, {"act": "make"})  # "chỉ làm được VNeID cho mỗi chị Sen"
    if item.key == "duoc" and i and items[i - 1].key in REGAINED and not (after is not None and after.has(*COUNTED)):
        return Item(item.tokens, {"results": "xong"})  # "tui lấy lại được cho ảnh"
    if item.key in AT_LAST and not item.has("results", "people") and _at_last(items, i):
        return Item(item.tokens, {"results": "xong"})
    return item


def _open(item: Item) -> bool:
    return item.tags.get("results") in ("hen_lai", "khong_duoc") or item.has("not_yet", "could_not")


def _after_all_that(items: Sequence[Item], i: int) -> bool:
    number, what = items[i + 1 : i + 2], items[i + 2 : i + 3]
    counted = bool(number) and number[0].has("num") and bool(what)
    return counted and (what[0].has("thing", "procedure") or what[0].key == "viec")


def _at_last(items: Sequence[Item], i: int) -> bool:
    """Whether a word of doing and "mới" stand before it, behind long trying."""
    start = next((n for n in range(i - 1, max(i - NEAR, 0) - 1, -1) if items[n].key == ONLY), None)
    if start is None or not any(item.has("act", "set_right") for item in items[start:i]):
        return False
    after = items[i + 1 : i + 2]
    if any(item.mark or item.ends_line for item in items[start:i]) or any(item.has(*COUNTED) for item in after):
        return False
    head = clause_start(items, start)
    tried = any(
        item.has("minutes") or (item.tokens[-1:] and item.tokens[-1].key in TRIED) for item in items[head:start]
    )
    return items[i].key == STRONG or tried
