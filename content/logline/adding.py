"""How many people were helped, with what and how it went, and whether all of that can be told for sure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from content.logline.accounts import explained
from content.logline.doing import settled
from content.logline.lot import Lot, Part, added
from content.logline.lots import Lots
from content.logline.saying import ORDER

RESULTS = ("xong", "hen_lai", "chuyen", "khong_duoc")


@dataclass(frozen=True, slots=True)
class Sum:
    """What the lots of one assistance add up to."""

    people: int | None
    contents: dict[str, int | None]
    results: dict[str, int]
    doubts: frozenset[str]


def add_up(told: Lots) -> Sum:
    """What was told adds up to."""
    told.settle()
    doubts = set(told.doubts)
    everything = told.codes
    for lot in told.lots:
        lot.codes = settled(lot.codes, everything)
    told.loose = settled(told.loose, everything)
    people, unsure = _people(told, doubts)
    if told.everybody.uncounted:
        doubts.add("people")
        people = None if all(lot.named or lot.pointing for lot in told.lots) else people
    if people == 1 and told.everybody.said == len(everything) > 1:
        told.everybody.said = None  # "bà Hai, cài VNeID và sổ sức khỏe, xong cả hai"
    said = told.everybody.explained(people)
    if said is not None and told.everybody.said != people:
        told.total = Lot(told.everybody.said)
    if said:
        people, doubts = told.everybody.said, doubts - {"people"}
    elif said is False or unsure or (people is not None and not explained(people, told.accounts)):
        doubts.add("people")
        people = people if said is None else told.everybody.said
    if told.families and told.accounts and all(lot.named and not lot.codes for lot in told.accounts):
        doubts.add("people")  # "nghe cô Ba nói, giúp 5 hộ cài VNeID"
    results, odd = _results(told, people)
    if odd:
        doubts.add("results")
        doubts |= {"people"} if any((p.n or 0) > (people or 0) for p in told.parts) else set()
    return Sum(people, _contents(told, people), results, frozenset(doubts))


def _people(told: Lots, doubts: set[str]) -> tuple[int | None, bool]:
    _close(told, doubts)
    if told.beyond is not None and sum(p.n or 0 for p in told.parts if p.lot is told.beyond) != told.beyond.n:
        doubts.add("people")  # but "làm được 12 người, 10 xong, 2 hẹn lại"
    doubts |= {"people"} if told.everybody.kinds and sum(told.everybody.kinds) != told.whole() else set()
    _find_total(told, doubts)
    counted = [lot for lot in told.lots if not lot.subset]
    if told.total is not None:
        _fill_rest(told, told.total.n or 0)
        return told.total.n, told.total.roughly or told.total.unsure or told.stray
    if not counted:
        if told.parts and all(p.n is not None for p in told.parts):
            return sum(p.n or 0 for p in told.parts), False
        return (told.aside.n, told.aside.n is None) if told.aside else (None, True)
    if any(lot.n is None for lot in counted):
        return None, True
    sure = not told.stray and _plain(counted) and not any(lot.roughly or lot.unsure for lot in counted)
    return sum(lot.n or 0 for lot in counted), not sure


def _close(told: Lots, doubts: set[str]) -> None:
    """People of whom nothing was said after their names or numbers, as one lot."""
    doubts |= {"people"} if any(lot.bare for lot in told.passed) else set()
    run = told.run
    before = told.lots[-len(run) - 1] if len(run) < len(told.lots) else None
    if run and before is not None and before.named and all(lot.named for lot in run):
        for lot in run:  # "bà Tư cài VNeID, bà Năm nữa"
            lot.codes = list(before.codes)
        return
    if len(run) > 1:
        n, sure = added(run)
        doubts |= set() if sure else {"people"}
        told.lots[-len(run) :] = [Lot(n, roughly=any(lot.roughly for lot in run), named=all(r.named for r in run))]


def _find_total(told: Lots, doubts: set[str]) -> None:
    """A first number of whom nothing was said is the whole of those told apart after it."""
    if told.total is None and _each_of_them(told):
        return
    first = told.lots[0] if told.lots else None
    others = [lot for lot in told.lots[1:] if lot.codes and not lot.subset]
    if first is None or not others or told.total is not None:
        return
    if first.codes:
        again = len(others) > 1 and first.n == sum(lot.n or 0 for lot in others) and not first.unitless
        if again and not first.named and any(set(lot.codes) <= set(first.codes) for lot in others):
            told.total = first  # "3 chị bán online, 2 chị mở gian hàng, 1 chị xuất hóa đơn"
            told.lots.remove(first)
        elif again and all(lot.unitless for lot in others):
            doubts.add("people")  # "17 lượt tra cứu: VNeID 12, mật khẩu 5"
        return
    known = all(lot.n is not None for lot in others)
    if first.attended and known:
        told.lots.remove(first)
        if any(p.rest for p in told.parts):
            doubts.add("people")  # "12 người dự, 5 người cài được, còn lại hẹn": those 5, or all
    elif first.n is not None and (first.pair or not first.named) and sum(lot.n or 0 for lot in others) <= first.n:
        told.total = first
        told.lots.remove(first)
    else:
        doubts.add("people")


def _each_of_them(told: Lots) -> bool:
    """Whether those named are told apart by number: "dì Loan với dì Phụng, 1 người cài VNeID, 1 người cài VssID"."""
    named = list(takewhile(lambda lot: lot.named and not lot.codes, told.lots))
    others, n = told.lots[len(named) :], sum(lot.n or 0 for lot in named)
    alike = all(lot.codes and lot.n and not (lot.named or lot.kins or lot.more) for lot in others)
    if len(others) < 2 or len(named) < len(others) or not alike or n != sum(lot.n or 0 for lot in others):
        return False
    told.total = Lot(n, named=True)
    told.lots[: len(named)] = []
    told.accounts[:] = [lot for lot in told.accounts if not lot.named]
    return True


def _plain(lots: Sequence[Lot]) -> bool:
    """Whether lots may be added: each was told with something of its own, so that none can be told twice."""
    if len(lots) < 2:
        return True
    if any(lot.named for lot in lots) and any(lot.unitless and not lot.joined for lot in lots):
        return False  # "Bác Hòa ở ngõ 12 bị khóa ...": somebody by name, and a number of what we do not know
    own = [(frozenset(lot.codes), lot.matters, lot.result) for lot in lots if not lot.named]
    return not any(lot.bare for lot in lots) and len(set(own)) == len(own)


def _fill_rest(told: Lots, total: int) -> None:
    for lot in told.lots:
        if lot.rest and lot.n is None:
            left = total - sum(other.n or 0 for other in told.lots if not other.rest)
            left -= sum(part.n or 0 for part in told.parts if lot.result)  # "1 bà hẹn, còn lại mức 2 xong cả"
            lot.n = left if left > 0 else None
            told.accounts += [replace(lot)] if lot.n else []


def _contents(told: Lots, people: int | None) -> dict[str, int | None]:
    """The people of each content; None when they were not told apart."""
    codes = told.codes
    if len(codes) == 1:
        return {codes[0]: people}
    coded = [lot for lot in told.lots if lot.codes]
    if len(coded) < 2:
        return dict.fromkeys(codes)
    out: dict[str, int | None] = {}
    for code in codes:
        numbers = [lot.n for lot in coded if code in lot.codes]
        out[code] = None if not numbers or any(n is None for n in numbers) else sum(n or 0 for n in numbers)
    if all(n == people for n in out.values()):
        return dict.fromkeys(out)  # everything was done for everybody
    return {code: n if n is None or people is None else min(n, people) for code, n in out.items()}


# --- how it went --------------------------------------------------------------------------------------------


def _results(told: Lots, people: int | None) -> tuple[dict[str, int], bool]:
    """How many people each result has, and whether that is in doubt."""
    if "results" in told.doubts:
        return {}, True
    parts = [*told.parts, *(Part(lot.n, lot.result, lot=lot) for lot in told.lots if lot.result)]
    if not parts or people is None:
        return {}, False
    if any(p.half for p in parts):
        half = people / 2 if people % 2 == 0 else None
        told_halves = {p.result: people // 2 for p in parts if p.half}
        plain = half is not None and len(told_halves) == len(parts) == 2
        return ({code: told_halves[code] for code in RESULTS if code in told_halves}, False) if plain else ({}, True)
    whole = [p.result for p in parts if p.n is None and not p.rest and p.lot is None]
    if whole and len(parts) == len(whole):
        return {min(whole, key=ORDER.index): people}, False
    counted = [lot for lot in told.lots if not lot.subset and lot.n is not None]
    if told.total is None and len(counted) > 1 and sum(lot.n or 0 for lot in counted) == people:
        found = _lot_by_lot(counted, parts, whole)
    else:
        found = _together(people, parts, whole)
    if found is None:
        return {}, True
    return {code: found[code] for code in RESULTS if found.get(code)}, False


def _lot_by_lot(lots: Sequence[Lot], parts: Sequence[Part], whole: Sequence[str]) -> dict[str, int] | None:
    """The results of people counted in several lots, each with its own; None when they do not fit."""
    told: dict[str, int] = {}
    for lot in lots:
        own = [p for p in parts if p.lot is lot]
        n = lot.n or 0
        if sum(p.n or 0 for p in own) > n or any(p.lot is None and p.n is not None for p in parts):
            return _together(sum(other.n or 0 for other in lots), parts, whole)
        here = _together(n, own, whole) if own else {whole[-1] if whole else "xong": n}
        if here is None:
            return None
        for code, count in here.items():
            told[code] = told.get(code, 0) + count
    return told


def _together(people: int, parts: Sequence[Part], whole: Sequence[str]) -> dict[str, int] | None:
    """The results of so many people, the rest done when only what went wrong was told; None when they do not fit."""
    told: dict[str, int] = {}
    for part in parts:
        if part.n is not None:
            told[part.result] = told.get(part.result, 0) + part.n
    left = people - sum(told.values())
    rest = [p.result for p in parts if p.rest] or list(whole)
    if left > 0 and rest:
        told[rest[-1]] = told.get(rest[-1], 0) + left
    elif left > 0 and "xong" not in told:
        told["xong"] = left
    elif left:
        return None
    return told
