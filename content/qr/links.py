"""Judges an address on the net by its letters alone: nothing is ever opened or resolved."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from content.qr.hosts import Hosts, decoded
from content.qr.names import Plain
from content.qr.rules import Rules
from content.qr.verdict import Kind, Reason, Verdict

_HTTP = re.compile(r"\s*(https?):", re.IGNORECASE)
_BARE = re.compile(r"(?:[^\s/?#:@|]{1,100}@)?(?P<host>[^\s/?#:@|.]+(?:\.[^\s/?#:@|.]+)+)\.?(?::\d{1,5})?/\S*")
_ENDING = re.compile(r"(?:xn--[a-z0-9-]+|[^\W\d_]{2,})", re.IGNORECASE)
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_SIGN_IN_HOST = re.compile(r"(?![\w-])[\x00-\x7f]", re.ASCII)
"""What no name has besides letters, figures, hyphens and points (RFC 1123, 2.1); underscores are met in practice."""
_LABEL, _HOST = 63, 253
"""Octets a label and a name may have (RFC 1035, 2.3.4)."""
_ANOTHER = re.compile(r"https?:|(?:^|[=&])[/\\]{2}", re.IGNORECASE)
_PORTS = (None, 80, 443)
_DECODINGS = 3
"""A name may be percent-encoded again and again to slip past a filter; more than this nobody's server undoes."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart."""

    text: str
    scheme: str
    """Empty when none was written."""
    host: str
    """In small letters, without a last point, as written otherwise; empty when there is none."""
    parts: SplitResult | None
    """None when it cannot be taken apart."""


def is_address(text: str) -> bool:
    """Whether the text is an address of the web: by its scheme, or a host's name with a path."""
    if _HTTP.match(text):
        return True
    bare = _BARE.fullmatch(text)
    if bare is None:
        return False
    ending = bare["host"].rpartition(".")[2]
    return bool(_ENDING.fullmatch(ending) or _IPV4.fullmatch(bare["host"]))


def visible(text: str) -> str:
    """Without characters that nobody sees: controls and marks of format."""
    return text if text.isascii() and text.isprintable() else "".join(
        c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))  # fmt: skip


class Links:
    """Checks addresses by the given rules."""

    def __init__(self, rules: Rules, plain: Plain) -> None:
        self._hosts = Hosts(rules, plain)
        self._programs = rules.programs

    def check(self, text: str) -> Verdict:
        """The verdict on an address. Never raises."""
        address = take_apart(text)
        reasons = {*self._whole(address)}
        if address.parts is None or not address.host:
            reasons.add(Reason.MALFORMED_URL)
            return Verdict.of(Kind.URL, reasons)
        path = _unquoted(address.parts.path)
        reasons.update(self._hosts.judge(address.host, path))
        official = Reason.OFFICIAL_DOMAIN in reasons
        reasons.update(self._way(address, official))
        reasons.update(self._rest(address.parts, path, official))
        return Verdict.of(Kind.URL, reasons, fields={"host": decoded(address.host)})

    def _whole(self, address: Address) -> Iterator[Reason]:
        """What is wrong with the address as a text."""
        if visible(address.text) != address.text:
            yield Reason.HIDDEN_CHARACTERS
        if "\\" in address.text:
            yield Reason.MALFORMED_URL

    def _way(self, address: Address, official: bool) -> Iterator[Reason]:
        """How one would get there: as whom, how protected, through which port."""
        parts = address.parts
        if parts is None:
            return
        if "@" in parts.netloc:
            yield Reason.USERINFO_TRICK
        if not _is_sound(address.host):
            yield Reason.MALFORMED_URL
        if address.scheme == "http" or (not address.scheme and not official):
            yield Reason.NOT_HTTPS
        try:
            if parts.port not in _PORTS:
                yield Reason.ODD_PORT
        except ValueError:
            yield Reason.MALFORMED_URL

    def _rest(self, parts: SplitResult, path: str, official: bool) -> Iterator[Reason]:
        """What would be fetched, and where one would be sent on."""
        query = _unquoted(parts.query).lower()
        # A point, a blank or a slash after the name changes nothing for the telephone that stores the file.
        ends = (end.lower().rstrip(" ./\0") for end in (path, path.partition(";")[0]))
        if any(end.endswith(self._programs) for end in ends) or ".apk" in query:
            yield Reason.APP_PACKAGE_LINK
        if official and any(_ANOTHER.search(x) for x in (query, _unquoted(parts.fragment))):
            yield Reason.REDIRECT_PARAMETER


def take_apart(text: str) -> Address:
    """The parts of an address, none of them believed."""
    # A browser takes a backslash for a slash, and reads over what cannot be seen: so must whoever looks for the host.
    shown = visible(text).replace("\\", "/").strip()
    http = _HTTP.match(shown)
    scheme = http[1].lower() if http else ""
    try:
        parts = urlsplit(shown if http else f"//{shown}")
        host = parts.hostname or ""
    except ValueError:
        return Address(text, scheme, "", None)
    return Address(text, scheme, host.lower().removesuffix("."), parts)


def _is_sound(host: str) -> bool:
    """Whether a browser would accept it as a name or a number."""
    if ":" in host:
        return True
    labels = host.split(".")
    plain = not any(_SIGN_IN_HOST.search(x) for x in labels)
    return plain and len(host) <= _HOST and all(0 < len(x) <= _LABEL for x in labels)


def _unquoted(text: str) -> str:
    """With percent-encoding undone, also one inside another."""
    for _ in range(_DECODINGS):
        plain = unquote(text)
        if plain == text:
            break
        text = plain
    return text
