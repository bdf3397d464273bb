"""Who of the people in a piece was helped: not those who helped, stood by, or had it done for their sake."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from content.logline.items import Item
from content.logline.lot import Lot
from content.logline.mention import PRONOUNS, Mention
from content.logline.pieces import Piece

SAME = ("install", "make", "activate", "register", "filing", "reinstall")
"""Acts that need not be told again with their thing."""


def helped(piece: Piece, following: Piece | None, *, anybody: bool, families: bool = False) -> list[Mention]:
    """The people helped. `anybody` tells whether others were named before, to whom these may be added; `families`
    whether it was families that were counted ("4 hộ kinh doanh").
    """
    if not anybody and following is not None and _goes_on_to_help(piece, following):
        return []
    places = [i for i, item in enumerate(piece.items) if item.has("people")]
    out: list[Mention] = []
    for i in places:
        mention: Mention = piece.items[i].value
        again = (anybody or bool(out)) and _again(piece.items[i])
        again = again or _counted_in(piece.items, i, anybody=anybody)
        if again or _greeted(piece.items, i, mention) or _told_beside(piece.items, i, places, out):
            continue
        served = mention.staff and not anybody and _served(piece, following)
        if (not served and _helps(piece.items, i, mention, anybody=anybody or bool(out))) or _stands_by(
            piece, i, places
        ):
            continue
        sake = (mention.n or 0) > 1 and any(m.named and not m.weak for m in out) and _for_their_sake(piece.items, i)
        if sake and mention.child and any((m.named or m.bare) and not m.weak for m in out):
            continue  # "giúp chị Lài nộp hồ sơ cho 2 con"; but "ghé nhà chị Hiền kích hoạt cho 2 đứa con chị"
        if sake and not mention.child:
            mention = replace(mention, n=None, unsure=True)
        if i + 2 in places and piece.items[i + 1].has("brings") and not mention.weak:
            continue
        if (out or anybody) and (_purpose(piece.items, i) or _swindlers(piece.items, i)):
            continue
        anybodys = mention.counted and not mention.kin and i == places[-1]  # "tại nhà 5 người nộp hồ sơ"
        if (_lives_there(piece.items, i) and not anybodys) or _belongs(piece.items, i):
            mention = replace(mention, weak=True)
        each = _in_each_house(following) if mention.household and mention.n else None
        if each is not None:
            mention = replace(mention, n=(mention.n or 0) * each, household=False, family=True)
        elif mention.household and mention.n is not None and not families:
            given = i > 0 and piece.items[i - 1].has("help", "on_behalf")
            mention = replace(mention, n=None, weak=not given, unsure=given)  # "kích hoạt cho 5 gia đình": asked
        out.append(mention)
    return _those_alone(piece, out, anybody=anybody)


def _those_alone(piece: Piece, out: list[Mention], *, anybody: bool) -> list[Mention]:
    """Those helped, without telephones beside people; so many at whose home it was are those, when nobody else is."""
    if not anybody and piece.has("act", "thing", "procedure") and len(out) == 1 and _at_theirs(piece, out[0]):
        out = [replace(out[0], weak=False)]  # "đến nhà 3 cụ kích hoạt VNeID"
    numbered = [m for m in out if not m.account]
    return numbered if any(not m.weak for m in numbered) else out


def _at_theirs(piece: Piece, mention: Mention) -> bool:
    """Whether so many live where help was given."""
    several = (mention.n or 0) > 1 and mention.counted and not (mention.named or mention.pair)
    whom = piece.index("people")
    return several and bool(mention.kin) and _lives_there(piece.items, whom)


def done_by_us(piece: Piece) -> bool:
    """Whether it is the writer who does it, or it is done for somebody: "em tắt mấy ứng dụng", "chỉnh cho bác"."""
    ours = piece.items[0].has("me", "speaker") and piece.has("thing", "procedure")
    given = [item for item in piece.items if not item.has("account")]  # "cho máy chú Lượng"
    return ours or any(b.has("on_behalf") and i.has("people") for b, i in pairwise(given))


def at_home(piece: Piece, mention: Mention) -> bool:
    """Whether it is somebody's house that was gone to: "nhà ông cụ sổ sức khỏe"."""
    whose = (i.value for b, i in pairwise(piece.items) if b.has("home") and i.has("people"))
    return any((m.who, m.kin) == (mention.who, mention.kin) for m in whose)


def _counted_in(items: Sequence[Item], i: int, *, anybody: bool) -> bool:
    """ "tính cả bác Sơn thì có 6 người": one of those counted."""
    others = [item.value for n, item in enumerate(items) if n != i and item.has("people")]
    return (
        i > 0 and items[i - 1].has("counted_in") and (anybody or any(m.n is not None and m.counted for m in others))
    )


