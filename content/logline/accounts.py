"""The last look at a number of people: whether it follows from everybody who was told of, each taken once."""

from collections.abc import Sequence
from itertools import pairwise

from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.lot import Lot, half_of

NOUN = 2
"""Words the name of what was counted has at most."""
SAID = ("results", "asks", "adding", "could", "could_not", "not_yet", "help", "everybody", "came")
"""What is told of people who were counted by a word we do not know."""


def left_over(items: Sequence[Item]) -> bool:
    """Whether a number stands among them that may have counted people, and was not read as anything."""
    return any(_may_count(items, n) for n, item in enumerate(items) if item.has("num"))


def _may_count(items: Sequence[Item], n: int) -> bool:
    item, before = items[n], items[n - 1] if n else None
    if item.has("spelled") or item.key.startswith("0"):
        return False
    after = n + 1
    while after < len(items) and after <= n + NOUN and items[after].bare():
        after += 1
    if before is None or before.has("help", "on_behalf", "adding", "having", "met"):
        return True
    return after < len(items) and items[after].has(*DOING, *SAID, "people")


def explained(people: int, told: Sequence[Lot]) -> bool:
    """Whether so many people follow plainly from those told of, each as it was told when it was read."""
    if sum(1 for lot in told if lot.n) < 2:
        return True
    helped = [lot for lot in told if not (lot.attended or lot.met or lot.urged)]
    core = [lot for lot in helped if not (lot.subset or lot.inside or (lot.result and not lot.codes))]
    return any(_follows(people, lots) for lots in (told, helped, core))


def _follows(people: int, told: Sequence[Lot]) -> bool:
    known = [lot for lot in told if lot.n]
    if sum(lot.n or 0 for lot in known) == people:
        if _told_by_results(known):
            return True
        return all(_apart(before, lot) for before, lot in pairwise(known))
    return any(_within(known, n) for n, lot in enumerate(known) if lot.n == people)


def _told_by_results(known: Sequence[Lot]) -> bool:
    """Whether they are told one result after the other: "mức 2: 4 người xong, 1 người hẹn"."""
    results = [lot.result for lot in known]
    plain = all(lot.labelled and lot.result and not lot.named and not lot.pointing for lot in known)
    return plain and len(set(results)) == len(results) and not any(lot.codes for lot in known[1:])


def _apart(before: Lot, lot: Lot) -> bool:
    """Whether these are plainly others than those told of before them."""
    if lot.pair and not lot.named and before.n == 1:
        return False  # "con gái chị Hai, hai mẹ con neo đơn"
    if lot.chained or lot.more or (before.named and lot.named and before.cased and lot.cased and lot.result):
        return True  # "anh Hòa xong VNeID rồi, anh Bình hẹn mai"
    if (
        not (before.codes and lot.codes)
        or before.pointing
        or lot.pointing
        or (lot.n == 1 and half_of(before, lot.kins))
    ):
        return False
    others = before.n == 1 and (lot.n or 0) > 1 and not set(before.codes) & set(lot.codes)
    others = others or (lot.known and before.known)  # both by names we know
    if (before.named or lot.named) and before.kins & lot.kins and not (lot.cased or others):
        return False  # but "chị Thắm cài Zalo, 5 chị cài VssID"
    return (before.codes, before.matters, before.result) != (lot.codes, lot.matters, lot.result)


def _within(known: Sequence[Lot], n: int) -> bool:
    """Whether all others are some of those who stand there, or the same told again."""
    whole, before, after = known[n], known[:n], known[n + 1 :]
    if before and sum(lot.n or 0 for lot in before) != whole.n and not all(_pointed(whole, lot) for lot in before):
        return False
    left = (whole.n or 0) - sum(lot.n or 0 for lot in after if lot.n != whole.n)
    return all(lot.n == whole.n or left == 0 or (left > 0 and _some_of(whole, lot)) for lot in after)


def _pointed(whole: Lot, lot: Lot) -> bool:
    """Whether somebody was only pointed to who belongs to them: "cô giáo nhờ, em chỉ 3 cô"."""
    words = {word for kin in lot.kins for word in kin.split()}
    return lot.pointing and (not lot.kins or any(words & set(kin.split()) for kin in whole.kins))


def _some_of(whole: Lot, lot: Lot) -> bool:
    return lot.subset or lot.inside or half_of(whole, lot.kins) or not set(lot.codes) - set(whole.codes)
