"""What a stranger's answer to the question of consent says: yes, no, or a nod that may mean anything."""

import re
from typing import Literal

from content.folding import clean, fold

_NOD = r"(?:da|vang|u|uh|um|co|ok|oke|okay|duoc|phai|dung)"
_POLITE = r"(?: (?:a|nhe|nha|roi|bac|em|chau|ban))*"
_I = r"(?:toi|tui|em|chau|minh|bac|chung toi)"
_AGREE = re.compile(rf"(?:(?:{_NOD}|{_I}) )*dong y{_POLITE}")
_DISAGREE = re.compile(
    rf"(?:da )?thoi{_POLITE}|"
    rf"(?:(?:da|thoi|{_I}) )*(?:khong|ko|hong|hok|kg)(?: (?:dong y|can|muon|chiu))?(?: dau)?{_POLITE}"
)
_NODS = re.compile(rf"{_NOD}(?: {_NOD})*{_POLITE}")


def consent_in(text: str) -> Literal["yes", "no", "nod"] | None:
    """What a text says to the question of consent; a bare nod ("ừ", "ok") is no explicit consent."""
    words, digit = fold(text), text.strip().rstrip(".)")  # folded, "-1" would be 1
    if digit == "1" or _AGREE.fullmatch(words):
        return "yes"
    if digit == "2" or _DISAGREE.fullmatch(words):
        return "no"
    stop = words == "dung" and not clean(text).casefold().startswith("đ")
    return "nod" if _NODS.fullmatch(words) and not stop else None
