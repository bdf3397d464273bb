"""Makes content/data/units.json.gz: today's provinces and communes, and where every commune of before 07/2025 went.

Run from the project root, in an environment of its own (the package is needed here only, never by the program):

    python3 -m venv /tmp/places && /tmp/places/bin/pip install vietnamadminunits==1.0.4
    /tmp/places/bin/python -m tools.make_places

Then run tests/content/test_places.py and update the date in content/data/NOTICE.md. When the map changes again,
add the change with its document number to CHANGES and raise AS_OF: codes stay, names and kinds do not.
"""

import gzip
import json
import math
import re
import sqlite3
import sys
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from content.folding import old_tone_style

TARGET = Path(__file__).parents[1] / "content" / "data" / "units.json.gz"

AS_OF = "2026-04-30"
"""The day whose map the file shows: the package has that of 01/07/2025, CHANGES bring it here."""

CHANGES: list[dict[str, Any]] = [
    {
        "in_force": "2026-04-30",
        "document": "30/2026/QH16",
        "what": "Tỉnh Đồng Nai trở thành thành phố trực thuộc trung ương",
        "names": {"75": "Thành phố Đồng Nai"},
    },
    {
        "in_force": "2026-04-30",
        "document": "237/NQ-UBTVQH16",
        "what": "10 xã của Đồng Nai trở thành phường",
        "names": {
            "25270": "Phường Lộc Ninh",
            "25357": "Phường Tân Khai",
            "25363": "Phường Đồng Phú",
            "26116": "Phường Tân Phú",
            "26170": "Phường Trị An",
            "26248": "Phường Trảng Bom",
            "26326": "Phường Dầu Giây",
            "26368": "Phường Long Thành",
            "26425": "Phường Xuân Lộc",
            "26485": "Phường Nhơn Trạch",
        },
    },
]

ALIASES = {
    "Thành phố Hà Nội": ["HN"],
    "Thành phố Hồ Chí Minh": ["HCM", "TPHCM", "HCMC", "Sài Gòn", "SG"],
    "Thành phố Huế": ["Thừa Thiên Huế", "TT Huế"],
    "Tỉnh Bà Rịa - Vũng Tàu": ["Bà Rịa", "Vũng Tàu", "BRVT"],
    "Tỉnh Bắc Kạn": ["Bắc Cạn"],
    "Tỉnh Đắk Lắk": ["Đắc Lắc"],
    "Tỉnh Đắk Nông": ["Đắc Nông"],
}
"""What people call a province besides its name."""

EXPECTED = {"provinces": 34, "communes": 3321, "old communes": 10035, "without a district": 15}
"""The last are the 5 island districts, which had no communes, and the 10 communes renamed by CHANGES."""

IA_MO = "23938"
"""Three lists later than letter 1027/CTK-CSCL (which has 23737) agree on this code of Xã Ia Mơ."""

TOO_FAR_KM, TOO_MANY_RADII = 18.0, 3.4
"""A part of a split commune beyond both of these is a namesake's, not its own: the package lists some by mistake."""

_Old = dict[str, dict[str, dict[str, str]]]


