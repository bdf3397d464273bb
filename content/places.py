"""Today's provinces and communes, found by code, by today's name, or by a name of before July 2025."""

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Self

from content.folding import clean, fold, old_tone_style

DATA = Path(__file__).parent / "data" / "units.json.gz"

MAX_TEXT = 200
"""Characters of a typed place that are looked at; the longest full address of the old map has 90."""

MAX_PARTS = 8
"""Parts between commas at which a name is looked for: house, street, hamlet, commune, district, province, country."""

MAX_NAME = 8
"""Words of the longest commune name with its kind ("Thị trấn Nông trường Trần Phú" has six), and some room."""

_XA, _PHUONG, _THI_TRAN, _DAC_KHU = "xa", "phuong", "thitran", "dackhu"
_COMMUNE_KINDS = {k: k for k in (_XA, _PHUONG, _THI_TRAN, _DAC_KHU)} | {
    "x": _XA,
    "p": _PHUONG,
    "f": _PHUONG,
    "tt": _THI_TRAN,
    "dk": _DAC_KHU,
}
_AREA_KINDS = frozenset(["tinh", "t", "thanhpho", "tp", "quan", "q", "huyen", "h", "thixa", "tx", "vietnam", "vn"])
"""Kinds of districts and provinces as people write them, and the country: they say nothing more than the names."""

_GLUED_NUMBER = re.compile(r"(?<=[a-z])(?=[0-9])")
_I_OR_Y = re.compile(r"(?<=[hklmst])y\b")
_CODE = re.compile(r"[0-9]{5}")


@dataclass(frozen=True, slots=True)
class Province:
    """A province or centrally run city; `code` is two digits as text, `name` has its kind ("Thành phố Cần Thơ")."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, ward or special zone; `code` is five digits as text, `name` has its kind ("Xã Vị Thủy")."""

    code: str
    name: str
    province: Province

    @property
    def full_name(self) -> str:
        """Commune and province as in a sentence: "Xã Vị Thủy, thành phố Cần Thơ"."""
        return f"{self.name}, {_small_first(self.province.name)}"


