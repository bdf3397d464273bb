"""The small grammars of how it went: put off, sent on, failed, done."""

from collections.abc import Sequence

from content.logline.asides import Before
from content.logline.clauses import Clause, Word, may_be_none
from content.logline.day import Day
from content.logline.items import Item
from content.logline.mention import Mention

GONE = ("qua", "nay", "kia", "truoc", "roi", "hoi", "ni", "te", "nay")
"""Words in a day gone by."""
ASKS = ("keu", "bao", "bieu", "bat", "doi", "yeu cau", "dan", "nhac")
"""An authority that does so takes nothing over: "mức 2 công an kêu làm"."""
TIMES = ("dot", "buoi", "lan", "phien", "ky", "tuan", "dip")
HANDS = ("gui", "goi", "nop", "trinh")
"""Handing in: what was done before goes there, and nobody is sent on."""
STANDS = ("o", "tai", "ngoai", "trong")
"""What a place begins with where somebody is."""
MOVED, DROPPED = "chuyen", "rot"
NEAR = 3
"""Words between a word of not and what it could not."""
TOUCHES = ("dung", "cham", "nghi", "ngo", "nhac", "can", "dong")
"""Behind these "tới" tells no failing: "máy móc chẳng đụng tới"."""
OF_BODY = "of_body"
"""Told of what somebody cannot do with his eyes and legs."""
WAYS = ("len", "ra", "qua", "ve", "toi", "den", "xuong", "cho")
"""What an authority's name may begin with, that tells the way to it: "lên xã"."""


def outcome(clause: Clause, before: Before) -> tuple[str, int] | None:
    """How it went and where that begins to be told; "" when something else is told that sounds like it."""
    return _sent_on(clause) or _put_off(clause) or _done(clause) or _failed(clause, before)


# --- sent on ------------------------------------------------------------------------------------------------


def _sent_on(clause: Clause) -> tuple[str, int] | None:
    """ "phải ra công an", "nhờ bên MobiFone làm tiếp", "công an xã đã nhận"."""
    words = clause.words
    for at in clause.places("authority"):
        named = clause.piece.items[words[at].at]
        if named.has("thing") and words[at].item.tokens[0] is not named.tokens[0]:
            continue  # "trên app ngân hàng"
        if named.has("places") and named.tokens[0].key in STANDS:
            continue  # "lam qr o cho trung tam"
        start = next((n for n in range(at) if words[n].has("sends", "must")), None)
        if _in_a_thing(clause, words[at]) or (start is not None and _handed_in(clause, words[start])):
            continue  # "trên app ngân hàng", "khai đơn gửi lên phường"
        in_vain = words[-1].has("ends", "could") and any(word.has("negation") for word in words[at + 1 : -1])
        if start is None or in_vain:
            start = None  # "gọi tổng đài mãi không được"
        if start is not None and words[start].item.key == "cho" and clause.has("approves"):
            return "hen_lai", start  # "chờ công an duyệt"
        if start is not None and _leads_to(words, start, at):
            return "chuyen", start
        first = all(word.has("small", "people", "goes") for word in words[:at])
        asks = at + 1 < len(words) and words[at + 1].item.key in ASKS
        if first and not asks and any(word.has("takes") for word in words[at + 1 : at + 3]):
            return "chuyen", at
    other = _to_others(clause)
    return ("chuyen", other) if other is not None else None


def _in_a_thing(clause: Clause, word: Word) -> bool:
    """Whether an authority's name is part of the name of something else: "app ngân hàng", "cổng tòa án"."""
    item = clause.piece.items[word.at]
    return item.has("thing") and len(item.tokens) > len(word.item.tokens)


def _to_others(clause: Clause) -> int | None:
    """Where it is told that it was handed on to an authority no list knows: "em chuyển lên kiểm lâm"."""
    for at, word in enumerate(clause.words[:-2]):
        way, whom = clause.words[at + 1], clause.words[at + 2]
        moved = clause.piece.items[word.at].has("moved") and word.item.tokens[0].key == MOVED
        if moved and way.item.key in WAYS and not whom.item.tags:
            return None if clause.piece.has("procedure", "thing") or whom.item.capital else at
    return None


