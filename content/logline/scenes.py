"""A scene, and in it the deed: what is told of somebody before the writer says what he did for him. Once the deed is
whole in itself, the scene tells only who that was, where he lives and which day it was: "bà Tư đi chợ về, giấy tờ
lộn xộn, em nộp hồ sơ cho bà".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from content.logline.codes import FROM_AFAR, TRADERS
from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.mention import PRONOUNS, Mention
from content.logline.pieces import CAUSES, OF_IDENT, TOWARDS_ME, WHEN, Piece

SOON = 6
"""Words after the writer's own within which he tells what he did."""
NEAR = 3
"""Words after somebody within which it is told what people he is of."""
LOOSE = (*CAUSES, "phone", "net", "online", "other", "status", "info", "wallet", "through", "portal_way")
"""Things that need the scene to tell what was done: "em đổi mật khẩu cho bà"."""
PUTS = ("put", "into", "merge", "integrate")
"""What is done with papers that the scene may name."""
TALLIED = ("told_after", "counting", "total", "subset", "rest", "correction", "everybody", "each", "each_house")
WISHES = ("wishes", "planned", "asks", "asked", "could_not", "not_yet", "suffered")
DROPS_IN = ("ghé", "tạt", "rẽ")
"""Said of who comes to a place on his way."""
THERE = ("o", "tai")
"""Words of being at a place."""
OF = "cua"
"""The word before whose something is."""
FRAME = (*WHEN, "places", "hamlet", "moving", "filler")
"""What may stand before a deed without its doer."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What the writer did, and where in the line it is told."""

    at: int
    """The piece it begins in."""
    item: int
    """The item of that piece it begins with."""
    pieces: Sequence[Piece]
    """The piece from there on, and those joined to it."""

    def all(self, *tags: str) -> list[Item]:
        """Its items with one of these meanings."""
        return [item for piece in self.pieces for item in piece.all(*tags)]


