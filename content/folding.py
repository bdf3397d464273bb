"""Vietnamese text made comparable: cleaned for keeping and showing, folded to keys for finding."""

import re
import unicodedata

# Controls, zero-width and direction marks, soft hyphen, byte-order mark, lone surrogates: nobody meant to type them.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)

# Eth and the African D look exactly like Đ and are typed for it ("Ðà Nẵng", "QÐ-TTg"). In Icelandic and Faroese, the
# only living languages with an eth, it follows a vowel, r or f; Vietnamese never has a đ there.
_TWIN = re.compile(r"[ðɖÐƉ](?<![aeiouyáéíóúýöøæœrf].)", re.IGNORECASE)

_DIGITS = re.compile(r"(\d{1,9})", re.ASCII)
_NOT_WORD = re.compile(r"[\W_]+")
_TO_PLAIN = str.maketrans("đðɖ", "ddd", "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")

# The two schools differ only in the open syllables oa, oe, uy ("hoà", "hòa"); after q the u belongs to the consonant.
_NEW_STYLE = re.compile(r"(?:(o)([àáảãạèéẻẽẹ])|(?<!q)(u)([ỳýỷỹỵ]))(?!\w)", re.IGNORECASE)


def clean(text: str) -> str:
    """The same words in one form: NFC, look-alikes of đ made đ, nothing invisible, single spaces, no outer spaces."""
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
    text = unicodedata.normalize("NFC", text)
    text = _TWIN.sub(lambda m: "đ" if m[0].islower() else "Đ", text)
    return " ".join(text.split())


def fold(text: str) -> str:
    """A key for finding, never for showing: small letters without marks, đ as d, punctuation as single spaces."""
    return _NOT_WORD.sub(" ", unmarked(clean(text))).strip()


def in_order(name: str) -> list[tuple[int, str]]:
    """By which names stand in a list as people expect them: "thôn 2" before "thôn 10", Đông before Tây."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(fold(name)) if part]


def unmarked(text: str) -> str:
    """The text in small letters without marks, đ as d; its punctuation and lines stay."""
    text = unicodedata.normalize("NFD", text).casefold()
    text = unicodedata.normalize("NFD", text).translate(_TO_PLAIN)
    if not text.isascii():  # marks of other scripts: rare, and ten times slower to find
        text = "".join(c for c in text if not unicodedata.category(c).startswith("M"))
    return text


def old_tone_style(text: str) -> str:
    """The text with the tone on the first vowel of an open oa, oe, uy: `hòa`, `khỏe`, `thủy` (but `quý`, `hoàn`)."""
    return _NEW_STYLE.sub(_tone_forward, unicodedata.normalize("NFC", text))


def _tone_forward(match: re.Match[str]) -> str:
    first = match[1] or match[3]
    second = unicodedata.normalize("NFD", match[2] or match[4])
    return unicodedata.normalize("NFC", first + second[1:]) + second[0]
