"""A message cut into words, numbers and marks, each with the key it is compared by."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from content.folding import clean, fold, old_tone_style

BREAK = "\n"
"""The key of a line's end."""
NOT = "không"
"""What a single k is short for."""

_PIECE = re.compile(r"\d+|[^\W\d_]+|[^\s]")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_LINE = re.compile(r"\s*\n\s*|(?:^|(?<=\s))/(?=\s|$)")
_LAST_Y = re.compile(r"(?<![a-zà-ỹ])([hklmst])([yýỳỷỹỵ])$")
_TO_I = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")
_SLIPPED = re.compile("([ừứựửữ])(ơ)|([ìíịỉĩ])(ê)|([ùúụủũ])(ô)")
"""A tone on the first of two vowels that has it on the second: "ngừơi", "nhìêu"."""
_HOI = str.maketrans({"\u0303": "\u0309"})
_TELEX = re.compile(r"(?=[a-z]*(?:dd|aa|ee|oo|[aou]w|w|[aeiouy][a-z]*[sfrxj]))[a-z]{3,}")
_DOUBLE = re.compile(r"dd|aa|ee|oo")
_SPOKEN = re.compile(r"[aeiouy]")
"""A short form that may be a syllable."""
_VNI = re.compile(r"[a-z]+\d[a-z]+\d?")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or mark."""

    word: str
    """In small letters, the tone mark on the old place, i for y where both are written."""
    key: str
    """The word without marks."""
    shown: str
    """As typed."""
    gap: bool
    """Whether there is a space before it."""
    sure: bool = False
    """Whether it is this word alone, though it was typed without marks."""

    @property
    def unmarked(self) -> bool:
        """Whether it was typed without any marks."""
        return self.sure or self.word == self.key

    @property
    def plain(self) -> bool:
        """Whether it was typed without any marks, and may be another word."""
        return self.word == self.key and not self.sure

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.shown[:1].isupper()

    @property
    def number(self) -> bool:
        """Whether it consists of digits."""
        return self.key.isdecimal()


def one_way(text: str) -> str:
    """A word as it is compared: small, the tone on its old place and not on the vowel before, i for a y that people
    write both ways.
    """
    word = _SLIPPED.sub(_tone_on_second, old_tone_style(text.lower()))
    return _LAST_Y.sub(lambda m: m[1] + m[2].translate(_TO_I), word)


def _tone_on_second(match: re.Match[str]) -> str:
    first, second = (group for group in match.groups() if group)
    toned = unicodedata.normalize("NFD", first)
    return unicodedata.normalize("NFC", toned[:-1] + second + toned[-1])


def key_of(word: str) -> str:
    """The word without marks; a mark of punctuation is its own key."""
    return fold(word) or word


def tokenise(text: str) -> list[Token]:
    """The words of a message; a line's end, also written " / ", is a token with the key BREAK."""
    out: list[Token] = []
    for n, line in enumerate(_LINE.split(unicodedata.normalize("NFC", text))):
        if n:
            out.append(Token(BREAK, BREAK, BREAK, gap=True))
        end = 0
        shown = clean(line)
        for found in _PIECE.finditer(_HYPHEN.sub(" ", shown)):
            word = one_way(found[0])
            out.append(Token(word, key_of(word), found[0], gap=found.start() > end or found.start() == 0))
            end = found.end()
    return out


def same(typed: Token, word: str, key: str) -> bool:
    """Whether the typed word may be that one: all its marks, none of them, or hỏi for ngã."""
    return typed.key == key and (typed.plain or typed.word == word or _no_nga(typed.word) == _no_nga(word))


def lacks_marks(typed: Token, word: str) -> bool:
    """Whether some marks of the word are missing, and none is another: "hô" for "hỗ"."""
    have, wanted = (unicodedata.normalize("NFD", _no_nga(w).replace("đ", "d\u0335")) for w in (typed.word, word))
    return set(have) <= set(wanted)


def _no_nga(word: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).translate(_HOI))


def typed_with_marks(tokens: Sequence[Token]) -> bool:
    """Whether the writer of a message types marks."""
    words = [t for t in tokens if len(t.key) > 1 and t.key.isalpha()]
    return sum(not t.plain for t in words) * 3 >= max(len(words), 1)


def _proper(token: Token) -> bool:
    return token.capital and token.shown[1:].islower()


def _title(tokens: Sequence[Token], i: int) -> bool:
    """Whether a capital stands within the sentence, as names have it."""
    word = tokens[i].shown
    return tokens[i].capital and word[1:].islower() and tokens[i - 1].key.isalnum() and tokens[i - 1].shown.islower()


