"""The Vietnamese lunar calendar: solar days of lunar dates.

The algorithm is Hồ Ngọc Đức's (www.informatik.uni-leipzig.de/~duc/amlich), from the moments of new moon and the sun's
longitude after Jean Meeus, Astronomical Algorithms (1998), for the meridian of Viet Nam (UTC+7).
"""

import datetime as dt
from functools import lru_cache
from math import floor, pi, sin

_ZONE = 7 / 24
_JULIAN = 1721424.5  # of the day before 1 January of the year 1


@lru_cache(maxsize=256)
def _new_moon(k: int) -> int:
    """The ordinal of the day, in Viet Nam, of the k-th new moon since 1 January 1900."""
    t = k / 1236.85
    rad = pi / 180
    mean = 2415020.75933 + 29.53058868 * k + 0.0001178 * t**2 - 0.000000155 * t**3
    mean += 0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t**2) * rad)
    sun = (359.2242 + 29.10535608 * k - 0.0000333 * t**2 - 0.00000347 * t**3) * rad
    moon = (306.0253 + 385.81691806 * k + 0.0107306 * t**2 + 0.00001236 * t**3) * rad
    node = (21.2964 + 390.67050646 * k - 0.0016528 * t**2 - 0.00000239 * t**3) * rad
    shift = (0.1734 - 0.000393 * t) * sin(sun) + 0.0021 * sin(2 * sun)
    shift += -0.4068 * sin(moon) + 0.0161 * sin(2 * moon) - 0.0004 * sin(3 * moon)
    shift += 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon)
    shift += 0.0004 * sin(2 * node + sun) - 0.0004 * sin(2 * node - sun) - 0.0006 * sin(2 * node + moon)
    shift += 0.0010 * sin(2 * node - moon) + 0.0005 * sin(2 * moon + sun)
    delta = -0.000278 + 0.000265 * t + 0.000262 * t**2
    return floor(mean + shift - delta + 0.5 + _ZONE - 0.5 - _JULIAN)


def _sector(ordinal: int) -> int:
    """Which twelfth of its yearly way the sun is in when that day begins in Viet Nam: 0 from the spring equinox."""
    t = (ordinal + _JULIAN - _ZONE - 2451545.0) / 36525
    rad = pi / 180
    anomaly = (357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3) * rad
    longitude = 280.46645 + 36000.76983 * t + 0.0003032 * t**2
    longitude += (1.914600 - 0.004817 * t - 0.000014 * t**2) * sin(anomaly)
    longitude += (0.019993 - 0.000101 * t) * sin(2 * anomaly) + 0.000290 * sin(3 * anomaly)
    return int(longitude % 360 // 30)


def _eleventh_month(year: int) -> int:
    """The number of the new moon that begins the eleventh lunar month, the one with the winter solstice."""
    end = dt.date(year, 12, 31).toordinal()
    k = floor((end + _JULIAN - 2415021.076998695) / 29.530588853)
    return k - 1 if _sector(_new_moon(k)) >= 9 else k


def _months(year: int) -> list[tuple[int, bool, int]]:
    """The months from the eleventh of the lunar year before to the eleventh of `year`: number, leap, new moon."""
    first, last = _eleventh_month(year - 1), _eleventh_month(year)
    leap = None
    if last - first == 13:  # one of them holds no change of the sun's sector
        leap = next(k for k in range(first + 1, last) if _sector(_new_moon(k)) == _sector(_new_moon(k + 1)))
    out, number = [], 11
    for k in range(first, last):
        out.append((number, k == leap, k))
        if k + 1 != leap:
            number = number % 12 + 1
    return out


def lunar_to_solar(day: int, month: int, year: int, *, leap: bool = False) -> dt.date | None:
    """The solar day of that day of the lunar year; None when there is no such day. For the years 1900 to 2100."""
    for number, is_leap, k in _months(year + 1 if month >= 11 else year):
        if (number, is_leap) == (month, leap):
            ordinal = _new_moon(k) + day - 1
            return dt.date.fromordinal(ordinal) if day >= 1 and ordinal < _new_moon(k + 1) else None
    return None


def last_lunar(day: int, month: int | None, today: dt.date) -> dt.date | None:
    """The last such lunar day that has come; of any month when none is named."""
    found = []
    for year in (today.year - 1, today.year):
        for number in [month] if month else range(1, 13):
            found += [lunar_to_solar(day, number, year, leap=leap) for leap in (False, True)]
    return max((d for d in found if d is not None and d <= today), default=None)
