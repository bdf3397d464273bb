"""The check of a code: what it is, how grave, and every reason."""

import re
from pathlib import Path
from typing import Self

from content.folding import fold
from content.qr.emv import is_code
from content.qr.links import Links, is_address, visible
from content.qr.names import Plain
from content.qr.others import Others, address_within
from content.qr.payment import Context, Payments
from content.qr.rules import FOLDER, Banks, Rules, load_rules
from content.qr.verdict import Kind, Reason, Verdict

LONGEST = 2953
"""Bytes the largest QR code holds (ISO/IEC 18004, version 40-L)."""
_AROUND = "\ufeff\0"
_PLAIN = re.compile(r"[\w ,/\-]{1,60}")
"""No points: they would make links."""


class Codes:
    """Checks what codes hold. Keeps nothing of what it reads."""

    def __init__(self, rules: Rules, banks: Banks) -> None:
        plain = Plain(rules.look_alikes)
        self.banks = banks
        self._payments = Payments(rules, banks, plain)
        self._links = Links(rules, plain)
        self._others = Others(rules)
        self.counted_units = frozenset(rules.counted_units)
        """Units of a fee of which one person may pay for several at once."""
        self._promises = tuple(fold(words) for words in rules.promises)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """A check by the rules of a content folder. Raises KnowledgeError naming file and line."""
        return cls(load_rules(folder), Banks.load(folder))

    def check(self, payload: str, context: Context | None = None) -> Verdict:
        """The verdict on the content of one code. Pure; never raises."""
        text = bare(payload)
        if not text:
            return Verdict.of(Kind.EMPTY, {Reason.EMPTY})
        if len(text) > LONGEST or len(text.encode("utf-8", "surrogatepass")) > LONGEST:
            return Verdict.of(Kind.TEXT, {Reason.TOO_LONG})
        if is_code(text):
            return self._payments.check(text, context or Context())
        seen = visible(text)
        if is_address(seen):
            return self._links.check(text)
        within = address_within(seen)
        return self._links.check(within) if within else self._others.check(seen)

    def repeatable(self, text: str) -> str | None:
        """What somebody wrote into a code, if it may be shown: short and plain, and no promise in our name."""
        plain = " ".join(text.split())
        folded = fold(plain)
        return plain if _PLAIN.fullmatch(plain) and not any(words in folded for words in self._promises) else None


def bare(payload: str) -> str:
    """The content without what a writer or reader left around it: blanks, zero bytes, a byte-order mark."""
    while (text := payload.strip().strip(_AROUND)) != payload:
        payload = text
    return payload
