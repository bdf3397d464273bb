"""Judges a payment code: every rule on what it says, who would be paid, and how much."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from content.qr.emv import Code, Template, parse
from content.qr.names import Agencies, Plain
from content.qr.receivers import ACCOUNT, Claim, Receiver, compare
from content.qr.rules import Banks, Rules
from content.qr.verdict import Field, Kind, Note, Reason, Verdict

VND, VIETNAM = "704", "VN"
"""ISO 4217 and ISO 3166."""
TRANSFER_LIMIT = 500_000_000
"""đồng: one transfer of NAPAS 24/7 must stay below it."""
TO_ACCOUNT, TO_CARD, TO_MERCHANT, CASH = "QRIBFTTA", "QRIBFTTC", "QRPUSH", "QRCASH"

_KINDS = {TO_CARD: Kind.VIETQR_CARD, TO_MERCHANT: Kind.VIETQR_MERCHANT, CASH: Kind.VIETQR_CASH}
_AMOUNT = re.compile(r"([0-9]+)(?:\.0{0,2})?")
_AMOUNT_LENGTH = 13
_LONGEST_VALUE = 99
_BIN = re.compile(r"[0-9]{6}")
_TIPS = ("55", "56", "57")
_ASKED_OF_PAYER = frozenset("AME")
_TO_TYPE = "***"
_REFERENCES = ("01", "05", "06", "08")
_ROOT_FIELDS = {"52": "mcc", "59": "merchant_name", "60": "city", "61": "postal"}
_ADDITIONAL_FIELDS = {"01": "bill_number", "02": "mobile", "03": "store", "04": "loyalty", "05": "reference",
                      "06": "customer", "07": "terminal", "08": "purpose"}  # fmt: skip
_LANGUAGE_FIELDS = {"00": "lang", "01": "name_alt", "02": "city_alt"}
_INIT = {"11": "static", "12": "dynamic"}
_LONGEST = {"59": 25, "60": 15, "61": 10}
_LONGEST_ADDITIONAL = 25
_LONGEST_LANGUAGE = {"01": 25, "02": 15}


@dataclass(frozen=True, slots=True)
class Context:
    """What is known besides the code."""

    receivers: tuple[Receiver, ...] = ()
    """Those the commune announced and that are in force; none when it announced none."""
    fee: int | None = None
    """What should be paid, in đồng; None when we do not know."""
    reference: str | None = None
    """The dossier that is paid for; None when we do not know."""


class Payments:
    """Checks payment codes by the given rules."""

    def __init__(self, rules: Rules, banks: Banks, plain: Plain) -> None:
        self._wallet_bins = frozenset(rules.wallet_bins)
        self._wallet_accounts = {number: tuple(starts) for number, starts in rules.wallet_accounts.items()}
        self._banks = banks
        self._agencies = Agencies(rules, plain)
        self._plain = plain

    def check(self, text: str, context: Context) -> Verdict:
        """The verdict on a text that means to be a payment code. Never raises."""
        code = parse(text)
        if not isinstance(code, Code):
            return Verdict.of(Kind.EMV_BROKEN, code)
        reasons = {*_missing(code), *_wrong_values(code), *self._receiver_reasons(code, context.receivers)}
        if Reason.RECEIVER_LISTED not in reasons:
            reasons.update(self._pretence(code))
        amount = amount_of(code)
        reasons.update(_amount_reasons(amount, context.fee))
        if context.reference and code.additional and not self._mentions(code, context.reference):
            reasons.add(Reason.REFERENCE_MISMATCH)
        notes = {*code.notes, *_remarks(code), *_amount_notes(code, amount, context.fee)}
        return Verdict.of(kind_of(code), reasons, notes, fields_of(code, amount))

    def _receiver_reasons(self, code: Code, receivers: Sequence[Receiver]) -> Iterator[Reason]:
        napas, vnpay = code.napas, code.vnpay
        yield from compare(claims_of(code), receivers)
        if len({(t.bin, t.account) for t in napas}) > 1:
            yield Reason.CONFLICTING_RECEIVERS
        if napas and vnpay:
            yield Reason.MULTIPLE_NETWORKS
        if not napas and not vnpay:
            yield Reason.UNKNOWN_NETWORK
        for template in napas:
            if template.bin and not _BIN.fullmatch(template.bin):
                yield Reason.BIN_MALFORMED
            elif template.bin and self._banks.get(template.bin) is None:
                yield Reason.BIN_UNKNOWN
            if template.account and not ACCOUNT.fullmatch(template.account):
                yield Reason.ACCOUNT_MALFORMED
            if template.service == TO_CARD:
                yield Reason.CARD_RECEIVER
            elif template.service == CASH:
                yield Reason.CASH_WITHDRAWAL
            elif template.service not in ("", TO_ACCOUNT, TO_MERCHANT):
                yield Reason.SERVICE_UNKNOWN

    def _pretence(self, code: Code) -> Iterator[Reason]:
        """What a receiver that is not on the list may be instead."""
        if any(self._is_wallet(template) for template in code.napas):
            yield Reason.EWALLET_RECEIVER
        names = (code.root.get("59", ""), code.language.get("01", ""))
        if any(self._agencies.claimed(name) for name in names):
            yield Reason.NAME_CLAIMS_AGENCY

    def _is_wallet(self, template: Template) -> bool:
        starts = self._wallet_accounts.get(template.bin, ())
        return template.bin in self._wallet_bins or template.account.startswith(starts)

    def _mentions(self, code: Code, reference: str) -> bool:
        """Whether the dossier's code stands in one of the places for it, however it is punctuated."""
        letters = [c for c in self._plain(reference) if c.isalnum()]
        if not letters or len(letters) > _LONGEST_VALUE:
            return not letters
        # A longer number that only begins like it is somebody else's dossier.
        before = r"(?<![0-9])" if letters[0].isdigit() else ""
        after = r"(?![0-9])" if letters[-1].isdigit() else ""
        wanted = re.compile(before + r"[\W_]*".join(map(re.escape, letters)) + after)
        return any(wanted.search(self._plain(code.additional.get(place, ""))) for place in _REFERENCES)