class How(StrEnum):
    """By what a commune was found: its name of today, the name of an old commune that went into it, or its code."""

    TODAY = "today"
    OLD = "old"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A commune somebody may have meant; `old_name` is the full old name when it was found by that."""

    commune: Commune
    how: How
    old_name: str | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """One name of a commune, found under `key`; its kind apart; keys of the districts and provinces after it."""

    key: str
    commune: Commune
    name: str
    kind: str | None
    areas: frozenset[str]
    old_areas: str | None = None
    """The rest of the old full name (", huyện Vị Thủy, tỉnh Hậu Giang"); None for a name of today."""

    def candidate(self) -> Candidate:
        if self.old_areas is None:
            return Candidate(self.commune, How.TODAY)
        return Candidate(self.commune, How.OLD, self.name + self.old_areas)


class Places:
    """The administrative map, read once and never changed."""

    def __init__(self, units: dict[str, Any]) -> None:
        """`units` as tools/make_places.py writes them."""
        self.as_of: str = units["as_of"]
        """The day (ISO) whose map this is."""
        self._provinces = {code: Province(code, name) for code, name in units["provinces"].items()}
        self._communes = {
            code: Commune(code, name, self._provinces[province])
            for province, group in units["communes"].items()
            for code, name in group.items()
        }
        self._entries = _index(units, self._communes)

    @classmethod
    def load(cls, path: Path = DATA) -> Self:
        """The map in that file."""
        return cls(json.loads(gzip.decompress(path.read_bytes())))

    def commune(self, code: str) -> Commune | None:
        """The commune of that five-digit code."""
        return self._communes.get(code)

    def province(self, code: str) -> Province | None:
        """The province of that two-digit code."""
        return self._provinces.get(code)

    def provinces(self) -> list[Province]:
        """All provinces in the order of their codes."""
        return list(self._provinces.values())

    def communes_of(self, province_code: str) -> list[Commune]:
        """All communes of the province in the order of their codes; none for an unknown code."""
        return [c for c in self._communes.values() if c.province.code == province_code]

    def search(self, text: str, limit: int = 20) -> list[Candidate]:
        """Every commune that may be meant by a code or by a name as people type it, the best first.

        With or without kind, marks, commas, district and province; today's or the old ones, and a house or hamlet
        before. A split old commune offers each commune that took a part of it: only the person knows which.
        """
        text = clean(text[:MAX_TEXT])
        if _CODE.fullmatch(text):
            commune = self._communes.get(text)
            return [Candidate(commune, How.CODE)] if commune else []
        parts = [words for words in map(_words, text.split(",")) if words]
        for start in range(min(len(parts), MAX_PARTS)):
            found = self._find(parts[start:])
            if found:
                return _best_first(found, old_tone_style(text).casefold())[:limit]
        return []

    def _find(self, parts: list[list[str]]) -> list[_Entry]:
        """Entries named by the first part; when there are none, by any beginning of all parts without their commas.

        Those of the typed kind, if it leaves any: people mistake the kind, but seldom where it makes a difference.
        """
        words = [word for part in parts for word in part]
        found = list(self._named(words, len(parts[0])))
        if not found:
            lengths = range(min(len(words), MAX_NAME), 0, -1)
            found = [hit for length in lengths for hit in self._named(words, length)]
        return [entry for same_kind, entry in found if same_kind] or [entry for _, entry in found]

    def _named(self, words: list[str], length: int) -> Iterator[tuple[bool, _Entry]]:
        """Entries whose name is the first words and whose areas are the others, with whether the kind fits."""
        name, areas = words[:length], words[length:]
        for kind, bare in _kind_apart(name):
            for entry in self._entries.get("".join(bare), ()):
                if _all_areas(areas, entry.areas):
                    yield kind in (None, entry.kind), entry


def _index(units: dict[str, Any], communes: dict[str, Commune]) -> dict[str, list[_Entry]]:
    """All entries under the keys of their bare names; spaces make no difference there ("Đắk Lắk", "Đaklak")."""
    entries: dict[str, list[_Entry]] = defaultdict(list)
    syllable = cache(_words)  # fourteen thousand names have but three thousand syllables

    def words(name: str) -> list[str]:
        return [word for part in name.split() for word in syllable(part)]

    @cache
    def province_keys(name: str) -> frozenset[str]:
        return frozenset(_area_key(words(n)) for n in (name, *units["aliases"].get(name, ())))

    def add(commune: Commune, name: str, areas: frozenset[str], old_areas: str | None = None) -> None:
        kind, bare = next(_kind_apart(words(name)))
        key = "".join(bare)
        entries[key].append(_Entry(key, commune, name, kind, areas, old_areas))

    areas_of = {code: province_keys(commune.province.name) for code, commune in communes.items()}
    for province, districts in units["old"].items():
        for district, wards in districts.items():
            aliases = units["district_aliases"].get(province, {}).get(district, ())
            around = province_keys(province) | {_area_key(words(name)) for name in (district, *aliases) if name}
            rest = "".join(f", {_small_first(area)}" for area in (district, province) if area)
            for ward, codes in wards.items():
                for code in codes.split():
                    areas_of[code] |= around
                    add(communes[code], ward, around | province_keys(communes[code].province.name), rest)
    for code, commune in communes.items():
        add(commune, commune.name, areas_of[code])
    return dict(entries)


def _best_first(found: list[_Entry], typed: str) -> list[Candidate]:
    """One candidate for each commune: the longest name first, then the typed marks, then today's before old ones."""

    marks_typed = not typed.isascii()

    def rank(entry: _Entry) -> tuple[int, bool, bool, str]:
        other_marks = marks_typed and _without_kind(entry.name) not in typed
        # "phuong 2 bao loc" is Phường 2 Bảo Lộc before it is Phường 2
        return -len(entry.key), other_marks, entry.old_areas is not None, entry.commune.code

    unique: dict[str, Candidate] = {}
    for entry in sorted(found, key=rank):
        unique.setdefault(entry.commune.code, entry.candidate())
    return list(unique.values())


def _words(text: str) -> list[str]:
    """Folded words, numbers apart ("P1"), i for y where both are written ("Mỹ", "Mĩ")."""
    return _I_OR_Y.sub("i", _GLUED_NUMBER.sub(" ", fold(text))).split()


def _kind_apart(words: list[str]) -> Iterator[tuple[str | None, list[str]]]:
    """The ways to read a commune's name: with its kind before it, and all of it as the name ("xà phiên")."""
    for length in (1, 2):
        kind = _COMMUNE_KINDS.get("".join(words[:length]))
        if kind and length <= len(words):
            yield kind, words[length:]
    if not "".join(words).isdigit():  # a bare number is no name: dozens of wards are called by one
        yield None, words


def _all_areas(words: list[str], areas: frozenset[str]) -> bool:
    """Whether the words are names of these areas and nothing else, each with or without its kind."""
    reached = {0}
    for start in range(len(words)):
        if start in reached:
            for end in range(start + 1, min(start + MAX_NAME, len(words)) + 1):
                piece = "".join(words[start:end])
                if piece in areas or piece in _AREA_KINDS:
                    reached.add(end)
    return len(words) in reached


def _area_key(words: list[str]) -> str:
    """The key of a district's or province's listed name without its kind."""
    length = next((n for n in (1, 2) if "".join(words[:n]) in _AREA_KINDS), 0)
    return "".join(words[length:])


def _without_kind(name: str) -> str:
    """A commune's listed name without its kind, marks kept, in small letters."""
    words = _words(name)
    _, bare = next(_kind_apart(words))
    return " ".join(name.split()[len(words) - len(bare) :]).casefold()


def _small_first(name: str) -> str:
    return name[:1].lower() + name[1:]
