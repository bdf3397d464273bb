"""Numbers as members write them: digits, "mười lăm", "hai mốt", "2 chục", "1.200"."""

from collections.abc import Iterator, Sequence

from content.logline.items import Item, made

MOST = 1_000_000
"""What is larger counts nothing here: a telephone, an account, money."""


def with_numbers(items: Sequence[Item]) -> list[Item]:
    """The same items, numbers as one item each: tag `num`, and `spelled` when written in words.

    A single word that may be a number ("ba", "năm") keeps its other meanings.
    """
    items = [part for n, item in enumerate(items) for part in _after_a_digit(items, n, item)]
    out: list[Item] = []
    i = 0
    while i < len(items):
        found = _digits(items, i) or _spelled(items, i)
        if found is None:
            out.append(items[i])
            i += 1
        else:
            item, length = found
            out.append(item)
            i += length
    return out


def _after_a_digit(items: Sequence[Item], n: int, item: Item) -> Sequence[Item]:
    """ "sáu mươi lăm" is sixty-five, though "mươi lăm" alone is some ten or fifteen."""
    if n and item.has("vague") and len(item.tokens) == 2 and item.key == "muoi lam" and items[n - 1].has("numerals"):
        return Item(item.tokens[:1], {"tens": ""}), Item(item.tokens[1:], {"after_tens": "5"})
    return (item,)


def number_of(item: Item) -> int:
    """The number an item tagged `num` stands for."""
    return int(item.value)


def _digits(items: Sequence[Item], i: int) -> tuple[Item, int] | None:
    if not _is_digits(items[i]):
        return None
    value, length = int(items[i].key[:12]), 1
    while _thousands(items, i + length) and value < MOST:
        value, length = value * 1000 + int(items[i + length + 1].key), length + 2
    if i + length < len(items) and items[i + length].has("dozen"):
        return made("num", value * 10, items[i : i + length + 1]), length + 1
    if i + length < len(items) and items[i + length].has("hundred"):
        return made("num", value * 100, items[i : i + length + 1]), length + 1
    return made("num", value, items[i : i + length]), length


def _is_digits(item: Item) -> bool:
    return len(item.tokens) == 1 and item.tokens[0].number and not item.has("thing")  # "phản ánh qua 1022"


def _thousands(items: Sequence[Item], i: int) -> bool:
    if i + 1 >= len(items) or items[i].key != "." or items[i].gap or items[i + 1].gap:
        return False
    return _is_digits(items[i + 1]) and len(items[i + 1].key) == 3


def _digit(items: Sequence[Item], i: int, tag: str = "numerals") -> int | None:
    return int(items[i].tags[tag]) if i < len(items) and items[i].has(tag) else None


def _spelled(items: Sequence[Item], i: int) -> tuple[Item, int] | None:
    value, length, roughly = _in_words(items, i)
    if value is None:
        return None
    parts = items[i : i + length]
    if length == 1 and _in_a_name(items, i):
        return Item(parts[0].tokens), 1  # "anh Nam", "bác Út Mười"
    tags = dict(parts[0].tags) if length == 1 else {}
    if roughly:
        tags["roughly"] = ""
    return Item(tuple(t for p in parts for t in p.tokens), tags | {"num": "", "spelled": ""}, value), length


def _in_a_name(items: Sequence[Item], i: int) -> bool:
    """Whether a word for a number, with a capital, stands behind a title or within a name."""
    before = items[i - 1] if i else None
    if before is None or not items[i].capital or before.has("hamlets", "numbered"):
        return False
    if before.has("kin", "request") and not before.capital:
        return True
    if before.has("kin") and i == 1 and i + 1 < len(items) and items[i + 1].capital:
        return True  # "Di Ba Hia, ..."
    first = next((n for n in range(i - 1, -1, -1) if not items[n].capital), -1)
    return before.capital and first >= 0 and (items[first].has("kin") or items[i - 2].has("hamlets"))


def _in_words(items: Sequence[Item], i: int) -> tuple[int | None, int, bool]:
    """The number that begins at that item, how many items it has, and whether it is only about so much."""
    if items[i].has("dozen", "hundred"):
        after = items[i + 1] if i + 1 < len(items) else None
        if i and items[i - 1].has("kin", "request") and not (after is not None and after.has("unit", "folk")):
            return None, 0, False  # "em tram nop ho so"
        return 10 if items[i].has("dozen") else 100, 1, True
    if items[i].has("twenty"):
        unit = _unit_after(items, i + 1)
        return (20 + unit, 2, False) if unit else (None, 0, False)
    first = _digit(items, i)
    if first is None:
        return None, 0, False
    after = items[i + 1] if i + 1 < len(items) else None
    called = i > 0 and items[i - 1].has("kin")
    if (
        items[i].has("help")
        and not called
        and not (after is not None and after.has("unit", "unit_after_number", "tens", "dozen"))
    ):
        return None, 0, False  # "bay bac Hai": bày
    if after is not None and 1 <= first <= 9:
        later = items[i + 2] if i + 2 < len(items) else None
        called = items[i].has("kin") and not (
            later is not None and later.has("unit", "unit_after_number", "numerals")
        )
        if after.has("tens") and not (after.tokens[0].plain and (after.capital or called)):  # "ba Muoi ap 3"
            unit = _unit_after(items, i + 2)
            return first * 10 + unit, 3 if unit else 2, False
        if after.has("dozen"):
            return first * 10, 2, items[i].has("approx")  # "tam chuc": tám or tầm
        if after.has("hundred"):
            return first * 100, 2, False
    unit = _unit_after(items, i + 1)
    if first == 10 and unit:
        return 10 + unit, 2, False
    counted = i + 2 < len(items) and items[i + 2].has("unit") and not items[i].has("kin")
    plain = after is not None and after.tokens[0].plain and not counted
    marked = after is not None and not (after.has("numerals") or after.capital or plain)
    counted_21 = unit == 1 and after is not None and after.tokens[0].plain and counted
    if 2 <= first <= 9 and unit and (marked or counted_21):
        return first * 10 + unit, 2, False  # "hai mốt", "ba lăm"; but "ba tu" is bà Tư
    return first, 1, False


def _unit_after(items: Sequence[Item], i: int) -> int:
    """The unit of a number above ten, 0 when there is none."""
    return _digit(items, i, "after_tens") or _digit(items, i) or 0


def without_sexes(items: Sequence[Item]) -> Iterator[Item]:
    """Without "9 nam 7 nữ" of those counted before."""
    i = 0
    while i < len(items):
        numbers = [part for part in items[i : i + 4 : 2] if part.has("num")]
        if len(numbers) == 2 and {part.key for part in items[i + 1 : i + 4 : 2]} == {"nam", "nu"}:
            total = sum(int(part.value) for part in numbers)
            if any(item.has("num") and item.value == total for item in items[:i]):
                i += 4
                continue
        yield items[i]
        i += 1