def claims_of(code: Code) -> list[Claim]:
    """Everybody the code could pay in a network we can read; a receiver without a number is none."""
    napas = [Claim("napas", t.account, t.bin, t.service == TO_CARD) for t in code.napas if t.account]
    return napas + [Claim("vnpay", t.merchant) for t in code.vnpay if t.merchant]


def kind_of(code: Code) -> Kind:
    """NAPAS comes first, then VNPAY; without a service it is a transfer to an account."""
    if code.napas:
        return _KINDS.get(code.napas[0].service, Kind.VIETQR_ACCOUNT)
    return Kind.VNPAY if code.vnpay else Kind.EMV_OTHER


def amount_of(code: Code) -> int | None:
    """In đồng; None when the code gives none, or none that is one (VietQR format, 5.2.6; đồng have no parts)."""
    told = _AMOUNT.fullmatch(code.root.get("54", ""))
    return int(told[1]) or None if told and len(told[0]) <= _AMOUNT_LENGTH else None


def _missing(code: Code) -> Iterator[Reason]:
    whole = all(t.bin and t.account for t in code.napas) and all(t.merchant for t in code.vnpay)
    named = all(t.network for t in code.templates) and (code.templates or code.others)
    if not (whole and named and "53" in code.root and "58" in code.root):
        yield Reason.REQUIRED_MISSING


def _wrong_values(code: Code) -> Iterator[Reason]:
    root = code.root
    if root.get("53", VND) != VND:
        yield Reason.BAD_CURRENCY
    if root.get("58", VIETNAM) != VIETNAM:
        yield Reason.BAD_COUNTRY
    if root.get("01", "11") not in _INIT:
        yield Reason.BAD_INIT_METHOD
    if "54" in root and amount_of(code) is None:
        yield Reason.AMOUNT_MALFORMED
    if any(tag in root for tag in _TIPS):
        yield Reason.EXTRA_FEE
    if _ASKED_OF_PAYER & set(code.additional.get("09", "").upper()):
        yield Reason.ASKS_PERSONAL_DATA


def _amount_reasons(amount: int | None, fee: int | None) -> Iterator[Reason]:
    if amount is None:
        return
    if fee is not None and amount != fee:
        yield Reason.AMOUNT_MISMATCH
    if amount >= TRANSFER_LIMIT:
        yield Reason.OVER_TRANSFER_LIMIT


def _amount_notes(code: Code, amount: int | None, fee: int | None) -> Iterator[Note]:
    if "54" not in code.root:
        yield Note.AMOUNT_TO_ENTER
    if fee is None:
        yield Note.FEE_UNKNOWN
    elif amount == fee:
        yield Note.AMOUNT_MATCHES


def _remarks(code: Code) -> Iterator[Note]:
    if "01" not in code.root:
        yield Note.INIT_MISSING
    if any(not t.service for t in code.napas):
        yield Note.SERVICE_MISSING
    if (code.napas or code.vnpay) and code.others:
        yield Note.OTHER_NETWORKS
    asked = [code.additional.get(place) for place in _ADDITIONAL_FIELDS]
    if _TO_TYPE in asked:
        yield Note.ASKS_INPUT
    too_long = (
        any(len(code.root.get(tag, "")) > most for tag, most in _LONGEST.items())
        or any(len(value) > _LONGEST_ADDITIONAL for value in asked if value)
        or any(len(code.language.get(tag, "")) > most for tag, most in _LONGEST_LANGUAGE.items())
    )
    if too_long:
        yield Note.OVER_LENGTH


def fields_of(code: Code, amount: int | None) -> dict[str, Field]:
    """What the code says, by name; texts are the writer's own and prove nothing."""
    told: dict[str, Field | None] = {"init": _INIT.get(code.root.get("01", ""))}
    if code.napas:
        first = code.napas[0]
        told |= {"bin": first.bin, "account": first.account, "service": first.service}
        told |= {"merchant_id": first.account if first.service == TO_MERCHANT else None}
    if code.vnpay:
        told["merchant_id"] = code.vnpay[0].merchant
    told["amount"] = amount
    told |= {name: code.root.get(tag) for tag, name in _ROOT_FIELDS.items()}
    told |= {name: code.additional.get(tag) for tag, name in _ADDITIONAL_FIELDS.items()}
    told |= {name: code.language.get(tag) for tag, name in _LANGUAGE_FIELDS.items()}
    return {name: value for name, value in told.items() if value not in (None, "")}
