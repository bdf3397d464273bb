"""What was done: the contents a piece of a sentence tells of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from content.logline.counting import WAYS
from content.logline.items import Item
from content.logline.trades import Words
from content.logline.words import Rule

_KEPT = ("integrate", "merge", "sell")
"""Acts that go on through a list: "tích hợp bằng lái, bảo hiểm y tế"."""


_VAGUE = ("make", "use", "recover")
"""Acts that are not shared with what was done next: "hôm nay vẫn làm, chỉ chú vô lại VNeID"."""
_LEVEL_1 = "vneid_cai_dat"
BARE = "vneid"
"""The bare name of the application: it means the same, unless something else was done with it for the same people."""
CARD = "licence"
"""A licence without a word of what was done: put into VNeID where the rest is of VNeID, else a dossier."""
_DEVICE = "device"
"""A new telephone: what was lost is set up again, unless it is told that something was set up for the first time."""
_IDENTITY = "card"
"""A card that was only used: "quét chip căn cước để kích hoạt"; a dossier when nothing else was done."""
_LOCK = "lock"
"""What was locked: the bank's, unless it was for fear of those who cheat."""
_SECRET = "secret"
"""A password without a word of what it is for: that of the application told of beside it, or else VNeID's."""
_NEW_SECRET = "new secret"
"""A password that was thought of: a step on the way to a new account, else as any other: "cài, đặt mật khẩu"."""
_DEBT = "tax_debt"
"""What is owed in taxes: looked up, unless something else was done with taxes."""
_OTHER_SECRETS = ("ky_nang", "thanh_toan", "thue", "bhyt_bhxh", "cong_dvc", "ung_dung_tinh", "thuong_mai")
_NO_DEVICE = ("nop_ho_so", "tra_cuu", "lua_dao", "an_sinh")
"""Beside these a new telephone only tells of whom: "chị mới mua điện thoại, em tra phạt nguội cho chị"."""
MATTER = "matter"
"""A dossier only named: filed, unless its state was looked up."""
_HAND = "hand"
"""Told that it was done by hand, whatever it was: "viết tay lá đơn"."""
_STEP = "step"
"""A step on the way to something else that was told, else content of its own: "chụp hình rồi đăng bán"."""
_AGAIN = "reactivate"
"""Activated once more: VNeID, unless it was another application."""
_LONE = {
    ("vneid_khoi_phuc", _DEVICE): _DEVICE,
    ("vneid_khoi_phuc", _SECRET): _SECRET,
    ("thanh_toan", _LOCK): _LOCK,
    ("khac", _HAND): _HAND,
    ("ky_nang", _STEP): _STEP,
    ("nop_ho_so", "licence"): CARD,
    ("nop_ho_so", "procedure"): MATTER,
}  # fmt: skip
"""What stands for a code told by that thing alone."""
_NEW_CARD = ("make", "register", "create", "recover", "update", "filing")
SOMETHING = "something"
"""A thing the lists do not know, named behind an act."""
GUESSES = ("gadget", "toggle", "labour")
"""Classes of words by which it is guessed what was done."""
VAGUE = "vague"
"""Of these words, those that say nothing of it."""
_OVER = {
    "lua_dao": ("cong_dvc", BARE, "thanh_toan", "tra_cuu", "ky_nang", "an_sinh", "thuong_mai", "phone", _IDENTITY),
    "ung_dung_tinh": ("tra_cuu", "ky_nang", "khac", "phone", _STEP),
}
"""What is no content beside these: with what somebody was cheated, what is done in a province's application."""
_SOLD_ON = {"skill", "net", "online", "phone", _STEP}
"""What something is sold by means of."""
_WIDER = {"health": "insurance"}
"""Things that are also another one: a book of health goes where an insurance goes, unless a rule names it."""
_OPEN = ("act", "net", "phone", "site", "portal_way", "online")
"""What leaves open to what something was done, as an act does."""
_KNOWN = (
    "act", "thing", "procedure", "people", "kin", "me", "speaker", "help", "num", "day", "part", "clock", "minutes",
    "places", "hamlet", "results", "could", "could_not", "done", "not_yet", "joins", "on_behalf", "groups",
    "everybody", "rest", "adding", "asked", "asks", "idle", "manner", "so_that", "again", "coming", "planned",
    "lasts", "at", "moving", "in_way",
)  # fmt: skip
"""What is no name of something we do not know."""
_WITH_IT = ("vneid_cai_dat", "vneid_kich_hoat", "vneid_khoi_phuc", "giay_to")