def _again(item: Item) -> bool:
    """Whether somebody told of before goes on: "con Hương bán trà sữa, nó nhờ tui khai thuế"."""
    mention: Mention = item.value
    return (mention.weak or mention.named) and item.tokens[0].word in PRONOUNS


def _in_each_house(piece: Piece | None) -> int | None:
    """How many people it tells of in each house: "5 hộ, mỗi hộ 2 người"."""
    if piece is None or not piece.has("each_house"):
        return None
    counted = [m.n for m in piece.mentions if m.n is not None and not m.named]
    return counted[0] if len(counted) == 1 else None


def _greeted(items: Sequence[Item], i: int, mention: Mention) -> bool:
    """ "báo cáo anh Tuấn", "chị Lan ghi giúp em", "nghe cô Ba nói": spoken to or listened to, not of."""
    if mention.n == 0:
        return True
    counted = mention.n is not None and not mention.named and not mention.bare
    heard = i > 0 and items[i - 1].has("heard")
    return not counted and (heard or any(item.has("greeting") for item in items[max(i - 1, 0) : i + 2]))


def _told_beside(items: Sequence[Item], i: int, places: Sequence[int], out: Sequence[Mention]) -> bool:
    """Whether those next to it tell how many they are: "gia đình anh Sơn 4 người", "1 lượt bà Tuyền"."""
    mention: Mention = items[i].value
    after = next((items[p].value for p in places if p == i + 1), None)
    if mention.named and after is not None and not (after.named or after.weak):
        return True  # but "vợ chồng anh Thạo chủ vựa bưởi"
    owner = i - 1
    while owner > 0 and items[owner].has("kin", "relative") and owner not in places:
        owner -= 1  # "thằng Tín em con dì Út"
    if mention.owned and owner in places and out and out[-1].named:
        return True  # "thằng Cu Bin con anh Sơn"
    if mention.named and out and i and items[i - 1].has("asks"):
        return True  # "cụ Ón nhờ cháu Pâng ra nhờ em"
    if mention.named and i - 1 in places and out and out[-1].n and not out[-1].named and not out[-1].bare:
        return True  # also "4 người nhà anh Dũng"
    return mention.staff and any(p > i and not items[p].value.named for p in places)


def _helps(items: Sequence[Item], i: int, mention: Mention, *, anybody: bool) -> bool:
    before = items[i - 1] if i else None
    after = next((n for n in range(i + 1, len(items)) if items[n].has("help")), None)
    object_after = after is not None and any(item.has("people") for item in items[after + 1 :])
    passive = after is not None and any(
        item.has("asked", "could") and not item.has("already") for item in items[i + 1 : after]
    )
    whose = items[i - 2] if i > 1 and before is not None and before.has("could") else before  # "hỗ trợ được bác Hùng"
    given = whose is not None and whose.has("help", "on_behalf") and not whose.has("together")
    if given and not (before is not None and before.has("team")):
        return False
    asking = any(item.has("asks") for item in items[i + 1 : i + 3])  # "nhóm 6 sinh viên nhờ đăng ký tạm trú"
    ours = (
        before is not None and before.has("speaker", "team") and not (i > 1 and items[i - 2].has("help", "on_behalf"))
    )
    if ours and not (asking and mention.counted):
        return True
    if mention.staff:
        passive = any(item.has("could") for item in items[i + 1 : i + 4])  # "8 đoàn viên được học"
        passive = passive or any(b.has("could") and a.has("help") for b, a in pairwise(items[i + 1 :]))
        return not passive and not _staff_asks(items, i)
    after_it = items[i + 1] if i + 1 < len(items) else None
    if mention.pair and not mention.named and after_it is not None and after_it.has("speaker"):
        return True  # "hai cô cháu tôi"
    if after is not None and any(item.has("me", "speaker") for item in items[after + 1 : after + 2]) and not passive:
        return True  # "con dâu bác Viện phụ tôi một tay"
    if (mention.named or mention.pair) and not anybody and after_it is not None and after_it.has("duty"):
        return True
    if before is not None and before.has("together") and not anybody:
        return len(items) > i + 1 or not given
    if object_after and not passive:
        doing = any(item.has("act", "thing", "procedure") for item in items[i + 1 : after])
        return not doing
    return False


def _served(piece: Piece, following: Piece | None) -> bool:
    """Whether somebody of the staff was helped himself: nobody else is, and no help is told of but what he got."""
    alone = sum(1 for item in piece.items if item.has("people")) == 1 and piece.all("people")[0].value.kin
    others = following is not None and following.has("people", "help", "me")
    beside = piece.has("help", "on_behalf", "together", "duty", "me", "speaker", "brings")
    return bool(alone) and piece.has("thing", "procedure") and not (others or beside)


