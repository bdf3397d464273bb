"""What the numbers of a message count: people, dossiers, payments, or nothing here."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from content.logline.items import Item, clause_start, made
from content.logline.mention import Mention, counts
from content.logline.numerals import number_of

DOING = ("act", "thing", "procedure")
"""Tags of what was done."""
WAYS = {
    "through": "vneid_cai_dat", "portal_way": "cong_dvc", "phone": "ky_nang", "online": "ky_nang", "years": "tra_cuu",
}  # fmt: skip
"""What is named as the way to something else ("đăng nhập bằng VNeID"), and what it means when nothing else is."""
COUNTED_ACTS = ("activate", "install", "merge", "into")
"""What was done that is counted by itself: "kích hoạt 5"."""
OLD = 60
"""Years from which somebody belongs to the group of the old."""
OLDEST = 110
MOST = 10_000
"""More people than this in one sentence were never meant."""


def with_counts(items: Sequence[Item]) -> list[Item]:
    """Numbers that count by what was done or how it went: "3 vneid", "vneid: 3", "2 xong", "hẹn 1"."""
    out: list[Item] = []
    i = 0
    while i < len(items):
        item, after = items[i], items[i + 1] if i + 1 < len(items) else None
        if out and _content_first(items, i, out):
            out.append(made("people", Mention(number_of(item)), [item], told_after=""))
            i += 1
            continue
        if item.has("num") and after is not None and _others(items, i):
            out.append(made("people", Mention(number_of(item)), [item], counting=""))
            out.append(Item(after.tokens, {"thing": "other"}))
            i += 2
            continue
        if _in_turn(items, i):
            out.append(made("people", Mention(number_of(item)), [item]))
            i += 1
            continue
        if item.has("num") and after is not None and after.has("rest"):
            out.append(made("people", Mention(number_of(item)), [item, after], rest=""))
            i += 2
            continue
        if item.has("num") and (after is None or after.mark or after.ends_line) and _total_before(items, i):
            out.append(made("people", Mention(number_of(item)), [item], counting=""))
            i += 1
            continue
        shared = i > 0 and items[i - 1].has("each")  # "mỗi người một mã QR"
        if shared and item.has("num"):
            out.append(Item(item.tokens))
            i += 1
            continue
        if _went_first(items, i, out):
            out.append(made("people", Mention(number_of(item)), [item], told_after=""))
            i += 1
            continue
        if (share := _share(items, i)) is not None:
            out += [made("people", Mention(share), [item], counting="")] if share else []
            i += 3
            continue
        strange = item.has("spelled") and bool(out) and out[-1].bare()  # "quan tam zalo": no eight
        if (_counts_next(items, i) and not strange) or (item.has("num") and _result_later(items, i)):
            out.append(made("people", Mention(number_of(item)), [item], counting=""))
            i += 1
            continue
        so_many = item.key in (":", "-", "x", "=", "(") or item.has("having")  # "mức 2 có 7"
        skip = 1 if so_many and after is not None and after.has("num") else 0
        told = items[i + skip] if i + skip < len(items) else None
        if out and told is not None and _closes(items, i + skip) and _countable(out[-1]):
            out.append(made("people", Mention(number_of(told)), [told], told_after=""))
            i += skip + 1
            continue
        out.append(item)
        i += 1
    return out


def _in_turn(items: Sequence[Item], i: int) -> bool:
    """Whether so many came at one time of the day, as others did later: "sáng 8, chiều 5 người"."""
    after = items[i + 1] if i + 1 < len(items) else None
    if not items[i].has("num") or not i or not items[i - 1].has("part") or items[i - 1].has("num"):
        return False
    ends = after is None or after.mark or after.has("part")
    return ends and any(b.has("part") and n.has("people", "num") for b, n in pairwise(items[i + 1 :]))


def _went_first(items: Sequence[Item], i: int, out: Sequence[Item]) -> bool:
    """Whether a number belongs to the result before it, as the next one does: "xong 2 hẹn 1"."""
    after, later = (items[n] if n < len(items) else None for n in (i + 1, i + 2))
    if after is None or later is None or not (items[i].has("num") and later.has("num")):
        return False
    return bool(out) and out[-1].has("results") and after.has("results") and _closing(items, i + 3)


def _share(items: Sequence[Item], i: int) -> int | None:
    """How many of those told of, before how it went: "7/9 thành công"; 0 when it is all of them."""
    part, slash, whole, went = (items[n] if n < len(items) else None for n in range(i, i + 4))
    if i and items[i - 1].has("results") and (went is None or went.mark):
        went = items[i - 1]  # "hoàn thành 06/06"
    if part is None or slash is None or whole is None or went is None or slash.key != "/" or slash.gap:
        return None
    if not (part.has("num") and whole.has("num") and went.has("results")) or number_of(part) > number_of(whole):
        return None
    return number_of(part) if number_of(part) < number_of(whole) else 0


def _total_before(items: Sequence[Item], i: int) -> bool:
    """Whether a number is said to be the sum, with nothing but a time or place between: "tổng ngày 25 là 8"."""
    for item in reversed(items[:i]):
        if item.has("total"):
            return True
        if not item.has("day", "part", "clock", "hamlet", "filler"):
            return False
    return False


def _content_first(items: Sequence[Item], i: int, out: Sequence[Item]) -> bool:
    """Whether numbers stand after what they count in this stretch: "vneid 4 bhyt 2 qr 1"."""
    if not items[i].has("num") or not _countable(out[-1]) or items[i - 1] is not out[-1]:
        return False
    start = clause_start(items, i)
    end = next((n for n in range(i, len(items)) if items[n].mark or items[n].ends_line), len(items))
    stretch = items[start:end]
    first = next(n for n, item in enumerate(stretch) if item.has("num", *DOING))
    return not stretch[first].has("num") and stretch[-1].has("num") and not any(s.has("people") for s in stretch)


def _counts_next(items: Sequence[Item], i: int) -> bool:
    """Whether the number counts what follows it."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    if not item.has("num") or after is None:
        return False
    if after.tags.get("thing") in WAYS:
        return False  # "thi vào 10 trên cổng dịch vụ công"
    if _asking(items, i):
        return True
    if after.has("could") and not item.has("spelled") and _closing(items, i + 2):
        return True  # "5 được"
    return after.has(*DOING, "results") or (after.has("not_yet") and not item.has("spelled"))


