"""Who lives by a trade of his own: "chị Hoa bán tôm khô", "5 chủ xưởng gỗ", "cô Lài tiệm cắt tóc"."""

from collections.abc import Iterable, Mapping, Sequence

from content.logline.codes import SHOP, TRADERS
from content.logline.counting import DOING
from content.logline.items import Item, clause_start
from content.logline.mention import Names, counts
from content.logline.row import with_found
from content.logline.tokens import Token, key_of, one_way

MARKET = "cho"
"""The place where things are sold."""
SOLD_WITH = ("online", "net", "commerce", "phone")
"""With these beside it, selling may be what was taught."""
CHANNELS = ("tren", "len", "qua", "online", "onl", "live", "bang")
"""What the name of where something is sold begins with; without it something was done for who sells: "bán hàng ở chợ
đăng sản phẩm lên Shopee".
"""
MEASURES = (
    "li",
    "ly",
    "coc",
    "chen",
    "bat",
    "to",
    "goi",
    "chai",
    "lon",
    "hop",
    "mo",
    "nai",
    "trai",
    "qua",
    "ki",
    "can",
)
"""What is given with so much of a ware, and is no name: "đưa em ly trà sữa"."""
STOPS = (
    "help", "on_behalf", "asks", "belongs", "num", "day", "part", "clock", "hamlets", "me", "because", "manner",
    "so_that", "greeting", "each", "results", "adding", "rest", "act"
)  # fmt: skip
"""What is no ware: something else is told there."""
MAKES = ("nau", "lam", "trong", "nuoi", "dan", "det", "goi", "trang", "muoi", "rang", "bo", "ep", "xay", "u")
"""What is done with a ware that is sold then."""
MAKING = 3
"""Items such a word and the ware have at most."""
AT = ("o", "tai", "ngoai", "truoc", "dau")
MOST_GOODS = 3
"""Items the name of what is sold has at most."""
MOST_BETWEEN = 8
"""Items between somebody and his trade at most: "chị Hoa thôn 3 bán tôm"."""


