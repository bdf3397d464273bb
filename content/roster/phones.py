"""Telephone numbers as they stand in spreadsheets: with dots, as numbers, without their first 0, two in a cell."""

import re
from dataclasses import dataclass

# Mobile numbers have ten digits since 2018, lines at home 024 and 028 with eight more, 02xx with seven more.
_ONE = r"(?:(?:0084|84)?0?[35789]\d{8}|(?:0084|84)?02\d{9})"
_MOBILE = re.compile(r"0[35789]\d{8}")
_LINE = re.compile(r"02\d{9}")
_APART = re.compile(r"[/;,&|\n]| - |  +|\b(?:hoặc|hoac|và|va)\b", re.IGNORECASE)
_INSIDE = re.compile(r"(?<![\d.])\+?\d(?:[\s.\-()]{0,2}\d){7,13}(?![\d])")


@dataclass(frozen=True, slots=True)
class Phones:
    """What a cell says: the numbers in it, each of ten or eleven digits with its 0; and whether it says something
    that is none."""

    found: tuple[str, ...] = ()
    bad: bool = False

    @property
    def first(self) -> str | None:
        """The number that counts."""
        return self.found[0] if self.found else None


def read_phones(text: str, lines: tuple[str, ...] = ()) -> Phones:
    """The numbers of a cell. Nothing, a dash, or words without digits are no number and not bad."""
    text = " / ".join(lines) if len(lines) > 1 else text
    digits = re.sub(r"\D", "", text)
    if not digits.strip("0"):
        return Phones()
    whole = _several(digits) if not re.search(r"[A-Za-z]", text) else ()
    if whole:
        return Phones(whole)
    parts = [part for part in _APART.split(text) if part and any(c.isdigit() for c in part)]
    found = [number for part in parts if (number := _one(part))]
    return Phones(tuple(dict.fromkeys(found)), bad=not found)


def _several(digits: str) -> tuple[str, ...]:
    """The digits as numbers that follow each other, if they are nothing else."""
    alone = _normal(digits)
    if alone:
        return (alone,)
    if re.fullmatch(f"(?:{_ONE}){{2,3}}", digits):
        found = [_normal(part) for part in re.findall(_ONE, digits)]
        if all(found):
            return tuple(dict.fromkeys(number for number in found if number))
    return ()


def _one(part: str) -> str | None:
    """The number in a part of a cell, with words around it."""
    return next((number for m in _INSIDE.findall(part) if (number := _normal(re.sub(r"\D", "", m)))), None)


def _normal(digits: str) -> str | None:
    """The number with its 0, if it is one: +84, 84 and a lost 0 are made good."""
    for prefix in ("0084", "84"):
        if digits.startswith(prefix) and len(digits) - len(prefix) in (9, 10, 11):
            digits = digits.removeprefix(prefix)
            break
    if not digits.startswith("0"):
        digits = f"0{digits}"
    return digits if _MOBILE.fullmatch(digits) or _LINE.fullmatch(digits) else None
