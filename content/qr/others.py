"""What a code may hold besides payments and addresses of the web: networks, contacts, logins, applications."""

import re

from content.qr.rules import Rules, SchemeKind
from content.qr.verdict import Kind, Reason, Verdict

_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.\-]{0,62}):", re.IGNORECASE)
_APPLICATION = re.compile(r"\s*(?:[a-z][a-z0-9+.\-]{0,62}://|[a-z][a-z0-9+.\-]{2,62}:[^\s:]+$)")
"""An application is opened by its scheme; "STT:12" and "Ghi chú: ..." are words."""
_ADDRESS_WITHIN = re.compile(r"\s*(?:url|urlto:[^:]{0,200}|mebkm:.{0,300}?url):(https?:[^;]+)", re.IGNORECASE)
_VCARD = re.compile(r"\s*begin:vcard", re.IGNORECASE)
_IDENTITY = re.compile(r"[0-9]{12}\|[^|]*(?:\|[^|]*){5,}")
_WALLETS = re.compile(
    r"bc1[a-z0-9]{20,90}|0x[0-9a-fA-F]{40}|T[1-9A-HJ-NP-Za-km-z]{33}"
    r"|(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=.*[2-9])[13][1-9A-HJ-NP-Za-km-z]{25,34}",
)
"""Addresses of Bitcoin, Ethereum and Tron, written bare."""
_WHATSAPP_LOGIN = re.compile(r"[12]@[A-Za-z0-9+/=_\-]{20,},[A-Za-z0-9+/=_\-,]{20,}")
_CRYPTO_REST = re.compile(r"\S{12,}")

_VERDICTS: dict[SchemeKind, tuple[Kind, Reason]] = {
    "unsafe": (Kind.UNSAFE_SCHEME, Reason.UNSAFE_SCHEME),
    "otp": (Kind.OTP_SECRET, Reason.OTP_SECRET),
    "login": (Kind.LOGIN_QR, Reason.LOGIN_SESSION),
    "crypto": (Kind.CRYPTO, Reason.CRYPTO_ADDRESS),
    "phone": (Kind.PHONE, Reason.PHONE_CALL),
    "sms": (Kind.SMS, Reason.SMS_COMPOSE),
    "email": (Kind.EMAIL, Reason.EMAIL_COMPOSE),
    "place": (Kind.GEO, Reason.LOCATION),
    "wifi": (Kind.WIFI, Reason.WIFI_CONFIG),
    "contact": (Kind.CONTACT, Reason.CONTACT_CARD),
}


def is_identity_card(text: str) -> bool:
    """Whether it is the code on an identity card: number, old number, name, birth, sex, home, day of issue, ..."""
    return _IDENTITY.fullmatch(text) is not None


def address_within(text: str) -> str | None:
    """The address of the web that a bookmark carries."""
    found = _ADDRESS_WITHIN.match(text)
    return found[1] if found else None


class Others:
    """Recognises them by the given rules."""

    def __init__(self, rules: Rules) -> None:
        self._exact = {name: kind for kind, names in rules.schemes.items() for name in names if ":" not in name}
        self._starts = [(name, kind) for kind, names in rules.schemes.items() for name in names if ":" in name]

    def check(self, text: str) -> Verdict:
        """The verdict on a text that is neither a payment nor an address of the web. Never raises."""
        if is_identity_card(text):
            return Verdict.of(Kind.PERSONAL_ID, {Reason.PERSONAL_DATA})
        if _VCARD.match(text):
            return Verdict.of(*_single("contact"))
        kind = self._by_scheme(text)
        if kind is not None:
            return Verdict.of(*_single(kind))
        if _WALLETS.fullmatch(text):
            return Verdict.of(*_single("crypto"))
        if _WHATSAPP_LOGIN.fullmatch(text):
            return Verdict.of(*_single("login"))
        if _APPLICATION.match(text):
            return Verdict.of(Kind.APP_LINK, {Reason.APP_DEEPLINK})
        return Verdict.of(Kind.TEXT, {Reason.PLAIN_TEXT})

    def _by_scheme(self, text: str) -> SchemeKind | None:
        lowered = text.lstrip().lower()
        started = next((kind for start, kind in self._starts if lowered.startswith(start)), None)
        scheme = _SCHEME.match(text)
        if started is not None or scheme is None:
            return started
        kind = self._exact.get(scheme[1].lower())
        if kind == "crypto" and not _CRYPTO_REST.match(text, scheme.end()):
            return None
        return kind


def _single(kind: SchemeKind) -> tuple[Kind, set[Reason]]:
    its, reason = _VERDICTS[kind]
    return its, {reason}
