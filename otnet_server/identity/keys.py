"""API keys: `otk_` + 8 characters that name the key + 32 that are the secret + 6 that are a checksum.

The beginning can be found by scanners that look for leaked keys, the checksum tells a key from a slip of
the finger without asking the database, and only a hash is stored. Pure.
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
    """(the key, the part of it that may be shown, its hash)."""
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
    """What is kept of a long random token."""
    return hashlib.sha256(token.encode()).hexdigest()