def _asking(items: Sequence[Item], i: int) -> bool:
    """Whether so many ask for what comes next: "3 người: 1 quên mật khẩu, 2 nhờ cài VssID"."""
    before, after, later = (items[n] if 0 <= n < len(items) else None for n in (i - 1, i + 1, i + 2))
    begins = before is None or before.mark or before.ends_line or before.has("and_words")
    wants = after is not None and after.has("asks", "wishes", "suffered") and not after.has(*DOING, "counted_in")
    return begins and wants and not items[i].has("spelled") and later is not None and later.has(*DOING)


def _result_later(items: Sequence[Item], i: int) -> bool:
    """Whether a result follows the number after a word or two: "2 lỗi hẹn lại"."""
    for item in items[i + 1 : i + 4]:
        if item.has("results"):
            return not items[i].has("spelled")
        if item.mark or item.ends_line or not (item.bare() or item.has("hindrance", "could_not", "not_yet")):
            return False
    return False


def _others(items: Sequence[Item], i: int) -> bool:
    """ "1 khác": some other content."""
    after = items[i + 2] if i + 2 < len(items) else None
    return items[i + 1].has("adding") and items[i + 1].key == "khac" and (after is None or after.mark)


def _closes(items: Sequence[Item], i: int) -> bool:
    """Whether a number there is followed by nothing it could count."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    if not item.has("num") or item.has("spelled"):
        return False
    return _closing(items, i + 1) or (after is not None and after.has("joins"))


def _closing(items: Sequence[Item], i: int) -> bool:
    """Whether nothing stands there any more."""
    return i >= len(items) or items[i].mark or items[i].ends_line


def _countable(item: Item) -> bool:
    return item.has("thing", "procedure", "results", "could") or (item.tags.get("act") in COUNTED_ACTS)


def numbers_left(items: Sequence[Item]) -> Iterator[Item]:
    """The items without numbers that count nothing here: ages, money, house numbers, ordinals."""
    i = 0
    while i < len(items):
        item = items[i]
        after = items[i + 1] if i + 1 < len(items) else None
        before = items[i - 1] if i else None
        if not item.has("num"):
            yield item
            i += 1
        elif _age(item, before, after):
            yield made("groups", None, [item], groups="tu_60")
            i += 1
        elif after is not None and after.has("or_so") and i + 2 < len(items) and items[i + 2].has("age"):
            if number_of(item) >= OLD:
                yield made("groups", None, items[i : i + 3], groups="tu_60")
            i += 3
        elif _so_many_of_it(items, i):
            yield item
            i += 2
        elif after is not None and after.has("age"):
            if number_of(item) >= OLD:
                yield made("groups", None, [item, after], groups="tu_60")
            i += 2
        else:
            later = items[i + 2] if i + 2 < len(items) else None
            skipped = 0
            if not (_no_count(item, after, later) or _grandmother(item, before, later)):
                named = before is not None and before.capital and i > 1 and items[i - 2].has("kin")  # "chi Lan 3 m2"
                skipped = _idle(item, None if named else before, after, counting=not _called(after, later))
            if not skipped:
                yield item
            i += skipped or 1


def _so_many_of_it(items: Sequence[Item], i: int) -> bool:
    """Whether a number tells how many of what stands before it: "vneid 12 cai, mk 5"."""
    piece = i > 0 and _countable(items[i - 1]) and i + 1 < len(items) and items[i + 1].key == "cai"
    return piece and _closing(items, i + 2)


def _called(after: Item | None, later: Item | None) -> bool:
    """Whether somebody with a name stands there: "3 em Lan"."""
    return after is not None and after.has("kin") and later is not None and later.capital


def _no_count(item: Item, after: Item | None, later: Item | None) -> bool:
    """Whether the word after a number is not what it takes with it: "2 cai vneid" is cài, "ba Mui" is bà."""
    if after is None:
        return False
    does = after.has("act") and after.has("after_number") and later is not None and later.has("thing", "procedure")
    return does or (item.has("spelled") and item.has("kin") and after.capital and not after.has("kin"))


def _grandmother(item: Item, before: Item | None, later: Item | None) -> bool:
    """Whether a title stands there rather than a number: "nha ba nam", no three years; "ba so thon bai"."""
    begins = before is None or before.mark or before.ends_line or before.has("day", "part", "clock")
    if item.has("spelled") and item.has("kin") and begins and later is not None and later.has("hamlet", "asks"):
        return True
    given = before is not None and before.has("home", "help", "on_behalf", "belongs", "relative")
    if before is not None and before.has("kin") and item.has("spelled") and item.capital:
        return True  # "ông Sáu Tỷ"
    return item.has("spelled") and item.has("kin") and given


def _age(item: Item, before: Item | None, after: Item | None) -> bool:
    """ "ông 80 bà 78", "mạ tui 70": the years of somebody, without the word."""
    alone = after is None or after.mark or after.ends_line or after.has("kin")
    figure = not item.has("spelled") or len(item.tokens) > 1  # "co tram": Trâm
    return (
        figure and before is not None and before.has("kin", "speaker") and OLD <= number_of(item) <= OLDEST and alone
    )


def _idle(item: Item, before: Item | None, after: Item | None, *, counting: bool) -> int:
    """How many items a number that counts nothing here takes with it; 0 when it may count."""
    counting = counting and after is not None and counts(after)
    lettered = after is not None and len(after.key) == 1 and not after.gap  # "lớp 9A"
    numbered = before is not None and before.has("numbered") and after is not None
    of_a_people = after is not None and after.tags.get("groups") == "dan_toc"  # "em Nu lớp 12 người Hà Nhì"
    if numbered and (lettered or of_a_people or (after is not None and after.has("asks", "moving"))):
        counting = False  # "hoc lop 10 nho dang ky"
    if after is not None and not counting and (after.has("after_number", "hamlets") or after.key == "%"):
        return 2
    return int(number_of(item) > MOST or (before is not None and before.has("numbered") and not counting))


def _labelled(items: Sequence[Item], i: int) -> Item | None:
    """What a label of a report counts: "số người: 06", "số hồ sơ: 05"."""
    if i + 2 >= len(items) or not items[i].has("people_label", "dossier_label"):
        return None
    if items[i + 1].key not in (":", "=", "-") or not items[i + 2].has("num") or not _closing(items, i + 3):
        return None
    n = number_of(items[i + 2])
    if items[i].has("dossier_label"):
        return made("dossiers", n, items[i : i + 3], thing="dossier")
    return made("people", Mention(n), items[i : i + 3])


def _bills(items: Sequence[Item]) -> bool:
    """ "5 hd tien dien": hóa đơn behind a number, and not hướng dẫn."""
    short = len(items) > 1 and items[0].key == "huong dan"
    return short and items[1].tags.get("thing") == "fee" and items[1].tokens[0].key == "tien"


def _title(number: Item, after: Item) -> bool:
    """Whether a title with a name stands there: "ba Khoan" typed without marks."""
    return (
        number.has("spelled", "kin")
        and not number.capital
        and after.capital
        and not after.shown.isupper()
        and number.tokens[0].plain
    )


def sums(items: Sequence[Item]) -> Iterable[Item]:
    """Numbers of dossiers and payments."""
    i = 0
    while i < len(items):
        after = items[i + 1] if i + 1 < len(items) else None
        labelled = _labelled(items, i)
        if labelled is not None:
            yield labelled
            i += 3
        elif items[i].has("num") and after is not None and after.has("dossier_unit"):
            yield made("dossiers", number_of(items[i]), [items[i], after], thing="dossier")
            i += 2
        elif items[i].has("num") and _bills(items[i + 1 : i + 3]):
            yield made("payments", number_of(items[i]), items[i : i + 3], thing="fee")
            i += 3
        elif items[i].has("num") and after is not None and after.has("payment_unit") and not _title(items[i], after):
            yield made("payments", number_of(items[i]), [items[i], after], thing="fee")
            i += 2
        else:
            yield items[i]
            i += 1
