"""Secrets that the server must read again (TOTP seeds, webhook secrets): AES-256-GCM under the server's key.

`purpose` is bound to the ciphertext: what was sealed for one thing can't be opened as another.
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
    """Keys for different ends are derived (RFC 5869), so that none can stand for another."""

    def __init__(self, secret: bytes) -> None:
        self._aead = AESGCM(_derive(secret, b"otnet seal"))
        self._mac = _derive(secret, b"otnet csrf")

    def seal(self, purpose: str, plain: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        return base64.b64encode(nonce + self._aead.encrypt(nonce, plain.encode(), purpose.encode())).decode()

    def open(self, purpose: str, sealed: str) -> str:
        """Raises ValueError when it was sealed for something else, with another key, or was changed."""
        raw = base64.b64decode(sealed)
        try:
            return self._aead.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()).decode()
        except InvalidTag:
            raise ValueError("this was not sealed here") from None

    def csrf(self, session: str) -> str:
        """What a page must send along with whatever changes something."""
        return hmac.new(self._mac, session.encode(), hashlib.sha256).hexdigest()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret)
