"""Receivers that a commune announced, and how a code's receiver compares with them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from content.qr.near import one_edit
from content.qr.verdict import Field, Reason

ReceiverType = Literal["account", "account_prefix", "vnpay"]

ACCOUNT = re.compile(r"[0-9A-Za-z._@-]{1,19}")
"""An account, card or merchant as NAPAS writes it (VietQR format, 5.2)."""
SHORTEST_NEAR = 6
"""Shorter numbers are near to each other by chance."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """One line of a commune's list."""

    type: ReceiverType
    number: str
    """The account, the first characters of virtual accounts, or VNPAY's merchant."""
    bin: str = ""
    """The bank's six digits; empty for VNPAY."""
    length: int = 0
    """Of a virtual account, in characters; 0 for the other types."""
    name: str = ""
    """The holder as the bank's application will show it."""

    def is_paid_by(self, claim: "Claim") -> bool:
        """Whether that part of a code pays exactly this receiver. Capitals matter."""
        if claim.network != ("vnpay" if self.type == "vnpay" else "napas") or claim.card:
            return False
        if self.type == "account_prefix":
            sound = ACCOUNT.fullmatch(claim.number) is not None
            fits = sound and claim.number.startswith(self.number) and len(claim.number) == self.length
        else:
            fits = claim.number == self.number
        return fits and claim.bin == self.bin


@dataclass(frozen=True, slots=True)
class Claim:
    """Who would be paid by one part of a code."""

    network: Literal["napas", "vnpay"]
    number: str
    bin: str = ""
    card: bool = False
    """The number is a card's: no commune collects fees on a card."""


def compare(claims: Sequence[Claim], receivers: Sequence[Receiver]) -> set[Reason]:
    """Whether one of the claims is on the list, and which of the others only pretend to be."""
    if not receivers:
        return {Reason.NO_ALLOW_LIST}
    strangers = [c for c in claims if not any(r.is_paid_by(c) for r in receivers)]
    listed = len(strangers) < len(claims)
    found = {Reason.RECEIVER_LISTED if listed else Reason.RECEIVER_NOT_LISTED}
    for claim in strangers:
        if len(claim.number) >= SHORTEST_NEAR and one_edit(claim.number, (r.number for r in _whole(receivers))):
            found.add(Reason.ACCOUNT_NEAR_MISS)
        same = (r for r in receivers if r.type == "account" and r.number == claim.number)
        if claim.network == "napas" and any(r.bin != claim.bin for r in same):
            found.add(Reason.ACCOUNT_LISTED_OTHER_BANK)
    return found


def announced(fields: Mapping[str, Field], receivers: Iterable[Receiver]) -> Receiver | None:
    """The line of the list that a checked code pays, if any."""
    card = fields.get("service") == "QRIBFTTC"
    claims = [Claim("vnpay", str(fields.get("merchant_id", "")))]
    if "account" in fields:
        claims.insert(0, Claim("napas", str(fields["account"]), str(fields.get("bin", "")), card))
    return next((r for r in receivers if any(r.is_paid_by(c) for c in claims)), None)


def _whole(receivers: Sequence[Receiver]) -> list[Receiver]:
    """Lines that give a whole number; near to a prefix means nothing."""
    return [r for r in receivers if r.type != "account_prefix"]
