"""A message made ready for looking: small letters, no marks, plain digits, single spaces; and the way back."""

import unicodedata
from collections.abc import Iterable

from content.folding import clean, fold

Span = tuple[int, int]
"""Start and end of a part of a text, in characters, the end not included."""

_ALIKE = dict(zip("асеорхуіѕјԁһткмвοανι", "aceopxyisjdhtkmboavi", strict=True))
"""Cyrillic and Greek letters that look Latin, used to slip past eyes and filters."""


class Letters(dict[int, str]):
    """For str.translate: each character as it is compared, one for one, or nothing. Fills itself as they come."""

    def __missing__(self, code: int) -> str:
        key = self[code] = _key(chr(code))
        return key


def _key(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) != 1:
        plain = char
    if plain.isdecimal():
        return str(unicodedata.decimal(plain))
    if plain.isspace():
        return " "
    if plain.isalpha():
        key = _ALIKE.get(plain.lower()) or fold(plain)
        return key if len(key) == 1 else plain
    # Marks, joiners and the like: a digit dressed up as a coloured key is still that digit.
    return "" if unicodedata.category(plain)[0] in "MC" else plain


class Message:
    """A text, and the `shape` in which it is looked at."""

    def __init__(self, text: str, letters: Letters) -> None:
        self.text = text
        self._letters = letters
        self.shape = " ".join(clean(text).lower().translate(letters).split())

    def places(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Spans of the shape as spans of the text, merged; the whole text where the way back is lost."""
        at = self._origins()
        if len(at) < len(self.shape):
            return ((0, len(self.text)),)
        at.append(len(self.text))
        merged: list[Span] = []
        for first, last in sorted(spans):
            start, end = at[first], at[last - 1] + 1
            # Marks typed as characters of their own belong to the letter before.
            while end < at[last] and unicodedata.combining(self.text[end]):
                end += 1
            if merged and start <= merged[-1][1]:
                start, end = merged[-1][0], max(end, merged.pop()[1])
            merged.append((start, end))
        return tuple(merged)

    def _origins(self) -> list[int]:
        """For each character of the shape where it stands in the text, as far as it can be followed."""
        at: list[int] = []
        for i, char in enumerate(self.text):
            if len(at) == len(self.shape):
                break
            if self._letters[ord(char.lower()[0])] == self.shape[len(at)]:
                at.append(i)
        return at
