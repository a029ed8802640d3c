"""Encryption of secrets that the server must read again (TOTP seeds, webhook secrets): AES-256-GCM.

`purpose` is authenticated as associated data: a ciphertext for one purpose cannot be opened for another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class SecretBox:
    """Encrypts and authenticates with separate keys, derived from the server's secret with HKDF (RFC 5869)."""

    def __init__(self, secret: bytes) -> None:
        self._aead = AESGCM(_derive(secret, b"otnet seal"))
        self._mac = _derive(secret, b"otnet csrf")

    def seal(self, purpose: str, plain: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        return base64.b64encode(nonce + self._aead.encrypt(nonce, plain.encode(), purpose.encode())).decode()

    def open(self, purpose: str, sealed: str) -> str:
        """Decrypt. Raises ValueError for another purpose, another key or a modified ciphertext."""
        raw = base64.b64decode(sealed)
        try:
            return self._aead.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()).decode()
        except InvalidTag:
            raise ValueError("the ciphertext was not created by this server for this purpose") from None

    def csrf(self, session: str) -> str:
        """The CSRF token of a session, which pages send with every request that changes something."""
        return hmac.new(self._mac, session.encode(), hashlib.sha256).hexdigest()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret)
