"""Keyed hashes and encryption: what the database may recognise, and what only we may read back."""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Unreadable(Exception):
    """What was encrypted cannot be read with this key: the key changed or the bytes are damaged."""


class Vault:
    """One secret, several uses that never mix: each key is derived for its purpose alone (NIST SP 800-108)."""

    def __init__(self, secret: bytes) -> None:
        self._hash_key = self._derive(secret, b"lane")
        self._cipher = AESGCM(self._derive(secret, b"body"))
        self._secret = secret

    @staticmethod
    def _derive(secret: bytes, purpose: bytes) -> bytes:
        return hmac.digest(secret, b"to-cong-nghe-so/" + purpose, hashlib.sha256)

    def token(self, purpose: str) -> str:
        """A stable secret of its own for a purpose (a webhook, a link), of A-Za-z0-9_- only."""
        return base64.urlsafe_b64encode(self._derive(self._secret, purpose.encode())).decode().rstrip("=")

    def lane(self, *parts: str) -> str:
        """A keyed hash, 32 hex digits: recognises a chat or a code without keeping it."""
        return hmac.digest(self._hash_key, "\0".join(parts).encode(), hashlib.sha256).hex()[:32]

    def seal(self, plain: bytes) -> bytes:
        """Encrypted and authenticated (AES-256-GCM), with its nonce in front."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """What `seal` was given. Raises Unreadable."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except (InvalidTag, ValueError) as e:
            raise Unreadable("sealed with another key, or damaged") from e
