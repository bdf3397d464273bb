"""What sounds like a place, a call or a result and only names the matter itself: "khám bệnh viện", "cúng dường chùa",
"khỏi lên trường", "muốn gọi Zalo cho con", "phần mềm điện thoại cho anh Trí".
"""

from collections.abc import Sequence

from content.logline.codes import ELSEWHERE, FROM_AFAR, HOME, SHOP
from content.logline.counting import DOING
from content.logline.items import Item, Lexicon, clause_before
from content.logline.trades import Classes

MATTERS = (ELSEWHERE, SHOP, HOME)
"""Places whose names often stand in the name of a matter."""
SOON = 3
"""Items behind a call within which it is told what the caller wanted."""
KEEPS = ("people", "kin", "relative", "pair", "folk", "unit", "num", "help", "met", "brings")
"""Behind these a place is where they were."""
MEANS = "bang"
"""A telephone behind this and behind what was done is what it was done with: "trả tiền nước bằng điện thoại"."""
WITHIN = ("trong", "tren", "vao", "vo", "bang")
"""Before a telephone in which something was done: "chỉnh chữ to trong điện thoại cho cô Bé"."""
SHOWN = ("skill", "commerce", "scam")
"""Things that are done on it."""
ON = "tren"
"""What is taught on it is no call: "dạy chú Phi nhắn tin thoại trên Zalo"."""
CHEATS = ("ke", "ai", "bon", "tui", "chung", "so", "cong", "chieu", "tro", "dua", "nguoi", "thang", "vu", "quan")
"""Who calls to cheat somebody, or what way that is: "có đứa giả nhân viên điện lực gọi bà"."""
CHEATING = ("gia", "doa", "doi", "xung", "mao", "trung", "du", "hu", "lua", "keu", "bat")
"""What those do who call."""
SENT = ("gui", "nhan", "ban", "dang", "hop")
"""What goes over a channel that is the matter itself then: "chỉ cô Ba gửi vị trí qua Zalo", "bán trứng qua Zalo"."""
WATCHED = ("xem", "coi", "ngo", "theo", "dieu", "bat", "tat", "mo", "dong", "canh")
"""What is done from a telephone: "xem camera vườn qua điện thoại"."""
TOLD = ("bao", "goi", "nho", "keu", "hoi", "lien he")
"""Before those who were asked for something, who are no place then: "báo ngân hàng khóa thẻ"."""
BESIDE = ("thing", "belongs", "relative", "account")
IS_AT = ("o", "tai")
"""What a place begins with that can be nothing else."""
FAILED, DONE = "khong_duoc", "xong"
LOOKED = ("look", "lookup")
RETURNED = ("bi tra", "bi tra lai", "bi tra ho so", "bi tu choi", "tra lai")
"""What is told of a dossier that is worked on: "bổ sung hồ sơ bị trả"."""
WORKED_ON = ("chore", "update", "look", "reinstall")
AGAIN = "lai"
SPAN = 4
"""Items within which a word of not finds what could not be: "không | vô lại | được"."""
ENTERS = ("vao", "vo", "dang", "lay", "nhan", "mo", "quet")
"""What cannot be done where an account is lost."""
SHUT = ("vao", "vo", "dang")
"""What cannot be done where somebody is shut out: "không đăng nhập được"."""
EARLIER = ("dossier", "fee", "card", "licence", "procedure")
"""What is told of as done before: "kích hoạt định danh sau khi làm căn cước"."""
RESIDENCE = ("thuong-tru", "tam-tru")
"""Behind these a way is where somebody goes to live: "chuyển khẩu về nhà con"."""
SPARED = ("places", "moving", "bystander", "at", "came", "results", "moved")
"""What is not told of a way that was spared: "khỏi xếp hàng", "đỡ phải lên xã"."""


