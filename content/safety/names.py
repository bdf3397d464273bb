"""Names of people in questions that are kept: found by the word before them, in capitals or not, and blanked."""

import re
from collections.abc import Sequence
from pathlib import Path

from content.folding import clean, fold
from content.guide import Model
from content.reading import Entry, KnowledgeError, parse, read

NAMES = Path("data", "names.yaml")
FOLDER = Path(__file__).parent.parent
_WORD = re.compile(r"[^\W\d_]+")
MOST = 3
"""Words of a name without its family."""


class _Listed(Model):
    """The file; what its parts mean is said there."""

    titles: str
    titles_marked: str
    given: str
    given_marked: str
    ranks: str
    middles: str
    middles_marked: str
    not_names: str


class Names:
    """Finds names. Better one word too many than a neighbour in the officers' list of questions."""

    def __init__(self, listed: _Listed, families: Sequence[str]) -> None:
        self._titles = _both(listed.titles.split(), listed.titles_marked.split())
        self._given = _both([*listed.given.split(), *listed.ranks.split()], listed.given_marked.split())
        self._middles = _both(listed.middles.split(), listed.middles_marked.split())
        self._families = _both([family.lower() for family in families])
        self._not_names = _both([pair.replace("/", " ") for pair in listed.not_names.split()])

    @classmethod
    def load(cls, families: Sequence[str], folder: Path = FOLDER) -> "Names":
        """The names of the folder's file. Raises KnowledgeError with the first mistake."""
        parsed = parse(read(folder / NAMES, folder), _Listed)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        return cls(parsed.record, families)

    def blanked(self, text: str, blank: str) -> str:
        """The text with each name replaced."""
        text = clean(text)
        found = list(_WORD.finditer(text))
        typed = [match[0] for match in found]
        marked = any(word.lower() != fold(word) for word in _WORD.findall(text.replace(blank, "")))
        words = [word.lower() if marked else fold(word) for word in typed]
        at = len(words)
        while at:
            at -= 1
            start, length = self._name_at(words, typed, at, marked=marked)
            if length:
                first, last = found[start], found[start + length - 1]
                text = text[: first.start()] + blank + text[last.end() :]
        return text

    def _name_at(self, words: list[str], typed: list[str], at: int, *, marked: bool) -> tuple[int, int]:
        """Where a name begins and how many words it has when the word at that place announces one; else none."""
        kind = 0 if marked else 1
        after = words[at + 1 : at + 2 + MOST]
        if words[at] in self._titles[kind] and after:
            return at + 1, self._called(after, typed[at + 1 : at + 1 + MOST], kind)
        if words[at] in self._families[kind] and len(after) > 1 and after[0] in self._middles[kind]:
            return at, 3 if len(after) == 2 or after[1] not in self._middles[kind] else 4
        return at, 0

    def _called(self, after: Sequence[str], typed: Sequence[str], kind: int) -> int:
        """How many words after a title are a name."""
        capitals = 0
        while capitals < len(typed) and typed[capitals][0].isupper() and typed[capitals][1:].islower():
            capitals += 1
        if capitals:
            return capitals
        if after[0] not in self._given[kind] or " ".join(after[:2]) in self._not_names[kind]:
            return 0
        return 1


def _both(words: Sequence[str], only_marked: Sequence[str] = ()) -> tuple[frozenset[str], frozenset[str]]:
    """The words as they are looked for in a text with marks, and in one without."""
    return frozenset([*words, *only_marked]), frozenset(fold(word) for word in words)
