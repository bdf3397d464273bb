"""What a check of a code comes to: a level, the kind of content, and every reason there is for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Field = str | int
"""What was read in one place of a code; the amount in whole đồng."""


class Level(StrEnum):
    """The answer in one word. There is none that says a payment is free of danger: nothing in a code is signed."""

    MATCH = "match"
    """The receiver is one the commune announced, or the address belongs to the State. Nothing speaks against it."""
    CAUTION = "caution"
    STOP = "stop"
    NOT_PAYMENT = "not_payment"
    UNREADABLE = "unreadable"


class Kind(StrEnum):
    """What sort of content it is."""

    VIETQR_ACCOUNT = "vietqr_account"
    VIETQR_CARD = "vietqr_card"
    VIETQR_MERCHANT = "vietqr_merchant"
    VIETQR_CASH = "vietqr_cash"
    VNPAY = "vnpay"
    EMV_OTHER = "emv_other"
    EMV_BROKEN = "emv_broken"
    URL = "url"
    UNSAFE_SCHEME = "unsafe_scheme"
    WIFI = "wifi"
    CONTACT = "contact"
    OTP_SECRET = "otp_secret"
    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"
    GEO = "geo"
    CRYPTO = "crypto"
    LOGIN_QR = "login_qr"
    APP_LINK = "app_link"
    PERSONAL_ID = "personal_id"
    TEXT = "text"
    EMPTY = "empty"


class Reason(StrEnum):
    """Why; each belongs to one level."""

    TLV_BAD_HEADER = "tlv_bad_header"
    TLV_TRUNCATED = "tlv_truncated"
    CRC_MISSING = "crc_missing"
    CRC_MISMATCH = "crc_mismatch"
    DATA_AFTER_CRC = "data_after_crc"
    BAD_VERSION = "bad_version"
    DUPLICATE_TAG = "duplicate_tag"
    LENGTH_AMBIGUOUS = "length_ambiguous"
    REQUIRED_MISSING = "required_missing"
    BAD_CURRENCY = "bad_currency"
    BAD_COUNTRY = "bad_country"
    AMOUNT_MALFORMED = "amount_malformed"
    BIN_MALFORMED = "bin_malformed"
    ACCOUNT_MALFORMED = "account_malformed"
    CONFLICTING_RECEIVERS = "conflicting_receivers"
    EXTRA_FEE = "extra_fee"
    CASH_WITHDRAWAL = "cash_withdrawal"
    ACCOUNT_NEAR_MISS = "account_near_miss"
    ACCOUNT_LISTED_OTHER_BANK = "account_listed_other_bank"
    NAME_CLAIMS_AGENCY = "name_claims_agency"
    LOOKALIKE_DOMAIN = "lookalike_domain"
    HOMOGLYPH_DOMAIN = "homoglyph_domain"
    USERINFO_TRICK = "userinfo_trick"
    IP_HOST = "ip_host"
    MALFORMED_URL = "malformed_url"
    HIDDEN_CHARACTERS = "hidden_characters"
    APP_PACKAGE_LINK = "app_package_link"
    UNSAFE_SCHEME = "unsafe_scheme"
    OTP_SECRET = "otp_secret"
    LOGIN_SESSION = "login_session"
    CRYPTO_ADDRESS = "crypto_address"

    RECEIVER_NOT_LISTED = "receiver_not_listed"
    NO_ALLOW_LIST = "no_allow_list"
    BIN_UNKNOWN = "bin_unknown"
    CARD_RECEIVER = "card_receiver"
    EWALLET_RECEIVER = "ewallet_receiver"
    UNKNOWN_NETWORK = "unknown_network"
    MULTIPLE_NETWORKS = "multiple_networks"
    SERVICE_UNKNOWN = "service_unknown"
    BAD_INIT_METHOD = "bad_init_method"
    AMOUNT_MISMATCH = "amount_mismatch"
    OVER_TRANSFER_LIMIT = "over_transfer_limit"
    REFERENCE_MISMATCH = "reference_mismatch"
    ASKS_PERSONAL_DATA = "asks_personal_data"
    GOV_VN_UNLISTED = "gov_vn_unlisted"
    IDN_DOMAIN = "idn_domain"
    REDIRECT_PARAMETER = "redirect_parameter"
    URL_SHORTENER = "url_shortener"
    CHAT_LINK = "chat_link"
    FORM_LINK = "form_link"
    FILE_SHARE_LINK = "file_share_link"
    APP_STORE_LINK = "app_store_link"
    NOT_HTTPS = "not_https"
    ODD_PORT = "odd_port"
    UNKNOWN_DOMAIN = "unknown_domain"
    PHONE_CALL = "phone_call"
    SMS_COMPOSE = "sms_compose"
    APP_DEEPLINK = "app_deeplink"

    RECEIVER_LISTED = "receiver_listed"
    OFFICIAL_DOMAIN = "official_domain"

    WIFI_CONFIG = "wifi_config"
    CONTACT_CARD = "contact_card"
    LOCATION = "location"
    EMAIL_COMPOSE = "email_compose"
    PLAIN_TEXT = "plain_text"
    PERSONAL_DATA = "personal_data"

    EMPTY = "empty"
    TOO_LONG = "too_long"


_ALL = tuple(Reason)


def _between(first: Reason, last: Reason) -> frozenset[Reason]:
    return frozenset(_ALL[_ALL.index(first) : _ALL.index(last) + 1])


STRUCTURE = _between(Reason.TLV_BAD_HEADER, Reason.LENGTH_AMBIGUOUS)
"""A code that has one of these is broken or was tampered with: nothing else in it can be trusted."""
STOPS = _between(Reason.TLV_BAD_HEADER, Reason.CRYPTO_ADDRESS)
CAUTIONS = _between(Reason.RECEIVER_NOT_LISTED, Reason.APP_DEEPLINK)
POSITIVE = frozenset({Reason.RECEIVER_LISTED, Reason.OFFICIAL_DOMAIN})
UNREADABLE = frozenset({Reason.EMPTY, Reason.TOO_LONG})


class Note(StrEnum):
    """What is worth saying and changes no level."""

    AMOUNT_TO_ENTER = "amount_to_enter"
    AMOUNT_MATCHES = "amount_matches"
    FEE_UNKNOWN = "fee_unknown"
    CRC_LOWER = "crc_lower"
    LENGTH_BYTES = "length_bytes"
    INIT_MISSING = "init_missing"
    SERVICE_MISSING = "service_missing"
    OVER_LENGTH = "over_length"
    ZERO_LENGTH_FIELD = "zero_length_field"
    ASKS_INPUT = "asks_input"
    OTHER_NETWORKS = "other_networks"
    """Besides the receiver judged, the code names one of a network we cannot read: another app may pay that one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one check. Lives for its turn only, but for level and reasons."""

    level: Level
    kind: Kind
    reasons: tuple[Reason, ...]
    """In the order of `Reason`: the gravest first, each once."""
    notes: tuple[Note, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        kind: Kind,
        reasons: Iterable[Reason],
        notes: Iterable[Note] = (),
        fields: Mapping[str, Field] | None = None,
    ) -> "Verdict":
        """The verdict these reasons make: as grave as the gravest of them."""
        found, noted = set(reasons), set(notes)
        return cls(
            level_of(found), kind, tuple(sorted(found, key=_ALL.index)), tuple(sorted(noted)), fields or {}
        )  # fmt: skip


def level_of(reasons: Iterable[Reason]) -> Level:
    """The level of these reasons together."""
    found = frozenset(reasons)
    for level, its in ((Level.UNREADABLE, UNREADABLE), (Level.STOP, STOPS), (Level.CAUTION, CAUTIONS)):
        if found & its:
            return level
    return Level.MATCH if found & POSITIVE else Level.NOT_PAYMENT
