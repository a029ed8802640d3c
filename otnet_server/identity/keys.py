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
NAME, SECRET, CHECK = 8, 32, 6
LENGTH = len(MARK) + NAME + SECRET + CHECK


def make_key() -> tuple[str, str, str]:
    """(the key, the part of it that may be shown, its hash)."""
    body = MARK + "".join(secrets.choice(LETTERS) for _ in range(NAME + SECRET))
    key = body + _checksum(body)
    return key, prefix_of(key), digest(key)


def is_key(text: str) -> bool:
    return (
        len(text) == LENGTH and text.startswith(MARK) and text.isascii() and _checksum(text[:-CHECK]) == text[-CHECK:]
    )


def prefix_of(key: str) -> str:
    return key[: len(MARK) + NAME]


def _checksum(body: str) -> str:
    value, digits = zlib.crc32(body.encode()), []
    for _ in range(CHECK):
        value, rest = divmod(value, len(LETTERS))
        digits.append(LETTERS[rest])
    return "".join(reversed(digits))


def digest(token: str) -> str:
    """What is kept of a long random token."""
    return hashlib.sha256(token.encode()).hexdigest()