class Spelling:
    """Writes out what people shorten, and reads words typed for a keyboard that was not switched on."""

    def __init__(self, means: Mapping[str, str], known: Collection[str], titles: Collection[str] = ()) -> None:
        """`means` is what a word or a group of words stands for, `known` the keys of all words we know, `titles` of
        those that names stand behind.
        """
        self._known = frozenset(known)
        self._titles = frozenset(titles)
        self._means: dict[tuple[str, ...], list[tuple[tuple[str, ...], str, bool]]] = {}
        self._longest = 1
        for short, whole in means.items():
            words = tuple(t.word for t in tokenise(short.removeprefix("=")))
            found = (words, whole, short.startswith("="))
            self._means.setdefault(tuple(key_of(w) for w in words), []).append(found)
            self._longest = max(self._longest, len(words))

    def written_out(self, tokens: list[Token]) -> list[Token]:
        """The same message, written out."""
        tokens = self._joined_digits(
            [t if i and self._called(t, tokens[i - 1]) else self._unswitched(t) for i, t in enumerate(tokens)]
        )
        out: list[Token] = []
        i = 0
        while i < len(tokens):
            found = self._found(tokens, i) or ((1, NOT) if self._not(tokens, i) else None)
            if found is None:
                out.append(tokens[i])
                i += 1
            else:
                length, whole = found
                for n, token in enumerate(tokenise(whole)):
                    gap = tokens[i].gap if n == 0 else True
                    out.append(replace(token, gap=gap, shown=token.word))
                i += length
        return out

    def _not(self, tokens: Sequence[Token], i: int) -> bool:
        """Whether a single k is short for "không": "k phải", "bấm k nổi"; no thousands, and no letter of a name."""
        before, after = tokens[i - 1] if i else None, tokens[i + 1] if i + 1 < len(tokens) else None
        if tokens[i].shown != "k" or after is None or not after.gap or after.capital or not after.key.isalpha():
            return False
        return before is None or not (before.number or before.key in self._titles)

    def _called(self, token: Token, before: Token) -> bool:
        """Whether it is plainly a name: "Sùng Thoong", "cụ Thoong"."""
        return _proper(token) and (_proper(before) or before.key in self._titles)

    def _found(self, tokens: list[Token], i: int) -> tuple[int, str] | None:
        for length in range(min(self._longest, len(tokens) - i), 0, -1):
            typed = tokens[i : i + length]
            for words, whole, exact in self._means.get(tuple(t.key for t in typed), ()):
                if len(words[0]) == 1 and length > 1 and not typed[0].gap:
                    continue  # "50k được"
                if (
                    i
                    and length == 1
                    and not typed[0].plain
                    and typed[0].capital
                    and tokens[i - 1].key in self._titles
                ):
                    continue  # "chú Chìu"
                named = i and length == 1 and typed[0].plain and _title(tokens, i)
                if i > 1 and length == 1 and _proper(typed[0]) and _proper(tokens[i - 1]) and typed[0].gap:
                    continue  # "thôn Nước Min"
                closes = i + length == len(tokens) or not tokens[i + length].key.isalnum()
                spoken = length == 1 and words[0] == typed[0].word and _SPOKEN.search(words[0])
                if spoken and closes and i and tokens[i - 1].key in self._titles and tokens[i - 1].key != "o":
                    continue  # "bac khoat, ..."; but "o nvh, ..."
                if named and (words[0] != typed[0].word or tokens[i - 1].key in self._titles):
                    continue  # "chị Hong", "bac Khoat"
                if exact and any(t.word != w for t, w in zip(typed, words, strict=True)):
                    continue
                if all(t.word == w or (t.plain and w != t.key) for t, w in zip(typed, words, strict=True)):
                    return length, whole
        return None

    def _unswitched(self, token: Token) -> Token:
        """A word with Telex's letters in it, as the word that was meant."""
        if token.key in self._known or not token.plain or not _TELEX.fullmatch(token.key):
            return token
        base = _DOUBLE.sub(lambda m: m[0][0], token.key).replace("w", "")
        for meant in (base, re.sub(r"[sfrxj]$", "", base), re.sub(r"(?<=[aeiouy])[sfrxj]", "", base)):
            if meant in self._known and len(meant) > 1:
                return Token(meant, meant, meant, token.gap)
        return token

    def _joined_digits(self, tokens: list[Token]) -> list[Token]:
        """VNI's digits inside of words ("nguo7i2") taken out again."""
        out: list[Token] = []
        i = 0
        while i < len(tokens):
            run = [tokens[i]]
            while i + len(run) < len(tokens) and not tokens[i + len(run)].gap and tokens[i + len(run)].key.isalnum():
                run.append(tokens[i + len(run)])
            typed = "".join(t.key for t in run)
            meant = re.sub(r"\d", "", typed)
            vni = len(run) > 2 and _VNI.fullmatch(typed) and meant in self._known and not run[1].key.isalpha()
            if vni and len(run[-1].key) > 0 and len(meant) > 2:
                out.append(Token(meant, meant, meant, tokens[i].gap))
                i += len(run)
            else:
                out.append(tokens[i])
                i += 1
        return out
