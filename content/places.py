"""Today's provinces and communes, found by code, by today's name, or by a name of before July 2025."""

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from itertools import takewhile
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
_HUYEN, _QUAN, _THI_XA, _THANH_PHO = "huyen", "quan", "thixa", "thanhpho"
_DISTRICT_KINDS = {k: k for k in (_HUYEN, _QUAN, _THI_XA, _THANH_PHO)} | {
    "h": _HUYEN,
    "q": _QUAN,
    "tx": _THI_XA,
    "tp": _THANH_PHO,
}
_AREA_KINDS = frozenset([*_DISTRICT_KINDS, "tinh", "t", "vietnam", "vn", "thuoc"])
"""Kinds of districts and provinces as people write them, and the country: they say nothing more than the names."""

_AROUND = frozenset(
    re.findall(
        r"\w+",
        "toi tui to minh mh em e anh chi bac chu co ong ba con chau me bo nha gia dinh nguoi da vang thua a ah chao"
        " xin hien nay dang sinh song cu tru thuong tam o tai que goc dia chi cho tu den ve la cua thuoc ben duoi"
        " tren day do kia nhe nha nhen nghen nghe nen oi ad nhi",
    )
)
"""Words of a sentence around a place, folded: "dạ, nhà tui ở ... nha con"."""

MAX_AROUND = 9
"""As many of them are left out on a side ("hiện nay gia đình tôi đang sinh sống ở")."""

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
    share: int = 0
    """Of an old district: how many of its communes went into this one; more than all for its namesake."""

    def candidate(self) -> Candidate:
        if self.old_areas is None:
            return Candidate(self.commune, How.TODAY)
        return Candidate(self.commune, How.OLD, self.name + self.old_areas)