class Words:
    """Words of one class; where people type no marks, they are known without them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
        for word in words:
            meant = one_way(word.removeprefix("="))
            self._words.setdefault(key_of(meant), []).append((tuple(meant.split()), word.startswith("=")))
        self._firsts = frozenset(key.partition(" ")[0] for key in self._words)

    def may_begin(self, token: Token) -> bool:
        """Whether one of them begins so, without its marks."""
        return token.key in self._firsts

    def has(self, said: Sequence[Token], *, marked: bool) -> bool:
        """Whether these tokens are one of them."""
        return any(
            all(t.word == w or (not marked and not exact and t.plain) for t, w in zip(said, words, strict=True))
            for words, exact in self._words.get(" ".join(token.key for token in said), ())
            if len(words) == len(said)
        )


class Classes:
    """Classes of words by name."""

    def __init__(self, classes: Mapping[str, Iterable[str]]) -> None:
        self._words = {name: Words(words) for name, words in classes.items()}

    def has(self, name: str, said: Sequence[Token], *, marked: bool) -> bool:
        """Whether these tokens are a word of that class."""
        return self._words[name].has(said, marked=marked)

    def at(self, name: str, items: Sequence[Item], i: int, *, marked: bool, begins: bool = False) -> int:
        """How many items are a word of that class there; with `begins`, an item that begins with one is enough."""
        if i >= len(items) or not items[i].tokens or not self._words[name].may_begin(items[i].tokens[0]):
            return 0
        for length in (2, 1):
            parts = items[i : i + length]
            said = [token for item in parts for token in item.tokens]
            whole = [said] if len(parts) == length else []
            if begins and length == 1:
                whole += [said[:n] for n in (1, 2) if n < len(said)]
            if any(words and self.has(name, words, marked=marked) for words in whole):
                return length
        return 0


class TradeReader:
    """Finds trades in a message; each becomes one item with the group of those who have one."""

    def __init__(self, classes: Classes, names: Names) -> None:
        self._classes, self._names = classes, names

    def read(self, items: Sequence[Item], *, marked: bool) -> list[Item]:
        """The same items, trades as one item each: tag `groups`, and `act` where selling may be what was taught.
        `marked` tells that the writer types marks.
        """
        return with_found(items, _Trades(items, self._classes, self._names, marked=marked).at)


class _Trades:
    """The trades of one message."""

    def __init__(self, items: Sequence[Item], classes: Classes, names: Names, *, marked: bool) -> None:
        self._items, self._classes, self._names, self._marked = items, classes, names, marked

    def at(self, i: int) -> tuple[int, dict[str, str]]:
        """How many items the trade has that begins there, and its tags; 0 when there is none."""
        item = self._items[i]
        if self._makes_to_sell(i):
            return 1, {"groups": TRADERS, "trade": ""}
        if self._people_in_brackets(i):
            return 1, {"groups": "dan_toc"}
        if self._owner_alone(i):
            kin = {k: v for k, v in item.tags.items() if k in ("kin", "single")}
            return 1, {"folk": "", "owner": "", "groups": TRADERS} | kin
        if owner := self._owned(i):
            kin = {k: v for k, v in item.tags.items() if k == "kin"}
            return owner, {"folk": "", "owner": "", "groups": TRADERS} | kin
        tags = {"groups": TRADERS, "trade": ""}
        if item.key == "hang" and item.tokens[0].word == "hàng" and i and self._items[i - 1].has("kin"):
            return (self._with_goods(i, 1), tags) if self._said("goods", i + 1) else (0, {})  # "chị hàng cá"
        if not self._somebody(i):
            return 0, {}
        sells = self._said("sells", i)
        online = item.tags.get("thing") == "commerce" and bool(self._said("sells", i, begins=True))
        wares = item.tags.get("act") == "sell" and len(item.tokens) > 1 and self._said("sells", i, begins=True)
        if sells and self._at_market(i + sells):
            return sells, tags
        if item.has("trade") or online or wares or (sells and self._is_sale(i, sells)):
            if not item.has("trade") and not sells and self._taught(i):
                return (1, {"groups": TRADERS, "act": "sell", "thing": "commerce"}) if online else (0, {})
            return self._with_goods(i, sells or 1), tags | ({"act": "sell"} if self._taught(i) else {})
        keeps = self._said("keeps", i)
        shop = self._said("shops", i + keeps, begins=True) if keeps else 0
        if shop:
            return self._with_goods(i, keeps + shop), tags
        return self._after_name(i), tags

    def _said(self, name: str, i: int, *, begins: bool = False) -> int:
        return self._classes.at(name, self._items, i, marked=self._marked, begins=begins)

    def _after_name(self, i: int) -> int:
        """ "cô Lài tiệm cắt tóc", "bà Tám bún riêu": how many items what stands behind the name has."""
        item = self._items[i]
        if item.capital or item.has("moving", "no_group") or not self._named(i - 1):
            return 0
        ware = self._said("wares", i)
        if not self._marked:  # "anh Nam pho thon" is phó
            if self._said("foreign_shops", i) == 1:
                return 1  # "chi Hoa homestay"
            shop = self._said("shops", i)
            goods = self._said("wares", i + shop) if shop else 0
            if goods:
                return shop + goods  # "chi phung tiem uon toc"
            ware = ware or int(item.tags.get("places") == SHOP)
            return ware if sum(len(part.tokens) for part in self._items[i : i + ware]) > 1 else 0
        if ware:
            return self._with_goods(i, ware)
        shop = self._said("shops", i, begins=True)
        length = self._with_goods(i, shop)
        return length if shop and (length > shop or len(item.tokens) > 1) else 0

    def _makes_to_sell(self, i: int) -> bool:
        """ "chị Tình nấu rượu bán", "nuôi ong bán ở xóm Đồi": what somebody makes is sold."""
        item, after = self._items[i], self._items[i + 1] if i + 1 < len(self._items) else None
        ends = after is None or after.mark or after.ends_line or after.key in AT
        if item.key != "ban" or not item.has("act") or not ends or i < MAKING:
            return False
        start = clause_start(self._items, i)
        makes = any(part.key in MAKES for part in self._items[max(i - MAKING, start) : i - 1])
        whose = any(counts(part) or part.has("kin") for part in self._items[start : i - MAKING + 1])
        return makes and whose and not any(part.has("help", "on_behalf") for part in self._items[start:i])

    def _people_in_brackets(self, i: int) -> bool:
        """ "mế Pịa (Thái, bản Sơn Thành)": of which people somebody is."""
        before, after = self._items[i - 1 : i], self._items[i + 1 : i + 2]
        inside = before and before[0].key == "(" and after and after[0].key in (",", ")")
        return bool(inside) and bool(self._said("peoples", i))

    def _owner_alone(self, i: int) -> bool:
        """Whether it is only told that somebody owns the shop: "vào tiệm giúp ông chủ nộp thuế"."""
        item, before, after = self._items[i], self._items[i - 1 : i], self._items[i + 1 : i + 2]
        if len(item.tokens) < 2 or not self._classes.has("owner", item.tokens, marked=self._marked):
            return False
        given = bool(before) and before[0].has("help", "on_behalf")
        matter = bool(self._items[i + 2 : i + 3]) and self._items[i + 2].has("thing", "procedure")
        return given and (not after or after[0].mark or after[0].has(*DOING, "asks") or (after[0].bare() and matter))

    def _owned(self, i: int) -> int:
        """ "chủ xưởng gỗ", "bà chủ tiệm vải": how many items it has."""
        after = self._items[i + 1] if i + 1 < len(self._items) else None
        owner = self._classes.has("owner", self._items[i].tokens, marked=self._marked)
        if not owner or after is None or after.capital or after.mark or self._said("no_owner", i + 1):
            return 0
        shop = self._said("shops", i + 1, begins=True)
        later = self._items[i + 2] if i + 2 < len(self._items) else None
        matter = later is not None and later.has("thing", "procedure")  # "ông chủ xuất hóa đơn điện tử"
        if not shop and (matter or not (self._marked and after.bare())):  # "chu" may be chú
            return 0
        return self._with_goods(i, 1 + (shop or 1))

    def _is_sale(self, i: int, sells: int) -> bool:
        """Whether something is sold there: not bạn ("chi ban Thi") nor bản ("chi Hoa ban Lung")."""
        ware = i + sells
        if self._with_goods(i, sells) == sells or self._said("no_trade", ware):
            return False
        if self._items[ware].has("day_unit", "part", "parts"):
            return False  # "ban ngày"
        plain = self._items[i].tokens[0].plain and self._items[i].key == "ban"
        plain = plain or self._items[i].has("hamlets")  # "buôn Tring"
        return not plain or (not self._items[ware].capital and bool(self._said("goods", ware, begins=True)))

    def _at_market(self, i: int) -> bool:
        """Whether it is only told where something is sold: "3 chị đều bán ở chợ Cồn"."""
        place = self._items[i] if i < len(self._items) else None
        if (
            place is not None
            and self._items[i - 1].key == "ban"
            and place.key in AT
            and self._items[i - 1].has("act")
        ):
            return True  # "nuôi ong bán ở xóm Đồi"
        return place is not None and place.tags.get("places") == MARKET and place.has("moving")

    def _with_goods(self, i: int, length: int) -> int:
        """So many items and the name of what is sold behind them."""
        start = length
        while length < start + MOST_GOODS and i + length < len(self._items):
            whole = self._items[i].has("trade") and len(self._items[i].tokens) > 1
            item, first = self._items[i + length], length == start and not whole
            glued = item.has("num") and not item.gap and not first  # "gạo ST25"
            called = item.capital and not item.tokens[0].shown.isupper()
            if not glued and (item.mark or item.ends_line or called):
                break
            place = item.has("places") and not self._said("goods", i + length, begins=True)
            known = first and not place and not item.has(*STOPS) and item.tags.get("thing") not in SOLD_WITH
            ware = self._said("goods", i + length) if first else 0  # "ban ngo nuong": no ngó, "bán phụ tùng": no phụ
            if not (glued or item.bare() or known or ware):
                break
            length += ware or 1
        return length

    def _somebody(self, i: int) -> bool:
        """Whether somebody stands before it whose trade it may be."""
        for n in range(i - 1, max(i - MOST_BETWEEN, 0) - 1, -1):
            item = self._items[n]
            if item.mark or item.ends_line:
                return False
            if counts(item) or item.has("that_one", "everybody"):
                return True
            given = n > 0 and self._items[n - 1].has("on_behalf", "help") and n == i - 1
            if given and item.capital and item.tokens[0] in self._names:
                return True  # "chỉ cho Duyên bán nem chua"
            if item.has("help", "on_behalf", "manner", "asks", *DOING) and not item.capital:
                return False
        return False

    def _named(self, i: int) -> bool:
        """Whether a name with its title ends there: "bà Tám"."""
        if i < 1:
            return False
        item, before = self._items[i], self._items[max(i - 2, 0) : i]
        if item.capital:
            return any(b.has("kin") for b in before)
        if self._marked and item.key in MEASURES:
            return False
        return bool(item.tokens) and item.tokens[0] in self._names and before[-1].has("kin")

    def _taught(self, i: int) -> bool:
        """Whether selling may be what was taught there; not beside something else that was done for the seller:
        "làm mã QR cho chị bán hàng online", "chị Phương bán online nhờ em khai thuế".
        """
        items = self._items
        start = clause_start(items, i)
        end = next((n for n in range(i, len(items)) if items[n].mark or items[n].ends_line), len(items))
        done = any(item.has("thing", "procedure") for item in items[start:i])
        asked = any(item.has("asks") for item in items[i:end])
        taught = (*SOLD_WITH, "skill")
        with_it = next((n for n in range(i, end) if items[n].tags.get("thing") in taught), None)
        between = items[i + 1 : (with_it or i) + 1]
        other = any((item.has("act") and not item.has("trade")) or item.has("procedure") for item in between)
        rest = items[(with_it if with_it is not None else i) + 1 : end]
        until = next((n for n, item in enumerate(rest) if item.has("joins")), len(rest))
        matter = any(item.has("procedure") or item.tags.get("thing", "net") not in taught for item in rest[:until])
        beside = with_it is not None and not other and not matter  # but "bán hàng khô đăng hàng lên shopee"
        told = any(item.has("help", "manner", "wishes") for item in items[start:i])  # "chị Hạnh bán onl bị khóa ..."
        tells_where = (
            with_it in (None, i) or items[with_it].key.split()[0] in CHANNELS or items[with_it - 1].key in CHANNELS
        )
        told = told or start == i or not self._helped_elsewhere(start, end)
        return beside and told and tells_where and not done and not asked

    def _helped_elsewhere(self, start: int, end: int) -> bool:
        """Whether a clause beside tells what was done for him: "bà Tư bán hàng online, em cài VssID cho bà"."""
        later = self._items[end:]
        others = next(
            (n for n, item in enumerate(later) if item.has("kin", "num") and not item.has("me")), len(later)
        )
        head, name = self._items[start], self._items[start + 1 : start + 2]
        anew = head.has("num") or (head.has("kin") and any(item.capital or item.has("num") for item in name))
        before = [] if anew else self._items[:start]
        return any(item.has(*DOING, "help", "asks") for item in (*before, *later[:others]))