def settled(codes: Sequence[str], told: Sequence[str]) -> list[str]:
    """Contents of the same people, the bare name of the application taken for what it means; `told` is everything
    that was told of the assistance.
    """
    if _HAND in told:
        return ["khac"]
    of_vneid = any(code in (BARE, *_WITH_IT) for code in told)
    codes = [("giay_to" if of_vneid else "nop_ho_so") if code == CARD else code for code in codes]
    if any(code not in WAYS for code in codes):
        codes = [code for code in codes if code not in WAYS]
    if any(code != _IDENTITY for code in codes):
        codes = [code for code in codes if code != _IDENTITY]
    codes = _with_others(["nop_ho_so" if code == _IDENTITY else code for code in codes])
    if any(code != "khac" for code in codes):
        codes = [code for code in codes if code != "khac"]
    codes = [c for c in codes if c != _DEVICE or not set(codes) & {_LEVEL_1, "vneid_kich_hoat"}]
    codes = ["vneid_khoi_phuc" if code == _DEVICE else code for code in codes]
    if any(code in _WITH_IT for code in codes):
        return [code for code in codes if code != BARE]
    return [_LEVEL_1 if code == BARE else WAYS.get(code, code) for code in codes]


def _with_others(codes: Sequence[str]) -> list[str]:
    """The codes, a password, a card locked and a dossier only named taken for what they mean beside the others."""
    of_vneid = any(code in (BARE, *_WITH_IT) for code in codes)
    theirs = any(code in _OTHER_SECRETS for code in codes) and not of_vneid
    beside = theirs or (not of_vneid and any(code in _NO_DEVICE for code in codes))
    means = {
        MATTER: "" if "tra_cuu" in codes else "nop_ho_so",
        _DEBT: "" if "thue" in codes else "tra_cuu",
        _LOCK: "" if "lua_dao" in codes else "thanh_toan",
        _SECRET: "" if theirs else "vneid_khoi_phuc",
        _NEW_SECRET: "" if theirs or any(code in _WITH_IT for code in codes) else "vneid_khoi_phuc",
        _DEVICE: "" if beside else _DEVICE,
        _AGAIN: "" if theirs else "vneid_kich_hoat",
        _STEP: "" if any(code != _STEP for code in codes) else "ky_nang",
    }
    return list(dict.fromkeys(code for code in (means.get(c, c) for c in codes) if code))


@dataclass(slots=True)
class Doing:
    """An act and the things it was done to."""

    acts: set[str] = field(default_factory=set)
    things: set[str] = field(default_factory=set)
    unknown: bool = False
    """Whether it was done to something the lists do not know."""

    def add(self, item: Item) -> None:
        """Takes an item in."""
        if item.has("act"):
            self.acts.add(item.tags["act"])
        if item.has("thing"):
            self.things.add(item.tags["thing"])
        if item.has("procedure"):
            self.things.add("procedure")

    @property
    def names(self) -> set[str]:
        """What the rules are asked by."""
        also = {_WIDER[thing] for thing in self.things if thing in _WIDER}
        return self.acts | self.things | also | ({SOMETHING} if self.unknown else set())

    @property
    def open(self) -> bool:
        """Whether it is not told yet to what something is done."""
        return bool(self.acts) and self.things <= set(_OPEN)