def _handed_in(clause: Clause, word: Word) -> bool:
    """Whether what was made out before is handed in there."""
    hands = word.item.key in HANDS and clause.piece.has("act", "thing")
    return hands and any(item.has("act", "thing", "procedure") for item in clause.piece.items[: word.at])


def _leads_to(words: Sequence[Word], start: int, at: int) -> bool:
    """Whether the way goes there: "phải | lên gặp | công an", "chuyển | công an"."""
    way = words[at].item.tokens[0].key in WAYS or any(word.has("goes") for word in words[max(at - 2, start + 1) : at])
    deals = any(word.has("takes") for word in words[at + 1 : at + 2])
    return way or (start == at - 1 and (deals or words[start].has("sends")))


# --- put off ------------------------------------------------------------------------------------------------


def _put_off(clause: Clause) -> tuple[str, int] | None:
    """ "mai em qua làm tiếp", "khi nào bà tìm ra căn cước thì làm lại", "hoãn sang thứ hai"."""
    off, coming = clause.first("put_off"), clause.first("later", "whenever")
    if off is not None and clause.first("leisure", start=off + 1) is not None:
        return "", 0  # "hẹn bữa nào rảnh mời em ăn bánh xèo"
    late = any(item.tags.get("results") == "hen_lai" for item in clause.piece.items)
    if clause.has("earlier", "appointed") and coming is None and (off is not None or late):
        return "", 0
    if coming is not None and not clause.marked and _lasted(clause, coming):
        return None
    unfinished = clause.first("unfinished")
    if off is not None or unfinished is not None:
        return "hen_lai", off if off is not None else unfinished or 0
    day = next((n for n in clause.places("named_day", "day") if not _gone(clause.words[n].item, clause)), None)
    when = coming if coming is not None else day
    if when is None and clause.words and clause.words[-1].has("again") and not clause.has("could", "success"):
        when = clause.first("part")  # "tối về làm nốt"
    if when is None or clause.piece.has("hamlet") or _other_help(clause, when):
        left = when is None and _left_open(clause)
        return ("hen_lai", len(clause.words) - 1) if left else None
    again = _goes_on(clause)
    if again is not None:
        return "hen_lai", min(when, again)
    if coming is not None and (all(_idle(word) for word in clause.words) or _left_for(clause, coming)):
        return "hen_lai", 0
    return None


def _lasted(clause: Clause, coming: int) -> bool:
    """ "lam mai moi duoc": mãi, typed without its mark."""
    rest = clause.words[coming + 1 :]
    return clause.words[coming].item.key == "mai" and bool(rest) and all(w.has("tries", "could") for w in rest)


def _left_open(clause: Clause) -> bool:
    """Whether the day was taken out of it: "2 người để (mai)", "de dot (sau)"."""
    keys = [word.item.key for word in clause.words[-2:]]
    if (
        clause.words
        and clause.words[-1].item.tokens[-1:]
        and clause.words[-1].item.tokens[-1].word not in ("để", "de")
    ):
        keys = [key if key != "de" else "" for key in keys]  # "người Ê đê"
    if keys[-1:] in (["doi"], ["cho"]) and len(keys) > 1 and clause.words[-2].has("so", "must"):
        return True  # "nên đợi"
    return keys[-1:] == ["de"] or (keys[:1] == ["de"] and keys[-1] in TIMES)


def _gone(item: Item, clause: Clause) -> bool:
    """Whether a day is told as one gone by: "tối qua"."""
    day: Day | None = item.value if item.has("day") else None
    if day is None:
        return clause.has("earlier")
    if item.tags.get("part") == "tối" and item.key.endswith("nay"):
        return clause.has("could", "success")  # "tối nay thử lại"
    return any(token.key in GONE for token in item.tokens)


def _goes_on(clause: Clause) -> int | None:
    """Where it is said that it goes on: "ghé làm cho xong", "quay lại"."""
    for n, word in enumerate(clause.words):
        if word.has("again"):
            return n
        if word.has("more") and any(before.has("comes", "does") for before in clause.words[max(n - 2, 0) : n]):
            return n
    return None