def without_scenes(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, the scene before the deed of a line with nothing but what belongs to the deed."""
    out: list[Piece] = []
    for _, told in groupby(pieces, key=lambda piece: piece.line):
        line = list(told)
        deed = _deed(line)
        out += line if deed is None else _told(line, deed)
    return out


def _deed(line: Sequence[Piece]) -> Deed | None:
    """The first deed of the line that is whole in itself and has a scene before it."""
    for at, piece in enumerate(line):
        begin = _writer(piece)
        if begin is None:
            continue
        while begin and piece.items[begin - 1].has(*WHEN):
            begin -= 1
        if begin and not piece.items[begin - 1].has("so"):
            continue
        end = at + 1
        while end < len(line) and (line[end].joined or not line[end].before):
            end += 1
        deed = Deed(at, begin, [replace(piece, items=piece.items[begin:]), *line[at + 1 : end]])
        scene = [*line[:at], replace(piece, items=piece.items[:begin])]
        return deed if (at or begin) and _whole(deed, scene) else None
    return None


def _writer(piece: Piece) -> int | None:
    """Where the writer begins to tell what he did."""
    if piece.asked or piece.has("question", "request", "next_week"):
        return None
    for n, me in enumerate(piece.items):
        if not me.has("me", "speaker") or (n and piece.items[n - 1].has(*TOWARDS_ME)):
            continue
        if me.has("people") and not (me.value.bare and any(i.has("people") for i in piece.items[n + 1 :])):
            continue
        after = piece.items[n + 1 : n + 1 + SOON]
        if any(item.has("planned", "coming") for item in after):
            return None
        given = any(item.has("help", "on_behalf") for item in piece.items[n + 1 :])
        if any(item.has("help", "act") for item in after) and (given or not me.has("relative")):
            return n
    return None


def _whole(deed: Deed, scene: Sequence[Piece]) -> bool:
    """Whether it tells what was done without the scene."""
    if not deed.all("act", "help"):
        return False
    things = [item.tags["thing"] for item in deed.all("thing")]
    if deed.all("procedure") or any(thing not in (*LOOSE, *OF_IDENT) for thing in things):
        return True
    told = [item.tags["thing"] for piece in scene for item in piece.all("thing")]
    if any(thing in OF_IDENT for thing in things):
        return not any(item.tags["act"] in PUTS for item in deed.all("act"))  # "quên bằng lái, em đưa vào VNeID"
    of_ident = any(thing in OF_IDENT for thing in told) and all(thing in (*OF_IDENT, *CAUSES) for thing in told)
    return of_ident and any(thing in CAUSES for thing in things)


def _told(line: list[Piece], deed: Deed) -> list[Piece]:
    """The line with its scene cleared, or as it is when the scene may be help itself."""
    first = line[deed.at]
    scene = line[: deed.at]
    if deed.item:
        scene = [*scene, replace(first, items=first.items[: deed.item])]
    if any(_may_be_help(piece) for piece in scene):
        return line
    told = [item for item in deed.all("people") if not item.has("me")]  # "cháu bày bác"
    whom = [item for item in told if not item.value.weak and not item.value.staff]
    known = [item for piece in scene for item in piece.all("people") if _somebody(item.value)]
    if deed.all("everybody", "rest", "adding") and not (len(whom) == 1 and whom[0].value.counted):
        return line  # "dẫn theo 2 chị, em cài cho cả 3"
    if not whom:
        known = known or [item for piece in scene for item in piece.all("people")]
        alone = len(known) == 1 and not told
        return [*_cleared(scene, known[0], deed), *_rest(line, deed)] if alone else line
    if len(whom) != 1 or whom[0].value.named or whom[0].value.n is None:
        return line
    mention: Mention = whom[0].value
    same = [item for item in known if item.value.n in (mention.n, None if mention.bare else mention.n)]
    of_title = [item for item in same if _may_be(item.value, whom[0])]
    same = [i for i in of_title if i.value.cased] or of_title or (same if len(known) == 1 else [])
    topic = same[0] if same else None
    if topic is None and not mention.bare:
        return line
    kinds = frozenset(group for p in scene for i in p.items if _kind(i) for group in i.value.groups)
    rest = [_with(piece, whom[0], topic, kinds) for piece in _rest(line, deed)]
    return [*_cleared(scene, topic, deed, person=False), *rest]


def _rest(line: Sequence[Piece], deed: Deed) -> list[Piece]:
    before = "," if deed.item else deed.pieces[0].before
    return [replace(deed.pieces[0], before=before), *line[deed.at + 1 :]]


def _with(piece: Piece, pointed: Item, topic: Item | None, kinds: frozenset[str]) -> Piece:
    """The piece, whom the deed points to named by what the scene tells of him, and of which people he is."""
    if not any(item is pointed for item in piece.items):
        return piece
    told: Mention = pointed.value
    of = topic.value if topic is not None else told
    groups = told.groups | of.groups | kinds
    whom = replace(told, bare=False, named=True, kin=of.kin, who=of.who or told.kin, groups=groups)
    named = Item(pointed.tokens, pointed.tags, whom)
    return replace(piece, items=[named if item is pointed else item for item in piece.items])


def _somebody(mention: Mention) -> bool:
    told = mention.n is not None or mention.owned  # "gia đình bà Vẽ"
    return told and not (mention.weak or mention.staff or mention.counted)


def _may_be(mention: Mention, pointed: Item) -> bool:
    """Whether the one pointed to can be he: "chị" of chị Lan, "hai người" of a couple, "ổng"."""
    kin = pointed.value.kin
    return not kin or pointed.tokens[0].word in PRONOUNS or kin in (*mention.kin.split(), *mention.who.split())


def _may_be_help(piece: Piece) -> bool:
    """Whether a piece of the scene may tell of help of its own."""
    if piece.asked or piece.inside or piece.has(*TALLIED):
        return True
    if any(m.counted and (piece.has(*DOING, "having")) for m in piece.mentions):
        return True
    opens = next((item for item in piece.items if not item.has(*FRAME)), None)
    if opens is not None and not opens.has("people") and opens.has("help", "act"):
        return True
    for n, item in enumerate(piece.items):
        after = piece.items[n + 1] if n + 1 < len(piece.items) else None
        if item.has("help") and after is not None and after.has("people") and not after.value.weak:
            return True
    does = piece.has("act") and piece.has("thing", "procedure") and piece.mentions
    return bool(does) and not piece.has(*WISHES)


def _cleared(scene: Sequence[Piece], topic: Item | None, deed: Deed, *, person: bool = True) -> list[Piece]:
    """The scene with what it tells of the deed: when it opens with a time, where he lives or came to, who he is."""
    causes = not [i for i in deed.all("thing") if i.tags["thing"] not in (*OF_IDENT, *LOOSE)]
    somebody = any(_somebody(m) for piece in scene for m in piece.mentions)
    out = []
    for piece in scene:
        here = any(item is topic for item in piece.items)
        others = somebody and any(i is not topic and not _kind(i) for i in piece.all("people", "relative"))
        kept: list[Item] = []
        for n, item in enumerate(piece.items):
            head = all(i.has(*WHEN, "at") or not i.tags for i in piece.items[:n])
            if item is topic:
                kept += [item] if person else []
            elif (
                (item.has(*WHEN) and (head or _frame(piece)))
                or (item.has("hamlet") and (here or not others))
                or (item.has("places") and (_arrived(piece, n) or _frame(piece)))
                or (item.has("thing") and causes and item.tags["thing"] in ("device", "secret"))
            ):
                kept.append(item)
            elif person and _kind(item):
                kept += [Item(item.tokens, {"groups": group}) for group in sorted(item.value.groups)]
            elif _his_shop(piece, n, deed):
                kept.append(Item(item.tokens, {"groups": TRADERS}))
            elif item.has("groups") and not item.has("people") and _his_own(piece, n, topic, others=others):
                kept.append(Item(item.tokens, {"groups": item.tags["groups"]}))
        out.append(replace(piece, items=kept))
    return [piece for piece in out if piece.items]


def _kind(item: Item) -> bool:
    """Whether it is only told what people somebody is of: "anh là người Mông"."""
    return item.has("people") and bool(item.value.groups) and item.value.n is None


def _his_shop(piece: Piece, n: int, deed: Deed) -> bool:
    """Whether it is the shop of who is helped: "tiệm vàng của chị Phụng sợ bị kiểm tra, em chỉ chị ..."."""
    owned = piece.items[n].tags.get("groups") == TRADERS and piece.items[n + 1 : n + 2]
    whose = piece.items[n + 2 : n + 3] if owned and owned[0].key == OF else []
    kins = [item.value.kin for item in deed.all("people")]
    return bool(whose) and whose[0].has("people") and whose[0].value.kin in kins


def _his_own(piece: Piece, n: int, topic: Item | None, *, others: bool) -> bool:
    """Whether a word for a group is said of the one helped."""
    at = next((i for i, item in enumerate(piece.items) if item is topic), None)
    if (
        at is not None
        and -NEAR < n - at <= NEAR
        and not any(i.has("people") and not _kind(i) for i in piece.items[at + 1 : n])
    ):
        return True
    return not others and (n == 0 or len(piece.items[n].tokens) > 1) and piece.items[n].tags["groups"] != TRADERS


def _arrived(piece: Piece, n: int) -> bool:
    """Whether somebody came to that place or called, and did not only come from there or want to go."""
    place, before = piece.items[n], piece.items[n - 1] if n else None
    if place.tags["places"] == FROM_AFAR:
        return piece.has("asks") or place.has("calls", "moving")
    if before is not None and before.has("stays"):
        return True  # "tui với ông Sáu ngồi quán cà phê"
    if any(item.tokens[:1] != () and item.tokens[0].word in DROPS_IN for item in piece.items[max(n - 2, 0) : n + 1]):
        return not piece.has("planned", "could_not", "spared")  # "ghé tiệm cô Loan", "chị rẽ vào nhà văn hóa"
    if place.has("site") and place.has("moving") and piece.has("asks"):
        return True  # "ông Quảng tới nhà tui nhờ tra điểm"
    came = place.has("came") or (before is not None and before.has("came")) or piece.has("met")
    leaves = any(token.key == "ve" for item in piece.items[n + 1 :] for token in item.tokens)
    return came and not leaves and not piece.has("planned", "could_not", "spared")


def _frame(piece: Piece) -> bool:
    """Whether it only tells where and when it was: "tại nhà bà Ngọ", "ngồi ngoài trung tâm suốt sáng"."""
    at = piece.index("places")
    if at == len(piece.items) or piece.has(*DOING, "relative", "planned", "asks"):
        return False
    before, after = piece.items[:at], piece.items[at + 1 :]
    first = all(item.has("at", *WHEN) or not item.tags or item.key in THERE for item in before)
    only = all(item.has("people", "hamlet", *WHEN) or item.key == OF for item in after)  # "ở quán của anh Tín"
    described = any(mention.groups for mention in piece.mentions)  # "nhà bà Sen thuộc hộ cận nghèo"
    return piece.items[0].has("stays") or (first and only and not described)
