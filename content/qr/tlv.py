"""The objects a payment code is made of: two digits of name, two digits of length, the value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from content.qr.verdict import Reason


class Unit(Enum):
    """What a writer counted as one when he wrote a length."""

    CHARACTERS = "characters"
    """What the NAPAS format asks for (VietQR format, 5.1)."""
    BYTES = "bytes"
    """Of UTF-8, as some programs wrongly write."""
    JAVASCRIPT = "javascript"
    """Halves of UTF-16: what a page's script counts."""


@dataclass(frozen=True, slots=True)
class Item:
    """One object."""

    id: str
    value: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The objects of a text up to its end, or up to the place where it stops making sense."""

    items: tuple[Item, ...]
    problem: Reason | None = None

    @property
    def whole(self) -> bool:
        """Whether it ends, as it must, in a checksum."""
        last = self.items[-1] if self.items else None
        return self.problem is None and last is not None and last.id == CRC and len(last.value) == CRC_LENGTH

    @property
    def present(self) -> Mapping[str, str]:
        """Values by name, the first of each; an empty object is as good as none."""
        return {item.id: item.value for item in reversed(self.items) if item.value}

    @property
    def doubled(self) -> bool:
        """Whether a name stands there twice, so that two programs may read different things."""
        ids = [item.id for item in self.items if item.value]
        return len(set(ids)) < len(ids)


CRC = "63"
CRC_LENGTH = 4
_HEADER = 4


def read(text: str, unit: Unit = Unit.CHARACTERS) -> Reading:
    """The objects of a text whose lengths count in that unit. Never raises."""
    units = text if unit is Unit.CHARACTERS or text.isascii() else _spread(text, unit)
    items: list[Item] = []
    at = 0
    while at < len(units):
        header = units[at : at + _HEADER]
        # `isdigit` alone would let other scripts' digits through.
        if len(header) < _HEADER or not (header.isascii() and header.isdigit()):
            return Reading(tuple(items), Reason.TLV_BAD_HEADER)
        end = at + _HEADER + int(header[2:])
        value = units[at + _HEADER : end]
        if len(units) < end:
            return Reading(tuple(items), Reason.TLV_TRUNCATED)
        if units is not text and not value.isascii():
            try:
                value = _gather(value, unit)
            except UnicodeDecodeError:  # the length ends inside a character
                return Reading(tuple(items), Reason.TLV_TRUNCATED)
        items.append(Item(header[:2], value))
        at = end
    return Reading(tuple(items))


def _spread(text: str, unit: Unit) -> str:
    """A text in which each character stands for one unit of the given text."""
    if unit is Unit.BYTES:
        return text.encode("utf-8", "surrogatepass").decode("latin-1")
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(low | high << 8) for low, high in zip(data[::2], data[1::2], strict=True))


def _gather(units: str, unit: Unit) -> str:
    """The way back. Raises UnicodeDecodeError where the units are no whole characters."""
    if unit is Unit.BYTES:
        return units.encode("latin-1").decode("utf-8")
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def readings(text: str) -> Sequence[tuple[Unit, Reading]]:
    """Every way in which programs may read the text; those that say the same as the first are left out."""
    first = read(text)
    if text.isascii():
        return [(Unit.CHARACTERS, first)]
    found = [(Unit.CHARACTERS, first), (Unit.BYTES, read(text, Unit.BYTES))]
    if max(text) > "\uffff":
        found.append((Unit.JAVASCRIPT, read(text, Unit.JAVASCRIPT)))
    return [(unit, reading) for unit, reading in found if reading is first or reading.items != first.items]
