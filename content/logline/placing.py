"""Where help was given, when no word of ours names the place: "dưới vuông tôm", "tại sạp vải của chị Hoa"; and what
sounds like a place but tells of somebody: "con làm công ty", "công nhân khu công nghiệp".
"""

from collections.abc import Sequence

from content.logline.attributes import attribute, lies_there, spared
from content.logline.codes import ELSEWHERE, HOME, SHOP, TRADERS
from content.logline.counting import DOING
from content.logline.items import Item, clause_start
from content.logline.mention import COUNTABLE, counts
from content.logline.row import with_found
from content.logline.sites import SiteReader
from content.logline.trades import Classes

OFFICES = ("trung_tam", ELSEWHERE)
"""Places somebody may be sent on to."""
NEARER = ("trung_tam", SHOP, "nha_van_hoa")
"""Places that tell more than one somewhere in them."""
MOST_WORDS = 3
"""Words the name of an unknown place has at most."""
SURE = ("tai", "ngoai", "ngay tai")
"""Words behind which a word of ours is a place too, unless it tells of people or of what was done."""
NO_SITE = (
    *DOING, *COUNTABLE, "places", "day", "part", "parts", "clock", "hour", "minute", "hamlet", "hamlets", "help",
    "asks", "results", "num", "me", "speaker", "joins", "on_behalf", "belongs", "because", "could", "not_yet",
    "relative", "groups", "people", "everybody", "rest", "adding", "manner", "moving", "that_one", "vague", "total",
)  # fmt: skip
UNMISTAKEN = ("ngoai", "duoi", "giua")
"""Words of place that can be nothing else when they are typed without marks."""
TELLS_WHERE = ("moving", "asks", "part", "clock", "places")
"""What stands between somebody and a place he is at."""
DESK = 2
"""Items by which a desk may be called after what is done there."""


class PlaceReader:
    """Finds places by where their names stand."""

    def __init__(self, classes: Classes) -> None:
        self._classes, self._sites = classes, SiteReader(classes)

    def read(self, items: Sequence[Item], *, marked: bool) -> list[Item]:
        """The same items, such places as one item each, and without those that tell of somebody. `marked` tells that
        the writer types marks.
        """
        items = self._sites.read(list(spared(items, self._classes, marked=marked)), marked=marked)
        return with_found(items, _Places(items, self._classes, marked=marked).at)


