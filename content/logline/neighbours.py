"""What words mean beside others: a house that is a place, a call that is the matter itself, a day put off to."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from content.logline.codes import FROM_AFAR, SHOP, TRADERS
from content.logline.homes import homes, visited
from content.logline.items import Item, Lexicon, clause_start, made
from content.logline.mention import Mention, Names, counts
from content.logline.mentions import SOLD_ON
from content.logline.naming import girls
from content.logline.numerals import without_sexes

MOST_OF_UNIT = 2
"""A number and what it counts."""
LONG_SINCE = ("roi", "roi cung", "moi", "van", "khong")
"""Behind "mãi" typed without marks: "ngoi mai roi cung nop duoc"."""
WISHED = ("act", "thing", "procedure", "help")
"""What is asked for behind "giúp em": no name."""
REMOVED = "№"
"""Stands where a number or an address of a person was."""


def settled(items: Sequence[Item], lexicon: Lexicon, names: Names, families: Names) -> list[Item]:
    """The items with what their neighbours make of them."""
    items = [part for i in range(len(items)) for part in _only_one(items, i, lexicon, names)]
    items = [part for i in range(len(items)) for part in _two_words(items, i, lexicon)]
    items = girls(without_sexes(items), names)
    items = list(_some_of(list(_titled_places(items, lexicon, names))))
    items = list(_owners(_sellers(_without_labels(items), lexicon)))
    items = list(_warned([_paid_or_sought(items, i) for i in range(len(items))]))
    items = list(_altogether([_plainly(items, i) for i in range(len(items))]))
    return _appointments(visited(homes(_markets(_calls(_no_requests(_no_heads(items), lexicon, names, families))))))


def _two_words(items: Sequence[Item], i: int, lexicon: Lexicon) -> list[Item]:
    """What was typed without marks and is two words there: "chi chu Tu" is chỉ chú, "4 chi hoi" chị hỏi."""
    item, after, before = items[i], items[i + 1] if i + 1 < len(items) else None, items[i - 1] if i else None
    if len(item.tokens) != 2 or not all(token.plain for token in item.tokens):
        return [item]
    owns = item.has("owner_of") and not (
        after is not None and (after.tags.get("places") == SHOP or after.has("shop"))
    )
    asked = item.has("speaker") and before is not None and before.has("num")
    return [found for token in item.tokens for found in lexicon.items([token])] if owns or asked else [item]


def _some_of(items: Sequence[Item]) -> Iterator[Item]:
    """ "ba trong năm anh đó" as some of those told of: "ba" and "trong đó"."""
    i = 0
    while i < len(items):
        part, word, whole, unit = (items[n] if n < len(items) else None for n in range(i, i + 4))
        if part is not None and word is not None and whole is not None and unit is not None:
            among = part.has("num") and word.has("member_of") and whole.has("num") and counts(unit)
            if among and int(part.value) < int(whole.value):
                end = i + 4 + (i + 4 < len(items) and items[i + 4].has("that_one"))
                yield part
                yield Item(unit.tokens, {"unit": "", "subset": ""})
                i = end
                continue
        if part is not None and word is not None and part.has("num") and word.has("subset"):
            yield made("people", Mention(int(part.value)), [part])  # "ba trong số đó"
        else:
            yield items[i]
        i += 1


def _without_labels(items: Sequence[Item]) -> list[Item]:
    """Without what a removed number was: "căn cước №"."""
    out: list[Item] = []
    for item in items:
        if item.key == REMOVED:
            while out and (
                out[-1].has("belongs", "numbered") or out[-1].tags.get("thing") == "card" or out[-1].key == ":"
            ):
                out.pop()
        else:
            out.append(item)
    return out


def _titled_places(items: Sequence[Item], lexicon: Lexicon, names: Names) -> Iterator[Item]:
    """ "ghe nha em huynh": the house of somebody who is named behind it."""
    for i, item in enumerate(items):
        after = items[i + 1] if i + 1 < len(items) else None
        last = item.tokens[-1:]
        titled = item.tags.get("places") == "nha_dan" and len(item.tokens) > 1 and last[0].plain
        titled = titled and last[0].key in ("em", "ba", "co", "chu", "bac", "di")
        if (
            titled
            and after is not None
            and after.tokens
            and after.bare()
            and (after.capital or after.tokens[0] in names)
        ):
            yield from (*lexicon.items(item.tokens[:-1]), *lexicon.items(last))
        else:
            yield item


def _only_one(items: Sequence[Item], i: int, lexicon: Lexicon, names: Names) -> list[Item]:
    """ "được mỗi anh Chẩu": one alone, and not each of them."""
    after = items[i + 1] if i + 1 < len(items) else None
    if not items[i].has("each") or len(items[i].tokens) != 2 or after is None or not after.tokens:
        return [items[i]]
    if after.capital or (after.tokens[0] in names and not after.has("num")):
        return [found for token in items[i].tokens[1:] for found in lexicon.items([token])]
    return [items[i]]


def _sellers(items: Sequence[Item], lexicon: Lexicon) -> Iterator[Item]:
    """ "người bán hàng" in two before where things are sold: "dạy 2 người bán hàng trên facebook"."""
    for i, item in enumerate(items):
        after = items[i + 1] if i + 1 < len(items) else None
        trade = lexicon.items(item.tokens[1:]) if item.has("folk") and len(item.tokens) > 2 else []
        sells = len(trade) == 1 and trade[0].tags.get("act") == "sell"
        if sells and after is not None and after.tags.get("thing") in SOLD_ON:
            yield from (*lexicon.items(item.tokens[:1]), *trade)
        else:
            yield item


def _owners(items: Iterable[Item]) -> Iterator[Item]:
    """ "chủ quán phở": who has a place of trade, and no place."""
    waiting: Item | None = None
    sold = False
    for item in items:
        if waiting is not None and item.tags.get("places") == SHOP:
            tags = {"folk": "", "owner": "", "groups": TRADERS}
            yield Item((*waiting.tokens, *item.tokens), tags | {k: v for k, v in waiting.tags.items() if k == "kin"})
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        if item.tags.get("places") == SHOP and sold and not item.has("moving", "eponym"):
            yield Item(item.tokens)  # "bán hàng tạp hóa": what is sold
            continue
        sold = item.tags.get("act") == "sell"
        waiting = item if item.has("owner_of") else None
        if waiting is None:
            yield item
    if waiting is not None:
        yield waiting


def _plainly(items: Sequence[Item], i: int) -> Item:
    """The item without what its neighbours or its capitals rule out."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    if item.has("question") and item.has("thing") and item.shown.isupper():
        return item.without("question")  # "AI"
    if item.has("question") and item.has("thing") and i and items[i - 1].has("asked", "asks", "could_not", "not_yet"):
        return item.without("thing")  # "khong biet hoi ai"
    if item.has("question") and _called_so(items, i):
        return Item(item.tokens)  # "chợ Cái Răng"
    if item.tags.get("groups") == TRADERS and not item.has("kin", "folk") and _called_so(items, i):
        return Item(item.tokens)  # "vien Bai Chay cho chu Ngu"
    if item.has("moving") and item.has("act") and after is not None and after.has("places"):
        return item.without("act")  # "tai nha van hoa": at, not tải
    if item.has("question") and ((after is not None and after.key == "cung") or _never(items, i)):
        return Item(item.tokens)  # "đi đâu cũng khoe", "chưa cầm điện thoại bao giờ"
    before = items[i - 1] if i else None
    if item.has("coming") and item.capital and before is not None and before.has("kin", "home", "household", "pair"):
        return Item(item.tokens)  # "ba chị em nhà Mai"
    if item.has("coming") and item.tokens[0].plain and len(item.tokens) == 1 and before is not None:
        ends = after is None or after.mark or after.has("could_not", "results") or after.key in LONG_SINCE
        lasts = after is not None and after.key in LONG_SINCE and not before.has("so_that", "day", "part", "help")
        if ends and (lasts or before.bare() or before.has("act")) and not before.has("results"):
            return Item(item.tokens)  # "khoc mai", "lam mai khong duoc": mãi
    if item.has("adding") and item.has("act") and after is not None and after.has("num"):
        return item.without("act")  # "giúp thêm 2 người"
    return item


