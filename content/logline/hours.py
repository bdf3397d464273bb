"""Times of day and lengths of time: "8h30", "2 giờ chiều", "từ 8h đến 9h", "nửa tiếng"."""

import re
from dataclasses import dataclass

from content.logline.items import Item, made
from content.logline.row import Row

SHORT = 4
"""Hours up to this that stand alone are a length of time, not a time of day."""

LONGEST = 5
"""Hours with minutes told as such are a length up to this: "1h30 phút", but not "8h30 phút"."""

SHORTEST = 2
"""Hours up to this that end a message are one too."""

LATER = ("nam", "tuan", "thang")
NETS = (3, 4, 5)
FROM_AND_TO = 2
NEAR = 3
BACK = ("ve", "xong", "nghi", "het", "ra ve", "tan", "thoi")
"""What follows the hour until which somebody helped."""

SAID_OF_ME = ("help", "having", "asks", "act", "moving", "places", "met", "already", "together", "set_right")
"""What follows tôi rather than tối behind a day, where neither has its marks."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on the clock, as said: 3 may still be 15 when it was in the afternoon."""

    hour: int
    minute: int

    @property
    def minutes(self) -> int:
        """Minutes since midnight."""
        return self.hour * 60 + self.minute


class HourReader(Row):
    """Finds times and lengths of time in a message."""

    def read(self) -> list[Item]:
        """The same items; tags `clock` (value Clock), `part` (its code) and `minutes` (value int)."""
        out: list[Item] = []
        i = 0
        while i < len(self._items):
            found = self._span(i) or self._length(i) or self._clock_item(i) or self._part(i)
            if found is None:
                out.append(self._items[i])
                i += 1
            else:
                made_items, length = found
                out += made_items
                i += length
        return _until_later(out)

    # --- lengths --------------------------------------------------------------------------------------------

    def _length(self, i: int) -> tuple[list[Item], int] | None:
        start = i
        i += bool(self._at(i, "lasts") and not self._at(i, "num"))
        found = self._half(i) or self._minutes(i) or self._hours(i, said=i > start)
        if found is None:
            return None
        minutes, length = found
        items = self._items[start : i + length]
        each = self._at(start - 1, "each") or self._at(start - 2, "each") or self._at(i + length, "each")
        tags = {"each": ""} if each else {}
        return [made("minutes", minutes, items, **tags)], i + length - start

    def _half(self, i: int) -> tuple[int, int] | None:
        return (30, 1) if self._at(i, "half_hour") else None

    def _minutes(self, i: int) -> tuple[int, int] | None:
        """ "20 phút", "15-20p"."""
        number, end = self._num(i), i + 1
        upper = self._num(i + 2)
        between = self._at(i + 1)
        if number is not None and upper is not None and between is not None and between.has("to") and upper > number:
            number, end = upper, i + 3
        if number is None or not self._at(end, "minute") or number > 24 * 60:
            return None
        return number, end + 1 - i

    def _hours(self, i: int, *, said: bool) -> tuple[int, int] | None:
        """ "1 tiếng rưỡi", "2 tiếng 15 phút", "tiếng rưỡi", "mất 1h30", "1h15p"."""
        number, end = self._num(i), i + 1
        if number is None:
            if not self._at(i, "hours_long") or not (said or self._at(i + 1, "half")):
                return None
            number, end = 1, i
        if number > 24:
            return None
        long = bool(self._at(end, "hours_long")) and not (self._at(end, "hour") and self._at(end + 1, "part"))
        if not long and not self._at(end, "hour"):
            return None
        rest, end = self._rest(end + 1)
        suffix = bool(self._at(end - 1, "minute", "half_hour")) and end - i > 2
        if (
            suffix
            and not long
            and (number > LONGEST or self._at(i - 1, "at") or self._at(end, "part", "parts", "day"))
        ):
            return None  # "8h30 phút sáng nay"
        strong = said and not self._at(i - 1, "approx")
        ends = self._at(end) is None or self._items[end].mark or self._items[end].ends_line
        if number <= SHORTEST and ends and self._at_the_end(i):
            return number * 60 + rest, end - i
        alone = number <= SHORT and not self._at(end, "part", "parts", "day") and self._stands_alone(i - said, end)
        if long or suffix or strong or alone:
            return number * 60 + rest, end - i
        return None

    def _at_the_end(self, i: int) -> bool:
        """Whether it stands after what was done, in a message that tells no time of day: "khai thuế trên etax 1h"."""
        if any(item.has("part", "parts", "parts_unmarked", "day", "at") for item in self._items[max(i - 1, 0) : i]):
            return False
        timed = any(item.has("part", "parts") or "part" in item.tags for item in self._items)
        return not timed and any(item.has("thing", "procedure") for item in self._items[:i])

    def _rest(self, i: int) -> tuple[int, int]:
        """The minutes after the hours, and where they end."""
        if self._at(i, "half"):
            return 30, i + 1
        if self._at(i, "half_hour") and self._items[i].tokens[0].number:
            return 30, i + 1  # "1h30 phút"
        number = self._num(i)
        after = self._at(i + 1)
        closed = (
            len(self._items[i].key) == 2 and (after is None or after.mark or after.ends_line) if number else False
        )
        if number is not None and number < 60 and (closed or self._at(i + 1, "minute") or not self._items[i].gap):
            return number, i + (2 if self._at(i + 1, "minute") else 1)
        return 0, i

    def _stands_alone(self, start: int, end: int) -> bool:
        """Whether nothing else stands between the marks around it, and it does not begin the message."""
        before, after = self._at(start - 1), self._at(end)
        return (
            start > 0 and before is not None and before.mark and before.key in ",-(" and (after is None or after.mark)
        )

    # --- the clock ------------------------------------------------------------------------------------------

    def _clock(self, i: int) -> tuple[Clock, int] | None:
        """ "8h", "8 giờ 30", "14:30", "9h kém 10", "8 rưỡi sáng"."""
        hour = self._num(i)
        before = self._at(i - 2)
        numbered = self._at(i - 1, "num") and before is not None and (before.has("hamlets") or before.capital)
        if self._at(i - 1, "num", "dozen", "hundred") and not numbered:
            return None  # "mấy chục năm giờ mới chịu"
        if hour in NETS and self._at(i + 1) is not None and self._items[i + 1].key == "g" and not self._told_when(i):
            return None  # "tắt 4g cho đỡ tốn"
        if hour is None or hour > 23 or (self._items[i].has("spelled") and not self._at(i + 1, "hour")):
            return None
        colon, minute = self._at(i + 1), self._num(i + 2)
        tight = colon is not None and colon.key == ":" and not colon.gap
        tight = tight and self._at(i + 2) is not None and not self._items[i + 2].gap
        if tight and minute is not None and minute < 60 and re.fullmatch(r"\d\d", self._items[i + 2].key):
            return Clock(hour, minute), 3
        if self._at(i + 1, "half") and (
            self._at(i + 2, "part", "parts", "parts_unmarked") or self._at(i - 1, "at", "part", "parts")
        ):
            return Clock(hour, 30), 2
        if not self._at(i + 1, "hour") or (self._items[i].has("spelled") and len(self._items[i + 1].key) == 1):
            return None  # also "ba H'Ngươm": bà
        if self._at(i + 2, "to_hour") and self._num(i + 3) is not None:
            minutes = hour * 60 - (self._num(i + 3) or 0)
            return Clock(minutes // 60 % 24, minutes % 60), 4
        rest, end = self._rest(i + 2)
        return Clock(hour, rest), end - i

    def _told_when(self, i: int) -> bool:
        """Whether it is told with a word of the day, or at the head of a clause."""
        before = self._at(i - 1)
        head = before is None or before.mark or before.ends_line or before.has("at", "part", "parts", "day", "from")
        return head or bool(self._at(i + 2, "part", "parts", "num", "day"))

    def _clock_item(self, i: int) -> tuple[list[Item], int] | None:
        found = self._clock(i)
        return ([made("clock", found[0], self._items[i : i + found[1]])], found[1]) if found else None

    def _span(self, i: int) -> tuple[list[Item], int] | None:
        """ "từ 8h đến 9h30", "8-9h sáng": when it began, and how long it took."""
        start = i
        i += bool(self._at(i, "from"))
        first = self._clock(i)
        bare = self._num(i) if first is None else None
        length = first[1] if first else 1
        i += length
        i += bool(first and self._at(i, "part", "parts") and self._at(i + 1, "to"))
        if not self._at(i, "to") or (first is None and bare is None):
            return None
        last = self._clock(i + 1)
        if last is None or (bare is not None and bare > 23):
            return None
        begin = first[0] if first else Clock(bare or 0, 0)
        minutes = last[0].minutes - begin.minutes
        minutes += 12 * 60 if minutes < 0 and last[0].hour < 12 else 0
        end = i + 1 + last[1]
        if not 0 < minutes < 12 * 60:
            return None
        items = self._items[start:end]
        return [made("clock", begin, items), made("minutes", minutes, ())], end - start

    # --- parts of the day -----------------------------------------------------------------------------------

    def _part(self, i: int) -> tuple[list[Item], int] | None:
        item = self._items[i]
        title = self._at(i - 1, "kin")
        begins = i < 2 or self._items[i - 2].mark or self._items[i - 2].ends_line
        if item.capital and title is not None and (begins or not title.capital):
            return None  # "bác Sáng", "Chị Chiều làm nghề"
        if item.has("parts"):
            return [made("part", None, [item], part=item.tags["parts"])], 1
        if item.has("parts_unmarked") and self._unmarked(i, item.tags["parts_unmarked"]):
            return [made("part", None, [item], part=item.tags["parts_unmarked"])], 1
        return None

    def _unmarked(self, i: int, part: str) -> bool:
        """Whether "toi" or "sang" typed without marks is a part of the day there, and no tôi, tới, sang."""
        before, after = self._at(i - 1), self._at(i + 1)
        if after is not None and after.key in LATER and not self._at(i + 2, "hour"):
            return False  # "sang năm lấy vợ"
        fresh = before is None or before.mark or before.ends_line
        if part == "sáng" and (before is None or before.mark) and after is not None and not after.has("hamlets"):
            return True
        if before is not None and (before.has("hour", "half") or before.value.__class__ is Clock):
            told = (
                after is not None
                and after.has("help")
                and any(item.has("at") for item in self._items[max(i - 4, 0) : i])
            )
            return not told  # "luc 9h toi chi co Dao": tôi
        if before is not None and before.has("day"):  # "thu nam tuan truoc toi huong dan": tôi
            does = after is not None and part == "tối" and after.has(*SAID_OF_ME) and not after.has("num")
            named = self._at(i + 2) is not None and self._items[i + 2].capital
            does = does and not (after is not None and after.has("kin") and named)  # "hom qua toi co Ba sang"
            goes = after is not None and part == "sáng" and after.has("places", "household", "hamlets", "kin")
            goes = (
                goes and after is not None and not (after.has("moving") and len(after.tokens) > 1)
            )  # "sang den nha"
            return "part" not in before.tags and not does and not goes
        if self._clock(i + 1) is not None and after is not None and after.has("num"):
            return True
        if fresh and after is not None and after.key == ":":
            return True  # "Toi: 16 luot"
        earlier = [
            n
            for n in range(i)
            if self._items[n].has("parts", "part") or self._items[n].tags.get("parts_unmarked") == "sáng"
        ]
        if after is not None and after.has("num") and fresh:
            return any(other.has("parts", "part") for other in self._items)
        told = bool(earlier) and any(item.has("thing", "procedure") for item in self._items[earlier[-1] : i])
        goes_on = after is not None and after.has("help", "places", "moving", "hamlets")
        return fresh and told and goes_on


def _until_later(items: list[Item]) -> list[Item]:
    """How long it took, when a clause of its own tells until when: "8h45 ra một cửa ..., tới 11h15 mới về"."""
    clocks = [n for n, item in enumerate(items) if item.has("clock")]
    if len(clocks) != FROM_AND_TO or any(item.has("minutes") for item in items):
        return items
    first, last = clocks
    before, after = items[last - 1], items[last + 1 : last + 1 + NEAR]
    closes = before.has("to") and any(item.key in BACK for item in after)
    if not closes or any(item.has("coming") or item.tags.get("results") == "hen_lai" for item in items[first:]):
        return items
    minutes = items[last].value.minutes - items[first].value.minutes
    minutes += 12 * 60 if minutes < 0 else 0
    return [*items[: last - 1], made("minutes", minutes, items[last - 1 : last + 1]), *items[last + 1 :]]
