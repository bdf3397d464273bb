"""The day a sentence speaks of: "hôm kia", "thứ năm tuần trước", "20/11", "rằm tháng 9"."""

import datetime as dt
from collections.abc import Callable, Sequence

from content.logline.codes import FROM_AFAR
from content.logline.day import Day, last_day
from content.logline.items import Item, made
from content.logline.lunar import last_lunar
from content.logline.passing import NOW, goes_there, nth
from content.logline.row import Row

LUNAR_ONLY = (1, 12)
"""Months whose own names are only said of the lunar year: tháng giêng, tháng chạp."""
FIRST_MONTH = dt.timedelta(days=30)
"""How long after the lunar new year its days are meant when no month is said."""
NO_DAY = ("unit", "household", "unit_after_number", "hour", "minute")
"""After these, figures like 7/10 are no day."""


Found = tuple[Day, int]
Counted = Callable[[Item], bool]


class DayReader(Row):
    """Finds days in a message written on a certain day."""

    _items: list[Item]
    """Its own: what stands beside a day is changed in it."""

    def __init__(self, items: Sequence[Item], today: dt.date, counts: Counted) -> None:
        """`counts` tells whether an item is a word for people, after which a number is no day."""
        super().__init__(list(items))
        self._today = today
        self._counts = counts

    def read(self) -> list[Item]:
        """The same items, days as one item each: tag `day`, value a Day; `part` when a part of the day was named."""
        out: list[Item] = []
        i = 0
        while i < len(self._items):
            self._part_before_channel(i)
            self._part_of_its_own(i)
            part, start = self._part(i)
            number = self._num(start)
            first = number is not None and 1 <= number <= 31 and self._until(start + 1)
            found = (Day(None), first - start) if first else self._day(start)
            if found is None:
                out.append(self._items[i])
                i += 1
                continue
            day, length = found
            end = self._until(start + length)
            if end:
                day, length = Day(None), end - start
            items = self._items[i : start + length]
            tags = {"part": part} if part else {}
            named = next((item for item in items if item.has("last_night")), None)
            out.append(made("day", day, items, **tags, **({"part": "tối"} if named else {})))
            i = start + length
        return out

    def _part_before_channel(self, i: int) -> None:
        """ "tối qua zalo chỉ bà Tư": last night, by Zalo."""
        after = self._at(i + 1, "places")
        if not self._at(i, "parts") or after is None or len(after.tokens) != 2 or after.tokens[0].key != "qua":
            return
        if after.tags["places"] != FROM_AFAR:
            return
        way = Item(after.tokens[1:], {"places": after.tags["places"]})
        self._items[i + 1 : i + 2] = [Item(after.tokens[:1], {"ago_words": "-1", "by": ""}), way]

    def _part_of_its_own(self, i: int) -> None:
        """ "chieu nay toi qua nha ba Tu": tôi, where a day stands before it."""
        item = self._items[i]
        if item.has("last_night") and item.tokens[0].plain and self._at(i - 1, *NOW, "days"):
            me = Item(item.tokens[:1], {"me": "", "speaker": ""})
            self._items[i : i + 1] = [me, Item(item.tokens[1:], {"moving": ""})]

    def _until(self, i: int) -> int:
        """Where a second day ends that is told with the first: "22-23/11", "20, 21/11", "thứ 2 và thứ 3"."""
        joined = self._at(i) is not None and (self._items[i].key in (",", "&") or self._at(i, "to", "joins"))
        if joined and self._at(i, "me"):
            return 0  # "to 8 toi 19/11": tối, no tới
        if not joined or self._at(i + 1) is None or not self._at(i + 1, "num", "the_day"):
            return 0
        found = self._figures(i + 1) or (self._of_month(i + 1) if self._at(i + 1, "the_day") else None)
        return i + 1 + found[1] if found and found[0].exact else 0

    def _part(self, i: int) -> tuple[str, int]:
        """A part of the day that stands right before a day: "sáng 20/11", "tối thứ 4"."""
        item = self._items[i]
        for tag, part in (("this_morning", "sáng"), ("this_noon", "trưa"), ("this_afternoon", "chiều"),
                          ("this_evening", "tối")):  # fmt: skip
            if item.has(tag):
                return part, i
        if not item.has("parts", "parts_unmarked") or i + 1 >= len(self._items):
            return "", i
        ago = self._ago_word(i + 1)
        if ago is not None or self._day(i + 1) is not None:
            return item.tags.get("parts") or item.tags["parts_unmarked"], i + 1
        return "", i

    def _ago_word(self, i: int) -> int | None:
        """ "nay", "qua", "kia" after a part of the day; "chiều qua nhà bà Tư" goes somewhere instead."""
        item = self._at(i)
        if item is None or not item.has("ago_words") or not self._at(i - 1, "parts", "parts_unmarked", *NOW):
            return None
        if item.key == "qua" and not item.has("by") and goes_there(self._items, i + 1):
            return None
        return int(item.tags["ago_words"])

    # --- one day --------------------------------------------------------------------------------------------

    def _day(self, i: int) -> Found | None:
        if self._at(i) is None:
            return None
        return (
            self._relative(i) or self._holiday(i) or self._weekday(i) or self._full_moon(i) or self._first_days(i)
            or self._days_ago(i) or self._figures(i) or self._of_month(i) or self._week_alone(i)
        )  # fmt: skip

    def _ago(self, days: int) -> Day:
        return Day(self._today - dt.timedelta(days=days))

    def _relative(self, i: int) -> Found | None:
        item = self._items[i]
        if item.has(*NOW):
            ago = self._ago_word(i + 1) if self._at(i + 1) else None
            return (self._ago(-ago), 2) if ago else (self._ago(0), 1)  # "hồi tối qua"
        if item.has("last_night"):
            return self._ago(1), 1
        ago = self._ago_word(i)
        if ago is not None:
            return self._ago(-ago), 1
        if item.has("days"):
            explicit = self._figures(i + 1) if self._at(i + 1) else None
            if explicit and int(item.tags["days"]) == 0:
                return explicit[0], explicit[1] + 1
            return self._ago(-int(item.tags["days"])), 1
        return None

    def _holiday(self, i: int) -> Found | None:
        item = self._items[i]
        if item.has("lunar_holidays"):
            day, month = item.tags["lunar_holidays"].split("/")
            return Day(last_lunar(int(day), int(month), self._today)), 1
        if item.has("holidays"):
            day, month = item.tags["holidays"].split("/")
            explicit = self._figures(i + 1) if self._at(i + 1) else None
            length = 1 + (explicit[1] if explicit else 0)
            return last_day(self._today, int(day), int(month)), length
        return None

    def _weekday(self, i: int) -> Found | None:
        """ "thứ 5", "thứ năm tuần trước", "tuần trước hôm thứ 5", "thứ 5 ngày 19/11"."""
        start, weeks = i, 0
        if self._at(i, "last_week", "this_week"):
            weeks = -1 if self._at(i, "last_week") else 1
            i += 2 if self._at(i + 1, "the_day") else 1
        elif self._at(i, "the_day") and self._at(i + 1, "weekdays"):
            i += 1
        item = self._at(i, "weekdays")
        if item is None or (self._at(i - 1, "filler", "subset", "num") and self._counts(item)):
            return None
        if self._at(i - 1, "kin") and all(t.capital and t.plain for t in item.tokens) and not item.shown.isupper():
            return None  # "chi Thu Ba"
        if start == i and nth(self._items, i):
            return None
        after = i + 1
        if self._at(after, "last_week", "this_week"):
            weeks = -1 if self._at(after, "last_week") else 1
            after += 1
        elif self._at(after, "just_gone") and not self._at(after, "joins"):
            after += 1
        explicit = self._written_after(after)
        date = self._in_week(int(item.tags["weekdays"]), weeks)
        if explicit is not None:
            day, end = explicit
            doubtful = day.date is not None and day.date.weekday() != int(item.tags["weekdays"])
            return (Day(None) if doubtful else day), end - start
        return Day(date, exact=False), after - start

    def _written_after(self, i: int) -> tuple[Day, int] | None:
        """A day in figures after a weekday, in brackets or not, and where it ends."""
        opened = self._at(i) is not None and self._items[i].key in ("(", ",")
        found = self._figures(i + opened) or self._of_month(i + opened) if self._at(i + opened) else None
        if found is None:
            return None
        end = i + opened + found[1]
        closed = opened and end < len(self._items) and self._items[end].key == ")"
        return found[0], end + closed

    def _in_week(self, weekday: int, weeks: int) -> dt.date | None:
        monday = self._today - dt.timedelta(days=self._today.weekday())
        if weeks == -1:
            return monday + dt.timedelta(days=weekday - 7)
        date = monday + dt.timedelta(days=weekday)
        if date > self._today:
            return None if weeks == 1 else date - dt.timedelta(days=7)
        return date

    def _full_moon(self, i: int) -> Found | None:
        start = i
        i += 1 if self._at(i, "the_day", "full_moon") and self._at(i + 1, "full_moon") else 0
        if not self._at(i, "full_moon"):
            return None
        month, end = self._month(i + 1)
        return Day(last_lunar(15, month, self._today)), self._past_lunar(end) - start

    def _month(self, i: int) -> tuple[int | None, int]:
        """The month named there, and where it ends."""
        if self._at(i, "lunar_months"):
            return int(self._items[i].tags["lunar_months"]), i + 1
        number = self._num(i + 1) if self._at(i, "month") else None
        if number is None and self._at(i, "month") and self._at(i + 1, "after_tens"):
            number = int(self._items[i + 1].tags["after_tens"])  # "tháng tư"
        if number is not None and 1 <= number <= 12:
            return number, i + 2
        return None, i

    def _past_lunar(self, i: int) -> int:
        while self._at(i, "lunar", "just_gone"):
            i += 1
        return i

    def _first_days(self, i: int) -> Found | None:
        """ "mùng 3", "mồng 1 Tết", "mùng 5 tháng 10 âm"."""
        start = i
        said = self._at(i + 1, "first_days") or (self._at(i + 1, "num") and self._at(i + 2, "tet"))
        i += 1 if self._at(i, "the_day") and said else 0
        number = self._num(i + 1) if self._at(i, "first_days") else None
        eve = self._num(i)
        if eve is not None and 23 <= eve <= 30 and self._at(i + 1, "tet"):
            return Day(last_lunar(eve, 12, self._today) if eve < 30 else self._new_years_eve()), i + 2 - start
        if number is None or not 1 <= number <= 10:
            return None
        i += 2
        if self._at(i, "tet"):
            return Day(last_lunar(number, 1, self._today)), i + 1 - start
        month, end = self._month(i)
        if self._at(end, "lunar") or self._at(i, "lunar_months"):
            return Day(last_lunar(number, month, self._today)), self._past_lunar(end) - start
        return self._near_new_year(number, month) or last_day(self._today, number, month), end - start

    def _near_new_year(self, number: int, month: int | None) -> Day | None:
        """ "mùng 6" alone, said in the weeks after the lunar new year, is a day of that month."""
        day = last_lunar(number, 1, self._today) if month is None else None
        new_year = last_lunar(1, 1, self._today)
        near = new_year is not None and self._today - new_year < FIRST_MONTH
        return Day(day) if near and day is not None and new_year is not None and day >= new_year else None

    def _new_years_eve(self) -> dt.date | None:
        """The last day of the lunar year, whether it has thirty days or not."""
        new_year = last_lunar(1, 1, self._today)
        return new_year - dt.timedelta(days=1) if new_year else None

    def _days_ago(self, i: int) -> Found | None:
        """ "2 hôm trước", "cách đây ba bữa", "một tuần trước"."""
        before = bool(self._at(i, "before_now"))
        weeks = self._num(i)
        if weeks is not None and weeks <= 8 and self._at(i + 1, "last_week") and self._items[i + 1].key != "tuan qua":
            return self._ago(weeks * 7), 2  # "một tuần trước"
        number = self._num(i + before)
        if number is not None and number <= 60 and self._at(i + before + 1, "days_ago"):
            return self._ago(number), 2 + before
        unit = self._at(i + before + 1, "day_unit", "week_unit")
        if number is None or unit is None or not (before or self._at(i + before + 2, "ago")):
            return None
        if number > 60:
            return None
        days = number * 7 if unit.has("week_unit") else number
        return self._ago(days), 2 + (before or 1) + (1 if before and self._at(i + 3, "ago") else 0)

    def _figures(self, i: int) -> Found | None:
        """ "20/11", "ngày 20-11-2026", "20.11 âm lịch"."""
        named = bool(self._at(i, "the_day"))
        start = i
        i += named
        sep = self._at(i + 1)
        day, month = self._num(i), self._num(i + 2)
        if day is None or month is None or sep is None or sep.key not in ("/", "-", "."):
            return None
        if not (1 <= day <= 31 and 1 <= month <= 12) or sep.gap or self._items[i + 2].gap:
            return None
        if self._items[i].has("spelled") or self._items[i + 2].has("spelled"):
            return None
        end, year = i + 3, None
        after = self._at(end)
        if after is not None and after.key == sep.key and not after.gap and self._num(end + 1) is not None:
            year, end = self._year(self._num(end + 1) or 0), end + 2
        unit = self._at(end)
        if day == month and not named and year is None and self._at(start - 1, "results"):
            return None  # "hoàn thành 06/06"
        counted = any(self._counts(item) for item in self._items[:start])
        closes = self._at(end + 1) is None or self._items[end + 1].mark
        if unit is not None and not named and day <= month and unit.has("results") and counted and closes:
            return None  # "9/9 thành công"
        if unit is not None and not named and year is None and (unit.has(*NO_DAY) or self._some_of(day, month, end)):
            return None
        if self._at(end, "lunar"):
            return Day(last_lunar(day, month, self._today)), self._past_lunar(end) - start
        return last_day(self._today, day, month, year), end - start

    def _some_of(self, part: int, whole: int, i: int) -> bool:
        """Whether figures tell how many of how many: "2/3 cụ", but not "20/11 chị Lan"."""
        unit, after = self._items[i], self._at(i + 1)
        named = after is None or after.mark or after.capital
        return part <= whole and unit.has("kin") and not unit.has("me") and not named

    @staticmethod
    def _year(number: int) -> int:
        return number + 2000 if number < 100 else number

    def _of_month(self, i: int) -> Found | None:
        """ "ngày 20", "20 tháng 11", "ngày 20 tháng 11 năm 2026", "hôm 20 tháng trước"."""
        named = bool(self._at(i, "the_day"))
        start = i
        i += named
        day = self._num(i)
        if day is None or not 1 <= day <= 31:
            return None
        if not named and self._after_part(i):
            return last_day(self._today, day, None), 1
        month, end = self._month(i + 1)
        if month in LUNAR_ONLY and self._at(i + 1, "lunar_months"):
            return Day(last_lunar(day, month, self._today)), self._past_lunar(end) - start
        if month is not None:
            year = self._num(end + 1) if self._at(end, "year") else None
            end += 2 if year else 1 if self._at(end, "last_year") else 0
            if self._at(end - 1, "last_year"):
                year = self._today.year - 1
            if self._at(end, "lunar"):
                return Day(last_lunar(day, month, self._today)), self._past_lunar(end) - start
            return last_day(self._today, day, month, year), end - start
        if self._at(i + 1, "last_month", "this_month"):
            return last_day(
                self._today, day, self._last_month() if self._at(i + 1, "last_month") else self._today.month
            ), i + 2 - start
        if self._at(i + 1, "lunar"):
            return Day(last_lunar(day, None, self._today)), self._past_lunar(i + 1) - start
        spaced = self._num(i + 1) if named else None
        if spaced is not None and 1 <= spaced <= 12 and not (self._at(i + 2) and self._counts(self._items[i + 2])):
            return last_day(self._today, day, spaced), i + 2 - start
        after = self._at(i + 1)
        if not named or (
            after is not None and (self._counts(after) or after.has("dossier_unit", "payment_unit", "day_unit"))
        ):
            return None
        return last_day(self._today, day, None), i + 1 - start

    def _after_part(self, i: int) -> bool:
        """Whether a number after a part of the day is the day: "tối 22 ghé nhà cô Thắm"."""
        after = self._at(i + 1)
        if not self._at(i - 1, "parts") or after is None or self._items[i].has("spelled"):
            return False
        return (after.bare() or after.has("moving", "help")) and not after.has("act", "thing", "hour", "minute")

    def _last_month(self) -> int:
        return (self._today.replace(day=1) - dt.timedelta(days=1)).month

    def _week_alone(self, i: int) -> Found | None:
        """ "tuần trước", "bữa hổm": some day before, nobody knows which."""
        item = self._items[i]
        named = (
            item.capital and i > 0 and not (self._items[i - 1].mark or self._items[i - 1].ends_line)
        )  # "cho Hom": chợ Hôm
        if item.has("some_day", "last_week", "last_month") and not named:
            return Day(None, exact=False), 1
        if item.has("week_number") and self._at(i + 1, "num"):
            return Day(None, exact=False), 2
        return None
