"""Some people a sentence speaks of, and the names they are called by."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from content.logline.items import Item
from content.logline.tokens import Token, key_of, one_way
from content.logline.words import People

COUNTABLE = ("unit", "folk", "kin", "unit_after_number", "account", "household", "staff", "pair")


PRONOUNS = ("nó", "hắn", "ổng", "bả", "ảnh")
"""Words for somebody told of before, whoever that was."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Some people a sentence speaks of."""

    n: int | None
    """How many; None when it was not said."""
    of: int | None = None
    """How many of them it is said of: "7/10 người"."""
    roughly: bool = False
    """Whether the number is only about so much."""
    named: bool = False
    """Somebody called by a name."""
    cased: bool = False
    """Whether that name is written with a capital."""
    known: bool = False
    """Whether that name is one we know, or has a capital."""
    plainly: bool = False
    """Whether that name is one we know and no other word of ours."""
    counted: bool = False
    """Whether a number stood before them."""
    bare: bool = False
    """Somebody without a name or number, who may have been spoken of before."""
    weak: bool = False
    """Counted only when nobody else was spoken of."""
    staff: bool = False
    """Somebody of the kind that helps."""
    pair: bool = False
    """Two who belong together."""
    unsure: bool = False
    """Whether it cannot be told if they are more people."""
    household: bool = False
    account: bool = False
    family: bool = False
    """A household that counts as one helped: "4 hộ kinh doanh"."""
    child: bool = False
    owned: bool = False
    """Told by whose child or wife they are: "con anh Sơn"."""
    topic: bool = False
    """Told of apart from others of whom was told before: "cô thì làm mã QR"."""
    kin: str = ""
    who: str = ""
    """Title and name without marks, to know somebody again within the message; it is kept nowhere."""
    names: frozenset[str] = frozenset()
    """The same of several who are named together: "anh Sĩ" and "chị Hợi" of the two."""
    groups: frozenset[str] = field(default_factory=frozenset)


def counts(item: Item) -> bool:
    """Whether a number before the item counts people."""
    return item.has(*COUNTABLE)


class Names:
    """Words of names, for those typed without a capital letter; one that begins with = only with its marks."""

    def __init__(self, names: Iterable[str]) -> None:
        listed = list(names)
        self._words = frozenset(one_way(name.removeprefix("=")) for name in listed)
        self._keys = frozenset(key_of(one_way(name)) for name in listed if not name.startswith("="))

    def __contains__(self, token: Token) -> bool:
        return token.word in self._words or (token.plain and token.key in self._keys)


class NameWords:
    """What names and titles are made of."""

    def __init__(self, words: People) -> None:
        self.given = Names(words.given_names)
        self.families = Names(words.family_names)
        self.letters = frozenset(words.name_letters)
        self.middles = Names(words.name_middles)
        self.born = Names(words.birth_names)
        """Names that a number follows: "út mười"."""
        self.titles = frozenset(words.plain_titles)