def _left_for(clause: Clause, coming: int) -> bool:
    """Whether it is left for then: "để mai", "làm vào ngày khác", "khi nào bà gọi thì em qua"."""
    words, last = clause.words, len(clause.words) - 1
    if coming >= last - 1 and any(word.has("deals", "so_that") for word in words[max(coming - 2, 0) : last + 1]):
        return True
    return words[coming].has("whenever") and words[last].has("comes", "does")


def _other_help(clause: Clause, when: int) -> bool:
    """Whether help for others is planned: "mai giúp bà Năm"."""
    later = clause.piece.items[clause.words[when].at :]
    return any(somebody(item) and (item.value.named or not may_be_none(item)) for item in later)


def _idle(word: Word) -> bool:
    return word.has("small", "later", "whenever", "comes", "does", "more", "people", "part", "clock", "sends")


# --- failed -------------------------------------------------------------------------------------------------


def _failed(clause: Clause, before: Before) -> tuple[str, int] | None:
    """ "không cài nổi", "quét mãi không nhận", "bà bỏ cuộc"."""
    words = clause.words
    given_up = clause.first("gives_up")
    counted = any(i.has("num") or (i.has("people") and i.value.counted) for i in clause.piece.items)
    if given_up is not None and (counted or words[given_up].item.tokens[0].key != DROPPED):
        return "khong_duoc", given_up
    refused = clause.first("refuses")
    if refused is not None and before.people == 1:
        return "khong_duoc", refused
    of_body: int | None = None
    for no in clause.places("negation"):
        after = words[no + 1] if no + 1 < len(words) else None
        closes = after is words[-1] and after.has("ends")  # "tai khong noi": nổi, and not nói
        if after is not None and after.has("bodily") and not closes:
            of_body = no
            continue
        unable = no and words[no - 1].has("bodily") and after is not None and after.has("ends")
        if unable and not clause.piece.has("thing", "procedure", "device"):
            of_body = no - 1
            continue  # "ngồi không nổi"
        end = next((n for n in range(no + 1, min(no + 2 + NEAR, len(words))) if words[n].has("ends")), None)
        touches = end is not None and end and words[end - 1].item.tokens[-1].key in TOUCHES
        if (
            end is not None
            and not touches
            and all(word.has("after_ends", "ends", "people") for word in words[end + 1 :])
        ):
            return "khong_duoc", no
    return (OF_BODY, of_body) if of_body is not None else None


# --- done ---------------------------------------------------------------------------------------------------


def _done(clause: Clause) -> tuple[str, int] | None:
    """ "máy báo thành công", "thử lần hai thì được", "bà vô được rồi"."""
    words = clause.words
    if not words:
        return None
    if words[0].has("could") and len(words) > 2 and words[1].has("wholly") and words[2].has("people"):
        return "xong", 0  # "được trọn 6 người"
    if words[-1].has("could") and not _turned(clause):
        before = words[-2] if len(words) > 1 else None
        if _tried(clause) or (before is not None and before.has("using") and len(words[-1].item.tokens) > 1):
            return "xong", len(words) - 1
    if clause.has("negation") or clause.piece.has("not_yet"):
        return None
    if words[-1].item.key in ("xong", "on") and len(words) > 1 and words[-2].has("tries"):
        return "xong", len(words) - 1
    report = clause.first("reports")
    if clause.has("reporter") and report is not None and clause.first("success", start=report + 1) is not None:
        return "xong", 0
    well = clause.first("went_well")
    return ("xong", well) if well is not None else None


def _tried(clause: Clause) -> bool:
    """Whether a word of trying or of the day stands close before the end: "lần hai thì được", "nay được rồi"."""
    return any(word.has("tries", "day") for word in clause.words[max(len(clause.words) - 4, 0) : -1])


def _turned(clause: Clause) -> bool:
    """Whether a word of not stands close before the end."""
    return any(word.has("negation") or word.item.key == "chua" for word in clause.words[-4:-1])


def somebody(item: Item) -> bool:
    """Whether people are told of there by a number or a name."""
    if not item.has("people"):
        return False
    mention: Mention = item.value
    return not mention.staff and not mention.bare and (mention.n is not None or mention.named)
