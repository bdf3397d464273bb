"""What the check of a code says to a person: who would be paid, where, how much, what for, and what to do."""

from dataclasses import dataclass

from content.qr import Context, Kind, Level, Note, Reason, Verdict, announced
from content.qr.verdict import STRUCTURE
from handlers.turn import Turn

TAIL = 4
"""Characters of an account that are shown: enough to compare, too few to use."""
PORTAL = "{{ trang_cong }}"
_MALFORMED = STRUCTURE | {
    Reason.REQUIRED_MISSING, Reason.AMOUNT_MALFORMED, Reason.BIN_MALFORMED, Reason.ACCOUNT_MALFORMED,
}  # fmt: skip

_STOPS: tuple[tuple[frozenset[Reason], str], ...] = (
    (frozenset({Reason.ACCOUNT_NEAR_MISS, Reason.ACCOUNT_LISTED_OTHER_BANK}), "stop_imitation"),
    (frozenset({Reason.NAME_CLAIMS_AGENCY}), "stop_claims"),
    (frozenset({Reason.CASH_WITHDRAWAL}), "stop_cash"),
    (frozenset({Reason.CONFLICTING_RECEIVERS}), "stop_conflict"),
    (frozenset({Reason.EXTRA_FEE}), "stop_extra"),
    (frozenset({Reason.BAD_CURRENCY, Reason.BAD_COUNTRY}), "stop_foreign"),
    (frozenset({Reason.APP_PACKAGE_LINK}), "stop_program"),
    (frozenset({Reason.HOMOGLYPH_DOMAIN}), "stop_twin_site"),
    (frozenset({Reason.LOOKALIKE_DOMAIN}), "stop_fake_site"),
    (frozenset({Reason.LOGIN_SESSION}), "stop_login"),
    (frozenset({Reason.USERINFO_TRICK, Reason.IP_HOST, Reason.MALFORMED_URL, Reason.HIDDEN_CHARACTERS}),
     "stop_hidden_site"),
    (frozenset({Reason.OTP_SECRET}), "stop_secret"),
    (frozenset({Reason.CRYPTO_ADDRESS}), "stop_crypto"),
    (frozenset({Reason.UNSAFE_SCHEME}), "stop_script"),
    (_MALFORMED, "stop_broken"),
)  # fmt: skip
"""What a stop begins with, by its reasons; what tells a person most comes first."""

_CAUTIONS: tuple[tuple[Reason, str], ...] = (
    (Reason.RECEIVER_LISTED, "caution_listed"),
    (Reason.CARD_RECEIVER, "caution_card"),
    (Reason.EWALLET_RECEIVER, "caution_wallet"),
    (Reason.UNKNOWN_NETWORK, "caution_bank"),
    (Reason.BIN_UNKNOWN, "caution_bank"),
    (Reason.RECEIVER_NOT_LISTED, "caution_not_listed"),
    (Reason.NO_ALLOW_LIST, "caution_no_list"),
    (Reason.OFFICIAL_DOMAIN, "caution_official_odd"),
    (Reason.URL_SHORTENER, "caution_shortener"),
    (Reason.CHAT_LINK, "caution_chat"),
    (Reason.FORM_LINK, "caution_form"),
    (Reason.FILE_SHARE_LINK, "caution_file"),
    (Reason.APP_STORE_LINK, "caution_store"),
    (Reason.GOV_VN_UNLISTED, "caution_gov"),
    (Reason.PHONE_CALL, "caution_phone"),
    (Reason.SMS_COMPOSE, "caution_sms"),
    (Reason.APP_DEEPLINK, "caution_app"),
)