def matters(items: Sequence[Item], lexicon: Lexicon, classes: Classes, *, marked: bool) -> list[Item]:
    """The same items, without what these words mean where they only name the matter. `marked` tells that the writer
    types marks.
    """
    out: list[Item] = []
    spared = wished = False
    cheated = any(item.tags.get("thing") == "scam" for item in items)
    for i, item in enumerate(items):
        ends = item.mark or item.ends_line
        spared = (spared or item.has("spared")) and not (ends or item.has("me", "speaker", "help"))
        wished = (wished or _wish(items, i)) and not (
            ends or item.has("help", "asks") or (item.has("me", "speaker") and not _wish(items, i))
        )
        if spared and item.has(*SPARED) and not item.has("people"):
            out.append(item.without(*SPARED))
        elif item.tags.get("thing") == "portal" and item.has("places"):
            out.append(item.without("places"))  # "tài khoản một cửa điện tử"
        elif _of_a_telephone(item, out) or _given(items, i):
            out += lexicon.items(item.tokens[:-1]) + lexicon.items(item.tokens[-1:])
        elif item.tags.get("places") == FROM_AFAR and wished and not item.has("me"):
            out.append(Item(item.tokens, {"thing": "skill"}))
        elif item.has("home") and out and out[-1].has("on_behalf"):
            out.append(Item(item.tokens, {"belongs": ""}))  # "gắn công tơ cho nhà em Sơn"
        elif item.has("coming") and item.capital and i and items[i - 1].capital:
            out.append(Item(item.tokens))  # "khám Bạch Mai"
        elif _bound_for(items, i):
            out.append(item.without("places", "shop", "eponym"))
        elif _old(items, i):
            out.append(Item(item.tokens))
        elif tags := _no_call(items, i, cheated=cheated):
            out.append(Item(item.tokens, tags))
        elif _in_a_matter(items, i) and not _there(items, i, classes, marked=marked):
            out.append(item.without("places", "shop", "home", "eponym", "moving"))
        else:
            out.append(item)
    return _looked_for(_done_before(_set_right(out)))


def _set_right(items: Sequence[Item]) -> list[Item]:
    """The items, what could not be done being the matter where it was to be set right: "sửa lỗi không tải được
    VNeID", "sửa hồ sơ bị trả về", "mất sim không vào được VNeID".
    """
    out: list[Item] = []
    i = 0
    while i < len(items):
        end = _failing(items, i)
        if end == i or not _is_matter(items, i, end):
            out.append(items[i])
            i += 1
            continue
        if _shut_out(items[i:end]):
            out.append(Item(tuple(t for item in items[i:end] for t in item.tokens), {"thing": "secret"}))
        else:
            _told_within(out, items[i:end])
        i = end
    return out


def _shut_out(failing: Sequence[Item]) -> bool:
    """Whether it is told that somebody could not get in: "không vô lại được"."""
    return any(t.key in SHUT for item in failing for t in item.tokens) and not any(i.has("thing") for i in failing)


def _told_within(out: list[Item], failing: Sequence[Item]) -> None:
    """Adds what could not be done as words of the matter before it."""
    for item in failing:
        left = item.without("results", "could", "could_not", "hindrance", "moving")
        if left.has(*DOING):
            out.append(left)
        elif out and out[-1].has(*DOING) and not out[-1].mark:
            out[-1] = Item((*out[-1].tokens, *item.tokens), out[-1].tags, out[-1].value)
        else:
            out.append(Item(item.tokens, {"suffered": ""}))


def _failing(items: Sequence[Item], i: int) -> int:
    """Where what could not be done ends that begins there, `i` itself when nothing does."""
    if items[i].tags.get("results") == FAILED:
        back = i + 1 < len(items) and items[i].key in RETURNED and items[i + 1].key == "ve"
        return i + 1 + back
    if not items[i].has("could_not"):
        return i
    for n in range(i + 1, min(i + 1 + SPAN, len(items))):
        if items[n].mark or items[n].ends_line or items[n].has("help", "me", "joins"):
            return i
        if items[n].has("could") or items[n].tokens[0].key == "duoc":
            return n + 1
    return i


def _is_matter(items: Sequence[Item], i: int, end: int) -> bool:
    before = clause_before(items, i)
    after = items[end : next((n for n in range(end, len(items)) if items[n].mark or items[n].ends_line), len(items))]
    told = any(item.has(*DOING) for item in (*before[-2:], *after, *items[i:end]))
    mended = next((n for n, item in enumerate(before) if item.has("mends")), None)
    if mended is not None and not any(item.has("joins", "results") for item in before[mended + 1 :]):
        return told
    if after[:1] and after[0].key in ("khi", "luc") and any(item.has("act") for item in after):
        return True  # "đọc NFC không được khi kích hoạt VNeID"
    acts = {item.tags["act"] for item in before if item.has("act")}
    if items[i].key in RETURNED:
        again = any(item.tokens[-1].key == AGAIN for item in before if item.has("act", "thing"))
        looked = any(item.tags.get("thing") in LOOKED for item in before)
        again = again or any(token.key == AGAIN for item in items[end : end + SPAN] for token in item.tokens)
        return told and (again or looked or bool(acts & set(WORKED_ON)))
    lost = any(item.tags.get("thing") == "device" or item.key == "vang ra" for item in (*before, *after))
    enters = any(token.key in ENTERS for item in items[max(i - 1, 0) : end] for token in item.tokens)
    return lost and enters and acts <= {"recover"} and not any(item.has("results") for item in before)