def _staff_asks(items: Sequence[Item], i: int) -> bool:
    """ "2 anh dân quân nhờ cài VssID", but not "công an phường nhờ tổ mình ra khu 8 giúp dân"."""
    asks = next((n for n in range(i + 1, len(items)) if items[n].has("asks")), len(items))
    ordered = items[i].has("authority") and any(item.has("team", "speaker", "me") for item in items[asks + 1 :])
    return asks < len(items) and (not ordered or any(item.has("act", "thing", "procedure") for item in items[asks:]))


def _goes_on_to_help(piece: Piece, following: Piece) -> bool:
    """ "Chị Hoa và em hướng dẫn 19 hộ": those joined to somebody who helps others."""
    asked = any(item.has("asked") for item in piece.items[piece.index("people") :])  # but "tối qua thầy Lập và tôi"
    if asked or piece.has("help", "act", "thing", "procedure", "results") or not following.joined:
        return False
    if any(i.has("me") for i in following.items[:2]) or (following.has("people") and following.has("duty")):
        return True  # "em Hằng với em lên ủy ban trực"
    help_at, people_at = following.index("help"), following.index("people")
    helper = any(i.has("kin", "speaker") for i in following.items[:help_at])
    return helper and help_at < people_at < len(following.items)


def _stands_by(piece: Piece, i: int, places: Sequence[int]) -> bool:
    """Whether the nearest person to a word of standing by is this one."""
    for n, item in enumerate(piece.items):
        if item.has("bystander") and not (item.has("waits") and piece.has("waited_for")):
            if any(after.tags.get("thing") == "lookup" for after in piece.items[n + 1 : n + 2]):
                continue  # "đến xem hồ sơ tới đâu"
            nearest = max((p for p in places if p < n), default=min((p for p in places if p > n), default=None))
            if nearest == i:
                return True
        if item.has("along") and i == min((p for p in places if p > n), default=max(places)):
            return True
    return False


def _for_their_sake(items: Sequence[Item], i: int) -> bool:
    """Whether what was done for somebody was for so many others: "giúp chị Ngọc nộp hồ sơ cho 3 người"."""
    return i > 1 and items[i - 1].has("on_behalf") and any(item.has("thing", "procedure") for item in items[:i])


def _purpose(items: Sequence[Item], i: int) -> bool:
    """Whether somebody is only what it was done for: "cài Zalo để gọi cho con"."""
    start = next((n for n in range(i, -1, -1) if items[n].has("so_that")), None)
    return start is not None and start > 0 and not any(item.has("help") for item in items[start:i])


def _swindlers(items: Sequence[Item], i: int) -> bool:
    """Whether they are those who do harm: "cách chặn mấy đứa giả shipper"."""
    mention: Mention = items[i].value
    scam = i + 1 < len(items) and items[i + 1].tags.get("thing") == "scam"
    given = i > 0 and items[i - 1].has("help", "on_behalf")
    return scam and mention.n is None and not (mention.named or given)


def _lives_there(items: Sequence[Item], i: int) -> bool:
    """Whether it is their house that was named: "ở nhà ông Năm giúp 3 người"."""
    return i > 0 and (items[i - 1].has("home", "shop") or items[i - 1].tags.get("places") == "nha_dan")


def _belongs(items: Sequence[Item], i: int) -> bool:
    """Whether so many are only whose something is, or whom somebody has: "giấy khai sinh của 2 đứa con"."""
    mention: Mention = items[i].value
    owns = i > 0 and items[i - 1].has("belongs") and not items[i - 1].has("home", "on_behalf", "help")
    has = i > 1 and items[i - 1].has("having") and any(item.has("people") for item in items[: i - 1])
    if owns and mention.counted and i > 1 and items[i - 2].has("places"):
        return True  # "tại phòng trọ của 2 bạn"
    if has and mention.counted and items[i].tokens[-1].key in ("con", "chau"):
        return True  # "bác Quế có hai người con đi làm xa"
    papers = (
        i > 0
        and items[i - 1].has("thing", "procedure")
        and any(b.has("on_behalf", "belongs") for b in items[i + 1 :])
    )
    theirs = mention.child or items[i].tokens[-1].key in ("con", "chau", "nho", "be")
    if papers and theirs and mention.counted and any(item.has("people") for item in items[i + 1 :]):
        return True  # "đưa khai sinh hai đứa nhỏ lên VNeID cho chị Tươi"
    return owns and mention.child and not mention.named


def same_for(piece: Piece, last: Lot) -> bool:
    """Whether the same was done for somebody else, and nothing is named that may have been done for his sake."""
    at = piece.index("people")
    at -= at > 1 and piece.items[at - 1].has("everybody")  # "rồi chỉ cả con gái chị ấy"
    given = at > 0 and piece.items[at - 1].has("on_behalf", "help")
    acts = [item.tags["act"] for item in piece.all("act")]
    given = given and last.named and bool(last.codes)
    return given and not piece.has("thing", "procedure", "so_that", "results") and all(act in SAME for act in acts)