_DETAILS: tuple[tuple[Reason, str], ...] = (
    (Reason.REFERENCE_MISMATCH, "reference_differs"),
    (Reason.OVER_TRANSFER_LIMIT, "too_much"),
    (Reason.ASKS_PERSONAL_DATA, "asks_data"),
    (Reason.MULTIPLE_NETWORKS, "two_networks"),
    (Reason.SERVICE_UNKNOWN, "odd_kind"),
    (Reason.BAD_INIT_METHOD, "odd_kind"),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict with what it was measured by."""

    verdict: Verdict
    context: Context
    place: str
    """The person's commune as it stands inside a sentence; empty when he has not told it."""

    @property
    def is_payment(self) -> bool:
        """Whether money would be moved by it."""
        return "account" in self.verdict.fields or "merchant_id" in self.verdict.fields or self._is_emv

    @property
    def _is_emv(self) -> bool:
        return self.verdict.kind in (Kind.EMV_OTHER, Kind.EMV_BROKEN) or self.verdict.kind.startswith("vietqr")

    @property
    def number(self) -> str:
        """The account, card or merchant that would be paid; empty when the code names none that can be trusted."""
        fields = self.verdict.fields
        return str(fields.get("account") or fields.get("merchant_id") or "")

    @property
    def tail(self) -> str:
        """Its last characters."""
        return self.number[-TAIL:]

    @property
    def host(self) -> str:
        """The host of an address, written so that no telephone makes a link of it."""
        return str(self.verdict.fields.get("host", "")).replace(".", " chấm ")[:80]


def told(turn: Turn, checked: Checked) -> str:
    """The whole answer."""
    verdict = checked.verdict
    match verdict.level:
        case Level.NOT_PAYMENT if verdict.kind is Kind.PERSONAL_ID:
            return turn.words("qr.personal_data")
        case Level.NOT_PAYMENT:
            return turn.words("qr.not_payment", kind=verdict.kind)
        case Level.UNREADABLE:
            return turn.words("qr.unreadable", staff=turn.staff, again=False)
    parts = [_head(turn, checked), *_body(turn, checked)]
    parts.append(turn.words("qr.limits_payment" if checked.is_payment else "qr.limits_link"))
    return "\n\n".join(parts)


def _head(turn: Turn, checked: Checked) -> str:
    """The first sentence: what it is, in a glance."""
    reasons = set(checked.verdict.reasons)
    match checked.verdict.level:
        case Level.STOP:
            name = next(name for its, name in _STOPS if its & reasons)
        case Level.CAUTION:
            name = next((name for reason, name in _CAUTIONS if reason in reasons), "caution_link")
        case _:
            name = "match_link" if Reason.OFFICIAL_DOMAIN in reasons else "match_payment"
    told = {"place": checked.place or None, "host": _shown_host(checked)}
    return turn.words(f"qr.{name}", **{k: v for k, v in told.items() if k in _NEEDS.get(name, ())})


_NEEDS = {
    "match_payment": ("place",), "caution_listed": ("place",), "caution_not_listed": ("place",),
    "caution_no_list": ("place",), "stop_imitation": ("place",), "match_link": ("host",), "caution_gov": ("host",),
    "caution_link": ("host",), "stop_fake_site": ("host",),
}  # fmt: skip


def _shown_host(checked: Checked) -> str:
    """As it is where it belongs to an authority: only these may be opened from here."""
    ours = Reason.OFFICIAL_DOMAIN in checked.verdict.reasons or checked.verdict.reasons[:1] == (
        Reason.GOV_VN_UNLISTED,
    )
    return str(checked.verdict.fields.get("host", "")) if ours else checked.host


def _body(turn: Turn, checked: Checked) -> list[str]:
    """The facts, and what to do."""
    verdict = checked.verdict
    portal = turn.knowledge.library.words(PORTAL, turn.today)
    if not checked.is_payment:
        if verdict.level is Level.STOP or verdict.kind is not Kind.URL:
            return []
        if Reason.OFFICIAL_DOMAIN in verdict.reasons:
            return [turn.words("qr.do_type", portal=portal)] if verdict.level is Level.CAUTION else []
        return [turn.words("qr.do_not_enter", portal=portal)]
    if verdict.level is Level.STOP:
        shown = {**_where(turn, checked), "purpose": None}
        return [turn.words("qr.facts", payee=None, **shown)] if checked.tail else []
    payee = announced(verdict.fields, checked.context.receivers)
    facts = turn.words("qr.facts", payee=payee.name if payee else None, **_where(turn, checked))
    lines = [facts, *_details(turn, checked)]
    if verdict.level is Level.MATCH and payee is not None:
        return ["\n".join(lines), turn.words("qr.do_compare", payee=payee.name)]
    return ["\n".join(lines), turn.words("qr.do_ask")]


def _where(turn: Turn, checked: Checked) -> dict[str, object]:
    """Bank, number, amount and purpose as they are shown."""
    fields = checked.verdict.fields
    bank = turn.knowledge.codes.banks.get(str(fields.get("bin", "")))
    return {
        "bank": bank.short_name if bank else None,
        "tail": checked.tail,
        "card": checked.verdict.kind is Kind.VIETQR_CARD,
        "vnpay": checked.verdict.kind is Kind.VNPAY,
        "amount": fields.get("amount"),
        "purpose": turn.knowledge.codes.repeatable(str(fields.get("purpose", ""))),
    }


def _details(turn: Turn, checked: Checked) -> list[str]:
    """What does not fit, and what is to be said of the amount."""
    verdict, fee = checked.verdict, checked.context.fee
    amount = verdict.fields.get("amount")
    lines = list(dict.fromkeys(turn.words(f"qr.{name}") for reason, name in _DETAILS if reason in verdict.reasons))
    if Note.OTHER_NETWORKS in verdict.notes:
        lines.append(turn.words("qr.other_networks"))
    if Reason.AMOUNT_MISMATCH in verdict.reasons:
        lines.append(turn.words("qr.amount_differs", amount=amount, fee=fee))
    elif Note.AMOUNT_MATCHES in verdict.notes:
        lines.append(turn.words("qr.amount_matches", amount=amount))
    elif verdict.level is Level.MATCH:
        lines.append(_amount_advice(turn, amount is None, fee))
    return lines


def _amount_advice(turn: Turn, to_enter: bool, fee: int | None) -> str:
    if fee is not None:
        return turn.words("qr.amount_to_enter", fee=fee)
    return turn.words("qr.amount_to_copy" if to_enter else "qr.amount_to_compare")
