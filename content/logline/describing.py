"""What a clause tells of somebody known: "anh là hộ nghèo", "nhà bà nghèo", "chị năm nay 72 tuổi". It gives the kind
of people he belongs to and nothing else, neither one more of them nor a house.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from content.logline.codes import TRADERS
from content.logline.items import Item, made
from content.logline.tokens import key_of, one_way

SELLS = "ban"
"""The word for selling, typed without its mark."""
WARES = (3, 4)
"""Words of "ong ban ca", of "co ban banh mi"."""


class Describer:
    """Finds such clauses. Built once, never changed."""

    def __init__(self, words: Iterable[str]) -> None:
        """`words` lead to what somebody is: "là", "thuộc", "bị"."""
        self._words = frozenset(key_of(one_way(word)) for phrase in words for word in phrase.split())

    def read(self, items: Sequence[Item]) -> list[Item]:
        """The items, such clauses without whom they are of."""
        out: list[Item] = []
        titles: set[str] = set()
        start = 0
        for end in range(len(items) + 1):
            if end < len(items) and not (items[end].mark or items[end].ends_line):
                continue
            clause = items[start:end]
            told = self._told(clause, titles) if titles else None
            out += clause if told is None else told
            out += items[end : end + 1]
            titles |= {
                item.tokens[0].key for item, name in pairwise([*clause, *items[end : end + 1]]) if _titled(item, name)
            }
            start = end + 1
        return out

    def _told(self, clause: Sequence[Item], titles: set[str]) -> list[Item] | None:
        """What a clause tells of somebody known by his title; None when it tells of more than that."""
        of = 1 if len(clause) > 2 and clause[0].has("home", "household") else 0
        if _sells(clause, titles):
            return [made("groups", None, clause, groups=TRADERS)]
        whom = clause[of] if of < len(clause) else None
        if whom is None or whom.key not in titles or not whom.has("kin"):
            return None
        said = [_kind(item) for item in clause[of + 1 :] if not self._leads(item)]
        return None if not said or any(item is None for item in said) else [item for item in said if item is not None]

    def _leads(self, item: Item) -> bool:
        return item.has("filler") or all(token.key in self._words for token in item.tokens)


def _titled(item: Item, name: Item) -> bool:
    """Whether it is the title of somebody told of, and not the writer's own word for himself."""
    return item.has("kin") and not item.has("num") and (name.capital or not item.has("me"))


def _sells(clause: Sequence[Item], titles: set[str]) -> bool:
    """Whether it is told, without marks, what somebody known sells: "ong ban ca", and not what he sells it on."""
    words = [token for item in clause for token in item.tokens]
    if len(words) not in WARES or words[0].key not in titles or words[1].key != SELLS or not words[1].plain:
        return False
    no_ware = ("help", "thing", "moving", "num", "hamlet", "results")
    return not words[2].capital and not any(item.has(*no_ware) for item in clause[1:])


def _kind(item: Item) -> Item | None:
    """The kind of people it tells, a bare age as it is; None for anything else."""
    if item.has("groups"):
        return made("groups", None, [item], groups=item.tags["groups"])
    return item if item.has("age", "num") else None