class _Places:
    """The places of one message."""

    def __init__(self, items: Sequence[Item], classes: Classes, *, marked: bool) -> None:
        self._items, self._classes, self._marked = items, classes, marked

    def at(self, i: int) -> tuple[int, dict[str, str]]:
        """How many items the place has that begins there, and its tags; 0 when nothing is new about it."""
        item = self._items[i]
        works = i + 1 + bool(self._said("near_place", i + 1))
        if item.tags.get("act") == "make" and works < len(self._items) and self._job(works):
            return works + 1 - i, {}
        if item.has("places") and attribute(self._items, i, self._classes, marked=self._marked):
            return 1, {}
        if self._told_of_somebody(i) or (item.has("places") and self._in_a_name(i)):
            after, later = (self._items[n] if n < len(self._items) else None for n in (i + 1, i + 2))
            numbered = after is not None and after.has("num") and not (later is not None and counts(later))
            return 1 + (numbered and not item.has("moving")), {}  # "công nhân nông trường 4"
        if item.has("places") and self._said("desk", i, begins=True):
            return self._desk(i)
        if item.tags.get("places") == SHOP or self._said("shops", i, begins=True):
            return self._shop(i)
        if not item.has("places") and (self._marked or item.key in UNMISTAKEN):
            reported = lies_there(self._items, i)
            return 0 if reported else self._unknown(i), {"places": ELSEWHERE, "moving": ""}
        return 0, {}

    def _said(self, name: str, i: int, *, begins: bool = False) -> int:
        return self._classes.at(name, self._items, i, marked=self._marked, begins=begins) if i >= 0 else 0

    def _told_of_somebody(self, i: int) -> bool:
        """ "công nhân khu công nghiệp Vân Trung", "xin việc công ty", "chuyển sang bộ phận một cửa"."""
        item, before = self._items[i], self._items[i - 1] if i else None
        place = item.tags.get("places")
        then = self._items[i + 1] if i + 1 < len(self._items) else None
        if place == ELSEWHERE and then is not None and then.tags.get("places") in NEARER and not then.has("moving"):
            return True  # "ngay sảnh ủy ban phường"
        if place == HOME and before is not None and counts(before) and not item.has("moving"):
            named = any(after.capital or after.has("kin") for after in self._items[i + 1 : i + 2])
            return item.key.endswith(" tro") and not named  # "mấy công nhân khu trọ"
        if place not in OFFICES or before is None or before.mark or item.has("results"):
            return False
        if before.has("on_behalf") and place == ELSEWHERE and not item.has("moving"):
            return True  # "nấu ăn cho trường mầm non"
        if any(b.has("moved") or b.tags.get("results") == "chuyen" for b in self._items[max(i - 2, 0) : i]):
            return True
        if place != ELSEWHERE:
            return False
        after = self._items[i + 1] if i + 1 < len(self._items) else None
        if not item.has("moving") and self._of_people(i):
            return True
        at = i - bool(self._said("at_place", i - 1))  # "đang trực ở đồn biên phòng", "làm rớt dưới ruộng"
        if self._said("workers", i - 2) == 2:
            return True
        works = self._said("works", at - 1) == 1 or self._said("works", at - 2) == 2 or self._job(i)
        named = item.capital and len(item.tokens) == 1 and after is not None and after.capital  # "ở Đồng Nai"
        return works or named or (bool(self._said("workers", i - 1)) and not item.has("moving"))

    def _job(self, i: int) -> bool:
        """ "chị Hoa làm ở công ty may", "bà Ba làm vườn": what somebody lives by."""
        at = i - 1 - bool(self._said("near_place", i - 1))
        if at < 0 or self._items[at].tags.get("act") != "make" or self._items[i].tags.get("places") != ELSEWHERE:
            return False
        whose = self._items[at - 1] if at else None
        somebody = whose is not None and (whose.capital or (whose.has("kin") and not whose.has("me")))
        return somebody or (at == i - 1 and not self._items[i].has("moving"))

    def _in_a_name(self, i: int) -> bool:
        """Whether it is part of a name: "KCN Đình Trám"."""
        parts = self._items[max(i - 1, 0) : i + 2]
        return len(parts) == 3 and all(item.capital and len(item.tokens) == 1 for item in parts)

    def _of_people(self, i: int) -> bool:
        """Whether a place without a word of being there tells of which school or office somebody is, before it is
        told what was done: "2 cô nuôi dạy trẻ trường Hoa Ban muốn soạn bài".
        """
        start = clause_start(self._items, i)
        before, after = self._items[start:i], self._items[i + 1] if i + 1 < len(self._items) else None
        named = self._items[i].has("eponym") or len(self._items[i].tokens) > 1
        somebody = any(counts(item) or item.has("relative") for item in before)
        head = (after is None or after.mark or after.ends_line) and not any(item.has("num") for item in before)
        told = any(item.has("on_behalf", "met", *DOING, *TELLS_WHERE) for item in before)
        told = told or any(item.has("help") and not self._said("works", n) for n, item in enumerate(before, start))
        return named and somebody and not (head or told)

    def _shop(self, i: int) -> tuple[int, dict[str, str]]:
        """ "quầy rau", "sạp vải của chị Hoa": a place of trade with what is sold there, and whose it is."""
        item, after = self._items[i], self._items[i + 1] if i + 1 < len(self._items) else None
        before = self._items[i - 1] if i else None
        gone_to = before is not None and (before.has("moving") or bool(self._said("at_place", i - 1)))
        named = self._marked and after is not None and _word(after)
        if item.has("eponym", "folk", "owner") or not (item.has("places") or (gone_to and named)):
            return 0, {}
        length = 1
        while self._marked and length <= DESK and i + length < len(self._items) and _word(self._items[i + length]):
            length += 1
        tags = {"places": SHOP} | {k: v for k, v in item.tags.items() if k in ("places", "shop", "moving")}
        if self._whose(i + length, goods=length > 1):
            tags["groups"] = TRADERS
            named = any(item.capital for item in self._items[i + length + 2 : i + length + 3])
            if before is not None and before.has("on_behalf") and named and self._items[i + length].key == "cua":
                return length + 1, {"groups": TRADERS}  # "đăng ký hộ kinh doanh cho tiệm may của chị Thu"
        elif item.has("shop") or self._said("shops", i, begins=True) or length > 1:
            tags |= {"shop_of": ""} if self._owner(i + length) else {}
        return (length, tags) if length > 1 or len(tags) > len(item.tags) or "groups" in tags else (0, {})

    def _whose(self, i: int, *, goods: bool) -> bool:
        """Whether it is told there whose shop it is."""
        owned = i < len(self._items) and self._items[i].key == "cua"
        whose = self._items[i + owned] if i + owned < len(self._items) else None
        known = owned or (goods and self._marked)
        his = owned and whose is not None and whose.tokens[:1] != () and whose.tokens[0].word == "ảnh"
        if whose is None or not (whose.has("kin") or his) or whose.has("help", "relative"):
            return False  # also "tạp hóa của má em"
        return known or self._asks_later(i, whose)

    def _asks_later(self, i: int, whose: Item) -> bool:
        """Whether the one whose shop it is asks for help next: "ra hàng phở chị Thoa ăn, chị nhờ khai thuế"."""
        told = self._items[i + 1 :]
        named = told[:1] if told and told[0].capital else []
        for one, other, after in zip(told, told[1:], [*told[2:], None], strict=False):
            another = after is not None and after.capital and named and after.key != named[0].key
            asks = one.key == whose.key and other.has("asks")
            if asks or (one.has("on_behalf", "help") and other.key == whose.key and not another):
                return True
        return False

    def _owner(self, i: int) -> bool:
        """Whether somebody with a title stands there: "quán cô Ba"."""
        whose, after = (self._items[n] if n < len(self._items) else None for n in (i, i + 1))
        if whose is None or after is None or not whose.has("kin") or after.mark:
            return False
        return not (whose.has("help") and after.has("kin"))  # "quan chi co Ba": chỉ

    def _desk(self, i: int) -> tuple[int, dict[str, str]]:
        """ "quầy tiếp nhận hồ sơ": a desk called after what is done there, when something else was done."""
        length = 1
        while length <= DESK and i + length < len(self._items) and self._items[i + length].has("thing", "procedure"):
            if self._items[i + length].has("act", "num", "dossiers"):
                break
            length += 1
        others = any(item.has(*DOING) for item in (*self._items[:i], *self._items[i + length :]))
        return (length, dict(self._items[i].tags)) if length > 1 and others else (0, {})

    def _unknown(self, i: int) -> int:
        """ "ngoài bờ kè": how many items a word of place and the unknown words behind it have."""
        start = self._said("at_place", i)
        if i and (self._said("workers", i - 1) or self._said("works", i - 1) or self._said("appointed_at", i - 1)):
            return 0  # "đang làm công nhân dưới xuôi", "dán ở quầy"
        if not start or (self._said("near_place", i) and self._behind_somebody(i)):
            return 0
        length = start
        sure = self._marked and self._items[i].key in SURE
        while length - start < MOST_WORDS and i + length < len(self._items):
            known = _word(self._items[i + length]) or (sure and _may_be_place(self._items[i + length]))
            if not known:
                break
            length += 1
        after = self._items[i + length] if i + length < len(self._items) else None
        named = after is not None and after.capital and not after.has(*DOING) and not after.tokens[0].shown.isupper()
        nearer = after is not None and after.has("places") and not after.has("moving")  # "ở quầy 1 cửa"
        if length == start or self._said("no_place", i + start) or named:
            return 0
        if nearer and after is not None and after.tags["places"] == ELSEWHERE:
            return length + 1  # "ngoài ghế đá công viên"
        return 0 if nearer else length

    def _behind_somebody(self, i: int) -> bool:
        """Whether somebody stands right before it, who may live there: "bác Bảy ở ngã ba"."""
        for item in reversed(self._items[max(i - 3, 0) : i]):
            if counts(item) or item.has("relative"):
                return True
            if item.mark or not (item.capital or item.bare()):
                return False
        return False


def _word(item: Item) -> bool:
    """Whether it is a word we do not know, and no name."""
    return item.bare() and not item.capital


def _may_be_place(item: Item) -> bool:
    """Whether a word of ours may be the name of a place, or a part of it: "tại quảng trường"."""
    return bool(item.tags) and not item.capital and not item.has(*NO_SITE)
