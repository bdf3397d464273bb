"""What the check knows by name, read once from content/data/qr: banks, wallets, authorities, addresses, schemes."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field

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
    agency_words: Names
    agency_beginnings: Names
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
        return cls({row["bin"]: Bank(row["bin"], row["short_name"], row["full_name"]) for row in rows})

    def get(self, number: str) -> Bank | None:
        """The bank of that BIN; None for one we do not know, which may simply be new."""
        return self._banks.get(number)

    def all(self) -> list[Bank]:
        """Every bank, by its short name."""
        return sorted(self._banks.values(), key=lambda bank: bank.short_name.casefold())
