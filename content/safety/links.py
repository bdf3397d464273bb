"""Addresses on the net in a message: shortened, pretending to be the State's, or leading to a program."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from content.safety.words import Addresses

_ADDRESS = re.compile(
    r"(?<![a-z0-9@._%\-])(?P<scheme>h[tx]{2}ps?://)?(?P<user>[a-z0-9._%+\-]{1,100}@)?"
    r"(?P<host>[a-z0-9][a-z0-9\-]{0,62}(?:\.[a-z0-9\-]{1,63}){1,8})\.?(?::\d{1,5})?(?P<path>[/?#]\S{0,2000})?"
)
# Digits and letters that stand for others in a name made to deceive the eye: vne1d, vneld, dichvuc0ng.
_TWINS = str.maketrans({"0": "o", "1": "i", "l": "i", "3": "e", "5": "s", "4": "a", "-": "", "_": ""})


@dataclass(frozen=True, slots=True)
class Address:
    """An address in a text, from `start` up to `end`, and what is wrong with it."""

    start: int
    end: int
    mail: bool
    short: bool
    fake: bool


class Links:
    """Finds addresses. Texts are given in small letters without marks."""

    def __init__(self, data: Addresses) -> None:
        self._short = frozenset(data.short)
        self._allowed = tuple(data.allowed)
        self._protected = tuple(name.translate(_TWINS) for name in data.protected)
        self._endings = frozenset(data.endings)
        self._doubtful = frozenset(data.doubtful_endings)
        programs = "|".join(map(re.escape, data.programs))
        self._program = re.compile(rf"[a-z0-9_\-)\]]{{1,100}}\.(?:{programs})(?![a-z0-9])")

    def programs(self, shape: str) -> list[tuple[int, int]]:
        """Where files are named that install a program."""
        return [m.span() for m in self._program.finditer(shape)]

    def find(self, shape: str) -> Iterator[Address]:
        """All addresses of a text, good and bad."""
        for m in _ADDRESS.finditer(shape):
            host, mail = m["host"], bool(m["user"]) and not m["scheme"]
            certain = bool(m["scheme"] or m["path"]) or host.startswith("www.")
            if not (certain or mail or self._is_host(host)):
                continue
            good = self._is_allowed(host)
            yield Address(
                *m.span(), mail,
                short=certain and host.removeprefix("www.") in self._short,
                fake=not (mail or good) and (self._pretends(host) or self._pretends(m["user"] or "")),
            )  # fmt: skip

    def _is_host(self, host: str) -> bool:
        ending = host.rpartition(".")[2]
        return ending in self._endings and ending not in self._doubtful

    def _is_allowed(self, host: str) -> bool:
        return any(host == good or host.endswith("." + good) for good in self._allowed)

    def _pretends(self, host: str) -> bool:
        # What follows the last dot is no name, so dichvucong.gov, cut short by a hasty thumb, is let through.
        name, _, ending = host.translate(_TWINS).replace("@", "").rpartition(".")
        joined = name.replace(".", "")
        return ending != "gov" and any(p in joined + (ending if p == "govvn" else "") for p in self._protected)
