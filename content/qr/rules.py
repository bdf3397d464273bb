"""What the check knows by name, read once from content/data/qr: banks, wallets, authorities, addresses, schemes."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field

from content.folding import fold
from content.guide import Model
from content.reading import Entry, KnowledgeError, open_text, parse, read

FOLDER = Path(__file__).parents[1]
"""The knowledge that comes with the program."""

Place = Literal["form_link", "url_shortener", "chat_link", "app_store_link", "file_share_link"]
SchemeKind = Literal["unsafe", "otp", "crypto", "login", "phone", "sms", "email", "place", "wifi", "contact"]

Names = tuple[str, ...]


class Rules(Model):
    """The lists of content/data/qr/rules.yaml; what each is for stands there."""

    wallet_bins: Names
    wallet_accounts: dict[str, Names]
    counted_units: Names
    agency_words: Names
    agency_beginnings: Names
    promises: Names
    official_hosts: Names = Field(min_length=1)
    honest_hosts: Names
    brand_parts: Names
    brand_words: Names
    places: dict[Place, Names]
    login_links: Names
    programs: Names
    schemes: dict[SchemeKind, Names]
    look_alikes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank or wallet that transfers can be sent to."""

    bin: str
    """Its six digits in the NAPAS network: what everything is known by, since names change."""
    code: str
    """As VietQR lists call it (VCB, STB); empty for some."""
    short_name: str
    full_name: str


def load_rules(folder: Path = FOLDER) -> Rules:
    """The rules of that content folder. Raises KnowledgeError naming file and line."""
    parsed = parse(read(folder / "data" / "qr" / "rules.yaml", folder), Rules)
    if not isinstance(parsed, Entry):
        raise KnowledgeError(parsed[0])
    return parsed.record


class Banks:
    """The banks by their numbers (letter 1589/NHNN-TT of 05/03/2024, and public VietQR lists for newer ones)."""

    def __init__(self, banks: Mapping[str, Bank]) -> None:
        self._banks = MappingProxyType(dict(banks))

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """The list of that content folder. Raises KnowledgeError when it cannot be opened."""
        text = open_text(folder / "data" / "qr" / "banks.csv", folder)
        rows = csv.DictReader(io.StringIO(text))
        return cls({r["bin"]: Bank(r["bin"], r["code"], r["short_name"], r["full_name"]) for r in rows})

    def get(self, number: str) -> Bank | None:
        """The bank of that BIN; None for one we do not know, which may simply be new."""
        return self._banks.get(number)

    def named(self, words: str) -> Bank | None:
        """The one bank people call so: by its short name, its code or its number."""
        wanted = _squeezed(words)
        names = ((bank, (bank.bin, bank.code, bank.short_name)) for bank in self._banks.values())
        found = [bank for bank, called in names if wanted and wanted in map(_squeezed, called)]
        return found[0] if len(found) == 1 else None


def _squeezed(words: str) -> str:
    return fold(words).replace(" ", "")
