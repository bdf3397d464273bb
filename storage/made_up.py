"""What made-up people are called and what their made-up entries say, in plausible proportions."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

from storage.entry import Entry, validate

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
_MIDDLES = ("Văn", "Thị", "Thanh", "Ngọc", "Minh", "Hữu", "Kim", "Thành", "Quốc", "Thu", "Hồng", "Đình")
_GIVENS = ("An", "Bình", "Chi", "Dung", "Giang", "Hà", "Hải", "Hạnh", "Hoa", "Hùng", "Hương", "Khánh", "Lan", "Linh",
           "Long", "Mai", "Nam", "Nga", "Phúc", "Sơn", "Tâm", "Tú")  # fmt: skip
_CONTENTS = {
    "vneid_kich_hoat": 24, "vneid_khoi_phuc": 14, "vneid_cai_dat": 12, "cong_dvc": 12, "nop_ho_so": 9, "giay_to": 6,
    "tra_cuu": 5, "bhyt_bhxh": 4, "an_sinh": 4, "thanh_toan": 3, "lua_dao": 2, "ung_dung_tinh": 2, "thue": 1,
    "thuong_mai": 1, "ky_nang": 1, "khac": 1,
}  # fmt: skip
_PLACES = {"nha_dan": 38, "nha_van_hoa": 22, "trung_tam": 24, "cho": 6, "tu_xa": 7, "noi_khac": 1, None: 2}
_RESULTS = {"xong": 80, "hen_lai": 11, "chuyen": 6, "khong_duoc": 3}
_PROCEDURES = {"khai-sinh": 5, "chung-thuc-ban-sao": 4, "thuong-tru": 3, "tam-tru": 3, "ket-hon": 1}
_GROUPS = {"tu_60": 0.35, "ngheo": 0.06, "khuyet_tat": 0.03, "dan_toc": 0.05, "kinh_doanh": 0.04}
_TIMES = {"08:30": 3, "09:30": 3, "sáng": 4, "14:30": 3, "chiều": 4, "tối": 2, "19:30": 1}
_HOURS = {"08:30": 8.5, "09:30": 9.5, "sáng": 9, "14:30": 14.5, "chiều": 15, "tối": 19, "19:30": 19.5}
_NOTES = {None: 30, "Mạng yếu, phải làm lại": 1, "Máy đời cũ, không cài được": 1, "Hẹn đến công an xã": 1}


def name(rng: random.Random) -> str:
    """A name nobody in particular has."""
    return " ".join(rng.choice(part) for part in (_FAMILIES, _MIDDLES, _GIVENS))


def entry(rng: random.Random, day: dt.date) -> Entry:
    """What an entry says, of no team yet: most help one person with one matter, some a few, a few a whole room."""
    session = rng.random() < 0.02
    people = rng.randint(12, 40) if session else pick(rng, {1: 70, 2: 15, 3: 8, 4: 4, 5: 3})
    named = sorted({pick(rng, _CONTENTS) for _ in range(pick(rng, {1: 70, 2: 24, 3: 6}))})
    told_apart = people > 1 and len(named) > 1 and rng.random() < 0.5
    filed = people if "nop_ho_so" in named else None
    results = Counter(pick(rng, _RESULTS) for _ in range(people))
    made = Entry(
        team_id=0, commune="", day=day, people=people, session=session, time=pick(rng, _TIMES),
        place="nha_van_hoa" if session else pick(rng, _PLACES),
        contents={code: rng.randint(1, people) if told_apart else None for code in named},
        results=dict(results) if rng.random() < 0.8 and not session else {},
        groups={code: None for code, odds in _GROUPS.items() if rng.random() < odds},
        procedures={pick(rng, _PROCEDURES): None} if filed else {},
        dossiers=filed, payments=people if "thanh_toan" in named else None,
        minutes=pick(rng, {10: 1, 15: 2, 20: 3, 30: 2, 45: 1}), self_done=pick(rng, {True: 1, False: 1, None: 1}),
        note=pick(rng, _NOTES),
    )  # fmt: skip
    validate(made, day)
    return made


def hours(rng: random.Random, made: Entry) -> float:
    """When it is entered, in hours after midnight: within the hour after its time."""
    return _HOURS[made.time or "sáng"] + rng.random()


def pick(rng: random.Random, weighted: Mapping[Any, int]) -> Any:
    """One of them, the heavier the more often."""
    return rng.choices(list(weighted), list(weighted.values()))[0]