@dataclass(frozen=True, slots=True)
class _Names:
    """What may be named, under the keys of the bare names, and the kinds that may stand before these."""

    entries: dict[str, list[_Entry]]
    kinds: dict[str, str]


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
        self._units = units

    @classmethod
    def load(cls, path: Path = DATA) -> Self:
        """The map in that file."""
        return cls(json.loads(gzip.decompress(path.read_bytes())))

    @cached_property
    def _index(self) -> "_Index":
        """Made at the first question: it takes longer than everything else at the start."""
        return _Index(self._units, self._communes)

    @cached_property
    def _names(self) -> tuple[_Names, _Names]:
        communes, districts = self._index.communes, self._index.districts
        return _Names(dict(communes), _COMMUNE_KINDS), _Names(dict(districts), _DISTRICT_KINDS)

    @cached_property
    def _areas(self) -> frozenset[str]:
        return frozenset().union(*self._index.areas)

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

        With or without kind, marks, commas, district and province; today's or the old ones, a house or hamlet before,
        the province first, in a short sentence ("nhà tui ở Vị Thủy nha"). A split old commune offers each commune
        that took a part of it, an old district alone each commune made of its own: only the person knows which.
        """
        text = clean(text[:MAX_TEXT])
        if _CODE.fullmatch(text):
            commune = self._communes.get(text)
            return [Candidate(commune, How.CODE)] if commune else []
        parts = [words for words in map(_words, text.split(",")) if words]
        for start in range(min(len(parts), MAX_PARTS)):
            found = self._read(parts[start:])
            if found:
                return _best_first(found, old_tone_style(text).casefold())[:limit]
        return []

    def _read(self, parts: list[list[str]]) -> list[_Entry]:
        """Entries of the communes named, or else of the district, with the fewest words of the sentence left out."""
        words, first, last = [word for part in parts for word in part], len(parts[0]), len(parts[-1])
        for reading, first_part in _readings(words, first, last):
            for names in self._names:
                if found := self._find(names, reading, first_part):
                    return found
        found_after = (self._find_after_area(reading) for reading, _ in _readings(words, first, last))
        return next(filter(None, found_after), [])

    def _find(self, names: _Names, words: list[str], first: int, around: list[str] | None = None) -> list[_Entry]:
        """Entries named by the first part; when there are none, by any beginning of all parts without their commas.

        Those of the typed kind, if it leaves any: people mistake the kind, but seldom where it makes a difference.
        """
        found = list(_named(names, words, first, around or []))
        if not found:
            lengths = range(min(len(words), MAX_NAME), 0, -1)
            found = [hit for length in lengths for hit in _named(names, words, length, around or [])]
        return [entry for same_kind, entry in found if same_kind] or [entry for _, entry in found]

    def _find_after_area(self, words: list[str]) -> list[_Entry]:
        """Entries named after their district or province: "Cần Thơ, xã Vị Thủy"."""
        for cut in range(1, min(len(words), MAX_NAME + 1)):
            area, rest = words[:cut], words[cut:]
            if _all_areas(area, self._areas) and not _all_areas(area, frozenset()):
                for names in self._names:
                    if found := self._find(names, rest, len(rest), area):
                        return found
        return []


def _readings(words: list[str], first: int, last: int) -> Iterator[tuple[list[str], int]]:
    """The words, and without ever more words of a sentence before and after; each with the length of its first part.

    `first` and `last` are the lengths of the first and the last part, beyond which nothing is left out. One word that
    is left is no place: too many small words are also names ("em gọi", Xã Gọi).
    """
    yield words, first
    before = sum(1 for _ in takewhile(_AROUND.__contains__, words[: min(first, MAX_AROUND)]))
    after = sum(1 for _ in takewhile(_AROUND.__contains__, words[: -min(last, MAX_AROUND) - 1 : -1]))
    for out in range(1, before + after + 1):
        for start in range(max(0, out - after), min(before, out) + 1):
            left = words[start : len(words) - (out - start)]
            if start < first and len(left) > 1 and not _AROUND.issuperset(left):
                yield left, min(first - start, len(left))


def _named(names: _Names, words: list[str], length: int, around: list[str]) -> Iterator[tuple[bool, _Entry]]:
    """Entries whose name is the first words and whose areas are the others and `around`; whether the kind fits.

    A district called like its province needs its kind: "Cao Bằng" is the province.
    """
    name, areas = words[:length], words[length:]
    for kind, bare in _kind_apart(name, names.kinds):
        for entry in names.entries.get("".join(bare), ()):
            is_province = not kind and entry.share and entry.key in entry.areas
            if not is_province and _all_areas(areas, entry.areas) and _all_areas(around, entry.areas):
                yield kind in (None, entry.kind), entry


class _Index:
    """Entries under the keys of their bare names; spaces make no difference there ("Đắk Lắk", "Đaklak")."""

    def __init__(self, units: dict[str, Any], communes: dict[str, Commune]) -> None:
        self.communes: dict[str, list[_Entry]] = defaultdict(list)
        self.districts: dict[str, list[_Entry]] = defaultdict(list)
        self.areas: set[frozenset[str]] = set()
        self._units = units
        self._today = communes
        self._syllable = cache(_words)  # fourteen thousand names have but three thousand syllables
        self._province_keys = cache(self._keys_of_province)
        areas_of = {code: self._province_keys(commune.province.name) for code, commune in communes.items()}
        self.areas.update(areas_of.values())
        for province, districts in units["old"].items():
            for district, wards in districts.items():
                around = self._add_old(province, district, wards)
                for codes in wards.values():
                    for code in codes.split():
                        areas_of[code] |= around
        for code, commune in communes.items():
            self._add(commune, commune.name, areas_of[code])

    def _add_old(self, province: str, district: str, wards: dict[str, str]) -> frozenset[str]:
        """Adds the communes of an old district, and itself; the keys of the areas around them."""
        aliases = self._units["district_aliases"].get(province, {}).get(district, ())
        keys = [_area_key(self._split(name)) for name in (district, *aliases) if name]
        around = self._province_keys(province) | set(keys)
        self.areas.add(around)
        rest = "".join(f", {_small_first(area)}" for area in (district, province) if area)
        for ward, codes in wards.items():
            for code in codes.split():
                now_in = self._province_keys(self._today[code].province.name)
                self._add(self._today[code], ward, around | now_in, rest)
        if district:
            self._add_district(
                province, district, keys, Counter(c for codes in wards.values() for c in codes.split())
            )
        return around

    def _add_district(self, province: str, district: str, keys: list[str], shares: Counter[str]) -> None:
        """Adds an old district under its key and those of the districts it had taken in, whose kind is not known."""
        kind, bare = self._bare(district, _DISTRICT_KINDS)
        of = f", {_small_first(province)}"
        for code, share in shares.items():
            commune = self._today[code]
            areas = self._province_keys(province) | self._province_keys(commune.province.name)
            weight = share + shares.total() * (self._bare(commune.name, _COMMUNE_KINDS)[1] == bare)
            for key in keys:
                own_kind = kind if key == bare else None
                self.districts[key].append(_Entry(key, commune, district, own_kind, areas, of, weight))

    def _add(self, commune: Commune, name: str, areas: frozenset[str], old_areas: str | None = None) -> None:
        kind, key = self._bare(name, _COMMUNE_KINDS)
        self.communes[key].append(_Entry(key, commune, name, kind, areas, old_areas))

    def _bare(self, name: str, kinds: dict[str, str]) -> tuple[str | None, str]:
        kind, bare = next(_kind_apart(self._split(name), kinds))
        return kind, "".join(bare)

    def _split(self, name: str) -> list[str]:
        return [word for part in name.split() for word in self._syllable(part)]

    def _keys_of_province(self, name: str) -> frozenset[str]:
        return frozenset(_area_key(self._split(n)) for n in (name, *self._units["aliases"].get(name, ())))


def _best_first(found: list[_Entry], typed: str) -> list[Candidate]:
    """One candidate for each commune: the longest name first, then the typed marks, then today's before old ones, and
    of a district those that took most of it.
    """

    marks_typed = not typed.isascii()

    def rank(entry: _Entry) -> tuple[int, bool, bool, int, str]:
        other_marks = marks_typed and _without_kind(entry.name) not in typed
        # "phuong 2 bao loc" is Phường 2 Bảo Lộc before it is Phường 2
        return -len(entry.key), other_marks, entry.old_areas is not None, -entry.share, entry.commune.code

    unique: dict[str, Candidate] = {}
    for entry in sorted(found, key=rank):
        unique.setdefault(entry.commune.code, entry.candidate())
    return list(unique.values())


def _words(text: str) -> list[str]:
    """Folded words, numbers apart ("P1"), i for y where both are written ("Mỹ", "Mĩ")."""
    return _I_OR_Y.sub("i", _GLUED_NUMBER.sub(" ", fold(text))).split()


def _kind_apart(words: list[str], kinds: dict[str, str]) -> Iterator[tuple[str | None, list[str]]]:
    """The ways to read a name: with its kind before it, and all of it as the name ("xà phiên")."""
    for length in (1, 2):
        kind = kinds.get("".join(words[:length]))
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
    _, bare = next(_kind_apart(words, _COMMUNE_KINDS))
    return " ".join(name.split()[len(words) - len(bare) :]).casefold()


def _small_first(name: str) -> str:
    return name[:1].lower() + name[1:]
