"""Names of people as they stand in spreadsheets: in capitals, numbered, with a title before and a job behind."""

import re
from dataclasses import dataclass

from content.folding import clean, fold, old_tone_style
from content.roster.words import Words, begins

LONGEST = 60
_NUMBERED = re.compile(r"^\(?\d{1,3}(?:[.)/:\-]+ *| +)|[\s.,]*\(?\d{1,3}\)?\.?$")
_DANGEROUS = re.compile(r"[<>{}|]|https?:|www\.|&#?\w+;|^[=+@]", re.IGNORECASE)
_TROUBLE = re.compile(r"(?i)HYPERLINK|WEBSERVICE|IMPORT|CALL|EXEC|REGISTER|DDE|\||FILTERXML|cmd")
_NAME = re.compile(r"[^\W\d_]+(?:[ '’‘ʼ\-.]+[^\W\d_]+)*\.?")
_FOREIGN = re.compile(r"[\u00a1-\u00bf\u00d7\u00f7]")
"""Signs that letters of the fonts before Unicode (TCVN3, VNI) turn into."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is to be kept, and what stood beside it."""

    text: str = ""
    suspect: bool = False
    beside: str = ""
    """A job or a remark that stood behind the name."""


def read_name(lines: tuple[str, ...], words: Words) -> Name:
    """The name in a cell. What carries a formula or markup, or is no name at all, is suspect and never kept."""
    first, *others = lines or ("",)
    beside: list[str] = []
    for line in others:
        is_job = begins(fold(line).split(), words.jobs) or line.startswith("(")
        if is_job or beside:
            beside.append(line)
        else:
            first = f"{first} {line}"
    text = clean(first).strip(" .,;:-–_*'\"")
    if _DANGEROUS.search(text):
        return Name(text, suspect=True)
    text, behind = _without_job(_NUMBERED.sub("", text).strip(), words)
    text = proper(_without_title(text, words))
    suspect = not _NAME.fullmatch(text) or bool(_FOREIGN.search(text)) or len(text) > LONGEST
    return Name(text, bool(text) and suspect, clean(" ".join([behind, *beside])))


def dangerous(formula: str | None) -> bool:
    """Whether a formula does more than put the cells of the sheet together."""
    return formula is not None and bool(_TROUBLE.search(formula))


def _without_job(text: str, words: Words) -> tuple[str, str]:
    """The name, and what stands behind it in brackets, behind a dash or a comma."""
    name, bracket, rest = text.partition("(")
    if bracket:
        return name.strip(" ,-–"), rest.rstrip(") ")
    found = re.match(r"(.+?)\s*(?:\s[-–]\s*|[,:;]\s*)(.+)", text)
    if found and begins(fold(found[2]).split(), words.jobs) and len(found[1].split()) > 1:
        return found[1], found[2]
    return text, ""


def _without_title(text: str, words: Words) -> str:
    """The name without what people are addressed by."""
    parts = text.split()
    folded = [fold(part) for part in parts]
    flat = [word for part in folded for word in part.split()]
    taken = begins(flat, words.titles)
    if taken:
        count = next(n for n in range(1, len(parts) + 1) if sum(len(f.split()) for f in folded[:n]) >= taken)
        return " ".join(parts[count:]).lstrip(" :.")
    marked = bool(parts) and parts[0][-1] in ":."
    if len(parts) > 1 and folded[0] in words.perhaps and (marked or (len(parts) > 2 and folded[1] in words.families)):
        return " ".join(parts[1:])
    return text


def proper(text: str) -> str:
    """NGUYỄN VĂN AN and nguyễn văn an as Nguyễn Văn An; words in mixed letters stay."""
    return " ".join(_proper_word(word) for word in text.split())


def _proper_word(word: str) -> str:
    if not (word.isupper() or word.islower()):
        return word
    return re.sub(r"[^\W\d_]+", lambda m: m[0][0].upper() + m[0][1:].lower(), word)


def name_key(name: str) -> str:
    """Equal for two spellings of one name; Hoa and Hòa are two names."""
    return old_tone_style(re.sub(r"[’‘ʼ]", "'", clean(name))).casefold()


def may_be_one(one: str, other: str) -> bool:
    """Whether two names can be of one person whose telephone they share: equal, or one of them without its marks."""
    if name_key(one) == name_key(other):
        return True
    return fold(one) == fold(other) and (one.isascii() or other.isascii())
