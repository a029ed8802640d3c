"""API keys: `otk_`, 8 characters that identify the key, 32 of the secret and 6 of a checksum. Pure.

Secret scanners recognize leaked keys by the prefix. The checksum rejects mistyped keys without a database query. Only
the SHA-256 of a key is stored.
"""

from __future__ import annotations

import hashlib
import secrets
import string
import zlib

MARK = "otk_"
LETTERS = string.ascii_letters + string.digits
NAME_LENGTH, SECRET_LENGTH, CHECKSUM_LENGTH = 8, 32, 6
LENGTH = len(MARK) + NAME_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH


def make_key() -> tuple[str, str, str]:
    """A new key: (the key, its public prefix, its SHA-256)."""
    body = MARK + "".join(secrets.choice(LETTERS) for _ in range(NAME_LENGTH + SECRET_LENGTH))
    key = body + _checksum(body)
    return key, prefix_of(key), digest(key)


def is_key(text: str) -> bool:
    return (
        len(text) == LENGTH
        and text.startswith(MARK)
        and text.isascii()
        and _checksum(text[:-CHECKSUM_LENGTH]) == text[-CHECKSUM_LENGTH:]
    )


def prefix_of(key: str) -> str:
    return key[: len(MARK) + NAME_LENGTH]


def _checksum(body: str) -> str:
    value, digits = zlib.crc32(body.encode()), []
    for _ in range(CHECKSUM_LENGTH):
        value, rest = divmod(value, len(LETTERS))
        digits.append(LETTERS[rest])
    return "".join(reversed(digits))


def digest(token: str) -> str:
    """SHA-256 of a long random token in hexadecimal, as it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