def _done_before(items: Sequence[Item]) -> list[Item]:
    """The items without what was done before that of which it is told: "xóa thế chấp sau khi trả nợ"."""
    out: list[Item] = []
    earlier = False
    for i, item in enumerate(items):
        ends = item.mark or item.ends_line or item.has("help", "me", "speaker", "results")
        begins = (
            item.key == "khi"
            and i > 1
            and items[i - 1].key == "sau"
            and any(before.has(*DOING) for before in clause_before(items, i - 1))
        )
        earlier = not ends and (earlier or begins)
        matter = earlier and (item.has("procedure") or item.tags.get("thing") in EARLIER)
        out.append(item.without(*DOING) if matter else item)
    return out


def _looked_for(items: Sequence[Item]) -> list[Item]:
    """The items without what was only looked up: "xem nhãn hiệu đã được cấp chưa", "hồ sơ nộp bữa trước"."""
    out = list(items)
    for i, item in enumerate(items):
        if not item.has("results", "day") or not any(
            part.tags.get("act") in LOOKED or part.tags.get("thing") in LOOKED for part in clause_before(items, i)
        ):
            continue
        asked = any(later.key == "chua" or later.key.endswith(" chua") for later in items[i + 1 : i + SPAN])
        if item.tags.get("results") == DONE and asked:
            out[i] = item.without("results")
        elif item.has("day") and items[i - 1].tags.get("act") in ("filing", "make"):
            out[i] = Item(item.tokens)
    return out


def _wish(items: Sequence[Item], i: int) -> bool:
    """Whether what stands behind it is wished for: "chị Ghến muốn gọi Zalo", "cài Zalo để gọi cho cháu"."""
    if items[i].has("me", "speaker") and i and items[i - 1].has("asks") and i + 1 < len(items):
        whom = items[i + 1].tokens[-1].key == "cho" or any(item.has("on_behalf") for item in items[i + 2 : i + 3])
        sent = items[i + 1].tokens[0].key in SENT and all(item.mark for item in items[i + 2 : i + 3])
        return items[i + 1].has("calls") and (whom or sent)  # "nhờ tui gọi video cho con", "nhờ tôi gửi ảnh qua Zalo"
    if items[i].has("so_that"):
        return any(item.has(*DOING) for item in clause_before(items, i))
    return items[i].has("wishes") and not any(item.has("me", "speaker") for item in items[max(i - 1, 0) : i])


def _of_a_telephone(item: Item, out: Sequence[Item]) -> bool:
    """ "phần mềm điện thoại cho anh Trí": "điện thoại cho" behind what belongs to a telephone is no call."""
    if item.tags.get("places") != FROM_AFAR or len(item.tokens) < len(("điện thoại", "cho")) + 1 or not out:
        return False
    before = out[-1]
    named = before.has(*DOING, "and_words") or before.bare() or before.key in WITHIN
    return item.tokens[-1].key == "cho" and not before.mark and named


