"""What Zalo remembers: the app, its accounts, their people and messages, tokens, assets, and a log of everything."""

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.clock import Clock
from tests.emulators.log import Log

from .errors import BAD_TOKEN, EXPIRED, ControlError, ZaloError
from .faults import Faults
from .switches import Switches

Json = dict[str, Any]
HOUR = 3600.0
DAY = 24 * HOUR
ACCESS_LASTS = 25 * HOUR
REFRESH_LASTS = 90 * DAY
CODE_LASTS = 600.0
ASSET_LASTS = 7 * DAY
FREE = 48 * HOUR
WINDOW = 7 * DAY
PRICE = 55
"""Đồng for a message after the free hours, once the package is used up."""


@dataclass
class Console:
    """What was filled in on developers.zalo.me."""

    callback: str | None = None
    challenge: str | None = None
    webhook: str | None = None
    events: set[str] | None = None
    """Switched on; None is all."""
    syntax_filter: bool = False
    retry: bool = True
    active: bool = True
    cancelled: bool = False
    """The subscription ended after the last redelivery failed."""


@dataclass(eq=False)
class Oa:
    """An Official Account."""

    id: str
    name: str
    commune: str = ""
    granted: bool = False
    package: int = 0
    """Messages of the package left for the time after the free hours."""
    bill: int = 0
    """Đồng."""
    per_minute: int = 100
    calls: Counter[int] = field(default_factory=Counter)
    """By minute."""
    tags: dict[str, list[str]] = field(default_factory=dict)
    uploads: int = 0
    trouble: tuple[int, str] | None = None
    """Every call of the API is refused so."""


@dataclass(eq=False)
class User:
    """A person as one account sees him; `conversation` is set for a visitor without a Zalo account."""

    id: str
    oa: Oa
    name: str
    follows: bool = False
    blocked: bool = False
    inactive: bool = False
    minor: bool = False
    last: float | None = None
    """The last interaction, wall seconds."""
    conversation: str | None = None
    messages: list[Json] = field(default_factory=list)
    """Both sides, oldest first; ours with "from": "oa"."""

    def age(self, now: float) -> float | None:
        return None if self.last is None else now - self.last


@dataclass(eq=False)
class Token:
    """An access or refresh token, or the code of a consent."""

    value: str
    oa: Oa
    expires: float
    challenge: str = ""
    used: bool = False
    dead: bool = False


@dataclass(eq=False)
class Asset:
    """Something uploaded, or sent by a person."""

    id: str
    kind: str
    data: bytes
    name: str
    oa: Oa
    expires: float


class World:
    """One app, its accounts and everybody around them."""

    def __init__(self, *, seed: int = 1, time_scale: float = 1.0, switches: Switches | None = None) -> None:
        self.chance = random.Random(seed)
        self.clock = Clock(time_scale)
        self.switches = switches or Switches()
        self.console = Console()
        self.counts: Counter[str] = Counter()
        self.faults = Faults(self.chance)
        self.log = Log()
        self.app_id = "1111111111111111111"
        self.app_secret = "appSecretForTests"
        self.oa_secret_key = "oaSecretKeyForTests"
        self.oas: dict[str, Oa] = {}
        self.users: dict[str, User] = {}
        self.codes: dict[str, Token] = {}
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, Token] = {}
        self.assets: dict[str, Asset] = {}
        self.media: dict[str, Asset] = {}

    # --- accounts and people ---

    def add_oa(self, name: str, oa_id: str | None = None) -> Oa:
        oa = Oa(oa_id or str(4_444_444_444_444_444_444 + len(self.oas)), name)
        self.oas[oa.id] = oa
        return oa

    def oa(self, oa_id: str | None = None) -> Oa:
        """The account of that number, or the first."""
        if oa_id is None and self.oas:
            return next(iter(self.oas.values()))
        if oa_id not in self.oas:
            raise ControlError(f"no such account: {oa_id}")
        return self.oas[oa_id]

    def add_user(self, name: str, oa: Oa, *, anonymous: bool = False, user_id: str | None = None) -> User:
        ident = user_id or (
            f"anon{len(self.users):08d}" if anonymous else str(2_222_222_222_222_222_222 + len(self.users))
        )
        user = User(ident, oa, name, conversation=f"conv{len(self.users)}" if anonymous else None)
        self.users[ident] = user
        return user

    def user(self, user_id: str) -> User:
        if user_id not in self.users:
            raise ControlError(f"no such person: {user_id}")
        return self.users[user_id]

    # --- secrets ---

    def secret(self, prefix: str) -> str:
        return f"{prefix}_{self.chance.getrandbits(160):040x}"

    def ident(self) -> str:
        return f"{self.chance.getrandbits(80):020x}"

    def grant(self, oa: Oa) -> Json:
        """A new pair; the pairs before are dead at once."""
        for token in (*self.access.values(), *self.refresh.values()):
            if token.oa is oa:
                token.dead = True
        now = self.clock.wall()
        access, refresh = self.secret("at"), self.secret("rt")
        self.access[access] = Token(access, oa, now + ACCESS_LASTS)
        self.refresh[refresh] = Token(refresh, oa, now + REFRESH_LASTS)
        oa.granted = True
        self.counts["tokens.granted"] += 1
        return {"access_token": access, "refresh_token": refresh, "expires_in": str(int(ACCESS_LASTS))}

    def bearer(self, value: str | None) -> Oa:
        """The account of an access token. Raises ZaloError."""
        token = self.access.get(value or "")
        if token is None or token.dead:
            raise ZaloError(*BAD_TOKEN)
        if token.expires <= self.clock.wall():
            raise ZaloError(*EXPIRED)
        return token.oa

    def void_access(self, oa: Oa) -> None:
        """The access token is none any more, before its time; the refresh token lives."""
        for token in self.access.values():
            token.dead |= token.oa is oa

    def expire_access(self, oa: Oa) -> None:
        """The access token ends now; the refresh token lives."""
        for token in self.access.values():
            if token.oa is oa:
                token.expires = min(token.expires, self.clock.wall())

    # --- things ---

    def add_asset(self, kind: str, data: bytes, name: str, oa: Oa) -> Asset:
        asset = Asset(self.secret("as"), kind, data, name, oa, self.clock.wall() + ASSET_LASTS)
        self.assets[asset.id] = asset
        return asset

    def asset(self, asset_id: object, oa: Oa) -> Asset:
        """An upload of that account. Raises ZaloError."""
        found = self.assets.get(asset_id) if isinstance(asset_id, str) else None
        if found is None or found.oa is not oa:
            raise ZaloError(-201, "attachment_id is invalid!")
        if found.expires <= self.clock.wall():
            raise ZaloError(-100, "attachment_id was expired")
        return found

    def add_media(self, data: bytes, name: str, oa: Oa) -> Asset:
        """What a person sent lies behind an address for a day."""
        asset = Asset(self.ident(), "media", data, name, oa, self.clock.wall() + DAY)
        self.media[asset.id] = asset
        return asset

    def ms(self) -> str:
        """Now, as Zalo writes times."""
        return str(int(self.clock.wall() * 1000))
