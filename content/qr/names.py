"""Names and letters made plain, and names by which a stranger pretends to be an authority."""

import re
import unicodedata
from collections.abc import Mapping

from content.qr.rules import Rules

_NOT_WORD = re.compile(r"[^A-Z0-9]+")
_SPACED_OUT = re.compile(r"\b(?:[A-Z] )+[A-Z]\b")
_LATIN = re.compile(r"LATIN (?:SMALL|CAPITAL) LETTER (?:(?:SCRIPT|DOTLESS|OPEN|BLACKLETTER) )?([A-Z])(?: .*)?$")
_SMALL_CAPITAL = re.compile(r"LATIN LETTER SMALL CAPITAL ([A-Z])$")


class Plain:
    """Text as an eye takes it in: letters of other alphabets that look Latin, without marks, nothing invisible."""

    def __init__(self, look_alikes: Mapping[str, str]) -> None:
        self._known = {ord(twin): plain for plain, twins in look_alikes.items() for twin in twins}

    def __call__(self, text: str) -> str:
        """In small letters. What looks like no Latin letter stays as it is."""
        if text.isascii():
            return text.lower()
        apart = unicodedata.normalize("NFKD", text).translate(self._known).lower().translate(self._known)
        return "".join(self._letter(c) for c in unicodedata.normalize("NFKD", apart))

    def _letter(self, char: str) -> str:
        if char.isascii():
            return char
        if unicodedata.category(char) in ("Mn", "Me", "Cf", "Cc"):
            return ""
        name = unicodedata.name(char, "")
        known = _LATIN.match(name) or _SMALL_CAPITAL.match(name)
        return known[1].lower() if known else char


class Agencies:
    """Knows a name that claims to be an authority."""

    def __init__(self, rules: Rules, plain: Plain) -> None:
        words, beginnings = (_one_of(names) for names in (rules.agency_words, rules.agency_beginnings))
        self._claims = re.compile(rf"(?:^| ){words}(?: |$)|^{beginnings}(?: |$)")
        self._plain = plain

    def claimed(self, name: str) -> bool:
        """Whether it does, in whole words; the letters of an abbreviation may stand apart."""
        words = _NOT_WORD.sub(" ", self._plain(name).upper()).strip()
        joined = _SPACED_OUT.sub(lambda m: m[0].replace(" ", ""), words)
        return bool(self._claims.search(words) or self._claims.search(joined))


def _one_of(names: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(name) for name in names) + ")"
