"""Judges the host of an address: the State's own, one that only looks like it, or a place where anybody may write."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from content.qr.names import Plain
from content.qr.near import edits
from content.qr.rules import Place, Rules
from content.qr.verdict import Reason

GOV = "gov.vn"
_SHORTEST_LABEL = 5
"""Letters below which two labels are alike by chance."""
_LONG_NAME = 9
"""From this length on a name may be two slips away and still be read as itself."""
_HOST_SLIPS = 2
_ENCODED = "xn--"
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_WORDS = re.compile(r"[.\-]")
_POINTS = str.maketrans("。．｡", "...")
_DIGITS = (str.maketrans("01", "ol"), str.maketrans("01", "oi"))


class Hosts:
    """Knows hosts by the given rules."""

    def __init__(self, rules: Rules, plain: Plain) -> None:
        self._official = rules.official_hosts
        self._honest = rules.honest_hosts
        self._firsts = tuple(host.partition(".")[0] for host in rules.official_hosts)
        self._parts = rules.brand_parts
        self._words = frozenset(rules.brand_words)
        self._places = _Places((at, _PLACE_REASONS[place]) for place, names in rules.places.items() for at in names)
        self._logins = _Places((at, Reason.LOGIN_SESSION) for at in rules.login_links)
        self._plain = plain

    def judge(self, host: str, path: str) -> set[Reason]:
        """Every reason in a host, given in small letters; one that nothing is known of is itself a reason."""
        if is_ip(host):
            return {Reason.IP_HOST}
        shown = decoded(host)
        found = {*self._foreign_letters(shown)} if not shown.isascii() or _is_encoded(host) else set[Reason]()
        if not found and _is_below(host, self._official):
            return {Reason.OFFICIAL_DOMAIN}
        if shown.isascii() and self.pretends(shown):
            found.add(Reason.LOOKALIKE_DOMAIN)
        if _is_below(host, (GOV,)):
            found.add(Reason.GOV_VN_UNLISTED)
        found.update(x for x in (self._places.at(host, path), self._logins.at(host, path)) if x)
        return found or {Reason.UNKNOWN_DOMAIN}

    def _foreign_letters(self, shown: str) -> Iterator[Reason]:
        seen = self._plain(shown.translate(_POINTS))
        if _is_below(seen, self._official) or self.pretends(seen):
            yield Reason.HOMOGLYPH_DOMAIN
        else:
            yield Reason.IDN_DOMAIN

    def pretends(self, host: str) -> bool:
        """Whether an ASCII host that is no authority's own looks like one."""
        if _is_below(host, self._official) or _is_below(host, self._honest):
            return False
        if _is_below(host, (GOV,)):
            return any(edits(host, name, _HOST_SLIPS) <= _slips_below_gov(name) for name in self._official)
        return GOV in host or any(map(self._has_brand, _readings(host))) or self._has_twin(host)

    def _has_brand(self, host: str) -> bool:
        joined = _WORDS.sub("", host)
        return any(part in joined for part in self._parts) or not self._words.isdisjoint(_WORDS.split(host))

    def _has_twin(self, host: str) -> bool:
        """Whether a label or a word of it is a slip away from the first label of an official host."""
        labels = {label for label in (*host.split("."), *_WORDS.split(host)) if label not in self._firsts}
        ways = {way for label in labels for way in _readings(label) if len(way) >= _SHORTEST_LABEL}
        return any(edits(way, name, _slips_in(name)) <= _slips_in(name) for way in ways for name in self._firsts)


class _Places:
    """What is known of places on the net, by host; the first that is told of a host and path counts."""

    def __init__(self, known: Iterable[tuple[str, Reason]]) -> None:
        self._known: dict[str, list[tuple[str, Reason]]] = {}
        for at, reason in known:
            host, slash, path = at.partition("/")
            self._known.setdefault(host, []).append((slash + path, reason))

    def at(self, host: str, path: str) -> Reason | None:
        """What is known of that host, or of one it is below."""
        labels = host.split(".")
        for i in range(len(labels)):
            for start, reason in self._known.get(".".join(labels[i:]), ()):
                if not start or path == start or path.startswith(f"{start}/"):
                    return reason
        return None


_PLACE_REASONS: dict[Place, Reason] = {
    "form_link": Reason.FORM_LINK, "url_shortener": Reason.URL_SHORTENER, "chat_link": Reason.CHAT_LINK,
    "app_store_link": Reason.APP_STORE_LINK, "file_share_link": Reason.FILE_SHARE_LINK,
}  # fmt: skip


def decoded(host: str) -> str:
    """The host as a person would see it: labels in punycode (RFC 3492) as letters, where they can be decoded."""
    return ".".join(_label(label) for label in host.split("."))


def _label(label: str) -> str:
    if label.startswith(_ENCODED) and label.isascii():
        try:
            return label[len(_ENCODED) :].encode("ascii").decode("punycode").lower()
        except UnicodeError:
            return label
    return label


def is_ip(host: str) -> bool:
    """Whether the host is a number, in any way of writing it that a browser accepts."""
    last = unicodedata.normalize("NFKC", host.translate(_POINTS)).rpartition(".")[2]
    return ":" in host or _NUMERIC.fullmatch(last) is not None


def _is_encoded(host: str) -> bool:
    return any(label.startswith(_ENCODED) for label in host.split("."))


def _is_below(host: str, names: Iterable[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def _readings(name: str) -> set[str]:
    """The name as written, and as an eye may read it: 0 as o, 1 as l or i, rn as m, vv as w."""
    return {name, *(name.translate(digits).replace("rn", "m").replace("vv", "w") for digits in _DIGITS)}


def _slips_in(name: str) -> int:
    return 2 if len(name) >= _LONG_NAME else 1


def _slips_below_gov(official: str) -> int:
    """Three letters are two slips away from many honest names: gdt.gov.vn and gso.gov.vn both exist."""
    return _HOST_SLIPS if len(official.partition(".")[0]) >= _SHORTEST_LABEL else 1