def _given(items: Sequence[Item], i: int) -> bool:
    """ "lay so truoc cho ma": typed without marks, "cho" before somebody is no market."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    market = item.tags.get("places") == SHOP and len(item.tokens) > 1 and item.tokens[-1].word == "cho"
    market = market and item.tokens[0].key not in IS_AT
    if item.key.endswith(" cho noi") and item.tokens[-1].word == "noi":
        return any(other.has("kin") and other.key == "noi" for other in items[:i])  # nội
    return market and after is not None and after.has("kin", "relative") and not after.has("help")


def _means(items: Sequence[Item], i: int) -> bool:
    """Whether it is what something was done with: "trả tiền nước bằng điện thoại", "đóng học phí qua điện thoại"."""
    before = items[i - 1] if i else None
    if before is None or before.capital or not (before.has(*DOING, "turn") or before.bare()):
        return False
    if items[i].tokens[0].key == MEANS:
        return True
    watched = any(item.tokens[0].key in WATCHED for item in clause_before(items, i)[-SOON:])
    return items[i].key == "qua dien thoai" and (before.tags.get("thing") in ("fee", "tax", "commerce") or watched)


def _sent(items: Sequence[Item], i: int) -> bool:
    """Whether something was to be sent that way, and no help: "chỉ cô Ba gửi vị trí qua Zalo"."""
    if items[i].has("calls") or not items[i].has("moving"):
        return False
    clause = clause_before(items, i)
    sent = next((n for n in range(len(clause) - 1, -1, -1) if clause[n].tokens[0].key in SENT), None)
    if sent is None or clause[sent].has("folk", "kin", "num", "people", "numbered"):
        return False
    if clause[sent].tags.get("act") in ("login", "register", "notice"):
        return False  # "đăng nhập cổng dịch vụ công qua Zalo", "nhận biết lừa đảo qua điện thoại"
    if any(item.has("me", "speaker", "help", "joins", "asks", "on_behalf") for item in clause[sent + 1 :]):
        return False
    return any(item.has("help", "asks") for item in clause[:sent])


def _no_call(items: Sequence[Item], i: int, *, cheated: bool) -> dict[str, str]:
    """What a call or a channel is there when it is not how help was given; nothing when it is."""
    item = items[i]
    if item.tags.get("places") != FROM_AFAR:
        return {}
    if cheated and item.has("calls") and _by_cheats(items, i):
        return {"suffered": ""}
    if item.tokens[0].key == ON and any(before.tags.get("thing") in SHOWN for before in clause_before(items, i)):
        return {"thing": "net"}
    if _sent(items, i):
        return {"thing": "net"}
    return {"thing": "phone"} if _means(items, i) else {}


def _by_cheats(items: Sequence[Item], i: int) -> bool:
    """Whether it is those who cheat that call: "có người gọi điện giả công an", "tụi nó gọi dọa cả xóm"."""
    before, after = clause_before(items, i), items[i + 1 : i + 1 + SOON]
    ends = next((n for n, item in enumerate(after) if item.mark or item.ends_line), len(after))
    asked = items[i].has("asks") or any(token.key in ("hoi", "nho") for token in items[i].tokens)
    if asked or any(item.has("asks", "help", "me", "question") for item in after[:ends]):
        return False
    if any(item.key.partition(" ")[0] in CHEATS or item.tags.get("thing") == "scam" for item in before[-SOON:]):
        return True
    if any(item.has("me", "speaker", "help", "asks") for item in before):
        return False
    return any(item.key.partition(" ")[0] in CHEATING or item.tags.get("thing") == "scam" for item in after[:ends])


def _old(items: Sequence[Item], i: int) -> bool:
    """ "xoa facebook cu cho em Ri": typed without marks, cũ and no cụ where nobody is named behind it."""
    item, after = items[i], items[i + 1] if i + 1 < len(items) else None
    if item.tokens[-1:] == () or len(item.tokens) > 1 or item.key != "cu" or item.tokens[0].word != "cu" or not i:
        return False
    ends = after is None or after.mark or after.ends_line or after.has("on_behalf", "so_that", "help", *DOING)
    return ends and items[i - 1].has(*BESIDE) and not items[i - 1].has("help", "on_behalf")


def _bound_for(items: Sequence[Item], i: int) -> bool:
    """Whether it is only where somebody wants to go, or who was told: "đặt Grab đi bệnh viện", "báo ngân hàng"."""
    if not items[i].has("places") or not i:
        return False
    before, after = items[i - 1], items[i + 1] if i + 1 < len(items) else None
    if before.key in TOLD and items[i].has("authority") and after is not None:
        return after.has(*DOING) and any(item.has("help", "asks") for item in clause_before(items, i - 1))
    goes = before.key == "di" or (before.key == "ve" and items[i].has("authority"))  # "rút doanh thu về ngân hàng"
    return goes and any(item.has("thing", "procedure") for item in clause_before(items, i))


def _there(items: Sequence[Item], i: int, classes: Classes, *, marked: bool) -> bool:
    """Whether it is told that it was there: "ngay tại nhà", "trước nhà thờ"."""
    return any(classes.at("there", items, n, marked=marked, begins=n == i) for n in (i - 1, i))


def _in_a_matter(items: Sequence[Item], i: int) -> bool:
    """Whether a place without a word of being there stands behind what was done, or what we do not know."""
    item, before = items[i], items[i - 1] if i else None
    if item.tags.get("places") not in MATTERS or item.has("results") or before is None:
        return False
    if item.has("moving") and before.tags.get("procedure") not in RESIDENCE:
        return False
    if before.mark or before.ends_line or before.has(*KEEPS):
        return False
    clause = clause_before(items, i)
    told = any(part.has("act", "help", "thing", "procedure") for part in clause)
    return told and (before.has(*DOING) or (before.bare() and not before.capital))
