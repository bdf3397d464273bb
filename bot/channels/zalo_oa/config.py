"""What the operator set for Zalo's Official Accounts, and what follows from it."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Final

from bot.settings import Settings
from storage.vault import Vault

HOOK: Final = "/hooks/zalo-oa"
PAGE: Final = "/oauth/zalo-oa"
START: Final = f"{PAGE}/start"
CALLBACK: Final = f"{PAGE}/callback"


@dataclass(frozen=True, slots=True)
class OaConfig:
    """One app at Zalo; any number of Official Accounts can let it in."""

    app_id: str
    app_secret: str = field(repr=False)
    """Fetches tokens."""
    oa_secret_key: str = field(repr=False)
    """Signs webhooks; another secret than the app's."""
    verifier: str = field(repr=False)
    """PKCE's. It never changes: Zalo's console may hold its challenge to be binding."""
    api_base: str = "https://openapi.zalo.me"
    oauth_base: str = "https://oauth.zaloapp.com"
    our_base: str = "http://127.0.0.1:8080"
    """Where Zalo and browsers find us."""
    first_refresh_token: str | None = field(default=None, repr=False)
    """In place of a first consent; stored tokens win over it."""
    commune: str | None = None
    """Of the only account."""
    proof: bool = False
    """Whether each call is to carry `appsecret_proof`, as the app's settings at Zalo may ask for."""
    shares: frozenset[str] = frozenset()
    """What Zalo is told of people who agree (`commune`, `waiting`), or asked (`age`). Nothing, unless it is set."""

    @property
    def challenge(self) -> str:
        """What the console wants to be told of the verifier (RFC 7636, S256)."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def callback(self) -> str:
        """The address the consent comes back to; it must stand so in the console."""
        return self.our_base + CALLBACK


def config_of(settings: Settings, vault: Vault) -> OaConfig | None:
    """What the settings say; None where Zalo's Official Accounts are not used. Raises SettingsError."""
    if settings.zalo_oa_app_id is None:
        return None
    verifier, first = settings.zalo_oa_code_verifier, settings.zalo_oa_refresh_token
    return OaConfig(
        settings.zalo_oa_app_id,
        settings.needed("zalo_oa_app_secret", settings.zalo_oa_app_secret),
        settings.needed("zalo_oa_secret_key", settings.zalo_oa_secret_key),
        verifier.get_secret_value() if verifier else vault.token("zalo-verifier"),
        settings.zalo_oa_api_base, settings.zalo_oa_oauth_base, settings.reachable_at,
        first.get_secret_value() if first else None, settings.zalo_oa_commune, settings.zalo_oa_proof,
        settings.zalo_oa_shares,
    )  # fmt: skip
