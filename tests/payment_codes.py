"""Writes payment codes for tests. The product itself never makes one, so this stands outside of it."""

import re
from collections.abc import Iterable, Sequence

from content.folding import fold
from content.qr.emv import crc
from content.qr.rules import Banks
from content.qr.tlv import CRC, Item, read

NAPAS = "A000000727"


class Refused(ValueError):
    """What was asked for is no payment; the text is the reason's code."""


def item(tag: str, value: str) -> str:
    """One object, its length counted in characters."""
    return f"{tag}{len(value):02}{value}"


def template(*parts: tuple[str, str]) -> str:
    """Objects one after the other."""
    return "".join(item(tag, value) for tag, value in parts)


def sealed(body: str) -> str:
    """The objects with a right checksum after them."""
    return body + "6304" + crc(body + "6304")


def napas(bin_: str, account: str, service: str | None = "QRIBFTTA") -> str:
    """The value of object 38."""
    beneficiary = template(("00", bin_), ("01", account))
    return template(("00", NAPAS), ("01", beneficiary), *([("02", service)] if service else []))


def code(*parts: tuple[str, str]) -> str:
    """A code with these objects in order; 53, 58 and the first two come by themselves unless given."""
    given = dict(parts)
    head = [("00", "01"), *([] if "01" in given else [("01", "12" if given.get("54") else "11")])]
    rest = [(tag, value) for tag, value in (("53", "704"), ("58", "VN")) if tag not in given]
    body = sorted([*(part for part in parts if part[1]), *rest])
    return sealed(template(*head, *body))


def encode(
    banks: Banks, bin: str, account: str, service: str = "QRIBFTTA", amount: int | None = None,
    bill_number: str = "", purpose: str = "",
) -> str:  # fmt: skip
    """A transfer as a careful program would write it. Raises Refused."""
    if banks.get(bin) is None:
        raise Refused("bin_unknown")
    if not re.fullmatch(r"[0-9A-Za-z._@-]{1,19}", account):
        raise Refused("account_malformed")
    if amount is not None and not 0 < amount < 10**13:
        raise Refused("amount_malformed")
    told = re.sub(r"[^ -~]", "", _capitals(purpose))
    if len(told) > 25 or len(bill_number) > 25:
        raise Refused("over_length")
    extra = template(*((tag, value) for tag, value in (("01", bill_number), ("08", told)) if value))
    return code(("38", napas(bin, account, service)), ("54", str(amount) if amount else ""), ("62", extra))


def _capitals(text: str) -> str:
    """Without marks, capitals as they were."""
    return "".join(fold(c).upper() if c.isupper() else fold(c) or c for c in text)


def rebuilt(payload: str) -> str:
    """The same objects written again in ascending order, the checksum last."""
    items = [x for x in read(payload).items if x.id != CRC and x.value]
    return sealed("".join(_again(x) for x in sorted(items, key=lambda x: x.id)))


def _again(x: Item) -> str:
    """An object with what is inside it written again, where it is a template."""
    if "26" <= x.id <= "51" or x.id in ("62", "64"):
        return item(x.id, _inside(read(x.value).items, x.id))
    return item(x.id, x.value)


def _inside(items: Sequence[Item], outer: str) -> str:
    deeper = any(x.id == "00" and x.value.upper() == NAPAS for x in items)
    return "".join(
        item(x.id, _plain(read(x.value).items) if deeper and x.id == "01" else x.value) for x in _sorted(items)
    )


def _plain(items: Iterable[Item]) -> str:
    return "".join(item(x.id, x.value) for x in _sorted(items))


def _sorted(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda x: x.id)
