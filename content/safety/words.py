"""The words of danger as data: read from content/data/safety.yaml, turned into patterns once."""

import re
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BeforeValidator, Field

from content.folding import fold
from content.guide import Model
from content.reading import LOADER

PACKAGED = Path(__file__).parents[1] / "data" / "safety.yaml"
"""The word lists that come with the program."""

BLANK_MAX = 4
"""The blank is no longer than the shortest thing it replaces, so that a masked note never outgrows its limit."""


def _split(value: object) -> object:
    return value.split() if isinstance(value, str) else value


Phrases = Annotated[tuple[str, ...], Field(min_length=1)]
"""Words as Vietnamese write them."""

Column = Annotated[Phrases, BeforeValidator(_split)]
"""Short words on one line, with spaces between."""


class Addresses(Model):
    """What tells a good address on the net from a bad one."""

    short: Phrases
    allowed: Phrases
    protected: Phrases
    programs: Column
    endings: Column
    doubtful_endings: Column


class Scam(Model):
    """Words by which a person tells that he was cheated, or is being cheated."""

    happened: Phrases
    not_happened: Phrases
    lesson: Phrases
    counted: Phrases
    slip: Phrases
    click: Phrases
    bait: Phrases
    give: Phrases
    secret: Phrases
    stranger: Phrases
    official: Phrases
    ask: Phrases
    wish: Phrases
    asks_us: Phrases


class Words(Model):
    """All lists of content/data/safety.yaml; what each is for stands there."""

    otp: Phrases
    code: Phrases
    passcode: Phrases
    password: Phrases
    password_or_me: Phrases
    spelled: Phrases
    described: Phrases
    asking: Phrases
    between: Phrases
    here_it_comes: Phrases
    chatter: Phrases
    units: Phrases
    not_secret_after: Phrases
    card: Phrases
    card_code: Phrases
    bank_account: Phrases
    whose_account: Phrases
    account: Phrases
    identity: Phrases
    identity_provinces: Column
    harmless: Phrases
    addresses: Addresses
    scam: Scam
    families: Phrases
    blank: str = Field(min_length=1, max_length=BLANK_MAX, pattern=r"^[^\d@]+$")

    @classmethod
    def load(cls, path: Path = PACKAGED) -> "Words":
        """The lists of a file. Raises OSError, yaml.YAMLError, or a ValidationError naming the list."""
        return cls.model_validate(yaml.load(path.read_text(encoding="utf-8"), LOADER))  # noqa: S506  (a safe loader)


def folded(phrases: tuple[str, ...]) -> frozenset[str]:
    """The phrases as they are compared."""
    return frozenset(map(fold, phrases))


def one_of(*lists: tuple[str, ...]) -> str:
    """A pattern source for any phrase of the lists, longest first, its words a space or a hyphen or a dot apart."""
    phrases = sorted({fold(p) for phrases in lists for p in phrases}, key=lambda p: (-len(p), p))
    return "(?:" + "|".join(r"[ .\-_]{1,2}".join(map(re.escape, p.split())) for p in phrases) + ")"


def word(source: str, *, digits_may_follow: bool = False) -> str:
    """The pattern source as whole words."""
    return rf"(?<![a-z0-9]){source}(?![a-z{'' if digits_may_follow else '0-9'}])"
