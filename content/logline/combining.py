"""Phrases put together from classes of words, found without writing them all out: "ở, tại" and "bờ kè, bờ sông"."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from content.logline.tokens import Token, tokenise

Meaning = tuple[tuple[str, ...], bool, str, str]
"""The words of a phrase, whether they are meant exactly so, and its tag with what that stands for."""
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One word, or a few, of a class."""

    words: tuple[str, ...]
    exact: bool
    shown: str


class Combination:
    """Some classes, of each of which one word stands in a phrase, in that order."""

    def __init__(
        self, classes: Iterable[Sequence[str]], tag: str, value: str, also: Callable[[str], Iterable[tuple[str, str]]]
    ) -> None:
        """`also` tells what a phrase that was found means besides."""
        self._tag, self._value, self._also = tag, value, also
        self._classes: list[dict[Keys, list[Choice]]] = []
        self.tokens: list[Token] = []
        """All words the classes have."""
        for words in classes:
            choices: dict[Keys, list[Choice]] = {}
            for word in words:
                tokens = tokenise(word.removeprefix("=")) if word else []
                choice = Choice(tuple(t.word for t in tokens), word.startswith("="), word.removeprefix("="))
                choices.setdefault(tuple(t.key for t in tokens), []).append(choice)
                self.tokens += tokens
            self._classes.append(choices)
        self._longest = [max(map(len, choices)) for choices in self._classes]
        self.longest = sum(self._longest)
        self.begins = self._first()

    def _first(self) -> frozenset[str]:
        """The keys a phrase may begin with."""
        found: set[str] = set()
        for choices in self._classes:
            found |= {keys[0] for keys in choices if keys}
            if () not in choices:
                break
        return frozenset(found)

    def meanings(self, keys: Keys) -> Iterator[tuple[int, Meaning]]:
        """What the phrases mean that these keys begin with, each with how many keys it has."""
        for length, chosen in self._chosen(keys, 0, 0):
            words = tuple(word for choice in chosen for word in choice.words)
            exact = any(choice.exact for choice in chosen)
            yield length, (words, exact, self._tag, self._value)
            for tag, value in self._also(" ".join(choice.shown for choice in chosen if choice.shown)):
                yield length, (words, exact, tag, value)

    def _chosen(self, keys: Keys, n: int, start: int) -> Iterator[tuple[int, tuple[Choice, ...]]]:
        if n == len(self._classes):
            if start:
                yield start, ()
            return
        choices, longest = self._classes[n], self._longest[n]
        for end in range(start, min(start + longest, len(keys)) + 1):
            for choice in choices.get(keys[start:end], ()):
                for length, rest in self._chosen(keys, n + 1, end):
                    yield length, (choice, *rest)