class DoingReader:
    """Tells contents by the rules of the vocabulary."""

    def __init__(self, rules: Sequence[Rule], guesses: Mapping[str, Sequence[str]] | None = None) -> None:
        """With `guesses`, classes of words it is guessed by, also by the rules for what the lists do not know."""
        self._guesses = {name: Words(words) for name, words in (guesses or {}).items()}
        self._rules = [
            (rule.code, [frozenset(part.split("|")) for part in rule.all], frozenset(rule.unless))
            for rule in rules
            if guesses or not rule.guess
        ]

    def codes(self, items: Sequence[Item], carried: set[str]) -> tuple[list[str], set[str]]:
        """The contents of a piece in the order they are told, and the acts that go on into the next piece of a list.

        `carried` are the acts that go on from the piece before: "tích hợp bằng lái, bảo hiểm", "cài và kích hoạt".
        """
        doings = self._doings(items)
        codes: list[str] = []
        pending: set[str] = set()
        for n, doing in enumerate(doings):
            if n == 0 and carried:
                self._carry(doing, carried, codes)
            code = self._code(doing.names)
            if code is None and not doing.things and n + 1 < len(doings):
                code = self._code(doing.acts | doings[n + 1].things)
            code = _meant(code, doing)
            left_over = code is not None or (codes and not doing.things)
            pending = (doing.acts & set(_KEPT)) if left_over else set(doing.acts)
            if code is not None and code not in codes:
                codes.append(code)
        named = {less for code in codes for less in _OVER.get(code, ())}
        codes = [code for code in codes if code not in named]
        return codes, pending or (carried & set(_KEPT) if doings else set())

    def _carry(self, doing: Doing, carried: set[str], codes: list[str]) -> None:
        """Acts from the piece before: they share this one's things, or are its own when it has none."""
        if not doing.acts:
            doing.acts |= carried
        elif carried - {*_KEPT, *_VAGUE} and doing.things:
            code = self._code(carried | doing.things)
            if code is not None:
                codes.append(code)

    def _code(self, names: set[str]) -> str | None:
        for code, needed, unless in self._rules:
            if all(part & names for part in needed) and not unless & names:
                return code
        return None

    def _guess(self, item: Item) -> str:
        """The class of words it is guessed by that it belongs to."""
        marked = not all(token.plain for token in item.tokens)
        found = (name for name, words in self._guesses.items() if words.has(item.tokens, marked=marked))
        return next(found, "") if item.tokens else ""

    def _doings(self, items: Sequence[Item]) -> list[Doing]:
        """The acts with their things: a new one begins where an act follows a thing that had its act."""
        out: list[Doing] = []
        for item in items:
            if not item.has("act", "thing", "procedure"):
                guess = self._guess(item)
                out = out or ([Doing()] if self._guesses else [])
                if guess and guess != VAGUE:
                    out[-1].things.add(guess)
                elif out and not guess and (out[-1].open or self._guesses) and _unknown(item):
                    out[-1].unknown = True
                continue
            same = item.has("thing") and item.tags["thing"] in (out[-1].things if out else ())
            begins = item.has("act") and not same and bool(out and out[-1].acts and out[-1].things)
            begins = begins and item.tags["act"] != "into"  # "cập nhật bảo hiểm y tế vào VNeID"
            begins = begins and not (item.has("trade") and out[-1].things <= _SOLD_ON)  # "lập nhóm Zalo bán rau"
            if begins and item.key == "xin" and out[-1].things & {"lookup", "dossier"}:
                continue  # "coi lại mã hồ sơ xin cấp phép xây dựng"
            if not out or begins:
                out.append(Doing())
            out[-1].add(item)
        return out


def _meant(code: str | None, doing: Doing) -> str | None:
    """The code, or what stands for it while it is open what else is told of the same people."""
    way = next((w for w in WAYS if w in doing.things), None)
    if way is not None and code == WAYS[way] and doing.things <= set(WAYS):
        return way
    alone = next(iter(doing.things)) if len(doing.things) == 1 else ""
    if code == "tra_cuu" and _DEBT in doing.things:
        return _DEBT
    if doing.acts == {"set"} and alone == _SECRET:
        return _NEW_SECRET
    if code and (code, alone) in _LONE and (not doing.acts or alone in (_SECRET, _LOCK, _HAND, _STEP)):
        return _LONE[code, alone]
    if code == "nop_ho_so" and alone == _IDENTITY and not doing.acts & set(_NEW_CARD):
        return _IDENTITY
    if code == "vneid_kich_hoat" and doing.acts == {_AGAIN} and not doing.things:
        return _AGAIN
    if code == _LEVEL_1 and doing.acts == {"into"} and not doing.things:
        return "through"
    return BARE if code == _LEVEL_1 and not _installs(doing) else code


def _unknown(item: Item) -> bool:
    """Whether it may be the name of something that the lists do not know."""
    return not item.mark and not item.ends_line and not item.has(*_KNOWN) and not item.capital


def _installs(doing: Doing) -> bool:
    return bool(doing.acts & {"install", "register", "create"} or "level1" in doing.things)
