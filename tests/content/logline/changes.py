"""Sentences of the development set told otherwise, so that the number of people is known: other names, titles and
numbers, without marks, with something added that counts nobody.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from content.logline import LogReader
from tests.content.logline.sentences import Sentence, read_cards

NAMES = ("Hoằng", "Rịa", "Mười", "Bảy", "Năm", "Tư", "Chắt", "Ngoạn", "Út", "Kpăn", "Lượt", "Hồ", "Thôn", "Đường")
TITLES = ("chị", "anh", "cô", "chú", "bác", "dì", "mợ", "thím", "dượng", "cậu", "thầy")
NUMBERS = (2, 3, 5, 8, 11, 14, 21, 35, 40)
IN_WORDS = {
    2: "hai",
    3: "ba",
    4: "bốn",
    5: "năm",
    6: "sáu",
    7: "bảy",
    8: "tám",
    9: "chín",
    10: "mười",
    12: "mười hai",
}
BEHIND = (
    "trời mưa to", "có 2 đoàn viên đi cùng", "phát 30 tờ rơi", "dùng 2 cái điện thoại", "chị Hoa tổ phó đi cùng",
    "đường đi mất 5 km", "còn 3 người ngồi chờ", "2 người chỉ hỏi", "có anh Tú công an xã hỗ trợ",
    "mất 2 lần mới được", "phí 50 nghìn", "gần trường Kim Đồng", "trước nhà thờ ông Thánh", "cạnh quán cô Ba",
    "viết 3 lá đơn nháp",
)  # fmt: skip
BEFORE = ("Thưa anh Bình, ", "Nghe cô Ba nói, ", "Em và anh Dũng ", "cùng chị Lan ")
_CALLED = re.compile(r"\b(bà|ông|bác|chú|cô|dì|cậu|mợ|thím|anh|chị|em|cháu) ([A-ZĐ][^\W\d_]+)\b")
_COUNTED = re.compile(
    r"(?<![\d/.:h])\b(\d{1,2})\b(?= (?:người|bà con|bác|cô|chị|anh|lượt|cụ|tiểu thương|ng|nguoi)\b)"
)


@dataclass(frozen=True)
class Changed:
    """A sentence told otherwise, and how many people it tells of now."""

    sentence: Sentence
    people: list[int | None]


@dataclass
class Found:
    """What became of the changed sentences."""

    total: int = 0
    silent: list[str] = field(default_factory=list)
    """Those with a wrong number of people that is not asked about."""
    asked: int = 0
    """Those asked about though the sentence as it was is plain."""


def unmarked(text: str) -> str:
    """A text without the marks of its letters."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _renamed(text: str) -> str:
    """The same people under other names, two of them never under one."""
    new: dict[str, str] = {}
    for _, name in _CALLED.findall(text):
        free = (n for i in range(len(NAMES)) if (n := NAMES[(len(name) * 5 + i) % len(NAMES)]) not in new.values())
        new.setdefault(name, next(free))
    return _CALLED.sub(lambda m: f"{m[1]} {new[m[2]]}", text)


def _retitled(text: str) -> str:
    found = list(_CALLED.finditer(text))
    if len(found) != 1 or len(re.findall(rf"(?i)\b{found[0][1]}\b", text)) != 1:
        return text
    return text[: found[0].start()] + TITLES[len(text) % len(TITLES)] + text[found[0].end(1) :]


def _recounted(sentence: Sentence) -> Iterator[Changed]:
    """Another number, where one alone tells how many they are."""
    found = list(_COUNTED.finditer(sentence.text))
    card = sentence.cards[0]
    if len(found) == len(sentence.cards) == 1 and str(card["people"]) == found[0][1] and len(card["results"]) < 2:
        n = NUMBERS[len(sentence.text) % len(NUMBERS)]
        if all(part in (None, card["people"]) for part in card["contents"].values()):
            text = f"{sentence.text[: found[0].start()]}{n}{sentence.text[found[0].end() :]}"
            yield Changed(replace(sentence, text=text), [n])


def _same(change: Callable[[str], str]) -> Callable[[Sentence], Iterator[Changed]]:
    def changed(sentence: Sentence) -> Iterator[Changed]:
        text = change(sentence.text)
        if text != sentence.text:
            yield Changed(replace(sentence, text=text), [card["people"] for card in sentence.cards])

    return changed


def _added(before: Sequence[str], behind: Sequence[str]) -> Callable[[Sentence], Iterator[Changed]]:
    def changed(sentence: Sentence) -> Iterator[Changed]:
        text, n = sentence.text, len(sentence.text)
        if len(sentence.cards) == 1:
            front = before[n % len(before)] + text[:1].lower() + text[1:] if before else text.rstrip(".! ")
            told = f"{front}, {behind[n % len(behind)]}" if behind else front
            told = unmarked(told) if text == unmarked(text) else told
            yield Changed(replace(sentence, text=told), [card["people"] for card in sentence.cards])

    return changed


CHANGES: dict[str, Callable[[Sentence], Iterator[Changed]]] = {
    "other names": _same(_renamed), "other titles": _same(_retitled), "other numbers": _recounted,
    "numbers in words": _same(lambda t: _COUNTED.sub(lambda m: IN_WORDS.get(int(m[1]), m[1]), t)),
    "no marks": _same(unmarked), "no capitals": _same(str.lower), "neither": _same(lambda t: unmarked(t).lower()),
    "something behind": _added((), BEHIND), "somebody before": _added(BEFORE, ()),
}  # fmt: skip


def look(reader: LogReader, sentences: Iterable[Sentence], change: str) -> Found:
    """Reads all the sentences as that change tells them."""
    found = Found()
    for changed in (c for s in sentences if s.cards and not s.gap for c in CHANGES[change](s)):
        cards = read_cards(reader, changed.sentence)
        asked = any("people" in card["ask"] for card in cards)
        found.total += 1
        found.asked += asked and not any("people" in card["ask"] for card in changed.sentence.cards)
        if not asked and sorted(map(str, (c["people"] for c in cards))) != sorted(map(str, changed.people)):
            found.silent.append(changed.sentence.text)
    return found
