"""Places that are named and tell of something else: whose something is, where somebody came from, what way was saved,
where an appointment is to be.
"""

from collections.abc import Iterator, Sequence

from content.logline.codes import ELSEWHERE, FROM_AFAR, HOME
from content.logline.items import Item, clause_before
from content.logline.trades import Classes

LIES_SOMEWHERE = ("province_app", "lookup")
"""Things reported or looked up, of which it may be told where they lie."""
CLINICS = ("vien", "kham", "khoa")
NEAR = 3
"""Items between a word of a saved way and the place it leads to."""


def spared(items: Sequence[Item], classes: Classes, *, marked: bool) -> Iterator[Item]:
    """The items without ways that were not gone: "khỏi ra bưu điện", "định lên ủy ban", "đỡ phải lên công an"."""
    end = 0
    for i, item in enumerate(items):
        if i < end:
            continue
        length = classes.at("spares", items, i, marked=marked)
        end = _place_behind(items, i + length) if length else 0
        if not end:
            yield item


def _place_behind(items: Sequence[Item], i: int) -> int:
    """Where the place ends that is the next thing told there, 0 when none is."""
    for n in range(i, min(i + NEAR, len(items))):
        item = items[n]
        if item.has("places") or item.tags.get("results") == "chuyen" or (n > i and item.has("authority")):
            return n + 1
        if item.mark or item.ends_line or item.has("people", "num", "help", "thing", "procedure", "act"):
            return 0
    return 0


def attribute(items: Sequence[Item], i: int, classes: Classes, *, marked: bool) -> bool:
    """Whether the place there tells only of what is named beside it."""
    item, before = items[i], items[i - 1] if i else None
    after = items[i + 1] if i + 1 < len(items) else None
    place = item.tags.get("places")
    if item.tokens[-1:] != () and item.tokens[-1].key == "quan" and item.tokens[-1].plain and after is not None:
        return after.has("num")  # "o quan 8": quận
    if place in (None, FROM_AFAR) or before is None or before.mark or before.ends_line or item.has("results"):
        return False
    if after is not None and after.key == "ve" and (marked is False or after.tokens[0].word == "về"):
        return place != HOME  # "vừa đi chợ về"
    if (
        place == HOME
        and "ve" in (before.key, item.key.partition(" ")[0])
        and (after is None or after.mark or after.ends_line)
    ):
        return any(part.has("me", "speaker") for part in clause_before(items, i))  # "giờ em mới về tới nhà"
    if item.key == "ho gia dinh":
        return before.has("thing")  # "gia hạn BHYT hộ gia đình"
    named = before.has("eponym") or before.key.endswith(" vien")
    if named and item.capital and not item.has("moving"):
        return True  # "bệnh viện Chợ Rẫy"
    way = int(i > 1 and classes.at("at_site", items, i - 1, marked=marked) == 1)
    if classes.at("appointed_at", items, i - 1 - way, marked=marked) == 1:
        return place == ELSEWHERE  # "đặt lịch khám ở bệnh viện"
    if place != ELSEWHERE or lies_there(items, i) or _to_be_there(items, i) or _lost_there(items, i):
        return place == ELSEWHERE
    if before.has("trade") or before.tags.get("act") == "sell" or _sold(items, i):
        return True  # "bán trái cây trên ghe"; but the market is where she is
    there = classes.has("at_site", item.tokens[:1], marked=marked) or classes.at(
        "at_site", items, i - 1, marked=marked
    )
    if item.has("moving") or there:
        return False
    if before.has("act", "thing", "procedure") or (len(item.tokens) == 1 and not before.has("day", "part", "clock")):
        return True  # "app ngân hàng", "chưa mất đồng nào"
    return before.key == "cua" or (before.bare() and not before.capital and not _of_a_name(items, i - 1))


def lies_there(items: Sequence[Item], i: int) -> bool:
    """Whether it is where that lies which is reported or looked up: "gửi ảnh bãi rác ven đường lên app phản ánh"."""
    before, after = clause_before(items, i), items[i + 1 : i + 1 + NEAR]
    if any(item.has("people", "met") or item.tags.get("places") for item in before if item.has("moving")):
        return False
    told = next((n for n in range(len(before) - 1, -1, -1) if before[n].has("thing", "procedure")), None)
    there = items[i].has("moving") or (i > 0 and items[i - 1].has("moving"))  # "tra điểm thi ở trường mẫu giáo"
    if told is not None and there and before[told].tags.get("thing") != LIES_SOMEWHERE[0]:
        return False
    if told is not None and before[told].tags.get("thing") in LIES_SOMEWHERE:
        return not any(item.tags.get("act") == "install" for item in before[max(told - 1, 0) : told])
    reported = any(item.tags.get("thing") == LIES_SOMEWHERE[0] for item in after)
    return reported and any(item.has("act", "thing") for item in before)


def _to_be_there(items: Sequence[Item], i: int) -> bool:
    """Whether an appointment is to be there: "đặt lịch khám cho bà Tư ở bệnh viện huyện"."""
    before = clause_before(items, i)
    made = [n for n, item in enumerate(before) if item.tags.get("thing") == "insurance" and _of_a_doctor(item)]
    if not made:
        return False
    whom = any(item.has("kin", "on_behalf", "unit") for item in before[made[-1] :])
    return not whom or any(token.key in CLINICS for token in items[i].tokens)


def _lost_there(items: Sequence[Item], i: int) -> bool:
    """Whether a telephone was lost there: "bị móc mất điện thoại trên xe buýt"."""
    lost = i > 0 and items[i - 1].tags.get("thing") == "device"
    return lost and any(item.has("suffered") for item in clause_before(items, i))


def _of_a_doctor(item: Item) -> bool:
    return any(token.key in ("kham", "hen") for token in item.tokens)


def _sold(items: Sequence[Item], i: int) -> bool:
    """Whether it is told right before what somebody sells there: "bán trái cây trên ghe"."""
    return i > 1 and items[i - 2].has("trade") and items[i - 1].bare()


def _of_a_name(items: Sequence[Item], i: int) -> bool:
    """Whether a word is somebody's name: "chi phung" before "cho tam"."""
    return i > 0 and items[i - 1].has("kin")