def main() -> None:
    """Read the package, apply the changes, check the numbers, write the file."""
    spec = find_spec("vietnamadminunits")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("Install vietnamadminunits first: see the top of this file.")
    data = Path(spec.submodule_search_locations[0]) / "data"
    db = sqlite3.connect(data / "dataset.db")
    changed: dict[str, str] = {}
    for change in CHANGES:
        changed.update(change["names"])
    old = _old(db, _other_parts(db, data / "converter_2025.json"))
    _keep_former_names(db, old)
    units = {
        "as_of": AS_OF,
        "changes": CHANGES,
        "provinces": _provinces(db, changed),
        "communes": _communes(db, changed),
        "old": old,
        "aliases": ALIASES,
        "district_aliases": _district_aliases(db),
    }
    _check(units)
    text = json.dumps(units, ensure_ascii=False, separators=(",", ":"))
    TARGET.write_bytes(gzip.compress(text.encode(), mtime=0))
    sys.stdout.write(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes, map of {AS_OF}\n")


def _styled(name: str) -> str:
    """A name as we show it: tones in the old style, the kind with one capital ("Thành Phố" is a slip of the list)."""
    return re.sub(r"^(Thành Phố|Thị Xã|Thị Trấn)\b", lambda m: m[0].capitalize(), old_tone_style(name))


def _provinces(db: sqlite3.Connection, changed: dict[str, str]) -> dict[str, str]:
    rows = db.execute("select distinct provinceCode, province from admin_units order by 1")
    return {code: changed.get(code, _styled(name)) for code, name in rows}


def _communes(db: sqlite3.Connection, changed: dict[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for province, code, name in db.execute("select provinceCode, wardCode, ward from admin_units order by 1, 2"):
        found[province][code] = changed.get(code, _styled(name))
    return found


def _old(db: sqlite3.Connection, other_parts: dict[str, list[str]]) -> _Old:
    """Old province, district and commune, each with the codes of today's communes, the main one first.

    The five island districts had no communes: they stand under their own names in the district "".
    """
    from vietnamadminunits import convert_address  # type: ignore[import-not-found]

    found: _Old = defaultdict(lambda: defaultdict(dict))
    rows = db.execute(
        "select distinct province, district, ward, provinceKey || '_' || districtKey || '_' || coalesce(wardKey, '')"
        " from admin_units_legacy order by 1, 2, 3"
    )
    for province, district, ward, key in rows:
        unit = convert_address(", ".join(filter(None, (ward, district, province))))
        codes = dict.fromkeys([unit.ward_code, *other_parts.get(key, [])])
        place = found[_styled(province)][_styled(district if ward else "")]
        place[_styled(ward or district)] = " ".join(codes)
    return found


def _keep_former_names(db: sqlite3.Connection, old: _Old) -> None:
    """Names of the map of 01/07/2025 that CHANGES replaced stay findable as old names without a district."""
    for code, province, name in db.execute("select wardCode, province, ward from admin_units order by 1"):
        if any(code in change["names"] for change in CHANGES):
            old[_styled(province)][""][_styled(name)] = code


def _other_parts(db: sqlite3.Connection, converter: Path) -> dict[str, list[str]]:
    """Codes of all communes that took a part of a split old commune, without those of its namesakes far away."""
    old = {
        f"{p}_{d}_{w}": (lat, lon)
        for p, d, w, lat, lon in db.execute(
            "select provinceKey, districtKey, wardKey, wardLat, wardLon from admin_units_legacy"
            " where ward is not null"
        )
    }
    new = {
        (p, w): (code, lat, lon, area)
        for p, w, code, lat, lon, area in db.execute(
            "select provinceKey, wardKey, wardCode, wardLat, wardLon, wardAreaKm2 from admin_units"
        )
    }
    parts: dict[str, list[str]] = {}
    for province, splits in json.loads(converter.read_text("utf-8"))["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, wards in splits.items():
            heirs = [new[province, w["newWardKey"]] for w in wards if (province, w["newWardKey"]) in new]
            parts[key] = [heir[0] for heir in heirs if key in old and _near(old[key], heir[1:])]
    return parts


def _near(old: tuple[float, float], new: tuple[float, float, float | None]) -> bool:
    lat, lon, area = new
    km = 111 * math.hypot(old[0] - lat, (old[1] - lon) * math.cos(math.radians(lat)))
    return km <= TOO_FAR_KM or km <= TOO_MANY_RADII * math.sqrt((area or 1) / math.pi)


def _district_aliases(db: sqlite3.Connection) -> dict[str, dict[str, list[str]]]:
    """Districts that had merged before 2025, under the one that took them ("Quận 2" under "Thành phố Thủ Đức")."""
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    rows = db.execute(
        "select distinct province, district, districtAlias from admin_units_legacy where districtAlias is not null"
    )
    for province, district, aliases in rows:
        bare = {re.sub(r"^(huyen|thanhpho|thixa|quan0?(?=\d))", "", alias) for alias in json.loads(aliases)}
        names = sorted(name for name in bare if not re.match(r"district|tx|tp|q0?\d", name))
        found[_styled(province)][_styled(district)] = names
    return found


def _check(units: dict[str, Any]) -> None:
    """Refuse to write a file whose numbers are not those of the official lists."""
    communes = {code: name for group in units["communes"].values() for code, name in group.items()}
    old = [place for districts in units["old"].values() for place in districts.items()]
    counts = {
        "provinces": len(units["provinces"]),
        "communes": len(communes),
        "old communes": sum(len(wards) for district, wards in old if district),
        "without a district": sum(len(wards) for district, wards in old if not district),
    }
    if counts != EXPECTED:
        raise SystemExit(f"counted {counts}, expected {EXPECTED}")
    if communes.get(IA_MO) != "Xã Ia Mơ":
        raise SystemExit(f"{IA_MO} must be Xã Ia Mơ")
    lost = {code for _, wards in old for codes in wards.values() for code in codes.split()} - communes.keys()
    if lost:
        raise SystemExit(f"old communes lead to unknown codes {sorted(lost)}")


if __name__ == "__main__":
    main()
