"""Hamlets and teams as they stand in lists: told from one another, put in one spelling, found inside a title."""

import re
from collections.abc import Sequence

from content.folding import clean, fold
from content.roster.words import Words, begins

_MARKS = re.compile(r"^\W*(?:[IVXLC]{1,5}|[A-Z]|\d{1,2}(?:\.\d{1,2})*)\s*[.):/\-–]+\s*", re.IGNORECASE)
_CODE = re.compile(r"\d{1,3}[a-z]?|[ivx]{1,5}|[a-z]\d{0,2}")
_SPLIT = re.compile(r"\s[-–]\s|[,;(]")


def without_mark(text: str) -> str:
    """A heading without its "I." or "2)"."""
    return _MARKS.sub("", clean(text)).strip(" :.-–")


def is_team(text: str, words: Words) -> bool:
    """Whether the text names a team of the digital volunteers."""
    return bool(words.team.search(fold(text)))


def place_in(text: str, words: Words, *, alone: bool = False) -> str | None:
    """The hamlet a text names ("Danh sách tổ CNSCĐ thôn Đông, xã X": thôn Đông); `alone` if it names no more."""
    tokens = clean(text).replace("/", " ").split()
    folded = [fold(token) for token in tokens]
    for at in range(len(tokens)):
        if alone and at:
            return None
        taken = begins(folded[at:], frozenset(words.places))
        if not taken or (at and folded[at - 1] in ("cac", "nhung", "moi", "tung")):
            continue
        kind = words.places[tuple(folded[at : at + taken])]
        if kind in words.marked and not text.isascii() and tokens[at].casefold() != kind:
            continue
        name = _name_of(tokens[at + taken :], words, one=folded[at : at + taken] == ["to"])
        if name:
            found = " ".join([*tokens[at : at + taken], *name])
            return None if alone and len(name) + taken < len(_SPLIT.split(clean(text))[0].split()) else found
    return None


def _name_of(tokens: Sequence[str], words: Words, *, one: bool) -> list[str]:
    """The words that are the name of a place; `one` when only a number can be."""
    name: list[str] = []
    for n, token in enumerate(tokens):
        word = fold(token)
        rest = [fold(t) for t in tokens[n:]]
        if not word or (n == 0 and word in words.no_place) or begins(rest, words.place_ends):
            break
        code = bool(_CODE.fullmatch(word)) and (word[0].isdigit() or token.isupper())
        if n == 0 and code:
            return [token.strip(",;.()")]
        if one or (not token[0].isupper() and n == 0) or len(name) == 4:
            break
        if n and not token[0].isupper():
            break
        name.append(token.strip(",;.()"))
        if token[-1] in ",;.()":
            break
    return name


def hamlet_of(text: str, kind: str | None, words: Words) -> str:
    """A hamlet from its own column: the first part alone, "3" with the column's kind before it."""
    first = _SPLIT.split(clean(text))[0].strip(" .:-–")
    named = place_in(first, words)
    if named is None and kind and first and not is_team(first, words):
        first = f"{kind} {first}"
    return spelled(first, words)


def spelled(text: str, words: Words) -> str:
    """One spelling: "THÔN ĐÔNG" and "thôn  Đông" as "Thôn Đông", "TỔ CNSCĐ THÔN 03" as "Tổ CNSCĐ thôn 3"."""
    tokens = clean(text).split()
    if text.isupper() and len(tokens) > 1:
        tokens = [token if _keeps(token) else token.lower() for token in tokens]
        tokens = _capitals(tokens, words)
    tokens = [re.sub(r"^0+(?=\d)", "", token) for token in tokens]
    joined = " ".join(tokens)
    return joined[:1].upper() + joined[1:]


def inside(place: str, words: Words) -> str:
    """A place within a sentence: Thôn 3 as thôn 3; TDP 3 and a bare name stay."""
    tokens = place.split()
    kind = begins(fold(place).split(), frozenset(words.places))
    return place if not kind or tokens[0].isupper() else place[0].lower() + place[1:]


def _keeps(token: str) -> bool:
    """Short forms and codes stay in capitals: CNSCĐ, TDP, 2A, IV."""
    letters = fold(token)
    return any(c.isdigit() for c in token) or (len(letters) > 1 and not re.search("[aeiouy]", letters))


def _capitals(tokens: list[str], words: Words) -> list[str]:
    """Small letters but for the names of places."""
    folded = [fold(token) for token in tokens]
    out, at = list(tokens), 0
    while at < len(tokens):
        taken = begins(folded[at:], frozenset(words.places))
        general = at + taken < len(tokens) and folded[at + taken] in words.no_place
        if taken and not general and at + taken < len(tokens):
            names = tokens[at + taken :]
            out[at + taken :] = [name[:1].upper() + name[1:] for name in names]
            return out
        at += max(taken, 1)
    return out


def place_key(text: str, words: Words) -> str:
    """Equal for two ways of writing one hamlet or team: KP5 and Khu phố 05, Tổ CNSCĐ thôn 3 and its full name."""
    folded = re.sub(r"([a-z])(\d)", r"\1 \2", fold(text)).split()
    folded = [words.same.get(word, re.sub(r"^0+(?=\d)", "", word)) for word in folded]
    out, at = [], 0
    while at < len(folded):
        taken = begins(folded[at:], frozenset(words.places))
        out.append(fold(words.places[tuple(folded[at : at + taken])]) if taken else folded[at])
        at += max(taken, 1)
    return " ".join(out)
