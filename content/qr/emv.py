"""A payment code as EMVCo and NAPAS write it, read strictly: its parts, or why it cannot be trusted at all."""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from content.qr.tlv import CRC, CRC_LENGTH, Reading, Unit, read, readings
from content.qr.verdict import Note, Reason

NAPAS = "A000000727"
VNPAY = "A000000775"
"""The names under which the two networks sign their templates (application identifiers of ISO 7816-5)."""

_ADDITIONAL, _LANGUAGE = "62", "64"
_CARD_SCHEMES = frozenset(f"{tag:02}" for tag in range(2, 26))
_RECEIVERS = frozenset(f"{tag:02}" for tag in range(26, 52))
_TEMPLATES = _RECEIVERS | {_ADDITIONAL, _LANGUAGE}


@dataclass(frozen=True, slots=True)
class Template:
    """One receiver, as one network writes it."""

    parts: Mapping[str, str]
    beneficiary: Mapping[str, str]
    """NAPAS only: 00 is the bank's number (BIN), 01 the account, card or merchant."""

    @property
    def network(self) -> str:
        """The network's name in capitals, empty when it gives none; it decides, not the number of the object."""
        return self.parts.get("00", "").upper()

    @property
    def bin(self) -> str:
        return self.beneficiary.get("00", "")

    @property
    def account(self) -> str:
        return self.beneficiary.get("01", "")

    @property
    def service(self) -> str:
        return self.parts.get("02", "")

    @property
    def merchant(self) -> str:
        """VNPAY only."""
        return self.parts.get("01", "")


@dataclass(frozen=True)
class Code:
    """A code whose structure is sound; what it says may be wrong all the same."""

    root: Mapping[str, str]
    templates: tuple[Template, ...]
    additional: Mapping[str, str]
    language: Mapping[str, str]
    notes: tuple[Note, ...]

    @cached_property
    def napas(self) -> tuple[Template, ...]:
        """Its receivers in the NAPAS network."""
        return tuple(t for t in self.templates if t.network == NAPAS)

    @cached_property
    def vnpay(self) -> tuple[Template, ...]:
        """Its receivers in the network of VNPAY."""
        return tuple(t for t in self.templates if t.network == VNPAY)

    @property
    def others(self) -> bool:
        """Whether it names a receiver in any other network, a card scheme's among them."""
        schemes = not _CARD_SCHEMES.isdisjoint(self.root)
        return schemes or len(self.templates) > len(self.napas) + len(self.vnpay)


def is_code(text: str) -> bool:
    """Whether the text means to be a payment code."""
    if text.startswith("0002"):
        return True
    head = text[:4]
    named = text.upper()
    return len(head) == 4 and head.isascii() and head.isdigit() and (NAPAS in named or VNPAY in named)


def crc(text: str) -> str:
    """The checksum of a text that ends in "6304": CRC-16/CCITT-FALSE over UTF-8, in capital hex digits.

    Empty for half a character, which UTF-8 has no bytes for: no checksum can be right.
    """
    try:
        return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"
    except UnicodeEncodeError:
        return ""


def parse(text: str) -> Code | frozenset[Reason]:
    """The parts of a code, or every flaw of its structure. Never raises."""
    ways = readings(text)
    unit, outer = next(((u, r) for u, r in ways if r.whole and u is not Unit.JAVASCRIPT), ways[0])
    flaws = _outer_flaws(text, outer)
    if sum(reading.whole for _, reading in ways) > 1:
        flaws.add(Reason.LENGTH_AMBIGUOUS)
    root = outer.present
    inner = {tag: read(value, unit) for tag, value in root.items() if tag in _TEMPLATES}
    napas = {tag: r for tag, r in inner.items() if r.present.get("00", "").upper() == NAPAS and tag in _RECEIVERS}
    beneficiaries = {tag: read(r.present.get("01", ""), unit) for tag, r in napas.items()}
    nested = [*inner.values(), *beneficiaries.values()]
    flaws.update(reading.problem for reading in nested if reading.problem)
    once = (*(reading for tag, reading in inner.items() if tag != _LANGUAGE), *beneficiaries.values())
    if any(reading.doubled for reading in once):
        flaws.add(Reason.DUPLICATE_TAG)
    if flaws:
        return frozenset(flaws)
    templates = tuple(
        Template(r.present, beneficiaries[tag].present if tag in beneficiaries else {})
        for tag, r in sorted(inner.items()) if tag in _RECEIVERS
    )  # fmt: skip
    none = Reading(())
    return Code(
        root, templates, inner.get(_ADDITIONAL, none).present, inner.get(_LANGUAGE, none).present,
        tuple(_notes(unit, outer, nested)),
    )  # fmt: skip


def _outer_flaws(text: str, outer: Reading) -> set[Reason]:
    """What is wrong with the objects of the outermost level and their checksum."""
    flaws = {outer.problem} if outer.problem else set[Reason]()
    items = outer.items
    if items and (items[0].id, items[0].value) != ("00", "01"):
        flaws.add(Reason.BAD_VERSION)
    if outer.doubled:
        flaws.add(Reason.DUPLICATE_TAG)
    if outer.problem:  # what stands where the checksum belongs can still be compared
        told = text[-CRC_LENGTH:] if text[-8:-4] == "6304" else None
    else:
        sums = [item.value for item in items if item.id == CRC and len(item.value) == CRC_LENGTH]
        told = sums[-1] if outer.whole else None
        if any(item.id == CRC for item in items[:-1]):
            flaws.add(Reason.DATA_AFTER_CRC)
        if not sums:
            flaws.add(Reason.CRC_MISSING)
    if told is not None and (not told.isascii() or told.upper() != crc(text[: len(text) - CRC_LENGTH])):
        flaws.add(Reason.CRC_MISMATCH)
    elif told is None and outer.problem:
        flaws.add(Reason.CRC_MISSING)
    return flaws


def _notes(unit: Unit, outer: Reading, nested: list[Reading]) -> list[Note]:
    notes = []
    if outer.items[-1].value != outer.items[-1].value.upper():
        notes.append(Note.CRC_LOWER)
    if unit is Unit.BYTES:
        notes.append(Note.LENGTH_BYTES)
    if any(not item.value for reading in (outer, *nested) for item in reading.items):
        notes.append(Note.ZERO_LENGTH_FIELD)
    return notes