def _never(items: Sequence[Item], i: int) -> bool:
    """Whether a word of not stands before a word of asking in its clause."""
    start = clause_start(items, i)
    if items[i].key not in ("bao gio", "gi", "ai") or any(item.key == "?" for item in items[i:]):
        return False
    return any(item.has("not_yet", "could_not") for item in items[start:i])


def _warned(items: Iterable[Item]) -> Iterator[Item]:
    """What somebody was told to leave is not what was done: "dặn chị đừng chuyển tiền"."""
    left = False
    for item in items:
        left = (
            (left or item.has("warned"))
            and not item.mark
            and not item.ends_line
            and not item.has("me", "speaker", "help")
        )
        if left and item.has("act", "thing") and item.tags.get("thing") != "scam":
            yield item.without("act", "thing")
        else:
            yield item


def _paid_or_sought(items: Sequence[Item], i: int) -> Item:
    """ "tra" without marks is trả before what is paid, else tra; alone it is no content: "hai người tra xong"."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    alone = after is None or after.mark or after.ends_line or after.has("results", "joins", "num", "could", "not_yet")
    if item.tags.get("act") == "look" and item.has("thing") and alone:
        return Item(item.tokens, {"act": "look"})
    if item.tags.get("thing") == "lookup" and item.tags.get("act") == "pay":
        called = i > 0 and items[i - 1].has("kin")  # "co Tra"
        pays = any(later.tags.get("thing") in ("fee", "bank") for later in items[i + 1 : i + 3])
        other = after is None or after.mark or after.ends_line or after.has("kin", "act", "results", "num", "help")
        return Item(item.tokens, {"act": "pay"} if called or pays or other else {"act": "look", "thing": "lookup"})
    return item


def _called_so(items: Sequence[Item], i: int) -> bool:
    """Whether it is the name of something: a capital after another one within the sentence."""
    return i > 0 and items[i].capital and items[i - 1].capital and not items[i].tokens[0].shown.isupper()


def _altogether(items: Sequence[Item]) -> Iterator[Item]:
    """ "cả ba" as one word, but before those it counts: "chuyển cả ba sang công an", "cả ba cụ"."""
    i = 0
    while i < len(items):
        after, whom = items[i + 1 : i + 2], items[i + 2 : i + 3]
        all_of = items[i].tokens and items[i].tokens[-1].key == "ca" and items[i].has("everybody", "results")
        if (
            all_of
            and after
            and after[0].has("num")
            and not (whom and (counts(whom[0]) or whom[0].has("payment_unit", "dossier_unit")))
        ):
            tags = {k: v for k, v in items[i].tags.items() if k == "results"}
            yield Item((*items[i].tokens, *after[0].tokens), {"everybody": ""} | tags, after[0].value)
            i += 2
            continue
        yield items[i]
        i += 1


def _no_heads(items: Sequence[Item]) -> list[Item]:
    """Without what numbers the lines of a list: "Lượt 1:", "Ca 2 -"."""
    out: list[Item] = []
    i = 0
    while i < len(items):
        begins = i == 0 or items[i - 1].ends_line
        number, mark = items[i + 1 : i + 2], items[i + 2 : i + 3]
        counted = items[i].has("unit", "unit_after_number", "numbered") and bool(number) and number[0].has("num")
        if begins and counted and mark and mark[0].key in (":", "-", ".", ")"):
            i += 3
            continue
        out.append(items[i])
        i += 1
    return out


def _no_requests(items: Sequence[Item], lexicon: Lexicon, names: Names, families: Names) -> list[Item]:
    """ "chỉ em Quỳnh" helps somebody; only "chỉ em" asks for help."""
    out: list[Item] = []
    for i, item in enumerate(items):
        after = items[i + 1] if i + 1 < len(items) else None
        named = after is not None and bool(after.tokens) and (after.capital or after.tokens[0] in names)
        named = named or _unknown_name(items, i + 1, families)
        asked = item.has("request") and item.tokens[0].key == "nho" and _somebody(out)
        asked = asked or (item.has("request") and bool(out) and out[-1].has("relative") and len(item.tokens) == 2)
        helps = item.has("request") and named and not (after and after.has("act", "thing"))
        helps = helps or (item.has("request") and _somebody_next(items[i + 1 : i + 3]))
        helps = helps or (item.has("request") and i > 0 and items[i - 1].has("me", "speaker"))  # "mình chỉ em"
        if (asked or helps) and len(item.tokens) > 1:
            out += [*lexicon.items(item.tokens[:-1]), *lexicon.items(item.tokens[-1:])]
        else:
            out.append(item)
    return out


def _somebody_next(parts: Sequence[Item]) -> bool:
    """Whether a name that is a word of doing, an age or a kind of people is told: "giup em mua nop ho so"."""
    first, second = parts[0] if parts else None, parts[1] if len(parts) > 1 else None
    if first is None or not first.tokens:
        return False
    aged = first.tokens[0].number and first.tokens[-1].key == "tuoi"
    single = len(first.tokens) == 1 and first.tokens[0].plain and first.tags.keys() <= {"act", "no_name"}
    does = second is not None and second.has("act") and second.has("thing", "procedure")
    return aged or first.has("folk") or (single and does and first.has("act"))


def _unknown_name(items: Sequence[Item], i: int, families: Names) -> bool:
    """Whether a family name stands there, or a word we do not know before what was done: "giup em sin tra cuu"."""
    item, after = items[i] if i < len(items) else None, items[i + 1] if i + 1 < len(items) else None
    if item is None or after is None or len(item.tokens) != 1 or not item.key.isalpha():
        return False
    if item.tokens[0] in families and not item.has(*WISHED):
        return True
    return item.bare() and after.has("act", "thing", "procedure", "hamlet")


def _somebody(before: Sequence[Item]) -> bool:
    """Whether somebody is named before, who does the asking: "anh Páo nhờ em nộp hồ sơ"."""
    for item in reversed(before):
        if item.ends_line or item.key in (".", "!", "?", ";"):
            return False
        if item.has("kin", "folk", "unit", "pair", "staff") or (item.bare() and item.capital):
            return True
    return False


def _calls(items: Sequence[Item]) -> list[Item]:
    """A call is where help was given, unless calling is what was taught: "chỉ các cụ gọi video"."""
    out: list[Item] = []
    taught = False
    for i, item in enumerate(items):
        teaches = i + 1 < len(items) and items[i + 1].has("help") and not items[i + 1].has("kin")
        listed = item.key == "," and not any(before.has("act", "thing", "procedure", "trade") for before in out[-3:])
        taught = (taught or item.has("help", "manner")) and (listed or not item.mark) and not item.ends_line
        called = bool(out) and any(before.has("suffered") for before in out[-4:])
        if item.key == "zalo" and _called_by(items, len(out)):
            out.append(Item(item.tokens, {"places": FROM_AFAR}))
        elif item.has("calls") and _counted_call(items, len(out)):
            out.append(Item(item.tokens, {"thing": "skill"}))
        elif called and item.tags.get("places") == FROM_AFAR:
            out.append(Item(item.tokens))  # "bị người ta gọi điện"
        elif item.has("calls"):
            skill = taught and not teaches
            out.append(Item(item.tokens, {"thing": "skill"}) if skill else item.without("thing"))
        else:
            out.append(item)
        taught = taught and (
            item.tags.get("thing", "skill") in ("skill", "step", "phone") and not item.has("procedure")
        )
    return out


def _called_by(items: Sequence[Item], i: int) -> bool:
    """Whether it tells by what help was given: "Tối thứ 2: Zalo chỉ anh Hậu ..."."""
    begins = i == 0 or items[i - 1].mark or items[i - 1].ends_line
    return begins and i + 2 < len(items) and items[i + 1].has("help") and items[i + 2].has("kin", "num")


def _counted_call(items: Sequence[Item], i: int) -> bool:
    """Whether calling was taught to so many: "app tỉnh 4, gọi video 3", "4 người gọi Zalo video"."""
    number, end = (items[n] if n < len(items) else None for n in (i + 1, i + 2))
    closes = number is not None and number.has("num") and (end is None or end.mark or end.ends_line)
    if closes and (i == 0 or items[i - 1].mark or items[i - 1].ends_line):
        return any(
            a.has("thing", "procedure") and b.has("num") and (n + 2 == len(items) or items[n + 2].mark)
            for n, (a, b) in enumerate(pairwise(items))
        )
    before = items[max(i - 2, 0) : i]
    whom = len(before) == MOST_OF_UNIT and before[0].has("num") and counts(before[1])
    return whom and "video" in items[i].key and (number is None or number.mark or number.ends_line)


def _markets(items: Sequence[Item]) -> list[Item]:
    """A place called after somebody is no person: "chợ Bà Chiểu", "khu trọ Bà Ba", "trường Kim Đồng"."""
    out: list[Item] = []
    for i, item in enumerate(items):
        before = out[-1] if out else None
        place = before is not None and before.has("places") and not before.has("home")
        called = before is not None and (before.has("eponym") or (place and before.tags["places"] != "nha_dan"))
        if called and item.capital and item.has("kin", "pair") and not item.tokens[0].shown.isupper():
            out.append(Item(item.tokens, {"no_name": "", "named_place": ""}))
        elif before is not None and before.has("eponym") and _proper(items, i):
            out.append(Item(item.tokens, {"no_name": "", "named_place": "", "eponym": ""}))
        elif before is not None and before.has("named_place") and item.capital:
            out.append(Item(item.tokens, {k: v for k, v in before.tags.items() if k in ("named_place", "eponym")}))
        else:
            out.append(item)
    return out


def _proper(items: Sequence[Item], i: int) -> bool:
    """Whether a name without a title begins there: "Kim Đồng"."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    named = item.capital and not item.tokens[0].shown.isupper() and not item.has("kin", "pair", "hamlets", "num")
    return named and after is not None and after.capital and not after.tokens[0].shown.isupper()


def _appointments(items: Sequence[Item]) -> list[Item]:
    """Without the days of what was put off: "hẹn thứ 5", "mai 8h làm tiếp"."""
    out: list[Item] = []
    put_off = False
    for item in items:
        if item.mark or item.ends_line:
            put_off = False
        if item.tags.get("results") == "hen_lai":
            put_off = True
        meant = out and out[-1].has("so_that") and item.has("coming")
        if (put_off and item.has("day", "coming", "part", "clock", "next_week")) or meant:
            continue
        out.append(item)
    return out
